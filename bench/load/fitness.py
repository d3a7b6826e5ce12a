"""(f) Whether the generator's own health is told rightly, on runs that were made healthy or saturated."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.load import cores, generator, servers
from bench.load.cases import HEALTHY, SATURATED, Case
from bench.load.effort import Effort, say
from bench.load.goals import Goal, Line
from bench.load.servers import Server
from gonogo.outcome import Outcome
from gonogo.workload.health import Condition

ENOUGH = 10
"""Undisturbed runs of either kind."""
_ATTEMPTS = 2


@dataclass(frozen=True)
class Told:
    """What the health rule said of a run, and whether others disturbed it, which makes a healthy one another run."""

    case: Case
    condition: Condition
    disturbed: bool = False


def measure(effort: Effort) -> list[Line]:
    """Run all cases, one after the other."""
    healthy, saturated = HEALTHY[: effort.cases], SATURATED[: effort.cases]
    with servers.ours() as ours, servers.fastest() as fastest:
        told: list[Told] = []
        for case in healthy + saturated:
            say(f"f: {len(told) + 1} of {len(healthy + saturated)}: {case.name}")
            told.append(_told(case, ours if case.path else fastest, effort.fitness_s))
    return lines(told[: len(healthy)], told[len(healthy) :])


def lines(healthy: Sequence[Told], saturated: Sequence[Told]) -> list[Line]:
    """Return how many runs were told wrongly, and which; a saturated one has to be called saturated."""
    made = [one for one in healthy if not one.disturbed]
    unfit = [one for one in made if not one.condition.fit]
    missed = [one for one in saturated if not called_saturated(one.condition)]
    return [
        _line("healthy runs called unfit", healthy, made, unfit),
        _line("saturated runs not called so", saturated, saturated, missed),
    ]


def called_saturated(condition: Condition) -> bool:
    """Return whether a generator is called saturated, or was so badly so that it recorded nothing."""
    nothing = condition.outcome is Outcome.UNVERIFIED and "recorded no request" in condition.reason
    return nothing or (condition.outcome is Outcome.INCONCLUSIVE and "was saturated" in condition.reason)


def _line(what: str, all_of_them: Sequence[Told], made: Sequence[Told], wrong: Sequence[Told]) -> Line:
    names = "; ".join(f"{one.case.name} ({one.condition.reason or 'called fit'})" for one in wrong)
    beside = f"of {len(made)}" + (
        f"; {len(all_of_them) - len(made)} more were disturbed" if made != all_of_them else ""
    )
    beside += f": {names}" if names else ""
    return Line("f", what, len(wrong), "", Goal("<=", 0), beside, digits=0, settled=len(made) >= ENOUGH)


def _told(case: Case, server: Server, seconds: float) -> Told:
    """Run a case; a healthy one again while others disturb it."""
    for _ in range(_ATTEMPTS):
        others = cores.Others(cores.GENERATOR)
        condition = _condition(case, server, seconds)
        disturbed = case in HEALTHY and others.disturbed()
        if not disturbed:
            break
    return Told(case, condition, disturbed)


def _condition(case: Case, server: Server, seconds: float) -> Condition:
    with case.hindrance():
        found = generator.attempt(
            server.url, case.users, case.rate, seconds, case.path or "/", case.locustfile,
            warmup_s=0.5, deadline_s=case.deadline_s, grace_s=0.2, **case.more,
        )  # fmt: skip
    return found.health()
