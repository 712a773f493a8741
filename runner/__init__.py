"""rung: SQL migrations whose every step is verified as it commits.

Imports point one way: cli -> (demo, scaffold, climb, examine) -> plan -> ledger -> engines -> project -> errors.
"""

__version__ = "0.1.0"
