"""The benchmark measures only work that was done, and says so when a goal is missed."""

import sys

import pytest

from bench.contender import BenchError, Contender, Times, measure
from bench.corpus import STEPS, Corpus
from bench.goals import GOALS, verdicts


def times(**ratios):
    """Return times in which each pair of a goal has the given ratio."""
    found = {}
    for number, goal in enumerate(GOALS):
        ratio = ratios.get(f"goal_{number}", goal.limit)
        found.setdefault(goal.theirs, Times([1.0], [1.0]))
        theirs = found[goal.theirs]
        found[goal.ours] = Times([theirs.cpu[0] * ratio], [theirs.wall[0] * ratio])
    return found


def test_at_the_limit_a_goal_is_reached():
    lines, reached = verdicts(times())
    assert reached
    assert lines.count("reached") == len(GOALS)


@pytest.mark.parametrize("number", range(len(GOALS)))
def test_above_the_limit_it_is_missed(number):
    lines, reached = verdicts(times(**{f"goal_{number}": GOALS[number].limit * 1.01}))
    assert not reached
    assert "MISSED" in lines


def test_nothing_measured_is_no_success():
    assert verdicts({})[1] is False


@pytest.mark.parametrize("program", ["print('1 passed')", "print('2 passed'); raise SystemExit(1)", ""])
def test_a_contender_that_did_not_do_its_work_stops_the_measurement(tmp_path, program):
    with pytest.raises(BenchError, match="a contender: expected"):
        measure([Contender("a contender", [sys.executable, "-c", program], tmp_path, r"\b2 passed")], rounds=1)


def test_contenders_are_measured_once_a_round_after_a_warm_up(tmp_path):
    program = f"open({str(tmp_path / 'log')!r}, 'a').write('x'); print('2 passed')"
    found = measure([Contender("a", [sys.executable, "-c", program], tmp_path, "2 passed")], rounds=2)
    assert (len(found["a"].cpu), len(found["a"].wall)) == (2, 2)
    assert (tmp_path / "log").read_text() == "xxx"


def test_the_corpus_has_what_it_says_for_every_engine(tmp_path):
    corpus = Corpus(scenarios=30, definitions=20, unused=7)
    bdd, plain = corpus.write(tmp_path / "bdd", "bdd"), corpus.write(tmp_path / "plain", "plain")
    features = "".join(path.read_text() for path in bdd.glob("*.feature"))
    vocabulary = "".join(path.read_text() for path in bdd.glob("vocabularies/*.py"))
    tests = "".join(path.read_text() for path in plain.glob("test_*.py"))
    assert features.count("Scenario:") == tests.count("def test_") == 30
    assert features.count(" part ") == tests.count(" v.step_") == 30 * STEPS
    assert vocabulary.count("def step_") == 27
