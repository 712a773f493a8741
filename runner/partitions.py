"""Partitions of the steps' tables: where rows lie is not what steps say, so the scratch database gets what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from runner.differences import Sides, Taken
from runner.engines import Session
from runner.errors import RungError
from runner.sqlfile import SqlFile, runner_sql
from runner.state import Catalog, Key
from runner.wholes import Wholes, parent_of, renamed

_STORAGE = re.compile(r" WITH \((?!modulus )| TABLESPACE | REPLICA IDENTITY ")
# What keeps the rows of one partition safe, and is not had from the table that it is of.
_GUARDS = frozenset({"row security", "policy", "trigger"})


def follow(session: Session, built: Taken, live: Taken) -> frozenset[Key]:
    """Make the partitions on the scratch database that are in the live one, and drop those that are not: but for a
    DEFAULT, which holds what has no other place. Those that were made.

    One that cannot be made stays a difference.
    """
    wholes = Wholes(session.engine, built.catalog, live.catalog)
    ours, theirs = _partitions(built, wholes), _partitions(live, wholes)
    stale = [
        key
        for key, text in ours.items()
        if theirs.get(key) != text and (key in theirs or not text.endswith(" DEFAULT"))
    ]
    todo = {key: text for key, text in theirs.items() if ours.get(key) != text}
    with suppress(RungError):
        run_told(session, tables=[name for _, name in stale])
    made: set[Key] = set()
    while todo:
        # A partition may be partitioned itself.
        done = {key for key, text in todo.items() if _make(session, text)}
        if not done:
            break
        made |= done
        todo = {key: text for key, text in todo.items() if key not in done}
    return frozenset(made)


def _partitions(of: Taken, wholes: Wholes) -> Catalog:
    """The partitions in the schema, in the order of their names, with how each is made."""
    found: Catalog = {}
    for key, text in sorted(of.catalog.items()):
        if key in of.inner and parent_of(text) and wholes.of(key):
            found[key] = _STORAGE.split(text.replace(" UNLOGGED ", " ", 1))[0]
    return found


def _make(session: Session, text: str) -> bool:
    with suppress(RungError):
        script(session, text)
        return True
    return False


def run_told(session: Session, tables: list[str] | None = None, roles: list[str] | None = None) -> None:
    """Drop tables and roles of a scratch database."""
    names = {"tables": json.dumps(tables or []), "roles": json.dumps(roles or [])}
    told = session.run(runner_sql("catalog", "postgresql", "forget"), names)
    if told:
        script(session, "; ".join(str(row[0]) for row in told))


def script(session: Session, text: str) -> None:
    """Run statements on a scratch database, in one transaction."""
    session.begin()
    try:
        session.run_script(SqlFile("what the comparison needs", "forward", text, ""))
        session.commit()
    finally:
        session.rollback()


def alike(sides: Sides, made: frozenset[Key], before: Taken) -> Sides:
    """The sides, with what partitions may have beyond what PostgreSQL gives them.

    Steps that make partitions later, by a function or a query, make them like those that they began with: what the
    table or such a sibling has, one that was made since may have too, and what guards every sibling it must have.
    And a table that was a partition when the steps made it, and was detached, is where rows were put.

    made: what follow() made. before: what the steps had built.
    """
    wholes = Wholes(sides.engine, sides.built.catalog, sides.live.catalog, before.catalog)
    parts: dict[Key, list[Key]] = {}
    for key in sides.built.catalog.keys() | sides.live.catalog.keys():
        for whole in wholes.above(key):
            parts.setdefault(whole, []).append(key)
    expected = dict(sides.built.catalog)
    for key in made:
        parent = wholes.of(key)
        if not parent:
            continue
        siblings = [
            other
            for other, text in before.catalog.items()
            if parent_of(text) and wholes.of(other) == parent and other in sides.built.catalog and other not in made
        ]
        forms = [set(_forms(sides.built.catalog, other, parent, parts)) for other in siblings]
        allowed = {
            (*other, sides.built.catalog[other]) for other in parts.get(parent, []) if other in sides.built.catalog
        }.union(*forms)
        back = {key[1]: parent[1]}
        for part in parts.get(key, []):
            text = sides.live.catalog.get(part)
            if (
                text is not None
                and part not in expected
                and (part[0], renamed(part[1], back), renamed(text, back)) in allowed
            ):
                expected[part] = text
        for kind, name, text in set.intersection(*forms) if forms else set():
            part = (kind, _first(name, parent[1], key[1]))
            if kind in _GUARDS and part not in expected:
                expected[part] = _first(text, parent[1], key[1])
    detached = {
        key
        for key, text in before.catalog.items()
        if parent_of(text) and key in sides.live.catalog and key not in sides.built.catalog
    }
    gone = detached.union(*(parts.get(key, []) for key in detached))
    return replace(
        sides,
        built=replace(sides.built, catalog=expected),
        live=replace(sides.live, catalog={k: text for k, text in sides.live.catalog.items() if k not in gone}),
    )


def _forms(catalog: Catalog, table: Key, parent: Key, parts: dict[Key, list[Key]]) -> Iterator[tuple[str, str, str]]:
    """The parts of a partition as they would be told of its table."""
    back = {table[1]: parent[1]}
    for kind, name in parts.get(table, []):
        if (kind, name) in catalog:
            yield kind, renamed(name, back), renamed(catalog[kind, name], back)


def _first(text: str, name: str, other: str) -> str:
    return re.sub(rf"(?<![\w$]){re.escape(name)}(?![\w$])", lambda _: other, text, count=1)
