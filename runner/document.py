"""Files that are written whole or not at all, and JSON that is read without trust in whoever wrote it."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from runner.errors import Location, UsageError, printable
from runner.sqlfile import checksum

_MOST_BYTES = 16 * 1024 * 1024


def write(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all: a reader sees the old one or the new one, also after a power failure.

    Raises UsageError when it cannot be written, or when something else than a file has its name: a link is neither
    followed nor replaced (/dev/stdout is one).
    """
    # The name is new, so that what anybody laid there is not written to; the rename puts all of it in place at once.
    temporary = path.parent / f".rung-{os.urandom(8).hex()}"
    try:
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            raise OSError(0, "what has this name is no file of its own")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:  # noqa: PTH123
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise UsageError(
            f"cannot write the file: {error.strerror}", at=Location(str(path)), hint="name a file in a folder of yours"
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def read(path: Path) -> bytes:
    """The bytes of a file, at most 16 MB. Raises UsageError when it is larger or cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"cannot read the file: {error.strerror}",
            at=Location(str(path)),
            hint="correct the path, or the permissions of the file",
        ) from None
    if len(raw) > _MOST_BYTES:
        raise UsageError(
            f"the file is larger than {_MOST_BYTES >> 20} MB", at=Location(str(path)), hint="name the right one"
        )
    return raw


def load(raw: bytes, at: Location) -> tuple[dict[str, Any], str]:
    """The JSON object that the bytes are, and its digest(). Raises UsageError, naming the place, when they are none."""
    try:
        found = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once)
        if isinstance(found, dict):
            return found, digest(found)
    except json.JSONDecodeError as error:
        raise UsageError(
            "the file is not JSON", at=Location(at.file, error.lineno, error.colno), hint="name the right one"
        ) from None
    except (ValueError, RecursionError):
        # Not UTF-8, a key twice in one object, a number of thousands of digits, lists in lists without end.
        raise UsageError("the file is not JSON that can be trusted", at=at, hint="name the right one") from None
    raise UsageError("the file holds no JSON object", at=at, hint="name the right one")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def digest(content: dict[str, Any]) -> str:
    """``sha256:`` and hex digits over the content but its own ``digest``, written in one canonical way: keys sorted,
    no spaces, everything but ASCII escaped."""
    rest = {key: value for key, value in content.items() if key != "digest"}
    return checksum(json.dumps(rest, sort_keys=True, separators=(",", ":")))


def misfit(value: Any, shape: Any, name: str = "") -> str:
    """What of a value does not have a shape, in words; empty when all of it has.

    A shape is a type, where a number is finite and not negative; a pattern for a text; None; a tuple of
    alternatives; a list of the shape of its elements; or a dict of the shapes of its values, beside which there may
    be more.
    """
    if isinstance(shape, tuple):
        problems = [misfit(value, one, name) for one in shape]
        return problems[0] if all(problems) else ""
    if isinstance(shape, dict) and isinstance(value, dict):
        names = {key: f"{name}.{key}" if name else key for key in shape}
        problems = [
            misfit(value[key], shape[key], names[key]) if key in value else f"{names[key]} is missing" for key in shape
        ]
        return next(filter(None, problems), "")
    if isinstance(shape, list) and isinstance(value, list):
        return next(filter(None, (misfit(one, shape[0], f"{name}[{n}]") for n, one in enumerate(value))), "")
    if isinstance(shape, re.Pattern):
        fits = isinstance(value, str) and bool(shape.fullmatch(value))
    elif shape is int or shape is float:
        fits = type(value) in {int, shape} and not (type(value) is float and not math.isfinite(value)) and value >= 0
    else:
        fits = value is None if shape is None else type(value) is shape
    return "" if fits else f"{name} is {printable(json.dumps(value, default=str), 40)}, which it cannot be"
