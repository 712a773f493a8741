"""What the tests of scratch places share: another drill as a process of its own, and waiting for what it does."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from conftest import ROOT


@contextlib.contextmanager
def drill(engine: str, url: str, where: str, what: str, wait_ms: int = 50) -> Iterator[subprocess.Popen[str]]:
    """Another drill, in a process of its own."""
    command = [sys.executable, Path(__file__).with_name("scratch_driver.py"), engine, url, where, what, str(wait_ms)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def made(process: subprocess.Popen[str]) -> str:
    """Wait until a drill has its database; which one."""
    assert process.stdout
    word, _, found = process.stdout.readline().strip().partition(" ")
    assert word == "made"
    return found


def within(seconds: float, holds: Callable[[], object]) -> bool:
    """Whether something comes true; asked again and again until it does, or the time is up."""
    deadline = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(found)
