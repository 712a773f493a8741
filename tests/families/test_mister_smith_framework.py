"""mister_smith as a whole: its own migration framework under many callers, copies of the family, roles and options."""

from __future__ import annotations

import re
import subprocess
import threading

import psycopg
import pytest
from conftest import ROOT, call
from mister_smith_helpers import STEPS, Conn, Home, column, insert, one, refused, rolled_back
from psycopg import errors, sql

from runner import throwaway

pytest_plugins = ["mister_smith_fixtures"]

OPTIONAL = {"0015.mister_smith-encryption", "0016.mister_smith-slow-queries", "0017.mister_smith-scheduled-jobs"}
ROLES = ("application_user", "agent_user", "mister_smith_admin", "mister_smith_backup")
PGTAP = sorted((ROOT / "sql" / "pgtap" / "mister_smith").glob("*.sql"))


def rung(command: str, url: str, *arguments: str) -> str:
    result = call(command, "mister_smith", "--url", url, *arguments)
    assert result.code == 0, result.out + result.err
    return result.out


def at_once(callers: int, url: str, *statements: str) -> tuple[list[object], list[psycopg.Error]]:
    """Each statement from so many sessions at the same moment; what they returned, and what failed."""
    ready = threading.Barrier(callers * len(statements))
    answers: list[object] = []
    failures: list[psycopg.Error] = []

    def one_caller(statement: str) -> None:
        with psycopg.connect(url) as connection:
            ready.wait()
            try:
                answers.append(one(connection, statement))
                connection.commit()
            except psycopg.Error as error:
                failures.append(error)

    threads = [threading.Thread(target=one_caller, args=(text,)) for text in statements for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers, failures


# ------------------------------------------------------------------------------------------- the framework of the seed


def test_four_callers_of_one_migration_run_it_once(fresh: str) -> None:
    statement = "SELECT execute_migration(1, 'd', 'CREATE TABLE made (n int); SELECT pg_sleep(0.1)', 'DROP TABLE made')"
    answers, failures = at_once(4, fresh, statement)
    assert not failures
    assert sorted(map(bool, answers)) == [False, False, False, True]
    answers, failures = at_once(4, fresh, "SELECT rollback_migration(1)")
    assert answers == [True]
    assert [type(error) for error in failures] == [errors.NoDataFound] * 3
    with rolled_back(fresh) as connection:
        assert column(connection, "SELECT version FROM schema_versions") == []
        assert one(connection, "SELECT to_regclass('made') IS NULL")


def test_four_callers_of_four_migrations_keep_the_order(fresh: str) -> None:
    statements = [
        f"SELECT execute_migration({n}, 'd', 'CREATE TABLE made_{n} ()', 'DROP TABLE made_{n}')" for n in (1, 2, 3, 4)
    ]
    applied: list[int] = []
    for _ in range(6):
        _, failures = at_once(1, fresh, *statements)
        assert {type(error) for error in failures} <= {errors.ObjectNotInPrerequisiteState}
        with rolled_back(fresh) as connection:
            applied = column(connection, "SELECT version FROM schema_versions ORDER BY 1")
            assert applied == list(range(1, len(applied) + 1))
            assert one(connection, "SELECT count(*) FROM pg_class WHERE relname LIKE 'made%'") == len(applied)
        if len(applied) == 4:
            break
    assert applied == [1, 2, 3, 4]


def test_a_migration_that_fails_leaves_nothing(db: Conn) -> None:
    with refused(db, errors.DivisionByZero):
        db.execute("SELECT execute_migration(1, 'd', 'CREATE TABLE made (); SELECT 1/0')")
    assert column(db, "SELECT version FROM schema_versions") == []
    assert one(db, "SELECT to_regclass('made') IS NULL")


def test_a_migration_says_what_it_lacks(db: Conn) -> None:
    with refused(db, errors.NullValueNotAllowed):
        db.execute("SELECT execute_migration(1, 'd', NULL)")
    with refused(db, errors.NoDataFound, "not found"):
        db.execute("SELECT rollback_migration(1)")
    db.execute("SELECT execute_migration(1, 'd', 'SELECT 1')")
    with refused(db, errors.ObjectNotInPrerequisiteState, "No rollback SQL"):
        db.execute("SELECT rollback_migration(1)")
    db.execute("SELECT execute_migration(2, 'd', 'SELECT 1', 'DELETE FROM schema_versions')")
    with refused(db, errors.ObjectNotInPrerequisiteState, "changes schema_versions"):
        db.execute("SELECT rollback_migration(2)")
    assert column(db, "SELECT version FROM schema_versions ORDER BY 1") == [1, 2]


def test_the_seeds_sample_migration_runs(db: Conn) -> None:
    """002 of the seed, as a migration 1 of another table: with a nested dollar-quoted text and several statements."""
    db.execute(
        """SELECT execute_migration(1, 'Add Claude CLI integration support', $migration$
            ALTER TABLE roles ADD COLUMN claude_cli_config JSONB DEFAULT '{}';
            CREATE INDEX idx_roles_claude_config ON roles USING GIN(claude_cli_config);
        $migration$, $rollback$
            DROP INDEX IF EXISTS idx_roles_claude_config;
            ALTER TABLE roles DROP COLUMN IF EXISTS claude_cli_config;
        $rollback$)"""
    )
    insert(db, "roles", claude_cli_config={"a": 1})
    assert one(db, "SELECT rollback_migration(1)")
    with refused(db, errors.UndefinedColumn):
        db.execute("SELECT claude_cli_config FROM roles")


# ----------------------------------------------------------------------------------------------- agents, many at once


def test_two_halves_of_a_circle_do_not_meet(fresh: str) -> None:
    """Neither transaction sees the other's half, and still one of them is refused."""
    with psycopg.connect(fresh) as connection:
        agents = [insert(connection, "agents") for _ in range(3)]
    wanted = (
        "INSERT INTO agent_dependencies (agent_id, depends_on_agent_id, dependency_type)"
        " VALUES ('{}', '{}', 'required') RETURNING 1"
    )
    pairs = zip(agents, [*agents[1:], agents[0]], strict=True)
    answers, failures = at_once(1, fresh, *(wanted.format(*pair) for pair in pairs))
    assert answers == [1, 1]
    assert [type(error) for error in failures] == [errors.CheckViolation]


def test_state_saved_by_many_at_once_is_one_state(fresh: str) -> None:
    with psycopg.connect(fresh) as connection:
        agent = insert(connection, "agents")
    states = [f"SELECT save_agent_state('{agent}', '{{\"n\": {number}}}')" for number in range(8)]
    answers, failures = at_once(1, fresh, *states)
    assert (answers, failures) == ([True] * 8, [])
    with rolled_back(fresh) as connection:
        assert one(connection, "SELECT session_data->>'n' FROM agent_sessions") in set("01234567")


# ------------------------------------------------------------------------------------------------- copies of the family


def fingerprint(url: str, schema: str) -> list[tuple[object, ...]]:
    """Rows of every table of a schema, and every definition in it, without the name of the schema."""
    with rolled_back(url) as connection:
        connection.execute("SELECT set_config('search_path', quote_ident(%s), true)", [schema])
        found: list[tuple[object, ...]] = connection.execute(
            """
            SELECT 'column', a.attrelid::regclass::text, a.attname::text || format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute AS a INNER JOIN pg_class AS c ON c.oid = a.attrelid
            WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 'function', p.oid::regprocedure::text, md5(p.prosrc)
            FROM pg_proc AS p WHERE p.pronamespace = current_schema()::regnamespace
            UNION ALL SELECT 'constraint', k.conname, pg_get_constraintdef(k.oid)
            FROM pg_constraint AS k WHERE k.connamespace = current_schema()::regnamespace
            UNION ALL SELECT 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid, 0, true)
            FROM pg_index AS i INNER JOIN pg_class AS c ON c.oid = i.indexrelid
            WHERE c.relnamespace = current_schema()::regnamespace
            UNION ALL SELECT 'policy', p.polname, pg_get_expr(p.polqual, p.polrelid)
            FROM pg_policy AS p INNER JOIN pg_class AS c ON c.oid = p.polrelid
            WHERE c.relnamespace = current_schema()::regnamespace
            UNION ALL SELECT 'acl', c.relname,
                (SELECT string_agg(x::text, ',' ORDER BY x::text) FROM unnest(c.relacl) AS x)
            FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace
            ORDER BY 1, 2, 3
            """.replace("current_schema()::regnamespace", "to_regnamespace(quote_ident(current_schema()))")
        ).fetchall()
        tables = column(
            connection,
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))"
            " AND relkind IN ('r', 'p') AND relname NOT LIKE '\\_%'",
        )
        for table in sorted(tables):
            found += connection.execute(sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table))).fetchall()
        return [row for row in found if "_rung_" not in str(row) and "yoyo" not in str(row)]


def test_two_copies_in_one_database_do_not_touch_each_other(home: Home, empty: str) -> None:
    names = ("tenant_a", 'Tenant "B.b"')
    for schema in names:
        rung("up", empty, "--schema", schema, "--to", "0014")
    with psycopg.connect(empty, autocommit=True) as connection:
        assert column(connection, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == []
        connection.execute("SET search_path = tenant_a")
        agent = insert(connection, "agents")
        insert(connection, "configurations", agent_id=agent)
        insert(connection, "audit_log", created_at="2020-01-05")
        connection.execute("SELECT create_monthly_partitions(table_name) FROM partition_policies")
        connection.execute("SELECT execute_migration(1, 'd', 'CREATE TABLE made (n int)', 'DROP TABLE made')")
    before = fingerprint(empty, names[0])
    with psycopg.connect(empty, autocommit=True) as connection:
        # With the path of somebody else: functions and views know where they belong.
        connection.execute("""SET search_path = 'Tenant "B.b"'""")
        quoted = '"Tenant ""B.b"""'
        connection.execute("SET search_path = tenant_a")
        assert one(connection, f"SELECT count(*) FROM {quoted}.agents") == 0
        connection.execute(f"INSERT INTO {quoted}.agents (name, agent_type) VALUES ('x', 'engineer')")
        theirs = one(connection, f"SELECT id FROM {quoted}.agents")
        connection.execute(f"SELECT {quoted}.save_agent_state(%s, '{{}}')", [theirs])
        connection.execute(f"INSERT INTO {quoted}.configurations (key, value) VALUES ('k', '1')")
        assert one(connection, f"SELECT count(*) FROM {quoted}.configuration_history") == 1
        connection.execute(f"SELECT {quoted}.create_monthly_partitions('audit_log', 0, '2020-01-01Z')")
        connection.execute(
            f"INSERT INTO {quoted}.audit_log (event_type, action, created_at) VALUES ('e', 'a', '2020-01-05Z')"
        )
        connection.execute(f"INSERT INTO {quoted}.audit_log (event_type, action) VALUES ('e', 'a')")
        connection.execute(f"SELECT {quoted}.drop_old_partitions('audit_log', dry_run => false)")
        assert one(connection, 'SELECT count(*) FROM "Tenant ""B.b""_archive".audit_log_2020_01') == 1
        connection.execute(f"SELECT {quoted}.execute_migration(1, 'd', 'CREATE TABLE made (n int)', 'DROP TABLE made')")
        assert one(connection, f"SELECT count(DISTINCT schemaname) FROM {quoted}.table_sizes") == 1
        assert "messages" in column(connection, f"SELECT tablename FROM {quoted}.table_sizes")
        connection.execute(f"SELECT * FROM {quoted}.database_health_check()")
    assert fingerprint(empty, names[0]) == before
    rung("verify", empty, "--schema", names[0])
    rung("down", empty, "--all", "--yes", "--schema", names[1])
    assert fingerprint(empty, names[0]) == before
    rung("verify", empty, "--schema", names[0])
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute('DROP SCHEMA "Tenant ""B.b""_archive" CASCADE')
    assert fingerprint(empty, names[0]) == before


def test_down_and_up_again_is_the_same_in_any_schema(home: Home, empty: str) -> None:
    last = ("--to", "0014")
    rung("up", empty, "--schema", "s", *last)
    first = fingerprint(empty, "s")
    rung("down", empty, "--all", "--yes", "--schema", "s")
    assert [row for row in fingerprint(empty, "s") if row[0] != "acl"] == []
    rung("up", empty, "--schema", "s", *last)
    assert fingerprint(empty, "s") == first


def test_roles_outlive_every_copy_but_the_last(home: Home, empty: str) -> None:
    """The family of another database of the server still uses them: they stay. Made by somebody else, they stay too."""
    rung("up", empty, "--to", "0001")
    rung("down", empty, "--all", "--yes")
    with psycopg.connect(empty, autocommit=True) as connection:
        assert set(column(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", list(ROLES))) == set(
            ROLES
        )


def test_roles_go_with_the_last_copy_and_only_ours() -> None:
    with throwaway.server() as server:
        url = server.url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE ROLE agent_user LOGIN")
            for _ in range(2):
                rung("up", url, "--to", "0001", "--schema", "s")
                assert set(
                    column(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", list(ROLES))
                ) == set(ROLES)
                rung("down", url, "--all", "--yes", "--schema", "s")
                assert column(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", list(ROLES)) == [
                    "agent_user"
                ]
            rung("up", url, "--to", "0001", "--schema", "s")
            connection.execute("CREATE ROLE somebody IN ROLE application_user")
            connection.execute("CREATE TABLE hers ()")
            connection.execute("GRANT SELECT ON hers TO mister_smith_admin")
            rung("down", url, "--all", "--yes", "--schema", "s")
            assert set(column(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", list(ROLES))) == {
                "agent_user",
                "application_user",
                "mister_smith_admin",
            }


def test_who_may_not_make_roles_is_told_what_to_ask_for() -> None:
    with throwaway.server() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE plain LOGIN")
            connection.execute("GRANT CREATE ON DATABASE postgres TO plain")
            connection.execute("GRANT pg_read_all_settings TO plain")
        url = server.url().replace("postgres@", "plain@")
        result = call("up", "mister_smith", "--url", url, "--schema", "s")
        assert result.code == 3
        assert "role agent_user is missing, and plain may not create it" in result.err
        asked = re.search(r"as a superuser: (.*)", result.err)
        assert asked
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(asked[1])
        rung("up", url, "--schema", "s", "--to", "0014")


def test_two_copies_install_at_once_on_a_new_server() -> None:
    with throwaway.server() as server:
        url = server.url()
        text = (STEPS / "0001.mister_smith-identities.sql").read_text(encoding="utf-8")
        ready, failures = threading.Barrier(4), []

        def install(schema: str) -> None:
            try:
                with psycopg.connect(url) as connection:
                    connection.execute(f"CREATE SCHEMA {schema}")
                    connection.execute(f"SET LOCAL search_path = {schema}")
                    ready.wait()
                    connection.execute(text)
            except psycopg.Error as error:
                failures.append(error)

        threads = [threading.Thread(target=install, args=(f"s{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not failures


# ------------------------------------------------------------------------------------------------------- optional steps


def states(url: str) -> dict[str, str]:
    result = call("status", "mister_smith", "--url", url, "--json")
    return {step["id"]: step["state"] for step in result.json["families"][0]["steps"]}


def test_optional_steps_are_applied_or_shown_as_skipped(home: Home) -> None:
    found = states(home.url())
    assert {id for id, state in found.items() if state == "applied"} >= set(found) - OPTIONAL
    for id in OPTIONAL:
        wants = "pgcrypto" if "encryption" in id else "preload"
        with rolled_back(home.url()) as connection:
            has = column(connection, "SELECT 1 FROM pg_available_extensions WHERE name = %s", wants)
        assert found[id] == ("applied" if has or (wants == "preload" and home.is_preloaded) else "skipped")
    rung("verify", home.url())


def test_no_step_depends_on_an_optional_one() -> None:
    for path in STEPS.glob("*.sql"):
        depends = re.findall(r"^-- depends: (.*)$", path.read_text(encoding="utf-8"), re.M)
        assert not OPTIONAL & set(" ".join(depends).split()), path


@pytest.mark.parametrize("home", ["installed"], indirect=True)
def test_jobs_are_scheduled_one_for_each_task_and_unscheduled(home: Home) -> None:
    assert home.is_preloaded, "install postgresql-15-cron"
    url = home.url()
    with psycopg.connect(url, autocommit=True) as connection:
        jobs = connection.execute("SELECT jobname, command, active FROM scheduled_jobs").fetchall()
        assert [job[0] for job in jobs] == [
            f"{task}-partitions public.{table}"
            for task in ("cleanup", "create")
            for table in ("audit_log", "messages", "metrics")
        ]
        with connection.transaction(force_rollback=True):
            for _, command, active in jobs:
                assert active
                connection.execute(command)
        connection.execute("SELECT cron.schedule('somebody elses', '0 0 * * *', 'SELECT 1')")
        rung("down", url, "--yes")
        assert column(connection, "SELECT jobname FROM cron.job") == ["somebody elses"]
        rung("up", url)
        assert one(connection, "SELECT count(*) FROM scheduled_jobs") == 6
        connection.execute("SELECT cron.unschedule('somebody elses')")
        rung("down", url, "--yes")
        assert column(connection, "SELECT 1 FROM pg_extension WHERE extname = 'pg_cron'") == []
        rung("up", url)


@pytest.mark.parametrize("home", ["installed"], indirect=True)
def test_a_shared_extension_outlives_one_copy(home: Home, empty: str) -> None:
    for schema in ("a", "b"):
        rung("up", empty, "--schema", schema, "--to", "0014")
        with psycopg.connect(empty) as connection:
            connection.execute(f"SET LOCAL search_path = {schema}")
            connection.execute((STEPS / "0015.mister_smith-encryption.sql").read_text(encoding="utf-8"))
    undo = (STEPS / "0015.mister_smith-encryption.rollback.sql").read_text(encoding="utf-8")
    for schema, left in (("a", ["pgcrypto"]), ("b", [])):
        with psycopg.connect(empty) as connection:
            connection.execute(f"SET LOCAL search_path = {schema}")
            connection.execute(undo)
        with rolled_back(empty) as connection:
            assert column(connection, "SELECT extname FROM pg_extension WHERE extname = 'pgcrypto'") == left


@pytest.mark.parametrize("home", ["installed"], indirect=True)
def test_an_extension_that_was_there_is_used_where_it_is_and_left(home: Home, empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pgcrypto SCHEMA public")
    rung("up", empty, "--schema", "a", "--to", "0015")
    rung("verify", empty, "--schema", "a")
    with rolled_back(empty) as connection:
        connection.execute("SELECT set_config('app.encryption_key', 'sixteen bytes and more', true)")
        sealed = one(connection, "SELECT a.encrypt_sensitive_data('x')")
        assert one(connection, "SELECT a.decrypt_sensitive_data(%s)", sealed) == "x"
    rung("down", empty, "--schema", "a", "--all", "--yes")
    with rolled_back(empty) as connection:
        assert column(connection, "SELECT extname FROM pg_extension WHERE extname = 'pgcrypto'") == ["pgcrypto"]


# --------------------------------------------------------------------------------------------------------------- pgTAP


def test_there_are_pgtap_tests() -> None:
    assert PGTAP


@pytest.mark.parametrize("home", ["installed"], indirect=True)
@pytest.mark.parametrize("file", PGTAP, ids=lambda file: file.stem)
def test_pgtap_passes_with_the_databases_own_tools(home: Home, fresh: str, file) -> None:  # type: ignore[no-untyped-def]
    psql = home.server.programs / "psql"
    result = subprocess.run(
        [str(psql), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", fresh, "-f", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    lines = [line.strip() for line in result.stdout.splitlines() if line.strip()]
    assert re.fullmatch(r"1\.\.\d+", lines[0]), result.stdout
    assert not [line for line in lines if line.startswith("not ok") or "Looks like" in line], result.stdout
    assert len([line for line in lines if line.startswith("ok ")]) == int(lines[0][3:])
