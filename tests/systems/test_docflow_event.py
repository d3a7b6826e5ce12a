"""What an audit event must state, and how far a stated figure is off."""

import math

import pytest

from systems.docflow import event

EVENT = {
    "type": "phase1_rollout_complete",
    "timestamp": "2025-11-10T15:30:00Z",
    "details": {"canary_duration_minutes": 30, "success_metrics": {"api_p95_ms": 145, "publish_p95_ms": 12.5}},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("type", "phase1_rollout_complete"),
        ("details.success_metrics.api_p95_ms", 145),
        ("details.success_metrics.absent", None),
        ("type.deeper", None),
        ("absent.deeper", None),
    ],
)
def test_a_field_is_found_by_its_dotted_path(path: str, found: object) -> None:
    assert event.field(EVENT, path) == found


@pytest.mark.parametrize(
    ("found", "what", "states"),
    [
        ("done", 'exactly "done"', True),
        ("Done", 'exactly "done"', False),
        (30, "exactly 30", True),
        (25, "exactly 30", False),
        (True, "exactly True", False),
        (None, "exactly 30", False),
        (199.9, "1 to below 200", True),
        (200, "1 to below 200", False),
        (0.145, "1 to below 200", False),
        (0, "0 to below 1", True),
        (True, "0 to below 2", False),
        ("145", "1 to below 200", False),
        (math.nan, "1 to below 200", False),
        (["b", "a"], "all of a, b", True),
        (["a"], "all of a, b", False),
        (["a", "b", "c"], "all of a, b", False),
        ("a, b", "all of a, b", False),
        ("2025-11-10T15:30:00Z", "an instant in UTC", True),
        ("2025-11-10T15:30:00+00:00", "an instant in UTC", True),
        ("2025-11-10T16:30:00+01:00", "an instant in UTC", False),
        ("2025-11-10 16:30", "an instant in UTC", False),
        ("yesterday", "an instant in UTC", False),
        (1762788600, "an instant in UTC", False),
    ],
)
def test_a_field_states_what_is_required_or_not(found: object, what: str, states: bool) -> None:
    assert event.states(found, what) is states


def test_what_no_field_can_state_is_an_error_of_the_feature() -> None:
    with pytest.raises(ValueError, match="nothing that a field can state"):
        event.states(30, "about 30")


@pytest.mark.parametrize(
    ("stated", "measured", "off"),
    [
        (110, 100.0, 0.1),
        (95, 100.0, 0.05),
        (0, 0.0, 0.0),
        (0.02, 0.0, math.inf),
        ("100", 100.0, math.inf),
        (True, 1.0, math.inf),
        (None, 1.0, math.inf),
    ],
)
def test_how_far_a_stated_figure_is_off(stated: object, measured: float, off: float) -> None:
    assert event.off(stated, measured) == pytest.approx(off)
