FROM python:3.11-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-dev gcc g++ make libc6-dev git curl wget libpq-dev \
    && rm -rf /var/lib/apt/lists/*
