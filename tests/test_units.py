"""Units: parsed exactly, shown as people write them."""

from datetime import timedelta

import pytest

from gonogo.units import duration, ratio, show


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500 ms", timedelta(milliseconds=500)),
        ("5 minutes", timedelta(minutes=5)),
        ("1 minute", timedelta(minutes=1)),
        ("1 week", timedelta(weeks=1)),
        ("0.5 s", timedelta(milliseconds=500)),
        ("10s", timedelta(seconds=10)),
        ("24 h", timedelta(days=1)),
        ("1 200 s", timedelta(minutes=20)),
    ],
)
def test_a_duration_is_a_number_and_a_unit_of_time(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["5", "5 %", "five minutes", "5 minutes later", "", "nan s", "1e3 s", "5 mins ago"])
def test_what_is_no_duration_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match=r"'500 ms', '5 minutes'|is no unit of time; use one of ms, s"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "expected"), [("99.9 %", 0.999), ("0.5", 0.5), ("1 %", 0.01), ("100%", 1.0), ("0.1 %", 0.001)]
)
def test_a_ratio_is_exact(text: str, expected: float) -> None:
    assert ratio(text) == expected


@pytest.mark.parametrize("text", ["5 ms", "abc", "", "inf", "nan %"])
def test_what_is_no_ratio_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a ratio is written with '%'|is not a number with a unit"):
        ratio(text)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.193, "s", "193 ms"),
        (0.9997, "s", "1 000 ms"),
        (4e-7, "s", "0.0004 ms"),
        (0.0, "s", "0 ms"),
        (-0.5, "s", "-500 ms"),
        (1.5, "s", "1.5 s"),
        (300, "s", "5 min"),
        (7200, "s", "2 h"),
        (172_800_000, "s", "2 000 days"),
        (0.999, "ratio", "99.9 %"),
        (0.99999, "ratio", "99.999 %"),
        (0.0000001, "ratio", "1e-05 %"),
        (0, "ratio", "0 %"),
        (1, "ratio", "100 %"),
        (1.5, "ratio", "150 %"),
        (150, "count", "150"),
        (1_234_567, "count", "1 234 567"),
        (999_999.5, "1/s", "1 000 000 1/s"),
        (0.974343, "times", "0.9743 times"),
        (12_345.678, "B", "12 345.7 B"),
        (float("nan"), "s", "nan s"),
        (float("inf"), "ratio", "inf ratio"),
        (None, "s", "nothing"),
        (True, "", "True"),
        ("2.3.0", "", "2.3.0"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, unit: str, shown: str) -> None:
    assert show(value, unit) == shown
