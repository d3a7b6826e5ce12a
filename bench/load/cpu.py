"""(c) CPU time a request of 50 users: our lean client beside FastHttpUser and wrk, in a closed loop and at 4,000/s."""

import re
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.contender import BenchError
from bench.load import cores, generator, servers
from bench.load.effort import Effort, say
from bench.load.goals import Goal, Line
from gonogo.workload.figures import Vitals

USERS = 50
SLOW = 4000
_MORE_THAN_ANY_CAN = 100_000
_MORE_THAN_IT_CAN = 1.25
"""Times what it can: so many starts a second that no user waits for one, which makes open arrivals a closed loop."""


@dataclass(frozen=True)
class Round:
    """CPU time a request in us, of each generator; wrk's is None where it is not installed.

    `slow_` are those at 4,000 requests/s, where waking up costs more than the request.
    """

    fast: float
    fires: float
    flush: float
    wrk: float | None
    slow_fast: float
    slow_lean: float


def measure(effort: Effort) -> list[Line]:
    """Run all generators in turn, round by round."""
    with servers.fastest() as server:
        rounds = []
        say(f"c: how much our generator can do at {server.name}")
        rate = _MORE_THAN_IT_CAN * _rate(_lean(server.url, effort.cpu_s, "lean.py", _MORE_THAN_ANY_CAN))
        for number in range(effort.cpu_rounds):
            say(f"c: CPU a request at {server.name}, round {number + 1} of {effort.cpu_rounds}")
            rounds.append(_round(server.url, effort.cpu_s, rate))
    return lines(rounds)


def lines(rounds: Sequence[Round]) -> list[Line]:
    """Return the medians of the rounds' ratios: those of a round ran within seconds of each other."""
    fast = f"FastHttpUser {median(one.fast for one in rounds):.0f} us"
    said = [("with an event for each request", "fires", 0.25), ("with a flush a second", "flush", 0.17)]
    found = []
    for what, name, most in said:
        ours = [float(getattr(one, name)) for one in rounds]
        ratio = median(mine / one.fast for mine, one in zip(ours, rounds, strict=True))
        beside = f"{median(ours):.1f} us, {fast}{_wrk(ours, rounds)}"
        found.append(Line("c", f"CPU a request beside FastHttpUser, {what}", ratio, "", Goal("<=", most), beside))
    fast_us, lean_us = (median(getattr(one, name) for one in rounds) for name in ("slow_fast", "slow_lean"))
    ratio = median(one.slow_lean / one.slow_fast for one in rounds)
    said_slow = f"{lean_us:.1f} us, FastHttpUser {fast_us:.0f} us"
    return [*found, Line("c", "the same at 4,000 requests/s, with a flush a second", ratio, beside=said_slow)]


def _wrk(ours: Sequence[float], rounds: Sequence[Round]) -> str:
    pairs = [(mine, one.wrk) for mine, one in zip(ours, rounds, strict=True) if one.wrk]
    if not pairs:
        return "; wrk is not installed"
    return f", wrk {median(wrk for _, wrk in pairs):.1f} us ({median(mine / wrk for mine, wrk in pairs):.1f} x wrk)"


def _round(url: str, seconds: float, rate: float) -> Round:
    return Round(
        generator.plain(url, USERS, seconds).cpu_us,
        _us(_lean(url, seconds, "heard.py", rate)),
        _us(_lean(url, seconds, "lean.py", rate)),
        _wrk_us(url, seconds),
        generator.plain(url, USERS, seconds, per_s=SLOW / USERS).cpu_us,
        _us(_lean(url, seconds, "lean.py", SLOW)),
    )


def _lean(url: str, seconds: float, locustfile: str, rate: float) -> Vitals:
    """Run our generator, and return how it was; what still waits at the end is given up."""
    found = generator.gate(url, USERS, rate, seconds, locustfile=locustfile, deadline_s=0.1, grace_s=0.1)
    return found.recording.processes["0"]


def _us(vitals: Vitals) -> float:
    """Return the CPU time a request in us."""
    return 1e6 * vitals.cpu_s / vitals.in_window


def _rate(vitals: Vitals) -> float:
    """Return how many requests a second were done."""
    return vitals.in_window / vitals.window_s


def _wrk_us(url: str, seconds: float) -> float | None:
    """Return wrk's CPU time a request in us."""
    program = shutil.which("wrk")
    if program is None:
        return None
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with cores.on(cores.GENERATOR):
        command = [program, "-t1", f"-c{USERS}", f"-d{max(1, round(seconds))}s", url]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    requests = re.search(r"(\d+) requests in", said)
    if requests is None:
        raise BenchError(f"wrk did not say how many requests it sent: {said[-300:]}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1e6 * used / int(requests.group(1))
