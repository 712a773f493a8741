"""`rung demo`: the main job on a database of its own, told step by step for somebody who has never seen rung."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner import climb, engines, examine, plan, project
from runner.engines import Session, Settings
from runner.errors import EXIT_FAILURE, EXIT_OK, counted
from runner.ledger import Actor
from runner.project import Tree
from runner.report import Report, existing
from runner.sqlfile import read_file
from runner.target import FILES, Target, of_file, parse


def run(root: Path, family: str, actor: Actor, report: Report, payload: dict[str, object]) -> int:
    """Apply a family to a new database, verify it, write its seed rows, roll all of it back and apply it again.

    The catalog after the second climb must equal the first one to the letter, and the ground must be bare.
    Out: EXIT_OK, or EXIT_FAILURE when one of these does not hold.
    """
    known = project.families(root).get(family, ())
    engine = next((engine for engine in (*FILES, "postgresql") if engine in known), "sqlite")
    tree = project.load(root, family, engine)
    with _database(tree) as target:
        session = engines.connect(target, "create", Settings())
        try:
            return _tell(root, tree, target, session, actor, report, payload)
        finally:
            session.close()


@contextmanager
def _database(tree: Tree) -> Iterator[Target]:
    """A database that is gone afterwards: a file, or a database of a PostgreSQL server that is gone too."""
    if tree.engine in FILES:
        with tempfile.TemporaryDirectory(prefix="rung-demo-") as folder:
            yield of_file(tree.engine, Path(folder) / f"{tree.family}.db")
    else:
        from runner import throwaway

        with throwaway.server() as server:
            yield parse(server.url())


def _tell(
    root: Path, tree: Tree, target: Target, session: Session, actor: Actor, report: Report, payload: dict[str, object]
) -> int:
    family = tree.family
    place = target.path or "on a PostgreSQL server of its own"
    report.say(f"A new database for the {family} schema: {place} ({session.name} {session.version})")
    report.say(f"\n1. Up: {counted(len(tree.steps), 'step')}, each committed with its verification and its record.")
    # Not nothing on PostgreSQL: a new database grants everybody the use of its schema.
    start = examine.objects(session)
    climb.up(session, tree, examine.state(session, tree), actor, observe=report.progress)
    first = examine.objects(session)
    report.say(f"   It now has {existing(examine.count(session))}.")

    report.say("\n2. Verify: the verify file of every step, then the checks of the whole, on realistic rows.")
    rows = _seed(root, session, tree)
    now = examine.state(session, tree)
    findings = examine.verify(session, now, project.checks(root, family, tree.engine))
    held = [finding for finding in findings if finding.holds]
    report.say(f"   {rows} rows written; {len(held)} of {len(findings)} files hold, each returning no violation.")
    for finding in findings:
        if not finding.holds:
            report.say(f"   FAILS  {finding.file}")

    report.say("\n3. Down: every step is taken back, highest first; what is left below it is verified each time.")
    climb.down(session, now, plan.descend(now, everything=True), actor, observe=report.progress)
    ground = examine.objects(session)
    report.say(f"   It now has {existing(examine.count(session))}: as empty as before step 1.")

    report.say("\n4. Up again: a rollback is worth something when the way back up is open.")
    climb.up(session, tree, examine.state(session, tree), actor, observe=report.progress)
    same = examine.objects(session) == first
    report.say(f"   The schema is {'the same as after 1, to the letter' if same else 'NOT the same as after 1'}.")
    good = same and ground == start and len(held) == len(findings)
    payload |= {
        "family": family,
        "steps": len(tree.steps),
        "same_schema": same,
        "ground": [item.name for item in ground if item not in start],
    }
    mine = "my.db" if tree.engine in FILES else "mydb"
    report.say(
        f"\nThe database is gone again. On one of your own: rung up {family} --url {tree.engine}:///{mine}\n"
        f"then: rung status {family} --url {tree.engine}:///{mine}, rung verify, rung down, rung history."
    )
    return EXIT_OK if good else EXIT_FAILURE


def _seed(root: Path, session: Session, tree: Tree) -> int:
    """Write the family's seed rows in one transaction; how many."""
    file = read_file(project.seed_path(root, tree.family, tree.engine), "seed", root)
    session.begin()
    rows = session.run_script(file)
    session.commit(file)
    return rows
