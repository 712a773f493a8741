"""What the runner asks of an engine, and the one place that picks it. Drivers are imported only when needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Literal, NamedTuple, Protocol

from runner.errors import TargetError, visible
from runner.sqlfile import SqlFile
from runner.target import Target

Access = Literal["read", "write", "create"]
Value = str | int | float | bytes | None
Row = tuple[Value, ...]


class Violation(NamedTuple):
    """One row of a verify or check file: what is concerned, and what is wrong with it."""

    subject: str
    problem: str

    def __str__(self) -> str:
        return visible(f"{self.subject}: {self.problem}")


class Answer(NamedTuple):
    """What one statement of a query returned."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Room(NamedTuple):
    """Locks of one transaction: how many it takes to drop all that is there, how many there is room for, and how many
    the setting max_locks_per_transaction gives room for by each that it is raised by one."""

    to_drop: int
    room: int
    per_setting: int


class Settings(NamedTuple):
    """How a session behaves, times in ms. lock_timeout_ms: how long to wait for a lock that somebody else holds.

    On a server also: lock_retries: how often a step that met such a lock is tried again; statement_timeout_ms: how long
    one statement may take (on PostgreSQL: one step); idle_timeout_ms: how long a transaction may lie idle. 0: no limit.
    """

    lock_timeout_ms: int = 5000
    lock_retries: int = 3
    statement_timeout_ms: int = 0
    idle_timeout_ms: int = 60_000

    @property
    def waited(self) -> str:
        """How long a lock was waited for, as an error says it."""
        return f"(waited {self.lock_timeout_ms / 1000:g} s)"


class Session(Protocol):
    """One connection to one target. Its methods raise RungError, never the driver's own exceptions."""

    engine: str
    name: str
    version: str
    # How often a step that meets somebody's lock is tried again; 0 where the engine does all the waiting itself.
    retries: int
    # Called at every statement boundary of a step that runs in its transaction, with the number of statements that have
    # run; where it is set, a step goes to the engine statement by statement.
    boundary: Callable[[int], None] | None

    # The tables that files with statements have written to, gathered where it is a set; None where that is not known.
    written: set[str] | None

    @property
    def has_triggers(self) -> bool:
        """Whether this database can hold triggers."""

    def prepare(self) -> None:
        """Make settings that are stored in the database and cannot be part of a step's transaction (SQLite: WAL)."""

    def begin_read(self) -> None:
        """Begin a transaction that sees one state of the database throughout; end it with rollback()."""

    def begin(self, *, foreign_keys: bool = True) -> None:
        """Begin the transaction of a step, waiting for other writers at most the lock timeout."""

    def begin_again(self, moves: int, *, foreign_keys: bool = True) -> Callable[[], Row] | None:
        """Begin the next transaction of a run, which must not have to look at the ledger again.

        moves: how many steps were ever taken, as the run left it. Raises DisturbedError, at once or with the next
        answer, where somebody else may have written to it: undo, and begin() with a new look.
        What gives the ledger's mark, where the engine tells it along.
        """

    def commit(self, at: SqlFile | None = None) -> None:
        """Commit. Deferred constraints are judged here: a StepError names the file ``at``."""

    def ask_commit(self, at: SqlFile | None = None) -> Callable[[], bool] | None:
        """Commit, and where the engine can be asked on meanwhile, do not wait: what waits, and says whether it is done.

        begin_again() may follow at once: where the commit fails, nothing that was asked after it is run. It raises what
        commit() does; so does what else waits for an answer, and then it says False.
        """

    def rollback(self) -> None:
        """Undo everything since begin(). Safe to call when no transaction is open."""

    def run_script(self, file: SqlFile) -> int:
        """Run a step's file inside the transaction, statement by statement; how many rows it wrote."""

    def split(self, file: SqlFile) -> list[str]:
        """The statements of a file, as the engine's own parser tells them apart."""

    def guards(self, file: SqlFile) -> bool:
        """Whether nothing in a step's file can write to the ledger unless the engine refuses it as it comes."""

    def run_alone(self, file: SqlFile) -> None:
        """Run the single statement of a ``transactional: false`` file outside any transaction."""

    def violations(self, file: SqlFile) -> list[Violation]:
        """Run a verify or check file, which can only read; the rows it returned."""

    def answers(self, file: SqlFile, parameters: Mapping[str, Value], *, writes: bool) -> list[Answer]:
        """Run a named query with its parameters, which can only read unless it says that it writes."""

    def plans(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[list[str]]:
        """How the engine would run each statement of a file, in its own words; nothing is run. A parameter that is not
        given is NULL."""

    def index_parents(self) -> dict[str, str]:
        """Names of indexes in plans that stand for another: on PostgreSQL those of partitions."""

    def orphans(self) -> list[Violation]:
        """Rows whose foreign key points nowhere."""

    def unmet(self, requirement: str) -> str:
        """Why this server does not meet a step's ``requires:``; empty when it does."""

    def run(self, file: SqlFile, parameters: Mapping[str, Value]) -> list[Row]:
        """Run the runner's own SQL with named parameters; the rows of its last statement."""

    def ask(self, file: SqlFile, parameters: Mapping[str, Value]) -> Callable[[], list[Row]]:
        """What run() does, for rows that are looked at later: the call gives them. A server is not waited for before
        that, or the commit, or the next thing that is not asked; then errors of all that was asked are raised."""

    def ask_script(self, file: SqlFile) -> None:
        """What run_script() does, without waiting for a server."""

    def ask_violations(self, file: SqlFile) -> Callable[[], list[Violation]]:
        """What violations() does, without waiting for a server before the call."""

    def ask_time(self) -> Callable[[], float]:
        """What the clock of the engine says between what was asked before and what is asked next, in ms."""

    def room(self) -> Room | None:
        """Room for locks, where a transaction can run out of it."""

    def query(self, text: str) -> list[Row]:
        """Run one statement that the runner's own SQL has put together and that only reads; its rows."""

    def close(self) -> None:
        """Give the connection back."""


def connect(target: Target, access: Access, settings: Settings) -> Session:
    """Open a session. access: read (writes nothing), write (must exist), create (made when absent).

    Raises TargetError or LockedError with a line for the person at the terminal.
    """
    session: Session = module(target.engine).connect(target, access, settings)
    return session


def scratch(engine: str, settings: Settings) -> Session:
    """A session on an empty database that is gone when the session is closed (SQLite, DuckDB)."""
    session: Session = module(engine).scratch(settings)
    return session


def module(engine: str, part: str = "") -> ModuleType:
    """The module of an engine, or of a part of it. Raises TargetError where its driver is not installed."""
    try:
        return import_module(f"runner.engines.{engine}{part}")
    except ModuleNotFoundError as error:
        raise TargetError(
            f"the driver for {engine} is not installed ({error})", hint=f"pip install 'rung[{engine}]' brings it"
        ) from None
