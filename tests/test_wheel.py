"""A built wheel, installed elsewhere: it carries the SQL and climbs without a checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, rows


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    (built,) = folder.glob("rung-*.whl")
    return built


def test_the_wheel_carries_every_sql_file_and_nothing_else_but_the_package(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("migrations", "sql"):
        for path in (ROOT / folder).rglob("*.sql"):
            assert f"runner/project/{path.relative_to(ROOT)}" in names
    assert all(name.startswith(("runner/", "rung-")) for name in names), names


def test_the_wheel_climbs_on_its_own(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    venv.create(place, with_pip=False, symlinks=True)
    # What a run needs is in the wheel and in Python itself; yoyo is a companion, not a part.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "lib" / version / "site-packages")

    def rung(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(place / "bin" / "python"), "-m", "runner", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert "to the letter" in rung("demo").stdout
    result = rung("up", "ggen", "--url", "sqlite:///tier2.db")
    assert result.returncode == 0, result.stderr
    assert rows(tmp_path / "tier2.db", "SELECT count(*) FROM _yoyo_migration") == [(8,)]
    refused = rung("new", "ggen", "sqlite", "more")
    assert refused.returncode == 2 and "is not yours to add to" in refused.stderr


def test_the_entry_points_are_those_of_the_project(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "rung = runner.cli:main" in archive.read(name).decode()
