"""How SQL is written, as sqlfluff judges it by the project's own .sqlfluff files."""

from __future__ import annotations

import configparser
import logging
import multiprocessing
import os
import re
import signal
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from runner.errors import Location, UsageError
from runner.lint.files import Source, Statement, blank
from runner.outcome import Notice

RULES = {
    "sqlfluff-cannot-parse": "sqlfluff knows less SQL than the engines: what it cannot parse, it does not judge.",
    "sqlfluff-ignored": "A file that sqlfluff is told to ignore is not judged for style.",
}

_DIALECTS = {"sqlite": "sqlite", "duckdb": "duckdb", "postgresql": "postgres"}
# sqlfluff reads some 25,000 characters in a second, and a process takes one to begin.
_WORTH_A_PROCESS = 30_000
_MOST_PROCESSES = 4
# Nothing is passed over in silence for its size.
_WHOLE = {"large_file_skip_char_limit": 0, "max_parse_nodes": 0}
# Where no configuration chooses a templater, braces are SQL, and the parameters $name of queries are values.
_PARAMETER = r"(?<![\w$])\$(?P<param_name>[A-Za-z_]\w*)(?![\w$])"


def judge(sources: Sequence[Source], statements: Mapping[str, tuple[Statement, ...]], root: Path) -> list[Notice]:
    """What sqlfluff says of files. statements: of each file by its path; a file that is not in it is not judged.

    root: the project's folder, below which .sqlfluffignore files count. Raises UsageError where sqlfluff is not
    installed or does not understand its configuration.
    """
    wanted = [(source, statements[source.file.path]) for source in sources if source.file.path in statements]
    if wanted and not find_spec("sqlfluff"):
        raise UsageError("sqlfluff is not installed", hint="pip install 'rung[lint]' brings it")
    work = partial(_judge, root=root)
    length = sum(len(source.file.text) for source, _ in wanted)
    processes = min(_MOST_PROCESSES, os.cpu_count() or 1, length // _WORTH_A_PROCESS)
    if processes < 2:
        return [notice for one in wanted for notice in work(one)]
    # A child that is forked from a process with threads may hang.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, fresh, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        return [notice for found in pool.map(work, wanted, chunksize=4) for notice in found]


def _judge(one: tuple[Source, tuple[Statement, ...]], root: Path) -> list[Notice]:
    """What sqlfluff says of one file."""
    # Without this, Python writes what sqlfluff logs to stderr.
    logging.getLogger("sqlfluff").addHandler(logging.NullHandler())
    from sqlfluff.core.errors import SQLFluffUserError
    from sqlfluff.core.linter.discovery import paths_from_path

    source, statements = one
    path, every = source.file.path, ("",)
    try:
        if not paths_from_path(path, False, True, str(root.absolute()), every, check_non_existent_file=True):
            said = "a .sqlfluffignore, or ignore_paths of a configuration, keeps sqlfluff from this file"
            return [Notice("sqlfluff-ignored", "note", said, at=source.file.at(0))]
        return list(_lint(source, statements))
    except (SQLFluffUserError, configparser.Error, tomllib.TOMLDecodeError) as error:
        said = " ".join(str(error).split())
        raise UsageError(f"sqlfluff: {said}", hint="correct the configuration of sqlfluff") from None


def _lint(source: Source, statements: Sequence[Statement]) -> Iterator[Notice]:
    """Lint a file without the statements that sqlfluff cannot parse; these are told by themselves."""
    file, dialect = source.file, _DIALECTS[source.engine]
    linter, config = _linter(str(Path(file.path).absolute().parent), dialect, file.kind in {"query", "other"})
    config = config.copy()
    config.process_raw_file_for_config(file.text, file.path)
    config.process_inline_config(f"-- sqlfluff:dialect:{dialect}", file.path)
    if config.get_section(("templater", "placeholder", "param_regex")) == _PARAMETER:
        for match in re.finditer(_PARAMETER, file.text):
            config.set_value(("templater", "placeholder", match["param_name"]), "'value'")

    def parse(text: str) -> Any:
        return linter.parse_rendered(linter.render_string(text, file.path, config, "utf8"))

    def culprits(span: tuple[int, int]) -> list[Statement]:
        # What cannot be parsed may take the statements behind it along.
        touched = [one for one in statements if one.start < span[1] and span[0] < one.end and one not in unknown]
        alone = [one for one in touched if len(touched) > 1 and _unparsable(parse(one.text))]
        return alone or touched[:1]

    text, parsed = file.text, parse(file.text)
    unknown: list[Statement] = []
    while found := [one for span in _unparsable(parsed) for one in culprits(span)]:
        unknown += dict.fromkeys(found)
        for one in found:
            text = text[: one.start] + blank(one.text) + text[one.end :]
        parsed = parse(text)
    yield from (_not_parsed(file.at(one.start), f"this {one.kind}") for one in unknown)
    yield from (_not_parsed(file.at(start), "what begins here") for start, _ in _unparsable(parsed))
    begins = [0, *(match.end() for match in re.finditer("\n", text))]
    for violation in linter.lint_parsed(parsed, linter.get_rulepack(config)).get_violations(filter_warning=False):
        place = begins[min(violation.line_no, len(begins)) - 1] + max(violation.line_pos - 1, 0)
        if violation.rule_code() not in {"PRS", "LXR"} and not any(one.start <= place <= one.end for one in unknown):
            yield Notice(
                f"sqlfluff.{violation.rule_code()}",
                "note" if violation.warning else "warning",
                " ".join(violation.desc().splitlines()),
                at=file.at(place),
            )


@cache
def _linter(folder: str, dialect: str, has_parameters: bool) -> tuple[Any, Any]:
    """sqlfluff and its configuration for the files of a folder."""
    from sqlfluff.core import FluffConfig, Linter
    from sqlfluff.core.config.loader import load_config_up_to_path

    configs: dict[str, Any] = dict(load_config_up_to_path(folder))
    if "templater" not in configs.get("core", {}):
        core = {**configs.get("core", {}), "templater": "placeholder" if has_parameters else "raw"}
        configs |= {"core": core, "templater": {"placeholder": {"param_regex": _PARAMETER}}}
    config = FluffConfig(configs=configs, overrides={"dialect": dialect, **_WHOLE})
    return Linter(config=config), config


def _unparsable(parsed: Any) -> list[tuple[int, int]]:
    """The spans of a text that sqlfluff could not parse: the whole of it where there is no tree."""
    spans = []
    for variant in parsed.parsed_variants:
        if variant.tree is None:
            spans.append((0, len(parsed.source_str)))
        else:
            slices = [part.pos_marker.source_slice for part in variant.tree.iter_unparsables() if part.pos_marker]
            spans += [(one.start, max(one.stop, one.start + 1)) for one in slices]
    return spans


def _not_parsed(at: Location, what: str) -> Notice:
    said = f"sqlfluff cannot parse {what}, which the engine takes: its style is not judged"
    return Notice("sqlfluff-cannot-parse", "note", said, at=at)
