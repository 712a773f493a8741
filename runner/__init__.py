"""rung: SQL migrations whose every step is verified as it commits.

Imports point one way: cli, commands, demo, report, (climb, examine, scaffold), plan, ledger, engines, project, sqlfile,
target, errors; each knows only what stands after it.
"""

__version__ = "0.1.0"
