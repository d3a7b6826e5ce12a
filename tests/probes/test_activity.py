"""Sessions, listeners, lock waits and statements of a real Postgres."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from database_kit import Scratch, scratch
from probe_kit import PATIENCE_S

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.activity import Activity
from gonogo.probes.sql import SqlProbe
from gonogo.probes.statements import Statements
from hermetic.services import Backing

NAME = "probes_activity"


@pytest.fixture
def base(backing: Backing) -> Iterator[Scratch]:
    with scratch(
        backing,
        NAME,
        "create table plans as select n as id from generate_series(1, 10) n",
        f"grant select on plans to {NAME}",
        f"grant pg_monitor to {NAME}",
    ) as made:
        yield made


@pytest.fixture
def sql(base: Scratch, guard: Guard, evidence: Evidence) -> Iterator[SqlProbe]:
    probe = SqlProbe("mes", base.reader, guard, evidence)
    yield probe
    probe.close()


@pytest.fixture
def statements(base: Scratch, sql: SqlProbe) -> Statements:
    with base.owner() as owner:
        owner.execute("create extension pg_stat_statements")
    return Statements(sql)


def test_sessions_are_counted_by_state_and_application(base: Scratch, sql: SqlProbe) -> None:
    with base.owner("green") as idle, base.owner("green") as open_, base.owner("blue"):
        idle.execute("select 1")
        open_.autocommit = False
        open_.execute("select 2")

        activity = Activity(sql)
        assert activity.by_application() == {"green": 2, "blue": 1}
        assert activity.by_state() == {"idle": 2, "idle in transaction": 1}
        (ours,) = [session for session in activity.sessions() if session.ours]
        assert (ours.user, ours.state) == (NAME, "active")
        assert ours.application.startswith("gonogo/")


def test_a_session_that_listens_is_idle_and_still_counted(base: Scratch, sql: SqlProbe) -> None:
    activity = Activity(sql)
    with base.owner() as one, base.owner() as two, base.owner() as three:
        one.execute("LISTEN mes_plan_updates")
        two.execute('listen "mes_worker_updates";')
        three.execute("listen mes_plan_updates")
        three.execute("unlisten mes_plan_updates")
        assert activity.listening() == 2
        assert activity.listening("mes_plan_updates") == 1
        assert activity.by_state()["active"] == 0

    deadline = time.monotonic() + PATIENCE_S
    while activity.listening() and time.monotonic() < deadline:  # the server hears of their end a moment later
        time.sleep(0.02)
    assert activity.listening() == 0


def test_who_waits_for_a_lock_and_for_whom(base: Scratch, sql: SqlProbe) -> None:
    activity = Activity(sql)
    assert activity.lock_waits() == ()
    with base.owner() as holder, base.owner() as waiter:
        holder.autocommit = False
        holder.execute("lock table plans")
        blocked = threading.Thread(target=_lock, args=(waiter,))
        blocked.start()
        found = _until(activity.lock_waits)
        sessions = {session.pid: session for session in activity.sessions()}
        holder.rollback()
        blocked.join()

        (wait,) = found
        assert (wait.pid, wait.blocked_by) == (waiter.info.backend_pid, (holder.info.backend_pid,))
        assert 0 <= wait.waited_s < PATIENCE_S
        assert "delete from plans" in wait.query
        assert sessions[wait.pid].waits == "Lock: relation"


def test_sessions_that_are_hidden_are_unverified(base: Scratch, sql: SqlProbe) -> None:
    with base.owner() as owner:
        owner.execute(f"revoke pg_monitor from {NAME}")
        with pytest.raises(
            Unverified, match=r"1 of 2 sessions are hidden from the role .* make it a member of pg_monitor"
        ):
            Activity(sql).by_state()


def test_statements_that_ran_between_two_looks_are_counted(base: Scratch, statements: Statements) -> None:
    with base.owner() as green:
        green.execute("select count(*) from plans where id = 1")
        mark = statements.mark()
        for number in range(3):
            green.execute(f"select count(*) from plans where id = {number}")
        green.execute("select count(*) from plans where id > 5 group by id")
        ran = statements.since(mark, "FROM PLANS")

        assert [(one.query, one.calls, one.rows) for one in ran] == [
            ("select count(*) from plans where id = $1", 3, 3),
            ("select count(*) from plans where id > $1 group by id", 1, 5),
        ]
        assert 0 < ran[0].mean_s <= ran[0].total_s < PATIENCE_S
        assert statements.since(mark, "no such table") == ()
        assert statements.since(statements.mark(), "plans") == ()


def test_our_own_statements_do_not_count(statements: Statements, sql: SqlProbe) -> None:
    mark = statements.mark()
    sql.rows("select count(*) from plans")
    assert statements.since(mark) == ()


def test_the_slowest_statements_come_first(base: Scratch, statements: Statements) -> None:
    with base.owner() as green:
        green.execute("select pg_sleep(1)")
        green.execute("select 1 as quick")

    first, *others = statements.top(3)
    assert first.query == "select pg_sleep($1)"
    assert 1 <= first.total_s < PATIENCE_S
    assert len(others) == 2


def test_figures_that_were_reset_between_two_looks_are_inconclusive(base: Scratch, statements: Statements) -> None:
    with base.owner() as green:
        green.execute("select 1 as one")
        mark = statements.mark()
        green.execute("select pg_stat_statements_reset()")
        with pytest.raises(Inconclusive, match="pg_stat_statements was reset"):
            statements.since(mark)


def test_one_figure_that_was_reset_is_inconclusive_too(base: Scratch, statements: Statements) -> None:
    with base.owner() as green:
        green.execute("select 1 as one")
        mark = statements.mark()
        green.execute(
            "select pg_stat_statements_reset(userid, dbid, queryid) from pg_stat_statements where query ~ 'as one'"
        )
        with pytest.raises(Inconclusive, match="figures of pg_stat_statements went back"):
            statements.since(mark)


def test_the_spelling_before_version_13_is_understood(base: Scratch, sql: SqlProbe) -> None:
    with base.owner() as green:
        green.execute("create schema extras")
        green.execute("create extension pg_stat_statements schema extras version '1.7'")
        green.execute(f"grant usage on schema extras to {NAME}")
        statements = Statements(sql)
        mark = statements.mark()
        green.execute("select pg_sleep(0.05)")

        (ran,) = statements.since(mark, "pg_sleep")
        assert ran.calls == 1
        assert 0.05 <= ran.total_s < PATIENCE_S
        assert statements.top(1)


def test_no_extension_is_unverified_with_a_remedy(sql: SqlProbe) -> None:
    with pytest.raises(Unverified, match="mes: the database has no extension pg_stat_statements; set shared_preload"):
        Statements(sql)


def test_an_extension_that_is_not_loaded_is_unverified_with_a_remedy(
    statements: Statements, sql: SqlProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unverified('query: pg_stat_statements must be loaded via "shared_preload_libraries"; check')

    monkeypatch.setattr(sql, "rows", refuse)
    with pytest.raises(Unverified, match="mes: pg_stat_statements is not loaded by the server; set shared_preload"):
        statements.top()


def test_statements_that_are_hidden_are_unverified(base: Scratch, statements: Statements) -> None:
    with base.owner() as owner:
        owner.execute(f"revoke pg_monitor from {NAME}")
    with pytest.raises(Unverified, match=r"statements of other roles are hidden .* make it a member of pg_monitor"):
        statements.top()


def _lock(waiter: psycopg.Connection) -> None:
    with suppress(psycopg.Error):
        waiter.execute("delete from plans where id = 0")


def _until(look):  # type: ignore[no-untyped-def]
    end = time.monotonic() + PATIENCE_S
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.02)
    return found
