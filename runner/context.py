"""What every command takes from outside: its options, where its words go, the database and the project it is for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runner import project
from runner.engines import Session, Settings
from runner.errors import UsageError, counted
from runner.ledger import Actor
from runner.plan import Plan
from runner.project import Tree
from runner.report import Report
from runner.sqlfile import carried_root
from runner.target import Target, parse

if TYPE_CHECKING:
    import argparse

    from runner.outcome import Checked

Payload = dict[str, object]


class Context:
    """Everything that a command takes from outside.

    url: of the environment, used where no --url is given. confirm: asks a question on a terminal and raises
    UsageError unless the answer is yes. payload: what --json prints, filled as the command goes. judged: what was found
    by a command that then could not go on.
    """

    def __init__(
        self,
        arguments: argparse.Namespace,
        report: Report,
        url: str | None,
        actor: Actor,
        confirm: Callable[[Sequence[str], str], None],
    ) -> None:
        self.arguments = arguments
        self.report = report
        self.url = url
        self.actor = actor
        self.confirm = confirm
        self.payload: Payload = {}
        self.judged: list[Checked] = []

    @property
    def root(self) -> Path:
        """The project: --project, or the tree that rung carries. What judges files means those of the working directory
        first."""
        chosen: Path | None = self.arguments.project
        here = Path() if self.arguments.command in {"lint", "snapshot"} and Path("migrations").is_dir() else None
        return chosen or here or carried_root()

    @property
    def tells(self) -> bool:
        """Whether the command was asked to tell what it finds in a form that CI servers read."""
        return any(getattr(self.arguments, name, None) for name in ("junit", "sarif", "markdown", "github"))

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
