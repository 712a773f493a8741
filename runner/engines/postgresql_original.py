"""What a scratch database needs to know of the original, asked in one go over one connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic, sleep

from runner.engines import Settings
from runner.engines.postgresql_link import Link
from runner.engines.postgresql_tools import End
from runner.target import Target

# How long the server may take to notice that a client is gone.
_LEAVING_SECONDS = 0.2
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Original:
    """The original, and the statements for a scratch database of one name.

    copy, alike, plain: statements that make it (scratch_create.sql). grants, settings: statements for it.
    role, login, owns: who works on it on a server of our own, and the statements that let him. user: who we are.
    others: how many are connected to the original. here: whether it is on the same server. end: how PostgreSQL's
    programs reach it.
    """

    copy: str
    alike: str
    plain: str
    grants: list[str]
    settings: list[str]
    role: str
    login: str
    owns: str
    user: str
    others: int
    here: bool
    end: End = field(repr=False)


def look(origin: Target, there: Link, name: str, settings: Settings, *, own: bool) -> Original:
    """Look at the original, for a scratch database on a server (own: one that only we use).

    Raises TargetError, and psycopg.Error.
    """
    link = Link(origin, settings)
    try:
        here = link.identity == there.identity
        owned = "always" if own else "maybe" if here and link.user == there.user else "never"
        ((copy, alike, plain),) = link.ask("create", name=name, owned=owned)
        ((role, login, owns),) = link.ask("role", name=name, schema=origin.schema)
        return Original(
            *(copy, alike, plain),
            link.texts("grants", name=name),
            link.texts("settings", name=name),
            *(role, login, owns),
            link.user,
            _others(link, there.process if here else 0),
            here,
            End(origin.shown, link.major, link.environment()),
        )
    finally:
        link.close()


def _others(link: Link, maker: int) -> int:
    """How many others are connected to the original, once those who have just left are gone."""
    until = monotonic() + _LEAVING_SECONDS
    while True:
        ((others,),) = link.ask("others", maker=maker)
        if not others or monotonic() > until:
            return int(others)
        sleep(_POLL_SECONDS)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a server of our own needs to be like the original's.

    major: its version. database: the name of the original. libraries: to be loaded. roles: statements that make them.
    has_cron: whether the original is the database of its server that pg_cron works in.
    """

    major: int
    database: str
    libraries: list[str]
    roles: list[str]
    has_cron: bool


def surroundings(link: Link) -> Surroundings:
    """Look around the original, over a connection to it. Raises psycopg.Error."""
    ((has_cron,),) = link.ask("cron")
    statements = link.texts("roles") + link.texts("settings", name="")
    return Surroundings(link.major, link.database, link.texts("libraries"), statements, bool(has_cron))
