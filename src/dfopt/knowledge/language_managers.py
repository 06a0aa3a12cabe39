"""The package managers of other languages: one row each, see manager.py."""

from __future__ import annotations

from dfopt.knowledge.manager import CACHE_FOLDER, Manager, Switch, words

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


LANGUAGE_MANAGERS = (GEM, BUNDLE, COMPOSER, GO, CARGO, MAVEN, GRADLE, DOTNET, MIX, LITTLER, CPANM, CPAN)
