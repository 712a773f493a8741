"""What was found as SARIF 2.1.0, the form that code scanning reads."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runner import __version__
from runner.errors import Location, printable
from runner.outcome import Notice, Outcome

_SENTENCE = 1000


def render(outcome: Outcome, family: str, elsewhere: str, reasons: Collection[str]) -> str:
    """A SARIF 2.1.0 log of one run. family: of what was judged, or empty. elsewhere: the file of what is about none, as
    code scanning refuses a result without a place. reasons: those that do not stand in the files which they are for.
    """
    told = outcome.told
    ids = list(dict.fromkeys(notice.rule for _, notice in told))
    times: Counter[str] = Counter()
    results = []
    for checked, notice in told:
        at = checked.place(notice) or Location(elsewhere)
        print_ = _fingerprint(at, notice)
        times[print_] += 1
        region = {"startLine": at.line or 1, "startColumn": at.column or 1}
        place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(at.file)}, "region": region}}
        if notice.subject:
            place["logicalLocations"] = [{"fullyQualifiedName": notice.subject}]
        result: dict[str, Any] = {
            "ruleId": notice.rule,
            "ruleIndex": ids.index(notice.rule),
            "level": notice.level,
            "message": {"text": _message("\n".join((notice.message, *notice.detail, *notice.next)))},
            "locations": [place],
            "partialFingerprints": {"rung/v1": f"{print_}:{times[print_]}"},
        }
        if notice.allowed:
            kind = "external" if notice.allowed in reasons else "inSource"
            result["suppressions"] = [{"kind": kind, "justification": notice.allowed}]
        results.append(result)
    # The family too: of two logs of one category the later stands. The last component, empty, is that of the run.
    category = "/".join(["rung", outcome.command, *filter(None, [family]), ""])
    began = datetime.fromisoformat(outcome.began_utc).astimezone(UTC)
    run = {
        "tool": {"driver": {"name": "rung", "version": __version__, "rules": [_rule(outcome, id) for id in ids]}},
        "automationDetails": {"id": category},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": outcome.answered, "startTimeUtc": f"{began:%Y-%m-%dT%H:%M:%S}Z"}],
        "results": results,
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    log = {"$schema": schema, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(outcome: Outcome, id: str) -> dict[str, Any]:
    tool, _, name = id.partition(".")
    pages = {
        "squawk": f"https://squawkhq.com/docs/{quote(name, safe='')}",
        "sqlfluff": "https://docs.sqlfluff.com/en/stable/reference/rules.html",
    }
    otherwise = f"A rule of {tool}: {name}." if tool in pages else f"What rung {outcome.command} calls {id}."
    text = {"text": printable(outcome.rules.get(id) or otherwise, _SENTENCE)}
    about = {"id": id, "shortDescription": text, "fullDescription": text, "help": text}
    return about | ({"helpUri": pages[tool]} if tool in pages else {})


def _uri(file: str) -> str:
    path = quote(Path(file).as_posix(), safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _message(text: str) -> str:
    """A text in which nothing is a placeholder or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return re.sub(r"\{(\d+)\}", r"{{\1}}", text).replace("](", "] (")


def _fingerprint(at: Location, notice: Notice) -> str:
    """Of what stays the same when lines move and numbers of rows change."""
    message = re.sub(r"\d+", "", notice.message)
    return hashlib.sha256("\0".join((notice.rule, at.file, notice.subject, message)).encode()).hexdigest()[:32]
