"""The report of a run for the agent that goes on from there, in the shape that seed 003 asks for (8. Deliverable
Output). Everything in it is what happened: the catalog before and after, the steps, the checks that ran."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from runner import __version__
from runner.climb import Progress
from runner.errors import RungError, counted
from runner.examine import Finding, Object
from runner.plan import Plan
from runner.report import existing, plural
from runner.target import Target

Status = Literal["SUCCESS", "PARTIAL", "FAILURE"]


def report(
    target: Target,
    existed: bool,
    before: Sequence[Object],
    after: Sequence[Object],
    now: Plan,
    taken: Sequence[Progress],
    findings: Sequence[Finding],
    error: RungError | None,
) -> dict[str, object]:
    """The report as an object for JSON.

    existed: whether the database was there. before, after: its catalog. taken: the steps that were done, in order.
    findings: of the checks, where they ran. error: what ended the run early. Durations in ms, times in UTC.
    """
    applied = {rung.id for rung in now.applied}
    # A step that went up in one transaction with one that failed is not there.
    taken = [event for event in taken if event.step in applied]
    status: Status = "SUCCESS" if error is None else "PARTIAL" if taken else "FAILURE"
    place = str(Path(target.path).absolute()) if target.path else target.shown
    known = {(item.kind, item.name): item.definition for item in before}
    made = [item for item in after if (item.kind, item.name) not in known]
    kinds = ("table", "index", "view", "trigger", "function", "type", "sequence")
    created = {f"{plural(kind)}_created": [item.name for item in made if item.kind == kind] for kind in kinds}
    altered = [item.name for item in after if known.get((item.kind, item.name), item.definition) != item.definition]
    holds = error is None and all(finding.holds for finding in findings)
    verified = [f"{event.step}: verified" for event in taken]
    checked = [f"{Path(finding.file).stem}: {_outcome(finding)}" for finding in findings]
    times = [(event.timing.step_ms, event.timing.verify_ms) for event in taken]
    what = f"{counted(len(taken), 'step')} applied and verified"
    counts = {kind: sum(item.kind == kind for item in made) for kind in kinds}
    sizes = existing({kind: number for kind, number in counts.items() if number})
    return {
        "execution_status": {
            "status": status,
            "completion": f"{len(now.applied)} of {counted(len(now.rungs), 'step')} applied",
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "agent_name": f"rung {__version__}",
        },
        "deliverables": {
            "files_created": [place] if not existed and target.path and after else [],
            "files_modified": [place] if existed and target.path and taken else [],
            **created,
            "objects_altered": altered,
            "objects_dropped": sorted(name for kind, name in known.keys() - {(item.kind, item.name) for item in after}),
            "validation_results": verified + checked,
        },
        "orchestration_context": {
            "next_recommended_action": error.hint if error else f"rung verify {now.family}",
            "dependencies_resolved": [event.step for event in taken],
            "blockers_encountered": [error.message] if error else [],
            "context_for_next_agent": {
                "database_path": place,
                "schema_complete": now.is_at_head,
                "at": now.applied[-1].id if now.applied else None,
            },
        },
        "quality_metrics": {
            "success_criteria_met": verified
            + [line for line, finding in zip(checked, findings, strict=True) if finding.holds],
            "validation_results": "pass" if holds else "fail",
            "steps_ms": round(sum(step for step, _ in times), 3),
            "verification_ms": round(sum(verification for _, verification in times), 3),
        },
        "human_readable_summary": f"{what} on {place}; made: {sizes}"
        + (f"; then: {error.message}" if error else "")
        + ".",
    }


def _outcome(finding: Finding) -> str:
    if finding.error:
        return finding.error.message
    return counted(len(finding.violations), "violation") if finding.violations else "ok, 0 violations"
