"""A PostgreSQL server of our own that is like the original's: its version, its roles, the libraries that it loads."""

from __future__ import annotations

import glob
from contextlib import ExitStack

from runner import throwaway
from runner.engines import Settings
from runner.engines.postgresql_link import Link
from runner.engines.postgresql_original import Surroundings
from runner.engines.postgresql_scratch import Databases
from runner.errors import TargetError
from runner.target import parse
from runner.throwaway import Binaries, Server

# Gone after the drill: nothing of it needs to survive a crash.
_SETTINGS = {"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB", "max_locks_per_transaction": "256"}
# pg_cron would run the jobs of the original, and connect to the port where that one is to do so.
_NO_JOBS = {"cron.use_background_workers": "on", "cron.max_running_jobs": "0"}
# Every server has these.
_GIVEN = ("template0", "template1")


def start(stack: ExitStack, around: Surroundings | None, why: str, settings: Settings) -> tuple[Server, Databases]:
    """Start a server for as long as the stack stands. around: what it is to be like; None for any.

    why: why it takes one. Its first copy is called as the original is, so that what goes by the name does the same.
    Raises TargetError where this machine has no server of that version, or it does not start.
    """
    if not around:
        server = stack.enter_context(throwaway.server(settings=_SETTINGS))
        return server, _databases(stack, server, "", settings)
    found = throwaway.find("installed", around.major) or throwaway.find("embedded", around.major)
    if not found:
        raise TargetError(
            f"no copy can be made on the database's own server ({why}), and this machine has no PostgreSQL "
            f"{around.major} to start one of its own",
            hint="name a server for the copies with --scratch postgresql://…, or use a role that may make databases "
            f"(ALTER ROLE … CREATEDB), or install PostgreSQL {around.major} here",
        )
    loaded = [name for name in around.libraries if _has(found, name)]
    options = {"shared_preload_libraries": ",".join(loaded)}
    if "pg_cron" in loaded:
        options |= {"cron.database_name": around.database, **_NO_JOBS}
    server = stack.enter_context(throwaway.server(settings=_SETTINGS | options, found=found))
    return server, _databases(stack, server, "" if around.database in _GIVEN else around.database, settings)


def _databases(stack: ExitStack, server: Server, name: str, settings: Settings) -> Databases:
    link = Link(parse(server.url("template1")), settings)
    stack.callback(link.close)
    if name == "postgres":
        for text in link.texts("drop", name=name, force=True):
            link.order(text)
    return Databases(link, settings, name)


def _has(binaries: Binaries, library: str) -> bool:
    """Whether a library is installed where the server looks for it."""
    return any(binaries.programs.parent.glob(f"lib/**/{glob.escape(library.rpartition('/')[2])}.so"))
