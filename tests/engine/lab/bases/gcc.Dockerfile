FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc g++ make libc6-dev cmake \
    && rm -rf /var/lib/apt/lists/*
