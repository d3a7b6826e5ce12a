"""SQL against a real Postgres: reads only, bounded, and never a connection left inside a transaction."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from fault_rig import closed_port
from probe_kit import Kept

from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.sql import SqlProbe
from gonogo.secrets import Secret
from gonogo.settings import DatabaseSettings, GuardSettings
from hermetic.services import Backing


@pytest.fixture
def sql(database: DatabaseSettings, guard: Guard, evidence: Evidence) -> Iterator[SqlProbe]:
    probe = SqlProbe("mes", database, guard, evidence)
    yield probe
    probe.close()


def test_rows_are_dicts_and_parameters_are_named(sql: SqlProbe, kept: Kept) -> None:
    rows = sql.rows("select id, name from plans where id > %(least)s order by id", {"least": 8})

    assert rows == [{"id": 9, "name": "PLAN-9"}, {"id": 10, "name": "PLAN-10"}]
    assert "where id > %(least)s" in kept.last()
    assert json.dumps(rows[0]) in kept.last()


def test_a_percent_sign_needs_no_care_without_parameters(sql: SqlProbe) -> None:
    assert sql.rows("select count(*) as n from plans where name like 'PLAN-1%'") == [{"n": 2}]


def test_a_single_value_becomes_a_measurement(sql: SqlProbe) -> None:
    measured = sql.value("select count(*) from plans", subject="plans", query="all plans")

    assert (measured.subject, measured.value, measured.source, measured.query) == ("plans", 10, "sql", "all plans")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select id from plans where id < 0", "0 rows of 0 columns, required one row of one column"),
        ("select id from plans", "10 rows of 1 columns"),
        ("select 1, 2 as b", "1 rows of 2 columns"),
        ("select max(id) from plans where id < 0", "NULL, which is not zero"),
    ],
)
def test_what_is_not_one_value_is_inconclusive(sql: SqlProbe, query: str, says: str) -> None:
    with pytest.raises(Inconclusive, match=f"plans: the query gave {says}"):
        sql.value(query, subject="plans")


def test_a_write_is_refused_by_us(sql: SqlProbe) -> None:
    with pytest.raises(GuardRefused, match="'INSERT' writes"):
        sql.rows("insert into plans values (11, 'x')")


def test_a_write_that_looks_like_a_read_is_refused_by_the_database(
    sql: SqlProbe, database: DatabaseSettings, backing: Backing
) -> None:
    server = backing.postgres
    with psycopg.connect(
        host=server.host, port=server.port, user=server.user, password=server.password, dbname=database.name
    ) as connection:
        connection.execute(
            "create or replace function harmless() returns int language plpgsql as "
            "$$ begin insert into plans values (11, 'x'); return 1; end $$"
        )

    with pytest.raises(GuardRefused, match="the database refused it as a write: cannot execute INSERT"):
        sql.rows("select harmless()")

    assert sql.rows("select count(*) as n from plans") == [{"n": 10}]


def test_a_slow_query_is_stopped_and_the_next_one_works(
    database: DatabaseSettings, guard: Guard, evidence: Evidence
) -> None:
    hasty = SqlProbe("mes", database.model_copy(update={"deadline_s": 1}), guard, evidence)
    with pytest.raises(Inconclusive, match=r"not answered within 1 s \(deadline_s of the database\)"):
        hasty.rows("select pg_sleep(30)", query="sleep")

    assert hasty.rows("select 1 as one") == [{"one": 1}]
    hasty.close()


def test_a_query_that_fails_is_unverified_and_the_next_one_works(sql: SqlProbe) -> None:
    with pytest.raises(Unverified) as failed:
        sql.rows("select * from no_such_table", query="plans")

    assert "query 'plans' of mes: 127.0.0.1:" in str(failed.value)
    assert 'relation "no_such_table" does not exist; check [targets.mes.database]' in str(failed.value)
    assert sql.rows("select 1 as one") == [{"one": 1}]


def test_no_transaction_stays_open(sql: SqlProbe, backing: Backing) -> None:
    (pid,) = sql.rows("select pg_backend_pid() as pid")

    with backing.postgres.connect() as connection:
        row = connection.execute(
            "select state, application_name from pg_stat_activity where pid = %s", [pid["pid"]]
        ).fetchone()

    assert row is not None
    assert row[0] == "idle"
    assert row[1].startswith("gonogo/")


def test_a_connection_that_the_server_ended_is_replaced(sql: SqlProbe, backing: Backing) -> None:
    (pid,) = sql.rows("select pg_backend_pid() as pid")
    with backing.postgres.connect() as connection:
        connection.execute("select pg_terminate_backend(%s, 5000)", [pid["pid"]])

    assert sql.rows("select 1 as one") == [{"one": 1}]


def test_a_wrong_password_is_unverified_and_shows_neither(
    database: DatabaseSettings, guard: Guard, evidence: Evidence
) -> None:
    wrong = database.model_copy(update={"password": Secret("MES_DB_PASSWORD", "canary-wrong-pw")})

    with pytest.raises(Unverified, match="password authentication failed") as failed:
        SqlProbe("mes", wrong, guard, evidence).rows("select 1")

    assert "canary" not in str(failed.value)


def test_a_database_that_is_down_is_unverified(database: DatabaseSettings, guard: Guard, evidence: Evidence) -> None:
    down = database.model_copy(update={"port": closed_port()})

    with pytest.raises(Unverified, match="Connection refused"):
        SqlProbe("mes", down, guard, evidence).rows("select 1")


def test_a_database_elsewhere_is_refused(database: DatabaseSettings, evidence: Evidence) -> None:
    settings = GuardSettings(kind="staging", allowed_hosts=("mes.example.com",), mutations="refuse")
    guard = Guard(settings, mutating=lambda: False)

    with pytest.raises(GuardRefused, match=r"the database of mes at 127\.0\.0\.1"):
        SqlProbe("mes", database, guard, evidence).rows("select 1")


def test_evidence_shows_the_first_rows_of_many(sql: SqlProbe, kept: Kept) -> None:
    sql.rows("select generate_series(1, 200) as n")

    assert "200 rows" in kept.last()
    assert "(the first 50 of 200 rows are shown)" in kept.last()


def test_too_many_rows_are_inconclusive(sql: SqlProbe) -> None:
    with pytest.raises(Inconclusive, match="more than 100000 rows; let the query count"):
        sql.rows("select generate_series(1, 100001)")
