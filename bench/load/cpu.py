"""(c) CPU time a request, in a closed loop of 50 users: our lean client beside FastHttpUser, and wrk."""

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

USERS = 50
_MORE_THAN_IT_CAN = 100_000
"""Starts a second: so many that no user ever waits for one, which makes open arrivals a closed loop."""


@dataclass(frozen=True)
class Round:
    """CPU time a request in us, of each generator; wrk's is None where it is not installed."""

    fast: float
    fires: float
    flush: float
    wrk: float | None


def measure(effort: Effort) -> list[Line]:
    """Run all generators in turn, round by round."""
    with servers.fastest() as server:
        rounds = []
        for number in range(effort.cpu_rounds):
            say(f"c: CPU a request at {server.name}, round {number + 1} of {effort.cpu_rounds}")
            rounds.append(_round(server.url, effort.cpu_s))
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
    return found


def _wrk(ours: Sequence[float], rounds: Sequence[Round]) -> str:
    pairs = [(mine, one.wrk) for mine, one in zip(ours, rounds, strict=True) if one.wrk]
    if not pairs:
        return "; wrk is not installed"
    return f", wrk {median(wrk for _, wrk in pairs):.1f} us ({median(mine / wrk for mine, wrk in pairs):.1f} x wrk)"


def _round(url: str, seconds: float) -> Round:
    return Round(
        generator.plain(url, USERS, seconds).cpu_us,
        _lean(url, seconds, "heard.py"),
        _lean(url, seconds, "lean.py"),
        _wrk_us(url, seconds),
    )


def _lean(url: str, seconds: float, locustfile: str) -> float:
    """Return our CPU time a request in us; what is still waiting at the end is given up."""
    found = generator.gate(url, USERS, _MORE_THAN_IT_CAN, seconds, locustfile=locustfile, deadline_s=0.1, grace_s=0.1)
    vitals = found.recording.processes["0"]
    return 1e6 * vitals.cpu_s / vitals.in_window


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
