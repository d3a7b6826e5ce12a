"""Faults: each is known, names real criteria, and really changes something."""

import csv
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from build_world import PLANS, Build, node, plan_body, quickest, seconds, until
from listening import Listener
from standing import ROOT

from hermetic.faults import catalogue
from hermetic.kit.edits import TextFault
from hermetic.kit.planted import Planted
from hermetic.mes_sql import database, migrator
from hermetic.mes_sql.broken import migrations, queries, records, seeds
from hermetic.mes_sql.catalogue.papers import PAPER_FAULTS
from hermetic.mes_sql.catalogue.repository import REPOSITORY_FAULTS
from hermetic.mes_sql.faults import BY_CODE, FAULTS
from hermetic.mes_sql.seeding import load
from hermetic.mes_sql.seeding.master import SIZES
from hermetic.mes_sql.server.sql import queries as pristine
from hermetic.world import STAND_INS

GREEN = "burkol-api-green"


def criteria() -> set[str]:
    with (ROOT / "features/postgres_build/criteria.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file)}


def test_faults_have_names_of_their_own_and_name_real_criteria() -> None:
    catalogue(STAND_INS)  # raises where two share a name
    known = criteria()
    assert {fault.name: set(fault.breaks) - known for fault in FAULTS if set(fault.breaks) - known} == {}
    held = ["green-health-down", "green-old-release"]  # no scenario runs: no release, or another one, is made out
    assert [fault.name for fault in FAULTS if not fault.breaks] == held


def test_the_list_of_faults_is_up_to_date() -> None:
    text = (ROOT / "hermetic/mes_sql/FAULTS.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)
    assert listed == [fault.name for fault in FAULTS], "run `python -m hermetic.mes_sql.list_faults`"


def test_every_fault_is_done_somewhere() -> None:
    """A name in the catalogue that no code asks for would be a fault that breaks nothing."""
    folders = (ROOT / "hermetic/mes_sql", ROOT / "hermetic/kit")
    files = [path for folder in folders for path in folder.rglob("*.py") if path.parent.name != "catalogue"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    by_pattern = {f"{kind}-changes-lost" for kind in ("worker", "station", "operation", "substation")}
    assert [name for name, _, _ in BY_CODE if f'"{name}"' not in code and name not in by_pattern] == []


# --- Statements of green


@pytest.mark.parametrize("fault", sorted(queries.CHANGES))
def test_a_changed_statement_is_another_and_still_sql(build: Build, fault: str) -> None:
    changed = queries.all_queries([fault])
    assert {change.query for change in queries.CHANGES[fault]} == {
        name for name, text in changed.items() if text != vars(pristine)[name]
    }
    with build.world.connect(build.world.main_database) as connection:
        for change in queries.CHANGES[fault]:
            if changed[change.query]:
                numbered = re.sub(r"%\((\w+)\)s", "null", changed[change.query]).replace("%%", "%")
                connection.execute(f"prepare tried as {numbered}".encode())
                connection.execute("deallocate tried")


# --- Rows, migrations and seeds


@contextmanager
def taken_back(build: Build, name: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the owner; whatever is done is undone at the end."""
    with build.world.connect(name) as connection, connection.transaction(force_rollback=True):
        yield connection


def picture(connection: psycopg.Connection[Any]) -> list[Any]:
    """Return rows, schema and settings of a database, as far as a fault may change them."""
    tables = [name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'mes'")]
    rows = [
        connection.execute(f"select md5(string_agg(t::text, '|' order by t::text)) from mes.{table} t".encode())
        for table in sorted(tables)
    ]
    schema = """
        select indexdef from pg_indexes where schemaname = 'mes'
        union all select conname::text from pg_constraint where connamespace = 'mes'::regnamespace
        union all select polname::text from pg_policy
        union all select tgname || tgtype from pg_trigger where not tgisinternal
        union all select proname::text from pg_proc where pronamespace = 'mes'::regnamespace
        union all select relname::text from pg_class where relnamespace = 'mes'::regnamespace
        union all select setconfig::text from pg_db_role_setting
        union all select datconnlimit::text from pg_database where datname = current_database() order by 1
    """
    return [tables, [row.fetchone() for row in rows], connection.execute(schema.encode()).fetchall()]


@pytest.mark.parametrize("fault", [*records.STATEMENTS, *migrations.UP])
def test_a_fault_of_the_records_changes_them(build: Build, fault: str) -> None:
    with taken_back(build, build.world.main_database) as connection:
        before = picture(connection)
        records.spoil_records(connection, [fault])
        records.spoil_schema(connection, [fault])
        assert picture(connection) != before


@pytest.fixture
def test_database(build: Build) -> Iterator[str]:
    name = build.world.test_database
    database.reset(build.world, name, migrator.LAST)
    yield name
    database.reset(build.world, name, migrator.LAST)


@pytest.mark.parametrize("fault", [*seeds.AFTER, "seed-incomplete"])
def test_a_fault_of_the_seed_changes_what_is_seeded(build: Build, test_database: str, fault: str) -> None:
    pictures = []
    with build.world.connect(test_database) as connection:
        for faults in ([], [fault]):
            load.clear(connection)
            load.seed(connection, seeds.seeded_size(SIZES["minimal"], faults))
            seeds.spoil_seed(connection, faults)
            pictures.append(picture(connection))
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("fault", [*migrations.UP, *migrations.COMMAND_ONLY, *migrations.DOWN])
def test_a_fault_of_the_migrations_shows_after_down_and_up(build: Build, test_database: str, fault: str) -> None:
    with build.world.connect(test_database) as connection:
        before = picture(connection)
    with migrator.connected(build.world, test_database) as connection:
        try:
            migrator.migrate(connection, migrator.FIRST, [fault])
            migrator.migrate(connection, migrator.LAST, [fault])
        except psycopg.errors.DivisionByZero:
            return  # what stops half-way
    with build.world.connect(test_database) as connection:
        assert picture(connection) != before


# --- Texts


@pytest.fixture(scope="module")
def folders(build: Build) -> list[dict[str, str]]:
    """The texts of papers and repository in the states that have all of them."""
    kept = []
    for state in ("finished", "seeded"):
        build.arrange(state, seed="minimal")
        for folder in (build.world.documents, build.world.repository):
            files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
            kept.append({str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files})
    build.arrange("seeded")
    return kept


@pytest.mark.parametrize("fault", [*PAPER_FAULTS, *REPOSITORY_FAULTS], ids=lambda fault: fault.name)
def test_every_edit_of_a_text_fault_finds_something(folders: list[dict[str, str]], fault: TextFault) -> None:
    for edit in fault.edits:
        texts = [folder[edit.file] for folder in folders if edit.file in folder]
        assert texts, f"{edit.file} is in no state"
        if edit.replacement is not None:
            replaced = [re.sub(edit.pattern, edit.replacement, text, flags=re.MULTILINE) for text in texts]
            assert replaced != texts, f"{edit.pattern} finds nothing in {edit.file}"


# --- What is served. Each check holds without the fault, and does not with it.


def any_of_three(holds: Callable[[Build], bool], build: Build) -> bool:
    """Tell whether something holds once in three tries: a busy machine spoils one, a fault all."""
    return any(holds(build) for _ in range(3))


def head(build: Build, name: str) -> str:
    with build.session.get(f"{build.url()}/api/mes/stream/plans", headers=build.login, stream=True, timeout=5) as reply:
        return str(reply.headers[name])


def heard(build: Build) -> list[int]:
    """Return which of three plans a listener hears of, and in which order, until it hears of a fourth."""
    listener = Listener(build)
    try:
        *plans, last = [build.create(nodes=[])["plan"]["id"] for _ in range(4)]
        assert listener.hears(last)
        return [plans.index(event["key"]) for event in listener.events if event["key"] != last]
    finally:
        listener.close()


def soon_heard(build: Build) -> bool:
    """Tell whether the quickest of three plans is heard of within 1.2 s."""
    listener = Listener(build)
    try:
        return listener.quickest_delivery() < 1.2
    finally:
        listener.close()


def first_lines(build: Build) -> list[str]:
    """Return the lines of the first event of a stream, with the empty one that ends it."""
    listener = Listener(build)
    try:
        build.create(nodes=[])
        until(lambda: "" in listener.lines[2:])
        return listener.lines[2:5]
    finally:
        listener.close()


def many(build: Build) -> list[tuple[int, float]]:
    """Send 160 requests, 16 at once; return status and seconds of each."""

    def one(_: int) -> tuple[int, float]:
        began = time.monotonic()
        return build.ask("GET", "/api/mes/operations").status_code, time.monotonic() - began

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(160)))


def hardly_waits(build: Build) -> bool:
    """Tell whether fewer than 30 of many requests at once take longer than 0.14 s."""
    return sum(took > 0.14 for _, took in many(build)) < 30


def never_stalls(build: Build) -> bool:
    """Tell whether each of 12 reads takes less than 0.35 s."""
    return all(seconds(lambda: build.get("/api/mes/operations")) < 0.35 for _ in range(12))


def opens(build: Build, number: int) -> bool:
    """Open streams at once; tell whether all are answered."""
    with ExitStack() as stack:
        replies = [
            stack.enter_context(
                requests.get(f"{build.url()}/api/mes/stream/plans", headers=build.login, stream=True, timeout=9)
            )
            for _ in range(number)
        ]
        return {reply.status_code for reply in replies} == {200}


def stays_open(build: Build) -> bool:
    listener = Listener(build)
    closed = until(lambda: listener.ended > 0, 5.0)
    listener.close()
    return not closed


def sessions_return(build: Build) -> bool:
    query = "select count(*) from pg_stat_activity where application_name = 'burkol-api-green stream'"
    assert until(lambda: build.count(query) == 0), "those of earlier listeners have gone"
    Listener(build).close()
    return until(lambda: build.count(query) == 0, 5.0)


def renamed(build: Build, kind: str) -> bool:
    path = f"/api/mes/{kind}s"
    more = {"stationId": "ST-001"} if kind == "substation" else {}
    one = f"{path}/{build.ask('POST', path, {'name': 'First', 'tag': 'tests', **more}).json()[kind]['id']}"
    said = build.ask("PUT", one, {"name": "Second"}).json()[kind]["name"]
    build.ask("DELETE", one)
    return bool(said == "Second")


def half_created(build: Build) -> int:
    body = plan_body(orderCode="WO-ATOMIC", nodes=[node(assignedStations=[{"stationId": "NOT-THERE"}])])
    build.ask("POST", PLANS, body)
    return build.count("select count(*) from mes_production_plans where work_order_code = 'WO-ATOMIC'")


def old_reads(build: Build) -> int:
    before = build.get("/counters", "old_store")["reads"]
    build.get(f"{PLANS}/PPL-0125-001")
    return int(build.get("/counters", "old_store")["reads"]) - before


def reaches_blue(build: Build) -> bool:
    return build.ask("GET", f"{PLANS}/{build.create(nodes=[])['plan']['id']}", port="blue").status_code == 200


def signs_in(build: Build) -> bool:
    token = {"token": build.variables["MES_SQL_TOKEN"]}
    return build.session.post(f"{build.url()}/api/mes/session", json=token, timeout=5).status_code == 200


def goes_back(build: Build) -> bool:
    plan = build.create(nodes=[])["plan"]["id"]
    return build.step(plan, "production") == 409


def restarts(build: Build) -> bool:
    before = build.get("/health")["started"]
    build.run("pm2", "restart", GREEN)
    return bool(build.get("/health")["started"] != before)


def sessions_of_the_pool(build: Build) -> int:
    return build.count("select count(*) from pg_stat_activity where application_name = %s", GREEN)


def listens_alone(build: Build) -> bool:
    return build.session.get(f"{build.url()}/api/mes/stream/plans", stream=True, timeout=5).status_code == 401


def share_after(build: Build) -> bool:
    build.run("balancer", "set", "--blue=out", "--green=1")
    served = build.ask("GET", "/health", port="balancer").headers["X-Colour"]
    shown = build.run("balancer", "show").stdout
    with_blue = "localhost:3000" in shown
    Planted(build.world.faults_file).clear()
    build.run("balancer", "set", "--blue=100", "--green=out")
    return served == "green" and not with_blue


SERVED: dict[str, tuple[str, Callable[[Build], bool]]] = {
    "lost-notification": ("", lambda build: heard(build) == [0, 1, 2]),
    "repeated-notification": ("", lambda build: heard(build) == [0, 1, 2]),
    "late-notification": ("", soon_heard),
    "stream-open-to-all": ("", listens_alone),
    "session-refused": ("", signs_in),
    "stream-not-event-stream": ("", lambda build: head(build, "Content-Type") == "text/event-stream"),
    "stream-cached": ("", lambda build: head(build, "Cache-Control") == "no-cache"),
    "stream-closes-connection": ("", lambda build: head(build, "Connection") == "keep-alive"),
    "stream-unframed": ("", lambda build: first_lines(build)[1].startswith("data: {")),
    "stream-payload-incomplete": ("", lambda build: '"operation"' in first_lines(build)[1]),
    "replay-missing": ("", lambda build: first_lines(build)[0].startswith("id: ")),
    "listen-left-behind": ("", sessions_return),
    "stream-drops": ("", stays_open),
    "streams-limited": ("", lambda build: opens(build, 22)),
    "errors-under-load": ("", lambda build: {status for status, _ in many(build)} == {200}),
    "green-slow-under-load": ("", lambda build: any_of_three(hardly_waits, build)),
    "server-stalls": ("", lambda build: any_of_three(never_stalls, build)),
    "pool-unbounded": (GREEN, lambda build: sessions_of_the_pool(build) <= 8),
    "pool-unconfigured": ("", lambda build: build.get("/health")["pool"]["max"] == 8),
    "substations-route-missing": ("", lambda build: build.ask("GET", "/api/mes/substations").status_code == 200),
    "unknown-plan-500": ("", lambda build: build.ask("GET", f"{PLANS}/PPL-0125-999").status_code == 404),
    "plan-creation-fails": ("", lambda build: build.ask("POST", PLANS, plan_body()).status_code == 201),
    "non-atomic-create": ("", lambda build: half_created(build) == 0),
    "transition-unchecked": ("", goes_back),
    "worker-changes-lost": ("", lambda build: renamed(build, "worker")),
    "station-changes-lost": ("", lambda build: renamed(build, "station")),
    "operation-changes-lost": ("", lambda build: renamed(build, "operation")),
    "substation-changes-lost": ("", lambda build: renamed(build, "substation")),
    "old-store-still-read": (GREEN, lambda build: old_reads(build) == 0),
    "no-dual-write": (GREEN, reaches_blue),
    "green-not-restarted": ("", restarts),
    "green-health-down": ("", lambda build: build.ask("GET", "/health").status_code == 200),
    "green-old-release": ("", lambda build: build.ask("GET", "/health").headers["X-Release"] != "2.2.9"),
    "slow-detail": (GREEN, lambda build: quickest(lambda: build.get(f"{PLANS}/PPL-0125-001")) < 0.055),
    "slow-list": (GREEN, lambda build: quickest(lambda: build.get(PLANS)) < 0.11),
    "slow-create": (GREEN, lambda build: quickest(lambda: build.create(nodes=[])) < 0.115),
    "phantom-node": (GREEN, lambda build: build.get(f"{PLANS}/PPL-0125-002")["plan"]["nodes"] == []),
    "balancer-ignores-weights": ("", share_after),
    "balancer-keeps-weights": ("", share_after),
    "balancer-takes-anything": (
        "",
        lambda build: build.run("balancer", "test", "--blue=weight=0", "--green=out").returncode == 1,
    ),
    "wrong-processes": ("", lambda build: "green online --port=3001" in build.run("pm2", "list").stdout),
    "revert-fails": ("", lambda build: build.run("deploy", "--revert").returncode == 0),
    "product-test-fails": ("", lambda build: build.run("npm", "test").returncode == 0),
    "coverage-low": (
        "",
        lambda build: float(build.run("npm", "run", "coverage").stdout.split()[-2]) > 80,
    ),
}


@pytest.mark.parametrize("fault", sorted(SERVED))
def test_a_planted_fault_breaks_what_holds_without_it(build: Build, fault: str) -> None:
    restart, holds = SERVED[fault]
    assert holds(build)
    with build.planted(fault, restart):
        assert not holds(build)


# --- What is arranged, for several faults at once


def logged(build: Build) -> int:
    return len(build.run("pm2", "logs", GREEN, "--lines", "1000").stdout.splitlines())


GAPS = "select max(gap) from (select at - lag(at) over (order by at) as gap from mes_requests) as gaps"
ARRANGED: dict[str, dict[str, Callable[[Build], bool]]] = {
    "day_3": {
        "wrong-weight": lambda build: "3000 weight=90" in build.run("balancer", "show").stdout,
        "high-error-rate": lambda build: build.count("select count(*) from mes_requests where status = 500") < 9,
        "slow-days": lambda build: build.rows("select avg(duration_ms) < 100 from mes_requests") == [(True,)],
        "traffic-gap": lambda build: build.rows(GAPS)[0][0] < timedelta(minutes=15),
        "log-cut": lambda build: logged(build) == 1000,
    },
    "dual_read": {
        "dual-read-silent": lambda build: _discrepancy(build),
        "statements-unlisted": lambda build: (
            build.count("select count(*) from pg_extension where extname = 'pg_stat_statements'") == 1
        ),
    },
}


@pytest.mark.parametrize("state", ARRANGED)
def test_faults_of_what_is_arranged_break_it(arranged: Build, state: str) -> None:
    arranged.arrange(state, seed="minimal")
    assert [fault for fault, holds in ARRANGED[state].items() if not holds(arranged)] == []
    planted = Planted(arranged.world.faults_file)
    *rest, last = ARRANGED[state]
    for fault in rest:
        planted.plant(fault)
    arranged.control("POST", "/faults", {"name": last})
    assert [fault for fault, holds in ARRANGED[state].items() if holds(arranged)] == []
    assert arranged.control("GET", "/faults") == {"faults": sorted(ARRANGED[state])}, "faults survive an arrangement"


def _discrepancy(build: Build) -> bool:
    log: Path = build.world.log_of("green")
    before = log.stat().st_size
    path = "/collections/mes-production-plans/PPL-0125-001"
    document = build.get(path, "old_store")
    build.ask("PUT", path, {**document, "quantity": 1}, port="old_store")
    build.get(f"{PLANS}/PPL-0125-001")
    build.ask("PUT", path, document, port="old_store")
    return "Dual read discrepancy" in log.read_text(encoding="utf-8")[before:]


def test_an_unknown_fault_is_refused_with_the_closest_spelling(build: Build) -> None:
    reply = build.session.post(build.url("control") + "/faults", json={"name": "lost-notifications"}, timeout=5)
    assert reply.status_code == 404
    assert "did you mean 'lost-notification'?" in reply.json()["error"]
