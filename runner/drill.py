"""The drill: every step up and down and up again on a scratch database, until each rollback is proven or found out.

From nothing: climb to the head, write rows, and take the steps from the highest to the lowest: down, up, down. On a
copy of a database: the pending steps first (up, down, up, on the rows that are there), rows, then the same.
What a step should leave is known from the way up, so that a rollback is held against what was there, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter

from runner import __version__, engines, examine, plan, scratch, state
from runner.engines import Session, Settings
from runner.errors import StepError, counted
from runner.ledger import Actor
from runner.passage import Site
from runner.plan import Plan
from runner.project import Step, Tree
from runner.scratch import Place
from runner.sqlfile import SqlFile, checksum
from runner.state import State
from runner.target import Target
from runner.trial import Trial
from runner.verdict import Drill

Observer = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to drill. origin: the database, or None for a drill from nothing. where: --scratch, or empty.

    rows: files with rows, the family's first; the rest must fit the head. began_utc is taken when the drill begins.
    """

    tree: Tree
    origin: Target | None
    where: str
    rows: tuple[SqlFile, ...]
    settings: Settings
    actor: Actor
    observe: Observer = lambda _: None


@dataclass(slots=True)
class _Known:
    """What is below and above each step when it is climbed without rows, by id; and what the server lacks."""

    below: dict[str, State] = field(default_factory=dict)
    above: dict[str, State] = field(default_factory=dict)


def run(order: Order) -> Drill:
    """Drill every step of a family. The original is not written to; what was made is gone afterwards.

    Raises TargetError or LockedError when a database cannot be had, LedgerError when the files and the ledger of the
    original disagree, StepError when rows of the user's own do not fit. What steps do wrong is in the verdicts.
    """
    began, began_utc = perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    with ExitStack() as stack:
        place = stack.enter_context(scratch.place(order.tree.engine, order.origin, order.where, order.settings))
        drill = _Drill(order, place, stack)
        if order.origin:
            drill.on_copy()
        else:
            drill.from_nothing(order.tree.steps)
        session = drill.sessions[0]
        return Drill(
            family=order.tree.family,
            engine=order.tree.engine,
            engine_name=session.name,
            engine_version=session.version,
            place=order.origin.shown if order.origin else "",
            schema=order.origin.schema if order.origin else "",
            began_utc=began_utc,
            took_ms=round((perf_counter() - began) * 1000, 3),
            copy_ms=round(drill.copy_ms, 3),
            copy_bytes=drill.copy_bytes,
            rows=drill.rows,
            username=order.actor.username,
            hostname=order.actor.hostname,
            run_id=order.actor.run_id,
            rung_version=__version__,
            steps=tuple(drill.trials[step.id].result() for step in order.tree.steps),
            notes=(*place.notes, *drill.notes),
        )


class _Drill:
    def __init__(self, order: Order, place: Place, stack: ExitStack) -> None:
        self._order = order
        self._place = place
        self._stack = stack
        self.sessions: list[Session] = []
        self.trials: dict[str, Trial] = {}
        self.notes: list[str] = []
        self.copy_ms = 0.0
        self.copy_bytes = 0
        self.rows = 0

    def from_nothing(self, steps: Sequence[Step]) -> None:
        """Drill steps, the lowest of the family up to some, on an empty database."""
        site = self._site(self._place.empty())
        self._begin(site, steps, "nothing")
        known = self._climb(site, [step for step in steps if not self.trials[step.id].skipped], self.trials)
        self._rows(site, first=not self.rows)
        now = state.take(site.session)
        self.rows = self.rows or now.rows
        self._descend(site, now, known, steps)

    def on_copy(self) -> None:
        """Drill every step on a copy of the original; below one that stands fast, from nothing."""
        copied = self._place.copy()
        self.copy_ms, self.copy_bytes = copied.took_ms, copied.size_bytes
        site = self._site(copied.target)
        steps = self._order.tree.steps
        plan_now = examine.state(site.session, site.tree)
        pending = plan.climb(plan_now, None)
        self._begin(site, steps, "copy", plan_now)
        reference = self._site(self._place.empty())
        climbable = [step for step in steps if not self.trials[step.id].skipped]
        known = self._climb(reference, climbable, {})
        for step in pending:
            if not self._try_pending(site, self.trials[step.id]):
                break
        self._rows(site, first=True)
        now = state.take(site.session)
        self.rows = now.rows
        self._descend(site, now, known, steps)

    def _site(self, target: Target) -> Site:
        session = engines.connect(target, "create", self._order.settings)
        self._stack.callback(session.close)
        self.sessions.append(session)
        return Site(session, self._order.tree, self._order.actor)

    def _begin(self, site: Site, steps: Sequence[Step], basis: str, now: Plan | None = None) -> None:
        rungs = {rung.id: rung for rung in (now or examine.state(site.session, site.tree)).rungs}
        for step in steps:
            applied = rungs[step.id].applied
            adopted = bool(applied and applied.record and applied.record.adopted)
            self.trials[step.id] = Trial(step, basis, skipped=rungs[step.id].unmet, adopted=adopted)  # type: ignore[arg-type]

    def _climb(self, site: Site, steps: Sequence[Step], trials: dict[str, Trial]) -> _Known:
        """Climb from nothing and remember what is there below and above each step. trials: what to tell of failures."""
        known = _Known()
        below = state.take(site.session, rows=False)
        for step in steps:
            self._order.observe(f"climbing {step.id}")
            try:
                passage = site.up(step)
            except StepError as error:
                if trials:
                    trials[step.id].fail("does not go up", error)
                else:
                    self.notes.append(f"{step.id} does not go up from nothing: {error.message}")
                break
            above = state.take(site.session, rows=False)
            known.below[step.id], known.above[step.id] = below, above
            if trials:
                trials[step.id].went_up(passage, below, above)
            below = above
        return known

    def _try_pending(self, site: Site, trial: Trial) -> bool:
        """Take a pending step up, down and up again on the rows that are there; whether it stands in the end."""
        self._order.observe(f"drilling {trial.step.id}")
        below = state.take(site.session)
        try:
            passage = site.up(trial.step)
        except StepError as error:
            trial.fail("does not go up", error)
            return False
        above = state.take(site.session, rows=False)
        trial.went_up(passage, below, above)
        if trial.step.irreversible:
            return True
        try:
            trial.went_down(site.down())
        except StepError as error:
            trial.fail("does not go down", error)
            return True
        trial.came_back(below, state.take(site.session))
        try:
            site.up(trial.step)
        except StepError as error:
            trial.fail("does not go up again", error)
            return False
        trial.is_again(above, state.take(site.session, rows=False))
        return True

    def _descend(self, site: Site, now: State, known: _Known, steps: Sequence[Step]) -> None:
        """Take the applied ones of some steps from the highest to the lowest: down, up, down."""
        applied = [rung.step for rung in examine.state(site.session, site.tree).applied if rung.step]
        while applied:
            trial = self.trials[applied[-1].id]
            self._order.observe(f"drilling {trial.step.id}")
            if trial.step.irreversible and not trial.adopted:
                break
            reached = self._take_down(site, now, known, trial)
            if reached is None:
                break
            now = reached
            applied.pop()
        below = steps[: steps.index(applied[-1])] if applied else ()
        if below:
            # What stands fast cannot be climbed down from: what is below it is drilled without it.
            self.notes.append(f"{applied[-1].id} stands fast, so the steps below it were drilled from nothing")
            self.from_nothing(below)

    def _take_down(self, site: Site, now: State, known: _Known, trial: Trial) -> State | None:
        """One step down, up and down; what is there then, or None when it stands fast."""
        below, above = known.below.get(trial.step.id), known.above.get(trial.step.id)
        narrow = trial.narrow(now, below)
        narrowed = state.only(site.session, narrow)
        try:
            trial.went_down(site.down())
        except StepError as error:
            trial.fail("does not go down", error)
            return None
        left = state.take(site.session)
        trial.left(now, narrowed, left, state.only(site.session, narrow), below, above)
        if trial.tried_pending:
            return left
        try:
            trial.went_up(site.up(trial.step), left, now)
        except StepError as error:
            trial.fail("does not go up again", error)
            return left
        trial.is_again(now, state.take(site.session, rows=False))
        try:
            site.down()
        except StepError as error:
            trial.fail("does not go down a second time", error)
            return None
        again = state.take(site.session)
        trial.came_back(left, again)
        return again

    def _rows(self, site: Site, *, first: bool) -> None:
        """Write the rows that fit. first: the user's own must fit then."""
        for number, file in enumerate(self._order.rows):
            left_out = _write(site.session, file, whole=first and number > 0)
            if left_out and first:
                self.notes.append(f"{counted(left_out, 'statement')} of {file.path} did not fit and left no rows")


def _write(session: Session, file: SqlFile, *, whole: bool) -> int:
    """Write rows in one transaction, or statement by statement where that does not go; how many were left out."""
    try:
        _commit(session, file)
    except StepError:
        if whole:
            raise
    else:
        return 0
    left_out = 0
    for text in session.split(file):
        try:
            _commit(session, SqlFile(file.path, file.kind, text, checksum(text)))
        except StepError:
            left_out += 1
    return left_out


def _commit(session: Session, file: SqlFile) -> None:
    session.begin()
    try:
        session.run_script(file)
        session.commit(file)
    except BaseException:
        session.rollback()
        raise
