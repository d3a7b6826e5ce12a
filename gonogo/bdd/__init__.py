"""Scenarios as pytest items: feature files are collected as they are, and their steps are pytest-bdd's.

pytest-bdd gives the parser, the decorators and the hooks; this package collects, looks up, runs and records.
Load it with `-p gonogo.bdd.plugin`.
"""

from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.record import RECORD, SCENARIO_EXTRAS

__all__ = ["RECORD", "SCENARIO_EXTRAS", "ScenarioItem"]
