"""The plan: what the files say against what the ledger says, and which steps a command will take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from runner.engines import Row
from runner.errors import LedgerError, Location, UsageError, counted
from runner.ledger import Applied, Ledger
from runner.project import Step, Tree, find_step
from runner.sqlfile import SqlFile, checksum, show_path

State = Literal["applied", "pending", "skipped", "edited", "missing", "out of order"]


class Rung(NamedTuple):
    """One step in both worlds. problem says why a command that changes the database must refuse it.

    skipped: an optional step whose requirement this server does not meet; unmet says why.
    """

    id: str
    state: State
    step: Step | None
    applied: Applied | None
    problem: LedgerError | None = None
    unmet: str = ""


class Plan(NamedTuple):
    """All steps of a family on one database, in climbing order; head: of the ledger that it was made from."""

    family: str
    rungs: tuple[Rung, ...]
    head: Row | None

    @property
    def pending(self) -> tuple[Step, ...]:
        """The steps that are not applied and may be, in climbing order."""
        return tuple(rung.step for rung in self.rungs if rung.state == "pending" and rung.step)

    @property
    def applied(self) -> tuple[Rung, ...]:
        """The steps that the ledger says are applied, in climbing order."""
        return tuple(rung for rung in self.rungs if rung.applied)

    @property
    def problems(self) -> tuple[LedgerError, ...]:
        """Why nothing may be applied, one error a step; empty when files and ledger agree."""
        return tuple(rung.problem for rung in self.rungs if rung.problem)

    @property
    def is_at_head(self) -> bool:
        """Everything applied that can be, and files and ledger agree."""
        return all(rung.state in {"applied", "skipped"} for rung in self.rungs)


class Descent(NamedTuple):
    """One step to roll back: the SQL to run, and the step below it, whose verify file must hold afterwards.

    rollback: None for a step that was adopted: what it makes was there before, and stays.
    """

    id: str
    rollback: SqlFile | None
    below: Step | None


def build(tree: Tree, found: Ledger, unmet: Mapping[str, str]) -> Plan:
    """Compare files and ledger. Pure: it raises nothing; what is wrong is in the rungs.

    unmet: why the server does not meet a requirement, by requirement.
    """
    ledger = found.applied
    by_id = {step.id: step for step in tree.steps}
    top = max((_number(id) for id in ledger), default=-1)
    rungs: list[Rung] = []
    for id in sorted(by_id.keys() | ledger.keys(), key=lambda name: (_number(name), name)):
        step, applied = by_id.get(id), ledger.get(id)
        if step is None:
            rungs.append(Rung(id, "missing", None, applied, _missing(id, applied, tree)))
        elif applied is None and unmet.get(step.requires):
            rungs.append(Rung(id, "skipped", step, None, unmet=unmet[step.requires]))
        elif applied is None and step.number < top and not step.requires:
            rungs.append(Rung(id, "out of order", step, None, _out_of_order(step, ledger)))
        elif applied is None:
            rungs.append(Rung(id, "pending", step, None))
        elif edited := _edited(step, applied):
            rungs.append(Rung(id, "edited", step, applied, edited))
        else:
            rungs.append(Rung(id, "applied", step, applied))
    return Plan(tree.family, tuple(rungs), found.head)


def climb(plan: Plan, to: str | None) -> tuple[Step, ...]:
    """The pending steps up to and with ``to`` (all when None).

    Raises LedgerError when files and ledger disagree, UsageError when ``to`` names no step or lies below.
    """
    _refuse(plan)
    if to is None:
        return plan.pending
    target = find_step({rung.id: rung for rung in plan.rungs}, to)
    top = plan.applied[-1] if plan.applied else None
    if target.unmet:
        raise UsageError(f"{target.id} cannot be applied here: {target.unmet}", hint="`rung up` leaves it out")
    if target.applied and target is not top:
        above = len(plan.applied) - 1 - plan.applied.index(target)
        raise UsageError(
            f"{target.id} is applied already, and {counted(above, 'step')} above it",
            hint=f"`rung down {plan.family} --to {target.id}` goes down to it",
        )
    return tuple(step for step in plan.pending if step.number <= _number(target.id))


def descend(
    plan: Plan, *, steps: int | None = None, to: str | None = None, everything: bool = False, from_ledger: bool = False
) -> tuple[Descent, ...]:
    """The applied steps to roll back, highest first: one when nothing is said.

    steps: how many. to: the step that stays applied as the highest. everything: all of them.
    from_ledger: run the rollback SQL that the ledger kept when the step was applied, not the file.
    Raises LedgerError for a step whose files are edited or missing (unless from_ledger), for an irreversible
    step, or for a rollback SQL in the ledger that does not fit its checksum; UsageError for a bad ``to``.
    """
    applied = plan.applied
    if to is not None:
        target = find_step({rung.id: rung for rung in plan.rungs}, to)
        if not target.applied:
            raise UsageError(
                f"{target.id} is not applied, so nothing can go down to it",
                hint=f"`rung status {plan.family}` shows what is applied; --all goes down to the ground",
            )
        count = len(applied) - 1 - applied.index(target)
    else:
        count = len(applied) if everything else min(steps if steps is not None else 1, len(applied))
    places = range(len(applied) - 1, len(applied) - 1 - count, -1)
    return tuple(_descent(plan, applied[at], applied[at - 1] if at else None, from_ledger) for at in places)


def _descent(plan: Plan, rung: Rung, below: Rung | None, from_ledger: bool) -> Descent:
    below_step = below.step if below and below.state == "applied" else None
    adopted = rung.applied and rung.applied.record and rung.applied.record.adopted
    if adopted and (from_ledger or not rung.problem):
        return Descent(rung.id, None, below_step)
    if from_ledger and rung.applied and rung.applied.record:
        return Descent(rung.id, _stored_rollback(rung, rung.applied), below_step)
    if rung.problem:
        raise rung.problem
    step = rung.step
    if step is None or step.rollback is None:
        reason = step.irreversible if step else ""
        raise LedgerError(
            f"{rung.id} is irreversible: {reason}",
            at=Location(step.forward.path) if step else None,
            kept="nothing was rolled back",
            hint="restore a backup, or write a new step that goes on from here",
        )
    return Descent(rung.id, step.rollback, below_step)


def _stored_rollback(rung: Rung, applied: Applied) -> SqlFile:
    record = applied.record
    if record is None or record.rollback_sql is None:
        raise LedgerError(f"{rung.id}: the ledger keeps no rollback SQL; the step was applied as irreversible")
    found = checksum(record.rollback_sql)
    if found != record.rollback_checksum:
        raise LedgerError(
            f"{rung.id}: the rollback SQL in the ledger is not the one that was recorded with the step",
            detail=(f"recorded: {record.rollback_checksum}", f"found:    {found}"),
            hint="somebody changed the ledger; roll back with the file from version control instead",
        )
    return SqlFile(f"{rung.id}.rollback.sql (kept in the ledger)", "rollback", record.rollback_sql, found)


def _refuse(plan: Plan) -> None:
    problems = plan.problems
    if not problems:
        return
    first = problems[0]
    if len(problems) == 1:
        raise first
    more = (f"and {len(problems) - 1} more: `rung status {plan.family}` shows them all",)
    raise LedgerError(first.message, at=first.at, detail=first.detail + more, kept=first.kept, hint=first.hint)


def _number(step_id: str) -> int:
    digits = step_id.partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def _missing(id: str, applied: Applied | None, tree: Tree) -> LedgerError:
    kept = bool(applied and applied.record and (applied.record.rollback_sql or applied.record.adopted))
    return LedgerError(
        f"{id} is applied, but its file is gone" + ("" if kept else "; the ledger keeps no rollback SQL of it either"),
        at=Location(show_path(tree.directory / f"{id}.sql")),
        kept="nothing was run",
        hint="restore the file, or use the tree that applied it"
        + (f"; `rung down {tree.family} --from-ledger` rolls back with the SQL that the ledger kept" if kept else ""),
    )


def _out_of_order(step: Step, ledger: Mapping[str, Applied]) -> LedgerError:
    top = max(ledger, key=_number)
    return LedgerError(
        f"{step.id} is not applied, but {top} above it is: it would run out of order",
        at=Location(step.forward.path),
        kept="nothing was run",
        hint=f"give it a number above {_number(top):04d} in its three file names, "
        f"or roll back below it first: `rung down {step.family}`",
    )


def _edited(step: Step, applied: Applied) -> LedgerError | None:
    record = applied.record
    if record is None:
        return None
    pairs = (
        (step.forward, step.forward.path, record.forward_checksum),
        (step.rollback, step.forward.path.removesuffix(".sql") + ".rollback.sql", record.rollback_checksum),
        (step.verify, step.verify.path, record.verify_checksum),
    )
    changed = [
        (path, file, recorded) for file, path, recorded in pairs if (file.checksum if file else None) != recorded
    ]
    if not changed:
        return None
    path, file, recorded = changed[0]
    others = tuple(f"edited too: {path}" for path, _, _ in changed[1:])
    return LedgerError(
        f"{step.id} was edited after it was applied on {applied.at_utc[:19]} UTC",
        at=Location(path),
        detail=(f"applied: {recorded}", f"now:     {file.checksum if file else 'no file'}", *others),
        kept="nothing was run",
        hint="restore the file as it was applied and put the change into a new step (`rung new`); "
        f"if this is the top step, `rung down {step.family} --from-ledger` and `rung up {step.family}` apply the edit",
    )
