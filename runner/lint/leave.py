"""What may pass although a rule says otherwise: ``allow:`` in a file, ``[[allow]]`` in .rung.toml, with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from runner.config import Config
from runner.errors import Location
from runner.lint.files import Source, Statement
from runner.outcome import Notice
from runner.sqlfile import Allowance, allowances

RULES = {"unused-allowance": "An `allow:` lets something pass that would be told otherwise."}


class Leave:
    """Who may pass, and whose leave nobody used."""

    def __init__(self, root: Path, sources: Mapping[str, Source], config: Config) -> None:
        self._root = root.resolve()
        self._config = config
        self._sources = sources
        self._said = {path: allowances(source.file)[0] for path, source in sources.items()}
        self._used: set[tuple[str, Allowance]] = set()
        self._statements: Mapping[str, Sequence[Statement]] = {}

    def knows(self, statements: Mapping[str, Sequence[Statement]]) -> None:
        """Take note of where statements end."""
        self._statements = statements

    def given(self, notice: Notice) -> Notice:
        """The notice, with the reason for which it may pass, if there is one."""
        if not notice.at:
            return notice
        path, line = notice.at.file, notice.at.line
        for one in self._said.get(path, ()):
            if fnmatchcase(notice.rule, one.rule) and (one.whole or line in self._lines(path, one)):
                self._used.add((path, one))
                return replace(notice, allowed=one.reason)
        try:
            below = (Path(path).parent.resolve() / Path(path).name).relative_to(self._root).as_posix()
        except ValueError:
            return notice
        reason = next((one.reason for one in self._config.allow if one.covers(notice.rule, below)), "")
        return replace(notice, allowed=reason)

    def unused(self, judged: Sequence[str], untold: frozenset[str]) -> Iterator[Notice]:
        """What lets nothing pass. judged: the paths of the files that were. untold: rules that were not told of."""
        for path in judged:
            for one in self._said.get(path, ()):
                if (path, one) not in self._used and one.rule not in untold:
                    what = f"nothing here needs leave from {one.rule}"
                    at = Location(path, one.line, 1)
                    yield Notice("unused-allowance", "warning", what, at, hint="drop it")

    def _lines(self, path: str, one: Allowance) -> range:
        """The lines that an allowance below the header is meant for."""
        file = self._sources[path].file
        if not file.text.split("\n")[one.line - 1].lstrip().startswith("--"):
            return range(one.line, one.line + 1)
        spans = [(file.at(s.start).line, file.at(s.end).line) for s in self._statements.get(path, ())]
        if any(first <= one.line <= last for first, last in spans):
            # Within a statement it is meant for the next line.
            return range(one.line, one.line + 2)
        return range(one.line, next((last for first, last in spans if first > one.line), one.line + 1) + 1)
