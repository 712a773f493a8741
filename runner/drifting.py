"""`rung drift`."""

from __future__ import annotations

from runner.context import Context
from runner.errors import UsageError


def run(context: Context) -> int:
    """To be written."""
    raise UsageError("not yet")
