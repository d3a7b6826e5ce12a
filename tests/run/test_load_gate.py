"""A load gate from the command line to the verdict: at the environment's scale, in full, and in an xdist worker."""

import pytest

STEP = """

@when("the figures are read by 10 users at 40 a second for 2 s", target_fixture="load")
def read(bench: Workbench) -> object:
    from gonogo.workload import Order
    from gonogo.workload.gate import LoadGate

    order = Order("frame", "", users=10, rate_per_s=40, duration_s=2, parameters={"paths": ["/figures"]})
    return LoadGate(bench, "shop").run(order)


@then("fewer than half of them fail")
def few_fail(load: object, recorder: Recorder) -> None:
    from gonogo.workload import judging

    recorder.require(judging.errors(load, Limit("<", 0.5, "ratio")))
"""
BUDGET = """load = "allow"

[guard.budget]
max_rate_per_s = 50
max_users = 10
max_duration_s = 30
abort_error_ratio = 0.5
abort_p99_s = 5
window = "00:00-24:00 UTC"

[scale]
duration_factor = 0.5
user_factor = 0.5

[targets.shop]
"""
FILE = """\
from gonogo.workload.generator.locustfile import LeanUser, task


class Reader(LeanUser):
    @task
    def read(self) -> None:
        self.client.get(self.order.parameters["paths"][0])
"""


@pytest.fixture
def loaded(project):
    project.edit("features/shop/01_first.feature", "When the shop is asked for its figures",
                 "When the figures are read by 10 users at 40 a second for 2 s")  # fmt: skip
    project.edit("features/shop/01_first.feature", "fewer than 5 orders are lost", "fewer than half of them fail")
    steps = project.root / "steps" / "shop.py"
    steps.write_text(steps.read_text() + STEP)
    project.edit("environments/staging.toml", "[targets.shop]\n", BUDGET)
    (project.root / "load").mkdir()
    (project.root / "load" / "frame.py").write_text(FILE)
    return project


def asked(project):
    return sum(path == "/figures" and "X-Gonogo-Run" in headers for _, path, headers in project.shop.asked)


def of_the_load(done):
    return next(criterion for criterion in done.verdict["criteria"] if criterion["id"] == "R9-P1-02")


def test_at_the_environments_scale_it_is_a_rehearsal_and_says_so(loaded):
    done = loaded.gate("shop/1")
    criterion = of_the_load(done)

    assert asked(loaded) == 20, done.output
    assert criterion["measured"]["rehearsal"] == "5 of 10 users, 1 s of 2 s"
    assert "REHEARSED (1): load and watches below their full size; --full runs them in full" in done.output
    assert {ref["name"] for ref in criterion["evidence"]} >= {"load frame figures", "load frame picture"}


def test_in_full_in_a_worker_it_is_none(loaded):
    done = loaded.gate("shop/1", "--full", "-n2")

    assert asked(loaded) == 80, done.output
    assert "rehearsal" not in of_the_load(done)["measured"]
    assert "REHEARSED" not in done.output


def test_beyond_the_budget_nothing_is_sent_and_nothing_is_verified(loaded):
    loaded.edit("environments/staging.toml", "max_users = 10", "max_users = 4")
    done = loaded.gate("shop/1")

    assert of_the_load(done)["outcome"] == "unverified"
    assert "budget.max_users = 4; ask for less, or have the budget raised" in of_the_load(done)["reason"]
    assert asked(loaded) == 0
