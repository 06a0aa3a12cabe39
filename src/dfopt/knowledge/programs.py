"""Programs that a RUN may call and what is known of them: those that install no packages of the system.

The lists are about one question: may a command that is not a package manager call one? A
program that is not named here may. Sources: the file lists of coreutils, util-linux, busybox and
the other packages named, and the manuals of the tools.
"""

from __future__ import annotations

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})
"""Programs that run the script that they are given."""

RUNNERS = frozenset(
    """
    xargs find timeout gosu su-exec chroot runuser setpriv flock stdbuf ionice taskset setarch linux32 linux64 parallel
    watch eatmydata fakeroot unshare xvfb-run catchsegv strace retry sudo doas env nice nohup time exec command tini
    dumb-init chronic unbuffer script setsid chpst softlimit npx bunx pipx
    """.split()
)
"""Programs that run the command that follows their options."""

BUILD_SCRIPTS = frozenset(
    """
    configure Configure config autogen.sh gradlew mvnw waf b2 bjam rebar rebar3 mach buildconf sbt
    activator artisan console manage.py setup.py wp-cli.phar composer.phar activate
    """.split()
)
"""Scripts that projects bring under a name of their own, and that build or set up only that project."""

SETTERS = r"(/opt/|.*\b(install|devel|rolling|ros)/).*"
"""On the path of a ``setup.sh`` that is sourced: tools have it there (the documentation of ROS)."""

PREPARING = r"--(prefix|with|without|show)\b.*"
"""Options by which a ``bootstrap.sh`` is that of a build tool (the manuals of Boost, CMake and Autoconf)."""

SOURCED = frozenset(
    """
    activate env nvm.sh .nvm os-release lsb-release .bashrc .profile profile .bash_profile environment envvars
    cargo.env setvars.sh conda.sh mamba.sh micromamba.sh setup.bash virtualenvwrapper.sh sdkman-init.sh enable
    rvm gvm emsdk_env.sh export.sh thisroot.sh cmsset_default.sh .asdf asdf.sh ghcup
    """.split()
)
"""Files that are sourced to set variables and functions, by their base name."""

ALARMING_WORDS = frozenset({"--with-deps", "--install-deps", "install-deps", "install-dependencies", "depext"})
"""Arguments that tell a tool of another kind to install packages of the system."""

REMOVERS = {
    "rpm": frozenset({"-e", "-ev", "-ve", "-evh", "--erase"}),
    "dpkg": frozenset({"-r", "-P", "--remove", "--purge"}),
}
"""Programs that remove packages of the system without a package manager, and the options that say so."""

PLAIN_TARGETS = frozenset(
    """
    all install clean distclean check test tests build compile dist lib libs static shared install-strip strip docs html
    uninstall mrproper altinstall PREFIX DESTDIR release default modules modules_install defconfig olddefconfig
    headers headers_install oldconfig bench examples bin
    """.split()
)
"""Targets of make and its like whose meaning is settled by custom."""

MAKERS = frozenset({"make", "gmake", "bmake", "rake", "task", "just", "ant", "invoke", "nox", "tox", "fab"})

INTERPRETERS = r"(python|pypy|perl|ruby|node|nodejs|php|lua|Rscript|R|julia|groovy|tclsh|deno|jruby|raku)[0-9.]*"
"""On the base name: programs that run a script in another language."""

ALARMING_SCRIPTS = r"(?i).*(install|deps|depend|provision|bootstrap|setup|apt|prereq).*"
"""On the base name of such a script, unless it is one of BUILD_SCRIPTS."""

ALARMING_TARGETS = r"(?i).*(dep|install|apt|setup|provision|bootstrap|prereq|requirements).*"
"""On a target of make and its like, unless it is one of PLAIN_TARGETS."""

SCRIPT_VERBS = {
    "npm": frozenset({"run", "run-script"}),
    "pnpm": frozenset({"run", "run-script"}),
    "yarn": frozenset({"run"}),
    "bun": frozenset({"run"}),
    "composer": frozenset({"run", "run-script"}),
}
"""Programs that run scripts which a project describes, and the verbs in front of their names."""

DEPENDENCY_VERBS = {"opam": frozenset({"install", "reinstall", "upgrade", "pin", "switch"})}
"""Programs that may install packages of the system that their own need, and the verbs that do (opam 2.1)."""

RUNTIMES = {
    "npm": ("node", "nodejs"),
    "yarn": ("node", "nodejs"),
    "composer": ("php", "php[0-9]*"),
    "conda": ("python", "python[0-9]*"),
    "mamba": ("python", "python[0-9]*"),
    "yum": ("python", "python[0-9]*"),
    "dnf": ("python", "python[0-9]*"),
}
"""The programs that run a package manager, by its name."""

STEERING_VARIABLES = frozenset(
    """
    NODE_ENV NODE_OPTIONS CI HUSKY JOBS CYPRESS_INSTALL_BINARY PUPPETEER_SKIP_DOWNLOAD
    PUPPETEER_SKIP_CHROMIUM_DOWNLOAD COMPOSER_MEMORY_LIMIT CGO_ENABLED CGO_CFLAGS CGO_LDFLAGS GOOS GOARCH GOARM
    """.split()
)
"""Variables without which a package manager still runs: they only steer what it installs and the scripts of packages.

Any other may say where the tool is (``PATH``), or stand in its configuration: npm before 7 and yarn 1 fail if an
``.npmrc`` names one that is not set."""

RUNNER_VERBS = {
    "npm": frozenset({"exec", "x"}),
    "pnpm": frozenset({"exec", "dlx"}),
    "yarn": frozenset({"exec", "dlx"}),
    "bun": frozenset({"x"}),
    "uv": frozenset({"run"}),
    "poetry": frozenset({"run"}),
    "pipenv": frozenset({"run"}),
    "bundle": frozenset({"exec"}),
    "composer": frozenset({"exec"}),
    "conda": frozenset({"run"}),
    "mamba": frozenset({"run"}),
    "micromamba": frozenset({"run"}),
}
"""Verbs of package managers of languages that run the command behind them (npm-exec(1), pnpm dlx, uv run …)."""

REBUILDERS = (
    r"air|reflex|CompileDaemon|gin|realize|dlv|fresh|modd|nodemon|watchexec|entr|gow|wgo|mage|bee|buffalo|revel|wails"
    r"|ginkgo|gotestsum|goconvey|golangci-lint|bacon|trunk|dx|leptos|cargo-.*"
)
"""On the base name: programs that call a compiler while they run."""

KNOWN = frozenset(
    """
    : . [ alias bg break cd continue declare dirs disown echo eval exec exit export false fg getopts hash history jobs
    let local logout popd printf pushd pwd read readarray mapfile readonly return set shift shopt source test times
    trap true type typeset ulimit umask unalias unset wait builtin command kill

    arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown cksum comm cp csplit cut date dd df dir
    dircolors dirname du env expand expr factor fmt fold groups head hostid id join link ln logname ls md5sum mkdir
    mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv ptx readlink realpath rm rmdir
    runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stty sum sync tac tail
    tee touch tr truncate tsort tty uname unexpand uniq unlink uptime users vdir wc who whoami yes install

    awk gawk mawk nawk sed gsed grep egrep fgrep zgrep rg ed ex vi vim nano less more find locate updatedb xargs diff
    sdiff cmp patch which whereis whatis file strings hexdump xxd hd column rev tput clear reset ts jq yq dasel xmllint
    xsltproc xmlstarlet envsubst crudini augtool m4 cpp dos2unix unix2dos iconv recode gettext msgfmt

    tar bsdtar gzip gunzip zcat pigz bzip2 bunzip2 pbzip2 xz unxz lzma unlzma lz4 zstd unzstd zip unzip 7z 7za 7zr
    p7zip unrar rar cpio ar ranlib rpm2cpio dpkg-deb uncompress brotli lzip

    curl wget aria2c axel http https ftp lftp rsync scp sftp ssh ssh-keygen ssh-keyscan ssh-agent ssh-add ssh-copy-id
    nc ncat netcat socat telnet ping host dig nslookup ifconfig ip route netstat ss hostname git git-lfs hg svn bzr cvs
    gh glab gpg gpg2 gpgv gpgconf gpg-agent dirmngr openssl certutil keytool update-ca-certificates update-ca-trust
    c_rehash trust scanelf step cosign age sha3sum minisign

    adduser addgroup useradd userdel usermod groupadd groupdel groupmod gpasswd passwd chpasswd chage newgrp deluser
    delgroup getent id login visudo newusers vipw chsh chfn pwconv grpconv mkhomedir_helper nologin

    mount umount losetup mkfs mkswap swapon blkid lsblk fdisk sysctl modprobe lsmod depmod dmesg udevadm ps top pgrep
    pkill killall pidof free vmstat iostat lsof fuser nice renice service systemctl update-rc.d chkconfig rc-update
    rc-service rc-status openrc invoke-rc.d initctl start-stop-daemon journalctl loginctl timedatectl hostnamectl
    localectl systemd-tmpfiles systemd-sysusers setcap getcap setfacl getfacl chattr lsattr restorecon semanage
    setsebool setenforce fc-cache fc-list ldconfig ldd update-alternatives alternatives update-mime-database
    update-desktop-database gtk-update-icon-cache glib-compile-schemas locale locale-gen localedef update-locale
    dpkg-reconfigure debconf-set-selections debconf dpkg dpkg-query dpkg-divert dpkg-statoverride dpkg-architecture
    dpkg-buildpackage dpkg-source apt-key apt-mark apt-config apt-ftparchive dpkg-scanpackages dpkg-preconfigure
    add-apt-repository apt-add-repository rpm rpmbuild rpmdb rpmkeys createrepo createrepo_c yum-config-manager
    dnf-config-manager subscription-manager abuild ebuild mandb catman install-info update-passwd ln tzselect
    hwclock chvt loadkeys setfont ipcrm ipcs mountpoint namei nsenter logger logrotate crontab crond cron at

    cc c++ gcc g++ clang clang++ c99 cpp as ld lld gold nm objcopy objdump readelf size strip addr2line gcov gdb lldb
    tcc icc nvcc nasm yasm fasm cmake ctest cpack ccmake make gmake bmake ninja ninja-build samu meson bazel bazelisk
    scons autoconf autoheader automake autoreconf aclocal libtool libtoolize pkg-config pkgconf bison flex yacc lex
    swig protoc buf flatc thrift rpcgen gperf ragel re2c qmake qmake-qt5 moc ccache sccache distcc bear phpize pecl pear
    docker-php-ext-install docker-php-ext-configure docker-php-ext-enable docker-php-source php-config phpenmod
    phpdismod phpunit pyenv rbenv nodenv rustup rustc rustdoc rustfmt cbindgen wasm-pack trunk gofmt golangci-lint dep
    glide godep goreleaser javac java jar jlink jdeps kotlinc scalac scala lein clj clojure sbt mill ant ghc cabal stack
    ghcup opam dune ocaml ocamlfind mix iex elixir erl erlc hex rebar3 dart flutter pub swiftc nim nimble zig crystal
    shards v gnat gfortran f77 mpicc mpicxx mpirun fpc dmd dub ldc2 sbcl ros guile racket raco chicken-install

    python python2 python3 pydoc virtualenv venv pyvenv 2to3 cython cythonize pytest nosetests tox flake8 black
    easy_install easy_install3 pip-compile pip-sync pdm hatch flit twine pyinstaller django-admin django-admin.py
    celery gunicorn uwsgi uvicorn flask jupyter ipython spacy nltk huggingface-cli hf transformers-cli maturin conan
    pre-commit ruff mypy

    node nodejs nvm n fnm volta tsc ts-node esbuild vite webpack rollup parcel gulp grunt bower ng vue-cli-service next
    nuxt gatsby corepack lerna nx turbo rush jest mocha eslint prettier sass node-gyp node-pre-gyp electron-builder
    ember react-scripts remix astro svelte-kit prisma sequelize knex pm2 serve http-server meteor jspm elm spago

    ruby irb rake rails puma unicorn rackup passenger passenger-config erb rdoc ri jekyll bundle-audit
    php wp drush drupal artisan a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf apachectl apache2ctl httpd nginx
    apxs lua luajit luarocks perl perldoc prove R Rscript julia octave

    mysql mysqld mysqladmin mysql_install_db mysqld_safe mysql_upgrade mariadb mariadb-install-db psql pg_ctl
    pg_ctlcluster pg_createcluster pg_dropcluster initdb createdb createuser pg_dump pg_restore pg_isready redis-cli
    redis-server mongo mongod mongosh sqlite3 elasticsearch-plugin rabbitmq-plugins rabbitmqctl influx cqlsh neo4j-admin
    ldapadd slapadd slapd postconf postmap newaliases exim4 sendmail dovecot opendkim-genkey

    docker docker-compose buildah podman skopeo crane kubectl helm kustomize k3s kind minikube terraform terragrunt
    packer vault consul nomad aws az gcloud gsutil doctl heroku fly vercel netlify ansible-galaxy sam cdk
    serverless pulumi oc eksctl jfrog

    convert magick mogrify identify ffmpeg ffprobe sox gs pdftotext qpdf rsvg-convert inkscape dot pandoc pdflatex
    xelatex latex tlmgr fmtutil mktexlsr texhash wkhtmltopdf exiftool optipng jpegoptim cwebp

    zsh chsh screen tmux htop tree lscpu lspci lsusb dmidecode sshd dockerd containerd supervisord runsvdir s6-svscan
    Xvfb dbus-daemon dbus-uuidgen vncserver vncpasswd x11vnc fluxbox xauth chrome google-chrome chromium firefox
    geckodriver chromedriver wine wineboot winetricks steamcmd cmd.exe

    colcon catkin_make catkin_init_workspace catkin rosdep-init vcs vcs-import setup-timezone gem-wrappers perlbrew
    perl-build plenv sdk jabba jenv goenv tfenv direnv asdf mise cargo-binstall xcaddy caddy setup-x86_64 git-crypt
    msgmerge checkinstall debuild dh_make equivs-build upx patchelf chrpath ldid install_name_tool nproc lsb_release
    neofetch figlet cowsay fortune bc dc cal expect spawn at-spi tzdata cksum mkpasswd htpasswd pwgen uuidgen openvpn
    wg iptables ip6tables nft ufw tc conntrack ipset named-checkconf unbound-control unbound-anchor
    """.split()
)
"""Programs and builtins that leave the system's package managers alone (RUNNERS, MAKERS and others may be here too)."""
