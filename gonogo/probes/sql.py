"""SQL: reads from PostgreSQL, in a read-only transaction that ends with each query."""

import json
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from gonogo import __version__
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.deadline import shut, within
from gonogo.settings import DatabaseSettings

Row = dict[str, Any]
_MAX_ROWS = 100_000
_EVIDENCE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution of a read.

    Attributes:
        rows: What it gave.
        began_s: When it was sent, Unix time of our clock.
        elapsed_s: Seconds until the last row was here.
    """

    rows: list[Row]
    began_s: float
    elapsed_s: float


class SqlProbe:
    """Asks one database.

    Three locks keep it from writing: the guard looks at the statement, the transaction is read only, and the role of
    the environment file should own nothing. The server ends a statement at `deadline_s`; a second later we hang up.
    """

    source = "sql"

    def __init__(self, name: str, settings: DatabaseSettings, guard: Guard, evidence: Evidence) -> None:
        self.name = name
        self._settings = settings
        self._guard = guard
        self._evidence = evidence
        self._connection: psycopg.Connection[Row] | None = None

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None, *, query: str = "") -> list[Row]:
        """Return the rows of one read, as dicts by column name.

        Args:
            sql: One SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN; parameters as %(name)s, and beside them '%%' for '%'.
            parameters: Values by name.
            query: Its name in the environment file, for messages.

        Raises:
            GuardRefused: If the statement is not one read, or the database says that it writes.
            Unverified: If the database cannot be asked or refuses the query.
            Inconclusive: If it did not answer in time, or with more than 100 000 rows.
        """
        subject = self._subject(sql, query)
        found = self._read(subject, sql, parameters or {}).rows
        self._keep(subject, sql, parameters or {}, found)
        return found

    def repeat(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, n: int, query: str = ""
    ) -> list[Execution]:
        """Return `n` executions of one read, one after the other, after one that is not counted; raises as `rows` does.

        Each has a transaction and a deadline of its own, and is parsed and planned anew.
        """
        subject = self._subject(sql, query)
        found = [self._read(subject, sql, parameters or {}) for _ in range(n + 1)][1:]
        record = {"sql": sql.strip(), "parameters": parameters, "seconds": [one.elapsed_s for one in found]}
        self._evidence.add(f"{n} timings of {subject}", json.dumps(record, default=str), "application/json", ".json")
        return found

    def value(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        subject: str,
        unit: str = "count",
        query: str = "",
    ) -> Measurement:
        """Return the only column of the only row as a measurement of `subject`.

        Raises:
            Inconclusive: If there is not exactly one row of one column, or it holds NULL.
        """
        found = self.rows(sql, parameters, query=query)
        if len(found) != 1 or len(found[0]) != 1:
            shape = f"{len(found)} rows of {len(found[0]) if found else 0} columns"
            raise Inconclusive(
                f"{subject}: the query gave {shape}, required one row of one column [sql: {query or sql}]"
            )
        (value,) = found[0].values()
        if value is None:
            raise Inconclusive(f"{subject}: the query gave NULL, which is not zero [sql: {query or sql}]")
        plain = value if isinstance(value, bool | int | float | str) else float(value)
        return Measurement(subject, plain, unit, source=self.source, query=query or " ".join(sql.split()))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _subject(self, sql: str, query: str) -> str:
        return f"query {query or ' '.join(sql.split())[:80]!r} of {self.name}"

    def _read(self, subject: str, sql: str, parameters: Mapping[str, Any]) -> Execution:
        self._guard.sql(sql)
        try:
            found = self._ask(sql, parameters)
        except psycopg.Error as error:
            raise self._explain(subject, error) from None
        if len(found.rows) > _MAX_ROWS:
            raise Inconclusive(f"{subject}: more than {_MAX_ROWS} rows; let the query count or group them")
        return found

    def _ask(self, sql: str, parameters: Mapping[str, Any]) -> Execution:
        connection = self._open()
        timeout_ms = str(int(self._settings.deadline_s * 1000))
        wire = socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        with wire, within(self._settings.deadline_s + 1, lambda: shut(wire)):
            try:
                connection.execute("select set_config('statement_timeout', %s, true)", [timeout_ms])
                began, started = time.time(), time.perf_counter()
                rows = connection.execute(sql.encode(), parameters or None).fetchmany(_MAX_ROWS + 1)
                return Execution(rows, began, time.perf_counter() - started)
            finally:
                with suppress(psycopg.Error):
                    connection.rollback()

    def _open(self) -> psycopg.Connection[Row]:
        """Return the connection, a new one where the server has closed the old."""
        if self._connection is not None and not self._alive(self._connection):
            self.close()
        if self._connection is None:
            settings = self._settings
            self._guard.reach(f"the database of {self.name}", settings.host, settings.port)
            self._connection = psycopg.connect(
                host=settings.host,
                port=settings.port,
                dbname=settings.name,
                user=settings.user,
                password=settings.password.reveal(),
                connect_timeout=max(2, int(settings.deadline_s)),
                application_name=f"gonogo/{__version__}",
                prepare_threshold=None,
                row_factory=dict_row,
            )
            self._connection.read_only = True
        return self._connection

    @staticmethod
    def _alive(connection: psycopg.Connection[Row]) -> bool:
        try:
            connection.execute("select 1")
            connection.rollback()
        except psycopg.Error:
            return False
        return True

    def _explain(self, subject: str, error: psycopg.Error) -> Exception:
        said = self._evidence.scrub(" ".join((error.diag.message_primary or str(error)).split())[:300])
        if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            return GuardRefused(f"{subject}: the database refused it as a write: {said}; rewrite it as a read")
        if isinstance(error, psycopg.errors.QueryCanceled):
            limit = f"{self._settings.deadline_s:g} s (deadline_s of the database)"
            return Inconclusive(
                f"{subject}: not answered within {limit}; look at its plan with EXPLAIN, or allow more time"
            )
        place = f"{self._settings.host}:{self._settings.port}/{self._settings.name} as {self._settings.user}"
        return Unverified(
            f"{subject}: {place}: {said}; check [targets.{self.name}.database], the role's rights and the query"
        )

    def _keep(self, subject: str, sql: str, parameters: Mapping[str, Any], found: list[Row]) -> None:
        shown = "\n".join(json.dumps(row, default=str, ensure_ascii=False)[:2000] for row in found[:_EVIDENCE_ROWS])
        cut = "" if len(found) <= _EVIDENCE_ROWS else f"\n(the first {_EVIDENCE_ROWS} of {len(found)} rows are shown)"
        values = json.dumps(dict(parameters), default=str, ensure_ascii=False)
        self._evidence.add(subject, f"{sql.strip()}\nparameters {values}\n\n{len(found)} rows\n{shown}{cut}\n")
