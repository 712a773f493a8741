"""SQLite through Python's own driver: splitting, guarding, locking and errors as SQLite itself sees them."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from hashlib import blake2b
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from runner.engines import Access, Answer, Row, Settings, Value, Violation
from runner.engines.files import AtOnce, check_path, has_open, marks, process
from runner.engines.scripts import at_each, correction, has, judge, not_in_a_step, refuse_empty, refuse_several, writing
from runner.engines.sqlite_errors import ERRORS, FILE_HINT, translate
from runner.engines.sqlite_extensions import load_what_it_requires
from runner.errors import (
    DisturbedError,
    InterruptedRunError,
    LockedError,
    RungError,
    StepError,
    TargetError,
    VerificationError,
    some,
)
from runner.sqlfile import SqlFile, runner_sql
from runner.target import Target

# What SQLite takes for nothing: no other spaces, and no comment that ends with the text as it begins.
_BLANK = re.compile(r"(?:[ \t\n\f\r][ \t\n\v\f\r]*|\ufeff|--[^\n]*|/\*(?:.*?\*/|.+\Z))*", re.DOTALL)
# What hides semicolons from SQLite, and these themselves; and what stands last in the body of a trigger.
_PIECE = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z)|;""", re.DOTALL
)
_LAST = re.compile(rf"{_BLANK.pattern}END{_BLANK.pattern}", re.DOTALL | re.IGNORECASE)
_PARAMETER = re.compile(r"(?<![\w:]):([A-Za-z_]\w*)")
_NEAR = re.compile(r'near "(?P<token>.+)": syntax error', re.DOTALL)
_NAMED = re.compile(
    r"(?:no such (?:table|column|function|index|view|trigger|collation sequence|module): (?:main\.|temp\.)?(?P<a>\S+)"
    r"|(?:table|index|trigger|view) (?P<b>\S+) already exists|there is already .* named (?P<c>\S+)"
    r'|unrecognized token: "(?P<d>.+)")',
    re.DOTALL,
)
# The virtual machine is asked this often (in instructions) whether Ctrl-C or SIGTERM has come.
_INTERRUPT_EVERY = 100_000
_POLL_SECONDS = 0.01
# The first with every function and pragma that our SQL uses (the table sqlite_schema came in 3.33, iif() in 3.32,
# ALTER TABLE DROP COLUMN in 3.35).
OLDEST = (3, 35, 0)
# What an authorizer is told of a statement that changes a table.
_WRITING = frozenset(
    {
        *(sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_ALTER_TABLE),
        *(sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_DROP_TABLE),
        *(sqlite3.SQLITE_CREATE_VTABLE, sqlite3.SQLITE_DROP_VTABLE),
    }
)
# What an authorizer is told of that does nothing by itself.
_READING = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
# What may not be done to the ledger: with the table as the first argument, and with it as the second.
_TO_LEDGER = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_DROP_TABLE})
_ON_LEDGER = frozenset({sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_CREATE_TRIGGER, sqlite3.SQLITE_DROP_TRIGGER})
_LEDGER = ("_yoyo_", "_rung_")
# PRAGMAs with an argument that only read, and those whose value is part of the transaction.
_READ_PRAGMAS = frozenset(
    {
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"),
        *("foreign_key_check", "integrity_check", "quick_check", "function_list", "pragma_list", "module_list"),
        *("collation_list", "database_list"),
    }
)
_TRANSACTIONAL_PRAGMAS = frozenset({"user_version", "application_id", "defer_foreign_keys"})
_ACTING_PRAGMAS = frozenset({"wal_checkpoint", "incremental_vacuum", "optimize", "shrink_memory"})
# PRAGMAs that act on the file, and cannot within a transaction; those modes of the journal that undo nothing after a
# crash are no state of it.
_FILE_PRAGMAS = _ACTING_PRAGMAS | {"auto_vacuum", "encoding", "journal_mode", "page_size"}
_TOUCHING = "what writes to the ledger"
_UNSAFE_MODES = frozenset({"off", "memory"})


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Split a script where SQLite's tokenizer says a statement ends (sqlite3_complete).

    Out: the offset of the first word of each statement (comments before it skipped) and its text up to and
    with its semicolon. A rest without a semicolon is a statement too, so that the engine says what is wrong.
    """
    start = last = 0
    for match in _PIECE.finditer(text):
        semicolon = match.start()
        if match.group() != ";":
            continue
        # Asked only where it may be so, or long texts and long triggers would be read again and again: at the first
        # semicolon, and in a trigger behind END.
        begun, last = last, semicolon + 1
        if begun > start and not _LAST.fullmatch(text, begun, semicolon):
            continue
        # From the first word on: a byte order mark before it, as joined files have, is blank to SQLite and not to this.
        if (first := _word(text, start)) == semicolon or sqlite3.complete_statement(text[first:last]):
            if first < semicolon:
                yield first, text[first:last]
            start = last
    if (first := _word(text, start)) < len(text):
        yield first, text[first:]


def _word(text: str, start: int) -> int:
    match = _BLANK.match(text, start)
    return match.end() if match else start


def connect(target: Target, access: Access, settings: Settings) -> SqliteSession:
    """Open the file of a target; see engines.connect()."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise TargetError(
            f"this Python brings SQLite {sqlite3.sqlite_version}, and rung needs {'.'.join(map(str, OLDEST))} or later",
            hint="use a Python that is built with a newer SQLite",
        )
    path = check_path(target, access)
    if access != "read" and path.exists() and not os.access(path, os.W_OK):
        # SQLite would open it all the same, and leave files of ours beside it.
        raise TargetError(f"{target.shown}: the database is read-only (we may not write to the file)", hint=FILE_HINT)
    mode = {"read": "rw", "write": "rw", "create": "rwc"}[access]
    # For reading the file is opened "rw" with query_only: opened "ro", SQLite leaves -wal and -shm files behind.
    at_rest = _at_rest(path.resolve()) if access == "read" else None
    mode = "ro&immutable=1" if at_rest else mode
    session = _session(f"file:{quote(str(path.absolute()))}?mode={mode}", target, settings)
    session.at_rest = at_rest
    try:
        if access == "read":
            session.pragma("query_only = ON")
            session.reads = True
        session.pragma("schema_version")  # The first read: a file that is not a database says so here.
    except ERRORS as error:
        session.close()
        raise session.translate(error) from None
    return session


def _at_rest(path: Path) -> dict[Path, object] | None:
    """The marks of a database that nobody has open and that we may not write to, or beside; else None.

    SQLite would not read it, or would leave a -wal and a -shm of ours behind, which keep its owner from writing. Read
    as a file that nobody changes, it leaves none; whether nobody did is seen in the end.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return None
    files = [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-journal"))]
    found = dict(zip(files, marks(files), strict=True))
    return None if any(mark for file, mark in found.items() if file != path) else {**found}


def scratch(settings: Settings) -> SqliteSession:
    """An empty database in memory."""
    return _session("file::memory:", Target("sqlite", ":memory:", "a scratch database in memory"), settings)


def _session(uri: str, target: Target, settings: Settings) -> SqliteSession:
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=settings.lock_timeout_ms / 1000)
    except sqlite3.Error as error:
        raise translate(error, target, settings) from None
    session = SqliteSession(connection, target, settings)
    try:
        connection.set_progress_handler(lambda: 0, _INTERRUPT_EVERY)
        connection.create_aggregate("rung_digest", -1, Digest)  # type: ignore[arg-type]
        session.pragma("foreign_keys = ON")
        # FULL: what the ledger says is committed is on the disk, also after a power loss.
        session.pragma("synchronous = FULL")
    except ERRORS as error:
        session.close()
        raise session.translate(error) from None
    return session


class Digest:
    """The aggregate rung_digest(…): the sum of a hash of each row's values, so that their order does not matter."""

    def __init__(self) -> None:
        self._sum = 0

    def step(self, *values: Value) -> None:
        """One row. repr() tells 1 from 1.0 and '1', and a float to its last bit."""
        self._sum += int.from_bytes(blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8).digest())

    def finalize(self) -> str:
        """The sum in decimal digits, of a table without rows 0."""
        return str(self._sum)


class SqliteSession(AtOnce):
    """A Session on SQLite. One connection in autocommit mode; the transaction is begun and ended in words."""

    engine = "sqlite"
    name = "SQLite"
    version = sqlite3.sqlite_version
    has_triggers = True
    retries = 0

    def __init__(self, connection: sqlite3.Connection, target: Target, settings: Settings) -> None:
        self._connection = connection
        self._target = target
        self._settings = settings
        self._denied, self._alone = "", False
        # Whether Ctrl-C has come while the authorizer was asked.
        self._pressed = False
        self._split: dict[str, tuple[str, ...]] = {}
        # Whether foreign keys are on; and what tells whether another connection has written since.
        self._keys = True
        # Whether the database was opened to be read alone.
        self.reads = False
        self._seen: list[Row] = []
        self.boundary: Callable[[int], None] | None = None
        self.written: set[str] | None = None
        self.at_rest: dict[Path, object] | None = None

    def pragma(self, text: str) -> list[Row]:
        """Run one PRAGMA; the driver's own errors come through."""
        return self._connection.execute(f"PRAGMA {text}").fetchall()

    def prepare(self) -> None:
        """Write-ahead logging: readers go on during a step, and a commit is one sync. Stored in the file."""
        deadline = monotonic() + self._settings.lock_timeout_ms / 1000
        while True:
            try:
                # A database in memory answers "memory" and keeps it.
                if self.pragma("journal_mode") not in ([("wal",)], [("memory",)]):
                    self.pragma("journal_mode = WAL")
                return
            except sqlite3.Error as error:
                # SQLite does not call its busy handler for this switch, so several first runs at once end up here.
                if not isinstance(translated := self.translate(error), LockedError) or monotonic() > deadline:
                    raise translated from None
                sleep(_POLL_SECONDS)

    def begin_read(self) -> None:
        try:
            self._connection.execute("BEGIN")
        except ERRORS as error:
            raise self.translate(error) from None

    def begin(self, *, foreign_keys: bool = True) -> None:
        """BEGIN IMMEDIATE: of two migrators one waits here, none fails half-way. The pragma is inert inside.

        While this lasts, no yoyo can write the row that is its lock; one that has is waited for.
        """
        began = monotonic()
        while yoyo := self._begin(foreign_keys):
            self._unwind()
            if monotonic() - began >= self._settings.lock_timeout_ms / 1000:
                raise LockedError(
                    f"{self._target.shown}: yoyo has locked the database: {process(yoyo)} {self._settings.waited}"
                )
            sleep(_POLL_SECONDS)

    def _begin(self, foreign_keys: bool) -> int:
        """Begin a transaction; the process of a living yoyo that has locked the database, or 0."""
        self._start(foreign_keys)
        self._seen = self.pragma("data_version")
        if self.run(runner_sql("ledger", "sqlite", "yoyo_lock_exists"), {}):
            for (pid,) in self.run(runner_sql("ledger", "sqlite", "yoyo_lock"), {}):
                if has_open(int(str(pid)), Path(self._target.path)):
                    return int(str(pid))
                self.run(runner_sql("ledger", "sqlite", "yoyo_lock_left"), {})
        return 0

    def begin_again(self, moves: int, *, foreign_keys: bool = True) -> Callable[[], Row] | None:
        self._start(foreign_keys)
        if self.pragma("data_version") != self._seen:
            self._unwind()
            raise DisturbedError(f"{self._target.shown}: somebody else wrote to the database meanwhile")
        return None

    def _start(self, foreign_keys: bool) -> None:
        try:
            if foreign_keys != self._keys:
                self.pragma(f"foreign_keys = {'ON' if foreign_keys else 'OFF'}")
                self._keys = foreign_keys
            self._connection.execute("BEGIN IMMEDIATE")
        except ERRORS as error:
            raise self.translate(error) from None

    def commit(self, at: SqlFile | None = None) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            rows = self.orphans()
            raise StepError(
                f"at its commit: {error}",
                at=at.at(0) if at else None,
                detail=some(rows),
                hint="a deferred foreign key points nowhere: correct the step, then run the command again",
            ) from None
        except ERRORS as error:
            raise self.translate(error) from None
        finally:
            self._unwind()

    def rollback(self) -> None:
        self._unwind()

    def _unwind(self) -> None:
        self._pressed = False
        # SQLite may have rolled back by itself (disk full, out of memory): asked of the engine, not remembered.
        self._connection.set_authorizer(None)
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except ERRORS as error:
            raise self.translate(error) from None

    def run_script(self, file: SqlFile) -> int:
        before = self._connection.total_changes
        with self._guard():
            refuse_empty(file, sum(1 for _ in at_each(self.boundary, self._each(file, {}, self._step_error))))
        self._clean(file)
        return self._connection.total_changes - before

    def _clean(self, file: SqlFile) -> None:
        """Drop what is temporary: it would outlive the step, and hide tables of the same name from those behind it."""
        if has(file.text, "temp"):
            for (text,) in self.run(runner_sql("catalog", "sqlite", "temporary"), {}):
                self.query(str(text))

    def guards(self, file: SqlFile) -> bool:
        return True

    def split(self, file: SqlFile) -> list[str]:
        return [text for _, text in statements(file.text)]

    def run_alone(self, file: SqlFile) -> None:
        found = list(statements(file.text))
        refuse_several(file, [offset for offset, _ in found])
        self.written = None
        try:
            self._refuse_outliving(file, *found[0])
            for _ in self._each(file, {}, self._step_error):
                pass
            self._clean(file)
        except RungError as error:
            error.kept = "SQLite undid the statement; nothing was recorded"
            raise

    def _refuse_outliving(self, file: SqlFile, offset: int, sql: str) -> None:
        """Refuse a statement that would leave the connection otherwise for those behind it.

        It is compiled to ask, and not run: VACUUM is made of statements that nobody else may say.
        """
        with self._guard(alone=True):
            try:
                self._connection.execute(f"EXPLAIN {sql}").close()
            except sqlite3.Error as error:
                if self._denied:
                    raise self._step_error(error, file, offset, sql) from None
                # Whatever else is wrong with it, it says when it runs.

    def violations(self, file: SqlFile) -> list[Violation]:
        with self._guard(read_only=True):
            return judge(file, self._each(file, {}, self._verify_error))

    def answers(self, file: SqlFile, parameters: Mapping[str, Value], *, writes: bool) -> list[Answer]:
        load_what_it_requires(self._connection, file)
        try:
            with nullcontext() if writes else self._guard(read_only=True):
                return [answer for _, answer in self._each(file, parameters, self._verify_error) if answer]
        finally:
            self._unwind()

    def plans(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[list[str]]:
        load_what_it_requires(self._connection, file)
        found: list[list[str]] = []
        for offset, text in statements(file.text):
            values = dict.fromkeys(_PARAMETER.findall(text)) | dict(parameters)
            try:
                rows = self._connection.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
            except sqlite3.Error as error:
                raise self._verify_error(error, file, offset, text) from None
            found.append(_tree(rows))
        return found

    def _each(
        self,
        file: SqlFile,
        parameters: Mapping[str, Value],
        explain: Callable[[sqlite3.Error, SqlFile, int, str], RungError],
    ) -> Iterator[tuple[int, Answer | None]]:
        """Run the statements of a file one by one; the offset of each, and its answer if it is one that answers."""
        for offset, sql in statements(file.text):
            try:
                cursor = self._connection.execute(sql, parameters)
                rows = tuple(cursor.fetchall())
            except ERRORS as error:
                translated = self.translate(error)
                if not isinstance(error, sqlite3.Error):
                    raise translated from None
                if isinstance(translated, LockedError | InterruptedRunError):
                    raise translated from None  # Not the fault of the file.
                raise explain(error, file, offset, sql) from None
            yield offset, Answer(tuple(name for name, *_ in cursor.description), rows) if cursor.description else None

    def index_parents(self) -> dict[str, str]:
        """None: plans name the indexes themselves."""
        return {}

    def orphans(self) -> list[Violation]:
        rows = self.run(runner_sql("checks/any", "sqlite", "foreign_keys"), {})
        return [Violation(str(subject), str(problem)) for subject, problem in rows]

    def unmet(self, requirement: str) -> str:
        """Nothing: a step that requires something is not loaded for this engine."""
        return ""

    def run(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[Row]:
        if file.path not in self._split:
            self._split[file.path] = tuple(sql for _, sql in statements(file.text))
        rows: list[Row] = []
        try:
            for sql in self._split[file.path]:
                rows = self._connection.execute(sql, parameters).fetchall()
        except ERRORS as error:
            raise self.translate(error) from None
        return rows

    def query(self, text: str) -> list[Row]:
        # A text of SQLite can be any bytes.
        self._connection.text_factory = lambda raw: raw.decode(errors="replace")
        try:
            return self._connection.execute(text).fetchall()
        except ERRORS as error:
            raise self.translate(error) from None
        finally:
            self._connection.text_factory = str

    def close(self) -> None:
        self._connection.close()
        if self.at_rest and marks([*self.at_rest]) != [*self.at_rest.values()]:
            raise LockedError(
                f"{self._target.shown}: somebody wrote to the database while it was read",
                hint="run the command again, or as somebody who may write to it: then SQLite keeps the two apart",
            )

    @contextmanager
    def _guard(self, *, read_only: bool = False, alone: bool = False) -> Iterator[None]:
        """While it lasts, the authorizer watches every statement; with read_only nothing can be written.

        alone: what a statement outside of any transaction may be.
        """
        self._denied, self._alone, self._pressed = "", alone, False
        if read_only and not self.reads:
            self.pragma("query_only = ON")
        # What the authorizer raises the driver swallows, and SQLite reports in many words that something was refused.
        hook, sys.unraisablehook = sys.unraisablehook, self._raised
        sqlite3.enable_callback_tracebacks(True)
        self._connection.set_authorizer(self._authorize)
        try:
            yield
        finally:
            self._connection.set_authorizer(None)
            sqlite3.enable_callback_tracebacks(False)
            sys.unraisablehook = hook
            if read_only and not self.reads:
                self.pragma("query_only = OFF")
        if self._pressed:
            raise KeyboardInterrupt

    def _raised(self, what: sys.UnraisableHookArgs) -> None:
        self._pressed = self._pressed or isinstance(what.exc_value, KeyboardInterrupt)

    def _authorize(
        self, action: int, first: str | None, second: str | None, database: str | None, _: str | None
    ) -> int:
        # SQLite calls this while it compiles a statement: its parser, not ours, says what the statement does. Triggers
        # and what foreign keys do are compiled with it.
        if action in _READING:
            return sqlite3.SQLITE_OK
        if self.written is not None and action in _WRITING:
            self.written.add((second if action == sqlite3.SQLITE_ALTER_TABLE else first) or "")
        if action == sqlite3.SQLITE_TRANSACTION:
            self._denied = first or "a transaction statement"
        elif action == sqlite3.SQLITE_SAVEPOINT and self._alone:
            self._denied = "SAVEPOINT"
        elif action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
            self._denied = "ATTACH, DETACH or VACUUM"
        elif action == sqlite3.SQLITE_PRAGMA and not _is_harmless(first or "", second, self._alone):
            self._denied = f"PRAGMA {first}"
        elif _is_of_ledger(action, first, second, database):
            self._denied = _TOUCHING
        else:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    def _step_error(self, error: sqlite3.Error, file: SqlFile, offset: int, sql: str) -> RungError:
        denied = self._denied
        where = file.at(offset + self._column(error, sql))
        if denied:
            if denied == "PRAGMA foreign_keys":
                hint = "write `-- foreign_keys: off` in the header: rung switches them outside the transaction"
                return not_in_a_step(denied, where, hint)
            if denied.startswith("PRAGMA"):
                hint = "this setting is not part of the transaction; set it on the connection that needs it"
                return not_in_a_step(denied, where, hint)
            if denied == _TOUCHING:
                return not_in_a_step(denied, where, "the ledger is rung's alone to write: remove the statement")
            return not_in_a_step(denied, where)
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_CONSTRAINT"):
            hint = "the rows that are there do not fit the statement: correct the one or the other, then run it again"
        elif _is_general(error):
            hint = "correct the file, then run the command again"
        else:
            hint = self.translate(error).hint
        return StepError(f"SQLite says: {error}", at=where, hint=hint)

    def _verify_error(self, error: sqlite3.Error, file: SqlFile, offset: int, sql: str) -> RungError:
        where = file.at(offset + self._column(error, sql))
        if self._denied or getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY":
            return writing(self._denied or "a statement that writes", file, where)
        hint = "" if _is_general(error) else self.translate(error).hint
        return VerificationError(f"SQLite says: {error}", at=where, hint=hint or correction(file))

    def _column(self, error: sqlite3.Error, sql: str) -> int:
        """Where in the statement the error is, as an offset; 0 when SQLite's words do not tell."""
        message = str(error)
        if match := _NEAR.fullmatch(message):
            token = match["token"]
            # Python hides sqlite3_error_offset. The parser stops at the first token that it cannot take, so the
            # shortest prefix that ends in this token and draws the same words ends in the culprit.
            # EXPLAIN runs nothing.
            for found in re.finditer(re.escape(token), sql):
                try:
                    self._connection.execute("EXPLAIN " + sql[: found.end()]).close()
                except sqlite3.Error as again:
                    if str(again) == message:
                        return found.start()
        elif match := _NAMED.search(message):
            name = next(group for group in match.groups() if group)
            places = [m.start() for m in re.finditer(rf"(?<![\w]){re.escape(name)}(?![\w])", sql, re.IGNORECASE)]
            if len(places) == 1:
                return places[0]
        return 0

    def translate(self, error: sqlite3.Error | MemoryError | UnicodeDecodeError) -> RungError:
        """The driver's error as one line for the person at the terminal."""
        return InterruptedRunError("interrupted") if self._pressed else translate(error, self._target, self._settings)


def _tree(rows: Sequence[Sequence[object]]) -> list[str]:
    """A plan's rows (id, parent, not used, detail), each indented below its parent."""
    depth: dict[object, int] = {0: -1}
    lines = []
    for id, parent, _, detail in rows:
        depth[id] = depth.get(parent, -1) + 1
        lines.append("  " * depth[id] + str(detail))
    return lines


def _is_of_ledger(action: int, first: str | None, second: str | None, database: str | None) -> bool:
    """Whether it is done to a table of the ledger; one of that name that is temporary is none."""
    if action in _TO_LEDGER:
        return database == "main" and (first or "").lower().startswith(_LEDGER)
    return action in _ON_LEDGER and "temp" not in {first, database} and (second or "").lower().startswith(_LEDGER)


def _is_harmless(pragma: str, argument: str | None, alone: bool) -> bool:
    name = pragma.lower()
    if name in _READ_PRAGMAS or name in _TRANSACTIONAL_PRAGMAS:
        return True
    if alone and name in _FILE_PRAGMAS:
        return (argument or "").lower() not in _UNSAFE_MODES
    return argument is None and name not in _ACTING_PRAGMAS


def _is_general(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "SQLITE_ERROR") in {"SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_RANGE"}
