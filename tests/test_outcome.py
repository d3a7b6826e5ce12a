"""The algebra of decisions."""

from itertools import combinations, permutations

import pytest

from gonogo.outcome import Decision, ExitCode, Missed, Outcome, decide, exit_code, merge, worst

MET, MISSED, WAIVED = Outcome.MET, Outcome.MISSED, Outcome.WAIVED
INCONCLUSIVE, UNVERIFIED = Outcome.INCONCLUSIVE, Outcome.UNVERIFIED


@pytest.mark.parametrize(
    ("outcomes", "decision"),
    [
        ([MET], Decision.GO),
        ([MET, WAIVED], Decision.GO),
        ([WAIVED], Decision.GO),
        ([MET, INCONCLUSIVE], Decision.HOLD),
        ([MET, UNVERIFIED], Decision.HOLD),
        ([UNVERIFIED], Decision.HOLD),
        ([MET, MISSED], Decision.NO_GO),
        ([MISSED, UNVERIFIED, INCONCLUSIVE], Decision.NO_GO),
        ([], Decision.HOLD),
    ],
)
def test_a_gate_decides_by_its_worst_outcome_and_nothing_is_hold(outcomes: list[Outcome], decision: Decision) -> None:
    assert {decide(order) for order in permutations(outcomes)} == {decision}


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([MET, MET], MET),
        ([MET, INCONCLUSIVE], INCONCLUSIVE),
        ([INCONCLUSIVE, UNVERIFIED], UNVERIFIED),
        ([UNVERIFIED, MISSED, MET], MISSED),
        ([MET, WAIVED], WAIVED),
        ([], UNVERIFIED),
    ],
)
def test_a_criterion_has_the_worst_outcome_of_its_scenarios(outcomes: list[Outcome], expected: Outcome) -> None:
    assert {worst(order) for order in permutations(outcomes)} == {expected}


def test_an_outcome_that_is_no_word_of_ours_is_an_error() -> None:
    with pytest.raises(ValueError, match="passed"):
        Outcome("passed")


def test_merging_takes_the_worst_and_of_nothing_is_hold() -> None:
    assert merge([]) is Decision.HOLD
    order = [Decision.NO_GO, Decision.HOLD, Decision.GO]
    for better, worse in ((b, a) for a, b in combinations(order, 2)):
        assert merge([better, worse]) is worse
        assert merge([worse, better]) is worse


def test_merging_gates_is_deciding_over_all_their_criteria() -> None:
    groups = [[], [MET], [WAIVED], [MISSED], [UNVERIFIED], [MET, INCONCLUSIVE]]
    for first, second in permutations([g for g in groups if g], 2):
        assert merge([decide(first), decide(second)]) is decide([*first, *second])


def test_only_go_is_exit_code_zero_and_none_collides_with_pytest() -> None:
    codes = {decision: exit_code(decision) for decision in Decision}
    assert codes == {Decision.GO: 0, Decision.NO_GO: 1, Decision.HOLD: 8}
    assert set(ExitCode) & {2, 3, 5, 6} == set()


def test_missed_is_an_assertion_so_that_reports_show_it_as_failed() -> None:
    assert issubclass(Missed, AssertionError)
