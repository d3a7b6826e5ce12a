"""What the pictures of a watch are drawn with: SVG as text, axes with ticks, and one set of colours."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 960
LEFT, RIGHT = 24, 24
COLOURS = {"candidate": "#c8591b", "baseline": "#3b6ea5", "captured": "#5d6a63"}
OUTCOMES = {"met": "#1b7a47", "missed": "#b3261e", "inconclusive": "#8f5f00", "unverified": "#6b3fa8"}
STYLE = """
  text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1d2621 }
  .quiet { fill: #5d6a63; font-size: 12px } .strong { font-weight: 600 } .head { font-size: 20px; font-weight: 650 }
  .section { font-size: 14px; font-weight: 650 } .chip { fill: #fff; font-weight: 700 }
  .axis { stroke: #b9c2bd; fill: none } .grid { stroke: #e8ecea } .limit { stroke: #1d2621; stroke-dasharray: 5 4 }
"""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot's place in the picture, and the values at its edges; `log_x` spaces the horizontal values by ratio."""

    x: float
    y: float
    width: float
    height: float
    left: float
    right: float
    bottom: float
    top: float
    log_x: bool = False

    def at(self, x: float, y: float) -> Point:
        """Return the place of a value; beyond an edge it lies on the edge."""
        return self.across(x), self.up(y)

    def across(self, x: float) -> float:
        """Return the horizontal place of a value."""
        one, low, high = (math.log(max(v, 1e-9)) if self.log_x else v for v in (x, self.left, self.right))
        return self.x + self.width * min(max((one - low) / ((high - low) or 1.0), 0.0), 1.0)

    def up(self, y: float) -> float:
        """Return the vertical place of a value."""
        share = (y - self.bottom) / ((self.top - self.bottom) or 1.0)
        return self.y + self.height * (1 - min(max(share, 0.0), 1.0))

    def base(self) -> str:
        """Return its lower edge."""
        return line((self.x, self.y + self.height), (self.x + self.width, self.y + self.height), "axis")

    def level(self, y: float, style: str) -> str:
        """Return a line across it at a value."""
        return line((self.x, self.up(y)), (self.x + self.width, self.up(y)), style)


def text(at: Point, words: str, style: str = "", anchor: str = "start", colour: str = "") -> str:
    """Return words at a place; `anchor` is start, middle or end."""
    fill = f' style="fill:{colour}"' if colour else ""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" class="{style}" text-anchor="{anchor}"{fill}>{escape(words)}</text>'


def line(start: Point, end: Point, style: str = "", colour: str = "", width: float = 1) -> str:
    """Return a straight line."""
    look = f' style="stroke:{colour};stroke-width:{width:g}"' if colour else ""
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    return f'<line {ends} class="{style}"{look}/>'


def curve(points: Iterable[Point], colour: str, width: float = 2) -> str:
    """Return a line through places."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    look = f'fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"'
    return f'<polyline points="{path}" {look}/>'


def area(points: Sequence[Point], floor: float, colour: str) -> str:
    """Return the area between a line and a floor, with the line on top."""
    if not points:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((points[0][0], floor), *points, (points[-1][0], floor)))
    return f'<polygon points="{path}" fill="{colour}" fill-opacity=".16"/>{curve(points, colour)}'


def dot(at: Point, colour: str) -> str:
    """Return a dot."""
    return f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="4.5" fill="{colour}" stroke="#fff" stroke-width="1.5"/>'


def chip(at: Point, words: str, colour: str) -> Iterator[str]:
    """Yield words on a coloured ground; `at` is its upper left corner."""
    width = chip_width(words)
    yield f'<rect x="{at[0]:.1f}" y="{at[1]:.1f}" width="{width:.0f}" height="22" rx="5" fill="{colour}"/>'
    yield text((at[0] + width / 2, at[1] + 15.5), words, "chip", "middle")


def chip_width(words: str) -> float:
    """Return how wide the ground of words is."""
    return 8.6 * len(words) + 20


def wrapped(words: str, characters: int, most: int) -> list[str]:
    """Return words in at most `most` lines of about so many characters; what is cut off ends with dots."""
    lines, rest = [""], words.split()
    for word in rest:
        if len(lines[-1]) + len(word) + 1 > characters and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][: characters - 1] + "…"]


def ticks(least: float, most: float, about: int = 5) -> list[float]:
    """Return round values between two ends."""
    if not most > least:
        return [least]
    raw = (most - least) / about
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw)
    first = math.ceil(least / step - 1e-9)
    return [round(n * step, 12) for n in range(first, math.floor(most / step + 1e-9) + 1)]


def ratio_ticks(least: float, most: float) -> list[float]:
    """Return round values between two ends, spaced by ratio, for an axis that is about that long."""
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    steps = (1, 1.5, 2, 3, 4, 5, 6, 8) if most < 6 * least else (1, 2, 5)
    values = [round(step * 10**power, 12) for power in range(low, high + 1) for step in steps]
    return [value for value in values if least <= value <= most]
