"""What the prober's pairs are worth: how late it was itself, and what its requests met. Pure but for its counters."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from gonogo.units import show
from gonogo.watching.line import NO_ANSWER, Answer
from gonogo.watching.prober import Sent

Arm = Literal["candidate", "baseline"]

LATE_P98_S, LATE_MEDIAN_S = 0.010, 0.002
"""A prober that wakes later than this shares its core, and lends both arms the same noise: differences look smaller."""
LATE_OF_LATENCY = 0.05
"""The median may also be no more than this part of the baseline's median latency."""
FEW = 100
"""Fewer wake-ups tell nothing."""
_LEAST_ALLOWED_S = 0.0003
GIVEN_UP = 0.01
UNUSABLE = 0.001
UNREACHABLE = 0.05
REFUSALS = (401, 403, 429)


class Health:
    """Sorts pairs into usable and not, and says what is doubtful about all of them together.

    Attributes:
        pairs: All that were sent.
        unreachable: Pairs of which neither arm could be reached: it is the way there that failed, not the release.
    """

    def __init__(self, told_by: str | None = None, required: Mapping[Arm, str] = MappingProxyType({})) -> None:
        self._told_by, self._required = told_by, required
        self._late: list[float] = []
        self._baseline: list[float] = []
        self._told: dict[Arm, set[str]] = {"candidate": set(), "baseline": set()}
        self._unusable: Counter[str] = Counter()
        self.pairs, self.unreachable = 0, 0

    def usable(self, sent: Iterable[Sent]) -> list[Sent]:
        """Return the pairs that say something about the arms, and count the others by what they met."""
        return [one for one in sent if self._look_at(one)]

    def _look_at(self, one: Sent) -> bool:
        self.pairs += 1
        if one.late_s is not None:
            self._late.append(one.late_s)
        for arm, answer in _by_arm(one):
            if answer.status != NO_ANSWER:
                self._told[arm].add(answer.told)
        if not one.candidate.connected and not one.baseline.connected:
            self.unreachable += 1
            return False
        if why := unusable(one):
            self._unusable[why] += 1
            return False
        self._baseline.append(one.baseline.latency_s)
        return True

    def void(self) -> Iterator[str]:
        """Yield why nothing can be concluded."""
        yield from self._misled() if self._told_by else ()
        if sum(self._unusable.values()) > UNUSABLE * self.pairs:
            most = ", ".join(f"{count} times {why}" for why, count in self._unusable.most_common(3))
            yield f"of {self.pairs} pairs some say nothing: {most}"

    def unmet(self, given_up: int) -> Iterator[str]:
        """Yield why the candidate cannot be met; `given_up` slots found no lane."""
        if self.unreachable > UNREACHABLE * self.pairs:
            yield f"of {self.pairs} pairs, neither arm could be reached by {self.unreachable}"
        if given_up > GIVEN_UP * (self.pairs + given_up):
            yield (
                f"{given_up} of {self.pairs + given_up} pairs were never sent, since all lanes waited for answers; "
                "give more lanes, or fewer pairs a second"
            )

    def _misled(self) -> Iterator[str]:
        both = self._told["candidate"] & self._told["baseline"]
        if both:
            yield f"both arms gave {self._told_by}: {', '.join(sorted(both)[:3]) or 'nothing'}; they are not told apart"
        for arm, required in self._required.items():
            others = sorted(self._told[arm] - {required})
            if others:
                yield f"the {arm} gave {self._told_by}: {', '.join(others[:3]) or 'nothing'}, required {required}"

    def sick(self) -> str:
        """Return how late the prober itself was; "" if it was fit."""
        if len(self._late) < FEW:
            return ""
        median, p98 = (float(x) for x in np.quantile(self._late, (0.5, 0.98)))
        least = LATE_OF_LATENCY * float(np.median(self._baseline)) if self._baseline else LATE_MEDIAN_S
        allowed = min(LATE_MEDIAN_S, max(least, _LEAST_ALLOWED_S))
        if median <= allowed and p98 <= LATE_P98_S:
            return ""
        return (
            f"the prober itself was late: median {show(median, 's')}, p98 {show(p98, 's')}, allowed "
            f"{show(allowed, 's')} and {show(LATE_P98_S, 's')}; give it a core of its own"
        )


def unusable(one: Sent) -> str:
    """Return why a pair says nothing about the arms; "" if it does.

    A refusal, or what the baseline does not know, measures no service. What only the candidate does not know is its
    failure.
    """
    for arm, answer in _by_arm(one):
        if answer.status in REFUSALS:
            return f"{arm} answered {answer.status} (token, rights or throttling) to {one.slot.operation!r}"
    if 300 <= one.baseline.status < 500:
        return f"baseline answered {one.baseline.status} to {one.slot.operation!r}; probe only what both releases serve"
    return ""


def _by_arm(one: Sent) -> tuple[tuple[Arm, Answer], tuple[Arm, Answer]]:
    return ("candidate", one.candidate), ("baseline", one.baseline)


def failed(answer: Answer) -> bool:
    """Return whether an answer is a failure: none that is whole, or any status but 2xx."""
    return answer.status == NO_ANSWER or not 200 <= answer.status < 300
