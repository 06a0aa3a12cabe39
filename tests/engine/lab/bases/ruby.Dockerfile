FROM ruby:3.1-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ruby-dev gcc g++ make libc6-dev git zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
