"""Applying and rolling back: a step, its verification and its ledger rows in one transaction of the engine."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter, sleep
from typing import Literal, NamedTuple

from runner import examine, ledger, plan
from runner.engines import Row, Session, Violation
from runner.engines.scripts import at_each
from runner.errors import (
    DisturbedError,
    DrillError,
    InterruptedRunError,
    LedgerError,
    Location,
    LockedError,
    RungError,
    StepError,
    UsageError,
    VerificationError,
    counted,
    some,
)
from runner.ledger import Actor, Timing
from runner.plan import Descent, Plan
from runner.project import Step, Tree
from runner.sqlfile import SqlFile, header

Phase = Literal["started", "done"]
_NO_TIME = Timing()
_RETRY_SECONDS = 0.5
# What a step's header may ask for that is not done while the step before it is being committed.
_ALONE = {"adopts", "foreign_keys", "transactional"}


class Progress(NamedTuple):
    """What just happened to a step, told as it happens. number of total; timing in ms once done.

    adopted: what the step makes was there before rung came, so nothing but its verification ran.
    """

    phase: Phase
    operation: Literal["up", "down"]
    step: str
    number: int
    total: int
    timing: Timing = _NO_TIME
    adopted: bool = False


class Taken(NamedTuple):
    """A step that went up or down, with its times in ms."""

    id: str
    operation: Literal["up", "down"]
    timing: Timing
    adopted: bool = False


Observer = Callable[[Progress], None]


def up(
    session: Session,
    tree: Tree,
    now: Plan,
    actor: Actor,
    *,
    to: str | None = None,
    one_transaction: bool = False,
    rehearse: bool = False,
    observe: Observer = lambda _: None,
    ahead: bool = True,
    allow: Callable[[Session, Step], None] | None = None,
) -> list[Taken]:
    """Apply the pending steps of a plan up to ``to``; what was applied, in order.

    one_transaction: all of them as one unit, or none. rehearse: run them as one unit and undo it (a hard dry run).
    ahead: whether a step may be sent to the engine while it commits the one before; not where observe asks the session.
    allow: asked about each step in its transaction, under the lock and before anything of it runs; it raises what
    keeps the step from running (DrillError).
    Each step's own transaction waits for other migrators and looks at the ledger again under its lock, so of
    several runs at once each step is applied by exactly one.
    Raises RungError; its ``kept`` says what stayed. A failure is also recorded as an event.
    """
    todo = plan.climb(now, to)
    whole = one_transaction or rehearse
    if whole:
        _refuse_as_unit([step.forward for step in todo], f"rung up {tree.family}")
    if todo and not rehearse:
        session.prepare()
    taken: list[Taken] = []
    with _Unit(session, now, actor, observe, whole, rehearse, ahead=ahead and not allow) as unit:
        while todo:
            step = todo[0]
            done = len(taken)
            try:
                unit.begin(step.id, "up", step.forward)
                # Another run may have moved the ledger while this one waited for the lock.
                fresh = unit.refresh(tree, to)
                if fresh is not None:
                    todo = fresh
                    if not todo or todo[0] is not step:
                        unit.abandon()
                        continue
                if allow:
                    allow(session, step)
                unit.tell(Progress("started", "up", step.id, done + 1, done + len(todo)))
                adopted = _is_there(session, step)
                timing = _take(session, unit, None if adopted else step.forward, step)
            except (LockedError, DisturbedError) as error:
                if unit.may_try_again(error):
                    continue
                raise
            ledger.record_up(session, step, timing, actor, adopted=adopted, calm=unit.calm)
            unit.end(step.forward, step.forward.checksum)
            taken.append(Taken(step.id, "up", timing, adopted))
            unit.tell(Progress("done", "up", step.id, done + 1, done + len(todo), timing, adopted))
            todo = todo[1:]
        unit.finish()
    return taken


def down(
    session: Session,
    now: Plan,
    descents: Sequence[Descent],
    actor: Actor,
    *,
    rehearse: bool = False,
    observe: Observer = lambda _: None,
    ahead: bool = True,
) -> list[Taken]:
    """Roll back the steps of a plan, highest first; what was rolled back, in order.

    After each, the verify file of the step that is then the highest must hold, or the rollback is undone.
    rehearse: run them as one unit and undo it (a hard dry run). ahead: as for up().
    Raises RungError; its ``kept`` says what stayed. A failure is also recorded as an event.
    """
    family = now.family
    if rehearse:
        _refuse_as_unit([d.rollback for d in descents if d.rollback], f"rung down {family}")
    taken: list[Taken] = []
    with _Unit(session, now, actor, observe, whole=rehearse, rehearse=rehearse, ahead=ahead) as unit:
        todo = list(descents)
        while todo:
            descent, number = todo[0], len(taken) + 1
            try:
                unit.begin(descent.id, "down", descent.rollback)
                if unit.moved():
                    raise LedgerError(
                        "another run moved the ledger meanwhile",
                        hint=f"look at `rung status {family}`, then decide again",
                    )
                unit.tell(Progress("started", "down", descent.id, number, len(descents)))
                timing = _take(session, unit, descent.rollback, descent.below)
            except (LockedError, DisturbedError) as error:
                if unit.may_try_again(error):
                    continue
                raise
            ledger.record_down(session, descent.id, family, timing, actor, calm=unit.calm)
            unit.end(descent.rollback)
            adopted = descent.rollback is None
            taken.append(Taken(descent.id, "down", timing, adopted))
            unit.tell(Progress("done", "down", descent.id, number, len(descents), timing, adopted))
            todo = todo[1:]
        unit.finish()
    return taken


def shortage(session: Session, applied: int, up: Sequence[Step], down: Sequence[Descent]) -> str:
    """What to know before steps are taken as one unit: that the server's room for locks may end before they do.

    applied: how many steps are. Everything that is made or dropped stays locked until the transaction ends. Of what is
    there, it is known what that takes; of what a step is to make, each statement counts for two (a table, its index).
    Empty where there is room, and on engines without such locks.
    """
    if not (up or down) or not (room := session.room()):
        return ""
    statements = sum(len(session.split(step.forward)) for step in up)
    needed = 2 * statements + round(room.to_drop * len(down) / max(applied, len(down), 1))
    if needed <= room.room:
        return ""
    setting = -(-needed // room.per_setting)
    return (
        f"this may take {needed:,} locks in one transaction, and the server has room for {room.room:,}: "
        f"max_locks_per_transaction = {setting} in its configuration, and a restart, makes room"
    )


def _take(session: Session, unit: _Unit, file: SqlFile | None, standing: Step | None) -> Timing:
    """Run a forward or rollback file, then the verify file of the step that is now the highest, if there is one.

    file: None for a step that is adopted, where nothing is to be run.
    """
    unit.install(file)
    began = session.ask_time()
    if file:
        unit.run(file, transactional=not header(file).flag("transactional"))
        if header(file).flag("foreign_keys"):
            _refuse_orphans(session, file)
    ran = session.ask_time()
    rows = session.ask_violations(standing.verify) if standing else None
    ended = session.ask_time()
    unit.look()
    unit.confirm()
    if standing and rows:
        _refuse_violations(standing, rows(), adopted=file is None)
    unit.refuse_touched()
    # A server's clock may be set back.
    return Timing(max(ran() - began(), 0.0), max(ended() - ran(), 0.0) if standing else 0.0)


def _refuse_violations(step: Step, rows: Sequence[Violation], *, adopted: bool) -> None:
    what = "bring what is there into the form that the step makes" if adopted else "correct the step or its verify file"
    if rows:
        raise VerificationError(
            f"verification of {step.id} found {counted(len(rows), 'violation')}",
            at=step.verify.at(0),
            detail=some(rows),
            hint=f"{what}, then run the command again",
        )


def _is_there(session: Session, step: Step) -> bool:
    """Whether everything that the step adopts exists, so that it need not run. Raises StepError when only some does."""
    about = header(step.forward)
    names = [name.strip() for name in about.keys.get("adopts", "").split(",") if name.strip()]
    if not names:
        return False
    # SQL does not tell names apart by their case.
    known = {item.name.lower() for item in examine.objects(session)}
    missing = [name for name in names if name.lower() not in known]
    if missing and len(missing) < len(names):
        there = ", ".join(name for name in names if name not in missing)
        raise StepError(
            f"of what {step.id} makes or adopts, some is there and some is not",
            at=Location(step.forward.path, about.lines["adopts"], 1),
            detail=(f"there:   {there}", f"missing: {', '.join(missing)}"),
            hint="make what is missing as the step makes it, or move away what is there; then run the command again",
        )
    return not missing


def _refuse_orphans(session: Session, file: SqlFile) -> None:
    # Foreign keys were off for this step, so nothing but this has looked at them.
    if rows := session.orphans():
        raise StepError(
            f"the step, with `foreign_keys: off`, would leave references to nothing: {len(rows)} of them",
            at=file.at(0),
            detail=some(rows),
            hint="the rebuild must keep every row that others refer to; rows that were orphans before must go first",
        )


def _refuse_as_unit(files: Sequence[SqlFile], command: str) -> None:
    for file in files:
        for key in ("transactional", "foreign_keys"):
            if header(file).flag(key):
                raise UsageError(
                    f"a step with `{key}: {header(file).keys[key]}` cannot share one transaction with others",
                    at=file.at(0),
                    hint=f"`{command} --to` a step takes it step by step: up to this one, it alone, then the rest",
                )


class _Pending(NamedTuple):
    """A step whose commit is under way: when it began (perf_counter), whether it ran outside a transaction, what waits
    for the commit, and what is to be told then."""

    step: str
    begun: float
    alone: bool
    wait: Callable[[], bool]
    events: list[Progress]


class _Unit:
    """The transaction of one step, or of all of them; and what is said and recorded when it fails."""

    def __init__(
        self,
        session: Session,
        now: Plan,
        actor: Actor,
        observe: Observer,
        whole: bool,
        rehearse: bool,
        *,
        ahead: bool,
    ) -> None:
        self._observe = observe
        self._ahead = ahead
        self._session = session
        self._family = now.family
        self._actor = actor
        self._whole = whole
        self._rehearse = rehearse
        self._open = False
        self._alone = False
        # Whether the engine has been told to commit: what it was not told, it has not done.
        self._commits = False
        self._step = ""
        self._operation = ""
        self._head = now.head
        self._installed = False
        self._guarded = False
        # Whether the ledger need not be looked at for the step under way: it is as this run has left it, and nothing
        # but the engine stands between what is written to it and its tables.
        self.calm = False
        self._marks: list[Callable[[], Row]] = []
        self._others: set[Row] = set()
        self._begun = 0.0
        self._pending: _Pending | None = None
        self._kept = 0
        self._tries = 0

    def __enter__(self) -> _Unit:
        return self

    def begin(self, step_id: str, operation: str, file: SqlFile | None) -> None:
        """Begin a step, whose file is to run, where no transaction is open."""
        about = header(file) if file else None
        alone = not about or bool(about.keys.keys() & _ALONE) or self._session.boundary
        if alone or not (self.calm and self._ahead):
            self.confirm()
        self._step, self._operation, self._begun = step_id, operation, perf_counter()
        self._marks = []
        if self._open:
            return
        foreign_keys = not (about and about.flag("foreign_keys"))
        if self.calm:
            with suppress(DisturbedError):
                moves = int(str(self._head[1])) if self._head else 0
                marked = self._session.begin_again(moves, foreign_keys=foreign_keys)
                self._marks = [marked] if marked else []
                self._open = True
                return
            self.calm = False
        self._session.begin(foreign_keys=foreign_keys)
        self._open = True
        if not self._installed:
            self._installed = ledger.is_installed(self._session)

    def tell(self, event: Progress) -> None:
        """Tell the observer, once what was to be committed before that is."""
        if self._pending:
            self._pending.events.append(event)
        else:
            self._observe(event)

    def confirm(self) -> bool:
        """Wait for the commit under way, if there is one, and tell of it. Whether it is done: where it failed, that was
        raised here or by what else waited for an answer."""
        if self._pending:
            if not self._pending.wait():
                return False
            events, self._pending = self._pending.events, None
            self._kept += 1
            for event in events:
                self._observe(event)
        return True

    def moved(self) -> bool:
        """Whether anybody else moved the ledger since this run last looked."""
        return not self.calm and ledger.head(self._session) != self._head

    def refresh(self, tree: Tree, to: str | None) -> tuple[Step, ...] | None:
        """The steps to take by the ledger as it is now, or None when nobody else moved it."""
        if not self.moved():
            return None
        fresh = examine.state(self._session, tree)
        self._head = fresh.head
        return plan.climb(fresh, to)

    def install(self, file: SqlFile | None) -> None:
        """Make the ledger where there is none, in the transaction of the first step; and look what is in it.

        file: the one that is to run.
        """
        if not self._installed:
            ledger.install(self._session)
            self._installed = True
        self._guarded = file is None or self._session.guards(file)
        if not self._marks and not (self.calm and self._guarded):
            self._marks = [ledger.ask_mark(self._session)]
        if not self.calm:
            self._others = ledger.at_risk(self._session, self._marks[0]())

    def run(self, file: SqlFile, *, transactional: bool) -> None:
        """Run a forward or rollback file in the transaction, or outside of any where its header asks for it."""
        if transactional:
            self._session.ask_script(file)
            return
        self._others, self._guarded, self.calm = ledger.contents(self._session), True, False
        # Outside of any transaction, by request; the verification and the ledger rows follow in one.
        self._session.commit(file)
        for _ in at_each(self._session.boundary, map(self._session.run_alone, [file])):
            pass
        self._alone = True
        self._session.begin()

    def look(self) -> None:
        """Look what is in the ledger now that the step's file has run."""
        if not self._guarded:
            self._marks.append(ledger.ask_mark(self._session))

    def refuse_touched(self) -> None:
        """Raise LedgerError where the step wrote to the ledger."""
        if not self._guarded:
            before, after = self._marks
            ledger.refuse_touched(before(), after())

    def end(self, file: SqlFile | None, checksum: str | None = None) -> None:
        """Commit a step that is recorded. checksum: of the forward file of one that went up."""
        if self.calm:
            self._head = ledger.moved_by_one(self._head, self._operation)
        else:
            self._head = ledger.refuse_lost(self._session, self._head, self._others, self._step, checksum, self._actor)
            self.calm = not self._alone and not self._others
        self._tries = 0
        if self._whole:
            self._kept += 1
            return
        self._commits = True
        wait = self._session.ask_commit(file)
        # At once, so that an interrupt finds the step under way or done, and nothing between.
        if wait:
            self._open, self._pending = False, _Pending(self._step, self._begun, self._alone, wait, [])
        else:
            self._open, self._kept = False, self._kept + 1
        self._alone, self._commits, self._step = False, False, ""

    def may_try_again(self, error: LockedError | DisturbedError) -> bool:
        """Undo the step that met somebody's lock and wait a little, if it may be tried again. One that met somebody's
        hand in the ledger is taken again at once, with a look at it.

        Giving up and coming back lets those through who queue behind it; waiting longer would hold them up too.
        """
        if not self.confirm():
            return False
        if isinstance(error, DisturbedError):
            self._session.rollback()
            self._open = self.calm = False
            return True
        if not error.retry or self._whole or self._alone or self._tries >= self._session.retries:
            return False
        self._session.rollback()
        self._open = False
        self._tries += 1
        sleep(random.uniform(0.5, 1) * _RETRY_SECONDS * self._tries)  # noqa: S311 - jitter
        return True

    def abandon(self) -> None:
        if not self._whole:
            self._session.rollback()
            self._open = False

    def finish(self) -> None:
        self.confirm()
        if self._open:
            # What was written without waiting for it is there by now, or says why not.
            if self.calm and ledger.head(self._session) != self._head:
                raise ledger.written_to()
            if self._rehearse:
                self._session.rollback()
            else:
                self._kept -= 1
                self._commits = True
                self._session.commit()
            self._open = False

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is None:
            return
        interrupted = isinstance(error, KeyboardInterrupt | InterruptedRunError)
        if interrupted:
            # Before a commit is waited for: what was asked after it is not to go on.
            with suppress(RungError):
                self._session.rollback()
        try:
            self.confirm()
        except RungError as failed:
            error = failed
        if self._pending:
            # It is this step that failed, and the one after it was not run.
            self._step, self._begun, self._alone = self._pending[:3]
            self._open = self._commits = True
        if interrupted:
            error = InterruptedRunError(f"interrupted during {self._step}" if self._step else "interrupted")
        if not isinstance(error, RungError):
            self._session.rollback()
            return
        committed = self._undo()
        if not error.kept:
            error.kept = self._what_stayed(committed, begun=self._open and not isinstance(error, DrillError))
        unrecorded = isinstance(error, UsageError | LockedError | DrillError)
        if self._step and not committed and not self._rehearse and not unrecorded:
            self._record(error)
        raise error from None

    def _undo(self) -> bool | None:
        """Roll back; whether the step under way is committed all the same, or None when that cannot be known.

        An interrupt can come after the engine's COMMIT and before our next line, so the ledger is asked.
        """
        if not self._open:
            with suppress(RungError):
                self._session.rollback()
            return False
        try:
            self._session.rollback()
            applied = ledger.read(self._session, self._family).applied
            return (self._step in applied) == (self._operation == "up")
        except RungError:
            return None if self._commits or self._alone else False

    def _what_stayed(self, committed: bool | None, *, begun: bool) -> str:
        if self._alone:
            return f"{self._step} ran outside a transaction at its own request: what it did is still there, unrecorded"
        if self._rehearse:
            return "nothing, this was a dry run"
        if committed is None:
            return "whatever was committed; the ledger cannot be read now, so run `rung status` before anything else"
        verb = {"up": "applied", "down": "rolled back"}.get(self._operation, "taken")
        if not self._step:
            return f"{counted(self._kept, 'step')} {verb}; no other was begun"
        what = self._step if self._operation == "up" else f"the rollback of {self._step}"
        undone = f"{what} was undone completely" if begun else f"{what} was not begun"
        if committed:
            undone = f"{what} was committed just before"
        elif self._whole and self._kept:
            with_it = ", and with it the" if begun else "; undone: the"
            return f"{undone}{with_it} {self._kept} before it in the same transaction"
        stays = f"; the {counted(self._kept, 'step')} before it stay {verb}" if self._kept > 1 else ""
        return undone + (stays or f"; the step before it stays {verb}" if self._kept else "")

    def _record(self, error: RungError) -> None:
        # Best effort: on a full, locked or read-only database this cannot be written, and the user is told the cause.
        outcome = "interrupted" if isinstance(error, InterruptedRunError) else "failed"
        message = "\n".join([str(error.at or ""), error.message, *error.detail]).strip()
        spent = Timing((perf_counter() - self._begun) * 1000)
        try:
            self._session.begin()
            ledger.install(self._session)
            others = ledger.at_risk(self._session, ledger.ask_mark(self._session)())
            ledger.record_failure(
                self._session, self._step, self._family, self._operation, outcome, spent, message, self._actor
            )
            ledger.refuse_gone(self._session, others)
            self._session.commit()
        except RungError:
            with suppress(RungError):
                self._session.rollback()
