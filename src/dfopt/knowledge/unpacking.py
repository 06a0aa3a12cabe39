"""Programs that download files, how they are told where to, and what unpacks or installs such a file.

Sources: curl(1), wget(1), tar(1), bsdtar(1), unzip(1), dpkg(1), rpm(8), 7z(1), gzip(1), xz(1), and the manuals of
busybox.
"""

from __future__ import annotations

from dfopt.expression import Expression
from dfopt.knowledge.grammar import Grammar

CURL = Grammar(
    letters="AbcCdDeEFHKmoPQrtTuUwxXyYz",
    names=frozenset(
        """
        abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
        continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw
        data-urlencode delegation dns-servers doh-url dump-header engine etag-compare etag-save expect100-timeout form
        form-string ftp-account ftp-method ftp-port happy-eyeballs-timeout-ms header hostpubmd5 hsts interface json
        keepalive-time key key-type limit-rate local-port login-options max-filesize max-redirs max-time netrc-file
        noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir
        proxy proxy-header proxy-user quote random-file range rate referer request request-target resolve retry
        retry-delay retry-max-time socks4 socks5 socks5-hostname speed-limit speed-time stderr telnet-option tls-max
        tls13-ciphers tlspassword tlsuser trace trace-ascii unix-socket upload-file url url-query user user-agent
        write-out
        """.split()
    ),
)
WGET = Grammar(
    letters="oaeiBtOTwQPUlARDIX",
    pairs="n",
    names=frozenset(
        """
        accept append-output base bind-address body-data body-file ca-certificate ca-directory certificate
        certificate-type ciphers connect-timeout cut-dirs default-page directory-prefix dns-timeout domains
        exclude-domains execute header http-passwd http-password http-user input-file level limit-rate load-cookies
        local-encoding max-redirect method output-document output-file password post-data post-file prefer-family
        private-key proxy-passwd proxy-password proxy-user quota read-timeout referer reject remote-encoding
        restrict-file-names save-cookies secure-protocol timeout tries user user-agent wait waitretry
        """.split()
    ),
)
TAR = Grammar(
    letters="fCTXbIKNVgFLH",
    names=frozenset(
        """
        file directory files-from exclude exclude-from strip-components strip owner group mode mtime transform xform
        use-compress-program blocking-factor record-size starting-file newer format pattern exclude-tag
        """.split()
    ),
    bundle=True,
)
UNZIP = Grammar(letters="dxP")
PLAIN = Grammar()

TARS = frozenset(["tar", "bsdtar", "gtar", "star"])
TAR_EXTRACTS = ("x", "extract", "get")

PACKED_FIRST = frozenset(["7z", "7za", "7zr", "7zz", "unrar", "ar"])
"""Programs with a verb, and the archive behind it."""
PACKED_VERBS = Expression(r"[xe]|x[a-z]*")

INSTALLS_FILES = {
    "dpkg": frozenset(["i", "install", "unpack"]),
    "rpm": frozenset(["i", "U", "F", "install", "upgrade", "freshen"]),
    "gdebi": frozenset[str](),
}
"""Programs that install the packages that they are given as files, and the options with which they do; any if none."""

PACKAGE_FILES = Expression(r".*\.(?:deb|rpm|apk|whl|gem)")
"""Files that a package manager installs if an install names one; any other path with a slash in it, too."""

DECOMPRESSORS = frozenset(
    """
    zcat gzcat bzcat xzcat lzcat zstdcat lz4cat gunzip bunzip2 unxz unlzma unzstd gzip bzip2 xz lzma zstd lz4 pigz
    pbzip2 pixz lbzip2
    """.split()
)
"""Programs that print what a compressed file holds; the second half with an option that says so."""

PRINTERS = frozenset(["cat", "pv", "rpm2cpio", "tail"])
"""Programs that print a file, from which another one unpacks."""

UNPACK_INPUT = TARS | {"cpio", "unzip", "funzip", "unpack200"}
"""Programs that unpack what they read."""

SELF_EXTRACTING = Expression(
    r"(?i).*\.(?:run|bin)|.*(?:mini|ana)conda.*\.sh|.*(?:mini|mamba|micromamba|conda)forge.*\.sh|cmake[-_.].*\.sh"
    r"|bazel.*installer.*\.sh|.*(?:installer|install)\.(?:run|bin)|get-pip\.py|ez_setup\.py|install-poetry\.py"
)
"""On the base name: installers that hold what they install, and that nobody starts twice."""

DELIVERABLE = Expression(r"(?i).*\.(?:jar|war|ear|aar|phar|appimage|xpi|vsix|img|iso|qcow2|onnx|pb|pt)")
"""On the base name: archives that programs use as they are."""

TAKES_FOLDERS = frozenset(["cp", "mv", "rsync", "scp", "tar", "bsdtar", "zip", "7z", "7za", "install", "docker"])
"""Programs that do something with every file of a folder that they are given as a source."""

STABLE_COMMANDS = frozenset(["uname", "arch", "dpkg", "apk", "rpm", "lsb_release", "dpkg-architecture", "getconf"])
"""Commands that print the same twice within one RUN, when they stand in a word."""

UNPACKED_BY_ADD = Expression(r"(?i).*\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2?|tar\.xz|txz)")
"""On the base name: what ADD unpacks if it is what its name says (moby, pkg/archive; gzip, bzip2, xz)."""

UNPACK_SINCE = 17
"""The minor version of the frontend docker/dockerfile:1 that brought ``ADD --unpack`` (its release notes)."""

TAR_PLAIN_LETTERS = frozenset("xzjJvpf")
"""Letters of tar that say nothing but what it does by itself: ``p`` is what root gets anyway."""

CHECKED_STREAMS = {"z": r".*\.(?:tar\.gz|tgz)", "j": r".*\.(?:tar\.bz2|tbz2?)", "J": r".*\.(?:tar\.xz|txz)"}
"""Letters of tar for compressions that end in a sum, and names that ask for them: gzip, bzip2 and xz fail on a stream
that is empty, cut off, or an error page, and tar fails with them (measured with GNU tar 1.34, gzip 1.12, bzip2 1.0.8
and xz 5.4, cut at several places). A tar archive without compression may be cut off unnoticed."""

STREAMED_OPTIONS = frozenset(
    """
    s S L f k g # 4 6 silent show-error location fail insecure globoff progress-bar ipv4 ipv6 H header A user-agent
    connect-timeout e referer proto tlsv1.2 o O output remote-name
    q nv quiet no-verbose no-check-certificate progress show-progress output-document
    """.split()
)
"""Options of curl and wget that mean the same where the file is printed: no retries, which would print it twice."""
