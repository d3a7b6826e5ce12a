"""Commands: reports, exit codes, and what they change."""

import json
from pathlib import Path

import pytest
from mes_world import Mes

PLANS = "/api/mes/production-plans"
EXPECTED = """\
Migration Dry-Run Report
========================
Total plans: 150
Already migrated (have nodes[]): 0
Will migrate (have executionGraph[]): 150
Errors: 0
"""


def checksum(mes: Mes, *options: str) -> str:
    value: str = json.loads(mes.run("checksum", *options).stdout)["sha256"]
    return value


@pytest.fixture
def legacy(mes: Mes) -> Mes:
    mes.arrange("legacy")
    return mes


def test_a_dry_run_prints_the_plans_report_and_writes_nothing(legacy: Mes) -> None:
    before = legacy.rows("select id, document, updated_at from mes.production_plans order by id")
    done = legacy.run("migrate", "--dry-run")
    assert (done.returncode, done.stdout.startswith(EXPECTED)) == (0, True)
    lines = done.stdout.splitlines()
    assert "Plan PLAN-1224-001: 5 nodes → 5 canonical nodes ✓" in lines
    assert "Plan PLAN-1224-002: 8 nodes → 8 canonical nodes ✓" in lines
    assert len(lines[lines.index("Sample conversions:") + 1 :]) == 150
    assert legacy.rows("select id, document, updated_at from mes.production_plans order by id") == before


def test_a_migration_keeps_every_meaning_and_the_graph(legacy: Mes) -> None:
    before = checksum(legacy)
    done = legacy.run("migrate", "--execute")
    assert done.returncode == 0
    assert "ERROR" not in done.stdout
    assert [checksum(legacy, f"--from={shape}") for shape in ("served", "nodes", "executionGraph")] == [before] * 3
    assert legacy.rows("select count(*) from mes.production_plans where document ? '_migration'") == [(150,)]
    assert legacy.run("migrate", "--dry-run").stdout.splitlines()[-1] == "All plans already migrated"
    assert legacy.get("/api/mes/metrics")["metrics"]["plan_using_executionGraph_count"] == 0


def test_a_second_migration_changes_nothing(legacy: Mes) -> None:
    legacy.run("migrate", "--execute")
    before = legacy.rows("select document, updated_at from mes.production_plans order by id")
    assert "Plans Processed: 0" in legacy.run("migrate", "--execute").stdout
    assert legacy.rows("select document, updated_at from mes.production_plans order by id") == before


def test_one_plan_is_migrated_alone(legacy: Mes) -> None:
    query = "select id, document from mes.production_plans where id <> 'PLAN-1224-004' order by id"
    before = legacy.rows(query)
    assert legacy.run("migrate", "--execute", "--planId=PLAN-1224-004").returncode == 0
    assert legacy.rows(query) == before
    again = legacy.run("migrate", "--dry-run", "--planId=PLAN-1224-004")
    assert again.stdout == "Plan PLAN-1224-004: Already migrated\n"
    stats = legacy.run("migrate", "--dry-run", "--stats").stdout
    assert stats == "Migrated plans: 1\nNon-migrated plans: 149\nTotal plans: 150\n"


def test_verbose_says_more(legacy: Mes) -> None:
    quiet = legacy.run("migrate", "--execute", "--planId=PLAN-1224-001").stdout
    legacy.arrange("legacy")
    loud = legacy.run("migrate", "--execute", "--planId=PLAN-1224-001", "--verbose").stdout
    assert len(loud.splitlines()) == len(quiet.splitlines()) + 5


def test_problem_plans_are_listed_left_alone_and_make_the_run_fail(mes: Mes) -> None:
    kinds = ("validation", "mapping", "missing_operation", "self_loop", "long_cycle", "no_steps")
    mes.arrange("legacy", plans=20, problems=dict.fromkeys(kinds, 1))
    dry = mes.run("migrate", "--dry-run")
    assert dry.returncode == 1
    for line in (
        "Will migrate (have executionGraph[]): 19",
        "Without process steps: 1",
        "Errors: 6",
        "Validation errors: 1",
        "Field mapping issues: 1",
        "Plans lacking operationId: 1",
        "Circular dependencies: 2",
    ):
        assert line in dry.stdout.splitlines()
    done = mes.run("migrate", "--execute")
    assert done.returncode == 1
    assert sum(" ERROR " in line for line in done.stdout.splitlines()) == 6
    for line in (
        "Plans Processed: 20",
        "Successfully Migrated: 14",
        "Errors: 6",
        "Validation Errors: 1",
        "Status: PARTIAL",
    ):
        assert line in done.stdout.splitlines()
    assert mes.rows("select count(*) from mes.production_plans where document ? 'nodes'") == [(14,)]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("migrate", ()),
        ("migrate", ("--dry",)),
        ("migrate", ("--dry-run", "--execute")),
        ("migrate", ("--execute", "--stats")),
        ("migrate", ("--execute", "--planId=PLAN-0")),
        ("cleanup", ()),
        ("backup", ("export",)),
        ("backup", ("export", "../x")),
        ("set_flag", ("FEATURE_X", "true")),
        ("set_flag", ("FEATURE_ENABLE_VALIDATION", "a\nb")),
        ("set_flag", ("FEATURE_ENABLE_VALIDATION",)),
        ("set_flag", ("--unset", "FEATURE_ENABLE_VALIDATION", "true")),
        ("npm", ("run", "lint")),
    ],
)
def test_wrong_usage_says_so_and_changes_nothing(mes: Mes, command: str, arguments: tuple[str, ...]) -> None:
    mes.arrange("legacy", plans=3)
    before = checksum(mes, "--from=nodes"), mes.path(".env").read_text()
    done = mes.run(command, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert (checksum(mes, "--from=nodes"), mes.path(".env").read_text()) == before


def test_without_a_world_a_command_says_what_to_do(mes: Mes, tmp_path: Path) -> None:
    done = mes.run("checksum", MES_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "hermetic serve" in done.stderr


def test_cleanup_strips_the_graph_but_never_the_only_steps(mes: Mes) -> None:
    mes.arrange("legacy", plans=5)
    mes.run("migrate", "--execute", "--planId=PLAN-1224-001")
    dry = mes.run("cleanup", "--dry-run")
    assert "Plan PLAN-1224-001: executionGraph (5 steps)" in dry.stdout
    assert dry.returncode == 1
    mes.run("cleanup", "--execute")
    assert mes.rows("select count(*) from mes.production_plans where document ? 'executionGraph'") == [(4,)]
    mes.run("migrate", "--execute")
    assert mes.run("cleanup", "--execute").returncode == 0
    assert mes.run("cleanup", "--dry-run").stdout == "No deprecated fields found\n"


def test_a_backup_restores_what_was_and_keeps_what_came_later(mes: Mes) -> None:
    mes.arrange("legacy", plans=5)
    before = checksum(mes)
    assert mes.run("backup", "export", "before").returncode == 0
    assert "before " in mes.run("backup", "list").stdout
    assert "whole" in mes.run("backup", "verify", "before").stdout
    mes.run("migrate", "--execute")
    mes.ask("PUT", f"{PLANS}/PLAN-1224-001", {"quantity": 1})
    mes.create()
    assert mes.run("backup", "import", "before").returncode == 0
    assert mes.rows("select count(*) from mes.production_plans") == [(6,)]
    assert mes.run("backup", "import", "before", "--exact").returncode == 0
    assert checksum(mes) == before
    assert mes.rows("select count(*) from mes.production_plans where document ? 'nodes'") == [(0,)]


def test_a_backup_is_proved_in_a_scratch_database(mes: Mes) -> None:
    mes.arrange("migrated")
    name = mes.run("backup", "list").stdout.splitlines()[-1].split()[0]
    assert name.startswith("pre-migration-")
    done = mes.run("backup", "restore-to-scratch", name)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["equal"] is True
    assert summary["restored"]["production_plans"] == 150
    assert mes.rows("select count(*) from pg_database where datname like '%%scratch%%'") == [(0,)]


def test_a_damaged_backup_is_refused_whole(mes: Mes) -> None:
    mes.arrange("legacy", plans=5)
    mes.run("backup", "export", "bad")
    plans = mes.path("backups/bad/production_plans.copy")
    plans.write_bytes(plans.read_bytes()[:100])
    assert mes.run("backup", "verify", "bad").returncode == 1
    mes.run("migrate", "--execute")
    done = mes.run("backup", "import", "bad")
    assert (done.returncode, "nothing was imported" in done.stderr) == (1, True)
    assert mes.rows("select count(*) from mes.production_plans where document ? 'nodes'") == [(5,)]


def test_a_backup_is_never_overwritten(mes: Mes) -> None:
    mes.arrange("legacy", plans=1)
    codes = [mes.run("backup", "export", "twice").returncode for _ in range(2)]
    assert codes == [0, 1]


@pytest.mark.parametrize(
    ("script", "last"),
    [
        ("test:mes:unit", "17 passed, 0 failed"),
        ("test:mes:integration", "3 passed, 0 failed"),
        ("test:mes", "20 passed, 0 failed"),
    ],
)
def test_npm_scripts_run_their_group(legacy: Mes, script: str, last: str) -> None:
    done = legacy.run("npm", "run", script)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, last)


@pytest.mark.parametrize("state", ["legacy", "migrated", "cleaned"])
def test_all_npm_tests_pass_and_leave_nothing(mes: Mes, state: str) -> None:
    mes.arrange(state)
    before = checksum(mes), mes.get("/api/mes/materials"), mes.rows("select count(*) from mes.assignments")
    done = mes.run("npm", "test")
    assert done.returncode == 0, done.stdout
    assert (checksum(mes), mes.get("/api/mes/materials"), mes.rows("select count(*) from mes.assignments")) == before


def test_the_front_end_builds(legacy: Mes) -> None:
    assert legacy.run("npm", "run", "build").stdout.splitlines()[-1] == "Build complete"


def test_the_execution_report_is_completed_with_what_became_true(legacy: Mes) -> None:
    legacy.run("migrate", "--execute")
    facts = ("Feature Flag Enabled: ", "Backend Restarted: ", "Smoke Tests: ")
    report = legacy.path("documents/migration-report.txt")
    assert [name + value in report.read_text() for name, value in zip(facts, ("No", "No", "NOT RUN"), strict=True)] == [
        True
    ] * 3
    legacy.run("set_flag", "FEATURE_USE_CANONICAL_NODES", "true")
    legacy.run("pm2", "restart", "burkol-backend")
    legacy.run("npm", "run", "test:smoke")
    lines = legacy.run("migrate", "--report").stdout.splitlines()
    assert [name + value in lines for name, value in zip(facts, ("Yes", "Yes", "PASS"), strict=True)] == [True] * 3
    assert lines[-1] == "Status: SUCCESS"
