"""What a scratch database needs to know of the original, asked in one go over one connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.engines import Settings
from runner.engines.postgresql_link import Link
from runner.engines.postgresql_tools import End
from runner.target import Target


@dataclass(frozen=True, slots=True)
class Original:
    """The original, and the statements for a scratch database of one name.

    copy, alike, plain: statements that make it (scratch_create.sql). grants, settings: statements for it.
    role, login, owns: who works on it on a server of our own, and the statements that let him. user: who we are.
    others: how many are connected to the original. end: how PostgreSQL's programs reach it.
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
    identity: str
    end: End = field(repr=False)


def look(origin: Target, there: Link, name: str, settings: Settings, *, own: bool) -> Original:
    """Look at the original, for a scratch database on a server (own: one that only we use).

    Raises TargetError, and psycopg.Error.
    """
    link = Link(origin, settings)
    try:
        owned = "always" if own else "maybe" if link.identity == there.identity else "never"
        ((copy, alike, plain),) = link.ask("create", name=name, owned=owned)
        ((role, login, owns),) = link.ask("role", name=name, schema=origin.schema)
        ((others,),) = link.ask("others", maker=there.process if owned == "maybe" else 0)
        return Original(
            *(copy, alike, plain),
            link.texts("grants", name=name),
            link.texts("settings", name=name),
            *(role, login, owns),
            link.user,
            others,
            link.identity,
            End(origin.shown, link.major, link.environment()),
        )
    finally:
        link.close()


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
