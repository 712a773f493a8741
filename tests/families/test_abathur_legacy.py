"""abathur on a database that is older than rung: adopted, extended, and given back as it was."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from conftest import Rung, catalog, connect, rows, write

Row = tuple[Any, ...]
FIXTURE = Path(__file__).with_name("abathur_legacy.sql")
TABLES = ("tasks", "agents", "state", "audit", "metrics", "checkpoints")
FIRST = "0001.abathur-core-tables"
COLUMNS = {
    "tasks": {"session_id"},
    "agents": {"session_id"},
    "audit": {"memory_operation_type", "memory_namespace", "memory_entry_id"},
    "checkpoints": {"session_id"},
}


@pytest.fixture
def legacy(database: Path) -> Path:
    """A database as the application left it; abathur's own connection has foreign keys on and WAL mode."""
    with contextlib.closing(connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN;\n{FIXTURE.read_text(encoding='utf-8')}\nCOMMIT;")
    return database


def schema(path: Path) -> list[Row]:
    """Every byte of the definitions that are not the ledger's, SQLite's own indexes included."""
    found = rows(path, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
    return [row for row in found if not row[2].startswith(("_yoyo", "_rung", "yoyo", "sqlite_sequence"))]


def contents(path: Path) -> dict[str, list[Row]]:
    """Every row with the type of every value, and the counters of AUTOINCREMENT."""
    found: dict[str, list[Row]] = {}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        for table in TABLES:
            held = connection.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))
            names = [name.decode() for (name,) in held if name.decode() not in COLUMNS.get(table, set())]
            values = ", ".join(f"typeof({name}), {name}" for name in names)
            found[table] = connection.execute(f"SELECT rowid, {values} FROM {table} ORDER BY rowid").fetchall()
        of = "name IN ('state', 'audit', 'metrics')"
        found["sequence"] = connection.execute(
            f"SELECT name, seq FROM sqlite_sequence WHERE {of} ORDER BY 1"
        ).fetchall()
    return found


def up(rung: Rung, url: str, *arguments: str) -> None:
    result = rung("up", "abathur", "--url", url, *arguments)
    assert result.code == 0, result.out + result.err


def down(rung: Rung, url: str, *arguments: str) -> None:
    result = rung("down", "abathur", "--url", url, *arguments)
    assert result.code == 0, result.out + result.err


def test_the_fixture_is_what_it_says(legacy: Path) -> None:
    held = contents(legacy)
    assert {table: len(held[table]) for table in TABLES} == {
        "tasks": 5,
        "agents": 4,
        "state": 3,
        "audit": 4,
        "metrics": 4,
        "checkpoints": 4,
    }
    assert held["sequence"] == [(b"audit", 8), (b"metrics", 6), (b"state", 40)]
    assert rows(legacy, "PRAGMA foreign_key_check") == []
    assert rows(legacy, "PRAGMA integrity_check") == [("ok",)]


def test_up_and_down_gives_back_every_byte_and_every_row(rung: Rung, url: str, legacy: Path) -> None:
    before, held = schema(legacy), contents(legacy)
    for _ in range(2):
        up(rung, url)
        assert contents(legacy) == held
        assert schema(legacy) != before
        down(rung, url, "--all")
        assert contents(legacy) == held
        assert schema(legacy) == before


def test_every_single_step_keeps_every_row_and_goes_back(rung: Rung, url: str, legacy: Path) -> None:
    up(rung, url, "--to", FIRST)
    held = contents(legacy)
    below = [schema(legacy)]
    for number in range(2, 11):
        up(rung, url, "--to", f"{number:04d}")
        assert contents(legacy) == held
        assert rows(legacy, "PRAGMA foreign_key_check") == []
        below.append(schema(legacy))
    for expected in reversed(below[:-1]):
        down(rung, url)
        assert schema(legacy) == expected
        assert contents(legacy) == held


def test_what_is_there_is_adopted_and_not_made(rung: Rung, url: str, legacy: Path) -> None:
    report = rung("up", "abathur", "--url", url, "--json").json
    assert [step["id"] for step in report["steps"] if step["adopted"]] == [FIRST]
    assert re.search(rf"{FIRST} +applied \(adopted\)", rung("status", "abathur", "--url", url).out)


def test_the_verify_files_hold_on_it(rung: Rung, url: str, legacy: Path) -> None:
    """So do the checks, but for the odd rows whose times nothing can read, and a metric that is no number."""
    up(rung, url)
    result = rung("verify", "abathur", "--url", url, "--json")
    broken = [row for finding in result.json["findings"] for row in finding["violations"]]
    found = {(row["subject"], row["problem"]) for row in broken}
    assert found == {
        ("tasks id ", "submitted_at is 'yesterday', which names no fixed instant"),
        ("tasks id 7c10", "submitted_at is 1759305600, which names no fixed instant"),
        ("tasks id 7c10", "last_updated_at is 1759305600.5, which names no fixed instant"),
        ("state id 9", "created_at is '', which names no fixed instant"),
        ("state id 9", "updated_at is '', which names no fixed instant"),
        ("metrics id 6", "metric_value is 'half', which is no finite number"),
    }


def test_a_fresh_database_ends_with_the_same_rules(rung: Rung, url: str, legacy: Path, tmp_path: Path) -> None:
    """The definitions differ only in what the first step did not make: the blanks of the application."""
    fresh = tmp_path / "fresh.db"
    up(rung, url)
    up(rung, f"sqlite:///{fresh}")

    def words(path: Path) -> dict[str, str]:
        spelled = {name: sql.replace("\n", " ").replace(" (", "(") for _, name, sql in catalog(path)}
        return {name: " ".join(sql.split()).replace("( ", "(").replace(" )", ")") for name, sql in spelled.items()}

    assert words(legacy).pop("metrics") == words(fresh).pop("metrics").replace("CHECK (", "CHECK(")
    old, new = words(legacy), words(fresh)
    assert old.keys() == new.keys()
    assert {name for name in old if old[name] != new[name]} == set()


# ------------------------------------------------------------------------------------------------- between up and down

WRITTEN = (
    "INSERT INTO sessions (id, app_name, user_id) VALUES ('s', 'abathur', 'alice')",
    "INSERT INTO memory_entries (namespace, key, value, memory_type) VALUES ('user:alice', 'k', '1', 'semantic')",
    "INSERT INTO tasks (id, prompt, status, input_data, submitted_at, last_updated_at, session_id)"
    " VALUES ('new', 'p', 'pending', '{}', '2026-02-04T10:00:00+00:00', '2026-02-04T10:00:00+00:00', 's')",
    "UPDATE tasks SET session_id = 's', status = 'completed', last_updated_at = 'later' WHERE id = '7c0f'",
    "INSERT INTO agents (id, name, specialization, task_id, state, model, spawned_at, session_id)"
    " VALUES ('a5', 'n', 's', 'new', 'idle', 'm', '2026-02-04T10:00:00+00:00', 's')",
    "INSERT INTO audit (timestamp, task_id, action_type, memory_operation_type, memory_namespace, memory_entry_id)"
    " VALUES ('2026-02-04T10:00:00+00:00', 'new', 'memory_create', 'create', 'user:alice', 1)",
    "INSERT INTO checkpoints VALUES ('new', 1, '{}', '2026-02-04T10:00:00+00:00', 's')",
    "INSERT INTO state (task_id, key, value, created_at, updated_at) VALUES ('new', 'k', 'v', 'c', 'u')",
    "INSERT INTO metrics (timestamp, metric_name, metric_value) VALUES ('2026-02-04T10:00:00+00:00', 'm', 1.5)",
    "DELETE FROM checkpoints WHERE iteration = -1",
)


def test_what_was_written_between_stays_but_for_what_is_declared_lost(rung: Rung, url: str, legacy: Path) -> None:
    before = schema(legacy)
    up(rung, url)
    write(legacy, *WRITTEN)
    held = contents(legacy)
    assert rows(legacy, "SELECT seq FROM sqlite_sequence WHERE name = 'state'") == [(41,)]
    down(rung, url, "--all")
    assert contents(legacy) == held
    assert schema(legacy) == before
    assert rows(legacy, "SELECT id FROM tasks WHERE status = 'completed' ORDER BY id") == [("7c0e",), ("7c0f",)]
    up(rung, url)
    assert rows(legacy, "SELECT count(*) FROM tasks WHERE session_id IS NOT NULL") == [(0,)]
    assert rows(legacy, "SELECT count(*) FROM audit WHERE memory_namespace IS NOT NULL") == [(0,)]


def test_what_a_rollback_loses_is_declared(project: Path) -> None:
    folder = project / "migrations" / "abathur" / "sqlite"
    for file in folder.glob("*.rollback.sql"):
        text = file.read_text(encoding="utf-8")
        header = text.split("\n\n")[0]
        for line in text.splitlines():
            if line.startswith("ALTER TABLE "):
                table, column = line.split()[2], line.split()[5].rstrip(";")
                assert f"{table}.{column}" in header
                assert column in COLUMNS[table]


# ---------------------------------------------------------------------------------------------------------- refusals

REFUSED = [
    ("tasks", "UPDATE tasks SET status = 'done' WHERE id = '7c12'", "the status of a task is not one of the five"),
    ("tasks", "UPDATE tasks SET priority = 0 WHERE id = '7c12'", "the priority of a task is not from 1 to 10"),
    ("tasks", "UPDATE tasks SET priority = 11 WHERE id = '7c12'", "the priority of a task is not from 1 to 10"),
    ("tasks", "UPDATE tasks SET priority = 5.5 WHERE id = '7c12'", "the priority of a task is not from 1 to 10"),
    ("tasks", "UPDATE tasks SET priority = 'high' WHERE id = '7c12'", "the priority of a task is not from 1 to 10"),
    ("tasks", "UPDATE tasks SET input_data = '{' WHERE id = '7c12'", "the input_data of a task is not JSON"),
    ("tasks", "UPDATE tasks SET id = NULL WHERE id = '7c12'", "a task has no id"),
    ("agents", "UPDATE agents SET state = 'busy' WHERE id = 'a2'", "the state of an agent is not one of the four"),
    ("agents", "UPDATE agents SET id = NULL WHERE id = 'a3'", "an agent has no id"),
]


@pytest.mark.parametrize(("table", "change", "message"), REFUSED)
def test_a_row_that_breaks_a_new_rule_stops_the_step_and_nothing_has_changed(
    table: str, change: str, message: str, rung: Rung, url: str, legacy: Path
) -> None:
    write(legacy, change)
    before, held = schema(legacy), contents(legacy)
    result = rung("up", "abathur", "--url", url, "--one-transaction")
    assert result.code == 3
    assert result.err.count(message) == 1
    assert "rung query abathur legacy_rows lists such rows" in result.err
    assert schema(legacy) == before
    assert contents(legacy) == held
    # Step by step, those below it stay, and the table is as it was.
    result = rung("up", "abathur", "--url", url)
    assert result.code == 3 and message in result.err
    assert f"000{6 if table == 'tasks' else 7}.abathur" in result.err
    assert contents(legacy) == held
    assert [row for row in schema(legacy) if row[2] == table] == [row for row in before if row[2] == table] or (
        table == "agents"
    )
    listed = rung("query", "abathur", "legacy_rows", "--url", url, "--json").json
    ((subject, problem),) = listed["answers"][0]["rows"]
    assert subject.startswith(table) and problem


def test_the_way_is_free_once_the_row_is_corrected(rung: Rung, url: str, legacy: Path) -> None:
    write(legacy, "UPDATE agents SET state = 'spawning' WHERE id = 'a2'")
    assert rung("up", "abathur", "--url", url).code == 3
    write(legacy, "UPDATE agents SET state = 'idle' WHERE id = 'a2'")
    up(rung, url)


def test_rows_in_the_way_are_none_in_the_fixture(rung: Rung, url: str, legacy: Path) -> None:
    listed = rung("query", "abathur", "legacy_rows", "--url", url, "--json").json
    assert listed["answers"][0]["rows"] == []


@pytest.mark.parametrize("step", ["0006.abathur-tasks-in-sessions", "0007.abathur-agents-in-sessions"])
def test_looking_for_such_rows_writes_none(step: str, project: Path, legacy: Path) -> None:
    text = (project / "migrations" / "abathur" / "sqlite" / f"{step}.sql").read_text(encoding="utf-8")
    looking = text[text.index("CREATE TEMP TRIGGER") : text.index("DROP TRIGGER")]
    with contextlib.closing(connect(legacy)) as connection:
        connection.executescript(looking)
        assert connection.total_changes == 0


# ------------------------------------------------------------------------------------------- other forms that are older


def remade(legacy: Path, table: str, old: str, new: str) -> None:
    """Give a table another definition, as another writer would have spelled it, and keep its rows."""
    with contextlib.closing(sqlite3.connect(legacy, isolation_level=None)) as connection:
        (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        assert old in sql
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql.replace(old, new), table))


def test_a_database_that_the_application_itself_had_brought_forward_is_adopted(
    rung: Rung, url: str, legacy: Path
) -> None:
    """It added the two columns behind the others, and so last_updated_at without NOT NULL."""
    with contextlib.closing(sqlite3.connect(legacy, isolation_level=None)) as connection:
        kept = connection.execute("SELECT last_updated_at, max_execution_timeout_seconds, id FROM tasks").fetchall()
        connection.execute("DROP INDEX idx_tasks_running_timeout")
        connection.execute("ALTER TABLE tasks DROP COLUMN last_updated_at")
        connection.execute("ALTER TABLE tasks DROP COLUMN max_execution_timeout_seconds")
        connection.execute("ALTER TABLE tasks ADD COLUMN last_updated_at TIMESTAMP")
        connection.execute("ALTER TABLE tasks ADD COLUMN max_execution_timeout_seconds INTEGER DEFAULT 3600")
        connection.executemany(
            "UPDATE tasks SET last_updated_at = ?, max_execution_timeout_seconds = ? WHERE id = ?", kept
        )
        connection.execute(
            "CREATE INDEX idx_tasks_running_timeout ON tasks(status, last_updated_at) WHERE status = 'running'"
        )
    before, held = schema(legacy), contents(legacy)
    up(rung, url)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed: tasks_last_updated_at_check"):
        write(legacy, "UPDATE tasks SET last_updated_at = NULL WHERE id = '7c12'")
    assert contents(legacy) == held
    down(rung, url, "--all")
    assert schema(legacy) == before and contents(legacy) == held
    write(legacy, "UPDATE tasks SET last_updated_at = NULL WHERE id = '7c12'")
    result = rung("up", "abathur", "--url", url)
    assert result.code == 3 and "a task has no last_updated_at" in result.err


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("tasks", "CREATE TABLE tasks (", 'CREATE TABLE "tasks"('),
        ("tasks", "\n                ", " "),
        ("tasks", "TEXT", "text"),
        ("tasks", "REFERENCES tasks(id)", "REFERENCES tasks"),
        ("agents", "(task_id) REFERENCES tasks(id)", "(task_id) REFERENCES tasks(id) ON DELETE RESTRICT"),
        ("state", "UNIQUE(task_id, key)", "CONSTRAINT one UNIQUE (task_id, key)"),
        ("metrics", "CHECK(metric_value >= 0)", "CONSTRAINT positive CHECK ( \"metric_value\">=0 )"),
        ("metrics", "PRIMARY KEY AUTOINCREMENT", "primary  key  autoincrement"),
        ("idx_checkpoints_task", "\n            ", " "),
        ("idx_state_task_key", "ON state(", "ON \"state\" ("),
    ],
)  # fmt: skip
def test_another_spelling_is_adopted_and_kept(
    table: str, old: str, new: str, rung: Rung, url: str, legacy: Path
) -> None:
    remade(legacy, table, old, new)
    before, held = schema(legacy), contents(legacy)
    up(rung, url)
    assert contents(legacy) == held
    down(rung, url, "--all")
    # The two indexes that later steps replace come back as the application itself spells them.
    replaced = ("idx_checkpoints_task", "idx_state_task_key")
    assert [row for row in schema(legacy) if row[1] not in replaced] == [r for r in before if r[1] not in replaced]
    assert contents(legacy) == held


@pytest.mark.parametrize(
    ("table", "old", "new", "subject"),
    [
        ("tasks", "prompt TEXT NOT NULL", "template_name TEXT NOT NULL", "tasks.prompt"),
        ("tasks", "last_updated_at TIMESTAMP NOT NULL", "last_updated_at TIMESTAMP", "tasks.last_updated_at"),
        ("tasks", "DEFAULT 5", "DEFAULT 0", "tasks.priority"),
        ("state", ",\n                UNIQUE(task_id, key)", ", CHECK (1)", "state"),
        ("audit", " AUTOINCREMENT", "", "audit"),
        ("audit", "task_id TEXT NOT NULL", "task_id TEXT", "audit.task_id"),
        ("audit", ",\n                FOREIGN KEY (task_id) REFERENCES tasks(id)", "", "audit.task_id"),
        ("metrics", ",\n                CHECK(metric_value >= 0)", "", "metrics"),
        ("idx_audit_task", "timestamp DESC", "timestamp", "idx_audit_task"),
        ("idx_tasks_running_timeout", "'running'", "'pending'", "idx_tasks_running_timeout"),
    ],
)  # fmt: skip
def test_what_is_not_the_older_form_is_refused_by_name(
    table: str, old: str, new: str, subject: str, rung: Rung, url: str, legacy: Path
) -> None:
    if table == "state":
        # The index of the constraint goes with it, so the table is made anew.
        with contextlib.closing(sqlite3.connect(legacy, isolation_level=None)) as connection:
            (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'state'").fetchone()
            connection.executescript(
                f"DROP TABLE state; {sql.replace(old, new)}; CREATE INDEX idx_state_task_key ON state(task_id, key);"
            )
    else:
        remade(legacy, table, old, new)
    before, held = schema(legacy), rows(legacy, "SELECT count(*) FROM tasks")
    result = rung("up", "abathur", "--url", url)
    assert result.code == 3
    assert f"{subject}: " in result.err
    assert schema(legacy) == before and rows(legacy, "SELECT count(*) FROM tasks") == held


def test_half_of_it_is_refused_by_name(rung: Rung, url: str, legacy: Path) -> None:
    write(legacy, "DROP TABLE checkpoints")
    before = schema(legacy)
    result = rung("up", "abathur", "--url", url)
    assert result.code == 3
    assert "missing: checkpoints, idx_checkpoints_task" in result.err
    assert schema(legacy) == before
