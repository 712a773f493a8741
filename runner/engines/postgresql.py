"""PostgreSQL through psycopg 3: a step goes to the server whole, and the server says what is wrong with it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from time import monotonic, perf_counter, sleep
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.string import TextLoader

from runner import __version__
from runner.engines import Access, Answer, Room, Row, Settings, Value, Violation
from runner.engines import postgresql_errors as errors
from runner.engines.postgresql_text import names, numbered, statements
from runner.engines.postgresql_wire import Asked, Explain, Wire
from runner.engines.scripts import at_each, correction, has, judge, not_in_a_step, refuse_empty, refuse_several, writing
from runner.errors import (
    DisturbedError,
    LedgerError,
    LockedError,
    MovedError,
    RungError,
    StepError,
    TargetError,
    UsageError,
    VerificationError,
    some,
)
from runner.sqlfile import SqlFile, runner_sql
from runner.target import Target, without_secrets

OLDEST = 15
_CONNECT_SECONDS = 10
_POLL_SECONDS = 0.05
_TRIES = 10
# What is worth planning once: the runner's own questions and records.
_PLANNED = ("SELECT", "WITH", "INSERT", "DELETE")
_READS = re.compile(r"(SELECT|WITH|VALUES|TABLE|EXPLAIN|SHOW|\()", re.IGNORECASE)
_WORD = re.compile(r"\w*")
_WINDOWS = re.compile("mingw|windows|Visual C|msvc")
# What asks of the schema that the session works in, or writes names as they are seen from there.
_OF_SCHEMA = re.compile(r"\bcurrent_schema\b|regclass\b|\bpg_get_|\bformat_type\b")
_LEDGER = re.compile(r"\b(FROM|JOIN|INTO|EXISTS|ON|TABLE|FUNCTION) (_(?:yoyo|rung)_\w+|yoyo_lock)\b")
_CLOSED = "pg_catalog, pg_temp"
_CALLED = {"verify": "verify file", "check": "check file"}
# An index that is there already, and may be INVALID, is taken for the step's own.
_MAY_TAKE = re.compile(r"\bINDEX\b.*\bEXISTS\b", re.IGNORECASE | re.DOTALL)
_OPENS = "SELECT q.*"  # How opened.sql begins.
_PIECE_CHARACTERS = 1_000_000
# Never reached: statements are prepared, which is the extended protocol, only where that is asked for.
_PREPARE_BY_ITSELF = 1_000_000_000


def connect(target: Target, access: Access, settings: Settings) -> PostgresqlSession:
    """Open a session on a server; see engines.connect(). Access create makes the schema, never the database."""
    connection = dial(target)
    for name in ("json", "jsonb"):
        # As it is written, not as Python would write it.
        connection.adapters.register_loader(name, TextLoader)
    session = PostgresqlSession(connection, target, settings, access)
    try:
        session.set_up()
    except BaseException:
        session.close()
        raise
    return session


def dial(target: Target) -> psycopg.Connection[Any]:
    """A connection in autocommit mode. Raises UsageError for a URL that libpq does not take, TargetError otherwise."""
    try:
        known = conninfo.conninfo_to_dict(target.conninfo)
    except psycopg.ProgrammingError as error:
        told = without_secrets(" ".join(str(error).split()), target.conninfo)
        # It quotes what it does not understand, and nothing is left of a URL by which a password could be known.
        told = re.sub('"(.*)"', lambda quoted: quoted[0] if quoted[1] in target.shown else '"***"', told)
        raise UsageError(
            f"{target.shown}: {told}",
            hint="write it as postgresql://user@host:5432/database?option=value, with the options that libpq has",
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{target.shown} is not UTF-8", hint="write %XX for the bytes of UTF-8 alone") from None
    try:
        extra: dict[str, Any] = {"application_name": f"rung {__version__}", "connect_timeout": _CONNECT_SECONDS}
        extra = {name: value for name, value in extra.items() if name not in known}
        return psycopg.connect(
            target.conninfo,
            autocommit=True,
            prepare_threshold=_PREPARE_BY_ITSELF,
            cursor_factory=psycopg.RawCursor,
            **extra,
        )
    except UnicodeError:
        # The driver asks for the address itself, and Python for the name as DNS writes it.
        raise UsageError(
            f"{target.shown}: this host cannot have such a name",
            hint="a part of it between dots has up to 63 characters",
        ) from None
    except psycopg.Error as error:
        raise errors.connection_error(error, target) from None


class PostgresqlSession:
    """A Session on PostgreSQL: one connection in autocommit mode; the transaction is begun and ended in words."""

    engine = "postgresql"
    name = "PostgreSQL"
    has_triggers = True

    def __init__(self, connection: psycopg.Connection[Any], target: Target, settings: Settings, access: Access) -> None:
        self._connection = connection
        self._wire = Wire(connection)
        self._target = target
        self._settings = settings
        self._access = access
        self._locked = False
        self._is_there = False
        self._split: dict[str, list[tuple[str, list[str]]]] = {}
        # The schema, quoted; whether names may be looked for in it, in the transaction; what settings.sql is given.
        self._schema = ""
        self._is_open = False
        self._wanted: dict[str, Value] = {}
        # What was asked of the server that tells the time too, last.
        self._timed: Asked | None = None
        self.boundary: Callable[[int], None] | None = None
        self.written: set[str] | None = None
        self.retries = settings.lock_retries
        self.version = (connection.info.parameter_status("server_version") or "?").split()[0]

    def set_up(self) -> None:
        """Look at the server and make the session's settings. Raises TargetError where rung cannot work."""
        connection = self._connection
        if connection.info.server_version < OLDEST * 10_000:
            raise TargetError(
                f"{self._target.shown}: this server is PostgreSQL {self.version}, and rung needs {OLDEST} or later",
                hint="upgrade the server",
            )
        ((process, schema, commits, looks, version),) = self._run("session")
        if process != connection.info.backend_pid:
            raise TargetError(
                f"{self._target.shown}: this URL leads through a connection pooler (the server process is {process!r}, "
                f"the pooler says {connection.info.backend_pid}), which may give each transaction another process; "
                "a migration needs one that keeps its lock and its settings",
                hint="give the server's own URL, often the same host with port 5432",
            )
        if not self._target.schema and not schema:
            raise TargetError(
                f"{self._target.shown}: no schema of the search_path exists",
                hint="--schema NAME installs into a schema of its own, made when absent",
            )
        settings = self._settings
        wanted: dict[str, Value] = {
            "schema": self._target.schema or str(schema),
            "lock_timeout": f"{settings.lock_timeout_ms}ms",
            "statement_timeout": f"{settings.statement_timeout_ms}ms",
            "idle_timeout": f"{settings.idle_timeout_ms}ms",
            "read_only": "on" if self._access == "read" else "off",
            # What is said to be committed is on the disk, also where commits are lazy by default.
            "commits": "local" if commits == "off" else commits,
            # A killed run's statement ends soon, and its lock with it, where the server can see that it is gone.
            "looks": "500ms" if looks == "0" and not _WINDOWS.search(str(version)) else looks,
        }
        self._wanted = wanted
        self._schema = '"' + str(wanted["schema"]).replace('"', '""') + '"'
        self._split.clear()  # What was asked before it was known is to be asked as seen from there.
        self._run("settings", wanted)
        ((there, usable),) = self._run("has_schema")
        if there and not usable:
            raise TargetError(
                f"{self._target.shown}: the role {connection.info.user} may not use the schema {wanted['schema']!r}",
                hint="GRANT USAGE ON SCHEMA lets it; SECURITY.md has the grants that rung needs",
            )
        if self._access != "create" and not there:
            raise TargetError(
                f"{self._target.shown}: there is no schema {self._target.schema!r}",
                hint="check --schema; `rung up` makes a schema where there is none",
            )

        self._refuse_strange()

    def _refuse_strange(self) -> None:
        """Refuse a ledger that somebody else has laid out, and that runs what he wants with the rights of this role."""
        if found := self._of_ledger("strange"):
            raise LedgerError(
                f"{self._target.shown}: the ledger belongs to another role, and has what rung does not give it",
                detail=some([what for (what,) in found]),
                hint=f"remove it, or run as the owner: it would run with the rights of {self._connection.info.user}",
            )

    def prepare(self) -> None:
        """Nothing: the lock is taken as the first transaction begins."""

    @property
    def _within(self) -> bool:
        """Whether a transaction is open, as far as it is known: what is asked without waiting is asked within one."""
        return self._wire.waits or self._status != TransactionStatus.IDLE

    @property
    def _status(self) -> TransactionStatus:
        return self._connection.info.transaction_status

    def begin_read(self) -> None:
        self._say("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._is_open = False

    def begin(self, *, foreign_keys: bool = True) -> None:
        """Take the lock of this schema, outside any transaction, and begin.

        While this lasts, no yoyo can write the row that is its lock; one that has is waited for.
        foreign_keys can only be True, because a PostgreSQL step that asks otherwise is not loaded.
        """
        self._lock()
        began = monotonic()
        while yoyo := self._begin():
            self.rollback()
            if monotonic() - began >= self._settings.lock_timeout_ms / 1000:
                raise LockedError(
                    f"{self._target.shown}: yoyo has locked the schema: {yoyo} {self._settings.waited}",
                    hint="wait for it or end it, then run the command again; when it is gone, `yoyo break-lock` "
                    "removes what it left",
                )
            sleep(_POLL_SECONDS * (1 + random.random()))  # noqa: S311 - jitter

    def begin_again(self, moves: int, *, foreign_keys: bool = True) -> Callable[[], Row] | None:
        self._wire.renew(self._translate)
        self._wire.ask("BEGIN ISOLATION LEVEL READ COMMITTED", explain=self._translate)
        self._is_open = False
        encoding = self._connection.info.parameter_status("client_encoding")
        known: dict[str, Value] = {"moves": moves, "encoding": encoding}
        told = self._ask(runner_sql("ledger", "postgresql", "calm"), known, self._disturbed)
        self._timed = self._wire.last
        return lambda: told()[0][1:-1]

    def _disturbed(self, error: psycopg.Error) -> RungError:
        if isinstance(error, psycopg.errors.DivisionByZero):
            return DisturbedError(f"{self._target.shown}: somebody else wrote to the ledger meanwhile")
        return self._translate(error)

    def _begin(self) -> str:
        """Begin a transaction; which yoyo has locked the schema, or empty."""
        # Also where the default is another level: what was committed while a lock was waited for must be seen.
        self._say("BEGIN ISOLATION LEVEL READ COMMITTED")
        self._is_open = False
        if self._access == "create" and not self._is_there:
            # Remembered only where it was there before: what this transaction makes may be undone.
            self._is_there = self._has_schema()
            if not self._is_there:
                self._run("create_schema")
        self._refuse_strange()
        ((is_there,),) = self._of_ledger("yoyo_lock_exists")
        if not is_there:
            try:
                self._ask(runner_sql("ledger", "postgresql", "yoyo_lock_install"), {}, self._install_error)()
            except MovedError:
                return "another run, which is just beginning"
        for pid, may_live in self._of_ledger("yoyo_lock"):
            if may_live:
                return f"process {int(str(pid))} of its machine"
            self._of_ledger("yoyo_lock_left")
        return ""

    def _install_error(self, error: psycopg.Error) -> RungError:
        translated = self._translate(error)
        there = isinstance(error, psycopg.errors.UniqueViolation | psycopg.errors.DuplicateTable)
        return MovedError(translated.message) if there else translated

    def _of_ledger(self, name: str) -> list[Row]:
        return self.run(runner_sql("ledger", "postgresql", name), {})

    def commit(self, at: SqlFile | None = None) -> None:
        self._ask_commit(at)
        self._wire.settle()

    def ask_commit(self, at: SqlFile | None = None) -> Callable[[], bool]:
        asked = self._ask_commit(at)
        self._wire.flush(answers=True)
        return lambda: self._wire.until(asked)

    def _ask_commit(self, at: SqlFile | None) -> Asked:
        if self._within:
            self._look_in(self._schema)  # For triggers that are deferred.
        self._is_open = False
        return self._wire.ask("COMMIT", commits=True, explain=lambda error: self._commit_error(error, at))

    def _commit_error(self, error: psycopg.Error, at: SqlFile | None) -> RungError:
        if isinstance(error, psycopg.errors.IntegrityError):
            return StepError(
                f"at its commit: {errors.primary(error)}",
                at=at.at(0) if at else None,
                detail=errors.details(error),
                hint="a deferred constraint does not hold: correct the step, then run the command again",
            )
        return errors.lost_at_commit(error, self._target) if self._connection.closed else self._translate(error)

    def rollback(self) -> None:
        self._wire.drop()
        try:
            # A statement may have failed, or the server ended the transaction: asked of the connection.
            if self._status != TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK")
            self._is_open = False
        except psycopg.Error as error:
            raise self._translate(error) from None

    def run_script(self, file: SqlFile) -> int:
        before = self._written(file)
        self.ask_script(file)
        self._wire.settle()
        return self._written(file) - before

    def ask_script(self, file: SqlFile) -> None:
        refuse_empty(file, sum(1 for _ in islice(statements(file.text), 1)))
        if self.boundary:
            for _ in at_each(self.boundary, self._one_by_one(file)):
                pass
        else:
            self._ask_step(file, file.text, self._schema)
        self._ask_settings(file)
        if has(file.text, "index") and has(file.text, "exists") and _MAY_TAKE.search(file.text):
            self._refuse_invalid_indexes(file)
        if self.written is not None:
            self.written |= {str(name) for (name,) in self._run("touched")}

    def _written(self, file: SqlFile) -> int:
        """Rows written so far, for files with rows. The server counts those of earlier transactions in for a while."""
        return int(str(self._run("written")[0][0])) if file.kind == "seed" else 0

    def split(self, file: SqlFile) -> list[str]:
        return [text for _, text in statements(file.text)]

    def guards(self, file: SqlFile) -> bool:
        return False

    def _one_by_one(self, file: SqlFile) -> Iterator[None]:
        pieces = self.split(file)
        path = self._schema
        for number, text in enumerate(pieces, start=1):
            self._ask_step(file, text, path, more=number < len(pieces))
            # Asked where it stands: the runner's own SQL is read with another path.
            left = runner_sql("catalog", "postgresql", "left_path").text
            path = str(self._wire.ask(left, explain=self._translate).rows()[0][0])
            yield

    def _ask_step(self, file: SqlFile, text: str, path: str, *, more: bool = False) -> None:
        """Run a step's text, or one statement of it, with a search path. more: whether others follow."""
        clean = "" if more else runner_sql("catalog", "postgresql", "clean").text
        step = runner_sql("catalog", "postgresql", "step")
        explain = self._explaining(lambda error: self._step_error(error, file))
        whole: Value = text
        if len(text) > _PIECE_CHARACTERS:
            whole = None
            self._ask_pieces(text)
        self._ask(step, {"step": whole, "path": path, "clean": clean}, explain)
        self._wire.flush()
        self._forget_prepared(text)
        self._is_open = more

    def _ask_pieces(self, text: str) -> None:
        """Send a long text of a step piece by piece, for step.sql to find there."""
        starts = range(0, len(text), _PIECE_CHARACTERS)
        for number, start in enumerate(starts, start=1):
            part: dict[str, Value] = {"number": number, "piece": text[start : start + _PIECE_CHARACTERS]}
            self._ask(runner_sql("catalog", "postgresql", "piece"), part, self._translate)
            self._wire.send()
        self._ask(runner_sql("catalog", "postgresql", "pieces"), {"pieces": len(starts)}, self._translate)

    def _ask_settings(self, file: SqlFile) -> None:
        """Make the settings anew, which nothing of a step's outlives, and see that it left us the lock."""
        self._ask(runner_sql("catalog", "postgresql", "settings"), self._wanted, self._translate)
        self._ask_lock_held(file)

    def _clean(self, file: SqlFile) -> None:
        """Take away what a statement outside of a transaction left in the session."""
        self._run("clean")
        self._ask_settings(file)
        self._wire.settle()

    def _ask_lock_held(self, file: SqlFile) -> None:
        if self._locked:
            held = runner_sql("catalog", "postgresql", "lock_held")
            self._ask(held, {}, lambda error: self._lock_error(error, file))
            self._timed = self._wire.last

    def _lock_error(self, error: psycopg.Error, file: SqlFile) -> RungError:
        if not isinstance(error, psycopg.errors.DivisionByZero):
            return self._translate(error)
        self._locked = False
        return StepError(
            f"the {_CALLED.get(file.kind, 'step')} gave the lock of its schema away, which keeps other runs out",
            at=file.at(0),
            hint="drop what releases advisory locks that are not its own (pg_advisory_unlock_all)",
        )

    def run_alone(self, file: SqlFile) -> None:
        self.written = None
        if not_alone := errors.not_alone(file):
            raise not_alone
        with self._looking():
            self._wire.ask(file.text, explain=lambda error: self._alone_error(error, file))()
            self._forget_prepared(file.text)
        try:
            self._clean(file)
            self._refuse_invalid_indexes(file)
        except StepError as error:
            error.kept = "what the statement did is still there, unrecorded"
            raise

    def _forget_prepared(self, text: str) -> None:
        """The driver knows what it has prepared, and not that a step took it away. What is to come is to stay."""
        if has(text, "deallocate", "discard"):
            self._wire.settle()
            self._wire.forget()

    def violations(self, file: SqlFile) -> list[Violation]:
        self._wire.settle()
        within = self._within
        found = self.ask_violations(file)
        try:
            return found()
        finally:
            # The savepoint is there: nothing else was asked.
            if self._status == TransactionStatus.INERROR:
                self._say("ROLLBACK TO rung_verify; RELEASE rung_verify" if within else "ROLLBACK")
                self._is_open = False

    def ask_violations(self, file: SqlFile) -> Callable[[], list[Violation]]:
        # What a verify file may not do is left to the server: in a read-only transaction it cannot write.
        within = self._within
        self._close_path()
        for words in ("SAVEPOINT rung_verify",) if within else ("BEGIN READ ONLY",):
            self._wire.ask(words, explain=self._translate)
        self._ask(runner_sql("catalog", "postgresql", "reading"), {"path": self._schema}, self._translate)
        try:
            asked = list(self._each(file, {}, reading=True))
        except RungError:
            if self._wire.waits:
                self._wire.settle()  # What was asked before may have failed before.
                self._say("ROLLBACK TO rung_verify; RELEASE rung_verify" if within else "ROLLBACK")
            raise
        for words in ("ROLLBACK TO rung_verify", "RELEASE rung_verify") if within else ("ROLLBACK",):
            self._wire.ask(words, explain=self._translate)
        self._is_open = False
        # A function gives it away, and no rollback takes it back.
        self._ask_lock_held(file)

        def found() -> list[Violation]:
            self._wire.settle()
            return judge(file, ((offset, answer()) for offset, answer in asked))

        return found

    def answers(self, file: SqlFile, parameters: Mapping[str, Value], *, writes: bool) -> list[Answer]:
        if writes or self._within:
            with self._looking():
                return self._answers(file, parameters, reading=not writes)
        # Taken back in the end: before PostgreSQL 16, large objects are written in a transaction that only reads.
        self._say("BEGIN READ ONLY")
        try:
            self._look_in(self._schema)
            return self._answers(file, parameters, reading=True)
        finally:
            if not self._connection.closed:
                self.rollback()

    def _answers(self, file: SqlFile, parameters: Mapping[str, Value], *, reading: bool) -> list[Answer]:
        found = [answer() for _, answer in self._each(file, parameters, reading=reading)]
        return [answer for answer in found if answer]

    def plans(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[list[str]]:
        found: list[list[str]] = []
        for offset, text in statements(file.text):
            unknown = [name for name in names(text) if name not in parameters]
            query, named = numbered(text, {*unknown, *parameters})
            values = [parameters.get(name) for name in named]
            explain = self._explaining(lambda error, offset=offset: self._verify_error(error, file, offset))  # type: ignore[misc]
            with self._looking():
                try:
                    plan = self._any_plan(query, len(values)) if unknown else self._plan(f"EXPLAIN {query}", values)
                except psycopg.Error as error:
                    raise explain(error) from None
            found.append(plan)
        return found

    def _plan(self, text: str, values: Sequence[Value] = ()) -> list[str]:
        return [str(row[0]) for row in self._wire.now(text, values or None).fetchall()]

    def _any_plan(self, query: str, parameters: int) -> list[str]:
        """The plan for any value, which PostgreSQL before 16 shows of a prepared statement only; in a table that is
        still small, with the indexes that it will have when it is not."""
        try:
            self._wire.now("BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan")
            self._wire.now("SET LOCAL enable_seqscan = off")
            self._wire.now(f"PREPARE rung_plan AS {query}")
            plan = self._plan(f"EXPLAIN EXECUTE rung_plan ({', '.join(['NULL'] * parameters)})")
            self._wire.now("DEALLOCATE rung_plan")
        finally:
            self.rollback()
        return plan

    def index_parents(self) -> dict[str, str]:
        return {str(name): str(parent) for name, parent in self._run("index_parents")}

    def orphans(self) -> list[Violation]:
        """None: PostgreSQL's foreign keys cannot be switched off by a step."""
        return []

    def unmet(self, requirement: str) -> str:
        """Why this server does not meet a step's ``requires:``; empty when it does."""
        _, name, *loaded = requirement.split()
        ((missing,),) = self._run("requirement", {"name": name, "loaded": bool(loaded)})
        return str(missing or "")

    def run(self, file: SqlFile, parameters: Mapping[str, Value], *, tries: int = _TRIES) -> list[Row]:
        """See engines.Session. tries: how often it may be read again where others change the catalog meanwhile."""
        try:
            return self.ask(file, parameters)()
        except MovedError:
            if self._within or tries == 0:
                raise
            return self.run(file, parameters, tries=tries - 1)

    def ask(self, file: SqlFile, parameters: Mapping[str, Value]) -> Callable[[], list[Row]]:
        return self._ask(file, parameters, self._own_error)

    def _own_error(self, error: psycopg.Error) -> RungError:
        translated = self._translate(error)
        return MovedError(translated.message) if errors.has_moved(error) else translated

    def ask_time(self) -> Callable[[], float]:
        if self.boundary:
            # Who looks at each statement takes the time that looking takes by this clock.
            self._wire.settle()
            now = perf_counter() * 1000
            return lambda: now
        if self._timed is None or self._timed is not self._wire.last:
            self.ask(runner_sql("catalog", "postgresql", "clock"), {})
            self._timed = self._wire.last
        told = self._timed
        return lambda: float(str(told.rows()[0][-1])) if told else 0.0

    def room(self) -> Room | None:
        ((to_drop, room, per_setting),) = self._run("lock_room")
        return Room(int(str(to_drop)), int(str(room)), int(str(per_setting)))

    def query(self, text: str) -> list[Row]:
        self._close_path()
        return self._wire.ask(text, explain=self._own_error).rows()

    def close(self) -> None:
        """Close the connection, which gives the lock back too."""
        self._connection.close()

    def _run(self, name: str, parameters: Mapping[str, Value] | None = None) -> list[Row]:
        return self.run(runner_sql("catalog", "postgresql", name), parameters or {})

    def _ask(self, file: SqlFile, parameters: Mapping[str, Value], explain: Explain) -> Callable[[], list[Row]]:
        """Run the runner's own SQL without waiting; what gives the rows of its last statement."""
        for text, named, prepare in self._texts(file):
            values = [parameters[name] for name in named]
            last = self._wire.ask(text, values, prepare=prepare, explain=explain)
            self._is_open = self._is_open or text.startswith(_OPENS)
        return last.rows

    def _texts(self, file: SqlFile) -> Iterator[tuple[str, list[str], bool]]:
        """The statements of the runner's own SQL, with the names of their parameters, and whether it is worth it to
        plan each for good: the ledger's are run again and again."""
        self._close_path()
        known = self._split.get(file.path)
        texts = known or [numbered(self._aimed(text), names(text)) for _, text in statements(file.text)]
        self._split[file.path] = texts
        return ((text, named, bool(known) and text.startswith(_PLANNED)) for text, named in texts)

    def _aimed(self, text: str) -> str:
        """A statement of the runner's own, which is read where only PostgreSQL's own names are known: the ledger's
        tables with their schema, and a question about the schema so that it is answered as seen from there."""
        if not self._schema:
            return text
        if not (_OF_SCHEMA.search(text) and text.startswith(("SELECT", "WITH"))):
            return _LEDGER.sub(lambda found: f"{found[1]} {self._schema}.{found[2]}", text)
        ((_, opened),) = statements(runner_sql("catalog", "postgresql", "opened").text)
        return opened.replace("question AS a", f"(\n{text}\n) AS a")

    def _look_in(self, path: str, *, session: bool = False) -> None:
        """Look for names there, for the rest of the transaction or of the session."""
        where: dict[str, Value] = {"path": path, "local": not session}
        self._ask(runner_sql("catalog", "postgresql", "path"), where, self._translate)
        self._is_open = path != _CLOSED and not session

    def _close_path(self) -> None:
        """Look for names among PostgreSQL's own alone: before anything of the runner's own is read."""
        if self._is_open and (self._wire.waits or self._status == TransactionStatus.INTRANS):
            self._is_open = False
            self._look_in(_CLOSED)

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """While it lasts, names are looked for in the schema, as the files of a project mean it."""
        session = not self._within
        self._look_in(self._schema, session=session)
        # Alone: some statements take no other beside them.
        self._wire.settle()
        try:
            yield
            self._wire.settle()
        finally:
            if self._wire.waits:
                self._wire.drop()
            if session and self._status == TransactionStatus.IDLE:
                self._look_in(_CLOSED, session=True)
                self._wire.settle()

    def _say(self, words: str) -> None:
        try:
            self._wire.now(words)
        except psycopg.Error as error:
            raise self._translate(error) from None

    def _has_schema(self) -> bool:
        ((there, _),) = self._run("has_schema")
        return bool(there)

    def _lock(self) -> None:
        """The session's advisory lock on this schema, polled: a wait for it would hold up CREATE INDEX CONCURRENTLY."""
        if self._locked:
            return
        began = monotonic()
        while not self._run("lock")[0][0]:
            if monotonic() - began >= self._settings.lock_timeout_ms / 1000:
                rows = self._run("lock_holder")
                holder = str(rows[0][0]) if rows else "another run, which has just ended"
                raise LockedError(f"{self._target.shown}: the schema is locked by {holder} {self._settings.waited}")
            sleep(_POLL_SECONDS * (1 + random.random()))  # noqa: S311 - jitter, so that waiters do not march in step
        self._locked = True

    def _each(
        self, file: SqlFile, parameters: Mapping[str, Value], *, reading: bool
    ) -> Iterator[tuple[int, Callable[[], Answer | None]]]:
        """Ask a file statement by statement; the server refuses a piece that is not exactly one."""
        for offset, text in statements(file.text):
            if reading and not _READS.match(text):
                raise writing(_WORD.match(text)[0].upper(), file, file.at(offset))  # type: ignore[index]
            query, named = numbered(text, parameters)
            values = [parameters[name] for name in named]
            explain = self._explaining(lambda error, offset=offset: self._verify_error(error, file, offset))  # type: ignore[misc]
            # Asked in the extended protocol, in which the server refuses anything but one statement.
            yield offset, self._wire.ask(query, values, explain=explain)

    def _explaining(self, explain: Explain) -> Explain:
        """What a file's own errors become; others are not its fault."""

        def explained(error: psycopg.Error) -> RungError:
            translated = self._translate(error)
            lost = isinstance(translated, LockedError) or self._connection.closed
            return translated if lost else explain(error)

        return explained

    def _step_error(self, error: psycopg.Error, file: SqlFile) -> RungError:
        if errors.TRANSACTION_COMMAND in str(error):
            word, offset = errors.transaction_command(file)
            return not_in_a_step(word, file.at(offset))
        return StepError(
            f"PostgreSQL says: {errors.primary(error)}",
            at=errors.place(error, file),
            detail=errors.details(error),
            hint=errors.hint_for(error) or "correct the file, then run the command again",
        )

    def _alone_error(self, error: psycopg.Error, file: SqlFile) -> RungError:
        if "multiple commands" in str(error):
            refuse_several(file, [offset for offset, _ in statements(file.text)])
        translated = self._translate(error)
        if self._connection.closed:
            return translated
        failed = translated if isinstance(translated, LockedError) else self._step_error(error, file)
        failed.kept = "PostgreSQL undid the statement; nothing was recorded"
        if invalid := self._invalid_indexes():
            failed.kept = f"the statement left an INVALID index behind: {', '.join(invalid)}; nothing was recorded"
            failed.hint = f"remove it (DROP INDEX CONCURRENTLY {invalid[0]}), then run the command again"
        return failed

    def _refuse_invalid_indexes(self, file: SqlFile) -> None:
        if invalid := self._invalid_indexes():
            raise StepError(
                f"an index is INVALID, so PostgreSQL does not use it: {', '.join(invalid)}",
                at=file.at(0),
                hint=f"a CREATE INDEX CONCURRENTLY failed once: DROP INDEX CONCURRENTLY {invalid[0]}, then run again",
            )

    def _invalid_indexes(self) -> list[str]:
        return [str(name) for (name,) in self._run("invalid_indexes")]

    def _verify_error(self, error: psycopg.Error, file: SqlFile, offset: int) -> RungError:
        position = int(error.diag.statement_position or 1) - 1
        if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            return writing(errors.primary(error), file, file.at(offset))
        # A parameter's number is shorter than its name: then the place is only nearly right.
        return VerificationError(
            f"PostgreSQL says: {errors.primary(error)}",
            at=file.at(offset + position),
            detail=errors.details(error),
            hint=errors.hint_for(error) or correction(file),
        )

    def _translate(self, error: psycopg.Error) -> RungError:
        return errors.translate(error, self._target, self._settings)
