"""A named query under study: how long it takes here and in the server, and how the server goes about it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.guard import Guard
from gonogo.outcome import Unverified
from gonogo.probes.sql import SqlProbe
from gonogo.settings import QuerySettings

_SELECT = re.compile(r"^(\s|\(|--[^\n]*\n|/\*.*?\*/)*(select|with)\b", re.IGNORECASE | re.DOTALL)
_SIZES = """
    select n.nspname || '.' || c.relname as name,
           greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
"""


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One step of a plan.

    Attributes:
        kind: As the server names it, e.g. "Seq Scan", "Index Scan", "Hash Join".
        relation: The table with its schema, e.g. "mes.mes_workers"; empty where the step reads none.
        index: The index it uses; empty where it uses none.
        rows: How many rows the planner expects of it.
    """

    kind: str
    relation: str
    index: str
    rows: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How the server would answer a query; `nodes` from the top."""

    query: str
    nodes: tuple[PlanNode, ...]

    @property
    def indexes(self) -> frozenset[str]:
        """Names of the indexes it uses."""
        return frozenset(node.index for node in self.nodes if node.index)

    @property
    def scanned(self) -> frozenset[str]:
        """Tables that it reads from end to end."""
        return frozenset(node.relation for node in self.nodes if "Seq Scan" in node.kind)

    def large_scans(self, sizes: Mapping[str, int], above_rows: int) -> tuple[str, ...]:
        """Return the tables of more than `above_rows` rows that it reads from end to end.

        Raises:
            Unverified: If `sizes` does not know one of the tables that it scans.
        """
        unknown = sorted(self.scanned - set(sizes))
        if unknown:
            raise Unverified(f"plan of query {self.query!r}: the size of {', '.join(unknown)} is not known")
        return tuple(sorted(table for table in self.scanned if sizes[table] > above_rows))


class QueryStudy:
    """Times and explains one query of the environment file.

    EXPLAIN ANALYZE executes what it explains, so only a SELECT is given to it; guard and read-only transaction hold.
    """

    source = "sql"

    def __init__(self, name: str, settings: QuerySettings, sql: SqlProbe, guard: Guard) -> None:
        self.name = name
        self._text = settings.sql.strip().rstrip(";")
        self._sql = sql
        self._guard = guard

    def timings(self, n: int, **parameters: Any) -> tuple[float, ...]:
        """Return how long each of `n` executions took, in seconds until its last row was here, network included.

        They come one after the other, after one that is not counted; raises as `SqlProbe.rows` does.
        """
        found = self._sql.repeat(self._text, parameters, n=n, query=self.name)
        return tuple(one.elapsed_s for one in found)

    def executions(self, n: int, **parameters: Any) -> tuple[float, ...]:
        """Return the server's own "Execution Time" of `n` executions, in seconds, without planning and network.

        They come one after the other, after one that is not counted; measuring makes each a little slower.

        Raises:
            GuardRefused: If the query is no SELECT; nothing was sent.
        """
        found = self._sql.repeat(self._explain("analyze, format json"), parameters, n=n, query=self.name)
        return tuple(_document(one.rows)["Execution Time"] / 1000 for one in found)

    def plan(self, **parameters: Any) -> Plan:
        """Return how the server would answer; nothing is executed."""
        rows = self._sql.rows(self._explain("verbose, format json"), parameters, query=f"plan of {self.name}")
        return Plan(self.name, tuple(_nodes(_document(rows)["Plan"])))

    def _explain(self, options: str) -> str:
        if not _SELECT.match(self._text):
            self._guard.refuse(
                f"EXPLAIN of query {self.name!r}", "only a SELECT is explained", "give the query as SELECT or WITH"
            )
        return f"explain ({options}) {self._text}"


def table_sizes(sql: SqlProbe) -> dict[str, int]:
    """Return how many rows each table has ("schema.table"), as the server's statistics know: at once, and not exactly.

    Of its two estimates (of the planner, of the activity statistics) the larger counts, so that a table that has grown
    since it was last analysed is not taken for small.
    """
    return {row["name"]: row["rows"] for row in sql.rows(_SIZES, query="sizes of tables")}


def _document(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    (found,) = row["QUERY PLAN"]
    document: dict[str, Any] = found
    return document


def _nodes(node: Mapping[str, Any]) -> Iterator[PlanNode]:
    table = node.get("Relation Name")
    relation = f"{node['Schema']}.{table}" if table else ""
    yield PlanNode(node["Node Type"], relation, node.get("Index Name", ""), int(node["Plan Rows"]))
    for child in node.get("Plans", ()):
        yield from _nodes(child)
