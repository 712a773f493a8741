"""The drill: every step up and down and up again on a scratch database, until each rollback is proven or found out.

From nothing: climb to the head, write rows, and take the steps from the highest to the lowest: down, up, down. Where
steps change what is there already, once more with rows written on the way up. On a copy of a database, that too, and
then on the copy: the pending steps first (up, down, up, on the rows that are there), rows, down, up, down.
What a step should leave is known from the way up, so that a rollback is held against what was there, to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from runner import __version__, plan, scratch, state
from runner.crash import Way, kill_at_each
from runner.engines import Settings
from runner.errors import StepError
from runner.ledger import Actor
from runner.passage import Site
from runner.plan import Plan
from runner.project import Step, Tree
from runner.rows import Rows
from runner.scratch import Place
from runner.sqlfile import SqlFile
from runner.state import State, missing
from runner.target import Target
from runner.trial import Known, Trial, together
from runner.verdict import Basis, Drill, Drilled

Observer = Callable[[str], None]
_OF_CLUSTER = re.compile(r"\b(CREATE|ALTER|DROP)\s+(ROLE|USER|GROUP|SYSTEM|TABLESPACE|DATABASE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """What to drill. origin: the database, or None for a drill from nothing. schema: to work in, or empty.
    where: --scratch, or empty.

    seed: the family's rows. writes: files with the user's own, which must fit the head. crash: kill every step at every
    boundary too. values: show what is in rows that differ, also those of the copy.
    """

    tree: Tree
    origin: Target | None
    schema: str
    where: str
    seed: tuple[SqlFile, ...]
    writes: tuple[SqlFile, ...]
    crash: bool
    values: bool
    settings: Settings
    actor: Actor
    observe: Observer = lambda _: None


def place(order: Order) -> AbstractContextManager[Place]:
    """Where an order is carried out: the scratch databases of the drill."""
    return scratch.place(order.tree.engine, order.origin, order.where, order.settings, apart=apart(order.tree))


def run(order: Order, at: Place | None = None) -> Drill:
    """Drill every step of a family. The original is not written to; what was made is gone afterwards. at: the place,
    where the caller goes on working there.

    Raises TargetError or LockedError when a database cannot be had, LedgerError when the files and the ledger of the
    original disagree, StepError when rows of the user's own do not fit. What steps do wrong is in the verdicts.
    """
    began, began_utc = perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    with ExitStack() as stack:
        at = at or stack.enter_context(place(order))
        drill = _Drill(order, at, stack)
        if order.origin:
            drill.on_copy()
        else:
            drill.from_nothing()
        return Drill(
            family=order.tree.family,
            engine=order.tree.engine,
            engine_name=drill.name,
            engine_version=drill.version,
            place=order.origin.shown if order.origin else "",
            schema=order.schema,
            began_utc=began_utc,
            took_ms=round((perf_counter() - began) * 1000, 3),
            copy_ms=round(drill.copy_ms, 3),
            copy_bytes=drill.copy_bytes,
            rows=drill.rows,
            username=order.actor.username,
            hostname=order.actor.hostname,
            run_id=order.actor.run_id,
            rung_version=__version__,
            steps=tuple(drill.results()),
            notes=(*at.notes, *drill.notes),
        )


def apart(tree: Tree) -> str:
    """Why the steps may not be tried beside the original: what they do to the whole cluster would be done to it too."""
    texts = [file.text for step in tree.steps for file in (step.forward, step.rollback) if file]
    if tree.engine == "postgresql" and any(_OF_CLUSTER.search(text) for text in texts):
        return "its steps make or change what belongs to a whole cluster, such as roles"
    return ""


class _Drill:
    def __init__(self, order: Order, place: Place, stack: ExitStack) -> None:
        self._order = order
        self._place = place
        self._stack = stack
        self.name = self.version = ""
        self.notes: list[str] = []
        self.copy_ms = 0.0
        self.copy_bytes = 0
        self.rows = 0
        # By step, on the copy and from nothing; and what is below and above each step when it is climbed from nothing.
        self._copy: dict[str, Trial] = {}
        self._nothing: dict[str, Trial] = {}
        self._known: dict[str, Known] = {}

    def results(self) -> Iterator[Drilled]:
        """The verdicts. Where there is a copy, what it showed, and whatever else was found from nothing."""
        for step in self._order.tree.steps:
            trial, other = self._copy.get(step.id), self._nothing[step.id].result()
            yield together(trial.result(), other) if trial and trial.reached else other

    def from_nothing(self) -> None:
        """Drill every step on an empty database."""
        self._from_nothing(self._order.tree.steps)

    def _from_nothing(self, steps: Sequence[Step]) -> None:
        site = self._site(self._place.empty())
        self._begin(site, steps, "nothing", self._nothing)
        known, _ = self._climb(site, steps)
        self._known = self._known or known
        # With a copy, rows of the user's own may fit its rows only.
        seed, writes = self._order.seed, self._order.writes
        rows = Rows(site.session, (*seed, *writes), ()) if self._order.origin else Rows(site.session, seed, writes)
        told, now = rows.finish(), site.take()
        if not self.rows and not self._order.origin:
            self.rows, self.notes = now.rows, told
        fast = self._descend(site, now, self._nothing, known)
        if fast and (below := steps[: steps.index(fast)]):
            # What stands fast, or leaves something behind, cannot be climbed down from: its lower ones go without it.
            self.notes.append(f"the steps below {fast.id} were drilled from nothing, without it")
            self._from_nothing(below)
        reshaped = [n for n, step in enumerate(steps, start=1) if step.id in known and known[step.id].reshapes]
        if reshaped:
            self._from_below(steps[: reshaped[-1]])

    def _from_below(self, steps: Sequence[Step]) -> None:
        """Climb once more, with rows written as soon as they fit, for the steps that change what is there already."""
        site = self._site(self._place.empty())
        rows = Rows(site.session, self._order.seed, self._order.writes)
        known, touched = self._climb(site, steps, rows)
        changed: set[str] = set()
        for step in reversed([step for step in steps if step.id in known]):
            if step.irreversible:
                break
            self._order.observe(f"drilling {step.id} on rows from below it")
            changed |= touched.get(step.id, set())
            try:
                site.down(watched=False)
            except StepError as error:
                self._nothing[step.id].fail("does not go down", error)
                break
            if known[step.id].reshapes:
                self._nothing[step.id].keeps(known[step.id].below, site.take(), changed)

    def on_copy(self) -> None:
        """Drill every step from nothing, and on a copy of the original."""
        copied = self._place.copy()
        self.copy_ms, self.copy_bytes = copied.took_ms, copied.size_bytes
        site = self._site(copied.target)
        now = site.plan()
        pending = plan.climb(now, None)
        self.from_nothing()
        self.notes += [f"{id} could be tried on the copy only: from nothing it {why}" for id, why in self._not_up()]
        self._begin(site, self._order.tree.steps, "copy", self._copy, now)
        for step in pending:
            if not self._try_pending(site, self._copy[step.id]):
                break
        self.notes += Rows(site.session, self._order.seed, self._order.writes).finish()
        top = site.take()
        self.rows = top.rows
        if fast := self._descend(site, top, self._copy, self._known):
            self.notes.append(f"{fast.id} stands fast on the copy: the steps below it were drilled from nothing")

    def _not_up(self) -> Iterator[tuple[str, str]]:
        for id, trial in self._nothing.items():
            if trial.not_up:
                yield id, trial.not_up

    def _crash(self, site: Site, trial: Trial, way: Way) -> None:
        if self._order.crash and not trial.is_broken and (trial.basis == "copy" or not self._order.origin):
            self._order.observe(f"killing {trial.step.id} on its way {way}")
            trial.crashes.extend(kill_at_each(site, trial.step, way))

    def _site(self, target: Target) -> Site:
        site = Site(
            target._replace(schema=target.schema or self._order.schema),
            self._order.settings,
            self._order.tree,
            self._order.actor,
        )
        self._stack.callback(site.close)
        self.name, self.version = site.session.name, site.session.version
        return site

    def _begin(
        self, site: Site, steps: Sequence[Step], basis: Basis, trials: dict[str, Trial], now: Plan | None = None
    ) -> None:
        rungs = {rung.id: rung for rung in (now or site.plan()).rungs}
        for step in steps:
            applied, values = rungs[step.id].applied, basis == "nothing" or self._order.values
            adopted = bool(applied and applied.record and applied.record.adopted)
            trials[step.id] = Trial(step, basis, rungs[step.id].unmet, bool(applied), adopted, values)

    def _climb(
        self, site: Site, steps: Sequence[Step], rows: Rows | None = None
    ) -> tuple[dict[str, Known], dict[str, set[str]]]:
        """Climb from nothing; what there is below and above each step, and which tables' rows were changed by writing.

        rows: to write on the way, each as soon as it fits; then the states have them.
        """
        known: dict[str, Known] = {}
        touched: dict[str, set[str]] = {}
        now = site.take()
        for step in steps:
            if site.unmet.get(step.requires):
                # What the copy's database has, an empty one beside it may lack.
                continue
            self._order.observe(f"climbing {step.id}")
            try:
                way = site.up(step, watched=bool(step.irreversible))
            except StepError as error:
                self._nothing[step.id].fail("does not go up", error)
                break
            above = site.take()
            known[step.id] = Known(now, above)
            self._nothing[step.id].went_up(way, now, above)
            now = above
            if rows and rows.write():
                now = site.take()
                touched[step.id] = {
                    name for name, content in above.contents.items() if missing(name, content, now.contents[name])
                }
        return known, touched

    def _try_pending(self, site: Site, trial: Trial) -> bool:
        """Take a pending step up, down and up again on the rows that are there; whether it stands in the end."""
        self._order.observe(f"drilling {trial.step.id}")
        below = site.take()
        try:
            way = site.up(trial.step)
        except StepError as error:
            trial.fail("does not go up", error)
            return False
        above = site.take(rows=False)
        trial.went_up(way, below, above)
        if trial.step.irreversible:
            return True
        try:
            trial.went_down(site.down())
        except StepError as error:
            trial.fail("does not go down", error)
            return True
        trial.came_back(below, site.take())
        try:
            site.up(trial.step, watched=False)
        except StepError as error:
            trial.fail("does not go up again", error)
            return False
        trial.is_again(below, site.take(rows=False), Known(below, above))
        return True

    def _descend(self, site: Site, now: State, trials: dict[str, Trial], known: Mapping[str, Known]) -> Step | None:
        """Take the applied steps from the highest to the lowest: down, up, down. The one that stands fast, if any."""
        for rung in reversed(site.plan().applied):
            trial = trials[rung.id]
            self._order.observe(f"drilling {rung.id}")
            stands = trial.step.irreversible and not trial.adopted
            reached = None if stands else self._take_down(site, now, trial, known.get(rung.id))
            if reached is None:
                return trial.step
            now = reached
        return None

    def _take_down(self, site: Site, now: State, trial: Trial, known: Known | None) -> State | None:
        """One step down, up and down; what is there then, or None when it stands fast."""
        narrow = trial.narrow(now, known)
        narrowed = state.only(site.session, narrow)
        try:
            trial.went_down(site.down())
        except StepError as error:
            trial.fail("does not go down", error)
            return None
        left = site.take()
        trial.left(now, left, (narrowed, state.only(site.session, narrow)), known)
        if trial.left_behind and trial.basis == "nothing":
            # What it left would be held against the steps below it.
            return None
        if trial.tried and not trial.in_doubt:
            self._crash(site, trial, "up")
            return left
        self._crash(site, trial, "up")
        try:
            trial.went_up(site.up(trial.step), left, now)
        except StepError as error:
            trial.fail("does not go up again", error)
            return left
        again = site.take(rows=trial.in_doubt)
        trial.is_again(left, again, known)
        trial.back_again(again)
        self._crash(site, trial, "down")
        try:
            site.down(watched=False)
        except StepError as error:
            trial.fail("does not go down a second time", error)
            return None
        below = site.take()
        trial.came_back(left, below)
        return below
