"""The team's papers: logs, mails, reports, registers; written from paperwork/ for the stage a state has reached.

The folders of paperwork/ are named after the stage from which on their papers exist. Names are roles, never people.
Reports hold what the store has on record.
"""

import shutil
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hermetic.docflow import reported
from hermetic.docflow.catalogue.papers import PAPER_FAULTS
from hermetic.docflow.states import Moments, State
from hermetic.docflow.world import World
from hermetic.kit.edits import spoil

PAPERWORK = Path(__file__).parent / "paperwork"
FILTERS: dict[str, Callable[..., Any]] = {
    "iso": lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
    "moment": lambda at: f"{at:%Y-%m-%d %H:%M} UTC",
    "mail_date": format_datetime,
    "plus_minutes": lambda at, minutes: at + timedelta(minutes=minutes),
    "plus_seconds": lambda at, seconds: at + timedelta(seconds=seconds),
    "figure": lambda value: f"{value:.4g}",
}
SHORT, LATE = timedelta(minutes=20), timedelta(hours=2)
LOOKS = timedelta(minutes=5)  # how often somebody looked at the canary
SURVEY = {
    "queue_ai_enrichment": (5, 4, 5, 4, 4, 5, 4, 5, 4, 4),
    "analytics_forecasting": (4, 4, 5, 4, 5, 4, 3, 5, 4, 5),
    "export_scheduling": (5, 5, 4, 5, 4, 5, 4, 4, 5, 4),
}
Phase = tuple[str, datetime, datetime | None]


@cache
def templates() -> Environment:
    made = Environment(loader=FileSystemLoader(PAPERWORK), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML
    made.filters.update(FILTERS)
    return made


def write(world: World, state: State, moments: Moments, faults: Collection[str]) -> None:
    """Put the papers of a state in place, once its rows are, damaged as the planted faults say."""
    shutil.rmtree(world.documents, ignore_errors=True)
    world.documents.mkdir(parents=True)
    told = _told(moments, faults)
    values = {
        "release": world.release,
        "m": moments,
        "phases": phases(told),
        "canary_checks": checks(told),
        "survey": SURVEY,
        "survey_after_minutes": 48 * 60 if "survey-late" in faults else 20 * 60,
    }
    if state.recorded:
        with world.connect(world.store) as connection:
            values |= reported.figures(connection, world.release, moments)
    for template in sorted(templates().list_templates()):
        folder, name = template.split("/")
        if int(folder[0]) <= state.stage:
            text = templates().get_template(template).render(values)
            (world.documents / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    spoil(world.documents, PAPER_FAULTS, faults)


def _told(moments: Moments, faults: Collection[str]) -> Moments:
    """Return the moments as they are written down; without a fault they are as they were."""
    steps = {name: at for name, at in asdict(moments).items() if at}
    if "staging-cut-short" in faults and moments.staging_ended:
        steps["staging_began"] = moments.staging_ended - SHORT
    if "canary-cut-short" in faults and moments.canary_ended:
        steps["canary_began"] = moments.canary_ended - SHORT
    if "full-delayed" in faults and moments.full_began:
        steps = {name: at if name == "full_began" else at - LATE for name, at in steps.items()}
    return Moments(**steps)


def phases(moments: Moments) -> list[Phase]:
    """Return the phases that have begun."""
    m = moments
    rows = (
        ("staging", m.staging_began, m.staging_ended),
        ("canary", m.canary_began, m.canary_ended),
        ("full", m.full_began, None),
    )
    return [(phase, began, ended) for phase, began, ended in rows if began]


def checks(moments: Moments) -> list[datetime]:
    """Return when somebody looked at the canary, from its beginning to its end."""
    began, ended = moments.canary_began, moments.canary_ended
    if began is None or ended is None:
        return []
    return [began + number * LOOKS for number in range((ended - began) // LOOKS + 1)]
