"""Programs that start others, and the files in which they read which.

Sources: the manuals of supervisord, cron, crontab(5), foreman, honcho, supercronic, s6, runit and monit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

READERS: Final[Mapping[str, str]] = {
    "supervisord": "supervisord",
    "cron": "cron",
    "crond": "cron",
    "supercronic": "cron",
    "foreman": "foreman",
    "honcho": "foreman",
}
"""By the name of a program: the kind of files that it reads."""

FILES: Final[Mapping[str, Expression]] = {
    "supervisord": Expression(r".*/(?:[^/]*supervisor[^/]*|supervisor/.*)\.(?:conf|ini)|/etc/supervisor.*"),
    "cron": Expression(
        r"/etc/(?:crontab|crontabs/.*|cron\.\w+/.*)|/var/spool/cron/.*|.*/(?:[^/]*crontab[^/]*|[^/]*\.cron|cronjobs?)"
    ),
    "foreman": Expression(r".*/Procfile(?:\.\w+)?"),
}
"""Where these lie in an image."""

CRON_SCRIPTS: Final = Expression(r"/etc/cron\.(?:hourly|daily|weekly|monthly)/.*|/etc/periodic/.*")
"""Scripts that are run as they are."""
CRON_WITH_USER: Final = Expression(r"/etc/cron\.d/.*|/etc/crontab")
"""Each line names a user in front of its command."""
CRON_LINE: Final = Expression(r"[ \t]*(?:@\w+|(?:[\d*,/\w-]+[ \t]+){4}[\d*,/\w-]+)[ \t]+")
"""When a command is run."""

OTHERS: Final = frozenset("s6-svscan runsvdir circusd monit horust chaperone systemd multirun".split())
"""They read files of their own, too, which nobody looks into."""
