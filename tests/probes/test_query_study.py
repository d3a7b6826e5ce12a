"""Queries under study, against a real Postgres: how long they take, and whether an index is used."""

from collections.abc import Iterator

import pytest
from database_kit import Scratch, scratch
from probe_kit import PATIENCE_S, Kept

from gonogo import judge
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.measurement import Limit
from gonogo.outcome import Inconclusive, Outcome, Unverified
from gonogo.probes.query_study import Plan, PlanNode, QueryStudy, table_sizes
from gonogo.probes.sql import SqlProbe
from gonogo.settings import QuerySettings
from hermetic.services import Backing


@pytest.fixture(scope="module")
def base(backing: Backing) -> Iterator[Scratch]:
    with scratch(
        backing,
        "probes_study",
        "create schema mes",
        "create table mes.plans (id bigint primary key, code text not null)",
        "insert into mes.plans select n, 'PPL-' || n from generate_series(1, 20000) n",
        'create table "Few %" as select n as id from generate_series(1, 5) n',
        "select pg_stat_force_next_flush()",
        "analyze",
        "create table mes.fresh as select n as id from generate_series(1, 300) n",
        "grant usage on schema mes to probes_study",
        "grant select on all tables in schema mes, public to probes_study",
    ) as made:
        yield made


@pytest.fixture
def sql(base: Scratch, guard: Guard, evidence: Evidence) -> Iterator[SqlProbe]:
    probe = SqlProbe("mes", base.reader, guard, evidence)
    yield probe
    probe.close()


def study(sql: SqlProbe, guard: Guard, text: str) -> QueryStudy:
    return QueryStudy("plan detail", QuerySettings(sql=text), sql, guard)


def test_timings_are_what_a_client_waits(sql: SqlProbe, guard: Guard, kept: Kept) -> None:
    found = study(sql, guard, "select pg_sleep(%(s)s)").timings(3, s=0.02)

    assert len(found) == 3
    assert all(0.02 < seconds < PATIENCE_S for seconds in found)
    assert len(kept.texts()) == 1
    assert '"parameters": {"s": 0.02}' in kept.last()


def test_executions_are_the_servers_own_times(sql: SqlProbe, guard: Guard) -> None:
    found = study(sql, guard, "select pg_sleep(%(s)s);").executions(3, s=0.02)

    assert len(found) == 3
    assert all(0.02 < seconds < PATIENCE_S for seconds in found)


def test_executions_go_to_the_judge_of_quantiles(sql: SqlProbe, guard: Guard) -> None:
    found = study(sql, guard, "-- by id\nselect * from mes.plans where id = %(id)s and code like 'PPL%%'").executions(
        120, id=7
    )

    assert judge.quantile("plan detail", found, 0.95, Limit("<", 1, "s")).outcome is Outcome.MET


@pytest.mark.parametrize("text", ["show work_mem", "explain select 1", "values (1)", "table mes.plans"])
def test_only_a_select_is_explained(sql: SqlProbe, guard: Guard, kept: Kept, text: str) -> None:
    with pytest.raises(GuardRefused, match=r"EXPLAIN of query 'plan detail' was refused .* only a SELECT is explained"):
        study(sql, guard, text).executions(1)

    assert kept.texts() == []


def test_what_would_write_is_not_executed_by_explaining_it(sql: SqlProbe, guard: Guard, base: Scratch) -> None:
    with base.owner() as owner:
        owner.execute(
            "create function harmless() returns bigint language sql as 'delete from mes.fresh returning 1::bigint'"
        )
        owner.execute("grant delete on mes.fresh to probes_study")
    with pytest.raises(GuardRefused, match="'DELETE' writes"):
        study(sql, guard, "with gone as (delete from mes.fresh returning 1) select * from gone").executions(1)
    with pytest.raises(GuardRefused, match="the database refused it as a write: cannot execute DELETE"):
        study(sql, guard, "select harmless()").executions(1)

    assert sql.rows("select count(*) as n from mes.fresh") == [{"n": 300}]


def test_a_query_too_slow_to_time_is_inconclusive(base: Scratch, guard: Guard, evidence: Evidence) -> None:
    slow = SqlProbe("mes", base.reader.model_copy(update={"deadline_s": 1}), guard, evidence)
    with pytest.raises(Inconclusive, match=r"query 'plan detail' of mes: not answered within 1 s"):
        study(slow, guard, "select pg_sleep(30)").executions(2)
    slow.close()


def test_a_plan_names_its_indexes_and_what_it_reads_from_end_to_end(sql: SqlProbe, guard: Guard) -> None:
    by_id = study(sql, guard, "select * from mes.plans where id = %(id)s").plan(id=7)
    by_code = study(sql, guard, 'select * from mes.plans p, "Few %%" f where p.code = %(code)s').plan(code="PPL-7")

    assert by_id.indexes == {"plans_pkey"}
    assert by_id.scanned == frozenset()
    assert by_code.scanned == {"mes.plans", "public.Few %"}
    sizes = table_sizes(sql)
    assert by_code.large_scans(sizes, above_rows=1000) == ("mes.plans",)
    assert by_code.large_scans(sizes, above_rows=1) == ("mes.plans", "public.Few %")
    assert by_id.large_scans({}, above_rows=0) == ()


def test_a_plan_is_made_without_executing_anything(sql: SqlProbe, guard: Guard) -> None:
    study(sql, guard, "select pg_sleep(60)").plan()


def test_a_table_of_unknown_size_is_not_small() -> None:
    plan = Plan("plan detail", (PlanNode("Parallel Seq Scan", "mes.lost", "", 1),))
    with pytest.raises(Unverified, match=r"the size of mes\.lost is not known"):
        plan.large_scans({}, above_rows=1000)


def test_a_table_that_was_never_analysed_still_has_its_rows(sql: SqlProbe) -> None:
    sizes = table_sizes(sql)
    assert (sizes["mes.plans"], sizes["mes.fresh"], sizes["public.Few %"]) == (20000, 300, 5)
