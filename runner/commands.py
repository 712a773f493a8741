"""What each command does: open the target, plan, act, and say what happened in words and in JSON."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from runner import climb, deliverable, engines, examine, ledger, plan, project, scaffold
from runner.climb import Progress, Taken
from runner.engines import Access, Session, Settings, Value
from runner.errors import EXIT_NO, EXIT_OK, Location, ProjectError, RungError, TargetError, UsageError, counted
from runner.examine import Finding
from runner.ledger import Actor
from runner.plan import Descent, Plan
from runner.project import Tree
from runner.report import Report, existing, milliseconds, table
from runner.sqlfile import SqlFile, carried_root, header, parameters, show_path
from runner.target import FILES, Target, parse

Payload = dict[str, object]


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a command takes from outside.

    url: of the environment, used where no --url is given. confirm: asks a question on a terminal and raises
    UsageError unless the answer is yes. payload: what --json prints, filled as the command goes.
    """

    arguments: argparse.Namespace
    report: Report
    url: str | None
    actor: Actor
    confirm: Callable[[Sequence[str], str], None]
    payload: Payload = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The project: --project, or the tree that rung carries."""
        chosen: Path | None = self.arguments.project
        return chosen or carried_root()

    @property
    def settings(self) -> Settings:
        """The session's settings, from the options."""
        arguments = self.arguments
        return Settings(
            lock_timeout_ms=round(arguments.lock_timeout * 1000),
            lock_retries=arguments.lock_retries,
            statement_timeout_ms=round(arguments.statement_timeout * 1000),
            idle_timeout_ms=round(arguments.idle_timeout * 1000),
        )

    def target(self) -> Target:
        """The database to work on. Raises UsageError when none is named or the URL is not one."""
        url = self.arguments.url or self.url
        if not url:
            raise UsageError(
                "no database is named", hint="give --url sqlite:///file.db, or set RUNG_URL or DATABASE_URL"
            )
        target = parse(url, self.arguments.schema)
        self.payload.update(engine=target.engine, url=target.shown)
        return target

    def tree(self, target: Target) -> Tree:
        """The steps of the family that was asked for."""
        self.payload["family"] = self.arguments.family
        return project.load(self.root, self.arguments.family, target.engine)

    def title(self, session: Session, target: Target, now: Plan) -> None:
        """The first line of most commands: which schema, where, how far."""
        steps = f"{len(now.applied)} of {counted(len(now.rungs), 'step')} applied"
        self.report.say(f"{now.family} on {target.shown} ({session.name} {session.version}), {steps}")


Command = Callable[[Context], int]
_SQL_HINT = "`rung query FAMILY` lists the queries"


def up(context: Context) -> int:
    """Apply the pending steps, or print them."""
    target = context.target()
    tree = context.tree(target)
    if context.arguments.to:
        tree.find(context.arguments.to)  # Before a database is made for a step that is not there.
    if context.arguments.dry_run:
        return _dry_up(context, target, tree)
    existed = target.engine not in FILES or os.path.lexists(target.path)
    session = engines.connect(target, "create", context.settings)
    done: list[Progress] = []
    findings: list[Finding] = []
    before = examine.objects(session) if context.report.as_json else []
    failed: RungError | None = None
    try:
        now = examine.state(session, tree)
        context.title(session, target, now)
        observe = _collector(context, session, done)
        to, whole = context.arguments.to, context.arguments.one_transaction
        taken = climb.up(session, tree, now, context.actor, to=to, one_transaction=whole, observe=observe)
        after = examine.state(session, tree)
        _conclude(context, session, after, taken)
        if context.arguments.check:
            findings = examine.check(session, after, project.checks(context.root, tree.family, target.engine))
            _say_findings(context, findings)
    except RungError as error:
        failed = error
        raise
    finally:
        if context.report.as_json:
            with suppress(TargetError):
                # What happened, also when it was a failure; where the database can no longer be read, nothing is said.
                end, objects = examine.state(session, tree), examine.objects(session)
                context.payload["report"] = deliverable.report(
                    target, existed, before, objects, end, done, findings, failed
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
        taken = climb.down(session, now, descents, context.actor, observe=_collector(context, session, []))
        _conclude(context, session, examine.state(session, tree), taken)
    finally:
        session.close()
    return EXIT_OK


def _collector(context: Context, session: Session, done: list[Progress]) -> climb.Observer:
    """Report each step as it happens and gather it in ``done``; with --verbose also the objects it made and dropped."""
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
    context.report.say(f"In the database now: {existing(counts)}; {counted(len(after.applied), 'step')} in the ledger.")


def _dry_up(context: Context, target: Target, tree: Tree) -> int:
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
        for step in todo:
            alone = "" if step.transactional else " (outside a transaction)"
            say(f"\n-- {step.id}{alone}: {step.forward.path}\n{step.forward.text.rstrip()}")
            say(f"\n-- {step.id}, verification: {step.verify.path}\n{step.verify.text.rstrip()}")
            say(f"\n-- {step.id}: its ledger rows, then COMMIT")
        if rehearse:
            context.report.comment = True
            taken = climb.up(
                session,
                tree,
                now,
                context.actor,
                to=context.arguments.to,
                rehearse=True,
                observe=context.report.progress,
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
        taken = climb.down(session, now, descents, context.actor, rehearse=True, observe=observe)
        _rehearsed(context, taken, f"rolled back on {target.shown}")
    else:
        say("\n-- Nothing was run. With --verbose the rollback is run, verified and undone.")


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


def status(context: Context) -> int:
    """Show files against ledger; exit 1 with --exit-code unless everything is applied as written."""
    target = context.target()
    if context.arguments.family:
        names = [context.arguments.family]
    else:
        names = [name for name, known in project.families(context.root).items() if target.engine in known]
    trees = [project.load(context.root, name, target.engine) for name in names]
    session = engines.connect(target, "read", context.settings)
    plans: list[Plan] = []
    try:
        for tree in trees:
            plans.append(examine.state(session, tree))
            context.title(session, target, plans[-1])
            for line in _status_lines(plans[-1], context.report.verbose):
                context.report.say(line)
    finally:
        session.close()
    context.payload["families"] = [_status_json(now) for now in plans]
    at_head = all(now.is_at_head for now in plans)
    return EXIT_NO if context.arguments.exit_code and not at_head else EXIT_OK


def _status_json(now: Plan) -> Payload:
    return {
        "family": now.family,
        "at_head": now.is_at_head,
        "steps": [
            {
                "id": rung.id,
                "state": rung.state,
                "applied_at_utc": rung.applied.at_utc if rung.applied else None,
                "by": "yoyo" if rung.applied and not rung.applied.record else "rung" if rung.applied else None,
                "record": {k: v for k, v in asdict(rung.applied.record).items() if k != "rollback_sql"}
                if rung.applied and rung.applied.record
                else None,
                "irreversible": rung.step.irreversible or None if rung.step else None,
                "unmet": rung.unmet or None,
                "problem": rung.problem.as_json() if rung.problem else None,
            }
            for rung in now.rungs
        ],
    }


def _when(at_utc: str, characters: int) -> str:
    return at_utc[:characters].replace("T", " ")


def _status_lines(now: Plan, verbose: bool) -> list[str]:
    rows: list[list[str]] = []
    for rung in now.rungs:
        record = rung.applied.record if rung.applied else None
        rows.append(
            [
                rung.id,
                rung.state
                + (" (irreversible)" if rung.step and rung.step.irreversible else "")
                + (" (adopted)" if record and record.adopted else "")
                + (f": {rung.unmet}" if rung.unmet else ""),
                _when(rung.applied.at_utc, 19) if rung.applied else "",
                milliseconds(record.duration_ms) if record else "",
                milliseconds(record.verify_ms) if record else "not verified" if rung.applied else "",
                f"{record.username}@{record.hostname}" if record else "yoyo" if rung.applied else "",
                *([record.forward_checksum[:19] if record else ""] if verbose else []),
            ]
        )
    headings = ["step", "state", "applied (UTC)", "took", "verified in", "by", *(["checksum"] if verbose else [])]
    lines = table(headings, rows) if rows else ["  no steps"]
    for problem in now.problems:
        lines += ["", *(f"  {line}" for line in problem.lines())]
    return lines


def verify(context: Context) -> int:
    """Run the verify files of the applied steps and the checks; exit 1 when one does not hold."""
    target = context.target()
    tree = context.tree(target)
    checks = project.checks(context.root, tree.family, target.engine)
    session = engines.connect(target, "read", context.settings)
    try:
        with examine.snapshot(session):
            now = examine.state(session, tree)
            context.title(session, target, now)
            findings = examine.verify(session, now, checks)
    finally:
        session.close()
    bad = _say_findings(context, findings)
    context.payload["findings"] = [_finding_json(finding) for finding in findings]
    kinds = [finding.kind for finding in findings]
    ran = f"{counted(kinds.count('verify'), 'verify file')} and {counted(kinds.count('check'), 'check')} ran"
    if now.applied and now.pending and checks:
        pending = counted(len(now.pending), "step")
        context.report.say(f"{counted(len(checks), 'check')} of the head schema not run: {pending} pending.")
    if not now.applied:
        context.report.say("No step is applied, so there is nothing to verify.")
    elif bad:
        violations = sum(len(finding.violations) for finding in bad)
        rows = f", with {counted(violations, 'violation')}" if violations else ""
        context.report.say(f"{ran}; {counted(len(bad), 'finding')} above{rows}.")
    else:
        context.report.say(f"{ran}: everything holds.")
    return EXIT_NO if bad else EXIT_OK


def _say_findings(context: Context, findings: Sequence[Finding]) -> list[Finding]:
    """Show what does not hold (with --verbose everything); the findings that do not."""
    bad = [finding for finding in findings if not finding.holds]
    for finding in findings if context.report.verbose else bad:
        context.report.say(f"  {'holds' if finding.holds else 'FAILS'}  {finding.kind:<6}  {finding.file}")
        for violation in finding.violations:
            context.report.say(f"           {violation}")
        for line in finding.error.lines() if finding.error else []:
            context.report.say(f"           {line}")
    return bad


def _finding_json(finding: Finding) -> Payload:
    return {
        "kind": finding.kind,
        "file": finding.file,
        "title": finding.title,
        "holds": finding.holds,
        "violations": [asdict(violation) for violation in finding.violations],
        "error": finding.error.as_json() if finding.error else None,
    }


def history(context: Context) -> int:
    """Show the events of a family, oldest first."""
    target = context.target()
    family = context.arguments.family
    context.payload["family"] = family
    project.family_directory(context.root, family, target.engine)
    session = engines.connect(target, "read", context.settings)
    try:
        events = ledger.history(session, family)[-(context.arguments.last or 0) :]
    finally:
        session.close()
    context.payload["events"] = [asdict(event) for event in events]
    if not events:
        context.report.say(f"rung has done nothing to {family} on {target.shown} yet.")
        return EXIT_OK
    rows = [
        [
            _when(event.at_utc, 23),
            event.step,
            event.operation,
            event.outcome,
            milliseconds(event.duration_ms) if event.duration_ms is not None else "",
            f"{event.username}@{event.hostname}",
            event.run_id,
        ]
        for event in events
    ]
    heading, *lines = table(["at (UTC)", "step", "what", "outcome", "took", "by", "run"], rows)
    context.report.say(heading)
    for line, event in zip(lines, events, strict=True):
        context.report.say(line)
        for part in (event.message or "").splitlines():
            context.report.say(f"      {part}")
    return EXIT_OK


def query(context: Context) -> int:
    """List the named queries of a family, or run one."""
    arguments, say = context.arguments, context.report.say
    target = context.target()
    context.payload.update(family=arguments.family, query=arguments.name)
    project.family_directory(context.root, arguments.family, target.engine)
    known = project.queries(context.root, arguments.family, target.engine)
    if not arguments.name:
        context.payload["queries"] = [_query_json(name, file) for name, file in known.items()]
        for line in table(["query", "what it shows"], [[name, header(known[name]).title] for name in known]):
            say(line)
        return EXIT_OK
    file = project.find_query(known, arguments.name)
    given = _given(parameters(file), arguments.param or [], file)
    writes = header(file).flag("writes")
    if writes and not arguments.yes:
        context.confirm([header(file).title], f"Run {arguments.name} on {target.shown}?")
    session = engines.connect(target, "write" if writes else "read", context.settings)
    try:
        answers = session.answers(file, given, writes=writes)
    finally:
        session.close()
    context.payload["answers"] = [{"columns": a.columns, "rows": a.rows} for a in answers]
    for answer in answers:
        rows = [["" if value is None else str(value) for value in row] for row in answer.rows]
        for line in table(answer.columns, rows):
            say(line)
        say(f"({counted(len(rows), 'row')})")
    return EXIT_OK


def explain(context: Context) -> int:
    """Show how the engine would run a named query or any statement."""
    arguments, say = context.arguments, context.report.say
    target = context.target()
    context.payload.update(family=arguments.family, query=arguments.name)
    if bool(arguments.name) == bool(arguments.sql):
        raise UsageError("name one of the family's queries, or give a statement with --sql", hint=f"{_SQL_HINT}")
    project.family_directory(context.root, arguments.family, target.engine)
    known = project.queries(context.root, arguments.family, target.engine)
    if arguments.sql:
        file = SqlFile("--sql", "statement", arguments.sql, "")
        given: dict[str, Value] = {}
    else:
        file = project.find_query(known, arguments.name)
        declared, pairs = parameters(file), arguments.param or []
        if target.engine != "duckdb":
            # The plan for any value. DuckDB makes plans for values only.
            declared = {
                name: meaning for name, meaning in declared.items() if any(p.startswith(f"{name}=") for p in pairs)
            }
        given = _given(declared, pairs, file)
    session = engines.connect(target, "read", context.settings)
    try:
        plans = session.plans(file, given)
    finally:
        session.close()
    context.payload["plans"] = plans
    for plan_lines in plans:
        for line in plan_lines:
            say(f"  {line}")
    return EXIT_OK


def indexes(context: Context) -> int:
    """Show which of the family's queries use which index, and which index none uses."""
    target = context.target()
    family = context.arguments.family
    context.payload["family"] = family
    project.family_directory(context.root, family, target.engine)
    queries = project.queries(context.root, family, target.engine)
    reading = {name: file for name, file in queries.items() if not header(file).flag("writes")}
    session = engines.connect(target, "read", context.settings)
    try:
        users = examine.index_users(session, reading)
    finally:
        session.close()
    context.payload["indexes"] = [{"name": name, "queries": used} for name, used in users.items()]
    rows = [[name, ", ".join(used) or "none"] for name, used in users.items()]
    for line in table(["index", "queries whose plan uses it"], rows):
        context.report.say(line)
    idle = [name for name, used in users.items() if not used]
    context.payload["unused"] = idle
    names = f"{len(idle)} of {counted(len(users), 'index', 'indexes')}"
    context.report.say(f"Used by none of the {len(reading)} queries that only read: {names}.")
    return EXIT_OK


def _query_json(name: str, file: SqlFile) -> Payload:
    about = header(file)
    return {"name": name, "title": about.title, "params": parameters(file), "writes": about.flag("writes")}


def _given(declared: dict[str, str], pairs: Sequence[str], file: SqlFile) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in declared:
            raise UsageError(
                f"--param {pair!r} does not fit this query" if equals else f"--param {pair!r} is not NAME=VALUE",
                at=Location(file.path),
                hint=_wanted(declared),
            )
        given[name] = value
    if missing := declared.keys() - given.keys():
        raise UsageError(
            f"the query wants {', '.join(name for name in declared if name in missing)}",
            at=Location(file.path),
            hint=_wanted(declared),
        )
    return given


def _wanted(declared: dict[str, str]) -> str:
    each = [f"--param {name}=… ({meaning})" for name, meaning in declared.items()]
    return "it takes " + (", ".join(each) or "no parameters")


def new(context: Context) -> int:
    """Write the files of the next step."""
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
