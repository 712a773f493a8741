"""What the user sees: text for people, one JSON object for programs, a live line on a terminal, a log file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite
from time import perf_counter
from typing import TYPE_CHECKING

from runner import __version__
from runner.errors import Location, RungError, UsageError, counted, json_safe, visible

if TYPE_CHECKING:
    import threading
    from typing import TextIO

    from runner.climb import Progress
    from runner.examine import Finding

JSON_FORMAT = 1
_TICK_SECONDS = 0.2


class Report:
    """Where a command's words go: results to ``out``, progress and errors to ``err``, both to the log.

    A reader that goes away (a closed pipe) silences the output; it does not stop a migration half-way. Nor does a full
    disk below it, which is told in ``lost``: why words that somebody waits for could not be written.
    """

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool, quiet: bool, verbose: bool) -> None:
        self._out = out
        self._err = err
        self.as_json = as_json
        self.quiet = quiet
        self.verbose = verbose
        # Set while words stand among printed SQL: each line then is a SQL comment.
        self.comment = False
        self.lost = ""
        self._log: TextIO | None = None
        # With --json stdout belongs to the one object, so the words go to stderr.
        self._words = err if as_json else out
        self._live = _Live(err) if err.isatty() and out.isatty() and not quiet and not as_json else None
        encoding = (self._words.encoding or "ascii").lower()
        self._tick = "✓" if encoding.startswith("utf") else "ok"

    def log_to(self, path: str) -> None:
        """Append every word to a file from here on. Raises UsageError when it cannot be written."""
        try:
            self._log = open(path, "a", encoding="utf-8")  # noqa: PTH123, SIM115 - closed with the report
        except OSError as error:
            raise UsageError(
                f"cannot write the log file: {error.strerror}",
                at=Location(path),
                hint="give --log-file a path to write to",
            ) from None

    def say(self, text: str = "") -> None:
        """One line of a result."""
        text = visible(f"-- {text}" if self.comment else text, breaks=True)
        self._to_log(text)
        if not self.quiet:
            self._write(self._words, text + "\n")

    def warn(self, text: str) -> None:
        """What to know before something is begun, on stderr, also when quiet."""
        line = visible(f"rung: {text}")
        self._to_log(line)
        self._write(self._err, line + "\n")

    def fail(self, error: RungError) -> None:
        """An error, on stderr, also when quiet."""
        if self._live:
            self._live.clear()
        lines = [visible(line) for line in error.lines()]
        for line in (f"rung: {lines[0]}", *lines[1:]):
            self._to_log(line)
            self._write(self._err, line + "\n")

    def print_json(self, value: dict[str, object]) -> None:
        """The one object of a command that was asked for --json."""
        if self.as_json:
            import json

            document = _finite({"format": JSON_FORMAT, "rung": __version__, **value})
            self._write(self._out, json_safe(json.dumps(document, indent=2, ensure_ascii=False, default=repr)) + "\n")

    def progress(self, event: Progress) -> None:
        """A step as it happens: a live line while it runs (terminals only), a lasting one when it is done."""
        if self.quiet and not self._log:
            return
        doing = {"up": "applying", "down": "rolling back"}[event.operation]
        if event.phase == "started":
            self._to_log(f"{doing} {event.step}")
            if self._live:
                self._live.start(f"  [{event.number}/{event.total}] {event.step}  {doing}")
            return
        if self._live:
            self._live.clear()
        verified = f"   verified {milliseconds(event.timing.verify_ms):>9}" if event.timing.verify_ms else ""
        took = "adopted" if event.adopted else milliseconds(event.timing.step_ms)
        self.say(f"  {self._tick} {event.step:<38} {event.operation:<4} {took:>9}{verified}")

    def doing(self, what: str = "") -> None:
        """What is under way, on the live line of a terminal; nothing ends it."""
        what = visible(what)
        if what:
            self._to_log(what)
        if self._live:
            if what:
                self._live.start(f"  {what}")
            else:
                self._live.clear()

    def close(self) -> None:
        """Stop the live line and the log."""
        if self._live:
            self._live.clear()
        if self._log:
            self._log.close()

    def _to_log(self, text: str) -> None:
        if self._log:
            stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            try:
                self._log.write(f"{stamp} {text}\n")
                self._log.flush()
            except OSError as error:
                log, self._log = self._log, None
                with suppress(OSError):
                    log.close()
                words = f"rung: {log.name}: the log cannot be written any more: {error.strerror}; the rest goes on"
                self._write(self._err, words + "\n")

    def _write(self, stream: TextIO, text: str) -> None:
        why = _write(stream, text)
        self.lost = self.lost or why


class _Live:
    """The line of the step under way, with the time it has taken so far, redrawn by a thread of its own."""

    def __init__(self, stream: TextIO) -> None:
        import threading

        self._stream = stream
        self._lock = threading.Lock()
        self._stop: threading.Event | None = None

    def start(self, text: str) -> None:
        import threading

        self.clear()
        self._stop = stop = threading.Event()
        began = perf_counter()

        def draw() -> None:
            while not stop.wait(_TICK_SECONDS):
                with self._lock:
                    if not stop.is_set():
                        _write(self._stream, f"\r\x1b[K{text} … {perf_counter() - began:.1f} s")

        _write(self._stream, f"\r\x1b[K{text} …")
        threading.Thread(target=draw, daemon=True).start()

    def clear(self) -> None:
        if self._stop:
            with self._lock:
                self._stop.set()
                _write(self._stream, "\r\x1b[K")
            self._stop = None


def _write(stream: TextIO, text: str) -> str:
    """Write and flush; why it could not be, or empty. It could where nobody wants to read it any more."""
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            stream.write(text.encode(stream.encoding, "backslashreplace").decode(stream.encoding))
        stream.flush()
    except OSError as error:
        # What is still in the buffer would fail once more when Python ends, and spoil the exit code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return "" if isinstance(error, BrokenPipeError) else error.strerror or str(error)
    except ValueError:
        pass
    return ""


def _finite(value: object) -> object:
    """The same without numbers that JSON does not have: these become texts, such as ``nan``."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value if not isinstance(value, float) or isfinite(value) else str(value)


def milliseconds(value: float) -> str:
    """A duration for people: ms below a second, seconds above."""
    return f"{value:.1f} ms" if value < 1000 else f"{value / 1000:.2f} s"


def existing(counts: dict[str, int]) -> str:
    """What exists, in words: ``7 tables, 24 indexes, 3 views, 1 trigger``."""
    return ", ".join(counted(number, kind, plural(kind)) for kind, number in counts.items()) or "no objects"


def plural(kind: str) -> str:
    """A kind of object in the plural."""
    return {"index": "indexes", "policy": "policies", "statistics": "statistics"}.get(kind, f"{kind}s")


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned text, two spaces apart, indented by two."""
    shown = [[visible(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(row[i]) for row in shown) for i in range(len(headings))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown
    ]


def say_findings(report: Report, findings: Sequence[Finding]) -> list[Finding]:
    """Show what does not hold (with --verbose everything); the findings that do not."""
    bad = [finding for finding in findings if not finding.holds]
    for finding in findings if report.verbose else bad:
        report.say(f"  {'holds' if finding.holds else 'FAILS'}  {finding.kind:<6}  {finding.file}")
        for violation in finding.violations:
            report.say(f"           {violation}")
        for line in finding.error.lines() if finding.error else []:
            report.say(f"           {line}")
    return bad
