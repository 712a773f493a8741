"""One step on trial: what was found out about it, gathered as the drill goes on, and the verdict in the end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runner.errors import StepError
from runner.project import Step
from runner.sqlfile import header
from runner.state import (
    Catalog,
    Changed,
    Content,
    Key,
    State,
    catalog_difference,
    compare_rows,
    differing,
    keys,
    missing,
)
from runner.verdict import BESIDE, Basis, Crash, Drilled, Failure, Finding, Loss, Passage, Verdict, What
from runner.wording import mentions

Narrowed = tuple[Mapping[str, Content], Mapping[str, Content]]
# Kinds of objects that belong to the whole cluster; a database's own settings are told as theirs.
_OF_CLUSTER = frozenset({"role", "membership", "setting"})
# From the worst to the best.
_ORDER: tuple[Verdict, ...] = ("broken", "unreached", "irreversible", "lossy", "lossless", "skipped")
# Kinds of objects that say what rows look like.
_SHAPES = frozenset({"table", "column", "constraint", "type", "sequence"})
# Kinds of objects that live and die with another, most of them with a table.
_PARTS = frozenset(
    {
        *("index", "trigger", "constraint", "column", "comment", "grant", "policy", "rule", "row security"),
        *("owner", "default", "identity", "toast options"),
        # With a role.
        *("membership", "setting"),
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is below and above a step when it is climbed from nothing."""

    below: State
    above: State

    @property
    def reshapes(self) -> bool:
        """Whether the step changes or takes away what was there and may hold rows, or what they must fulfil.

        A table of SQLite and DuckDB is one text: lines that are added to it alone are columns.
        """
        for (kind, name), was in self.below.catalog.items():
            now = self.above.catalog.get((kind, name), "")
            if kind in _SHAPES and not {*_lines(was)} <= {*_lines(now)}:
                return True
        if any(self.above.positions.get(name, stood) != stood for name, stood in self.below.positions.items()):
            return True
        for key in self.above.catalog.keys() - self.below.catalog.keys():
            kind, name = key
            if kind == "constraint" and name.partition(".")[0] in self.below.columns:
                return True
            if kind == "index" and " UNIQUE " in self.above.catalog[key][:20]:
                return True
        return False


def _lines(definition: str) -> list[str]:
    return [line.rstrip(",") for line in definition.splitlines()]


@dataclass(slots=True)
class Trial:
    """What the drill found of a step so far. skipped: why the server cannot apply it. applied: whether it was when the
    drill began. adopted: see plan.Descent.

    values: whether differences may show what is in rows.
    """

    step: Step
    basis: Basis
    skipped: str = ""
    applied: bool = False
    adopted: bool = False
    values: bool = True
    tried: bool = False
    left_behind: bool = False
    crashes: list[Crash] = field(default_factory=list)
    _up: Passage | None = None
    _down: Passage | None = None
    _below: str = ""
    _above: str = ""
    _failure: Failure | None = None
    _losses: dict[tuple[str, str], Loss] = field(default_factory=dict)
    _findings: list[Finding] = field(default_factory=list)
    _difference: list[str] = field(default_factory=list)
    _objects: list[Key] = field(default_factory=list)
    _doubts: dict[Loss, tuple[str, ...]] = field(default_factory=dict)
    _above_it: State | None = None
    _left_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def fail(self, what: What, error: StepError) -> None:
        """The step did not do what it must: what, and the error."""
        self._failure = self._failure or Failure(what, error.message, error.at)
        # In its DETAIL, PostgreSQL shows the row.
        told = [line for line in error.detail if self.values or not line.startswith("DETAIL:")]
        self._difference += [line for line in told if line not in self._difference]

    def went_up(self, passage: Passage, below: State, above: State) -> None:
        """It went up. below, above: what was there before and after."""
        if self.tried:
            return
        self._up, self._below, self._above = passage, below.fingerprint, above.fingerprint

    def went_down(self, passage: Passage) -> None:
        """It went down."""
        self._down = self._down or passage

    def came_back(self, before: State, after: State) -> None:
        """It went up and down. before: what was below it, which must be what is there after."""
        self.tried = True
        self._differ("after up and down", before.catalog, after.catalog)
        for name, content in before.contents.items():
            found = after.contents.get(name)
            if found and found.columns == content.columns:
                self._compare(name, content, found, final=True)
        self._positions(before, after)

    def is_again(self, left: State, above: State, known: Known | None) -> None:
        """It went down, which left ``left``, and up again. above: what is there now. known: see left()."""
        if known and not self.adopted:
            expected = _changed(left.catalog, known.below.catalog, known.above.catalog)
            self._differ("after down and up", expected, above.catalog)

    def narrow(self, above: State, known: Known | None) -> dict[str, list[str]]:
        """The tables that are wider above the step than below it, with the columns that they have in both."""
        if known is None or self.adopted:
            return {}
        below = known.below.columns
        return {
            name: [column for column in columns if column in below[name]]
            for name, columns in above.columns.items()
            if name in below and not set(columns) <= set(below[name])
        }

    def left(self, above: State, left: State, narrowed: Narrowed, known: Known | None) -> None:
        """It went down from ``above`` and left ``left``. narrowed: tables with only the columns that stay, in both.

        known: what the step has below and above it when it is climbed from nothing, where that is known.
        """
        if known and not self.adopted:
            self._differ("", self._expected(above.catalog, left.catalog, known), left.catalog)
        elif self.adopted:
            self._differ("", above.catalog, left.catalog)
        for name, content in above.contents.items():
            if name not in left.contents:
                if not any(
                    other not in above.contents and content.is_as(found) for other, found in left.contents.items()
                ):
                    self._lose(Loss(name, "", content.rows, True, self._declares(name)))
                continue
            found = left.contents[name]
            for column in content.columns:
                if column not in found.columns:
                    self._lose(Loss(name, column, content.count(column), True, self._declares(name, column)))
            was, now = (pair.get(name, full) for pair, full in zip(narrowed, (content, found), strict=True))
            if was.columns == now.columns:
                self._compare(name, was, now)
        if known and self.basis == "nothing":
            self._stays_behind(known, left)
        self._positions(above, left, known)
        self._above_it, self._left_columns = above, left.columns

    def _stays_behind(self, known: Known, left: State) -> None:
        """Rows that the step itself writes go with it. On a copy nobody knows whose a row is."""
        for name, below in known.below.contents.items():
            above, found = known.above.contents.get(name), left.contents.get(name)
            if above and found and above.columns == below.columns == found.columns:
                stays = (keys(above) - keys(below)) & keys(found)
                self._difference += (
                    [f"table {name}, of the step's own rows", *(f"+ {row}" for row in stays)] if stays else []
                )

    def keeps(self, below: State, left: State, touched: set[str]) -> None:
        """Whether the rows that were below the step before it first went up are all below it again.

        touched: tables that others have changed since; those in which rows are missing are added.
        """
        for name, content in below.contents.items():
            found = left.contents.get(name)
            if (
                name not in touched
                and found
                and found.columns == content.columns
                and (rows := missing(name, content, found, values=self.values))
            ):
                touched.add(name)
                self._compare(name, content, found, rows, final=True)
        self._positions(below, left)

    @property
    def not_up(self) -> str:
        """Why it does not go up at all, or empty."""
        return self._reason if self._failure and self._failure.what == "does not go up" else ""

    @property
    def reached(self) -> bool:
        """Whether anything was found out about the step here."""
        return self._verdict()[0] != "unreached"

    @property
    def is_broken(self) -> bool:
        """Whether there is nothing more to prove: such a step is not killed on top of it."""
        return bool(self._failure or self._difference)

    @property
    def in_doubt(self) -> bool:
        """Whether going up again may show that nothing was lost: renamed, moved, or converted there and back."""
        return bool(self._doubts)

    def back_again(self, again: State) -> None:
        """It went down and up again; again: what is there now, with its rows. Clears the doubts where all is back."""
        for loss in list(self._doubts):
            was = self._above_it.contents.get(loss.table) if self._above_it else None
            now = again.contents.get(loss.table)
            # Of what was empty nothing tells that it came back, unless something else stands in its place below.
            renamed = set(self._left_columns.get(loss.table, ())) - set(was.columns if was else ())
            if was and now and was.is_as(now) and (loss.count or not loss.whole or renamed):
                del self._doubts[loss]

    def _expected(self, above: Catalog, left: Catalog, known: Known) -> Catalog:
        below, known_above = known.below.catalog, known.above.catalog
        expected = _changed(above, known_above, below)
        # What is not the steps' own (an index of the DBA's, a month of a partitioned table) goes with its table.
        for key in above.keys() - below.keys() - known_above.keys() - left.keys():
            kind, name = key
            expected.pop(key)
            if kind not in _PARTS and "PARTITION OF" not in above[key]:
                self._findings.append(Finding(kind, name))
        return expected

    def _differ(self, when: str, expected: Catalog, found: Catalog) -> None:
        # What belongs to the whole cluster would be there from nothing too.
        objects = differing(expected, found)
        self.left_behind = self.left_behind or any(kind not in _OF_CLUSTER for kind, _ in objects)
        if objects and not self._difference:
            self._difference += ([f"{when}:"] if when else []) + catalog_difference(expected, found)
            self._objects += objects

    def _compare(
        self, table: str, was: Content, now: Content, only: Changed | None = None, *, final: bool = False
    ) -> None:
        changed = only or compare_rows(table, was, now, values=self.values)
        if changed is None:
            return
        lost = [Loss(table, "", changed.gone, False, self._declares(table))] if changed.gone else []
        lost += [Loss(table, c, n, False, self._declares(table, c)) for c, n in changed.values.items()]
        if not lost:
            self._difference += changed.lines
        for loss in lost:
            self._lose(loss, changed.lines, final=final or bool(changed.gone or changed.new))

    def _lose(self, loss: Loss, lines: tuple[str, ...] = (), *, final: bool = False) -> None:
        if loss.declared:
            self._losses.setdefault((loss.table, loss.column), loss)
        elif final:
            self._undeclared(loss, lines)
        else:
            self._doubts[loss] = lines

    def _undeclared(self, loss: Loss, lines: tuple[str, ...]) -> None:
        if (loss.table, loss.column) not in self._losses:
            self._losses[loss.table, loss.column] = loss
            says = "says something else" if self._loses else "is missing"
            self._findings.append(Finding("table", loss.table, loss, f"`loses:` of its rollback {says}"))
        if not set(lines) <= set(self._difference):
            self._difference += lines

    def _positions(self, before: State, after: State, known: Known | None = None) -> None:
        for name, stood in before.positions.items():
            if name not in after.positions and name not in after.contents:
                continue
            found = after.positions.get(name)
            # Where the step itself moves it, it must be where it was below the step.
            moves = known and known.below.positions.get(name) != known.above.positions.get(name)
            position = known.below.positions.get(name) if known and moves else stood
            # Forward is no harm: a number is left out. Back, and a number comes twice.
            if isinstance(position, int) and (not isinstance(found, int) or found < position):
                self._difference += [f"sequence {name}", f"- stands at {position}", f"+ stands at {found!r}"]

    @property
    def _loses(self) -> str:
        return header(self.step.rollback).keys.get("loses", "") if self.step.rollback else ""

    def _declares(self, table: str, column: str = "") -> bool:
        return mentions(self._loses, table) or bool(column and mentions(self._loses, f"{table}.{column}"))

    def _settle(self) -> None:
        """What is still in doubt is lost; and what the rollback says that it loses must be lost."""
        for loss, lines in self._doubts.items():
            self._undeclared(loss, lines)
        self._doubts = {}
        said = re.sub(r"\([^)]*\)", " ", self._loses)
        for table, columns in (self._above_it.columns if self._above_it else {}).items():
            lost = {column for name, column in self._losses if name == table}
            said_of = [c for c in columns if mentions(said, f"{table}.{c}") and not lost & {c, ""}]
            if mentions(said, table) and not lost:
                said_of.insert(0, "")
            for column in said_of:
                name = f"{table}.{column}" if column else table
                kind = "column" if column else "table"
                self._findings.append(Finding(kind, name, declares=f"`loses:` names {name}"))

    def result(self) -> Drilled:
        """The verdict with everything that led to it."""
        self._settle()
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
            objects=tuple(self._objects),
            failure=self._failure,
            crashes=tuple(self.crashes),
        )

    @property
    def _reason(self) -> str:
        """Why it is broken, or empty."""
        failed = self._failure
        return f"{failed.what}: {failed.at or self.step.id}: {failed.message}" if failed else ""

    def _verdict(self) -> tuple[Verdict, str]:
        adopted = "adopted: what it makes was there before rung came, and stays" if self.adopted else ""
        cases: tuple[tuple[object, Verdict, str], ...] = (
            (self.skipped, "skipped", self.skipped),
            (self._reason, "broken", self._reason),
            (self._difference, "broken", "what is left is not what was there"),
            (self.step.irreversible and (self._up or self.applied), "irreversible", self.step.irreversible),
            (not self._down, "unreached", "a step in its way failed"),
            (self._losses, "lossy", ""),
        )
        return next(((verdict, why) for holds, verdict, why in cases if holds), ("lossless", adopted))


def together(copy: Drilled, nothing: Drilled) -> Drilled:
    """What a copy showed of a step, and what else was found of it from nothing.

    That it does not go up from nothing says nothing: it may need what only the database has.
    """
    if nothing.proven and nothing.verdict == "lossy" and copy.verdict == "lossless" and not copy.reason:
        # It went up and down before it had rows, and what is above it has no way back.
        return replace(copy, verdict="lossy", losses=nothing.losses)
    if (
        nothing.proven
        or nothing.verdict == "unreached"
        or (nothing.failure and nothing.failure.what == "does not go up")
    ):
        return copy
    worse = _ORDER.index(nothing.verdict) < _ORDER.index(copy.verdict)
    return replace(
        copy,
        verdict=nothing.verdict if worse else copy.verdict,
        reason=copy.reason or (f"{BESIDE}{nothing.reason}" if nothing.reason else ""),
        findings=(*copy.findings, *(replace(finding, beside=True) for finding in nothing.findings)),
        objects=copy.objects or nothing.objects,
        failure=copy.failure or (replace(nothing.failure, beside=True) if nothing.failure else None),
        difference=copy.difference or (("from nothing:", *nothing.difference) if nothing.difference else ()),
    )


def _changed(catalog: Catalog, old: Catalog, new: Catalog) -> Catalog:
    """A catalog with the changes made to it that lead from ``old`` to ``new``."""
    result = dict(catalog)
    for key in differing(old, new):
        result.pop(key, None)
        if key in new:
            result[key] = new[key]
    return result
