"""`python -m bench.load`: measures the load gate beside others and exits 1 where a goal is missed."""

import argparse
import sys
from collections.abc import Callable
from time import monotonic

from bench.contender import BenchError
from bench.load import counts, cpu, crowd, fitness, rounding, stall
from bench.load.cores import COUNT, Others
from bench.load.effort import FULL, QUICK, Effort, say
from bench.load.goals import Line, all_reached, table
from gonogo.process import interrupt_on_signals

PARTS: dict[str, Callable[[Effort], list[Line]]] = {
    "a": stall.measure,
    "b": rounding.measure,
    "c": cpu.measure,
    "d": crowd.measure,
    "e": counts.measure,
    "f": fitness.measure,
}
_NOTES = """\
a: from the intended start, 200 requests/s; beside it locust's own report (FastHttpUser, constant_throughput).
b: lognormal (sd of the logarithm 0.5), p95 <= 200 ms. Judged with an interval, a bucket counts with its worse end: so
   met or missed can become inconclusive, and nothing else; any other difference would be bolder than the array.
c: 50 users, medians of the rounds' ratios; a closed loop, but for the last line.
d: medians of the differences; the probe counts from its own sending.
f: a saturated run has to be called saturated, a healthy one fit; a slow, a stalling and a busy server are healthy.
d and f are unsettled where others used more than 2 % of the generator's core (`chrt -r 1` keeps it free)."""


def main() -> int:
    """Measure and print; 0 if all goals are reached, 1 if one is missed, 2 if something could not be measured."""
    options = _options()
    interrupt_on_signals()
    began, used, lines, failures = monotonic(), list[str](), list[Line](), list[str]()
    for part in options.only:
        others = Others()
        try:
            lines += PARTS[part](QUICK if options.quick else FULL)
        except BenchError as error:
            failures.append(f"{part}: {error}")
        if (share := others.share()) is not None:
            used.append(f"{part} {100 * share:.0f} %")
    say("")
    look = "; a first look" if options.quick else ""
    print(f"{COUNT} cores, {monotonic() - began:.0f} s{look}\n\n{table(lines)}\n\n{_NOTES}")
    if used:
        print(f"Of all cores others used meanwhile: {', '.join(used)}.")
    for failure in failures:
        print(failure, file=sys.stderr)
    unsettled = not all(line.settled for line in lines)
    return 2 if failures or unsettled else 0 if all_reached(lines) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a first look, in about 3 minutes")
    parser.add_argument("--only", type=_parts, default=list(PARTS), help="parts to measure, such as a,c (default: all)")
    return parser.parse_args()


def _parts(text: str) -> list[str]:
    """Read parts; raises what argparse shows."""
    parts = [part.strip() for part in text.split(",")]
    if strange := [part for part in parts if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part {', '.join(map(repr, strange))}; there are {', '.join(PARTS)}")
    return parts


if __name__ == "__main__":
    sys.exit(main())
