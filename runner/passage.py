"""One step, one way, on a scratch database: by the same code as `rung up` and `rung down`, with its locks watched."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from runner import climb, engines, examine, plan, state
from runner.climb import Progress, Taken
from runner.engines import Session, Settings
from runner.errors import StepError
from runner.ledger import Actor
from runner.plan import Plan
from runner.project import Step, Tree
from runner.sqlfile import runner_sql
from runner.state import State
from runner.target import Target
from runner.verdict import Lock, Passage

# From the weakest to the strongest (PostgreSQL, 13.3.1 Table-Level Locks).
_MODES = (
    *("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE"),
    *("SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"),
)


class Site:
    """Where steps are taken: a session on a scratch database, and the steps."""

    def __init__(self, target: Target, settings: Settings, tree: Tree, actor: Actor) -> None:
        self.tree = tree
        self.actor = actor
        self.target = target
        self.settings = settings
        self.open()
        self.unmet = examine.unmet(self.session, tree)

    def open(self) -> None:
        """Connect; again, when the session was closed."""
        self.session = engines.connect(self.target, "create", self.settings)
        # On PostgreSQL this makes the schema that is asked for, which no step takes back.
        self.session.begin()
        self.session.commit()
        self._taken: State | None = None

    def close(self) -> None:
        """Give the connection back."""
        self.session.close()

    def take(self, *, rows: bool = True) -> State:
        """Everything that the database holds. What the engine says was not written to since the last time, and held
        rows, is not read again."""
        now = state.take(self.session, rows, self._taken)
        if rows:
            self._taken, self.session.written = now, set()
        return now

    @property
    def applied(self) -> list[str]:
        """The ids of the applied steps."""
        return [rung.id for rung in self.plan().applied]

    def plan(self) -> Plan:
        """What is applied and what is pending. What the server lacks is asked once."""
        return examine.state(self.session, self.tree, self.unmet)

    def up(self, step: Step, *, watched: bool = True) -> Passage:
        """Apply one step, the next one. Raises StepError when it fails; it is undone then. watched: see its locks."""
        return self._pass(
            lambda observe: climb.up(self.session, self.tree, self.plan(), self.actor, to=step.id, observe=observe),
            watched,
        )

    def down(self, *, watched: bool = True) -> Passage:
        """Roll back the step on top. Raises StepError when that fails; it is undone then. LedgerError: irreversible."""

        def take(observe: climb.Observer) -> list[Taken]:
            now = self.plan()
            return climb.down(self.session, now, plan.descend(now), self.actor, observe=observe)

        return self._pass(take, watched)

    def _pass(self, take: Callable[[climb.Observer], list[Taken]], watched: bool) -> Passage:
        for fresh in (False, True):
            if fresh:
                # As a run of its own would have it: an extension that was dropped and made again can confuse a session
                # that knew the first (pg_cron does).
                self.close()
                self.open()
            try:
                watch = _Watch(self.session, watched)
                with watch:
                    taken = take(watch.observe)
                return watch.passage(taken[-1])
            except StepError:
                if fresh or self.session.engine != "postgresql":
                    raise
        raise AssertionError


class _Watch:
    """What a step locks, looked at after each of its statements (PostgreSQL; elsewhere there is only the whole file).

    A lock counts from the end of the statement before the one that took it: rather too long than too short. The time
    that the looking itself takes is left out.
    """

    def __init__(self, session: Session, watched: bool) -> None:
        self._session = session
        self._sees = watched and session.engine == "postgresql"
        self._before: dict[int, tuple[str, bool, int]] = {}
        self._taken: dict[tuple[int, str], float] = {}
        self._spent = 0.0
        self._last = 0.0
        self._end = 0.0

    def __enter__(self) -> _Watch:
        if self._sees:
            self._before = self._relations()
            self._session.boundary = self._look
        return self

    def __exit__(self, *_: object) -> None:
        if self._sees:
            self._session.boundary = None

    def observe(self, event: Progress) -> None:
        """The commit has just been."""
        if event.phase == "done":
            self._end = perf_counter() - self._spent

    def passage(self, taken: Taken) -> Passage:
        """What was seen."""
        locks: dict[int, Lock] = {}
        for (relation, mode), since in self._taken.items():
            known = locks.get(relation)
            if not known or _MODES.index(mode) > _MODES.index(known.mode):
                held = (self._end - since) * 1000
                locks[relation] = Lock(mode, self._before[relation][0], round(held, 3))
        rewritten: tuple[str, ...] = ()
        if self._sees:
            after = self._relations()
            rewritten = tuple(
                name
                for relation, (name, is_table, stored) in sorted(self._before.items())
                if is_table and relation in after and after[relation][2] != stored
            )
        order = sorted(locks.values(), key=lambda lock: (-_MODES.index(lock.mode), lock.relation))
        step_ms = max(taken.timing.step_ms - self._spent * 1000, 0.0)
        return Passage(round(step_ms, 3), round(taken.timing.verify_ms, 3), tuple(order), rewritten)

    def _look(self, _: int) -> None:
        began = perf_counter()
        since = self._last or began - self._spent
        for relation, mode in self._session.run(runner_sql("catalog", "postgresql", "locks"), {}):
            if int(str(relation)) in self._before:
                self._taken.setdefault((int(str(relation)), str(mode)), since)
        ended = perf_counter()
        self._spent += ended - began
        self._last = ended - self._spent

    def _relations(self) -> dict[int, tuple[str, bool, int]]:
        rows = self._session.run(runner_sql("catalog", "postgresql", "relations"), {})
        return {int(str(id)): (str(name), bool(is_table), int(str(stored))) for id, name, is_table, stored in rows}
