"""mister_smith's months: made before they begin, under traffic, in UTC; cleared away when old, and nothing else."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from conftest import call
from mister_smith_helpers import Conn, Home, column, insert, one, refused, rolled_back
from psycopg import errors

pytest_plugins = ["mister_smith_fixtures"]

NOW = datetime.now(UTC)
MONTHS = ("messages", "audit_log", "metrics")
KEYS = {"messages": "created_at", "audit_log": "created_at", "metrics": "recorded_at"}


def month(offset: int) -> datetime:
    """The first moment of the month that is so many months from this one."""
    whole = NOW.year * 12 + NOW.month - 1 + offset
    return datetime(whole // 12, whole % 12 + 1, 1, tzinfo=UTC)


def name(table: str, offset: int) -> str:
    return f"{table}_{month(offset):%Y_%m}"


def partitions(connection: Conn, table: str) -> list[str]:
    return column(
        connection,
        "SELECT c.relname FROM pg_inherits AS i INNER JOIN pg_class AS c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = %s::regclass ORDER BY 1",
        table,
    )


def make(connection: Conn, table: str, ahead: int = 3, as_of: datetime = NOW) -> list[str]:
    return column(connection, "SELECT create_monthly_partitions(%s, %s, %s)", table, ahead, as_of)


def home_of(connection: Conn, table: str, row: object) -> str:
    return str(one(connection, f"SELECT tableoid::regclass::text FROM {table} WHERE id = %s", row))


@pytest.mark.parametrize("table", MONTHS)
def test_the_current_month_and_those_ahead_are_made_once(db: Conn, table: str) -> None:
    assert make(db, table) == [name(table, offset) for offset in range(4)]
    assert make(db, table) == []
    assert make(db, table, 4) == [name(table, 4)]
    assert partitions(db, table) == sorted([*(name(table, offset) for offset in range(5)), f"{table}_default"])


@pytest.mark.parametrize("table", MONTHS)
def test_rows_that_came_early_are_drained_out_of_default(db: Conn, table: str) -> None:
    moments = [month(0), month(1) - timedelta(microseconds=1), month(1), month(9), datetime(1999, 1, 1, tzinfo=UTC)]
    rows = [insert(db, table, **{KEYS[table]: moment}) for moment in moments]
    assert {home_of(db, table, row) for row in rows} == {f"{table}_default"}
    guards = "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1"
    before = db.execute(guards, [f"{table}_default"]).fetchall()
    make(db, table)
    expected = [name(table, 0), name(table, 0), name(table, 1), f"{table}_default", f"{table}_default"]
    assert [home_of(db, table, row) for row in rows] == expected
    assert db.execute(guards, [f"{table}_default"]).fetchall() == before


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("style", ["ISO, MDY", "German, DMY", "SQL, MDY", "Postgres, DMY"])
def test_months_are_utc_in_any_session(db: Conn, zone: str, style: str) -> None:
    db.execute("SELECT set_config('timezone', %s, true), set_config('datestyle', %s, true)", [zone, style])
    make(db, "metrics")
    db.execute("SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO, YMD', true)")
    found = db.execute("SELECT lower_bound, upper_bound FROM partition_bounds('metrics')").fetchall()
    assert found == [*((month(offset), month(offset + 1)) for offset in range(4)), (None, None)]


def test_a_year_turns_where_it_should(db: Conn) -> None:
    made = make(db, "messages", 3, datetime(2031, 11, 30, 23, 59, 59, tzinfo=UTC))
    assert made == ["messages_2031_11", "messages_2031_12", "messages_2032_01", "messages_2032_02"]


def test_a_month_that_is_covered_is_left_and_one_that_is_cut_is_refused(db: Conn) -> None:
    db.execute("CREATE TABLE messages_2031_q1 PARTITION OF messages FOR VALUES FROM ('2031-01-01Z') TO ('2031-04-01Z')")
    made = make(db, "messages", 3, datetime(2031, 2, 1, tzinfo=UTC))
    assert made == ["messages_2031_04", "messages_2031_05"]
    db.execute("CREATE TABLE half PARTITION OF messages FOR VALUES FROM ('2032-01-15Z') TO ('2032-02-01Z')")
    with refused(db, errors.InvalidObjectDefinition, "half already"):
        make(db, "messages", 0, datetime(2032, 1, 1, tzinfo=UTC))


def test_open_ends_are_understood(db: Conn) -> None:
    db.execute("CREATE TABLE before PARTITION OF metrics FOR VALUES FROM (MINVALUE) TO ('2020-01-01Z')")
    db.execute("CREATE TABLE after PARTITION OF metrics FOR VALUES FROM ('2090-01-01Z') TO (MAXVALUE)")
    assert make(db, "metrics", 0, datetime(2010, 5, 1, tzinfo=UTC)) == []
    assert make(db, "metrics", 0, datetime(2095, 5, 1, tzinfo=UTC)) == []
    assert one(db, "SELECT count(*) FROM partition_bounds('metrics') WHERE NOT isfinite(lower_bound)") == 1


@pytest.mark.parametrize("table", ["agents", "pg_class", "nothing", "messages_default", None])
def test_other_tables_are_refused(db: Conn, table: str | None) -> None:
    for function in ("create_monthly_partitions", "drop_old_partitions"):
        with refused(db, errors.WrongObjectType, "partition_policies"):
            db.execute(f"SELECT {function}(%s)", [table])


@pytest.mark.parametrize("ahead", [-1, 121, None])
def test_impossible_numbers_of_months_are_refused(db: Conn, ahead: int | None) -> None:
    with refused(db, errors.InvalidParameterValue):
        db.execute("SELECT create_monthly_partitions('messages', %s)", [ahead])


@pytest.mark.parametrize("table", MONTHS)
def test_a_new_partition_is_like_its_parent_and_nobodys(db: Conn, table: str) -> None:
    make(db, table, 0)
    partition = name(table, 0)
    indexes = "SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass"
    assert one(db, indexes, partition) == one(db, indexes, table)
    keys = "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f') ORDER BY 1"
    assert column(db, keys, partition) == column(db, keys, table)
    assert one(db, "SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", partition)
    assert one(db, "SELECT relacl IS NULL FROM pg_class WHERE oid = %s::regclass", partition)
    guards = "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1"
    assert db.execute(guards, [partition]).fetchall() == db.execute(guards, [table]).fetchall()


def test_the_trail_refuses_changes_in_every_partition(db: Conn) -> None:
    old = insert(db, "audit_log", created_at=month(-20))
    make(db, "audit_log", 0, month(-20))
    make(db, "audit_log")
    insert(db, "audit_log")
    insert(db, "audit_log", created_at=month(50))
    assert home_of(db, "audit_log", old) == name("audit_log", -20)
    for table in ("audit_log", name("audit_log", 0), name("audit_log", -20), "audit_log_default"):
        for statement in ("UPDATE {} SET action = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with refused(db, errors.RestrictViolation, "append-only"):
                db.execute(statement.format(table))
    db.execute("SET LOCAL session_replication_role = replica")
    with refused(db, errors.RestrictViolation):
        db.execute("DELETE FROM audit_log")
    assert one(db, "SELECT count(*) FROM audit_log") == 3


# ----------------------------------------------------------------------------------------------------------- retention


def aged(connection: Conn, table: str, *offsets: int) -> None:
    """Months that are so old, each with one row."""
    for offset in offsets:
        make(connection, table, 0, month(offset))
        insert(connection, table, **{KEYS[table]: month(offset)})


def drop(connection: Conn, table: str, **arguments: object) -> list[tuple[str, str]]:
    given = "".join(f", {key} => %({key})s" for key in arguments)
    found = connection.execute(
        f"SELECT partition_name, action FROM drop_old_partitions(%(table)s{given})", {"table": table} | arguments
    )
    return found.fetchall()


@pytest.mark.parametrize(("table", "months"), [("messages", 6), ("metrics", 3)])
def test_retention_shows_first_and_drops_when_told(db: Conn, table: str, months: int) -> None:
    aged(db, table, -months - 2, -months - 1, -months, -1, 0)
    before = partitions(db, table)
    old = [name(table, -months - 2), name(table, -months - 1)]
    assert drop(db, table) == [(partition, "would drop") for partition in old]
    assert partitions(db, table) == before
    assert drop(db, table, dry_run=False) == [(partition, "drop") for partition in old]
    assert partitions(db, table) == sorted(set(before) - set(old))
    assert one(db, f"SELECT count(*) FROM {table}") == 3
    assert drop(db, table, dry_run=False) == []


def test_retention_archives_the_trail_and_guards_it(db: Conn) -> None:
    aged(db, "audit_log", -14, -13, -12, 0)
    for offset in (-14, -13):
        assert (name("audit_log", offset), f"archive as public_archive.{name('audit_log', offset)}") in drop(
            db, "audit_log", retention_months=-offset - 1, dry_run=False
        )
    archived = column(
        db, "SELECT relname FROM pg_class WHERE relnamespace = 'public_archive'::regnamespace AND relkind = 'r'"
    )
    assert sorted(archived) == [name("audit_log", -14), name("audit_log", -13)]
    for table in archived:
        assert one(db, f"SELECT count(*) FROM public_archive.{table}") == 1
        for statement in ("UPDATE {} SET action = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with refused(db, errors.RestrictViolation):
                db.execute(statement.format(f"public_archive.{table}"))
    assert one(db, "SELECT count(*) FROM audit_log") == 2


def test_retention_goes_by_bounds_and_not_by_names(db: Conn) -> None:
    db.execute("CREATE TABLE messages_2020_01 (kept int)")
    db.execute("CREATE TABLE messages_2020_q2 PARTITION OF messages FOR VALUES FROM ('2020-04-01Z') TO ('2020-07-01Z')")
    db.execute("CREATE TABLE messages_2020_07 PARTITION OF messages FOR VALUES FROM ('2090-01-01Z') TO ('2090-02-01Z')")
    aged(db, "messages", 0)
    assert drop(db, "messages", dry_run=False) == [("messages_2020_q2", "drop")]
    assert one(db, "SELECT to_regclass('messages_2020_01') IS NOT NULL")
    assert "messages_2020_07" in partitions(db, "messages")


def test_retention_never_takes_the_default_partition(db: Conn) -> None:
    insert(db, "messages", created_at=month(-60))
    aged(db, "messages", -20, 0)
    drop(db, "messages", retention_months=1, dry_run=False)
    assert one(db, "SELECT count(*) FROM messages_default") == 1


def test_a_clock_that_is_ahead_drops_nothing(db: Conn) -> None:
    aged(db, "messages", -30, -29)
    insert(db, "messages", created_at=month(40))
    with refused(db, errors.ObjectNotInPrerequisiteState, "nothing is dropped"):
        drop(db, "messages", dry_run=False)
    with refused(db, errors.InvalidParameterValue, "in the future"):
        drop(db, "messages", as_of=NOW + timedelta(days=400), dry_run=False)
    insert(db, "messages")
    assert len(drop(db, "messages", dry_run=False)) == 2


@pytest.mark.parametrize("months", [0, -5])
def test_keeping_nothing_is_refused(db: Conn, months: int) -> None:
    with refused(db, errors.InvalidParameterValue, "keeps nothing"):
        drop(db, "messages", retention_months=months)


def test_rolled_back_automation_leaves_months_and_archive(home: Home, fresh: str) -> None:
    with psycopg.connect(fresh, autocommit=True) as connection:
        aged(connection, "audit_log", -14, 0)
        aged(connection, "messages", 0)
        drop(connection, "audit_log", dry_run=False)
        rows = [column(connection, f"SELECT id FROM {table} ORDER BY 1") for table in MONTHS]
        for number in ("0009", "0008"):
            result = call("down", "mister_smith", "--to", number, "--yes", "--url", fresh)
            assert result.code == 0, result.out + result.err
            if number == "0009":
                result = call("down", "mister_smith", "--yes", "--url", fresh)
                assert result.code == 0, result.out + result.err
                assert [column(connection, f"SELECT id FROM {table} ORDER BY 1") for table in MONTHS] == rows
                assert len(partitions(connection, "messages")) == 2
        result = call("down", "mister_smith", "--to", "0007", "--yes", "--url", fresh)
        assert result.code == 0, result.out + result.err
        archived = name("audit_log", -14)
        assert one(connection, f"SELECT count(*) FROM public_archive.{archived}") == 1
        assert call("up", "mister_smith", "--to", "0014", "--url", fresh).code == 0
        assert drop(connection, "audit_log", dry_run=False) == []


# ---------------------------------------------------------------------------------------------------------- concurrency


def test_a_month_is_made_under_an_open_insert(fresh: str) -> None:
    """CREATE TABLE … PARTITION OF, as in the seed, waits for the writer and makes every later one wait."""
    with psycopg.connect(fresh) as writer, psycopg.connect(fresh, autocommit=True) as maintainer:
        make(maintainer, "messages", 0)
        insert(writer, "messages")
        started = time.monotonic()
        assert make(maintainer, "messages", 2) == [name("messages", 1), name("messages", 2)]
        assert time.monotonic() - started < 1
        maintainer.execute("SET lock_timeout = '100ms'")
        with pytest.raises(errors.LockNotAvailable):
            maintainer.execute(
                "CREATE TABLE m PARTITION OF messages FOR VALUES FROM ('2090-01-01Z') TO ('2090-02-01Z')"
            )
        insert(writer, "messages", created_at=month(1))
        writer.commit()


def test_a_month_waits_for_default_and_lets_others_pass(fresh: str) -> None:
    """Somebody writes into the DEFAULT partition: maintenance tries again, and nobody queues behind it for long."""
    with (
        psycopg.connect(fresh) as writer,
        psycopg.connect(fresh, autocommit=True) as maintainer,
        psycopg.connect(fresh, autocommit=True) as other,
    ):
        insert(writer, "messages", created_at=month(1))
        made: list[str] = []
        thread = threading.Thread(target=lambda: made.extend(make(maintainer, "messages", 1)))
        thread.start()
        time.sleep(0.2)
        started = time.monotonic()
        insert(other, "messages")
        assert time.monotonic() - started < 2
        writer.commit()
        thread.join(20)
        assert made == [name("messages", 0), name("messages", 1)]
        assert one(other, "SELECT count(*) FROM ONLY messages_default") == 0
        assert one(other, "SELECT count(*) FROM messages") == 2


def test_maintainers_and_writers_at_once_lose_and_double_nothing(fresh: str) -> None:
    failures: list[str] = []
    written = [0] * 3

    def maintain() -> None:
        try:
            with psycopg.connect(fresh, autocommit=True) as connection:
                for ahead in range(6):
                    make(connection, "messages", ahead)
        except psycopg.Error as error:
            failures.append(f"maintainer: {error}")

    def write(number: int) -> None:
        try:
            with psycopg.connect(fresh, autocommit=True) as connection:
                for count in range(60):
                    insert(connection, "messages", created_at=month(count % 6) + timedelta(hours=number))
                    written[number] += 1
        except psycopg.Error as error:
            failures.append(f"writer: {error}")

    threads = [threading.Thread(target=maintain) for _ in range(2)]
    threads += [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    with rolled_back(fresh) as connection:
        assert one(connection, "SELECT count(*) FROM messages") == sum(written) == 180
        assert one(connection, "SELECT count(*) FROM messages_default") == 0
        assert partitions(connection, "messages") == sorted(
            [*(name("messages", offset) for offset in range(6)), "messages_default"]
        )


# ------------------------------------------------------------------------------------------------------- health checks


def status(connection: Conn) -> tuple[str, dict[str, list[str]]]:
    found = connection.execute("SELECT status, details FROM database_health_check() WHERE check_name ~ 'partition'")
    row = found.fetchone()
    assert row
    return row[0], row[1]


def test_health_tells_missing_months_and_strays(db: Conn) -> None:
    assert status(db)[0] == "error"
    assert status(db)[1]["without_current_month"] == sorted(MONTHS)
    for table in MONTHS:
        make(db, table, 0)
    assert status(db)[0] == "warning"
    assert status(db)[1]["without_next_month"] == sorted(MONTHS)
    for table in MONTHS:
        make(db, table)
    assert status(db)[0] == "healthy"
    insert(db, "metrics", recorded_at=month(40))
    assert status(db) == (
        "warning",
        {
            "tables_checked": sorted(MONTHS),
            "without_current_month": [],
            "without_next_month": [],
            "rows_in_default": ["metrics"],
        },
    )


def test_health_of_the_rest(db: Conn) -> None:
    found = {row[0]: row[1:] for row in db.execute("SELECT * FROM database_health_check()").fetchall()}
    assert found["database_size"][0] == "healthy"
    assert found["database_size"][1]["size_bytes"] > 1_000_000
    assert found["connection_count"][0] == "healthy"
    assert found["connection_count"][1]["max_connections"] == 60
    assert found["replication_lag"] == ("healthy", {"replicas": 0, "lag_seconds": None})


def test_health_warns_of_connections(home: Home, fresh: str) -> None:
    with rolled_back(fresh) as connection:
        # The same function over statistics that say what a busy server would say.
        body = one(connection, "SELECT pg_get_functiondef('database_health_check'::regproc)")
        busy = re.sub(r"sum\(d\.numbackends\)", "48 + 0 * sum(d.numbackends)", body)
        huge = busy.replace("pg_database_size(current_database()) AS bytes", "200::bigint * 1024 ^ 3 AS bytes")
        connection.execute(huge.replace("200::bigint * 1024 ^ 3", "(200 * 1024.0 ^ 3)::bigint"))
        found = dict(connection.execute("SELECT check_name, status FROM database_health_check()").fetchall())
        assert (found["connection_count"], found["database_size"]) == ("warning", "warning")
