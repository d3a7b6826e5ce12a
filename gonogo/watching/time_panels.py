"""The panels over time in a watch's picture: how evidence grew, and how many requests came and failed."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from gonogo.judge.look import Finding
from gonogo.units import show
from gonogo.watching.drawing import COLOURS, LEFT, OUTCOMES, RIGHT, WIDTH, Frame, curve, dot, text, ticks
from gonogo.watching.observation import Observation
from gonogo.watching.questions import ErrorRate

ARMS = ("candidate", "baseline")


def evidence(observation: Observation, number: int, y: float, height: float) -> Iterator[str]:
    """Yield the e-values of one question over time, on a logarithmic axis, with the limit at which they decide."""
    found = [(look.arms.until_s, look.findings[number]) for look in observation.looks]
    frame_x = 470
    if not any(one.log_against or one.log_within for _, one in found):
        yield text((frame_x, y + height / 2), "no evidence over time: answered at the end, or not at all", "quiet")
        return
    threshold = found[-1][1].threshold
    ends = -threshold, 2.2 * threshold
    frame = Frame(frame_x, y + 8, WIDTH - RIGHT - frame_x - 86, height - 30, 0, observation.header.duration_s, *ends)
    yield from _powers(frame)
    yield frame.level(threshold, "limit")
    yield text((frame.x + frame.width + 6, frame.up(threshold) + 4), f"{math.exp(threshold):,.0f} decides", "quiet")
    yield from _seconds(frame)
    for side, outcome in (("log_against", "missed"), ("log_within", "met")):
        yield from _course(found, side, OUTCOMES[outcome], frame)


def _powers(frame: Frame) -> Iterator[str]:
    for power in (-2, 0, 2, 4):
        value = power * math.log(10)
        if frame.bottom <= value <= frame.top:
            yield frame.level(value, "grid")
            label = {-2: "0.01", 0: "1", 2: "100", 4: "10 000"}[power]
            yield text((frame.x - 6, frame.up(value) + 4), label, "quiet", "end")


def _course(found: Sequence[tuple[float, Finding]], side: str, colour: str, frame: Frame) -> Iterator[str]:
    points = [frame.at(0.0, 0.0), *(frame.at(at, getattr(one, side)) for at, one in found)]
    if any(getattr(one, side) for _, one in found):
        yield curve(points, colour, 2.5)
        yield dot(points[-1], colour)


def traffic(observation: Observation, y: float, height: float) -> Iterator[str]:
    """Yield requests a second of each arm over time, and below them the share that failed."""
    yield text((LEFT, y), "Requests a second, and the share of them that failed", "section")
    rates, shares, times = _by_time(observation)
    if not times:
        yield text((LEFT, y + height / 2), "no request came", "quiet")
        return
    limits = [one.limit for one in observation.header.questions if isinstance(one, ErrorRate)]
    x, width, duration = LEFT + 80, WIDTH - LEFT - RIGHT - 146, observation.header.duration_s
    highest = max(max(rate) for rate in rates.values()) or 1.0
    failed = max([0.01, *(1.5 * limit for limit in limits), *(1.1 * max(share) for share in shares.values())])
    upper = Frame(x, y + 12, width, height * 0.42, 0, duration, 0, 1.15 * highest)
    lower = Frame(x, y + 44 + height * 0.42, width, height * 0.58 - 64, 0, duration, 0, min(failed, 1.0))
    yield from _levels(upper, "1/s")
    yield from _levels(lower, "ratio")
    yield from _seconds(lower)
    for limit in limits:
        yield lower.level(limit, "limit")
        yield text((x + width + 6, lower.up(limit) + 4), show(limit, "ratio"), "quiet")
    for arm, width_of in (("baseline", 5), ("candidate", 2)):  # where both are alike, both are seen
        yield curve([upper.at(*one) for one in zip(times, rates[arm], strict=True)], COLOURS[arm], width_of)
        yield curve([lower.at(*one) for one in zip(times, shares[arm], strict=True)], COLOURS[arm], width_of)


def _by_time(observation: Observation) -> tuple[dict[str, list[float]], dict[str, list[float]], list[float]]:
    """Return rate and failed share of each arm in up to 60 equal parts of the time, and the middle of each part."""
    whole, at_s = observation.requests(), observation.at_s
    strata = max(1, round(at_s / observation.header.stratum_s))
    edges = np.linspace(0, at_s, min(60, strata) + 1)
    rates, shares = {}, {}
    for arm in ARMS:
        batch = getattr(whole, arm)
        counts, failed = (np.histogram(times, edges)[0] for times in (batch.at_s, batch.at_s[batch.failed]))
        rates[arm] = [
            float(count / width) if width else 0.0 for count, width in zip(counts, np.diff(edges), strict=True)
        ]
        shares[arm] = [float(bad / max(count, 1)) for bad, count in zip(failed, counts, strict=True)]
    middles = [float(v) for v in (edges[:-1] + edges[1:]) / 2] if len(whole) and at_s else []
    return rates, shares, middles


def _levels(frame: Frame, unit: str) -> Iterator[str]:
    for value in ticks(frame.bottom, frame.top, 3):
        yield frame.level(value, "grid")
        yield text((frame.x - 6, frame.up(value) + 4), show(value, unit), "quiet", "end")
    yield frame.base()


def _seconds(frame: Frame) -> Iterator[str]:
    yield frame.base()
    unit, name = (60.0, "min") if frame.right > 300 else (1.0, "s")
    for value in ticks(0, frame.right / unit, 6):
        at = frame.across(value * unit)
        yield text((at, frame.y + frame.height + 15), f"{value:g} {name}", "quiet", "middle")
