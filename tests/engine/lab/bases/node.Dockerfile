FROM node:18-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 gcc g++ make libc6-dev git curl wget \
    && rm -rf /var/lib/apt/lists/*
