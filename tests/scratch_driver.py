"""A drill's place, taken as the command takes it, and told over pipes what to do. Run by test_scratch*.py.

Arguments: the engine, the URL of the original (or nothing), --scratch (or nothing), what to do (empty or copy), and how
long to wait for locks, in ms. Prints ``made`` and the database; leaves when standard input ends. SIGTERM and Ctrl-C end
it as they end rung.
"""

from __future__ import annotations

import signal
import sys

from runner import cli, scratch
from runner.engines import Settings
from runner.target import parse


def main() -> None:
    engine, url, where, what, lock_timeout_ms = sys.argv[1:]
    signal.signal(signal.SIGTERM, cli._interrupt)
    settings = Settings(lock_timeout_ms=int(lock_timeout_ms))
    try:
        with scratch.place(engine, parse(url) if url else None, where, settings) as place:
            target = place.empty() if what == "empty" else place.copy().target
            print("made", target.path or target.conninfo, flush=True)
            sys.stdin.read()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
