"""Who watches the canary: the scrapes of both arms."""

from dataclasses import dataclass

from gonogo import units
from gonogo.outcome import Unverified
from systems.docflow import asked
from systems.docflow.service import DocFlow


@dataclass(frozen=True)
class Scrape:
    """The last scrape of an instance: whether it succeeded, and how old it is, in seconds."""

    instance: str
    succeeded: bool
    age_s: float


def scrapes(docflow: DocFlow) -> list[Scrape]:
    """Return the last scrape of every instance, once all have succeeded, or those of 10 s later.

    Raises:
        Unverified: Where the environment file has no `up`.
    """
    prometheus = docflow.grafana.settings.prometheus
    if prometheus is None or prometheus.up is None:
        raise Unverified("grafana: no up in [targets.grafana.prometheus]; give the selector of both instances")
    wanted = prometheus.instances or 1
    found = asked.ask_until(
        docflow, prometheus.up, lambda ups: len(ups) >= wanted and all(one.value == 1 for one in ups)
    ).finite()
    ages = {_instance(one): one.value for one in asked.ask(docflow, f"time() - timestamp({prometheus.up})").finite()}
    return [Scrape(_instance(one), one.value == 1, ages.get(_instance(one), float("inf"))) for one in found]


def missed_scrapes(docflow: DocFlow, found: list[Scrape], age: str) -> list[str]:
    """Return what is wrong with the scrapes: those that failed, are older than `age`, or are not there at all."""
    prometheus, limit_s = docflow.grafana.settings.prometheus, units.duration(age).total_seconds()
    wanted = (prometheus.instances if prometheus else None) or 2
    wrong = [f"{one.instance}: {one.age_s:.0f} s old" for one in found if one.age_s > limit_s]
    wrong += [f"{one.instance}: failed" for one in found if not one.succeeded]
    return wrong + ([f"{len(found)} of {wanted} instances are scraped"] if len(found) < wanted else [])


def _instance(one: asked.Figure) -> str:
    return one.labels.get("instance", "an instance without a name")
