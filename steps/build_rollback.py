"""Going back from the database build: traffic to blue, plans that must survive it, logs, commits, and another try."""

from collections.abc import Iterator
from typing import TypeAlias

import pytest
from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.probes.command import CommandResult
from gonogo.probes.traffic import Spread
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import balancing, canonical, rollout, writing
from systems.mes_sql.balancing import Balancer
from systems.mes_sql.build import Build, Document, plan_of
from systems.mes_sql.made import Made
from systems.mes_sql.rollout import Revert
from systems.papers import Papers

Steps: TypeAlias = dict[float, Spread]
DRILL = "do not go to production before the drill works"


@pytest.fixture
def balancer(build: Build) -> Iterator[Balancer]:
    """Changes weights; they are as they were when the scenario ends."""
    changed = Balancer(build)
    yield changed
    changed.restore()


@given("a plan that was made on green", target_fixture="made_on_green")
def make_on_green(build: Build, made_rows: Made) -> Document:
    return canonical.plan(build.plan(writing.create(build, made_rows, 3).plan_id))


@when(phrase("traffic is sent back to blue, with green {way}"), target_fixture="switch_s")
def send_back(build: Build, balancer: Balancer, way: str) -> float:
    return rollout.send_back(build, balancer, way)


@when("the balancer is given green with a weight of 0 to test", target_fixture="balancer_says")
def test_zero(build: Build) -> CommandResult:
    return balancing.test(build, "--blue=weight=100", "--green=weight=0")


@when(phrase("the last {n:count} lines of the log of green are read"), target_fixture="last_lines")
def read_last(build: Build, n: int) -> list[str]:
    return rollout.last_lines(build, n)


@when("the last commit is reverted and deployed", target_fixture="revert")
def revert_last(build: Build) -> Revert:
    return rollout.revert(build)


@when("traffic is moved to green in steps of 10 %, 50 % and 100 %", target_fixture="moved")
def move(build: Build, balancer: Balancer) -> Steps:
    return rollout.moved_in_steps(build, balancer, (0.1, 0.5, 1.0), 400)


@then(phrase("{share:ratio} of {n:count} requests are answered by blue"))
def all_by_blue(build: Build, recorder: Recorder, share: float, n: int) -> None:
    found = rollout.sent(build, n).complete()
    wanted = {"blue": share, "green": 1 - share}
    recorder.require(judge.split("requests by who answered them", found, wanted, source="http", remedy=DRILL))


@then("it took no longer than the rollback plan allows")
def within_limit(papers: Papers, switch_s: float, recorder: Recorder) -> None:
    limit = Limit("<=", rollout.time_limit(papers).total_seconds(), "s")
    recorder.check(Measurement("time until blue answered", switch_s, "s", source="http"), limit, DRILL)


@then("the balancer refuses it, and says in which line")
def refuses(balancer_says: CommandResult, recorder: Recorder) -> None:
    said = (balancer_says.stderr + balancer_says.stdout).strip() or "it said nothing"
    measured = Measurement(
        "the balancer's answer", said, source="command", query=f"exit code {balancer_says.exit_code}"
    )
    good = balancer_says.exit_code == 1 and "weight=0" in said and balancing.names_line(said)
    recorder.expect(good, measured, "exit code 1, the parameter and its line", "test every block before it is needed")


@then("blue gives the plan as green gave it")
def same_on_blue(build: Build, made_on_green: Document, recorder: Recorder) -> None:
    found = canonical.plan(plan_of(build.blue, made_on_green["id"]))
    measured = Measurement(f"{made_on_green['id']} on blue", str(found), source="http")
    recorder.check(measured, Limit("==", str(made_on_green)), "write to both stores until blue is gone")


@then(phrase("they are {n:count} lines, each with its time"))
def lines_with_time(last_lines: list[str], recorder: Recorder, n: int) -> None:
    measured = Measurement("lines", len(last_lines), "count", source="command")
    recorder.check(measured, Limit("==", n, "count"), "keep the log longer; look who may read it")
    timed = Measurement("lines that begin with a time", rollout.timed_lines(last_lines), "count", source="command")
    recorder.check(timed, Limit("==", n, "count"), "write the time at the beginning of each line")


@then("the checkout's last commit is the revert of the one before")
def is_revert(revert: Revert, recorder: Recorder) -> None:
    measured = Measurement("last commit", revert.commits[0].subject, source="git")
    recorder.check(measured, Limit("==", f'Revert "{revert.reverted.subject}"'), "revert it by hand")


@then("green was restarted, and serves")
def was_restarted(revert: Revert, recorder: Recorder) -> None:
    measured = Measurement("green runs since", revert.started_after, source="http")
    newer = bool(revert.started_before) and revert.started_after > revert.started_before
    recorder.expect(newer, measured, f"later than {revert.started_before}", "restart it by the process manager")


@then(phrase("green's share of the requests followed each step, within {points:count} points"))
def followed(moved: Steps, recorder: Recorder, points: int) -> None:
    for share, spread in moved.items():
        shares = {"blue": 1 - share, "green": share}
        found = judge.split(f"requests at {share:.0%}", spread.complete(), shares, tolerance=points / 100, remedy=DRILL)
        recorder.require(found)
