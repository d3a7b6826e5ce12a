"""The rollout as it can be seen: the processes, who answers through the balancer, the recorded traffic, the drills."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gonogo import units
from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Missed
from gonogo.probes.git import Commit
from gonogo.probes.metrics import Rate
from gonogo.probes.reply import Reply
from gonogo.probes.traffic import Spread
from gonogo.target import Target
from systems.mes_sql import reading, stores
from systems.mes_sql.balancing import WAYS, Balancer
from systems.mes_sql.build import KEYS, Build
from systems.papers import Papers

GREEN = "burkol-api-green"
_TIMED = re.compile(r"^\W?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_POLL_S = 0.05


@dataclass(frozen=True)
class Recorded:
    """Green's traffic on record: how much failed, how long each took (s), the time covered and the longest gap (s)."""

    failed: Rate
    seconds: list[float]
    covered_s: float
    longest_gap_s: float


@dataclass(frozen=True)
class Revert:
    """A revert that was deployed: the commits after it, the one before it, since when green runs, before and after."""

    commits: Sequence[Commit]
    reverted: Commit
    started_before: str
    started_after: str


def processes(build: Build) -> dict[str, str]:
    """Return what the process manager says of each process, by its name."""
    lines = build.command("pm2", "list").require().stdout.splitlines()
    return {line.split()[0]: line for line in lines if line.strip()}


def of_colour(build: Build, colour: str) -> Target:
    """Return the instance of a colour."""
    return {"blue": build.blue, "green": build.green}[colour]


def sent(build: Build, n: int) -> Spread:
    """Send `n` requests to the balancer, each over a connection of its own, and count who answered."""
    return build.balancer.spread(build.balancer.path("health"), n)


def recorded(build: Build) -> Recorded:
    """Return the traffic of green on record.

    Raises:
        Inconclusive: If there is none.
    """
    failed = build.green.rate("failed requests of green")
    seconds = [float(row["seconds"]) for row in build.green.query("durations of green")]
    (coverage,) = build.green.query("coverage of the traffic of green")
    if coverage["seconds"] is None:
        raise Inconclusive("no request of green is on record; record the traffic, or begin the rollout first")
    return Recorded(failed, seconds, float(coverage["seconds"]), float(coverage["longest_gap"]))


def reads_of_former_store(build: Build) -> Measurement:
    """Read every list and a plan through the balancer, and return how often the former store was read meanwhile."""
    balancer, before = build.balancer, int(stores.counters(build)["reads"])
    for name in KEYS:
        balancer.http.get(balancer.path(name)).require(200)
    balancer.http.get(balancer.path("plan", id=reading.with_nodes(build))).require(200)
    found = int(stores.counters(build)["reads"]) - before
    return Measurement("reads of the former store", found, "count", samples=len(KEYS) + 1, source="http")


def send_back(build: Build, balancer: Balancer, way: str) -> float:
    """Send all traffic to blue, with green "marked down" or "left out"; return the seconds until blue answers.

    Raises:
        Missed: If blue does not answer within a minute.
    """
    started = time.monotonic()
    balancer.set(blue="100", green=WAYS[way])
    while time.monotonic() < started + 60:
        if _answers_as(build) == "blue":
            return time.monotonic() - started
        time.sleep(_POLL_S)
    raise Missed("a minute after the switch blue does not answer through the balancer; reload the balancer by hand")


def time_limit(papers: Papers) -> timedelta:
    """Return within which time the rollback plan wants all traffic back.

    Raises:
        Missed: If it gives none.
    """
    plan = papers.read("rollback plan")
    try:
        return units.duration(plan.value("Time limit") or "")
    except ValueError as error:
        raise Missed(f"{plan.file}: the time limit is no duration ({error}); agree on one and enter it") from None


def last_lines(build: Build, n: int) -> list[str]:
    """Return the last lines of green's log, as the process manager gives them."""
    return build.command("pm2", "logs", GREEN, "--lines", str(n)).require().stdout.splitlines()


def timed_lines(lines: Sequence[str]) -> int:
    """Return how many of the lines begin with a time."""
    return sum(_TIMED.match(line) is not None for line in lines)


def revert(build: Build) -> Revert:
    """Revert the last commit of the checkout, restart green, and return what came of it."""
    before, started = build.green.folder("repository").commits(), build.instance(build.green).started
    build.command("deploy", "--revert").require()
    after = build.green.folder("repository").commits()
    return Revert(after, before[0], started, build.instance(build.green).started)


def moved_in_steps(build: Build, balancer: Balancer, shares: Sequence[float], n: int) -> dict[float, Spread]:
    """Move traffic to green step by step, and return who answered `n` requests after each."""
    found = {}
    for share in shares:
        balancer.set(blue="out" if share == 1 else str(round(100 * (1 - share))), green=str(round(100 * share)))
        found[share] = sent(build, n)
    return found


def _answers_as(build: Build) -> str:
    build.balancer.http.renew()
    reply: Reply = build.balancer.http.get(build.balancer.path("health"))
    return reply.headers.get("x-colour", "")
