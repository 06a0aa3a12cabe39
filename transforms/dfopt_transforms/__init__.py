"""The transforms that come with dfopt: one module each, found by the registry."""

ORDER = (
    "write-dockerignore",
    "multi-stage",
    "without-unused-stages",
    "without-sources",
    "copy-over-add",
    "modern-env",
    "label-over-maintainer",
    "consistent-keywords",
    "absolute-workdir",
    "dedupe-instructions",
    "drop-sudo",
    "apt-get-over-apt",
    "without-debug-tools",
    "without-recommends",
    "curl-fail",
    "copy-chown",
    "copy-chmod",
    "exec-form",
    "add-init",
    "set-timezone",
    "set-locale",
    "run-as-user",
    "split-copy",
    "download-dependencies",
    "copy-stable-first",
    "sink-volatile",
    "merge-runs",
    "install-update-together",
    "pipefail",
    "sort-packages",
    "stream-archive",
    "remove-archives",
    "use-cache-mounts",
    "clean-package-cache",
    "secret-mounts",
    "base-image",
    "glibc-on-alpine",
    "pin-digest",
)
"""The order in which they run: what joins instructions before what works inside one."""

UNSAFE = frozenset(
    """
    add-init apt-get-over-apt copy-chmod copy-chown copy-stable-first curl-fail download-dependencies drop-sudo
    exec-form
    install-update-together label-over-maintainer multi-stage pin-digest pipefail remove-archives run-as-user
    set-locale set-timezone sort-packages stream-archive use-cache-mounts without-debug-tools
    without-recommends without-sources without-unused-stages
    """.split()
)
"""Those that do nothing unless they are asked for."""
