"""What PostgreSQL steps would do to a database in use, as squawk judges it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runner.errors import UsageError
from runner.lint.files import Source, Statement, blank
from runner.outcome import Notice

RULES = {
    "squawk-cannot-parse": "squawk knows less SQL than PostgreSQL: what it cannot parse, it does not judge.",
    "squawk-ignored": "A file that squawk is told to exclude is not judged for safety.",
}

_CONFIG = ".squawk.toml"
# Rules that rung makes pointless, wherever.
_POINTLESS = frozenset(
    {
        # A step happens whole or not at all, and IF EXISTS would take what somebody else made for its own.
        "prefer-robust-stmts",
        # The runner sets lock_timeout and takes statement_timeout; a step that sets them would overrule the DBA.
        *("require-lock-timeout", "require-statement-timeout", "require-timeout-settings"),
        # `leaves-transaction` and `transactional`, rung's own rules, say it with the header at hand.
        *("transaction-nesting", "ban-uncommitted-transaction", "ban-concurrent-index-creation-in-transaction"),
        # Short work once the lock is had; the wait for it ends with lock_timeout, is repeated, and blocks nobody for
        # longer. CONCURRENTLY would cost the step its transaction.
        *("require-concurrent-index-deletion", "require-concurrent-partition-detach"),
    }
)
# And those in a rollback: it takes back what its step made, whose clients go first, and makes again what there was,
# as it was. What is lost, `undeclared-loss` judges. Whatever scans, rewrites or locks for long stays.
_POINTLESS_BACK = ("ban-drop-", "ban-char-field", "ban-revoke", "ban-set-schema", "renaming-", "prefer-")


@dataclass(frozen=True, slots=True)
class _Work:
    """A file as it is given to squawk. name: its path below the project. text: what is left of it."""

    source: Source
    name: str
    text: str
    statements: tuple[Statement, ...]


def judge(sources: Sequence[Source], statements: Mapping[str, tuple[Statement, ...]]) -> list[Notice]:
    """What squawk says of the forward and rollback files for PostgreSQL among some files.

    statements: of each file by its path; a file that is not in it is not judged. The project's own .squawk.toml counts,
    and no other. Raises UsageError where squawk is not installed or does not understand that file.
    """
    wanted = [
        source
        for source in sources
        if source.engine == "postgresql"
        and source.file.kind in {"forward", "rollback"}
        and source.file.path in statements
    ]
    if not wanted:
        return []
    # migrations/<family>/<engine>/<file> below it.
    root = Path(wanted[0].file.path).absolute().parents[3]
    names = [Path(source.file.path).absolute().relative_to(root).as_posix() for source in wanted]
    works = [
        _Work(source, name, source.file.text, statements[source.file.path])
        for source, name in zip(wanted, names, strict=True)
    ]
    config = root / _CONFIG
    return [
        *_run([work for work in works if work.source.transactional], config, "--assume-in-transaction"),
        *_run([work for work in works if not work.source.transactional], config, "--no-assume-in-transaction"),
        *_excluded(works, config),
    ]


def _run(works: Sequence[_Work], config: Path, flag: str) -> Iterator[Notice]:
    """One run of squawk, and another without what it could not parse."""
    said: dict[str, list[dict[str, Any]]] = {work.name: [] for work in works}
    for found in _squawk(works, config, flag) if works else ():
        said[found["file"]].append(found)
    again: list[_Work] = []
    for work in works:
        unknown: dict[Statement, None] = {}
        for found in said[work.name]:
            place, rule = _offset(work.text, found["line"], found["column"]), found["rule_name"]
            if rule == "syntax-error":
                # PostgreSQL's own parser took the file. squawk judges nothing of one that it does not parse whole.
                unknown |= dict.fromkeys([one for one in work.statements if one.start <= place][-1:])
            elif not _is_pointless(rule, work.source.file.kind):
                at = work.source.file.at(place)
                yield Notice(f"squawk.{rule}", "warning", found["message"], at=at, hint=found["help"] or "")
        text = work.text
        for one in unknown:
            what = f"squawk cannot parse this {one.kind}, which PostgreSQL takes: its safety is not judged"
            yield Notice("squawk-cannot-parse", "note", what, at=work.source.file.at(one.start))
            text = text[: one.start] + blank(one.text) + text[one.end :]
        if text != work.text:
            again.append(replace(work, text=text))
    if again:
        yield from _run(again, config, flag)


def _is_pointless(rule: str, kind: str) -> bool:
    return rule in _POINTLESS or (kind == "rollback" and rule.startswith(_POINTLESS_BACK))


def _squawk(works: Sequence[_Work], config: Path, flag: str) -> list[dict[str, Any]]:
    """Run squawk on copies of files: none of the configurations that may lie around them counts."""
    folder = Path(sys.executable).parent
    program = shutil.which("squawk", path=folder) or shutil.which("squawk")
    if not program:
        raise UsageError("squawk is not installed", hint="pip install 'rung[lint]' brings it")
    with TemporaryDirectory(prefix="rung-lint-") as scratch:
        for work in works:
            copy = Path(scratch, work.name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(work.text, encoding="utf-8", newline="\n")
        none = Path(scratch, _CONFIG)
        none.touch()
        given = ["--config", str(config if config.is_file() else none), flag, "--no-error-on-unmatched-pattern"]
        result = subprocess.run(  # noqa: S603 - a fixed program; what is given is ours
            [program, "--reporter", "json", *given, "**/*.sql"],
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    try:
        found: list[dict[str, Any]] = json.loads(result.stdout)
    except ValueError:
        said = " ".join((result.stderr or result.stdout).split())
        raise UsageError(f"squawk: {said}", hint=f"correct {_CONFIG}, or update squawk") from None
    return found


def _offset(text: str, line: int, column: int) -> int:
    """The offset of a place that squawk names: lines from 0, columns in bytes from 0."""
    lines = text.split("\n")
    before = lines[: min(line, len(lines) - 1)]
    rest = lines[len(before)].encode()[:column].decode(errors="ignore")
    return sum(map(len, before)) + len(before) + len(rest)


def _excluded(works: Sequence[_Work], config: Path) -> Iterator[Notice]:
    patterns = tomllib.loads(config.read_text("utf-8")).get("excluded_paths", []) if config.is_file() else []
    for work in works:
        if any(fnmatchcase(work.name, pattern) for pattern in patterns):
            said = f"excluded_paths in {_CONFIG} keeps squawk from this file"
            yield Notice("squawk-ignored", "note", said, at=work.source.file.at(0))
