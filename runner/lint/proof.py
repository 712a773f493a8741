"""What only shows when the steps are climbed: they are built, rolled back and built again on scratch databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from runner import drill, examine, faults
from runner.drill import Order
from runner.engines import Session
from runner.errors import Location, RungError
from runner.examine import Object
from runner.lint.files import Statement
from runner.lint.rules import Said, said
from runner.outcome import Notice
from runner.passage import Site
from runner.project import Step
from runner.sqlfile import SqlFile, parse_header, runner_sql

_DRILLED = (
    *("does-not-apply", "does-not-revert", "verify-fails", "rollback-differs", "undeclared-loss", "loses-nothing"),
    "drill-finding",
)
RULES = {
    **{rule: faults.RULES[rule] for rule in _DRILLED},
    "check-fails": "A check can run on the head of its schema.",
    "query-fails": "A query has a plan on the head of its schema.",
    "broken-object": "What a step leaves can still be used: no view or trigger misses what it reads or writes.",
    "sqlite-dangling-reference": "No foreign key refers to a table that is not there.",
    "sqlite-rebuild-forgets": "A rebuilt table has the indexes and triggers that it had: DROP TABLE took them along.",
}


@dataclass(frozen=True, slots=True)
class Files:
    """What belongs to a family beside its steps. statements: of all its files, by path."""

    checks: Sequence[SqlFile]
    queries: Sequence[SqlFile]
    statements: Mapping[str, Sequence[Statement]]


def judge(order: Order, files: Files) -> Iterator[Notice]:
    """Everything that climbing shows of a family. order: its drill, from nothing.

    Raises TargetError or LockedError when a scratch database cannot be had.
    """
    with drill.place(order) as place:
        found = drill.run(order, place)
        for checked in faults.of_drill(found, order.tree):
            yield from checked.notices
        if any(one.failure and one.failure.is_up for one in found.steps):
            return
        with closing(Site(place.empty(), order.settings, order.tree, order.actor)) as site:
            yield from _climb(site, files)


def _climb(site: Site, files: Files) -> Iterator[Notice]:
    """What there is after each step, and on the head."""
    told: set[tuple[str, str]] = set()
    for step in site.tree.steps:
        if site.unmet.get(step.requires):
            continue
        below = examine.objects(site.session)
        site.up(step, watched=False)
        for notice in _left(site, step, below, files.statements.get(step.forward.path, ())):
            # What is broken stays so; the step that broke it is told.
            if (notice.rule, notice.subject) not in told:
                told.add((notice.rule, notice.subject))
                yield notice
    yield from _whole(site, files)


def _left(site: Site, step: Step, below: Sequence[Object], statements: Sequence[Statement]) -> Iterator[Notice]:
    """What a step leaves that does not work, or that it took along without a word."""
    session, told = site.session, said(statements)
    if session.engine == "sqlite":
        above = {(item.kind, item.name) for item in examine.objects(session)}
        yield from _forgotten(step.forward, told, below, above)
        for child, parent in _texts(session, "dangling"):
            what = f"table {child} refers to {parent}, which is not there: no row can be written to it"
            at = _place(step.forward, told, parent)
            yield Notice("sqlite-dangling-reference", "error", what, at, f"table {child}")
    if session.engine == "postgresql":
        return  # It lets nothing go that is still needed.
    for kind, name, asked in _texts(session, "uses"):
        try:
            session.query(asked)
        except RungError as error:
            words = error.message.partition(" says: ")[2] or error.message
            what = f"{kind} {name} can no longer be used: {words}"
            at = _place(step.forward, told, str(name))
            yield Notice(
                "broken-object", "error", what, at, f"{kind} {name}", hint="drop it before, make it anew after"
            )


def _texts(session: Session, name: str) -> list[list[str]]:
    rows = session.run(runner_sql("catalog", session.engine, name), {})
    return [[str(value) for value in row] for row in rows]


def _forgotten(
    file: SqlFile, told: Sequence[Said], below: Sequence[Object], above: set[tuple[str, str]]
) -> Iterator[Notice]:
    named = {one.after(word) for one in told for word in ("INDEX", "TRIGGER") if one.statement.kind == f"DROP {word}"}
    dropped = {one.after("TABLE"): one for one in told if one.statement.kind == "DROP TABLE"}
    for item in below:
        if item.kind not in {"index", "trigger"} or (item.kind, item.name) in above or item.name.lower() in named:
            continue
        (mine,) = said([Statement(item.definition, 0, 0, f"CREATE {item.kind.upper()}", False)])
        table = mine.after("ON")
        if table in dropped and ("table", table) in above:
            what = f"{item.kind} {item.name} went with the old {table}, and nothing makes it again"
            at = file.at(dropped[table].statement.start)
            hint = "make it again after the RENAME, or drop it by its name"
            yield Notice("sqlite-rebuild-forgets", "error", what, at, f"{item.kind} {item.name}", hint=hint)


def _place(file: SqlFile, told: Sequence[Said], name: str) -> Location:
    """The statement that names something, or else the first that takes something away."""
    names = [one for one in told if name.lower() in {word.strip('"').lower() for word in one.words}]
    takes = [one for one in told if one.statement.kind.startswith(("DROP", "ALTER"))]
    return file.at(next(iter([*names, *takes, *told])).statement.start) if told else Location(file.path, 1)


def _whole(site: Site, files: Files) -> Iterator[Notice]:
    """The checks and queries on the head. What a check returns there is data's business, and there is none."""
    lacking = {step.requires for step in site.tree.steps if site.unmet.get(step.requires)}
    if lacking:
        return
    for check in files.checks:
        try:
            site.session.violations(check)
        except RungError as error:
            yield _failed("check-fails", check, error)
    for query in files.queries:
        about = parse_header(query)[0]
        if (
            about.flag("writes")
            or "requires" in about.keys
            or ("params" in about.keys and site.session.engine == "duckdb")
        ):
            continue
        try:
            site.session.plans(query, {})
        except RungError as error:
            yield _failed("query-fails", query, error)


def _failed(rule: str, file: SqlFile, error: RungError) -> Notice:
    at = error.at or Location(file.path, 1)
    return Notice(rule, "error", error.message, at, detail=error.detail, hint=f"correct the {file.kind} file")
