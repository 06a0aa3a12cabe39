"""The package managers of operating systems: one row each, see manager.py."""

from __future__ import annotations

from dfopt.knowledge.manager import Action, Manager, Switch, words

_APT_SHORT = "[bdfhmqsuvV]"

APT = Manager(
    name="apt",
    source="https://manpages.debian.org/bookworm/apt/apt-get.8.en.html",
    commands=r"apt|apt-get|aptitude",
    companions={
        "apt-cache": Action.READ,
        "apt-file": Action.READ,
        "apt-show-versions": Action.READ,
        "apt-rdepends": Action.READ,
        "mk-build-deps": Action.READ,
        "tasksel": Action.READ,
        "dselect": Action.READ,
        "gdebi": Action.READ,
        "unattended-upgrade": Action.READ,
        "unattended-upgrades": Action.READ,
        "apt-fast": Action.READ,
        # https://github.com/bitnami/minideb, https://github.com/phusion/baseimage-docker,
        # https://github.com/mlocati/docker-php-extension-installer: these update and clean up themselves
        "install_packages": Action.SELF,
        "install_clean": Action.SELF,
        "install-php-extensions": Action.SELF,
    },
    value_options=words("-o --option -t --target-release --default-release -c --config-file -a --host-architecture"),
    install="install|reinstall|build-dep|satisfy|upgrade|dist-upgrade|full-upgrade|safe-upgrade|dselect-upgrade",
    update="update",
    read="source|download|changelog|search|show|list|policy|madison|depends|rdepends|indextargets|check|versions|why",
    clean="clean|autoclean|auto-clean",
    purge="distclean|dist-clean",
    remove="remove|purge|autoremove|auto-remove|autopurge",
    dry=r" (-[bdfhmquvVy]*s\w*|--simulate|--just-print|--dry-run|--recon|--no-act|--print-uris|--help|--version) ",
    yes=Switch(
        written="-y",
        seen=rf" (-{_APT_SHORT}*y\w*|--yes|--assume-yes(=\w+)?|--assume-no|--trivial-only|\S*APT::Get::Assume\S*|"
        rf"-{_APT_SHORT}*q\w*q\w*|-q=\S+|--quiet=\S+) | (-\w*q|--quiet) (.* )?(-\w*q|--quiet) ",
    ),
    lean={
        name: Switch(
            written="--no-install-recommends",
            seen=r" (--(no-)?install-recommends|\S*APT::Install-Recommends\S*|-d|--download-only) ",
        )
        for name in ("apt", "apt-get")
    },
    families=frozenset({"debian", "ubuntu"}),
    needs_root=True,
    has_index=True,
    index_path="/var/lib/apt/lists",
    cache_paths=("/var/cache/apt",),
    cleanup=(("rm", "-rf", "/var/lib/apt/lists/*"),),
    left_behind=19_900_000,
    elsewhere=r"Dir(::|=)|RootDir",
    offline=r" (--no-download|--ignore-missing) ",
    traces=r"/var/lib/apt(?![\w-])(/lists|/?(?![\w/]))|/var/cache/apt",
    mounts=("/var/cache/apt", "/var/lib/apt/lists"),
    sharing="locked",
    mount_note="official Debian and Ubuntu images need docker-clean removed first; never mount /var/lib/apt itself",
    # https://docs.docker.com/reference/dockerfile/#example-cache-apt-packages
    setup=(
        "rm -f /etc/apt/apt.conf.d/docker-clean",
        """echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache""",
    ),
    setup_trace="docker-clean",
    # install.packages of R installs packages of the system there (https://cran4linux.github.io/bspm).
    called_by_base=r"(rocker(-org)?|eddelbuettel)/r(2u|-bspm)",
)

APK = Manager(
    name="apk",
    source="https://man.archlinux.org/man/apk.8.en",
    commands="apk",
    companions={"install-php-extensions": Action.SELF},
    value_options=words(
        "-p --root -X --repository -t --virtual --arch --cache-dir --cache-max-age --keys-dir --progress-fd "
        "--repositories-file --timeout --wait"
    ),
    install="add|upgrade|fix",
    update="update",
    read="search|fetch|policy|dot|list|version|cache download|cache sync",
    clean="cache clean|cache purge",
    remove="del",
    dry=r" (-[a-zA-Z]*s[a-zA-Z]*|--simulate|-h|--help) ",
    updates_first=r" (-[a-zA-Z]*U[a-zA-Z]*|--update|--update-cache) ",
    no_cache=Switch(
        written="--no-cache", seen=r" --no-cache ", replaces=frozenset({"-U", "--update", "--update-cache"})
    ),
    families=frozenset({"alpine", "wolfi"}),
    needs_root=True,
    has_index=True,
    index_path="/var/cache/apk",
    sources_path="/etc/apk",
    own_sources=r" (-\w*X\S*|--(repository|repositories-file|keys-dir|arch)(=\S*)?|--allow-untrusted) ",
    cache_paths=("/etc/apk/cache",),
    cleanup=(("rm", "-rf", "/var/cache/apk/*"),),
    elsewhere=r" (-p|--root|--root=\S*|--initdb|--cache-dir|--cache-dir=\S*|--no-network|--cache-only|--usermode) ",
    offline=r" (--no-network|--cache-only) ",
    traces=r"/var/cache/apk|/etc/apk/cache|setup-apkcache",
    mounts=("/etc/apk/cache",),
    sharing="locked",
    update_option="--update-cache",
    too_old=r"alpine(-\w+)?:(alpine-)?(2\.|3\.[012]($|[^0-9]))",
    # Since 2.9.1 apk updates the index by itself (apk-tools, commit 8a28c6d).
    upgrades_since={"alpine": 308},
    upgrades_blindly=r"mhart/alpine-node:([0-9]|10)(?![0-9])|alpine(-\w+)?:(alpine-)?3\.[3-7]($|[^0-9])|:(.*-)?alpine3\.[3-7]($|[^0-9])",
)

_RPM_INSTALL = (
    "install|localinstall|reinstall|update|upgrade|upgrade-minimal|update-minimal|update-to|upgrade-to|downgrade|"
    "distro-sync|distribution-synchronization|groupinstall|groupupdate|group install|group update|group upgrade|"
    "groups install|environment install|module install|module enable|builddep|build-dep|swap|in|up|dsync|rei|dg"
)
_RPM_READ = (
    "list|info|search|provides|whatprovides|repoquery|check-update|deplist|repolist|grouplist|groupinfo|"
    "module list|module info|download|updateinfo"
)
_RPM_VALUES = words(
    "-c --config -d --debuglevel -e --errorlevel -R --randomwait -x --exclude --excludepkgs --releasever --setopt "
    "--enablerepo --disablerepo --repo --repoid --installroot --disableexcludes --enableplugin --disableplugin "
    "--comment --forcearch --advisory --bz --cve --color --downloaddir --destdir --rpmverbosity"
)
_RPM_YES = Switch(written="-y", seen=r" (-[bCqv46]*y\w*|--assumeyes|--assumeno|--setopt=assumeyes=\S+) ")
_RPM_KEEP = Switch(written="--setopt=keepcache=1", seen=r" --setopt=keepcache=\S+ ")
_RPM_DRY = r" (--assumeno|--downloadonly|-h|--help|--version|--setopt=tsflags=test) "
_YUM_SOURCES_GONE = (
    r"(rm|mv|unlink|truncate|find|sed .*enabled.*) .*/etc/yum\.repos\.d.*"
    r"|(yum-config-manager|(yum|dnf) (.* )?config-manager|subscription-manager) .*disable.*"
)
_RPM_ELSEWHERE = r" (--installroot\S*|-c|--config\S*|--setopt=cachedir\S*|--setopt=keepcache=\S+|-C|--cacheonly) "

YUM = Manager(
    name="yum",
    source="https://man7.org/linux/man-pages/man8/yum.8.html",
    commands="yum",
    value_options=_RPM_VALUES,
    install=_RPM_INSTALL,
    update="makecache|makecache fast",
    read=_RPM_READ,
    clean=r"clean( (packages|metadata|headers|expire-cache|rpmdb|dbcache|plugins|all|everything))?",
    remove="remove|erase|autoremove|groupremove|group remove|module remove|rm",
    dry=_RPM_DRY,
    yes=_RPM_YES,
    families=frozenset({"rhel", "fedora", "amazon"}),
    needs_root=True,
    cache_paths=("/var/cache/yum", "/var/cache/dnf"),
    cleanup=(("yum", "clean", "all"), ("rm", "-rf", "/var/cache/yum")),
    # yum 3: "There are no enabled repos"
    sources_gone=_YUM_SOURCES_GONE,
    sources_changed=r".*/etc/yum(\.repos\.d|\.conf).*",
    elsewhere=_RPM_ELSEWHERE,
    offline=r" (-[a-zA-Z]*C[a-zA-Z]*|--cacheonly) ",
    traces=r"/var/cache/(yum|dnf)",
    mounts=("/var/cache/yum", "/var/cache/dnf"),
    sharing="locked",
    mount_note="needs keepcache=1",
    mount_option=_RPM_KEEP,
)

DNF = Manager(
    name="dnf",
    source="https://dnf.readthedocs.io/en/latest/command_ref.html",
    commands=r"dnf|dnf-3|dnf4|dnf5",
    value_options=_RPM_VALUES,
    install=_RPM_INSTALL,
    update="makecache",
    read=_RPM_READ,
    clean=r"clean( (packages|metadata|expire-cache|dbcache|all))?",
    remove="remove|erase|autoremove|groupremove|group remove|module remove|rm",
    dry=_RPM_DRY,
    lean={
        name: Switch(written="--setopt=install_weak_deps=False", seen=r" \S*install_weak_deps\S* ")
        for name in ("dnf", "dnf5")
    },
    yes=_RPM_YES,
    families=frozenset({"rhel", "fedora", "amazon"}),
    needs_root=True,
    cache_paths=("/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum"),
    cleanup=(("dnf", "clean", "all"),),
    elsewhere=_RPM_ELSEWHERE,
    offline=r" (-[a-zA-Z]*C[a-zA-Z]*|--cacheonly) ",
    traces=r"/var/cache/(yum|dnf|libdnf5)",
    mounts=("/var/cache/dnf", "/var/cache/libdnf5"),
    sharing="locked",
    mount_note="needs keepcache=1",
    mount_option=_RPM_KEEP,
)

MICRODNF = Manager(
    name="microdnf",
    source="https://github.com/rpm-software-management/microdnf",
    commands="microdnf",
    value_options=_RPM_VALUES,
    install="install|reinstall|update|upgrade|downgrade|distro-sync|module enable",
    update="makecache",
    read="repoquery|repolist|download",
    clean=r"clean( (packages|metadata|all))?",
    remove="remove",
    dry=_RPM_DRY,
    # Whether it asks depends on its version and on what the image configures: nothing is written.
    yes=Switch(written="", seen=_RPM_YES.seen),
    families=frozenset({"rhel", "fedora"}),
    needs_root=True,
    cache_paths=("/var/cache/yum", "/var/cache/dnf"),
    cleanup=(("microdnf", "clean", "all"),),
    elsewhere=_RPM_ELSEWHERE,
    traces=r"/var/cache/(yum|dnf)",
    mounts=("/var/cache/yum",),
    sharing="locked",
    mount_note="needs keepcache=1",
    unmountable="not every version can be told to keep its downloads",
)

TDNF = Manager(
    name="tdnf",
    source="https://github.com/vmware/tdnf/wiki",
    commands="tdnf",
    value_options=_RPM_VALUES,
    install="install|reinstall|update|upgrade|downgrade|distro-sync",
    update="makecache",
    read=_RPM_READ,
    clean=r"clean( (packages|metadata|all))?",
    remove="remove|erase|autoremove",
    dry=_RPM_DRY,
    yes=_RPM_YES,
    families=frozenset({"photon", "azurelinux"}),
    needs_root=True,
    cache_paths=("/var/cache/tdnf",),
    cleanup=(("tdnf", "clean", "all"),),
    sources_gone=_YUM_SOURCES_GONE,
    sources_changed=r".*/etc/yum\.repos\.d.*",
    elsewhere=_RPM_ELSEWHERE,
    offline=r" (-[a-zA-Z]*C[a-zA-Z]*|--cacheonly) ",
    traces=r"/var/cache/tdnf",
    mounts=("/var/cache/tdnf",),
    sharing="locked",
    unmountable="it is not known to keep its downloads",
)

ZYPPER = Manager(
    name="zypper",
    source="https://manpages.opensuse.org/Tumbleweed/zypper/zypper.8.en.html",
    commands="zypper",
    value_options=words(
        "-c --config --userdata -R --root --installroot -D --reposd-dir -C --cache-dir --raw-cache-dir "
        "--solv-cache-dir --pkg-cache-dir -p --plus-repo --plus-content --releasever -r --repo --from -t --type"
    ),
    install="install|in|update|up|dist-upgrade|dup|patch|install-new-recommends|inr|source-install|si|verify|ve",
    update="refresh|ref",
    read="search|se|info|if|list-updates|lu|packages|pa|what-provides|wp|download",
    clean=r"clean|cc",
    remove="remove|rm",
    dry=r" (--dry-run|-D|--download-only|-d|--help|-h|--version) ",
    yes=Switch(
        written="-n",
        place="command",
        seen=r" (-[a-zA-Z]*n[a-zA-Z]*|--non-interactive|-[a-zA-Z]*y[a-zA-Z]*|--no-confirm) ",
    ),
    families=frozenset({"suse"}),
    needs_root=True,
    cache_paths=("/var/cache/zypp",),
    cleanup=(("zypper", "clean", "--all"),),
    sources_gone=r"(rm|mv|unlink|truncate|find|sed .*enabled.*) .*/etc/zypp/repos\.d.*"
    r"|zypper (.* )?(rr|removerepo|mr|modifyrepo) .*",
    sources_changed=r".*/etc/zypp/(repos\.d|zypp\.conf).*",
    elsewhere=r" (-R|--root|--root=\S*|--installroot|--installroot=\S*|-C|--\S*cache-dir|--\S*cache-dir=\S*) ",
    offline=r" --no-refresh ",
    traces=r"/var/cache/zypp",
    mounts=("/var/cache/zypp",),
    sharing="locked",
    unmountable="its repositories say whether it keeps its downloads",
)

PACMAN = Manager(
    name="pacman",
    source="https://man.archlinux.org/man/pacman.8",
    commands="pacman",
    value_options=words(
        "-b --dbpath -r --root --arch --cachedir --color --config --gpgdir --hookdir --logfile --sysroot --assume-"
        "installed --ignore --ignoregroup --overwrite"
    ),
    verb_is_option=True,
    install=r"-[yuwqvdn]*[SU][yuwqvdn]*|--sync|--upgrade",
    read=r"-[q]*S[silgqp]+|-[q]*F\w*",
    clean=r"-Sc+|-Scc\w*",
    remove=r"-R\w*|--remove",
    dry=r" (-p|--print|-\w*p\w*|--help|-h|-V|--version) ",
    yes=Switch(written="--noconfirm", seen=r"^ -Sy+ $| (--noconfirm|--confirm) "),
    families=frozenset({"arch"}),
    needs_root=True,
    cache_paths=("/var/cache/pacman/pkg",),
    cleanup=(("rm", "-rf", "/var/cache/pacman/pkg/*"),),
    elsewhere=r" (-b|-r|--dbpath|--root|--cachedir|--sysroot|--config)(=\S*)? ",
    traces=r"/var/cache/pacman",
    mounts=("/var/cache/pacman/pkg",),
    sharing="locked",
)

SYSTEM_MANAGERS = (APT, APK, YUM, DNF, MICRODNF, TDNF, ZYPPER, PACMAN)
