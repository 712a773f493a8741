"""JUnit XML, the form in which CI servers take results: suites of cases, valid for Jenkins' junit-10.xsd."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a case did not simply pass.

    kind: failure (the honest answer is no), error (there is no answer) or skipped. type: a word to filter by.
    message: one line. text: everything else that there is to say.
    """

    kind: Literal["failure", "error", "skipped"]
    type: str
    message: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was tried. classname: dotted, its place in the CI server's tree. outcome: None for a pass.

    system_out: what is worth knowing about a case that passed, too.
    """

    name: str
    classname: str
    seconds: float
    outcome: Outcome | None = None
    system_out: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases that ran together. timestamp: when they began, ISO 8601. properties: names with values."""

    name: str
    timestamp: str
    cases: tuple[Case, ...]
    properties: tuple[tuple[str, str], ...] = ()
    hostname: str = ""


def render(suites: Sequence[Suite]) -> str:
    """The suites as a document, to be written as UTF-8.

    A character that XML 1.0 cannot hold, such as ESC or half a surrogate pair, appears as its escape: ``\\x1b``.
    """
    root = ElementTree.Element("testsuites", _totals([case for suite in suites for case in suite.cases]))
    # The schema counts what was skipped in a suite, and not in the whole.
    del root.attrib["skipped"]
    for suite in suites:
        _suite(root, suite)
    ElementTree.indent(root)
    document = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document}\n'


def _suite(root: ElementTree.Element, suite: Suite) -> None:
    place = {"timestamp": _held(suite.timestamp), "hostname": _held(suite.hostname)}
    element = ElementTree.SubElement(root, "testsuite", {"name": _held(suite.name), **_totals(suite.cases), **place})
    properties = ElementTree.SubElement(element, "properties")
    for name, value in suite.properties:
        ElementTree.SubElement(properties, "property", {"name": _held(name), "value": _held(value)})
    for case in suite.cases:
        names = {"classname": _held(case.classname), "name": _held(case.name), "time": f"{case.seconds:.6f}"}
        inner = ElementTree.SubElement(element, "testcase", names)
        if case.outcome:
            said = {"type": _held(case.outcome.type), "message": _held(case.outcome.message)}
            ElementTree.SubElement(inner, case.outcome.kind, said).text = _held(case.outcome.text) or None
        if case.system_out:
            ElementTree.SubElement(inner, "system-out").text = _held(case.system_out)


def _totals(cases: Sequence[Case]) -> dict[str, str]:
    # Of the totals the schema takes no more than three decimals.
    kinds = [case.outcome.kind for case in cases if case.outcome]
    return {
        "tests": str(len(cases)),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _held(text: str) -> str:
    return _NOT_XML.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
