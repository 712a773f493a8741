"""Looking at a database without changing it: verification of what is applied, and what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, NamedTuple

from runner import ledger, plan
from runner.engines import Session, Violation
from runner.errors import RungError, StepError, UsageError
from runner.plan import Plan
from runner.project import Tree
from runner.sqlfile import SqlFile, checksum, header, runner_sql


class Finding(NamedTuple):
    """What one verify or check file said. error: the file could not even run."""

    kind: Literal["ledger", "verify", "check"]
    file: str
    title: str
    violations: tuple[Violation, ...]
    error: RungError | None = None

    @property
    def holds(self) -> bool:
        """No violation and no error."""
        return not self.violations and self.error is None


class Object(NamedTuple):
    """One object of the catalog, with its definition as the engine stores it."""

    kind: str
    name: str
    definition: str


def state(session: Session, tree: Tree, lacks: Mapping[str, str] | None = None) -> Plan:
    """Files against ledger and server. Writes nothing. lacks: what unmet() said, where it has been asked before."""
    found = ledger.read(session, tree.family)
    return plan.build(tree, found, unmet(session, tree) if lacks is None else lacks)


def unmet(session: Session, tree: Tree) -> dict[str, str]:
    """Why the server does not meet what optional steps require, by requirement; empty for what it meets."""
    return {name: session.unmet(name) for name in {step.requires for step in tree.steps} - {""}}


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """While it lasts, the session sees one state of the database, whatever others commit."""
    session.begin_read()
    try:
        yield
    finally:
        session.rollback()


def verified(session: Session, tree: Tree, checks: tuple[SqlFile, ...]) -> tuple[Plan, list[Finding]]:
    """Files against ledger, and what verify() found, of one state of the database.

    What PostgreSQL tells of its catalog by functions is never older than now, whatever the transaction sees otherwise:
    what does not hold is looked at again where a step was taken meanwhile.
    """
    while True:
        with snapshot(session):
            moves = ledger.moves(session)
            now = state(session, tree)
            findings = verify(session, now, checks)
        if all(finding.holds for finding in findings) or ledger.moves(session) == moves:
            return now, findings


def verify(session: Session, now: Plan, checks: tuple[SqlFile, ...]) -> list[Finding]:
    """The ledger against the files, the verify file of every applied step, then the checks.

    The checks speak of the head schema, so they wait while steps are pending. To see one state throughout, make the
    plan and call this within one snapshot(), as verified() does.
    Raises TargetError or LockedError only when the database itself cannot be read: a file that fails to run
    is a finding.
    """
    findings = [
        Finding("ledger", str(rung.problem.at or rung.id), rung.problem.message, (), rung.problem)
        for rung in now.rungs
        if rung.problem
    ]
    findings += [_finding(session, rung.step.verify, "verify") for rung in now.applied if rung.step]
    return findings + check(session, now, checks)


def check(session: Session, now: Plan, checks: tuple[SqlFile, ...]) -> list[Finding]:
    """The checks, which speak of the head schema, so that none runs while steps are pending."""
    if not now.applied or now.pending:
        return []
    return [_finding(session, file, "check") for file in checks]


def _finding(session: Session, file: SqlFile, kind: Literal["verify", "check"]) -> Finding:
    title = header(file).title
    try:
        return Finding(kind, file.path, title, tuple(session.violations(file)))
    except StepError as error:
        return Finding(kind, file.path, title, (), error)


def objects(session: Session) -> list[Object]:
    """The catalog without the ledger's own tables, in a fixed order."""
    rows = session.run(runner_sql("catalog", session.engine, "objects"), {})
    return [Object(str(kind), str(name), str(definition)) for kind, name, definition in rows]


def fingerprint(found: Sequence[Object]) -> str:
    """A catalog in one word, ``sha256:`` and hex digits: two that are equal object by object, in order, have the same.

    Of the JSON list of their kinds, names and definitions, so that no name can pass for two.
    """
    import json

    from runner.wording import plain

    return checksum(json.dumps([[item.kind, item.name, plain(item.definition)] for item in found]))


def index_users(session: Session, queries: Mapping[str, SqlFile]) -> tuple[dict[str, list[str]], dict[str, RungError]]:
    """For every index that is an object of its own, the names of the queries whose plan names it; and the queries that
    have no plan here, with the reason: what they read may belong to a step that is not applied.

    Raises UsageError on DuckDB, whose plans do not name indexes.
    """
    if session.engine == "duckdb":
        raise UsageError(
            "DuckDB's plans do not name the indexes that they use", hint="look at them with `rung explain`"
        )
    parents = session.index_parents()
    used: dict[str, set[str]] = {}
    unplanned: dict[str, RungError] = {}
    for name, file in queries.items():
        try:
            words = set(re.findall(r"\w+", " ".join(line for lines in session.plans(file, {}) for line in lines)))
            used[name] = words | {parents[word] for word in words if word in parents}
        except StepError as error:
            unplanned[name] = error
    names = [item.name for item in objects(session) if item.kind == "index"]
    return {index: [name for name, words in used.items() if index in words] for index in names}, unplanned


def count(session: Session) -> dict[str, int]:
    """How many objects of each kind exist, the ledger's own left out, and what is only a part of another."""
    rows = session.run(runner_sql("catalog", session.engine, "count"), {})
    return {str(kind): int(str(objects)) for kind, objects in rows}
