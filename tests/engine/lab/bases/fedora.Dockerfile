FROM debian:bookworm-slim AS packages
RUN apt-get update && apt-get install -y --no-install-recommends rpm createrepo-c && rm -rf /var/lib/apt/lists/*
COPY package.spec make-packages /tmp/
RUN sh /tmp/make-packages /srv/repo

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends dnf rpm \
    && rm -rf /var/lib/apt/lists/* /var/cache/dnf
COPY --from=packages /srv/repo /srv/repo
COPY local.repo /etc/yum.repos.d/local.repo
RUN ln -sf dnf /usr/bin/yum && ln -sf dnf /usr/bin/microdnf \
    && printf '[main]\ninstall_weak_deps=True\nreposdir=/etc/yum.repos.d\nvarsdir=/etc/dnf/vars\nplugins=0\n' > /etc/dnf/dnf.conf \
    && mkdir -p /etc/rpm && echo "%_dbpath /var/lib/rpm" > /etc/rpm/macros && rpm --initdb && dnf -y install filesystem-stub && dnf clean all && rm -rf /var/cache/dnf /var/log/dnf*
