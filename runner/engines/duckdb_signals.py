"""Ctrl-C, SIGTERM and SIGHUP while DuckDB runs a statement."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread, current_thread, main_thread
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_POLL_SECONDS = 0.02
# What the thread is woken by besides signals, whose numbers begin at 1: to say that it has heard those before it.
_ARE_YOU_THERE = 0


class Signals:
    """Signals that wait for the end of a statement, which they bring about.

    Python runs a signal's handler in the main thread, which is DuckDB's until the statement ends; and where DuckDB's
    driver lets Python run one in between, it can swallow what the handler raises. So what is run then only takes note,
    and a thread that the system wakes at a signal (signal.set_wakeup_fd) ends the statement. The handler has its turn
    after it.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        """stop: ends the statement that runs, from another thread. To be made in the main thread; in another there is
        nothing to do, because no handler runs there."""
        self._stop = stop
        self._handlers: dict[int, Callable[[int, FrameType | None], object]] = {}
        self._waiting: list[tuple[int, FrameType | None]] = []
        self._running = self._may_stop = self._closed = False
        self._ended, self._heard = Event(), Event()
        if current_thread() is not main_thread():
            return
        # Those that are ignored stay so.
        self._handlers = {number: found for number in _SIGNALS if callable(found := signal.getsignal(number))}
        if self._handlers:
            bell, self._rope = os.pipe()
            os.set_blocking(self._rope, False)
            Thread(target=self._listen, args=(bell,), name="signals", daemon=True).start()
        for number in self._handlers:
            signal.signal(number, self._take)

    @contextmanager
    def kept(self, *, stop: bool) -> Iterator[None]:
        """Around a statement. stop: whether a signal ends it, and does not only wait for its end.

        Raises what the handlers raise.
        """
        if self._closed or not self._handlers or current_thread() is not main_thread():
            yield
            return
        others = -1
        self._waiting.clear()
        self._running, self._may_stop = True, stop
        try:
            others = signal.set_wakeup_fd(self._rope, warn_on_full_buffer=False)
            for number, _ in self._waiting:
                # It came before the thread could be woken.
                self._wake(number)
            yield
        finally:
            signal.set_wakeup_fd(others)
            self._may_stop = False
            if self._waiting:
                # Or the thread, where it is late, might end the next statement.
                self._ended.set()
                self._wake(_ARE_YOU_THERE)
                self._heard.wait()
                self._ended.clear()
                self._heard.clear()
            self._running = False
            for number, frame in self._waiting:
                self._handlers[number](number, frame)

    def close(self) -> None:
        """Give the handlers back, where nobody has put another in their place, which may hand on to this one."""
        if self._closed or not self._handlers:
            return
        self._closed = True
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._take and current_thread() is main_thread():
                signal.signal(number, handler)
        os.close(self._rope)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._running:
            self._waiting.append((number, frame))
        else:
            self._handlers[number](number, frame)

    def _wake(self, number: int) -> None:
        os.write(self._rope, bytes([number]))

    def _listen(self, bell: int) -> None:
        with open(bell, "rb", buffering=0) as rings:
            while ring := rings.read(1):
                if ring[0] == _ARE_YOU_THERE:
                    self._heard.set()
                while self._may_stop and ring[0] in self._handlers:
                    self._stop()
                    self._ended.wait(_POLL_SECONDS)
