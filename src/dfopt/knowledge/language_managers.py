"""The package managers of languages: one row each, see manager.py."""

from __future__ import annotations

from dfopt.knowledge.manager import CACHE_FOLDER, Manager, Rival, Switch, words

PIP = Manager(
    name="pip",
    source="https://pip.pypa.io/en/stable/topics/caching/",
    commands=r"pip(-?[0-9][0-9.]*)?",
    module="pip",
    value_options=words(
        "-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links "
        "--cache-dir --log --proxy --retries --timeout --trusted-host --cert --client-cert --python --prefix --root "
        "--src --platform --python-version --implementation --abi --no-binary --only-binary --progress-bar "
        "--upgrade-strategy -d --dest -w --wheel-dir --global-option --build-option --config-settings -C --report "
        "--exists-action --keyring-provider --use-feature --use-deprecated --group"
    ),
    install="install|wheel|download",
    clean=r"cache (purge|remove)",
    remove="uninstall",
    dry=r" (--dry-run|-h|--help|-V|--version) ",
    # An option may be shortened as long as it is clear which one is meant.
    no_cache=Switch(written="--no-cache-dir", seen=r" --no-ca(c(h(e(-(d(ir?)?)?)?)?)?)? "),
    cache_paths=("{HOME}/.cache/pip",),
    left_behind=2_000_000,
    # Any value disables the cache, "0" and "off" too; an empty one is as if it were not set.
    no_cache_env={"PIP_NO_CACHE_DIR": r"(?s).+"},
    own_cache_env=("PIP_CACHE_DIR", "XDG_CACHE_HOME"),
    elsewhere=r" --cache-dir(=\S*)? ",
    # Before pip 21.3 purge and remove fail if there is nothing to remove.
    traces=rf"{CACHE_FOLDER}|\.cache/pip|pip cache|cache (purge|remove)|config .*cache-dir",
    mounts=("{HOME}/.cache/pip",),
    # Before pip 19.1 it builds a wheel only where there is a cache, and installs other files without one.
    too_old=r"(?i)ubuntu(-debootstrap|-upstart)?-?:?(1[0-8]|19\.)|debian:([6-9]|10)($|[^0-9])|phusion/[\w-]+:0\.(9|1[01]($|[^0-9]))"
    r"|precise|trusty|xenial|bionic|wheezy|jessie|stretch|\A(?!.*(python|pypy)).*buster"
    r"|ros:(indigo|jade|kinetic|lunar|melodic|ardent|bouncy|crystal|dashing|eloquent)"
    r"|python:(2\.7\.([0-9]|1[0-5])|3\.[0-4]|3\.5\.[0-6]|3\.6\.[0-7]|3\.7\.[0-2])($|[^0-9])"
    # images of the time before Debian 11, which their tags need not name
    r"|(node:([0-9]|1[0-4])|golang:1\.([0-9]|1[0-6])|php:(5|7\.[0-3])|openjdk:([6-9]|1[0-5]))(?![0-9])"
    r"(?!.*(bullseye|bookworm|alpine|oracle))|nvidia/cuda:([789]|10)\.|continuumio/\w+:(4\.[0-5]|[1-3])\."
    # python3-pip is 9.0.3 in EL 7 and 8, 19.0.3 in Fedora 30, 10.0.1 in Leap 15.2, 18.1 and older up to Alpine 3.10
    r"|(centos|almalinux|rockylinux|oraclelinux|redhat/ubi|ubi)[\w/.-]*:?[\w.-]*?(?<![0-9.])[5-8](?![0-9])|ubi[78]"
    r"|rhel[5-8]|(centos|el|rockylinux|almalinux|oraclelinux)-?[5-8](?![0-9])|fedora:(2[0-9]|30)(?![0-9])"
    r"|(openjdk:([6-9]|1[0-3])|golang:1\.([0-9]|1[01])|php:(5|7\.[01])|node:[0-7])(?![0-9])[\w.-]*alpine"
    r"|\Adocker:1[78](?![0-9])|opensuse/leap:(42|15\.[0-2])|(?<!-)alpine:(2\.|3\.([0-9]|10)($|[^0-9]))|amazonlinux:(1|201)",
    # The packages of Python 2 hold pip 1.5 to 18.1, whatever the base image says of its system.
    comes_old=r"(?<![\w-])python2?-pip(?![\w-])|(?<![\w-])pip *(==|<=?|~=) *1?[0-9](?![0-9])",
)

UV = Manager(
    name="uv",
    source="https://docs.astral.sh/uv/concepts/cache/",
    commands="uv",
    value_options=words(
        "--directory --project --config-file --color -p --python --index --default-index -i --index-url "
        "--extra-index-url -f --find-links --group --extra --no-group --only-group --package -r --requirement "
        "--requirements -c --constraint -e --editable --target --prefix --link-mode --cache-dir --allow-insecure-host"
    ),
    install="pip install|pip sync|sync|add|tool install",
    clean=r"cache (clean|prune)|clean",
    remove="pip uninstall|remove|tool uninstall",
    dry=r" (--dry-run|-h|--help) ",
    no_cache=Switch(written="--no-cache", seen=r" (-n|--no-cache|--no-cache-dir) "),
    cache_paths=("{HOME}/.cache/uv",),
    no_cache_env={"UV_NO_CACHE": r"1|true|yes|on|t|y|True|TRUE"},
    own_cache_env=("UV_CACHE_DIR", "UV_LINK_MODE", "XDG_CACHE_HOME"),
    elsewhere=r" (--cache-dir|--cache-dir=\S*|--link-mode|--link-mode=\S*|--offline) ",
    offline=r" --offline ",
    traces=rf"{CACHE_FOLDER}|\.cache/uv|uv cache|UV_OFFLINE",
    mounts=("{HOME}/.cache/uv",),
    mount_note="with UV_LINK_MODE=copy",
    mount_option=Switch(written="--link-mode=copy", seen=r" --link-mode(=\S+)? "),
)

POETRY = Manager(
    name="poetry",
    source="https://python-poetry.org/docs/configuration/#cache-dir",
    commands="poetry",
    module="poetry",
    value_options=words("-C --directory -P --project --with --without --only -E --extras -G --group --source"),
    install="install|add|update|sync|self add|self update",
    clean="cache clear",
    remove="remove",
    dry=r" (--dry-run|-h|--help|-V|--version) ",
    # The virtual environments live beside these two.
    cache_paths=("{HOME}/.cache/pypoetry/cache", "{HOME}/.cache/pypoetry/artifacts"),
    cleanup=(("rm", "-rf", "/root/.cache/pypoetry/cache", "/root/.cache/pypoetry/artifacts"),),
    assumes={"HOME": "/root"},
    own_cache_env=("POETRY_CACHE_DIR", "POETRY_VIRTUALENVS_PATH", "XDG_CACHE_HOME"),
    no_cache=Switch(written="", seen=r" --no-cache "),
    traces=rf"{CACHE_FOLDER}|\.cache/pypoetry|poetry cache|(?<!no-)cache-dir",
    mounts=("{HOME}/.cache/pypoetry/cache", "{HOME}/.cache/pypoetry/artifacts"),
)

PIPENV = Manager(
    name="pipenv",
    source="https://pipenv.pypa.io/en/latest/configuration.html",
    commands="pipenv",
    module="pipenv",
    value_options=words("--python -r --requirements -i --index --pypi-mirror --extra-pip-args -c --categories"),
    install="install|sync|update|upgrade",
    remove="uninstall",
    dry=r" (-h|--help|--version) ",
    cache_paths=("{HOME}/.cache/pipenv",),
    cleanup=(("rm", "-rf", "/root/.cache/pipenv"),),
    assumes={"HOME": "/root"},
    no_cache_env={"PIP_NO_CACHE_DIR": r"(?s).+"},
    own_cache_env=("PIPENV_CACHE_DIR", "PIP_CACHE_DIR", "XDG_CACHE_HOME"),
    elsewhere=r" --clear ",
    traces=rf"{CACHE_FOLDER}|\.cache/pipenv",
    mounts=("{HOME}/.cache/pipenv",),
)

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

GEM = Manager(
    name="gem",
    source="https://guides.rubygems.org/command-reference/",
    commands=r"gem[0-9.]*",
    value_options=words(
        "-v --version -i --install-dir -n --bindir -P --trust-policy -s --source --platform -p --http-proxy"
    ),
    install="install|update|i",
    remove="uninstall|cleanup",
    dry=r" (--explain|-h|--help|--version) ",
    cache_paths=("{GEM_HOME}/cache",),
    cleanup=(("rm", "-rf", "/usr/local/bundle/cache/*"),),
    assumes={"GEM_HOME": "/usr/local/bundle"},
    own_cache_env=("BUNDLE_PATH",),
    elsewhere=r" (-i|--install-dir(=\S*)?|--user-install|--minimal-deps|--local|-l) ",
    offline=r" (pristine|--local|-l|fetch|unpack) ",
    traces=r"/usr/local/bundle(?!/(bin|config|gems))|bundle/cache|pristine|bundle (cache|package)",
    mounts=("{GEM_HOME}/cache",),
)

BUNDLE = Manager(
    name="bundle",
    source="https://bundler.io/man/bundle-install.1.html",
    commands=r"bundle[0-9.]*|bundler",
    value_options=words(
        "--gemfile --path --jobs -j --retry --without --with --binstubs --system --standalone --target-rbconfig"
    ),
    install="|install|update|add",
    clean="clean",
    remove="remove",
    dry=r" (-h|--help|-v|--version) ",
    cache_paths=("{GEM_HOME}/cache",),
    cleanup=(("rm", "-rf", "/usr/local/bundle/cache/*"),),
    assumes={"GEM_HOME": "/usr/local/bundle"},
    own_cache_env=("BUNDLE_PATH", "BUNDLE_DEPLOYMENT", "BUNDLE_CACHE_PATH", "BUNDLE_CACHE_ALL", "BUNDLE_NO_PRUNE"),
    elsewhere=r" (--path(=\S*)?|--deployment|--local|--standalone(=\S*)?|--system) ",
    offline=r" (--local|cache|package|pristine|pack) ",
    traces=r"/usr/local/bundle(?!/(bin|config|gems))|bundle/cache|pristine|bundle (cache|package|config)|vendor/bundle",
    mounts=("{GEM_HOME}/cache",),
)

COMPOSER = Manager(
    name="composer",
    source="https://getcomposer.org/doc/03-cli.md",
    commands=r"composer(\.phar)?",
    value_options=words("-d --working-dir"),
    install="install|i|update|u|upgrade|require|r|create-project|global require|global install|global update",
    clean="clear-cache|clearcache|cc",
    remove="remove|global remove",
    dry=r" (--dry-run|-h|--help|-V|--version) ",
    # composer 1 does not know it
    no_cache=Switch(written="", seen=r" --no-cache "),
    cache_paths=("{HOME}/.composer/cache", "{HOME}/.cache/composer"),
    # plug-ins that the install kept out would run
    cleanup=(("composer", "clear-cache", "--no-plugins"),),
    no_cache_env={"COMPOSER_CACHE_DIR": "/dev/null"},
    own_cache_env=("COMPOSER_CACHE_DIR", "COMPOSER_HOME", "XDG_CACHE_HOME"),
    offline=r" --no-network ",
    traces=rf"{CACHE_FOLDER}|\.composer(?!/vendor)|\.cache/composer|COMPOSER_DISABLE_NETWORK|/tmp/cache",
    # Which of the two it takes depends on folders that the base image may have.
    mounts=("{HOME}/.composer/cache", "{HOME}/.cache/composer"),
    moved_by_mount=r" global ",
)

_CONDA_VALUES = words(
    "-n --name -p --prefix -c --channel -f --file --repodata-fn --solver --platform --subdir -r --root-prefix"
)
_CONDA_INSTALL = "install|create|update|upgrade|env create|env update"


def _conda(name: str, source: str) -> Manager:
    return Manager(
        name=name,
        source=source,
        commands=name,
        value_options=_CONDA_VALUES,
        install=_CONDA_INSTALL,
        clean="clean",
        remove="remove|uninstall|env remove",
        dry=r" (-d|--dry-run|--download-only|-h|--help|-V|--version) ",
        cache_paths=("{CONDA_DIR}/pkgs", "/opt/conda/pkgs"),
        cleanup=((name, "clean", "-afy"),),
        own_cache_env=("CONDA_PKGS_DIRS", "CONDA_ALWAYS_SOFTLINK", "CONDA_ALLOW_SOFTLINKS"),
        elsewhere=r" (--offline|--use-local|--always-softlink) ",
        offline=r" (--offline|--use-local) ",
        traces=r"/pkgs|softlink|conda[ -]pack",
        linked=r"softlink",
        mounts=("/opt/conda/pkgs",),
        sharing="locked",
        mount_note="hides the packages of the base image: unsafe",
        unmountable="the mount would hide the packages of the base image",
        # conda 4.6.0 is the first one with `clean -f` (https://docs.conda.io/projects/conda/en/4.6.0/commands/clean.html)
        too_old=r"continuumio/\w+:(4\.[0-5](?![0-9])|[1-35]\.|2018)",
        comes_old=r"(?i)Miniconda[23]?-([0-3]\.|4\.[0-5](?![0-9]))|Anaconda[23]?-([1-4]\.|5\.[0-3]|2018)"
        r"|conda\w*_?version[ =]+[\"']?v?([0-3]\.|4\.[0-5](?![0-9])|5\.[0-3](?![0-9])|2018)",
    )


CONDA = _conda("conda", "https://docs.conda.io/projects/conda/en/latest/commands/clean.html")
MAMBA = _conda("mamba", "https://mamba.readthedocs.io/en/latest/user_guide/mamba.html")
MICROMAMBA = _conda("micromamba", "https://mamba.readthedocs.io/en/latest/user_guide/micromamba.html")

GO = Manager(
    name="go",
    source="https://go.dev/ref/mod#go-clean-modcache",
    commands=r"go[0-9.]*",
    value_options=words("-C"),
    install="build|install|get|run|test|vet|generate|mod (download|tidy|vendor|verify)|list|tool|work sync",
    clean="clean",
    dry=r" (-h|-help|--help) ",
    cache_paths=("{GOPATH}/pkg/mod", "{HOME}/.cache/go-build"),
    defaults={"GOPATH": "{HOME}/go"},
    cleanup=(("go", "clean", "-cache", "-modcache"),),
    own_cache_env=("GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "XDG_CACHE_HOME"),
    elsewhere=r" (-modcacherw|-mod=mod|-n) ",
    traces=r"pkg/mod|go-build|GOPROXY|GOFLAGS|-modcache",
    read_at_run_time=True,
    fills_for_others="mod (download|tidy|verify)|list|work sync",
    mounts=("{GOPATH}/pkg/mod", "{HOME}/.cache/go-build"),
    too_old=r"golang:1\.([0-9]|10)($|[^0-9])",
    known_in=frozenset({"golang"}),
)

CARGO = Manager(
    name="cargo",
    source="https://doc.rust-lang.org/cargo/guide/cargo-home.html",
    commands="cargo",
    value_options=words("--manifest-path --target-dir --config -C --color -Z"),
    install="build|b|install|fetch|test|t|run|r|check|c|update|doc|bench|clippy|chef cook|vendor|binstall",
    remove="uninstall",
    dry=r" (-h|--help|-V|--version|--dry-run) ",
    cache_paths=("{CARGO_HOME}/registry", "{CARGO_HOME}/git"),
    defaults={"CARGO_HOME": "{HOME}/.cargo"},
    cleanup=(("rm", "-rf", "/usr/local/cargo/registry", "/usr/local/cargo/git"),),
    assumes={"CARGO_HOME": "/usr/local/cargo"},
    offline=r" (--offline|--frozen) ",
    elsewhere=r" (--offline|--frozen) ",
    traces=r"\.cargo|cargo/(registry|git)|/usr/local/cargo(?!/(bin|env))|cargo vendor",
    read_at_run_time=True,
    fills_for_others="fetch|update|check|c",
    mounts=("{CARGO_HOME}/registry", "{CARGO_HOME}/git"),
    mount_note="never target/, whose artefacts the image needs",
)

MAVEN = Manager(
    name="maven",
    source="https://maven.apache.org/guides/mini/guide-configuring-maven.html",
    commands=r"mvn|mvnw|mvnd",
    value_options=words(
        "-f --file -s --settings -gs --global-settings -pl --projects -P --activate-profiles -T --threads "
        "-D --define -l --log-file -b --builder -t --toolchains"
    ),
    install=r"[\w.:-]+( [\w.:-]+)*",
    cache_paths=("{HOME}/.m2/repository",),
    cleanup=(("rm", "-rf", "/root/.m2/repository"),),
    assumes={"HOME": "/root"},
    elsewhere=r" (-Dmaven\.repo\.local\S*|-o|--offline) ",
    offline=r" (-o|--offline) ",
    traces=r"\.m2",
    read_at_run_time=True,
    fills_for_others=r"(.* )?(dependency|de\.qaware\.maven):.*",
    mounts=("{HOME}/.m2/repository",),
)

GRADLE = Manager(
    name="gradle",
    source="https://docs.gradle.org/current/userguide/directory_layout.html",
    commands=r"gradle|gradlew",
    value_options=words("-p --project-dir -b --build-file -g --gradle-user-home -x --exclude-task"),
    install=r"[\w.:-]+( [\w.:-]+)*",
    cache_paths=("{GRADLE_USER_HOME}/caches",),
    defaults={"GRADLE_USER_HOME": "{HOME}/.gradle"},
    cleanup=(("rm", "-rf", "/root/.gradle/caches"),),
    assumes={"HOME": "/root"},
    own_cache_env=("GRADLE_USER_HOME",),
    elsewhere=r" (-g|--gradle-user-home(=\S*)?|--offline) ",
    offline=r" --offline ",
    traces=r"\.gradle",
    read_at_run_time=True,
    fills_for_others=r"(.* )?(\S*:)?(dependencies|resolveDependencies|downloadDependencies)",
    mounts=("{GRADLE_USER_HOME}/caches",),
    sharing="locked",
)

DOTNET = Manager(
    name="dotnet",
    source="https://learn.microsoft.com/dotnet/core/tools/dotnet-nuget-locals",
    commands="dotnet",
    value_options=words(
        "-c --configuration -o --output -r --runtime -f --framework -v --verbosity -a --arch --os -s --source "
        "--version-suffix --configfile --packages --project --tool-path --artifacts-path -p --property --manifest"
    ),
    install="restore|build|publish|pack|test|run|add package|tool install|tool restore|workload install",
    clean="nuget locals",
    dry=r" (-h|--help|--version|--info) ",
    cache_paths=("{HOME}/.nuget/packages",),
    cleanup=(("dotnet", "nuget", "locals", "all", "--clear"),),
    own_cache_env=("NUGET_PACKAGES",),
    elsewhere=r" --packages ",
    offline=r" (--no-restore|--no-build) ",
    traces=r"\.nuget|nuget locals",
    read_at_run_time=True,
    # What "build" makes, unlike "publish", names files of packages in there.
    fills_for_others="restore|build|test|run|add package|tool restore",
    mounts=("{HOME}/.nuget/packages",),
    mount_note="on every restore, build and publish RUN",
)

MIX = Manager(
    name="mix",
    source="https://hexdocs.pm/hex/Mix.Tasks.Hex.Config.html",
    commands="mix",
    value_options=words("--only --target --timeout"),
    install=r"deps\.get|deps\.compile|local\.hex|local\.rebar",
    cache_paths=("{HOME}/.hex",),
    keeps="its folder holds its configuration too",
    unmountable="its folder holds its configuration too",
)

LITTLER = Manager(
    name="install2.r",
    source="https://github.com/eddelbuettel/littler",
    commands=r"install2?\.r|installGithub\.r|installBioc\.r",
    install="|[^ ].*",
    dry=r" (-h|--help) ",
    cache_paths=("/tmp/downloaded_packages",),
    cleanup=(("rm", "-rf", "/tmp/downloaded_packages"),),
    elsewhere=r" (-d|--libloc|--deps-dir) ",
    traces=r"downloaded_packages",
)

CPANM = Manager(
    name="cpanm",
    source="https://metacpan.org/dist/App-cpanminus/view/bin/cpanm",
    commands="cpanm",
    value_options=words("-l -L --local-lib --local-lib-contained --mirror --cpanfile --from -M"),
    install=r".*",
    dry=r" (-h|--help|-V|--version|--info|--scandeps|--showdeps) ",
    cache_paths=("{HOME}/.cpanm",),
    cleanup=(("rm", "-rf", "/root/.cpanm"),),
    assumes={"HOME": "/root"},
    own_cache_env=("PERL_CPANM_HOME",),
    elsewhere=r" (--save-dists\S*|--look|--self-contained) ",
    traces=r"\.cpanm",
    mounts=("{HOME}/.cpanm",),
    unmountable="it does not reuse its downloads",
)

CPAN = Manager(
    name="cpan",
    source="https://perldoc.perl.org/CPAN",
    commands="cpan",
    install=r".*",
    dry=r" (-h|-v|-l|-O) ",
    cache_paths=("{HOME}/.cpan",),
    keeps="its folder holds its configuration too",
    mounts=("{HOME}/.cpan/sources",),
    unmountable="its folder holds its configuration too",
)

LANGUAGE_MANAGERS = (
    PIP,
    UV,
    POETRY,
    PIPENV,
    NPM,
    YARN,
    PNPM,
    BUN,
    GEM,
    BUNDLE,
    COMPOSER,
    CONDA,
    MAMBA,
    MICROMAMBA,
    GO,
    CARGO,
    MAVEN,
    GRADLE,
    DOTNET,
    MIX,
    LITTLER,
    CPANM,
    CPAN,
)
