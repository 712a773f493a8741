"""What a project says of itself in ``.rung.toml``: objects that are not its own, and rules that it does not follow."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from runner import document
from runner.errors import Location, ProjectError
from runner.sqlfile import refuse_link_out, show_path

NAME = ".rung.toml"
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Foreign:
    """Objects of a database that are not made by steps. objects: patterns of kind and name, such as ``table dba_*``.

    families: which families this is said for; empty for all. reason: whose they are.
    """

    objects: tuple[str, ...]
    families: tuple[str, ...]
    reason: str

    def covers(self, family: str, kind: str, name: str) -> bool:
        """Whether an object is meant."""
        mine = not self.families or family in self.families
        return mine and any(fnmatchcase(f"{kind} {name}", pattern) for pattern in self.objects)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A rule of `rung lint` that some files need not follow. files: patterns of paths below the project, of which ``*``
    takes slashes too."""

    rule: str
    files: tuple[str, ...]
    reason: str

    def covers(self, rule: str, file: str) -> bool:
        """Whether a rule need not be followed by a file, whose path is relative to the project."""
        return fnmatchcase(rule, self.rule) and any(fnmatchcase(file, pattern) for pattern in self.files)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the file says; empty where there is none."""

    foreign: tuple[Foreign, ...] = ()
    allow: tuple[Allowed, ...] = ()

    def foreign_to(self, family: str, kind: str, name: str) -> str:
        """Why an object is none of a family's steps' business, or empty."""
        return next((one.reason for one in self.foreign if one.covers(family, kind, name)), "")


_TEXTS = [str]
_SHAPES: dict[str, dict[str, Any]] = {
    "foreign": {"objects": _TEXTS, "reason": str},
    "allow": {"rule": str, "files": _TEXTS, "reason": str},
}
_KEYS = {"foreign": {"objects", "families", "reason"}, "allow": {"rule", "files", "reason"}}


def load(root: Path) -> Config:
    """Read the project's ``.rung.toml``. Raises ProjectError, naming the place, for what is not understood."""
    path = root / NAME
    if not os.path.lexists(path):
        return Config()
    shown = show_path(path)
    refuse_link_out(path, root)
    if path.exists() and not path.is_file():
        raise ProjectError("this is no file", at=Location(shown), hint="remove it, or write a file of that name")
    try:
        found = tomllib.loads(document.read(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # Beside what is no TOML, or not UTF-8: numbers of thousands of digits, lists in lists without end.
        place = _AT.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        raise ProjectError(
            f"the file is not TOML: {_AT.sub('', str(error))}", at=Location(shown, line, column), hint="correct it"
        ) from None
    if wrong := _wrong(found):
        raise ProjectError(
            wrong,
            at=Location(shown),
            hint="it takes [[foreign]] with objects, reason and families, and [[allow]] with rule, files and reason",
        )
    return Config(
        tuple(
            Foreign(tuple(one["objects"]), tuple(one.get("families", ())), one["reason"])
            for one in found.get("foreign", [])
        ),
        tuple(Allowed(one["rule"], tuple(one["files"]), one["reason"]) for one in found.get("allow", [])),
    )


def _wrong(found: dict[str, Any]) -> str:
    """What of the file is not understood, in words; empty when all of it is."""
    for name, entries in found.items():
        if name not in _SHAPES:
            return f"{name!r} is not a table that this file has"
        if wrong := document.misfit(entries, [_SHAPES[name]], name):
            return wrong
        for number, entry in enumerate(entries):
            place = f"{name}[{number}]"
            if unknown := _unknown(entry, _KEYS[name]):
                return f"{place}.{unknown} is not a key that it takes"
            if "families" in entry and (wrong := document.misfit(entry["families"], _TEXTS, f"{place}.families")):
                return wrong
            if not entry["reason"].strip():
                return f"{place}.reason is empty: say why"
    return ""


def _unknown(entry: Iterable[str], known: set[str]) -> str:
    return next((key for key in entry if key not in known), "")
