"""Fixtures: real engines, the project's own tree, and rung called as a user calls it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from servers import Servers

from runner import cli
from runner.examine import Object
from runner.sqlfile import runner_sql

ROOT = Path(__file__).resolve().parent.parent
TREES = Path(__file__).resolve().parent / "trees"


@dataclass(frozen=True, slots=True)
class Result:
    """What a call of rung left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object of a call with --json, held against the published schema."""
        found: dict[str, Any] = json.loads(self.out, parse_constant=pytest.fail)
        fault = best_match(schema().iter_errors(found))
        assert fault is None, f"{fault.json_path}: {fault.message}"
        return found


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((ROOT / "runner" / "rung.schema.json").read_text(encoding="utf-8")))


Rung = Callable[..., Result]
Tree = Callable[..., Path]


def counted_kinds(found: Sequence[Object]) -> dict[str, int]:
    """How many objects of each kind a catalog lists, without what is only a part of another."""
    parts = {"column", "comment", "constraint", "default privileges", "grant", "row security"}
    return dict(Counter(item.kind for item in found if item.kind not in parts))


def call(*arguments: object) -> Result:
    """Call rung in this process; an argparse exit is a result too."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.run([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(str(stop.code or 0))
    return Result(code, out.getvalue(), err.getvalue())


def spawn(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Call rung as a process of its own."""
    command = [sys.executable, "-m", "runner", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **options)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write tests/snapshots anew")
    parser.addoption("--soak", type=float, default=0.0, metavar="MINUTES", help="go on for so long, in each such test")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """A test that hangs fails after ten minutes, by name. What hypothesis tries: the same inputs each time, or with
    --soak others and more. It leaves no files behind."""
    minutes = float(config.getoption("--soak"))
    config.option.timeout = config.option.timeout or 600 + int(minutes * 60)
    set_hypothesis_home_dir(Path(tempfile.gettempdir()) / f"rung-hypothesis-{os.getuid()}")
    settings.register_profile(
        "rung",
        max_examples=100 + int(minutes * 1000),
        derandomize=not minutes,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if minutes else [])],
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("rung")


@pytest.fixture(autouse=True)
def _no_database_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNG_URL", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Callable[[int], Iterator[random.Random]]:
    """Rounds of a test that tries at random: so many, or as many as fit into --soak MINUTES.

    Each round has a generator of its own, made from a seed that the test prints when it fails.
    """
    minutes = float(request.config.getoption("--soak"))

    def rounds(number: int) -> Iterator[random.Random]:
        end = monotonic() + minutes * 60
        done = 0
        while done < number or monotonic() < end:
            seed = (
                random.SystemRandom().getrandbits(32)
                if minutes
                else zlib.crc32(f"{request.node.nodeid}{done}".encode())
            )
            print(f"round {done + 1}, seed {seed}")
            yield random.Random(seed)
            done += 1

    return rounds


@pytest.fixture
def rung() -> Rung:
    return call


@pytest.fixture
def project() -> Path:
    return ROOT


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a test's database goes; nothing is there yet."""
    return tmp_path / "test.db"


@pytest.fixture
def url(database: Path) -> str:
    return f"sqlite:///{database}"


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The PostgreSQL servers of this worker."""
    with contextlib.ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Path]:
    """A project of two good steps, with the files of tests/trees/<fault> laid over it for each fault named."""

    def make(*faults: str) -> Path:
        root = tmp_path / "project"
        for name in ("base", *faults):
            shutil.copytree(TREES / name, root, dirs_exist_ok=True)
        return root

    return make


def steps_of(root: Path) -> Path:
    """Where the steps of a test tree are."""
    return root / "migrations" / "shop" / "sqlite"


def connect(path: Path) -> sqlite3.Connection:
    """A connection as an application should make it (README, Connection settings)."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(connect(path)) as connection:
        return connection.execute(sql).fetchall()


def write(path: Path, *statements: str) -> None:
    """Run statements as an application would, each committed by itself."""
    with contextlib.closing(connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def catalog(path: Path) -> list[tuple[Any, ...]]:
    """Every object that is not the ledger's, with its definition."""
    return rows(path, runner_sql("catalog", "sqlite", "objects").text)


def _applied(family: str, folder: Path) -> Path:
    """A SQLite database on which every step of a family is applied."""
    path = folder / f"{family}.db"
    result = call("up", family, "--url", f"sqlite:///{path}")
    assert result.code == 0, result.err
    return path


@contextlib.contextmanager
def _copied(file: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """An open connection to a copy of a database."""
    with contextlib.closing(connect(Path(shutil.copy(file, folder)))) as connection:
        yield connection


def _seeded(connection: sqlite3.Connection, family: str) -> sqlite3.Connection:
    """The same connection, with the family's seed rows written."""
    seed = (ROOT / "sql" / "seed" / family / "sqlite.sql").read_text(encoding="utf-8")
    connection.executescript(f"BEGIN;\n{seed}\nCOMMIT;")
    return connection


@pytest.fixture(scope="session")
def ggen_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _applied("ggen", tmp_path_factory.mktemp("ggen"))


@pytest.fixture
def ggen(ggen_file: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An open connection to a database on which every step of ggen is applied."""
    with _copied(ggen_file, tmp_path) as connection:
        yield connection


@pytest.fixture
def ggen_seeded(ggen: sqlite3.Connection) -> sqlite3.Connection:
    """The same with the family's seed rows in it."""
    return _seeded(ggen, "ggen")


@pytest.fixture(scope="session")
def abathur_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _applied("abathur", tmp_path_factory.mktemp("abathur"))


@pytest.fixture
def abathur(abathur_file: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An open connection to a database on which every step of abathur is applied."""
    with _copied(abathur_file, tmp_path) as connection:
        yield connection


@pytest.fixture
def abathur_seeded(abathur: sqlite3.Connection) -> sqlite3.Connection:
    """The same with the family's seed rows in it."""
    return _seeded(abathur, "abathur")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """With RUNG_NO_SKIPS set (.ci/run does), a skip is a missing piece of the machine and fails the run."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("RUNG_NO_SKIPS"):
        report.outcome = "failed"
