"""The picture of a watch, as one SVG: the decision in words, each question's evidence, both arms, and the traffic."""

import math
from collections.abc import Iterator
from html import escape

from gonogo.measurement import Judgement
from gonogo.outcome import Decision, Outcome, decide
from gonogo.units import show
from gonogo.watching.drawing import LEFT, OUTCOMES, RIGHT, STYLE, WIDTH, chip, chip_width, line, text, wrapped
from gonogo.watching.latency_panel import distribution
from gonogo.watching.observation import Observation
from gonogo.watching.time_panels import evidence, traffic

_HEAD, _ROW, _DISTRIBUTION, _TRAFFIC, _GAP = 136, 128, 264, 266, 44
_DECISIONS = {Decision.GO: "met", Decision.NO_GO: "missed", Decision.HOLD: "inconclusive"}


def render(observation: Observation) -> str:
    """Return the picture."""
    rows = len(observation.answers)
    first = _HEAD + 26
    below = first + rows * _ROW + _GAP
    height = below + _DISTRIBUTION + _GAP + _TRAFFIC
    body = [
        *_head(observation),
        *(part for number in range(rows) for part in _question(observation, number, first + number * _ROW)),
        *distribution(observation, below, _DISTRIBUTION),
        *traffic(observation, below + _DISTRIBUTION + _GAP, _TRAFFIC),
    ]
    title = f"{decision(observation)}: {observation.header.candidate} beside {observation.header.baseline}"
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([opening, f"<style>{STYLE}</style>", ground, *body, "</svg>"])


def decision(observation: Observation) -> Decision:
    """Return what these questions alone would decide."""
    return decide(one.outcome for one in observation.answers)


def _head(observation: Observation) -> Iterator[str]:
    header, found = observation.header, decision(observation)
    yield from chip((LEFT, 22), str(found), OUTCOMES[_DECISIONS[found]])
    yield text((LEFT + chip_width(found) + 14, 40), f"{header.candidate} beside {header.baseline}", "head")
    whole = observation.requests()
    seen = f"{show(observation.at_s, 's')} of {show(header.duration_s, 's')}, {observation.ended}"
    counts = f"{show(len(whole.candidate), 'count')} and {show(len(whole.baseline), 'count')} requests"
    yield text((LEFT, 70), wrapped(_because(observation), 130, 1)[0], "strong", colour=OUTCOMES[_DECISIONS[found]])
    yield text((LEFT, 92), wrapped(f"{seen}; {counts} by {header.source}: {header.query}", 140, 1)[0])
    rehearsal = f"A rehearsal: {header.rehearsal}. " if header.rehearsal else ""
    for number, words in enumerate(wrapped(rehearsal + header.limits, 150, 2)):
        yield text((LEFT, 112 + 16 * number), words, "quiet")
    yield from _keys(_HEAD + 18)


def _because(observation: Observation) -> str:
    """Return what the decision rests on."""
    asked = list(zip(observation.header.questions, observation.answers, strict=True))
    missed = [str(question) for question, answer in asked if answer.outcome is Outcome.MISSED]
    unsettled = [str(question) for question, answer in asked if not answer.met]
    if missed:
        return f"Missed: {'; '.join(missed)}"
    return f"Not decided: {'; '.join(unsettled)}" if unsettled else f"Shown: {'; '.join(str(one) for one, _ in asked)}"


def _keys(y: float) -> Iterator[str]:
    x = 470
    for words, outcome in (("evidence that it is worse", "missed"), ("evidence that it is within", "met")):
        yield line((x, y - 4), (x + 18, y - 4), colour=OUTCOMES[outcome], width=2.5)
        yield text((x + 24, y), words, "quiet")
        x += 190
    yield text((LEFT, y), "What was asked, and what came of it", "section")


def _question(observation: Observation, number: int, y: float) -> Iterator[str]:
    question, judged = observation.header.questions[number], observation.answers[number]
    yield line((LEFT, y), (WIDTH - RIGHT, y), "grid")
    yield from chip((LEFT, y + 12), str(judged.outcome), OUTCOMES[str(judged.outcome)])
    words = [
        *((one, "strong") for one in wrapped(str(question), 56, 2)),
        *((one, "") for one in _told(observation, number)),
    ]
    for place, (one, style) in enumerate(words[:5]):
        yield text((LEFT, y + 52 + 17 * place), one, style)
    yield from evidence(observation, number, y, _ROW)


def _told(observation: Observation, number: int) -> list[str]:
    judged = observation.answers[number]
    more = ""
    if judged.outcome is Outcome.INCONCLUSIVE:
        more = observation.doubts.about(number) or judged.reason.rpartition("; ")[2].partition(" (rehearsal")[0]
    return wrapped("; ".join(part for part in (_measured(judged), more) if part), 58, 3)


def _measured(judged: Judgement) -> str:
    """Return what was measured, beside what was demanded."""
    one = judged.measurement
    if one.value is None:
        return judged.reason
    ends = f" ({show(one.low, one.unit)} to {_end(one.high, one.unit)})" if one.low is not None else ""
    value = f"{one.value:.3g} {one.unit}" if one.unit == "times" else show(one.value, one.unit)
    return f"{one.subject}: {value}{ends}, required {judged.limit}"


def _end(high: float | None, unit: str) -> str:
    return show(high, unit) if high is not None and math.isfinite(high) else "no end yet"
