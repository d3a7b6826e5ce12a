"""The classifier and the forecast, without a server."""

import pytest

from hermetic.docflow.domain.classifier import trained
from hermetic.docflow.domain.forecast import deviation, forecast, month_after
from hermetic.docflow.server.pace import Pace
from hermetic.docflow.server.queue import amount_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Invoice 2231: amount due EUR 1,250.00, payable within thirty days to the account below", "invoice"),
        ("Contract between the parties, term two years, governing law", "contract"),
        ("Receipt, paid by card, total 12 EUR, thank you for your purchase", "receipt"),
        ("Dear colleagues, we are writing to invite you, with kind regards", "letter"),
    ],
)
def test_a_clear_text_is_classified_with_confidence(text: str, kind: str) -> None:
    found = trained().classify(text)
    assert found is not None
    assert found.type == kind
    assert found.confidence > 0.85


def test_a_text_of_every_kind_leaves_doubt_and_one_of_no_word_has_no_kind() -> None:
    unsure = trained().classify("parties payable paid dear")
    assert unsure is not None
    assert 0.25 <= unsure.confidence < 0.5
    assert trained().classify("4711 / 0815") is None


def test_a_line_is_continued_exactly() -> None:
    months = [(month_after("2024-11", step), 100.0 + 10 * step) for step in range(6)]
    expected = forecast(months, 2)
    assert [one.month for one in expected] == ["2025-05", "2025-06"]
    assert [one.value for one in expected] == pytest.approx([160, 170])
    assert expected[0].low == pytest.approx(expected[0].high) == pytest.approx(160)


def test_a_season_is_found_in_two_years_and_more_is_less_certain() -> None:
    months = [(month_after("2023-01", n), (1000 + 10 * n) * (1.5 if n % 12 == 11 else 1.0)) for n in range(35)]
    (december,) = forecast(months, 1)
    assert december.month == "2025-12"
    assert december.value > 1.3 * 1350
    near, far = forecast([("2025-01", 10.0), ("2025-02", 14.0), ("2025-03", 11.0), ("2025-04", 15.0)], 2)
    assert 0 < near.high - near.low < far.high - far.low


def test_too_few_months_have_no_forecast() -> None:
    with pytest.raises(ValueError, match="at least 3 closed months, and there are 2"):
        forecast([("2025-01", 1.0), ("2025-02", 2.0)], 1)


def test_deviation_is_the_mean_part_by_which_forecasts_missed() -> None:
    assert deviation([(110, 100), (70, 100)]) == pytest.approx(0.2)
    assert deviation([]) == 0


@pytest.mark.parametrize(
    ("text", "amount"), [("EUR 1,250.50", 1250.5), ("due EUR 99", 99.0), ("EUR 7.25 and EUR 9", 7.25), ("12 USD", None)]
)
def test_the_first_amount_of_a_text_counts(text: str, amount: float | None) -> None:
    assert amount_of(text) == amount


def _times(arm: str, *faults: str, path: str = "/api/admin/queue") -> list[float]:
    pace = Pace(arm, faults)  # type: ignore[arg-type]
    return sorted(1000 * pace.next_s(path) for _ in range(1000))


def test_service_times_are_the_same_in_every_run_and_as_described() -> None:
    times = _times("stable")
    assert times == _times("canary")
    assert times[500] == pytest.approx(20, rel=0.05)
    assert times[950] == pytest.approx(20 * 1.28, rel=0.06)
    assert _times("stable", path="/api/admin/documents/DOC-1/publish")[500] == pytest.approx(4, rel=0.05)


def test_a_slow_canary_is_slow_all_over_and_a_slow_tail_only_there() -> None:
    times, slow, tail = _times("canary"), _times("canary", "slow-canary"), _times("canary", "slow-canary-tail")
    assert slow[500] == pytest.approx(1.3 * times[500])
    assert tail[500] == times[500]
    assert tail[950] > 1.3 * times[950]
    assert _times("stable", "slow-canary", "slow-canary-tail") == times
