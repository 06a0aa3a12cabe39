FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/* /usr/lib/python3.*/EXTERNALLY-MANAGED \
    && ln -s /usr/bin/python3 /usr/local/bin/python \
    && ln -s /usr/bin/python3 /usr/local/bin/python3 \
    && mkdir -p /usr/local/lib/python3.11/site-packages \
    && rm -rf /usr/local/lib/python3.11/dist-packages \
    && ln -s site-packages /usr/local/lib/python3.11/dist-packages
COPY pip.conf /etc/pip.conf
ENV PYTHON_VERSION=3.11
CMD ["python3"]
