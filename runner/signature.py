"""Signatures of files, made and checked by OpenSSH's ssh-keygen: with the keys that people have already."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from runner.errors import DrillError, Location, UsageError, printable

# A signature holds for one purpose: one that was made for git or for any file does not count here.
NAMESPACE = "rung-drill"
_KEY = re.compile(r"key (SHA256:[\w+/=]+)")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that fits. key: ``SHA256:`` and the fingerprint of the key that made it.

    principal: whose it is by the list of allowed signers; empty where no list was given.
    """

    key: str
    principal: str


def sign(data: bytes, key: Path, *, ask: bool) -> bytes:
    """The signature of the data, armoured as ssh-keygen does it.

    key: the file of a private key, or of a public one whose private half is in the agent. ask: whether ssh-keygen may
    ask for a passphrase on the terminal; without one, a key that wants a passphrase is refused.
    Raises UsageError where ssh-keygen is missing or does not sign with the key.
    """
    with tempfile.TemporaryDirectory(prefix="rung-") as folder:
        file = Path(folder) / "certificate"
        file.write_bytes(data)
        code, _, said = _run("sign", "-f", str(key), str(file), ask=ask)
        if code:
            raise UsageError(
                "ssh-keygen does not sign with this key",
                at=Location(str(key)),
                detail=said,
                hint="give the file of a private key; of one with a passphrase, where there is no terminal to ask on, "
                "the public half (FILE.pub), after ssh-add has put the key into the agent",
            )
        return file.with_name("certificate.sig").read_bytes()


def check(data: bytes, signature: bytes, allowed: bytes | None, at: Location) -> Signature:
    """Whose signature of the data this is.

    allowed: a list of allowed signers (ssh-keygen(1), ALLOWED SIGNERS); None: only whether it fits is asked.
    Raises DrillError, naming the place ``at``, when it does not fit or when nobody on the list made it; UsageError
    where ssh-keygen is missing.
    """
    with tempfile.TemporaryDirectory(prefix="rung-") as folder:
        # Copies, so that what is looked at more than once is the same each time.
        file, signers = Path(folder) / "signature", Path(folder) / "allowed_signers"
        file.write_bytes(signature)
        code, answer, said = _run("check-novalidate", "-s", str(file), data=data)
        found = _KEY.search(answer)
        if code or not found:
            raise DrillError(
                "the signature does not fit the certificate",
                at=at,
                detail=said,
                kept="nothing was run",
                hint="one of the two was changed or written anew since: drill again, or have it signed again",
            )
        if allowed is None:
            return Signature(found[1], "")
        signers.write_bytes(allowed)
        code, answer, said = _run("find-principals", "-s", str(file), "-f", str(signers))
        for principal in () if code else answer.splitlines():
            code, _, said = _run("verify", "-f", str(signers), "-I", principal, "-s", str(file), data=data)
            if not code:
                return Signature(found[1], printable(principal))
    raise DrillError(
        f"the certificate is signed with the key {found[1]}, which none of the allowed signers has",
        at=at,
        detail=said,
        kept="nothing was run",
        hint="have one of them sign it, or give this key a line of the list: NAME ssh-ed25519 AAAA…",
    )


def _run(
    action: str, *arguments: str, data: bytes | None = None, ask: bool = False
) -> tuple[int, str, tuple[str, ...]]:
    """ssh-keygen's exit code, what it answered, and what it said in words."""
    purpose = () if action == "find-principals" else ("-n", NAMESPACE)
    quiet = ("-q",) if action == "sign" else ()
    try:
        # Without a terminal of its own it can ask nobody. Asking, it says on the terminal what it waits for.
        result = subprocess.run(  # noqa: S603 - a fixed program; what is given is the value of an option, or ours
            ["ssh-keygen", *quiet, "-Y", action, *purpose, *arguments],  # noqa: S607 - the one that the user has
            input=data or b"",
            stdout=subprocess.PIPE,
            stderr=None if ask else subprocess.PIPE,
            check=False,
            start_new_session=not ask,
            env={**os.environ, "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"},
        )
    except OSError as error:
        raise UsageError(
            f"ssh-keygen cannot be run: {error.strerror}",
            hint="it comes with OpenSSH: install openssh-client, or work without a signature",
        ) from None
    said = (result.stderr or b"").decode("utf-8", "replace").splitlines()
    words = tuple(printable(line) for line in said if line.strip(" @"))
    return result.returncode, result.stdout.decode("utf-8", "replace"), words
