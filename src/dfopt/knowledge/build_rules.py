"""What the files of build tools say that they make beside programs: data, folders, copies of files.

Sources: the manuals of CMake (``file``, ``configure_file``, ``add_custom_command``, ``cmake -E``), Meson
(``configure_file``, ``custom_target``, the module ``fs``), Autoconf (``AC_CONFIG_FILES``) and GNU make.
"""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression

RUNNERS: Final = frozenset("make gmake cmake ninja meson configure autogen.sh bootstrap autoreconf".split())
"""Commands that follow such files."""

MAKEFILES: Final = Expression(r"(?i)(?:gnu)?makefile(?:\.\w+)?|.*\.mk|build\.ninja")
CMAKE_FILES: Final = Expression(r"CMakeLists\.txt|.*\.cmake")
MESON_FILES: Final = Expression(r"meson\.build")
AUTOCONF_FILES: Final = Expression(r"configure\.(?:ac|in)")
OF_OTHERS: Final = frozenset(
    """
    third_party third-party thirdparty 3rdparty vendor external extern deps submodules tests test examples docs
    """.split()
)
"""Folders whose files make nothing for the program around them."""

BETWEEN: Final = frozenset("bin obj objs build out dist target lib release debug deps .deps Release Debug".split())
"""Folders that builds make for themselves."""

CMAKE_CALL: Final = Expression(
    r"(?is)\b(?P<name>configure_file|file|add_custom_command|add_custom_target|execute_process)\s*"
    r"\((?P<words>(?:[^()\"]|\"[^\"]*\"|\([^()]*\))*)\)"
)
CMAKE_MAKES: Final = frozenset(
    "COPY INSTALL COPY_FILE RENAME WRITE APPEND GENERATE CONFIGURE CREATE_LINK TOUCH DOWNLOAD ARCHIVE_EXTRACT".split()
)
"""The first words of ``file`` with which it makes files."""
CMAKE_FOLDERS: Final = Expression(r"(?is)\bfile\s*\(\s*MAKE_DIRECTORY\b([^)]*)\)|\bmake_directory\s+([^\n)]*)")
CMAKE_ASIDE: Final = Expression(
    r"\b(?:TARGET|DEPENDS|WORKING_DIRECTORY|MAIN_DEPENDENCY)\s+[^\s)]+|\bCOMMENT\s+(?:\"[^\"]*\"|\S+)"
)
"""What these commands are told beside that which they make."""
CMAKE_VALUES: Final = Expression(
    r"(?i)\b(?:set\s*\(\s*(?P<name>\w+)\s+(?P<value>[^)]*)|foreach\s*\(\s*(?P<each>\w+)\s+(?P<items>[^)]*)|"
    r"file\s*\(\s*GLOB(?:_RECURSE)?\s+(?P<found>\w+)\s+(?P<pattern>[^)]*))\)"
)
CMAKE_PLACES: Final = Expression(r"\$\{\w*(?:DIR|DIRECTORY|PATH|COMMAND|PREFIX|EXECUTABLE)\}|\$<[^>]*>")
"""Folders, and programs, that CMake knows."""

MESON_CALL: Final = Expression(
    r"(?s)\b(?:configure_file|custom_target|fs\.copyfile)\s*\(((?:[^()']|'[^']*'|\([^()]*\))*)\)"
)
AUTOCONF_CALL: Final = Expression(r"(?s)\bAC_CONFIG_(?:FILES|LINKS|COMMANDS)\(\s*\[([^\]]*)\]")

FOLDER_RECIPE: Final = Expression(r"(?m)^\t.*?(?:\bmkdir|\binstall[ \t]+-d|\$[({]MKDIR(?:_P)?[)}])(?=\s)([^\n;&|#]*)")
"""In a Makefile: a recipe that makes folders, with their names."""
PUTS: Final = (
    r"(?m)^\t.*?\b(?:cp|install|mv|ln|rsync|tar|unzip|curl|wget|sed|awk|python3?)\b[^\n]*"
    r"(?<![\w.-])(?:\./)?{path}(?![\w.-])"
)
"""The same, with the path of a file: a recipe puts it somewhere."""

IN_SOURCES: Final = Expression(
    r"(?m)^//go:generate[ \t].*$|\b(?:fs::(?:write|copy|create_dir(?:_all)?)|File::create)\([^;]*;"
)
"""In a source: what ``go generate`` runs, and what a build script of Cargo writes."""

OWN_PLACE: Final = Expression(
    r"/proc/self/exe|\bSDL_GetBasePath\b|\bapplicationDirPath\b|\bgetexecutablepath\b|\bexecutable_path\b|"
    r"\bcurrent_exe\(|\bos\.Executable\(|\bprogram_location\b|\bwhereami\b"
)
"""In a source: it asks where the program itself lies."""
