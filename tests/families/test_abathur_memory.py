"""abathur's memory on SQLite: versions, deletions and namespaces keep their rules, whoever writes and however."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, connect

CHECKS = ROOT / "sql" / "checks" / "abathur" / "sqlite"
NEXT = "a new row takes a new id and the next version of its key"
KEPT = "a version stays as it was written"
MARKED = "only marked rows go"
COLUMNS = "namespace, key, value, memory_type, version, is_deleted"


@pytest.fixture(params=["OFF", "ON"], ids=["recursive_triggers off", "recursive_triggers on"])
def memory(abathur_file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """An open connection; everything here holds whatever recursive_triggers says."""
    path = tmp_path / "abathur.db"
    shutil.copyfile(abathur_file, path)
    with contextlib.closing(connect(path)) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {request.param}")
        yield connection


def write(connection: sqlite3.Connection, version: int, key: str = "k", value: str = "1", deleted: int = 0) -> None:
    connection.execute(
        f"INSERT INTO memory_entries ({COLUMNS}) VALUES ('user:a', ?, ?, 'semantic', ?, ?)",
        (key, value, version, deleted),
    )


def marks(connection: sqlite3.Connection, key: str = "k") -> str:
    """The versions of a key in their order, each as . or x when it is deleted."""
    found = connection.execute("SELECT is_deleted FROM memory_entries WHERE key = ? ORDER BY version", (key,))
    return "".join("x" if deleted else "." for (deleted,) in found)


def current(connection: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    found = connection.execute("SELECT key, version, value FROM current_memory").fetchall()
    shown = {key: (version, value) for key, version, value in found}
    assert len(shown) == len(found), "a key is shown twice"
    return shown


def refused(connection: sqlite3.Connection, message: str, sql: str, *values: Any) -> None:
    before = connection.execute("SELECT * FROM memory_entries").fetchall()
    with pytest.raises(sqlite3.IntegrityError, match=message):
        connection.execute(sql, values)
    assert connection.execute("SELECT * FROM memory_entries").fetchall() == before


# ------------------------------------------------------------------------------------------------------------ versions


def test_an_update_is_a_new_row_with_the_next_version(memory: sqlite3.Connection) -> None:
    for version in (1, 2, 3):
        write(memory, version, value=str(version))
        write(memory, version, key="other")
    assert current(memory) == {"k": (3, "3"), "other": (3, "1")}


@pytest.mark.parametrize("version", [1, 2, 4, 100])
@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "REPLACE"])
def test_no_other_version_is_taken(how: str, version: int, memory: sqlite3.Connection) -> None:
    write(memory, 1)
    write(memory, 2)
    refused(
        memory, NEXT, f"{how} INTO memory_entries ({COLUMNS}) VALUES ('user:a', 'k', '9', 'semantic', ?, 0)", version
    )
    refused(memory, NEXT, f"{how} INTO memory_entries ({COLUMNS}) VALUES ('user:a', 'new', '9', 'semantic', 2, 0)")


def test_an_upsert_does_not_overwrite(memory: sqlite3.Connection) -> None:
    write(memory, 1)
    refused(
        memory,
        NEXT,
        f"INSERT INTO memory_entries ({COLUMNS}) VALUES ('user:a', 'k', '9', 'semantic', 1, 0)"
        " ON CONFLICT (namespace, key, version) DO UPDATE SET value = excluded.value",
    )


def test_an_entry_is_not_replaced_by_its_id(memory: sqlite3.Connection) -> None:
    """REPLACE deletes the row of that id and fires no trigger for it, so the insert itself is refused."""
    write(memory, 1)
    refused(
        memory,
        NEXT,
        f"INSERT OR REPLACE INTO memory_entries (id, {COLUMNS}) VALUES (1, 'user:a', 'new', '9', 'semantic', 1, 0)",
    )
    memory.execute(f"INSERT INTO memory_entries (id, {COLUMNS}) VALUES (7, 'user:a', 'new', '9', 'semantic', 1, 0)")


def test_the_default_version_is_the_first(memory: sqlite3.Connection) -> None:
    first = "INSERT INTO memory_entries (namespace, key, value, memory_type) VALUES ('user:a', 'k', '1', 'semantic')"
    memory.execute(first)
    refused(memory, NEXT, first)


@pytest.mark.parametrize(
    "change",
    [
        "id = 99",
        "namespace = 'user:b'",
        "key = 'x'",
        "value = '2'",
        "memory_type = 'episodic'",
        "version = 2",
        "created_by = 'x'",
        "created_at = 'x'",
    ],
)
@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
def test_a_version_is_never_overwritten(how: str, change: str, memory: sqlite3.Connection) -> None:
    write(memory, 1)
    refused(memory, KEPT, f"{how} memory_entries SET {change}")


def test_an_update_that_changes_nothing_of_a_version_passes(memory: sqlite3.Connection) -> None:
    """As from a library that writes every column; what is said about a version, not by it, may change."""
    write(memory, 1)
    memory.execute("UPDATE memory_entries SET value = value, key = key, metadata = '{\"seen\": 1}', updated_by = 'x'")
    assert memory.execute("SELECT metadata, updated_by FROM memory_entries").fetchall() == [('{"seen": 1}', "x")]


def test_versions_are_counted_for_each_key_of_each_namespace_by_itself(memory: sqlite3.Connection) -> None:
    for namespace in ("user:a", "user:A", "user:a:b", "app:a"):
        for key in ("k", "K"):
            memory.execute(
                "INSERT INTO memory_entries (namespace, key, value, memory_type) VALUES (?, ?, '1', 'semantic')",
                (namespace, key),
            )
    assert memory.execute("SELECT count(*), max(version) FROM current_memory").fetchall() == [(8, 1)]


# ----------------------------------------------------------------------------------------------------------- deletions


@pytest.mark.parametrize(("version", "expected"), [(1, "x..."), (2, "xx.."), (3, "xxx."), (4, "xxxx")])
def test_a_delete_marks_a_version_and_all_before_it(version: int, expected: str, memory: sqlite3.Connection) -> None:
    for number in range(1, 5):
        write(memory, number, value=str(number))
        write(memory, number, key="other")
    memory.execute("UPDATE memory_entries SET is_deleted = 1 WHERE key = 'k' AND version = ?", (version,))
    assert (marks(memory), marks(memory, "other")) == (expected, "....")
    assert current(memory).get("k") == (None if version == 4 else (4, "4"))


def test_an_update_that_does_not_mark_marks_nothing(memory: sqlite3.Connection) -> None:
    for number in range(1, 4):
        write(memory, number)
    memory.execute("UPDATE memory_entries SET is_deleted = 0")
    memory.execute("UPDATE memory_entries SET is_deleted = is_deleted, metadata = '[]' WHERE version = 3")
    assert marks(memory) == "..."


def test_the_whole_key_can_be_marked_at_once_and_again(memory: sqlite3.Connection) -> None:
    for number in range(1, 4):
        write(memory, number)
    for _ in range(2):
        memory.execute("UPDATE memory_entries SET is_deleted = 1 WHERE namespace = 'user:a' AND key = 'k'")
        assert marks(memory) == "xxx"


def test_a_deleted_key_does_not_come_back_but_can_be_written_anew(memory: sqlite3.Connection) -> None:
    write(memory, 1, value="1")
    write(memory, 2, value="2")
    memory.execute("UPDATE memory_entries SET is_deleted = 1 WHERE version = 2")
    assert current(memory) == {}
    refused(memory, NEXT, f"INSERT INTO memory_entries ({COLUMNS}) VALUES ('user:a', 'k', '1', 'semantic', 1, 0)")
    write(memory, 3, value="3")
    assert marks(memory) == "xx."
    assert current(memory) == {"k": (3, "3")}


@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR IGNORE", "UPDATE OR REPLACE"])
def test_what_is_deleted_does_not_come_back(how: str, memory: sqlite3.Connection) -> None:
    write(memory, 1)
    memory.execute("UPDATE memory_entries SET is_deleted = 1")
    refused(memory, "what was deleted does not come back", f"{how} memory_entries SET is_deleted = 0")


def test_a_history_can_be_copied_in_its_order(memory: sqlite3.Connection) -> None:
    for version, deleted in ((1, 1), (2, 1), (3, 0), (4, 0)):
        write(memory, version, value=str(version), deleted=deleted)
    assert marks(memory) == "xx.."
    assert current(memory) == {"k": (4, "4")}


@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_a_deleted_version_is_not_written_after_one_that_is_not(how: str, memory: sqlite3.Connection) -> None:
    write(memory, 1)
    write(memory, 1, key="other", deleted=1)
    message = "a deleted version comes after none that is not"
    refused(memory, message, f"{how} INTO memory_entries ({COLUMNS}) VALUES ('user:a', 'k', '9', 'semantic', 2, 1)")
    memory.execute("UPDATE memory_entries SET is_deleted = 1")
    write(memory, 2, deleted=1)
    assert marks(memory) == "xx"


@pytest.mark.parametrize(
    ("mark", "writers"),
    [
        ("UPDATE memory_entries SET is_deleted = 1, updated_by = 'carol' WHERE version = 2", ["carol", "carol"]),
        ("UPDATE memory_entries SET is_deleted = 1 WHERE version = 2", ["alice", "bob"]),
        ("DELETE FROM current_memory", ["alice", "bob"]),
    ],
)
def test_a_mark_is_dated_and_says_who_set_it_where_that_is_said(
    mark: str, writers: list[str], memory: sqlite3.Connection
) -> None:
    old = "2001-01-01 00:00:00"
    for version, writer in ((1, "alice"), (2, "bob")):
        memory.execute(
            "INSERT INTO memory_entries (namespace, key, value, memory_type, version, updated_by, updated_at)"
            " VALUES ('user:a', 'k', '1', 'semantic', ?, ?, ?)",
            (version, writer, old),
        )
    memory.execute(mark)
    found = memory.execute("SELECT updated_by, is_deleted FROM memory_entries ORDER BY version").fetchall()
    assert found == [(writer, 1) for writer in writers]
    assert memory.execute("SELECT count(*) FROM memory_entries WHERE updated_at = ?", (old,)).fetchone() == (0,)


def test_only_what_is_marked_can_be_purged(memory: sqlite3.Connection) -> None:
    for version in (1, 2, 3):
        write(memory, version)
    refused(memory, MARKED, "DELETE FROM memory_entries")
    refused(memory, MARKED, "DELETE FROM memory_entries WHERE version = 1")
    memory.execute("UPDATE memory_entries SET is_deleted = 1 WHERE version = 2")
    memory.execute("DELETE FROM memory_entries WHERE is_deleted = 1")
    assert memory.execute("SELECT version FROM memory_entries").fetchall() == [(3,)]
    write(memory, 4)
    assert current(memory)["k"][0] == 4


# ------------------------------------------------------------------------------------------------------------ the view


def remember(connection: sqlite3.Connection, value: str, **more: Any) -> None:
    row = {"namespace": "user:a", "key": "k", "value": value, "memory_type": "semantic", **more}
    marks_ = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO current_memory ({', '.join(row)}) VALUES ({marks_})", row)


def test_inserting_into_the_view_writes_the_next_version(memory: sqlite3.Connection) -> None:
    remember(memory, "1", created_by="alice")
    remember(memory, "2", created_by="bob", updated_by="carol", metadata='{"why": 1}')
    found = memory.execute(
        "SELECT version, value, created_by, updated_by, metadata FROM memory_entries ORDER BY version"
    )
    assert found.fetchall() == [(1, "1", "alice", "alice", "{}"), (2, "2", "bob", "carol", '{"why": 1}')]
    age = "SELECT max(julianday('now') - julianday(created_at), julianday('now') - julianday(updated_at))"
    assert memory.execute(f"{age} FROM memory_entries ORDER BY 1 DESC").fetchone()[0] < 1 / 24
    remember(memory, "3", created_at="2001-01-01", updated_at="2002-02-02", id=77)
    assert memory.execute("SELECT id FROM current_memory").fetchall() == [(77,)]
    assert memory.execute("SELECT created_at, updated_at FROM current_memory").fetchall() == [
        ("2001-01-01", "2002-02-02")
    ]


def test_inserting_what_the_table_refuses_is_refused(memory: sqlite3.Connection) -> None:
    for wrong in ({"namespace": "other"}, {"value": "{"}, {"memory_type": "x"}, {"metadata": "{"}):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
            remember(memory, **{"value": "1", **wrong})
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL constraint failed"):
        remember(memory, None)  # type: ignore[arg-type]
    assert current(memory) == {}


def test_updating_the_view_writes_a_version(memory: sqlite3.Connection) -> None:
    remember(memory, "1", created_by="alice", created_at="2001-01-01 00:00:00", updated_at="2001-01-01 00:00:00")
    memory.execute("UPDATE current_memory SET value = '2', updated_by = 'bob' WHERE key = 'k'")
    memory.execute("UPDATE current_memory SET memory_type = 'procedural', metadata = '[]', updated_at = '2002-02-02'")
    said = "version, value, memory_type, metadata, created_by, updated_by, created_at"
    found = memory.execute(f"SELECT {said} FROM memory_entries ORDER BY version")
    assert found.fetchall() == [
        (1, "1", "semantic", "{}", "alice", "alice", "2001-01-01 00:00:00"),
        (2, "2", "semantic", "{}", "alice", "bob", "2001-01-01 00:00:00"),
        (3, "2", "procedural", "[]", "alice", "bob", "2001-01-01 00:00:00"),
    ]
    dates = [date for (date,) in memory.execute("SELECT updated_at FROM memory_entries ORDER BY version")]
    assert dates[0] == "2001-01-01 00:00:00" and dates[1] > "2020" and dates[2] == "2002-02-02"


def test_updating_many_values_at_once_writes_one_version_each(memory: sqlite3.Connection) -> None:
    for number in range(20):
        remember(memory, "1", key=f"k{number}")
        remember(memory, "2", key=f"k{number}")
    memory.execute("UPDATE current_memory SET value = '3'")
    assert current(memory) == {f"k{number}": (3, "3") for number in range(20)}


@pytest.mark.parametrize("change", ["id = 7", "namespace = 'user:b'", "key = 'x'", "version = 7"])
def test_updating_the_view_does_not_move_a_value(change: str, memory: sqlite3.Connection) -> None:
    remember(memory, "1")
    refused(memory, "a value keeps its key", f"UPDATE current_memory SET {change}, value = '2'")
    memory.execute("UPDATE current_memory SET value = '2', key = key, version = version, namespace = namespace")
    assert current(memory) == {"k": (2, "2")}


def test_deleting_from_the_view_forgets_the_key(memory: sqlite3.Connection) -> None:
    for value in ("1", "2", "3"):
        remember(memory, value)
        remember(memory, value, key="other")
    memory.execute("DELETE FROM current_memory WHERE key = 'k'")
    assert (marks(memory), marks(memory, "other")) == ("xxx", "...")
    assert current(memory) == {"other": (3, "3")}
    remember(memory, "4")
    assert current(memory)["k"] == (4, "4")


def test_a_writer_that_names_the_version_is_refused_when_another_was_quicker(
    memory: sqlite3.Connection, tmp_path: Path
) -> None:
    remember(memory, "1")
    with contextlib.closing(connect(tmp_path / "abathur.db")) as other:
        (seen,) = other.execute("SELECT version FROM current_memory WHERE key = 'k'").fetchone()
        memory.execute("UPDATE current_memory SET value = '2'")
        with pytest.raises(sqlite3.IntegrityError, match=NEXT):
            remember(other, "3", version=seen + 1)
        assert current(other) == {"k": (2, "2")}
        remember(other, "3", version=seen + 2)
    assert current(memory) == {"k": (3, "3")}


# ------------------------------------------------------------------------------------------------------ taken together


@pytest.mark.parametrize("seed", range(12))
def test_the_rules_hold_after_anything(seed: int, memory: sqlite3.Connection) -> None:
    """Against a model: for each key the values of its versions, how many of them are deleted, how many purged."""
    chance = random.Random(seed)
    model: dict[str, tuple[list[str], int, int]] = {}
    for turn in range(150):
        key = f"k{chance.randrange(4)}"
        values, deleted, purged = model.get(key, ([], 0, 0))
        match chance.randrange(8):
            case 0:
                remember(memory, str(turn), key=key)
                values = [*values, str(turn)]
            case 1:
                write(memory, len(values) + 1, key=key, value=str(turn))
                values = [*values, str(turn)]
            case 2:
                memory.execute("UPDATE current_memory SET value = ? WHERE key = ?", (str(turn), key))
                if deleted < len(values):
                    values = [*values, str(turn)]
            case 3:
                memory.execute("DELETE FROM current_memory WHERE key = ?", (key,))
                deleted = len(values)
            case 4:
                version = chance.randrange(len(values) + 2)
                memory.execute("UPDATE memory_entries SET is_deleted = 1 WHERE key = ? AND version = ?", (key, version))
                if purged < version <= len(values):
                    deleted = max(deleted, version)
            case 5:
                memory.execute("DELETE FROM memory_entries WHERE is_deleted = 1 AND key = ?", (key,))
                purged = deleted
                if purged == len(values):
                    values, deleted, purged = [], 0, 0
            case 6:
                if deleted == len(values):
                    write(memory, len(values) + 1, key=key, value=str(turn), deleted=1)
                    values = [*values, str(turn)]
                    deleted = len(values)
                else:
                    with pytest.raises(sqlite3.IntegrityError):
                        write(memory, len(values) + 1, key=key, value=str(turn), deleted=1)
            case 7:
                with contextlib.suppress(sqlite3.IntegrityError):
                    write(memory, chance.randrange(9), key=key, value=str(turn))
                    values = [*values, str(turn)]
        model[key] = (values, deleted, purged)
        assert current(memory) == {k: (len(v), v[-1]) for k, (v, d, _) in model.items() if d < len(v)}
    for key, (values, deleted, purged) in model.items():
        assert marks(memory, key) == "x" * (deleted - purged) + "." * (len(values) - deleted)
    for rule in ("memory_versions", "memory_deletions", "memory_current", "../../any/sqlite/integrity"):
        assert memory.execute((CHECKS / f"{rule}.sql").read_text(encoding="utf-8")).fetchall() == []


# --------------------------------------------------------------------------------------------------------- namespaces

TREE = [
    *["project:abathur", "project:abathur:status", "project:abathur_2", "project:abathurx", "project:Abathur:status"],
    *["user:alice", "user:alice:preferences", "user:bob", "app:abathur", "session:1", "temp:x"],
]
PREFIXES = {
    "project:": TREE[:5],
    "project:abathur:": ["project:abathur:status"],
    "project:abathur_": ["project:abathur_2"],
    "user:alice": ["user:alice", "user:alice:preferences"],
    "project:%": [],
    "x": [],
    "": TREE,
}


@pytest.fixture
def tree(memory: sqlite3.Connection) -> sqlite3.Connection:
    """Enough entries elsewhere that a scan would be the worse plan only for who does not know the index."""
    memory.execute("BEGIN")
    for namespace in TREE:
        remember(memory, "1", namespace=namespace)
    for number in range(500):
        remember(memory, "1", namespace=f"user:u{number}:preferences")
    memory.execute("DELETE FROM current_memory WHERE namespace = 'temp:x'")
    remember(memory, "1", namespace="temp:x")
    memory.execute("COMMIT")
    return memory


def plan(connection: sqlite3.Connection, sql: str, *values: Any) -> str:
    return "\n".join(entry[3] for entry in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))


SEARCHES = [
    ("SELECT * FROM memory_entries WHERE namespace LIKE 'project:%'", (), "idx_memory_conflict_detection"),
    ("SELECT * FROM memory_entries WHERE namespace LIKE ?", ("project:%",), "idx_memory_conflict_detection"),
    (
        "SELECT * FROM memory_entries WHERE namespace LIKE 'project:%' AND is_deleted = 0 ORDER BY updated_at DESC",
        (),
        "idx_memory_namespace_prefix",
    ),
    (
        "SELECT * FROM memory_entries WHERE namespace LIKE ? AND is_deleted = 0 ORDER BY updated_at DESC",
        ("project:%",),
        "idx_memory_namespace_prefix",
    ),
    ("SELECT * FROM current_memory WHERE namespace LIKE 'project:%'", (), "idx_memory_namespace_prefix"),
    ("SELECT * FROM current_memory WHERE namespace LIKE ?", ("project:%",), "idx_memory_namespace_prefix"),
    ("SELECT * FROM memory_entries WHERE namespace GLOB 'project:*'", (), "idx_memory_namespace_key_version"),
]


@pytest.mark.parametrize(("sql", "values", "index"), SEARCHES)
@pytest.mark.parametrize("statistics", ["without statistics", "after ANALYZE"])
def test_a_namespace_prefix_is_a_search(
    statistics: str, sql: str, values: tuple[str, ...], index: str, tree: sqlite3.Connection
) -> None:
    if statistics == "after ANALYZE":
        tree.execute("ANALYZE")
        tree.execute("SELECT count(*) FROM memory_entries").fetchall()
    found = plan(tree, sql, *values)
    assert f"USING INDEX {index} (namespace>? AND namespace<?)" in found
    assert "SCAN" not in found
    assert len(tree.execute(sql, values).fetchall()) == 5


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_named_query_finds_exactly_what_begins_so(prefix: str, tree: sqlite3.Connection) -> None:
    text = (ROOT / "sql/queries/abathur/sqlite/memory_by_prefix.sql").read_text(encoding="utf-8")
    values = {"prefix": prefix, "rows": 1000}
    found = [row[0] for row in tree.execute(text, values) if not row[0].startswith("user:u")]
    assert sorted(found) == sorted(PREFIXES[prefix])
    entries = [entry[3] for entry in tree.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    assert entries[0].endswith("m USING INDEX idx_memory_namespace_prefix (namespace>? AND namespace<?)"), entries
    assert not any(entry.startswith("SCAN") for entry in entries)


def test_the_collation_of_an_index_does_not_make_two_namespaces_one(memory: sqlite3.Connection) -> None:
    remember(memory, "1", namespace="user:Alice")
    remember(memory, "2", namespace="user:alice")
    for namespace, value in (("user:Alice", "1"), ("user:alice", "2")):
        assert memory.execute("SELECT value FROM current_memory WHERE namespace = ?", (namespace,)).fetchall() == [
            (value,)
        ]
