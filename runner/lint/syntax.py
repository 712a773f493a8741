"""The statements of a SQL file, and its syntax errors, as the engine's own parser sees them. Nothing is executed."""

from __future__ import annotations

import re
import sqlite3
import sys
from bisect import bisect_left
from collections.abc import Callable
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING, Any

from runner.engines import postgresql_text, sqlite
from runner.errors import UsageError, printable
from runner.lint.files import Source, Statement, kind_of
from runner.outcome import Notice
from runner.sqlfile import runner_sql

if TYPE_CHECKING:
    import duckdb

RULES = {"syntax": "A statement is one that the engine's own parser takes."}

# start, end, kind and whether it only reads; and what is wrong, as an offset and the engine's words.
_Found = tuple[int, int, str, bool]
_Fault = tuple[int, str]

_BLANK = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/|;)*", re.DOTALL)
_TERMINATED = re.compile(r"\s*;")
# The words of SQLite's parser; whatever else it says of a statement depends on what the database holds.
_SQLITE_SYNTAX = re.compile(
    r'near "(?P<near>.*)": |unrecognized token: "(?P<token>.*)"$|incomplete input|parser stack overflow'
    r"|.* clause should come |unknown (?:or unsupported )?join type|unknown table option|all VALUES must have"
    r"|.* within triggers$|a JOIN clause is required|.* not allowed in views$",
    re.DOTALL,
)
_SQLITE_TABLE = re.compile(r"no such table: (?:(?P<schema>main|temp)\.)?(?P<name>.+)", re.DOTALL)
_SQLITE_DENIED = frozenset({sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})
_EXPLAIN = re.compile(r"EXPLAIN(?:\s+ANALYZE)?(?:\s*\([^)]*\))?", re.IGNORECASE)
_DML = frozenset({"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})
_WRITING = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "intoClause", "lockingClause"})
# What the library says of PL/pgSQL because it knows no types: with a server at hand it may be right.
_UNKNOWN_TYPE = re.compile(r'"[^"]*\.[^"]*" is not a known variable|scalar variable|record variable|must be of type')
# The words and signs of a PL/pgSQL body, and what hides them.
_BODY = re.compile(
    r"""--[^\n]*|/\*.*?\*/|(?P<at>[eE]?'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|\w+|:=|\.\.|\S)""",
    re.DOTALL,
)
# Two dots are a word that fits nowhere, except between the bounds of a loop.
_MISFIT = " .. "
_DEEPEST = 100_000


class _RefusedError(Exception):
    """The parser took none of a text. offset: where it stopped."""

    def __init__(self, words: str, offset: int) -> None:
        super().__init__(words)
        self.offset = offset


def parse(source: Source) -> tuple[tuple[Statement, ...], tuple[Notice, ...]]:
    """The statements of a file that its engine's parser takes, and a notice for each syntax error."""
    text, file = _with_parameters(source), source.file
    judge = {"sqlite": _sqlite, "duckdb": _duckdb, "postgresql": _postgresql}[source.engine]
    try:
        found, faults = judge(text)
    except _RefusedError as refused:
        # One error spoils the whole text for the engine; statement by statement there may be more.
        found, faults = _by_piece(text, judge)
        faults = faults or [(refused.offset, str(refused))]
    last = max(len(file.text.rstrip()) - 1, 0)
    return (
        tuple(Statement(file.text[start:end], start, end, kind, reads) for start, end, kind, reads in found),
        tuple(
            Notice("syntax", "error", printable(" ".join(words.split())), at=file.at(min(offset, last)))
            for offset, words in sorted(faults)
        ),
    )


def _with_parameters(source: Source) -> str:
    """The text with what PostgreSQL's parser does not know of it, the parameters $name of queries, as $1."""
    if source.engine != "postgresql" or source.file.kind not in {"query", "other"}:
        return source.file.text
    if not (names := set(postgresql_text.names(source.file.text))):
        return source.file.text
    pattern = rf"(?<![\w$])\$(?:{'|'.join(names)})(?![\w$])"
    # As long as before, so that every offset stays.
    return re.sub(pattern, lambda match: "$1".ljust(len(match.group())), source.file.text)


def _by_piece(
    text: str, judge: Callable[[str], tuple[list[_Found], list[_Fault]]]
) -> tuple[list[_Found], list[_Fault]]:
    """The same of each statement by itself."""
    found: list[_Found] = []
    faults: list[_Fault] = []
    for at, piece in postgresql_text.statements(text):
        end = at + len(piece)
        end = terminated.end() if (terminated := _TERMINATED.match(text, end)) else end
        try:
            good, bad = judge(text[at:end])
        except _RefusedError as refused:
            faults.append((at + refused.offset, str(refused)))
        else:
            found += [(at + start, at + stop, kind, reads) for start, stop, kind, reads in good]
            faults += [(at + offset, words) for offset, words in bad]
    return found, faults


def _end(text: str, start: int, stop: int) -> int:
    """Where the statement between two offsets ends, with its semicolon and without the comments behind it."""
    at = text.find(";", start, stop)
    while at != -1:
        blank = _BLANK.match(text, at + 1, stop)
        if blank and blank.end() == stop:
            return at + 1
        at = text.find(";", at + 1, stop)
    return start + len(text[start:stop].rstrip())


def _first(text: str, start: int) -> int:
    """Where the first word at or after an offset is."""
    blank = _BLANK.match(text, start)
    return blank.end() if blank else start


def _characters(raw: bytes) -> int:
    return len(raw.decode(errors="ignore"))


def _sqlite(text: str) -> tuple[list[_Found], list[_Fault]]:
    found: list[_Found] = []
    faults: list[_Fault] = []
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as scratch:
        # EXPLAIN runs nothing, but a PRAGMA may act as soon as it is compiled.
        scratch.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_DENY if action in _SQLITE_DENIED else sqlite3.SQLITE_OK
        )
        for start, sql in sqlite.statements(text):
            kind = kind_of(sql)
            words = _sqlite_words(scratch, sql)
            if kind in {"CREATE TRIGGER", "ALTER TABLE"} and (missing := _SQLITE_TABLE.fullmatch(words)):
                # Of these SQLite reads no further than to the name of the table, so there has to be one.
                schema, name = missing["schema"] or "main", missing["name"].replace('"', '""')
                view = re.search(r"\bINSTEAD\b", sql, re.IGNORECASE)
                what = f'VIEW {schema}."{name}" AS VALUES (1)' if view else f'TABLE {schema}."{name}" (" ")'
                scratch.execute(f"CREATE {what}")
                words = _sqlite_words(scratch, sql)
            if syntax := _SQLITE_SYNTAX.match(words):
                faults.append((start + _sqlite_offset(scratch, sql, words, syntax), words))
            else:
                asked = kind_of(re.sub(r"(?i)^EXPLAIN(\s+QUERY\s+PLAN)?", "", sql))
                found.append((start, start + len(sql), kind, asked == "SELECT"))
    return found, faults


def _sqlite_words(scratch: sqlite3.Connection, sql: str) -> str:
    """What SQLite says of a statement that it compiles without running it; empty for nothing."""
    try:
        scratch.execute(sql if kind_of(sql) == "EXPLAIN" else f"EXPLAIN {sql}").close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        return str(error)
    return ""


def _sqlite_offset(scratch: sqlite3.Connection, sql: str, words: str, syntax: re.Match[str]) -> int:
    """Where in a statement the word is that SQLite's parser stopped at: the start where it does not name one."""
    token = syntax["near"] or syntax["token"] or ""
    places = list(re.finditer(re.escape(token), sql)) if token else []
    # Cut off behind the word, the statement draws the same words; cut off before it, others.
    number = bisect_left(places, True, key=lambda place: _sqlite_words(scratch, sql[: place.end()]) == words)
    return places[number].start() if number < len(places) else 0


@cache
def _duckdb_scratch() -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ModuleNotFoundError:
        raise UsageError("the duckdb package is not installed", hint="pip install 'rung[duckdb]' brings it") from None
    # Nothing outside the memory is read or written, no extension fetched or loaded.
    closed = ("enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions")
    connection = duckdb.connect(":memory:", config={**dict.fromkeys(closed, "false"), "threads": "1"})
    connection.execute("SET errors_as_json = true")
    return connection


def _duckdb(text: str) -> tuple[list[_Found], list[_Fault]]:
    scratch = _duckdb_scratch()
    from duckdb import StatementType

    from runner.engines.duckdb import located
    from runner.engines.duckdb_errors import ERRORS, words

    try:
        parts = scratch.extract_statements(text)
    except ERRORS as error:
        said = words(error)
        raise _RefusedError(said.message, _characters(text.encode()[: said.position or 0])) from None
    found: list[_Found] = []
    for start, part in located(text, parts):
        stop = start + len(part.query)
        kind = "SELECT" if part.type == StatementType.SELECT else kind_of(part.query)
        reads = kind == "SELECT" and _duckdb_reads(scratch, part.query)
        if kind == "EXPLAIN":
            reads = all(reads for *_, reads in _duckdb(_EXPLAIN.sub("", part.query, count=1))[0])
        found.append((start, _end(text, start, stop), kind, reads))
    return found, []


def _duckdb_reads(scratch: duckdb.DuckDBPyConnection, query: str) -> bool:
    rows = scratch.execute(runner_sql("catalog", "duckdb", "writes").text, {"statement": query}).fetchall()
    return rows[0][0] is None


def _postgresql(text: str) -> tuple[list[_Found], list[_Fault]]:
    pgparse, most = _pgparse(), sys.getrecursionlimit()
    try:
        # A tree is as deep as an expression is long.
        sys.setrecursionlimit(max(most, _DEEPEST))
        trees = pgparse.parse(text)
    except pgparse.PGQueryError as error:
        raise _RefusedError(error.message, max(error.position - 1, 0)) from None
    finally:
        sys.setrecursionlimit(most)
    raw = text.encode()
    found: list[_Found] = []
    faults: list[_Fault] = []
    byte, at = 0, 0
    for tree in trees:
        # PostgreSQL counts bytes here, and characters where it says what is wrong.
        begin = tree.get("stmt_location", 0)
        end = begin + tree["stmt_len"] if "stmt_len" in tree else len(raw)
        start = at + _characters(raw[byte:begin])
        stop = start + _characters(raw[begin:end])
        byte, at = end, stop
        start = _first(text, start)
        ((node, inner),) = tree["stmt"].items()
        asked = inner["query"] if node == "ExplainStmt" else tree["stmt"]
        reads = not {"SelectStmt", "VariableShowStmt"}.isdisjoint(asked) and not _mentions(asked, _WRITING)
        kind = node.removesuffix("Stmt").upper() if node in _DML else kind_of(text[start:stop])
        kind = "SELECT INTO" if kind == "SELECT" and "intoClause" in inner else kind
        found.append((start, _end(text, start, stop + text.startswith(";", stop)), kind, reads))
        if fault := _body_fault(text, start, stop, inner):
            faults.append(fault)
    return found, faults


def _pgparse() -> Any:
    try:
        import pgparse
    except ModuleNotFoundError:
        raise UsageError("the pgparse package is not installed", hint="pip install 'rung[lint]' brings it") from None
    return pgparse


def _mentions(tree: object, keys: frozenset[str]) -> bool:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if not keys.isdisjoint(part):
                return True
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return False


def _body_fault(text: str, start: int, stop: int, node: dict[str, Any]) -> _Fault | None:
    """What is wrong in the body that the function or DO block between two offsets has in SQL or PL/pgSQL."""
    options = [one["DefElem"] for one in node.get("options") or node.get("args") or () if "DefElem" in one]
    given = {one["defname"]: one["arg"] for one in options if one["defname"] in {"as", "language"}}
    bodies = given.get("as", {}).get("List", {}).get("items") or [given.get("as", {})]
    # Asked about PL/pgSQL in a function without a text for a body, the library ends the process.
    if "String" not in bodies[0]:
        return None
    body = bodies[0]["String"].get("sval", "")
    language = given["language"]["String"]["sval"].lower() if "language" in given else "plpgsql"
    parse = {"sql": lambda: _pgparse().parse(body), "plpgsql": lambda: _pgparse().parse_pgsql(text[start:stop])}
    try:
        parse.get(language, lambda: None)()
    except _pgparse().PGQueryError as error:
        # In plain quotes the quotes within are doubled.
        written = body if body in text[start:stop] else body.replace("'", "''")
        begin = text.rfind(written, start, stop)
        if _UNKNOWN_TYPE.search(error.message):
            return None
        if begin == -1:
            return start, error.message
        if language == "plpgsql":
            offset = _plpgsql_offset(text[start:begin], written, text[begin + len(written) : stop], error.message)
        else:
            offset = max(error.position - 1, 0) + (body.count("'", 0, error.position) if written != body else 0)
        return begin + offset, error.message
    return None


def _plpgsql_offset(before: str, body: str, behind: str, words: str) -> int:
    """Where in a body in PL/pgSQL the word is that the parser stopped at, which it does not say itself."""

    def same(offset: int) -> bool:
        # A word that fits nowhere draws other words where it stands before the culprit, and the same behind it.
        try:
            _pgparse().parse_pgsql(f"{before}{body[:offset]}{_MISFIT}{body[offset:]}{behind}")
        except _pgparse().PGQueryError as error:
            return _gist(error.message) == _gist(words)
        return False

    places = [match.start("at") for match in _BODY.finditer(body) if match["at"]]
    return places[max(bisect_left(places, True, key=same) - 1, 0)] if places else 0


def _gist(words: str) -> str:
    """The words without the text that they quote, where that is everything from an open quote on."""
    return words.partition(' at or near "')[0] if words.startswith("unterminated") else words
