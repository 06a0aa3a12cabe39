"""What makes a locale, and which shells read theirs when they start: ``*`` sorts by it, and ``${#x}`` counts by it.

Sources: setlocale(3), locale-gen(8), localedef(1); bash(1), LANG. dash asks for no locale, and to musl, which
busybox ash runs with, all are alike but for their messages.
"""

from __future__ import annotations

from dfopt.expression import Expression

VARIABLE = Expression(r"LANG|LC_[A-Z]+")
"""Variables that name a locale."""

ALWAYS_THERE = Expression(r"|C|POSIX|(?i:C\.utf-?8)")
"""Locales that glibc brings itself."""

READING_SHELLS = frozenset({"bash"})

MENTIONS = Expression(r"local(?:e|ectl)|lang|glibc")
"""On a script: it may make a locale."""

MAKERS = (
    r"(locale-gen|localedef|localectl) .*"
    r"|dpkg-reconfigure (.* )?locales .*"
    r"|(.* )?/usr/(lib|share)/locale(/\S*)? .*"
    r"|(.* )?(locales(-all)?|language-pack-\S+|glibc-(common|all-langpacks|langpack-\S+|locale\S*|i18n)|langpacks-\S+)"
    r"([:=]\S*)? .*"
)
"""On a command, with a blank behind each word: it makes a locale, or installs a package that brings some."""
