"""The certificate of a drill: what it proved, as a file that `rung up --require-drill` holds against a database.

One JSON document, described field by field in the README (The certificate).
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from runner import document, signature
from runner.errors import DrillError, Location, UsageError, json_safe, printable
from runner.signature import Signature
from runner.verdict import Drill, Drilled, Passage, Verdict

KIND = "rung drill certificate"
FORMAT = 1
_UNSIGNED = Signature("", "")
_LONGEST_LINE = 1000
_HASH = re.compile("(sha256:[0-9a-f]{64})?")
_PASSAGE = {"took_ms": float, "verify_ms": float, "window_ms": float}
# What a reader asks of a certificate. Fields that are not here may be anything; the digest covers them all the same.
_SHAPE = {
    "rung": str,
    "made_at": str,
    "by": {"username": str, "hostname": str, "run_id": str},
    "family": str,
    "engine": str,
    "engine_name": str,
    "engine_version": str,
    "place": str,
    "schema": str,
    "took_ms": float,
    "copy": {"took_ms": float, "bytes": int, "rows": int},
    "proven": bool,
    "notes": [str],
    "steps": [
        {
            "id": str,
            "verdict": re.compile("|".join(get_args(Verdict))),
            "proven": bool,
            "basis": str,
            "reason": str,
            "checksums": {"forward": _HASH, "rollback": (_HASH, None), "verify": _HASH},
            "before": _HASH,
            "after": _HASH,
            "up": (_PASSAGE, None),
            "down": (_PASSAGE, None),
            "window_ms": float,
            "losses": [{"table": str, "column": str, "count": int, "whole": bool, "declared": bool}],
            "findings": [str],
            "difference": [str],
            "crashes": {"tried": int, "failed": [str]},
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Covered:
    """What a certificate says of one step; fields as in verdict.Drilled. failed: the kills that it did not survive."""

    id: str
    verdict: Verdict
    reason: str
    before: str
    after: str
    forward_checksum: str
    rollback_checksum: str | None
    verify_checksum: str
    findings: tuple[str, ...]
    difference: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was read. file: as it was named. made_at: when the drill began, UTC. steps: by id, in
    climbing order.

    signed: by which key and by whom; empty where there is no signature, or where nobody asked whose the key is.
    """

    file: str
    digest: str
    made_at: datetime
    username: str
    hostname: str
    family: str
    engine: str
    engine_name: str
    engine_version: str
    steps: dict[str, Covered]
    signed: Signature


def write(drill: Drill, path: Path) -> None:
    """Write the certificate of a drill, whole or not at all. Raises UsageError when it cannot be written."""
    content = _content(drill)
    # Read by people too, on terminals.
    text = json_safe(json.dumps({**content, "digest": document.digest(content)}, indent=2, ensure_ascii=False))
    # Half a surrogate pair, as a name that is not UTF-8 leaves it, becomes the escape that JSON has for it too.
    document.write(path, text.encode("utf-8", "backslashreplace") + b"\n")


def sign(path: Path, key: Path, *, ask: bool = False) -> Path:
    """Sign a certificate with ssh-keygen; the path of the signature, which is beside it (FILE.sig).

    key, ask: see signature.sign(). Raises UsageError for what is no certificate, and when it cannot be signed.
    """
    raw = document.read(path)
    _parse(raw, str(path), _UNSIGNED)
    beside = _beside(path)
    document.write(beside, signature.sign(raw, key, ask=ask))
    return beside


def read(path: Path, allowed_signers: Path | None = None) -> Certificate:
    """Read a certificate. Each file is read once: what was checked is what is parsed.

    A signature beside it (FILE.sig) must fit. allowed_signers: a file of ssh-keygen's that says whose signatures
    count; then it must be signed by one of them.
    Raises UsageError for a file that is missing, is no certificate or was changed since it was written; DrillError
    for a signature that is missing, does not fit or is somebody else's.
    """
    raw, beside = document.read(path), _beside(path)
    allowed = document.read(allowed_signers) if allowed_signers else None
    signed = _UNSIGNED
    if os.path.lexists(beside):
        signed = signature.check(raw, document.read(beside), allowed, Location(str(beside)))
    elif allowed_signers:
        raise DrillError(
            "the certificate is not signed",
            at=Location(str(path)),
            kept="nothing was run",
            hint=f"its signature is expected beside it, in {beside}",
        )
    return _parse(raw, str(path), signed)


def _content(drill: Drill) -> dict[str, Any]:
    return {
        "kind": KIND,
        "format": FORMAT,
        "rung": drill.rung_version,
        "made_at": drill.began_utc,
        "by": {"username": drill.username, "hostname": drill.hostname, "run_id": drill.run_id},
        "family": drill.family,
        "engine": drill.engine,
        "engine_name": drill.engine_name,
        "engine_version": drill.engine_version,
        "place": drill.place,
        "schema": drill.schema,
        "took_ms": round(drill.took_ms, 3),
        "copy": {"took_ms": round(drill.copy_ms, 3), "bytes": drill.copy_bytes, "rows": drill.rows},
        "proven": drill.proven,
        "notes": drill.notes,
        "steps": [_step(step) for step in drill.steps],
    }


def _step(step: Drilled) -> dict[str, Any]:
    return {
        "id": step.id,
        "verdict": step.verdict,
        "proven": step.proven,
        "basis": step.basis,
        "reason": step.reason,
        "checksums": {
            "forward": step.forward_checksum,
            "rollback": step.rollback_checksum,
            "verify": step.verify_checksum,
        },
        "before": step.before,
        "after": step.after,
        "up": _passage(step.up),
        "down": _passage(step.down),
        "window_ms": round(step.window_ms, 3),
        "losses": [asdict(loss) for loss in step.losses],
        "findings": [str(finding) for finding in step.findings],
        "difference": step.difference,
        "crashes": {
            "tried": len(step.crashes),
            "failed": [
                f"{crash.operation}, killed before statement {crash.statement}: {crash.problem}"
                for crash in step.crashes
                if crash.problem
            ],
        },
    }


def _passage(passage: Passage | None) -> dict[str, float] | None:
    if passage is None:
        return None
    times = {"took_ms": passage.step_ms, "verify_ms": passage.verify_ms, "window_ms": passage.window_ms}
    return {name: round(value, 3) for name, value in times.items()}


def _parse(raw: bytes, file: str, signed: Signature) -> Certificate:
    at = Location(file)
    content, digest = document.load(raw, at)
    version = content.get("format")
    if content.get("kind") != KIND or type(version) is not int:
        hint = "`rung drill FAMILY --certificate FILE` writes one"
        raise UsageError("the file is no certificate of a drill", at=at, hint=hint)
    if version != FORMAT:
        problem = f"the certificate is of format {printable(str(version), 20)}, and this rung knows format {FORMAT}"
        raise UsageError(problem, at=at, hint="use the rung that wrote it, or drill again with this one")
    problem = "its digest does not fit" if content.get("digest") != digest else ""
    if problem := problem or document.misfit(content, _SHAPE) or _wrong(content):
        raise UsageError(
            f"the certificate is not as rung wrote it: {problem}",
            at=at,
            hint="take the file as `rung drill` wrote it, or drill again",
        )
    return Certificate(
        file=file,
        digest=digest,
        made_at=datetime.fromisoformat(content["made_at"]).astimezone(UTC),
        username=printable(content["by"]["username"]),
        hostname=printable(content["by"]["hostname"]),
        family=printable(content["family"]),
        engine=printable(content["engine"]),
        engine_name=printable(content["engine_name"]),
        engine_version=printable(content["engine_version"]),
        steps={step["id"]: _covered(step) for step in content["steps"]},
        signed=signed,
    )


def _wrong(content: dict[str, Any]) -> str:
    """What is wrong although every field has its shape, in words."""
    names = [step["id"] for step in content["steps"]]
    if len(set(names)) < len(names):
        return "a step comes twice"
    try:
        made_at = datetime.fromisoformat(content["made_at"])
        made_at.astimezone(UTC)
    except (ValueError, OverflowError):
        return "made_at is no time"
    return "" if made_at.tzinfo else "made_at has no zone"


def _covered(step: dict[str, Any]) -> Covered:
    lines = {
        "findings": step["findings"],
        "difference": step["difference"],
        "failed": step["crashes"]["failed"],
    }
    return Covered(
        id=step["id"],
        verdict=step["verdict"],
        reason=printable(step["reason"], _LONGEST_LINE),
        before=step["before"],
        after=step["after"],
        forward_checksum=step["checksums"]["forward"],
        rollback_checksum=step["checksums"]["rollback"],
        verify_checksum=step["checksums"]["verify"],
        **{name: tuple(printable(line, _LONGEST_LINE) for line in some) for name, some in lines.items()},
    )


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sig")
