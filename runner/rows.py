"""Rows for a drill: the family's and the user's, each statement as soon as the schema takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from runner.engines import Session
from runner.errors import StepError, counted
from runner.sqlfile import SqlFile, checksum


class Rows:
    """Files with rows, written to one database: the family's, and the user's own."""

    def __init__(self, session: Session, seed: Sequence[SqlFile], writes: Sequence[SqlFile]) -> None:
        """Split the files. Raises StepError for one that the engine cannot parse."""
        self._session = session
        self._own = {file.path for file in writes}
        self._waiting = [piece for file in (*seed, *writes) for piece in _pieces(session, file)]

    def write(self) -> int:
        """Write what fits now, each statement in a transaction of its own; how many rows.

        One that writes nothing waits too: what it reads may not be there yet.
        """
        written = 0
        waiting: list[SqlFile] = []
        for piece in self._waiting:
            number = self._try(piece)
            written += number
            if not number:
                waiting.append(piece)
        self._waiting = waiting
        return written

    def finish(self) -> list[str]:
        """Write what is left, at the head; what is worth telling of it. Raises StepError when the user's do not fit.

        A file's statements go together first, because deferred constraints may need that; else each by itself.
        """
        left_out: Counter[str] = Counter()
        for path in dict.fromkeys(piece.path for piece in self._waiting):
            pieces = [piece for piece in self._waiting if piece.path == path]
            try:
                self._commit(pieces)
            except StepError:
                if path in self._own:
                    raise
                left_out[path] = sum(not self._fits(piece) for piece in pieces)
        self._waiting = []
        return [
            f"{counted(n, 'statement')} of {path} did not fit and left no rows" for path, n in left_out.items() if n
        ]

    def _fits(self, piece: SqlFile) -> bool:
        try:
            self._commit([piece])
        except StepError:
            return False
        return True

    def _commit(self, pieces: Sequence[SqlFile]) -> None:
        self._session.begin()
        try:
            for piece in pieces:
                self._session.run_script(piece)
            self._session.commit(pieces[-1])
        finally:
            self._session.rollback()

    def _try(self, piece: SqlFile) -> int:
        self._session.begin()
        try:
            rows = self._session.run_script(piece)
            if rows:
                self._session.commit(piece)
        except StepError:
            rows = 0
        finally:
            self._session.rollback()
        return rows


def _pieces(session: Session, file: SqlFile) -> Iterator[SqlFile]:
    """The statements of a file, each as a file in which it stands where it stood, so that errors name its place."""
    end = 0
    for text in session.split(file):
        start = file.text.index(text, end)
        end = start + len(text)
        place = file.at(start)
        padded = "\n" * (place.line - 1) + " " * (place.column - 1) + text
        yield SqlFile(file.path, file.kind, padded, checksum(padded))
