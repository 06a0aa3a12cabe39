"""Shared libraries: the package to build with, the name for the linker, and the package to run with.

Sources: the package lists and the file lists of Debian's and of Alpine's releases; the manifests of the crates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

_STEADY = ("bullseye", "bookworm", "trixie")

_LIBRARIES: Final = """
default-libmysqlclient-dev mariadb libmariadb3
libargon2-dev argon2 libargon2-1
libasound2-dev asound libasound2 libasound2 libasound2t64
libbz2-dev bz2 libbz2-1.0
libcap-dev cap libcap2
libcurl4-gnutls-dev curl-gnutls libcurl3-gnutls libcurl3-gnutls libcurl3t64-gnutls
libcurl4-openssl-dev curl libcurl4 libcurl4 libcurl4t64
libelf-dev elf libelf1 libelf1 libelf1t64
libevent-dev event libevent-2.1-7 libevent-2.1-7 libevent-2.1-7t64
libexif-dev exif libexif12
libexpat1-dev expat libexpat1
libffi-dev ffi libffi7 libffi8 libffi8
libfreetype-dev freetype libfreetype6
libfreetype6-dev freetype libfreetype6
libgeos-dev geos_c libgeos-c1v5 libgeos-c1v5 libgeos-c1t64
libglib2.0-dev glib-2.0 libglib2.0-0 libglib2.0-0 libglib2.0-0t64
libgmp-dev gmp libgmp10
libhiredis-dev hiredis libhiredis0.14 libhiredis0.14 libhiredis1.1.0
libicu-dev icuuc libicu67 libicu72 libicu76
libjpeg-dev jpeg libjpeg62-turbo
libjpeg62-turbo-dev jpeg libjpeg62-turbo
libkrb5-dev gssapi_krb5 libgssapi-krb5-2
liblcms2-dev lcms2 liblcms2-2
libldap2-dev ldap libldap-2.4-2 libldap-2.5-0 libldap2
liblz4-dev lz4 liblz4-1
liblzma-dev lzma liblzma5
libmagic-dev magic libmagic1 libmagic1 libmagic1t64
libmagickwand-dev MagickWand-6.Q16 libmagickwand-6.q16-6 libmagickwand-6.q16-6 -
libmariadb-dev mariadb libmariadb3
libmemcached-dev memcached libmemcached11 libmemcached11 libmemcached11t64
libmpfr-dev mpfr libmpfr6
libncurses-dev ncurses libncurses6
libncurses5-dev ncurses libncurses6 libncurses6 -
libonig-dev onig libonig5
libopenjp2-7-dev openjp2 libopenjp2-7
libpcap-dev pcap libpcap0.8 libpcap0.8 libpcap0.8t64
libpcre2-dev pcre2-8 libpcre2-8-0
libpcre3-dev pcre libpcre3 libpcre3 -
libpng-dev png libpng16-16 libpng16-16 libpng16-16t64
libpq-dev pq libpq5
librabbitmq-dev rabbitmq librabbitmq4
librdkafka-dev rdkafka librdkafka1
libreadline-dev readline libreadline8 libreadline8 libreadline8t64
libseccomp-dev seccomp libseccomp2
libsnappy-dev snappy libsnappy1v5
libsndfile1-dev sndfile-1 libsndfile1
libsodium-dev sodium libsodium23
libsqlite3-dev sqlite3 libsqlite3-0
libssl-dev ssl libssl1.1 libssl3 libssl3t64
libtidy-dev tidy libtidy5deb1 libtidy5deb1 -
libtiff-dev tiff libtiff5 libtiff6 libtiff6
libudev-dev udev libudev1
libusb-1.0-0-dev usb-1.0 libusb-1.0-0
libuv1-dev uv libuv1 libuv1 libuv1t64
libwebp-dev webp libwebp6 libwebp7 libwebp7
libxml2-dev xml2 libxml2
libxslt1-dev xslt libxslt1.1
libyaml-dev yaml libyaml-0-2
libzip-dev zip libzip4 libzip4 libzip5
libzstd-dev zstd libzstd1
unixodbc-dev odbc libodbc1 libodbc2 libodbc2
uuid-dev uuid libuuid1
zlib1g-dev z zlib1g zlib1g zlib1g
"""


def _library(line: str) -> tuple[str, tuple[str, Mapping[str, str]]]:
    package, linker, *names = line.split()
    each = names * len(_STEADY) if len(names) == 1 else names
    return package, (linker, {release: name for release, name in zip(_STEADY, each, strict=True) if name != "-"})


LIBRARIES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = dict(map(_library, _LIBRARIES.strip().splitlines()))
"""By the package that programs are built with: the name of the library for the linker, and by release of Debian the
package that they run with."""

APK_LIBRARIES: Final[Mapping[str, str]] = {
    "postgresql-dev": "libpq",
    "libpq-dev": "libpq",
    "libffi-dev": "libffi",
    "zlib-dev": "zlib",
    "jpeg-dev": "libjpeg-turbo",
    "libjpeg-turbo-dev": "libjpeg-turbo",
    "libxml2-dev": "libxml2",
    "libxslt-dev": "libxslt",
    "mariadb-connector-c-dev": "mariadb-connector-c",
    "mariadb-dev": "mariadb-connector-c",
    "sqlite-dev": "sqlite-libs",
    "yaml-dev": "yaml",
    "bzip2-dev": "libbz2",
    "xz-dev": "xz-libs",
    "curl-dev": "libcurl",
    "readline-dev": "readline",
    "libzip-dev": "libzip",
    "libpng-dev": "libpng",
    "freetype-dev": "freetype",
    "libwebp-dev": "libwebp",
    "icu-dev": "icu-libs",
    "oniguruma-dev": "oniguruma",
    "gmp-dev": "gmp",
    "libsodium-dev": "libsodium",
    "imagemagick-dev": "imagemagick",
    "libmemcached-dev": "libmemcached-libs",
    "rabbitmq-c-dev": "rabbitmq-c",
    "ncurses-dev": "ncurses-libs",
    "pcre-dev": "pcre",
    "pcre2-dev": "pcre2",
    "expat-dev": "expat",
    "gettext-dev": "libintl",
    "unixodbc-dev": "unixodbc",
    "tidyhtml-dev": "tidyhtml-libs",
    "libssh2-dev": "libssh2",
    "tiff-dev": "tiff",
    "lcms2-dev": "lcms2",
    "openldap-dev": "libldap",
}
"""The same for Alpine: packages whose names have stayed through its releases (pkgs.alpinelinux.org)."""


OTHER_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "alpine": {
        "default-mysql-client": "mysql-client",
        "dnsutils": "bind-tools",
        "gettext-base": "gettext",
        "iputils-ping": "iputils",
        "libcurl4": "libcurl",
        "libegl1": "mesa-egl",
        "libexpat1": "libexpat",
        "libgl1": "mesa-gl",
        "libglib2.0-0": "glib",
        "libgomp1": "libgomp",
        "libmagic1": "libmagic",
        "libmariadb3": "mariadb-connector-c",
        "libpq5": "libpq",
        "libsnappy1v5": "snappy",
        "libsqlite3-0": "sqlite-libs",
        "libx11-6": "libx11",
        "libxslt1.1": "libxslt",
        "sqlite3": "sqlite",
        "xz-utils": "xz",
    },
    "rpm": {
        "default-mysql-client": "mysql",
        "dnsutils": "bind-utils",
        "gettext-base": "gettext",
        "gnupg": "gnupg2",
        "imagemagick": "ImageMagick",
        "iputils-ping": "iputils",
        "libmagic1": "file-libs",
        "libpq5": "libpq",
        "libsqlite3-0": "sqlite-libs",
        "libxslt1.1": "libxslt",
        "netcat-openbsd": "nmap-ncat",
        "openssh-client": "openssh-clients",
        "postgresql-client": "postgresql",
        "procps": "procps-ng",
        "sqlite3": "sqlite",
        "tesseract-ocr": "tesseract",
        "xz-utils": "xz",
    },
}
"""Packages of Debian that others know by another name."""

_SAME: Final = "expat gmp libffi libxml2 libxslt libyaml libuuid libzip pcre pcre2 zlib".split()
RPM_LIBRARIES: Final[Mapping[str, str]] = {
    "bzip2-devel": "bzip2-libs",
    "libcurl-devel": "libcurl",
    "libpq-devel": "libpq",
    "ncurses-devel": "ncurses-libs",
    "openssl-devel": "openssl-libs",
    "postgresql-devel": "libpq",
    "readline-devel": "readline",
    "sqlite-devel": "sqlite-libs",
    "xz-devel": "xz-libs",
    **{f"{name}-devel": name for name in _SAME},
}
"""The same for Fedora and its kin."""

BY_LINKER: Final[Mapping[str, Mapping[str, str]]] = {
    "alpine": {
        "bz2": "libbz2",
        "curl": "libcurl",
        "ffi": "libffi",
        "gmp": "gmp",
        "gomp": "libgomp",
        "jpeg": "libjpeg-turbo",
        "lzma": "xz-libs",
        "mariadb": "mariadb-connector-c",
        "png": "libpng",
        "pq": "libpq",
        "readline": "readline",
        "sqlite3": "sqlite-libs",
        "xml2": "libxml2",
        "xslt": "libxslt",
        "yaml": "yaml",
        "z": "zlib",
    },
    "rpm": {
        "bz2": "bzip2-libs",
        "crypto": "openssl-libs",
        "curl": "libcurl",
        "ffi": "libffi",
        "gmp": "gmp",
        "gomp": "libgomp",
        "lzma": "xz-libs",
        "ncurses": "ncurses-libs",
        "pq": "libpq",
        "readline": "readline",
        "sqlite3": "sqlite-libs",
        "ssl": "openssl-libs",
        "xml2": "libxml2",
        "xslt": "libxslt",
        "yaml": "libyaml",
        "z": "zlib",
        "asan": "libasan",
        "tsan": "libtsan",
        "ubsan": "libubsan",
        "lsan": "liblsan",
    },
}
"""On other systems than Debian: the package to run with, by the name for the linker."""

RPM_FAMILIES: Final = frozenset({"fedora", "rhel", "amazon"})


def library(package: str, release: str, *, is_exact: bool) -> str:
    """The package that a program runs with which was built with another one; empty if that is not known."""
    names = LIBRARIES[package][1]
    if is_exact:
        return names.get(release, "")
    return next(iter(names.values())) if len(names) == len(_STEADY) and len(set(names.values())) == 1 else ""


CRATES: Final[Mapping[str, str]] = {
    "openssl-sys": "ssl",
    "libz-sys": "z",
    "libsqlite3-sys": "sqlite3",
    "pq-sys": "pq",
    "mysqlclient-sys": "mariadb",
    "curl-sys": "curl",
    "lzma-sys": "lzma",
    "ncurses": "ncurses",
}
"""Crates that link with a library of the system, if there is one, and its name for the linker."""
PLAIN_CRATES: Final = Expression(
    r"(?:windows|winapi|web|js|linux-raw|core-foundation|security-framework|dirs|inotify|jemalloc|tikv-jemalloc|libgit2|zstd|"
    r"bzip2|backtrace|libmimalloc|wasi|redox|ipconfig|fuchsia-zircon|schannel|objc|mach|fsevent|kqueue|iana-time-zone|"
    r"onig|aws-lc|pear|errno|system-configuration|clang|librocksdb|lz4|snappy|secp256k1|sodium)[\w-]*-sys"
)
"""Crates named ``-sys`` that link with nothing of the system, or with a copy that they bring."""

LIBC: Final = frozenset("c m pthread dl rt util resolv nsl crypt stdc++ gcc gcc_s stdc++fs".split())
"""Libraries of the linker that every image of Debian has."""

OPEN_NONE: Final = LIBC | frozenset(
    """
    z bz2 lzma zstd lz4 snappy crypto gomp gmp mpfr blas lapack pcre pcre2-8 atomic uuid event asan tsan ubsan lsan
    """.split()
)
"""Those that open no files of which a program gives them the names."""
