"""Instructions that lose, gain or change something, or that stand elsewhere than they did: see attempts.rows."""

from __future__ import annotations

from tests.validation.attempts import rows

FLAGS = r"""
15 mount-lost: RUN --mount=type=cache,target=/c a → RUN a
15 network-lost: RUN --network=none a → RUN a
15 security-lost: RUN --security=insecure a → RUN a
15 link-lost: COPY --link a /b → COPY a /b
15 chmod-lost: COPY --chmod=755 a /b → COPY a /b
15 chown-lost: COPY --chown=1:1 a /b → COPY a /b
15 copy-from-lost: FROM a AS s⏎FROM b⏎COPY --from=s /a /b → FROM a AS s⏎FROM b⏎COPY /a /b
15 parents-lost: COPY --parents a /b/ → COPY a /b/
15 exclude-lost: COPY --exclude=*.md a /b/ → COPY a /b/
15 checksum-lost: ADD --checksum=sha256:0… https://example.com/a /b → ADD https://example.com/a /b
15 keep-git-dir-lost: ADD --keep-git-dir=true https://example.com/a.git /b → ADD https://example.com/a.git /b
15 interval-lost: HEALTHCHECK --interval=5s CMD a → HEALTHCHECK CMD a
15 platform-lost: FROM --platform=linux/amd64 a⏎RUN b → RUN b
15 platform-changed: FROM --platform=linux/amd64 a⏎RUN b → FROM --platform=linux/arm64 a⏎RUN b
15 mount-option-lost: RUN --mount=type=cache,target=/c,sharing=locked b → RUN --mount=type=cache,target=/c b
15 a-second-mount-lost: RUN --mount=type=ssh --mount=type=secret,id=s b → RUN --mount=type=secret,id=s b
36 a-mount-comes-in: RUN cargo build → RUN --mount=type=cache,target=/app/target cargo build
23 from-index: FROM a⏎FROM b⏎FROM c⏎COPY --from=0 /x /x → FROM a⏎FROM b⏎FROM c⏎COPY --from=1 /x /x
23 from-name: FROM a AS x⏎FROM b AS y⏎FROM c⏎COPY --from=x /x . → FROM a AS x⏎FROM b AS y⏎FROM c⏎COPY --from=y /x .
"""
"""Flags of instructions."""

STAGES = r"""
23 a-stage-dropped: FROM a AS test⏎RUN b⏎FROM c⏎RUN d → FROM c⏎RUN d
23 a-stage-doubled: RUN b → FROM a⏎RUN b⏎FROM a⏎RUN b
23 a-stage-name-lost: FROM a AS test⏎RUN b → RUN b
23 stages-swapped: FROM a AS x⏎RUN b⏎FROM c AS y⏎RUN d → FROM c AS y⏎RUN d⏎FROM a AS x⏎RUN b
23 another-digest: FROM a@sha256:0…⏎RUN b → FROM a@sha256:1…⏎RUN b
23 a-digest-lost: FROM a@sha256:0…⏎RUN b → RUN b
23 another-tag: FROM a:1⏎RUN b → FROM a:1-slim⏎RUN b
23 a-tag-for-a-variable: ARG V=1⏎FROM a:$V⏎RUN b → ARG V=1⏎FROM a:1⏎RUN b
23 a-global-arg-lost: ARG V=1⏎FROM a⏎RUN b → RUN b
23 a-global-arg-moved-into-the-stage: ARG V=1⏎FROM a⏎RUN b → ARG V=1⏎RUN b
23 a-run-moved-to-another-stage: FROM a⏎RUN b⏎FROM c⏎RUN d → FROM a⏎FROM c⏎RUN b⏎RUN d
"""
"""Stages, and what refers to them."""

SCOPE = r"""
22 env-joined: ENV x=1⏎ENV y=$x⏎RUN b → ENV x=1 y=$x⏎RUN b
22 env-split: ENV x=2 y=$x⏎RUN b → ENV x=2⏎ENV y=$x⏎RUN b
22 env-swapped: ENV x=1⏎ENV x=2⏎RUN b → ENV x=2⏎ENV x=1⏎RUN b
22 env-value: ENV x=1⏎RUN b → ENV x=2⏎RUN b
22 env-lost: ENV x=1⏎RUN b → RUN b
22 legacy-env-of-several-words: ENV k v w⏎RUN b → ENV k=v⏎RUN b
28 legacy-env-and-a-sign: ENV k b=c⏎RUN d → ENV k="b" c=""⏎RUN d
28 legacy-env-in-quotes: ENV D "quoted" x⏎RUN b → ENV D="\"quoted\" x"⏎RUN b ⇒ ENV D="quoted x"⏎RUN b
28 legacy-env-in-single-quotes: ENV Y '$b'⏎RUN c → ENV Y="$b"⏎RUN c
28 legacy-env-and-a-backslash: ENV C b\ c⏎RUN d → ENV C="b\ c"⏎RUN d
28 maintainer-for-a-label: MAINTAINER John $Doe⏎RUN b → LABEL maintainer="John $Doe"⏎RUN b
17 arg-moved-down: ARG V=1⏎RUN b $V → RUN b $V⏎ARG V=1
17 arg-below-what-may-read-it: ARG V=1⏎RUN make → RUN make⏎ARG V=1
17 arg-below-a-known-program-that-runs-another: ARG V=1⏎RUN find . -exec b + → RUN find . -exec b +⏎ARG V=1
17 arg-below-a-program-that-is-set-up-by-it: ARG GZIP=-9⏎RUN gzip b → RUN gzip b⏎ARG GZIP=-9
17 arg-below-a-copy-that-names-it: ARG V=1⏎COPY b$V /c → COPY b$V /c⏎ARG V=1 ⇒ arg V=1⏎COPY b$V /c
17 arg-below-a-folder-that-names-it: ARG V=1⏎WORKDIR /b/$V → WORKDIR /b/$V⏎ARG V=1
17 arg-below-the-env-of-its-name: ARG V=1⏎ENV V=2⏎COPY b /$V → ENV V=2⏎ARG V=1⏎COPY b /$V
17 arg-into-the-next-stage: FROM a⏎ARG V=1⏎FROM b⏎RUN c → FROM a⏎FROM b⏎ARG V=1⏎RUN c
22 env-below-one-that-uses-it: ENV x=1⏎ENV y=$x⏎COPY b /$y → ENV y=$x⏎ENV x=1⏎COPY b /$y
22 env-below-an-unknown-name: ARG k⏎ENV x=1⏎ENV $k=2⏎COPY b /$x → ARG k⏎ENV $k=2⏎ENV x=1⏎COPY b /$x
22 envs-in-another-order: ENV x=1⏎ENV y=2⏎COPY b c → ENV y=2⏎ENV x=1⏎COPY b c
24 label-below-one-of-its-key: ARG V⏎LABEL x=$V⏎LABEL "x"=2 → ARG V⏎LABEL "x"=2⏎LABEL x=$V
24 label-below-an-unknown-key: ARG k⏎LABEL x=1⏎LABEL $k=2 → ARG k⏎LABEL $k=2⏎LABEL x=1
17 workdir-made-anew: WORKDIR /b⏎RUN rm -rf /b⏎WORKDIR /b → WORKDIR /b⏎RUN rm -rf /b
17 workdir-of-another-owner: WORKDIR /b⏎USER u⏎WORKDIR /b/c → USER u⏎WORKDIR /b/c
17 workdir-that-a-copy-is-in: WORKDIR /b⏎COPY c .⏎WORKDIR /b/d → WORKDIR /b/d⏎COPY c .
17 workdir-of-an-argument: ARG r=/b⏎WORKDIR $r⏎WORKDIR c → ARG r=/b⏎WORKDIR $r⏎WORKDIR /b/c
17 workdir-of-the-base: FROM golang:1⏎WORKDIR b → FROM golang:1⏎WORKDIR /b
17 cd-for-a-workdir: RUN cd /b && c⏎RUN d → WORKDIR /b⏎RUN c⏎RUN d
22 env-that-grows: ENV PATH=$PATH:/b⏎ENV PATH=$PATH:/b → ENV PATH=$PATH:/b
22 env-above-an-argument-of-its-name: ENV x=1⏎ARG x⏎ENV x=1⏎RUN b → ENV x=1⏎ARG x⏎RUN b
17 arg-with-a-default-and-without: ARG x=1⏎ARG x⏎RUN b → ARG x⏎RUN b
20 user-in-between: USER u⏎USER v⏎USER u⏎RUN b → USER u⏎USER v⏎RUN b
19 cmd-for-an-entrypoint: CMD b⏎ENTRYPOINT c⏎RUN d → ENTRYPOINT c⏎RUN d
32 cmd-under-another-shell: CMD b⏎SHELL ["c"]⏎CMD b → CMD b⏎SHELL ["c"]
24 label-of-two-keys: LABEL x=1 y=1⏎LABEL x=2 → LABEL x=2
32 triggers-said-twice: ONBUILD RUN b⏎ONBUILD RUN b → ONBUILD RUN b
17 arg-moved-up: RUN b $V⏎ARG V=1 → ARG V=1⏎RUN b $V
17 arg-default: ARG V=1⏎RUN b $V → ARG V=2⏎RUN b $V
17 arg-default-lost: ARG V=1⏎RUN b $V → ARG V⏎RUN b $V
20 user-moved: USER u⏎RUN b → RUN b⏎USER u
20 user-added: RUN b → RUN b⏎USER nobody
20 user-id: USER 1000⏎RUN b → USER node⏎RUN b
17 workdir-moved: RUN b⏎WORKDIR /x⏎COPY c . → RUN b⏎COPY c .⏎WORKDIR /x
17 workdir-joined: WORKDIR x⏎WORKDIR y⏎RUN b → WORKDIR x/y⏎RUN b
17 workdir-and-user: USER u⏎WORKDIR /x⏎RUN b → WORKDIR /x⏎USER u⏎RUN b
12 shell-moved: RUN b⏎SHELL ["/bin/bash", "-c"]⏎RUN c → SHELL ["/bin/bash", "-c"]⏎RUN b⏎RUN c
33 shell-options: SHELL ["/bin/bash", "-c"]⏎RUN b | c → SHELL ["/bin/bash", "-o", "pipefail", "-c"]⏎RUN b | c
33 shell-for-set-e: RUN set -e; b; c → SHELL ["/bin/sh", "-ec"]⏎RUN b; c
"""
"""ENV, ARG, USER, WORKDIR and SHELL."""

CONFIG = r"""
32 cmd-across-shell: CMD b⏎SHELL ["/bin/bash", "-c"]⏎RUN c → SHELL ["/bin/bash", "-c"]⏎CMD b⏎RUN c
32 healthcheck-across-user: HEALTHCHECK CMD b⏎USER u⏎RUN c → USER u⏎HEALTHCHECK CMD b⏎RUN c
32 entrypoint-across-onbuild: ONBUILD RUN b⏎ONBUILD CMD c → ONBUILD CMD c⏎ONBUILD RUN b
32 healthcheck-timeout: HEALTHCHECK --timeout=3s CMD b → HEALTHCHECK --timeout=30s CMD b
32 healthcheck-none: HEALTHCHECK CMD b → HEALTHCHECK NONE
32 the-last-cmd-wins: CMD b⏎CMD c → CMD c⏎CMD b
19 cmd-cleared-by-entrypoint: CMD ["b"]⏎ENTRYPOINT ["c"] → ENTRYPOINT ["c"]⏎CMD ["b"]
19 an-init: CMD ["b"] → ENTRYPOINT ["tini", "--"]⏎CMD ["b"]
21 cmd-in-exec-form: CMD b $HOME → CMD ["b", "$HOME"]
21 run-in-exec-form: RUN b → RUN ["b"]
21 run-in-shell-form: RUN ["b", "$HOME"] → RUN b $HOME
29 half-an-exec-form: CMD ["b", \⏎  "c"] → CMD ["b"]
29 exec-form-that-is-none: CMD ["b"] → CMD ['b']
24 label-value: LABEL x=1 y=2 → LABEL x=1 y=3
24 label-lost: LABEL x=1⏎LABEL y=2⏎RUN b → LABEL x=1⏎RUN b
22 label-across-env: LABEL x=$v⏎ENV v=1 → ENV v=1⏎LABEL x=$v
24 expose-lost: EXPOSE 80 443⏎RUN b → EXPOSE 80⏎RUN b
24 expose-protocol: EXPOSE 53/udp⏎RUN b → EXPOSE 53⏎RUN b
24 stopsignal: STOPSIGNAL SIGQUIT → STOPSIGNAL SIGTERM
17 volume-before-a-run: RUN b > /v/c⏎VOLUME /v → VOLUME /v⏎RUN b > /v/c
17 volume-lost: VOLUME /v /w⏎RUN b → VOLUME /v⏎RUN b
32 onbuild-trigger: ONBUILD RUN b → ONBUILD RUN c
32 onbuild-triggers-joined: ONBUILD RUN b⏎ONBUILD RUN c → ONBUILD RUN b && c
32 onbuild-lost: ONBUILD RUN b⏎RUN c → RUN c
"""
"""What only the image config holds."""

FILES = r"""
16 add-of-an-archive: ADD b.tar.gz /c → COPY b.tar.gz /c
16 add-of-a-url: ADD https://example.com/b /c → COPY https://example.com/b /c
16 add-of-a-name-that-says-nothing: ADD rootfs / → COPY rootfs /
16 add-of-a-pattern: ADD *.py /c/ → COPY *.py /c/
16 add-in-a-trigger: ONBUILD ADD b.py /c → ONBUILD COPY b.py /c
16 add-of-a-variable: ADD $b.py /c → COPY $b.py /c
16 copy-for-add: COPY b.tar.gz /c → ADD b.tar.gz /c
18 copy-split: COPY . .⏎RUN npm ci → COPY package.json .⏎RUN npm ci⏎COPY . .
18 copy-joined: COPY b /x⏎COPY c /x → COPY b c /x
18 copy-after-run: COPY b /x⏎RUN c → RUN c⏎COPY b /x
18 a-slash-lost: COPY b /x/ → COPY b /x
37 chmod-of-a-folder: COPY b /b⏎RUN chmod 755 /b → COPY --chmod=755 b /b
37 chown-for-user: USER u⏎COPY b /b → USER u⏎COPY --chown=u b /b
34 run-for-copy: COPY <<E /a⏎E⏎RUN echo b > /etc/hosts → COPY <<E /a⏎E⏎COPY <<F /etc/hosts⏎b⏎F
30 copied-text: COPY <<E /b⏎x  y⏎E → COPY <<E /b⏎x y⏎E
30 copied-text-expands: COPY <<'E' /b⏎$x⏎E → COPY <<E /b⏎$x⏎E
25 copied-lines-end: COPY <<E /b⏎x␍⏎y␍⏎E → COPY <<E /b⏎x⏎y⏎E
"""
"""COPY and ADD."""

LAYOUT = r"""
24 comment-lost: # why⏎RUN b⏎RUN c → RUN b⏎RUN c
24 comment-changed: # why⏎RUN b⏎RUN c → # how⏎RUN b⏎RUN c
24 comment-moved-down: # why⏎RUN b⏎RUN c → RUN b⏎# why⏎RUN c ⇒ # why⏎run b⏎RUN c
24 comment-moved-up: RUN b⏎# why⏎RUN c → # why⏎RUN b⏎RUN c
24 comment-of-a-label-moved: # why⏎LABEL x=1⏎CMD b → LABEL x=1⏎# why⏎CMD b
24 comment-lost-by-a-merge: RUN b⏎# why⏎RUN c → RUN b && c ⇒ RUN b \⏎# why⏎    && c
24 comment-before-the-merged: RUN b⏎# why⏎RUN c → # why⏎RUN b && c
24 comment-inside-lost: RUN b \⏎# why⏎  && c → RUN b \⏎  && c
24 shell-comment-lost: RUN <<E⏎b # why⏎c⏎E → RUN <<E⏎b⏎c⏎E
24 check-comment-moved: # check=skip=x⏎RUN b⏎RUN c → RUN b⏎# check=skip=x⏎RUN c
24 a-line-above-directives: # syntax=docker/dockerfile:1⏎FROM a⏎RUN b → # x⏎# syntax=docker/dockerfile:1⏎FROM a⏎RUN b
24 syntax-changed: # syntax=docker/dockerfile:1⏎FROM a⏎RUN b → # syntax=docker/dockerfile:1.4⏎FROM a⏎RUN b
24 syntax-added: RUN b → # syntax=docker/dockerfile:1⏎FROM a⏎RUN b
12 escape-changed: # escape=`⏎FROM a⏎RUN b → # escape=\⏎FROM a⏎RUN b
24 check-directive-lost: # check=error=true⏎FROM a⏎RUN b → RUN b
26 a-file-that-fails-is-repaired: RUN apt-get instal -y b → RUN apt-get install -y b
26 a-file-that-no-longer-parses: RUN b → RUN <<E
31 a-continuation-swallows-the-next: RUN b \⏎  c⏎RUN d → RUN b \⏎RUN d
31 a-continuation-is-lost: RUN b \⏎  && c⏎RUN d → RUN b⏎  && c⏎RUN d
29 a-here-document-comes-in: RUN b; c → RUN <<E⏎b⏎c⏎E
24 an-instruction-is-dropped: RUN b⏎RUN c → RUN c
24 an-instruction-is-doubled: RUN b⏎RUN c → RUN b⏎RUN b⏎RUN c
24 instructions-swapped: RUN b⏎RUN c → RUN c⏎RUN b
23 a-mount-of-a-stage-lost: FROM a AS s⏎FROM b⏎RUN --mount=from=s,target=/s # c⏎RUN d → FROM a AS s⏎FROM b⏎# c⏎RUN d
"""
"""Comments, directives, whole instructions."""

TABLE = rows(FLAGS + STAGES + SCOPE + CONFIG + FILES + LAYOUT)
