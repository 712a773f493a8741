"""What each command does and shows, on SQLite, as its user sees it."""

from __future__ import annotations

import os
import pty
import re
import select
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Rung, Tree, catalog, rows, spawn, steps_of, write

from runner import __version__, project


def test_up_shows_each_step_and_what_exists(rung: Rung, url: str) -> None:
    result = rung("up", "ggen", "--url", url)
    lines = result.out.splitlines()
    assert result.code == 0 and result.err == ""
    assert lines[0].startswith(f"ggen on {url} (SQLite ") and lines[0].endswith(", 0 of 8 steps applied")
    for line, number in zip(lines[1:9], range(1, 9), strict=True):
        assert re.fullmatch(rf"  ok 000{number}\.ggen-[a-z-]+ +up +[\d.]+ ms   verified +[\d.]+ ms", line), line
    assert re.fullmatch(r"8 steps applied and verified in .+; ggen is at 0008\.ggen-analytics-views\.", lines[9])
    assert lines[10] == "In the database now: 7 tables, 24 indexes, 3 views, 1 trigger; 8 steps in the ledger."


def test_verbose_shows_what_each_step_made_and_dropped(rung: Rung, tree: Tree, url: str) -> None:
    root = tree("rebuild")
    result = rung("up", "shop", "--project", root, "--url", url, "--verbose")
    blocks = re.split(r"\n  ok ", result.out)
    assert "      + index customers_name_idx\n      + table customers" in blocks[1]
    assert "      + table orders\n      + trigger orders_note_is_kept" in blocks[2]
    assert "      - table customers\n" in blocks[3] and "      + table customers\n" in blocks[3]
    down = rung("down", "shop", "--project", root, "--url", url, "--verbose", "--steps", "2")
    assert "      - table orders\n      - trigger orders_note_is_kept" in down.out


def test_a_second_up_writes_nothing(rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url)
    before = database.read_bytes()
    result = rung("up", "ggen", "--url", url)
    assert result.code == 0 and "Nothing to do; ggen is at 0008" in result.out
    assert database.read_bytes() == before


@pytest.mark.parametrize("name", ["0003", "3", "agent-mem", "0003.ggen-agent-memory"])
def test_steps_are_named_by_number_part_or_id(name: str, rung: Rung, url: str) -> None:
    result = rung("up", "ggen", "--url", url, "--to", name)
    assert result.code == 0 and "ggen is at 0003.ggen-agent-memory, 5 steps still pending." in result.out


def test_down_goes_one_step_several_to_a_step_or_to_the_ground(rung: Rung, url: str, database: Path) -> None:
    def top(*arguments: object) -> str | None:
        result = rung("down", "ggen", "--url", url, "--json", *arguments)
        assert result.code == 0, result.err
        return result.json["at"]

    rung("up", "ggen", "--url", url)
    assert top() == "0007.ggen-slo-violations"
    assert top("--steps", 2) == "0005.ggen-collision-detection"
    assert top("--to", "0003") == "0003.ggen-agent-memory"
    assert top("--all") is None
    assert catalog(database) == []
    assert "Nothing to do; ggen is at the ground" in rung("down", "ggen", "--url", url).out


def test_up_to_a_step_below_is_refused_with_the_way(rung: Rung, url: str) -> None:
    rung("up", "ggen", "--url", url)
    result = rung("up", "ggen", "--url", url, "--to", "0003")
    assert result.code == 2 and "5 steps above it" in result.err and "rung down ggen --to 0003" in result.err


def test_the_ledger_keeps_what_yoyos_does_not(rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url)
    (record,) = rows(
        database,
        "SELECT forward_checksum, rollback_checksum, verify_checksum, rollback_sql, duration_ms, verify_ms,"
        " verification, username, hostname, rung_version FROM _rung_step WHERE migration_id = '0002.ggen-receipts'",
    )
    assert all(re.fullmatch("sha256:[0-9a-f]{64}", checksum) for checksum in record[:3])
    rollback = ROOT / "migrations/ggen/sqlite/0002.ggen-receipts.rollback.sql"
    assert record[3] == rollback.read_text(encoding="utf-8")
    assert record[4] > 0 and record[5] > 0 and record[6] == "passed"
    assert record[7] and record[8] and record[9] == f"rung {__version__}"
    assert rows(database, "SELECT count(*) FROM _rung_event WHERE operation = 'up' AND outcome = 'ok'") == [(8,)]


@pytest.mark.parametrize("statement", ["DELETE FROM _rung_event", "UPDATE _rung_event SET outcome = 'ok'"])
def test_the_event_log_is_append_only(statement: str, rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url, "--to", "0001")
    with pytest.raises(Exception, match="_rung_event is append-only"):
        write(database, statement)


def test_history_shows_successes_and_failures(rung: Rung, tree: Tree, url: str) -> None:
    root = tree("syntax-error")
    rung("up", "shop", "--project", root, "--url", url)
    rung("down", "shop", "--project", tree("good-third"), "--url", url)
    result = rung("history", "shop", "--project", root, "--url", url)
    assert result.code == 0
    lines = result.out.splitlines()
    assert [re.split(r"  +", line.strip())[1:4] for line in lines[1:4]] == [
        ["0001.shop-customers", "up", "ok"],
        ["0002.shop-orders", "up", "ok"],
        ["0003.shop-third", "up", "failed"],
    ]
    assert "0003.shop-third.sql:5:53" in lines[4] and 'near "IS": syntax error' in lines[5]
    assert re.split(r"  +", lines[6].strip())[1:4] == ["0002.shop-orders", "down", "ok"]
    last = rung("history", "shop", "--project", root, "--url", url, "--last", 1, "--json").json
    assert [event["operation"] for event in last["events"]] == ["down"]


def test_history_of_an_untouched_database(rung: Rung, url: str, database: Path) -> None:
    database.touch()
    assert "has done nothing to ggen" in rung("history", "ggen", "--url", url).out


def test_status_exit_code_is_the_honest_answer(rung: Rung, url: str) -> None:
    rung("up", "ggen", "--url", url, "--to", "0007")
    assert rung("status", "ggen", "--url", url).code == 0
    result = rung("status", "ggen", "--url", url, "--exit-code")
    assert result.code == 1 and re.search(r"0008\.ggen-analytics-views +pending", result.out)
    rung("up", "ggen", "--url", url)
    assert rung("status", "--url", url, "--exit-code", "--verbose").code in (0, 1)  # Of all families on this engine.
    assert rung("status", "ggen", "--url", url, "--exit-code").code == 0


def test_verify_tells_which_file_and_row_is_not_right(rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url)
    holds = rung("verify", "ggen", "--url", url, "--verbose")
    assert holds.code == 0 and "everything holds" in holds.out and "FAILS" not in holds.out
    write(database, "DROP INDEX idx_receipts_status")
    result = rung("verify", "ggen", "--url", url)
    assert result.code == 1
    assert "verify/0002.ggen-receipts.sql" in result.out and "idx_receipts_status" in result.out
    assert "1 finding above, with 1 violation" in result.out


def test_verify_reports_a_check_that_cannot_run(rung: Rung, tree: Tree, url: str) -> None:
    root = tree()
    folder = root / "sql" / "checks" / "shop" / "sqlite"
    folder.mkdir(parents=True)
    (folder / "prices.sql").write_text("-- Prices: never negative.\n\nSELECT id, 'x' FROM prices;\n")
    rung("up", "shop", "--project", root, "--url", url)
    result = rung("verify", "shop", "--project", root, "--url", url)
    assert result.code == 1 and "no such table: prices" in result.out and "prices.sql:3:21" in result.out


@pytest.mark.parametrize("command", ["status", "verify", "history"])
def test_reading_commands_write_nothing(command: str, rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url)
    before = database.read_bytes(), sorted(database.parent.iterdir()), database.stat().st_mtime_ns
    assert rung(command, "ggen", "--url", url).code == 0
    assert (database.read_bytes(), sorted(database.parent.iterdir()), database.stat().st_mtime_ns) == before
    other = database.with_name("plain.db")
    write(other, "CREATE TABLE t (x)")
    before_other = other.read_bytes()
    rung(command, "ggen", "--url", f"sqlite:///{other}")
    assert other.read_bytes() == before_other


@pytest.mark.parametrize("existing", [False, True])
def test_dry_run_prints_sql_that_is_sql_and_changes_nothing(
    existing: bool, rung: Rung, url: str, database: Path
) -> None:
    if existing:
        rung("up", "ggen", "--url", url, "--to", "0004")
        before = database.read_bytes()
    result = rung("up", "ggen", "--url", url, "--dry-run")
    assert result.code == 0
    text = (ROOT / "migrations/ggen/sqlite/0006.ggen-pipeline-metrics.sql").read_text(encoding="utf-8")
    assert text.rstrip() in result.out
    assert ("CREATE TABLE receipts" in result.out) is not existing
    if existing:
        assert database.read_bytes() == before
    else:
        assert not database.exists()
    script = database.with_name("printed.db")
    rung("up", "ggen", "--url", f"sqlite:///{script}", *(["--to", "0004"] if existing else ["--to", "0001"]))
    if not existing:
        rung("down", "ggen", "--url", f"sqlite:///{script}")
    with sqlite3.connect(script) as connection:
        connection.executescript(result.out)
    connection.close()
    rung("up", "ggen", "--url", url)
    assert catalog(script) == catalog(database)


def test_a_hard_dry_run_really_runs_and_leaves_no_byte(rung: Rung, url: str, database: Path) -> None:
    write(database, "CREATE TABLE of_somebody_else (x)")
    before = database.read_bytes()
    result = rung("up", "ggen", "--url", url, "--dry-run", "--verbose")
    assert result.code == 0, result.err
    assert "-- 8 steps ran and verified on" in result.out and "The database is as it was." in result.out
    assert database.read_bytes() == before and list(database.parent.glob("test.db*")) == [database]
    rung("up", "ggen", "--url", url)
    before = database.read_bytes()
    result = rung("down", "ggen", "--all", "--url", url, "--dry-run", "--verbose")
    assert result.code == 0 and "-- 8 steps rolled back on" in result.out
    assert database.read_bytes() == before
    assert rung("down", "ggen", "--url", url, "--dry-run").code == 0
    assert database.read_bytes() == before


def test_a_hard_dry_run_finds_what_a_dry_run_cannot(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("no-such-table")
    assert rung("up", "shop", "--project", root, "--url", url, "--dry-run").code == 0
    result = rung("up", "shop", "--project", root, "--url", url, "--dry-run", "--verbose")
    assert result.code == 3 and "no such table: nowhere" in result.err and "this was a dry run" in result.err
    assert not database.exists()


def test_one_transaction_is_all_or_nothing(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("verify-returns-rows")
    result = rung("up", "shop", "--project", root, "--url", url, "--one-transaction")
    assert result.code == 3
    assert "0003.shop-third was undone completely, and with it the 2 before it in the same transaction" in result.err
    assert catalog(database) == []
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(0,)]
    root = tree("good-third")
    for file in steps_of(root).rglob("0003*"):
        file.unlink()
    root = tree("good-third")
    assert rung("up", "shop", "--project", root, "--url", url, "--one-transaction").code == 0
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(3,)]


@pytest.mark.parametrize(("fault", "key"), [("rebuild", "foreign_keys: off"), ("alone", "transactional: false")])
def test_steps_that_need_their_own_transaction_refuse_to_share_one(
    fault: str, key: str, rung: Rung, tree: Tree, url: str
) -> None:
    root = tree(fault)
    for arguments in (["--one-transaction"], ["--dry-run", "--verbose"]):
        result = rung("up", "shop", "--project", root, "--url", url, *arguments)
        assert result.code == 2 and key in result.err and "rung up shop --to" in result.err


def test_a_step_outside_a_transaction(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("alone")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 0, result.err
    assert rows(database, "SELECT count(*) FROM _rung_step") == [(3,)]
    assert rung("down", "shop", "--project", root, "--url", url).code == 0


def test_a_step_outside_a_transaction_that_fails_verification_says_what_remains(
    rung: Rung, tree: Tree, url: str, database: Path
) -> None:
    result = rung("up", "shop", "--project", tree("alone-verify-returns-rows"), "--url", url)
    assert result.code == 3
    assert "ran outside a transaction at its own request: what it did is still there, unrecorded" in result.err
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(2,)]


def test_log_file_has_times_and_failures(rung: Rung, tree: Tree, url: str, tmp_path: Path) -> None:
    log = tmp_path / "rung.log"
    rung("up", "shop", "--project", tree("syntax-error"), "--url", url, "--log-file", log, "--quiet")
    rung("status", "shop", "--project", tree("syntax-error"), "--url", url, "--log-file", log)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line) for line in lines)
    text = "\n".join(lines)
    assert "applying 0003.shop-third" in text and 'near "IS": syntax error' in text and "pending" in text


def test_quiet_says_nothing_but_errors(rung: Rung, tree: Tree, url: str) -> None:
    root = tree("syntax-error")
    result = rung("up", "shop", "--project", root, "--url", url, "--quiet")
    assert result.out == "" and result.err.startswith("rung: ")
    assert rung("status", "shop", "--project", root, "--url", url, "--quiet") == rung(
        "verify", "shop", "--project", root, "--url", url, "--quiet"
    )


def test_the_url_comes_from_the_environment_too(rung: Rung, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nonexistent/x.db")
    assert "/nonexistent" in rung("up", "ggen").err
    monkeypatch.setenv("RUNG_URL", url)
    assert rung("up", "ggen").code == 0


JSON_KEYS = {
    "up": {"engine", "url", "family", "steps", "at", "exists", "ledger_rows", "pending", "skipped", "report"},
    "status": {"engine", "url", "families"},
    "verify": {"engine", "url", "family", "findings"},
    "history": {"engine", "url", "family", "events"},
    "down": {"engine", "url", "family", "steps", "at", "exists", "ledger_rows", "pending", "skipped"},
}


def test_json_is_one_documented_object(rung: Rung, url: str) -> None:
    for command, keys in JSON_KEYS.items():
        result = rung(command, "ggen", "--url", url, "--json")
        assert set(result.json) == keys | {"format", "rung", "command", "ok", "exit_code"}, command
        assert result.json["format"] == 1 and result.json["ok"] is True and result.json["exit_code"] == 0
    assert result.json["steps"][0].keys() == {"id", "operation", "adopted", "duration_ms", "verify_ms"}


def test_json_of_a_failure_holds_the_error_and_what_went_before(rung: Rung, tree: Tree, url: str) -> None:
    result = rung("up", "shop", "--project", tree("syntax-error"), "--url", url, "--json")
    error = result.json["error"]
    assert result.code == 3 and result.json["exit_code"] == 3 and result.json["ok"] is False
    assert [step["id"] for step in result.json["steps"]] == ["0001.shop-customers", "0002.shop-orders"]
    assert (error["kind"], error["line"], error["column"]) == ("step", 5, 53)
    assert error["file"].endswith("0003.shop-third.sql") and error["kept"] and error["hint"]


def test_new_writes_three_files_that_up_refuses_until_written(rung: Rung, tree: Tree, url: str) -> None:
    root = tree()
    result = rung("new", "shop", "sqlite", "unit-prices", "--project", root)
    assert result.code == 0, result.err
    steps = steps_of(root)
    forward = (steps / "0003.shop-unit-prices.sql").read_text(encoding="utf-8")
    assert forward.startswith("-- Unit prices: ") and "-- depends: 0002.shop-orders\n" in forward
    assert (steps / "0003.shop-unit-prices.rollback.sql").exists()
    assert (steps / "verify" / "0003.shop-unit-prices.sql").exists()
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3 and "holds no statement" in result.err
    # Begun from nothing too, for any engine.
    assert rung("new", "depot", "postgresql", "shelves", "--project", root).code == 0
    assert (root / "migrations/depot/postgresql/0001.depot-shelves.sql").exists()


def test_new_adds_nothing_to_an_installed_tree(rung: Rung, monkeypatch: pytest.MonkeyPatch, tree: Tree) -> None:
    monkeypatch.setattr("runner.context.carried_root", tree)
    result = rung("new", "shop", "sqlite", "x")
    assert result.code == 2 and "--project DIR" in result.err


def test_demo_tells_the_whole_climb(rung: Rung) -> None:
    result = rung("demo")
    assert result.code == 0, result.err
    assert "The schema is the same as after 1, to the letter." in result.out
    assert result.out.count(" up   ") == 16 and result.out.count(" down ") == 8
    assert "FAILS" not in result.out


@pytest.mark.parametrize("family", project.families(ROOT))
def test_demo_shows_every_family(family: str, rung: Rung) -> None:
    result = rung("demo", family, "--json")
    assert result.code == 0, result.err
    assert result.json["same_schema"] is True and result.json["ground"] == []
    assert "FAILS" not in result.err


def test_as_a_process_a_closed_pipe_does_not_stop_a_climb(url: str, database: Path) -> None:
    read, write_end = os.pipe()
    os.close(read)
    try:
        result = spawn_to(write_end, "up", "ggen", "--url", url)
    finally:
        os.close(write_end)
    assert result == 0
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(8,)]


def spawn_to(descriptor: int, *arguments: str) -> int:
    command = [sys.executable, "-m", "runner", *arguments]
    # With the buffers that Python has unless it is told otherwise.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    run = subprocess.run(command, stdout=descriptor, stderr=descriptor, check=False, timeout=60, env=environment)
    return run.returncode


def test_version_and_help() -> None:
    assert spawn("--version").stdout == f"rung {__version__}\n"
    assert "Exit codes: 0 yes; 1 the honest answer is no" in spawn("--help").stdout


def on_a_terminal(answer: str, *arguments: str) -> tuple[int, str]:
    """Run rung on a pseudo-terminal, type the answer, and return its exit code and what the screen got."""
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "runner", *arguments]
    with subprocess.Popen(command, stdin=end, stdout=end, stderr=end, start_new_session=True) as run:
        os.close(end)
        screen = b""
        while select.select([terminal], [], [], 30)[0]:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            if not part:
                break
            screen += part
            if answer and screen.rstrip().endswith(b"[y/N]"):
                os.write(terminal, answer.encode() + b"\n")
                answer = ""
        os.close(terminal)
    return run.returncode, screen.decode()


def test_down_asks_on_a_terminal_and_only_there(rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url)
    code, screen = on_a_terminal("n", "down", "ggen", "--url", url, "--steps", "2")
    assert code == 2 and "Roll back 2 steps? [y/N]" in screen and "not confirmed" in screen
    assert "0007.ggen-slo-violations   loses slo_violations" in screen
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(8,)]
    code, screen = on_a_terminal("y", "down", "ggen", "--url", url)
    assert code == 0 and "1 step rolled back" in screen
    code, screen = on_a_terminal("", "down", "ggen", "--url", url, "--yes")
    assert code == 0 and "[y/N]" not in screen


def test_a_terminal_gets_a_live_line_and_a_pipe_does_not(rung: Rung, url: str, tmp_path: Path) -> None:
    code, screen = on_a_terminal("", "up", "ggen", "--url", url)
    assert code == 0 and "\r\x1b[K  [1/8] 0001.ggen-workflow-sessions  applying" in screen
    piped = spawn("up", "ggen", "--url", f"sqlite:///{tmp_path / 'piped.db'}")
    assert "\x1b" not in piped.stdout + piped.stderr
