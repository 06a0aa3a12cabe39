"""Where Bundler puts what it installs, beside the folder of gems of the image.

Sources: https://bundler.io/man/bundle-config.1.html, https://bundler.io/man/bundle-install.1.html,
https://bundler.io/man/bundle-binstubs.1.html; ``Bundler::Settings#path`` and ``#to_bool``.
"""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression

INSTALLS: Final = frozenset({"", "install", "update", "add", "pristine"})
"""Its commands that install gems; with none of them it does, too."""

OF_DEPLOYMENT: Final = "vendor/bundle"
"""With ``deployment``, gems are there below the folder of the Gemfile, unless ``path`` is set anywhere."""
OF_STANDALONE: Final = "bundle"
"""With ``--standalone``, they are there, unless ``path`` is set."""
OF_PROGRAMS: Final = "bin"
"""``--binstubs`` and ``bundle binstubs`` write scripts there, which start the programs of gems."""

FALSE: Final = Expression(r"(?i)false|f|no|n|0|")
"""Values of a setting that switch it off."""
