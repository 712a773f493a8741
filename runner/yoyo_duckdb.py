"""yoyo on DuckDB: the backend that yoyo finds by its entry point, so that stock `yoyo apply` works on a tree of ours.

What differs from the databases that yoyo knows (yoyo 9.0, DuckDB 2.0): a cursor is a second connection, so every
statement goes to the one connection; there are no savepoints; DDL and counts of rows come back as result sets, which
yoyo would print.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from yoyo import utils
from yoyo.backends import DatabaseBackend


class _Cursor:
    """What yoyo expects of a cursor: the one connection, which describes a result only where there is one."""

    def __init__(self, connection: Any, driver: Any) -> None:
        self._connection = connection
        self._driver = driver
        self.description: Any = None

    def execute(self, sql: str, parameters: Any = None) -> _Cursor:
        """Run the statements of a text; the last one's result can be fetched."""
        for statement in self._connection.extract_statements(sql):
            self._connection.execute(statement, parameters or None)
            answers = statement.expected_result_type == [self._driver.ExpectedResultType.QUERY_RESULT]
            self.description = self._connection.description if answers else None
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._connection.fetchone()

    def fetchall(self) -> Any:
        """The rows that are left."""
        return self._connection.fetchall()

    def close(self) -> None:
        """Nothing: the connection goes on."""


class DuckDBBackend(DatabaseBackend):  # type: ignore[misc]
    """DuckDB for yoyo: ``duckdb:///relative/path.db``, ``duckdb:////absolute/path.db``."""

    driver_module = "duckdb"

    def connect(self, dburi: Any) -> Any:
        """Open the file; the driver's own error when another process holds it."""
        return self.driver.connect(unquote(dburi.database))

    def cursor(self) -> _Cursor:
        return _Cursor(self.connection, self.driver)

    def execute(self, sql: str, params: Mapping[str, Any] | None = None) -> _Cursor:
        text, values = utils.change_param_style("qmark", sql, params)
        return self.cursor().execute(text, list(values))

    def rollback(self) -> None:
        # yoyo rolls back before a migration without a transaction, where none is open; DuckDB calls that an error.
        if self._in_transaction:
            super().rollback()

    def savepoint(self, id: str) -> None:
        """DuckDB has none: a statement that fails takes the whole migration with it."""

    def savepoint_rollback(self, id: str) -> None:
        """Left to the rollback of the migration's own transaction."""

    savepoint_release = savepoint
