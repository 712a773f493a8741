"""`rung lint`: everything that can be said of a project's files, in one report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from runner import config, forms
from runner.context import Context
from runner.drill import Order
from runner.engines import Settings
from runner.errors import EXIT_NO, EXIT_OK, RungError, counted
from runner.lint import changes, flow, gather, leave, proof, rules, safety, style, syntax
from runner.lint.flow import Choice
from runner.lint.gather import Gathered
from runner.lint.leave import Leave
from runner.outcome import Checked, Notice, Outcome
from runner.project import Tree
from runner.report import table
from runner.sqlfile import SqlFile, show_path

RULES = {
    rule: sentence
    for judge in (gather, syntax, rules, proof, changes, style, safety, leave, flow)
    for rule, sentence in judge.RULES.items()
}


def run(context: Context) -> int:
    """Judge the files of a project. Exit 1 when one does not keep a rule."""
    arguments, root = context.arguments, context.root
    if arguments.rules:
        return _list_rules(context)
    forms.refuse_unwritable(context)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    gather.refuse_outside(root, arguments.paths)
    said = config.load(root)
    changed = changes.since(root, arguments.changed_since) if arguments.changed_since else None
    chosen = Choice(tuple(show_path(path) for path in arguments.paths), changed)
    found = gather.gather(root)
    given = Leave(root, gather.by_path(found), said)
    ordering = None if arguments.fast else lambda tree, seed: _order(context, tree, seed)
    judged = [source.file.path for source in found.sources() if source.file.path in chosen]
    notices: list[Notice] = []
    try:
        for notice in flow.judge(root, found, chosen, given, context.report.doing, ordering):
            notices.append(notice)  # noqa: PERF402 - what was found before an error is told
    except RungError:
        found_before = _outcome(found, judged, notices, began)
        context.judged.extend(found_before.checked)
        # Without a verdict: not everything was judged.
        _tell(context, found_before)
        raise
    finally:
        context.report.doing()
    untold = frozenset(proof.RULES) if arguments.fast else frozenset(changes.RULES if not changed else ())
    notices += given.unused(judged, untold)
    outcome = _outcome(found, judged, notices, began)
    _tell(context, outcome)
    _conclude(context, outcome)
    forms.tell(context, outcome)
    return EXIT_OK if outcome.holds else EXIT_NO


def _order(context: Context, tree: Tree, seed: tuple[SqlFile, ...]) -> Order:
    return Order(
        tree=tree,
        origin=None,
        schema="",
        where=context.arguments.scratch,
        seed=seed,
        writes=(),
        crash=False,
        values=True,
        settings=Settings(),
        actor=context.actor,
        observe=context.report.doing,
    )


def _outcome(found: Gathered, judged: Sequence[str], notices: Sequence[Notice], began: str) -> Outcome:
    """One case a file, and one for each family that was not built."""
    by_file: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_file[notice.at.file if notice.at else ""].append(notice)
    sources = gather.by_path(found)
    cases = []
    for path in sorted({*judged, *by_file} - {""}):
        kind = sources[path].file.kind if path in sources else "file"
        group = ".".join((*Path(path).parts[-4:-1], kind)) if path in sources else kind
        order = sorted(by_file[path], key=lambda notice: (notice.at.line, notice.at.column) if notice.at else (0, 0))
        cases.append(Checked(path, group, path, notices=tuple(order)))
    cases += [Checked(one.subject, "built", skipped=one.message) for one in by_file[""]]
    return Outcome("lint", f"{counted(len(judged), 'file')} judged", began, tuple(cases), RULES)


def _tell(context: Context, outcome: Outcome) -> None:
    say, verbose = context.report.say, context.report.verbose
    shown = [notice for notice in outcome.notices if notice.counts or verbose]
    for notice in shown:
        level = "allowed" if notice.allowed else notice.level
        say(f"{notice.at}: {level}: {notice.message} [{notice.rule}]")
        for line in notice.detail:
            say(f"    {line}")
        if reason := notice.allowed:
            say(f"    allowed: {reason}")
        elif notice.hint:
            say(f"    next: {notice.hint}")
    for case in outcome.checked:
        if case.skipped:
            say(f"{case.name}: {case.skipped}")
    context.payload["checked"] = outcome.as_json()


def _conclude(context: Context, outcome: Outcome) -> None:
    bad = [notice for notice in outcome.notices if notice.counts]
    quiet = 0 if context.report.verbose else len(outcome.notices) - len(bad)
    rest = f"; {quiet} more noted or allowed (--verbose shows them)" if quiet else ""
    files = len({notice.at.file for notice in bad if notice.at})
    verdict = f"{counted(len(bad), 'finding')} in {counted(files, 'file')}" if bad else "nothing to object"
    context.report.say(f"{outcome.title}: {verdict}{rest}.")


def _list_rules(context: Context) -> int:
    context.payload["rules"] = RULES
    for line in table(["rule", "what it asks"], sorted(RULES.items())):
        context.report.say(line)
    context.report.say("  sqlfluff.CODE and squawk.RULE are those tools' own rules.")
    return EXIT_OK
