"""What packages of a language need of the system: libraries, and programs that they call.

Sources: the documentation of the packages on how they are installed, and the libraries that their files name; the
contents of the images of docker-library (buildpack-deps), which the larger images of a language start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _table(text: str) -> Mapping[str, tuple[str, ...]]:
    lines = (line.split() for line in text.strip().splitlines())
    return {line[0]: tuple(name for word in line[1:] for name in _GROUPS.get(word, (word,))) for line in lines}


_JAVA: Final = ("default", "openjdk-8", "openjdk-11", "openjdk-17", "openjdk-21", "openjdk-25")
_KINDS: Final = ("jdk", "jdk-headless", "jre", "jre-headless")
_FONTS: Final = ("fontconfig-config", "fonts-dejavu-core")
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "JAVA": tuple(f"{name}-{kind}" for name in _JAVA for kind in _KINDS),
}
"""Words that stand for several packages."""


NEEDED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "python": _table("""
        psycopg2 libpq5
        psycopg libpq5
        pgadmin4 libpq5
        mysqlclient libmariadb3
        mariadb libmariadb3
        flask-mysqldb libmariadb3
        python-magic libmagic1
        python-snappy libsnappy1v5
        uwsgi libxml2
        pyuwsgi libxml2
        lightgbm libgomp1
        llama-cpp-python libgomp1
        hnswlib libgomp1
        chroma-hnswlib libgomp1
        lightfm libgomp1
        nmslib libgomp1
        open3d libegl1 libgl1 libgomp1 libx11-6
        paddlepaddle libgomp1
        rasterio libexpat1
        fiona libexpat1
        pyogrio libexpat1
        bluepy libglib2.0-0
        ultralytics libgl1 libglib2.0-0
        deepface libgl1 libglib2.0-0
        paddleocr libgl1 libglib2.0-0 libgomp1
        easyocr libglib2.0-0
        opencv-python-headless libglib2.0-0
        gitpython ca-certificates git openssh-client
        pydub ffmpeg
        wand imagemagick
        graphviz graphviz
        pydot graphviz
        diagrams graphviz
        pytesseract tesseract-ocr
        pdf2image poppler-utils
    """),
    "node": _table("""
        pg-native libpq5
        @prisma/client ca-certificates openssl
        prisma ca-certificates openssl
        @temporalio/worker ca-certificates
        @lancedb/lancedb ca-certificates
        @confluentinc/kafka-javascript ca-certificates
        aws-crt ca-certificates
        simple-git ca-certificates git openssh-client
        gm imagemagick
        imagemagick imagemagick
        exiftool-vendored perl
        node-exiftool perl
    """),
    "ruby": _table("""
        pg libpq5
        mysql2 libmariadb3
        sqlite3 libsqlite3-0
        typhoeus libcurl4
        ethon libcurl4
        patron libcurl4
        libxml-ruby libxml2
        mimemagic shared-mime-info
        ruby-filemagic libmagic1
        git ca-certificates git openssh-client
        mini_magick imagemagick
        kt-paperclip file imagemagick
        paperclip file imagemagick
    """),
    "php": {},
}
"""By the name of a package of a language: the packages of Debian that it needs, and only the larger images have."""

CALLED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "python": _table("""
        ansible git openssh-client rsync sshpass unzip
        ansible-core git openssh-client rsync sshpass unzip
        ansible-runner git openssh-client rsync sshpass unzip
        mitogen openssh-client
        molecule git openssh-client rsync
        dvc git openssh-client
        dbt-core git openssh-client
        mlflow git
        wandb git
        pre-commit git
        cookiecutter git
        copier git
        commitizen git
        python-semantic-release git
        mkdocs-git-revision-date-localized-plugin git
        jupyterlab-git git
        python-gnupg gnupg
        luigi procps
        pyexecjs nodejs
        django-compressor nodejs
        django-pipeline nodejs
        patool bzip2 unzip xz-utils zip
        sshtunnel openssh-client
        moviepy imagemagick
        customtkinter libtk8.6
        ttkbootstrap libtk8.6
        pysimplegui libtk8.6
        hgapi mercurial
        tabula-py JAVA
        language-tool-python JAVA
        h2o JAVA
    """),
    "node": _table("""
        semantic-release git openssh-client gnupg
        @semantic-release/git git openssh-client gnupg
        standard-version git
        release-it git openssh-client
        renovate git openssh-client
        danger git
        lerna git
        nodegit git openssh-client
        gitlog git
        git-rev-sync git
        git-describe git
        download-git-repo git
        dugite git
        conventional-changelog git
        pdf-image imagemagick
        easyimage imagemagick
        node-ssh openssh-client
        rsync openssh-client rsync
        rsyncwrapper openssh-client rsync
        youtube-dl-exec python3
        yt-dlp-wrap python3
        @distube/yt-dlp python3
        python-shell python3
        pythonia python3
        ps-list procps
        ps-node procps
        find-process procps net-tools lsof
        kill-port lsof
        tree-kill procps
        ps-tree procps
        terminate procps
        pem openssl
        openssl-nodejs openssl
    """),
    "ruby": _table("""
        execjs nodejs
        uglifier nodejs
        coffee-script nodejs
        autoprefixer-rails nodejs
        react-rails nodejs
        react_on_rails nodejs
        webpacker nodejs npm yarn
        shakapacker nodejs npm yarn
        vite_ruby nodejs npm yarn
        schmooze nodejs
        capistrano git openssh-client
        danger git
        overcommit git
        jekyll-last-modified-at git
    """),
    "php": _table("""
        czproject/git-php git openssh-client
        cpliakas/git-wrapper git openssh-client
        gitonomy/gitlib git openssh-client
        composer/composer git openssh-client unzip
        deployer/deployer git openssh-client rsync
        laravel/envoy openssh-client
        spatie/ssh openssh-client
        spatie/browsershot nodejs npm
        spatie/laravel-backup default-mysql-client
    """),
}
"""The same of programs that a package calls only for some of what it does: they are kept if they are there."""

LARGER: Final = frozenset(
    """
    bzip2 curl file fontconfig-config fonts-dejavu-core git gnupg imagemagick libtk8.6 mercurial openssh-client
    openssl procps python3 subversion unzip wget xz-utils
    """.split()
)
"""What the images of Python, Node and Ruby have that are not slim."""

BY_COMMAND: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "python": _table("""
        compilemessages gettext
        makemessages gettext
        dbshell sqlite3 default-mysql-client mariadb-client postgresql-client
    """),
    "node": {},
    "ruby": {},
    "php": {},
}
"""Commands of libraries (``manage.py compilemessages`` of Django), and the same of programs that they call."""

NEED_A_JDK: Final = frozenset(
    """
    com.microsoft.azure:applicationinsights-runtime-attach io.opentelemetry.contrib:opentelemetry-runtime-attach
    co.elastic.apm:apm-agent-attach net.bytebuddy:byte-buddy-agent io.projectreactor.tools:blockhound
    io.projectreactor:reactor-tools com.taobao.arthas:arthas-spring-boot-starter com.taobao.arthas:arthas-agent-attach
    net.openhft:compiler org.mdkt.compiler:InMemoryJavaCompiler
    """.split()
)
"""Packages of Java that attach an agent to the program that they run in, or compile in it: a JRE does neither."""

BY_SOURCE: Final[Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "python": (
        ("", r"(?m)^[ \t]*(?:import|from)[ \t]+(?:tkinter|_tkinter|turtle)\b|[\"']TkAgg[\"']", ("libtk8.6",)),
        ("cairosvg|svglib", r"<text\b", _FONTS),
        ("pillow", r"\btruetype\(\s*(?:font\s*=\s*)?[\"']DejaVu", _FONTS),
    ),
    "node": (("sharp", r"<text\b|\bfontfile\b|\btext:\s*\{", _FONTS),),
    "ruby": (),
    "php": (),
}
"""Packages (empty for the language itself), what in a source shows that they ask the system for something, and the same
of packages of Debian."""

BY_OPTION: Final[Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    "python": (),
    "node": (),
    "ruby": (
        ("nokogiri", "use-system-libraries", ("libxml2", "libxslt1.1")),
        ("nokogiri", "NOKOGIRI_USE_SYSTEM_LIBRARIES", ("libxml2", "libxslt1.1")),
    ),
    "php": (),
}
"""Packages that bring their libraries unless an option says otherwise, that option, and the packages of Debian."""


def _wheels(text: str) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    lines = [line.partition("|")[::2] for line in text.strip().splitlines()]
    return {left.split()[0]: (tuple(left.split()[1:]), tuple(right.split())) for left, right in lines}


FIRST_PYTHON, LAST_PYTHON = 8, 13
WHEELS: Final = _wheels("""
    psycopg2-binary libpq5     | 2.8.4  2.8.6  2.9.1 2.9.5  2.9.9  2.9.10
    lxml libxml2 libxslt1.1    | 4.4.1  4.5.2  4.6.3 4.9.1  4.9.3  5.3.0
    pyyaml libyaml-0-2         | 5.4    5.4    6.0   6.0    6.0.1  6.0.2
    gmpy2 libgmp10 libmpfr6 libmpc3 | 2.1.0 2.1.0 2.1.0 2.1.4 2.2.0 2.2.0
    pillow                     | 6.2.1  8.0.0  8.3.2 9.2.0  10.0.0 10.4.0
    reportlab                  | 3.5.32 3.5.54 3.6.2 3.6.12 4.0.0  4.0.0
""")
"""By the name of a package: what it links with if it is built from source in the larger images of Python (nothing, if
that depends on too much), and its first version with a wheel for each Python from 3.8 to 3.13 (files on PyPI)."""

UNPORTABLE: Final[Mapping[str, str]] = {
    "python": r"pycurl|python-ldap|weasyprint|cairosvg|pygobject|pyodbc|dbus-python|selenium|playwright|pyppeteer|"
    r"opencv-(?:contrib-)?python|pyqt\d|pyside\d|pycairo|cairocffi|pygraphviz|gdal|pylibmc|pyaudio|pyzbar|pylibdmtx|"
    r"sounddevice|dlib|face[-_]recognition|pyicu|xmlsec|python3-saml|gssapi|pykerberos|mod[-_]wsgi|django-auth-ldap|"
    r"flask-ldap.*|bjoern|pysqlcipher3|wxpython|kivy|pymssql|django-weasyprint|xhtml2pdf|svglib|rlpycairo|manim|"
    r"manimpango|pyvips|pyusb|rpy2|pyspark|tika|pymc|pillow-simd|krb5|requests-kerberos|jpype1|konlpy|pyjnius|cmdstanpy|pystan|pytensor|aesara|theano|textract|"
    r"ibm[-_]db|cx[-_]oracle|mapnik|seleniumbase|splinter|crawl4ai|m2crypto|vllm|sglang|deepspeed|cppyy",
    "node": r"puppeteer|playwright|phantomjs.*|casperjs|canvas|node-libcurl|sodium|serialport|electron|node-rdkafka|"
    r"ibm_db|odbc|kerberos|usb|robotjs|gl|speaker|mic|java|edge-js|keytar|nodegit|node-hid|raspi-.*",
    "ruby": r"rmagick|curb|charlock_holmes|ruby-vips|capybara-webkit|selenium-webdriver|wkhtmltopdf-binary|rugged|"
    r"grover|ferrum|cuprite|tiny_tds|idn-ruby|gpgme|ruby-oci8|gollum|cairo|pango|rsvg2|gobject-introspection",
    "php": r"(?!)",
}
"""Packages of which it is not known what of the system they need."""
