"""What the source of a program shows of that which it needs when it runs.

Expressions are searched in files of source. Sources: the reference of each language's standard library, and the rules
of the tool chains for what is source, what describes a build, and what becomes part of the program.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.knowledge import program_calls
from dfopt.knowledge.program_calls import Calls

_NEVER = Expression(r"(?!)")
_ALWAYS = Expression(r".*")


class Language(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    sources: Expression
    """On the name of a file: its content is in the program, or is none of its business at run time."""
    compiled: Expression = _ALWAYS
    """On the path of a file of source: the tool chain takes it, so that a program which names its folder has no use
    for it. Others are read by tools of their own, and programs may be such tools."""
    tests: Expression = _NEVER
    """On the path of a file: only tests use it."""
    builds: Expression
    """The same of what describes how it is built."""
    embedded: Expression = _NEVER
    """On a path: the tool chain puts it into the program."""
    embeds: Expression = _NEVER
    """In a source: it names files that the compiler puts into the program."""
    imports: Expression = _NEVER
    """In a source: it names other sources."""
    own_folder: Expression = _NEVER
    """In a source: it asks for the folder that it was compiled in."""
    output: frozenset[str] = frozenset()
    """Folders that the tool chain works in, by their names."""
    reads: Expression
    """It opens files, whose names it may compute."""
    reads_env: Expression = _NEVER
    """It takes settings from a file ``.env`` in the folder that it is started in."""
    adds_extensions: Expression = _NEVER
    """It looks for files of settings by names without an extension."""
    calls: Calls
    """How it starts other programs."""
    loads: Expression = _NEVER
    """It loads libraries at run time."""
    speaks_tls: Expression = _NEVER
    zones: Expression = _NEVER
    system: Expression = _NEVER
    """It asks for what an empty image does not have: names of users, folders for temporary files, types of media."""
    services: Expression = _NEVER
    """It asks for services or protocols of networks by their names, which stand in files of the system."""
    tool_chain: Expression = _NEVER
    """It calls the tool chain when it runs."""
    libraries: Expression = _NEVER
    """On the name of a file: it says which libraries it is built with."""
    has_libraries: Expression = _NEVER
    """On that file: there are some that are not of the language itself."""


_OF_PAGES: Final = (
    r"(?!.*\.(?:x?html?|gohtml|te?mpl|tpl|tera|jinja2?|j2|ejs|erb|hbs|handlebars|mustache|pug|twig|liquid|php|"
    r"svg|png|jpe?g|gif|webp|ico|css|js|json|xml|csv|sql|pdf)$)"
)
"""What follows is not the name of a page, a picture or of data."""

DESCRIPTIONS: Final = Expression(
    rf"(?i)(?:.*\.(?:md|rst|adoc)|{_OF_PAGES}(?:readme|licen[cs]e|copying|changelog|authors|contributing|notice|"
    r"dockerfile).*|.*\.dockerfile|containerfile.*|docker-compose.*|compose\.ya?ml|\.dockerignore|\.git(?!keep).*|"
    r"\.editorconfig|\.travis\.yml|jenkinsfile|\.golangci\..*|\.pre-commit-config\.yaml|makefile|gnumakefile)"
)
"""Names of files that are for people and for machines that build."""

OF_NO_PROGRAM: Final = Expression(
    r"(?i)(?:.*/)?(?:\.mvn|mvnw(?:\.cmd)?|gradlew(?:\.bat)?|gradle(?:/wrapper)?|go(?:\.work)?\.sum|cargo\.lock|[\w.-]*\block\b[\w.-]*|"
    r"rust-toolchain(?:\.toml)?|\.npmrc|\.nvmrc|\.dockerignore|\.git\w+|\.golangci\.ya?ml|readme[^/]*|licen[cs]e[^/]*|"
    r"docker-?compose[^/]*|compose\.ya?ml|[^/]*dockerfile)"
)
"""Paths of what a build asks for that says nothing of the program: wrappers of build tools, the sums of packages and
those that were chosen, and what is for people. What a lock file has to say, it does not say where it is missing."""

TEXTS: Final = Expression(r"(?i).*\.(?:md|rst|adoc)")
"""Names of files with text for people, which a program may show to them."""

CREDENTIALS: Final = Expression(r"(?i).*\.(?:pem|key|crt|cer|p12|pfx|jks|keystore)")
"""Names of files with keys and certificates."""

VERSION_CONTROL: Final = frozenset(".git .hg .svn .bzr CVS".split())
"""Folders with the history of the sources: builders that fetch these by themselves leave them out, so that a program
cannot count on them (https://docs.docker.com/build/concepts/context/#keep-git-directory)."""

DESCRIPTION_FOLDERS: Final = VERSION_CONTROL | {".github", ".gitlab", ".circleci", ".vscode", ".idea", ".devcontainer"}

ZONES: Final = Expression(
    r"(?:^|[\s\"'`=&?:,(])(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)"
    r"(?:/|%2[Ff])[A-Z][a-z]\w+|\b(?:CRON_)?TZ=[A-Z]"
)
"""In a text: the name of a time zone, as the tz database has them."""

_ARGUMENTS: Final = r"(?:[^;\"]|\"[^\"]*\")*?"
_SERVICES: Final = Expression(
    r"\bget(?:serv|proto)(?:by(?:name|number|port)|ent)(?:_r)?\s*\(|"
    rf"\b(?:getaddrinfo|(?:async_)?resolve)\s*\({_ARGUMENTS},\s*\"[A-Za-z][\w-]*\"|"
    rf"\bresolver::query\s+\w+\s*[({{]{_ARGUMENTS}\"[A-Za-z][\w-]*\"\s*[)}}]|"
    r"(?s:\bgetaddrinfo\s*\([^,;]+,\s*(?!NULL\b|nullptr\b)[A-Za-z_]"
    r"(?=.*\"(?:https?|ftp|ssh|smtp|telnet|domain|pop3|imap|ntp|daytime|echo|tftp|irc|ldap|syslog)\"))"
)
"""Calls of the C library, and of Boost.Asio, with a name, or with a variable in a file that has the name of one."""

GO: Final = Language(
    name="Go",
    sources=Expression(r".*\.(?:go|s|c|cc|cpp|h|hpp|proto|tmpl\.go)|go\.(?:mod|sum|work)(?:\.sum)?"),
    compiled=Expression(r".*\.(?:go|s)|(?:.*/)?go\.(?:mod|sum|work)(?:\.sum)?"),
    tests=Expression(r"(?:.*/)?(?:testdata/.*|.*_test\.go)"),
    builds=Expression(r"Makefile|.*\.mk|Taskfile\.ya?ml|\.goreleaser.*|magefile\.go"),
    embeds=Expression(r"(?m)^//go:embed[ \t].*$"),
    imports=Expression(r"(?m)^import[ \t]*\([^)]*\)|^import[ \t].*$"),
    own_folder=Expression(r"\bruntime\.Caller\("),
    reads=Expression(
        r"\bos\.(?:Open|OpenFile|ReadFile|ReadDir|DirFS|Stat|Lstat|Create)\b|\bioutil\.\w+\(|"
        r"\bfilepath\.(?:Walk|WalkDir|Glob)\b|\.Parse(?:Files|Glob)\(|\bhttp\.(?:Dir|ServeFile)\("
    ),
    reads_env=Expression(
        r"\bgodotenv\.(?:Load|Overload|Read)\(\s*\)|\"github\.com/(?:joho/godotenv|subosito/gotenv)/autoload\"|"
        r"\bgotenv\.(?:Load|OverLoad|Must)\("
    ),
    adds_extensions=Expression(r"\.SetConfigName\("),
    calls=program_calls.GO,
    loads=Expression(
        r"\bplugin\.Open\(|\bpurego\.Dlopen\(|\"github\.com/(?:ebitengine/purego|rainycape/dl|coreos/pkg/dlopen)\""
    ),
    speaks_tls=Expression(
        r"\bhttp\.(?:Get|Head|Post|PostForm|NewRequest|NewRequestWithContext|Client|DefaultClient|Transport|DefaultTransport)\b|"
        r"\"(?:crypto/x509|net/smtp|net/http/httputil)\"|\btls\.(?:Dial|Client|Config)\b"
    ),
    zones=Expression(r"\btime\.(?:LoadLocation\(|Local\b)|" + ZONES.pattern),
    system=Expression(
        r"\"os/user\"|\"mime(?:/multipart)?\"|\b(?:ParseMultipartForm|FormFile|MultipartForm|MultipartReader)\b|\bos\.(?:TempDir|CreateTemp|MkdirTemp|UserHomeDir|UserCacheDir|UserConfigDir|Hostname)\b|"
        r"\bioutil\.Temp|\"/(?:bin|usr|etc|var|tmp|lib|proc|sys|dev)/|import\s+\"C\""
    ),
    tool_chain=Expression(r"\"go/(?:build|packages|importer)\"|golang\.org/x/tools/go/packages|\"runtime/cgo\"\s*//"),
    libraries=Expression(r"go\.mod"),
    has_libraries=Expression(r"(?m)^\s*(?:require\s+)?[\w.-]+\.\w+/\S+\s+v\d"),
)

C: Final = Language(
    name="C",
    sources=Expression(r".*\.(?:c|h|cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|tpp|inl|S|s|asm|o|a|d|l|y)"),
    builds=Expression(
        r"(?i)(?:GNU)?Makefile(?:\.\w+)?|.*\.(?:mk|cmake|am|ac|m4|pc\.in|h\.in)|CMakeLists\.txt|CMakePresets\.json|"
        r"configure(?:\.\w+)?|meson(?:_options)?\.(?:build|txt)|conanfile\..*|vcpkg\.json|autogen\.sh|\.clang-.*"
    ),
    embeds=Expression(r"(?m)^[ \t]*#[ \t]*embed\b.*$|\.incbin\b.*$"),
    imports=Expression(r"(?m)^[ \t]*#[ \t]*include\b.*$"),
    own_folder=Expression(r"\b__FILE__\b|\b(?:CMAKE|PROJECT)_SOURCE_DIR\b"),
    reads=Expression(
        r"\b(?:fopen|freopen|open|openat|opendir|mmap|stat)\s*\(|\b[io]?fstream\b|std::filesystem|\bfs::path\b"
    ),
    reads_env=Expression(r"\bdotenv::(?:init|env\.load_dotenv)\("),
    calls=program_calls.C,
    loads=Expression(
        r"\b(?:dlm?open|lt_dlopen(?:ext)?|uv_dlopen|g_module_open(?:_full)?|SDL_LoadObject|apr_dso_load)\s*\(|"
        r"\bboost/dll\b|\bboost::dll\b|\bQ(?:Library|PluginLoader)\b|\bPoco/SharedLibrary\b"
    ),
    speaks_tls=Expression(r"\bSSL_|\bcurl_easy|\bgnutls_"),
    zones=Expression(r"\btzset\s*\("),
    services=_SERVICES,
)

OTHERS: Final = Language(
    name="a compiled language",
    sources=Expression(r"(?i).*\.(?:f|for|f\d\d|pas|pp|inc|lpr|l?hs|ml|mli|mll|mly|nim|nims|zig|asm|c|h)"),
    builds=Expression(
        r"(?i)(?:GNU)?Makefile(?:\.\w+)?|.*\.(?:mk|cabal|opam|nimble|lpi)|(?:fpc|nim)\.cfg|stack\.yaml|cabal\.project|Setup\.hs|"
        r"dune(?:-project)?|build\.zig(?:\.zon)?|.*\.(?:mod|o|ppu|hi|cm[iox]a?)"
    ),
    output=frozenset({"_build", "dist-newstyle", "zig-out", "zig-cache"}),
    reads=Expression(
        r"(?i)\bopen\s*\(|\binquire\s*\(|\bassign(?:file)?\s*\(|\bTFileStream\b|\b(?:read|open|write|append)File\b|"
        r"\bopen_(?:in|out)|\bIn_channel\b|\bstd\.fs\b|" + C.reads.pattern
    ),
    calls=program_calls.OTHERS,
    loads=Expression(r"(?i)\bdynlibs\b|\bLoadLibrary\b|\bdlopen\b|\bDynlink\b|\bdynlib\b"),
    speaks_tls=_NEVER,
    services=Expression(
        r"\bget(?:Service(?:ByName|ByPort|PortNumber)|Protocol(?:ByName|ByNumber|Number))\b|"
        r"\bgetservby(?:name|port)\b|\bgetprotoby(?:name|number)\b|" + _SERVICES.pattern
    ),
)

RUST: Final = Language(
    name="Rust",
    sources=Expression(r".*\.rs|Cargo\.(?:toml|lock)|rust-toolchain(?:\.toml)?|(?:clippy|rustfmt)\.toml"),
    tests=Expression(r"(?:.*/)?(?:tests|benches|examples)/.*"),
    builds=Expression(r"\.cargo/.*|justfile"),
    embeds=Expression(r"\binclude_(?:str|bytes|dir)!\([^)]*\)|#\[folder\s*=[^\]]*\]"),
    own_folder=Expression(r"\bCARGO_MANIFEST_DIR\b|\bfile!\("),
    output=frozenset({"target"}),
    reads=Expression(r"\bFile::(?:open|create|options)\b|\bfs::\w+\(|\bread_to_string\(|\bread_dir\(|\bOpenOptions\b"),
    reads_env=Expression(r"\bdotenvy?::(?:dotenv|load)\b|\bdotenv(?:_override)?\(\)|\bdotenv!\("),
    adds_extensions=Expression(r"\bFile::with_name\("),
    calls=program_calls.RUST,
    loads=Expression(r"\blibloading\b|\bdlopen2?\b|\bsharedlib\b"),
    speaks_tls=Expression(r"\b(?:reqwest|rustls|native_tls|hyper_tls|ureq|openssl|isahc|tungstenite)\b"),
    zones=Expression(r"\bchrono_tz\b|\btzfile\b|\bLocal::now\("),
    services=Expression(r"\bget(?:serv|proto)byname\b"),
    libraries=Expression(r"Cargo\.lock"),
    has_libraries=Expression(r"(?m)^source\s*="),
)

JAVA: Final = Language(
    name="Java",
    sources=Expression(r".*\.(?:java|kt|kts|scala|groovy|class)"),
    compiled=Expression(r".*\.(?:java|kt|scala|class)|(?:.*/)?src/.*"),
    tests=Expression(r"(?:.*/)?src/test/.*"),
    builds=Expression(
        r"(?:.*/)?(?:pom\.xml|[^/]*\.gradle(?:\.kts)?|gradle\.properties|gradlew(?:\.bat)?|"
        r"mvnw(?:\.cmd)?|build\.xml|ivy\.xml|build\.sbt)|(?:.*/)?(?:\.mvn|gradle/wrapper|buildSrc|src/(?:main/)?assembly)/.*|gradle/.*"
    ),
    embedded=Expression(r"(?:.*/)?src/main/(?:resources|webapp)/.*"),
    output=frozenset({"target", "build", ".gradle"}),
    reads=Expression(
        r"\bFiles\.\w+\(|\bnew (?:File|FileReader|FileInputStream|FileOutputStream|RandomAccessFile)\(|"
        r"\bPaths?\.(?:get|of)\("
    ),
    reads_env=Expression(r"\bDotenv\.(?:load|configure)\(|\bdotenv\s*\{"),
    calls=program_calls.JAVA,
    loads=Expression(
        r"\bSystem\.load(?:Library)?\(|\bNative\.(?:load|loadLibrary|register)\(|\bNativeLibrary\.getInstance\(|"
        r"\bLibraryLoader\.create\(|\bSymbolLookup\.libraryLookup\(|\bSystem::load"
    ),
    tool_chain=Expression(
        r"\bjavax\.tools\b|\bToolProvider\b|\bcom\.sun\.(?:tools|source)\b|\bjdk\.(?:jshell|jartool|javadoc)\b|"
        r"\bjdk\.internal\.jshell\b|\bjdk\.attach\b|\bVirtualMachine\.attach\(|\bByteBuddyAgent\b|\bRuntimeAttach\b|"
        r"\bapplicationinsights\.attach\b|\bApplicationInsights\.attach\(|\bElasticApmAttacher\b|\bBlockHound\.install\(|"
        r"\bReactorDebugAgent\b|\bopenhft\.compiler\b|\bCompilerUtils\.CACHED_COMPILER\b"
    ),
    libraries=Expression(r"pom\.xml|build\.gradle(?:\.kts)?|build\.sbt|ivy\.xml"),
    has_libraries=Expression(
        r"<dependency\b|\b(?:implementation|api|compile|runtimeOnly)\b[\s(]*[\"'(\w]|\blibraryDependencies\b"
    ),
)

PYTHON: Final = Language(
    name="Python",
    sources=Expression(r".*\.py"),
    tests=Expression(
        r"(?:.*/)?(?:tests?/.*|test_[^/]*\.py|[^/]*_test\.py|conftest\.py|setup\.py|noxfile\.py|tasks\.py)"
    ),
    builds=_NEVER,
    reads=_NEVER,
    calls=program_calls.PYTHON,
    tool_chain=Expression(
        r"\bpyximport\b|\bcpp_extension\b|\bimport[ \t]+(?:triton|cppyy|weave)\b|\bfrom[ \t]+triton\b|"
        r"\btorch\.compile\b|\b(?:cython|Cython)\.inline\(|\bscipy\.weave\b|(?i:\bffi\w*)\.(?:verify|compile)\(|\bnumba\.pycc\b"
    ),
    loads=Expression(r"\b(?:find_library|C?DLL|PyDLL|LoadLibrary|load_library)\(|(?<!\w)cdll\b(?!_)|\.dlopen\("),
)

NODE: Final = Language(
    name="JavaScript",
    sources=Expression(r".*\.(?:[cm]?js|[cm]?ts|jsx|tsx)"),
    tests=Expression(
        r"(?:.*/)?(?:tests?/.*|__tests__/.*|[^/]*\.(?:test|spec)\.\w+|(?:gulp|grunt)file\.js|"
        r"(?:webpack|rollup|rspack|vite|vitest|jest|babel|postcss|tailwind|eslint|prettier|stylelint|tsup|esbuild|"
        r"commitlint|lint-staged|karma|cypress|playwright|metro|vue|craco|typedoc|ava|nyc|svgo|release)"
        r"(?:\.\w+)*\.config(?:\.\w+)+)"
    ),
    builds=_NEVER,
    reads=_NEVER,
    calls=program_calls.NODE,
    loads=Expression(r"[\"'](?:ffi|ffi-napi|ref-napi|koffi|ffi-rs)[\"']|\bprocess\.dlopen\("),
)

RUBY: Final = Language(
    name="Ruby",
    sources=Expression(r".*\.rb"),
    tests=Expression(r"(?:.*/)?(?:spec|test)/.*"),
    builds=_NEVER,
    reads=_NEVER,
    calls=program_calls.RUBY,
    loads=Expression(r"\bFFI::(?:Library|DynamicLibrary)\b|\bffi_lib\b|\bFiddle(?:\.dlopen|::)"),
)

PHP: Final = Language(
    name="PHP",
    sources=Expression(r".*\.php"),
    tests=Expression(r"(?:.*/)?tests?/.*"),
    builds=_NEVER,
    reads=_NEVER,
    calls=program_calls.PHP,
    loads=Expression(r"\bFFI::(?:cdef|load|scope)\("),
)

_OF_SYSTEM: Final = (
    r"(?:lib)?(?:c|m|dl|pthread|rt|System\.Native)(?:\.so(?:\.\d+)?)?|"
    r"(?i:kernel32|user32|advapi32|ntdll|shell32|gdi32|ole32|oleaut32|psapi|dwmapi|iphlpapi|ws2_32|crypt32|bcrypt|winmm|"
    r"shcore|version|dbghelp|userenv|wtsapi32|netapi32|uxtheme|comctl32|secur32|setupapi|powrprof|mpr)(?i:\.dll)?"
)
"""Libraries of the system that every image has, and those of Windows, which none has."""

DOTNET: Final = Language(
    name="C#",
    sources=Expression(r".*\.(?:cs|fs|fsi|fsx|vb|cshtml|vbhtml|razor)"),
    compiled=Expression(r".*\.(?:cs|fs|fsi|vb|cshtml|vbhtml|razor)"),
    tests=Expression(r"(?:.*/)?(?:[^/]*[._-])?(?i:(?:unit|integration|functional|acceptance|e2e)?tests?)/.*"),
    builds=Expression(
        r"(?:.*/)?(?:[^/]*\.(?:csproj|fsproj|vbproj|dcproj|shproj|sln|slnx|slnf|props|targets|user|pubxml|ruleset|snk|http|"
        r"DotSettings)|global\.json|(?i:nuget\.config)|packages\.lock\.json|dotnet-tools\.json|launchSettings\.json|"
        r"omnisharp\.json|stylecop\.json|Directory\.[^/]*|libman\.json|bundleconfig\.json|compilerconfig[^/]*\.json|"
        r"(?:bin|obj|\.vs|TestResults)/.*)"
    ),
    output=frozenset({"bin", "obj"}),
    reads=Expression(
        r"\b(?:File|Directory)\.[A-Z]\w+|\bnew\s+(?:File|Directory)(?:Info|Stream)\b|\bStream(?:Reader|Writer)\(|"
        r"\bPhysicalFileProvider\b|\bAdd(?:Json|Xml|Ini|Yaml)File\(|\bUseStaticFiles\(|\bMapStaticAssets\(|"
        r"\bWebApplication\.|\bWebHost\b|\bCreate(?:Default|Application|Slim|Empty)?Builder\(|\bConfigurationBuilder\b"
    ),
    reads_env=Expression(r"\bEnv\.(?:Load|TraversePath|NoClobber)\(|\bDotEnv\.(?:Load|Fluent|Read)\("),
    calls=program_calls.DOTNET,
    loads=Expression(
        r"\bNativeLibrary\.(?:Try)?Load\(|\bAssembly\.(?:LoadFrom|LoadFile|UnsafeLoadFrom)\(|\bLoadFromAssemblyPath\(|"
        rf"\b(?:DllImport|LibraryImport)\(\s*(?!\"(?:{_OF_SYSTEM})\")"
    ),
    tool_chain=Expression(
        r"\bMicrosoft\.Build\.(?:Locator|Evaluation|Execution)\b|\bMSBuild(?:Workspace|Locator)\b|"
        r"/usr/share/(?:dotnet/(?:sdk|packs)|powershell)\b|\bFsiEvaluationSession\b|\bFSharpChecker\b"
    ),
    libraries=Expression(r".*\.(?:cs|fs|vb)proj"),
    has_libraries=Expression(r"<PackageReference\b|Sdk\s*=\s*\"Microsoft\.NET\.Sdk\.(?:Web|Worker)"),
)
