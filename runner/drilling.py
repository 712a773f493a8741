"""`rung drill`: prove every rollback on a scratch database, and say so in every form that is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from runner import drill, project
from runner.context import Context
from runner.drill import Order
from runner.errors import EXIT_NO, EXIT_OK, Location, UsageError
from runner.sqlfile import SqlFile, read_file
from runner.target import Target, refuse_schema
from runner.verdict import Drill


def run(context: Context) -> int:
    """Drill a family on a copy of the database that is named, or from nothing where none is. Exit 1: not proven."""
    arguments = context.arguments
    for path in (arguments.html, arguments.junit, arguments.certificate):
        _refuse_unwritable(path)
    if arguments.sign and not arguments.certificate:
        raise UsageError("--sign signs a certificate", hint="name it with --certificate FILE")
    origin = context.target() if not arguments.engine and (arguments.url or context.url) else None
    engine = origin.engine if origin else _engine(context)
    context.payload.update(family=arguments.family, engine=engine)
    refuse_schema(engine, arguments.schema)
    order = Order(
        tree=project.load(context.root, arguments.family, engine),
        origin=origin,
        schema=arguments.schema,
        where=arguments.scratch,
        seed=_seed(context, engine),
        writes=tuple(read_file(path, "seed") for path in arguments.writes or []),
        crash=arguments.crash,
        values=arguments.show_values,
        settings=context.settings,
        actor=context.actor,
        observe=context.report.doing,
    )
    _say_what(context, origin, engine)
    try:
        found = drill.run(order)
    finally:
        context.report.doing()
    _tell(context, found)
    return EXIT_OK if found.proven else EXIT_NO


def _engine(context: Context) -> str:
    """The engine of a drill from nothing: the one that is asked for, or the only one that the family has."""
    family, asked = context.arguments.family, context.arguments.engine
    known = project.families(context.root).get(family, ())
    if not asked and len(known) > 1:
        raise UsageError(f"{family} has steps for several engines", hint=f"name one: --engine {', '.join(known)}")
    project.family_directory(context.root, family, asked or "".join(known))
    return str(asked or known[0])


def _seed(context: Context, engine: str) -> tuple[SqlFile, ...]:
    """The file with the family's rows, where it has one."""
    path = project.seed_path(context.root, context.arguments.family, engine)
    return (read_file(path, "seed"),) if path.is_file() else ()


def _say_what(context: Context, origin: Target | None, engine: str) -> None:
    what = f"a copy of {origin.shown}" if origin else f"an empty {engine} database"
    if context.report.verbose:
        context.report.say(f"Drilling {context.arguments.family} on {what}; the database itself is not written to.")


def _tell(context: Context, found: Drill) -> None:
    from runner import certificate, drill_report

    arguments, say = context.arguments, context.report.say
    context.payload["drill"] = found.as_json()
    for line in drill_report.lines(found, verbose=context.report.verbose):
        say(line)
    written: dict[str, str] = {}
    forms: tuple[tuple[str, Path | None, Callable[[Drill], str]], ...] = (
        ("html", arguments.html, drill_report.html),
        ("junit", arguments.junit, drill_report.junit),
    )
    for name, path, render in forms:
        if path:
            _write(path, render(found))
            written[name] = str(path)
    if arguments.certificate:
        certificate.write(found, arguments.certificate)
        written["certificate"] = str(arguments.certificate)
        if arguments.sign:
            written["signature"] = str(certificate.sign(arguments.certificate, arguments.sign, ask=os.isatty(0)))
    context.payload["written"] = written
    for name, file in written.items():
        say(f"{name}: {file}")


def _refuse_unwritable(path: Path | None) -> None:
    """A drill can take long: where its report cannot be written is said before."""
    if not path:
        return
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir() or not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError("this file cannot be written", at=Location(str(path)), hint="name a file in a folder of yours")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the file: {error.strerror}", at=Location(str(path))) from None
