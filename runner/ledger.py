"""The ledger in the database: yoyo's tables and rung's beside them. Its SQL is in ``sql/ledger/<engine>/``."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

from runner import __version__
from runner.engines import Row, Session, Value
from runner.errors import LedgerError, LockedError, TargetError, printable
from runner.project import Step
from runner.sqlfile import SqlFile, runner_sql

_YOYO_VERSION = 2
_LEDGER_VERSION = 1
# The verification of a step that was there before rung came: verified, not run.
ADOPTED = "adopted"
_PASSED = "passed"
_VERIFICATIONS = (_PASSED, ADOPTED)
_TABLES = frozenset({"_yoyo_migration", "_yoyo_log", "_yoyo_version", "_rung_step", "_rung_event", "_rung_version"})
_TRIGGERS = frozenset({"_rung_event_keeps_rows", "_rung_event_keeps_values"})
_UPGRADE = "run `yoyo list` of yoyo 9 on it once, which upgrades its tables"
_DAMAGED = "restore it from a backup, or mend it by hand: sql/ledger/ENGINE/install.sql says what it is made of"
# What the columns of the ledger hold, of Record and of Event in their order. SQLite stores anything anywhere.
_TEXT, _MAYBE = (str,), (str, type(None))
_NUMBER, _MAYBE_NUMBER = (int, float), (int, float, type(None))
_RECORD = (_TEXT, _MAYBE, _TEXT, _MAYBE, _NUMBER, _NUMBER, *[_TEXT] * 4)
_EVENT = (*[_TEXT] * 5, _MAYBE_NUMBER, _MAYBE, _TEXT, _TEXT, (int,), _TEXT, _TEXT)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


class Actor(NamedTuple):
    """Who does it, in which run. run_id ties the events of one command together."""

    username: str
    hostname: str
    run_id: str


class Record(NamedTuple):
    """rung's record of one application of a step. Durations in ms."""

    forward_checksum: str
    rollback_checksum: str | None
    verify_checksum: str
    rollback_sql: str | None
    duration_ms: float
    verify_ms: float
    verification: str
    username: str
    hostname: str
    rung_version: str

    @property
    def adopted(self) -> bool:
        """Whether what the step makes was there before rung came, and stays when it goes."""
        return self.verification == ADOPTED


class Applied(NamedTuple):
    """A step that is applied. record is None when yoyo applied it: no checksum, never verified by rung."""

    id: str
    at_utc: str
    record: Record | None


class Event(NamedTuple):
    """One line of the history. Duration in ms; message holds the error of a failure."""

    at_utc: str
    run_id: str
    step: str
    operation: str
    outcome: str
    duration_ms: float | None
    message: str | None
    username: str
    hostname: str
    pid: int
    rung_version: str
    engine_version: str


class Timing(NamedTuple):
    """How long a step took, in ms: its own statements, and its verification."""

    step_ms: float = 0.0
    verify_ms: float = 0.0


def now() -> str:
    """The time as yoyo writes it: UTC, ISO 8601, without zone."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def migration_hash(step_id: str) -> str:
    """yoyo's key of a migration: SHA-256 of its id (yoyo.migrations.get_migration_hash)."""
    return hashlib.sha256(step_id.encode()).hexdigest()


class Ledger(NamedTuple):
    """The applied steps of a family by id, and the head of the whole ledger just before they were read."""

    applied: dict[str, Applied]
    head: Row | None


def read(session: Session, family: str) -> Ledger:
    """What is applied of a family. Writes nothing; no ledger means nothing applied.

    The head is read first: whoever moves the ledger after that is noticed under the lock.

    Raises LedgerError when the ledger was written by a newer rung or by another version of yoyo, or is damaged.
    """
    parts = _sound_parts(session)
    if "_yoyo_migration" not in parts:
        return Ledger({}, None)
    with _damage_told():
        at = session.run(_sql(session, "head"), {})[0]
        if "_rung_step" not in parts:
            applied = [_applied(row, ()) for row in _of(session, family, "applied_by_yoyo")]
            return Ledger({step.id: step for step in applied}, at)
        yoyo, rung = session.run(_sql(session, "versions"), {})[0]
        for name, found, ours in (("yoyo", yoyo, _YOYO_VERSION), ("rung", rung, _LEDGER_VERSION)):
            if found != ours:
                hint = "use the rung that wrote it, or a newer one"
                if not (isinstance(found, int) and found > ours):
                    hint = _UPGRADE if name == "yoyo" and isinstance(found, int) else _DAMAGED
                raise LedgerError(
                    f"the ledger is of {name}'s version {found!r}, and this rung ({__version__}) knows version {ours}",
                    hint=hint,
                )
        applied = [_applied(row, _RECORD) for row in _of(session, family, "applied")]
        if any(step.record is None for step in applied):
            # Of a step that yoyo has taken up there is none.
            _refuse_lost_record(applied, {str(id) for (id,) in session.run(_sql(session, "lost"), {})})
    return Ledger({step.id: step for step in applied}, at)


def head(session: Session) -> Row | None:
    """What changes when any migrator moves the ledger; None without a ledger. For a check under the lock."""
    if "_yoyo_migration" not in _parts(session):
        return None
    return session.run(_sql(session, "head"), {})[0]


def moved_by_one(head: Row | None, operation: str) -> Row:
    """The head of the ledger after a step was recorded: its head before is that of a ledger which is there."""
    applied, moves = head or (0, 0)
    return int(str(applied)) + (1 if operation == "up" else -1), int(str(moves)) + 1


def moves(session: Session) -> int:
    """How many steps were ever taken up or down, by rung or yoyo: the same before and after, and nothing was."""
    if "_yoyo_log" not in _parts(session):
        return 0
    return int(str(session.run(_sql(session, "moves"), {})[0][0]))


def is_installed(session: Session) -> bool:
    """Whether the whole ledger is there: rung's tables are not where only yoyo ever was, nor its triggers in a copy
    that DuckDB's COPY FROM DATABASE made."""
    return _parts(session) >= (_TABLES | _TRIGGERS if session.has_triggers else _TABLES)


def install(session: Session) -> None:
    """Create what is missing of the ledger, inside the caller's transaction."""
    session.run(_sql(session, "install"), {"now": now()})
    if session.has_triggers:
        session.run(_sql(session, "append_only"), {})


def record_up(session: Session, step: Step, timing: Timing, actor: Actor, *, adopted: bool, calm: bool) -> None:
    """Write the rows of a step that went up, inside its transaction. calm: what comes next waits for it.

    adopted: what the step makes was there already. Then there is no rollback SQL to keep: it is not ours to drop.
    """
    if not calm:
        # Otherwise they are gone: with the first step that this run recorded.
        _write(session, "outdated", {})
    _write(
        session,
        "record_up",
        {
            **_event(session, step.id, step.family, timing, actor),
            "forward_checksum": step.forward.checksum,
            "rollback_checksum": step.rollback.checksum if step.rollback else None,
            "verify_checksum": step.verify.checksum,
            "rollback_sql": step.rollback.text if step.rollback and not adopted else None,
            "duration_ms": timing.step_ms,
            "verify_ms": timing.verify_ms,
            "verification": ADOPTED if adopted else _PASSED,
        },
        calm,
    )


def record_down(session: Session, step_id: str, family: str, timing: Timing, actor: Actor, *, calm: bool) -> None:
    """Write the rows of a step that went down, inside its transaction. calm: what comes next waits for it."""
    _write(session, "record_down", _event(session, step_id, family, timing, actor), calm)


def ask_mark(session: Session) -> Callable[[], Row]:
    """What is the same before a step ran and after it, unless it wrote to the ledger. First of all, whether what others
    have made runs when rung writes to it."""
    asked = session.ask(_sql(session, "mark"), {})
    return lambda: asked()[0]


def refuse_touched(before: Row, after: Row) -> None:
    """Raise LedgerError where a step wrote to the ledger, of which these are the marks before it ran and after."""
    if before != after:
        raise written_to()


def contents(session: Session) -> set[Row]:
    """What the ledger is made of, and all that it says is applied, of every family. It grows with every step: only for
    where a mark does not tell enough."""
    parts: set[Row] = {(part,) for part in _parts(session)}
    return parts.union(*(session.run(_sql(session, name), {}) for name in ("applied", "versions")))


def at_risk(session: Session, marked: Row) -> set[Row]:
    """Its contents, where its mark says that what others have made runs when rung writes to it; else nothing."""
    return contents(session) if marked[0] else set()


def refuse_gone(session: Session, others: set[Row]) -> None:
    """Raise LedgerError where something of what were its contents is gone."""
    if others and not others <= contents(session):
        raise written_to()


def refuse_lost(
    session: Session, before: Row | None, others: set[Row], step_id: str, checksum: str | None, actor: Actor
) -> Row | None:
    """The head of the ledger now that a step was recorded. before: its head until then. others: of its contents, what
    must still be there. checksum: of the forward file of a step that went up, None of one that went down.

    Raises LedgerError unless this step was recorded, and nothing else.
    """
    refuse_gone(session, {row for row in others if row[0] != step_id})
    after = head(session)
    if after is not None:
        operation = "up" if checksum else "down"
        event = f"{actor.run_id} {operation} {step_id}"
        found = session.run(_sql(session, "recorded"), {"migration_hash": migration_hash(step_id)})
        if found == [(int(bool(checksum)), checksum, event)] and after == moved_by_one(before, operation):
            return after
    raise written_to()


def written_to() -> LedgerError:
    """The error of a ledger that does not hold what was written to it, or holds more."""
    return LedgerError(
        "the ledger does not hold what was written to it, and that alone",
        hint="a trigger, a rule or a policy on its tables takes rows away, or the step writes to them: the ledger is "
        "rung's alone to write; remove what does it, then run the command again",
    )


def record_failure(
    session: Session,
    step_id: str,
    family: str,
    operation: str,
    outcome: str,
    spent: Timing,
    message: str,
    actor: Actor,
) -> None:
    """Append the event of a step that did not get through, inside the caller's transaction. outcome: ``failed`` or
    ``interrupted``."""
    event = _event(session, step_id, family, spent, actor)
    _write(session, "record_failure", {**event, "operation": operation, "outcome": outcome, "message": message})


def history(session: Session, family: str) -> list[Event]:
    """Every event of a family, oldest first; none where rung never was."""
    if "_rung_event" not in _sound_parts(session):
        return []
    with _damage_told():
        rows = session.run(_sql(session, "history"), {"family": family})
        for row in rows:
            _refuse_garbled(row, _EVENT, "_rung_event")
    return [Event(*row) for row in rows]  # type: ignore[arg-type]


def _event(session: Session, step_id: str, family: str, timing: Timing, actor: Actor) -> dict[str, Value]:
    """What every row of the ledger that is written now says of the step, of when, and of who does it."""
    return {
        "migration_hash": migration_hash(step_id),
        "migration_id": step_id,
        "family": family,
        "now": now(),
        "total_ms": timing.step_ms + timing.verify_ms,
        "username": actor.username,
        "hostname": actor.hostname,
        "run_id": actor.run_id,
        "pid": os.getpid(),
        "rung_version": f"rung {__version__}",
        "engine_version": f"{session.engine} {session.version}",
    }


def _write(session: Session, name: str, values: dict[str, Value], calm: bool = False) -> None:
    with _damage_told():
        (session.ask if calm else session.run)(_sql(session, name), values)


def _sql(session: Session, name: str) -> SqlFile:
    return runner_sql("ledger", session.engine, name)


def _parts(session: Session) -> set[str]:
    return {str(row[0]) for row in session.run(_sql(session, "parts"), {})}


def _sound_parts(session: Session) -> set[str]:
    """The parts of the ledger that are there. Raises LedgerError where rung's are not all there."""
    parts = _parts(session)
    if "_yoyo_migration" in parts and "_yoyo_version" not in parts:
        raise LedgerError("the ledger is of yoyo before 6.0", hint=_UPGRADE)
    missing = sorted(_TABLES - parts)
    if missing and any(part.startswith("_rung_") for part in parts):
        raise LedgerError(f"the ledger is damaged: there is no table {' and no '.join(missing)}", hint=_DAMAGED)
    return parts


@contextmanager
def _damage_told() -> Iterator[None]:
    """What the engine says of the ledger's own SQL, and has no advice for, is the fault of its tables."""
    try:
        yield
    except LockedError:
        raise
    except TargetError as error:
        if error.hint:
            raise
        raise LedgerError(f"the ledger is damaged: {error.message}", detail=error.detail, hint=_DAMAGED) from None


def _of(session: Session, family: str, name: str) -> list[Row]:
    # An id is NNNN.<family>-<slug>; other families, and other tools' migrations, share yoyo's table.
    rows = session.run(_sql(session, name), {})
    for row in rows:
        if row[-1] != migration_hash(str(row[0])):
            found = printable(repr(row[0]), 60)
            raise LedgerError(
                f"the ledger is damaged: a row of _yoyo_migration has the id {found} and the hash of another",
                hint=_DAMAGED,
            )
    return [row[:-1] for row in rows if str(row[0]).partition(".")[2].partition("-")[0] == family]


def _applied(row: Row, shape: Sequence[tuple[type, ...]]) -> Applied:
    step_id, at_utc, *record = str(row[0]), *row[1:]
    if not _TIME.match(str(at_utc)):
        raise LedgerError(
            f"the ledger is damaged: {step_id} was applied at {printable(repr(at_utc), 60)}, which is no time",
            hint=_DAMAGED,
        )
    if not record or record[0] is None:
        return Applied(step_id, str(at_utc), None)
    _refuse_garbled(record, shape, f"the row of {step_id} in _rung_step")
    found = Record(*record)  # type: ignore[arg-type]
    # What was there before rung came has no rollback SQL, and everything else that can go down has one.
    has_sql = found.rollback_checksum is not None and not found.adopted
    if found.verification not in _VERIFICATIONS or (found.rollback_sql is not None) != has_sql:
        raise LedgerError(
            f"the ledger is damaged: the row of {step_id} in _rung_step says that the step was "
            f"{printable(repr(found.verification), 60)} and holds {'a' if found.rollback_sql is not None else 'no'} "
            "rollback SQL",
            hint=_DAMAGED,
        )
    return Applied(step_id, str(at_utc), found)


def _refuse_lost_record(applied: Sequence[Applied], only_rung: set[str]) -> None:
    for step in applied:
        if step.record is None and step.id in only_rung:
            raise LedgerError(
                f"the ledger is damaged: rung applied {step.id}, and no row of _rung_step is of that time",
                hint=_DAMAGED,
            )


def _refuse_garbled(row: Sequence[Value], shape: Sequence[tuple[type, ...]], where: str) -> None:
    for value, types in zip(row, shape, strict=True):
        if not isinstance(value, types):
            raise LedgerError(
                f"the ledger is damaged: {where} holds {printable(repr(value), 60)} where it cannot", hint=_DAMAGED
            )
