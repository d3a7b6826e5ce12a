"""What statements a database ran, how often and for how long: pg_stat_statements."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.activity import HIDDEN
from gonogo.probes.sql import Row, SqlProbe

_WHERE = """
    select quote_ident(n.nspname) as schema,
           array(select attname::text from pg_attribute where attrelid = to_regclass(
               quote_ident(n.nspname) || '.pg_stat_statements') and attnum > 0) as columns,
           to_regclass(quote_ident(n.nspname) || '.pg_stat_statements_info') is not null as has_info
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'
"""
_REMEDY = "set shared_preload_libraries = 'pg_stat_statements', restart, and create extension pg_stat_statements"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, its constants replaced by $1, $2 ..., and what it took in all.

    Attributes:
        id: Tells statements apart that read the same.
        total_s: Seconds of execution, of all calls.
        rows: Rows given or changed, of all calls.
    """

    id: str
    query: str
    calls: int
    total_s: float
    rows: int

    @property
    def mean_s(self) -> float:
        """Seconds of execution a call."""
        return self.total_s / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """The figures of every statement at one instant, and the state of the collection (its reset, its evictions)."""

    statements: Mapping[str, Statement]
    collection: tuple[str, int]


class Statements:
    """Reads pg_stat_statements for the current database, without what our own role ran.

    Raises:
        Unverified: If the extension is not there or not loaded, or the role may not see the statements of others.
    """

    source = "sql"

    def __init__(self, sql: SqlProbe) -> None:
        self._sql = sql
        found = sql.rows(_WHERE, query="pg_stat_statements")
        if not found:
            raise Unverified(f"{sql.name}: the database has no extension pg_stat_statements; {_REMEDY}")
        self._has_info: bool = found[0]["has_info"]
        self._schema: str = found[0]["schema"]
        self._query = _reading(self._schema, found[0]["columns"])

    def top(self, n: int = 10) -> tuple[Statement, ...]:
        """Return the `n` statements that took longest in all, since the figures were last reset."""
        return tuple(sorted(self._read().values(), key=lambda one: (-one.total_s, one.id))[:n])

    def mark(self) -> Mark:
        """Return how the figures stand now."""
        return Mark(self._read(), self._collection())

    def since(self, mark: Mark, pattern: str = "") -> tuple[Statement, ...]:
        """Return what ran since `mark`: calls, seconds and rows of the time between, the most often called first.

        A statement counts when it has ended. `pattern` is a regular expression that the text must match somewhere,
        without regard to case.

        Raises:
            Inconclusive: If the figures were reset meanwhile, or statements were dropped from them to make room.
        """
        now = self.mark()
        if now.collection != mark.collection:
            raise Inconclusive(
                f"{self._sql.name}: pg_stat_statements was reset, or dropped statements to make room, between the two "
                "looks; run again, or raise pg_stat_statements.max"
            )
        ran = [_between(mark.statements.get(key), one) for key, one in now.statements.items()]
        if any(one.calls < 0 for one in ran) or mark.statements.keys() - now.statements.keys():
            raise Inconclusive(f"{self._sql.name}: figures of pg_stat_statements went back between the two looks")
        matching = self._matching(pattern) if pattern else now.statements.keys()
        chosen = [one for one in ran if one.calls and one.id in matching]
        return tuple(sorted(chosen, key=lambda one: (-one.calls, one.id)))

    def _read(self, condition: str = "", pattern: str = "") -> dict[str, Statement]:
        rows = self._rows(self._query + condition, {"pattern": pattern} if condition else None)
        if any(row["query"] == HIDDEN for row in rows):
            raise Unverified(
                f"{self._sql.name}: statements of other roles are hidden from the role of [targets."
                f"{self._sql.name}.database]; make it a member of pg_monitor"
            )
        return {row["id"]: Statement(**row) for row in rows}

    def _rows(self, query: str, parameters: Mapping[str, str] | None) -> list[Row]:
        try:
            return self._sql.rows(query, parameters, query="statements")
        except Unverified as failure:
            if "shared_preload_libraries" in str(failure):
                raise Unverified(
                    f"{self._sql.name}: pg_stat_statements is not loaded by the server; {_REMEDY}"
                ) from None
            raise

    def _matching(self, pattern: str) -> set[str]:
        return set(self._read(" and s.query ~* %(pattern)s", pattern))

    def _collection(self) -> tuple[str, int]:
        """Return when the figures were last reset and how often some were dropped; nothing before PostgreSQL 14."""
        if not self._has_info:
            return "", 0
        info = f"select stats_reset::text as reset, dealloc from {self._schema}.pg_stat_statements_info"  # noqa: S608 - a name of the catalogue, quoted
        row: Row = self._sql.rows(info, query="state of pg_stat_statements")[0]
        return row["reset"], row["dealloc"]


def _reading(schema: str, columns: list[str]) -> str:
    """Return the query in the spelling of the server's version: `total_time` became `total_exec_time` in version 13."""
    total = "total_exec_time" if "total_exec_time" in columns else "total_time"
    nested = "s.toplevel::text" if "toplevel" in columns else "''"
    return f"""
        select concat_ws('/', s.userid, s.queryid, {nested}) as id, s.query, s.calls::bigint as calls,
               s.{total} / 1000 as total_s, s.rows::bigint as rows
        from {schema}.pg_stat_statements s
        where s.dbid = (select oid from pg_database where datname = current_database())
          and s.userid <> (select oid from pg_roles where rolname = current_user)
    """  # noqa: S608 - names of the catalogue, quoted


def _between(before: Statement | None, after: Statement) -> Statement:
    if before is None:
        return after
    calls, rows = after.calls - before.calls, after.rows - before.rows
    return Statement(after.id, after.query, calls, after.total_s - before.total_s, rows)
