"""How the source of a program starts other programs, by language.

Sources: the references of the languages' standard libraries, and the manuals of the libraries that stand in for them.
A call that is not listed is not seen: what libraries of others call stands in ``language_needs``.
"""

from __future__ import annotations

from typing import Final

import msgspec

from dfopt.expression import Expression

_NEVER = Expression(r"(?!)")


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    always: Expression
    """A function that starts a program, up to its arguments."""
    functions: str = r"(?!)"
    """The functions of a module that do, by names that an import may change."""
    imports: tuple[Expression, ...] = ()
    """An import of such a module: the group ``names`` is what is taken of it, ``module`` what it is called."""
    opaque: Expression = _NEVER
    """It starts others in a way that is not followed."""
    texts: Expression = _NEVER
    """A text that a shell runs; the group is what is in it."""
    types: Expression = _NEVER
    """On the name of a function: it is a type, too, and may stand without arguments."""
    wraps: Expression = _NEVER
    """A function is made of another one: the group ``name`` is what it is called, ``function`` what it is made of."""
    comments: Expression = Expression(r"(?m)^[ \t]*(?://.*|/\*[\s\S]*?\*/)$")
    is_bare: bool = False
    """Its arguments may stand without parentheses."""
    code: Expression | None = None
    """The parts of a file that are code; None if all is."""


GO: Final = Calls(
    always=Expression(
        r"\b(?:exec|execabs)\.Command\b|\b(?:exec|execabs)\.CommandContext\(\s*[\w.]+(?:\(\))?\s*,|\bexec\.Cmd(?=\{)|"
        r"\b(?:syscall|unix)\.(?:Exec|ForkExec|StartProcess)\b|\bos\.StartProcess\b"
    ),
    functions=r"Command|Cmd(?=\{)|CommandContext\(\s*[\w.]+(?:\(\))?\s*,",
    imports=(Expression(r"(?m)^\s*(?:import\s+)?(?P<module>\w+)\s+\"(?:os/exec|golang\.org/x/sys/execabs)\""),),
    opaque=Expression(
        r"\"github\.com/(?:codeskyblue/go-sh|bitfield/script|go-cmd/cmd|magefile/mage/sh)\"|\. \"os/exec\""
    ),
)

C: Final = Calls(
    always=Expression(r"(?<![\w.>])(?:system|popen|posix_spawnp?|exec[lv][pe]{0,2}|fexecve|execveat)\b(?=\s*\()"),
    opaque=Expression(
        r"\bboost/process\b|\bboost::process\b|\bQProcess\b|\bg_spawn_\w+|\bGSubprocess\b|\bg_subprocess_\w+|"
        r"\bPoco/Process\b|\bwordexp\s*\(|\bTinyProcessLib\b"
    ),
)

OTHERS: Final = Calls(
    always=C.always,
    opaque=Expression(
        r"(?i)\bexecute_command_line\b|\bcall\s+system\b|\bTProcess\b|\bfpSystem\b|\bexecuteProcess\b|"
        r"\bSystem\.Process\b|\bSys\.command\b|\bUnix\.(?:open_process|create_process|exec)|\bosproc\b|"
        r"\bstd\.(?:ChildProcess|process\.Child)\b|" + C.opaque.pattern
    ),
)

RUST: Final = Calls(
    always=Expression(r"\bprocess::Command::new\b"),
    functions=r"new|::new",
    imports=(
        Expression(r"\bprocess::(?P<module>Command)\b(?!::)(?!\s+as\b)"),
        Expression(r"\bprocess::(?:\{[^}]*\b)?Command\s+as\s+(?P<module>\w+)"),
        Expression(r"\bprocess::\{[^}]*\b(?P<module>Command)\b(?!\s+as)[^}]*\}"),
    ),
    opaque=Expression(
        r"\b(?:duct|xshell|cmd_lib)::|\bcmd!\s*\(|\brun_(?:cmd|fun)!|\bsubprocess::Exec\b|\bprocess::\*|\bexecv(?:p?e?)\s*\(|\bposix_spawn"
    ),
)

JAVA: Final = Calls(
    always=Expression(r"\bProcessBuilder\b(?=\s*\()|\bgetRuntime\(\)\s*\.exec\b|\b(?:rt|runtime|r)\.exec\b(?=\s*\()"),
    functions=r"exec",
    imports=(
        Expression(r"\bRuntime\s+(?P<module>\w+)\s*[=;,)]"),
        Expression(r"\b(?P<module>\w+)\s*(?::\s*Runtime)?\s*=\s*(?:java\.lang\.)?Runtime\.getRuntime\(\)(?!\s*\.)"),
    ),
    opaque=Expression(
        r"\borg\.apache\.commons\.exec\b|\bProcessExecutor\b|\bscala\.sys\.process\b|\bimport sys\.process\b|"
        r"[\"'\])]\s*\.execute\(\)\s*\.(?:text|waitFor|in)|\bRuntime\.getRuntime\(\)::"
    ),
)

_SUBPROCESS = r"run|call|check_call|check_output|Popen|getoutput|getstatusoutput"
_OS = r"system|popen|exec[lv][pe]{0,2}|spawn[lv][pe]{0,2}|posix_spawnp?"

PYTHON: Final = Calls(
    always=Expression(
        rf"(?<![\w.])(?:subprocess(?:32)?\.(?:{_SUBPROCESS})|os\.(?:{_OS})|commands\.get(?:status)?output|pty\.spawn|"
        r"pexpect\.(?:spawn|run)|asyncio\.(?:subprocess\.)?create_subprocess_(?:exec|shell))\b"
    ),
    functions=rf"{_SUBPROCESS}|{_OS}|create_subprocess_(?:exec|shell)",
    imports=(
        Expression(
            r"(?m)^[ \t]*from[ \t]+(?:subprocess(?:32)?|os|asyncio(?:\.subprocess)?)[ \t]+import[ \t]+"
            r"(?P<names>\([^)]*\)|(?:\\\n|[^\n#;])+)"
        ),
        Expression(r"(?m)^[ \t]*import[ \t][^\n#;]*\b(?:subprocess(?:32)?|os|asyncio)[ \t]+as[ \t]+(?P<module>\w+)"),
    ),
    opaque=Expression(
        r"(?m)^[ \t]*(?:from|import)[ \t]+(?:sh|plumbum|fabric|invoke|delegator|envoy|sarge|pexpect|ptyprocess)\b|"
        r"\bsubprocess_(?:exec|shell)\(|\bgetattr\(\s*(?:subprocess|os)\b|"
        r"__import__\(\s*[\"'](?:subprocess|os)[\"']|import_module\(\s*[\"']subprocess[\"']"
    ),
    types=Expression(r"(?:.*\.)?Popen"),
    comments=Expression(r"(?m)^[ \t]*#.*$"),
)

_CHILD = r"[\"'](?:(?:node:)?child_process|shelljs)[\"']"
_LIKE = r"[\"'](?:cross-spawn|execa|tinyexec|nano-spawn)[\"']"
_TAKEN = r"(?:(?P<module>[\w$]+)\s*,?\s*)?(?:\{(?P<names>[^}]*)\})?"

NODE: Final = Calls(
    always=Expression(
        rf"\b(?:require|import)\(\s*{_CHILD}\s*\)\)?\.(?:exec|execSync|execFile|execFileSync|spawn|spawnSync)\b|"
        r"\bBun\.spawn(?:Sync)?\b|\bnew Deno\.Command\b|(?<![\w$.])\$(?=`)"
    ),
    functions=r"exec|execSync|execFile|execFileSync|spawn|spawnSync|sync|execa\w*|command|commandSync|x",
    imports=(
        Expression(
            rf"(?:const|let|var)\s+{_TAKEN}(?::\s*\w+)?\s*=\s*(?:await\s+)?(?:require|import)\(\s*{_CHILD}\s*\)(?!\s*\))(?!\.)"
        ),
        Expression(rf"\bimport\s+(?:\*\s+as\s+)?{_TAKEN}\s*(?:from|=\s*require\()\s*{_CHILD}\)?"),
        Expression(
            rf"(?:const|let|var)\s+{_TAKEN}\s*=\s*(?:await\s+)?require\(\s*{_LIKE}\s*\)(?!\.)".replace(
                "module", "callable"
            )
        ),
        Expression(
            rf"\bimport\s+(?:\*\s+as\s+)?{_TAKEN}\s*(?:from|=\s*require\()\s*{_LIKE}\)?".replace("module", "callable")
        ),
    ),
    opaque=Expression(
        r"[\"'](?:zx|zx/globals|shelljs/global|google/zx|dax-sh|node-pty|node-cmd|child-process-promise|promisify-child-process|"
        r"spawn-please|foreground-child|@npmcli/promise-spawn)[\"']|#!.*\bzx\b"
    ),
    wraps=Expression(r"\b(?P<name>[\w$]+)\s*=\s*(?:util\.)?promisify\(\s*(?P<function>[\w$.]+)\s*\)"),
)

RUBY: Final = Calls(
    always=Expression(
        r"(?m)(?<![\w.:@$'\"-])(?:system|exec|spawn)\b(?=\(|[ \t]+[\"'%(\[{])|"
        r"(?:^|[=(&|!{;]|\b(?:return|if|unless|and|or|do|then)\b)[ \t]*(?:system|exec|spawn)(?=[ \t]+[a-zA-Z_*:@$])"
        r"(?![ \t]+(?:do|if|unless)\b)|"
        r"\b(?:Kernel\.(?:system|exec|spawn|`)|Process\.(?:spawn|exec)|IO\.popen|PTY\.spawn|POSIX::Spawn\.\w+|Open3\.\w+)"
    ),
    opaque=Expression(
        r"\bTTY::Command\b|\bCocaine::|\bTerrapin::|\bSubprocess\.|\bMixlib::ShellOut\b|\bChildProcess\."
    ),
    is_bare=True,
    texts=Expression(r"\"(?:[^\"\\\n]|\\.)*\"|`([^`\n]+)`|%x\s*[{(\[|!]([^})\]|!\n]+)"),
    comments=Expression(r"(?m)(?:^|(?<=[ \t]))#(?!\{).*$|^=begin[\s\S]*?^=end"),
)

PHP: Final = Calls(
    always=Expression(
        r"(?<![\w>:$'\"-])(?:shell_exec|passthru|proc_open|popen|system|exec|pcntl_exec)\b(?=\s*\()(?<!function exec)|"
        r"\bnew\s+\\?(?:[\w\\]+\\)?Process\b(?=\s*\()|\bProcess::(?:fromShellCommandline|run|start)\b"
    ),
    texts=Expression(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|//[^\n]*|`([^`]*)`"),
    comments=Expression(
        r"(?m)^[ \t]*(?://.*|#(?!\[).*|/\*[\s\S]*?\*/[ \t]*)$|<<<[ \t]*['\"]?(\w+)['\"]?[\s\S]*?^[ \t]*\1\b"
    ),
    code=Expression(r"<\?(?:php|=)?([\s\S]*?)(?:\?>|\Z)"),
)

_START_INFO: Final = r"\b(?:new\s+)?(?:System\.Diagnostics\.)?ProcessStartInfo"
_TYPED: Final = r"\bProcessStartInfo\s+\w+\s*=\s*new\s*"
_LITERAL: Final = r"[@$]{0,2}\""

DOTNET: Final = Calls(
    always=Expression(rf"\bProcess\.Start(?=\s*\(\s*{_LITERAL})|{_START_INFO}(?=\s*\(\s*{_LITERAL})|\bCli\.Wrap\b"),
    texts=Expression(rf"\bFileName\s*(?:=|<-)\s*@?\"([^\"\n]+)\"(?!\s*\+)|{_TYPED}\(\s*@?\"([^\"\n]+)\"(?!\s*\+)"),
    opaque=Expression(
        rf"\bProcess\.Start\s*\((?!\s*(?:{_LITERAL}|new\b))[^,;()]*,|"
        rf"(?s:\A(?!.*\bProcessStartInfo\b).*\bProcess\.Start\s*\((?!\s*(?:{_LITERAL}|\))))|"
        rf"{_START_INFO}\s*\((?!\s*(?:{_LITERAL}|\)|FileName\s*=))|{_TYPED}\((?!\s*(?:@?\"|\)))|"
        r"\bFileName\s*(?:=(?![=>])|<-)(?!\s*@?\"[^\"\n]+\"(?!\s*\+))|"
        r"\busing\s+(?:static\s+)?(?:SimpleExec|Medallion\.Shell|FFMpegCore|Xabe\.FFmpeg|PuppeteerSharp|Microsoft\.Playwright|"
        r"OpenQA\.Selenium)\b|\bopen\s+(?:Fake|SimpleExec|Fli)\b|\bINodeServices\b|\bUse(?:React|Angular)\w*DevelopmentServer\b|"
        r"\bUseAngularCliServer\b"
    ),
    code=Expression(
        r"(?s)\A(?=.*\b(?:(?:Process)?StartInfo|Process\.Start|Cli\.Wrap|SimpleExec|Medallion\.Shell|FFMpegCore|Xabe\.FFmpeg|"
        r"PuppeteerSharp|Playwright|Selenium|Fake|Fli|INodeServices|Use(?:React|Angular)\w+)\b)(.*)"
    ),
)
"""C#, F# and Visual Basic. ``FileName`` is the name of much else, too: only files that speak of processes are read."""

ITSELF: Final = Expression(
    r"sys\.executable|process\.execPath|process\.argv\[0\]|PHP_BINARY|RbConfig\.ruby|Gem\.ruby|os\.Args\[0\]"
)
"""What a program calls itself, or the interpreter that it runs in."""

LISTS: Final = Expression(
    r"(?:new\s+String\s*\[\s*\]\s*|\[\]string\s*|\(char\s*\*(?:\s*const)?\s*\[\s*\]\)\s*)(?P<brace>\{)|"
    r"(?:args\s*=\s*)?(?:&\s*(?:mut\s*)?|vec!\s*|(?:java\.util\.)?Arrays\.asList\s*|(?:java\.util\.)?List\.of\s*|"
    r"listOf\s*|arrayOf\s*|shlex\.split\s*|array\s*)?(?P<open>[\[(])"
)
"""What begins a list of words among the arguments."""
ADDING: Final = Expression(r"\s*\.(?P<name>\w+)\(")
ADDS: Final = frozenset({"arg", "args"})
"""Methods that give a command more words, behind the call."""
