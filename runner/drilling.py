"""`rung drill`: prove every rollback on a scratch database, and say so in every form that is asked for."""

from __future__ import annotations

import os

from runner import drill, faults, forms, project
from runner.context import Context
from runner.drill import Order
from runner.errors import EXIT_NO, EXIT_OK, UsageError
from runner.outcome import Outcome
from runner.project import Tree
from runner.sqlfile import read_file
from runner.target import Target, refuse_schema
from runner.verdict import Drill


def run(context: Context) -> int:
    """Drill a family on a copy of the database that is named, or from nothing where none is. Exit 1: not proven."""
    arguments = context.arguments
    forms.refuse_unwritable(context)
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
        seed=project.seed(context.root, arguments.family, engine),
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
    _tell(context, found, order.tree)
    return EXIT_OK if found.proven else EXIT_NO


def _engine(context: Context) -> str:
    """The engine of a drill from nothing: the one that is asked for, or the only one that the family has."""
    family, asked = context.arguments.family, context.arguments.engine
    known = project.families(context.root).get(family, ())
    if not asked and len(known) > 1:
        raise UsageError(f"{family} has steps for several engines", hint=f"name one: --engine {', '.join(known)}")
    project.family_directory(context.root, family, asked or "".join(known))
    return str(asked or known[0])


def _say_what(context: Context, origin: Target | None, engine: str) -> None:
    what = f"a copy of {origin.shown}" if origin else f"an empty {engine} database"
    if context.report.verbose:
        context.report.say(f"Drilling {context.arguments.family} on {what}; the database itself is not written to.")


def _tell(context: Context, found: Drill, tree: Tree) -> None:
    from runner import certificate, drill_report

    arguments, say = context.arguments, context.report.say
    context.payload["drill"] = found.as_json()
    for line in drill_report.lines(found, verbose=context.report.verbose):
        say(line)
    if arguments.html:
        forms.write(arguments.html, drill_report.html(found))
        forms.wrote(context, "html", arguments.html)
    title = f"{found.family} on {f'a copy of {found.place}' if found.place else f'an empty {found.engine} database'}"
    outcome = Outcome("drill", title, found.began_utc, faults.of_drill(found, tree), faults.RULES)
    forms.tell(context, outcome, drill_report.junit(found) if arguments.junit else "")
    if arguments.certificate:
        certificate.write(found, arguments.certificate)
        forms.wrote(context, "certificate", arguments.certificate)
        if arguments.sign:
            signed = certificate.sign(arguments.certificate, arguments.sign, ask=os.isatty(0))
            forms.wrote(context, "signature", signed)
