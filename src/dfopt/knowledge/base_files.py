"""Files of the larger images of a language that the smaller ones lack, and the packages of Debian that bring them.

Sources: the file lists of Debian's packages; the Dockerfiles of docker-library (buildpack-deps, python, node, ruby);
the references of ``mimetypes`` (Python) and ``mime`` (Go) on the types that they know by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dfopt.expression import Expression

LARGER: Final = frozenset("golang rust gcc buildpack-deps python node ruby".split())
"""Official images with more packages of the system than those that what they build runs on."""

WITHOUT_GRAPHICS: Final = frozenset({"golang"})
"""Among them, those without the libraries for pictures, and what comes with them."""
OF_GRAPHICS: Final = frozenset("fonts-dejavu-core fontconfig-config shared-mime-info imagemagick".split())

HAVE: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset({"ca-certificates", "netbase", "tzdata"}),
    "ruby": frozenset({"ca-certificates"}),
}
"""By the name of an official image: what its smaller variant has of these packages."""

PLACES: Final = Expression(r"(?<![\w${}.)%*/-])/(?:usr/(?:share|lib)|etc)(?:/[\w.+@-]+)+/?")
"""In a text: the path of a file that packages bring."""

OF_PACKAGES: Final[tuple[tuple[Expression, str], ...]] = (
    (Expression(r"/etc/ssl/certs(?:/.*)?|/usr/share/ca-certificates(?:/.*)?"), "ca-certificates"),
    (Expression(r"/usr/share/zoneinfo(?:/.*)?"), "tzdata"),
    (Expression(r"/usr/share/fonts(?:/truetype(?:/dejavu(?:/.*)?)?)?"), "fonts-dejavu-core"),
    (Expression(r"/etc/fonts(?:/.*)?"), "fontconfig-config"),
    (Expression(r"/etc/mime\.types"), "media-types"),
    (Expression(r"/etc/(?:services|protocols|rpc|networks)"), "netbase"),
    (Expression(r"/usr/share/mime(?:/.*)?"), "shared-mime-info"),
    (Expression(r"/usr/share/(?:misc|file)/magic(?:\.mgc)?|/usr/lib/file/magic\.mgc|/etc/magic(?:\.mime)?"), "file"),
    (Expression(r"/etc/ssl/openssl\.cnf|/usr/lib/ssl(?:/.*)?"), "openssl"),
    (Expression(r"/etc/ImageMagick-\d(?:/.*)?"), "imagemagick"),
    (Expression(r"/etc/ssh(?:/ssh_config(?:\.d)?)?"), "openssh-client"),
    (Expression(r"/usr/(?:lib|share)/git-core(?:/.*)?"), "git"),
)
"""On a path: the package of Debian that brings it."""

EVERYWHERE: Final = Expression(
    r"/usr/share/(?:common-licenses|base-files|dpkg|debconf|keyrings|pam|perl5|terminfo|tabset|fonts|local|misc|"
    r"applications|dict|icons|themes|nginx|httpd|caddy|www|html|nltk_data|ansible|containers)(?:/.*)?|"
    r"/usr/lib/(?:os-release|locale|apt|dpkg|init|ssl|terminfo|udev|systemd|systemd/.*|tmpfiles\.d|wsl)(?:/.*)?|"
    r"/usr/(?:lib|share)/?|.*\.dylib"
)
"""Below the folders of packages: what all images have, or none."""

OTHERS: Final = Expression(r"/usr/(?:share|lib)/([\w.+@-]+).*")
"""What else a package brings; the group is the name of its folder."""

OF_FOLDERS: Final[Mapping[str, Expression]] = {"jvm": Expression(r".*(?:jdk|jre|java).*")}
"""Such folders with another name than the packages that bring them."""

SEARCHED: Final = Expression(r".*(?:PATH|FLAGS)")
"""On the name of a variable: a list of folders to look in, of which some may be missing."""

SETTINGS: Final = Expression(
    r"(?i)(?:.*/)?[^/]*\.(?:ya?ml|json|toml|ini|cfg|conf|properties)|(?:.*/)?[^/]*\.env|(?:.*/)?\.env"
)
"""On a path: settings that a program may read."""
NO_SETTINGS: Final = Expression(
    r"(?i)(?:.*/)?(?:[^/]*lock[^/]*|package\.json|tsconfig.*|[^/]*compose[^/]*|openapi.*|swagger.*|\.[a-z]+rc.*|\..*\.ya?ml|"
    r"(?:node_modules|vendor|venv|\.venv|\.git|\.github|\.circleci|tests?|k8s|kubernetes|helm|charts?|deploy[^/]*)/.*)"
)
"""Among these: what is for those who build, test and deploy."""


GUESSES: Final[Mapping[str, Expression]] = {
    "python": Expression(r"\bmimetypes\.\w|\bguess_(?:type|extension|all_extensions)\(|\bMimeTypes\("),
    "go": Expression(r"\bmime\.(?:TypeByExtension|ExtensionsByType)\("),
}
"""In a source, by language: it asks for the type of what has a name that may be any."""
GIVES_OUT: Final[Mapping[str, Expression]] = {
    "python": Expression(
        r"\bFlask\(|\bsend_file\(|\bsend_from_directory\(|\bStaticFiles\(|\bFileResponse\(|\badd_static\(|"
        r"\bstatic_file\(|\bviews\.static\b|\bcreate_static_handler\b|\bStaticFileHandler\b|\bHTTPRequestHandler\b|"
        r"\bhttp\.server\b"
    ),
    "go": Expression(
        r"\bhttp\.(?:FileServer(?:FS)?|ServeFile(?:FS)?|ServeContent)\b|\.(?:Static(?:FS|File)?|ServeFiles)\("
    ),
}
"""The same: it gives out files, with the types that their names tell."""

OWN_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset("csv mp3 mp4 webm wav zip tar webmanifest mpeg mov avi tiff".split()),
    "go": frozenset({"webp", "avif"}),
}
"""Extensions whose type every version of a language knows."""
TYPES: Final = frozenset(
    """
    woff woff2 ttf otf eot webp avif ogg oga ogv flac mkv m4a m4v 3gp docx xlsx pptx odt ods odp epub 7z apk kml kmz ics
    geojson csv mp3 mp4 webm wav zip tar webmanifest mpeg mov avi tiff doc xls ppt
    """.split()
)
"""Extensions that ``media-types`` knows and programs give out."""
