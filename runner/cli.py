"""The command line: arguments, environment, exit codes. The only module that asks, exits or reads the environment.

Everything else is loaded where a command needs it: most of the time of a short one is that of its imports.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from runner import __version__

TYPE_CHECKING = False  # As typing has it; importing that takes longer than to print the help.
if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType
    from typing import NoReturn

    from runner.ledger import Actor


def main() -> NoReturn:
    """The ``rung`` command."""
    # What a thousand steps are made of is looked through for cycles again and again, and has none.
    gc.set_threshold(100_000)
    _open_streams()
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        # Ctrl-C again, while what the first one undid was being told.
        from runner.errors import EXIT_INTERRUPTED

        code = EXIT_INTERRUPTED
    sys.exit(code)


def run(argv: Sequence[str]) -> int:
    """Run one command; its exit code (README, Exit codes)."""
    arguments = _parse(argv)
    import signal

    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # As nohup leaves it.
        signal.signal(signal.SIGHUP, _interrupt)
    from runner.context import Context
    from runner.errors import EXIT_FAILURE, EXIT_OK, InterruptedRunError, RungError, without_passwords
    from runner.report import Report
    from runner.target import redact

    report = Report(sys.stdout, sys.stderr, as_json=arguments.json, quiet=arguments.quiet, verbose=arguments.verbose)
    context = Context(
        arguments, report, os.environ.get("RUNG_URL") or os.environ.get("DATABASE_URL"), _actor(), _confirm
    )
    code = EXIT_OK
    failure: RungError | None = None
    try:
        if arguments.log_file:
            report.log_to(arguments.log_file)
        module, _, function = arguments.run.partition(".")
        code = getattr(import_module(f"runner.{module}"), function)(context)
    except RungError as error:
        failure = error
    except KeyboardInterrupt:
        failure = InterruptedRunError("interrupted", kept="everything that was reported as done")
    except Exception as error:
        # A bug of ours must not end in a traceback at three in the morning.
        if arguments.verbose:
            raise
        failure = RungError(
            f"a fault in rung itself: {type(error).__name__}: {redact(str(error))}",
            kept="the step under way was undone by its transaction; `rung status` shows where the database is",
            hint="run the command with --verbose and report what it prints",
        )
    if failure:
        code = failure.exit_code
        # A URL may stand where a name should.
        given = {key: without_passwords(value) for key, value in context.payload.items() if isinstance(value, str)}
        context.payload.update(given, error=failure.as_json())
        report.fail(failure)
        if context.tells:
            from runner import forms

            forms.tell_failure(context, failure)
    report.print_json({"command": arguments.command, **context.payload, "ok": code == EXIT_OK, "exit_code": code})
    if report.lost:
        code = code or EXIT_FAILURE
        report.fail(
            RungError(
                f"the output cannot be written: {report.lost}",
                kept="what was done; only the words about it are lost",
                hint="write them elsewhere; `rung status` and `rung history` say what was done",
            )
        )
    report.close()
    return code


def _open_streams() -> None:
    """Where rung is started with a standard stream closed (``>&-``), open nothing in its place: or else a database gets
    its number, and what is written to the stream goes into the file."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # It gets the lowest number that is free.
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


class _Parser(argparse.ArgumentParser):
    """argparse, which quotes what it does not understand: that may be a URL with a password, or hold anything."""

    def error(self, message: str) -> NoReturn:
        from runner.errors import visible, without_passwords

        super().error(visible(without_passwords(message)).replace("\t", "\\t"))


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = _parser(argv)
    arguments, rest = parser.parse_known_args(argv)
    # argparse takes the name of a query only where no option stands between it and the family.
    if len(rest) == 1 and not rest[0].startswith("-") and getattr(arguments, "name", "") is None:
        arguments.name = rest.pop()
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    for name, value in vars(arguments).items():
        # Of an option's value that is `--`, argparse leaves an empty list.
        if isinstance(value, list) and ([] in value or (value == [] and name != "paths")):
            parser.error(f"argument --{name.replace('_', '-')}: expected one argument")
    return arguments


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Every command. words: of a command line; then nothing is made that they do not ask for, because to make all takes
    longer than most commands do: they begin with the one command, or else what is told of the others is their name."""
    parser = _Parser(
        prog="rung",
        description="Climb a database schema step by step: every step is verified as it commits.",
        epilog="Exit codes: 0 yes; 1 the honest answer is no; 2 usage; 3 database or migration failure; "
        "130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"rung {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = [command for command in _COMMANDS if words and command[0] == words[0]]
    for name, function, options, summary in asked or _COMMANDS:
        if words is not None and name not in words:
            subparsers.add_parser(name, help=summary, add_help=False)
        else:
            command = subparsers.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
            command.set_defaults(run=function)
            if name not in _WITHOUT_URL:
                _connection_options(command)
            _common_options(command)
            options(command)
    return parser


def _common_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--project", type=_path, metavar="DIR", help="folder with migrations/ and sql/ of your own")
    add("--json", action="store_true", help="one JSON object on stdout")
    add("--log-file", metavar="FILE", help="append what happens, with times, to a file")
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="say nothing but errors")
    loudness.add_argument("--verbose", action="store_true", help="say more")


def _connection_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--url", help="database, e.g. sqlite:///file.db (else RUNG_URL, then DATABASE_URL)")
    add("--lock-timeout", type=seconds, default=5.0, metavar="SECONDS", help="wait for a lock (default 5)")
    server = parser.add_argument_group("on PostgreSQL")
    add = server.add_argument
    add("--schema", default="", metavar="NAME", help="the schema to work in, made when absent (default: the server's)")
    add("--lock-retries", type=count, default=3, metavar="N", help="how often a step that meets a lock is tried again")
    add("--statement-timeout", type=seconds, default=0.0, metavar="SECONDS", help="how long a step may take")
    add("--idle-timeout", type=seconds, default=60.0, metavar="SECONDS", help="how long a transaction may lie idle")


def _up_options(up: argparse.ArgumentParser) -> None:
    up.add_argument("family")
    up.add_argument("--to", metavar="STEP", help="stop after this step (id, number or unambiguous part)")
    up.add_argument("--check", action="store_true", help="then run the checks too, as `rung verify` does")
    up.add_argument("--one-transaction", action="store_true", help="all pending steps as one unit, or none")
    up.add_argument(
        "--dry-run", action="store_true", help="print the SQL; with --verbose also run it, verify it and undo it"
    )
    add = up.add_argument_group("only what a drill has proven").add_argument
    add(
        "--require-drill", type=_path, metavar="FILE", help="refuse a step that this certificate does not cover exactly"
    )
    add("--max-age", type=days, metavar="DAYS", help="how old the drill may be")
    add("--allow", type=verdicts, metavar="VERDICTS", help="of lossless,lossy,irreversible (default the first two)")
    add("--allowed-signers", type=_path, metavar="FILE", help="who may have signed it, in ssh-keygen's format")


def _down_options(down: argparse.ArgumentParser) -> None:
    down.add_argument("family")
    amount = down.add_mutually_exclusive_group()
    amount.add_argument("--steps", type=number, metavar="N", help="how many steps")
    amount.add_argument("--to", metavar="STEP", help="the step that stays applied as the highest")
    amount.add_argument("--all", action="store_true", help="every step")
    down.add_argument("--from-ledger", action="store_true", help="run the rollback SQL kept in the ledger")
    down.add_argument("--yes", action="store_true", help="do not ask on a terminal")
    down.add_argument(
        "--dry-run", action="store_true", help="print the SQL; with --verbose also run it, verify it and undo it"
    )


def _status_options(status: argparse.ArgumentParser) -> None:
    status.add_argument("family", nargs="?")
    status.add_argument("--exit-code", action="store_true", help="exit 1 unless everything is applied as written")
    _forms_options(status)


def _verify_options(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("family")
    _forms_options(verify)


def _history_options(history: argparse.ArgumentParser) -> None:
    history.add_argument("family")
    history.add_argument("--last", type=number, metavar="N", help="only the last N events")


def _query_options(query: argparse.ArgumentParser) -> None:
    query.add_argument("family")
    query.add_argument("name", nargs="?")
    query.add_argument("--param", action="append", metavar="NAME=VALUE", help="a parameter of the query")
    query.add_argument("--yes", action="store_true", help="do not ask on a terminal before a query that writes")


def _explain_options(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("family")
    explain.add_argument("name", nargs="?")
    explain.add_argument("--sql", metavar="TEXT", help="a statement of your own instead of a named query")
    explain.add_argument("--param", action="append", metavar="NAME=VALUE", help="a parameter (else it is NULL)")


def _indexes_options(indexes: argparse.ArgumentParser) -> None:
    indexes.add_argument("family")


def _drill_options(drill: argparse.ArgumentParser) -> None:
    from runner.scaffold import ENGINES

    add = drill.add_argument
    add("family")
    add("--engine", choices=ENGINES, help="drill from nothing on this engine, whatever RUNG_URL says")
    add(
        "--writes",
        type=_path,
        action="append",
        metavar="FILE",
        help="SQL that writes rows of your own, beside the seed",
    )
    add("--scratch", default="", metavar="PLACE", help="where the copy goes: a folder, or the URL of a server")
    add("--crash", action="store_true", help="also kill every step at every statement boundary")
    add("--show-values", action="store_true", help="show what is in rows that differ; of a copy, else only their keys")
    add("--html", type=_path, metavar="FILE", help="write a report for a change ticket")
    add("--certificate", type=_path, metavar="FILE", help="write what was proven, for `rung up --require-drill`")
    add("--sign", type=_path, metavar="KEY", help="sign the certificate with an SSH key")
    _forms_options(drill)


def _drift_options(drift: argparse.ArgumentParser) -> None:
    drift.add_argument("family")
    drift.add_argument(
        "--scratch", default="", metavar="PLACE", help="where the steps are built: a folder, or a server"
    )
    drift.add_argument("--foreign", action="append", metavar="OBJECT", help="not of these steps, e.g. 'table dba_*'")
    _forms_options(drift)


def _snapshot_options(snapshot: argparse.ArgumentParser) -> None:
    from runner.scaffold import ENGINES

    snapshot.add_argument("family", nargs="?", help="all families when none is named")
    snapshot.add_argument("--engine", choices=ENGINES, help="only this one")
    snapshot.add_argument("--scratch", default="", metavar="PLACE", help="where the steps are built")
    snapshot.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file says something else")
    _forms_options(snapshot)


def _lint_options(lint: argparse.ArgumentParser) -> None:
    lint.add_argument("paths", nargs="*", type=_path, metavar="PATH", help="files or folders (default: all)")
    lint.add_argument("--changed-since", default="", metavar="REV", help="only what changed since a revision of git")
    lint.add_argument("--fast", action="store_true", help="do not build the steps on a scratch database")
    lint.add_argument("--scratch", default="", metavar="PLACE", help="where the steps are built: a folder, or a server")
    lint.add_argument("--rules", action="store_true", help="list the rules")
    _forms_options(lint)


def _forms_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("what CI servers read").add_argument
    add("--junit", type=_path, metavar="FILE", help="write the results as JUnit XML")
    add("--sarif", type=_path, metavar="FILE", help="write what was found as SARIF 2.1.0")
    add("--markdown", type=_path, metavar="FILE", help="write a summary for a pull request")
    add("--github", action="store_true", help="print annotations for GitHub Actions")


def _new_options(new: argparse.ArgumentParser) -> None:
    from runner.scaffold import ENGINES

    new.add_argument("family")
    new.add_argument("engine", metavar="ENGINE", help=f"one of: {', '.join(ENGINES)}")
    new.add_argument("slug")


def _demo_options(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("family", nargs="?", default="ggen")


# Each command with the function that runs it, by name, and the one that adds its options.
_COMMANDS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None], str], ...] = (
    ("up", "commands.up", _up_options, "apply the pending steps, each verified as it commits"),
    ("down", "commands.down", _down_options, "roll back steps, highest first (one when nothing is said)"),
    ("status", "looking.status", _status_options, "show what is applied, pending, edited, missing or out of order"),
    (
        "verify",
        "looking.verify",
        _verify_options,
        "run the verify files of the applied steps, then the checks; read-only",
    ),
    ("history", "looking.history", _history_options, "show the event log: who, when, how long, what failed"),
    ("query", "looking.query", _query_options, "run one of the family's named queries, or list them"),
    ("explain", "looking.explain", _explain_options, "show how the engine would run a query; nothing is run"),
    ("indexes", "looking.indexes", _indexes_options, "show which queries use which index, and which none uses"),
    (
        "drill",
        "drilling.run",
        _drill_options,
        "prove every rollback on a copy, or from nothing where no database is named",
    ),
    ("drift", "drifting.run", _drift_options, "compare the live catalog with what the applied steps build"),
    ("snapshot", "snapshotting.run", _snapshot_options, "write what the steps build to a file, or compare with it"),
    ("lint", "linting.run", _lint_options, "judge the files of a project: style, syntax, safety and what they do"),
    ("new", "commands.new", _new_options, "write the forward, rollback and verify file of the next step"),
    ("demo", "commands.demo", _demo_options, "show a whole climb on a database of its own"),
)
_WITHOUT_URL = frozenset({"snapshot", "lint", "new", "demo"})


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def seconds(text: str) -> float:
    """A duration in seconds, from 0 to a day; argparse calls it by this name in its message."""
    value = float(text)
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError("give seconds, from 0 to 86400")
    return value


def days(text: str) -> float:
    """A number of days, up to a hundred years; argparse calls it by this name in its message."""
    value = float(text)
    if not 0 < value <= 36_500:
        raise argparse.ArgumentTypeError("give days, above 0 and up to 36500")
    return value


def verdicts(text: str) -> frozenset[str]:
    """Verdicts of a drill that a step may have, with commas between; argparse calls it by this name in its message."""
    from runner import gate

    names = frozenset(name.strip() for name in text.split(","))
    if not names <= set(gate.ALLOWABLE):
        raise argparse.ArgumentTypeError(f"give one or more of {','.join(gate.ALLOWABLE)}")
    return names


def number(text: str) -> int:
    """A whole number from 1 up; argparse calls it by this name in its message."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("give a number from 1 up")
    return value


def count(text: str) -> int:
    """A whole number from 0 up; argparse calls it by this name in its message."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("give a number from 0 up")
    return value


def _actor() -> Actor:
    import getpass

    from runner.ledger import Actor

    try:
        username = getpass.getuser()
    except (KeyError, OSError):
        username = f"uid {os.getuid()}"
    return Actor(username, os.uname().nodename, os.urandom(8).hex())


def _confirm(lines: Sequence[str], question: str) -> None:
    """Ask before something destructive, on a terminal only. Raises UsageError unless the answer is yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    print(*lines, f"{question} [y/N] ", sep="\n", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        from runner.errors import UsageError

        raise UsageError("not confirmed", kept="nothing was run", hint="answer y, or give --yes")
