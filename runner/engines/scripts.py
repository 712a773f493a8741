"""What holds of a file on every engine: a step says something, ``transactional: false`` is one statement, and each
row of a verify or check file is one violation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from runner.engines import Answer, Violation
from runner.errors import Location, StepError, VerificationError
from runner.sqlfile import SqlFile

_T = TypeVar("_T")


def at_each(boundary: Callable[[int], None] | None, statements: Iterable[_T]) -> Iterator[_T]:
    """Go through statements as they run and call ``boundary`` at each boundary, with how many have run."""
    if boundary is None:
        yield from statements
        return
    boundary(0)
    for number, statement in enumerate(statements, start=1):
        boundary(number)
        yield statement


def has(text: str, *words: str) -> bool:
    """Whether one of some words (in lower case) is in a text, however it is written there, and be it in a longer one.

    Quick with a large text, where a pattern takes a second for each 20 MB.
    """
    text = text.lower()
    return any(word in text for word in words)


def refuse_empty(file: SqlFile, statements: int) -> None:
    """Raise StepError when a step's file held no statement."""
    if not statements:
        raise StepError(
            "the file holds no statement",
            at=file.at(0),
            hint="write the step's SQL below the header, or remove the step's files",
        )


def refuse_several(file: SqlFile, offsets: Sequence[int]) -> None:
    """Raise StepError unless a ``transactional: false`` file holds one statement; offsets: where each begins."""
    if len(offsets) != 1:
        raise StepError(
            f"a step with `transactional: false` holds one statement, and this file holds {len(offsets)}",
            at=file.at(offsets[1] if len(offsets) > 1 else 0),
            kept="nothing was run",
            hint="move the others into steps of their own",
        )


def writing(what: str, file: SqlFile, at: Location) -> VerificationError:
    """The error of a statement that does more than read in a file that may only read."""
    what = f"{what} in a {file.kind} file, which may only read"
    return VerificationError(what, at=at, hint="a SELECT is all it needs")


def not_in_a_step(
    what: str,
    at: Location,
    hint: str = "drop it: rung commits a step together with its verification and its ledger rows",
) -> StepError:
    """The error of a statement that would leave the transaction of its step, or outlive it."""
    return StepError(f"{what} is not allowed in a step", at=at, hint=hint)


def correction(file: SqlFile) -> str:
    """What to do about a file that reads and does not run."""
    return {"query": "check the parameters", "statement": "correct it"}.get(file.kind, f"correct the {file.kind} file")


def judge(file: SqlFile, answers: Iterable[tuple[int, Answer | None]]) -> list[Violation]:
    """The rows of a verify or check file as violations. answers: each statement's offset with what it returned.

    Raises VerificationError for a statement that does not return (subject, problem), and for a file without one:
    such a file proves nothing.
    """
    found: list[Violation] = []
    empty = True
    for offset, answer in answers:
        if answer is None or len(answer.columns) != 2:
            raise VerificationError(
                f"a {file.kind} statement returns two columns, subject and problem",
                at=file.at(offset),
                hint="each row it returns is one violation; no rows is a pass",
            )
        found += [Violation(str(subject), str(problem)) for subject, problem in answer.rows]
        empty = False
    if empty:
        raise VerificationError(
            f"the {file.kind} file holds no statement, so it proves nothing",
            at=file.at(0),
            hint="write a SELECT that returns (subject, problem) for whatever is not as it should be",
        )
    return found
