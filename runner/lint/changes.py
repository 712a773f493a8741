"""What changed in a project since a revision of git: which files to judge, and what may not be changed any more."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.errors import Location, UsageError
from runner.outcome import Notice
from runner.project import Tree
from runner.sqlfile import show_path

RULES = {
    "edited-step": "A step that was there before is not edited: databases that have it would differ from its file.",
    "out-of-order": "A new step has a number above all that were there before: below, it never runs where they have.",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """revision: as it was named. new, edited: paths as they are shown, of files that are there. known: of files that
    the revision had."""

    revision: str
    new: frozenset[str]
    edited: frozenset[str]
    known: frozenset[str]

    def touch(self, path: str) -> bool:
        """Whether a file is new or edited."""
        return path in self.new or path in self.edited


def since(root: Path, revision: str) -> Changes:
    """What changed below a folder, in the work tree, since the last revision that it has in common with ``revision``.

    Raises UsageError when git, a repository or the revision is not there.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel").strip())
    name = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    base = _git(root, "merge-base", name, "HEAD").strip()
    now = _names(_git(root, "diff", "--name-only", "--no-renames", "--diff-filter=d", "-z", base, "--", "."))
    untracked = _names(_git(root, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", "."))
    known = set(_names(_git(root, "ls-tree", "-r", "--name-only", "--full-name", "-z", name)))
    known |= set(_names(_git(root, "ls-tree", "-r", "--name-only", "--full-name", "-z", base)))
    changed = {*now, *untracked}
    shown = {path: show_path(top / path) for path in known | changed}
    return Changes(
        revision,
        frozenset(shown[path] for path in changed - known),
        frozenset(shown[path] for path in changed & known),
        frozenset(shown[path] for path in known),
    )


def judge(tree: Tree, changes: Changes) -> Iterator[Notice]:
    """The rules of this module on the steps of one family."""
    # What others have added meanwhile need not be here.
    names = [Path(path).name for path in changes.known if Path(path).parent == Path(show_path(tree.directory))]
    before = max((int(name.partition(".")[0]) for name in names if name[:1].isdigit()), default=0)
    for step in tree.steps:
        if step.forward.path not in changes.known:
            if step.number < before:
                what = f"{step.id} is new, and below {before:04d}, which {changes.revision} has"
                hint = f"give it a number above {before:04d}: databases that are there already will refuse it"
                yield Notice("out-of-order", "error", what, Location(step.forward.path, 1), step.id, hint=hint)
            continue
        for file in filter(None, (step.forward, step.rollback, step.verify)):
            if file.path in changes.edited:
                what = f"this {file.kind} file was there in {changes.revision}, and is edited"
                hint = "restore it, and put the change into a new step; where nobody has it yet, say so in .rung.toml"
                yield Notice("edited-step", "error", what, Location(file.path, 1), step.id, hint=hint)


def _names(text: str) -> list[str]:
    return [name for name in text.split("\0") if name]


def _git(root: Path, *arguments: str) -> str:
    try:
        result = subprocess.run(  # noqa: S603 - no shell, and the revision stands behind --end-of-options
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}", hint="install git, or drop --changed-since") from None
    if result.returncode:
        said = " ".join(result.stderr.split()) or "nothing in common with what is checked out"
        raise UsageError(
            f"git knows no such changes: {said}",
            hint="name a revision that is here; a CI job may have to fetch the whole history",
        )
    return result.stdout
