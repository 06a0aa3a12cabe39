"""Folders of a file system: those that are in every image, and what may write to them.

Sources: the Filesystem Hierarchy Standard 3.0, the root file systems of Debian's, Ubuntu's, Alpine's and Fedora's
images, the manuals of the programs.
"""

from __future__ import annotations

from collections.abc import Mapping

from dfopt.expression import Expression

ROOTS = frozenset(
    "bin boot dev etc go home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var".split()
)
"""The first parts of paths that images use for themselves."""

THERE = frozenset(
    """
    / /bin /etc /home /lib /media /mnt /opt /root /sbin /srv /tmp /usr /usr/bin /usr/lib /usr/local /usr/local/bin
    /usr/local/lib /usr/local/share /usr/sbin /usr/share /var /var/cache /var/lib /var/log /var/spool /var/tmp
    """.split()
)
"""Folders that every image with a shell has."""

OF_IMAGES: Mapping[str, tuple[str, ...]] = {
    "nginx": ("/etc/nginx/conf.d", "/usr/share/nginx/html"),
    "httpd": ("/usr/local/apache2/conf", "/usr/local/apache2/htdocs"),
    "php": ("/usr/local/etc/php/conf.d", "/var/www/html"),
    "wordpress": ("/usr/local/etc/php/conf.d", "/var/www/html"),
    "node": ("/home/node",),
    "postgres": ("/docker-entrypoint-initdb.d",),
    "mysql": ("/docker-entrypoint-initdb.d", "/etc/mysql/conf.d"),
    "mariadb": ("/docker-entrypoint-initdb.d", "/etc/mysql/conf.d"),
    "mongo": ("/docker-entrypoint-initdb.d",),
    "tomcat": ("/usr/local/tomcat/conf", "/usr/local/tomcat/bin"),
}
"""Folders that official images have, by the Dockerfiles of docker-library, whatever the tag."""

OF_PACKAGES = frozenset("/etc /usr/lib /usr/share /var/cache /var/lib /var/log".split())
"""Where packages have folders of their own name."""

OF_PROGRAMS = frozenset("/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /etc/init.d".split())
"""Folders in which there are files only."""

OF_SHELLS = Expression(
    r"HOME|USER|LOGNAME|PWD|OLDPWD|HOSTNAME|SHELL|PATH|UID|EUID|IFS|SHLVL|_|\d|BASH.*|.*RANDOM|SECONDS"
)
"""Variables that a shell has without ENV or ARG, so that COPY sees another value."""

FILE_EXTENSIONS = frozenset("default defaults sample example dist opam tar tgz gz bz2 xz zst 7z rpm".split())
"""Of files, beside those of knowledge.archives."""

FOLDER_EXTENSIONS = frozenset({"d", "app"})

OWN = (
    r"/opt/(?!(java|gradle|maven|conda|venv|solr|sonarqube|jboss|couchdb|flink|spark|ibm|rust|go|node|php|python)\b)[^/]+",
    r"/(srv|mnt)/(?!(ftp|tftp|http|www)\b)[^/]+",
    r"/usr/(src|local/src)/(?!(linux|php|wordpress|redmine)\b)[^/]+",
    r"/usr/(app|application|code|workspace)",
    r"/home/[^/]+/[^/.][^/]*",
    r"/root/(?!(go|anaconda-ks\.cfg|buildinfo)\b)[^/.][^/]*",
    r"/var/www/(?!(html|localhost|cgi-bin|error|icons)\b)[^/]+",
)
"""Below the folders that images use, those that each program has for itself: no image comes with one, nor a package."""

PAGES_OF = Expression(
    r"(lib)?(apache2?|httpd|nginx|lighttpd|caddy|php\d*(\.\d+)?|phpmyadmin|adminer|munin|nagios|icinga|cacti|zabbix"
    r"|cgit|gitweb|mediawiki|moodle|drupal|wordpress|dokuwiki|roundcube|squirrelmail|phpldapadmin|nextcloud)"
    r"(?![a-z0-9])(?!-(cli|common|utils?|curl|json|mbstring|xml|zip|gd|intl|mysql|pgsql|sqlite3?|dev|fpm)\b)"
)
"""On names of packages: web servers, and programs that need one, put a first page into the folder of pages if there is
none yet (the maintainer scripts of Debian's apache2, nginx-common and lighttpd)."""

NOT_FOR_HOMES = Expression(
    r"\.(git|gitignore|gitattributes|gitmodules|gitkeep|git-blame-ignore-revs|gitlab|gitlab-ci\.ya?ml|gitea|github"
    r"|circleci|travis\.yml|drone\.yml|woodpecker(\.ya?ml)?|vscode|idea|fleet|devcontainer|husky|storybook|changeset"
    r"|[a-z]+ignore|editorconfig|env(\..*)?|envrc(\..*)?|prettierrc(\..*)?|eslintrc(\..*)?|stylelintrc(\..*)?"
    r"|babelrc(\..*)?|browserslistrc|lintstagedrc(\..*)?|commitlintrc(\..*)?|releaserc(\..*)?|nycrc(\..*)?"
    r"|mocharc\..*|swcrc|flake8|pylintrc|isort\.cfg|coveragerc|pre-commit-config\.ya?ml|readthedocs\.ya?ml"
    r"|rubocop(_todo)?\.yml|rspec|php-cs-fixer(\..*)?|phpcs\.xml(\..*)?|golangci\.ya?ml|clang-(format|tidy)"
    r"|markdownlint(\..*)?|yamllint(\.ya?ml)?|codecov\.yml|hadolint\.ya?ml|dependabot|renovaterc(\..*)?|DS_Store)"
)
"""On the name of a hidden file or folder of a project: no tool looks for it in the home of a user (their manuals)."""

STAYING = frozenset(
    """
    useradd groupadd adduser addgroup usermod groupmod passwd chpasswd rm rmdir set true : export unset echo printf
    ldconfig update-ca-certificates locale-gen update-locale dpkg-reconfigure debconf-set-selections
    apt-key apt-mark add-apt-repository a2enmod a2dismod a2ensite a2dissite phpenmod corepack id getent pecl
    docker-php-ext-install docker-php-ext-enable docker-php-ext-configure install-php-extensions test [ which cat ls
    """.split()
)
"""Commands that write nothing to where their words or the folder in force say."""

CHANGING = frozenset("chown chmod chgrp".split())
"""Commands that bring nothing, wherever they work."""

WRITING = frozenset("mkdir ln cp mv touch sed install tee".split())
"""Commands that write there only if a relative path says so."""

WRITTEN_BY_INSTALLS = tuple(
    """
    /bin /boot /dev /etc /go/bin /go/pkg /lib /lib32 /lib64 /opt/conda /proc /root/.cache /root/.config /root/.local
    /root/.npm /root/.composer /root/.bundle /root/go /run /sbin /sys /tmp /usr/bin /usr/include /usr/lib /usr/lib32
    /usr/lib64 /usr/libexec /usr/local/bin /usr/local/bundle /usr/local/etc /usr/local/include /usr/local/lib
    /usr/local/share /usr/sbin /usr/share /var/cache /var/lib /var/log /var/run /var/spool /var/tmp
    """.split()
)
"""Folders in which installs of packages write and read (Filesystem Hierarchy Standard, and the homes of the tools)."""
