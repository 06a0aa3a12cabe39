"""Programs that a tool chain makes: what of a build a container needs."""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.built import UNKNOWN, Done
from dfopt.facts.folders import is_in
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.source_code import GO, JAVA, RUST, C, Language
from dfopt.model.build_files import Kind
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Run, Shell, User
from dfopt_transforms._stages_installs import installed_by_cmake, installed_by_make
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, is_system, tree_of
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_source import Shown, data_files, linked, shown

LANGUAGES: dict[str, Language] = {"go": GO, "c": C, "rust": RUST, "java": JAVA, "": C}

NO_PRODUCT = "what a container starts is not known to come from the build"
TOOLS = "a container starts the tool chain"
LIBRARY = "a library is not known by its package"
NO_ZONES = "time zones are read, and the run-time image has none"
NOT_THERE = "the program starts one that is not in the run-time image"
NO_COMPILER = "its base has no tool chain, and no compiler is installed on it"
NO_SOURCE = "the source of the program is not known"
CPP = "the run-time image has an older libstdc++ than the compiler"
ROOT = "files of the program lie in the root of the file system"
OF_LANGUAGE = "packages of a language are installed on the image of a system"
FETCHED = "something is unpacked into a folder of the system"
PREFIX = "where make install puts its files is not known"
TOO_MANY = "too many files would have to be copied one by one"
_MOST_PATHS = 12
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_ZONES = "/usr/share/zoneinfo"
_OF_LANGUAGES = frozenset("pip pip3 gem bundle npm yarn pnpm composer go cargo mvn gradle javac poetry uv".split())
_JDK = re.compile(r"javac|jar|jcmd|jps|jstack|jmap|jstat|jinfo|jdb|jshell|jlink|jdeps|javadoc|jhsdb|jdeprscan|jconsole")


def reaches_tools(old: Old, reached: Reached) -> None:
    """Raises RefusedError if what is started is a part of the tool chain."""
    runs = {"java"} if old.builder.language == "java" else set[str]()
    for program, who in reached.programs.items():
        if program in runs or program in known.ESSENTIAL:
            continue
        if _JDK.fullmatch(program) or (known.BUILDS.fullmatch(program) and program not in known.PROGRAM_PACKAGES):
            raise RefusedError(TOOLS, f"{program}, by {who}")


def compiled(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes what a container needs of a program that was compiled.

    Raises RefusedError.
    """
    language = LANGUAGES[old.builder.language]
    if script := next((path for each in old.builds for path in each.scripts), ""):
        raise RefusedError(UNKNOWN, script)
    if not old.builder.language:
        if not any(known.COMPILERS.fullmatch(name) for each in old.builds for name in each.kept_packages):
            raise RefusedError(NO_COMPILER, old.run_time.image)
        managers = [view.base for each in old.builds for view in each.commands if view.base in _OF_LANGUAGES]
        if managers:
            raise RefusedError(OF_LANGUAGE, managers[0] or "")
    if old.run_time.has_older_cpp and _has_cpp(old):
        raise RefusedError(CPP, old.run_time.image)
    source = shown(old, language)
    needs.is_read = source.files > 0
    needs.links_all = not needs.is_read or bool(source.libraries and language is not JAVA)
    if old.builder.language and not source.files and "alpine" not in old.run_time.image:
        raise RefusedError(NO_SOURCE)
    trees = _trees(old)
    _brought(old, needs)
    _made(old, needs, trees)
    _programs(old, reached, needs)
    _paths(old, reached, needs, trees)
    _fetched(old, reached, needs)
    if language is JAVA and not any(_may_hold_classes(path) for path in needs.paths()):
        raise RefusedError(NO_PRODUCT, "no jar, war or folder of classes is named")
    _data(old, needs, trees, language, source)
    _surroundings(old, needs, language, source)
    if language in (C, GO, RUST):
        _libraries(old, needs)
    if language is GO and _is_static(old, reached, source):
        needs.static = f"CGO_ENABLED=0 makes it static, no shell is used, and {source.files} files need nothing else"


def _has_cpp(old: Old) -> bool:
    names = [posixpath.basename(each.path) for each in old.laid]
    called = {view.base for each in old.builds for view in each.commands}
    return not old.laid or not called.isdisjoint({"g++", "c++", "cmake"}) or any(_CPP.search(name) for name in names)


_CPP = re.compile(r"\.(cc|cpp|cxx|c\+\+|hpp|hh|hxx)$", re.IGNORECASE)


def _is_static(old: Old, reached: Reached, source: Shown) -> bool:
    """True if a program needs nothing of a system: no libc, no shell, no /tmp, no names of users, no time zones."""
    builds = [
        (each, view)
        for each in old.builds
        for view in each.commands
        if view.base == "go" and view.words and view.words[0].value in ("build", "install", "get")
    ]
    is_bare = source.files and not (source.libraries or source.zones or source.starts or source.system)
    return (
        bool(is_bare and builds)
        and all(_has_no_cgo(old, each, view) for each, view in builds)
        and not reached.has_shell
        and not _sets_zone(old)
        and not any(isinstance(each, Run | Shell) for each in old.tail)
        and not any(
            isinstance(each, User) and not re.fullmatch(r"[\d:]+", each.user.text) for each in old.stage.instructions
        )
    )


def _has_no_cgo(old: Old, each: Done, view: Argv) -> bool:
    given = [assign.value.value for assign in view.command.assignments if assign.name == "CGO_ENABLED"]
    settings = [word.value or "" for word in view.settings]
    given += [text.partition("=")[2] for text in settings if text.startswith("CGO_ENABLED=")]
    found = given[-1] if given else old.facts.scope(each.run).variables().get("CGO_ENABLED")
    return found == "0"


def _brought(old: Old, needs: Needs) -> None:
    """Files of the context that come into folders of the system: scripts and configuration."""
    for each in old.laid:
        folder = posixpath.dirname(each.path)
        if each.copy not in old.head or each.entry.kind is Kind.FOLDER:
            continue
        if folder == "/":
            raise RefusedError(ROOT, each.path)
        if is_system(folder) and not (known.SCRATCH.fullmatch(each.path) or is_removed(each.path, old.done)):
            needs.copy(each.path, f"{each.entry.path} comes there")


def _trees(old: Old) -> list[str]:
    """The folders that a tool chain works in, and those that sources come to."""
    found = {folder for each in old.builds for folder in each.folders}
    for each in old.laid:
        if each.copy in old.head:
            found.add(posixpath.dirname(each.path))
    kept = {folder for folder in found if folder.startswith("/") and not is_system(folder)}
    return sorted(folder for folder in kept if not any(folder != other and is_in(folder, other) for other in kept))


def _made(old: Old, needs: Needs, trees: list[str]) -> None:
    """What a RUN above the cut makes by name, and none removes."""
    builds = [folder for each in old.builds for folder in each.folders]
    given = {path for each in old.builds for path in each.named}
    made = {path: (how, each) for each in old.builds for path, how in each.made.items()}
    for path, (how, each) in made.items():
        if is_removed(path, old.done) or path in needs.copied or each.run in needs.repeated:
            continue
        if how == "mkdir":
            holds = any(is_in(other, path) for other in (*builds, *made, *given) if other != path)
            if holds or path in given or path in builds or is_system(path):
                continue
        tree = tree_of(path, trees)
        if tree is not None and how in _INNER and not _is_output(path, each):
            continue
        if tree == path:
            continue
        if path in each.links and is_in(path, "/usr"):
            raise RefusedError("a link is made together with what is built", path)
        needs.copy(path, f"{how} makes it, and nothing removes it")
    for each in old.builds:
        _installed(old, each, needs)


_INNER = frozenset("touch sed tee javac jar tar unzip git curl wget mv cp gcc g++ cc".split())
"""What makes files of a build in the folders that it works in."""


def _is_output(path: str, each: Done) -> bool:
    return not re.search(r"\.(o|a|d|class|txt|log|out|tmp)$", path) and each.made.get(path) in (
        "go",
        "gcc",
        "g++",
        "cc",
        "c++",
    )


def _installed(old: Old, each: Done, needs: Needs) -> None:
    for view in each.commands:
        name = view.base or ""
        words = [word.value or "" for word in view.words]
        if (name in ("make", "ninja", "gmake") and "install" in words) or (name == "cmake" and "--install" in words):
            _by_install(old, each, view, needs)
        elif name == "cargo" and words[:1] == ["install"]:
            needs.copy("/usr/local/cargo/bin", "cargo install puts its programs there")
            raise RefusedError("cargo install puts programs beside the tool chain", " ".join(words)[:40])


def _by_install(old: Old, each: Done, view: Argv, needs: Needs) -> None:
    trees = [folder for folder in each.folders if folder.startswith("/")]
    for tree in trees:
        for read in (installed_by_cmake, installed_by_make):
            found = read(old, tree)
            if found is not None:
                for path in found:
                    needs.copy(path, f"{view.base} install puts it there")
                if any("/lib/" in path for path in found):
                    needs.commands.append("ldconfig")
                return
    if old.builder.language == "" and _has_default_prefix(each):
        needs.copy("/usr/local", f"{view.base} install puts its files there, and {old.name} has none of its own in it")
        needs.commands.append("ldconfig")
        return
    raise RefusedError(PREFIX, " ".join(trees))


def _has_default_prefix(each: Done) -> bool:
    """True if the rules of Autoconf or CMake say that all comes to /usr/local, and no option says otherwise."""
    texts = [(view.base, [word.value or "$" for word in view.words]) for view in each.commands]
    configured = any(base in ("configure", "cmake") for base, _ in texts)
    other = any(
        re.match(
            r"--(?!enable|disable|with|without)\w*(?:dir|prefix)(?!=/usr/local$)|-DCMAKE_INSTALL|\w*(?:DIR|PREFIX)=",
            word,
        )
        for base, words in texts
        for word in words
        if base in ("configure", "cmake", "make")
    )
    given = any("PREFIX=/usr/local" in words or "prefix=/usr/local" in words for _, words in texts)
    return given or (configured and not other)


def _programs(old: Old, reached: Reached, needs: Needs) -> None:
    """The programs that are started by their names."""
    own = {posixpath.basename(path): path for path in needs.copied}
    for program, who in reached.programs.items():
        if program == "java" and old.builder.language == "java":
            continue
        if program in own and posixpath.dirname(own[program]) in (*_PATH, *old.builder.path):
            continue
        if program in known.ESSENTIAL:
            continue
        if old.builder.language == "go" and _goes(old, program):
            needs.copy(f"/go/bin/{program}", f"go install puts it there, and {who} starts it")
        elif (
            any(is_in(path, "/usr/local") for path in needs.copied if path == "/usr/local")
            or program in known.PROGRAM_PACKAGES
            or any(link for each in old.done for link in each.links if posixpath.basename(link) == program)
        ):
            continue
        else:
            raise RefusedError(NO_PRODUCT, f"{program}, by {who}")


_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def _goes(old: Old, program: str) -> bool:
    """True if ``go install`` or ``go get`` makes a program of that name."""
    for each in old.builds:
        for view in each.commands:
            words = [word.value or "" for word in view.words]
            if view.base == "go" and words[:1] in (["install"], ["get"]):
                names = [_go_name(word) for word in words[1:] if not word.startswith("-")]
                names = names or [_module(old, each)]
                if program in [name or _module(old, each) for name in names]:
                    return True
    return False


def _go_name(package: str) -> str:
    """The name of the program of a package: the last part of its path that is no version."""
    parts = [part for part in package.partition("@")[0].split("/") if part not in (".", "", "...")]
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return parts[-1] if parts else ""


def _module(old: Old, each: Done) -> str:
    """The name of the program of a module: that of its path, or of its folder."""
    for folder in each.folders:
        found = re.search(r"(?m)^module\s+(\S+)", old.text(posixpath.join(folder, "go.mod")))
        if found:
            return _go_name(found[1])
    return posixpath.basename(each.folders[0]) if each.folders else ""


def _paths(old: Old, reached: Reached, needs: Needs, trees: list[str]) -> None:
    """The files that are started, or named, by their paths."""
    head = {each.path for each in old.laid if each.copy in old.head}
    for path, who in reached.paths.items():
        if is_system(path) or path == "/" or path in needs.copied:
            continue
        if (
            old.builder.language == "go"
            and posixpath.dirname(path) == "/go/bin"
            and _goes(old, posixpath.basename(path))
        ):
            needs.copy(path, f"go install puts it there, and {who} starts it")
            continue
        if any(is_in(path, each.path) for each in old.laid if each.copy not in old.head):
            continue
        tree = tree_of(path, trees)
        if tree == path:
            continue
        if any(is_in(each, path) for each in head) or (tree is not None and _may_build(old, tree)):
            needs.copy(path, f"{who} names it")


def _fetched(old: Old, reached: Reached, needs: Needs) -> None:
    """Folders with what was unpacked or cloned: nobody knows which of these files a program reads."""
    runs = [each for each in old.builds if any(view.base in _TOOL_CHAINS for view in each.commands)]
    builds = {folder for each in runs for folder in each.folders}
    for folder in (folder for each in old.builds for folder in each.fetched):
        if known.SCRATCH.fullmatch(folder) or is_removed(folder, old.done):
            continue
        is_used = is_in(old.folder, folder) or any(is_in(path, folder) for path in reached.paths)
        if not is_used and any(is_in(at, folder) for at in builds):
            needs.evidence.append(f"nothing leads to {folder}: a container starts in {old.folder}")
        elif not folder.startswith("/") or (is_system(folder) and folder != "/usr/local") or folder == "/usr/local":
            raise RefusedError(FETCHED, folder)
        else:
            needs.copy(folder, "something was unpacked there, and nothing removes it")


_TOOL_CHAINS = frozenset("go cargo make cmake gcc g++ cc c++ mvn gradle javac ninja meson".split())


def _may_hold_classes(path: str) -> bool:
    return path.endswith((".jar", ".war")) or posixpath.basename(path) in ("classes", "lib", "libs", "target", "build")


def _may_build(old: Old, tree: str) -> bool:
    return any(is_in(folder, tree) for each in old.builds for folder in each.folders)


def _data(old: Old, needs: Needs, trees: list[str], language: Language, source: Shown) -> None:
    """The files of the sources that are neither code nor a description of the build."""
    name = language.name
    if not source.files:
        return
    if not source.reads and not source.libraries:
        needs.evidence.append(f"the program opens no files: no call that does in {source.files} files of {name}")
        return
    inputs = [path for each in old.builds for path in each.named]
    who = source.reads or source.libraries
    for tree in trees:
        if not _is_reached(old, tree, language):
            needs.evidence.append(f"nothing leads to {tree}: a container starts in {old.folder}")
            continue
        for path in data_files(old, language, tree, inputs):
            if not is_removed(path, old.done):
                needs.copy(path, f"{who} may open it: it is neither code nor part of the build")
    if len(needs.paths()) > _MOST_PATHS:
        raise RefusedError(TOO_MANY, f"{len(needs.paths())} paths")


def _is_reached(old: Old, tree: str, language: Language) -> bool:
    """True if relative paths lead to a folder, or the source names it."""
    if is_in(old.folder, tree) or is_in(tree, old.folder):
        return True
    return any(
        tree in old.text(each.path)
        for each in old.laid
        if language.sources.fullmatch(posixpath.basename(each.path)) and not each.path.endswith("/go.sum")
    )


def _surroundings(old: Old, needs: Needs, language: Language, source: Shown) -> None:
    """Certificates, time zones, and the programs that the source starts."""
    is_system_image = old.builder.language == ""
    on_alpine = old.run_time.image.rpartition("/")[2].startswith("alpine")
    fetched = "what go install fetches" if language is GO and not source.files else ""
    if language is not JAVA and not is_system_image:
        who = source.tls or source.libraries or fetched
        if who and not on_alpine:
            needs.copy(_CERTIFICATES, f"{who} may speak TLS")
        if on_alpine and source.zones and not any("tzdata" in each.packages for each in old.builds):
            raise RefusedError(NO_ZONES, source.zones)
        if old.run_time.release == "trixie" and (source.zones or _sets_zone(old)):
            needs.copy(_ZONES, f"{source.zones} reads time zones" if source.zones else "TZ is set")
    for program, who in source.starts:
        if program in known.ESSENTIAL or any(posixpath.basename(path) == program for path in needs.copied):
            continue
        if program not in known.PROGRAM_PACKAGES:
            raise RefusedError(NOT_THERE, f"{program}, in {who}")
        for package in known.PROGRAM_PACKAGES[program]:
            needs.packages.setdefault(package, f"{who} starts {program}")


def _sets_zone(old: Old) -> bool:
    return any("TZ" in old.facts.scope(each).env for each in old.stage.instructions[-1:])


def _libraries(old: Old, needs: Needs) -> None:
    """The shared libraries that the linker is given."""
    own = {
        name
        for each in old.laid
        for name in re.findall(r"add_library\(\s*(\w+)", old.text(each.path))
        if posixpath.basename(each.path) == "CMakeLists.txt"
    }
    by_linker = {linker: package for package, (linker, _) in known.LIBRARIES.items()}
    by_linker["crypto"] = by_linker["ssl"]
    for library, who in linked(old).items():
        if library in known.LIBC or library in own:
            continue
        package = by_linker.get(library)
        run_time = old.run_time
        name = known.library(package, run_time.release, is_exact=run_time.is_exact) if package else ""
        if not name:
            raise RefusedError(LIBRARY, f"{library}, in {who}")
        needs.packages.setdefault(name, f"{who} links with {library}")
