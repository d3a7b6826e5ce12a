"""The team's papers: standups, sheets, schedules, plans; written from paperwork/ for the stage a state has reached.

The folders of paperwork/ are named after the stage from which on their papers exist. Names are roles, never people.
"""

import shutil
from collections.abc import Collection
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hermetic.kit.edits import spoil
from hermetic.mes_sql.calendar import Calendar
from hermetic.mes_sql.catalogue.papers import PAPER_FAULTS
from hermetic.mes_sql.traffic import FAILS_EACH
from hermetic.mes_sql.world import World

PAPERWORK = Path(__file__).parent / "paperwork"
COLLECTIONS = (
    "mes-production-plans",
    "mes-worker-assignments",
    "mes-workers",
    "mes-stations",
    "mes-operations",
    "mes-substations",
)


@cache
def templates() -> Environment:
    return Environment(loader=FileSystemLoader(PAPERWORK), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML


def write(world: World, stage: int, faults: Collection[str]) -> None:
    """Put the papers of a stage (`State.stage`) in place, damaged as the planted faults say."""
    shutil.rmtree(world.documents, ignore_errors=True)
    world.documents.mkdir(parents=True)
    values = {
        "c": Calendar(world.started.date()),
        "stage": stage,
        "error_rate": f"{100 / FAILS_EACH:g} %",
        "collections": COLLECTIONS,
    }
    for template in sorted(templates().list_templates()):
        folder, name = template.split("/")
        if int(folder[0]) <= max(stage, 1):
            text = templates().get_template(template).render(values)
            (world.documents / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    spoil(world.documents, PAPER_FAULTS, faults)
