"""Which texts give ENV and LABEL the same value: hazards 22 and 28. The pairs were built with BuildKit, too."""

from __future__ import annotations

import pytest

from dfopt.validation.expanded import normal_value
from tests.validation.test_plan import differ

SAME = [
    ("A x", "A=x"),
    ('A "quoted" x', 'A="quoted x"'),
    (r"A b\ c", 'A="b c"'),
    ("A 'a  b'", 'A="a  b"'),
    (
        r"A it\'s  $X and $ and ${X:-a b} \"q\" \\ \$X",
        r'A="it' + r"'s  $X and \$ and ${X:-a b} \"q\" \\ \$X" + '"',
    ),
    (r"""A "a\b \$X" '$X' c""", r'A="a\b \$X \$X c"'),
    ("A b \\\n  # no\n  c", 'A="b \\\n  # no\n  c"'),
    ("A = b", 'A="= b"'),
    ('A a"b c"d e', 'A="ab cd e"'),
    ("A $x y", "A=${x}' y'"),
    ("A $1 $@", 'A="${1} $@"'),
    ("A x$", "A=x'$'"),
]


@pytest.mark.parametrize(("legacy", "modern"), SAME)
@pytest.mark.parametrize("keyword", ["ENV", "LABEL"])
def test_the_same_value(keyword: str, legacy: str, modern: str) -> None:
    assert differ(f"FROM a\n{keyword} {legacy}\nRUN b\n", f"FROM a\n{keyword} {modern}\nRUN b\n") is None


OTHER = [
    ("A b  c", 'A="b c"'),
    ("A 'b'", "A=\"'b'\""),
    ("A '$b'", 'A="$b"'),
    ("A $b c", r'A="\$b c"'),
    (r"A \$b c", 'A="$b c"'),
    ("A $b c", 'A="${b}_ c"'),
    ("A $b c", "A=$bc"),
    (r"A b\ c", r'A="b\ c"'),
    (r"A \\b c", r'A="\b\c"'),
    ("A b=c d", 'A="b" c="d"'),
    ("A b c", 'B="b c"'),
    ("A ${b:-c} d", 'A="${b-c} d"'),
    ("A ${b#c} d", 'A="${b#c} d"'),
    ("A $1 2", 'A="$12"'),
    ("A $1 2", "A=$1'2'"),
]


@pytest.mark.parametrize(("legacy", "modern"), OTHER)
def test_another_value_or_one_that_is_not_known(legacy: str, modern: str) -> None:
    assert differ(f"FROM a\nENV {legacy}\nRUN b\n", f"FROM a\nENV {modern}\nRUN b\n") is not None


@pytest.mark.parametrize("text", ["${a", "'a", '"a', "${a:-'b'}", "${a%b}", "$é", "$aé", "${a:-$b}", "${}"])
def test_what_is_not_known(text: str) -> None:
    assert normal_value(text, "\\") is None


def test_the_escape_counts() -> None:
    assert normal_value(r"C:\x y", "`") == r'"C:\x y"'
    assert normal_value(r"C:\x y", "\\") == '"C:x y"'
    assert normal_value("`$x `", "`") == '"`$x "'


def test_stage_names_and_images_are_said_by_from() -> None:
    assert differ("FROM a as b\n", "FROM a AS b\n") is None
    assert differ("FROM a as b\n", "FROM a as c\n") is not None
    assert differ("FROM a as b\n", "FROM c as b\n") is not None
