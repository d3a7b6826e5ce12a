"""A canary of the opened environment: what steps call to have it observed."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from gonogo.baselines import Baseline, any_of, entry, of_canary
from gonogo.measurement import now
from gonogo.outcome import Inconclusive, Outcome, Unverified, UsageError
from gonogo.watch_settings import WatchSettings
from gonogo.watching.observation import Observation
from gonogo.watching.pictures import render
from gonogo.watching.progress import Progress
from gonogo.watching.pulse import Pulse
from gonogo.watching.questions import Question, SlowerThanCaptured
from gonogo.watching.record import Header
from gonogo.watching.scale import span
from gonogo.watching.source import Clock, Source, SystemClock
from gonogo.watching.unkept import Unkept
from gonogo.watching.watch import Watch
from gonogo.workbench import Workbench

ATTEMPTS = 4
PAUSE_S = 5.0
"""So long it waits before another attempt: what keeps a machine busy has mostly passed by then."""
_CAPTURE = "capture it from a run that was GO: gonogo baseline update --run=DIRECTORY"


class Canary:
    """The canary of [targets.NAME.canary].

    Args:
        bench: The opened environment: its guard, scale, evidence and run.
        name: The target that the table belongs to.
        stream: Where progress is shown.
        clock: What the watch goes by.
        pulse: What tells whether this machine is fit for a rehearsal.

    Raises:
        Unverified: If the environment has no such target or table, or not the targets that it names.
    """

    def __init__(
        self,
        bench: Workbench,
        name: str,
        stream: TextIO | None = None,
        clock: Clock | None = None,
        pulse: Pulse | None = None,
    ) -> None:
        self._bench, self._target = bench, bench.target(name)
        if self._target.settings.canary is None:
            raise Unverified(
                f"{name}: no [targets.{name}.canary] in environments/{bench.environment.name}.toml; add it"
            )
        self.settings: WatchSettings = self._target.settings.canary
        self._stream = sys.stderr if stream is None else stream
        self._clock: Clock = clock or SystemClock()
        self._pulse = pulse or Pulse()

    def kept(self) -> dict[str, Baseline]:
        """Return the captured baseline of all operations together, by its operation: ""; empty where there is none yet.

        Raises:
            Unverified: If it is there and cannot be read.
        """
        folder, environment = self._baselines
        name = of_canary(self._target.name, "")
        return {"": entry(folder, environment, name, _CAPTURE)} if any_of(folder, environment, name) else {}

    def capture(self, duration_s: float, release: str, source: Source | None = None) -> dict[str, Baseline]:
        """Ask both arms as `observe` does, before there is a canary; return what the baseline's arm served, as `kept`.

        It is tried again, as `observe` does, while the source itself was sick.

        Args:
            duration_s: How long.
            release: Of the baseline's arm.
            source: In place of that of the environment file.

        Raises:
            Inconclusive: If it served none, or the source was sick.
            GuardRefused, Unverified: As `observe`.
        """
        for one in self._attempts(source):
            header = self._header(duration_s, (), one)
            observation = Watch(header, one, self._clock, Progress(header, self._stream, self._clock)).run()
            if not one.sick():
                break
        served = observation.requests().baseline.served
        doubt = "the source was sick" if one.sick() else observation.doubts.about(0)
        if doubt := doubt or ("" if len(served) else "the baseline served no request"):
            raise Inconclusive(f"canary {self._target.name}: nothing was captured: {doubt}")
        return {"": Baseline(tuple(map(float, served)), release, header.began)}

    def observe(
        self,
        duration_s: float,
        questions: Sequence[Question],
        source: Source | None = None,
        captured: Mapping[str, Baseline] | None = None,
    ) -> Observation:
        """Observe the canary, keep what was seen as evidence, and return what it came to.

        A rehearsal is tried again, up to `ATTEMPTS` in all, while the source itself was sick or this machine busy. That
        looks at no answer of an arm, and after the last attempt the answers stand as they are.

        Args:
            duration_s: As the plan says; the environment's [scale] may shorten it, and every answer then says so.
            questions: All that will be asked; they share one budget of false alarms.
            source: In place of that of the environment file.
            captured: Baselines by operation, "" of all together, in place of those that are kept.

        Raises:
            GuardRefused: If the environment does not allow the probes; nothing was sent.
            Unverified, Inconclusive: If an arm or the source could not be asked at the start.
            UsageError: If nothing is asked.
        """
        if not questions:
            raise UsageError(f"canary {self._target.name}: nothing is asked; give at least one question")
        observation: Observation | None = None
        for attempt, one in enumerate(self._attempts(source), 1):
            header = self._header(duration_s, tuple(questions), one, captured)
            if not header.rehearsal:
                return self._observe(header, one)
            with self._pulse:
                observation = self._again(header, one, observation)
            if not (unfit := self._unfit(one)):
                break
            self._stream.write(f"canary {self._target.name}, attempt {attempt} of {ATTEMPTS}: {unfit}\n")
        assert observation is not None
        return observation

    def _unfit(self, source: Source) -> str:
        """Return why a rehearsal says little; "" if it counts. A brief one is for a fault, and others run beside it."""
        if source.sick():
            return "the source was sick"
        return "" if self._bench.brief else self._pulse.busy()

    def _again(self, header: Header, source: Source, before: Observation | None) -> Observation:
        """Observe; where that cannot begin, what an attempt before came to stands, unless it was met."""
        try:
            return self._observe(header, source)
        except (Unverified, Inconclusive):
            if before is None or before.outcome is Outcome.MET:
                raise
            return before

    def _observe(self, header: Header, source: Source) -> Observation:
        watch = Watch(header, source, self._clock, Progress(header, self._stream, self._clock))
        try:
            observation = watch.run()
        except KeyboardInterrupt:
            self._keep(watch.observation())
            raise
        self._keep(observation)
        return observation

    def _attempts(self, given: Source | None) -> Iterator[Source]:
        """Yield a source for each of `ATTEMPTS`, with a pause before each but the first."""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._clock.sleep(PAUSE_S)
            yield given or self._source()

    def _source(self) -> Source:
        return _MAKERS[self.settings.source](self)

    def _probes(self) -> Source:
        from gonogo.watching.probes import Probes

        settings, bench = self.settings, self._bench
        assert settings.probes is not None
        arms = bench.target(settings.candidate), bench.target(settings.baseline)
        return Probes(settings.probes, *arms, bench.guard, bench.run, settings.seed)

    def _prometheus(self) -> Source:
        from gonogo.probes.metrics.prometheus_api import PrometheusApi
        from gonogo.watching.histograms import Histograms

        assert self.settings.prometheus is not None
        prometheus = self._target.settings.prometheus
        if prometheus is None:
            raise Unverified(f"{self._target.name}: its canary needs [targets.{self._target.name}.prometheus]; add it")
        quiet = Unkept(self._bench.directory, self._bench.redactor)
        api = PrometheusApi(self._target.name, prometheus, self._bench.guard, quiet, self._bench.run)
        return Histograms(self.settings.prometheus, api, prometheus, self.settings.share)

    def _access_log(self) -> Source:
        from gonogo.watching.access_log import AccessLog

        settings = self.settings.access_log
        assert settings is not None
        return AccessLog(settings, self._target.log(settings.log), self.settings.share)

    def _header(
        self,
        planned_s: float,
        questions: tuple[Question, ...],
        source: Source,
        given: Mapping[str, Baseline] | None = None,
    ) -> Header:
        bench, settings = self._bench, self.settings
        times = span(planned_s, bench.scale, source.stratum_s)
        refused = {number: why for number, one in enumerate(questions) if (why := source.refusal(one))}
        captured, missing = self._captured(questions, given)
        return Header(
            self._target.name, settings.candidate, settings.baseline, source.name, source.query, source.limits,
            questions, times.planned_s, times.duration_s, times.stratum_s, times.onset_s, {**missing, **refused},
            share=source.share, whole=source.whole, captured=captured, environment=bench.environment.name,
            kind=bench.environment.kind, digest=bench.environment.digest, release=bench.release, run=bench.run,
            began=now(), rehearsal=times.rehearsal,
        )  # fmt: skip

    @property
    def _baselines(self) -> tuple[Path, str]:
        return self._bench.root / self._bench.environment.baselines, self._bench.environment.name

    def _captured(
        self, questions: tuple[Question, ...], given: Mapping[str, Baseline] | None
    ) -> tuple[dict[str, Baseline], dict[int, str]]:
        """Return the captured baselines that are asked for, and why a question lacks its own."""
        folder, environment = self._baselines
        found, missing = dict(given or {}), {}
        for number, one in enumerate(questions):
            if isinstance(one, SlowerThanCaptured) and one.of not in found:
                try:
                    found[one.of] = entry(folder, environment, of_canary(self._target.name, one.of), _CAPTURE)
                except Unverified as why:
                    missing[number] = str(why)
        return found, missing

    def _keep(self, observation: Observation) -> None:
        evidence, name = self._bench.evidence, f"canary {self._target.name}"
        evidence.add(f"{name} picture", render(observation), "image/svg+xml", ".svg")
        evidence.add(f"{name} observation", observation.as_json(), "application/json", ".json")


_MAKERS: Mapping[str, Callable[[Canary], Source]] = {
    "probes": Canary._probes,
    "prometheus": Canary._prometheus,
    "access_log": Canary._access_log,
}
