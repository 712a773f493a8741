"""`rung new`: the three files of the next step, with their headers filled in."""

from __future__ import annotations

from pathlib import Path

from runner import project
from runner.errors import Location, ProjectError, UsageError
from runner.project import FAMILY, SLUG, Tree
from runner.sqlfile import show_path

ENGINES = ("sqlite", "duckdb", "postgresql")

_FORWARD = """\
-- {thing}: why it exists, in one sentence.
-- seed: the document and section it comes from
{depends}
-- Write the step here. No BEGIN or COMMIT: rung commits it with its verification and its ledger rows.
"""
_ROLLBACK = """\
-- {thing} taken back: one undo for each statement of the step, in reverse order.

-- Write the rollback here. If it drops rows, say which in the header: `-- loses: table (every row)`.
"""
_VERIFY = """\
-- {thing} verified: what must be true right after the step.

-- Write a SELECT that returns a row (subject, problem) for whatever is not as the step made it; no rows is a pass.
"""


def new(root: Path, family: str, engine: str, slug: str) -> list[Path]:
    """Write the forward, rollback and verify file of the next step; their paths.

    A family or engine that does not exist yet is begun. The files hold no statement yet, so `rung up` refuses
    the step until it is written. Raises UsageError for a name that cannot be one, ProjectError when a file
    cannot be written.
    """
    if not FAMILY.fullmatch(family):
        raise UsageError(f"{family!r} cannot name a family", hint="use a-z, 0-9 and _, beginning with a letter")
    if engine not in ENGINES:
        raise UsageError(f"no engine is named {engine!r}", hint=f"the engines are: {', '.join(ENGINES)}")
    if not SLUG.fullmatch(slug):
        raise UsageError(f"{slug!r} cannot be part of a step's name", hint="use a-z and 0-9, with single hyphens")
    directory = root / "migrations" / family / engine
    tree = project.load(root, family, engine) if directory.is_dir() else Tree(family, engine, directory, ())
    id = f"{project.next_number(tree):04d}.{family}-{slug}"
    fields = {
        "thing": slug.replace("-", " ").replace("_", " ").capitalize(),
        "depends": f"-- depends: {tree.steps[-1].id}\n" if tree.steps else "",
    }
    texts = {
        directory / f"{id}.sql": _FORWARD,
        directory / f"{id}.rollback.sql": _ROLLBACK,
        directory / "verify" / f"{id}.sql": _VERIFY,
    }
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text.format(**fields))
        except OSError as error:
            raise ProjectError(
                f"cannot write the file: {error.strerror}",
                at=Location(show_path(path)),
                hint="--project names the folder to write to",
            ) from None
    return list(texts)
