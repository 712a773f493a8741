"""The commands that look at a database: where it is, whether it holds, what it says. A query may say that it writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from runner import engines, examine, ledger, project
from runner.context import Context, Payload
from runner.engines import Value
from runner.errors import EXIT_NO, EXIT_OK, Location, UsageError, counted
from runner.examine import Finding
from runner.plan import Plan
from runner.report import milliseconds, say_findings, table
from runner.sqlfile import SqlFile, header, parameters

_SQL_HINT = "`rung query FAMILY` lists the queries"


def status(context: Context) -> int:
    """Show files against ledger; exit 1 with --exit-code unless everything is applied as written."""
    began = _begin(context)
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
    if context.report.as_json:
        context.payload["families"] = [_status_json(now) for now in plans]
    strict: bool = context.arguments.exit_code
    if context.tells:
        from runner import cases, forms

        title = f"{', '.join(names) or 'no family'} on {target.shown}"
        forms.tell(context, cases.of_status(title, began, trees, plans, strict=strict))
    return EXIT_NO if strict and not all(now.is_at_head for now in plans) else EXIT_OK


def _begin(context: Context) -> str:
    """When it is, in ISO 8601. Raises UsageError where a form that was asked for could not be written."""
    if context.tells:
        from runner import forms

        forms.refuse_unwritable(context)
    return datetime.now(UTC).isoformat(timespec="seconds")


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
                "record": {k: v for k, v in rung.applied.record._asdict().items() if k != "rollback_sql"}
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
    began = _begin(context)
    target = context.target()
    tree = context.tree(target)
    checks = project.checks(context.root, tree.family, target.engine)
    session = engines.connect(target, "read", context.settings)
    try:
        now, findings = examine.verified(session, tree, checks)
        context.title(session, target, now)
    finally:
        session.close()
    bad = say_findings(context.report, findings)
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
    if context.tells:
        from runner import cases, forms

        title = f"{tree.family} on {target.shown}"
        forms.tell(context, cases.of_verify(title, began, tree, now, findings, checks))
    return EXIT_NO if bad else EXIT_OK


def _finding_json(finding: Finding) -> Payload:
    return {
        "kind": finding.kind,
        "file": finding.file,
        "title": finding.title,
        "holds": finding.holds,
        "violations": [violation._asdict() for violation in finding.violations],
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
    context.payload["events"] = [event._asdict() for event in events]
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
        raise UsageError("name one of the family's queries, or give a statement with --sql", hint=_SQL_HINT)
    project.family_directory(context.root, arguments.family, target.engine)
    if arguments.sql:
        file = SqlFile("--sql", "statement", arguments.sql, "")
        given: dict[str, Value] = {}
    else:
        known = project.queries(context.root, arguments.family, target.engine)
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
        users, unplanned = examine.index_users(session, reading)
    finally:
        session.close()
    context.payload["indexes"] = [{"name": name, "queries": used} for name, used in users.items()]
    rows = [[name, ", ".join(used) or "none"] for name, used in users.items()]
    for line in table(["index", "queries whose plan uses it"], rows):
        context.report.say(line)
    idle = [name for name, used in users.items() if not used]
    context.payload["unused"] = idle
    names = f"{len(idle)} of {counted(len(users), 'index', 'indexes')}"
    for name, error in unplanned.items():
        context.report.say(f"No plan here for {name}: {error.message}")
    context.payload["unplanned"] = {name: error.as_json() for name, error in unplanned.items()}
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
