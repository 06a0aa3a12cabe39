"""How build systems name the libraries that they link with.

Sources: the manuals of GNU make, Autoconf, pkg-config, CMake (its Find modules) and Meson; the .pc files of Debian's
packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression
from dfopt.knowledge.build_commands import QUIET

BUILD_FILES: Final = Expression(
    r"(?i)(?:gnu)?makefile(?:\.\w+)?|.*\.(?:mk|mak|make|cmake|am|pro)|cmakelists\.txt|meson\.build|build\.rs|"
    r"configure\.(?:ac|in)|sconstruct|sconscript|wscript|premake\d\.lua"
)
"""Files that say how a program is built."""

PLAIN_FILES: Final = Expression(r"(?i)(?:gnu)?makefile|.*\.mk")
"""Those whose words go to the linker as they are written, unless a command makes them."""
COMPUTED: Final = Expression(r"(?:\$[({]shell\b|`|\$\$\()[^\n]*(?:config|lib|ld)|-l\$")
"""In one of these: a command makes words."""

LINKERS: Final = Expression(r"g?cc(-\d+)?|[gc]\+\+(-\d+)?|clang(\+\+)?(-\d+)?|ld|g?make|cmake|configure|meson|ninja")
"""Commands that are given options for the linker."""
OPTION: Final = Expression(r"(?<![\w-])-l(?!dflags\b|inkmode\b)([a-zA-Z][\w+.-]*)")
"""What the linker is told; ``-ldflags`` is an option of ``go build``, ``-linkmode`` one of Go's linker."""
OF_OTHERS: Final = QUIET | frozenset(
    """
    awk column curl docker docker-compose find git helm journalctl kill kubectl less lsof mkdir mysql netstat podman ps
    psql rm rsync sed shellcheck sqlite3 ss sudo systemctl tar tree watch wget xargs
    """.split()
)
"""Programs of whose options none is about a library."""
GO_LINKER: Final = Expression(r"-extldflags[= ]+(\"[^\"]*\"|'[^']*'|\S+)")
"""In a command of Go: the options of the linker for C."""

CMAKE: Final = Expression(
    r"(?is)\bfind_package\s*\(\s*(?P<package>[\w:+-]+)|\bfind_library\s*\(\s*\w+\s+(?:NAMES\s+)?(?P<library>[\w.+-]+)|"
    r"\bpkg_(?:check_modules|search_module)\s*\(\s*\w+(?P<modules>[^)]*)\)|"
    r"\btarget_link_libraries\s*\(\s*[\w$\{\}.:-]+(?P<linked>[^)]*)\)|\blink_libraries\s*\((?P<all>[^)]*)\)"
)
CMAKE_WORDS: Final = frozenset(
    """
    public private interface required quiet imported_target global debug optimized general link_public link_private
    """.split()
)
CMAKE_VARIABLE: Final = Expression(
    r"\$\{(?:\w+_LIB(?:RARIES|RARY|S)(?:_RELEASE)?|\w+_LDFLAGS|CMAKE_DL_LIBS|CMAKE_THREAD_LIBS_INIT)\}"
)
"""What find_package and others set."""
CMAKE_TARGETS: Final = Expression(r"(?i)\badd_(?:library|executable)\s*\(\s*([\w.:+-]+)")
MESON: Final = Expression(r"\bdependency\s*\(\s*'([\w.+-]+)'|\bfind_library\s*\(\s*'([\w.+-]+)'")
AUTOCONF: Final = Expression(
    r"\bPKG_CHECK_MODULES(?:_STATIC)?\(\s*\[?\w+\]?\s*,\s*\[?(?P<modules>[^\],)]*)|"
    r"\bPKG_CHECK_EXISTS\(\s*\[?(?P<exist>[^\],)]*)|\bAC_(?:CHECK_LIB|HAVE_LIBRARY)\(\s*\[?(?P<library>[\w.+-]+)|"
    r"\bAC_SEARCH_LIBS\(\s*\[?[\w.]+\]?\s*,\s*\[?(?P<libraries>[\w .+-]+)"
)
PKG_CONFIG: Final = Expression(r"\bpkg[-_]?conf(?:ig)?\b(?P<words>[^\n)`|;&\"]*)")
OWN_CONFIG: Final = Expression(r"(?<![\w-])(?!pkg)([a-z][\w.+]*?)[-_]config\s+[^\n)`]*--(?:libs|ldflags|embed|static)")
RUST: Final = Expression(
    r"#\[link\([^)]*\bname\s*=\s*\"([\w.+-]+)\"(?![^)]*kind\s*=\s*\"static)|cargo::?rustc-link-lib=(?:dylib=)?([\w.+-]+)(?![\w=])|"
    r"\bprobe(?:_library)?\(\s*\"([\w.+-]+)\""
)
OPEN_MP: Final = Expression(r"-fopenmp\b|-qopenmp\b|\bomp_set_num_threads\b")
SANITIZE: Final = Expression(r"-fsanitize=([\w,-]+)|(?<![a-z_])b_sanitize(?:=|'\s*:\s*'|\s*:\s*)([\w,]+)")
"""A program is built with a library of the compiler that watches it (gcc, Program Instrumentation Options; Meson,
Base options)."""
SANITIZERS: Final[Mapping[str, str]] = {"address": "asan", "thread": "tsan", "undefined": "ubsan", "leak": "lsan"}
"""The libraries for the linker."""
LINKED_INTO: Final = Expression(r"-static-lib(asan|tsan|ubsan|lsan)\b")
"""Options with which the program has such a library in itself."""

SHARED: Final = Expression(
    r"(?im)\badd_library\s*\(\s*[\w${}.:-]+\s+(?:SHARED|MODULE)\b|\bset\s*\(\s*BUILD_SHARED_LIBS\s+(?:ON|1|TRUE|YES)\b|"
    r"(?<![\w-])-shared(?![\w-])|\bshared_(?:library|module)\s*\(|^\s*(?:\w+\s*=\s*)?(?:both_libraries|library)\s*\(\s*'|\blib_LTLIBRARIES\b|-DBUILD_SHARED_LIBS(?:=ON|=1|:BOOL=ON)\b|"
    r"^\s*crate-type\s*=\s*\[[^\]]*\"dylib\""
)
"""A shared library is built, which a program may be linked with."""

_NAMES: Final = """
curl libcurl curl::libcurl
ssl openssl openssl::ssl openssl::crypto libssl libcrypto
z zlib zlib::zlib
xml2 libxml-2.0 libxml2 libxml2::libxml2
xslt libxslt
sqlite3 sqlite sqlite::sqlite3 sqlite3::sqlite3
pq libpq postgresql postgresql::postgresql pg
mariadb mysqlclient libmariadb mysql
bz2 bzip2 bzip2::bzip2
lzma liblzma liblzma::liblzma
zstd libzstd zstd::libzstd
lz4 liblz4
png libpng libpng16 png::png
jpeg libjpeg jpeg::jpeg
tiff libtiff-4 tiff::tiff
webp libwebp
freetype freetype2 freetype::freetype
ncurses curses ncursesw ncurses5 ncurses6 ncursesw6 tinfo
readline libreadline
ffi libffi
glib-2.0 gio-2.0 gobject-2.0 gthread-2.0 gmodule-2.0 glib2
yaml yaml-0.1 libyaml
event libevent libevent_core
uv libuv libuv::uv
gmp gmpxx
expat expat::expat
pcre2-8 libpcre2-8 pcre2
pcre libpcre
uuid libuuid
usb-1.0 libusb-1.0 libusb
udev libudev
hiredis hiredis::hiredis
rdkafka librdkafka rdkafka::rdkafka rdkafka++
sodium libsodium sodium::sodium
icuuc icu-uc icu-io icu-i18n icu icu::uc icui18n icudata
magic libmagic
pcap libpcap
zip libzip libzip::zip
snappy snappy::snappy
elf libelf
cap libcap
seccomp libseccomp
asound alsa alsa::alsa
gomp openmp openmp::openmp_c openmp::openmp_cxx openmp::openmp_fortran iomp5
atomic
c threads threads::threads m dl rt util stdc++fs pkgconfig pkg-config git doxygen perl pythoninterp bison flex ccache
c gtest gtest_main gtest::gtest gtest::gtest_main gtest::main gmock gmock_main gtest::gmock check
c doctest doctest::doctest catch2 catch2::catch2 catch2::catch2withmain benchmark benchmark::benchmark
"""

NAMES: Final[Mapping[str, str]] = {
    name: line.split()[0] for line in _NAMES.strip().splitlines() for name in line.split()
}
"""By what pkg-config, CMake and Meson call a library, in lower case: what the linker does. Those for tests, and tools
of a build, are no libraries of the program: these stand for the C library."""

OF_COMPILER: Final[Mapping[str, str]] = {"gomp": "libgomp1", "atomic": "libatomic1", "quadmath": "libquadmath0"}
"""Libraries of the compiler that are no packages to build with: the packages of Debian that programs run with."""

OF_SANITIZERS: Final[Mapping[str, Mapping[str, str]]] = {
    release: dict(zip(("asan", "tsan", "ubsan", "lsan"), (*names.split(), "libubsan1", "liblsan0"), strict=True))
    for release, names in {
        "buster": "libasan5 libtsan0",
        "bullseye": "libasan6 libtsan0",
        "bookworm": "libasan8 libtsan2",
        "trixie": "libasan8 libtsan2",
        "focal": "libasan5 libtsan0",
        "jammy": "libasan6 libtsan0",
        "noble": "libasan8 libtsan2",
    }.items()
}
"""By release of Debian and Ubuntu: the packages with the libraries of its own compiler."""
OWN_COMPILER: Final[Mapping[str, str]] = {
    "buster": "8",
    "bullseye": "10",
    "bookworm": "12",
    "trixie": "14",
    "focal": "9",
    "jammy": "11",
    "noble": "13",
}
"""The version of that compiler."""
UBUNTU: Final[Mapping[str, str]] = {"20.04": "focal", "22.04": "jammy", "24.04": "noble"}
"""Releases of Ubuntu, by what tags call them."""

HEADERS_ONLY: Final = Expression(
    r"libboost\d*[\d.]*-dev|libeigen3-dev|nlohmann-json3-dev|rapidjson-dev|libgtest-dev|libgmock-dev|googletest|catch2?|"
    r"doctest-dev|libcatch2-dev|libbenchmark-dev|libasio-dev|libcxxopts-dev|libcli11-dev|libstb-dev|libglm-dev|"
    r"librange-v3-dev|libmsgsl-dev|libtclap-dev|uthash-dev|libutfcpp-dev|"
    r"opencl-headers|libargparse-dev"
)
"""Packages of Debian to build with that bring nothing that a program is linked with at run time."""
