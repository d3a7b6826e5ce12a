"""One picture of a load run, as SVG: how the latencies are distributed, and rate and errors over time."""

import math
from collections.abc import Iterator, Sequence
from html import escape

from gonogo.units import show
from gonogo.workload.buckets import Histogram, bounds
from gonogo.workload.result import Result

WIDTH, HEIGHT = 720, 400
_LEFT, _RIGHT = 64, 16
_PLOT = WIDTH - _LEFT - _RIGHT
_BARS = 64
_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #44504a } .title { font-weight: 600; fill: #1d2621 }
  .bar { fill: #4d7ea8 } .failed { fill: #b3372c }
  .axis { stroke: #9aa59f } .mark { stroke: #1d2621; stroke-dasharray: 3 3 }
"""


def render(result: Result) -> str:
    """Return the picture; of a run without requests, one that says so."""
    body = [*_distribution(result, top=40, height=140), *_course(result, top=240, height=110)]
    title = escape(str(result) + (f" (rehearsal: {result.rehearsal})" if result.rehearsal else ""))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">',
            f"<style>{_STYLE}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            _text(_LEFT, 22, title, "title"),
            *body,
            "</svg>",
        ]
    )


def bars(histogram: Histogram, count: int = _BARS) -> tuple[list[int], float, float]:
    """Return how many samples fall into each of `count` bars of equal ratio, and the ends of the whole in s."""
    if not histogram.total:
        return [], 0.0, 0.0
    least = max(histogram.at_rank(1)[0], 1e-5)
    most = max(histogram.at_rank(histogram.total)[1], least * 1.5)
    heights = [0] * count
    for bucket, samples in histogram.counts.items():
        middle = max(sum(bounds(bucket)) / 2, least)
        heights[min(count - 1, int(math.log(middle / least) / math.log(most / least) * count))] += samples
    return heights, least, most


def _distribution(result: Result, top: int, height: int) -> Iterator[str]:
    histogram = result.recording.histogram("intended")
    heights, least, most = bars(histogram)
    yield _text(_LEFT, top, "Latency from the intended start, of successful requests (logarithmic)")
    yield _axis(top + height)
    if not heights:
        yield _text(_LEFT + 8, top + height // 2, "no successful request")
        return
    yield from _columns(heights, top + 12, height - 12, "bar")
    for label, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        at = histogram.quantile(q)
        x = _LEFT + math.log(max(at, least) / least) / math.log(most / least) * _PLOT
        yield f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{top + 12}" y2="{top + height}"/>'
        y = top + height + {"p50": 16, "p95": 32, "p99": 16}[label]
        yield _text(round(x), y, f"{label} {show(at, 's')}", anchor="middle")


def _course(result: Result, top: int, height: int) -> Iterator[str]:
    timeline = result.recording.timeline
    yield _text(_LEFT, top, "Requests in each second, failed ones in red")
    yield _axis(top + height)
    if not timeline:
        return
    seconds = range(min(timeline), max(timeline) + 1)
    done = [timeline.get(second, [0, 0])[0] for second in seconds]
    failed = [timeline.get(second, [0, 0])[1] for second in seconds]
    highest = max(done)
    yield from _columns(done, top + 12, height - 12, "bar", highest)
    yield from _columns(failed, top + 12, height - 12, "failed", highest)
    yield _text(_LEFT - 6, top + 22, str(highest), anchor="end")
    yield _text(_LEFT, top + height + 16, f"{seconds[0]} s")
    yield _text(WIDTH - _RIGHT, top + height + 16, f"{seconds[-1] + 1} s", anchor="end")


def _columns(heights: Sequence[int], top: int, height: int, style: str, highest: int = 0) -> Iterator[str]:
    width, most = _PLOT / len(heights), max(highest, *heights, 1)
    for number, value in enumerate(heights):
        if value:
            tall = max(value / most * height, 1.0)
            x, y = _LEFT + number * width, top + height - tall
            size = f'width="{max(width - 1, 0.6):.1f}" height="{tall:.1f}"'
            yield f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" {size}/>'


def _axis(y: int) -> str:
    return f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'


def _text(x: int, y: int, text: str, style: str = "", anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'
