"""The drill of failure: a process that takes a step is killed at a statement boundary, at each of them in turn.

Whoever is killed is a process of its own, so that nothing but the engine puts the database right afterwards.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from multiprocessing import get_context
from typing import Literal

from runner import state
from runner.engines import Settings
from runner.errors import RungError
from runner.ledger import Actor
from runner.passage import Site
from runner.project import Step, Tree
from runner.sqlfile import SqlFile, header
from runner.state import State, catalog_difference
from runner.target import Target
from runner.verdict import Crash

Way = Literal["up", "down"]


def kill_at_each(site: Site, step: Step, way: Way) -> Iterator[Crash]:
    """Kill a step on its way at every statement boundary; each time the database must be as it was, and go on.

    site: where the step is the next on that way, and where it is so again afterwards. Its session is closed while the
    one that is killed works.
    Raises TargetError when the database can no longer be reached.
    """
    file = step.forward if way == "up" else step.rollback
    if file is None:
        return
    for boundary in range(len(site.session.split(file)) + 1):
        # Anew each time: to go on and come back may leave other rows, such as a time.
        before, applied = state.take(site.session), site.applied
        site.close()
        _killed(site, step, way, boundary)
        site.open()
        problem = "" if site.applied == applied else "the ledger says otherwise than before"
        yield Crash(way, boundary + 1, problem or _aftermath(site, step, way, before, file))


def _aftermath(site: Site, step: Step, way: Way, before: State, file: SqlFile) -> str:
    """What is wrong after a kill; empty when the database is where it was and goes on from there, and then back."""
    # Outside a transaction a statement stays, though nothing is recorded: there it only has to go on.
    problem = "" if header(file).flag("transactional") else _moved(before, state.take(site.session))
    try:
        _take(site, step, way)
        _take(site, step, "down" if way == "up" else "up")
    except RungError as error:
        return problem or f"the next run fails: {error.message}"
    return problem


def _moved(before: State, after: State) -> str:
    if lines := catalog_difference(before.catalog, after.catalog):
        return f"the schema is not what it was: {lines[0]}"
    for name, content in before.contents.items():
        if not content.is_as(after.contents[name]):
            return f"the rows of {name} are not what they were"
    return ""


def _killed(site: Site, step: Step, way: Way, boundary: int) -> None:
    context = get_context("forkserver")
    context.set_forkserver_preload(["runner.crash", f"runner.engines.{site.tree.engine}"])
    arguments = (site.target, site.settings, site.tree, site.actor, step, way, boundary)
    process = context.Process(target=_run, args=arguments)
    process.start()
    process.join()
    if process.exitcode != -signal.SIGKILL:
        raise RungError(
            f"the run that was to be killed at boundary {boundary} of {step.id} ended with {process.exitcode}"
        )


def _run(target: Target, settings: Settings, tree: Tree, actor: Actor, step: Step, way: Way, boundary: int) -> None:
    def die(number: int) -> None:
        if number == boundary:
            os.kill(os.getpid(), signal.SIGKILL)

    site = Site(target, settings, tree, actor)
    site.session.boundary = die
    _take(site, step, way)


def _take(site: Site, step: Step, way: Way) -> None:
    if way == "up":
        site.up(step, watched=False)
    else:
        site.down(watched=False)
