"""agentdb on DuckDB: whatever is done to the audit trail behind the triggers' back, its seals show it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, call

Connection = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]
CHECK = (ROOT / "sql" / "checks" / "agentdb" / "duckdb" / "audit_seals.sql").read_text(encoding="utf-8")
QUERIES = ROOT / "sql" / "queries" / "agentdb" / "duckdb"
EVENT = (
    "INSERT INTO sync_audit_trail (audit_id, sync_id, event_type, actor, actor_role, compliance_context, "
    "event_details, session_id) VALUES "
)
VALUES = "('{}', 's1', 'sync_progressing', 'claude-code', 'autonomous_agent', '{{\"purpose\": \"p\"}}', '{{}}', '')"
TRIGGERS = {
    "sync_audit_trail": ("refuse_update", "refuse_delete", "seal"),
    "sync_audit_seals": ("refuse_update", "refuse_delete", "block"),
    "sync_audit_blocks": ("refuse_update", "refuse_delete"),
}


def write(db: Connection, *names: str) -> None:
    """Write events in one statement, which makes one block of them."""
    db.execute(EVENT + ", ".join(VALUES.format(name) for name in names))


def query(db: Connection, name: str, **values: str) -> list[Row]:
    return db.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"), values or None).fetchall()


def broken(db: Connection) -> list[Row]:
    return db.execute(CHECK).fetchall()


def head(db: Connection) -> str:
    ((_, _, found),) = query(db, "audit_head")
    return str(found)


def disarm(db: Connection) -> None:
    """What someone with the right to change the schema does first."""
    for table, names in TRIGGERS.items():
        for name in names:
            db.execute(f"DROP TRIGGER {table}_{name} ON {table}")


@pytest.fixture(scope="session")
def sealed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six blocks: e01 | e02 e03 e04 e05 | e06 | e07 | e08 | e09."""
    path = tmp_path_factory.mktemp("seals") / "agentdb.duckdb"
    result = call("up", "agentdb", "--url", f"duckdb:///{path}")
    assert result.code == 0, result.err
    with contextlib.closing(duckdb.connect(path)) as db:
        for sync in ("s1", "s2"):
            db.execute(
                "INSERT INTO agent_synchronizations (sync_id, agent_id, sync_type, source_location, target_location, "
                "pattern, status, created_by) VALUES (?, 'a', 't', 's', 't', 'p', 'pending', 'x')",
                [sync],
            )
        db.execute(
            "INSERT INTO sync_executions (execution_id, sync_id, execution_order, operation_type, operation_result) "
            "VALUES ('x1', 's1', 1, 'read', 'success')"
        )
        write(db, "e01")
        write(db, "e02", "e03", "e04", "e05")
        for name in ("e06", "e07", "e08", "e09"):
            write(db, name)
        assert broken(db) == []
    return path


@pytest.fixture
def db(sealed_file: Path, tmp_path: Path) -> Iterator[Connection]:
    file = shutil.copyfile(sealed_file, tmp_path / "agentdb.duckdb")
    with contextlib.closing(duckdb.connect(file)) as connection:
        yield connection


@pytest.fixture
def bare(db: Connection) -> Connection:
    disarm(db)
    return db


def trail(name: str) -> str:
    return f"sync_audit_trail audit_id {name}"


def block(number: int) -> str:
    return f"sync_audit_blocks block_number {number}"


def test_six_blocks_each_over_the_one_before(db: Connection) -> None:
    found = db.execute("SELECT block_number, event_count, covers FROM sync_audit_blocks ORDER BY ALL").fetchall()
    assert found == [(1, 1, []), (2, 4, [1]), (3, 1, [2]), (4, 1, [3]), (5, 1, [4]), (6, 1, [5])]


COLUMNS = (
    "audit_id, sync_id, execution_id, event_type, actor, actor_role, epoch_us(timestamp), phi_involved, "
    "compliance_context::VARCHAR, event_details::VARCHAR, ip_address, session_id"
)


def digest(value: object) -> str:
    """The hash of a text, or of a list as the JSON that DuckDB makes of it."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_hashes_are_what_the_step_says_they_are(db: Connection) -> None:
    """Computed here from the rows alone: an auditor can do the same without DuckDB."""
    db.execute(
        EVENT + """('ü "quoted" \\ \n', 's1', 'sync_progressing', 'a', 'system', '{"a" :  1.0}', '["\\u00fc"]', NULL)"""
    )
    events = {row[0]: digest(list(row)) for row in db.execute(f"SELECT {COLUMNS} FROM sync_audit_trail").fetchall()}
    assert dict(db.execute("SELECT audit_id, event_hash FROM sync_audit_seals").fetchall()) == events
    hashes: dict[int, str] = {}
    for number, at, count, covers, block_hash in db.execute(
        "SELECT block_number, epoch_us(sealed_at), event_count, covers, block_hash FROM sync_audit_blocks ORDER BY ALL"
    ).fetchall():
        within = db.execute("SELECT audit_id FROM sync_audit_seals WHERE block_number = ?", [number]).fetchall()
        inner = digest("".join(sorted(events[name] for (name,) in within)))
        hashes[number] = digest([number, at, count, inner, covers, "".join(hashes[c] for c in covers)])
        assert hashes[number] == block_hash


CHANGES = {
    "sync_id": "'s2'",
    "execution_id": "'x1'",
    "event_type": "'sync_completed'",
    "actor": "'someone-else'",
    "actor_role": "'human_user'",
    "timestamp": "timestamp + INTERVAL 1 MICROSECOND",
    "phi_involved": "TRUE",
    "compliance_context": '\'{"purpose":"p"}\'',
    "event_details": "'[]'",
    "ip_address": "''",
    "session_id": "NULL",
}


def test_every_column_but_the_key_is_changed_below(db: Connection) -> None:
    found = [name for (name,) in db.execute("SELECT column_name FROM (DESCRIBE sync_audit_trail)").fetchall()]
    assert found == ["audit_id", *CHANGES]


@pytest.mark.parametrize("name", ["e01", "e04", "e09"], ids=["first", "middle", "last"])
def test_a_changed_column_names_its_event(bare: Connection, name: str) -> None:
    number = {"e01": 1, "e04": 2, "e09": 6}[name]
    for column, value in CHANGES.items():
        bare.execute("BEGIN")
        bare.execute(f"UPDATE sync_audit_trail SET {column} = {value} WHERE audit_id = '{name}'")
        assert broken(bare) == [(trail(name), f"is not what was sealed in block {number}: it was changed")], column
        bare.execute("ROLLBACK")
    assert broken(bare) == []


def test_a_changed_key_is_one_event_removed_and_one_slipped_in(bare: Connection) -> None:
    bare.execute("UPDATE sync_audit_trail SET audit_id = 'E04' WHERE audit_id = 'e04'")
    assert broken(bare) == [
        (trail("E04"), "was never sealed: it came in past the trigger"),
        (trail("e04"), "was removed; it was sealed in block 2"),
    ]


def test_two_events_that_swapped_their_contents(bare: Connection) -> None:
    bare.execute("UPDATE sync_audit_trail SET timestamp = now(), actor = 'x' WHERE audit_id = 'e03'")
    bare.execute("UPDATE sync_audit_trail SET audit_id = 'swap' WHERE audit_id = 'e03'")
    bare.execute("UPDATE sync_audit_trail SET audit_id = 'e03' WHERE audit_id = 'e07'")
    bare.execute("UPDATE sync_audit_trail SET audit_id = 'e07' WHERE audit_id = 'swap'")
    assert [subject for subject, _ in broken(bare)] == [trail("e03"), trail("e07")]


@pytest.mark.parametrize(("name", "number"), [("e01", 1), ("e03", 2), ("e09", 6)], ids=["first", "middle", "last"])
def test_a_removed_event_is_named(bare: Connection, name: str, number: int) -> None:
    bare.execute("DELETE FROM sync_audit_trail WHERE audit_id = ?", [name])
    assert broken(bare) == [(trail(name), f"was removed; it was sealed in block {number}")]


@pytest.mark.parametrize(("name", "number", "left"), [("e01", 1, 0), ("e03", 2, 3), ("e09", 6, 0)])
def test_an_event_removed_with_its_seal_names_the_block(bare: Connection, name: str, number: int, left: int) -> None:
    bare.execute("DELETE FROM sync_audit_trail WHERE audit_id = ?", [name])
    bare.execute("DELETE FROM sync_audit_seals WHERE audit_id = ?", [name])
    ((subject, problem),) = broken(bare)
    assert subject == block(number)
    assert problem.startswith(f"has {left} seals instead of {left + 1}: an event was removed with its seal")


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_removed_block_is_named_by_the_one_that_covers_it(bare: Connection, number: int) -> None:
    bare.execute(
        "DELETE FROM sync_audit_trail WHERE audit_id IN (SELECT s.audit_id FROM sync_audit_seals AS s "
        "WHERE s.block_number = ?)",
        [number],
    )
    bare.execute("DELETE FROM sync_audit_seals WHERE block_number = ?", [number])
    bare.execute("DELETE FROM sync_audit_blocks WHERE block_number = ?", [number])
    first, second = broken(bare)
    assert first == (block(number), f"is missing, though block {number + 1} covers it: it was removed")
    assert second[0] == block(number + 1)


def test_a_block_removed_alone_is_named_by_its_seals(bare: Connection) -> None:
    bare.execute("DELETE FROM sync_audit_blocks WHERE block_number = 6")
    assert broken(bare) == [(block(6), "is missing, though 1 events are sealed in it: it was removed")]


def test_an_event_without_a_seal_comes_first(bare: Connection) -> None:
    write(bare, "slipped")
    bare.execute("UPDATE sync_audit_trail SET actor = 'x' WHERE audit_id = 'e01'")
    assert [subject for subject, _ in broken(bare)] == [trail("slipped"), trail("e01")]
    assert broken(bare)[0][1] == "was never sealed: it came in past the trigger"


def test_an_event_with_a_forged_seal_in_a_block_that_exists(bare: Connection) -> None:
    right = trigger(bare, "sync_audit_trail_seal")
    write(bare, "slipped")
    bare.execute(
        right.replace("(SELECT nextval('sync_audit_block_number'))", "3").replace(
            "FROM n", "FROM sync_audit_trail AS n WHERE n.audit_id = 'slipped'"
        )
    )
    ((subject, problem),) = broken(bare)
    assert subject == block(3)
    assert problem == "has 2 seals instead of 1: an event was removed with its seal, or slipped in with one"
    bare.execute("UPDATE sync_audit_blocks SET event_count = 2 WHERE block_number = 3")
    assert broken(bare) == [(block(3), NOT_WRITTEN)]


NOT_WRITTEN = "is not what was written: it, one of its seals or a block before it was changed"


def trigger(db: Connection, name: str) -> str:
    """The statement that a trigger runs, read from the step."""
    text = (ROOT / "migrations/agentdb/duckdb/0006.agentdb-audit-seals.sql").read_text(encoding="utf-8")
    found = [s.query for s in db.extract_statements(text) if f"CREATE TRIGGER {name} " in s.query]
    return found[0][found[0].index("INSERT INTO") :]


def test_a_second_seal_for_an_event(bare: Connection) -> None:
    bare.execute(
        "INSERT INTO sync_audit_seals SELECT audit_id, 6, event_hash FROM sync_audit_seals WHERE audit_id = 'e02'"
    )
    found = broken(bare)
    assert (trail("e02"), "is sealed 2 times: a seal was slipped in") in found
    assert block(6) in {subject for subject, _ in found}


def test_seals_that_moved_to_another_block(bare: Connection) -> None:
    bare.execute("UPDATE sync_audit_seals SET block_number = 3 WHERE audit_id = 'e05'")
    assert [subject for subject, _ in broken(bare)] == [block(2), block(3)]
    bare.execute("UPDATE sync_audit_seals SET block_number = 2 WHERE audit_id = 'e06'")
    assert broken(bare) == [(block(2), NOT_WRITTEN), (block(3), NOT_WRITTEN)]


def test_every_column_of_a_block_counts(bare: Connection) -> None:
    for change in (
        "sealed_at = sealed_at - INTERVAL 1 YEAR",
        "event_count = 2",
        "covers = []",
        "covers = [1]",
        "covers = [2, 1]",
        "block_hash = md5(block_hash)",
    ):
        bare.execute("BEGIN")
        bare.execute(f"UPDATE sync_audit_blocks SET {change} WHERE block_number = 3")
        assert broken(bare)[0][0] == block(3), change
        bare.execute("ROLLBACK")
    bare.execute("UPDATE sync_audit_blocks SET block_number = 60 WHERE block_number = 6")
    assert {subject for subject, _ in broken(bare)} == {block(6), block(60)}


def test_one_event_written_anew_with_its_seal_and_block_breaks_the_next(bare: Connection) -> None:
    """Whoever changes an event must write every block from there on anew, up to the newest."""
    bare.execute("UPDATE sync_audit_trail SET actor = 'x' WHERE audit_id = 'e06'")
    reseal(bare, 3)
    assert broken(bare) == [(block(4), NOT_WRITTEN)]


def reseal(db: Connection, *numbers: int) -> None:
    """Write blocks anew, each as the triggers would have."""
    for number in numbers:
        names = [
            n
            for (n,) in db.execute("SELECT audit_id FROM sync_audit_seals WHERE block_number = ?", [number]).fetchall()
        ]
        db.execute("DELETE FROM sync_audit_seals WHERE block_number = ?", [number])
        kept = db.execute("SELECT * FROM sync_audit_blocks WHERE block_number > ?", [number]).fetchall()
        db.execute("DELETE FROM sync_audit_blocks WHERE block_number >= ?", [number])
        text = (ROOT / "migrations/agentdb/duckdb/0006.agentdb-audit-seals.sql").read_text(encoding="utf-8")
        made = next(s.query for s in db.extract_statements(text) if "CREATE TRIGGER sync_audit_seals_block" in s.query)
        db.execute(made)
        seal = trigger(db, "sync_audit_trail_seal").rstrip(";")
        db.execute(
            seal.replace("(SELECT nextval('sync_audit_block_number'))", str(number)).replace(
                "FROM n", f"FROM sync_audit_trail AS n WHERE n.audit_id IN ({str(names)[1:-1]})"
            )
        )
        db.execute("DROP TRIGGER sync_audit_seals_block ON sync_audit_seals")
        for row in kept:
            db.execute("INSERT INTO sync_audit_blocks VALUES (?, ?, ?, ?, ?)", list(row))


def test_what_only_a_head_outside_shows(db: Connection) -> None:
    """The tail cut off with its seals, or written anew from some event on: the check holds, the head does not."""
    write(db, "e10")
    kept = head(db)
    number = int(kept.split(":")[0])
    assert query(db, "audit_head_proof", head=kept)[0][3] == "contained"
    write(db, "e11")
    assert [row[3] for row in query(db, "audit_head_proof", head=kept)] == ["contained"]
    disarm(db)
    db.execute("BEGIN")
    for name in ("e10", "e11"):
        db.execute("DELETE FROM sync_audit_trail WHERE audit_id = ?", [name])
    db.execute("DELETE FROM sync_audit_seals WHERE block_number >= ?", [number])
    db.execute("DELETE FROM sync_audit_blocks WHERE block_number >= ?", [number])
    assert broken(db) == []
    assert [row[3] for row in query(db, "audit_head_proof", head=kept)] == ["MISSING: no block has this number"]
    db.execute("ROLLBACK")
    db.execute("UPDATE sync_audit_trail SET actor = 'x' WHERE audit_id = 'e08'")
    reseal(db, 5, 6, number, number + 1)
    assert broken(db) == []
    ((_, _, _, verdict),) = query(db, "audit_head_proof", head=kept)
    assert verdict.startswith("CHANGED: the hash of the block is now ")


def test_what_is_slipped_in_below_a_head_with_a_seal_of_its_own_shows(db: Connection) -> None:
    """A block in one of the gaps that undone inserts leave, sealed as the triggers would have done a year ago."""
    db.execute("SELECT nextval('sync_audit_block_number')")
    write(db, "e10")
    kept = head(db)
    disarm(db)
    write(db, "slipped")
    db.execute("UPDATE sync_audit_trail SET timestamp = timestamp - INTERVAL 1 YEAR WHERE audit_id = 'slipped'")
    (event,) = db.execute(f"SELECT {COLUMNS} FROM sync_audit_trail WHERE audit_id = 'slipped'").fetchall()
    ((covered,),) = db.execute("SELECT block_hash FROM sync_audit_blocks WHERE block_number = 6").fetchall()
    event_hash, sealed_at = digest(list(event)), event[6]
    forged = digest([7, sealed_at, 1, digest(event_hash), [6], covered])
    db.execute("INSERT INTO sync_audit_seals VALUES ('slipped', 7, ?)", [event_hash])
    db.execute("INSERT INTO sync_audit_blocks VALUES (7, make_timestamptz(?), 1, [6], ?)", [sealed_at, forged])
    assert broken(db) == []
    found = query(db, "audit_head_proof", head=kept)
    assert [(row[0], row[3]) for row in found] == [
        (f"7:{forged}", "LATER: not part of this head"),
        (kept, "contained"),
    ]
    ((name, _, _, passed_over_at, *_, number),) = query(db, "audit_late_events", minutes="5")
    assert (name, number) == ("slipped", 7)
    assert passed_over_at.timestamp() > sealed_at / 1_000_000 + 86400 * 300


def test_late_events(db: Connection) -> None:
    assert query(db, "audit_late_events", minutes="5") == []
    db.execute(
        EVENT.replace("session_id)", "timestamp)")
        + VALUES.format("dated").replace(", '')", ", '2025-01-01 00:00:00+00')")
    )
    ((name, timestamp, sealed_at, passed_over_at, *_),) = query(db, "audit_late_events", minutes="5")
    assert (name, timestamp.year, passed_over_at) == ("dated", 2025, None)
    assert sealed_at.year > 2025
    assert query(db, "audit_late_events", minutes=str(60 * 24 * 365 * 50)) == []
    dated = EVENT.replace("session_id)", "timestamp)") + VALUES.format("ahead")
    db.execute(dated.replace(", '')", ", '2999-01-01 00:00:00+00')"))
    assert [row[0] for row in query(db, "audit_late_events", minutes="5")] == ["ahead", "dated"]


def test_writers_at_once_are_all_sealed_and_all_covered(db: Connection) -> None:
    db.execute("BEGIN")
    write(db, "waits")  # Sees nothing of what is written below, and commits last.
    cursors = [db.cursor() for _ in range(4)]
    for number, cursor in enumerate(cursors):
        cursor.execute("BEGIN")
        write(cursor, f"open-{number}")
    for cursor in cursors:
        cursor.execute("COMMIT")
    kept = head(cursors[0])
    assert len(kept.split()) == 4
    for number in range(8):
        write(cursors[0], f"after-{number}")
    db.execute("COMMIT")
    assert len(head(db).split()) == 2
    write(db, "last")
    assert len(head(db).split()) == 1
    assert broken(db) == []
    verdicts = sorted(row[3] for row in query(db, "audit_head_proof", head=kept))
    assert verdicts == ["LATER: not part of this head", *["contained"] * 4]
    numbers = {row[0].split(":")[0] for row in query(db, "audit_head_proof", head=kept) if row[3][0] == "L"}
    assert numbers == {
        str(n) for (n,) in db.execute("SELECT block_number FROM sync_audit_seals WHERE audit_id = 'waits'").fetchall()
    }


def test_threads_lose_no_event(db: Connection) -> None:
    failures: list[Exception] = []

    def work(name: str) -> None:
        with contextlib.closing(db.cursor()) as mine:
            try:
                for number in range(20):
                    if number % 4 == 0:
                        mine.execute("BEGIN")
                        write(mine, f"{name}-{number}-a")
                        write(mine, f"{name}-{number}-b")
                        mine.execute("ROLLBACK" if number % 8 else "COMMIT")
                    else:
                        write(mine, f"{name}-{number}", f"{name}-{number}-too")
            except duckdb.Error as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert db.execute("SELECT count(*) FROM sync_audit_trail").fetchall() == [(9 + 4 * (15 * 2 + 3 * 2),)]
    write(db, "last")
    assert broken(db) == []
    assert len(head(db).split()) == 1


def test_a_thousand_blocks_in_one_transaction_are_one_chain(db: Connection) -> None:
    before = head(db)
    db.execute("BEGIN")
    for number in range(40):
        write(db, f"n{number}")
    db.execute("COMMIT")
    assert db.execute("SELECT max(len(covers)) FROM sync_audit_blocks").fetchall() == [(1,)]
    assert [row[3] for row in query(db, "audit_head_proof", head=before)] == ["contained"]
    assert broken(db) == []


def test_no_session_setting_changes_a_hash(db: Connection) -> None:
    for setting in (
        "TimeZone = 'Asia/Kolkata'",
        "Calendar = 'japanese'",
        "default_collation = 'nocase'",
        "threads = 1",
    ):
        db.execute(f"SET {setting}")
        assert broken(db) == [], setting
        write(db, f"written with {setting.replace(chr(39), '')}")
    for setting in ("TimeZone", "Calendar", "default_collation", "threads"):
        db.execute(f"RESET {setting}")
    assert broken(db) == []


def test_a_hundred_broken_events_are_enough(bare: Connection) -> None:
    bare.execute(
        "INSERT INTO sync_audit_trail SELECT a.* REPLACE ('n' || i AS audit_id) "
        "FROM sync_audit_trail AS a, range(200) AS t(i) WHERE a.audit_id = 'e01'"
    )
    assert len(broken(bare)) == 100


def test_rung_verify_names_the_broken_event(db: Connection, tmp_path: Path) -> None:
    db.execute("DROP TRIGGER sync_audit_trail_refuse_update ON sync_audit_trail")
    db.execute("UPDATE sync_audit_trail SET actor = 'x' WHERE audit_id = 'e06'")
    # Put back as if nothing had been.
    text = (ROOT / "migrations/agentdb/duckdb/0005.agentdb-audit-append-only.sql").read_text(encoding="utf-8")
    db.execute(next(s.query for s in db.extract_statements(text) if "refuse_update" in s.query))
    db.close()
    result = call("verify", "agentdb", "--url", f"duckdb:///{tmp_path / 'agentdb.duckdb'}")
    assert result.code == 1
    assert "sync_audit_trail audit_id e06" in result.out + result.err


def test_an_archive_proves_itself(db: Connection, tmp_path: Path) -> None:
    archive = tmp_path / "archive.duckdb"
    ((before,),) = db.execute("SELECT max(sealed_at)::VARCHAR FROM sync_audit_blocks").fetchall()
    statements = db.extract_statements((QUERIES / "audit_archive.sql").read_text(encoding="utf-8"))

    def copy(before: str) -> Row:
        given = {"archive": str(archive), "before": before}
        answer: list[Row] = []
        for statement in statements:
            wanted = {name: given[name] for name in statement.named_parameters}
            answer = db.execute(statement, wanted or None).fetchall() or answer
        return answer[0]

    assert copy(before)[:2] == (8, 9)
    assert copy(before)[:2] == (8, 9)
    write(db, "e10")
    assert copy("2999-01-01")[:2] == (10, 10)
    assert db.execute("SELECT count(*) FROM sync_audit_trail").fetchall() == [(10,)]
    with contextlib.closing(duckdb.connect(archive)) as there:
        assert broken(there) == []
        there.execute("UPDATE sync_audit_trail SET actor = 'x' WHERE audit_id = 'e03'")
        assert [subject for subject, _ in broken(there)] == [trail("e03")]
