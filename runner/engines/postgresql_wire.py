"""What is said to a PostgreSQL server: many things at once, whose answers are waited for together.

This is libpq's pipeline mode by the driver's own libpq wrapper: what the driver makes of it with its cursors costs more
than what is asked, and loses why a server closed the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

from runner.engines import Answer, Row, Value
from runner.errors import RungError

Explain = Callable[[psycopg.Error], RungError]
_RENEWED_AFTER = 500  # Steps.
_STOP_SECONDS = 5.0
_GOOD = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY})


class Asked:
    """One statement that was sent. Calling it waits for all that was sent, and gives what it answered."""

    def __init__(self, wire: Wire, explain: Explain, *, commits: bool = False) -> None:
        self._wire = wire
        self.explain = explain
        self.commits = commits
        self.result: PGresult | None = None

    def __call__(self) -> Answer | None:
        """The answer, or None of a statement that has none. Raises what any of those sent with it has to say."""
        self._wire.settle()
        return self._wire.answer(self.result) if self.result else None

    def rows(self) -> list[Row]:
        """Only the rows."""
        answer = self()
        return list(answer.rows) if answer else []


class Wire:
    """A connection in autocommit mode, in words.

    What is asked goes out and is not waited for: a step, its verification and what is asked around them take one round
    trip. After an error, the server passes over all else that was asked (PostgreSQL 15, 34.5 Pipeline Mode). Each is
    sent by the extended protocol, in which the server refuses anything but one statement.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._asked: list[Asked] = []
        # How many of them have their results; and whether they are to end, whatever becomes of them.
        self._answered = 0
        self._stops = False
        self._prepared: dict[str, bytes] = {}
        self._number = 0
        self._uses = 0
        # What makes Python's values of results, for one encoding; and the encoding of what is being asked.
        self._known: tuple[str, Any] | None = None
        self._code = ""

    @property
    def waits(self) -> bool:
        """Whether something was asked whose answer has not been waited for."""
        return bool(self._asked)

    @property
    def last(self) -> Asked | None:
        """What was asked last, if its answer has not been waited for."""
        return self._asked[-1] if self._asked else None

    def ask(
        self,
        query: str,
        values: Sequence[Value] = (),
        *,
        prepare: bool = False,
        commits: bool = False,
        explain: Explain,
    ) -> Asked:
        """Send one statement. values: as text, of which the server knows what it needs. prepare: plan it for good.

        explain: the error to raise where it fails, when its answer or that of another is waited for. commits: whether
        it is the one to speak where the connection is lost, as what was asked before it may have been done by it.
        """
        server = self._connection.pgconn
        try:
            if not self._asked:
                server.enter_pipeline_mode()
                # It is the same until an answer is waited for.
                self._code = self._encoding
            text = _bytes(query, self._code)
            given = [value if value is None else _bytes(value, self._code) for value in values]
            if not prepare:
                server.send_query_params(text, given)
            else:
                name = self._prepared.get(query)
                if name is None:
                    self._number += 1
                    name = self._prepared[query] = f"rung_{self._number}".encode()
                    server.send_prepare(name, text)
                    self._asked.append(Asked(self, explain))
                server.send_query_prepared(name, given)
        except psycopg.Error as error:
            raise explain(error) from None
        asked = Asked(self, explain, commits=commits)
        self._asked.append(asked)
        return asked

    def flush(self, *, answers: bool = False) -> None:
        """Let the server begin with what was asked, while there is more to ask. answers: and say how that went."""
        with suppress(psycopg.Error):  # Whoever waits for the answers is told.
            if answers:
                self._connection.pgconn.send_flush_request()
            self._connection.pgconn.flush()

    def send(self) -> None:
        """Wait until what was asked is sent."""
        with suppress(psycopg.Error):  # As above.
            self._connection.wait(self._sending())

    def settle(self) -> None:
        """Wait for what was asked. Raises the error of the first that failed; those after it were not run."""
        if not self._asked:
            return
        asked = self._asked
        lost: psycopg.Error | None = None
        try:
            with suppress(psycopg.OperationalError):  # Of a connection that is lost; below, that is told.
                self._connection.pgconn.pipeline_sync()
            self._wait(len(asked) + 1)
        except psycopg.Error as error:
            lost = error
        finally:
            # Also after Ctrl-C, at which the driver has the server end the statement, and waits for that.
            self._end()
        for one in asked:
            if one.result is None:
                break
            if one.result.status not in _GOOD:
                # Also where the connection is lost: why, the server has said as the last thing of all.
                self.forget()
                raise self._explained(asked, one, error_from_result(one.result, self._encoding))
        else:
            return
        raise self._explained(asked, one, lost or psycopg.OperationalError("the server has not answered")) from None

    def until(self, one: Asked) -> bool:
        """Wait for the answer of one that was asked, and not for those after it. Whether it was done.

        Raises the error of the first that failed. For one that has given it answers are let out by flush(answers=True).
        """
        if one.result is None and one in self._asked:
            with suppress(psycopg.Error):  # Below, that is told.
                self._wait(self._asked.index(one) + 1)
            if one.result is None or one.result.status not in _GOOD:
                self.settle()
        return one.result is not None and one.result.status in _GOOD

    def _explained(self, asked: Sequence[Asked], one: Asked, error: psycopg.Error) -> RungError:
        if self._connection.closed:
            # All of it may have been done: a COMMIT is the one to speak, and else the last that was asked.
            left = asked[asked.index(one) :]
            one = next((each for each in left if each.commits), left[-1])
        return one.explain(error)

    def drop(self) -> None:
        """End what was asked and is not done, whatever becomes of it; an interrupt may have ended that before."""
        if self._answered < len(self._asked):
            self._stop()
        with suppress(RungError, psycopg.Error):
            self.settle()
        self._end()
        self.forget()

    def forget(self) -> None:
        """Prepare anew what was prepared: whether the server still has it is not known."""
        self._prepared.clear()

    def renew(self, explain: Explain) -> None:
        """From time to time, have planned anew what was planned while the catalog was smaller, and was read whole."""
        self._uses += 1
        if self._uses % _RENEWED_AFTER == 0 and self._prepared:
            self.ask("DEALLOCATE ALL", explain=explain)
            self.forget()

    def answer(self, result: PGresult) -> Answer | None:
        """What a result says, in Python's values."""
        if result.status != ExecStatus.TUPLES_OK:
            return None
        code = self._encoding
        if self._known is None or self._known[0] != code:
            self._known = code, Transformer(self._connection)
        _, known = self._known
        known.set_pgresult(result)
        columns = tuple((result.fname(number) or b"").decode(code) for number in range(result.nfields))
        return Answer(columns, tuple(known.load_rows(0, result.ntuples, tuple)))

    def now(self, query: str, values: Sequence[object] | None = None) -> psycopg.Cursor[Any]:
        """Run one statement by the driver and wait; its cursor. Raises psycopg.Error, and what settle() raises."""
        self.settle()
        return self._connection.execute(query, values)

    @property
    def _encoding(self) -> str:
        return self._connection.info.encoding

    def _end(self) -> None:
        self._asked, self._answered, self._stops = [], 0, False
        with suppress(psycopg.Error):
            self._connection.pgconn.exit_pipeline_mode()

    def _stop(self) -> None:
        """Have the server end what it is at; between two statements it does not hear that, and is told again."""
        self._stops = True
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=_STOP_SECONDS)

    def _wait(self, number: int) -> None:
        """Wait until so many of those asked have their results. What the server said before it went is still read."""
        answers = self._answers(number)
        if not self._connection.closed:
            self._connection.wait(answers)
            return
        for _ in answers:
            raise psycopg.OperationalError("the connection is lost")

    def _answers(self, number: int) -> PQGen[None]:
        """Send what is not sent, and give so many of those asked their results, one each; the one after the last is for
        the end of them all."""
        server = self._connection.pgconn
        ended = False
        while self._answered < number:
            lost = yield from self._sending()
            while server.is_busy():
                if lost:
                    raise lost
                if not (yield Wait.R) and self._stops:
                    self._stop()
                server.consume_input()
            result = server.get_result()
            if result:
                if self._answered < len(self._asked):
                    self._asked[self._answered].result = result
                self._answered += 1
            elif ended:
                return  # One nothing ends each statement; two of them, that there is no more.
            ended = result is None

    def _sending(self) -> PQGen[psycopg.Error | None]:
        """Send what is not sent; what the server says meanwhile is read, or it would not read on. The error of a
        connection that is lost."""
        server = self._connection.pgconn
        try:
            while server.flush():
                if (yield Wait.RW) != Ready.W:
                    server.consume_input()
        except psycopg.OperationalError as error:
            return error
        return None


def _bytes(value: str | int | float | bytes, encoding: str) -> bytes:
    found = value if isinstance(value, bytes) else str(value).encode(encoding)
    if b"\0" in found:
        # libpq would take what is before it for all of it.
        raise psycopg.DataError("PostgreSQL's texts cannot hold the character NUL")
    return found
