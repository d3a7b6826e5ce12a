"""The panel of latencies in a watch's picture: how both arms' are distributed, and their quantiles with intervals."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from gonogo.judge.sequence import quantile_bounds
from gonogo.units import show
from gonogo.watching.drawing import COLOURS, LEFT, RIGHT, WIDTH, Frame, area, dot, line, ratio_ticks, text
from gonogo.watching.observation import Observation
from gonogo.watching.questions import Quantile

Floats = NDArray[np.float64]
ARMS = ("candidate", "baseline")
_QUANTILES = (0.5, 0.95, 0.99)
_BINS, _ROW = 72, 26
_ALPHA, _PLANNED = 0.01, 1000


def distribution(observation: Observation, y: float, height: float) -> Iterator[str]:
    """Yield both arms' latencies on one axis; below it their quantiles with intervals, and those captured before."""
    whole = observation.requests()
    served = {arm: np.sort(getattr(whole, arm).served) for arm in ARMS}
    yield text((LEFT, y), "Latency of answered requests, logarithmic", "section")
    yield from _legend(observation, y)
    both = np.concatenate([*served.values()])
    if not len(both) or both.max() <= 0:
        yield text((LEFT, y + height / 2), "no request was answered", "quiet")
        return
    limits = {
        (one.limit, f" ({one.of})" if one.of else "")
        for one in observation.header.questions
        if isinstance(one, Quantile)
    }
    rows = dict(served)
    if captured := observation.header.captured.get(""):
        rows["captured"] = np.sort(captured.samples)
    shown = np.concatenate([*rows.values()])
    least, most = (float(v) for v in np.quantile(shown[shown > 0], (0.001, 0.999)))
    wide, tall = WIDTH - LEFT - RIGHT - 80, height - 42 - _ROW * len(rows)
    frame = Frame(LEFT + 80, y + 14, wide, tall, least / 1.15, most * 1.15, 0, 1, log_x=True)
    yield from _shapes(served, frame)
    yield from _time_axis(frame, ratio_ticks(frame.left, frame.right))
    for limit, of in sorted(limits):
        yield from _limit(limit, f"limit {show(limit, 's')}{of}", frame, y + height)
    for row, (arm, ordered) in enumerate(rows.items()):
        yield from _quantiles(ordered.tolist(), arm, frame, frame.y + frame.height + 40 + _ROW * row)


def _limit(limit: float, words: str, frame: Frame, bottom: float) -> Iterator[str]:
    at = frame.across(limit)
    if limit >= frame.right:
        yield text((at, bottom + 4), f"{words} →", "quiet", "end")
        return
    yield line((at, frame.y), (at, bottom), "limit")
    yield text((at + 5, bottom + 4), words, "quiet")


def _legend(observation: Observation, y: float) -> Iterator[str]:
    for place, arm in enumerate(ARMS):
        x = WIDTH - RIGHT - 520 + 260 * place
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" rx="2" fill="{COLOURS[arm]}"/>'
        yield text((x + 18, y), f"{getattr(observation.header, arm)} ({arm})")


def _shapes(served: dict[str, Floats], frame: Frame) -> Iterator[str]:
    edges = np.geomspace(frame.left, frame.right, _BINS + 1)
    shapes = {
        arm: np.histogram(np.clip(one, *edges[[0, -1]]), edges)[0] / max(len(one), 1) for arm, one in served.items()
    }
    highest = max(float(shape.max()) for shape in shapes.values()) or 1.0
    for arm in reversed(ARMS):
        corners = [(edge, value) for n, value in enumerate(shapes[arm]) for edge in edges[n : n + 2]]
        points = [frame.at(float(edge), 0.96 * float(value) / highest) for edge, value in corners]
        yield area(points, frame.y + frame.height, COLOURS[arm])


def _time_axis(frame: Frame, values: Sequence[float]) -> Iterator[str]:
    yield frame.base()
    for value in values:
        at = frame.across(value)
        yield line((at, frame.y + frame.height), (at, frame.y + frame.height + 4), "axis")
        yield text((at, frame.y + frame.height + 17), show(value, "s"), "quiet", "middle")


def _quantiles(ordered: list[float], arm: str, frame: Frame, y: float) -> Iterator[str]:
    yield text((LEFT, y + 4), arm, "strong", colour=COLOURS[arm])
    yield line((frame.x, y), (frame.x + frame.width, y), "grid")
    right = frame.x - 40
    for q in _QUANTILES if ordered else ():
        value = ordered[max(0, math.ceil(len(ordered) * q) - 1)]
        low, high = quantile_bounds(ordered, q, _ALPHA, _PLANNED)
        ends = max(low, frame.left), min(high, frame.right)
        yield line((frame.across(ends[0]), y), (frame.across(ends[1]), y), colour=COLOURS[arm], width=3)
        yield dot((frame.across(value), y), COLOURS[arm])
        at = frame.across(value)
        if at - right > 78:  # a label that would lie over the one before is left out; its dot stays
            yield text((at, y - 8), f"p{q * 100:g} {show(value, 's')}", "quiet", "middle")
            right = at
