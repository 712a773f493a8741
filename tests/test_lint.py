"""`rung lint`: every fault of a tree is told once, at its line, in every form; on ours there is nothing to tell."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ROOT, TREES, Result, Tree, call, steps_of

FAULTS = TREES / "faults"
PLACE = r"(?P<file>\S+\.sql):(?P<line>\d+)"
Found = Counter[str]


def expected() -> Found:
    return Counter((FAULTS / "expected").read_text(encoding="utf-8").splitlines())


def found(rule: str, file: str, line: object) -> str:
    return f"{rule} {file.replace(f'{FAULTS.relative_to(ROOT)}/', '').replace(f'{FAULTS}/', '')}:{line}"


def of_human(text: str) -> Found:
    lines = re.finditer(rf"^{PLACE}(:\d+)?: (?:error|warning): .* \[(?P<rule>\S+)\]$", text, re.M)
    return Counter(found(x["rule"], x["file"], x["line"]) for x in lines)


def of_json(result: Result) -> Found:
    notices = [notice for checked in result.json["checked"] for notice in checked["notices"]]
    counting = [n for n in notices if n["level"] != "note" and not n["allowed"]]
    return Counter(found(n["rule"], n["file"], n["line"]) for n in counting)


def of_sarif(text: str) -> Found:
    results = json.loads(text)["runs"][0]["results"]
    places = [(r, r["locations"][0]["physicalLocation"]) for r in results if r["level"] != "note"]
    return Counter(found(r["ruleId"], p["artifactLocation"]["uri"], p["region"]["startLine"]) for r, p in places)


def of_junit(text: str) -> Found:
    cases = [case for case in ElementTree.fromstring(text).iter("testcase") if case.find("failure") is not None]
    told = [(case.get("name"), case.find("failure").get("type")) for case in cases]  # type: ignore[union-attr]
    return Counter(f"{rule} {name.replace(f'{FAULTS.relative_to(ROOT)}/', '')}" for name, rule in told if name)


def of_github(text: str) -> Found:
    lines = re.findall(r"^::(?:error|warning) file=([^,]*),line=(\d+).*?title=rung ([^,:]*)", text, re.M)
    return Counter(found(rule, file, line) for file, line, rule in lines)


def of_markdown(text: str) -> Found:
    return Counter(name for name in expected() if re.search(rf"{name.split()[1]}.*{name.split()[0]}", text))


def test_every_fault_is_told_once_at_its_line_in_every_form(tmp_path: Path) -> None:
    forms = [f"--{form}={tmp_path / form}" for form in ("junit", "sarif", "markdown")]
    result = call("lint", "--project", FAULTS, "--json", "--github", *forms)
    assert result.code == 1, result.err
    junit, sarif, markdown = ((tmp_path / form).read_text(encoding="utf-8") for form in ("junit", "sarif", "markdown"))
    assert of_human(result.err) == expected()
    assert of_json(result) == expected()
    assert of_sarif(sarif) == expected()
    assert of_junit(junit) == Counter(name.rpartition(":")[0] for name in expected())
    assert of_github(result.err) == expected()
    assert of_markdown(markdown) == expected()


def test_every_rule_of_ours_has_its_fault() -> None:
    listed = {line.split()[0] for line in call("lint", "--rules").out.splitlines()[1:]} - {"sqlfluff.CODE"}
    seeded = {line.split()[0] for line in expected()}
    notes = {"not-built", "sqlfluff-cannot-parse", "sqlfluff-ignored", "squawk-cannot-parse", "squawk-ignored"}
    by_other_means = {"edited-step", "out-of-order", "drill-finding"}
    assert seeded - listed == {"sqlfluff.CP01", "squawk.adding-required-field"}
    assert listed - seeded == notes | by_other_means


def test_ours_has_nothing_to_object() -> None:
    result = call("lint")
    assert (result.code, result.err) == (0, ""), result.out + result.err
    assert "nothing to object" in result.out


def test_what_was_not_judged_to_the_end_gets_no_verdict(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pgparse", None)
    result = call("lint", "--fast", "--project", tree("postgresql"))
    assert result.code == 2 and "rung[lint]" in result.err
    assert "nothing to object" not in result.out


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@x.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


def rules(result: Result) -> list[str]:
    return re.findall(r"\[(\S+)\]$", result.out, re.M)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def shop(tree: Tree) -> Path:
    """A project of two good steps in the style of its own configuration."""
    root = tree()
    settings = "[sqlfluff]\ndialect = sqlite\nmax_line_length = 120\nexclude_rules = LT14, ST02\n"
    (root / ".sqlfluff").write_text(settings, encoding="utf-8")
    return root


INDEX = "CREATE INDEX orders_customer_id_idx ON orders (customer_id);"
LOOSE = INDEX.replace("INDEX", "INDEX IF NOT EXISTS", 1)


def third(root: Path, up: str, down: str = "DROP INDEX orders_customer_id_idx;", header: str = "") -> Path:
    """A third step of the shop, whose forward file is returned."""
    folder = steps_of(root)
    name = "0003.shop-order-index"
    (folder / f"{name}.sql").write_text(f"-- Order index: looked up by customer.\n{header}\n{up}\n", encoding="utf-8")
    (folder / f"{name}.rollback.sql").write_text(f"-- Order index: taken back.\n\n{down}\n", encoding="utf-8")
    verify = "-- Nothing: judged elsewhere.\n\nSELECT\n    'x' AS subject,\n    'y' AS problem\nWHERE 1 = 0;\n"
    (folder / "verify" / f"{name}.sql").write_text(verify, encoding="utf-8")
    return folder / f"{name}.sql"


def lint(root: Path, *arguments: object) -> Result:
    return call("lint", "--project", root, *arguments)


REASON = "older than the steps"


@pytest.mark.parametrize(
    ("header", "up"),
    [
        (f"-- allow: if-exists ({REASON})\n", LOOSE),
        (f"-- allow: sqlfluff.LT01 (x), if-exists ({REASON})\n", LOOSE.replace("(customer_id)", "( customer_id)")),
        ("", f"-- allow: if-exists ({REASON})\n{LOOSE}"),
        ("", f"{LOOSE} -- allow: if-exists ({REASON})"),
        ("", f"-- allow: if-* ({REASON})\n-- why it is so\n{LOOSE}"),
    ],
    ids=["header", "several", "above", "beside", "pattern"],
)
def test_a_file_gives_leave_with_a_reason(shop: Path, header: str, up: str) -> None:
    third(shop, up, header=header)
    result = lint(shop)
    assert result.code == 0, result.out + result.err
    assert REASON not in result.out
    shown = lint(shop, "--verbose").out
    assert f"allowed: {REASON}" in shown
    assert "[if-exists]" in shown


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("-- allow: if-exists", "header"),
        ("-- allow: if-exists ()", "header"),
        (f"-- allow: writes ({REASON})", "unused-allowance"),
    ],
)
def test_leave_without_a_reason_or_a_use_is_a_fault(shop: Path, line: str, rule: str) -> None:
    third(shop, f"{line}\n{INDEX}")
    result = lint(shop)
    assert (result.code, rules(result)) == (1, [rule])
    assert re.search(r"0003\.shop-order-index\.sql:3:1: ", result.out)


def test_leave_ends_with_its_statement(shop: Path) -> None:
    second = LOOSE.replace("customer_id", "note")
    path = third(
        shop,
        f"-- allow: if-exists ({REASON})\n{LOOSE}\n\n{second}",
        "DROP INDEX orders_note_idx;\n\nDROP INDEX orders_customer_id_idx;",
    )
    assert rules(lint(shop)) == ["if-exists"]
    assert ":6:1: warning: CREATE INDEX" in lint(shop).out
    edit(path, f"-- allow: if-exists ({REASON})\n{LOOSE}\n\n", f"{LOOSE} -- allow: if-exists ({REASON})\n")
    assert rules(lint(shop)) == ["if-exists"]


def test_the_project_gives_leave_to_files_that_may_not_be_edited(shop: Path) -> None:
    third(shop, LOOSE)
    config = shop / ".rung.toml"
    config.write_text(
        f'[[allow]]\nrule = "if-*"\nfiles = ["migrations/shop/*"]\nreason = "{REASON}"\n', encoding="utf-8"
    )
    assert lint(shop).code == 0
    edit(config, "migrations/shop", "migrations/other")
    assert rules(lint(shop)) == ["if-exists"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[allow]]\nrule = 1\n", "allow[0].rule is 1"),
        ('[[allow]]\nrule = "x"\nfiles = []\nreason = " "\n', "allow[0].reason is empty"),
        ("[[alow]]\n", "'alow' is not a table"),
        ("[[allow]\n", ":1:8: the file is not TOML"),
        ('[[foreign]]\nobjects = ["table x"]\nreason = "x"\nfamily = "y"\n', "foreign[0].family is not a key"),
        ('[[foreign]]\nobjects = ["table x"]\nreason = "x"\nfamilies = "y"\n', "foreign[0].families is"),
    ],
)
def test_a_malformed_config_is_one_clear_error(shop: Path, text: str, words: str) -> None:
    (shop / ".rung.toml").write_text(text, encoding="utf-8")
    result = lint(shop)
    assert result.code == 2
    assert ".rung.toml" in result.err
    assert words in result.err


@pytest.fixture
def repository(shop: Path) -> Path:
    """A project under git, whose two steps are on the branch main."""
    git(shop, "init", "-q", "-b", "main")
    git(shop, "add", ".")
    git(shop, "commit", "-q", "-m", "two steps")
    return shop


def test_only_what_changed_is_judged(repository: Path) -> None:
    edit(steps_of(repository) / "0001.shop-customers.rollback.sql", "-- loses: customers (every row)\n", "")
    git(repository, "commit", "-q", "-a", "-m", "a fault of old")
    assert rules(lint(repository)) == ["undeclared-loss"]
    third(repository, LOOSE)
    for command in ((), ("add", "."), ("commit", "-q", "-m", "new")):
        if command:
            git(repository, *command)
        revision = "HEAD~1" if command[:1] == ("commit",) else "HEAD"
        result = lint(repository, "--changed-since", revision)
        assert (result.code, rules(result)) == (1, ["if-exists"]), (command, result.err)
        assert "3 files judged" in result.out
    assert lint(repository, "--changed-since", "HEAD").code == 0


def test_what_a_change_does_is_told_where_it_shows(repository: Path) -> None:
    queries = repository / "sql" / "queries" / "shop" / "sqlite"
    queries.mkdir(parents=True)
    query = "-- Names: of all customers.\n\nSELECT name FROM customers;\n"
    (queries / "names.sql").write_text(query, encoding="utf-8")
    third(repository, INDEX)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "good")
    assert lint(repository).code == 0
    # What the rollback no longer takes away is made by the step; and the query was good before its table was renamed.
    edit(steps_of(repository) / "0003.shop-order-index.rollback.sql", "DROP INDEX orders_customer_id_idx", "SELECT 1")
    result = lint(repository, "--changed-since", "HEAD")
    assert sorted(rules(result)) == ["edited-step", "rollback-differs"], result.out
    git(repository, "checkout", "-q", ".")
    edit(steps_of(repository) / "0003.shop-order-index.sql", INDEX, "ALTER TABLE customers RENAME TO clients;")
    result = lint(repository, "--changed-since", "HEAD")
    assert "query-fails" in rules(result) and "names.sql" in result.out, result.out


def test_a_step_that_was_there_is_not_edited(repository: Path) -> None:
    path = steps_of(repository) / "0001.shop-customers.sql"
    edit(path, "-- Customers", "-- Customer")
    result = lint(repository, "--changed-since", "main")
    assert (result.code, rules(result)) == (1, ["edited-step"])
    assert f"{path.name}:1: error: this forward file was there in main, and is edited" in result.out


def test_a_new_step_is_above_all_that_others_have(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "mine")
    for path in [third(repository, INDEX), *steps_of(repository).rglob("0003.*")]:
        if path.exists():
            path.rename(path.with_name(path.name.replace("order-index", "mine")))
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "mine")
    assert lint(repository, "--changed-since", "main").code == 0
    git(repository, "switch", "-q", "main")
    for path in [third(repository, INDEX), *steps_of(repository).rglob("0003.*")]:
        if path.exists():
            path.rename(path.with_name(path.name.replace("0003", "0004")))
    # What others do to files of old is not what changed here.
    edit(steps_of(repository) / "verify" / "0002.shop-orders.sql", "-- Orders", "-- All orders")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "somebody else's")
    git(repository, "switch", "-q", "mine")
    result = lint(repository, "--changed-since", "main")
    assert (result.code, rules(result)) == (1, ["out-of-order"])
    assert "0003.shop-mine is new, and below 0004, which main has" in result.out


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", ""])
def test_a_revision_that_is_not_there(repository: Path, revision: str) -> None:
    result = lint(repository, f"--changed-since={revision}")
    if revision:
        assert result.code == 2
        assert "git knows no such changes" in result.err
    else:
        assert result.code == 0


def test_no_repository_is_said(shop: Path) -> None:
    result = lint(shop, "--changed-since", "HEAD")
    assert result.code == 2
    assert "not a git repository" in result.err


def test_the_fast_way_climbs_nothing(shop: Path) -> None:
    third(shop, INDEX, "SELECT 1;")
    assert rules(lint(shop)) == ["rollback-differs"]
    fast = lint(shop, "--fast")
    assert fast.code == 0, fast.out + fast.err


def test_only_the_paths_that_are_named(shop: Path) -> None:
    edit(steps_of(shop) / "0001.shop-customers.rollback.sql", "-- loses: customers (every row)\n", "")
    path = third(shop, LOOSE)
    assert rules(lint(shop, path)) == ["if-exists"]
    assert sorted(rules(lint(shop, steps_of(shop)))) == ["if-exists", "undeclared-loss"]
    for elsewhere, words in ((shop / "gone.sql", "no such file"), (ROOT / "README.md", "not in the project")):
        result = lint(shop, elsewhere)
        assert result.code == 2
        assert words in result.err


def test_each_of_many_losses_is_told_once_where_it_is(shop: Path) -> None:
    folder = steps_of(shop)
    edit(folder / "0002.shop-orders.rollback.sql", "-- loses: orders (every row)\n", "")
    edit(folder / "0001.shop-customers.rollback.sql", "-- loses: customers (every row)\n", "-- loses: clients\n")
    result = lint(shop)
    assert rules(result) == ["undeclared-loss"] * 2
    assert "orders is lost, and `loses:` is missing" in result.out
    assert "customers is lost, and `loses:` says something else" in result.out


ALONE = "-- transactional: false\n"


@pytest.mark.parametrize(
    ("header", "up", "down", "told"),
    [
        ("", "VACUUM;", "SELECT 1;", ["transactional"]),
        (ALONE, "VACUUM;", "SELECT 1;", []),
        (ALONE, "VACUUM;\nVACUUM;", "SELECT 1;", ["transactional"]),
        (ALONE, f"{INDEX}\nSELECT 1;", "DROP INDEX orders_customer_id_idx;", ["transactional"]),
        (ALONE, INDEX, "DROP INDEX orders_customer_id_idx;", ["transactional"]),
        ("", f"{INDEX} -- BEGIN; COMMIT; IF NOT EXISTS", "DROP INDEX orders_customer_id_idx;", []),
        ("", "PRAGMA foreign_keys = OFF;", "SELECT 1;", ["leaves-transaction"]),
        ("", "PRAGMA user_version = 3;", "PRAGMA user_version = 0;", []),
        ("", "SAVEPOINT x;", "SELECT 1;", ["leaves-transaction"]),
    ],
)
def test_statements_and_transactions(shop: Path, header: str, up: str, down: str, told: list[str]) -> None:
    third(shop, up, down, header=header)
    assert [rule for rule in rules(lint(shop, "--fast")) if not rule.startswith("sqlfluff.")] == told


def test_a_tool_that_is_missing_is_never_passed_over(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sqlfluff", None)
    monkeypatch.setitem(__import__("sys").modules, "sqlfluff.core", None)
    result = lint(shop, "--fast")
    assert result.code == 2
    assert "pip install 'rung[lint]'" in result.err


def test_what_was_found_before_an_error_is_told(shop: Path, tmp_path: Path) -> None:
    third(shop, LOOSE)
    result = lint(shop, "--scratch", tmp_path / "nowhere", "--github", "--sarif", tmp_path / "sarif")
    assert result.code == 2
    assert rules(result) == ["if-exists"]
    told = [one["ruleId"] for one in json.loads((tmp_path / "sarif").read_text(encoding="utf-8"))["runs"][0]["results"]]
    assert told == ["if-exists", "rung.usage"]
    assert len(re.findall("^::", result.out, re.M)) == 2


def test_a_project_below_the_top_of_its_repository(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(shop.parent, "init", "-q", "-b", "main")
    git(shop.parent, "add", ".")
    git(shop.parent, "commit", "-q", "-m", "two steps")
    third(shop, LOOSE)
    edit(steps_of(shop) / "0001.shop-customers.sql", "-- Customers", "-- Customer")
    monkeypatch.chdir(shop)
    result = lint(Path(), "--changed-since", "main", "--fast")
    assert sorted(rules(result)) == ["edited-step", "if-exists"]
    assert "4 files judged" in result.out
    assert "migrations/shop/sqlite/0001.shop-customers.sql:1: error" in result.out
    assert lint(Path(), "--changed-since", "main", "--fast", ".").out == result.out


def test_the_project_of_the_working_directory_is_meant(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    third(shop, LOOSE)
    monkeypatch.chdir(shop)
    result = call("lint", "--fast")
    assert rules(result) == ["if-exists"]
    assert result.out.startswith("migrations/shop/sqlite/0003.shop-order-index.sql:3:1: warning")
    third(shop, INDEX)
    assert call("snapshot").code == 0
    assert (shop / "tests" / "snapshots" / "shop.sqlite.sql").is_file()
