"""The package managers of JavaScript: one row each, see manager.py."""

from __future__ import annotations

from dfopt.knowledge.manager import CACHE_FOLDER, Manager, Rival, words

NPM = Manager(
    name="npm",
    source="https://docs.npmjs.com/cli/commands/npm-cache",
    commands="npm",
    value_options=words("--prefix --registry --cache --workspace -w --loglevel --userconfig --tag --omit --include"),
    install=r"install|i|in|ins|inst|add|ci|clean-install|ic|install-clean|update|up|upgrade|udpate|"
    "install-test|it|install-ci-test|cit|isntall",
    clean=r"cache (clean|clear|rm|verify)",
    remove="uninstall|un|unlink|remove|rm|r|prune",
    dry=r" (--dry-run|-h|--help|-v|--version|--package-lock-only) ",
    replaces_itself=r" npm(@\S*)? ",
    cache_paths=("{HOME}/.npm",),
    cleanup=(("npm", "cache", "clean", "--force"),),
    left_behind=6_000_000,
    own_cache_env=("npm_config_cache", "NPM_CONFIG_CACHE"),
    elsewhere=r" (--cache(=\S*)?|--offline) ",
    offline=r" (--offline|--prefer-offline)(=\S*)? ",
    traces=r"/\.npm(?![\w-])|_cacache|npm cache|npm config set cache|(?i:npm_config_(offline|prefer_offline))",
    mounts=("{HOME}/.npm",),
)

YARN = Manager(
    name="yarn",
    source="https://classic.yarnpkg.com/en/docs/cli/cache",
    commands=r"yarn|yarnpkg",
    value_options=words(
        "--cwd --registry --cache-folder --modules-folder --mutex --network-timeout --network-concurrency "
        "--global-folder --link-folder --use-yarnrc --prefix"
    ),
    install="|install|add|global add|upgrade|global upgrade",
    clean="cache clean",
    remove="remove|global remove",
    dry=r" (-h|--help|-v|--version) ",
    cache_paths=("/usr/local/share/.cache/yarn", "{HOME}/.cache/yarn"),
    cleanup=(("yarn", "cache", "clean"),),
    own_cache_env=("YARN_CACHE_FOLDER", "XDG_CACHE_HOME"),
    elsewhere=r" --cache-folder(=\S*)? ",
    offline=r" (--offline|--prefer-offline) ",
    traces=rf"{CACHE_FOLDER}|\.cache/yarn|yarn cache|yarn-offline-mirror",
    rival=Rival(
        why="it may be yarn berry, which can run programs from its cache",
        own_verbs="global add|global upgrade",
        images=frozenset({"node"}),
        traces=r"corepack|\.yarnrc\.yml|\.yarn(?!rc)|yarn set|berry|yarn policies|\bpnp\b",
    ),
    mounts=("/usr/local/share/.cache/yarn",),
)

PNPM = Manager(
    name="pnpm",
    source="https://pnpm.io/cli/store",
    commands="pnpm",
    value_options=words("-C --dir -F --filter --store-dir --reporter --loglevel"),
    install="install|i|add|update|up|upgrade|fetch|dlx",
    clean="store prune",
    remove="remove|rm|uninstall|un|prune",
    cache_paths=("{PNPM_HOME}/store", "{HOME}/.local/share/pnpm/store"),
    keeps="the files of its store are hard links to those that are installed",
    mounts=("{PNPM_HOME}/store",),
)

BUN = Manager(
    name="bun",
    source="https://bun.sh/docs/install/cache",
    commands="bun",
    value_options=words("--cwd --config --registry"),
    install="install|i|add|update",
    clean="pm cache rm",
    remove="remove|rm",
    cache_paths=("{HOME}/.bun/install/cache",),
    keeps="the files of its cache are hard links to those that are installed",
    mounts=("{HOME}/.bun/install/cache",),
    unmountable="it links what it installs to its cache",
)


NODE_MANAGERS = (NPM, YARN, PNPM, BUN)
