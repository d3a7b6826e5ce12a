"""What is read of the cleanup, of test scripts and of what the designer sends, also where it is not as expected."""

from datetime import date

import pytest

from gonogo.guard import Guard
from gonogo.outcome import Missed, Unverified
from gonogo.probes.command import CommandResult
from gonogo.probes.page_watch import PageWatch, Sent
from systems.mes import cleanup, npm, offers, sample, submitted
from systems.mes.api import PLANS
from systems.papers import Paper

GUARD: Guard = object()  # type: ignore[assignment]  # nothing is sent


def test_only_plans_that_hold_the_field_count_as_listed() -> None:
    report = "Plan P-2: executionGraph (3 steps)\nPlan P-1: executionGraph (0 steps)\nKept P-3: it has no nodes\n"
    assert cleanup.listed(report) == ["P-1", "P-2"]
    assert cleanup.listed("No deprecated fields found\n") == []


def test_the_day_of_the_removal_is_read_and_a_missing_one_is_missed() -> None:
    assert cleanup.removal_day(Paper("archive", "archive.md", "due 2026-05-11.")) == date(2026, 5, 11)
    with pytest.raises(Missed, match="names no day"):
        cleanup.removal_day(Paper("archive", "archive.md", "due some day"))


def ended(stdout: str) -> CommandResult:
    return CommandResult(("npm", "test"), 0, stdout, "", 0.5)


def test_the_last_line_of_counts_is_the_sum_of_a_script() -> None:
    tally = npm.counted("npm test", ended("17 passed, 0 failed\nmore\n20 passed, 1 failed\n"))
    assert (tally.passed, tally.failed) == (20, 1)


def test_a_script_that_counts_nothing_is_missed_whatever_its_exit_code() -> None:
    with pytest.raises(Missed, match="no counts"):
        npm.counted("npm test", ended("nothing to do\n"))


@pytest.mark.parametrize("flaw", offers.FLAWS)
def test_a_flaw_changes_the_plan_and_leaves_the_usual_one_alone(flaw: str) -> None:
    usual = sample.plan()
    assert offers.flawed(flaw) != usual
    assert sample.plan() == usual


@pytest.mark.parametrize(("call", "name"), [(offers.flawed, "rust"), (offers.shaped, "round")])
def test_an_unknown_flaw_or_shape_is_named(call: object, name: str) -> None:
    with pytest.raises(Unverified, match=name):
        call(name)  # type: ignore[operator]


def test_the_minutes_tell_where_a_plan_was_read_from() -> None:
    assert offers.read_from(offers.shaped("both")) == "nodes"
    assert offers.read_from({"nodes": []}).startswith("neither")


def sent(*bodies: str) -> PageWatch:
    return PageWatch(GUARD, sent=[Sent("POST", PLANS, body) for body in bodies])


def test_the_plan_that_was_sent_is_read_with_what_it_lacks() -> None:
    plan = submitted.plan(sent('{"nodes": [{"id": "N1", "time": 5}]}'))
    assert submitted.column(plan, "time") == [5]
    assert "nodes[0].nominalTime" in submitted.lacking(plan)
    assert submitted.lacking({"nodes": []}) != []


@pytest.mark.parametrize("bodies", [(), ("{}", "{}"), ("[]",), ("no json",)])
def test_no_plan_two_plans_and_something_else_are_missed(bodies: tuple[str, ...]) -> None:
    with pytest.raises(Missed):
        submitted.plan(sent(*bodies))
