"""What PostgreSQL's errors mean for the person at the terminal."""

from __future__ import annotations

import re

import psycopg
from psycopg import errors as sqlstate

from runner.engines import Settings
from runner.engines.postgresql_text import statements
from runner.engines.scripts import not_in_a_step
from runner.errors import Location, LockedError, RungError, StepError, TargetError
from runner.sqlfile import SqlFile
from runner.target import Target, without_secrets

TRANSACTION_COMMAND = "EXECUTE of transaction commands is not implemented"
_TRANSACTION = re.compile(r"(BEGIN|COMMIT|ROLLBACK|END|ABORT|START|SAVEPOINT|RELEASE|PREPARE\s+TRANSACTION)\b", re.I)
_COPY = re.compile(r"COPY\b", re.I)
_GONE = re.compile(r"cache lookup failed for|could not open relation with OID|could not find tuple for")
_QUOTED = re.compile(r'"([^"]+)"')
_RUNS = re.compile(r"inline_code_block line \d+ at EXECUTE$")
# What the server calls a kind of statement.
_KIND = re.compile(r"\b[A-Z]{2,}(?: [A-Z]{2,})*\b")
# What the server's own hint does not say.
_HINTS = (
    (sqlstate.InsufficientPrivilege, "grant it to the role of the URL, or use one that may"),
    (sqlstate.ReadOnlySqlTransaction, "connect to the primary server: this one is a standby or set to read only"),
    (sqlstate.DiskFull, "free some space on the server, then run the command again"),
    (sqlstate.ConfigurationLimitExceeded, "that limit is a setting of the server, the database or the role"),
    (sqlstate.OutOfMemory, "max_locks_per_transaction and memory are settings of the server"),
    (sqlstate.QueryCanceled, "--statement-timeout SECONDS sets another limit"),
    (sqlstate.IntegrityError, "the rows that are there do not fit the statement: correct the one or the other"),
    (
        sqlstate.ActiveSqlTransaction,
        "a statement that cannot run in a transaction is a step with `transactional: false`",
    ),
)
_WAIT = "wait until the server is up, then run the command again"
# What a failed connection says, and what to do next. The first that fits counts.
_REFUSED = (
    ("certificate", "sslrootcert in the URL names who may sign the server's certificate, sslcert and sslkey your own"),
    ("password authentication failed", "check user and password; PGPASSWORD and ~/.pgpass are read"),
    ("no password supplied", "set PGPASSWORD, or write the password to ~/.pgpass"),
    ("CONNECT privilege", "GRANT CONNECT ON DATABASE lets the role in; SECURITY.md has the grants that rung needs"),
    ("not permitted to log in", "ALTER ROLE … LOGIN, or use a role that may"),
    ("does not exist", "check user and database in the URL; rung does not create them (createdb, createuser)"),
    ("resolve host", "check the host in the URL"),
    ("Connection refused", "check host and port in the URL, and whether the server is running"),
    ("No such file or directory", "check the socket directory or give a host, and see whether the server is running"),
    ("timeout expired", "check host and port; connect_timeout in the URL waits longer"),
    ("pg_hba.conf", "the server's pg_hba.conf refuses this user, database, host or encryption (sslmode in the URL)"),
    ("SSL", "sslmode in the URL says how to encrypt; the server says what it asks for in pg_hba.conf"),
    ("starting up", _WAIT),
    ("shutting down", _WAIT),
    ("recovery mode", _WAIT),
    ("accepting connections", "wait until it is; or ask who closed it, the server or this database, and why"),
    ("closed the connection", "look at the server's log; if it is starting or shutting down, wait until it is up"),
    ("no error details", "check how many files this process may open (ulimit -n), and its memory"),
    ("too many", "close other connections, or raise max_connections"),
    ("connection slots", "close other connections, or raise max_connections"),
)


def connection_error(error: psycopg.Error, target: Target) -> RungError:
    """Why no connection could be made. The server's words hold no password, but libpq quotes what it cannot read."""
    message = without_secrets(_one_line(str(error)).removeprefix("connection failed: "), target.conninfo)
    hint = next((hint for part, hint in _REFUSED if part in message), "check the URL and the server")
    return TargetError(f"{target.shown}: {message}", hint=hint)


def translate(error: psycopg.Error, target: Target, settings: Settings) -> RungError:
    """An error that is not the fault of a file, or may not be."""
    if isinstance(error, sqlstate.LockNotAvailable | sqlstate.DeadlockDetected):
        deadlock = isinstance(error, sqlstate.DeadlockDetected)
        what = "two transactions waited for each other" if deadlock else "somebody else holds a lock that is needed"
        return LockedError(
            f"{target.shown}: {what} {settings.waited}",
            detail=details(error),
            hint="see pg_stat_activity for who that is; --lock-timeout SECONDS and --lock-retries N wait longer",
            retry=True,
        )
    # What the server calls fatal ends the connection, whatever the cause: shutdowns, timeouts, a database dropped.
    fatal = error.diag.severity_nonlocalized in {"FATAL", "PANIC"}
    if fatal or (isinstance(error, psycopg.OperationalError) and error.diag.sqlstate is None):
        return _lost(error, target)
    return TargetError(
        f"{target.shown}: PostgreSQL says: {primary(error)}", detail=details(error), hint=hint_for(error)
    )


def _lost(error: psycopg.Error, target: Target) -> RungError:
    return TargetError(
        f"{target.shown}: the connection to the server was lost: {primary(error)}",
        hint="the server undoes a transaction whose client is gone; `rung status` says where the schema stands",
    )


def lost_at_commit(error: psycopg.Error, target: Target) -> RungError:
    """The connection went between COMMIT and its answer: nobody here knows whether it was heard."""
    return TargetError(
        f"{target.shown}: the connection to the server was lost at the COMMIT: {primary(error)}",
        hint="the server has committed all of it or nothing; `rung status` says which",
    )


def has_moved(error: psycopg.Error) -> bool:
    """Whether something that was listed in the catalog was dropped before a function was asked about it."""
    return bool(_GONE.match(error.diag.message_primary or ""))


def primary(error: psycopg.Error) -> str:
    """The server's first line with its SQLSTATE, or the driver's words where the server said nothing."""
    message = _one_line(error.diag.message_primary or str(error))
    return f"{message} (SQLSTATE {error.diag.sqlstate})" if error.diag.sqlstate else message


def details(error: psycopg.Error) -> tuple[str, ...]:
    """The server's DETAIL, HINT and CONTEXT lines; of the context only what the step itself called."""
    lines = []
    if error.diag.message_detail:
        lines.append(f"DETAIL: {_one_line(error.diag.message_detail)}")
    if error.diag.message_hint:
        lines.append(f"HINT: {_one_line(error.diag.message_hint)}")
    # The last two levels are the step as a whole and the block that runs it.
    context = re.split(r'\n?SQL statement "', error.diag.context or "")[0].splitlines()
    if context and _RUNS.search(context[-1]):
        context.pop()
    lines += [f"CONTEXT: {line}" for line in context]
    return tuple(lines)


def hint_for(error: psycopg.Error) -> str:
    """What to do next, where the server has no hint of its own."""
    return next((hint for kind, hint in _HINTS if isinstance(error, kind)), "")


def place(error: psycopg.Error, file: SqlFile) -> Location:
    """Where in a step's file the error is: the server's position, else the one statement that names what it names."""
    position = error.diag.internal_position or error.diag.statement_position
    if position:
        inner = error.diag.internal_query or file.text
        # The body of a function has positions of its own; it stands somewhere in the file.
        if (start := file.text.find(inner)) != -1:
            return file.at(start + int(position) - 1)
    return _named(error, file) or Location(file.path)


def transaction_command(file: SqlFile) -> tuple[str, int]:
    """The word of the first statement that ends or begins a transaction, and its offset; for an error message."""
    for offset, sql in statements(file.text):
        if match := _TRANSACTION.match(sql):
            return match.group(1).upper(), offset
    return "a transaction command", 0


def not_alone(file: SqlFile) -> StepError | None:
    """Why a statement is not for a step outside of any transaction: it begins or ends one, or talks to the client."""
    for offset, sql in statements(file.text):
        if match := _TRANSACTION.match(sql):
            error = not_in_a_step(match.group(1).upper(), file.at(offset))
        elif match := _COPY.match(sql):
            hint = "it runs within a transaction as well: drop the `transactional: false`"
            error = not_in_a_step("COPY outside of a transaction", file.at(offset), hint)
        else:
            continue
        error.kept = "nothing was run"
        return error
    return None


def _named(error: psycopg.Error, file: SqlFile) -> Location | None:
    names = [error.diag.constraint_name, *_QUOTED.findall(error.diag.message_primary or ""), error.diag.table_name]
    pieces = list(statements(file.text))
    for kind in _KIND.findall(error.diag.message_primary or ""):
        found = [offset for offset, sql in pieces if " ".join(sql[:200].upper().split()).startswith(kind)]
        if len(found) == 1:
            return file.at(found[0])
    for name in filter(None, names):
        found = [offset for offset, sql in pieces if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql)]
        if len(found) == 1:
            return file.at(found[0])
    return file.at(pieces[0][0]) if len(pieces) == 1 else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
