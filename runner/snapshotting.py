"""`rung snapshot`: what the steps build from nothing as a file that a review can read, and whether it still is that."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from runner import drift, examine, forms, project, scratch
from runner.context import Context
from runner.engines import Settings
from runner.errors import EXIT_NO, EXIT_OK, Location, ProjectError, StepError, UsageError, counted, some, visible
from runner.ledger import Actor
from runner.outcome import Checked, Notice, Outcome
from runner.passage import Site
from runner.project import Tree
from runner.scratch import Place
from runner.sqlfile import carried_root, refuse_link_out, show_path
from runner.target import FILES

FOLDER = Path("tests") / "snapshots"
RULES = {"snapshot": "The snapshot says what the steps build."}
_MOST_LINES = 20


def run(context: Context) -> int:
    """Write the snapshots, or with --check compare. Exit 1: one says something else, or is missing."""
    arguments, say = context.arguments, context.report.say
    if not arguments.check and context.root == carried_root() and not (context.root / "pyproject.toml").is_file():
        raise UsageError("the tree that rung carries is not yours to add to", hint="name your own with --project DIR")
    forms.refuse_unwritable(context)
    began_utc = datetime.now(UTC).isoformat(timespec="seconds")
    checked: list[Checked] = []
    snapshots: list[dict[str, object]] = []
    for tree, text, seconds in _built(context):
        path = context.root / FOLDER / f"{tree.family}.{tree.engine}.sql"
        refuse_link_out(path, context.root)
        notice = _notice(path, text, tree)
        snapshots.append(
            {"family": tree.family, "engine": tree.engine, "file": show_path(path), "same": notice is None}
        )
        if not arguments.check and notice:
            _write(path, text)
            say(f"  written  {show_path(path)}")
        elif notice:
            say(f"  {'differs' if notice.detail else 'missing'}  {notice.at}")
            for line in notice.detail if context.report.verbose else some(notice.detail, _MOST_LINES):
                say(f"           {line}".rstrip())
        else:
            say(f"  the same {show_path(path)}")
        notices = (notice,) if notice and arguments.check else ()
        checked.append(Checked(f"{tree.family}.{tree.engine}", "snapshots", show_path(path), seconds, notices))
    what = arguments.family or "all families"
    outcome = Outcome("snapshot", f"snapshots of {what}", began_utc, tuple(checked), RULES)
    context.payload.update(snapshots=snapshots, checked=outcome.as_json())
    good = sum(bool(snapshot["same"]) for snapshot in snapshots)
    total = counted(len(snapshots), "snapshot")
    if arguments.check:
        say(f"{good} of {total} {'says' if good == 1 else 'say'} what the steps build.")
    else:
        rest = "; the rest said what the steps build already" if good else ""
        say(f"{len(snapshots) - good} of {total} written{rest}.")
    forms.tell(context, outcome)
    return EXIT_OK if outcome.holds else EXIT_NO


def _built(context: Context) -> Iterator[tuple[Tree, str, float]]:
    """Each tree that was asked for, what its steps build, and how many seconds that took."""
    trees = _trees(context)
    for engine in sorted({tree.engine for tree in trees}):
        with scratch.place(engine, None, _where(engine, context.arguments.scratch), Settings()) as place:
            for tree in (tree for tree in trees if tree.engine == engine):
                began = perf_counter()
                context.report.doing(f"building {tree.family} on {tree.engine}")
                try:
                    text = build(tree, place, context.actor)
                finally:
                    context.report.doing()
                yield tree, text, perf_counter() - began


def _trees(context: Context) -> list[Tree]:
    family, engine = context.arguments.family, context.arguments.engine
    known = project.families(context.root)
    if family:
        project.family_directory(context.root, family, engine or (known.get(family) or ("",))[0])
        known = {family: known[family]}
    trees = [
        project.load(context.root, name, each)
        for name, engines in known.items()
        for each in engines
        if engine in {None, each}
    ]
    if not trees:
        raise UsageError(f"there are no steps for {engine}" if engine else "there are no steps here")
    return trees


def _where(engine: str, place: str) -> str:
    """The place that was named, for the engines that it is for: a folder is none for a server's databases."""
    return place if ("://" in place) == (engine not in FILES) else ""


def build(tree: Tree, place: Place, actor: Actor) -> str:
    """What the steps of a family build on an empty database, but for optional steps: what every server can have.

    Raises StepError where one of them fails, TargetError or LockedError where there is no database.
    """
    steps = tuple(step for step in tree.steps if not step.requires)
    site = Site(place.empty(), Settings(), tree._replace(steps=steps), actor)
    try:
        with drift.roles_forgotten(site):
            for step in steps:
                site.up(step, watched=False)
            with examine.snapshot(site.session):
                found = examine.objects(site.session)
    except StepError as error:
        error.kept = "the database is gone, and no snapshot of it was written"
        raise
    finally:
        site.close()
    return "\n".join(f"-- {item.kind} {visible(item.name)}\n{item.definition};\n" for item in found)


def _notice(path: Path, text: str, tree: Tree) -> Notice | None:
    """How a file is not what the steps build (``-`` as it is, ``+`` as they build it); None where it is."""
    command = f"rung snapshot {tree.family} --engine {tree.engine}"
    subject = f"{tree.family} on {tree.engine}"
    try:
        old = path.read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError):
        what = "there is no snapshot of what the steps build"
        return Notice("snapshot", "error", what, Location(show_path(path), 1), subject, (), f"`{command}` writes it")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ProjectError(f"the snapshot cannot be read: {why}", at=Location(show_path(path))) from None
    # A checkout may have other ends of lines; a name may hold any.
    if text in {old, old.replace("\r\n", "\n")}:
        return None
    before, after = (whole.removesuffix("\n").split("\n") for whole in (old, text))
    same = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    return Notice(
        *("snapshot", "error", "the snapshot is not what the steps build"),
        Location(show_path(path), min(same + 1, max(len(before), 1))),
        subject,
        tuple(line for line in difflib.unified_diff(before, after, lineterm="", n=2))[2:],
        f"if the change is meant, `{command}` writes it anew; or correct the steps",
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ProjectError(f"cannot write the file: {error.strerror}", at=Location(show_path(path))) from None
