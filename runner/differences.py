"""Two catalogs held against each other: what steps make and what is there, as far as it is the steps' business."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from runner.state import Catalog, Key, State, differing, text_difference
from runner.wholes import Wholes, renamed

Change = Literal["missing", "changed", "unknown"]
# Where the role that everything is made by is named.
_NAMING_OWNERS = frozenset({"owner", "schema", "membership", "default privileges"})
# What is said of objects, and is none by itself.
_SAYINGS = frozenset(
    (
        *("column", "comment", "constraint", "default", "default privileges", "grant", "identity", "owner"),
        *("row security", "toast options"),
    )
)
_OF_DATABASE = frozenset({"extension", "schema"})
_VERSION = re.compile(r" VERSION '[^']*'$")
_COLUMN_PLACE = re.compile(r" /\* (\d+) \*/$")
_CONTEXT = 2
# What SQLite keeps of a definition is what was written: comments, blanks, quotes and capital letters say nothing.
_WORD = re.compile(r"""('(?:[^']|'')*')|"((?:[^"]|"")*)"|(\w+)|--[^\n]*|/\*.*?\*/|\s+|(.)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """A catalog. inner: what is in the schema that rung works in."""

    inner: frozenset[Key]
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Difference:
    """An object that is not as the steps make it, with its parts where it is there on one side only.

    expected, found: its definitions; empty where it is not there. lines: of a diff. wholes: what it is a part of, what
    that is a part of, and so on.
    """

    kind: str
    name: str
    change: Change
    expected: str
    found: str
    lines: tuple[str, ...]
    wholes: tuple[Key, ...]


def taken(now: State) -> Taken:
    """A catalog without what depends on the server and says nothing of the schema: which version of an extension there
    is, and who made somebody a member of a role."""
    inner = frozenset((item.kind, item.name) for item in now.schema)
    return Taken(
        inner,
        {_key(key): _VERSION.sub("", text) if key[0] == "extension" else text for key, text in now.catalog.items()},
    )


def _key(key: Key) -> Key:
    kind, name = key
    return (kind, name.partition(" by ")[0]) if kind == "membership" else key


def owned(by: Taken, names: dict[str, str]) -> Taken:
    """A catalog with roles in the place of others, as makers and owners."""
    catalog = {
        (kind, renamed(name, names) if kind == "default privileges" else name): renamed(text, names)
        if kind in _NAMING_OWNERS
        else text
        for (kind, name), text in by.catalog.items()
    }
    return replace(by, catalog=catalog)


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything to compare. ground, built: the scratch database before and after the steps. live: the database.

    adopted: what steps make that were adopted, and so is not held against what they make. theirs: what other families
    make.
    """

    engine: str
    ground: Taken
    built: Taken
    live: Taken
    adopted: frozenset[Key] = frozenset()
    theirs: frozenset[Key] = frozenset()

    @property
    def made(self) -> set[Key]:
        """What the steps make or change."""
        return set(differing(self.ground.catalog, self.built.catalog))


def compare(sides: Sides) -> tuple[list[Difference], int]:
    """The differences that are the steps' business, in the order of kinds and names; and how many objects were
    compared."""
    sides = replace(sides, live=_called_alike(sides)) if sides.engine == "sqlite" else sides
    wholes = Wholes(sides.engine, sides.built.catalog, sides.live.catalog)
    ours = _business(sides, wholes)
    expected = {key: text for key, text in sides.built.catalog.items() if ours(key)}
    found = {key: text for key, text in sides.live.catalog.items() if ours(key)}
    if sides.engine == "postgresql":
        _forget_places(expected, found, wholes)
    same: Callable[[str, str], bool] = _same_words if sides.engine == "sqlite" else str.__eq__
    keys = [key for key in differing(expected, found) if not same(expected.get(key, ""), found.get(key, ""))]
    return _folded(keys, expected, found, wholes), sum(kind not in _SAYINGS for kind, _ in expected)


def _called_alike(sides: Sides) -> Taken:
    """The catalog of the database, with the names that differ from those of the steps in capital letters alone as the
    steps write them: to SQLite they are the same."""
    known = {(kind, name.lower()): (kind, name) for kind, name in sides.built.catalog}
    called = {key: known.get((key[0], key[1].lower()), key) for key in sides.live.catalog}
    catalog = {called[key]: text for key, text in sides.live.catalog.items()}
    return Taken(frozenset(called.get(key, key) for key in sides.live.inner), catalog)


def _business(sides: Sides, wholes: Wholes) -> Callable[[Key], bool]:
    """Which objects are compared."""
    made = sides.made
    inner = sides.built.inner | sides.live.inner
    schemas = {name for kind, name in sides.built.catalog.keys() | sides.live.catalog.keys() if kind == "schema"}
    theirs = sides.theirs - made

    def is_inner(key: Key) -> bool:
        kind, name = key
        elsewhere = any(name.startswith(f"{schema}.") for schema in schemas)
        return kind not in _OF_DATABASE and not elsewhere and (key in inner or kind == "foreign table")

    def ours(key: Key) -> bool:
        chain = [key, *wholes.above(key)]
        if wholes.is_stray(key) or any(other in theirs for other in chain):
            return False
        if any(other in sides.adopted for other in chain):
            return key in made and key not in sides.adopted
        if key in sides.ground.catalog and key not in made:
            return False
        return is_inner(chain[-1]) or any(other in made for other in chain)

    return ours


def without_places(catalog: Catalog) -> Catalog:
    """A catalog that does not say which column of its table each is."""
    return {key: _COLUMN_PLACE.sub("", text) if key[0] == "column" else text for key, text in catalog.items()}


def _forget_places(expected: Catalog, found: Catalog, wholes: Wholes) -> None:
    """Take away which column of its table each is, except where those that are on both sides are not in one order.

    Where one is gone, all behind it have moved up, which is no difference of theirs.
    """
    both = [key for key in expected if key[0] == "column" and key in found]
    tables: dict[Key | None, list[Key]] = {}
    for key in both:
        tables.setdefault(wholes.of(key), []).append(key)
    moved = {
        table
        for table, keys in tables.items()
        if sorted(keys, key=lambda key: _place(expected[key])) != sorted(keys, key=lambda key: _place(found[key]))
    }
    for catalog in (expected, found):
        for key in [key for key in catalog if key[0] == "column" and wholes.of(key) not in moved]:
            catalog[key] = _COLUMN_PLACE.sub("", catalog[key])


def _place(definition: str) -> int:
    found = _COLUMN_PLACE.search(definition)
    return int(found[1]) if found else 0


def _same_words(expected: str, found: str) -> bool:
    return bool(expected and found) and _words(expected) == _words(found)


def _words(definition: str) -> list[str]:
    # A module writes the names of its tables in one kind of quotes, and renames them in another.
    definition = re.sub(r"^CREATE TABLE '([^']*)'", r'CREATE TABLE "\1"', definition)
    return [
        text or (name or word or sign).lower()
        for text, name, word, sign in _WORD.findall(definition)
        if text or name or word or sign
    ]


def _folded(keys: Iterable[Key], expected: Catalog, found: Catalog, wholes: Wholes) -> list[Difference]:
    """The differences, those of parts with their whole where that is there on one side only."""
    only = {key: key in expected for key in keys if (key in expected) != (key in found)}
    parts: dict[Key, list[Key]] = {}
    for key in keys:
        tops = [other for other in wholes.above(key) if key in only and only.get(other) == only[key]]
        parts.setdefault(tops[-1] if tops else key, []).append(key)
    # Parts stand below what they are of.
    order = sorted(parts, key=lambda key: [(name, kind) for kind, name in (*reversed([*wholes.above(key)]), key)])
    return [
        Difference(
            *key,
            "changed" if key not in only else "missing" if only[key] else "unknown",
            expected.get(key, ""),
            found.get(key, ""),
            tuple(_lines(key, parts[key], expected, found)),
            tuple(wholes.above(key)),
        )
        for key in order
    ]


def _lines(key: Key, members: Collection[Key], expected: Catalog, found: Catalog) -> list[str]:
    lines: list[str] = []
    # What an object is made of comes behind it.
    for member in sorted(members, key=lambda other: (other != key, other)):
        if member[0] != "owner" or member == key:
            lines += _near(
                text_difference(expected.get(member, ""), found.get(member, "")) or [f"? {' '.join(member)}"]
            )
    return lines


def _near(lines: list[str]) -> list[str]:
    """The lines of a diff that differ, and those around them."""
    differ = [number for number, line in enumerate(lines) if not line.startswith("  ")]
    shown = sorted({n for at in differ for n in range(at - _CONTEXT, at + _CONTEXT + 1) if 0 <= n < len(lines)})
    near: list[str] = []
    for before, number in zip([-1, *shown], shown, strict=False):
        near += ["  …"] * (number > before + 1) + [lines[number]]
    return near + ["  …"] * bool(shown and shown[-1] < len(lines) - 1)
