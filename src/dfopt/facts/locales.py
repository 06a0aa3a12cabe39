"""Whether a script makes the locale that the shell of the next RUN reads when it starts: the shell that runs the
script itself goes on without it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dfopt.facts.base_image import BaseImage
from dfopt.facts.running import running
from dfopt.knowledge.locales import ALWAYS_THERE, MAKERS, MENTIONS, READING_SHELLS, VARIABLE
from dfopt.knowledge.shell_commands import READERS
from dfopt.shell.carried import text_of
from dfopt.shell.nodes import Script


def makes_locale(
    script: Script, text: str, shell: tuple[str, ...] | None, base: BaseImage, variables: Mapping[str, str | None]
) -> bool:
    """True if a shell that reads the locale of its variables may find another one after a script."""
    named = any(
        VARIABLE.fullmatch(name) and (value is None or not ALWAYS_THERE.fullmatch(value))
        for name, value in variables.items()
    )
    if not named or not MENTIONS.search(text) or not _reads_locale(shell, base):
        return False
    for run in running(script, None, variables):
        words = (run.view.base or "", *(text_of(word.parts) for word in run.view.words), "")
        if run.view.base not in READERS and re.fullmatch(MAKERS, " ".join(words), re.DOTALL):
            return True
    return False


def _reads_locale(shell: tuple[str, ...] | None, base: BaseImage) -> bool:
    name = shell[0].rpartition("/")[2] if shell else "sh"
    return name in READING_SHELLS or (name == "sh" and (base.sh is None or base.sh in READING_SHELLS))
