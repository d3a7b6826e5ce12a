"""The dates of the rollout a world plays."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hermetic.mes.domain.calendar import calendar_for

START = datetime(2026, 11, 16, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("hours", range(0, 24 * 14, 3))
def test_the_window_is_a_sunday_at_two_and_its_week_has_been_over_for_a_day(hours: int) -> None:
    now = START + timedelta(hours=hours)
    dates = calendar_for(now)
    assert (dates.window_start.weekday(), dates.window_start.hour) == (6, 2)
    assert timedelta(days=1) <= now - dates.week_end < timedelta(days=8)


def test_the_phases_follow_each_other_and_take_six_weeks() -> None:
    dates = calendar_for(START)
    phases = [dates.phase(number) for number in range(1, 6)]
    assert [(end - start).days + 1 for start, end in phases] == [7, 7, 7, 14, 7]
    assert all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(phases))
    assert phases[2][0] < dates.pilot_start < dates.pilot_end < phases[3][0] <= dates.window_start < phases[3][1]
