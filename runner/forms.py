"""What was found, in the forms that CI servers read: JUnit XML, SARIF, GitHub annotations, Markdown."""

from __future__ import annotations

from runner.context import Context
from runner.outcome import Outcome


def tell(context: Context, outcome: Outcome) -> None:
    """Write the outcome in every form that was asked for. Raises UsageError where a file cannot be written."""
