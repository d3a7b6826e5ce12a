"""Whatever goes missing on the way, the answer is never GO, and says what to do."""

import signal
import time
from pathlib import Path

import pytest

FIRST, SECOND = "features/shop/01_first.feature", "features/shop/02_second.feature"


def test_all_met_is_go(project):
    done = project.gate("shop")
    assert (done.code, done.decision) == (0, "GO"), done.output
    assert {c["outcome"] for c in done.verdict["criteria"]} == {"met"}
    assert done.verdict["release"] == {"expected": "2.3.0", "observed": "2.3.0"}


def test_a_missed_criterion_is_no_go_with_measured_required_and_remedy(project):
    project.shop.lost = 7
    done = project.gate("shop/1")
    assert (done.code, done.decision) == (1, "NO-GO"), done.output
    missed = next(c for c in done.verdict["criteria"] if c["id"] == "R9-P1-02")
    assert missed["measured"]["value"] == 7
    assert missed["limit"] == {"op": "<", "value": 5, "unit": "count"}
    assert "count the orders" in done.output


@pytest.mark.parametrize("how", ["-n2", "-n0"])
def test_workers_do_not_change_the_verdict(project, how):
    project.shop.lost = 7
    done = project.pytest(how)
    assert (done.code, done.decision) == (1, "NO-GO"), done.output
    assert {c["id"]: c["outcome"] for c in done.verdict["criteria"]} == {
        "R9-P1-01": "met",
        "R9-P1-02": "missed",
        "R9-P2-01": "met",
        "R9-P2-02": "met",
    }


def test_an_old_release_is_hold_and_nothing_else_is_asked(project):
    project.shop.release = "2.2.9"
    done = project.gate("shop")
    assert (done.code, done.decision) == (8, "HOLD")
    assert "serves release 2.2.9, not 2.3.0" in done.output
    assert {path for _, path, _ in project.shop.asked} == {"/health"}


def test_a_run_that_cannot_begin_says_why_in_its_verdict_also_without_a_parent(project):
    project.shop.release = "2.2.9"
    done = project.pytest()
    assert (done.code, done.decision) == (8, "HOLD"), done.output
    (problem,) = done.verdict["problems"]
    assert "serves release 2.2.9, not 2.3.0" in problem


def test_a_release_is_compared_whole_and_not_by_its_beginning(project):
    project.shop.release = "2.3.0-rc1"
    assert project.gate("shop").decision == "HOLD"


def test_a_release_that_changes_during_the_run_is_hold(project):
    project.edit("steps/shop.py", 'http.post("/orders", json={})', 'http.post("/orders", json={"then": "deploy"})')
    answer = project.shop.answer

    def deploy(method, path):
        if path == "/orders":
            project.shop.release = "2.4.0"
        return answer(method, path)

    project.shop.answer = deploy
    done = project.gate("shop")
    assert (done.code, done.decision) == (8, "HOLD")
    assert "at the end shop serves release 2.4.0" in done.output


def test_a_target_that_does_not_answer_is_hold(project):
    done = project.gate("shop", SHOP_URL="http://127.0.0.1:9")
    assert (done.code, done.decision) == (8, "HOLD"), done.output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Then it says "ok"', "Then the step skips"),
        ('Then it says "ok"', "Then the step fails as expected"),
        ('Then it says "ok"', "Then the process ends with 0"),
        ('Then it says "ok"', "Then the session ends with 0"),
        ("@R9-P1-01 @smoke", "@smoke"),
    ],
    ids=["skip", "xfail", "os._exit(0)", "pytest.exit(0)", "tag removed"],
)
def test_a_required_scenario_that_does_not_pass_is_never_go(project, old, new):
    steps = project.root / "steps/shop.py"
    steps.write_text(
        steps.read_text(encoding="utf-8")
        + """
import os
import pytest

@then("the step skips")
def skips(): pytest.skip("not today")

@then("the step fails as expected")
def xfails(): pytest.xfail("known")

@then("the process ends with 0")
def ends(): os._exit(0)

@then("the session ends with 0")
def leaves(): pytest.exit("done", returncode=0)
""",
        encoding="utf-8",
    )
    project.edit(FIRST, old, new)
    done = project.gate("shop/1")
    assert (done.code, done.decision) == (8, "HOLD"), done.output
    assert done.outcome("R9-P1-01") == "unverified"


@pytest.mark.parametrize(
    "arguments",
    [
        ["-k", "lost"],
        [f"--deselect={FIRST}::The shop answers"],
        ["--co"],
        ["--setup-plan"],
        ["--ignore=features/shop/01_first.feature"],
    ],
    ids=lambda arguments: arguments[0].partition("=")[0],
)
def test_a_part_of_a_selection_is_never_go(project, arguments):
    done = project.pytest("--gate=shop", *arguments)
    assert done.code not in (0, 1), done.output
    assert done.decision == "HOLD"


def test_pytest_options_from_outside_do_not_reach_the_gate(project):
    done = project.gate("shop", PYTEST_ADDOPTS="--co")
    assert (done.code, done.decision) == (0, "GO"), done.output


def test_nothing_selected_is_never_go(project):
    done = project.pytest("-m", "manual")
    assert done.code == 5, done.output
    assert done.decision == "HOLD"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pytest", "--env=stagign", "--release=2.3.0"], "did you mean 'staging'"),
        (["pytest", "--env=../staging", "--release=2.3.0"], "there is no environment"),
        (["pytest", "--env=staging", "--env=staging", "--release=2.3.0"], "--env is given twice"),
        (["pytest", "--env=staging", "--release=2.3.0", "-m", "smoke and not mutats"], "did you mean 'mutates'"),
        (["pytest", "--env=staging", "--release=2.3.0", "--gate=shop/3"], "there is no gate 'shop/3'"),
        (["pytest", "--env=staging"], "--release is required"),
        (["gonogo", "gate", "shop/9", "--env=staging", "--release=2.3.0"], "there is no gate"),
        (["gonogo", "gate", "shop", "--env=prdo", "--release=2.3.0"], "there is no environment"),
    ],
)
def test_a_request_that_makes_no_sense_is_a_usage_error_and_sends_nothing(project, arguments, sentence):
    done = project.run(*arguments)
    assert done.code == 4, done.output
    assert sentence in done.output
    assert project.shop.asked == []


def test_an_unset_secret_is_a_usage_error_that_names_it(project):
    del project.variables["SHOP_TOKEN"]
    done = project.gate("shop")
    assert done.code == 4, done.output
    assert "unset variables: SHOP_TOKEN (for targets.shop.token)" in done.output
    assert project.shop.asked == []


def test_optimised_python_is_refused(project):
    done = project.pytest(PYTHONOPTIMIZE="1")
    assert done.code == 4
    assert "PYTHONOPTIMIZE" in done.output


def test_a_worker_that_dies_is_hold(project):
    project.edit("steps/shop.py", 'return bench.target("shop").http.get("/figures").json()', "import os; os._exit(9)")
    done = project.pytest("-n2")
    assert done.code != 0, done.output
    assert done.decision == "HOLD"


def test_an_internal_error_in_a_worker_is_hold_and_not_exit_0(project):
    (project.root / "conftest.py").write_text(
        'pytest_plugins = ["steps.shop"]\n'
        "def pytest_runtest_protocol(item):\n"
        "    if 'lost' in item.name: raise RuntimeError('internal')\n",
        encoding="utf-8",
    )
    done = project.pytest("-n2")
    assert done.code not in (0, 1), done.output
    assert done.decision == "HOLD"


def test_what_execnet_cannot_carry_is_hold_and_not_exit_0(project):
    (project.root / "conftest.py").write_text(
        'pytest_plugins = ["steps.shop"]\n'
        "from pathlib import Path\n"
        "def pytest_runtest_call(item):\n"
        "    item.user_properties.append(('where', Path('.')))\n",
        encoding="utf-8",
    )
    done = project.pytest("-n2")
    assert done.code not in (0, 1), done.output
    assert done.decision == "HOLD"


def test_two_scenarios_of_one_name_are_refused_before_anything_is_sent(project):
    project.edit(FIRST, "Scenario: Few orders are lost", "Scenario: The shop answers")
    done = project.gate("shop")
    assert done.code == 4, done.output
    assert "01_first.feature:11: a second scenario is named 'The shop answers'" in done.output
    assert project.shop.asked == []


def _slow(project, deaf=()):
    project.edit(
        "steps/shop.py",
        'return bench.target("shop").http.get("/figures").json()',
        'import time; open("started", "w").close(); time.sleep(60)',
    )
    process = project.start("gonogo", "gate", "shop", "--env=staging", "--release=2.3.0", deaf=deaf)
    deadline = time.monotonic() + 30
    while not (project.root / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (project.root / "started").exists()
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_gate_that_is_told_to_stop_is_hold_and_leaves_nothing_running(project, number):
    process = _slow(project)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 8, output
    assert project.verdicts()[-1]["decision"] == "HOLD"
    assert _alive_in(project.root) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_gate_in_the_background_of_a_shell_ends_when_it_is_told_to(project, number):
    """Such a process, and all below it, is started deaf to Ctrl-C, by which the gate stops its run."""
    process = _slow(project, deaf={signal.SIGINT, signal.SIGHUP})
    process.send_signal(signal.SIGHUP)  # as when the terminal closes on a command that was started with nohup
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 8, output
    assert _alive_in(project.root) == []


def test_a_gate_that_is_killed_leaves_hold_on_disk(project):
    process = _slow(project)
    process.kill()
    process.communicate(timeout=30)
    assert project.verdicts()[-1]["decision"] == "HOLD"
    deadline = time.monotonic() + 20
    while _alive_in(project.root) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _alive_in(project.root) == []


def _alive_in(root: Path) -> list[int]:
    """Return the processes that work in `root`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve() == root and "Z" not in (entry / "stat").read_text().split()[2]:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_requests_carry_our_name_and_the_mark_of_the_run(project):
    project.gate("shop")
    for _, _, headers in project.shop.asked:
        assert headers["User-Agent"].startswith("gonogo/")
        assert "staging" in headers["X-Gonogo-Run"]


def test_smoke_sends_safe_methods_only(project):
    done = project.pytest("-m", "smoke")
    assert (done.code, done.decision) == (0, "GO"), done.output
    assert {method for method, _, _ in project.shop.asked} == {"GET"}


def test_a_mutating_scenario_is_not_run_where_mutations_are_refused(project):
    project.edit("environments/staging.toml", 'mutations = "allow"', 'mutations = "refuse"')
    done = project.gate("shop")
    assert (done.code, done.decision) == (8, "HOLD"), done.output
    assert done.outcome("R9-P2-02") == "unverified"
    assert "POST" not in {method for method, _, _ in project.shop.asked}


def test_a_request_round_the_probes_is_stopped_and_shown(project):
    project.edit(
        "steps/shop.py",
        'return bench.target("shop").http.get("/health").json()',
        'import requests; requests.post(bench.target("shop").settings.base_url + "/orders"); return {"status": "ok"}',
    )
    done = project.gate("shop/1")
    assert (done.code, done.decision) == (8, "HOLD"), done.output
    assert "POST" not in {method for method, _, _ in project.shop.asked}


def test_the_secret_is_nowhere_in_the_run(project):
    project.edit(
        "steps/shop.py",
        'return bench.target("shop").http.get("/figures").json()',
        'raise ValueError("the token is " + bench.target("shop").settings.token.reveal())',
    )
    done = project.gate("shop")
    assert "a-token-of-the-shop-1" not in done.output
    for path in (project.root / "runs").rglob("*"):
        if path.is_file():
            assert b"a-token-of-the-shop-1" not in path.read_bytes(), path


def test_a_target_that_says_it_is_not_well_is_hold_and_not_an_internal_error(project):
    project.shop.answer = lambda method, path: {"status": "unavailable"}
    done = project.gate("shop")
    assert (done.code, done.decision) == (8, "HOLD"), done.output
    assert "INTERNALERROR" not in done.output


def test_where_mutations_are_refused_a_criterion_can_be_verified_by_what_only_reads(project):
    project.edit("environments/staging.toml", 'mutations = "allow"', 'mutations = "refuse"')
    project.edit(SECOND, "@R9-P2-02 @mutates", "@R9-P2-01 @mutates")
    row = "R9-P2-02,2,Orders,An order can be placed,api,scenario,,yes,staging,\n"
    project.edit("features/shop/criteria.csv", row, "")
    done = project.gate("shop")
    assert (done.code, done.decision) == (0, "GO"), done.output
    assert "POST" not in {method for method, _, _ in project.shop.asked}
