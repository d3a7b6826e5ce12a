"""How long each part measures: in full, or for a first look."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Times in s.

    Attributes:
        periods: Stalls of (a). `simulations`: runs of (b) for each true p95.
        cpu_rounds, cpu_s: Rounds of (c), and how long each generator runs.
        crowd_rounds, crowd_s: Rounds of (d), and how long each rate runs.
        counts_s, fitness_s: How long each run of (e) and (f) sends. `cases`: runs of either kind in (f).
    """

    periods: int = 3
    simulations: int = 2000
    cpu_rounds: int = 5
    cpu_s: float = 2.0
    crowd_rounds: int = 3
    crowd_s: float = 4.0
    counts_s: float = 3.0
    fitness_s: float = 2.0
    cases: int = 13


FULL = Effort()
QUICK = Effort(
    periods=1,
    simulations=1000,
    cpu_rounds=1,
    cpu_s=1.5,
    crowd_rounds=1,
    crowd_s=2.0,
    counts_s=1.0,
    fitness_s=1.0,
    cases=10,
)


def say(text: str) -> None:
    """Show progress: a line that renews itself on a terminal, plain lines elsewhere."""
    start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
    print(f"{start}{text:78}", end=end, file=sys.stderr, flush=True)
