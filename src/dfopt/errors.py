"""The errors that dfopt reports to its users; everything else is a bug of ours."""

from __future__ import annotations


class DfoptError(Exception):
    """Base of every error that is reported as one clear message."""


class DockerfileSyntaxError(DfoptError):
    """A Dockerfile that BuildKit would not read; stops this file only.

    ``line`` and ``column`` count from 1.
    """

    def __init__(self, reason: str, path: str, line: int, column: int) -> None:
        super().__init__(f"{path}:{line}:{column}: {reason}")
        self.reason = reason
        self.path = path
        self.line = line
        self.column = column


class TargetError(DfoptError):
    """A Dockerfile without the stage that is asked for; stops this file only."""


class ConfigError(DfoptError):
    """A configuration or command line that cannot be used."""


class SettingError(ConfigError):
    """A value that a setting cannot have. ``key`` names the setting, such as ``transforms.merge-runs.when``."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
