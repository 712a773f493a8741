"""What a drill compares: rows in any order and to the last bit, catalogs whose wording says the same, rows that fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from servers import Servers

from runner import engines, state
from runner.engines import Session, Settings
from runner.engines.postgresql_text import statements
from runner.errors import StepError
from runner.rows import Rows
from runner.sqlfile import SqlFile
from runner.state import Content
from runner.target import Target, of_file, parse
from runner.wording import plain

ENGINES = ("sqlite", "duckdb", "postgresql")
every_engine = pytest.mark.parametrize("engine", ENGINES)


def file(text: str, kind: str = "seed", path: str = "rows.sql") -> SqlFile:
    return SqlFile(path, kind, text, "")


@contextmanager
def opened(engine: str, folder: Path, servers: Servers) -> Iterator[Session]:
    if engine == "postgresql":
        with servers.database(servers.first) as url, closing(connect(parse(url))) as found:
            yield found
    else:
        with closing(connect(of_file(engine, folder / "a.db"))) as found:
            yield found


def connect(target: Target) -> Session:
    return engines.connect(target, "create", Settings())


@pytest.fixture
def session(engine: str, tmp_path: Path, servers: Servers) -> Iterator[Session]:
    with opened(engine, tmp_path, servers) as found:
        yield found


def do(session: Session, text: str) -> None:
    session.begin()
    session.run_script(file(text))
    session.commit()


def content(session: Session, name: str = "t") -> Content:
    return state.take(session).contents[name]


@every_engine
def test_the_order_of_rows_does_not_count_and_everything_else_does(session: Session) -> None:
    do(session, "CREATE TABLE t (id INTEGER, name VARCHAR, amount DOUBLE PRECISION);")
    empty = content(session)
    assert (empty.rows, empty.values) == (0, (0, 0, 0))
    do(session, "INSERT INTO t VALUES (1, 'a', 0.1), (2, NULL, NULL), (3, 'c', 3), (3, 'c', 3);")
    first = content(session)
    assert (first.columns, first.rows, first.values) == (("id", "name", "amount"), 4, (4, 3, 3))
    assert not first.is_as(empty)
    do(session, "DELETE FROM t; INSERT INTO t VALUES (3, 'c', 3), (2, NULL, NULL), (3, 'c', 3), (1, 'a', 0.1);")
    assert content(session).is_as(first)
    for change in (
        "UPDATE t SET name = 'A' WHERE id = 1;",
        "UPDATE t SET name = '' WHERE id = 2;",
        "UPDATE t SET name = 'NULL' WHERE id = 2;",
        "UPDATE t SET amount = 0.1000000000000001 WHERE id = 1;",
        "UPDATE t SET name = 'a', amount = NULL WHERE id = 1; UPDATE t SET amount = 0.1 WHERE id = 2;",
        "DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (3, 'c', 3);",
        "INSERT INTO t VALUES (NULL, NULL, NULL);",
    ):
        do(session, change)
        assert not content(session).is_as(first), change
        do(session, "DELETE FROM t; INSERT INTO t VALUES (3, 'c', 3), (2, NULL, NULL), (3, 'c', 3), (1, 'a', 0.1);")
        assert content(session).is_as(first)


@every_engine
def test_values_do_not_move_from_one_column_to_another_unseen(session: Session) -> None:
    do(session, "CREATE TABLE t (a VARCHAR, b VARCHAR); INSERT INTO t VALUES ('x', 'y'), ('x,y', ''), (NULL, 'z');")
    first = content(session)
    for change in (
        "('y', 'x'), ('x,y', ''), (NULL, 'z')",
        "('x', 'y'), ('x', ',y'), (NULL, 'z')",
        "('x', 'y'), ('x,y', ''), ('z', NULL)",
    ):
        do(session, f"DELETE FROM t; INSERT INTO t VALUES {change};")
        assert not content(session).is_as(first), change


@every_engine
def test_names_that_need_quotes_and_columns_that_are_asked_for(session: Session) -> None:
    name = 'it\'s; a "table"'
    quoted = '"' + name.replace('"', '""') + '"'
    do(session, f'CREATE TABLE {quoted} ("a b" INTEGER PRIMARY KEY, "select" VARCHAR, "É" VARCHAR);')
    do(session, f"INSERT INTO {quoted} VALUES (2, 'x', 'y'), (1, NULL, 'z');")
    found = content(session, name)
    assert (found.columns, found.key, found.rows, found.values) == (("a b", "select", "É"), ("a b",), 2, (2, 1, 2))
    part = state.only(session, {name: ["É", "a b"]})[name]
    assert part.columns == ("a b", "É"), "in the order of the table"
    do(session, f"""UPDATE {quoted} SET "select" = 'other';""")
    assert state.only(session, {name: ["É", "a b"]})[name].is_as(part)
    assert not content(session, name).is_as(found)
    do(session, f"DROP TABLE {quoted};")
    assert state.take(session).contents == {}


@every_engine
def test_of_many_rows_the_digest_is_known_and_not_the_rows(session: Session, engine: str) -> None:
    numbers = "range(3000) AS n (i)" if engine == "duckdb" else "generate_series(0, 2999) AS n (i)"
    if engine == "sqlite":
        numbers = "(WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 3000) SELECT i FROM n)"
    do(session, f"CREATE TABLE t (id INTEGER, x INTEGER); INSERT INTO t SELECT i, i % 7 FROM {numbers};")
    first = content(session)
    assert first.rows == 3000
    assert first.kept() is None
    assert not first.sample, "not held in memory either"
    do(session, "UPDATE t SET x = 8 WHERE id = 1234;")
    changed = state.compare_rows("t", first, content(session))
    assert changed
    assert (changed.gone, changed.new, changed.values) == (0, 0, {"": 0})
    do(session, "UPDATE t SET x = NULL WHERE id < 1000;")
    changed = state.compare_rows("t", first, content(session))
    assert changed
    assert changed.values == {"x": 1000}
    do(session, "DELETE FROM t WHERE id < 1000;")
    changed = state.compare_rows("t", first, content(session))
    assert changed
    assert (changed.gone, changed.new) == (1000, 0)


def table(*rows: tuple[str | None, ...], key: tuple[str, ...] = ("id",)) -> Content:
    return Content(("id", "a", "b"), key, len(rows), str(sorted(map(str, rows))), (0, 0, 0), json.dumps(rows))


def test_rows_are_paired_by_their_key_and_the_rest_is_gone_or_new() -> None:
    before = table(("1", "x", "y"), ("2", "x", "y"), ("3", "x", None))
    after = table(("1", "x", "y"), ("2", "X", "Y"), ("4", "x", "y"))
    changed = state.compare_rows("t", before, after)
    assert changed
    assert (changed.gone, changed.new, changed.values) == (1, 1, {"a": 1, "b": 1})
    assert changed.lines == ("table t (id, a, b)", "- 2 | x | y", "- 3 | x | NULL", "+ 2 | X | Y", "+ 4 | x | y")
    masked = state.compare_rows("t", before, after, values=False)
    assert masked
    assert masked.lines[1:] == ("- 2: differs in a, b", "- 3: a row", "+ 2: differs in a, b", "+ 4: a row")
    assert not any(value in " ".join(masked.lines[1:]) for value in (" x", " X", " y", " Y"))
    keyless = state.compare_rows("t", table(("1", "secret", "y"), key=()), table(key=()), values=False)
    assert keyless
    assert keyless.lines[1:] == ("- a row",)
    assert state.compare_rows("t", before, before) is None


def test_what_is_missing_is_told_whatever_else_there_is() -> None:
    before = table(("1", "x", "y"), ("2", "x", "y"))
    assert state.missing("t", before, table(("1", "x", "y"), ("2", "x", "y"), ("3", "x", "y"))) is None
    changed = state.missing("t", before, table(("1", "x", "z"), ("2", "x", "y"), ("3", "x", "y")))
    assert changed
    assert (changed.gone, changed.values) == (0, {"b": 1})
    gone = state.missing("t", before, table(("2", "x", "y"), ("3", "x", "y")))
    assert gone
    assert gone.gone == 1


@every_engine
def test_positions_of_sequences(session: Session, engine: str) -> None:
    if engine == "sqlite":
        do(session, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (41);")
        do(session, "INSERT INTO t DEFAULT VALUES; DELETE FROM t;")
        assert state.take(session).positions == {"t": 42}
        return
    do(session, "CREATE SEQUENCE s START 41;")
    assert state.take(session).positions == {"s": 40}, "the number before the next one"
    do(session, "CREATE TABLE t (id BIGINT); INSERT INTO t SELECT nextval('s'); INSERT INTO t SELECT nextval('s');")
    assert state.take(session).positions == {"s": 42}


@every_engine
def test_rows_are_written_as_soon_as_they_fit(session: Session) -> None:
    first, second = "INSERT INTO b (id) SELECT id FROM a;", "INSERT INTO a (id) VALUES (1), (2);"
    seed = file(f"{first}\n\n{second}\nINSERT INTO c (id) VALUES (1);")
    rows = Rows(session, [seed], [])
    assert rows.write() == 0
    do(session, "CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER);")
    assert rows.write() == 2, "what reads from a finds nothing yet, and waits"
    assert rows.write() == 2
    assert rows.write() == 0
    assert {name: found.rows for name, found in state.take(session).contents.items()} == {"a": 2, "b": 2}
    assert rows.finish() == ["1 statement of rows.sql did not fit and left no rows"]
    own = file("INSERT INTO a (id) VALUES (3);\n  INSERT INTO nowhere (id) VALUES (1);", path="own.sql")
    with pytest.raises(StepError) as raised:
        Rows(session, [], [own]).finish()
    assert str(raised.value.at).startswith("own.sql:2:")
    assert content(session, "a").rows == 2, "all of the user's file or nothing"


@pytest.mark.parametrize(
    ("stored", "same"),
    [
        ('CREATE TABLE "orders" (id INTEGER)', "CREATE TABLE orders (id INTEGER)"),
        ("CREATE TABLE t (a,\n  b TEXT\n)", "CREATE TABLE t (a, b TEXT)"),
        ("CREATE TABLE t (a CHECK (a IN (1,2)), b)", "CREATE TABLE t (\n    a CHECK (a IN (1, 2)),\n    b\n)"),
        ('CREATE INDEX i ON "t" ("a")', "CREATE INDEX i ON t (a)"),
    ],
)
def test_what_sqlite_writes_in_two_ways_is_the_same(stored: str, same: str) -> None:
    assert plain(stored) == plain(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('CREATE TABLE "Orders" (id)', "CREATE TABLE Orders (id)"),
        ("CREATE TABLE t (a DEFAULT 'x  y')", "CREATE TABLE t (a DEFAULT 'x y')"),
        ("CREATE TABLE t (a DEFAULT '\"b\"')", "CREATE TABLE t (a DEFAULT 'b')"),
        ("CREATE TABLE t (a -- how many\n)", "CREATE TABLE t (a)"),
        ("CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)"),
        ("CREATE VIEW v AS SELECT a,  b FROM t", "CREATE VIEW v AS SELECT a, b FROM t"),
        ("CREATE TABLE t (a) STRICT", "CREATE TABLE t (a)"),
    ],
)
def test_what_is_different_stays_different(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_the_body_of_a_function_is_no_end_of_a_statement() -> None:
    text = """CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN TRUE THEN 1 END; SELECT 2; END;
    CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC END; SELECT 1 AS begin; CREATE TABLE e (id int);
    SELECT CASE WHEN TRUE THEN 1 END;"""
    assert [sql.split()[0] + " " + sql.split()[1] for _, sql in statements(text)] == [
        "CREATE FUNCTION",
        "CREATE OR",
        "SELECT 1",
        "CREATE TABLE",
        "SELECT CASE",
    ]
