"""What is in force at an instruction: variables, user, folder and shell, by the history of each.

A history is a number: equal numbers say that the same was set from the same, whatever the values are. Variables have
one each, so that two that have nothing to do with each other may be set in any order, and what names some of
them (LABEL, COPY …) sees these and no others. Setting again what is in force changes nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Hashable, Mapping, Sequence

import msgspec

from dfopt.facts.mentions import expanded
from dfopt.model.expand import expand
from dfopt.syntax.nodes import Arg, Assignment, Env

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


class Scopes:
    """Numbers for histories: equal numbers, equal histories. One object serves all plans that are compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def after(self, scope: int, what: Hashable) -> int:
        return self._numbers.setdefault((scope, what), len(self._numbers) + 1)


class InForce(msgspec.Struct, frozen=True):
    """The state before an instruction. Numbers are histories; 0 is what the base image has."""

    variables: Mapping[str, int] = {}
    last: Mapping[str, Hashable] = {}
    """What set each variable of the stage last."""
    others: int = 0
    """The history of all that are not in ``variables``: an ENV with a variable in its key may have set them."""
    order: tuple[Hashable, ...] = ()
    """The variables of the image in the order of its config."""
    values: Mapping[str, str | None] = {}
    """Those that no argument of a build changes; None is one that is not known."""
    user: int = 0
    image_user: int = 0
    """The user of the image where USER is not compared, and what builds it keeps the one that it had."""
    shell: int = 0
    folder: int = 0
    path: str | None = None
    """The folder, if it is known whatever a build is given."""

    def depends(self, text: str) -> Hashable:
        """The histories of the variables that a text may have put in."""
        return tuple((name, self.history(name)) for name in sorted(expanded(text)))

    def history(self, name: str) -> int:
        return self.variables.get(name, self.others)

    def of_image(self, scopes: Scopes) -> int:
        """All that an image has of it."""
        return scopes.after(self._number(scopes, self.image_user, frozenset()), self.order)

    def of_exec(self, scopes: Scopes, unread: Collection[str] = frozenset()) -> int:
        """All that a RUN is started with, but for variables that it does not read."""
        return self._number(scopes, self.user, unread)

    def _number(self, scopes: Scopes, user: int, unread: Collection[str]) -> int:
        read = frozenset(item for item in self.variables.items() if item[0] not in unread)
        return scopes.after(0, (user, self.shell, self.folder, self.others, read))

    def with_variables(self, scopes: Scopes, found: Env | Arg, without: Collection[str], escape: str) -> InForce:
        """Behind an ENV or ARG; ``without`` are names that are not compared."""
        pairs = [pair for pair in found.pairs if pair.key not in without]
        if not all(_PLAIN_KEY.fullmatch(pair.key) for pair in pairs):
            return self._with_unknown(scopes, found.keyword, pairs)
        state: InForce = self
        for pair in pairs:
            # an ENV sees what was there before it, an ARG what its own words set
            state = state._with_variable(scopes, found, pair, self if isinstance(found, Env) else state, escape)
        return state

    def _with_variable(self, scopes: Scopes, found: Env | Arg, pair: Assignment, seen: InForce, escape: str) -> InForce:
        key, value = pair.key, pair.value
        setting = (found.keyword, value, seen.depends(value or ""))
        if self.last.get(key) == setting:
            return self
        fixed = expand(value, seen.values, escape, unset=None) if isinstance(found, Env) and value is not None else None
        is_new = isinstance(found, Env) and key not in self.order
        return msgspec.structs.replace(
            self,
            variables={**self.variables, key: scopes.after(self.history(key), (key, setting))},
            last={**self.last, key: setting},
            order=(*self.order, key) if is_new else self.order,
            values={**self.values, key: fixed},
        )

    def _with_unknown(self, scopes: Scopes, keyword: str, pairs: Sequence[Assignment]) -> InForce:
        """Behind an ENV that may have set any variable."""
        said = tuple((pair.key, pair.value) for pair in pairs)
        others = scopes.after(self._number(scopes, 0, frozenset()), (keyword, said))
        return msgspec.structs.replace(
            self, variables={}, last={}, others=others, order=(*self.order, others), values={}
        )

    def with_folder(self, scopes: Scopes, text: str, escape: str) -> InForce:
        """Behind a WORKDIR."""
        path = self.path_of(text, escape)
        folder = scopes.after(0, path) if path else scopes.after(self.folder, (text, self.depends(text)))
        return msgspec.structs.replace(self, folder=folder, path=path)

    def path_of(self, text: str, escape: str) -> str | None:
        """The absolute path that a WORKDIR says; None if that is not known, or depends on an argument of the build."""
        path = expand(text, self.values, escape, unset=None)
        if not path or "\\" in path or (self.path is None and path[0] != "/"):
            return None
        return posixpath.normpath("/" + posixpath.join(self.path or "/", path).lstrip("/"))
