"""The README shows what happens: its commands are run, and what it prints below them is what they print."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from conftest import ROOT, connect
from servers import Servers

from runner.sqlfile import KEYS, header, read_file
from runner.throwaway import Server

README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)

# What differs from run to run and from machine to machine.
_VARYING = (
    (r" +", " "),
    (r"[\d.]+ m?s\b", "N ms"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", "TIME"),
    (r"\d\d\d\d-\d\d-\d\d \d\d:\d\d UTC", "TIME"),
    (r"sha256:[0-9a-f]{64}", "HASH"),
    (r"\([\d.]+ [kMG]?B,", "(SIZE,"),
    (r"\S+@\S+", "WHO"),
    (r"\b[0-9a-f]{16}\b", "RUN"),
    (r"(SQLite|DuckDB|PostgreSQL) [\d.]+", r"\1 N"),
    (r"\b\d{6} 0 0\.\d\d\b", "SIZE"),
    (r"-{2,}", "--"),
)


def plain(text: str) -> str:
    for pattern, replacement in _VARYING:
        text = re.sub(pattern, replacement, text)
    return "\n".join(line.rstrip() for line in text.rstrip().split("\n"))


def neutral(text: str, folder: Path) -> str:
    """Output as it would be in the checkout of a DBA, without the names of the machine that ran it."""
    text = text.replace(f"{ROOT}/", "").replace(str(folder), "/srv/data")
    text = re.sub(r"/\S*/rung-demo-\w+", "/tmp/rung-demo-x", text)
    return re.sub(rf"\b{re.escape(getpass.getuser())}@{re.escape(socket.gethostname())}", "dba@db1", text)


def run(command: str, folder: Path, server: Server) -> str:
    """Run a line as a reader would, in a shell; its output, and its exit code where that is not 0."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        "PGHOST": str(server.folder),
        "PGUSER": "postgres",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONUTF8": "1",
    }
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    code = f"[exit code {result.returncode}]\n" if result.returncode else ""
    return result.stdout + code


def test_every_command_prints_what_the_readme_says(
    tmp_path: Path, request: pytest.FixtureRequest, servers: Servers
) -> None:
    server = servers.get(servers.first)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS app")
        connection.execute("CREATE DATABASE app")
    (tmp_path / "mine").mkdir()
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    shutil.copytree(ROOT / "tests" / "trees" / "lies" / "forgotten-index", tmp_path / "lies" / "forgotten-index")
    shutil.copytree(ROOT / "tests" / "trees" / "faults", tmp_path / "faults")
    shutil.copytree(ROOT / "tests" / "snapshots", tmp_path / "tests" / "snapshots")
    text = README.read_text(encoding="utf-8")
    ran = 0
    for block in BLOCK.findall(text):
        found = ""
        for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
            found += f"$ {command}\n{neutral(run(command, tmp_path, server), tmp_path)}"
            ran += 1
        machine = str(ROOT) in block or "/pytest-" in block
        assert not machine or request.config.getoption("--update-snapshots"), "the README names this machine"
        if plain(found) != plain(block) or machine:
            if not request.config.getoption("--update-snapshots"):
                assert plain(found) == plain(block), "if this is meant: pytest --update-snapshots"
            # The whole block anew, so that its times belong together.
            current = README.read_text(encoding="utf-8")
            README.write_text(current.replace(f"```console\n{block}```", f"```console\n{found}```"), encoding="utf-8")
    assert ran > 20


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python3 -m venv \.venv && (.*pytest)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    install, test = command.replace(".venv/bin/", "").split(" && ")
    assert install.replace("pip install -q ", "") in script and f'/bin/{test}"' in script


def test_the_connection_settings_are_statements_that_hold(tmp_path: Path) -> None:
    (settings,) = re.findall(r"```sql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    connection = connect(tmp_path / "x.db")
    connection.executescript(settings)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    connection.close()


def test_every_key_and_command_is_documented() -> None:
    text = README.read_text(encoding="utf-8")
    for keys in KEYS.values():
        for key in keys:
            assert f"`{key}`" in text, key


def test_the_seed_table_names_every_step_and_its_sections(request: pytest.FixtureRequest) -> None:
    rows = []
    for path in sorted((ROOT / "migrations").glob("*/*/*.sql")):
        if not path.name.endswith(".rollback.sql"):
            sections = header(read_file(path, "forward")).keys["seed"]
            rows.append(f"| {sections} | `{path.relative_to(ROOT)}` |")
    table = "| seed and section | SQL |\n|---|---|\n" + "\n".join(rows) + "\n"
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-snapshots") and table not in text:
        README.write_text(re.sub(r"\| seed and section \| SQL \|\n(\|.*\n)+", table, text), encoding="utf-8")
        text = README.read_text(encoding="utf-8")
    assert table in text


def test_links_within_the_page_lead_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(#([^)]*)\)", text):
        assert target in anchors, target
