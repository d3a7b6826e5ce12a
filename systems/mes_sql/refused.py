"""What the database refuses: the plan's own queries, which it must; the list of slow statements, which it must not."""

from gonogo.outcome import Missed, Unverified
from gonogo.probes.statements import Statement, Statements
from systems.mes_sql.build import Build


def refusal(build: Build, query: str) -> str:
    """Return what the database says against a named query; empty where it answers it.

    Raises:
        Unverified: If the environment has no query of that name, or the database cannot be asked at all.
    """
    if query not in build.green.settings.queries:
        build.green.query(query)  # says which names there are
    build.green.sql.rows("select 1 as here")
    try:
        build.green.query(query)
    except Unverified as refused:
        return str(refused)
    return ""


def slowest(build: Build, n: int) -> list[Statement]:
    """Return the slowest statements by total time.

    Raises:
        Missed: If the database answers, and keeps no statistics of statements: then nobody can investigate by them.
        Unverified: If the database cannot be asked at all.
    """
    build.green.sql.rows("select 1 as here")
    try:
        return list(Statements(build.green.sql).top(n))
    except Unverified as refused:
        raise Missed(str(refused)) from None
