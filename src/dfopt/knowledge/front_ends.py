"""How front ends are built beside a program in another language, and where what is built comes to.

Sources: the manuals of npm, yarn and pnpm; the default output folders of Vite, Vue, Angular, Parcel, Rollup and webpack
(``dist``), Create React App (``build``), Next.js (``out``), Nuxt (``.output``) and Hugo (``public``);
the references of their configuration and of their command lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

BUILDERS: Final = frozenset("vite webpack rollup parcel esbuild ng gulp grunt tsc npx hugo".split())
"""What builds by itself."""

MANAGERS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset("run run-script build generate export dlx exec".split()) for name in ("npm", "yarn", "pnpm")
}
"""What builds with one of these words."""

OUTPUTS: Final = frozenset("dist build out .output .next public".split())

CONFIGURATIONS: Final = Expression(
    r"(?:vite|vue|webpack|rollup|rspack|next|nuxt|quasar|svelte|astro|rsbuild|craco|tsup|ember-cli-build|gulpfile|"
    r"gruntfile|Gruntfile)(?:[.-]\w+)*\.(?:[cm]?[jt]s)|(?:angular|tsconfig(?:\.\w+)?)\.json|\.angular-cli\.json"
)
"""Names of files that say how a front end is built."""

OUTPUT_KEYS: Final = Expression(
    r"(?:[\"']?\b(?:outDir|outputDir|outputPath|distDir|outDirectory|output_dir|buildDir)\b[\"']?\s*:\s*|"
    r"\boutput\s*:\s*[\[{][^{}]*?\b(?:path|dir|file)\s*:\s*|\bdest\(\s*)"
    r"(?P<value>(?:\{\s*[\"']base[\"']\s*:\s*)?[^\n,;(){}]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?)"
)
"""In such a file: the folder that is built to."""

ROOT_KEY: Final = Expression(r"(?m)^\s*root\s*:\s*(?P<value>[^\n,;(){}]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?)")
"""In such a file: the folder that the one above is relative to."""

OUTPUT_OPTIONS: Final = frozenset(
    """
    --outDir --out-dir --outdir --output-path --outputPath --output-dir --dist-dir --dest --outfile --out-file -o -d
    """.split()
)
"""The same on a command line: of Vite, Babel, esbuild, Angular, webpack, Vue, Parcel."""

COPIES: Final = frozenset("cp mv rsync ditto copyfiles cpx cpx2 cpy ncp copy-files-from-to".split())
"""What copies to the last path that it is given, in a script of a package."""

LIFE: Final = frozenset("install i ci add".split())
"""With one of these words a package manager runs the scripts that prepare a package, too."""
