"""States and commands: what is arranged, migrated, seeded, tested, reverted."""

from datetime import UTC, datetime, timedelta

import pytest
from build_world import PLANS, Build

FIVE = ["022", "023", "024", "025", "026"]
SCHEMA = """
    select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable from information_schema.columns
    where table_schema = 'mes'
    union all select indexdef from pg_indexes where schemaname = 'mes'
    union all select conname || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'mes'::regnamespace
    union all select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where not tgisinternal and c.relnamespace = 'mes'::regnamespace
    order by 1
"""
CONTENT = {
    "nodes": "select plan_id, node_id, name, operation_id, nominal_time, sequence_order from mes_production_plan_nodes",
    "stations": "select plan_id, n.node_id, station_id, priority from mes_node_stations s "
    "join mes_production_plan_nodes n on n.id = s.node_id",
    "materials": "select plan_id, n.node_id, material_code, required_quantity from mes_node_material_inputs m "
    "join mes_production_plan_nodes n on n.id = m.node_id",
    "predecessors": "select n.plan_id, n.node_id, b.node_id from mes_node_predecessors l "
    "join mes_production_plan_nodes n on n.id = l.node_id join mes_production_plan_nodes b on b.id = "
    "l.predecessor_node_id",
    "worker stations": "select * from mes_worker_stations",
    "worker operations": "select * from mes_worker_operations",
    "station operations": "select * from mes_station_operations",
}


def test_all_migrations_go_down_and_up_and_lose_no_node_and_no_relationship(build: Build) -> None:
    test = {"database": "TEST_DB_NAME"}
    assert build.run("seed", "--clear", "--full", "--database=test").returncode == 0
    schema = build.rows(SCHEMA, **test)
    content = {name: sorted(build.rows(query, **test)) for name, query in CONTENT.items()}
    down = build.run("npm", "run", "migrate:rollback", "--", "--all", "--database=test")
    assert [line[:3] for line in down.stdout.splitlines()] == FIVE[::-1], down.stdout
    assert build.rows("select count(*) from mes.mes_production_plans where nodes <> '[]'", **test) == [(99,)]
    status = build.run("npm", "run", "migrate:status", NODE_ENV="test").stdout.splitlines()
    assert status == ["021 before: applied", *(line for line in status[1:] if line.endswith(": pending"))]
    up = build.run("npm", "run", "migrate", "--database=test")
    assert [line[:3] for line in up.stdout.splitlines()] == FIVE, up.stdout
    assert build.rows(SCHEMA, **test) == schema
    assert {name: sorted(build.rows(query, **test)) for name, query in CONTENT.items()} == content


def test_one_rollback_takes_back_the_last_migration(build: Build) -> None:
    assert build.run("npm", "run", "migrate:rollback", NODE_ENV="test").stdout == (
        "026 real-time triggers: rolled back\n"
    )
    assert build.rows("select to_regclass('mes.mes_stream_events')", database="TEST_DB_NAME") == [(None,)]
    assert build.run("npm", "run", "migrate", NODE_ENV="test").stdout == "026 real-time triggers: applied\n"
    assert build.run("npm", "run", "migrate", NODE_ENV="test").stdout == "Already up to date\n"


@pytest.mark.parametrize(("size", "counts"), [("--minimal", (3, 2, 1)), (None, (10, 5, 10)), ("--full", (50, 20, 100))])
def test_seeds_have_their_sizes_however_often(build: Build, size: str | None, counts: tuple[int, ...]) -> None:
    arguments = ["--clear", "--database=test", *([size] if size else [])]
    said = [build.run("seed", *arguments).stdout for _ in range(2)]
    expected = [f"{name}: {count}" for name, count in zip(("workers", "stations", "plans"), counts, strict=True)]
    assert said[0] == said[1]
    assert said[0].splitlines()[:3] == expected
    idle = """
        select count(*) filter (where current_task_plan_id is null), count(*) from mes_workers w
        join mes_worker_stations s on s.worker_id = w.id where s.station_id = 'ST-001'
    """
    free, all_there = build.rows(idle, database="TEST_DB_NAME")[0]
    assert 0 < free < all_there
    assert build.run("seed", "--database=test").returncode == 1, "a former seed is in the way"


def test_the_tests_of_the_product_pass_and_are_measured(build: Build) -> None:
    plans = build.count("select count(*) from mes_production_plans")
    assert build.run("npm", "test").stdout.splitlines()[-1].endswith(" passed, 0 failed")
    assert build.count("select count(*) from mes_production_plans") == plans
    last = build.run("npm", "run", "coverage").stdout.splitlines()[-1]
    assert 80 < float(last.removeprefix("Lines: ").removesuffix(" %")) <= 100


@pytest.mark.parametrize("arguments", [("run", "build"), ("install",), ()])
def test_npm_knows_no_other_scripts(build: Build, arguments: tuple[str, ...]) -> None:
    assert build.run("npm", *arguments).returncode == 2


def test_processes_are_listed_restarted_and_read(build: Build) -> None:
    listed = build.run("pm2", "list").stdout.splitlines()
    assert listed[0].startswith("burkol-api-blue online --port=3000 --use-firebase pid=")
    assert listed[1].startswith("burkol-api-green online --port=3001 --use-sql pid=")
    before = build.get("/health")["started"]
    assert build.run("pm2", "restart", "burkol-api-green").returncode == 0
    assert build.get("/health")["started"] > before
    assert len(build.run("pm2", "logs", "burkol-api-green", "--lines", "2").stdout.splitlines()) == 2
    assert build.run("pm2", "restart", "burkol-api-red").returncode == 1


def test_the_last_commit_is_reverted_and_green_restarted(arranged: Build) -> None:
    before = arranged.get("/health")["started"]
    done = arranged.run("deploy", "--revert")
    assert done.returncode == 0, done.stderr
    assert 'Revert "' in done.stdout
    assert arranged.get("/health")["started"] > before


def test_the_days_have_their_weights_and_their_traffic(arranged: Build) -> None:
    arranged.arrange("day_3")
    green = "from mes_requests where colour = 'green'"
    assert arranged.count(f"select count(*) {green}") == 8_000
    assert arranged.count(f"select count(*) {green} and status >= 500") == 0
    assert arranged.rows(f"select max(duration_ms) < 100, extract(epoch from max(at) - min(at)) > 86000 {green}") == [
        (True, True)
    ]
    assert "weight=90;  # blue" in arranged.run("balancer", "show").stdout
    log = arranged.run("pm2", "logs", "burkol-api-green", "--lines", "1000").stdout.splitlines()
    assert len(log) == 1000


def test_on_day_5_nobody_reads_the_old_store(arranged: Build) -> None:
    arranged.arrange("day_5", seed="default")
    before = arranged.get("/counters", "old_store")
    for name in ("operations", "stations", "substations", "workers", "worker-assignments", "production-plans"):
        assert arranged.ask("GET", f"/api/mes/{name}", port="balancer").headers["X-Colour"] == "green"
    after = arranged.get("/counters", "old_store")
    assert (after["reads"], after["lastReadAt"]) == (before["reads"], before["lastReadAt"])
    assert datetime.fromisoformat(after["lastReadAt"]) < datetime.now(UTC) - timedelta(hours=24)
    arranged.create()
    assert arranged.get("/counters", "old_store")["byClient"]["green"]["writes"] > before["byClient"]["green"]["writes"]


def test_before_and_after_the_rollout(arranged: Build) -> None:
    arranged.arrange("before")
    tables = {name for (name,) in arranged.rows("select tablename from pg_tables where schemaname = 'mes'")}
    assert tables == {
        f"mes_{name}" for name in ["operations", "stations", "workers", "materials", "production_plans", "requests"]
    }
    arranged.arrange("finished")
    writes = arranged.get("/counters", "old_store")["writes"]
    arranged.create()
    assert arranged.get("/counters", "old_store")["writes"] == writes


def test_the_dual_read_logs_what_differs(arranged: Build) -> None:
    arranged.arrange("dual_read", seed="default")
    log = arranged.world.log_of("green")
    for path in (PLANS, f"{PLANS}/PPL-0125-001"):
        arranged.get(path)
    assert "discrepancy" not in log.read_text(encoding="utf-8")
    document = arranged.get("/collections/mes-production-plans/PPL-0125-003", "old_store")
    arranged.ask("PUT", "/collections/mes-production-plans/PPL-0125-003", {**document, "quantity": 7}, port="old_store")
    arranged.get(f"{PLANS}/PPL-0125-003")
    assert "Dual read discrepancy plan=PPL-0125-003 field=quantity" in log.read_text(encoding="utf-8")


def test_what_cannot_be_arranged_is_refused(build: Build) -> None:
    for body in ({"state": "day_9"}, {"state": "seeded", "seed": "huge"}, {"state": "seeded", "plans": 3}):
        reply = build.session.post(build.url("control") + "/arrange", json=body, timeout=5)
        assert reply.status_code == 400
        assert "known are" in reply.json()["error"]
