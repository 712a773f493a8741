"""The house rules that tools can hold: formatting, lint, types, SQL style, and what a file may not say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        *(["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]),
        # `rung lint` judges the others (test_lint).
        ["sqlfluff", "lint", "sql/pgtap"],
    ],
    ids=lambda command: "-".join(part for part in command if not part.startswith("--")),
)
def test_tool_is_content(command: list[str]) -> None:
    result = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert result.returncode == 0, result.stdout + result.stderr
    # sqlfluff passes over large files and over what it cannot parse without failing.
    assert "skip" not in (result.stdout + result.stderr).lower(), result.stdout + result.stderr


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("git, or a checkout, is missing on this machine")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_every_sql_file_is_linted_whatever_its_size() -> None:
    assert re.search(r"^large_file_skip_byte_limit = 0$", (ROOT / ".sqlfluff").read_text(encoding="utf-8"), re.M)


def test_steps_leave_transactions_and_existence_to_the_runner() -> None:
    for path in sorted((ROOT / "migrations").rglob("*.sql")):
        text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"(?mi)^\s*(BEGIN|COMMIT|ROLLBACK)\b\s*(TRANSACTION)?\s*;", text), path
        assert not re.search(r"(?i)\bIF\s+(NOT\s+)?EXISTS\b", text), path


def test_sql_of_the_runner_lives_in_sql() -> None:
    for path in sorted((ROOT / "runner").rglob("*.py")):
        # A keyword with one word after it names a kind of statement.
        sql = r'"(?:(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP) [^" ]+ [^"]*)"'
        found = re.findall(sql, path.read_text(encoding="utf-8"))
        assert not found, f"{path}: {found}"


LAYERS = (
    *(
        "__main__",
        "cli",
        *("pytest_plugin", "pytest_items"),
        "commands",
        "looking",
        *("drilling", "drifting", "snapshotting", "linting"),
        *("forms", "sarif", "markdown"),
        "context",
        "deliverable",
        "demo",
        *("lint.flow", "lint.proof", "lint.rules", "lint.changes", "lint.leave", "lint.gather"),
        *("lint.style", "lint.syntax", "lint.safety", "lint.files", "lint"),
        *("drift", "partitions", "differences", "wholes"),
        *("cases", "faults", "places"),
        *("drill", "crash", "passage", "rows", "trial", "state"),
        *("drill_report", "drill_words", "junit"),
        "report",
        "climb",
        *("gate", "certificate", "signature"),
        "examine",
        *("verdict", "wording", "outcome", "config", "document"),
        "scaffold",
        "plan",
        "ledger",
    ),
    *("scratch", "engines.postgresql_copy", "engines.postgresql_own", "engines.postgresql_original"),
    *("engines.postgresql_scratch", "engines.postgresql_link", "engines.postgresql_tools"),
    *("yoyo_duckdb", "throwaway"),
    *("engines.sqlite_copy", "engines.duckdb_copy", "engines.folders"),
    *("engines.sqlite", "engines.sqlite_errors", "engines.sqlite_extensions"),
    *("engines.duckdb", "engines.duckdb_errors", "engines.duckdb_signals"),
    *(
        "engines.postgresql",
        "engines.postgresql_errors",
        "engines.postgresql_wire",
        "engines.postgresql_text",
        "engines.scripts",
    ),
    *("engines.files", "engines", "project", "sqlfile", "target", "errors"),
)


def test_imports_point_one_way() -> None:
    for path in sorted((ROOT / "runner").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT / "runner").with_suffix("").parts).removesuffix(".__init__")
        if name == "__init__":
            continue
        # Imports inside functions are how a driver is loaded late; at the top of a module they show its place.
        for package, names in re.findall(
            r"^from runner(\.[\w.]+)? import (.*)$", path.read_text(encoding="utf-8"), re.M
        ):
            used = [package[1:]] if package else [part.strip() for part in names.split(",")]
            for other in used:
                if other != "__version__":
                    assert LAYERS.index(other) > LAYERS.index(name), f"{name} imports {other}"


def test_text_files_end_lines_with_lf_and_files_with_one() -> None:
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw and path.suffix != ".png":
            assert b"\r" not in raw, path
            assert not raw or (raw.endswith(b"\n") and not raw.endswith(b"\n\n")), path
