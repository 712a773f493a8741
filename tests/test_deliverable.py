"""The report of a run in the shape of seed 003, section 8: every word of it is what happened."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import Rung, Tree, write


def test_the_shape_is_the_seeds(rung: Rung, url: str, database: Path) -> None:
    report = rung("up", "ggen", "--url", url, "--json", "--check").json["report"]
    assert report.keys() == {
        *("execution_status", "deliverables", "orchestration_context", "quality_metrics", "human_readable_summary"),
    }
    status = report["execution_status"]
    assert (status["status"], status["completion"]) == ("SUCCESS", "8 of 8 steps applied")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", status["timestamp"])
    made = report["deliverables"]
    assert made["files_created"] == [str(database)] and made["files_modified"] == []
    assert len(made["tables_created"]) == 7 and len(made["indexes_created"]) == 24
    assert "integrity: ok, 0 violations" in made["validation_results"]
    assert "foreign_keys: ok, 0 violations" in made["validation_results"]
    assert "0008.ggen-analytics-views: verified" in made["validation_results"]
    context = report["orchestration_context"]["context_for_next_agent"]
    assert context == {"database_path": str(database), "schema_complete": True, "at": "0008.ggen-analytics-views"}
    metrics = report["quality_metrics"]
    assert metrics["validation_results"] == "pass" and metrics["steps_ms"] > 0 and metrics["verification_ms"] > 0
    assert report["human_readable_summary"].startswith("8 steps applied and verified on ")
    assert "made: 7 tables, 24 indexes, 3 views, 1 trigger." in report["human_readable_summary"]


def test_a_second_run_made_nothing(rung: Rung, url: str) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    report = rung("up", "ggen", "--url", url, "--json").json["report"]
    made = report["deliverables"]
    assert not any(made[key] for key in made), made
    assert report["execution_status"]["status"] == "SUCCESS"


def test_a_failure_in_the_middle_is_partial_and_one_transaction_is_none(
    rung: Rung, tree: Tree, url: str, tmp_path: Path
) -> None:
    root = tree("syntax-error")
    report = rung("up", "shop", "--project", root, "--url", url, "--json").json["report"]
    assert report["execution_status"]["status"] == "PARTIAL"
    assert report["execution_status"]["completion"] == "2 of 3 steps applied"
    assert report["deliverables"]["tables_created"] == ["customers", "orders"]
    assert report["orchestration_context"]["blockers_encountered"] == ['SQLite says: near "IS": syntax error']
    assert report["quality_metrics"]["validation_results"] == "fail"
    other = f"sqlite:///{tmp_path / 'other.db'}"
    report = rung("up", "shop", "--project", root, "--url", other, "--json", "--one-transaction").json["report"]
    assert report["execution_status"]["status"] == "FAILURE"
    assert report["execution_status"]["completion"] == "0 of 3 steps applied"
    assert report["deliverables"]["tables_created"] == [] and report["deliverables"]["validation_results"] == []
    assert report["human_readable_summary"].startswith("0 steps applied and verified")


def test_a_check_that_fails_is_said_and_is_an_honest_no(rung: Rung, url: str, database: Path) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    write(
        database,
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO workflow_sessions (session_id, start_time, end_time, status, agent_count)"
        " VALUES ('s', '2026-01-02 00:00:00', '2026-01-01 00:00:00', 'completed', 1)",
    )
    result = rung("up", "ggen", "--url", url, "--json", "--check")
    assert result.code == 1 and result.json["ok"] is False
    report = result.json["report"]
    assert "session_times: 1 violation" in report["deliverables"]["validation_results"]
    assert report["quality_metrics"]["validation_results"] == "fail"
    assert report["execution_status"]["status"] == "SUCCESS", "the steps are applied; what they hold is another matter"
    assert "FAILS  check" in rung("up", "ggen", "--url", url, "--check").out
