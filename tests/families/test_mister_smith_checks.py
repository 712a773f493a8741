"""mister_smith's checks: each holds on the seed rows, and finds what it is there to find."""

from __future__ import annotations

import psycopg
import pytest
from conftest import ROOT
from mister_smith_helpers import Conn, insert, one

pytest_plugins = ["mister_smith_fixtures"]

CHECKS = ROOT / "sql" / "checks" / "mister_smith" / "postgresql"
CYCLE = """
SET LOCAL session_replication_role = replica;
INSERT INTO agent_dependencies (agent_id, depends_on_agent_id, dependency_type)
SELECT a.id, b.id, 'required' FROM agents AS a, agents AS b
WHERE (a.name, b.name) IN (('planner', 'builder'), ('watcher', 'planner'))
"""
# What somebody might do, and the subject that the check then names.
FAULTS = [
    ("dependency_cycles", CYCLE, "agents id"),
    (
        "configuration_history",
        "SET LOCAL session_replication_role = replica; UPDATE configurations SET value = '0'",
        "s id",
    ),
    (
        "configuration_history",
        "UPDATE configuration_history SET new_value = '\"x\"' WHERE new_value = '\"[redacted]\"'",
        "configuration_history id",
    ),
    ("partition_guards", "ALTER TABLE messages_default DISABLE ROW LEVEL SECURITY", "messages_default"),
    ("partition_guards", "GRANT SELECT ON metrics_default TO agent_user", "metrics_default"),
    ("partition_guards", "GRANT SELECT ON metrics_default TO PUBLIC", "metrics_default"),
    ("partition_guards", "DROP TRIGGER audit_log_no_truncate ON audit_log_default", "audit_log_default"),
    ("partition_guards", "ALTER TABLE audit_log_default DISABLE TRIGGER audit_log_append_only", "audit_log_default"),
    (
        "partition_guards",
        "CREATE TABLE by_hand PARTITION OF audit_log FOR VALUES FROM ('2031-01-01Z') TO ('2031-02-01Z')",
        "by_hand",
    ),
    ("partition_policies", "DELETE FROM partition_policies WHERE table_name = 'metrics'", "metrics"),
    ("partition_policies", "INSERT INTO partition_policies VALUES ('agents', 1, 'drop')", "agents"),
    ("partition_policies", "UPDATE partition_policies SET on_expiry = 'drop'", "audit_log"),
    (
        "constraints_valid",
        "ALTER TABLE agents ADD CONSTRAINT later CHECK (version < 9) NOT VALID",
        "agents.later",
    ),
    ("constraints_valid", "ALTER TABLE users DISABLE TRIGGER users_set_updated_at", "users.users_set_updated_at"),
    (
        "constraints_valid",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_agents_name'::regclass",
        "idx_agents_name",
    ),
]


def check(connection: Conn, name: str) -> list[tuple[str, str]]:
    return connection.execute((CHECKS / f"{name}.sql").read_text(encoding="utf-8")).fetchall()


@pytest.fixture
def seeded(db: Conn) -> Conn:
    db.execute((ROOT / "sql" / "seed" / "mister_smith" / "postgresql.sql").read_text(encoding="utf-8"))
    return db


@pytest.mark.parametrize("name", sorted(path.stem for path in CHECKS.glob("*.sql")))
def test_check_holds_on_the_seed_rows_and_after_maintenance(seeded: Conn, name: str) -> None:
    assert check(seeded, name) == []
    seeded.execute("SELECT create_monthly_partitions(table_name) FROM partition_policies")
    seeded.execute("SELECT create_monthly_partitions('audit_log', 0, '2025-12-01Z')")
    insert(seeded, "audit_log")
    seeded.execute("SELECT drop_old_partitions('audit_log', 1, false)")
    seeded.execute("UPDATE configurations SET is_secret = true")
    assert check(seeded, name) == []


@pytest.mark.parametrize(
    ("name", "fault", "subject"), FAULTS, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(FAULTS)]
)
def test_check_finds_its_fault(seeded: Conn, name: str, fault: str, subject: str) -> None:
    seeded.execute(fault)
    found = check(seeded, name)
    assert any(subject in row[0] for row in found), found
    assert all(row[1] for row in found)


def test_every_check_has_a_fault() -> None:
    assert {name for name, _, _ in FAULTS} == {path.stem for path in CHECKS.glob("*.sql")}


def test_checks_of_another_schema_do_not_see_this_one(db: Conn) -> None:
    """They speak of the schema that the session names."""
    db.execute("ALTER TABLE messages_default DISABLE ROW LEVEL SECURITY")
    db.execute("CREATE SCHEMA elsewhere")
    db.execute("SET LOCAL search_path = elsewhere")
    assert check(db, "partition_guards") == []
    with pytest.raises(psycopg.errors.UndefinedTable):
        check(db, "partition_policies")
    db.rollback()
    assert one(db, "SELECT 1")
