"""Audits of the database build: consumption against need, stock against movements, lines against tests."""

import re
from dataclasses import dataclass
from typing import Any

from gonogo import units
from gonogo.measurement import Measurement
from gonogo.outcome import Missed
from gonogo.target import Target
from systems.mes_sql.build import Build
from systems.mes_sql.lists import keyed

CONSUMING = ("released", "production")
_LINES = re.compile(r"^Lines: (\d+(?:\.\d+)? %)$", re.MULTILINE)


@dataclass(frozen=True)
class Audit:
    """What is due and what is found, as canonical text by plan and material, and by material."""

    due: dict[str, str]
    consumed: dict[str, str]
    stock_due: dict[str, str]
    stock: dict[str, str]


def consumption(target: Target) -> Audit:
    """Return what every plan has consumed beside what its state and needs ask for, and every stock beside its due."""
    rows = target.query("consumption by plan and material")
    materials = target.query("stock by material")
    due = [_by_plan(row, float(row["needed"]) if row["status"] in CONSUMING else 0.0) for row in rows]
    consumed = [_by_plan(row, float(row["consumed"])) for row in rows]
    stock_due = [_by_material(row, float(row["initial_stock"]) - float(row["consumed"])) for row in materials]
    stock = [_by_material(row, float(row["stock"])) for row in materials]
    parts = (("due", due), ("consumed", consumed), ("stock due", stock_due), ("stock", stock))
    return Audit(*(keyed(subject, part, "key") for subject, part in parts))


def coverage(build: Build) -> Measurement:
    """Run the coverage of the product's tests, and return the share of lines.

    Raises:
        Missed: If the run failed, or its last lines give no share.
    """
    result = build.command("npm", "run", "coverage").require()
    found = _LINES.findall(result.stdout)
    if not found:
        raise Missed(f"{result}: it gives no line such as 'Lines: 93.1 %'; run it by hand and read why")
    return Measurement("lines that the tests cover", units.ratio(found[-1]), "ratio", source="command")


def _by_plan(row: dict[str, Any], quantity: float) -> dict[str, Any]:
    return {"key": f"{row['plan']} {row['material']}", "quantity": round(quantity, 6)}


def _by_material(row: dict[str, Any], quantity: float) -> dict[str, Any]:
    return {"key": row["material"], "quantity": round(quantity, 6)}
