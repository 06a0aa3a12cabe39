FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends php8.2-cli php8.2-mbstring php8.2-sqlite3 php8.2-xml \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/bin/php /usr/local/bin/php
ENV PHP_VERSION=8.2
CMD ["php", "-a"]
