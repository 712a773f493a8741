"""What the tests of bad input are made of: pieces of bad input, and how many inputs a test tries."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from conftest import Result
from hypothesis import settings
from hypothesis import strategies as st

CANARY = "Hunter2Secret"
# What regular expressions, terminals and parsers care about.
SIGNS = [" ", "\t", "\n", "\r", "\r\n", "\0", "\x0b", "\x0c", "\x1b[31m", "\x1c", "\x7f", "\x85", "\u00a0", "\u202e"]
SIGNS += [
    "\u2028",
    "\u3000",
    "\ufeff",
    "é",
    "😀",
    "'",
    '"',
    "`",
    "$",
    "\\",
    "/",
    "..",
    ".",
    "-",
    "--",
    ";",
    ":",
    ",",
    "=",
]
SIGNS += [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "*",
    "%",
    "%00",
    "#",
    "?",
    "&",
    "@",
    "|",
    "<",
    ">",
    "~",
    "_",
    "A",
    "a",
    "0",
    "9",
]


def few(number: int) -> Callable[[Any], Any]:
    """So many inputs by default, and more with --soak (conftest has the profiles)."""
    return settings(max_examples=max(1, number * settings.default.max_examples // 100))


def joined(*pieces: str, most: int = 8) -> st.SearchStrategy[str]:
    """Some of the pieces in any order, joined."""
    return st.lists(st.sampled_from(pieces), max_size=most).map("".join)


def odd(*pieces: str, most: int = 8) -> st.SearchStrategy[str]:
    """The same with signs and any characters between."""
    other = st.sampled_from(SIGNS) | st.text(max_size=3)
    return st.lists(st.sampled_from(pieces) | other if pieces else other, max_size=most).map("".join)


def whole(result: Result, *codes: int) -> Result:
    """A result that is one of the documented answers: no fault of rung's own, and nothing that a terminal obeys."""
    told = result.out + result.err
    assert result.code in codes, told
    assert "fault in rung" not in told and "Traceback" not in told, told
    unseen = [char for char in told if char != "\n" and (ord(char) < 32 or 0x7F <= ord(char) <= 0x9F)]
    assert not unseen and not any(0xD800 <= ord(char) <= 0xDFFF for char in told), told
    lines = [line for line in result.err.splitlines() if line.startswith("rung: ")]
    assert len(lines) == 1 or (result.code in {0, 1} and not lines) or "usage: rung" in result.err, told
    return result


def mutated(content: Any) -> st.SearchStrategy[Any]:
    """JSON with one of its parts dropped, doubled, or of another kind."""
    return st.tuples(st.sampled_from(list(_places(content))), _VALUES).map(lambda change: _changed(content, *change))


_DROP = object()
_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.just(_DROP),
    st.none(),
    st.booleans(),
    st.sampled_from(
        [-1, 0, 2**63, 10**400, -0.0, 1e308, float("nan"), float("inf"), [], {}, [[]], [{}], "", "\0", "\x1b[2J"]
    ),
    st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-21", "sha256:", "lossless"]),
    odd(most=4),
    st.integers(),
    st.floats(),
    st.lists(st.integers(), max_size=2),
)


def _places(content: Any, place: tuple[Any, ...] = ()) -> Any:
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in parts:
        yield (*place, key)
        yield from _places(value, (*place, key))


def _changed(content: Any, place: tuple[Any, ...], value: Any) -> Any:
    found = json.loads(json.dumps(content))
    part = found
    for key in place[:-1]:
        part = part[key]
    if value is _DROP:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return found
