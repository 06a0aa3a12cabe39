FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ruby bundler \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/bin/ruby /usr/local/bin/ruby \
    && mkdir -p /usr/local/bundle && chmod 1777 /usr/local/bundle
ENV LANG=C.UTF-8 RUBY_VERSION=3.1 GEM_HOME=/usr/local/bundle
ENV BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_APP_CONFIG=/usr/local/bundle PATH=/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["irb"]
