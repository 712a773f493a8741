"""The steps that every tool is given: each a table with checks and two indexes, every 5th a foreign key, every 10th a
view, every 20th a trigger (SQLite), a function (PostgreSQL) or a macro (DuckDB); and how each tool wants them written.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FAMILY = "bench"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. name: without a number. up, down: statements. verify: a query that returns a row where it is wrong."""

    number: int
    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    verify: str

    @property
    def id(self) -> str:
        """As rung names it."""
        return f"{self.number:05}.{FAMILY}-{self.name}"


# What a table has no matter how many others there are: a question to the whole catalog would grow with the steps.
_WRONG = {
    "sqlite": "(SELECT count(*) FROM pragma_table_info('{name}')) <> {columns}",
    "duckdb": "(SELECT count(*) FROM pragma_table_info('{name}')) <> {columns}",
    "postgresql": "to_regclass('{name}') IS NULL",
}
_TWICE = {
    "sqlite": (
        "CREATE TRIGGER twice_{n} AFTER UPDATE OF amount ON {name} WHEN new.amount = 0\n"
        "BEGIN\n    UPDATE {name} SET state = 'gone' WHERE id = new.id;\nEND;",
        "DROP TRIGGER twice_{n};",
    ),
    "duckdb": ("CREATE MACRO twice_{n}(amount) AS amount * 2;", "DROP MACRO twice_{n};"),
    "postgresql": (
        "CREATE FUNCTION twice_{n}(amount numeric) RETURNS numeric\nLANGUAGE sql IMMUTABLE\n"
        "AS $$ SELECT amount * 2 $$;",
        "DROP FUNCTION twice_{n}(numeric);",
    ),
}


def steps(engine: str, number: int) -> list[Step]:
    """So many steps for an engine."""
    return [_step(engine, n) for n in range(1, number + 1)]


def _step(engine: str, n: int) -> Step:
    name = f"table_{n:05}"
    columns = [
        "id bigint PRIMARY KEY" if engine != "sqlite" else "id INTEGER PRIMARY KEY",
        "name text NOT NULL CHECK (length(name) <= 200)",
        "amount numeric(12, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0)",
        "state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'paid', 'gone'))",
        "made_at timestamp NOT NULL",
    ]
    if n % 5 == 0:
        columns.append(f"parent bigint REFERENCES table_{n - 1:05} (id)")
    up = [
        f"CREATE TABLE {name} (\n    " + ",\n    ".join(columns) + "\n);",
        f"CREATE INDEX {name}_name ON {name} (name);",
        f"CREATE INDEX {name}_state ON {name} (state, made_at);",
    ]
    down = [f"DROP TABLE {name};"]
    if n % 10 == 0:
        up.append(f"CREATE VIEW view_{n:05} AS\nSELECT id, name, amount FROM {name} WHERE state = 'paid';")
        down.insert(0, f"DROP VIEW view_{n:05};")
    if n % 20 == 0:
        make, drop = (text.format(n=f"{n:05}", name=name) for text in _TWICE[engine])
        up.append(make)
        down.insert(0, drop)
    wrong = _WRONG[engine].format(name=name, columns=len(columns))
    return Step(n, name.replace("_", "-"), tuple(up), tuple(down), f"SELECT 'table', '{name}' WHERE {wrong};")


def large(number: int, size: int) -> list[Step]:
    """One step with so many statements that write a row of so many bytes."""
    note = "x" * size
    rows = (f"INSERT INTO table_00001 VALUES ({n}, '{note}');" for n in range(number))
    up = ("CREATE TABLE table_00001 (id bigint, note text);", *rows)
    wrong = f"SELECT 'rows', count(*) FROM table_00001 HAVING count(*) <> {number};"
    return [Step(1, "table-00001", up, ("DROP TABLE table_00001;",), wrong)]


def for_rung(folder: Path, engine: str, work: list[Step]) -> None:
    """rung's own, which yoyo reads too: forward, rollback and verify files."""
    place = folder / "migrations" / FAMILY / engine
    (place / "verify").mkdir(parents=True)
    below = ""
    for step in work:
        depends = f"-- depends: {below}\n" if below else ""
        title = f"-- {step.name}: a step of the benchmark.\n"
        (place / f"{step.id}.sql").write_text(f"{title}{depends}\n{_text(step.up)}")
        (place / f"{step.id}.rollback.sql").write_text(f"{title}\n{_text(step.down)}")
        (place / "verify" / f"{step.id}.sql").write_text(f"{title}\n{step.verify}\n")
        below = step.id


def for_dbmate(folder: Path, work: list[Step]) -> None:
    """One file a step with both ways."""
    for step in work:
        text = f"-- migrate:up\n{_text(step.up)}\n-- migrate:down\n{_text(step.down)}"
        (folder / f"{20_000_000_000_000 + step.number}_{step.name}.sql").write_text(text)


def for_node_pg_migrate(folder: Path, work: list[Step]) -> None:
    """One file a step with both ways."""
    for step in work:
        text = f"-- Up Migration\n{_text(step.up)}\n-- Down Migration\n{_text(step.down)}"
        (folder / f"{1_700_000_000_000 + step.number}_{step.name}.sql").write_text(text)


def for_sql_migrate(folder: Path, work: list[Step]) -> None:
    """One file a step with both ways; a statement with semicolons of its own between two marks."""
    folder.mkdir()
    for step in work:
        up = "\n".join(f"-- +migrate StatementBegin\n{text}\n-- +migrate StatementEnd" for text in step.up)
        (folder / f"{step.number:05}-{step.name}.sql").write_text(
            f"-- +migrate Up\n{up}\n\n-- +migrate Down\n{_text(step.down)}"
        )


def for_pyway(folder: Path, work: list[Step]) -> None:
    """One file a step, which goes one way. It sorts versions as texts, and without their zeros."""
    for step in work:
        (folder / f"V1_{10_000 + step.number}__{step.name.replace('-', '_')}.sql").write_text(_text(step.up))


def for_alembic(folder: Path, work: list[Step]) -> None:
    """A Python file a step, and the environment that its `init` writes, cut down to what one engine needs."""
    versions = folder / "versions"
    versions.mkdir()
    (folder / "env.py").write_text(
        "import os\nfrom alembic import context\nfrom alembic.ddl.impl import DefaultImpl\n"
        "from sqlalchemy import create_engine, pool\n\n\n"
        "class DuckDB(DefaultImpl):\n    __dialect__ = 'duckdb'\n    transactional_ddl = True\n\n\n"
        'engine = create_engine(os.environ["BENCH_URL"], poolclass=pool.NullPool)\n'
        "with engine.connect() as connection:\n"
        "    each = 'one' not in context.get_x_argument()\n"
        "    context.configure(connection=connection, transaction_per_migration=each)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    (folder / "script.py.mako").write_text("")
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    below: str | None = None
    for step in work:
        up, down = (
            "".join(f"    op.execute({text!r})\n" for text in statements) for statements in (step.up, step.down)
        )
        this = f"{step.number:05}"
        (versions / f"{this}.py").write_text(
            f"from alembic import op\n\nrevision = {this!r}\ndown_revision = {below!r}\n\n\n"
            f"def upgrade():\n{up}\n\ndef downgrade():\n{down}"
        )
        below = this


def for_sqitch(folder: Path, engine: str, work: list[Step]) -> None:
    """A plan and three files a step."""
    for kind in ("deploy", "revert", "verify"):
        (folder / kind).mkdir()
    plan = ["%syntax-version=1.0.0", "%project=bench", ""]
    # sqitch verifies by what fails, and not by rows.
    wrong = {"postgresql": "SELECT 1 / count(*) FROM pg_class WHERE relname = '{}';"}.get(
        engine, "SELECT count(*) FROM {};"
    )
    for step in work:
        (folder / "deploy" / f"{step.name}.sql").write_text(f"BEGIN;\n{_text(step.up)}COMMIT;\n")
        (folder / "revert" / f"{step.name}.sql").write_text(f"BEGIN;\n{_text(step.down)}COMMIT;\n")
        (folder / "verify" / f"{step.name}.sql").write_text(wrong.format(step.name.replace("-", "_")) + "\n")
        plan.append(f"{step.name} 2026-01-01T00:00:00Z Bench <bench@example.invalid> # a step")
    (folder / "sqitch.plan").write_text("\n".join(plan) + "\n")
    named = {"postgresql": "pg", "sqlite": "sqlite"}[engine]
    (folder / "sqitch.conf").write_text(
        f"[core]\n\tengine = {named}\n[user]\n\tname = Bench\n\temail = bench@example.invalid\n"
    )


def whole(work: list[Step], way: str) -> str:
    """The text for an engine's own program: up or down, a transaction a step, or all up in one."""
    if way == "one":
        return "".join(("BEGIN;\n", *(_text(step.up) for step in work), "COMMIT;\n"))
    texts = (_text(step.up) for step in work) if way == "up" else (_text(step.down) for step in reversed(work))
    return "".join(f"BEGIN;\n{text}COMMIT;\n" for text in texts)


def _text(statements: tuple[str, ...]) -> str:
    return "\n".join(statements) + "\n"
