"""What packages of a language need of the system: libraries, and programs that they call.

Sources: the documentation of the packages on how they are installed, and the libraries that their files name; the
contents of the images of docker-library (buildpack-deps), which the larger images of a language start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _table(text: str) -> Mapping[str, tuple[str, ...]]:
    lines = (line.split() for line in text.strip().splitlines())
    return {line[0]: tuple(line[1:]) for line in lines}


NEEDED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "python": _table("""
        psycopg2 libpq5
        psycopg libpq5
        pgadmin4 libpq5
        mysqlclient libmariadb3
        flask-mysqldb libmariadb3
        python-magic libmagic1
        python-snappy libsnappy1v5
        uwsgi libxml2
        pyuwsgi libxml2
        lightgbm libgomp1
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
        simple-git ca-certificates git openssh-client
        gm imagemagick
        imagemagick imagemagick
    """),
    "ruby": _table("""
        pg libpq5
        mysql2 libmariadb3
        sqlite3 libsqlite3-0
        typhoeus libcurl4
        ethon libcurl4
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
        hgapi mercurial
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
        python-shell python3
        pythonia python3
        ps-list procps
        ps-node procps
        find-process procps net-tools lsof
        kill-port lsof
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
    bzip2 curl file git gnupg imagemagick mercurial openssh-client procps python3 subversion unzip wget xz-utils
    """.split()
)
"""What the images of Python, Node and Ruby have that are not slim."""

UNPORTABLE: Final[Mapping[str, str]] = {
    "python": r"pycurl|python-ldap|weasyprint|cairosvg|pygobject|pyodbc|dbus-python|selenium|playwright|pyppeteer|"
    r"opencv-(?:contrib-)?python|pyqt\d|pyside\d|pycairo|cairocffi|pygraphviz|gdal|pylibmc|pyaudio|pyzbar|pylibdmtx|"
    r"sounddevice|dlib|face[-_]recognition|pyicu|xmlsec|python3-saml|gssapi|pykerberos|mod[-_]wsgi|django-auth-ldap|"
    r"flask-ldap.*|bjoern|pysqlcipher3|wxpython|kivy|pymssql|django-weasyprint|xhtml2pdf|svglib|rlpycairo|manim|"
    r"manimpango|pyvips|pyusb|rpy2|pyspark|tika|jpype1|konlpy|pyjnius|cmdstanpy|pystan|pytensor|aesara|theano|textract|"
    r"ibm[-_]db|cx[-_]oracle|mapnik|seleniumbase|splinter|crawl4ai",
    "node": r"puppeteer|playwright|phantomjs.*|casperjs|canvas|node-libcurl|sodium|serialport|electron|node-rdkafka|"
    r"ibm_db|odbc|kerberos|usb|robotjs|gl|speaker|mic|java|edge-js|keytar|nodegit|node-hid|raspi-.*",
    "ruby": r"rmagick|curb|charlock_holmes|ruby-vips|capybara-webkit|selenium-webdriver|wkhtmltopdf-binary|rugged|"
    r"grover|ferrum|cuprite|tiny_tds|idn-ruby|gpgme|ruby-oci8|gollum|cairo|pango|rsvg2|gobject-introspection",
    "php": r"(?!)",
}
"""Packages of which it is not known what of the system they need."""
