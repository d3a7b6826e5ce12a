"""The suite's own paired traffic as a source: the same GET to both arms, back to back, in random order."""

import math
import time
from collections.abc import Container, Iterable

import numpy as np

from gonogo.budget import Demand
from gonogo.guard import Guard, GuardRefused
from gonogo.judge.strata import Batch
from gonogo.outcome import Missed, Unverified
from gonogo.probes import RUN_HEADER, USER_AGENT
from gonogo.settings import BudgetSettings
from gonogo.target import Target
from gonogo.watch_settings import ProbesSettings
from gonogo.watching.arms import Arms, Pair, kept
from gonogo.watching.health import REFUSALS, Health, failed
from gonogo.watching.line import Answer, Line
from gonogo.watching.prober import Prober, Sent
from gonogo.watching.questions import Quantile, Question, Slower, SlowerThanCaptured, Split
from gonogo.watching.record import Doubts
from gonogo.watching.schedule import Schedule

_FIRST_TRIES, _PAUSE_S = 3, 0.5
_LEAST_PAIRS = 25
"""A stratum must hold about this many pairs."""
_ABORT_PAIRS = 20
_LEAST_LANES = 4


class Probes:
    """Asks both arms in pairs; see `gonogo.watching.source.Source`."""

    name = "probes"
    limits = (
        "These are the suite's own requests, not users': they show how both arms serve the same reads under the load "
        "there is, and tell nothing of other requests, of writes, or of how traffic is split."
    )
    whole = ""
    share: float | None = None

    def __init__(
        self, settings: ProbesSettings, candidate: Target, baseline: Target, guard: Guard, run: str, seed: int
    ) -> None:
        self._settings, self._arms, self._guard, self._seed = settings, (candidate, baseline), guard, seed
        self._headers = {"User-Agent": USER_AGENT, RUN_HEADER: run}
        names = ", ".join(settings.operations)
        self.query = f"{settings.pairs_per_s:g} pairs a second of {names}"
        self.stratum_s = _LEAST_PAIRS / settings.pairs_per_s
        self.tail_s = 2 * max(one.settings.deadline_s for one in self._arms) + 1.0
        self._health, self._stopped = Health(settings.told_by, settings.told), ""
        self._prober: Prober | None = None

    def refusal(self, question: Question) -> str:
        if isinstance(question, Split):
            return "probes ask each arm by itself, and see no split; take prometheus or access_log as the source"
        if question.of in ("", *self._settings.operations):
            return ""
        return f"no operation {question.of!r}; valid: {', '.join(self._settings.operations)}"

    def start(self, duration_s: float, stratum_s: float) -> None:  # noqa: ARG002  # pairs fall into any stratum
        settings = self._settings
        demand = Demand(settings.lanes, 2 * settings.pairs_per_s, duration_s)
        self._guard.load(f"probes of {' and '.join(one.name for one in self._arms)}", demand)
        self._ask_each_once()
        weights = {name: one.weight for name, one in settings.operations.items()}
        paths = {name: one.path for name, one in settings.operations.items()}
        schedule = Schedule(settings.pairs_per_s, duration_s, weights, self._seed)
        lanes = min(
            settings.lanes, max(_LEAST_LANES, math.ceil(settings.pairs_per_s))
        )  # idle ones lose their connection
        self._prober = Prober(schedule, paths, self._lines, lanes)
        self._prober.start()

    def next(self, until_s: float) -> Arms:
        assert self._prober is not None
        sent, complete_s = self._prober.take(until_s)
        before = self._health.unreachable
        usable = self._health.usable(sent)
        if sent and not usable and self._health.unreachable - before == len(sent):
            raise Unverified(f"neither arm could be reached since the last look, by {len(sent)} pairs of requests")
        self._stopped = self._stopped or _beyond(self._guard.settings.budget, usable)
        return Arms(complete_s, {name: _pair(name, usable) for name in self._settings.operations}, self.whole)

    def doubts(self, questions: tuple[Question, ...], alpha: float) -> Doubts:  # noqa: ARG002  # its numbers are exact
        given_up = self._prober.schedule.given_up if self._prober else 0
        opened, unshown = _of_a_late_prober(self._health.sick(), questions)
        return Doubts(tuple(self._health.void()), tuple(self._health.unmet(given_up)), opened, unshown)

    def stopped(self) -> str:
        return self._stopped

    def sick(self) -> bool:
        return bool(self._health.sick())

    def close(self) -> None:
        if self._prober is not None:
            self._prober.close()

    def _lines(self) -> tuple[Line, Line]:
        candidate, baseline = (Line(one.settings, self._headers, self._settings.told_by) for one in self._arms)
        return candidate, baseline

    def _ask_each_once(self) -> None:
        """Ask every operation of both arms once, so that it is allowed and makes sense, and leaves evidence."""
        for operation in self._settings.operations.values():
            candidate, baseline = self._arms
            _first(baseline, operation.path, range(300, 500))
            _first(candidate, operation.path, REFUSALS)


def _of_a_late_prober(sick: str, questions: tuple[Question, ...]) -> tuple[dict[int, str], dict[int, str]]:
    """Return which questions a sick prober leaves open, and which it forbids to be met.

    It lends both arms the same noise: that hides a difference and makes none, and lengthens every latency. Errors it
    neither makes nor hides.
    """
    if not sick:
        return {}, {}
    absolute = {n: sick for n, one in enumerate(questions) if isinstance(one, Quantile | SlowerThanCaptured)}
    return absolute, {n: sick for n, one in enumerate(questions) if isinstance(one, Slower)}


def _first(target: Target, path: str, no_service: Container[int]) -> None:
    """Ask once, patiently; Unverified if the target cannot be reached, or its answer is no service to be timed."""
    for attempt in range(_FIRST_TRIES):
        try:
            reply = target.http.get(path)
        except Missed:
            return  # an answer that a sound arm would not give counts when it is watched
        except GuardRefused:
            raise
        except Unverified:
            if attempt == _FIRST_TRIES - 1:
                raise
            time.sleep(_PAUSE_S)
        else:
            if reply.status in no_service:
                raise Unverified(
                    f"{target.name}: {reply.request} is answered with {reply.status}, required 200; mend the path or "
                    "the token, and probe only what both releases serve"
                )
            return


def _pair(operation: str, sent: Iterable[Sent]) -> Pair:
    mine = [one for one in sent if one.slot.operation == operation]
    times = [one.slot.at_s for one in mine]
    candidate, baseline = ([getattr(one, arm) for one in mine] for arm in ("candidate", "baseline"))
    return Pair(_batch(times, candidate, operation), _batch(times, baseline, operation))


def _batch(times: list[float], answers: list[Answer], operation: str) -> Batch:
    latencies, marks = [one.latency_s for one in answers], [failed(one) for one in answers]
    return kept(Batch.of(times, latencies, marks), operation)


def _beyond(budget: BudgetSettings | None, sent: list[Sent]) -> str:
    """Return by which line of the environment's budget probing must end; "" if it may go on."""
    if budget is None or len(sent) < _ABORT_PAIRS:
        return ""
    for arm in ("candidate", "baseline"):
        answers = [getattr(one, arm) for one in sent]
        share = sum(map(failed, answers)) / len(answers)
        if share > budget.abort_error_ratio:
            line = f"budget.abort_error_ratio = {budget.abort_error_ratio:g}"
            return f"{share:.1%} of the {arm}'s last answers failed: {line}"
        slow = float(np.quantile([one.latency_s for one in answers], 0.99))
        if slow > budget.abort_p99_s:
            return f"p99 of the {arm}'s last answers was {slow:.3g} s: budget.abort_p99_s = {budget.abort_p99_s:g}"
    return ""
