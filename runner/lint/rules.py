"""Rung's own rules, as far as a file shows by its statements whether it keeps them: no database is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from runner.lint.files import Source, Statement
from runner.outcome import Level, Notice
from runner.project import Step
from runner.sqlfile import SqlFile, parse_header
from runner.wording import mentions

RULES = {
    "if-exists": "A step does not say IF [NOT] EXISTS: what it finds is what it expects, or it fails loudly.",
    "leaves-transaction": "A step holds no statement that would end its transaction, or outlive it.",
    "transactional": "`transactional: false` is for one statement that cannot run in a transaction, and for no other.",
    "writes": "A verify or check file only reads; so does a query that does not say `writes: yes`.",
    "undeclared-loss": "A rollback that drops a table or a column says so with `loses:`.",
    "sqlite-rebuild-with-keys": "A table that others refer to is rebuilt with `foreign_keys: off`, or rows go too.",
    "sqlite-renamed-away": "A table that others refer to is not renamed away: their foreign keys go with it.",
    "duckdb-update-then-index": "DuckDB makes no index in the transaction that updated rows of the table.",
    "duckdb-indexed-table": "DuckDB does not change the columns of a table that has an index or is referred to.",
    "duckdb-renamed-reference": "DuckDB 2.0 goes on to know a table with a foreign key by its name before a RENAME.",
}

_WORD = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/ | '(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$   # nothing to read in these
    | (?P<word> "(?:[^"]|"")*" | `[^`]*` | \[[^]]*\] | [\w$]+ | [^\s\w] )
    """,
    re.VERBOSE | re.DOTALL,
)
_FILLERS = frozenset({"IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY"})
_TRANSACTION = frozenset({"BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE TRANSACTION"})
# What an engine's session refuses in a step beside these (runner.engines).
_OUTLIVE = {
    "sqlite": frozenset({"ATTACH", "DETACH", "SAVEPOINT", "RELEASE"}),
    "duckdb": frozenset({"ATTACH", "DETACH", "SET", "RESET", "USE", "PRAGMA", "LOAD", "INSTALL"}),
    "postgresql": frozenset(),
}
# What cannot run in a transaction (PostgreSQL: each command's page; SQLite and DuckDB: found by trying).
_OUTSIDE = {
    "sqlite": re.compile(r"VACUUM\b", re.IGNORECASE),
    "duckdb": re.compile(r"(FORCE )?CHECKPOINT\b", re.IGNORECASE),
    "postgresql": re.compile(
        r"(CREATE (UNIQUE )?INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|REINDEX (\( .*? \) )?\w+ CONCURRENTLY"
        r"|VACUUM|ALTER SYSTEM|(CREATE|DROP) (DATABASE|TABLESPACE)|(CREATE|DROP) SUBSCRIPTION"
        r"|ALTER TABLE .* DETACH PARTITION .* CONCURRENTLY)\b",
        re.IGNORECASE,
    ),
}
_COLUMN_CHANGE = re.compile(r"(DROP|RENAME|ALTER( COLUMN)? \S+ (SET NOT NULL|(SET DATA )?TYPE))\b", re.IGNORECASE)
_EXISTENCE = re.compile(r"\bIF (NOT )?EXISTS\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with its words: names as they are compared, nothing of what stands in comments and texts."""

    statement: Statement
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its words, a space between them."""
        return " ".join(self.words)

    def after(self, *keywords: str) -> str:
        """The name that follows keywords, without its schema; empty where they do not occur."""
        return next(self.every(*keywords), "")

    def every(self, *keywords: str) -> Iterator[str]:
        """Like after(), for every place where the keywords occur."""
        upper = [word.upper() for word in self.words]
        for start in range(len(upper) - len(keywords)):
            if tuple(upper[start : start + len(keywords)]) == keywords:
                yield self._name(start + len(keywords))

    def _name(self, at: int) -> str:
        while at < len(self.words) and self.words[at].upper() in _FILLERS:
            at += 1
        while at + 2 < len(self.words) and self.words[at + 1] == ".":
            at += 2
        return _plain(self.words[at]) if at < len(self.words) else ""


def _plain(word: str) -> str:
    return word[1:-1].lower() if word[:1] in {'"', "`", "["} else word.lower()


def said(statements: Sequence[Statement]) -> list[Said]:
    """Statements with their words."""
    return [
        Said(one, tuple(match["word"] for match in _WORD.finditer(one.text) if match["word"])) for one in statements
    ]


def of_file(source: Source, statements: Sequence[Statement]) -> Iterator[Notice]:
    """What a file shows by itself."""
    file, told = source.file, said(statements)
    if file.kind in {"verify", "check"} or (file.kind == "query" and not parse_header(file)[0].flag("writes")):
        for one in told:
            if not one.statement.reads:
                what = f"{one.statement.kind} in a {file.kind} file, which may only read"
                hint = "say `writes: yes` in its header" if file.kind == "query" else "a SELECT is all it needs"
                yield _notice("writes", file, one, what, hint)
    if file.kind not in {"forward", "rollback"}:
        return
    yield from _transactional(source, told)
    if source.engine == "sqlite":
        yield from _renamed_away(file, told)
    if source.engine == "duckdb":
        yield from _updated_then_indexed(file, told)
        yield from _renamed_reference(file, told)
    if file.kind == "rollback":
        yield from _undeclared(file, told)


def _transactional(source: Source, told: Sequence[Said]) -> Iterator[Notice]:
    file, outside = source.file, _OUTSIDE[source.engine]
    if not source.transactional:
        if len(told) > 1:
            what = f"a file with `transactional: false` holds one statement, and this one holds {len(told)}"
            yield _notice("transactional", file, told[1], what, "move the others into steps of their own")
        elif told and not outside.match(told[0].text):
            what = f"{told[0].statement.kind} can run in a transaction, where a failure leaves nothing behind"
            yield _notice("transactional", file, told[0], what, "drop `transactional: false`", "warning")
        return
    for one in told:
        kind = one.statement.kind
        if match := outside.match(one.text):
            what = f"{match[0].upper()} cannot run in a transaction"
            hint = "give it a step of its own with `transactional: false` in its header"
            yield _notice("transactional", file, one, what, hint)
        elif kind in _TRANSACTION | _OUTLIVE[source.engine]:
            hint = "drop it: rung commits a step together with its verification and its ledger rows"
            yield _notice("leaves-transaction", file, one, f"{kind} is not allowed in a step", hint)
        elif source.engine == "sqlite" and one.after("PRAGMA") == "foreign_keys":
            hint = "write `-- foreign_keys: off` in the header: rung switches them outside the transaction"
            yield _notice("leaves-transaction", file, one, "PRAGMA foreign_keys does nothing in a transaction", hint)
        if _EXISTENCE.search(one.text):
            hint = "say what is there: where it is not so, the step must fail and be undone"
            yield _notice("if-exists", file, one, f"{kind} takes whatever it finds", hint, "warning")


def _undeclared(file: SqlFile, told: Sequence[Said]) -> Iterator[Notice]:
    loses = parse_header(file)[0].keys.get("loses", "")
    made = {one.after("TABLE") for one in told if one.statement.kind == "CREATE TABLE"}
    made |= {one.after("RENAME", "TO") for one in told}
    for one in told:
        if one.statement.kind == "DROP TABLE":
            table, column = one.after("TABLE"), ""
        elif one.statement.kind == "ALTER TABLE" and one.after("DROP", "COLUMN"):
            table, column = one.after("TABLE"), one.after("DROP", "COLUMN")
        else:
            continue
        name = f"{table}.{column}" if column else table
        if (column or table not in made) and not mentions(loses, table) and not mentions(loses, name):
            says = "says something else" if loses else "is missing"
            yield _notice("undeclared-loss", file, one, f"{name} is lost, and `loses:` {says}", f"say `loses: {name}`")


def _renamed_away(file: SqlFile, told: Sequence[Said]) -> Iterator[Notice]:
    for number, one in enumerate(told):
        table, to = one.after("TABLE"), one.after("RENAME", "TO")
        later = {(other.statement.kind, other.after("TABLE")) for other in told[number:]}
        if to and {("CREATE TABLE", table), ("DROP TABLE", to)} <= later:
            what = f"{table} is renamed away, and foreign keys, views and triggers go with it to {to}"
            hint = "make the new table under another name, drop the old one, then rename the new one"
            yield _notice("sqlite-renamed-away", file, one, what, hint)


def _rebuilt(told: Sequence[Said]) -> dict[str, Said]:
    """The tables that a file rebuilds in SQLite's way: dropped, and another renamed to their name."""
    renamed = {one.after("RENAME", "TO") for one in told if one.statement.kind == "ALTER TABLE"}
    dropped = {one.after("TABLE"): one for one in told if one.statement.kind == "DROP TABLE"}
    return {table: one for table, one in dropped.items() if table in renamed}


def _updated_then_indexed(file: SqlFile, told: Sequence[Said]) -> Iterator[Notice]:
    updated: set[str] = set()
    for one in told:
        kind = one.statement.kind
        if kind == "UPDATE":
            updated.add(one.after("UPDATE"))
        table = one.after("ON") if kind == "CREATE INDEX" else ""
        if kind == "ALTER TABLE" and " SET NOT NULL" in one.text.upper():
            table = one.after("TABLE")
        if table in updated:
            what = f"DuckDB refuses this as soon as the UPDATE above has changed a row of {table}"
            yield _notice("duckdb-update-then-index", file, one, what, "move it into a step of its own")


def _renamed_reference(file: SqlFile, told: Sequence[Said]) -> Iterator[Notice]:
    referring = {one.after("TABLE") for one in told if one.statement.kind == "CREATE TABLE" and one.after("REFERENCES")}
    for one in told:
        if one.statement.kind == "ALTER TABLE" and one.after("RENAME", "TO") and one.after("TABLE") in referring:
            what = f"{one.after('TABLE')} has a foreign key: what it refers to knows it by this name after the RENAME"
            hint = "DuckDB then refuses to drop or delete from that table: make the table under its final name"
            yield _notice("duckdb-renamed-reference", file, one, what, hint)


def of_steps(steps: Sequence[Step], engine: str, statements: Mapping[str, Sequence[Statement]]) -> Iterator[Notice]:
    """What the steps of a family show only together. statements: of their files, by path."""
    if engine == "sqlite":
        yield from _rebuilt_with_keys(steps, statements)
    if engine == "duckdb":
        yield from _indexed(steps, statements)


def _rebuilt_with_keys(steps: Sequence[Step], statements: Mapping[str, Sequence[Statement]]) -> Iterator[Notice]:
    referred = {
        table: one.after("TABLE")
        for step in steps
        for one in said(statements.get(step.forward.path, ()))
        for table in one.every("REFERENCES")
        if table != one.after("TABLE")
    }
    for step in steps:
        for file in filter(None, (step.forward, step.rollback)):
            if parse_header(file)[0].flag("foreign_keys"):
                continue
            for table, one in _rebuilt(said(statements.get(file.path, ()))).items():
                if table in referred:
                    what = f"{referred[table]} refers to {table}: dropping it deletes or refuses the rows that do"
                    yield _notice("sqlite-rebuild-with-keys", file, one, what, "write `-- foreign_keys: off`")


def _indexed(steps: Sequence[Step], statements: Mapping[str, Sequence[Statement]]) -> Iterator[Notice]:
    indexes: dict[str, str] = {}
    referring: dict[str, set[str]] = {}
    for step in steps:
        for one in said(statements.get(step.forward.path, ())):
            kind, table = one.statement.kind, one.after("TABLE")
            if kind == "CREATE INDEX":
                indexes[one.after("INDEX")] = one.after("ON")
            elif kind == "DROP INDEX":
                indexes.pop(one.after("INDEX"), None)
            elif kind == "DROP TABLE":
                indexes = {name: on for name, on in indexes.items() if on != table}
                referring.pop(table, None)
            elif kind == "CREATE TABLE" and one.after("REFERENCES"):
                referring[table] = set(one.every("REFERENCES"))
            elif kind == "ALTER TABLE" and _COLUMN_CHANGE.search(one.text.split(table, 1)[-1]):
                holders = [f"index {name}" for name, on in indexes.items() if on == table]
                holders += [f"table {name}" for name, to in referring.items() if table in to - {name}]
                if holders:
                    what = f"DuckDB refuses this while {' and '.join(holders)} depends on {table}"
                    hint = "drop the index before and make it again after" if holders[0].startswith("index") else ""
                    yield _notice("duckdb-indexed-table", step.forward, one, what, hint)


def _notice(rule: str, file: SqlFile, one: Said, what: str, hint: str, level: Level = "error") -> Notice:
    return Notice(rule, level, what, file.at(one.statement.start), hint=hint)
