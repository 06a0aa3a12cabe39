FROM debian:bookworm-slim
RUN rm /etc/dpkg/dpkg.cfg.d/docker
