"""Orders: what may be asked, and that they survive the way to the generator."""

import json
from dataclasses import replace
from typing import Any

import pytest

from gonogo.outcome import UsageError
from gonogo.settings import ScaleSettings
from gonogo.workload.generator import pace
from gonogo.workload.order import Order, host_of, one_by_one
from gonogo.workload.scale import scaled

ORDER = Order("frame", "https://mes.example.com", users=50, rate_per_s=100, duration_s=60, warmup_s=6)


def test_an_order_survives_its_file() -> None:
    order = replace(ORDER, arrivals="bursts", bursts=((0.0, 10), (2.0, 5)), allowed_hosts=(("a", None), ("b", 80)))
    assert Order.from_dict(json.loads(order.as_json())) == order


def test_where_to_write_is_not_sent_to_other_machines() -> None:
    assert replace(ORDER, recording="/tmp/here", live="/tmp/there").as_message()["recording"] == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"users": 0}, "workload 'frame': users must be more than 0, not 0"),
        ({"rate_per_s": float("inf")}, "rate_per_s must be more than 0, not inf"),
        ({"duration_s": -1}, "duration_s must be more than 0"),
        ({"arrivals": "evenly"}, "arrivals must be one of even, poisson, bursts, not 'evenly'"),
        ({"arrivals": "bursts"}, "bursts are given with arrivals = 'bursts', and only then"),
        ({"bursts": ((0, 1),)}, "bursts are given with arrivals = 'bursts', and only then"),
    ],
)
def test_an_order_that_asks_for_nonsense_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        replace(ORDER, **change)


@pytest.mark.parametrize(("content", "says"), [({"paths": []}, "unknown paths"), ({"users": 1}, "missing .* argument")])
def test_an_order_with_other_fields_is_refused(content: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Order.from_dict(content)


def test_the_target_alone_is_allowed_unless_the_order_says_more() -> None:
    assert ORDER.hosts() == (("mes.example.com", 443),)
    assert replace(ORDER, allowed_hosts=(("other", None),)).hosts() == (("other", None),)
    assert host_of("http://LOCALHOST:8080/x") == ("localhost", 8080)


def test_the_peak_of_bursts_is_the_busiest_second() -> None:
    assert replace(ORDER, arrivals="bursts", bursts=((0, 10), (0.5, 5), (1.2, 4))).peak_per_s == 15
    assert replace(ORDER, arrivals="bursts", bursts=one_by_one(100, 10)).peak_per_s == 10


# When starts are due


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_merged_starts_of_all_processes_are_those_of_one(count: int) -> None:
    order = replace(ORDER, rate_per_s=7, duration_s=10, warmup_s=0)
    merged = sorted(at for index in range(count) for at in pace.of(order, index, count))

    assert merged == list(pace.of(order))
    assert len(merged) == 70
    assert merged[1] - merged[0] == pytest.approx(1 / 7)


def test_a_poisson_process_has_its_rate_and_repeats_with_its_seed() -> None:
    order = replace(ORDER, arrivals="poisson", rate_per_s=200, duration_s=60)
    merged = [at for index in range(2) for at in pace.of(order, index, 2)]

    assert len(merged) == pytest.approx(200 * 66, rel=0.05)
    assert merged == [at for index in range(2) for at in pace.of(order, index, 2)]
    assert list(pace.of(order)) != list(pace.of(replace(order, seed=2)))


def test_bursts_are_shared_out_and_keep_their_instants() -> None:
    order = replace(ORDER, arrivals="bursts", bursts=((2.0, 3), (0.0, 4)))

    assert list(pace.of(order)) == [0.0] * 4 + [2.0] * 3
    assert sorted([*pace.of(order, 0, 2), *pace.of(order, 1, 2)]) == list(pace.of(order))


# Rehearsals


def test_a_rehearsal_has_fewer_users_who_ask_as_often_for_a_shorter_time() -> None:
    smaller, words = scaled(ORDER, ScaleSettings(duration_factor=0.1, user_factor=0.2))

    assert (smaller.users, smaller.rate_per_s, smaller.duration_s) == (10, 20, 6)
    assert smaller.warmup_s == pytest.approx(0.6)
    assert words == "10 of 50 users, 6 s of 60 s"


def test_in_full_nothing_changes_and_nothing_is_said() -> None:
    assert scaled(ORDER, ScaleSettings()) == (ORDER, "")


def test_bursts_keep_their_size_and_no_steady_state_is_shorter_than_a_second() -> None:
    order = replace(ORDER, arrivals="bursts", bursts=((0, 10),), duration_s=5, warmup_s=0)

    assert scaled(order, ScaleSettings(duration_factor=0.01, user_factor=0.1)) == (
        replace(order, duration_s=1.0),
        "1 s of 5 s",
    )
