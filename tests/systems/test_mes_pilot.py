"""Pilot plans are looked up one by one; a selection that names none, or an unknown plan, is missed."""

from pathlib import Path
from typing import Any, cast

import pytest

from gonogo.evidence import Evidence
from gonogo.outcome import Missed
from gonogo.probes.folder import FolderProbe
from gonogo.secrets import Redactor
from gonogo.settings import FolderSettings
from gonogo.target import Target
from systems.mes.pilot import SingleMigration, selected
from systems.papers import Papers

STORED = {"order_code": "ORD-4004", "quantity": 24, "operations": 3, "status": "completed", "urgent": False}


class Database:
    """Answers the two queries that the selection needs."""

    def __init__(self, plans: list[str], short: dict[str, str] | None = None) -> None:
        self.answers = {
            "pilot plans": [{"id": plan, **STORED, "migrated_at": "2026-11-02T09:00:00Z"} for plan in plans],
            "shortages": [{"id": plan, "code": code} for plan, code in (short or {}).items()],
        }

    def query(self, name: str, **_: Any) -> list[dict[str, Any]]:
        return self.answers[name]


def look_up(path: Path, rows: str, database: Database) -> Any:
    folder = path / "documents"
    folder.mkdir()
    (folder / "pilot-selection.csv").write_text(f"plan_id,order,quantity,operations\n{rows}", encoding="utf-8")
    probe = FolderProbe("documents", FolderSettings(path=str(folder)), Evidence(path / "run", Redactor()))
    return selected(cast("Target", database), Papers(probe))


def test_a_pilot_plan_is_what_the_list_and_the_database_say_of_it(tmp_path: Path) -> None:
    (pilot,) = look_up(tmp_path, "P-4,ORD-4004,24,3\n", Database(["P-4"], {"P-4": "MAT-SEAL"}))
    assert pilot.listed == pilot.stored == ("ORD-4004", "24", "3")
    assert pilot.short_of == ("MAT-SEAL",)


def test_a_list_that_differs_from_the_order_is_seen(tmp_path: Path) -> None:
    (pilot,) = look_up(tmp_path, "P-4,ORD-4004,240,3\n", Database(["P-4"]))
    assert pilot.listed != pilot.stored


def test_an_empty_selection_is_missed(tmp_path: Path) -> None:
    with pytest.raises(Missed, match="lists no plan"):
        look_up(tmp_path, "", Database([]))


def test_a_listed_plan_that_does_not_exist_is_missed(tmp_path: Path) -> None:
    with pytest.raises(Missed, match="lists P-9, which the database does not have"):
        look_up(tmp_path, "P-4,ORD-4004,24,3\nP-9,ORD-1,1,1\n", Database(["P-4"]))


def test_plans_that_changed_came_or_went_are_others_that_changed() -> None:
    before = {"P-1": "a", "P-2": "b", "P-3": "c"}
    after = {"P-1": "A", "P-2": "B", "P-4": "d"}
    assert SingleMigration("P-1", before, after).changed_others == ["P-2", "P-3", "P-4"]
