FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends rustc cargo gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
ENV RUST_VERSION=1.63.0 CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
