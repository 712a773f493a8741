"""What CI servers are told: each form is read as they read it, and says each fault exactly once, where it is."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
import pytest
from conftest import ROOT, TREES, Result, Rung, Tree, rows, schema, spawn, steps_of, write
from jsonschema import Draft202012Validator
from servers import Servers
from test_drill_report import HOSTILE, read

from runner import cases, cli, faults, forms, markdown, places, project
from runner.context import Context
from runner.drill_words import shown
from runner.errors import Location, StepError
from runner.ledger import Actor
from runner.outcome import Checked, Level, Notice, Outcome
from runner.report import Report
from runner.sqlfile import SqlFile
from runner.verdict import Crash, Drill, Drilled, Failure, Finding, Loss

SHOP = "migrations/shop/sqlite"
VERIFY = f"{SHOP}/verify/0001.shop-customers.sql"
LOST = "customers_name_idx: is missing"


@pytest.fixture
def root(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two steps, which is also where rung is called."""
    root = tree()
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def told(rung: Rung, root: Path, tmp_path: Path) -> Callable[..., Told]:
    """Call rung on the project in every form, and read what it wrote."""

    def call(command: str, *arguments: object) -> Told:
        files = {name: tmp_path / f"told.{name}" for name in ("junit", "sarif", "markdown")}
        for file in files.values():
            file.unlink(missing_ok=True)
        options = [part for name, file in files.items() for part in (f"--{name}", file)]
        return Told(rung(command, "shop", "--project", root, *options, "--github", *arguments), files)

    return call


class Told:
    """What a call told, in every form."""

    def __init__(self, result: Result, files: dict[str, Path]) -> None:
        self.result = result
        self.junit = read(files["junit"].read_text(encoding="utf-8"))
        self.sarif = sarif(files["sarif"])
        self.markdown = files["markdown"].read_text(encoding="utf-8")
        self.annotations = annotations(result.out + result.err)

    @property
    def bad(self) -> list[tuple[str, str, str]]:
        """The faults, as every form tells them: rule, place, message."""
        sarif = sorted(
            (r["ruleId"], place(r), r["message"]["text"].splitlines()[0])
            for r in self.sarif["results"]
            if r["level"] != "note" and "suppressions" not in r
        )
        github = sorted(
            (
                p["title"].removeprefix("rung "),
                f"{p.get('file')}:{p.get('line')}:{p.get('col', 1)}",
                data.splitlines()[0],
            )
            for level, p, data in self.annotations
            if level != "notice"
        )
        table = sorted((rule, full(where), what) for what, where, rule in cells(self.markdown))
        cases = [f for kind in ("failure", "error") for case in self.junit.iter("testcase") for f in case.iter(kind)]
        # A line for each: place, level, message, rule.
        lines = [
            re.fullmatch(r"(.*?): error: (.*) \[(.*)\]", line) for f in cases for line in (f.text or "").split("\n")
        ]
        junit = sorted((line[3], full(line[1]), line[2]) for line in lines if line)
        assert sarif == github == table == junit
        return sarif


@cache
def shape() -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "tests/schemas/sarif.json").read_text(encoding="utf-8")))


def sarif(file: Path) -> dict[str, Any]:
    """The run of a SARIF log, which is as the standard and code scanning want it (tests/schemas/sarif.json)."""
    log = json.loads(file.read_text(encoding="utf-8"))
    assert not [f"{fault.json_path}: {fault.message}" for fault in shape().iter_errors(log)]
    (run,) = log["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len({*ids}) == len(ids)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        # No placeholder without its argument, no link.
        assert not re.search(r"(?<!\{)\{\d+\}(?!\})|\]\(", result["message"]["text"])
    prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
    assert len({*prints}) == len(prints)
    return run  # type: ignore[no-any-return]


def place(result: dict[str, Any]) -> str:
    where = result["locations"][0]["physicalLocation"]
    region = where["region"]
    return f"{unquote(where['artifactLocation']['uri'])}:{region['startLine']}:{region['startColumn']}"


def full(where: str) -> str:
    """A place of which no column is known: the first."""
    return where if where.count(":") == 2 else f"{where}:1"


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands in a job's log, as GitHub's runner reads them: level, properties, message."""
    found = []
    for line in text.split("\n"):
        if not line.lstrip().startswith("::"):
            continue
        head, _, data = line.lstrip()[2:].partition("::")
        level, _, names = head.partition(" ")
        assert level in {"error", "warning", "notice"}
        pairs = dict(part.split("=", 1) for part in names.split(","))
        found.append(
            (level, {key: unescaped(value, "\r\n:,%") for key, value in pairs.items()}, unescaped(data, "\r\n%"))
        )
    return found


def unescaped(text: str, characters: str) -> str:
    for character in characters:
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def cells(text: str) -> Iterator[list[str]]:
    """The rows of the table of a Markdown document, whose cells are one piece of code each, or empty."""
    for line in text.split("\n")[4:]:
        if not line.startswith("| "):
            break
        # A pipe that a backslash stands before is none, and a backslash that one stands before is a backslash.
        parts = re.split(r"(?<!\\)(?:\\\\)*\|", line)
        assert len(parts) == 5 and parts[0] == parts[4] == ""
        yield [code(part.strip()).replace("\\|", "|") for part in parts[1:4]]


def code(text: str) -> str:
    """What a piece of code shows, which is all that there is."""
    if not text:
        return ""
    fence = re.match("`+", text)
    assert fence and text.endswith(fence[0])
    inner = text[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    return inner[1:-1] if inner.startswith(" ") and inner.endswith(" ") and inner.strip() else inner


def test_a_violation_is_told_once_in_every_form(told: Callable[..., Told], rung: Rung, root: Path, url: str) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    good = told("verify", "--url", url)
    assert good.result.code == 0 and good.bad == [] and good.annotations == []
    assert good.markdown.startswith("**Holds:** `rung verify` of `shop on sqlite:")
    assert good.sarif["results"] == [] and good.sarif["invocations"][0]["executionSuccessful"]
    write(Path(url.removeprefix("sqlite:///")), "DROP INDEX customers_name_idx")
    bad = told("verify", "--url", url)
    assert bad.result.code == 1
    assert bad.bad == [("verify", f"{VERIFY}:1:1", LOST)]
    assert bad.markdown.startswith("**Fails:**") and "1 fault in 1 of 5." in bad.markdown
    (result,) = bad.sarif["results"]
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "customers_name_idx"}]
    assert bad.sarif["automationDetails"]["id"] == "rung/verify/shop/"
    assert bad.sarif["invocations"][0]["executionSuccessful"]
    (suite,) = bad.junit
    assert suite.get("name") == "rung verify shop.sqlite"
    assert [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")] == [
        ("rung.shop.sqlite.verify", "0001.shop-customers"),
        ("rung.shop.sqlite.verify", "0002.shop-orders"),
        *(("rung.shop.sqlite.checks", name) for name in ("foreign_keys", "integrity", "journal_mode")),
    ]
    assert [failure.get("message") for failure in suite.iter("failure")] == [LOST]


def test_a_check_has_its_own_rule_and_waits_while_steps_are_pending(
    told: Callable[..., Told], rung: Rung, root: Path, url: str
) -> None:
    check = root / "sql/checks/shop/sqlite/named.sql"
    check.parent.mkdir(parents=True)
    check.write_text(
        "-- Names: each has one.\n\nSELECT id AS subject, 'has no name' AS problem FROM customers WHERE name = '';\n",
        encoding="utf-8",
    )
    assert rung("up", "shop", "--project", root, "--url", url, "--to", "0001").code == 0
    write(Path(url.removeprefix("sqlite:///")), "INSERT INTO customers (id, name) VALUES (1, ''), (2, '')")
    waiting = told("verify", "--url", url)
    assert waiting.result.code == 0 and waiting.bad == []
    skipped = {case.get("name"): case.find("skipped") for case in waiting.junit.iter("testcase")}
    assert skipped["named"] is not None and skipped["named"].get("message") == "1 step pending"
    assert skipped["0001.shop-customers"] is None and "4 skipped" in waiting.markdown
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    bad = told("verify", "--url", url)
    at = "sql/checks/shop/sqlite/named.sql:1:1"
    assert bad.bad == [("check.named", at, "1: has no name"), ("check.named", at, "2: has no name")]
    (rule,) = bad.sarif["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Names: each has one."
    (failure,) = bad.junit.iter("failure")
    assert failure.get("message") == "1: has no name (and 1 more)"


def test_a_file_that_cannot_run_and_one_that_was_edited(
    told: Callable[..., Told], rung: Rung, root: Path, url: str
) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    file = root / VERIFY
    file.write_text("-- Customers verified: not at all.\n\nSELECT nowhere AS subject, '' AS problem\nFROM customers;\n")
    bad = told("verify", "--url", url)
    (ledger, _, edited), (error, where, says) = bad.bad
    assert bad.result.code == 1
    assert (ledger, error) == ("ledger", "verify-error")
    assert "was edited after it was applied" in edited
    assert where.startswith(f"{VERIFY}:3:") and "no such column: nowhere" in says
    state = told("status", "--url", url, "--exit-code")
    assert state.result.code == 1
    assert [(rule, says) for rule, _, says in state.bad] == [("status.edited", edited)]


def test_status_agrees_with_its_exit_code(told: Callable[..., Told], rung: Rung, root: Path, url: str) -> None:
    assert rung("up", "shop", "--project", root, "--url", url, "--to", "0001").code == 0
    plain = told("status", "--url", url)
    assert plain.result.code == 0 and plain.bad == [] and plain.markdown.startswith("**Holds:**")
    assert [(level, p["title"], p["file"]) for level, p, _ in plain.annotations] == [
        ("notice", "rung status.pending", f"{SHOP}/0002.shop-orders.sql")
    ]
    assert "pending" in (plain.junit.findtext(".//system-out") or "")
    strict = told("status", "--url", url, "--exit-code")
    assert strict.result.code == 1
    assert strict.bad == [("status.pending", f"{SHOP}/0002.shop-orders.sql:1:1", "0002.shop-orders is pending")]
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    (root / f"{SHOP}/0001.shop-customers.sql").rename(root / f"{SHOP}/0003.shop-customers.sql")
    (root / f"{SHOP}/0001.shop-customers.rollback.sql").rename(root / f"{SHOP}/0003.shop-customers.rollback.sql")
    (root / VERIFY).rename(root / f"{SHOP}/verify/0003.shop-customers.sql")
    orders = root / f"{SHOP}/0002.shop-orders.sql"
    orders.write_text(orders.read_text().replace("-- depends: 0001.shop-customers\n", ""))
    assert told("status", "--url", url).result.code == 0
    moved = told("status", "--url", url, "--exit-code")
    assert moved.result.code == 1
    assert [rule for rule, _, _ in moved.bad] == ["status.edited", "status.missing", "status.pending"]


@pytest.mark.parametrize("command", ["verify", "status", "drill"])
def test_an_error_is_told_in_every_form_so_that_ci_sees_why_there_is_no_answer(
    command: str, told: Callable[..., Told], root: Path, url: str
) -> None:
    arguments = ("--engine", "sqlite") if command == "drill" else ("--url", url)
    (root / SHOP / "0003.stray.sql").write_text("-- Stray: it has no place.\n")
    bad = told(command, *arguments, "--json")
    assert bad.result.code == 2
    assert bad.result.json["error"]["kind"] == "project"
    at = f"{SHOP}/0003.stray.sql"
    assert [level for level, *_ in bad.annotations] == ["error"]
    (result,) = bad.sarif["results"]
    assert (result["ruleId"], place(result)) == ("rung.project", f"{at}:1:1")
    assert not bad.sarif["invocations"][0]["executionSuccessful"]
    (error,) = bad.junit.iter("error")
    assert error.get("type") == "rung.project" and error.get("message") == "this file name is not that of a step"
    assert bad.junit.get("errors") == "1" and bad.junit.get("failures") == "0"
    assert bad.markdown.startswith("**No answer:**")
    assert [*cells(bad.markdown)] == [["this file name is not that of a step", f"{at}:1:1", "rung.project"]]
    assert {*bad.result.json["written"]} == {"junit", "sarif", "markdown"}


def test_an_error_without_a_file_has_a_place_for_code_scanning(told: Callable[..., Told], url: str) -> None:
    bad = told("verify", "--url", url)
    assert bad.result.code == 3
    (result,) = bad.sarif["results"]
    assert (result["ruleId"], place(result)) == ("rung.target", ".rung.toml:1:1")
    ((_, properties, _),) = bad.annotations
    assert "file" not in properties


def test_nothing_runs_where_a_form_cannot_be_written(rung: Rung, root: Path, url: str, tmp_path: Path) -> None:
    drill = ("drill", "shop", "--engine", "sqlite")
    for command in (drill, ("verify", "shop", "--url", url), ("status", "shop", "--url", url)):
        for name in ("junit", "sarif", "markdown"):
            good = tmp_path / "good.md"
            good.unlink(missing_ok=True)
            beside = ("--markdown", good) if name != "markdown" else ()
            result = rung(*command, "--project", root, f"--{name}", tmp_path / "absent" / "f", *beside, "--json")
            assert result.code == 2
            folder = rung(*command, "--project", root, f"--{name}", tmp_path)
            assert folder.code == 2 and "this file cannot be written" in folder.err and not folder.out
            error = result.json["error"]
            assert (error["kind"], error["message"]) == ("usage", "this file cannot be written")
            assert "findings" not in result.json and "families" not in result.json and "drill" not in result.json
            # What can be written says why.
            assert not beside or "this file cannot be written" in good.read_text()


def test_a_form_that_fails_in_the_end_leaves_the_others(
    rung: Rung, root: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    write(Path(url.removeprefix("sqlite:///")), "DROP INDEX customers_name_idx")
    monkeypatch.setattr(forms, "refuse_unwritable", lambda _: None)
    junit, after = tmp_path / "r.xml", tmp_path / "r.md"
    arguments = ("--junit", junit, "--sarif", tmp_path / "absent" / "r.sarif", "--markdown", after, "--json")
    result = rung("verify", "shop", "--project", root, "--url", url, *arguments)
    assert result.code == 2 and {*result.json["written"]} == {"junit", "markdown"}
    (failure,) = read(junit.read_text()).iter("failure")
    assert failure.get("message") == LOST
    assert "**No answer:**" in after.read_text() and "cannot write the file" in after.read_text()


@pytest.mark.parametrize("asked", [(), ("--quiet",), ("--json",), ("--quiet", "--json"), ("--verbose",)])
def test_annotations_come_whatever_else_is_said(
    asked: tuple[str, ...], rung: Rung, root: Path, url: str, tmp_path: Path
) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    write(Path(url.removeprefix("sqlite:///")), "DROP INDEX customers_name_idx")
    log = tmp_path / "log"
    result = rung("verify", "shop", "--project", root, "--url", url, "--github", *asked, "--log-file", log)
    assert result.code == 1
    json_asked, quiet = "--json" in asked, "--quiet" in asked
    words, other = (result.err, result.out) if json_asked else (result.out, result.err)
    assert [data for _, _, data in annotations(words)] == [LOST]
    assert not annotations(other)
    assert not quiet or len(words.splitlines()) == 1
    assert "::error file=" in log.read_text()
    if json_asked:
        assert result.json["findings"]
    silent = rung("verify", "shop", "--project", root, "--url", url, *asked)
    assert not annotations(silent.out + silent.err)


def test_stdout_and_pipes_are_written_to_plainly(rung: Rung, root: Path, url: str, tmp_path: Path) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    command = ("status", "shop", "--project", root, "--url", url, "--sarif", "/dev/stdout")
    piped = spawn(*command, "--quiet")
    assert piped.returncode == 0, piped.stderr
    assert json.loads(piped.stdout)["version"] == "2.1.0"
    redirected = tmp_path / "both.txt"
    with redirected.open("w") as file:
        file.write("before\n")
        file.flush()
        subprocess.run([sys.executable, "-m", "runner", *map(str, command)], stdout=file, check=True, timeout=60)
    text = redirected.read_text()
    assert text.startswith("before\nshop on ") and '"2.1.0"' in text and text.endswith("sarif: /dev/stdout\n")
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    assert rung("status", "shop", "--project", root, "--url", url, "--markdown", pipe).code == 0
    reader.join(30)
    assert got[0].startswith("**Holds:**")
    real, link = tmp_path / "real.md", tmp_path / "link.md"
    real.write_text("x" * 9999)
    link.symlink_to(real)
    assert rung("status", "shop", "--project", root, "--url", url, "--markdown", link).code == 0
    assert link.is_symlink() and real.read_text().startswith("**Holds:**") and "xxx" not in real.read_text()


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_the_other_engines_tell_it_too(
    engine: str, rung: Rung, tree: Tree, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("duckdb", "postgresql")
    monkeypatch.chdir(root)
    with contextlib.ExitStack() as stack:
        if engine == "duckdb":
            url = f"duckdb:///{tmp_path / 'a.duckdb'}"
        else:
            url = stack.enter_context(servers.database(servers.first))
        assert rung("up", "shop", "--project", root, "--url", url).code == 0
        if engine == "duckdb":
            import duckdb

            with duckdb.connect(tmp_path / "a.duckdb") as connection:
                connection.execute("DROP INDEX customers_name_idx")
        else:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute("DROP INDEX customers_name_idx")
        file = tmp_path / "r.sarif"
        assert rung("verify", "shop", "--project", root, "--url", url, "--sarif", file).code == 1
        (result,) = sarif(file)["results"]
        at = f"migrations/shop/{engine}/verify/0001.shop-customers.sql:1:1"
        assert (result["ruleId"], place(result), result["message"]["text"]) == ("verify", at, LOST)


# lie or fault, engine: what is told, each with a rule, the kind of its file, what stands at its place, and in it.
DRILLED: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {
    ("lies/index-left-behind", "sqlite"): [("rollback-differs", "forward", "orders_note_idx ON", "leaves index")],
    ("lies/index-left-behind", "duckdb"): [("rollback-differs", "forward", "orders_note_idx ON", "leaves index")],
    ("lies/view-lost", "sqlite"): [
        ("rollback-differs", "rollback", "open_orders", "takes view open_orders away"),
        ("undeclared-loss", "rollback", "remark", "loses orders.remark (2 values)"),
    ],
    ("lies/changed-default", "sqlite"): [("rollback-differs", "rollback", "orders;", "changes table orders")],
    ("lies/changed-default", "postgresql"): [
        ("rollback-differs", "rollback", "status", "changes column orders.status")
    ],
    ("lies/forgotten-index", "sqlite"): [("rollback-differs", "rollback", "-- ", "takes index orders_status_idx away")],
    ("lies/rows-gone", "sqlite"): [("undeclared-loss", "rollback", "orders;", "loses orders (3 rows)")],
    ("lies/timestamps-touched", "sqlite"): [
        ("undeclared-loss", "rollback", "orders", "loses orders.touched_at (1 value) and orders.status (1 value), and")
    ],
    ("lies/loses-more-than-is-lost", "sqlite"): [("loses-nothing", "rollback", "-- loses:", "names orders.note")],
    ("lies/reference-rows-left", "sqlite"): [
        ("rollback-differs", "rollback", "settings", "leaves other rows in table settings")
    ],
    ("lies/sequence-reset", "sqlite"): [("rollback-differs", "rollback", "orders", "does not restore sequence orders")],
    ("lies/fails-on-nulls", "duckdb"): [("does-not-revert", "rollback", "ALTER TABLE", "DuckDB says: NOT NULL")],
    ("lies/cannot-go-up-again", "sqlite"): [
        ("does-not-apply", "forward", "ALTER TABLE", "does not go up again: SQLite")
    ],
    # What it leaves is why it does not go up again.
    ("lies/left-behind-blocks-the-way-up", "sqlite"): [
        ("rollback-differs", "forward", "carrier_log", "leaves table carrier_log behind")
    ],
    # What comes along with a table, a type or a view is told with it.
    ("lies/other-schema-left-behind", "postgresql"): [
        ("rollback-differs", "forward", "audit", "leaves schema audit behind"),
        ("rollback-differs", "forward", "order_log", "leaves table audit.order_log behind"),
    ],
    ("lies/enum-left-behind", "postgresql"): [("rollback-differs", "forward", "CREATE TYPE", "type carrier behind")],
    ("lies/function-left-behind", "postgresql"): [("rollback-differs", "forward", "is_urgent", "is_urgent(priority")],
    ("lies/function-changed", "postgresql"): [("rollback-differs", "rollback", "order_count", "changes function")],
    ("syntax-error", "sqlite"): [("does-not-apply", "forward", "IS IS", 'SQLite says: near "IS"')],
    ("rollback-fails", "sqlite"): [("does-not-revert", "rollback", "third_2", "SQLite says: no such table: third_2")],
    ("verify-returns-rows", "sqlite"): [("verify-fails", "verify", "-- Third verified", "found 1 violation")],
    ("rollback-takes-too-much", "sqlite"): [
        ("verify-fails", "verify", "-- Orders verified", "after the rollback of 0003")
    ],
    ("irreversible", "sqlite"): [],
}


@pytest.mark.parametrize(("name", "engine"), [*DRILLED])
def test_a_drill_tells_each_fault_once_and_where_it_is(
    name: str, engine: str, rung: Rung, tree: Tree, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(shutil.copytree(TREES / name, tmp_path / "lie")) if "/" in name else tree(name)
    monkeypatch.chdir(root)
    files = {form: tmp_path / form for form in ("junit", "sarif", "markdown")}
    options = [part for form, file in files.items() for part in (f"--{form}", file)]
    scratch = ("--scratch", servers.get(servers.first).url()) if engine == "postgresql" else ()
    result = rung("drill", "shop", "--project", root, "--engine", engine, *options, "--github", *scratch)
    expected = DRILLED[name, engine]
    assert result.code == bool(expected), result.err
    run, text = sarif(files["sarif"]), files["markdown"].read_text(encoding="utf-8")
    told = sorted((r["ruleId"], place(r), r["message"]["text"].splitlines()[0]) for r in run["results"])
    assert told == sorted((rule, where, what) for what, where, rule in cells(text))
    assert told == sorted(
        (p["title"].removeprefix("rung "), f"{p['file']}:{p['line']}:{p['col']}", data.splitlines()[0])
        for _, p, data in annotations(result.out)
    )
    assert len(told) == len(expected), told
    for (rule, where, what), (wanted, kind, line, words) in zip(told, sorted(expected), strict=True):
        file, number, column = where.rsplit(":", 2)
        stands = (root / file).read_text(encoding="utf-8").split("\n")[int(number) - 1]
        assert (rule, kind_of(file)) == (wanted, kind), where
        assert line in stands and int(column) <= len(stands), stands
        assert words in what
    # The page of the drill for Jenkins stays the richer one.
    (suite,) = read(files["junit"].read_text(encoding="utf-8"))
    assert suite.get("name") == "rung drill shop"
    assert suite.get("failures") == str(bool(expected) + len(expected and unreached(result)))


def kind_of(file: str) -> str:
    return "verify" if "/verify/" in file else "rollback" if file.endswith(".rollback.sql") else "forward"


def unreached(result: Result) -> list[str]:
    return re.findall(r"(?m)^  \S+: unreached$", result.out)


LIES = sorted(tree.name for tree in (TREES / "lies").iterdir() if (tree / SHOP).is_dir())


@pytest.mark.parametrize("lie", LIES)
def test_of_every_lie_the_line_is_told_and_nothing_twice(
    lie: str, rung: Rung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(TREES / "lies" / lie)
    file = tmp_path / "r.sarif"
    result = rung("drill", "shop", "--project", ".", "--engine", "sqlite", "--json", "--sarif", file)
    results = sarif(file)["results"]
    assert result.code == 1 and results
    (bad,) = [step for step in result.json["drill"]["steps"] if not step["proven"]]
    for one in results:
        path, line, column = place(one).rsplit(":", 2)
        assert Path(path).name.startswith(bad["id"])
        stands = Path(path).read_text(encoding="utf-8").split("\n")[int(line) - 1]
        assert int(column) <= len(stands)
        # A place in the file is one where something stands that it is about.
        name = one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].rpartition(" ")[2].rpartition(".")[2]
        assert (
            int(line) == 1 or "loses" in stands or name in stands or one["ruleId"].startswith(("does-", "undeclared"))
        )
    told = [(one["ruleId"], one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]) for one in results]
    assert max(Counter(told).values()) == 1
    lines = "\n".join(one["message"]["text"] for one in results)
    assert all(f"{kind} {name}" in lines for kind, name in bad["objects"])


def test_a_drill_that_is_not_proven_says_why_in_each_case() -> None:
    tree = project.load(TREES / "base", "shop", "sqlite")
    first, second = (step.id for step in tree.steps)

    def told(*steps: Drilled) -> list[Checked]:
        words = ("shop", "sqlite", "SQLite", "3", "", "", "2026-11-21T06:06:19+00:00")
        found = Drill(*words, 1.0, 0.0, 0, 0, "dba", "db1", "1", "0.2.0", steps)
        checked = faults.of_drill(found, tree)
        assert all(one.holds for one in checked) == found.proven
        return [*checked]

    good = Drilled(first, "lossless", "nothing")
    assert [(one.notices, one.skipped) for one in told(good)] == [((), "")]
    skipped = Drilled(second, "skipped", "nothing", reason="the server lacks pg_cron")
    assert told(good, skipped)[1].skipped == "the server lacks pg_cron"
    unreached = Drilled(second, "unreached", "nothing", reason="a step in its way failed")
    (notice,) = told(good, unreached)[1].notices
    assert (notice.rule, notice.message) == ("drill-finding", "a step in its way failed")
    at = Location(tree.steps[0].rollback.path, 4, 1)  # type: ignore[union-attr]
    broken = Drilled(first, "broken", "copy", failure=Failure("does not go down", "SQLite says: no", at, True))
    below, above = told(broken, unreached)
    assert [(n.rule, n.message, n.at) for n in below.notices] == [("does-not-revert", "SQLite says: no", at)]
    assert (above.notices, above.skipped) == ((), "a step in its way failed")
    killed = replace(good, crashes=(Crash("up", 1, ""), Crash("down", 2, "the ledger says otherwise than before")))
    (notice,) = told(killed)[0].notices
    assert (notice.rule, notice.at) == ("crash", Location(at.file, 1, 1)) and "statement 2" in notice.message
    left = {"difference": ("view v", "  CREATE VIEW v AS", "+ SELECT 1"), "objects": (("view", "v"),)}
    (notice,) = told(replace(good, verdict="broken", reason="what is left is not what was there", **left))[0].notices
    assert (notice.rule, notice.message) == ("rollback-differs", "the rollback changes view v")
    there = Failure("does not go up again", "SQLite says: there", at)
    again = replace(good, verdict="broken", failure=there, **left)
    assert [notice.rule for notice in told(again)[0].notices] == ["rollback-differs"]
    (notice,) = told(replace(again, objects=(), difference=("DETAIL: it is",)))[0].notices
    assert (notice.message, notice.detail) == ("does not go up again: SQLite says: there", ("DETAIL: it is",))
    later = replace(
        again,
        failure=None,
        reason="what is left is not what was there",
        difference=("after down and up:", "view v", "- x"),
    )
    assert told(later)[0].notices[0].message == "the step, when it goes up again, takes view v away"
    along = replace(good, findings=(Finding("view", "mine"),))
    (notice,) = told(along)[0].notices
    assert (notice.rule, notice.subject, notice.at) == ("drill-finding", "view mine", Location(at.file, 1, 1))
    finding = Finding("table", "orders", Loss("orders", "", 3, True, False), "`loses:` of its rollback is missing")
    twice = replace(good, verdict="lossy", findings=(finding, replace(finding, beside=True)))
    (notice,) = told(twice)[0].notices
    assert notice.rule == "undeclared-loss" and notice.message == str(finding)


SQL = """-- Orders: taken back, with open_orders in a comment.
/* and notes
   in another */
COMMENT ON TABLE orders IS 'the notes of "clerk"';
CREATE TABLE IF NOT EXISTS "My ""own"" table" (id integer, Note text);
create view Open_Orders AS SELECT id FROM audit.order_log;
ALTER TABLE orders ADD COLUMN note text, ADD CONSTRAINT note_check CHECK (note <> 'x;y');
CREATE FUNCTION is_urgent(priority integer) RETURNS boolean LANGUAGE sql AS $$ SELECT secret > 1 $$;
DO $do$ BEGIN
    CREATE TYPE carrier AS ENUM ('a');
END $do$;
ALTER TABLE orders ADD COLUMN carrier carrier;
CREATE TRIGGER orders_touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER ROLE clerk SET work_mem = '4MB';
CREATE INDEX `ticked` ON [orders] (note);
SELECT E'it\\'s notes', 1;
"""


@pytest.mark.parametrize(
    ("kind", "name", "at"),
    [
        ("table", "orders", (4, 18)),
        ("table", 'My "own" table', (5, 28)),
        ("column", 'My "own" table.note', (5, 60)),
        ("view", "open_orders", (6, 13)),
        ("table", "audit.order_log", (6, 49)),
        ("column", "orders.note", (7, 31)),
        ("comment", "column orders.note", (7, 31)),
        ("constraint", "orders.note_check", (7, 57)),
        ("constraint", "orders.orders_gone_check", (4, 18)),
        ("function", "is_urgent(priority integer)", (8, 17)),
        ("grant", "function is_urgent(priority integer) to public", (8, 17)),
        ("type", "carrier", (10, 17)),
        ("trigger", "orders.orders_touched", (13, 16)),
        ("setting", "work_mem of clerk", (14, 22)),
        ("index", "ticked", (15, 14)),
        ("owner", 'relation "My ""own"" table"', None),
        ("table", "notes", None),
        ("table", "clerk_log", None),
        ("table", "x", None),
        ("table", "", None),
    ],
)
def test_the_place_of_an_object(kind: str, name: str, at: tuple[int, int] | None) -> None:
    file = SqlFile("a.sql", "forward", SQL, "")
    assert places.place_of(file, kind, name) == (Location("a.sql", *at) if at else None)


def test_a_rollback_is_looked_into_for_what_it_takes_away() -> None:
    text = "-- Back: all.\n\nCREATE TABLE a_new (id INTEGER);\nINSERT INTO a_new SELECT id FROM a;\nDROP TABLE a;\n"
    assert places.place_of(SqlFile("r.sql", "rollback", text, ""), "table", "a") == Location("r.sql", 5, 12)
    assert places.place_of(SqlFile("f.sql", "forward", text, ""), "table", "a") == Location("f.sql", 4, 34)
    moved = "-- Back: a column.\n\nINSERT INTO b SELECT a.note FROM a;\nALTER TABLE a DROP COLUMN note;\n"
    assert places.place_of(SqlFile("r.sql", "rollback", moved, ""), "column", "a.note") == Location("r.sql", 4, 27)


def context(root: Path, **arguments: object) -> Context:
    options = {"command": "verify", "project": root, "github": True, **arguments}
    report = Report(io.StringIO(), io.StringIO(), as_json=False, quiet=False, verbose=False)
    return Context(argparse.Namespace(**options), report, None, Actor("dba", "d\x00b1", "1"), lambda *_: None)


# What may break a table, a command of GitHub's, a link or a placeholder.
NAMES = (
    *HOSTILE,
    *(
        "a|b",
        "a\\|b",
        "|||",
        "a\\",
        "`",
        "``a`",
        "```\n@octocat\n```",
        "[x](http://evil.example)",
        "![i](http://e/i.png)",
    ),
    *("@octocat fixes #1", "::error::x", "%0A::warning::y", "a\r\n::stop-commands::z", "{0} {1}", "**b** _i_", "-->"),
    *("</summary></details>", "\udc80/\udcff", "a,b:c=d%25", "\ud83d alone", "tab\tbed", "\x85next\x0cline"),
)


def test_no_name_breaks_a_form(tmp_path: Path) -> None:
    notices = tuple(
        Notice(
            f"r.{name}", "error", f"table {name} is gone", Location(f"m/{name}.sql", 3, 4), name, (f"- {name}",), name
        )
        for name in NAMES
    )
    checked = tuple(Checked(n.subject, f"g.{n.subject}", n.subject, 0.1, (n,)) for n in notices)
    outcome = Outcome("verify", NAMES[0], "2026-11-21T06:06:19+00:00", checked, dict.fromkeys(NAMES, NAMES[0]))
    files = {name: tmp_path / name for name in ("junit", "sarif", "markdown")}
    given = context(tmp_path, **files)
    given.payload["family"] = NAMES[-1]
    forms.tell(given, outcome)
    raw = {name: file.read_bytes().decode("utf-8") for name, file in files.items()}
    printed = given.report._out.getvalue()  # type: ignore[attr-defined]
    assert given.payload["written"] == {name: str(file) for name, file in files.items()}
    # Each is told once, and by the same words everywhere.
    told = [r["message"]["text"].splitlines()[0] for r in sarif(files["sarif"])["results"]]
    assert len({*told}) == len(told) == len(NAMES)
    found = annotations(printed)
    assert len(found) == len(NAMES) and {level for level, *_ in found} == {"error"}
    names = [shown(name) for name in NAMES]
    assert [(p["title"], p["file"], p["line"], p["col"]) for _, p, _ in found] == [
        (f"rung r.{name}", f"m/{name}.sql", "3", "4") for name in names
    ]
    assert [data for *_, data in found] == [
        f"table {shown(raw, True)} is gone\n- {shown(raw, True)}\nnext: {name}"
        for raw, name in zip(NAMES, names, strict=True)
    ]
    assert len([*read(raw["junit"]).iter("failure")]) == len(NAMES)
    table = [*cells(raw["markdown"])]
    assert len(table) == len(NAMES)
    for text in (*raw.values(), printed):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\u2028\ud800-\udfff\ufffe]", text)


def test_markdown_outside_of_code_is_ours_alone() -> None:
    notices = tuple(
        Notice("r", "error", name, Location(name), name, (f"- {name}", "````"), name)
        for name in NAMES
        if name.isprintable()
    )
    outcome = Outcome("lint", NAMES[-3], "2026-11-21T06:06:19+00:00", (Checked("a", "g", "", notices=notices),))
    text = markdown.render(outcome)
    folded = re.findall(
        r"(?s)<details><summary><code>([^<\n]*)</code></summary>\n\n(`{3,})diff\n(.*?)\n\2\n\n</details>\n", text
    )
    assert len(folded) == len(notices)
    for (summary, fence, body), notice in zip(folded, notices, strict=True):
        assert not re.search("[<>]", summary)
        assert not re.search(f"(?m)^ {{0,3}}`{{{len(fence)},}}", body)
        assert body == f"- {notice.subject}\n````\nnext: {notice.subject}"
    rest = re.sub(r"(?s)<details>.*", "", text)
    bare = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", rest)
    assert not re.search(r"[@<>\[\]!#]", bare), bare


def test_markdown_ends_before_githubs_limit_and_says_what_it_left_out() -> None:
    def of(number: int, detail: str) -> str:
        notices = tuple(Notice("verify", "error", f"{n}: é is missing", detail=(detail,)) for n in range(number))
        return markdown.render(
            Outcome("verify", "shop", "2026-11-21T06:06:19+00:00", (Checked("a", "g", notices=notices),))
        )

    assert "left out" not in of(20, "- a")
    many = of(5000, "- a")
    assert len(many.encode()) < 65_536
    left = re.search(r"(\d+) rows and (\d+) details left out", many)
    assert left and int(left[1]) + len([*cells(many)]) == 5000
    assert int(left[2]) + many.count("<details>") == 5000
    assert "**Fails:**" in many and "5000 faults in 1 of 1" in many
    huge = of(3, "- é" * 70_000)
    assert len(huge.encode()) < 65_536 and "3 details left out" in huge and len([*cells(huge)]) == 3


def test_annotations_tell_errors_first_and_nothing_that_is_allowed() -> None:
    def notice(level: Level, allowed: str = "") -> Notice:
        return Notice("r", level, f"{level}{allowed}", hint="do it", allowed=allowed)

    checked = (
        Checked("a", "g", "a.sql", notices=(notice("note"), notice("warning"), notice("error", "of the DBA"))),
        Checked("b", "g", "b.sql", notices=(notice("error"), notice("warning", "so be it"))),
    )
    outcome = Outcome("lint", "all", "2026-11-21T06:06:19+00:00", checked)
    found = annotations("\n".join(forms.github(outcome)))
    assert [(level, properties["file"], data) for level, properties, data in found] == [
        ("error", "b.sql", "error\nnext: do it"),
        ("warning", "a.sql", "warning\nnext: do it"),
        ("notice", "a.sql", "note\nnext: do it"),
    ]
    assert "2 faults in 2 of 2, 1 noted, 2 allowed." in markdown.render(outcome)


def test_what_is_allowed_is_suppressed_and_noted(tmp_path: Path) -> None:
    (tmp_path / ".rung.toml").write_text('[[allow]]\nrule = "squawk.*"\nfiles = ["*"]\nreason = "an old project"\n')
    notices = (
        Notice(
            "squawk.ban-drop-column", "error", "a", Location(str(tmp_path / "a b.sql"), 2), allowed="an old project"
        ),
        Notice("sqlfluff.LT01", "warning", "b", Location("ä/b.sql", 3, 7), allowed="generated"),
        Notice("layout", "note", "c", Location("c.sql")),
    )
    outcome = Outcome("lint", "3 files", "2026-11-21T07:06:19+01:00", (Checked("a", "g", notices=notices),))
    file = tmp_path / "r.sarif"
    forms.tell(context(tmp_path, command="lint", sarif=file, junit=tmp_path / "r.xml"), outcome)
    run = sarif(file)
    first, second, third = run["results"]
    assert first["suppressions"] == [{"kind": "external", "justification": "an old project"}]
    assert second["suppressions"] == [{"kind": "inSource", "justification": "generated"}]
    assert "suppressions" not in third and third["level"] == "note"
    assert [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]] == [
        f"file://{tmp_path}/a%20b.sql",
        "%C3%A4/b.sql",
        "c.sql",
    ]
    assert [rule.get("helpUri") for rule in run["tool"]["driver"]["rules"]] == [
        "https://squawkhq.com/docs/ban-drop-column",
        "https://docs.sqlfluff.com/en/stable/reference/rules.html",
        None,
    ]
    assert run["invocations"][0]["startTimeUtc"] == "2026-11-21T06:06:19Z"
    junit = read((tmp_path / "r.xml").read_text())
    assert junit.get("failures") == "0" and "allowed: an old project" in (junit.findtext(".//system-out") or "")


def test_notices_that_differ_in_numbers_only_stay_apart(tmp_path: Path) -> None:
    notices = tuple(Notice("r", "error", f"{n} rows", Location("a.sql", n)) for n in (1, 2, 3))
    file = tmp_path / "r.sarif"
    outcome = Outcome("drift", "x", "2026-11-21T06:06:19+00:00", (Checked("a", "g", notices=notices),))
    forms.tell(context(tmp_path, sarif=file), outcome)
    assert [r["partialFingerprints"]["rung/v1"][-2:] for r in sarif(file)["results"]] == [":1", ":2", ":3"]


def test_fingerprints_outlive_moved_lines_and_other_numbers(
    rung: Rung, tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("rollback-fails")
    monkeypatch.chdir(root)
    file, rollback = tmp_path / "r.sarif", steps_of(root) / "0003.shop-third.rollback.sql"

    def told() -> tuple[str, int]:
        assert rung("drill", "shop", "--project", root, "--engine", "sqlite", "--sarif", file).code == 1
        (result,) = sarif(file)["results"]
        line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
        return result["partialFingerprints"]["rung/v1"], line

    before, line = told()
    rollback.write_text(rollback.read_text().replace("\n\n", "\n\n-- moved\n\n", 1))
    assert told() == (before, line + 2)
    rollback.write_text(rollback.read_text().replace("third_2", "fourth"))
    assert told()[0] != before


def test_every_command_and_every_field_is_in_the_schema() -> None:
    found = schema().schema
    (parsers,) = [a for a in cli._parser()._actions if isinstance(a, argparse._SubParsersAction)]
    assert set(found["properties"]["command"]["enum"]) == {*parsers.choices}
    assert found["$id"] == "urn:rung:json:1"
    Draft202012Validator.check_schema(found)

    def undescribed(node: Any, path: str) -> Iterator[str]:
        for name, value in (node.get("properties") or {}).items():
            said = found["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else value
            if "description" not in value | said and "properties" not in value:
                yield f"{path}.{name}"
            yield from undescribed(value, f"{path}.{name}")
        if isinstance(node.get("items"), dict):
            yield from undescribed(node["items"], f"{path}[]")

    assert not [name for key, node in found["$defs"].items() for name in undescribed(node, key)]
    assert not [*undescribed(found, "")]


def test_the_schema_lets_nothing_undocumented_pass(rung: Rung, root: Path, url: str) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    result = rung("status", "shop", "--project", root, "--url", url, "--json")
    good = result.json
    for changed in (
        {**good, "more": 1},
        {**good, "findings": []},
        {**good, "command": "nothing"},
        {**good, "format": 2},
        {**good, "families": [{**good["families"][0], "more": 1}]},
        {key: value for key, value in good.items() if key != "families"},
        {**good, "error": {"kind": "failure"}},
    ):
        with pytest.raises(AssertionError):
            _ = replace(result, out=json.dumps(changed)).json
    for arguments in (("status", "nope"), ("verify", "shop", "--url", "nope:x"), ("status",)):
        assert rung(*arguments, "--project", root, "--json").json["error"]
    assert rows(Path(url.removeprefix("sqlite:///")), "SELECT count(*) FROM customers") == [(0,)]


def test_a_failure_that_nobody_foresaw_is_told_too(
    told: Callable[..., Told], rung: Rung, root: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    monkeypatch.setattr(cases, "of_status", lambda *_, **__: 1 / 0)
    bad = told("status", "--url", url)
    assert bad.result.code == 3
    assert [r["ruleId"] for r in bad.sarif["results"]] == ["rung.failure"]
    monkeypatch.setattr(cases, "of_status", lambda *_, **__: (_ for _ in ()).throw(StepError("no", hint="go on")))
    assert [data for *_, data in told("status", "--url", url).annotations] == ["no\nnext: go on"]


def test_forms_are_loaded_by_the_run_that_asks_for_them(root: Path, url: str) -> None:
    code = (
        "import sys; from runner import cli; "
        f"cli.run(['up', 'shop', '--project', {str(root)!r}, '--url', {url!r}, '--quiet']); "
        f"cli.run(['verify', 'shop', '--project', {str(root)!r}, '--url', {url!r}, '--quiet']); "
        "sys.exit(any(name in sys.modules for name in ('runner.forms', 'runner.cases', 'runner.junit')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
