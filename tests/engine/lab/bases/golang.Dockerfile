FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends golang-go gcc libc6-dev git \
    && rm -rf /var/lib/apt/lists/*
ENV GOPATH=/go GOPROXY=off GOTOOLCHAIN=local PATH=/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /go
