"""`python -m bench.judge`: simulates canaries under several rules and exits 1 where our judge misses a goal."""

import argparse
import os
import sys
from multiprocessing import get_context
from time import monotonic

from bench.judge.cases import ALPHA, CASES, Case
from bench.judge.rollout import Ended, run
from bench.judge.table import table

_NOTES = """\
A healthy row says in how many rollouts a rule raised a false alarm; any other row its median delay, and in how many
rollouts it raised none. "met at the end" is our judge's answer after 30 minutes. A goal on false alarms is reached when
their count is one that a true rate of alpha (2 alpha for noise of each arm's own) would exceed in 1 of 1,000 runs.
The goal for errors is 1.25 log(1/alpha)/KL, that of minute 10 is 1.5 times the delay from minute 0; goals are rounded
up to the next look, since an answer can only come at one.
+5 % is what our judge tolerates: it is meant to go through."""


def main() -> int:
    """Simulate and print; 0 if every goal is reached, 1 if one is missed."""
    options = _options()
    tasks = [
        (options.seed, index, number)
        for index, case in enumerate(CASES)
        for number in range(_rollouts(case, options.rollouts))
    ]
    ended = _simulate(tasks, options.processes)
    text, reached = table(ended)
    print(file=sys.stderr)
    print(f"alpha {ALPHA:g} for each of two questions, looked at every 10 s; 30 minutes, 50 requests/s, 10 % to the")
    print(f"candidate; seed {options.seed}, {len(tasks)} rollouts\n\n{text}\n\n{_NOTES}")
    return 0 if reached else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.judge", description=__doc__)
    parser.add_argument("--rollouts", type=int, default=300, help="healthy rollouts a case (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same table (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="default: all cores (%(default)s)")
    parser.add_argument("--quick", action="store_const", const=50, dest="rollouts", help="50 rollouts: a first look")
    return parser.parse_args()


def _rollouts(case: Case, healthy: int) -> int:
    """Return how many rollouts a case gets: a median needs fewer than a rare event."""
    return healthy if case.healthy else max(25, min(200, healthy // 2))


def _simulate(tasks: list[tuple[int, int, int]], processes: int) -> list[Ended]:
    """Run all tasks, in processes, with a line of progress where someone watches."""
    began, ended = monotonic(), []
    with get_context("spawn").Pool(processes) as pool:
        for end in pool.imap(run, tasks, chunksize=5):
            ended.append(end)
            if len(ended) % 25 == 0 or len(ended) == len(tasks):
                _progress(f"{len(ended)} of {len(tasks)} rollouts, {monotonic() - began:.0f} s, {CASES[end.case].name}")
    return ended


def _progress(line: str) -> None:
    start, end = ("\r", "") if sys.stderr.isatty() else ("", "\n")
    print(f"{start}{line:70}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
