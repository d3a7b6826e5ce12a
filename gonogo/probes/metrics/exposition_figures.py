"""What two scrapes of Prometheus text say of one metric, by its kind. Nothing is sent from here."""

import math

from gonogo.measurement import Measurement
from gonogo.metric_settings import ExpositionSettings, MetricSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics.figures import Rate, Samples, in_unit, rate
from gonogo.probes.metrics.snapshot import Snapshot, began_anew, increases

SOURCE = "exposition"
_OLDEST_S = 60


def of_kind(
    kind: str, name: str, settings: MetricSettings, before: Snapshot, after: Snapshot
) -> Measurement | Rate | Samples:
    """Return the figure `name` of what happened between two scrapes, of a metric of the kind `kind`.

    Raises:
        Reset: If a counter fell or is gone.
        Inconclusive: If it is absent, not one, or no finite number.
        ValueError: If its buckets are no histogram, or others than before.
    """
    if kind == "histogram":
        return _histogram(name, settings, before, after)
    if kind == "summary":
        return _summary(name, settings, before, after)
    if kind == "counter" or asked_of(settings).metric.endswith(("_total", "_count", "_bucket")):
        return _counter(name, settings, before, after)
    return _gauge(name, settings, after)


def _histogram(name: str, settings: MetricSettings, before: Snapshot, after: Snapshot) -> Measurement | Samples:
    asked = asked_of(settings)
    first, last = (scrape.histogram(asked.metric, asked.labels) for scrape in (before, after))
    window = after.clock_s - before.clock_s
    grown = last.minus(first).scaled(settings.scale)
    samples = Samples(name, grown, settings.unit, SOURCE, query_of(asked), window_s=window)
    return samples if asked.quantile is None else samples.quantile(asked.quantile)


def _summary(name: str, settings: MetricSettings, before: Snapshot, after: Snapshot) -> Measurement:
    asked = asked_of(settings)
    found = after.series(asked.metric, asked.labels)
    wanted = [value for labels, value in found.items() if _has_quantile(dict(labels), asked.quantile)]
    if asked.quantile is None or len(wanted) != 1:
        raise Inconclusive(
            f"{name}: {asked.metric} is a summary, and {len(wanted)} of its series have the quantile "
            f"{asked.quantile}; quantiles of several series cannot be put together: name the labels of one, or "
            "let it be a histogram"
        )
    if not math.isfinite(wanted[0]):
        raise Inconclusive(f"{name}: {asked.metric} says {wanted[0]}: nothing was observed; wait for traffic")
    count = int(sum(increases(before, after, f"{asked.metric}_count", asked.labels).values()))
    value = in_unit(wanted[0], settings.scale, settings.unit)
    return Measurement(name, value, settings.unit, samples=count, source=SOURCE, query=query_of(asked))


def _counter(name: str, settings: MetricSettings, before: Snapshot, after: Snapshot) -> Measurement | Rate:
    asked = asked_of(settings)
    grown = increases(before, after, asked.metric, asked.labels)
    if not grown:
        raise _absent(name, asked, after)
    total, window = math.fsum(grown.values()), after.clock_s - before.clock_s
    if asked.events:
        _events_can_match(name, asked, after)
        events = math.fsum(increases(before, after, asked.metric, {**asked.labels, **asked.events}).values())
        return rate(name, round(events), round(total), settings.min_samples, SOURCE, query_of(asked), window)
    if settings.unit not in ("1/s", "count") or asked.quantile is not None:
        raise Unverified(f'{name}: {asked.metric} is a counter; it has no quantile, and its unit is "1/s" or "count"')
    value = total / window if settings.unit == "1/s" else total
    value = in_unit(value, settings.scale, settings.unit)
    return Measurement(
        name, value, settings.unit, samples=round(total), window_s=window, source=SOURCE, query=query_of(asked)
    )


def _gauge(name: str, settings: MetricSettings, after: Snapshot) -> Measurement:
    asked = asked_of(settings)
    found = after.series(asked.metric, asked.labels)
    if not found:
        raise _absent(name, asked, after)
    (value, *others) = found.values()
    if others or not math.isfinite(value):
        said = f"{len(found)} series where one is needed" if others else f"{value} is no figure"
        raise Inconclusive(f"{name}: [{SOURCE}: {query_of(asked)}] {said}; name the labels of one that has a value")
    value = in_unit(value, settings.scale, settings.unit)
    return Measurement(name, value, settings.unit, source=SOURCE, query=query_of(asked))


def asked_of(settings: MetricSettings) -> ExpositionSettings:
    """Return the table of a metric by exposition."""
    if settings.exposition is None:
        raise Unverified("this metric has no exposition; give it the table that its source needs")
    return settings.exposition


def sound(place: str, asked: ExpositionSettings, before: Snapshot, after: Snapshot) -> None:
    """Refuse two scrapes of different lives of a process, and samples that the target itself calls old."""
    if began_anew(before, after):
        raise Inconclusive(
            f"{place} a process began anew between the scrapes, or another instance answered; scrape one instance, and "
            "wait until it runs through"
        )
    stamps = [stamp for name, stamp in after.stamps.items() if name.startswith(asked.metric)]
    if stamps and after.at - min(stamps) > _OLDEST_S:
        raise Inconclusive(
            f"{place} its samples are {after.at - min(stamps):.0f} s old, allowed {_OLDEST_S} s; they are stale"
        )


def _events_can_match(name: str, asked: ExpositionSettings, after: Snapshot) -> None:
    present = {label for labels in after.series(asked.metric, asked.labels) for label, _ in labels}
    missing = sorted(set(asked.events) - present)
    if missing:
        raise Inconclusive(
            f"{name}: {asked.metric} has no label {missing[0]!r}, so that no event can match; it was renamed, and no "
            f"events are not zero events. Labels there: {', '.join(sorted(present)) or '(none)'}"
        )


def _absent(name: str, asked: ExpositionSettings, after: Snapshot) -> Inconclusive:
    there = len(after.samples.get(asked.metric, {}))
    return Inconclusive(
        f"{name}: absent, which is not zero: none of {there} series of {asked.metric} matches {query_of(asked)}; look "
        "at labels"
    )


def _has_quantile(labels: dict[str, str], quantile: float | None) -> bool:
    return quantile is not None and "quantile" in labels and float(labels["quantile"]) == quantile


def query_of(asked: ExpositionSettings) -> str:
    """Return what is asked for, as messages and figures show it."""
    labels = ",".join(f"{label}={value}" for label, value in {**asked.labels, **asked.events}.items())
    return f"{asked.path} {asked.metric}{{{labels}}}"
