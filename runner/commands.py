"""The commands that change something, each in its order: open the target, plan, act, and say what happened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from runner import climb, engines, examine, plan, project
from runner.climb import Progress, Taken
from runner.context import Context, Payload
from runner.engines import Access, Session
from runner.errors import EXIT_NO, EXIT_OK, ProjectError, RungError, TargetError, UsageError, counted
from runner.examine import Finding
from runner.plan import Descent, Plan
from runner.project import Tree
from runner.report import existing, milliseconds, say_findings
from runner.sqlfile import SqlFile, header, show_path
from runner.target import FILES, Target

if TYPE_CHECKING:
    # Loaded where a run asks for it.
    from runner.certificate import Certificate
    from runner.gate import Gate


def up(context: Context) -> int:
    """Apply the pending steps, or print them."""
    target = context.target()
    tree = context.tree(target)
    if context.arguments.to:
        tree.find(context.arguments.to)  # Before a database is made for a step that is not there.
    gate = _gate(context)
    if context.arguments.dry_run:
        return _dry_up(context, target, tree, gate)
    existed = target.engine not in FILES or os.path.lexists(target.path)
    if gate and not existed:
        with closing(engines.scratch(target.engine, context.settings)) as empty:
            todo = plan.climb(examine.state(empty, tree), context.arguments.to)
            gate.foresee(empty, todo, schema=True)  # Before a database is made for what is refused.
    session = engines.connect(target, "create", context.settings)
    done: list[Progress] = []
    findings: list[Finding] = []
    before = examine.objects(session) if context.report.as_json else []
    after: Plan | None = None
    failed: RungError | None = None
    try:
        now = examine.state(session, tree)
        context.title(session, target, now)
        to, whole = context.arguments.to, context.arguments.one_transaction
        if gate:
            context.report.say(_words(gate.certificate))
            gate.foresee(session, plan.climb(now, to), schema=False)
        if whole:
            _say_of_locks(context, climb.shortage(session, len(now.applied), plan.climb(now, to), ()))
        observe = _collector(context, session, done)
        allow = gate.guard() if gate else None
        taken = climb.up(
            session,
            tree,
            now,
            context.actor,
            to=to,
            one_transaction=whole,
            observe=observe,
            ahead=not context.report.verbose,
            allow=allow,
        )
        after = examine.state(session, tree) if plan.climb(now, to) else now
        _conclude(context, session, after, taken)
        if context.arguments.check:
            findings = examine.check(session, after, project.checks(context.root, tree.family, target.engine))
            say_findings(context.report, findings)
    except RungError as error:
        failed = error
        raise
    finally:
        if context.report.as_json:
            from runner import deliverable

            with suppress(TargetError):
                # What happened, also when it was a failure; where the database can no longer be read, nothing is said.
                end = after or examine.state(session, tree)
                context.payload["report"] = deliverable.report(
                    target, existed, before, examine.objects(session), end, done, findings, failed
                )
        session.close()
    return EXIT_OK if all(finding.holds for finding in findings) else EXIT_NO


def down(context: Context) -> int:
    """Roll back steps, or print their rollbacks."""
    arguments = context.arguments
    target = context.target()
    tree = context.tree(target)
    access: Access = "read" if arguments.dry_run and not arguments.verbose else "write"
    session = engines.connect(target, access, context.settings)
    try:
        now = examine.state(session, tree)
        descents = plan.descend(
            now, steps=arguments.steps, to=arguments.to, everything=arguments.all, from_ledger=arguments.from_ledger
        )
        if arguments.dry_run:
            _dry_down(context, session, target, now, descents)
            return EXIT_OK
        context.title(session, target, now)
        if descents and not arguments.yes:
            _confirm(context, descents, target)
        observe, ahead = _collector(context, session, []), not context.report.verbose
        taken = climb.down(session, now, descents, context.actor, observe=observe, ahead=ahead)
        _conclude(context, session, examine.state(session, tree), taken)
    finally:
        session.close()
    return EXIT_OK


def _collector(context: Context, session: Session, done: list[Progress]) -> climb.Observer:
    """Report each step as it happens and gather it in ``done``; with --verbose also the objects it made and dropped,
    for which it asks the session."""
    steps: list[Payload] = []
    context.payload["steps"] = steps
    verbose = context.report.verbose
    before = set(examine.objects(session)) if verbose else set()

    def observe(event: Progress) -> None:
        nonlocal before
        context.report.progress(event)
        if event.phase == "done":
            done.append(event)
            steps.append(_as_json(event, event.step))
            if verbose:
                now = set(examine.objects(session))
                for sign, items in (("-", before - now), ("+", now - before)):
                    for item in sorted(items, key=lambda item: (item.kind, item.name)):
                        context.report.say(f"      {sign} {item.kind} {item.name}")
                before = now

    return observe


def _as_json(taken: Taken | Progress, step_id: str) -> Payload:
    timing = taken.timing
    return {
        "id": step_id,
        "operation": taken.operation,
        "adopted": taken.adopted,
        "duration_ms": round(timing.step_ms, 3),
        "verify_ms": round(timing.verify_ms, 3),
    }


def _conclude(context: Context, session: Session, after: Plan, taken: list[Taken]) -> None:
    counts = examine.count(session)
    top = after.applied[-1].id if after.applied else None
    context.payload.update(at=top, exists=counts, ledger_rows=len(after.applied), pending=len(after.pending))
    place = f"{after.family} is at {top}" if top else f"{after.family} is at the ground: no step is applied"
    rest = f", {counted(len(after.pending), 'step')} still pending" if after.pending and top else ""
    if taken:
        spent = sum(step.timing.step_ms + step.timing.verify_ms for step in taken)
        verb = {"up": "applied and verified", "down": "rolled back"}[taken[0].operation]
        context.report.say(f"{counted(len(taken), 'step')} {verb} in {milliseconds(spent)}; {place}{rest}.")
    else:
        context.report.say(f"Nothing to do; {place}{rest}.")
    skipped = [rung for rung in after.rungs if rung.state == "skipped"]
    context.payload["skipped"] = {rung.id: rung.unmet for rung in skipped}
    for rung in skipped:
        context.report.say(f"  skipped {rung.id}: {rung.unmet}")
    context.report.say(f"In the database now: {existing(counts)}; {counted(len(after.applied), 'step')} in the ledger.")


def _gate(context: Context) -> Gate | None:
    """The certificate that the run must keep to; None where none was asked for."""
    arguments = context.arguments
    if not arguments.require_drill:
        for name in ("max_age", "allow", "allowed_signers"):
            if getattr(arguments, name) is not None:
                raise UsageError(
                    f"--{name.replace('_', '-')} is about a certificate, and there is none",
                    hint="name it with --require-drill FILE; `rung drill` writes it",
                )
        return None
    from datetime import UTC, datetime

    from runner import certificate
    from runner.gate import ALLOWED, Gate

    found = certificate.read(arguments.require_drill, arguments.allowed_signers)
    context.payload["certificate"] = {
        "file": found.file,
        "digest": found.digest,
        "made_at": found.made_at.isoformat(),
        "signed_by": found.signed.principal or None,
        "key": found.signed.key or None,
    }
    return Gate(found, arguments.max_age, arguments.allow or ALLOWED, datetime.now(UTC))


def _words(found: Certificate) -> str:
    signed = f"signed by {found.signed.principal}"
    if not found.signed.principal:
        signed = f"signed with the key {found.signed.key}" if found.signed.key else "not signed"
    made = f"of {found.made_at:%Y-%m-%d %H:%M} UTC by {found.username}@{found.hostname}"
    return f"certificate {found.file} {made}, {signed}"


def _dry_up(context: Context, target: Target, tree: Tree, gate: Gate | None) -> int:
    say, rehearse = context.report.say, context.arguments.verbose
    absent = target.engine in FILES and not os.path.lexists(target.path)
    if absent:
        session = engines.scratch(target.engine, context.settings)
    else:
        session = engines.connect(target, "write" if rehearse else "read", context.settings)
    try:
        now = examine.state(session, tree)
        todo = plan.climb(now, context.arguments.to)
        context.payload.update(dry_run=True, steps=[_as_sql(step.id, step.forward, step.verify) for step in todo])
        say(f"-- rung up {tree.family} would apply {counted(len(todo), 'step')} to {target.shown}.")
        if gate:
            say(f"-- {_words(gate.certificate)}")
            gate.foresee(session, todo, schema=True)
        for step in todo:
            alone = "" if step.transactional else " (outside a transaction)"
            say(f"\n-- {step.id}{alone}: {step.forward.path}\n{step.forward.text.rstrip()}")
            say(f"\n-- {step.id}, verification: {step.verify.path}\n{step.verify.text.rstrip()}")
            say(f"\n-- {step.id}: its ledger rows, then COMMIT")
        if rehearse:
            context.report.comment = True
            _say_of_locks(context, climb.shortage(session, len(now.applied), todo, ()))
            taken = climb.up(
                session,
                tree,
                now,
                context.actor,
                to=context.arguments.to,
                rehearse=True,
                observe=context.report.progress,
                allow=gate.guard() if gate else None,
            )
            place = "an empty database in memory" if absent else target.shown
            _rehearsed(context, taken, f"ran and verified on {place}")
        else:
            say("\n-- Nothing was run. With --verbose the steps are run, verified and undone.")
    finally:
        session.close()
    return EXIT_OK


def _dry_down(context: Context, session: Session, target: Target, now: Plan, descents: Sequence[Descent]) -> None:
    say, family = context.report.say, context.arguments.family
    context.payload.update(dry_run=True, steps=[_as_sql(d.id, d.rollback, None) for d in descents])
    say(f"-- rung down {family} would roll back {counted(len(descents), 'step')} on {target.shown}.")
    for descent in descents:
        if descent.rollback:
            say(f"\n-- {descent.id}: {descent.rollback.path}\n{descent.rollback.text.rstrip()}")
        else:
            say(f"\n-- {descent.id}: adopted, so nothing runs and what it found stays")
        say(f"\n-- {descent.id}: its ledger rows, then COMMIT")
    if context.arguments.verbose:
        context.report.comment = True
        observe = context.report.progress
        _say_of_locks(context, climb.shortage(session, len(now.applied), (), descents))
        taken = climb.down(session, now, descents, context.actor, rehearse=True, observe=observe)
        _rehearsed(context, taken, f"rolled back on {target.shown}")
    else:
        say("\n-- Nothing was run. With --verbose the rollback is run, verified and undone.")


def _say_of_locks(context: Context, shortage: str) -> None:
    if shortage:
        context.payload["warning"] = shortage
        context.report.warn(shortage)


def _rehearsed(context: Context, taken: list[Taken], what: str) -> None:
    context.payload["rehearsed"] = [_as_json(step, step.id) for step in taken]
    context.report.say(f"{counted(len(taken), 'step')} {what}, then undone. The database is as it was.")


def _as_sql(step_id: str, file: SqlFile | None, verify_file: SqlFile | None) -> Payload:
    files = {f.kind: f for f in (file, verify_file) if f}
    return {
        "id": step_id,
        **{kind: {"file": f.path, "checksum": f.checksum, "sql": f.text} for kind, f in files.items()},
    }


def _confirm(context: Context, descents: Sequence[Descent], target: Target) -> None:
    lines = [f"About to roll back on {target.shown}:"]
    for descent in descents:
        loses = header(descent.rollback).keys.get("loses") if descent.rollback else ""
        lines.append(f"  {descent.id}" + (f"   loses {loses}" if loses else ""))
    context.confirm(lines, f"Roll back {counted(len(descents), 'step')}?")


def new(context: Context) -> int:
    """Write the files of the next step."""
    from runner import scaffold

    family, engine = context.arguments.family, context.arguments.engine
    if not context.arguments.project and not (context.root / "pyproject.toml").is_file():
        raise UsageError("the tree that rung carries is not yours to add to", hint="name your own with --project DIR")
    if not context.root.is_dir():
        raise ProjectError(f"{context.root}: there is no such folder", hint="make it first, or correct --project")
    files = [show_path(path) for path in scaffold.new(context.root, family, engine, context.arguments.slug)]
    context.payload.update(family=family, engine=engine, files=files)
    for file in files:
        context.report.say(f"  {file}")
    context.report.say("Write the three files, then try them: rung up --dry-run --verbose runs the step and undoes it.")
    return EXIT_OK


def demo(context: Context) -> int:
    """Show a whole climb on a database that is gone afterwards."""
    from runner import demo as demonstration

    return demonstration.run(context.root, context.arguments.family, context.actor, context.report, context.payload)
