"""Bad input of every kind: each ends in one clear message and the documented exit code, soon, and nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import duckdb
import pgparse
import psycopg
import pytest
from conftest import ROOT, TREES, call, steps_of
from fuzzing import CANARY, SIGNS, few, joined, mutated, odd, whole
from hypothesis import assume, example, given
from hypothesis import strategies as st
from servers import Servers

from runner import document, target
from runner.engines import duckdb as duckdb_engine
from runner.engines import postgresql_text
from runner.engines import sqlite as sqlite_engine
from runner.errors import HeaderError, RungError, UnreadableFileError, UsageError
from runner.sqlfile import KEYS, SqlFile, allowances, checksum, header, parameters, parse_header, read_file

BOM = b"\xef\xbb\xbf"


def sql_file(text: str, kind: str = "forward") -> SqlFile:
    return SqlFile("some.sql", kind, text, checksum(text))


# Files: bytes and headers.

_BYTES = [BOM, b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80"]
_BYTES += ["é😀".encode(), b"-- A: b.\n", b"SELECT 1;", "-- A: b.\nx\n".encode("utf-16"), "x\n".encode("utf-32-be")]
raw_files = st.lists(st.sampled_from(_BYTES) | st.binary(max_size=6), max_size=10).map(b"".join)


@few(150)
@given(raw=raw_files)
def test_a_file_of_any_bytes_is_read_whole_or_refused_at_the_line_that_is_wrong(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "some.sql")
        path.write_bytes(raw)
        try:
            text = read_file(path, "forward").text
        except UnreadableFileError as error:
            assert error.at
            line = raw.split(b"\n")[error.at.line - 1]
            with contextlib.suppress(UnicodeDecodeError):
                line.decode()
                assert b"\0" in line, error.lines()
            return
    assert text.encode() == raw.removeprefix(BOM).replace(b"\r\n", b"\n")


_HEADER = [
    "-- ",
    "--",
    "--   ",
    "\n",
    "\r",
    ": ",
    ":",
    "Thing: why.",
    "(",
    ")",
    ", ",
    " ",
    "a",
    "rule (reason)",
    "allow: ",
]
_HEADER += [
    *sorted(set().union(*KEYS.values())),
    "-- Thing: why.\n",
    "-- seed: none\n",
    "extension x",
    "-- allow: ",
    "on",
]


@few(200)
@given(
    text=st.tuples(st.sampled_from(["", "-- Thing: why.\n"]), odd(*_HEADER, most=14)).map("".join),
    kind=st.sampled_from(sorted(KEYS)),
)
@example(text="-- Thing: why.\n-- seed: none\n-- writes: perhaps", kind="query")
def test_a_header_of_any_text_is_understood_or_refused_at_a_line_that_it_has(text: str, kind: str) -> None:
    file = sql_file(text, kind)
    about, faults = parse_header(file)
    _, others = allowances(file)
    last = text.count("\n") + 1
    assert all(fault.at and 1 <= fault.at.line <= last for fault in (*faults, *others)), text
    assert about.keys.keys() == about.lines.keys()
    assert all(key in text.split("\n")[line - 1] for key, line in about.lines.items()), text
    try:
        assert header(file) == about and not faults
        assert all(name in text for name in parameters(file))
    except HeaderError as error:
        assert error is faults[0]


# So long a text is read in some milliseconds; where the time grows with the square, it is minutes.
_LONG, _SOON = 100_000, 2.0
_BEGINNINGS = ["", "-- A: b.\n", "-- A: b.\n-- allow: ", "-- A: b.\n-- params: ", "-- A: b.\n-- seed: x\n", "-- ", "'"]
_BEGINNINGS += ["CREATE TRIGGER t AFTER INSERT ON u BEGIN ", "CREATE RULE ", "E'", "CREATE FUNCTION f() BEGIN ATOMIC "]
_BEGINNINGS += ["postgresql://u:p@", "postgresql://h?password=", "host=x password='", "sqlite:///", "a:b@"]
_REPEATED = [
    *SIGNS,
    "--\n",
    "--   x\n",
    "-- a: b\n",
    "-- seed: x\n",
    "a (b), ",
    "(a ",
    "/*",
    "*/",
    "$$",
    "$a$",
    "''",
    "\n'",
]
_REPEATED += [
    "E'",
    "-- allow: a\n",
    "; ",
    "END;",
    "CASE ",
    "BEGIN ATOMIC ",
    "\\'",
    "&a=",
    "?password=",
    " a =",
    "://",
    ":a",
]
_READERS: list[Callable[[str], object]] = [
    lambda text: parse_header(sql_file(text)),
    lambda text: parameters(sql_file(text, "query")),
    lambda text: allowances(sql_file(text)),
    lambda text: list(sqlite_engine.statements(text)),
    lambda text: list(postgresql_text.statements(text)),
    lambda text: postgresql_text.numbered(text, {"a": 1}),
    target.redact,
    lambda text: target.without_secrets("what a driver says", text),
    target.parse,
]


@few(40)
@given(st.sampled_from(_BEGINNINGS), st.sampled_from(_REPEATED))
@example("", "-- a: b\n")
@example("-- A: b.\n-- seed: x\n", "--   x\n")
@example("E'", "''")
def test_one_thing_said_a_hundred_thousand_times_is_read_soon(beginning: str, repeated: str) -> None:
    text = beginning + repeated * (_LONG // len(repeated))
    for read in _READERS:
        began = process_time()
        with contextlib.suppress(RungError):
            read(text)
        assert process_time() - began < _SOON, read


def test_a_key_that_goes_on_for_a_quarter_of_a_million_lines_is_read_soon() -> None:
    text = "-- A: b.\n-- seed: x\n" + "--   and more of it\n" * 250_000
    began = process_time()
    about, faults = parse_header(sql_file(text))
    assert process_time() - began < 5
    assert not faults and about.keys["seed"].count("more") == 250_000


# Statements: where one ends is what the engine says.

_QUOTED = [
    "'a;b'",
    "'it''s;'",
    '"a;b"',
    '"a"";"',
    "-- c;'\n",
    '-- c;"\r',
    "/* ; ' */",
    " AS e",
    "1",
    ",",
    "(",
    ")",
    "x'00'",
]
_BLANKS = [";", ";", ";\n", " ", "\n", "\r", "\t", "\x0b", "\x0c", "\x1c", "\x85", "\u00a0", "\u3000", "\ufeff", "--\r"]
_OPEN = ["'", '"', "/*", "*/", "[", "`", "$$", "\\", "-", "é"]
_SQLITE = ["CREATE TABLE t (a);", "CREATE TABLE IF NOT EXISTS u (a, b);", "INSERT INTO u VALUES ('é\r\n;', \"\");"]
_SQLITE += [
    "CREATE TRIGGER r AFTER INSERT ON u BEGIN SELECT 1; UPDATE u SET b = CASE WHEN 1 THEN 2 END; END",
    "CREATE TEMP TRIGGER s AFTER DELETE ON u BEGIN SELECT ';'; END /* x */ ;",
    "create/**/trigger q after insert on u begin select 1;end;",
    "EXPLAIN CREATE TRIGGER",
    "SELECT 'a' AS [end;]; ",
    'SELECT 1 AS "x;" -- ;\n;',
    "`b;``c`",
    "SELECT 1",
    " CASE WHEN 1 THEN 1 END",
    "BEGIN",
    "END;",
]


def dump(connection: sqlite3.Connection) -> list[Any]:
    objects = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()
    tables = [name for kind, name, _ in objects if kind == "table"]
    return [objects, *(connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables)]


def nothing_between(text: str, pieces: list[tuple[int, str]]) -> Iterator[str]:
    """What is in none of the pieces, which stand where they are said to."""
    at = 0
    for start, piece in pieces:
        assert at <= start and text.startswith(piece, start)
        yield text[at:start]
        at = start + len(piece)
    yield text[at:]


@few(600)
@given(joined(*_QUOTED, *_BLANKS, *_OPEN, *_SQLITE, *_SQLITE, *_SQLITE, most=9))
@example("\ufeffCREATE TABLE u (a, b);\ufeffCREATE TRIGGER r AFTER INSERT ON u BEGIN SELECT 1; END;")
@example("SELECT 1;\u00a0")
@example(";/*")
@example("-- c\n\x0b")
def test_sqlite_pieces_do_what_sqlite_does_with_the_whole(text: str) -> None:
    pieces = list(sqlite_engine.statements(text))
    list(nothing_between(text, pieces))

    def run(work: Callable[[sqlite3.Connection], object]) -> tuple[bool, list[Any]]:
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            try:
                work(connection)
            except sqlite3.Error:
                return False, dump(connection)
            return True, dump(connection)

    assert run(lambda whole_text: whole_text.executescript(text)) == run(
        lambda piecewise: [piecewise.execute(piece) for _, piece in pieces]
    )


_DUCKDB = [
    "CREATE TABLE t (a INT);",
    "CREATE TABLE IF NOT EXISTS u (a INT, b TEXT);",
    "INSERT INTO u VALUES (1, '\r\n;');",
]
_DUCKDB += ["SELECT $$a;b$$", "SELECT $x$;$$;$x$", "SELECT E'a\\';b'", "CREATE MACRO m(a) AS a + 1;", "SELECT 1"]
_DUCKDB += ["CREATE SEQUENCE IF NOT EXISTS s;", 'SELECT 1 AS "x;" -- ;\n;', "SELECT CASE WHEN TRUE THEN 1 END;", "é"]
_DUCKDB += [
    "PRAGMA version;",
    "PIVOT u ON a;",
    "CREATE TYPE k AS ENUM ('a;');",
    "FROM u SELECT a",
    "SELECT ';' AS \u00a0",
]


@few(60)
@given(joined(*_QUOTED, *_BLANKS, *_OPEN, *_DUCKDB, *_DUCKDB, *_DUCKDB, most=8))
@example("SELECT\u00a01; SELECT\u30002")
def test_duckdb_pieces_are_found_where_they_stand_and_do_what_the_whole_does(text: str) -> None:
    def run(work: Callable[[duckdb.DuckDBPyConnection], object]) -> tuple[bool, list[Any]]:
        with duckdb.connect(":memory:") as connection:
            try:
                work(connection)
            except duckdb.Error:
                return False, []
            tables = connection.execute("SELECT table_name, sql FROM duckdb_tables() ORDER BY ALL").fetchall()
            rows = [connection.execute(f'FROM "{name}" ORDER BY ALL').fetchall() for name, _ in tables]
            return True, [tables, rows]

    def piecewise(connection: duckdb.DuckDBPyConnection) -> None:
        found = list(duckdb_engine.located(text, connection.extract_statements(text)))
        assert [start for start, _ in found] == sorted(start for start, _ in found)
        for _, statement in found:
            connection.execute(statement).fetchall()

    assert run(piecewise) == run(lambda connection: connection.execute(text))


_POSTGRESQL = [
    "SELECT 1;",
    "CREATE TABLE t (a INT);",
    "INSERT INTO u VALUES (1, ';\r');",
    "SELECT E'a\\';b'",
    "SELECT e'x''\\'';'",
]
_POSTGRESQL += [
    "SELECT E'a'\n'b\\';';",
    "SELECT E'a' -- x\r 'b\\';';",
    "SELECT U&'\\0061;'",
    'SELECT 1 AS U&"d;\\0061"',
    "SELECT $$a;b$$",
    "SELECT $x$;$$;$x$",
    "SELECT $é$;$é$;",
    "SELECT 1 AS x$a;",
    "SELECT 1 AS 😀$a$;",
    "SELECT 1 AS \u00a0;",
    "/* a /* ; */ ; */",
    "/* a /* ; */ ;",
    "SELECT CASE WHEN true THEN 1 END",
    'SELECT 1 AS "begin";',
    "SELECT date'2020-01-01;'",
    "SELECT typE'a\\';",
    "SELECT B'0;', X'0', N'x;'",
    "DO $b$ BEGIN PERFORM 1; END; $b$ ",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;",
    "CREATE /* x; */ OR REPLACE FUNCTION f(begin int) RETURNS int LANGUAGE sql AS $$SELECT 1;$$",
    "CREATE FUNCTION g(begin int) RETURNS int RETURN 1;",
    "CREATE PROCEDURE p() BEGIN /* */ ATOMIC INSERT INTO u VALUES (1, ''); END",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM u);",
]
_SPACE = " \t\n\r\f\v"


@few(1500)
@given(joined(*_QUOTED, *_BLANKS, *_OPEN, *_POSTGRESQL, *_POSTGRESQL, *_POSTGRESQL, most=7))
@example("-- it ends here\rSELECT 1; SELECT 2")
@example("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM u); SELECT 1")
@example("SELECT 1 AS \u00a0; SELECT 2")
@example("SELECT typE'a\\'; SELECT '2'")
def test_postgresql_pieces_are_those_of_postgresqls_parser(text: str) -> None:
    pieces = list(postgresql_text.statements(text))
    list(nothing_between(text, pieces))
    try:
        trees = pgparse.parse(text)
    except pgparse.PGQueryError:
        return  # What is wrong in a text that goes to the server, the server says.
    raw = text.encode()
    places = [tree.get("stmt_location", 0) for tree in trees]
    ends = [at + tree["stmt_len"] if tree.get("stmt_len") else len(raw) for at, tree in zip(places, trees, strict=True)]
    assert [start + len(piece) for start, piece in pieces] == [
        len(raw[:end].decode().rstrip(_SPACE)) for end in ends
    ], text
    assert all(len(raw[:at].decode()) <= start for at, (start, _) in zip(places, pieces, strict=True)), text


@few(15)
@given(texts=st.lists(joined(*_BLANKS, *_POSTGRESQL, *_POSTGRESQL, *_POSTGRESQL, most=5), min_size=8, max_size=8))
def test_postgresql_pieces_do_what_the_server_does_with_the_whole(
    texts: list[str], postgresql: psycopg.Connection[Any]
) -> None:
    def run(pieces: list[str]) -> tuple[bool, list[Any]]:
        postgresql.execute("BEGIN")
        try:
            postgresql.execute("CREATE TABLE u (a int, b text)")
            for piece in pieces:
                postgresql.execute(piece.encode())
            postgresql.execute("SET CONSTRAINTS ALL IMMEDIATE")
            objects = postgresql.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
            )
            return True, [objects.fetchall(), postgresql.execute("SELECT * FROM u ORDER BY 1, 2").fetchall()]
        except psycopg.Error:
            return False, []
        finally:
            postgresql.execute("ROLLBACK")

    for text in (text.replace("\x0b", "") for text in texts):  # A space from PostgreSQL 16 on.
        assert run([text]) == run([piece for _, piece in postgresql_text.statements(text)]), text


@pytest.fixture(scope="module")
def postgresql(servers: Servers) -> Iterator[psycopg.Connection[Any]]:
    with servers.database(servers.first) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = error")
        yield connection


# Names of files.

_NAMES = [
    "0003.shop-",
    "0003.",
    "third",
    ".sql",
    ".SQL",
    ".rollback",
    "-",
    "shop",
    "x" * 200,
    "9" * 60,
    "0001.shop-customers",
]
_FOLDERS = [
    "migrations/shop/sqlite",
    "migrations/shop/sqlite/verify",
    "migrations/shop",
    "migrations",
    "sql/queries/shop/sqlite",
]
_FOLDERS += ["sql/checks/shop/sqlite", "sql/seed/shop", "tests/snapshots"]
names = st.tuples(odd(*_NAMES, most=5), st.sampled_from([b"", b"\xff", b"\xed\xa0\x80"]), st.sampled_from(["", ".sql"]))
_CONTENT = "-- Third: why.\n\nSELECT 'a' AS subject, 'b' AS problem WHERE 1 = 0;\n"
_LOOKS = (["status", "shop", "--exit-code"], ["up", "shop"], ["query", "shop"], ["snapshot", "shop", "--check"])


@few(40)
@given(named=names, folder=st.sampled_from(_FOLDERS), is_folder=st.booleans())
@example(("0003.shop-third\n\x1b[31m", b"\xff", ".sql"), "migrations/shop/sqlite", False)
@example(("0003.shop-third", b"", ".sql"), "migrations/shop/sqlite/verify", False)
@example(("\u202e0003", b"", ".sql"), "sql/queries/shop/sqlite", False)
def test_a_file_of_any_name_is_taken_left_alone_or_refused(
    named: tuple[str, bytes, str], folder: str, is_folder: bool
) -> None:
    with _project() as root:
        name = named[0].replace("/", "").encode(errors="surrogatepass") + named[1] + named[2].encode()
        name = name.replace(b"\0", b"")
        assume(name not in {b"", b".", b".."} and len(name) < 256)
        where = root / folder
        where.mkdir(parents=True, exist_ok=True)
        path = os.path.join(os.fsencode(where), name)  # noqa: PTH118 - a name of bytes
        assume(not os.path.lexists(path))
        os.mkdir(path) if is_folder else Path(os.fsdecode(path)).write_text(_CONTENT)  # noqa: PTH102
        before = _files(root)
        for look in _LOOKS:
            url = [] if look[0] == "snapshot" else ["--url", f"sqlite:///{root.parent}/test.db"]
            whole(call(*look, "--project", root, *url), 0, 1, 2, 3)
        assert _files(root) == before


@few(2)
@given(named=names, folder=st.sampled_from(_FOLDERS[:2]))
@example(("0003.shop-third\n\x1b[31m", b"\xff", ".sql"), "migrations/shop/sqlite")
def test_lint_judges_a_file_of_any_name(named: tuple[str, bytes, str], folder: str) -> None:
    with _project() as root:
        name = (named[0].replace("/", "").encode(errors="surrogatepass") + named[1] + b".sql").replace(b"\0", b"")
        assume(len(name) < 256)
        path = Path(os.fsdecode(os.path.join(os.fsencode(root / folder), name)))  # noqa: PTH118
        assume(not path.exists())
        path.write_text(_CONTENT)
        whole(call("lint", "--fast", "--project", root, path), 0, 1, 2)


@contextlib.contextmanager
def _project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "project")
        shutil.copytree(TREES / "base", root)
        yield root


def _files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# URLs.

_URL = [
    "sqlite",
    "duckdb",
    "postgresql",
    "postgres",
    "postgresql+psycopg",
    "mysql",
    "file",
    ":///",
    "://",
    "//",
    "/",
    ":",
    "@",
]
_URL += [
    "127.0.0.1",
    "[::1]",
    "[",
    "]",
    "localhost:1",
    ":1",
    ":99999",
    ":0",
    ",",
    "/nowhere/at/all",
    "?host=/nowhere",
    "u",
]
_URL += [
    "&",
    "?",
    "sslmode=disable",
    "options=-cx",
    "service=none",
    "connect_timeout=x",
    "%",
    "%00",
    "%zz",
    "%ff",
    "%2F",
    "'",
]
_URL += [
    "user=",
    "host=127.0.0.1 port=1",
    " ",
    "\\",
    "dbname=x",
    "passfile=/nowhere",
    "\ud800",
    ":memory:",
    "é",
    "😀",
    "\n",
    "\0",
]
_SECRETS = [
    f"u:{CANARY}@",
    f":{CANARY}@",
    f"password={CANARY}",
    f"PASSWORD = '{CANARY}'",
    f"?password={CANARY}",
    f"&sslpassword={CANARY}",
]
_BASES = [
    "postgresql://",
    "postgres://",
    "postgresql+psycopg://",
    "POSTGRESQL://",
    "sqlite://",
    "duckdb://",
    "mysql://",
    "",
]
urls = st.tuples(st.sampled_from(_BASES), joined(*_URL, most=2), st.sampled_from(_SECRETS), joined(*_URL, most=4)).map(
    "".join
)


@few(800)
@given(url=urls, schema=st.just("") | odd(most=3))
@example(url=f"u:{CANARY}@:///@", schema="")
@example(url=f"postgresql://password={CANARY}[::1]&sslmode=disable", schema="")
def test_a_url_of_any_kind_is_a_target_or_refused_without_its_password(url: str, schema: str) -> None:
    assert CANARY not in target.redact(url), target.redact(url)
    assert CANARY not in target.without_secrets(f"the driver says: {url}", url)
    try:
        found = target.parse(url, schema)
    except UsageError as error:
        assert not any(CANARY in line for line in error.lines()), error.lines()
    else:
        assert CANARY not in found.shown and CANARY not in repr(found._replace(path=""))


# Nothing answers there, wherever a URL leads: no name is looked up, and no port is open.
_NOWHERE = {"PGHOST": "/nowhere", "PGPORT": "1", "PGCONNECT_TIMEOUT": "2", "PGSSLMODE": "disable"}


@few(40)
@given(
    url=urls.filter(lambda url: "\0" not in url),
    command=st.sampled_from(["status", "up", "verify", "drift", "drill", "history"]),
)
@example(url=f"postgresql://u:{CANARY}@127.0.0.1:1/x", command="up")
@example(url=f"postgresql://{'x' * 64}&sslpassword={CANARY}", command="status")
@example(url=f"postgresql://passfile=/nowherePASSWORD = '{CANARY}'", command="status")
@example(url=f"postgresql://u:{CANARY}@[::1/x", command="drill")
@example(url=f"postgresql://u@/x?host=/nowhere&password={CANARY}", command="drift")
def test_a_command_on_a_url_of_any_kind_ends_soon_and_shows_no_password(
    url: str, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with contextlib.suppress(UsageError):
        assume(not target.parse(url).path)  # A file of any name is one.
    for name, value in _NOWHERE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))
    for family in ("ggen", "archon") if command == "up" else ("archon",):
        began = monotonic()
        result = whole(call(command, family, f"--url={url}", "--lock-timeout=0"), 2, 3)
        assert CANARY not in result.out + result.err, result.err
        assert monotonic() - began < 20
    assert not list(Path.cwd().iterdir())


# Options, settings, certificates and snapshots.

_OPTIONS = [
    ["up", "shop", "--to"],
    ["up", "shop", "--lock-timeout"],
    ["up", "shop", "--lock-retries"],
    ["up", "shop", "--max-age"],
]
_OPTIONS += [
    ["up", "shop", "--allow"],
    ["down", "shop", "--steps"],
    ["down", "shop", "--to"],
    ["history", "shop", "--last"],
]
_OPTIONS += [
    ["drill", "shop", "--engine"],
    ["query", "shop", "shown", "--param"],
    ["explain", "shop", "--sql"],
    ["drift", "shop", "--foreign"],
]
_OPTIONS += [
    ["up"],
    ["status"],
    ["query", "shop"],
    ["query"],
    ["verify"],
    ["up", "shop", "--schema"],
    ["up", "shop", "--statement-timeout"],
]
_VALUES = [
    "nan",
    "inf",
    "-1",
    "1e999",
    "0",
    "1",
    "9" * 30,
    "lossless",
    ",",
    "0001",
    "shop",
    "id=",
    "id=1",
    "=",
    "sqlite",
    "--",
    "-x",
    "../",
]


@few(120)
@given(option=st.sampled_from(_OPTIONS), value=odd(*_VALUES, most=3).map(lambda text: text.replace("\0", "")))
@example(option=["status"], value="-\t")
@example(option=["up", "shop", "--to"], value="--")
@example(option=["query", "shop", "shown", "--param"], value="--")
def test_an_option_of_any_value_is_obeyed_or_refused(option: list[str], value: str, shop_file: Path) -> None:
    with _project() as root:
        query = root / "sql" / "queries" / "shop" / "sqlite" / "shown.sql"
        query.parent.mkdir(parents=True)
        query.write_text("-- Shown: one.\n-- params: id (which)\n\nSELECT name FROM customers WHERE id = :id;\n")
        path = Path(shutil.copy(shop_file, root.parent))
        given = [*option[:-1], f"{option[-1]}={value}"] if option[-1].startswith("--") else [*option, value]
        # As the system hands over bytes that are not UTF-8.
        given = [os.fsdecode(part.encode(errors="surrogatepass")) for part in given]
        whole(call(*given, "--project", root, "--url", f"sqlite:///{path}"), 0, 1, 2, 3)


_TOML = [
    "[[foreign]]\n",
    "[[allow]]\n",
    "[foreign]\n",
    'objects = ["table dba_*"]\n',
    'reason = "ours"\n',
    "families = []\n",
]
_TOML += [
    'rule = "*"\n',
    'files = ["*"]\n',
    "reason = 1\n",
    "objects = 1\n",
    'reason = " "\n',
    "[",
    "]",
    "=",
    "'''",
    "#",
    "x = " + "[" * 2000,
]
_TOML += [
    "x = " + "9" * 5000 + "\n",
    'objects = ["[", "[!", "\\u0000"]\n',
    "x = 1979-05-27\n",
    "\ufeff",
    "families = ['\\x1b']\n",
]


@few(80)
@given(text=odd(*_TOML, *_TOML[:6], most=6), raw=st.sampled_from([b"", b"\xff", b"\0", BOM]))
def test_settings_of_any_kind_are_followed_or_refused(text: str, raw: bytes, shop_file: Path) -> None:
    with _project() as root:
        (root / ".rung.toml").write_bytes(text.encode(errors="replace") + raw)
        whole(call("drift", "shop", "--project", root, "--url", f"sqlite:///{shop_file}"), 0, 1, 2)


@few(80)
@given(data=st.data(), is_sealed=st.booleans())
def test_a_certificate_that_says_anything_else_lets_no_step_pass(
    data: st.DataObject, is_sealed: bool, certified: dict[str, Any]
) -> None:
    content = data.draw(mutated(certified))
    if is_sealed:
        content["digest"] = document.digest(content)
    with _project() as root:
        path = root.parent / "drill.json"
        path.write_text(json.dumps(content))
        database = root.parent / "new.db"
        up = ("up", "shop", "--project", root, "--url", f"sqlite:///{database}", "--require-drill", path)
        result = whole(call(*up), 0, 1, 2)
        same = json.dumps(content, sort_keys=True) == json.dumps(certified, sort_keys=True)
        assert is_sealed or same or result.code == 2, result.out
        assert result.code == 0 or not database.exists() or not _tables(database)


@few(60)
@given(
    raw=st.lists(
        st.binary(max_size=20) | st.sampled_from([b'{"kind":', b"{", b"[" * 100_000, b"9" * 5000, BOM]), max_size=4
    )
)
def test_what_is_no_certificate_is_refused(raw: list[bytes]) -> None:
    with _project() as root:
        path = root.parent / "drill.json"
        path.write_bytes(b"".join(raw))
        url = f"sqlite:///{root.parent}/new.db"
        whole(call("up", "shop", "--project", root, "--url", url, "--require-drill", path), 2)
        assert not (root.parent / "new.db").exists()


@few(40)
@given(raw=raw_files)
def test_a_snapshot_file_of_any_bytes_is_another_one_or_refused(raw: bytes) -> None:
    with _project() as root:
        path = root / "tests" / "snapshots" / "shop.sqlite.sql"
        path.parent.mkdir(parents=True)
        path.write_bytes(raw)
        whole(call("snapshot", "shop", "--check", "--project", root), 1, 2)
        assert path.read_bytes() == raw


@few(4)
@given(
    text=odd(
        "[sqlfluff]\n",
        "dialect = ",
        "nothing",
        "max_line_length = ",
        "x",
        "\n",
        "rules = ",
        "[sqlfluff:",
        "]\n",
        most=5,
    )
)
@example(text="[sqlfluff]\nmax_line_length = x\n")
@example(text="dialect = nothing\n")
@example(text="[sqlfluff]\ndialect = nothing\n")
def test_settings_of_sqlfluff_of_any_kind_are_followed_or_refused(text: str) -> None:
    with _project() as root:
        (root / ".sqlfluff").write_text(text.encode(errors="replace").decode())
        whole(call("lint", "--fast", "--project", root, steps_of(root) / "0001.shop-customers.sql"), 0, 1, 2)


def _tables(path: Path) -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name FROM sqlite_schema WHERE name IN ('customers', 'orders')").fetchall()


@pytest.fixture(scope="module")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    assert call("up", "shop", "--project", TREES / "base", "--url", f"sqlite:///{path}").code == 0
    return path


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("drill") / "drill.json"
    result = call("drill", "shop", "--engine", "sqlite", "--project", TREES / "base", "--certificate", path)
    assert result.code in {0, 1}, result.err
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


# Huge files. DuckDB itself takes half a millisecond for a statement: two hundred thousand of them only with --soak, and
# so the hundred megabytes, for the sake of everybody who runs the tests.
_STATEMENTS = {"sqlite": 200_000, "duckdb": 4_000, "postgresql": 50_000}
# Of the size of the file: how much memory a run may take at its most, the driver's own share included, and beside it.
_TIMES = {"sqlite": 6, "duckdb": 16, "postgresql": 7}
_BESIDE = 160_000_000


@pytest.mark.parametrize("engine", _TIMES)
@pytest.mark.parametrize("kind", ["statements", "megabytes"])
def test_a_huge_step_goes_through_in_a_small_multiple_of_its_size(
    kind: str, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--soak") > 0
    steps = tmp_path / "migrations" / "huge" / engine
    (steps / "verify").mkdir(parents=True)
    number = (200_000 if long else _STATEMENTS[engine]) if kind == "statements" else 100 if long else 20
    note = "note" if kind == "statements" else "x" * 1_000_000
    lines = (f"INSERT INTO huge VALUES ({n}, '{note}');\n" for n in range(number))
    step = steps / "0001.huge-one.sql"
    step.write_text("-- Huge: much.\n-- seed: none\n\nCREATE TABLE huge (id BIGINT, note TEXT);\n" + "".join(lines))
    (steps / "0001.huge-one.rollback.sql").write_text("-- Huge: gone.\n-- loses: huge (all)\n\nDROP TABLE huge;\n")
    counted = f"SELECT 'huge' AS subject, count(*) AS problem FROM huge HAVING count(*) <> {number};\n"
    (steps / "verify" / "0001.huge-one.sql").write_text(f"-- Huge: all there.\n\n{counted}")
    with contextlib.ExitStack() as stack:
        url = f"{engine}:///{tmp_path}/huge.db"
        if engine == "postgresql":
            servers = request.getfixturevalue("servers")
            url = stack.enter_context(servers.database(servers.first))
        # DuckDB's parser hands all statements out at once.
        most = _BESIDE + _TIMES[engine] * step.stat().st_size + (2_500 * number if engine == "duckdb" else 0)
        assert _peak("up", "huge", "--project", tmp_path, "--url", url) < most
        # What is read of the file to compare it with the ledger: its bytes and its text.
        looked = _peak("status", "huge", "--project", tmp_path, "--url", url, "--exit-code")
        assert looked < _BESIDE + 3 * step.stat().st_size


# What the parent is told of a child's memory counts in what the parent had itself when it began the child.
MEASURED = """
import sys
from pathlib import Path
from runner import cli
assert cli.run(sys.argv[1:]) == 0
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def _peak(*arguments: object) -> int:
    """The most memory, in bytes, that a run of rung took, which ended well."""
    line = [sys.executable, "-c", MEASURED, *map(str, arguments), "--quiet"]
    return int(subprocess.run(line, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout) * 1024
