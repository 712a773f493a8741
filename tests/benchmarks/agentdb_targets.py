"""Measure agentdb on DuckDB: the seed's targets, the use of each index, and what keys and seals cost. Prints Markdown.

    python tests/benchmarks/agentdb_targets.py [--syncs N ...] [--repeat N] [--directory DIR] [--only PART ...]

Builds a database of each size from the steps in migrations/agentdb/duckdb: N synchronizations of 100 agents (the seed's
1,000 for each at 100,000), each with two executions and two audit events over the 30 days until now, one event in 20
with PHI (the seed's 10,000 in 30 days at 100,000). The same rows every time.

Times are the median of several runs on one connection, rows fetched into Python, with the file in the operating
system's cache. An insert is one statement, committed and on the disk, unless it says otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import itertools
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
STEPS = ROOT / "migrations" / "agentdb" / "duckdb"
QUERIES = ROOT / "sql" / "queries" / "agentdb" / "duckdb"
CHECKS = ROOT / "sql" / "checks" / "agentdb" / "duckdb"

Connection = duckdb.DuckDBPyConnection
Run = Callable[[Connection], object]

SYNCS = """
INSERT INTO agent_synchronizations
SELECT
    'sync-' || i, 'agent-' || i % 100, CASE WHEN i % 3 > 0 THEN '../worktree-' || i % 2000 END,
    (['file_update', 'task_completion', 'state_checkpoint', 'quality_gate', 'workflow_transition'])[1 + i % 5],
    'source-' || i % 1000, 'target-' || i,
    CASE WHEN i % 1000 = 7 THEN 'checkpoint_append' WHEN i % 2 = 0 THEN 'todo_bidirectional' ELSE 'planning_readonly'
    END,
    CASE WHEN i % 1000 = 0 THEN 'in_progress' WHEN i % 50 = 1 THEN 'failed' ELSE 'completed' END,
    now() - to_microseconds(($syncs - i) * (2592000000000 // $syncs)),
    CASE WHEN i % 1000 > 0 THEN now() - to_microseconds(($syncs - i) * (2592000000000 // $syncs) - 2500000) END,
    'claude-code', NULL
FROM range($syncs) AS t(i)
"""
EXECUTIONS = """
INSERT INTO sync_executions
SELECT
    'exec-' || i, 'sync-' || i // 2, 1 + i % 2, CASE WHEN i % 2 = 0 THEN 'read' ELSE 'write' END,
    'file-' || i % ($syncs // 20), i % 20 = 0, CASE WHEN i % 20 = 0 THEN 'Required by IRB-2025-123' END,
    CASE WHEN i % 1000 = 1 THEN 'failure' ELSE 'success' END, CASE WHEN i % 1000 = 1 THEN 'No space left' END,
    now() - to_microseconds((2 * $syncs - i) * (2592000000000 // (2 * $syncs))),
    now() - to_microseconds((2 * $syncs - i) * (2592000000000 // (2 * $syncs)) - 45000), 45, sha256(i::VARCHAR),
    sha256(i::VARCHAR), NULL
FROM range(2 * $syncs) AS t(i)
"""
EVENTS = """
INSERT INTO sync_audit_trail
SELECT
    'audit-' || i, 'sync-' || i // 2, 'exec-' || i,
    CASE WHEN i % 20 = 0 THEN 'phi_accessed' WHEN i % 1000 = 1 THEN 'sync_failed' ELSE 'sync_progressing' END,
    CASE WHEN i % 1000 = 0 THEN 'auditor' ELSE 'actor-' || i % 50 END, 'autonomous_agent',
    now() - to_microseconds((2 * $syncs - i) * (2592000000000 // (2 * $syncs))), i % 20 = 0,
    '{"purpose": "Synchronize workflow state", "consent_id": "CONSENT-2025-001", "irb_protocol": "IRB-2025-123"}',
    '{"sync_pattern": "todo_bidirectional"}', NULL, 'session-' || i // 20
FROM range(2 * $syncs) AS t(i)
"""
SYNC = """
INSERT INTO agent_synchronizations (
    sync_id, agent_id, worktree_path, sync_type, source_location, target_location, pattern, status, created_by
) VALUES (?, 'agent-7', '../worktree', 'file_update', 'a', 'b', 'todo_bidirectional', 'pending', 'claude-code')
"""
EXECUTION = """
INSERT INTO sync_executions (
    execution_id, sync_id, execution_order, operation_type, file_path, operation_result, duration_ms
) VALUES (?, ?, 1, 'read', 'file', 'success', 45)
"""
MANY_EXECUTIONS = """
INSERT INTO sync_executions (execution_id, sync_id, execution_order, operation_type, operation_result)
SELECT 'bulk-' || i, 'sync-' || i % 1000, 1, 'read', 'success' FROM range(100000) AS t(i)
"""
STATUS = "UPDATE agent_synchronizations SET status = 'failed' WHERE sync_id = ?"
DELETION = "DELETE FROM agent_synchronizations WHERE sync_id = ?"
EVENT = """
INSERT INTO sync_audit_trail (
    audit_id, sync_id, event_type, actor, actor_role, phi_involved, compliance_context, event_details
) VALUES (?, ?, 'sync_initiated', 'claude-code', 'autonomous_agent', FALSE, '{"purpose": "x"}', '{"a": 1}')
"""
# For each index, what it is made for.
INDEXES = {
    "idx_sync_agent": "FROM agent_synchronizations WHERE agent_id = 'agent-7'",
    "idx_sync_status": "FROM agent_synchronizations WHERE status = 'in_progress'",
    "idx_sync_created": "FROM agent_synchronizations WHERE created_at > now() - INTERVAL 10 MINUTE",
    "idx_sync_pattern": "FROM agent_synchronizations WHERE pattern = 'checkpoint_append'",
    "idx_sync_worktree": "FROM agent_synchronizations WHERE worktree_path = '../worktree-7'",
    "idx_sync_agent_status": "FROM agent_synchronizations WHERE agent_id = 'agent-0' AND status = 'in_progress'",
    "idx_exec_sync": "FROM sync_executions WHERE sync_id = 'sync-77' AND execution_order = 1",
    "idx_exec_result": "FROM sync_executions WHERE operation_result = 'failure'",
    "idx_exec_phi": "FROM sync_executions WHERE phi_accessed = TRUE",
    "idx_exec_started": "FROM sync_executions WHERE started_at > now() - INTERVAL 10 MINUTE",
    "idx_exec_file": "FROM sync_executions WHERE file_path = 'file-77'",
    "idx_exec_sync_result": "FROM sync_executions WHERE sync_id = 'sync-77' AND operation_result = 'success'",
    "idx_audit_sync": "FROM sync_audit_trail WHERE sync_id = 'sync-77' AND timestamp < now()",
    "idx_audit_execution": "FROM sync_audit_trail WHERE execution_id = 'exec-77'",
    "idx_audit_event": "FROM sync_audit_trail WHERE event_type = 'sync_failed'",
    "idx_audit_timestamp": "FROM sync_audit_trail WHERE timestamp > now() - INTERVAL 10 MINUTE",
    "idx_audit_phi": "FROM sync_audit_trail WHERE phi_involved = TRUE",
    "idx_audit_actor": "FROM sync_audit_trail WHERE actor = 'auditor'",
    "idx_audit_session": "FROM sync_audit_trail WHERE session_id = 'session-77'",
    "idx_audit_phi_actor_time": "FROM sync_audit_trail WHERE phi_involved = TRUE AND actor = 'auditor' "
    "AND timestamp > now() - INTERVAL 30 DAY",
}
NO_INDEXES = "SET index_scan_max_count = 0; SET index_scan_percentage = 0"
DEFAULTS = "RESET index_scan_max_count; RESET index_scan_percentage"
# The design that keeps foreign keys in the bodies of triggers, to compare with.
GUARDS = """
CREATE TABLE guard (message VARCHAR);
CREATE TRIGGER guard_child AFTER INSERT ON sync_executions REFERENCING NEW TABLE AS n FOR EACH STATEMENT
INSERT INTO guard SELECT error('orphan ' || n.sync_id) FROM n
WHERE NOT EXISTS (SELECT 1 FROM agent_synchronizations AS s WHERE s.sync_id = n.sync_id);
CREATE TRIGGER guard_parent AFTER DELETE ON agent_synchronizations REFERENCING OLD TABLE AS o FOR EACH STATEMENT
INSERT INTO guard SELECT error('referenced ' || o.sync_id) FROM o
WHERE EXISTS (SELECT 1 FROM sync_executions AS e WHERE e.sync_id = o.sync_id);
CREATE TRIGGER guard_key AFTER UPDATE ON agent_synchronizations REFERENCING OLD TABLE AS o NEW TABLE AS n
FOR EACH STATEMENT INSERT INTO guard SELECT error('changed ' || o.sync_id) FROM o
WHERE o.sync_id NOT IN (SELECT n.sync_id FROM n);
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """A query of the seed with its target."""

    name: str
    target_ms: float
    parameters: dict[str, str]


OPERATIONS = (
    Operation("sync_by_id", 1, {"sync_id": "sync-5000"}),
    Operation("agent_syncs", 5, {"agent_id": "agent-7"}),
    Operation("phi_access_report", 50, {"days": "30"}),
    Operation("slowest_syncs", 200, {"rows": "10"}),
    Operation("sync_performance", 200, {}),
    Operation("success_rate", 200, {}),
    Operation("syncs_in_progress", 100, {"agent_id": "agent-0"}),
    Operation("execution_history", 100, {"sync_id": "sync-5000"}),
    Operation("phi_access_consents", 100, {"days": "30"}),
    Operation("failed_operations", 100, {"rows": "20"}),
    Operation("failures", 100, {}),
    Operation("file_audit_trail", 100, {"file_path": "file-77"}),
    Operation("synchronized_checksum", 100, {"source_location": "source-77"}),
    Operation("busiest_syncs", 100, {"rows": "10"}),
)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def query(name: str) -> str:
    return text(QUERIES / f"{name}.sql")


def steps(last: int = 9999) -> list[str]:
    """Every statement of the steps up to a number."""
    found = []
    with contextlib.closing(duckdb.connect()) as connection:
        for step in sorted(STEPS.glob("[0-9]*.sql")):
            if not step.name.endswith(".rollback.sql") and int(step.name[:4]) <= last:
                found += [statement.query.strip() for statement in connection.extract_statements(text(step))]
    return found


def code(statement: str) -> str:
    """A statement without its comments, on one line."""
    return " ".join(re.sub(r"--[^\n]*", "", statement).split())


@contextlib.contextmanager
def database(folder: Path, statements: Iterable[str], parameters: dict[str, int] | None = None) -> Iterator[Connection]:
    """A new database on which statements were run, closed and opened again, and removed in the end."""
    file = Path(tempfile.mkdtemp(dir=folder)) / "agentdb.duckdb"
    with contextlib.closing(duckdb.connect(file)) as connection:
        for statement in statements:
            wanted = {name: value for name, value in (parameters or {}).items() if f"${name}" in statement}
            connection.execute(statement, wanted or None)
    with contextlib.closing(duckdb.connect(file)) as connection:
        yield connection
    for part in file.parent.iterdir():
        part.unlink()


def median_ms(connection: Connection, run: Run, repeat: int) -> float:
    times: list[float] = []
    run(connection)  # once for the caches
    while len(times) < repeat and (len(times) < 3 or sum(times) < 10_000):
        start = time.perf_counter()
        run(connection)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def once_ms(connection: Connection, run: Run) -> float:
    start = time.perf_counter()
    run(connection)
    return (time.perf_counter() - start) * 1000


def fetches(sql: str, parameters: dict[str, str] | None = None) -> Run:
    return lambda connection: connection.execute(sql, parameters or None).fetchall()


def inserts(sql: str, prefix: str, *rest: str) -> Run:
    """Insert one row under a new key with each run."""
    serial = itertools.count()
    return lambda connection: connection.execute(sql, [f"{prefix}{next(serial)}", *rest])


def shown(value: float, target: float | None = None) -> str:
    number = f"{value:.2f}" if value < 10 else f"{value:,.0f}"
    return f"{number} ms" + (" **missed**" if target and value >= target else "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def plan(connection: Connection, sql: str) -> str:
    """How the first table of a query is read."""
    found = re.search(r"(Index Scan|Sequential Scan)", str(connection.execute(f"EXPLAIN ANALYZE {sql}").fetchone()))
    return "nothing read" if found is None else found[1].lower()


def targets(folder: Path, sizes: Sequence[int], repeat: int) -> None:
    """Table 6.3 of the seed, and the use of each index."""
    answers: dict[int, dict[str, tuple[float, float]]] = {}
    for size in sizes:
        with database(folder, [*steps(), SYNCS, EXECUTIONS, EVENTS], {"syncs": size}) as connection:
            answers[size] = {}
            for operation in OPERATIONS:
                asked, values = query(operation.name), operation.parameters
                fetched = median_ms(connection, fetches(asked, values), repeat)
                kept = "CREATE OR REPLACE TEMPORARY TABLE answer AS " + code(asked)
                answers[size][operation.name] = fetched, median_ms(connection, fetches(kept, values), repeat)
            uses = []
            for index, made_for in INDEXES.items():
                connection.execute(DEFAULTS)
                rows = connection.execute(f"SELECT count(*) {made_for}").fetchall()[0][0]
                # Every column is read, and nothing is handed over to Python.
                sql = f"SELECT count(hash(q)) FROM (SELECT * {made_for}) AS q"
                kind = plan(connection, sql)
                usual = median_ms(connection, fetches(sql), repeat)
                connection.execute(NO_INDEXES)
                without = median_ms(connection, fetches(sql), repeat)
                uses.append([f"{index}: {made_for[5:]}", f"{rows:,}", kind, shown(usual), shown(without)])
        print(f"\n**Index use at {size:,} synchronizations**, without handing rows over to Python\n")
        print(table(["index and a query made for it", "rows", "plan", "as DuckDB plans", "without indexes"], uses))
    print("\n**The seed's targets**: rows fetched into Python, and kept by DuckDB in a temporary table instead\n")
    lines = []
    for operation in OPERATIONS:
        cells = []
        for size in sizes:
            fetched, kept_ms = answers[size][operation.name]
            cells += [shown(fetched, operation.target_ms), shown(kept_ms, operation.target_ms)]
        lines.append([operation.name, f"< {operation.target_ms:g} ms", *cells])
    heads = [part for size in sizes for part in (f"{size:,} synchronizations", "in DuckDB")]
    print(table(["query", "target", *heads], lines))


def designs() -> dict[str, list[str]]:
    """Four ways to keep executions from being orphans, made from the steps."""
    ours = steps(3)
    no_keys = [s for s in ours if "TRIGGER" not in code(s)[:20] and not re.match(r"CREATE TABLE \w+_keys ", code(s))]
    bare = [re.sub(r"CONSTRAINT sync_executions_sync_id_fkey [^\n]*\n", "", s) for s in no_keys]
    declared = [
        s.replace("REFERENCES agent_synchronization_keys", "REFERENCES agent_synchronizations")
        for s in no_keys
        if not re.match(r"CREATE INDEX \w+ ON agent_synchronizations \(.*status\)", code(s))
    ]
    return {
        "no referential integrity": bare,
        "declared key, no index on status": declared,
        "guards in triggers": [*bare, GUARDS],
        "copies of keys (these steps)": ours,
    }


def integrity(folder: Path, sizes: Sequence[int], repeat: int) -> None:
    """What referential integrity costs."""
    for size in sizes:
        lines = []
        for name, statements in designs().items():
            with database(folder, [*statements, SYNCS], {"syncs": size}) as connection:
                connection.execute("BEGIN")
                in_transaction = median_ms(connection, inserts(EXECUTION, "transaction-", "sync-77"), repeat)
                connection.execute("COMMIT")
                times = [
                    median_ms(connection, inserts(SYNC, "new-"), repeat),
                    median_ms(connection, inserts(EXECUTION, "new-", "sync-77"), repeat),
                    in_transaction,
                    once_ms(connection, fetches(MANY_EXECUTIONS)),
                    median_ms(connection, inserts(STATUS, "new-"), repeat),
                    median_ms(connection, inserts(DELETION, "new-"), repeat),
                ]
                lines.append([name, *map(shown, times)])
        print(f"\n**Referential integrity at {size:,} synchronizations**\n")
        head = ["design", "insert a synchronization", "insert an execution", "the same in a transaction"]
        print(table([*head, "100,000 executions at once", "change a status", "delete a synchronization"], lines))


def seal_one_by_one(connection: Connection, folder: Path, events: str, size: int) -> None:
    """Insert events and seal each in a block of its own, as single inserts would have done."""
    made = [s for s in steps() if re.match("CREATE TRIGGER sync_audit_(trail_seal|seals_block) ", code(s))]
    for trigger, on in (("trail_seal", "trail"), ("seals_block", "seals")):
        connection.execute(f"DROP TRIGGER sync_audit_{trigger} ON sync_audit_{on}")
    connection.execute(events, {"syncs": size // 2})
    body = next(code(s)[code(s).index("INSERT INTO") :] for s in made if "nextval" in s)
    body = body.replace("(SELECT nextval('sync_audit_block_number'))", "nextval('sync_audit_block_number')")
    connection.execute(body.replace("FROM n;", "FROM sync_audit_trail AS n"))
    file = folder / "blocks.csv"
    began = 1_767_225_600_000_000
    covers: list[int] = []
    before = ""
    asked = "SELECT block_number, event_hash FROM sync_audit_seals ORDER BY block_number"
    with file.open("w", encoding="utf-8") as out:
        out.write("number|sealed|events|covers|hash\n")
        for number, event_hash in connection.execute(asked).fetchall():
            sealed = [number, began + number, 1, hashlib.sha256(event_hash.encode()).hexdigest(), covers, before]
            before = hashlib.sha256(json.dumps(sealed, separators=(",", ":")).encode()).hexdigest()
            out.write(f"{number}|{began + number}|1|{covers}|{before}\n")
            covers = [number]
    connection.execute(
        "INSERT INTO sync_audit_blocks SELECT number, make_timestamptz(sealed), events, covers::BIGINT[], hash "
        "FROM read_csv(?, delim = '|', types = {'covers': 'VARCHAR'})",
        [str(file)],
    )
    file.unlink()
    for statement in made:
        connection.execute(statement)


def seals(folder: Path, sizes: Sequence[int], repeat: int) -> None:
    """What tamper evidence costs."""
    check, head, proof = text(CHECKS / "audit_seals.sql"), query("audit_head"), query("audit_head_proof")
    lines = []
    for size in sizes:
        events = EVENTS.replace("'exec-' || i", "NULL")
        for name, last in (("without seals", 5), ("sealed, one block", 9999), ("sealed, a block for each", 9999)):
            single_blocks = name.endswith("each")
            with database(folder, [*steps(last), SYNCS], {"syncs": size // 2}) as connection:
                start = time.perf_counter()
                if single_blocks:
                    seal_one_by_one(connection, folder, events, size)
                else:
                    connection.execute(events, {"syncs": size // 2})
                built = "-" if single_blocks else shown((time.perf_counter() - start) * 1000)
                connection.execute("CHECKPOINT")
                used = connection.execute("SELECT used_blocks * block_size FROM pragma_database_size()").fetchall()
                cells = [name, f"{size:,}", built, f"{used[0][0] / 1e6:,.0f} MB"]
                cells.append(shown(median_ms(connection, inserts(EVENT, "new-", "sync-77"), repeat)))
                connection.execute("BEGIN")
                cells.append(shown(median_ms(connection, inserts(EVENT, "more-", "sync-77"), repeat)))
                connection.execute("COMMIT")
                if last > 5:
                    assert connection.execute(check).fetchall() == []
                    cells.append(shown(median_ms(connection, fetches(check), 5)))
                    cells.append(shown(median_ms(connection, fetches(head), 5)))
                    given = {"head": str(connection.execute(head).fetchall()[0][2])}
                    cells.append(shown(median_ms(connection, fetches(proof, given), 5)))
                else:
                    cells += ["-", "-", "-"]
                lines.append(cells)
    print("\n**Tamper evidence**\n")
    columns = ["trail", "events", "inserted at once", "size", "insert one event", "the same in a transaction"]
    print(table([*columns, "check audit_seals", "audit_head", "audit_head_proof"], lines))


PARTS = {"targets": targets, "integrity": integrity, "seals": seals}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--syncs", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N")
    parser.add_argument("--repeat", type=int, default=51, metavar="N", help="runs of which the median is taken")
    parser.add_argument("--directory", type=Path, help="where the databases go while they are needed")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="measure these parts")
    options = parser.parse_args(arguments)
    print(f"DuckDB {duckdb.__version__}, Python {platform.python_version()}, {os.cpu_count()} CPUs.")
    for part in options.only:
        print(f"measuring {part}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=options.directory) as folder:
            PARTS[part](Path(folder), options.syncs, options.repeat)


if __name__ == "__main__":
    main()
