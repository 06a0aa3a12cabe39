"""Names of files that ADD copies as COPY does: what they hold is no tar archive, compressed or not.

ADD looks at the content, not the name (moby/buildkit, solver/llbsolver/file/unpack.go), and only at
files: a folder is copied. Formats that are archives of another kind (zip, deb, rpm) are not unpacked.
"""

from __future__ import annotations

PLAIN_EXTENSIONS = frozenset(
    """
    sh bash zsh ksh fish csh ps1 bat cmd py pyi pyx rb pl pm psgi php lua tcl r js mjs cjs ts tsx jsx vue svelte coffee
    c h cc cpp cxx hpp hh go rs java kt kts scala clj cljs groovy gradle swift cs fs vb ex exs erl hrl hs ml mli nim zig
    dart jl sql awk sed el vim m4 cmake mk am ac proto thrift graphql tf hcl nix asm s f90 d pas
    conf cnf cfg ini config properties toml yaml yml json jsonc json5 xml xsd xsl plist env lock list repo sources rules
    service socket timer target mount path desktop crontab logrotate template tmpl j2 tpl erb ejs
    txt text md markdown rst adoc tex csv tsv log html htm xhtml css scss sass less svg png jpg jpeg gif ico webp bmp
    pem crt cer csr key pub asc gpg p12 pfx jks keystore cabal sln csproj fsproj vbproj props mod sum gemspec
    ttf ttc otf woff woff2 eot mp3 mp4 wav ogg pdf jar war ear zip whl egg deb rpm exe dll so a o wasm class pyc
    patch diff po pot mo sqlite
    """.split()
)
"""In lower case."""

PLAIN_NAMES = frozenset(
    """
    Dockerfile Containerfile Makefile GNUmakefile CMakeLists.txt Gemfile Rakefile Procfile Pipfile Guardfile Brewfile
    Vagrantfile Jenkinsfile Caddyfile Capfile Berksfile Podfile Cartfile Justfile Cakefile Gruntfile Gulpfile Godeps
    LICENSE LICENCE COPYING NOTICE README CHANGELOG AUTHORS VERSION requirements crontab authorized_keys known_hosts
    gradlew mvnw artisan sshd_config ssh_config sudoers hosts passwd group nsswitch fstab motd
    .bashrc .bash_profile .bash_aliases .profile .zshrc .inputrc .vimrc .gitconfig .gitignore .gitmodules .dockerignore
    .npmrc .yarnrc .babelrc .eslintrc .nvmrc .env .htaccess .pypirc .condarc .gemrc .ruby-version .python-version
    .node-version .editorconfig .my.cnf .pgpass .netrc .wgetrc .curlrc .tmux.conf .screenrc
    """.split()
)
"""Files whose whole name says what they are."""

KNOWN_ARCHIVES = frozenset("tar tgz tbz tbz2 tb2 tz2 txz tlz tzst gz bz2 xz zst lzma lz z apk ova gem crate".split())
"""Extensions of files that ADD unpacks, or may unpack, for the reason that a refusal gives."""
