"""What the team reads out of the store for its reports: percentiles, errors, resources and use, before and after."""

from typing import TYPE_CHECKING, Any

from hermetic.docflow.states import Moments

if TYPE_CHECKING:
    import psycopg

Figures = dict[str, Any]
DAY = "at >= %(full)s and at < %(full)s + interval '24 hours'"
REQUESTS = f"""
    select count(*) as requests, count(*) filter (where status >= 500) as failed,
           100.0 * count(*) filter (where status >= 500) / count(*) as errors,
           percentile_cont(0.50) within group (order by duration_ms) as p50,
           percentile_cont(0.95) within group (order by duration_ms) as p95,
           percentile_cont(0.99) within group (order by duration_ms) as p99,
           percentile_cont(0.95) within group (order by duration_ms) filter (where not publishing) as api_p95,
           percentile_cont(0.95) within group (order by duration_ms) filter (where publishing) as publish_p95
    from (select *, route like '%%/publish' as publishing from docflow.requests) as request
    where case when %(after)s then release = %(release)s and {DAY} else release <> %(release)s end
"""  # noqa: S608 - no value of anybody's
RESOURCES = """
    select 100 * avg(cpu_ratio) as cpu, avg(memory_bytes) / 1e6 as memory from docflow.resources
    where (release = %(release)s) = %(after)s
"""
USE = f"""
    select feature, count(distinct admin) as admins, count(*) as uses from docflow.feature_use
    where {DAY} group by feature order by feature
"""  # noqa: S608


def figures(connection: "psycopg.Connection[Any]", release: str, moments: Moments) -> Figures:
    """Return what reports need.

    Returns:
        before, after: p50, p95, p99, api_p95, publish_p95 in ms, errors and cpu in percent, memory in MB (10^6 bytes),
            and the counts requests and failed; of other releases, and of this one in the 24 hours since everyone has it
            (resources: in all the time).
        usage: For each feature `admins`, how many used it in the first 24 hours, and `uses`.
    """
    told = {"release": release, "full": moments.full_began}
    sides = {
        name: {
            **_rows(connection, REQUESTS, told, after=after)[0],
            **_rows(connection, RESOURCES, told, after=after)[0],
        }
        for name, after in (("before", False), ("after", True))
    }
    return {**sides, "usage": _rows(connection, USE, told, after=True)}


def _rows(connection: "psycopg.Connection[Any]", text: str, told: Figures, *, after: bool) -> list[Figures]:
    from psycopg.rows import dict_row

    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(text, {**told, "after": after}).fetchall()
