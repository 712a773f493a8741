"""Hostile input: names, rows, files, ledgers, URLs and databases of somebody who means harm, on real engines.

What others have named is shown and never obeyed; what others have written is never run; what is secret is nowhere.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import duckdb
import psycopg
import pytest
from conftest import ROOT, TREES, Result, Tree, call, connect
from forks import until
from servers import Servers
from test_drill_report import Page
from test_drill_report import inert as inert_page

ENGINES = ("sqlite", "duckdb", "postgresql")
EACH = pytest.mark.parametrize("engine", ENGINES)
# What a terminal obeys, but for the ends of lines and tabs.
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def inert(result: Result) -> Result:
    """A result in which nothing moves a terminal, and which is no fault in rung."""
    for text in (result.out, result.err):
        found = OBEYED.search(text)
        assert not found, ascii(text[max(0, found.start() - 60) : found.end() + 60])  # type: ignore[union-attr]
    assert "fault in rung" not in result.err and "Traceback" not in result.err, result.err
    return result


@dataclass(frozen=True)
class Site:
    """A database and the project that climbs it."""

    engine: str
    url: str
    root: Path
    family: str = "shop"

    def rung(self, command: str, *options: object, url: str = "") -> Result:
        return inert(call(command, self.family, "--project", self.root, "--url", url or self.url, *options))

    def ask(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as somebody who owns the database; the rows of the last one."""
        rows: list[tuple[Any, ...]] = []
        if self.engine == "postgresql":
            with psycopg.connect(self.url, autocommit=True) as server:
                for statement in statements:
                    cursor = server.execute(statement)  # type: ignore[call-overload]
                    rows = cursor.fetchall() if cursor.description else []
            return rows
        path = self.url.partition(":///")[2]
        if self.engine == "duckdb":
            with duckdb.connect(path) as file:
                for statement in statements:
                    rows = file.execute(statement).fetchall()
            return rows
        with contextlib.closing(connect(Path(path))) as file:
            for statement in statements:
                rows = file.execute(statement).fetchall()
        return rows

    def steps(self) -> Path:
        return self.root / "migrations" / self.family / self.engine

    def applied(self) -> list[str]:
        return [id for (id,) in self.ask("SELECT migration_id FROM _yoyo_migration ORDER BY 1")]


QUERY = "-- Names: of everybody.\n\nSELECT name FROM customers ORDER BY id;\n"
Make = Callable[..., Site]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of two good steps on every engine, with a query each."""
    root = tmp_path_factory.mktemp("shop")
    for name in ("base", "duckdb", "postgresql"):
        shutil.copytree(TREES / name, root, dirs_exist_ok=True)
    for engine in ENGINES:
        folder = root / "sql" / "queries" / "shop" / engine
        folder.mkdir(parents=True)
        (folder / "names.sql").write_text(QUERY)
    return root


@pytest.fixture(scope="session")
def applied(shop: Path, servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """For an engine a database on which both steps of shop are applied, which is there to be copied."""
    known: dict[str, Site] = {}
    with contextlib.ExitStack() as stack:

        def get(engine: str) -> Site:
            if engine not in known:
                url = f"{engine}:///{tmp_path_factory.mktemp('applied') / 'shop.db'}"
                if engine == "postgresql":
                    url = stack.enter_context(servers.database(servers.first))
                known[engine] = Site(engine, url, shop)
                assert known[engine].rung("up").code == 0
            return known[engine]

        yield get


@contextlib.contextmanager
def copied(whole: Site, servers: Servers, folder: Path) -> Iterator[Site]:
    """A copy of a database, of the same project."""
    if whole.engine == "postgresql":
        with servers.database(servers.first, template=re.findall(r"@/(\w+)", whole.url)[0]) as url:
            yield replace(whole, url=url)
        return
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = shutil.copy(whole.url.partition(":///")[2], Path(place) / "shop.db")
        yield replace(whole, url=f"{whole.engine}:///{path}")


@pytest.fixture
def make(applied: Callable[[str], Site], servers: Servers, tmp_path: Path) -> Iterator[Make]:
    """For an engine a copy of that database and of the project."""
    with contextlib.ExitStack() as stack:

        def whole(engine: str) -> Site:
            site = stack.enter_context(copied(applied(engine), servers, tmp_path))
            return replace(site, root=Path(shutil.copytree(site.root, Path(tempfile.mkdtemp(dir=tmp_path)) / "shop")))

        yield whole


# Files of a project.

KINDS = {
    "forward": "migrations/shop/sqlite/0002.shop-orders.sql",
    "rollback": "migrations/shop/sqlite/0002.shop-orders.rollback.sql",
    "verify": "migrations/shop/sqlite/verify/0002.shop-orders.sql",
    "check": "sql/checks/shop/sqlite/customers_have_names.sql",
    "query": "sql/queries/shop/sqlite/names.sql",
    "seed": "sql/seed/shop/sqlite.sql",
    "settings of rung": ".rung.toml",
    "settings of sqlfluff": ".sqlfluff",
    "snapshot": "tests/snapshots/shop.sqlite.sql",
}
READERS = {
    "forward": (["up"], ["status"], ["verify"], ["drill"], ["lint", "--fast"]),
    "check": (["verify"], ["up", "--check"]),
    "query": (["query", "names"], ["explain", "names"], ["indexes"]),
    "seed": (["drill"],),
    "settings of rung": (["drift"], ["lint", "--fast"]),
    "settings of sqlfluff": (["lint", "--fast"],),
    "snapshot": (["snapshot", "--check"], ["snapshot"]),
}
SECRET = "-- Secret: do not tell 5ec2e7.\n\nSELECT 'secret 5ec2e7' AS subject, 'x' AS problem;\n"


def read_by(kind: str, site: Site) -> Iterator[Result]:
    """What each command says that reads a kind of file."""
    for command, *options in READERS.get(kind, READERS["forward"]):
        if command == "lint":
            yield inert(call(command, "--project", site.root, *options))
        elif command == "snapshot":
            yield inert(call(command, "shop", "--project", site.root, "--engine", "sqlite", *options))
        else:
            yield site.rung(command, *options)


@pytest.mark.parametrize("kind", KINDS)
def test_no_file_is_read_that_a_link_leads_to_out_of_the_project(kind: str, make: Make, tmp_path: Path) -> None:
    site = make("sqlite")
    file = site.root / KINDS[kind]
    outside = tmp_path / "outside"
    outside.mkdir()
    text = file.read_text() if file.exists() else SECRET
    text = "[lint]\nsecret = '5ec2e7'\n" if file.name == ".rung.toml" else text
    (outside / file.name).write_text(text)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.symlink_to(outside / file.name)
    before = site.ask("SELECT * FROM _rung_event")
    for result in read_by(kind, site):
        said = result.out + result.err
        assert result.code in {1, 2} and "a link leads out of the project" in said, said
        assert "5ec2e7" not in said
    assert (outside / file.name).read_text() == text and site.ask("SELECT * FROM _rung_event") == before
    # And so it is where the folder is the link.
    if kind in {"forward", "check", "query"}:
        file.unlink()
        shutil.copytree(file.parent, outside / "folder")
        (outside / "folder" / file.name).write_text(text)
        shutil.rmtree(file.parent)
        file.parent.symlink_to(outside / "folder")
        for result in read_by(kind, site):
            assert result.code in {1, 2} and "a link leads out of the project" in result.out + result.err
    # Within the project a link is as good as what it leads to.
    file = site.root / KINDS["query"]
    if kind == "query":
        file.parent.unlink()
        file.parent.mkdir()
        (site.root / "elsewhere.sql").write_text(QUERY)
        file.symlink_to(site.root / "elsewhere.sql")
        assert site.rung("query", "names").code == 0


@pytest.mark.parametrize("kind", ["forward", "rollback", "verify", "check", "query", "seed"])
def test_a_pipe_a_device_or_a_folder_with_the_name_of_a_file_is_told(kind: str, make: Make) -> None:
    site = make("sqlite")
    file = site.root / KINDS[kind]
    file.parent.mkdir(parents=True, exist_ok=True)
    for put, words in (
        (lambda: os.mkfifo(file), "a pipe or a device"),
        (lambda: os.mknod(file, 0o020666, os.makedev(1, 3)), "a pipe or a device"),
        (file.mkdir, "a folder"),
    ):
        if file.exists():
            file.rmdir() if file.is_dir() else file.unlink()
        try:
            put()
        except PermissionError:
            continue  # To make a device takes root.
        # Were a pipe opened as a file is, this would wait for somebody who writes.
        for result in read_by(kind, site):
            said = result.out + result.err
            assert result.code in {1, 2} and words in said and file.name in said, said


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_a_database_that_is_a_pipe_or_a_device_is_refused_and_not_waited_for(
    engine: str, shop: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe.db"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/null"), Path("/dev/zero")):
        site = Site(engine, f"{engine}:///{path}", shop)
        for command in ("up", "status", "verify", "down", "drift", "drill"):
            result = site.rung(command)
            assert result.code == 3 and "this is a pipe or a device, and no file" in result.err, result.err


# The ledger, altered by one column at a time.

CANARY = "CREATE TABLE canary (id INTEGER)"
TEXTS = {
    "rollback_sql": (f"rollback_sql || '; {CANARY};'", f"'-- Back: x.\n\n{CANARY};\n'", "NULL", "''"),
    "rollback_checksum": ("'sha256:' || migration_hash", "NULL", "''"),
    "forward_checksum": ("'sha256:' || migration_hash", f"'{CANARY}'"),
    "verify_checksum": ("'sha256:' || migration_hash", f"'{CANARY}'"),
    "migration_hash": ("'0' || substr(migration_hash, 2)", f"'{CANARY}'"),
    "migration_id": (
        *("'0009.shop-orders'", "'0002.mall-orders'", "'0002.shop-orders; x'", "'nonsense'", f"'{CANARY}; --'"),
        *("'../../0002.shop-orders'", "'0001.shop-customers'"),
    ),
    "applied_at_utc": ("'2001-01-01 00:00:00'", "'2101-01-01 00:00:00'", "NULL"),
    "verification": ("'adopted'", "'failed'", f"'{CANARY}'", "''"),
    "duration_ms": ("-1", "1e300"),
    "verify_ms": ("-1", "1e300"),
    "username": (f"'{CANARY}; --'", "'\x1b[2J'"),
    "hostname": (f"'{CANARY}; --'", "'\x1b[2J'"),
    "rung_version": ("'rung 99.0'", "''"),
}
LOGGED = {
    "run_id": ("'x'",),
    "family": ("'mall'", "''"),
    "migration_id": TEXTS["migration_id"],
    "operation": ("'down'",),
    "outcome": ("'failed'",),
    "at_utc": ("'2001-01-01 00:00:00'",),
    "duration_ms": ("NULL", "-1"),
    "message": (f"'{CANARY}; --'", "'\x1b[2J'"),
    "username": TEXTS["username"],
    "hostname": TEXTS["hostname"],
    "pid": ("-1", "1"),
    "rung_version": TEXTS["rung_version"],
    "engine_version": ("'x'",),
}
YOYOS = {name: TEXTS[name] for name in ("migration_hash", "migration_id", "username", "hostname")}
ALTERED: dict[str, dict[str, tuple[str, ...]]] = {
    "_rung_step": TEXTS,
    "_rung_event": LOGGED,
    "_yoyo_migration": {name: TEXTS[name] for name in ("migration_hash", "migration_id", "applied_at_utc")},
    "_yoyo_log": {
        **YOYOS,
        "operation": ("'rollback'", "'mark'"),
        "comment": ("NULL", "'x'"),
        "created_at_utc": ("'2001-01-01 00:00:00'",),
    },
    "_yoyo_version": {"version": ("1", "3", "-1"), "installed_at_utc": ("NULL",)},
    "_rung_version": {"version": ("0", "2", "-1"), "installed_at_utc": ("'2001-01-01 00:00:00'",)},
}


def alterations(engine: str) -> Iterator[tuple[str, str, str]]:
    """The table, where in it, and what is set, one column at a time.

    On SQLite each value of what tells of a step, and one of what tells of the past. The ledger is read by
    the same code on every engine, and by its own SQL: on the others one value of what tells of the step that goes down.
    """
    for table, columns in ALTERED.items():
        of_steps = table in {"_rung_step", "_yoyo_migration"}
        for column, values in columns.items():
            most = 9 if of_steps and engine == "sqlite" else int(of_steps or engine == "sqlite" or column == "version")
            for value in values[:most]:
                for row in ("0002", "0001") if most > 1 and value == values[0] else ("0002",):
                    where = "" if table.endswith("_version") else f"WHERE migration_id LIKE '{row}%'"
                    yield table, where, f"{column} = {value}"


OBJECTS = {
    "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY 1",
    "duckdb": "SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY 1",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' "
    "AND tablename <> 'yoyo_lock' ORDER BY 1",
}
# What may be asked of a ledger that was altered; with an unaltered one each of these succeeds. On the slower engines
# fewer of them are asked.
ASKED = (["status"], ["verify"], ["up"], ["history"], ["down"], ["down", "--from-ledger"])
FEWER = (["status"], ["down", "--from-ledger"])
APPEND_ONLY = ("_rung_event_keeps_rows", "_rung_event_keeps_values")
# What the database itself refuses to hold.
IMPOSSIBLE = ("constraint", "null", "duplicate key", "conversion", "invalid input")


@EACH
def test_an_altered_ledger_is_refused_or_nothing_comes_of_it(
    engine: str, applied: Callable[[str], Site], servers: Servers, tmp_path: Path
) -> None:
    whole = applied(engine)
    with copied(whole, servers, tmp_path) as site:
        for command in (["status", "--exit-code"], ["verify"], ["up"], ["history"]):
            assert site.rung(*command).code == 0
        as_was = site.ask(OBJECTS[engine])
        assert site.rung("down").code == 0
        ends = {len(as_was): site.ask(OBJECTS[engine]), 0: []}
        ends[len(ends[len(as_was)])] = []
    owner = "" if engine == "sqlite" else " ON _rung_event"
    freed = [f"DROP TRIGGER {name}{owner}" for name in APPEND_ONLY]
    tried = refused = impossible = 0
    for table, where, what in alterations(engine):
        with copied(whole, servers, tmp_path) as site:
            try:
                site.ask(*(freed if table == "_rung_event" else ()), f"UPDATE {table} SET {what} {where}")
            except (psycopg.Error, duckdb.Error, sqlite3.Error) as error:
                assert any(word in str(error).lower() for word in IMPOSSIBLE), error
                impossible += 1
                continue
            tried += 1
            after = site.ask(OBJECTS[engine]), site.applied()
            for command, *options in ASKED if engine == "sqlite" else FEWER:
                before = after
                result = site.rung(command, *options)
                after = site.ask(OBJECTS[engine]), site.applied()
                about = f"{table} {where}: {what}: {command} {options}: {result.code} {result.out}{result.err}"
                assert ("canary",) not in after[0], about
                if result.code:
                    refused += 1
                    assert before == after, about
                    if command == "verify" and result.code == 1:
                        assert result.out.count("FAILS  ledger") == 1, about
                    else:
                        assert result.code == 3 and result.err.count("rung: ") == 1 and "  next: " in result.err, about
                elif command == "down":
                    assert after[0] == ends[len(before[0])] and len(after[1]) == len(before[1]) - 1, about
                else:
                    assert before == after, about
    print(f"{engine}: {tried} alterations, {refused} refusals, {impossible} that the engine refused")
    assert refused > tried / 2


def test_what_was_adopted_stays_adopted_whatever_is_written_over_it(tree: Tree, tmp_path: Path) -> None:
    site = Site("sqlite", f"sqlite:///{tmp_path / 'old.db'}", tree("adopts"), "shop")
    site.ask("CREATE TABLE third (id INTEGER)", "CREATE INDEX third_id_idx ON third (id)")
    assert site.rung("up").code == 0 and ("adopted",) in site.ask("SELECT verification FROM _rung_step")
    held = site.ask(OBJECTS["sqlite"])
    for what in ("_rung_step SET verification = 'passed'", "_rung_step SET applied_at_utc = '2001-01-01 00:00:00'"):
        file = Path(shutil.copy(tmp_path / "old.db", tmp_path / "altered.db"))
        altered = replace(site, url=f"sqlite:///{file}")
        altered.ask(f"UPDATE {what}")
        for command in (["down", "--all"], ["down", "--all", "--from-ledger"], ["status"]):
            result = altered.rung(*command)
            assert result.code == 3 and "the ledger is damaged" in result.err, result.err
        assert altered.ask(OBJECTS["sqlite"]) == held, "what was there before rung came is there"


# Passwords.

PASSWORD = f"Tr0ub4dor-{os.urandom(6).hex()}"
# In each the password is where it should not be, or something else is not as it should.
WRONG_URLS = (
    "postgresql://u:{}@h:no/d",
    "postgresql://u:{}@h:99999/d",
    "postgresql://u:{}@[::1/d",
    "postgresql://u:{}@h1,h2:x/d",
    "postgresql://u:{}",
    "postgresql://u:{}/d",
    "postgresql://u:{}?sslmode=require",
    "postgresql://u:a/{}@h:no/d",
    "postgresql://u:a@{}@h:no/d",
    "postgresql://u:{}@b@h:no/d",
    "postgresql://u:a:{}@h:no/d",
    "postgresql://u:%zz{}@h/d",
    "postgresql://u:{}%00@h/d",
    "postgresql://u:{}@h/d?nonsense=1",
    "postgresql://u:{}@h/d?sslmode=nonsense",
    "postgresql://u:{}@h/%zz",
    "postgresql://h/d?password={}&x=1",
    "postgresql://h:no/d?password={}",
    "postgresql://h/d?sslpassword={}&sslmode=no",
    "postgresql://h/d?pass%77ord={}&x=1",
    "postgresql://h/d?passwd={}",
    "postgresql://h/d?PASSWORD={}",
    "postgresql://h/d?pasword={}",
    "postgresql://h/d?user=u&pass={}",
    "postgresql://h/d? password = '{}'",
    "postgresql:/u:{}@h/d",
    "postgresql//u:{}@h/d",
    "postgresql:u:{}@h/d",
    "u:{}@h/d",
    "mysql://u:{}@h/d",
    "postgresql+nonsense://u:{}@h/d",
    "host=h user=u password={}",
    "password={} host=h",
    "password='{} x' host=h",
    "sqlite:///x.db?password={}",
    "sqlite://u:{}@h/x.db",
    "duckdb://u:{}@h",
    "duckdb:///no/such/folder/x.db?token={}",
    "\udcff://u:{}@h",
)


@pytest.mark.parametrize("way", ["--url", "RUNG_URL", "--scratch"])
def test_no_form_of_a_password_that_is_written_wrongly_is_shown(
    way: str, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    for form in WRONG_URLS:
        url = form.format(PASSWORD)
        forms = [f"--{name}={tmp_path / name}" for name in ("junit", "sarif", "markdown")]
        options = ["--project", shop, "--json", "--log-file", log, *forms, "--github"]
        if way == "--scratch":
            result = call("drift", "shop", "--url", "sqlite:///:memory:", "--scratch", url, *options)
        elif way == "--url":
            result = call("status", "shop", "--url", url, *options)
        else:
            monkeypatch.setenv(way, url)
            result = call("status", "shop", *options)
        inert(result)
        said = result.out + result.err + "".join(path.read_text() for path in tmp_path.iterdir())
        assert result.code in {2, 3} and result.err and PASSWORD not in said, (form, result.err)


def test_a_password_that_is_given_where_none_belongs_is_not_shown(shop: Path, tmp_path: Path) -> None:
    url = f"postgresql://u:{PASSWORD}@h/d"
    common = ["--project", shop, "--url", f"sqlite:///{tmp_path / 'x.db'}"]
    for line in (
        [url],
        ["status", url, *common],
        ["status", "shop", url, *common],
        ["status", "shop", "--ulr", url, *common],
        ["status", "shop", f"--ulr={url}", *common],
        ["status", "shop", *common, "--lock-timeout", url],
        ["status", "shop", *common, "--schema", url],
        ["status", "shop", *common[:2], "--url", "postgresql:///x?host=/nowhere", "--schema", url],
        ["query", url, *common],
        ["up", "shop", *common, "--to", url],
        ["up", "shop", *common, "--require-drill", url],
        ["query", "shop", url, *common],
        ["query", "shop", "names", *common, "--param", url],
        ["new", "shop", url, "slug"],
        ["new", "shop", "sqlite", url],
        ["drill", "shop", "--engine", url],
        ["drill", "shop", *common, "--writes", url],
        ["demo", url],
    ):
        result = inert(call(*line, "--json")) if line[0] in {"status", "up", "query"} else inert(call(*line))
        assert result.code in {2, 3}, line
        assert PASSWORD not in result.out + result.err, (line, result.out, result.err)


# The same as a service of libpq's would be told, or in a form that libpq takes.
SERVICE = "[shop]\nhost={host}\nport=5432\ndbname={name}\nuser=hushed\npassword={password}\n"
SAYS = """-- Says how it connects: as an extension might.
-- seed: none, this tree is for tests

DO $do$
BEGIN
    RAISE EXCEPTION 'could not connect with "postgresql://hushed:%@h/d"', '{0}'
    USING DETAIL = 'host=h user=hushed password={0} dbname=d', HINT = 'try postgres://hushed:{0}@h/d?sslmode=require';
END
$do$;
"""


class Kept:
    """A server on which one role needs its password, and everything that may show it."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.host = re.findall(r"host=([^&]+)", site.url)[0]
        self.name = re.findall(r"@/(\w+)", site.url)[0]
        self.site = replace(site, url=self.url())
        self.admin = site
        self.folder = folder
        self.said = ""

    def url(self, password: str = "", rest: str = "") -> str:
        user = f"hushed:{password}" if password else "hushed"
        return f"postgresql://{user}@/{self.name}?host={self.host}&port=5432{rest}"

    def rung(self, *arguments: object, url: str = "", code: int = 0) -> Result:
        """Run rung with all the forms that a command has, and keep what it says and writes."""
        forms = [f"--{name}={self.folder / name}" for name in ("junit", "sarif", "markdown")]
        more: list[object] = ["--project", self.site.root, "--log-file", self.folder / "log"]
        more += ["--url", url] if url else []
        if arguments[0] in {"status", "verify", "drift", "drill"}:
            more += [*forms, "--github"]
        if arguments[0] == "drill":
            more += [f"--html={self.folder / 'html'}", f"--certificate={self.folder / 'certificate'}"]
        result = inert(call(*arguments, *more))
        self.said += result.out + result.err
        assert result.code == code, (arguments, result.out, result.err)
        return result

    def everything(self) -> str:
        """What was said, written, stored and done."""
        wrote = "".join(path.read_text() for path in self.folder.rglob("*") if path.is_file())
        tables = ("_yoyo_migration", "_yoyo_log", "_rung_step", "_rung_event", "yoyo_lock")
        held = [self.admin.ask(f"SELECT t::text FROM {table} AS t") for table in tables]
        return (
            self.said + wrote + str(held) + str(self.admin.ask("SELECT application_name, query FROM pg_stat_activity"))
        )


@pytest.fixture
def kept(make: Make, servers: Servers, tmp_path: Path) -> Iterator[Kept]:
    site = make("postgresql")
    out = tmp_path / "out"
    out.mkdir()
    found = Kept(site, out)
    access = servers.get(servers.first).folder / "data" / "pg_hba.conf"
    before = access.read_text()
    tables = [table for (table,) in site.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    owned = [*(f"TABLE {table}" for table in tables), "SCHEMA public", f"DATABASE {found.name}"]
    owned += [f"FUNCTION {name}()" for name in ("orders_are_kept", "_rung_event_is_append_only")]
    site.ask(f"CREATE ROLE hushed LOGIN PASSWORD '{PASSWORD}'", *(f"ALTER {what} OWNER TO hushed" for what in owned))
    try:
        access.write_text(f"local all hushed scram-sha-256\n{before}")
        site.ask("SELECT pg_reload_conf()")
        until(lambda: "password" in inert(call("status", "shop", "--project", site.root, "--url", found.url())).err)
        yield found
    finally:
        access.write_text(before)
        site.ask("SELECT pg_reload_conf()")
        site.ask(f"ALTER DATABASE {found.name} OWNER TO postgres", "DROP OWNED BY hushed CASCADE", "DROP ROLE hushed")


def test_a_password_is_nowhere_however_it_is_given(kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given, plain = kept.url(PASSWORD), kept.url()
    passfile, services = tmp_path / "pgpass", tmp_path / "services"
    passfile.write_text(f"*:*:*:hushed:{PASSWORD}\n")
    passfile.chmod(0o600)
    services.write_text(SERVICE.format(host=kept.host, name=kept.name, password=PASSWORD))
    ways: dict[str, tuple[dict[str, str], str]] = {
        "--url": ({}, given),
        "a parameter": ({}, f"{plain}&password={PASSWORD}"),
        "RUNG_URL": ({"RUNG_URL": given}, ""),
        "DATABASE_URL": ({"DATABASE_URL": given}, ""),
        "PGPASSWORD": ({"PGPASSWORD": PASSWORD}, plain),
        "PGPASSFILE": ({"PGPASSFILE": str(passfile)}, plain),
        "PGSERVICEFILE": ({"PGSERVICEFILE": str(services)}, "postgresql:///?service=shop"),
    }
    for way, (variables, url) in ways.items():
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            kept.rung("status", "shop", "--json", url=url)
            if way in {"--url", "PGSERVICEFILE"}:
                kept.rung("down", "shop", url=url)
                kept.rung("up", "shop", "--check", "--json", "--verbose", url=url)
                for command in (["verify"], ["history"], ["query"], ["explain"], ["indexes"], ["drift"]):
                    names = ["names"] if command[0] in {"query", "explain"} else []
                    kept.rung(*command, "shop", *names, "--json", url=url)
            # A server that is gone, another password, an option that there is not, a database that there is not.
            wrong = url or given
            kept.rung("status", "shop", url=wrong.replace("port=5432", "port=5433") + "&connect_timeout=1"
                      if "port" in wrong else f"{wrong}&port=5433", code=3)  # fmt: skip
            kept.rung("status", "shop", url=f"{wrong}&pasword={PASSWORD}", code=2)
            kept.rung("up", "shop", "--nonsense", f"--ulr={wrong}", code=2)
            assert PASSWORD not in kept.everything(), way
    kept.rung("status", "shop", url=kept.url(f"{PASSWORD}x"), code=3)
    (kept.site.steps() / "0003.shop-says.sql").write_text(SAYS.format(PASSWORD))
    (kept.site.steps() / "0003.shop-says.rollback.sql").write_text("-- Nothing: taken back.\n\nSELECT 1;\n")
    verify = "-- Holds: always.\n\nSELECT 'a' AS subject, 'b' AS problem WHERE FALSE;\n"
    (kept.site.steps() / "verify" / "0003.shop-says.sql").write_text(verify)
    kept.rung("up", "shop", "--json", url=given, code=3)
    kept.rung("history", "shop", url=given)
    kept.rung("drill", "shop", url=given, code=1)
    assert "hushed:***@h/d" in kept.said and "password=*** dbname=d" in kept.said, "the words are told all the same"
    assert PASSWORD not in kept.everything()


def test_no_process_of_a_drill_has_the_password_on_its_command_line(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_dump is made to wait for a table until it was seen; the copy goes to a server that rung starts."""
    monkeypatch.setenv("RUNG_URL", kept.url(PASSWORD))
    lines: set[str] = set()

    def look() -> set[str]:
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                lines.add((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        return lines

    with psycopg.connect(kept.admin.url) as server, ThreadPoolExecutor(1) as pool:
        server.execute("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE")
        ended = Event()

        def watch() -> str:
            until(lambda: ended.is_set() or any("/pg_dump " in line for line in look()))
            said = server.execute("SELECT application_name, query FROM pg_stat_activity").fetchall()
            server.rollback()
            while not ended.is_set():
                look()
            return str(said)

        watching = pool.submit(watch)
        try:
            kept.rung("drill", "shop", "--lock-timeout", "60")
        finally:
            ended.set()
        said = watching.result()
    assert any("pg_dump" in line for line in lines) and any("/postgres -D data" in line for line in lines)
    assert not [line for line in lines if PASSWORD in line]
    assert PASSWORD not in said + kept.everything()


# PostgreSQL: what somebody who may create there has laid out for who comes with more rights.

# A sequence keeps what a transaction takes back; where nothing may be written, and on a copy, the failure tells.
RAN = """
CREATE SCHEMA trap AUTHORIZATION mallory;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
SET ROLE mallory;
CREATE SEQUENCE trap.ran;
CREATE FUNCTION trap.spring() RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF current_user = 'mallory' THEN
        RETURN 1;
    END IF;
    IF NOT pg_catalog.current_setting('transaction_read_only')::pg_catalog.bool THEN
        PERFORM pg_catalog.nextval('trap.ran'::pg_catalog.regclass);
    END IF;
    RAISE EXCEPTION 'what mallory planted ran as %', current_user;
END $$;
CREATE FUNCTION trap.trigger() RETURNS pg_catalog.trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM trap.spring();
    RETURN coalesce(new, old);
END $$;
"""
# For every function that rung's SQL calls, each of PostgreSQL's of that name with other types of arguments, which fit
# names, character varying and numbers better, and with the same.
OVERLOADS = """
DO $do$
DECLARE
    found record;
    way integer;
    arguments text;
BEGIN
    FOR found IN
        SELECT p.proname, p.proargtypes::oid[] AS types, pg_get_function_result(p.oid) AS result
        FROM pg_proc AS p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.proname = ANY ({names})
    LOOP
        FOR way IN 0..3 LOOP
            SELECT string_agg(CASE
                WHEN way = 0 THEN format_type(t, NULL)
                WHEN t = 'text'::regtype THEN (ARRAY['varchar', 'name', 'varchar'])[way]
                WHEN t IN ('anyelement'::regtype, '"any"'::regtype) THEN (ARRAY['text', 'name', 'integer'])[way]
                WHEN t = 'oid'::regtype THEN (ARRAY['regclass', 'bigint', 'regtype'])[way]
                WHEN t = 'anyarray'::regtype THEN (ARRAY['text[]', 'name[]', 'smallint[]'])[way]
                ELSE format_type(t, NULL)
            END, ', ' ORDER BY n) INTO arguments FROM unnest(found.types) WITH ORDINALITY AS a (t, n);
            BEGIN
                EXECUTE format(
                    'CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS '
                    '$f$ BEGIN PERFORM trap.spring(); RETURN NULL; END $f$',
                    found.proname, coalesce(arguments, ''), found.result
                );
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
END $do$
"""
OPERATORS = ("=", "<>", "||", "~", "->", "<", "&", "@>", "-")
OPERANDS = (
    *("text, text", "name, text", "text, name", "name, name", "varchar, varchar", "oid, oid", "integer, integer"),
    *("bigint, bigint", '"char", "char"', "boolean, boolean", "jsonb, text", "text[], text[]", "regclass, oid"),
)
CATALOGS = ("pg_class", "pg_namespace", "pg_proc", "pg_index", "pg_roles", "pg_settings", "pg_locks", "pg_type")
TYPES = ("text", "name", "boolean", "regclass", "jsonb", "oid", "bigint", "regnamespace", "timestamp")


def planted() -> list[str]:
    """What mallory makes in the schema public."""
    folder = ROOT / "sql"
    texts = [p.read_text() for kind in ("catalog", "ledger") for p in (folder / kind / "postgresql").glob("*.sql")]
    names = {name for text in texts for name in re.findall(r"\b([a-z_0-9]+)\(", text)}
    statements = [OVERLOADS.format(names=f"ARRAY{sorted(names)}")]
    for operator in OPERATORS:
        for operands in OPERANDS:
            left, right = operands.split(", ")
            result = "boolean" if operator in "=<>~@>" else "text"
            name = f"public.planted_{len(statements)}"
            body = "$f$ BEGIN PERFORM trap.spring(); RETURN NULL; END $f$"
            statements.append(f"CREATE FUNCTION {name}({operands}) RETURNS {result} LANGUAGE plpgsql AS {body}")
            statements.append(
                f"CREATE OPERATOR public.{operator} (FUNCTION = {name}, LEFTARG = {left}, RIGHTARG = {right})"
            )
    for name in CATALOGS:
        view = f"SELECT c.*, trap.spring() AS sprung FROM pg_catalog.{name} AS c"
        statements += [f"CREATE VIEW public.{name} AS {view}"]
    for name in TYPES:
        check = "CHECK (trap.spring() IS NOT NULL)"
        statements.append(f'CREATE DOMAIN public."{name}" AS pg_catalog.text {check}')
    return [
        *statements,
        # Rows whose type has casts of her own.
        "CREATE TYPE public.bait AS (a integer)",
        "CREATE FUNCTION public.bait_text(public.bait) RETURNS pg_catalog.text LANGUAGE plpgsql AS "
        "$f$ BEGIN PERFORM trap.spring(); RETURN 'x'; END $f$",
        "CREATE FUNCTION public.bait_json(public.bait) RETURNS pg_catalog.json LANGUAGE plpgsql AS "
        "$f$ BEGIN PERFORM trap.spring(); RETURN '1'; END $f$",
        "CREATE CAST (public.bait AS pg_catalog.text) WITH FUNCTION public.bait_text(public.bait) AS IMPLICIT",
        "CREATE CAST (public.bait AS pg_catalog.json) WITH FUNCTION public.bait_json(public.bait) AS IMPLICIT",
        "CREATE TABLE public.baits (id pg_catalog.int4 PRIMARY KEY, bait public.bait, many public.bait[])",
        "INSERT INTO public.baits VALUES (1, ROW (1), ARRAY[ROW (2)::public.bait])",
        "CREATE VIEW public.viewed AS SELECT trap.spring() AS sprung",
        "CREATE TRIGGER watch BEFORE INSERT ON public.baits FOR EACH ROW EXECUTE FUNCTION trap.trigger()",
    ]


@pytest.fixture
def mallory(make: Make) -> Iterator[Site]:
    """Shop's database, in whose schema public another role may create, with verify files that call nothing."""
    site = make("postgresql")
    for path in (site.steps() / "verify").iterdir():
        path.write_text("-- Holds: always.\n\nSELECT 'a' AS subject, 'b' AS problem WHERE FALSE;\n")
    site.ask("DELETE FROM _yoyo_migration", "DROP TABLE orders, customers", "DROP FUNCTION orders_are_kept")
    site.ask("CREATE ROLE mallory LOGIN", "GRANT CREATE, USAGE ON SCHEMA public TO mallory", RAN)
    yield site
    site.ask(
        "SET search_path = pg_catalog",
        "REASSIGN OWNED BY mallory TO postgres",
        "DROP OWNED BY mallory CASCADE",
        "DROP ROLE mallory",
    )


def sprung(site: Site) -> bool:
    return bool(site.ask("SET search_path = pg_catalog", "SELECT is_called FROM trap.ran")[0][0])


@pytest.mark.parametrize("path", ["the server's", "hers"])
def test_nothing_that_another_role_planted_runs_with_the_rights_of_who_runs_rung(path: str, mallory: Site) -> None:
    assert mallory.rung("up", "--to", "1").code == 0
    as_her = replace(mallory, url=mallory.url.replace("postgres@", "mallory@"))
    as_her.ask("SET search_path = pg_catalog, public", *planted())
    if path == "hers":
        # As the owner of the database she may say where names are looked for first.
        name = re.findall(r"@/(\w+)", mallory.url)[0]
        mallory.ask(f"ALTER DATABASE {name} OWNER TO mallory")
        as_her.ask(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
    ((number,),) = mallory.ask("SET search_path = pg_catalog", "SELECT count(*) FROM pg_proc WHERE proname ~ 'planted'")
    assert number == len(OPERATORS) * len(OPERANDS)
    for command, code in (
        (["status"], 0), (["up", "--dry-run", "--verbose"], 0), (["up", "--check", "--json"], 0), (["verify"], 0),
        (["history"], 0), (["query", "names"], 0), (["explain", "names"], 0), (["indexes"], 0), (["drift"], 1),
        (["drill"], 0), (["down"], 0), (["down", "--from-ledger"], 0), (["up", "--one-transaction"], 0),
    ):  # fmt: skip
        result = mallory.rung(*command)
        assert "planted ran" not in result.out + result.err, result.out + result.err
        assert result.code == code, (command, result.out, result.err)
        assert not sprung(mallory), command
    # And it would have run.
    for question in (
        "'a'::pg_catalog.varchar || 'b'::pg_catalog.varchar",
        "bait::pg_catalog.text FROM baits",
        "lower('A')",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="planted ran as postgres"):
            mallory.ask("SET search_path = public, pg_catalog", f"SELECT {question}")
    assert sprung(mallory)


LAID_OUT = {
    "trigger": "CREATE TRIGGER t BEFORE INSERT ON {0}._yoyo_migration FOR EACH ROW EXECUTE FUNCTION trap.trigger()",
    "late trigger": "CREATE CONSTRAINT TRIGGER t AFTER INSERT OR DELETE ON {0}._yoyo_log DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION trap.trigger()",
    "trigger of the lock": "CREATE TRIGGER t AFTER TRUNCATE ON {0}.yoyo_lock EXECUTE FUNCTION trap.trigger()",
    "rule": "CREATE RULE r AS ON INSERT TO {0}._rung_event DO ALSO SELECT trap.spring()",
    "default": "ALTER TABLE {0}._rung_event ALTER message SET DEFAULT trap.spring(), "
    "ADD more integer DEFAULT trap.spring()",
    "check": "ALTER TABLE {0}._rung_step ADD CHECK (trap.spring() = 1)",
    "generated column": "CREATE FUNCTION trap.still(text) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN trap.spring(); END $$;"
    "ALTER TABLE {0}._rung_step ADD more integer GENERATED ALWAYS AS (trap.still(username)) STORED",
    "index": "CREATE FUNCTION trap.firm(text) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN trap.spring(); END $$; CREATE INDEX ON {0}._rung_step (trap.firm(username))",
    "policy": "CREATE POLICY p ON {0}._rung_step USING (trap.spring() = 1); "
    "ALTER TABLE {0}._rung_step ENABLE ROW LEVEL SECURITY",
    "view": "ALTER TABLE {0}._rung_version RENAME TO kept; CREATE VIEW {0}._rung_version AS "
    "SELECT version, installed_at_utc FROM {0}.kept WHERE trap.spring() = 1",
    "domain": "CREATE DOMAIN trap.d AS text CHECK (trap.spring() = 1);"
    "ALTER TABLE {0}._rung_event ALTER hostname TYPE trap.d",
    "cast": "CREATE TYPE trap.t AS (a timestamp);"
    "CREATE FUNCTION trap.cast(trap.t) RETURNS timestamp LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM trap.spring(); RETURN now(); END $$;"
    "CREATE CAST (trap.t AS timestamp) WITH FUNCTION trap.cast(trap.t) AS IMPLICIT;"
    "ALTER TABLE {0}._rung_step ALTER applied_at_utc TYPE trap.t USING ROW (applied_at_utc)::trap.t",
    "foreign key": "CREATE TABLE trap.child (h varchar(64) REFERENCES {0}._yoyo_migration ON DELETE CASCADE);"
    "INSERT INTO trap.child SELECT migration_hash FROM {0}._yoyo_migration;"
    "CREATE TRIGGER t AFTER DELETE ON trap.child FOR EACH ROW EXECUTE FUNCTION trap.trigger()",
    "child": "CREATE TABLE trap.heir () INHERITS ({0}._yoyo_migration)",
}


def test_a_ledger_that_another_role_has_laid_out_is_refused_and_nothing_of_it_runs(mallory: Site) -> None:
    as_her = replace(mallory, url=mallory.url.replace("postgres@", "mallory@"))
    for number, (what, statement) in enumerate(LAID_OUT.items()):
        schema = f"web{number}"
        mallory.ask(f"CREATE SCHEMA {schema} AUTHORIZATION mallory")
        assert as_her.rung("up", "--to", "1", "--schema", schema).code == 0
        assert mallory.rung("status", "--schema", schema).code == 0, "a plain one of hers is worked with"
        as_her.ask(statement.format(schema))
        for command in (["status"], ["history"], ["up"], ["down", "--from-ledger"]):
            result = mallory.rung(*command, "--schema", schema)
            assert not sprung(mallory), (what, command)
            assert result.code == 3 and "the ledger belongs to another role" in result.err, (
                what,
                result.out,
                result.err,
            )
            assert "  next: remove it, or run as the owner" in result.err


def test_a_function_of_the_ledgers_that_another_role_made_beforehand_is_not_taken_over(mallory: Site) -> None:
    as_her = replace(mallory, url=mallory.url.replace("postgres@", "mallory@"))
    mallory.ask("CREATE SCHEMA web AUTHORIZATION mallory")
    name = "web._rung_event_is_append_only()"
    as_her.ask(f"CREATE FUNCTION {name} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")
    result = mallory.rung("up", "--schema", "web")
    assert result.code == 3 and "function _rung_event_is_append_only" in result.err, result.err
    as_her.ask(f"DROP FUNCTION {name}")
    assert mallory.rung("up", "--schema", "web").code == 0


# Names.

NAMES = (
    *(
        'a"b',
        "it's",
        '"; DROP TABLE canary; --',
        "'; DROP TABLE canary; --",
        "line\nbreak",
        "tab\tbed",
        "esc\x1b[2Jape",
    ),
    *("bidi\u202eevil", "c1\x9b2J", "%s %(x)s %d", "{} {0}", "$1 :name ?", "-- c", "/* c", "back\\slash\\", "`x`|y"),
    *("<script>alert(1)</script>", "]]>&amp;", "::error::x", "ü" * 31, "$$ $do$", "semi;colon", "ends\rin\x0c"),
)


def name_of(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def wild(engine: str, root: Path) -> Site:
    """A project whose one step makes a table, a column, a constraint, an index, a view and a trigger of each name."""
    folder = root / "migrations" / "wild" / engine
    (folder / "verify").mkdir(parents=True)
    up, down = ["CREATE TABLE gone_rows (id INTEGER)"], ["DROP TABLE gone_rows"]
    for name in NAMES:
        t, v, i, g, c = (name_of(kind + name) for kind in "tvigc")
        table = f"CREATE TABLE {t} ({name_of(name)} INTEGER, CONSTRAINT {c} CHECK ({name_of(name)} > 0))"
        up += [
            table,
            f"CREATE INDEX {i} ON {t} ({name_of(name)})",
            f"CREATE VIEW {v} AS SELECT {name_of(name)} FROM {t}",
        ]
        down = [f"DROP VIEW {v}", f"DROP TABLE {t}", *down]
        if engine == "postgresql":
            on = f"BEFORE UPDATE ON {t} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
            comment = f"COMMENT ON COLUMN {t}.{name_of(name)} IS {literal(name)}"
            up += [f"CREATE TRIGGER {g} {on}", comment]
        elif engine == "sqlite":
            up += [f"CREATE TRIGGER {g} AFTER UPDATE ON {t} BEGIN SELECT 1; END"]
        else:
            on = f"AFTER DELETE ON {t} REFERENCING OLD TABLE AS gone FOR EACH STATEMENT"
            up += [f"CREATE TRIGGER {g} {on} INSERT INTO gone_rows SELECT * FROM gone"]
            down = [f"DROP TRIGGER {g} ON {t}", *down]
    never = "SELECT 'a' AS subject, 'b' AS problem WHERE FALSE"
    values = " UNION ALL ".join(f"SELECT {literal(name)} AS subject, {literal(name)} AS problem" for name in NAMES)
    cells = ", ".join(f"{literal(name)} AS {name_of(name)}" for name in NAMES)
    for path, text in {
        folder / "0001.wild-names.sql": ";\n\n".join(up),
        folder / "0001.wild-names.rollback.sql": ";\n\n".join(down),
        folder / "verify" / "0001.wild-names.sql": never,
        root / "sql" / "checks" / "wild" / engine / "names.sql": values,
        root / "sql" / "queries" / "wild" / engine / "names.sql": f"SELECT {cells}",
        root / "sql" / "queries" / "wild" / engine / "rows.sql": f"SELECT * FROM {name_of('v' + NAMES[0])}",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"-- Wild: names.\n\n{text};\n", newline="")
    return Site(engine, f"{engine}:///{root / 'wild.db'}", root, "wild")


@EACH
def test_names_of_others_are_shown_and_not_obeyed(engine: str, servers: Servers, tmp_path: Path) -> None:
    site = wild(engine, tmp_path)
    with contextlib.ExitStack() as stack:
        if engine == "postgresql":
            site = replace(site, url=stack.enter_context(servers.database(servers.first)))
        site.ask("CREATE TABLE canary (id INTEGER)", "INSERT INTO canary VALUES (1)")
        out = tmp_path / "out"
        out.mkdir()
        forms = ["--github", *(f"--{name}={out / name}" for name in ("junit", "sarif", "markdown"))]

        def rung(code: int, *command: object) -> Result:
            result = site.rung(*command, "--log-file", out / "log")  # type: ignore[arg-type]
            assert result.code == code, (command, result.out, result.err)
            assert not OBEYED.search((out / "log").read_text())
            if "--github" in command:
                ElementTree.parse(out / "junit")
                assert json.loads((out / "sarif").read_text())["version"] == "2.1.0"
                assert not any(OBEYED.search((out / name).read_text()) for name in ("junit", "sarif", "markdown"))
            if "--json" in command and "--github" not in command:
                assert result.json["format"] == 1
            assert site.ask("SELECT id FROM canary") == [(1,)], command
            return result

        rung(0, "up", "--dry-run", "--verbose")
        said = rung(1, "up", "--check", "--verbose").out
        assert "esc\\x1b[2Jape" in said and "line\\nbreak" in said and "bidi\\u202eevil" in said
        site.ask(*(f"INSERT INTO {name_of('t' + name)} VALUES (7)" for name in NAMES))
        rung(0, "status", "--exit-code", *forms)
        found = rung(1, "verify", *forms).out
        assert "FAILS" in found and "esc\\x1b[2Jape: esc\\x1b[2Jape" in found
        violations = rung(1, "verify", "--json").json["findings"][-1]["violations"]
        rung(0, "history")
        heading, row, count = rung(0, "query", "names").out.splitlines()
        assert "<script>alert(1)</script>" in heading and "line\\nbreak" in row and count == "(1 row)"
        (answer,) = rung(0, "query", "names", "--json").json["answers"]
        assert answer == {"columns": list(NAMES), "rows": [list(NAMES)]}, "in JSON they are as they are"
        assert {one["subject"] for one in violations} == set(NAMES)
        rung(0, "explain", "rows")
        if engine != "duckdb":
            rung(0, "indexes")
        # What the steps do not know, beside what they made; and a part of each that is gone.
        site.ask(*(f"CREATE TABLE {name_of('x' + name)} ({name_of(name)} INTEGER)" for name in NAMES))
        site.ask(*(f"DROP INDEX {name_of('i' + name)}" for name in NAMES))
        rung(1, "drift", *forms, "--verbose")
        told = {(one["change"], one["name"]) for one in rung(1, "drift", "--json").json["objects"]}
        assert {("unknown", "x" + name) for name in NAMES} <= told
        assert {("missing", "i" + name) for name in NAMES} <= told
        foreign = [f"--foreign=table {glob.escape('x' + name)}" for name in NAMES]
        still = {(one["name"], one["foreign"]) for one in rung(1, "drift", "--json", *foreign).json["objects"]}
        assert {("x" + name, False) for name in NAMES}.isdisjoint({(a, bool(b)) for a, b in still})
        index = [f"CREATE INDEX {name_of('i' + n)} ON {name_of('t' + n)} ({name_of(n)})" for n in NAMES]
        site.ask(*(f"DROP TABLE {name_of('x' + name)}" for name in NAMES), *index)
        drilled = rung(
            1, "drill", "--verbose", *forms, f"--html={out / 'html'}", f"--certificate={out / 'certificate'}"
        )
        assert "lossy" in drilled.out and "<script>alert(1)</script> (1 row)" in drilled.out
        page = Page((out / "html").read_text())
        inert_page(page)
        assert not OBEYED.search((out / "html").read_text()) and "t<script>alert(1)</script>" in page.text
        assert not OBEYED.search((out / "certificate").read_text()) and json.loads((out / "certificate").read_text())
        made = call("snapshot", "wild", "--project", tmp_path, "--engine", engine)
        assert inert(made).code == 0, made.err
        assert inert(call("snapshot", "wild", "--project", tmp_path, "--engine", engine, "--check")).code == 0
        rung(0, "down", "--dry-run", "--verbose", "--from-ledger")
        rung(0, "down", "--verbose")
        rung(1, "up", "--check", "--one-transaction", "--json")
        rung(0, "down", "--from-ledger", "--json")
        assert site.applied() == []


@EACH
def test_what_an_engine_says_of_a_name_is_shown_and_not_obeyed(engine: str, make: Make, tmp_path: Path) -> None:
    site = make(engine)
    name = "esc\x1b[2J\u202eape\x9b"
    escaped = "esc\\x1b[2J\\u202eape\\x9b"
    said = site.rung("explain", "--sql", f"SELECT * FROM {name_of(name)}", "--log-file", tmp_path / "log")
    assert said.code == 3 and escaped in said.err, said.err
    (site.steps() / "0002.shop-orders.rollback.sql").write_text(f"-- Back: no.\n\nDROP TABLE {name_of(name)};\n")
    assert site.rung("down", "--from-ledger").code == 0
    (site.steps() / "0002.shop-orders.sql").write_text(f"-- Up: no.\n\nDROP TABLE {name_of(name)};\n")
    assert escaped in site.rung("up", "--log-file", tmp_path / "log").err
    assert escaped in site.rung("history").out and name in site.rung("history", "--json").json["events"][-1]["message"]
    assert not OBEYED.search((tmp_path / "log").read_text())


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_a_database_file_may_have_any_name(engine: str, applied: Callable[[str], Site], tmp_path: Path) -> None:
    whole = applied(engine)
    for name in NAMES if engine == "sqlite" else NAMES[2:9:2]:
        file = tmp_path / name.replace("/", "|")
        shutil.copy(whole.url.partition(":///")[2], file)
        site = replace(whole, url=f"{engine}:///{quote(str(file))}")
        for command in (["status", "--exit-code"], ["up", "--json"], ["down"]):
            result = site.rung(*command)
            assert result.code == 0, (command, result.err)
        if name == NAMES[4]:
            assert site.rung("up").code == 0
            assert site.rung("drift").code == 0
            html = tmp_path / "html"
            assert site.rung("drill", f"--html={html}").code == 0, site.rung("drill").err
            assert not OBEYED.search(html.read_text())
            html.unlink()
        file.unlink()
        assert not list(tmp_path.iterdir()), "nothing was made beside it, nor elsewhere of its name"


def test_schemas_databases_and_roles_may_have_any_name(make: Make, servers: Servers) -> None:
    site = make("postgresql")
    site.ask("CREATE TABLE canary (id INTEGER)")
    before = site.ask("SELECT schema_name FROM information_schema.schemata ORDER BY 1")
    for name in NAMES[1::3]:
        for command, code in (
            (["up", "--json"], 0),
            (["status", "--exit-code"], 0),
            (["down", "--all", "--from-ledger"], 0),
        ):
            result = site.rung(*command, "--schema", name)
            assert result.code == code, (name, command, result.err)
        assert site.ask(f"SELECT count(*) FROM {name_of(name)}._rung_event") == [(4,)]
        site.ask(f"DROP SCHEMA {name_of(name)} CASCADE")
    assert site.ask("SELECT schema_name FROM information_schema.schemata ORDER BY 1") == before
    assert site.ask("SELECT count(*) FROM canary") == [(0,)] and len(site.applied()) == 2
    for name in (NAMES[2], NAMES[6]):
        site.ask(f"CREATE ROLE {name_of(name)} LOGIN CREATEDB")
        with servers.database(servers.first, name=name) as url:
            user = url.replace("postgres@", f"{quote(name, safe='')}@")
            there = replace(site, url=url)
            there.ask(f"ALTER DATABASE {name_of(name)} OWNER TO {name_of(name)}")
            for command, *options in (["up"], ["status"], ["drift"], ["drill"], ["down"]):
                result = there.rung(command, *options, "--schema", name, url=user)
                assert result.code == 0, (name, command, result.out, result.err)
            there.ask(f"DROP OWNED BY {name_of(name)} CASCADE")
            there.ask(f"ALTER DATABASE {name_of(name)} OWNER TO postgres")
        site.ask(f"DROP ROLE {name_of(name)}")


# A database file whose content means harm: each is laid into a good one, on which both steps are applied.
FILES: dict[str, dict[str, tuple[str, ...]]] = {
    "sqlite": {
        "a view of the ledger": (
            "ALTER TABLE _yoyo_migration RENAME TO kept",
            "CREATE VIEW _yoyo_migration AS SELECT * FROM kept",
        ),
        "a view without end": (
            "DROP TABLE _rung_step",
            "CREATE VIEW _rung_step AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
            "SELECT * FROM r",
        ),
        "a trigger that writes": (
            "CREATE TRIGGER t AFTER INSERT ON _yoyo_migration BEGIN INSERT INTO canary VALUES (1); END",
            "CREATE TRIGGER u AFTER DELETE ON _yoyo_migration BEGIN INSERT INTO canary VALUES (1); END",
        ),
        "a trigger that undoes": (
            "CREATE TRIGGER t BEFORE INSERT ON _yoyo_migration BEGIN SELECT RAISE(IGNORE); END",
            "CREATE TRIGGER u BEFORE DELETE ON _yoyo_migration BEGIN SELECT RAISE(IGNORE); END",
        ),
        "a virtual table": ("DROP TABLE _rung_version", "CREATE VIRTUAL TABLE _rung_version USING fts5 (version)"),
        "a generated column": ("ALTER TABLE _rung_step ADD x TEXT AS (upper(rollback_sql))",),
        "an index on an expression": ("CREATE INDEX x ON _rung_step (upper(rollback_sql))",),
        "a table that is nonsense": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET sql = 'CREATE TABLE customers (id INTEGER,' WHERE name = 'customers'",
        ),
        "an object that is nonsense": (
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_schema VALUES ('nonsense', 'x', 'y', 99999, 'DROP TABLE canary')",
        ),
        "an object of two names": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET name = '_rung_event', tbl_name = '_rung_event' WHERE name = 'customers'",
        ),
        "a page of another": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = '_rung_step') "
            "WHERE name = 'customers'",
        ),
        "no definition": ("PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = NULL WHERE name = 'orders'"),
        "bytes for a name": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_schema SET name = CAST(x'ff00fe' AS TEXT) WHERE name = 'orders_note_is_kept'",
        ),
        "bytes for an id": ("UPDATE _yoyo_migration SET migration_id = CAST(x'30303031ff' AS TEXT)",),
        "a blob for a hash": ("UPDATE _yoyo_migration SET migration_hash = x'00' WHERE migration_id LIKE '0001%'",),
    },
    "duckdb": {
        "a view of the ledger": (
            "ALTER TABLE _yoyo_migration RENAME TO kept",
            "CREATE VIEW _yoyo_migration AS SELECT * FROM kept",
        ),
        "a view that reads a file": (
            "DROP TRIGGER _rung_event_keeps_rows ON _rung_event",
            "DROP TRIGGER _rung_event_keeps_values ON _rung_event",
            "DROP TABLE _rung_version",
            "CREATE VIEW _rung_version AS SELECT 1 AS version, content FROM read_text('/etc/hostname')",
        ),
        "a macro for a function": ("CREATE MACRO max(x) AS 1",),
        "a macro for a table": ("CREATE MACRO duckdb_tables() AS TABLE SELECT 1 AS database_name",),
        "a default": ("ALTER TABLE _rung_event ALTER message SET DEFAULT 'x'",),
        "another type": ("ALTER TABLE _rung_step ALTER duration_ms TYPE VARCHAR",),
    },
}


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_a_database_file_that_means_harm_is_told_or_worked_with(
    engine: str, applied: Callable[[str], Site], servers: Servers, tmp_path: Path
) -> None:
    for what, statements in FILES[engine].items():
        with copied(applied(engine), servers, tmp_path) as site:
            path = site.url.partition(":///")[2]
            if engine == "sqlite":
                with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as file:
                    for statement in ("CREATE TABLE canary (id INTEGER)", *statements):
                        file.execute(statement)
            else:
                site.ask("CREATE TABLE canary (id INTEGER)", *statements)
            for command in (["status"], ["verify"], ["drift"], ["drill"], ["up"], ["down"], ["down", "--from-ledger"]):
                result = site.rung(*command)
                about = (what, command, result.code, result.out, result.err)
                assert result.code in {0, 1, 3}, about
                assert result.code != 3 or result.err.count("rung: ") == 1, about
                assert what != "a trigger that undoes" or command[0] != "down" or result.code == 3, about
            if engine == "duckdb":
                assert site.ask("SELECT count(*) FROM canary") == [(0,)]


def test_a_backslash_that_duckdb_would_read_as_a_slash_is_refused(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "back").mkdir()
    site = Site("duckdb", f"duckdb:///{quote(str(tmp_path))}/back%5Cslash.db", shop)
    for command in ("up", "up --check"):
        result = site.rung(*command.split())
        assert result.code == 3 and "backslash" in result.err, result.err
    assert [path.name for path in tmp_path.rglob("*")] == ["back"], "no other file was made or opened"
