"""The outside judges of `rung lint`: the engines' own parsers, sqlfluff and squawk, told what they are asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib import util
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import pytest
from sqlfluff.core import Linter

from runner.engines import postgresql_text
from runner.errors import UsageError
from runner.lint import safety, style, syntax
from runner.lint.files import Source, Statement, blank
from runner.outcome import Notice
from runner.sqlfile import SqlFile, read_file


def source(text: str, engine: str, kind: str = "forward") -> Source:
    return Source(SqlFile("a.sql", kind, text, ""), engine, True)


def parsed(text: str, engine: str, kind: str = "forward") -> tuple[tuple[Statement, ...], list[tuple[str, str]]]:
    statements, notices = syntax.parse(source(text, engine, kind))
    assert {(notice.rule, notice.level) for notice in notices} <= {("syntax", "error")}
    return statements, [(str(notice.at).removeprefix("a.sql:"), notice.message) for notice in notices]


class Tree:
    """Files in a folder of their own, laid out as a project's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sources: list[Source] = []

    def add(
        self, text: str, engine: str, kind: str = "forward", *, transactional: bool = True, folder: str = "migrations"
    ) -> Path:
        ending = ".rollback.sql" if kind == "rollback" else ".sql"
        path = self.root / folder / "f" / engine / f"{len(self.sources):04}.f-x{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        self.sources.append(Source(read_file(path, kind), engine, transactional))
        return path

    def configure(self, text: str, name: str = ".sqlfluff", folder: str = "") -> None:
        path = self.root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def statements(self) -> dict[str, tuple[Statement, ...]]:
        found = {one.file.path: syntax.parse(one) for one in self.sources}
        assert not any(faults for _, faults in found.values()), found
        return {path: statements for path, (statements, _) in found.items()}

    def style(self) -> list[Notice]:
        return style.judge(self.sources, self.statements(), self.root)

    def safety(self) -> list[Notice]:
        return safety.judge(self.sources, self.statements())


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    yield Tree(tmp_path / "project")


def brief(notices: Sequence[Notice]) -> list[tuple[str, str, int, int]]:
    return [(one.level, one.rule, one.at.line, one.at.column) for one in notices if one.at]


# Syntax.


@pytest.mark.parametrize(
    ("engine", "text", "expected"),
    [
        ("postgresql", "-- é\nSELECT '🐘'; SELEC 2;\n", [("2:13", 'syntax error at or near "SELEC"')]),
        ("duckdb", "-- é\nSELECT '🐘'; SELEC 2;\n", [("2:13", 'syntax error at or near "SELEC"')]),
        ("sqlite", "-- é\nSELECT '🐘'; SELEC 2;\n", [("2:13", 'near "SELEC": syntax error')]),
        # The word stands there three times before it is the culprit.
        ("sqlite", "SELECT 'FROM', a FROM FROM;", [("1:23", 'near "FROM": syntax error')]),
        ("sqlite", "SELECT 1;\nSELECT 'a#', #;", [("2:14", 'unrecognized token: "#"')]),
        ("sqlite", "SELECT 1;\n\n SELECT 'open\n;", [("3:9", 'unrecognized token: "\'open ;"')]),
        ("sqlite", "SELECT 1;\n SELECT 2 +", [("2:2", "incomplete input")]),
        ("sqlite", "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;\n", [("1:1", "incomplete input")]),
        ("sqlite", "SELECT * FROM a LEFT FOO JOIN b;", [("1:1", "unknown join type: LEFT FOO")]),
        # Parts that SQLite reads only where the table is there.
        (
            "sqlite",
            'CREATE TRIGGER t AFTER INSERT ON "a b" BEGIN SELEC 1; END;',
            [("1:46", 'near "SELEC": syntax error')],
        ),
        (
            "sqlite",
            "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELEC; END;",
            [("1:47", 'near "SELEC": syntax error')],
        ),
        ("sqlite", "ALTER TABLE a ADD COLUMN b TEXT NOT;", [("1:36", 'near ";": syntax error')]),
        ("postgresql", "SELECT (1", [("1:9", "syntax error at end of input")]),
        ("postgresql", "SELECT 1;\nSELECT 'ü\n", [("2:8", 'unterminated quoted string at or near "\'ü"')]),
        ("duckdb", "SELECT 'ü' FROM WHERE;", [("1:17", 'syntax error at or near "WHERE"')]),
        ("duckdb", "SELECT 1;\n SELECT ;", [("2:2", "SELECT clause without selection list")]),
        ("duckdb", "SELECT 1;\nSELECT 'ü", [("2:8", "unterminated string literal")]),
    ],
)
def test_syntax_error_is_told_where_it_is(engine: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert parsed(text, engine)[1] == expected


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgresql"])
def test_every_statement_is_judged_by_itself(engine: str) -> None:
    statements, faults = parsed("SELECT 1;\nSELECT (2;\nSELECT '3;'; -- ;\nSELECT FROM FROM;\nSELECT 5", engine)
    assert [one.text for one in statements] == ["SELECT 1;", "SELECT '3;';", "SELECT 5"]
    assert [place for place, _ in faults] == ["2:10", "4:8" if engine == "sqlite" else "4:13"]


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_what_is_refused_is_told_though_every_piece_is_taken(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_text, "statements", lambda text: [(0, "SELECT 1")])
    assert [place for place, _ in parsed("SELECT 1; SELEC 2;", engine)[1]] == ["1:11"]


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgresql"])
def test_lines_of_a_file_with_crlf_count_as_they_are_shown(engine: str, tree: Tree) -> None:
    path = tree.add("-- a\r\nSELECT 'ü';\r\n\r\nSELECT 'ü' SELEC 2;\r\n", engine)
    _, (notice,) = syntax.parse(tree.sources[0])
    assert str(notice.at) == f"{path}:4:18"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "BEGIN\n  PERFORM 1 FROM a WHERE b; PERFORM 'ü' FROM WHERE;\nEND",
            ("3:46", 'syntax error at or near "WHERE"'),
        ),
        ("-- SELEC\nBEGIN PERFORM 'SELEC'; /* SELEC */ SELEC; END", ("3:36", 'syntax error at or near "SELEC"')),
        ("BEGIN\n  IF true THEN\n    NULL;\nEND", ("5:1", "syntax error at end of input")),
        ("DECLARE a int; BEGIN a := 1 +; END", ("2:30", "syntax error at end of input")),
        ("DECLARE a; BEGIN NULL; END", ("2:10", 'missing data type declaration at or near ";"')),
        ("BEGIN FOR i IN 1..3 LOOP\n SELEC; END LOOP; END", ("3:2", 'syntax error at or near "SELEC"')),
        ("BEGIN RAISE 'a % b'; END", ("2:20", "too few parameters specified for RAISE")),
        ("BEGIN\n SELECT 'open; END", ("3:2", 'unterminated quoted string at or near "\'open; END "')),
    ],
)
def test_error_in_the_body_of_a_function_is_found(body: str, expected: tuple[str, str]) -> None:
    text = f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\n{body}\n$$;"
    statements, (fault,) = parsed(text, "postgresql")
    assert fault == expected
    assert [one.kind for one in statements] == ["CREATE FUNCTION"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 'ü'; DO 'BEGIN PERFORM ''ü''; SELEC 1; END';", "1:38"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n SELECT 'ü' FROM; $$;", "2:17"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''ü'' FROM;';", "1:67"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELEC 2; END;", "1:69"),
    ],
)
def test_bodies_in_quotes_and_in_sql(text: str, expected: str) -> None:
    assert [place for place, _ in parsed(text, "postgresql")[1]] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'selec';",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b';",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT $1::int';",
        "DO LANGUAGE plpgsql;",
        # The library ends the process when it is asked for PL/pgSQL here.
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;",
        # It knows no composite types, and would say so.
        "DO $$ DECLARE a t%ROWTYPE; BEGIN a.b := 1; END $$;",
        f"SELECT {' || '.join(['a'] * 3000)};",
    ],
)
def test_what_postgresql_takes_is_no_error(text: str) -> None:
    statements, faults = parsed(text, "postgresql")
    assert not faults
    assert statements[-1].text.endswith(";")


def test_parameters_belong_to_queries() -> None:
    text = "SELECT $agent_id::int, '$agent_id', $$ $agent_id $$\nFROM a WHERE b = $c;"
    statements, faults = parsed(text, "postgresql", "query")
    assert ([one.text for one in statements], faults) == ([text], [])
    assert [place for place, _ in parsed(text.replace("WHERE b", "WHERE WHERE b"), "postgresql", "query")[1]] == [
        "2:14"
    ]
    assert [place for place, _ in parsed(text, "postgresql", "verify")[1]] == ["1:8"]
    assert not parsed("SELECT $a;", "duckdb", "query")[1]
    assert not parsed("SELECT :a, ?;", "sqlite", "query")[1]


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgresql"])
def test_comments_between_statements_are_of_none(engine: str) -> None:
    statements, faults = parsed("SELECT 1; /* üüüü */;SELECT 2; -- ü;\n /* ; */ ", engine)
    assert ([(one.start, one.text) for one in statements], faults) == ([(0, "SELECT 1;"), (21, "SELECT 2;")], [])


def test_spaces_that_duckdb_takes_for_its_own() -> None:
    statements, _ = parsed("SELECT\u00a01,\u3000'\u00a0';\nSELECT 2;", "duckdb")
    assert [(one.start, one.text) for one in statements] == [(0, "SELECT\u00a01,\u3000'\u00a0';"), (15, "SELECT 2;")]


def test_nothing_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sqlite = (
        "PRAGMA user_version = 3; ATTACH 'a.db' AS a; CREATE TABLE t (b); VACUUM INTO 'b.db'; BEGIN; SELECT * FROM t;"
    )
    outside = (
        "ATTACH 'a.db' AS a; CREATE TABLE t AS SELECT 1; COPY (SELECT 1) TO 'a.csv'; EXPORT DATABASE 'a'; INSTALL fts; "
        "LOAD fts; BEGIN; EXPLAIN ANALYZE COPY (SELECT 1) TO 'b.csv'; WITH a AS (SELECT 1) SELECT * FROM read_csv('c');"
    )
    for text, engine in ((sqlite, "sqlite"), (outside, "duckdb")):
        for _ in range(2):
            statements, faults = parsed(text, engine)
            assert (len(statements), faults) == (text.count(";"), [])
    began = monotonic()
    numbers = "WITH RECURSIVE a (b) AS (SELECT 1 UNION ALL SELECT b + 1 FROM a LIMIT 100000000) SELECT count(*) FROM a;"
    for text, engine in ((numbers, "sqlite"), ("SELECT sum(a.range) FROM range(1000000000000) AS a;", "duckdb")):
        assert not parsed(text, engine)[1]
    assert monotonic() - began < 10
    with pytest.raises(duckdb.PermissionException):
        syntax._duckdb_scratch().execute("COPY (SELECT 1) TO 'c.csv'")
    assert not list(tmp_path.iterdir())


EVERY = ("sqlite", "duckdb", "postgresql")


@pytest.mark.parametrize(
    ("text", "engines", "kind", "reads"),
    [
        ("-- a\n/* b; */ CREATE /* c */ TABLE t (a int);", EVERY, "CREATE TABLE", False),
        ("CREATE TEMP TABLE t (a int);", EVERY, "CREATE TABLE", False),
        ("CREATE OR REPLACE TABLE t (a int);", ("duckdb",), "CREATE TABLE", False),
        ("CREATE UNLOGGED TABLE t (a int);", ("postgresql",), "CREATE TABLE", False),
        ("CREATE UNIQUE INDEX i ON t (a);", EVERY, "CREATE INDEX", False),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);", ("postgresql",), "CREATE INDEX", False),
        ("DROP INDEX CONCURRENTLY i;", ("postgresql",), "DROP INDEX", False),
        ("DROP TABLE IF EXISTS t;", EVERY, "DROP TABLE", False),
        ("ALTER TABLE t RENAME TO u;", EVERY, "ALTER TABLE", False),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1;", ("postgresql",), "CREATE MATERIALIZED VIEW", False),
        ("CREATE VIRTUAL TABLE t USING fts5(a);", ("sqlite",), "CREATE VIRTUAL TABLE", False),
        ("CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;", ("sqlite",), "CREATE TRIGGER", False),
        (
            "create or replace function f() returns int language sql as 'select 1';",
            ("postgresql",),
            "CREATE FUNCTION",
            False,
        ),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a;", ("postgresql",), "ALTER DEFAULT PRIVILEGES", False),
        ("CREATE USER a;", ("postgresql",), "CREATE USER", False),
        ("SELECT 1;", EVERY, "SELECT", True),
        ("VALUES (1);", EVERY, "SELECT", True),
        ("WITH a AS (SELECT 'DELETE') SELECT * FROM a;", EVERY, "SELECT", True),
        ("(SELECT 1) UNION ALL SELECT 2;", ("postgresql", "duckdb"), "SELECT", True),
        ("FROM t;", ("duckdb",), "SELECT", True),
        ("TABLE t;", ("postgresql",), "SELECT", True),
        ("EXPLAIN SELECT 1;", EVERY, "EXPLAIN", True),
        ("EXPLAIN QUERY PLAN SELECT 1;", ("sqlite",), "EXPLAIN", True),
        ("EXPLAIN (ANALYZE) SELECT 1;", ("postgresql",), "EXPLAIN", True),
        ("EXPLAIN DELETE FROM t;", EVERY, "EXPLAIN", False),
        ("EXPLAIN ANALYZE DELETE FROM t;", ("duckdb", "postgresql"), "EXPLAIN", False),
        ("SELECT 1 INTO t;", ("postgresql",), "SELECT INTO", False),
        ("SELECT * FROM (SELECT * FROM t FOR UPDATE) AS u;", ("postgresql",), "SELECT", False),
        ("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a;", ("duckdb", "postgresql"), "SELECT", False),
        ("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a;", EVERY, "INSERT", False),
        ("INSERT INTO t VALUES (1);", EVERY, "INSERT", False),
        ("REPLACE INTO t VALUES (1);", ("sqlite",), "INSERT", False),
        ("UPDATE t SET a = 1;", EVERY, "UPDATE", False),
        ("DELETE FROM t;", EVERY, "DELETE", False),
        ("TRUNCATE t;", ("duckdb", "postgresql"), "TRUNCATE", False),
        ("BEGIN;", EVERY, "BEGIN", False),
        ("START TRANSACTION;", ("postgresql",), "BEGIN", False),
        ("COMMIT;", EVERY, "COMMIT", False),
        ("END;", ("sqlite", "postgresql"), "COMMIT", False),
        ("ROLLBACK;", EVERY, "ROLLBACK", False),
        ("PRAGMA foreign_keys = off;", ("sqlite",), "PRAGMA", False),
        ("VACUUM;", EVERY, "VACUUM", False),
        ("SET a = 1;", ("duckdb", "postgresql"), "SET", False),
        ("ATTACH 'a' AS b;", ("sqlite", "duckdb"), "ATTACH", False),
        ("DO $$ BEGIN END $$;", ("postgresql",), "DO", False),
        ("SHOW work_mem;", ("postgresql",), "SHOW", True),
        ("COPY t TO 'a';", ("duckdb", "postgresql"), "COPY", False),
    ],
)
def test_kind_of_a_statement_and_whether_it_reads(text: str, engines: Sequence[str], kind: str, reads: bool) -> None:
    for engine in engines:
        (one,), faults = parsed(f"SELECT 'ü';{text} -- ; behind\n", engine)[0][1:], parsed(text, engine)[1]
        assert (engine, one.kind, one.reads, faults) == (engine, kind, reads, [])
        assert one.text == text[text.index("CREATE") :] if text.startswith("--") else text
        assert f"SELECT 'ü';{text}"[one.start : one.end] == one.text


@pytest.mark.parametrize("text", ["", "-- nothing\n", "/* nothing */"])
@pytest.mark.parametrize("engine", EVERY)
def test_file_without_a_statement(engine: str, text: str) -> None:
    assert parsed(text, engine) == ((), [])


# Style.

PLAIN = "SELECT a FROM t;\n"
WRONG = "SELECT a  FROM t;\n"  # Two spaces: LT01 at column 9.


def test_style_is_told_once_at_its_place_and_noqa_is_heard(tree: Tree) -> None:
    tree.add(f"-- ü\n{PLAIN}SELECT 'ü' AS b,  a FROM t;\n{WRONG[:-1]} -- noqa: LT01\n", "sqlite")
    (notice,) = [one for one in tree.style() if one.rule == "sqlfluff.LT01"]
    assert brief([notice]) == [("warning", "sqlfluff.LT01", 3, 17)]
    assert notice.message == "Expected only single space before naked identifier. Found '  '."


def test_configuration_of_the_folder_counts_except_its_dialect(tree: Tree) -> None:
    tree.configure(
        "[sqlfluff]\ndialect = tsql\nlarge_file_skip_byte_limit = 10\nexclude_rules = LT01\nwarnings = CP01\n"
    )
    tree.configure("[sqlfluff]\nmax_line_length = 30\n", folder="migrations/f/duckdb")
    long = "SELECT abcdefghijklmnop FROM abcdefghijklmnop;\n"
    tree.add(f"-- sqlfluff:dialect:sqlite\nFROM t SELECT a;\n{WRONG}{long}", "duckdb")
    tree.add(f"{WRONG}{long}select a FROM t;\n", "sqlite")
    first, second = (one.file.path for one in tree.sources)
    found = tree.style()
    # Only DuckDB's dialect knows FROM before SELECT.
    assert {one.rule for one in found if one.at and one.at.file == first} == {"sqlfluff.LT05"}
    assert brief([one for one in found if one.at and one.at.file == second]) == [("note", "sqlfluff.CP01", 3, 1)]


@pytest.mark.parametrize("noqa", ["", " -- noqa: PRS", " -- noqa"])
def test_rest_of_a_file_that_sqlfluff_cannot_parse_is_judged(tree: Tree, noqa: str) -> None:
    trigger = f"CREATE TRIGGER x{noqa}\nAFTER INSERT ON t\nFOR EACH STATEMENT\n  INSERT INTO  u VALUES (1)\n;\n"
    tree.add(
        f"{PLAIN}\n{trigger}\n{trigger}\n{WRONG}ATTACH 'a'  AS b; SELECT a,  b FROM t;\n\n{trigger[:-2]};", "duckdb"
    )
    found = brief(tree.style())
    assert [one for one in found if one[1] == "sqlfluff-cannot-parse"] == [
        ("note", "sqlfluff-cannot-parse", 3, 1),
        ("note", "sqlfluff-cannot-parse", 9, 1),
        ("note", "sqlfluff-cannot-parse", 16, 1),
        ("note", "sqlfluff-cannot-parse", 18, 1),
    ]
    rest = [one for one in found if one[0] == "warning"]
    assert ("warning", "sqlfluff.LT01", 15, 9) in rest
    assert ("warning", "sqlfluff.LT01", 16, 28) in rest
    assert not [one for one in rest if one[2] not in {15, 16, 22}], rest


def test_long_row_of_what_sqlfluff_cannot_parse_is_not_parsed_over_and_over(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.add("CREATE TRIGGER x AFTER INSERT ON t INSERT INTO u VALUES (1);\n" * 20, "duckdb")
    parse, whole = Linter.parse_rendered, []

    def counted(rendered: Any) -> Any:
        whole.append(len(rendered.source_str) == len(tree.sources[0].file.text))
        return parse(rendered)

    monkeypatch.setattr(Linter, "parse_rendered", staticmethod(counted))
    assert len(tree.style()) == 20
    assert sum(whole) == 2


def test_what_sqlfluff_cannot_parse_of_sqlite(tree: Tree) -> None:
    index = "CREATE INDEX i ON t (a) WHERE b = 'ü' COLLATE NOCASE;\n"
    order = "SELECT a FROM t ORDER BY a COLLATE NOCASE DESC, b COLLATE NOCASE;\n"
    tree.add(f"{index}\n{order}\n{WRONG}", "sqlite")
    assert brief(tree.style()) == [
        ("note", "sqlfluff-cannot-parse", 1, 1),
        ("note", "sqlfluff-cannot-parse", 3, 1),
        ("warning", "sqlfluff.LT01", 5, 9),
    ]


def test_file_of_any_size_is_judged(tree: Tree) -> None:
    limits = ("large_file_skip_byte_limit", "large_file_skip_char_limit", "max_parse_nodes")
    tree.configure("\n".join(["[sqlfluff]", *(f"{limit} = 10" for limit in limits), ""]))
    tree.add(PLAIN * 1500 + WRONG, "sqlite")
    assert ("warning", "sqlfluff.LT01", 1501, 9) in brief(tree.style())


def test_file_that_sqlfluff_is_told_to_ignore_is_noted(tree: Tree) -> None:
    tree.configure("*0000*\n", ".sqlfluffignore", "migrations")
    tree.configure("[sqlfluff]\nignore_paths = *0001*\n")
    for _ in range(3):
        tree.add(WRONG, "sqlite")
    found = [(Path(one.at.file).name, one.level, one.rule) for one in tree.style() if one.at]
    assert found == [
        ("0000.f-x.sql", "note", "sqlfluff-ignored"),
        ("0001.f-x.sql", "note", "sqlfluff-ignored"),
        ("0002.f-x.sql", "warning", "sqlfluff.LT01"),
    ]


def test_without_a_configuration_braces_are_sql_and_parameters_are_values(tree: Tree) -> None:
    tree.add("SELECT '{{ a }} {% b' AS a FROM t;\n", "postgresql")
    for engine in ("duckdb", "postgresql"):
        tree.add(f"SELECT t.b FROM t CROSS JOIN u WHERE t.a = $a_b;\nSELECT '{{{{ a' AS b;\n{WRONG}", engine, "query")
    assert brief(tree.style()) == [("warning", "sqlfluff.LT14", 1, 32), ("warning", "sqlfluff.LT01", 3, 9)] * 2


def test_a_templater_that_is_chosen_is_used(tree: Tree) -> None:
    tree.configure("[sqlfluff]\ntemplater = jinja\n")
    tree.add("SELECT '{{ a' AS a FROM t;\n", "sqlite")
    assert {one.rule for one in tree.style()} == {"sqlfluff.TMP"}


def test_processes_say_the_same_in_the_same_order(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        tree.add(PLAIN * number + WRONG, "sqlite")
    alone = tree.style()
    monkeypatch.setattr(style, "_WORTH_A_PROCESS", 10)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert tree.style() == alone
    assert [one.at.line for one in alone if one.at] == list(range(1, 10))


def test_configuration_that_sqlfluff_does_not_understand(tree: Tree) -> None:
    tree.configure("[sqlfluff]\ntemplater = nonsense\n")
    tree.add(PLAIN, "sqlite")
    with pytest.raises(UsageError, match="nonsense"):
        tree.style()


@pytest.mark.parametrize("text", ["END;", "ab\ncd\n;", "a b\n\n  long line;", "DETACH a;"])
def test_what_stands_for_a_statement_is_as_long_on_as_many_lines(text: str) -> None:
    assert [len(line) for line in blank(text).split("\n")] == [len(line) for line in text.split("\n")]
    assert blank(text).startswith("/*")
    assert blank(text).rstrip().endswith("*/")


# Safety.

INDEX = "CREATE INDEX i ON t (a);\n"
CONCURRENTLY = ("squawk.require-concurrent-index-creation",)


def rules(notices: Sequence[Notice]) -> set[str]:
    return {one.rule.removeprefix("squawk.") for one in notices}


def test_squawk_is_told_at_its_place_and_its_ignores_are_heard(tree: Tree) -> None:
    ignored = f"-- squawk-ignore require-concurrent-index-creation\n{INDEX}"
    tree.add(f"-- ü\r\n/* ü🐘 */ {INDEX}{ignored}", "postgresql")
    (notice,) = tree.safety()
    assert brief([notice]) == [("warning", "squawk.require-concurrent-index-creation", 2, 10)]
    assert notice.hint == "Use `concurrently` to avoid blocking writes."


def test_index_on_a_table_of_the_same_file_is_safe_and_of_an_earlier_step_is_not(tree: Tree) -> None:
    table = "CREATE TABLE t (a text);\n"
    tree.add(f"{table}{INDEX}", "postgresql")
    tree.add(INDEX, "postgresql")
    assert [(Path(one.at.file).name, one.rule) for one in tree.safety() if one.at] == [("0001.f-x.sql", *CONCURRENTLY)]


def test_what_rung_makes_pointless_is_quiet(tree: Tree) -> None:
    text = "BEGIN;\nALTER TABLE t ADD COLUMN a text;\nDROP INDEX i;\nALTER TABLE t DETACH PARTITION u;\nCOMMIT;\n"
    tree.add(f"{text}CREATE INDEX CONCURRENTLY i ON t (a);\n", "postgresql")
    assert not tree.safety()


def test_rollback_takes_back_and_locks_all_the_same(tree: Tree) -> None:
    text = (
        "DROP TABLE a;\nALTER TABLE t DROP COLUMN b;\nALTER TABLE t RENAME COLUMN c TO d;\n"
        f"ALTER TABLE t ADD COLUMN e integer;\n{INDEX}"
    )
    tree.add(text, "postgresql", "rollback")
    assert rules(tree.safety()) == {"require-concurrent-index-creation"}
    tree.sources.clear()
    tree.add(text, "postgresql")
    assert rules(tree.safety()) == {
        *("ban-drop-table", "ban-drop-column", "renaming-column"),
        *("prefer-bigint-over-int", "require-concurrent-index-creation"),
    }


def test_header_says_whether_there_is_a_transaction(tree: Tree) -> None:
    text = "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;\n"
    tree.add(text, "postgresql")
    tree.add(text, "postgresql", transactional=False)
    tree.configure("assume_in_transaction = true\n", ".squawk.toml")
    assert [(Path(one.at.file).name, one.rule) for one in tree.safety() if one.at] == [
        ("0000.f-x.sql", "squawk.constraint-missing-not-valid")
    ]


def test_only_postgresql_steps_are_asked_of_squawk(tree: Tree) -> None:
    tree.add(INDEX, "sqlite")
    tree.add(INDEX, "postgresql", "seed")
    assert not tree.safety()


def test_configuration_of_the_project_counts_and_no_other(tree: Tree) -> None:
    everything = 'excluded_rules = ["require-concurrent-index-creation"]\n'
    (tree.root / "migrations").mkdir(parents=True)
    tree.configure(everything, ".squawk.toml", "..")
    tree.configure(everything, ".squawk.toml", "migrations")
    tree.add(INDEX, "postgresql")
    tree.add(INDEX, "postgresql")
    assert rules(tree.safety()) == {"require-concurrent-index-creation"}
    tree.configure('excluded_paths = ["migrations/*0000*"]\n', ".squawk.toml")
    found = tree.safety()
    assert [(Path(one.at.file).name, one.level, one.rule) for one in found if one.at] == [
        ("0001.f-x.sql", "warning", *CONCURRENTLY),
        ("0000.f-x.sql", "note", "squawk-ignored"),
    ]
    tree.configure('excluded_paths = ["*"]\n', ".squawk.toml")
    assert rules(tree.safety()) == {"squawk-ignored"}
    tree.configure(everything, ".squawk.toml")
    assert not tree.safety()
    tree.configure("nonsense =", ".squawk.toml")
    with pytest.raises(UsageError, match="Configuration error"):
        tree.safety()


def test_rest_of_a_file_that_squawk_cannot_parse_is_judged(tree: Tree) -> None:
    # EXCLUDE is a name that PostgreSQL takes.
    tree.add(f"{INDEX}\nCREATE TABLE ü (\n  exclude bigint\n);\n\n{INDEX}", "postgresql")
    tree.add(INDEX, "postgresql")
    told = [one for one in tree.safety() if one.at and one.at.file == tree.sources[0].file.path]
    assert brief(told) == [
        ("note", "squawk-cannot-parse", 3, 1),
        ("warning", *CONCURRENTLY, 1, 1),
        ("warning", *CONCURRENTLY, 7, 1),
    ]


# Judges that are not there.


def test_no_judge_is_left_out_in_silence(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.add(PLAIN, "postgresql")
    statements = tree.statements()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pgparse", None)
        with pytest.raises(UsageError) as error:
            syntax.parse(tree.sources[0])
        assert "rung[lint]" in error.value.hint
    with monkeypatch.context() as patch:
        patch.setattr(style, "find_spec", lambda name: None if name == "sqlfluff" else util.find_spec(name))
        with pytest.raises(UsageError) as error:
            style.judge(tree.sources, statements, tree.root)
        assert "rung[lint]" in error.value.hint
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", str(tree.root / "bin" / "python"))
        patch.setenv("PATH", str(tree.root))
        with pytest.raises(UsageError) as error:
            safety.judge(tree.sources, statements)
        assert "rung[lint]" in error.value.hint


def test_file_with_a_syntax_error_is_not_judged_further(tree: Tree) -> None:
    tree.add(WRONG, "postgresql")
    assert style.judge(tree.sources, {}, tree.root) == safety.judge(tree.sources, {}) == []
