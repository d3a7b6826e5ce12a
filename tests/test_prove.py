"""When a fault counts as caught: never because nothing ran."""

import pytest

from gonogo.prove import Fault, Proof

BREAKS_TWO = Fault("two", "mes", "breaks two", ("R9-P1-01", "R9-P1-02"))
BREAKS_NONE = Fault("none", "mes", "no scenario can run under it", ())


@pytest.mark.parametrize(
    ("outcomes", "ended", "holds"),
    [
        ({"R9-P1-01": "missed", "R9-P1-02": "missed"}, True, True),
        ({"R9-P1-01": "missed", "R9-P1-02": "missed"}, False, False),
        ({"R9-P1-01": "missed", "R9-P1-02": "unverified"}, True, False),
        ({"R9-P1-01": "missed"}, True, False),
        ({}, True, False),
    ],
)
def test_a_fault_is_caught_when_every_criterion_it_breaks_is_missed(outcomes, ended, holds):
    assert Proof(BREAKS_TWO, outcomes, "NO-GO", ended=ended).holds is holds


@pytest.mark.parametrize(
    ("decision", "ended", "holds"),
    [("HOLD", True, True), ("GO", True, False), ("HOLD", False, False), ("", False, False)],
)
def test_a_fault_under_which_nothing_can_run_must_make_the_run_hold(decision, ended, holds):
    assert Proof(BREAKS_NONE, {}, decision, ended=ended).holds is holds
