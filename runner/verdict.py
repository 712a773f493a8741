"""What a drill found: one verdict a step, with what was lost, what differed, how long it took and what it locked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from runner.errors import Location

Verdict = Literal["lossless", "lossy", "irreversible", "broken", "unreached", "skipped"]
Basis = Literal["copy", "nothing"]
# What a step that is broken does not do.
What = Literal["does not go up", "does not go up again", "does not go down", "does not go down a second time"]

# What is said first of what came up beside a copy.
BESIDE = "from nothing: "
# What a step may be for the drill to have proven it: everything that is declared as it is.
PROVEN: frozenset[Verdict] = frozenset({"lossless", "lossy", "irreversible", "skipped"})


@dataclass(frozen=True, slots=True)
class Loss:
    """Data that is gone when the step is rolled back.

    column: empty when whole rows are gone. count: of rows, or of the column's values that were not NULL.
    whole: the table or column itself is gone. declared: whether the rollback's ``loses:`` names it.
    """

    table: str
    column: str
    count: int
    whole: bool
    declared: bool

    @property
    def name(self) -> str:
        """Of what is lost, as ``loses:`` names it."""
        return f"{self.table}.{self.column}" if self.column else self.table

    def __str__(self) -> str:
        values = "value" if self.column else "row"
        return f"{self.name} ({self.count:,} {values}{'' if self.count == 1 else 's'})"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that a step held on a relation that was there before (PostgreSQL).

    mode: as in the documentation, such as ACCESS EXCLUSIVE. held_ms: from when it was taken to the commit.
    """

    mode: str
    relation: str
    held_ms: float

    @property
    def blocks(self) -> str:
        """Whom it keeps waiting (PostgreSQL, 13.3 Explicit Locking, Table 13.2)."""
        if self.mode == "ACCESS EXCLUSIVE":
            return "reads and writes"
        if self.mode in {"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE"}:
            return "writes"
        return ""


@dataclass(frozen=True, slots=True)
class Passage:
    """One way through a step, up or down: its times in ms, its locks, and the tables that it wrote anew."""

    step_ms: float
    verify_ms: float
    locks: tuple[Lock, ...] = ()
    rewrites: tuple[str, ...] = ()

    @property
    def window_ms(self) -> float:
        """How long it kept others from reading or writing what was there before: the longest lock that blocks."""
        return max((lock.held_ms for lock in self.locks if lock.blocks), default=0.0)


@dataclass(frozen=True, slots=True)
class Crash:
    """A kill at a statement boundary. operation: up or down. statement: before which one it came (1-based; one more
    than there are: before the commit). problem: empty when the database was at a step boundary and went on from there.
    """

    operation: Literal["up", "down"]
    statement: int
    problem: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a step that is not as it is declared: a loss, a declaration without one (``declares``), or an
    object of somebody else that goes too. kind, name: of the object concerned.

    declares: what the rollback says about it. beside: seen from nothing, beside a copy.
    """

    kind: str
    name: str
    loss: Loss | None = None
    declares: str = ""
    beside: bool = False

    def __str__(self) -> str:
        words = f"takes {self.kind} {self.name} along, which is not of these steps"
        if self.declares:
            words = f"{self.declares}, and nothing of it was lost"
        if self.loss:
            words = f"loses {self.loss}, and {self.declares}"
        return f"{BESIDE if self.beside else ''}{words}"


@dataclass(frozen=True, slots=True)
class Failure:
    """The error that broke a step. at: where it is in a file. beside: seen from nothing, beside a copy."""

    what: What
    message: str
    at: Location | None = None
    beside: bool = False

    @property
    def is_up(self) -> bool:
        """Whether it came on a way up, the first or the second."""
        return self.what.startswith("does not go up")


@dataclass(frozen=True, slots=True)
class Drilled:
    """One step. reason: why it is irreversible, skipped, not reached or broken; empty for a plain verdict.

    basis: whether it was tried on a copy of the database or from nothing. before, after: fingerprints of the schema
    below and above the step. findings: what is not as it is declared. difference: what a broken step left, as lines
    of a diff (``-`` as it should be, ``+`` as it is); objects: the kinds and names of what it is about. failure: what
    broke it. *_checksum: of the step's files, None for a rollback that is not there.
    """

    id: str
    verdict: Verdict
    basis: Basis
    reason: str = ""
    before: str = ""
    after: str = ""
    forward_checksum: str = ""
    rollback_checksum: str | None = None
    verify_checksum: str = ""
    up: Passage | None = None
    down: Passage | None = None
    losses: tuple[Loss, ...] = ()
    findings: tuple[Finding, ...] = ()
    difference: tuple[str, ...] = ()
    objects: tuple[tuple[str, str], ...] = ()
    failure: Failure | None = None
    crashes: tuple[Crash, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether what the step declares was found to be so."""
        return self.verdict in PROVEN and not self.findings and not any(crash.problem for crash in self.crashes)

    @property
    def window_ms(self) -> float:
        """The longer of the windows of its two ways."""
        return max(passage.window_ms if passage else 0.0 for passage in (self.up, self.down))

    def as_json(self) -> dict[str, object]:
        """The step as an element of ``steps`` in ``--json`` output: all fields, and what follows from them."""
        fields = asdict(self)
        del fields["failure"]
        return {
            **fields,
            "findings": [str(finding) for finding in self.findings],
            "at": self.failure.at._asdict() if self.failure and self.failure.at else None,
            "proven": self.proven,
            "window_ms": self.window_ms,
        }


@dataclass(frozen=True, slots=True)
class Drill:
    """A whole drill. place: the database, without secrets, or empty when it began from nothing.

    began_utc: ISO 8601 with zone. took_ms: all of it, copy_ms: the copy. copy_bytes: its size. rows: in the tables
    of the copy, or written where it began from nothing. notes: what else is worth knowing.
    """

    family: str
    engine: str
    engine_name: str
    engine_version: str
    place: str
    schema: str
    began_utc: str
    took_ms: float
    copy_ms: float
    copy_bytes: int
    rows: int
    username: str
    hostname: str
    run_id: str
    rung_version: str
    steps: tuple[Drilled, ...]
    notes: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether every step is: then the command ends with 0."""
        return all(step.proven for step in self.steps)

    def as_json(self) -> dict[str, object]:
        """The drill as the object under ``drill`` in ``--json`` output: all fields, and what follows from them."""
        steps = [step.as_json() for step in self.steps]
        return {**asdict(self), "proven": self.proven, "steps": steps}
