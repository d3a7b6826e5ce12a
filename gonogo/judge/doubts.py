"""What forbids to call a canary met, and what forbids to judge it at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log

from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.multinomial import log_e_value
from gonogo.judge.pair import Pair, Placebo
from gonogo.judge.strata import Strata
from gonogo.judge.wiring import Wiring
from gonogo.units import show


@dataclass(frozen=True, slots=True)
class Doubts:
    """Looks at everything that was counted beside the evidence itself."""

    settings: CanarySettings
    requests: Mapping[str, int]
    strata: Strata
    pair: Pair
    placebo: Placebo
    wiring: Wiring

    def void(self) -> Iterator[str]:
        """Yield why the comparison says nothing, neither for the candidate nor against it."""
        if self.wiring.one_source:
            found = f"{self.wiring.same} of {self.wiring.seen} requests of the candidate"
            yield f"{found} are also the baseline's: both arms come from one source"
        if self.placebo.tripped:
            yield "the placebo tripped: two baselines were found to differ, so a candidate that differs shows nothing"
        if self._split_is_off():
            yield f"the traffic was not split as planned: {self._split()}"

    def unmet(self) -> Iterator[str]:
        """Yield why the candidate cannot be met as it stands."""
        missing = [arm for arm in ("candidate", "baseline") if not self.requests[arm]]
        if missing:
            yield f"no requests of {' and '.join(missing)}"
        if self.strata.unusable:
            yield f"{self.strata.unusable} requests have no finite, non-negative time and latency"
        for arm, late in self.strata.late.items():
            if late > self.settings.max_late * (self.requests[arm] + late):
                yield f"{late} requests of the {arm}, beside {self.requests[arm]}, came when their stratum was over"
        strata = self.pair.used + self.pair.skipped
        if self.pair.skipped > self.settings.max_skipped * strata:
            yield f"{self.pair.skipped} of {strata} strata hold no requests of one arm"

    def _split_is_off(self) -> bool:
        share, counts = self.settings.share, [self.requests["candidate"], self.requests["baseline"]]
        if share is None or not sum(counts) or abs(counts[0] / sum(counts) - share) <= self.settings.share_tolerance:
            return False
        evidence = log_e_value(counts, [share, 1 - share], self.settings.share_tolerance)
        return evidence >= -log(self.settings.share_alpha)

    def _split(self) -> str:
        candidate, total = self.requests["candidate"], self.requests["candidate"] + self.requests["baseline"]
        planned = show(self.settings.share, "ratio")
        return f"the candidate got {show(candidate / total, 'ratio')} of {total} requests, planned {planned}"
