"""What a run that asks for a drill refuses: every step that the certificate does not cover exactly as it would run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from runner import examine
from runner.certificate import Certificate, Covered
from runner.engines import Session
from runner.errors import DrillError, Location, some
from runner.project import Step
from runner.verdict import Verdict

# What a drill may have found of a step for it to be applied. The others are no proof of anything.
ALLOWABLE: tuple[Verdict, ...] = ("lossless", "lossy", "irreversible")
ALLOWED: frozenset[Verdict] = frozenset({"lossless", "lossy"})


@dataclass(frozen=True, slots=True)
class Gate:
    """A certificate and how much it is to count for. max_age_days: None for any age. allowed: the verdicts that may
    pass. now: with its zone."""

    certificate: Certificate
    max_age_days: float | None
    allowed: Collection[Verdict]
    now: datetime

    def foresee(self, session: Session, steps: Sequence[Step], *, schema: bool) -> None:
        """Look at all steps of a run before its first one. schema: also whether the first could begin here and now.

        Raises DrillError for the first that check() would refuse, as far as that can be known before anything runs.
        """
        try:
            for step in steps:
                self._covered(session, step)
            for below, step in pairwise(steps):
                self._refuse_gap(below, step)
            if schema and steps:
                self.check(session, steps[0], first=True)
        except DrillError as error:
            error.kept = "nothing was run"
            raise

    def guard(self) -> Callable[[Session, Step], None]:
        """What climb.up() asks before each step of one run."""
        first = ""

        def allow(session: Session, step: Step) -> None:
            nonlocal first
            first = first or step.id
            self.check(session, step, first=step.id == first)

        return allow

    def check(self, session: Session, step: Step, *, first: bool) -> None:
        """Whether the step may run on the schema as it is; to be asked within the step's transaction, before it runs.

        first: whether it is the first of its run. Raises DrillError with the one reason why not.
        """
        covered = self._covered(session, step)
        found = examine.fingerprint(examine.objects(session))
        if found == covered.before:
            return
        if first:
            raise self._refusal(
                f"{step.id}: the schema here is not the one that it was drilled on",
                *_two("drilled on", covered.before, "found", found),
                hint="drill again, on a copy of this database as it is now",
            )
        raise self._refusal(
            f"{step.id}: the schema is no longer the one that it was drilled on",
            *_two("drilled on", covered.before, "found", found),
            hint="somebody changed it while the steps ran, or a step made something else here than in the drill: find "
            "out which, then drill again on a copy of this database",
        )

    def _covered(self, session: Session, step: Step) -> Covered:
        """What the certificate says of a step. Raises DrillError unless that lets the step through."""
        drilled = self.certificate
        if drilled.family != step.family:
            raise self._refusal(f"this is a certificate of {drilled.family}, and {step.id} is of {step.family}")
        if (drilled.engine, _major(drilled.engine_version)) != (session.engine, _major(session.version)):
            raise self._refusal(
                f"the drill ran on {drilled.engine_name} {drilled.engine_version}, and this is {session.name} "
                f"{session.version}",
                hint=f"drill again with {session.name} {_major(session.version)}",
            )
        self._refuse_age()
        covered = drilled.steps.get(step.id)
        if covered is None:
            raise self._refusal(f"{step.id} is not in the drill", hint="drill again, with this step")
        self._refuse_edit(step, covered)
        if covered.verdict not in self.allowed:
            raise self._verdict_refusal(covered)
        if covered.findings:
            raise self._refusal(
                f"the drill found of {step.id} what it does not declare",
                *covered.findings,
                hint="correct the step, or declare it in its header; then drill again",
            )
        if covered.failed:
            raise self._refusal(
                f"{step.id} did not survive a kill in the drill",
                *covered.failed,
                hint="correct the step, then drill again",
            )
        return covered

    def _refuse_age(self) -> None:
        if self.max_age_days is None:
            return
        age = self.now - self.certificate.made_at
        when = f"{self.certificate.made_at:%Y-%m-%d %H:%M} UTC"
        if age > timedelta(days=self.max_age_days):
            raise self._refusal(
                f"the drill of {when} is {age / timedelta(days=1):.3g} days old, and --max-age is {self.max_age_days:g}"
            )
        if age < timedelta(hours=-1):
            raise self._refusal(
                f"the drill is of {when}, which is yet to come", hint="set the clocks, then drill again"
            )

    def _refuse_edit(self, step: Step, covered: Covered) -> None:
        pairs = (
            (step.forward.path, step.forward, covered.forward_checksum),
            (step.forward.path.removesuffix(".sql") + ".rollback.sql", step.rollback, covered.rollback_checksum),
            (step.verify.path, step.verify, covered.verify_checksum),
        )
        for path, file, drilled in pairs:
            now = file.checksum if file else None
            if now != drilled:
                raise DrillError(
                    f"{step.id} was edited after it was drilled on {self.certificate.made_at:%Y-%m-%d %H:%M} UTC",
                    at=Location(path),
                    detail=_two("drilled", drilled or "no file", "now", now or "no file"),
                    hint=f"drill it as it is now: {self._command}; or restore the file as it was drilled",
                )

    def _refuse_gap(self, below: Step, step: Step) -> None:
        """Refuse a step that was drilled on another schema than the step below it leaves behind."""
        steps = self.certificate.steps
        if steps[below.id].after in {"", steps[step.id].before}:
            return
        names = list(steps)
        between = names[names.index(below.id) + 1 : names.index(step.id)]
        raise self._refusal(
            f"{step.id} was not drilled on the schema that {below.id} leaves",
            *([f"between them the drill climbed: {', '.join(between)}"] if between else []),
            hint="drill again, where the same steps are skipped as here" if between else "drill again",
        )

    def _verdict_refusal(self, covered: Covered) -> DrillError:
        reason = f": {covered.reason}" if covered.reason else ""
        message = f"the verdict on {covered.id} is {covered.verdict}{reason}"
        if covered.verdict in ALLOWABLE:
            allowed = ",".join(verdict for verdict in ALLOWABLE if verdict in {*self.allowed, covered.verdict})
            return self._refusal(
                message, hint=f"--allow {allowed} lets it through; have a backup first that you have restored before"
            )
        what = {"broken": "correct its rollback", "skipped": "meet what it requires where you drill"}
        hint = f"{what.get(covered.verdict, 'correct what kept the drill from it')}, then drill again"
        return self._refusal(message, *covered.findings, *covered.difference, *covered.failed, hint=hint)

    def _refusal(self, message: str, *detail: str, hint: str = "drill again") -> DrillError:
        again = f": {self._command}" if "drill again" in hint else ""
        return DrillError(message, at=Location(self.certificate.file), detail=some(detail), hint=f"{hint}{again}")

    @property
    def _command(self) -> str:
        return f"`rung drill {self.certificate.family} --url URL --certificate {self.certificate.file}`"


def _major(version: str) -> str:
    return re.split(r"\D", version, maxsplit=1)[0]


def _two(name: str, value: str, other: str, value_of_other: str) -> tuple[str, str]:
    width = max(len(name), len(other)) + 1
    return f"{name + ':':<{width}} {value}", f"{other + ':':<{width}} {value_of_other}"
