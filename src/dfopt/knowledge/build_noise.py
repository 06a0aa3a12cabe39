"""In what two builds of the same Dockerfile differ, as patterns of paths. Measured by building, see docs/decisions.md.

A pattern is a regular expression for a whole path.
"""

from __future__ import annotations

import re

IGNORED = (
    # logs of package managers and logins
    r"/var/log/(apt/.*|dpkg\.log|alternatives\.log|bootstrap\.log|fontconfig\.log|dnf.*|hawkey\.log|yum\.log|apk\.log)",
    r"/var/log/(lastlog|faillog|btmp|wtmp|tallylog)",
    # caches and backups that tools write anew
    r"/var/cache/ldconfig/aux-cache",
    r"/var/cache/debconf/.*-old",
    r"/var/lib/(dpkg|apt)/.*-old",
    r"/etc/(passwd|group|shadow|gshadow|subuid|subgid)-",
    r"/root/\.npm/_(logs|update-notifier-last-checked)(/.*)?",
    # Go keeps the output of tests, with their times, under names made from it; rustc names folders by the time
    r"/root/\.cache/go-build/.*",
    r".*/target/[^/]+/incremental(/.*)?",
    r".*/__pycache__(/.*)?",
    # what the engine mounts while it runs
    r"/etc/(hosts|resolv\.conf|hostname|mtab)",
    r"/(proc|sys|dev)/.*",
    r"/run/(secrets|lock)(/.*)?|/run/\.containerenv",
    r"/\.dockerenv",
)
"""Of no account, whether there or not."""

CONTENT_DIFFERS = (
    r"/var/cache/fontconfig/.*",
    r"/etc/ssh/ssh_host_.*",
    r"/etc/ssl/(certs|private)/ssl-cert-snakeoil\..*",
    r"/(etc|var/lib/dbus)/machine-id",
    r"/etc/ssl/certs/java/cacerts",
    r".*/lib/server/classes.*\.jsa",
    r"/(var|usr)/lib/(sysimage/)?rpm/.*",
    r"/var/lib/dnf/.*",
    r"/(lib|usr/lib)/apk/db/scripts\.tar(\.gz)?",
    r"/usr/share/mime/mime\.cache",
    r"/usr/lib/locale/locale-archive",
    r"/root/\.npm/_cacache/.*",
    r".*/target/\.rustc_info\.json",
)
"""Must be there, with the same mode and owner; the content holds a time, a key or a build path."""


def compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of them."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL)
