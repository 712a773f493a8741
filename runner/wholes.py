"""What belongs to what in a catalog: a column to its table, a grant to what it is on, a partition to what it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runner.state import Catalog, Key

_NAME = r'((?:"(?:[^"]|"")*"|[^\s".(]+)(?:\.(?:"(?:[^"]|"")*"|[^\s".(]+))?)'
_ON = re.compile(rf"\bON (?:ONLY )?{_NAME}")
_FROM = re.compile(rf"\bFROM {_NAME}$")
_OWNED_BY = re.compile(rf"\bOWNED BY {_NAME}$")
_PARTITION_OF = re.compile(rf"^CREATE (?:UNLOGGED )?TABLE \S.*? PARTITION OF {_NAME} ")
_GRANT = re.compile(
    r"(?P<place>(?:.+?\.)??)(?P<kind>table|column|function|type|sequence|schema) (?P<name>.*) to (?P<role>.*)",
    re.DOTALL,
)
_RELATIONS = ("table", "view", "materialized view", "foreign table", "sequence", "identity")
# Parts that are told under the name of what they are of, with a dot between.
_DOTTED = frozenset({"column", "constraint", "trigger", "rule", "policy", "default"})
# Nothing by themselves: where what they are of is not in the catalog, it is an extension's or the engine's.
_PARTS = _DOTTED | {"index", "row security", "owner", "statistics", "toast options", "grant"}


class Wholes:
    """What belongs to what among the objects of catalogs of one engine, whichever of them an object is in."""

    def __init__(self, engine: str, *catalogs: Mapping[Key, str]) -> None:
        self._engine = engine
        self._all: Catalog = {}
        for catalog in reversed(catalogs):
            self._all |= catalog
        self._kinds = sorted({kind for kind, _ in self._all} | {"column"}, key=len, reverse=True)
        self._relations = {name: (kind, name) for kind, name in self._all if kind in _RELATIONS}
        self._functions: dict[str, list[Key]] = {}
        for kind, name in self._all:
            if kind == "function":
                self._functions.setdefault(name.partition("(")[0], []).append((kind, name))
        self._virtual = [
            name for (kind, name), text in self._all.items() if kind == "table" and " VIRTUAL TABLE " in text[:24]
        ]

    def of(self, key: Key) -> Key | None:
        """What an object is a part of, or None where it stands for itself or nobody knows."""
        kind, name = key
        text = self._all.get(key, "")
        found = self._on_server(key, text) if self._engine == "postgresql" else self._in_file(kind, name, text)
        return found if found != key else None

    def above(self, key: Key) -> Iterator[Key]:
        """What an object is a part of, what that is a part of, and so on."""
        seen = {key}
        while (found := self.of(key)) and found not in seen:
            yield found
            seen.add(found)
            key = found

    def is_stray(self, key: Key) -> bool:
        """Whether it is a part of what is not in the catalog: an extension's, or the engine's own."""
        kind, name = key
        if self._engine != "postgresql" or kind not in _PARTS or self.of(key):
            return False
        return kind != "grant" or not _is_of_schema(name)

    def _in_file(self, kind: str, name: str, text: str) -> Key | None:
        if kind in {"index", "trigger"}:
            on = re.search(_ON.pattern, text, re.IGNORECASE)
            place = name.rpartition(".")[0]
            return self._relation(on[1]) or self._relation(f"{place}.{on[1]}") if on else None
        if kind == "comment":
            what = text.removeprefix("COMMENT ON ").partition(f" {name} ")[0].split(" ")[0].lower()
            return self._before_dot(name) if what == "column" else (what, name)
        if kind == "table":
            return next((("table", other) for other in self._virtual if name.startswith(f"{other}_")), None)
        return None

    def _on_server(self, key: Key, text: str) -> Key | None:
        kind, name = key
        found: Key | None = None
        if kind in _DOTTED:
            found = self._before_dot(name)
        elif kind in {"row security", "toast options"}:
            found = self._relation(name)
        elif kind in {"table", "index", "statistics"}:
            named = {"table": _PARTITION_OF, "index": _ON, "statistics": _FROM}[kind].search(text)
            found = self._beside(name, named[1]) if named else None
        elif kind == "sequence" and (owner := _OWNED_BY.search(text)):
            place = name.rpartition(".")[0]
            found = self._before_dot(_bare(f"{place}.{owner[1]}")) or self._before_dot(_bare(owner[1]))
        elif kind == "identity":
            tables = [other for other, (what, _) in self._relations.items() if what == "table"]
            found = self._relation(max((t for t in tables if name.startswith(f"{t}_")), key=len, default=""))
        elif kind == "grant" and (granted := _GRANT.fullmatch(name)):
            found = self._named(granted["kind"], granted["place"] + granted["name"])
        elif kind == "owner":
            what, _, rest = name.partition(" ")
            found = self._named({"relation": "table"}.get(what, what), rest)
        elif kind == "comment":
            found = self._commented(name)
        return found

    def _named(self, kind: str, name: str) -> Key | None:
        if kind in {"table", "sequence"}:
            return self._relation(name)
        if kind == "column":
            return ("column", name) if ("column", name) in self._all else self._before_dot(name)
        if kind == "function":
            return self._function(name)
        return (kind, _bare(name)) if (kind, _bare(name)) in self._all else None

    def _commented(self, name: str) -> Key | None:
        # In another schema than the one that rung works in: `other.table name`.
        place, dot, rest = name.partition(".")
        for before, words in (("", name), (f"{place}." if dot else "", rest)):
            for kind in self._kinds:
                if words.startswith(f"{kind} "):
                    return self._named(kind, before + words[len(kind) + 1 :])
        return None

    def _relation(self, name: str) -> Key | None:
        return self._relations.get(name) or self._relations.get(_bare(name))

    def _beside(self, name: str, other: str) -> Key | None:
        """A relation that the definition of an object of the same schema names."""
        place = name.rpartition(".")[0]
        return (self._relation(f"{place}.{other}") if place else None) or self._relation(other)

    def _before_dot(self, name: str) -> Key | None:
        for at in range(len(name) - 1, 0, -1):
            if name[at] == "." and (found := self._relation(name[:at])):
                return found
        return None

    def _function(self, name: str) -> Key | None:
        if ("function", name) in self._all:
            return ("function", name)
        # An owner is told by the types alone, a function with the names of its parameters too.
        base, _, types = name.partition("(")
        wanted = types.rstrip(")").replace(",", ", ").replace(",  ", ", ").split(", ")
        for key in self._functions.get(_bare(base), []):
            has = key[1].partition("(")[2].removesuffix(")").split(", ")
            if len(has) == len(wanted) and all(a.endswith(b) for a, b in zip(has, wanted, strict=True)):
                return key
        return None


def _bare(name: str) -> str:
    """A name as it is in the catalog, without the quotes that it has in a definition."""
    name = re.sub(r"^[\[`](.*)[\]`]$", r"\1", name)
    return re.sub(r'"((?:[^"]|"")*)"', lambda found: found[1].replace('""', '"'), name)


def _is_of_schema(name: str) -> bool:
    found = _GRANT.fullmatch(name)
    return not found or found["kind"] == "schema"


def parent_of(text: str) -> str:
    """The table that the definition of a partition names; empty for another definition."""
    found = _PARTITION_OF.match(text)
    return found[1] if found else ""


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A text with names in the place of others, each as a whole word."""
    for name, other in names.items():
        text = re.sub(rf"(?<![\w$]){re.escape(name)}(?![\w$])", lambda _, other=other: other, text)  # type: ignore[misc]
    return text
