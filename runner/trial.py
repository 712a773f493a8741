"""One step on trial: what was found out about it, gathered as the drill goes on, and the verdict in the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.errors import StepError
from runner.project import Step
from runner.sqlfile import header
from runner.state import Catalog, Content, Key, State, catalog_difference, compare_rows
from runner.verdict import Basis, Drilled, Loss, Passage, Verdict

# Kinds of objects that live and die with a table.
_PARTS = frozenset({"index", "trigger", "constraint", "column", "comment", "grant", "policy", "rule", "row security"})
_NAMED = re.compile(r"[\w$]+(?:\.[\w$]+)*")


@dataclass(slots=True)
class Trial:
    """What the drill found of a step so far. skipped: why the server cannot apply it. adopted: see plan.Descent."""

    step: Step
    basis: Basis
    skipped: str = ""
    adopted: bool = False
    tried_pending: bool = False
    _up: Passage | None = None
    _down: Passage | None = None
    _below: str = ""
    _above: str = ""
    _reason: str = ""
    _losses: dict[tuple[str, str], Loss] = field(default_factory=dict)
    _findings: list[str] = field(default_factory=list)
    _difference: list[str] = field(default_factory=list)
    _bystanders: set[Key] = field(default_factory=set)

    def fail(self, what: str, error: StepError) -> None:
        """The step did not do what it must: what, and the error."""
        self._reason = self._reason or f"{what}: {error.at or self.step.id}: {error.message}"
        self._difference += [line for line in error.detail if line not in self._difference]

    def went_up(self, passage: Passage, below: State, above: State) -> None:
        """It went up. below, above: what was there before and after."""
        self._up, self._below, self._above = passage, below.fingerprint, above.fingerprint

    def went_down(self, passage: Passage) -> None:
        """It went down."""
        self._down = self._down or passage

    def came_back(self, before: State, after: State) -> None:
        """It went up and down. before: what was below it, which must be what is there after."""
        self.tried_pending = True
        self._differ("after up and down", catalog_difference(before.catalog, after.catalog))
        for name, content in before.contents.items():
            found = after.contents.get(name)
            if found and found.columns == content.columns:
                self._compare(name, content, found)
        self._positions(before, after)

    def is_again(self, before: State, after: State) -> None:
        """It went down and up. before: what was above it; all of that must be there again, but for what is not the
        steps' own and went down with them."""
        gone = {key for key in before.catalog.keys() - after.catalog.keys() if key in self._bystanders}
        expected = {key: definition for key, definition in before.catalog.items() if key not in gone}
        self._differ("after down and up", catalog_difference(expected, after.catalog))

    def narrow(self, above: State, below: State | None) -> dict[str, list[str]]:
        """The tables that are wider above the step than below it, with the columns that they have in both."""
        if below is None or self.adopted:
            return {}
        return {
            name: [column for column in columns if column in below.columns[name]]
            for name, columns in above.columns.items()
            if name in below.columns and not set(columns) <= set(below.columns[name])
        }

    def left(
        self,
        above: State,
        narrowed_above: Mapping[str, Content],
        left: State,
        narrowed_left: Mapping[str, Content],
        below: State | None,
        known_above: State | None,
    ) -> None:
        """It went down from ``above`` and left ``left``. narrowed: tables with only the columns that stay.

        below, known_above: what the step has below and above it when it is climbed from nothing, where that is known.
        """
        if self.adopted or below is None or known_above is None:
            expected = above.catalog if self.adopted else left.catalog
        else:
            expected = self._expected(above.catalog, left.catalog, below.catalog, known_above.catalog)
        self._differ("", catalog_difference(expected, left.catalog))
        for name, content in above.contents.items():
            if name not in left.contents:
                self._lose(Loss(name, "", content.rows, True, self._declares(name)))
                continue
            found = left.contents[name]
            for column in content.columns:
                if column not in found.columns:
                    self._lose(Loss(name, column, content.count(column), True, self._declares(name, column)))
            was, now = narrowed_above.get(name, content), narrowed_left.get(name, found)
            if was.columns == now.columns:
                self._compare(name, was, now)
        self._positions(above, left)
        for name in sorted(self._said() & _names(above)):
            table, _, column = name.partition(".")
            lost = {(t.lower(), c.lower()) for t, c in self._losses}
            if not any(t == table and (not column or c in {column, ""}) for t, c in lost):
                self._findings.append(f"`loses:` names {name}, and nothing of it was lost")

    def _expected(self, above: Catalog, left: Catalog, below: Catalog, known_above: Catalog) -> Catalog:
        expected = dict(above)
        for key in below.keys() | known_above.keys():
            if below.get(key) != known_above.get(key):
                expected.pop(key, None)
                if key in below:
                    expected[key] = below[key]
        # What is not the steps' own (an index of the DBA's, a month of a partitioned table) goes with its table.
        for key in above.keys() - below.keys() - known_above.keys() - left.keys():
            kind, name = key
            expected.pop(key)
            self._bystanders.add(key)
            if kind not in _PARTS and "PARTITION OF" not in above[key]:
                self._findings.append(f"takes {kind} {name} along, which is not of these steps")
        return expected

    def _differ(self, when: str, lines: list[str]) -> None:
        if lines and not self._difference:
            self._difference += ([f"{when}:"] if when else []) + lines

    def _compare(self, table: str, was: Content, now: Content) -> None:
        changed = compare_rows(table, was, now)
        if changed is None:
            return
        lost = [Loss(table, "", changed.gone, False, self._declares(table))] if changed.gone else []
        lost += [Loss(table, c, n, False, self._declares(table, c)) for c, n in changed.values.items()]
        for loss in lost:
            self._lose(loss)
        if changed.new or not lost or not all(loss.declared for loss in lost):
            self._difference += changed.lines

    def _lose(self, loss: Loss) -> None:
        if (loss.table, loss.column) in self._losses:
            return
        self._losses[loss.table, loss.column] = loss
        if not loss.declared:
            said = "names others" if self._said() else "is missing"
            self._findings.append(f"loses {loss}, and its rollback's `loses:` {said}")

    def _positions(self, before: State, after: State) -> None:
        for name, position in before.positions.items():
            if name not in after.positions and name not in after.contents:
                continue
            found = after.positions.get(name)
            # Forward is no harm: a number is left out. Back, and a number comes twice.
            if isinstance(position, int) and (not isinstance(found, int) or found < position):
                self._difference += [f"sequence {name}", f"- stands at {position}", f"+ stands at {found!r}"]

    def _said(self) -> set[str]:
        keys = header(self.step.rollback).keys if self.step.rollback else {}
        return {name.lower() for name in _NAMED.findall(re.sub(r"\([^)]*\)", " ", keys.get("loses", "")))}

    def _declares(self, table: str, column: str = "") -> bool:
        names = {table.lower(), f"{table}.{column}".lower()} if column else {table.lower()}
        return bool(names & self._said())

    def result(self) -> Drilled:
        """The verdict with everything that led to it."""
        verdict, reason = self._verdict()
        return Drilled(
            id=self.step.id,
            verdict=verdict,
            basis=self.basis,
            reason=reason,
            before=self._below,
            after=self._above,
            forward_checksum=self.step.forward.checksum,
            rollback_checksum=self.step.rollback.checksum if self.step.rollback else None,
            verify_checksum=self.step.verify.checksum,
            up=self._up,
            down=self._down,
            losses=tuple(self._losses.values()),
            findings=tuple(dict.fromkeys(self._findings)),
            difference=tuple(self._difference),
        )

    def _verdict(self) -> tuple[Verdict, str]:
        adopted = "adopted: what it makes was there before rung came, and stays" if self.adopted else ""
        cases: tuple[tuple[object, Verdict, str], ...] = (
            (self.skipped, "skipped", self.skipped),
            (self._reason, "broken", self._reason),
            (self._difference, "broken", "what is left is not what was there"),
            (self.step.irreversible and self._up, "irreversible", self.step.irreversible),
            (not self._down, "unreached", "a step in its way failed"),
            (self._losses, "lossy", ""),
        )
        return next(((verdict, why) for holds, verdict, why in cases if holds), ("lossless", adopted))


def _names(state: State) -> set[str]:
    tables = {name.lower() for name in state.columns}
    return tables | {f"{name}.{column}".lower() for name, columns in state.columns.items() for column in columns}
