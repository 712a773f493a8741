"""DuckDB through its own driver: splitting, guarding, locking and errors as DuckDB itself sees them."""

from __future__ import annotations

import os
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

import duckdb
from duckdb import ExpectedResultType, StatementType

from runner.engines import Access, Answer, Row, Settings, Value, Violation
from runner.engines.duckdb_errors import ERRORS, is_full, translate, trouble, words
from runner.engines.duckdb_signals import Signals
from runner.engines.files import AtOnce, check_path, link_whole
from runner.engines.scripts import at_each, correction, has, judge, not_in_a_step, refuse_empty, refuse_several, writing
from runner.errors import (
    InterruptedRunError,
    Location,
    LockedError,
    RungError,
    StepError,
    TargetError,
    VerificationError,
)
from runner.sqlfile import SqlFile, carried_root, runner_sql
from runner.target import Target

# The first with triggers, which the ledger and the families use.
OLDEST = (2, 0, 0)
_POLL_SECONDS = 0.02
# To try and open a file costs the driver several milliseconds of a processor: a crowd that waits asks less often as
# time goes by, so that who works gets on.
_LONGEST_POLL_SECONDS = 0.4
# What DuckDB says of a file that another process is creating, for the moment that this takes.
_UNFINISHED = "not a valid DuckDB database file"
_CREATION_SECONDS = 0.2
# The three headers that a DuckDB file begins with.
_HEADER_BYTES = 3 * 4096
# What a statement of a step may not be: it would leave the transaction, or outlive its rollback.
_LEAVING = {
    StatementType.TRANSACTION: "BEGIN, COMMIT or ROLLBACK",
    StatementType.ATTACH: "ATTACH",
    StatementType.DETACH: "DETACH",
    StatementType.SET: "SET, RESET or USE",
    StatementType.VARIABLE_SET: "SET VARIABLE",
    StatementType.PRAGMA: "PRAGMA",
    StatementType.EXPORT: "EXPORT DATABASE",
    StatementType.LOAD: "INSTALL or LOAD",
    StatementType.PREPARE: "PREPARE",
    StatementType.EXECUTE: "EXECUTE",
}
# What a statement outside of any transaction may do all the same: it writes a file, or the database's own.
_ALONE = frozenset({StatementType.PRAGMA, StatementType.EXPORT})
_BLANK = r"(?:\s|--[^\n\r]*|/\*.*?\*/)*"
_NAME = r"""(?:"(?:[^"]|"")*"|\w+)"""
# The COPY that only reads a file, and a secret: what the driver has no name of its own for.
_COPY_IN = re.compile(
    rf"""{_BLANK}COPY{_BLANK}{_NAME}(?:{_BLANK}\.{_BLANK}{_NAME})*{_BLANK}(?:\((?:{_NAME}|[\s,])*\){_BLANK})?FROM\b""",
    re.DOTALL | re.IGNORECASE,
)
_SECRET = re.compile(
    rf"{_BLANK}(?:CREATE|DROP)\b(?:{_BLANK}(?:OR|REPLACE|TEMP|TEMPORARY|PERSISTENT)\b)*{_BLANK}SECRET\b",
    re.DOTALL | re.IGNORECASE,
)
# What a statement that writes to the ledger has in it: a name, what speaks of many tables at once, or what runs a text
# that is put together (DuckDB 2.0 lets such a text only read).
_OF_LEDGER = ("yoyo", "rung", "schema", "database", "query", "json_execute", "&")
# What a step that brings a sequence has in it.
_MAKES_SEQUENCE = ("sequence", "database")
# What a SELECT that writes has in it.
_WRITES = ("insert", "update", "delete", "merge", "truncate", "copy", "nextval", "checkpoint", "&")
_EXPLAIN = re.compile(rf"{_BLANK}EXPLAIN\b{_BLANK}(?:ANALY[SZ]E\b)?", re.DOTALL | re.IGNORECASE)
_OPTIONS = re.compile(rf"{_BLANK}\([^()]*\)", re.DOTALL)
_MACRO = re.compile("macro|function")
# One that is made, with its name; and one that is dropped, on a line that begins with that.
_PLAIN_MACRO = re.compile(
    rf"(?:{_MACRO.pattern})\s+([a-z_][a-z0-9_]*)\s*\(|^[ \t]*drop[ \t]+(?:{_MACRO.pattern})\b", re.MULTILINE
)
# Functions that the runner's own SQL uses without naming them.
_UNNAMED = frozenset({"array_extract", "count_star", "json_extract", "like_escape", "list_value", "struct_extract"})
# How DuckDB names the number of rows written: on a table without triggers, and on one with.
_COUNTS = frozenset({("Count",), ("count_star()",)})
# What stands before the parenthesis of a part of WITH.
_BODIES = frozenset({b"AS", b"MATERIALIZED"})
_UNKNOWN = "this kind of statement"
_OF_SECRETS = frozenset({StatementType.CREATE, StatementType.DROP})
_SETTINGS = frozenset({StatementType.SET, StatementType.VARIABLE_SET, StatementType.PRAGMA})
# By a part of DuckDB's words: how steps get around a limit of DuckDB 2.0.
_LIMITS = (
    (
        "only supported for storage versions v2.0.0",
        "the file is in an older storage format; COPY FROM DATABASE into a file made by DuckDB 2.0 renews it",
    ),
    (
        "entries that depend on it",
        "DuckDB changes no table that an index or a foreign key refers to: drop the index around the change",
    ),
    ("No support for adding CHECK constraints", "make a table with the CHECK, copy the rows, and rename it"),
    ("still referenced by a foreign key", "delete the referring rows in a step of their own before this one"),
)

_SHADOWING = "macros of this database stand in place of functions that rung itself uses: {}"
_NO_SHADOW = "give them other names (DROP MACRO, CREATE MACRO): what rung reads would be what they say"

Mode = Literal["step", "alone", "read", "free"]


def connect(target: Target, access: Access, settings: Settings) -> DuckdbSession:
    """Open the file of a target, waiting for another process to let go of it; see engines.connect().

    DuckDB locks the whole file for one writing process or for several reading ones, as long as they have it open.
    """
    if _version(duckdb.__version__) < OLDEST:
        raise TargetError(
            f"this is DuckDB {duckdb.__version__}, and rung needs {'.'.join(map(str, OLDEST))} or later",
            hint="pip install 'rung[duckdb]' in this environment brings it",
        )
    path = check_path(target, access)
    if os.sep == "/" and "\\" in str(path.absolute()):
        raise TargetError(
            f"{target.shown}: DuckDB would read the backslash in this path as a slash, and open another file",
            hint="rename the file or its folder",
        )
    existed = path.exists()
    if access == "create" and not existed:
        _create(path)
    began, poll = monotonic(), _POLL_SECONDS
    while True:
        try:
            # No extension is fetched from anywhere because of what a file looks like.
            connection = duckdb.connect(
                path.absolute(), read_only=access == "read", config={"autoinstall_known_extensions": "false"}
            )
            return _session(connection, target, settings, access)
        except ERRORS as error:
            translated = translate(error, target, settings)
            patience = _CREATION_SECONDS if _UNFINISHED in str(error) else 0.0
            if isinstance(translated, LockedError):
                patience = settings.lock_timeout_ms / 1000
            left = patience - (monotonic() - began)
            if left <= 0:
                if is_full(error) and not existed and path.stat().st_size < _HEADER_BYTES:
                    # What is left of it is no database to anybody, and would be refused by the next run.
                    path.unlink()
                raise translated from None
            # Jitter, so that waiters do not march in step.
            sleep(min(left, poll * (1 + random.random())))  # noqa: S311
            poll = min(poll * 1.5, _LONGEST_POLL_SECONDS)


def _create(path: Path) -> None:
    """Put a new database in its place all at once, where that can be done.

    DuckDB makes a file and then writes into it: killed in between, it leaves an empty one, which nobody can open.
    """
    with suppress(OSError, *ERRORS), tempfile.TemporaryDirectory() as folder:
        made = Path(folder, path.name)
        duckdb.connect(made).close()
        link_whole(made.read_bytes(), path)


def scratch(settings: Settings) -> DuckdbSession:
    """An empty database in memory."""
    target = Target("duckdb", ":memory:", "a scratch database in memory")
    return _session(duckdb.connect(":memory:"), target, settings, "create")


def _session(
    connection: duckdb.DuckDBPyConnection, target: Target, settings: Settings, access: Access
) -> DuckdbSession:
    if shadows := _shadows(connection):
        connection.close()
        raise TargetError(f"{target.shown}: {_SHADOWING.format(shadows)}", hint=_NO_SHADOW)
    # UTC: a step that casts between TIMESTAMP and TIMESTAMPTZ does the same on every machine.
    # No replacements: a table that is not there would be looked for among the variables of this program.
    # Locked: functions that set something, and then write to files of their own, can stand in any SELECT.
    connection.execute(
        "SET errors_as_json = true; SET TimeZone = 'UTC'; SET python_enable_replacements = false; "
        "SET lock_configuration = true"
    )
    return DuckdbSession(connection, target, settings, access)


# DuckDB's parser hands these out as plain spaces.
_SPACES = dict.fromkeys([0xA0, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF], " ")


class DuckdbSession(AtOnce):
    """A Session on DuckDB. One connection (its cursor() would be a second one) in autocommit mode."""

    engine = "duckdb"
    name = "DuckDB"
    version = duckdb.__version__
    retries = 0

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, target: Target, settings: Settings, access: Access
    ) -> None:
        self._connection = connection
        self._target = target
        self._settings = settings
        self._read_only = access == "read"
        self._split: dict[str, list[duckdb.Statement]] = {}
        # Whether there are any, where that is known.
        self._has_triggers: bool | None = None
        self._has_sequences: bool | None = None
        self._signals = Signals(connection.interrupt)
        self.boundary: Callable[[int], None] | None = None
        self.written: set[str] | None = None

    @property
    def has_triggers(self) -> bool:
        """Files in the storage format of DuckDB 1 hold none."""
        ((found,),) = self.run(runner_sql("catalog", "duckdb", "storage"), {})
        return found is None or _version(str(found)) >= OLDEST

    def prepare(self) -> None:
        """Nothing: DuckDB keeps no setting in the file that a step would need."""

    def begin_read(self) -> None:
        self._say("BEGIN TRANSACTION READ ONLY")

    def begin(self, *, foreign_keys: bool = True) -> None:
        """Begin; foreign_keys can only be True, because a DuckDB step that asks otherwise is not loaded."""
        self._say("BEGIN")

    def begin_again(self, moves: int, *, foreign_keys: bool = True) -> Callable[[], Row] | None:
        # As long as we have the file open, no other process has.
        self._say("BEGIN")
        return None

    def commit(self, at: SqlFile | None = None) -> None:
        try:
            self._execute("COMMIT", {}, stop=False)
        except (duckdb.ConstraintException, duckdb.TransactionException) as error:
            if trouble(error):
                raise self._translate(error) from None
            raise StepError(
                f"at its commit: {words(error).message}",
                at=at.at(0) if at else None,
                hint="run the command again; if it says the same, correct the step",
            ) from None
        except ERRORS as error:
            raise self._translate(error) from None

    def rollback(self) -> None:
        try:
            self._execute("ROLLBACK", {}, stop=False)
        except ERRORS as error:
            # An error or a failed commit may have ended the transaction: asked of the engine, not remembered.
            if "no transaction is active" not in str(error):
                raise self._translate(error) from None

    def run_script(self, file: SqlFile) -> int:
        if has(file.text, *_MAKES_SEQUENCE):
            self._has_sequences = None
        each = at_each(self.boundary, self._each(file, {}, "step", self._step_error))
        counts = [written for _, _, written in each]
        refuse_empty(file, len(counts))
        self._clean(file)
        return sum(counts)

    def _clean(self, file: SqlFile) -> None:
        """Drop what is temporary: it would outlive the step, and hide what has the same name from those behind it. And
        refuse what hides functions."""
        if has(file.text, "temp"):
            for _, drop in self.run(runner_sql("catalog", "duckdb", "temporary"), {}):
                self.query(str(drop))
        if _may_shadow(file.text) and (shadows := _shadows(self._connection)):
            raise StepError(_SHADOWING.format(shadows), at=file.at(0), hint=_NO_SHADOW)

    def guards(self, file: SqlFile) -> bool:
        # A trigger is the only thing that writes where the statement does not say.
        if self._has_triggers is None:
            self._has_triggers = bool(self.run(runner_sql("catalog", "duckdb", "triggers"), {}))
        self._has_triggers = self._has_triggers or has(file.text, "trigger")
        return not self._has_triggers and not has(file.text, *_OF_LEDGER)

    def split(self, file: SqlFile) -> list[str]:
        return [statement.query for _, statement in self._statements(file, self._step_error)]

    def run_alone(self, file: SqlFile) -> None:
        refuse_several(file, [offset for offset, _ in self._statements(file, self._step_error)])
        self._has_triggers = self._has_sequences = None
        try:
            for _ in self._each(file, {}, "alone", self._step_error):
                pass
        except RungError as error:
            error.kept = "DuckDB undid the statement; nothing was recorded"
            raise
        try:
            self._clean(file)
        except StepError as error:
            error.kept = "what the statement did is still there, unrecorded"
            raise

    def violations(self, file: SqlFile) -> list[Violation]:
        before = self._positions()
        each = self._each(file, {}, "read", self._verify_error)
        found = judge(file, ((offset, answer) for offset, answer, _ in each))
        if before and before != self._positions():
            # In a macro or a view, no parser sees it before.
            raise writing("what moves a sequence", file, file.at(0))
        return found

    def _positions(self) -> list[Row]:
        """Where the sequences stand, of a database that is open for writing: no rollback takes them back."""
        if self._read_only or self._has_sequences is False:
            return []
        found = self.run(runner_sql("catalog", "duckdb", "positions"), {})
        self._has_sequences = bool(found)
        return found

    def answers(self, file: SqlFile, parameters: Mapping[str, Value], *, writes: bool) -> list[Answer]:
        mode: Mode = "free" if writes else "read"
        try:
            return [answer for _, answer, _ in self._each(file, parameters, mode, self._verify_error) if answer]
        finally:
            self.rollback()

    def plans(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[list[str]]:
        found: list[list[str]] = []
        for offset, statement in self._statements(file, self._verify_error):
            values = {name: parameters.get(name) for name in statement.named_parameters}
            try:
                # Always a plan: of the statement that is written EXPLAIN already, too.
                text = statement.query if statement.type == StatementType.EXPLAIN else f"EXPLAIN {statement.query}"
                _, rows = self._execute(text, values)
            except ERRORS as error:
                raise self._verify_error(error, file, offset, offset + len(statement.query)) from None
            found.append(str(rows[0][1]).splitlines())
        return found

    def index_parents(self) -> dict[str, str]:
        """None: plans name the indexes themselves."""
        return {}

    def orphans(self) -> list[Violation]:
        """None: DuckDB's foreign keys cannot be switched off."""
        return []

    def unmet(self, requirement: str) -> str:
        """Nothing: a step that requires something is not loaded for this engine."""
        return ""

    def run(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[Row]:
        rows: list[Row] = []
        try:
            if file.path not in self._split:
                self._split[file.path] = self._connection.extract_statements(file.text)
            for statement in self._split[file.path]:
                _, rows = self._execute(statement, _wanted(statement, parameters))
        except ERRORS as error:
            raise self._translate(error) from None
        return rows

    def query(self, text: str) -> list[Row]:
        try:
            return self._execute(text, {})[1]
        except ERRORS as error:
            raise self._translate(error) from None

    def close(self) -> None:
        self._signals.close()
        self._connection.close()

    def _execute(
        self, statement: duckdb.Statement | str, parameters: Mapping[str, Value], *, stop: bool = True
    ) -> tuple[tuple[str, ...], list[Row]]:
        """Run one statement; the names of its columns, and its rows.

        stop: whether Ctrl-C ends the statement; the end of a transaction is waited for instead.
        """
        with self._signals.kept(stop=stop):
            result = self._connection.execute(statement, parameters or None)
            return tuple(str(column[0]) for column in result.description or ()), result.fetchall()

    def _say(self, sql: str) -> None:
        try:
            self._execute(sql, {})
        except ERRORS as error:
            raise self._translate(error) from None

    def _statements(
        self, file: SqlFile, explain: Callable[[Exception, SqlFile, int, int], RungError]
    ) -> Iterator[tuple[int, duckdb.Statement]]:
        """Each statement with the offset of its first word. DuckDB parses the whole text before the first runs."""
        try:
            found = self._connection.extract_statements(file.text)
        except ERRORS as error:
            raise explain(error, file, 0, len(file.text)) from None
        yield from located(file.text, found)

    def _each(
        self,
        file: SqlFile,
        parameters: Mapping[str, Value],
        mode: Mode,
        explain: Callable[[Exception, SqlFile, int, int], RungError],
    ) -> Iterator[tuple[int, Answer | None, int]]:
        """Run a file statement by statement: where each begins, what it answered if it answers, rows it wrote."""
        for offset, statement in self._statements(file, explain):
            if mode in {"step", "alone"} and (what := self._leaves(statement, alone=mode == "alone")):
                raise _leaving(file, offset, statement, what)
            try:
                if mode == "read" and (what := self._writes(statement)):
                    raise writing(what, file, file.at(offset))
                columns, rows = self._execute(statement, _wanted(statement, parameters))
            except ERRORS as error:
                translated = self._translate(error)
                if isinstance(translated, LockedError | InterruptedRunError):
                    raise translated from None  # Not the fault of the file.
                raise explain(error, file, offset, offset + len(statement.query)) from None
            answers = _answers(statement, columns)
            counted = rows and columns in _COUNTS and not answers
            yield offset, Answer(columns, tuple(rows)) if answers else None, int(str(rows[0][0])) if counted else 0

    def _writes(self, statement: duckdb.Statement) -> str:
        """What a statement does besides reading, as DuckDB's parser tells; empty for nothing."""
        if (type := _type(statement)) == StatementType.EXPLAIN and self._read_only:
            # EXPLAIN ANALYZE runs what it explains.
            explained = self._explained(statement)
            return self._writes(explained) if explained else _UNKNOWN
        if type != StatementType.SELECT:
            return "a statement that is no SELECT"
        # A SELECT can hold an INSERT as a common table expression, or move a sequence: the parser is asked where the
        # words are there, and not only in texts and comments.
        if not has(statement.query, *_WRITES) or not has(_spoken(statement.query), *_WRITES):
            return ""
        ((what,),) = self.run(runner_sql("catalog", "duckdb", "writes"), {"statement": statement.query})
        return str(what or "")

    def _explained(self, statement: duckdb.Statement) -> duckdb.Statement | None:
        """The statement behind EXPLAIN, which EXPLAIN ANALYZE runs. None where DuckDB says that there is none."""
        text = statement.query
        if begun := _EXPLAIN.match(text):
            options = _OPTIONS.match(text, begun.end())
            for start in (options.end() if options else begun.end(), begun.end()):
                with suppress(*ERRORS):
                    found = self._connection.extract_statements(text[start:])
                    if len(found) == 1:
                        return found[0]
        return None

    def _leaves(self, statement: duckdb.Statement, *, alone: bool) -> str:
        """Which statement that a step may not have it is; empty for none. alone: outside of any transaction."""
        type = _type(statement)
        if type == StatementType.EXPLAIN and (explained := self._explained(statement)):
            return self._leaves(explained, alone=alone)
        if type is None or type == StatementType.EXPLAIN:
            return _UNKNOWN
        if type == StatementType.COPY:
            return "" if alone or _COPY_IN.match(statement.query) else "COPY TO"
        if type in _OF_SECRETS and _SECRET.match(statement.query):
            return "SECRET"
        if not alone and _copies_within(statement.query):
            return "COPY TO"
        return "" if alone and type in _ALONE else _LEAVING.get(type, "")

    def _step_error(self, error: Exception, file: SqlFile, start: int, end: int) -> RungError:
        found = words(error)
        hint = next((way for part, way in _LIMITS if part in found.message), "")
        if not hint:
            if isinstance(error, duckdb.ConstraintException | duckdb.ConversionException):
                hint = (
                    "the rows that are there do not fit the statement: correct the one or the other, then run it again"
                )
            else:
                hint = self._translate(error).hint or "correct the file, then run the command again"
        return StepError(f"DuckDB says: {found.message}", at=self._place(error, file, start, end), hint=hint)

    def _verify_error(self, error: Exception, file: SqlFile, start: int, end: int) -> RungError:
        place = self._place(error, file, start, end)
        _, hint = trouble(error) or ("", correction(file))
        return VerificationError(f"DuckDB says: {words(error).message}", at=place, hint=hint)

    def _place(self, error: Exception, file: SqlFile, start: int, end: int) -> Location:
        """Where in the file the error is: DuckDB counts bytes from the beginning of the text that it parsed."""
        found = words(error)
        if found.position is not None:
            offset = len(file.text.encode()[: found.position].decode(errors="ignore"))
            if start <= offset <= end:
                return file.at(min(offset, max(len(file.text.rstrip()) - 1, 0)))
        if found.name:
            places = [m.start() for m in re.finditer(rf"(?<!\w){re.escape(found.name)}(?!\w)", file.text[start:end])]
            if len(places) == 1:
                return file.at(start + places[0])
        return file.at(start)

    def _translate(self, error: Exception) -> RungError:
        return translate(error, self._target, self._settings)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def _wanted(statement: duckdb.Statement, parameters: Mapping[str, Value]) -> dict[str, Value]:
    # DuckDB refuses a parameter that the statement does not name.
    return {name: parameters[name] for name in statement.named_parameters if name in parameters}


def _answers(statement: duckdb.Statement, columns: tuple[str, ...]) -> bool:
    """Whether what came back is an answer: DuckDB returns a row for DDL and for counts of rows too."""
    expected = statement.expected_result_type
    if ExpectedResultType.QUERY_RESULT not in expected:
        return False
    return expected == [ExpectedResultType.QUERY_RESULT] or columns not in _COUNTS


def located(text: str, statements: Iterable[duckdb.Statement]) -> Iterator[tuple[int, duckdb.Statement]]:
    """Each statement of a text with the offset at which it begins."""
    plain, end = _plain(text), 0
    for statement in statements:
        query = _plain(statement.query)
        # Mostly it begins where the one before it ended, and to look for a long one takes long.
        start = end if plain.startswith(query, end) else plain.index(query, end)
        end = start + len(query)
        yield start, statement


def _plain(text: str) -> str:
    return text if text.isascii() else text.translate(_SPACES)


def _shadows(connection: duckdb.DuckDBPyConnection) -> str:
    """The macros of a database that stand in place of functions and operators which the runner's own SQL uses."""
    found = connection.execute(runner_sql("catalog", "duckdb", "macros").text).fetchall()
    names = {str(name) for (name,) in found}
    return ", ".join(sorted(name for name in names if name.lower() in _used() or not re.search(r"\w", name)))


def _may_shadow(text: str) -> bool:
    """Whether a step may have made such a macro, by its text: to list them takes longer than the step.

    It has not where each such word in it stands before a name that is written out, and is none of those, or in a DROP.
    """
    if not has(text, "macro", "function"):
        return False
    text = text.lower()
    plain = _PLAIN_MACRO.findall(text)
    return len(_MACRO.findall(text)) > len(plain) or not _used().isdisjoint(plain)


@cache
def _used() -> frozenset[str]:
    """The functions that the runner's own SQL uses."""
    folders = [carried_root() / "sql" / kind / "duckdb" for kind in ("catalog", "ledger")]
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.sql")]
    return _UNNAMED.union(*(re.findall(r"\b([a-z_0-9]+)\(", text) for text in texts))


def _type(statement: duckdb.Statement) -> StatementType | None:
    """What kind of statement it is; None for one that the driver has no name for."""
    try:
        return statement.type
    except ValueError:
        return None


def _tokens(text: str) -> Iterator[tuple[bytes, object]]:
    """A statement in DuckDB's own tokens, each with its kind; the comments left out."""
    raw, tokens = text.encode(), duckdb.tokenize(text)
    ends = [*(start for start, _ in tokens[1:]), len(raw)]
    for (start, kind), end in zip(tokens, ends, strict=True):
        if kind != duckdb.token_type.comment:
            yield raw[start:end], kind


def _spoken(text: str) -> str:
    """A statement without its texts and comments."""
    said = [raw for raw, kind in _tokens(text) if kind != duckdb.token_type.string_const]
    return b" ".join(said).decode(errors="replace")


def _copies_within(text: str) -> bool:
    """Whether a COPY TO stands in the WITH of a statement, as DuckDB's own tokens tell."""
    if not has(text, "copy"):
        return False
    words = [raw.strip().upper() for raw, _ in _tokens(text)]
    return any(
        word == b"COPY" and before.endswith(b"(") and begun in _BODIES
        for begun, before, word in zip(words, words[1:], words[2:], strict=False)
    )


def _leaving(file: SqlFile, offset: int, statement: duckdb.Statement, what: str) -> StepError:
    word = statement.query.split(None, 1)[0].rstrip(";").upper()
    what = word if word in what and what not in {"COPY TO", _UNKNOWN} else what
    if what == "COPY TO":
        hint = "a file is not part of the transaction: no rollback takes it back; write it before or after the step"
        return not_in_a_step(what, file.at(offset), hint)
    if what == "SECRET":
        return not_in_a_step(what, file.at(offset), "a secret is not part of the transaction; make it where it is used")
    if _type(statement) in _SETTINGS:
        hint = "a setting is not part of the transaction; set it on the connection that needs it"
        return not_in_a_step(what, file.at(offset), hint)
    return not_in_a_step(what, file.at(offset))
