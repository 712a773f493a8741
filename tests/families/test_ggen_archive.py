"""ggen's archival on SQLite: no row is ever in neither file, whatever happens between or during the two halves."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Row = tuple[Any, ...]
QUERIES = Path(__file__).resolve().parents[2] / "sql" / "queries" / "ggen" / "sqlite"
ARCHIVED = (
    "workflow_sessions",
    "receipts",
    "pipeline_metrics",
    "slo_violations",
    "collision_detection",
    "audit_log",
)
# Of the seed rows, the first two of four days are older, and so are two of four sessions.
BEFORE = "2026-01-28"
OLDER = {
    "workflow_sessions": 2,
    "receipts": 7,
    "pipeline_metrics": 35,
    "slo_violations": 3,
    "collision_detection": 3,
    "audit_log": 15,
}

# What tells that a row of the archive is this row at an earlier time, and not one of another database.
KEYS = {
    "workflow_sessions": "session_id",
    "receipts": "execution_id",
    "pipeline_metrics": "execution_id",
    "slo_violations": "execution_id",
    "collision_detection": "session_id",
}


def statements(name: str) -> list[str]:
    found, statement = [], ""
    for line in (QUERIES / f"{name}.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found


COPY, DELETE = statements("archive_copy"), statements("archive_delete")


def connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = OFF")  # processes are killed here, machines are not
    return connection


def contents(file: Path) -> dict[str, list[Row]]:
    with contextlib.closing(connect(file)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in ARCHIVED}


def rows(file: Path, table: str) -> list[Row]:
    return contents(file)[table]


@dataclass(frozen=True)
class Place:
    """A database with the seed rows, and an empty archive beside it."""

    database: Path
    archive: Path

    def run(self, script: list[str], before: str = BEFORE, archive: Path | None = None) -> None:
        """Run a script on a connection of its own, which dies where a statement fails."""
        values = {"archive": str(archive or self.archive), "before": before}
        with contextlib.closing(connect(self.database)) as connection:
            for statement in script:
                connection.execute(statement, values)

    def write(self, sql: str, file: Path | None = None) -> None:
        with contextlib.closing(connect(file or self.database)) as connection:
            connection.executescript(f"BEGIN; {sql}; COMMIT;")

    def held(self) -> dict[str, set[Row]]:
        """Every row of either file, each once where both have it alike."""
        here, there = contents(self.database), contents(self.archive)
        return {table: {*here[table], *there[table]} for table in ARCHIVED}

    def counts(self, file: Path) -> dict[str, int]:
        return {table: len(found) for table, found in contents(file).items()}

    def sound(self) -> bool:
        for file in (self.database, self.archive):
            with contextlib.closing(connect(file)) as connection:
                if connection.execute("PRAGMA foreign_key_check").fetchall():
                    return False
                if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                    return False
        return True

    def due(self) -> dict[str, int]:
        with contextlib.closing(connect(self.database)) as connection:
            (statement,) = statements("archive_due")
            return dict(connection.execute(statement, {"before": BEFORE}).fetchall())


@pytest.fixture
def place(ggen: sqlite3.Connection, project: Path, tmp_path: Path) -> Place:
    found = Place(tmp_path / "database.db", tmp_path / "archive.db")
    for file in (found.database, found.archive):
        ggen.execute("PRAGMA wal_checkpoint = TRUNCATE")
        shutil.copyfile(ggen.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0], file)
    found.write((project / "sql/seed/ggen/sqlite.sql").read_text(encoding="utf-8"))
    return found


def archived(place: Place, everything: dict[str, set[Row]]) -> bool:
    """The one good end: every row once, the older in the archive; a session stays while younger rows refer to it."""
    return (
        place.held() == everything
        and place.counts(place.archive) == OLDER
        and place.counts(place.database) == {table: len(everything[table]) - OLDER[table] for table in ARCHIVED}
        and place.sound()
    )


# ------------------------------------------------------------------------------------------------------- the good way


def test_what_is_older_moves(place: Place) -> None:
    everything = place.held()
    assert place.due() == OLDER
    place.run(COPY)
    assert place.counts(place.archive) == OLDER
    assert place.counts(place.database) == {table: len(everything[table]) for table in ARCHIVED}
    place.run(DELETE)
    assert archived(place, everything)
    assert set(place.due().values()) == {0}


def test_all_of_it_may_be_repeated(place: Place) -> None:
    everything = place.held()
    for script in (COPY, COPY, DELETE, DELETE, COPY, DELETE):
        place.run(script)
    assert archived(place, everything)


def test_one_connection_may_do_it_all(place: Place) -> None:
    """Nothing is left attached, open or behind in the temporary schema."""
    everything = place.held()
    place.run([*COPY, *DELETE, *COPY, *DELETE])
    assert archived(place, everything)


def test_quarter_after_quarter_goes_into_the_same_archive(place: Place) -> None:
    everything = place.held()
    for before in ("2026-01-27", BEFORE, "2026-01-29", "2026-02-01"):
        place.run(COPY, before)
        place.run(DELETE, before)
        assert place.held() == everything
        assert place.sound()
    assert place.counts(place.database) == dict.fromkeys(ARCHIVED, 0) | {"workflow_sessions": 1}  # it is still running


def test_ids_of_archived_rows_are_not_handed_out_again(place: Place) -> None:
    place.run(COPY, "2026-02-01")
    place.run(DELETE, "2026-02-01")
    place.write(
        "INSERT INTO audit_log (timestamp, agent_id, operation, status) VALUES ('2026-03-01', 'a', 'o', 'failed')"
    )
    assert [row[0] for row in rows(place.database, "audit_log")] == [30]


def test_what_is_of_the_first_moment_to_keep_stays(place: Place) -> None:
    for table in ARCHIVED:
        place.write(f"UPDATE {table} SET created_at = '{BEFORE} 00:00:00'")
    everything = contents(place.database)
    place.run(COPY)
    place.run(DELETE)
    assert contents(place.database) == everything
    assert place.counts(place.archive) == dict.fromkeys(ARCHIVED, 0)


def test_the_moment_may_be_spelled_as_one_likes(place: Place) -> None:
    everything = place.held()
    place.run(COPY, "2026-01-28T01:00:00+01:00")
    place.run(DELETE, "2026-01-28T00:00Z")
    assert archived(place, everything)


@pytest.mark.parametrize("script", ["archive_copy", "archive_delete"])
def test_every_column_is_archived(script: str, ggen: sqlite3.Connection) -> None:
    """A column that a later step adds must be carried along, or it would be lost in silence."""
    text = (QUERIES / f"{script}.sql").read_text(encoding="utf-8")
    for table in ARCHIVED:
        alias = re.search(rf"FROM main\.{table} AS (\w)", text)
        assert alias
        columns = {name for (name,) in ggen.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        assert set(re.findall(rf"\b{alias.group(1)}\.(\w+)", text)) >= columns
        if script == "archive_copy":
            target = re.search(rf"INSERT INTO archive\.{table} \(([^)]*)\)", text)
            assert target
            assert set(re.findall(r"\w+", target.group(1))) == columns
            refreshed = text[target.end() :].split(";")[0]
            same_row = {"id", KEYS[table]} if table in KEYS else columns
            assert set(re.findall(r"(\w+) = excluded\.\1,?\n", refreshed)) == columns - same_row


# -------------------------------------------------------------------------------------------------------- interruption


@pytest.mark.parametrize("reached", range(len(COPY) + 1))
def test_copy_may_die_after_any_statement(reached: int, place: Place) -> None:
    everything = place.held()
    place.run(COPY[:reached])
    assert place.held() == everything
    place.run(DELETE)  # before the copy is repeated: deletes only what has arrived
    assert place.held() == everything
    assert place.sound()
    place.run(COPY)
    place.run(DELETE)
    assert archived(place, everything)


@pytest.mark.parametrize("reached", range(len(DELETE) + 1))
def test_delete_may_die_after_any_statement(reached: int, place: Place) -> None:
    everything = place.held()
    place.run(COPY)
    place.run(DELETE[:reached])
    assert place.held() == everything
    assert place.sound()
    place.run(COPY)
    place.run(DELETE)
    assert archived(place, everything)


KILLED = """
import json, os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA foreign_keys = ON")
for statement in json.loads(sys.argv[3]):
    connection.execute(statement, {"archive": sys.argv[2], "before": "2026-01-28"})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("script", "until"), [(COPY, "INSERT INTO archive.audit_log"), (COPY, "COMMIT"), (DELETE, "DROP TABLE proven")]
)
def test_process_may_be_killed(script: list[str], until: str, place: Place) -> None:
    everything = place.held()
    if script is DELETE:
        place.run(COPY)
    reached = next(number for number, statement in enumerate(script) if until in statement)
    arguments = [str(place.database), str(place.archive), json.dumps(script[: reached + 1])]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
    assert done.returncode == -signal.SIGKILL
    assert place.held() == everything
    place.run(COPY)
    place.run(DELETE)
    assert archived(place, everything)


# ------------------------------------------------------------------------------------- changes between the two halves


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ("UPDATE receipts SET environment = 'changed' WHERE id = 1", {"receipts": 1, "pipeline_metrics": 5}),
        ("UPDATE receipts SET error_message = '' WHERE id = 1", {"receipts": 1, "pipeline_metrics": 5}),
        ("UPDATE pipeline_metrics SET duration_ms = 7 WHERE id = 1", {"receipts": 1, "pipeline_metrics": 5}),
        (
            "UPDATE slo_violations SET actual_value = 9 WHERE id = 1",
            {"receipts": 1, "pipeline_metrics": 5, "slo_violations": 1},
        ),
        ("UPDATE audit_log SET context_json = NULL WHERE id = 1", {"audit_log": 1}),
        ("UPDATE collision_detection SET resolution = 'late' WHERE id = 1", {"collision_detection": 1}),
        ("UPDATE workflow_sessions SET agent_count = 9 WHERE id = 1", {"workflow_sessions": 1}),
        (
            "INSERT INTO pipeline_metrics (execution_id, stage, duration_ms, status, timestamp)"
            " VALUES ('exec-0001', 'μ₅_receipt', 1, 'passed', '2026-01-26')",
            {"receipts": 1, "pipeline_metrics": 6},
        ),
        (
            "INSERT INTO audit_log (timestamp, agent_id, operation, status, created_at)"
            " VALUES ('2026-01-26', 'a', 'o', 'failed', '2026-01-26 00:00:00')",
            {"audit_log": 1},
        ),
    ],
)
def test_what_is_not_proven_to_be_in_the_archive_stays(change: str, stays: dict[str, int], place: Place) -> None:
    place.run(COPY)
    place.write(change)
    everything = place.held()
    place.run(DELETE)
    assert place.held() == everything
    # A receipt or collision that stays keeps its session too.
    keeps_session = {"receipts", "collision_detection"} & set(stays)
    sessions = {"workflow_sessions": 1} if keeps_session else {}
    assert place.due() == dict.fromkeys(ARCHIVED, 0) | sessions | stays
    assert place.sound()


def test_session_stays_as_long_as_a_younger_row_refers_to_it(place: Place) -> None:
    place.write(
        "INSERT INTO receipts (execution_id, agent_id, operation, status, timestamp, duration_ms, session_id)"
        " VALUES ('late', 'a', 'watch', 'passed', '2026-01-26', 1, 'session-2026-01-26')"
    )
    everything = place.held()
    place.run(COPY)
    place.run(DELETE)
    assert [row[0] for row in rows(place.database, "workflow_sessions")] == [1, 3, 4]
    assert [row[0] for row in rows(place.archive, "workflow_sessions")] == [1, 2]
    assert place.held() == everything
    assert place.sound()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE receipts SET status = 'failed' WHERE id = 1",
        "UPDATE pipeline_metrics SET duration_ms = 7 WHERE id = 1",
        "UPDATE slo_violations SET actual_value = 9 WHERE id = 1",
        "UPDATE collision_detection SET resolution = 'late' WHERE id = 1",
        "UPDATE workflow_sessions SET agent_count = 9 WHERE id = 1",
    ],
)
def test_what_has_changed_since_goes_with_the_next_copy(change: str, place: Place) -> None:
    place.run(COPY)
    place.write(change)
    everything = {table: set(found) for table, found in contents(place.database).items()}
    place.run(DELETE)
    place.run(COPY)
    place.run(DELETE)
    assert archived(place, everything)


def test_archived_entry_of_the_trail_is_never_rewritten(place: Place) -> None:
    place.run(COPY)
    before = rows(place.archive, "audit_log")
    place.write("UPDATE audit_log SET operation = 'something else' WHERE id = 1")
    place.run(COPY)
    place.run(DELETE)
    assert rows(place.archive, "audit_log") == before
    assert place.due()["audit_log"] == 1


def test_session_that_runs_stays_and_is_refreshed(place: Place) -> None:
    place.write("UPDATE workflow_sessions SET status = 'running' WHERE id = 1")
    place.run(COPY)
    place.run(DELETE)
    assert [row[0] for row in rows(place.database, "workflow_sessions")] == [1, 3, 4]
    place.write("UPDATE workflow_sessions SET status = 'completed', agent_count = 7 WHERE id = 1")
    place.run(COPY)
    place.run(DELETE)
    assert [row[0] for row in rows(place.database, "workflow_sessions")] == [3, 4]
    assert [(row[4], row[5]) for row in rows(place.archive, "workflow_sessions")] == [("completed", 7), ("failed", 3)]


def test_session_goes_along_with_its_oldest_receipt(place: Place) -> None:
    """A receipt may not be in an archive that lacks its session."""
    place.write("UPDATE receipts SET created_at = '2026-01-01 00:00:00' WHERE execution_id = 'exec-0010'")
    everything = place.held()
    place.run(COPY)
    place.run(DELETE)
    assert "session-2026-01-29" in {row[1] for row in rows(place.archive, "workflow_sessions")}
    assert "session-2026-01-29" in {row[1] for row in rows(place.database, "workflow_sessions")}
    assert place.held() == everything
    assert place.sound()


# ------------------------------------------------------------------------------------------------------ wrong arguments


@pytest.mark.parametrize("script", [COPY, DELETE])
@pytest.mark.parametrize("carries_on", [False, True])
@pytest.mark.parametrize("case", ["itself", "link to itself", "no moment", "empty moment", "not an archive"])
def test_wrong_argument_deletes_nothing(case: str, carries_on: bool, script: list[str], place: Place) -> None:
    """Not even with a client that goes on after an error, as the sqlite3 shell does."""
    everything = contents(place.database)
    place.run(COPY)
    link = place.database.parent / "link.db"
    link.symlink_to(place.database)
    archive, before = {
        "itself": (place.database, BEFORE),
        "link to itself": (link, BEFORE),
        "no moment": (place.archive, "last quarter"),
        "empty moment": (place.archive, ""),
        "not an archive": (place.database.parent / "new.db", BEFORE),
    }[case]
    values = {"archive": str(archive), "before": before}
    failures = []
    with contextlib.closing(connect(place.database)) as connection:
        for statement in script:
            try:
                connection.execute(statement, values)
            except sqlite3.Error as error:
                failures.append(str(error))
                if not carries_on:
                    break
    expected = {
        "itself": "CHECK constraint failed: cutoff_archive_is_another_file_check",
        "link to itself": "CHECK constraint failed: cutoff_archive_is_another_file_check",
        "no moment": "NOT NULL constraint failed: cutoff.first_kept",
        "empty moment": "NOT NULL constraint failed: cutoff.first_kept",
        "not an archive": "no such table: archive.",
    }[case]
    assert failures[0].startswith(expected)
    assert contents(place.database) == everything


def test_archive_of_another_database_is_left_alone(place: Place) -> None:
    """Its rows have the same ids. They are not overwritten, and what could not be copied is not deleted."""
    place.write(
        "INSERT INTO audit_log (timestamp, agent_id, operation, status) VALUES ('2026-01-01', 'x', 'theirs', 'failed');"
        "INSERT INTO receipts (execution_id, agent_id, operation, status, timestamp, duration_ms)"
        " VALUES ('theirs', 'x', 'watch', 'passed', '2026-01-01', 1)",
        place.archive,
    )
    theirs = rows(place.archive, "audit_log") + rows(place.archive, "receipts")
    everything = place.held()
    with contextlib.suppress(sqlite3.IntegrityError):
        place.run(COPY)
    place.run(DELETE)
    assert theirs == [
        row for row in rows(place.archive, "audit_log") + rows(place.archive, "receipts") if row in theirs
    ]
    assert place.held() == everything
    assert place.sound()


def test_copy_syncs_the_archive(place: Place) -> None:
    """The copy is on the disk before the delete relies on it: synchronous is FULL while the archive is written."""
    values = {"archive": str(place.archive), "before": BEFORE}
    seen = []
    with contextlib.closing(connect(place.database)) as connection:
        connection.execute("PRAGMA main.synchronous = NORMAL")
        for statement in COPY:
            connection.execute(statement, values)
            if statement.rstrip().endswith("ATTACH DATABASE :archive AS archive;"):
                connection.execute("PRAGMA archive.synchronous = OFF")  # as a build of SQLite may have it
            if "INSERT INTO archive" in statement:
                seen.append(connection.execute("PRAGMA archive.synchronous").fetchone())
        assert connection.execute("PRAGMA main.synchronous").fetchone() == (1,)
    assert seen == [(2,)] * len(ARCHIVED)
