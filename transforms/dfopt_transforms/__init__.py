"""The transforms that come with dfopt: one module each, found by the registry."""

ORDER = (
    "copy-over-add",
    "modern-env",
    "label-over-maintainer",
    "consistent-keywords",
    "drop-sudo",
    "apt-get-over-apt",
    "without-recommends",
    "curl-fail",
    "exec-form",
    "add-init",
    "set-timezone",
    "set-locale",
    "sink-volatile",
    "merge-runs",
    "install-update-together",
    "pipefail",
    "sort-packages",
    "remove-archives",
    "use-cache-mounts",
    "clean-package-cache",
    "secret-mounts",
    "base-image",
    "glibc-on-alpine",
    "pin-digest",
)
"""The order in which they run: what joins instructions before what works inside one."""
