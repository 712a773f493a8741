"""What a database holds, taken so that two takings can be compared to the byte: catalog, rows, positions."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from runner import examine
from runner.engines import Row, Session, Value
from runner.errors import MovedError
from runner.examine import Object
from runner.sqlfile import runner_sql
from runner.wording import plain

Key = tuple[str, str]
Catalog = dict[Key, str]
# Of a table with more rows only their number and digest are known (sql/catalog: LIMIT 1001).
KEPT_ROWS = 1000
_AT_ONCE = 50
# How often the catalog is read again when others change it meanwhile.
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of a table. key: the columns of its primary key. digest: of all rows in any order. values: of each
    column, how many are not NULL. sample: up to 1,001 rows as JSON, each a list of texts of at most 200 characters."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: int
    digest: str
    values: tuple[int, ...]
    sample: str = field(repr=False)

    def is_as(self, other: Content) -> bool:
        """Whether the rows are the same. The columns must be."""
        return (self.columns, self.rows, self.digest) == (other.columns, other.rows, other.digest)

    def count(self, column: str) -> int:
        """How many values of a column are not NULL."""
        return self.values[self.columns.index(column)]

    def kept(self) -> list[tuple[str | None, ...]] | None:
        """Its rows as texts, or None when there are too many."""
        if self.rows > KEPT_ROWS:
            return None
        return [tuple(row) for row in json.loads(self.sample or "[]")]


@dataclass(frozen=True, slots=True)
class State:
    """schema: of the schema that rung works in, which fingerprints are of. catalog: of all that there is.

    columns, contents: by table. positions: of sequences. stamps: of tables, as the engine tells them apart.
    """

    schema: tuple[Object, ...]
    catalog: Catalog
    columns: dict[str, tuple[str, ...]]
    contents: dict[str, Content]
    positions: dict[str, Value]
    stamps: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """Of the schema: what a certificate holds against a database."""
        return examine.fingerprint(self.schema)

    @property
    def rows(self) -> int:
        """In all tables."""
        return sum(content.rows for content in self.contents.values())


def take(session: Session, rows: bool = True, before: State | None = None) -> State:
    """Everything that the database holds, as of one moment. rows: whether to read them too.

    before: what was last taken through this session, whose rows stand for those of tables that the engine says nothing
    has written to since. Raises TargetError where something cannot be read.
    """
    for _ in range(_TRIES):
        with suppress(MovedError):
            return _take(session, rows, before)
    return _take(session, rows, before)


def _take(session: Session, rows: bool, before: State | None) -> State:
    with examine.snapshot(session):
        schema = tuple(examine.objects(session))
        tables, told = _tables(session, {})
        stamps = {str(row[0]): str(row[4]) for row in told if row[0] is not None and row[4] is not None}
        same = _unwritten(session, before, stamps) if before else {}
        contents, positions = _contents(session, tables, told, same) if rows else ({}, {})
        # Last: on PostgreSQL it changes the search path for the rest of the transaction.
        catalog = {(item.kind, item.name): _plain(session, item) for item in schema} | _around(session)
    columns = {name: columns for name, (columns, _) in tables.items()}
    return State(schema, catalog, columns, contents, positions, stamps)


def _unwritten(session: Session, before: State, stamps: Mapping[str, str]) -> dict[str, Content]:
    if session.written is None:
        return {}
    return {
        name: content
        for name, content in before.contents.items()
        if name not in session.written and stamps.get(name) == before.stamps.get(name) is not None
    }


def _plain(session: Session, item: Object) -> str:
    return item.definition if session.engine == "postgresql" else plain(item.definition)


def only(session: Session, columns: Mapping[str, Sequence[str]]) -> dict[str, Content]:
    """The rows of some tables, as far as these columns go."""
    if not columns:
        return {}
    with examine.snapshot(session):
        tables, told = _tables(session, columns)
        return _contents(session, tables, [row for row in told if row[0] in columns])[0]


def _around(session: Session) -> Catalog:
    rows = session.run(runner_sql("catalog", session.engine, "around"), {})
    # Some of it must be asked for one by one: then what is told is the statement that asks.
    asked = [row for kind, _, wording in rows if kind == "ask" for row in session.query(str(wording))]
    told = [row for row in rows if row[0] != "ask"] + asked
    found: Catalog = {(str(kind), str(name)): str(definition) for kind, name, definition in told}
    if session.engine == "postgresql":
        others = [str(name) for (name,) in session.run(runner_sql("catalog", "postgresql", "schemas"), {})]
        for other in others:
            session.run(runner_sql("catalog", "postgresql", "look_into"), {"schema": other})
            for item in examine.objects(session):
                if item.kind != "extension":
                    found[item.kind, f"{other}.{item.name}"] = item.definition
    return found


_Tables = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


def _tables(session: Session, restricted: Mapping[str, Sequence[str]]) -> tuple[_Tables, list[Row]]:
    """Each table with its columns and its key, and what the engine has put together for reading them."""
    told = session.run(runner_sql("catalog", session.engine, "contents"), {"restricted": json.dumps(restricted)})
    tables = {str(name): (_names(columns), _names(key)) for name, columns, key, *_ in told if name is not None}
    return tables, told


def _contents(
    session: Session, tables: _Tables, told: Sequence[Row], same: Mapping[str, Content] = MappingProxyType({})
) -> tuple[dict[str, Content], dict[str, Value]]:
    wordings = [str(wording) for name, _, _, wording, _ in told if name is not None and name not in same]
    rows = [row for piece in _pieces(wordings) for row in session.query(" UNION ALL ".join(piece))]
    found = dict(same)
    for name, count, digest, values, sample in rows:
        columns, key = tables[str(name)]
        number = int(str(count))
        kept = str(sample or "") if number <= KEPT_ROWS else ""
        found[str(name)] = Content(columns, key, number, str(digest), tuple(json.loads(str(values))), kept)
    positions = [row for name, _, _, wording, _ in told if name is None for row in session.query(str(wording))]
    return found, {str(name): position for name, position in positions}


def _pieces(wordings: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(wordings), _AT_ONCE):
        yield wordings[start : start + _AT_ONCE]


def _names(text: object) -> tuple[str, ...]:
    return tuple(json.loads(str(text)))


def differing(expected: Catalog, found: Catalog) -> list[Key]:
    """What is in one of two catalogs only, or not the same in both."""
    return sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))


def catalog_difference(expected: Catalog, found: Catalog) -> list[str]:
    """Where two catalogs differ, as lines of a diff: ``-`` as it should be, ``+`` as it is."""
    lines: list[str] = []
    for key in differing(expected, found):
        lines.append(" ".join(key))
        lines += text_difference(expected.get(key, ""), found.get(key, ""))
    return lines


def text_difference(expected: str, found: str) -> list[str]:
    """Two texts as lines of a diff, those that are the same with two spaces."""
    if not expected or not found:
        return [f"{'-' if expected else '+'} {line}" for line in (expected or found).splitlines()]
    lines = difflib.ndiff(expected.splitlines(), found.splitlines())
    return [line for line in lines if not line.startswith("?")]


@dataclass(frozen=True, slots=True)
class Changed:
    """How the rows of a table differ. gone, new: rows without a counterpart. values: how many differ, by column, in
    rows that have one. lines: of a diff."""

    gone: int
    new: int
    values: dict[str, int]
    lines: tuple[str, ...]


def compare_rows(table: str, expected: Content, found: Content, *, values: bool = True) -> Changed | None:
    """How the rows of a table differ, both told by the same columns; None when they do not.

    values: whether the lines may show what is in the rows, or only their keys and which columns differ. Of a table with
    more than 1,000 rows only the numbers of rows and of values are known.
    """
    if expected.is_as(found):
        return None
    before, after = expected.kept(), found.kept()
    if before is None or after is None:
        counts = {
            column: abs(old - new)
            for column, old, new in zip(expected.columns, expected.values, found.values, strict=True)
            if old != new
        }
        less = expected.rows - found.rows
        words = f"table {table}: {expected.rows:,} rows before, {found.rows:,} after, and not the same ones"
        details = [f"  {column}: {number:,} values more or less" for column, number in counts.items()]
        same = counts if less == 0 else {}
        return Changed(max(less, 0), max(-less, 0), same or ({} if less else {"": 0}), (words, *details))
    missing = list((Counter(before) - Counter(after)).elements())
    extra = list((Counter(after) - Counter(before)).elements())
    at = [expected.columns.index(name) for name in expected.key if name in expected.columns]
    pairs = _pairs(missing, extra, at) if at else []
    differing = Counter(
        column for old, new in pairs for column, a, b in zip(expected.columns, old, new, strict=True) if a != b
    )
    lines = [f"table {table} ({', '.join(expected.columns)})"]
    if values:
        lines += [f"- {_row(row)}" for row in missing] + [f"+ {_row(row)}" for row in extra]
    else:
        lines = _masked(table, expected, (missing, extra), pairs, at)
    if not missing and not extra:
        lines.append("  the rows differ beyond the first 200 characters of a value")
    unpaired = len(missing) - len(pairs)
    return Changed(unpaired, len(extra) - len(pairs), dict(differing), tuple(lines))


def _masked(
    table: str,
    expected: Content,
    rows: tuple[Sequence[_Texts], Sequence[_Texts]],
    pairs: Sequence[tuple[_Texts, _Texts]],
    at: Sequence[int],
) -> list[str]:
    """The lines of a difference without what is in the rows: they may be anybody's."""
    name = ", ".join(expected.key) or "no key"
    differ = {
        tuple(old[i] for i in at): [c for c, a, b in zip(expected.columns, old, new, strict=True) if a != b]
        for old, new in pairs
    }
    lines = [f"table {table} ({name}); the values are in the copy alone"]
    for sign, side in zip("-+", rows, strict=True):
        for row in side:
            key = tuple(row[i] for i in at)
            what = f"differs in {', '.join(differ[key])}" if key in differ else "a row"
            lines.append(f"{sign} {_row(key)}: {what}" if at else f"{sign} a row")
    return lines


def missing(table: str, expected: Content, found: Content, *, values: bool = True) -> Changed | None:
    """The rows of a table that are not among those found, whatever else is; None when none is missing."""
    if expected.is_as(found):
        return None
    before, after = expected.kept(), found.kept()
    if before is None or after is None:
        if expected.rows == found.rows:
            return compare_rows(table, expected, found, values=values)
        gone = max(expected.rows - found.rows, 0)
        return Changed(gone, 0, {}, (f"{gone:,} rows fewer than before",)) if gone else None
    rows = list((Counter(before) - Counter(after)).elements())
    if not rows:
        return None
    changed = compare_rows(table, expected, found, values=values)
    kept = {column: min(number, len(rows)) for column, number in (changed.values if changed else {}).items()}
    gone = 0 if kept and changed and not changed.gone else len(rows)
    return Changed(gone, 0, {} if gone else kept, changed.lines if changed else ())


def keys(content: Content) -> set[str]:
    """The keys of the rows of a table, or the rows where it has no key; none of a table with more than 1,000 rows."""
    at = [content.columns.index(name) for name in content.key if name in content.columns]
    return {_row(tuple(row[i] for i in at) if at else row) for row in content.kept() or []}


_Texts = tuple[str | None, ...]


def _pairs(missing: Sequence[_Texts], extra: Sequence[_Texts], at: Sequence[int]) -> list[tuple[_Texts, _Texts]]:
    by_key = {tuple(row[i] for i in at): row for row in extra}
    return [(row, by_key[key]) for row in missing if (key := tuple(row[i] for i in at)) in by_key]


def _row(row: _Texts) -> str:
    return " | ".join("NULL" if value is None else value.replace("\n", "\\n") for value in row)
