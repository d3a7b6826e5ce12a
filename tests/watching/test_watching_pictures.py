"""The picture of a watch: it says the decision, holds every part, and is drawn of nothing, too."""

from typing import Any
from xml.etree import ElementTree

import pytest
from watching_kit import HandClock, MadeUp, canary

from gonogo.baselines import Baseline
from gonogo.watching import ErrorRate, Observation, Quantile, Slower, SlowerThanCaptured, Split
from gonogo.watching.drawing import Frame, ratio_ticks, ticks, wrapped
from gonogo.watching.pictures import render
from gonogo.workbench import Workbench

SVG = "{http://www.w3.org/2000/svg}"
ALL = (Slower(0.2), ErrorRate(0.01), Quantile(0.95, 0.06))


def observed(bench: Workbench, clock: HandClock, *questions: Any, **values: Any) -> Observation:
    source = MadeUp(clock)
    for name, value in values.items():
        setattr(source, name, value)
    return canary(bench, clock).observe(1800, questions or ALL, source)


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314  # our own


def texts(picture: str) -> list[str]:
    return [one.text or "" for one in parsed(picture).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("values", "decision", "because"),
    [
        ({}, "GO", "Shown: no more than 20 % slower than the baseline; share of errors below 1 %; p95 below 60 ms"),
        ({"candidate": (0.04, 0.0)}, "NO-GO", "Missed: no more than 20 % slower than the baseline"),
        ({"per_s": 0}, "HOLD", "Not decided: no more than 20 % slower than the baseline; share of errors below 1 %"),
    ],
)
def test_it_says_the_decision_and_why(
    bench: Workbench, clock: HandClock, values: dict[str, Any], decision: str, because: str
) -> None:
    said = texts(render(observed(bench, clock, **values)))
    assert said[0] == decision
    assert said[1] == "canary beside stable"
    assert said[2].startswith(because)
    assert any("A rehearsal: 60 s of 30 min. Nothing here is real." in one for one in said)


def test_it_shows_both_arms_their_quantiles_the_evidence_and_its_limit(bench: Workbench, clock: HandClock) -> None:
    said = texts(render(observed(bench, clock)))
    assert {"canary (candidate)", "stable (baseline)", "limit 60 ms →", "150 decides", "1 %"} <= {*said}
    assert "limit 30 ms" in texts(render(observed(bench, clock, Quantile(0.95, 0.03))))
    assert sum(one.startswith("p50 ") for one in said) == 2
    assert sum(one.startswith("p95 ") and "below" not in one for one in said) >= 2


def test_it_shows_what_was_captured_before_wherever_that_lies(bench: Workbench, clock: HandClock) -> None:
    captured = {"": Baseline((0.2, 0.21, 0.22) * 50, "2.0.9")}
    later = SlowerThanCaptured(0.2)
    observation = canary(bench, clock).observe(1800, [later], MadeUp(clock), captured)
    said = texts(render(observation))
    assert "captured" in said
    assert "p50 210 ms" in said
    assert "captured" not in texts(render(observed(bench, clock)))
    labels = {one.text: float(one.get("x", 0)) for one in parsed(render(observation)).iter(f"{SVG}text")}
    assert labels["p50 20 ms"] < labels["p50 210 ms"]


def test_nothing_reaches_beyond_its_edges(bench: Workbench, clock: HandClock) -> None:
    root = parsed(render(observed(bench, clock, candidate=(0.02, 0.02))))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for line in root.iter(f"{SVG}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    for one in root.iter(f"{SVG}text"):
        x, words = float(one.get("x", 0)), one.text or ""
        if one.get("text-anchor") == "start":
            assert x + 6.2 * len(words) <= width, words


def test_without_a_request_it_says_so(bench: Workbench, clock: HandClock) -> None:
    said = texts(render(observed(bench, clock, Slower(0.2), Split(), per_s=0)))
    assert {"no request was answered", "no request came"} <= {*said}
    assert "no evidence over time: answered at the end, or not at all" in said


def test_names_are_escaped(bench: Workbench, clock: HandClock) -> None:
    observation = observed(bench, clock, query="<script>&")
    assert "<script>" not in render(observation)
    assert any("<script>&" in one for one in texts(render(observation)))


def test_a_value_beyond_the_edge_lies_on_the_edge() -> None:
    frame = Frame(10, 20, 100, 50, 1, 100, 0, 1, log_x=True)
    assert frame.at(10, 0.5) == (60, 45)
    assert frame.at(1000, 2) == (110, 20)
    assert frame.at(0, -1) == (10, 70)


def test_ticks_are_round() -> None:
    assert ticks(0, 30, 6) == [0, 5, 10, 15, 20, 25, 30]
    assert ticks(2, 2) == [2]
    assert ratio_ticks(0.003, 0.012) == [0.003, 0.004, 0.005, 0.006, 0.008, 0.01]
    assert ratio_ticks(0.001, 1) == [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]


def test_words_are_wrapped_and_what_is_too_long_ends_with_dots() -> None:
    assert wrapped("one two three", 8, 2) == ["one two", "three"]
    assert wrapped("one two three four", 8, 2) == ["one two", "three…"]
