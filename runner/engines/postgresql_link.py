"""A connection to a PostgreSQL server that makes and copies databases, for questions and orders about them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import conninfo

from runner.engines import Settings, Value
from runner.engines.postgresql import dial
from runner.engines.postgresql_errors import translate
from runner.engines.postgresql_text import numbered
from runner.errors import TargetError
from runner.sqlfile import runner_sql
from runner.target import Target


class Link:
    """A connection that asks and orders, one statement after the other, outside any transaction.

    process: the server's. identity: of the server, as long as it runs. refusal: why no database can be made on it, or
    empty. Raises TargetError or UsageError where there is no connection; its methods raise psycopg.Error.
    """

    def __init__(self, target: Target, settings: Settings) -> None:
        self.target = target
        self._settings = settings
        self._connection = dial(target)
        try:
            self.limit(0)
            ((process, identity, refusal),) = self.ask("server")
        except psycopg.Error as error:
            self.close()
            raise translate(error, target, settings) from None
        except BaseException:
            self.close()
            raise
        self.process, self.identity, self.refusal = int(process), str(identity), str(refusal or "")
        if self.process != self._connection.info.backend_pid:
            self.close()
            raise TargetError(
                f"{target.shown}: this URL leads through a connection pooler, which no database is made or copied by",
                hint="give the server's own URL, often the same host with port 5432",
            )

    @property
    def major(self) -> int:
        """The server's major version."""
        return self._connection.info.server_version // 10_000

    @property
    def version(self) -> str:
        """The server's version, such as 15.18."""
        return (self._connection.info.parameter_status("server_version") or "?").split()[0]

    @property
    def broken(self) -> bool:
        """Whether there is no connection any more, as far as it is known."""
        return self._connection.closed

    @property
    def database(self) -> str:
        """The database that it leads to."""
        return self._connection.info.dbname

    @property
    def user(self) -> str:
        """The role of the session."""
        return self._connection.info.user

    def limit(self, statement_ms: int) -> None:
        """How long a statement may take from now on; 0 for no limit."""
        limits = {"lock_timeout": f"{self._settings.lock_timeout_ms}ms", "statement_timeout": f"{statement_ms}ms"}
        self.ask("session", **limits)

    def ask(self, query: str, /, **parameters: Value) -> list[tuple[Any, ...]]:
        """The rows of ``sql/catalog/postgresql/scratch_<query>.sql``."""
        text, names = numbered(runner_sql("catalog", "postgresql", f"scratch_{query}").text, parameters)
        return self._connection.execute(text, [parameters[name] for name in names]).fetchall()

    def texts(self, query: str, /, **parameters: Value) -> list[str]:
        """The same where each row is one statement."""
        return [str(text) for (text,) in self.ask(query, **parameters)]

    def order(self, text: str) -> None:
        """Run a statement that the server itself has put together."""
        self._connection.execute(text)

    def environment(self) -> dict[str, str]:
        """What PostgreSQL's programs need for this connection: libpq's variables, the password among them."""
        found = {
            option.envvar.decode(): option.val.decode()
            for option in self._connection.pgconn.info
            if option.envvar and option.val is not None and option.val != option.compiled
        }
        found.pop("PGSERVICE", None)  # It has said what it had to say.
        info = self._connection.info
        if "PGHOSTADDR" in found:
            found["PGHOSTADDR"] = info.hostaddr
        known = {"PGHOST": info.host, "PGPORT": str(info.port), "PGDATABASE": info.dbname}
        # Of ~/.pgpass, perhaps, where another database of the server need not be named.
        return found | known | ({"PGPASSWORD": info.password} if info.password else {})

    def other(self, database: str, user: str = "", schema: str = "") -> Target:
        """The target that is another database of this server."""
        info = self._connection.info
        wanted: dict[str, Any] = {"dbname": database, "host": info.host, "port": info.port, "user": user or info.user}
        if info.password:
            wanted["password"] = info.password
        if "hostaddr" in conninfo.conninfo_to_dict(self.target.conninfo):
            wanted["hostaddr"] = info.hostaddr
        host, socket = (info.host, "") if not info.host.startswith("/") else ("", f"?host={quote(info.host)}")
        host = f"[{host}]" if ":" in host else host
        where = f"{quote(wanted['user'])}@{host}{f':{info.port}' if host else ''}/{quote(database)}{socket}"
        return Target(
            "postgresql",
            "",
            f"postgresql://{where}" + (f" schema {schema}" if schema else ""),
            conninfo.make_conninfo(self.target.conninfo, **wanted),
            schema,
        )

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
