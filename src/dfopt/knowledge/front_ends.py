"""How front ends are built beside a program in another language, and where what is built comes to.

Sources: the manuals of npm, yarn and pnpm; the default output folders of Vite, Vue, Angular, Parcel, Rollup and webpack
(``dist``), Create React App (``build``), Next.js (``out``), Nuxt (``.output``) and Hugo (``public``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BUILDERS: Final = frozenset("vite webpack rollup parcel esbuild ng gulp grunt tsc npx hugo".split())
"""What builds by itself."""

MANAGERS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset("run run-script build generate export dlx exec".split()) for name in ("npm", "yarn", "pnpm")
}
"""What builds with one of these words."""

OUTPUTS: Final = frozenset("dist build out .output .next public".split())
