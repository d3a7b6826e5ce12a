"""Metric sources: one Protocol, a registry, and what every figure must withstand wherever it comes from."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, cast

from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics.figures import Figure

if TYPE_CHECKING:
    from gonogo.target import Target

GROUP = "gonogo.metric_sources"
_OWN = {
    "json": "gonogo.probes.metrics.documents:of_target",
    "prometheus": "gonogo.probes.metrics.prometheus:of_target",
    "exposition": "gonogo.probes.metrics.exposition:of_target",
    "sql": "gonogo.probes.metrics.stored:sql_of_target",
    "redis": "gonogo.probes.metrics.stored:redis_of_target",
    "cloudwatch": "gonogo.probes.metrics.hosted:of_target",
}


class MetricSource(Protocol):
    """Where figures come from.

    Every figure is in the base unit of its settings, says over which window it was taken where that is known
    (`window_s`, ending `at`), and is fresh: a source that cannot say so raises.
    """

    source: str
    """What figures name as their source, e.g. "prometheus"."""

    def read(self, name: str, settings: MetricSettings) -> Figure:
        """Return the present figure `name`.

        Raises:
            Unverified: If the source cannot be asked, or does not understand the question.
            Inconclusive: If its answer is absent, stale, partial, no finite number, or otherwise too weak to decide.
        """

    def close(self) -> None:
        """Give back connections; safe to call twice."""


Make = Callable[["Target"], MetricSource]


def make(kind: str, target: "Target") -> MetricSource:
    """Return the source of a `MetricSettings.kind` for one target.

    Raises:
        Unverified: If nothing of that name is installed, its package is broken, or the environment file lacks a table
            that it needs.
    """
    if kind in _OWN:
        module, _, function = _OWN[kind].partition(":")
        return cast(Make, getattr(import_module(module), function))(target)
    found = {point.name: point for point in entry_points(group=GROUP)}
    if kind not in found:
        known = ", ".join(sorted(found)) or "none yet"
        raise Unverified(
            f"{target.name}: no installed package has the metric source {kind!r} (entry points, group {GROUP}): "
            f"{known}; install the one that does"
        )
    try:
        return cast(Make, found[kind].load())(target)
    except ImportError as error:
        raise Unverified(f"{target.name}: the metric source {kind!r} cannot be loaded: {error}; mend it") from None


def read(source: MetricSource, name: str, settings: MetricSettings, since: float | None = None) -> Figure:
    """Return the figure `name`, if it rests on enough, can be true at all, and belongs to the release.

    Args:
        source: The source of its kind.
        name: Its name in the environment file.
        settings: Its table there.
        since: From when the release has been serving, Unix time; a window that begins before is refused.

    Raises:
        Inconclusive, Unverified: As `MetricSource.read` says; Inconclusive also for too few samples, a value that is
            not plausible, and a window that begins before `since`.
    """
    figure = source.read(name, settings)
    if since is not None:
        _within_release(figure, since)
    if figure.samples is None and settings.min_samples > 1:
        raise Inconclusive(
            f"{name}: {_origin(figure)} does not say on how many samples it rests, required {settings.min_samples} "
            "(min_samples); let it count them, or leave min_samples out"
        )
    if figure.samples is not None and figure.samples < settings.min_samples:
        raise Inconclusive(
            f"{name}: {figure.samples} samples, required {settings.min_samples} (min_samples) {_origin(figure)}; "
            "wait for more traffic"
        )
    if isinstance(figure, Measurement):
        _plausible(figure, settings)
    return figure


def _within_release(figure: Figure, since: float) -> None:
    ended = datetime.fromisoformat(figure.at).timestamp()
    early = since - (ended - (figure.window_s or 0))
    if early > 0:
        raise Inconclusive(
            f"{figure.subject}: its window began {early:.0f} s before the release did, and so also tells of the one "
            f"before {_origin(figure)}; ask again in {early:.0f} s, or shorten the range"
        )


def _plausible(figure: Measurement, settings: MetricSettings) -> None:
    if settings.plausible is None or not isinstance(figure.value, int | float):
        return
    low, high = settings.plausible
    if not low <= figure.value <= high:
        raise Inconclusive(
            f"{figure.subject}: {figure.value:g} {settings.unit} is not plausible, which is from {low:g} to {high:g} "
            f"{_origin(figure)}; look at its unit and scale"
        )


def _origin(figure: Figure) -> str:
    return f"[{figure.source}: {figure.query}]"
