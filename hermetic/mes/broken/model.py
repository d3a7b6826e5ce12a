"""Faults in the product's rules: each method does the wrong thing its fault names, else what the rules say."""

import itertools
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from hermetic.mes.domain import materials, nodes
from hermetic.mes.domain.enrichment import efficiency_of
from hermetic.mes.domain.model import Model
from hermetic.mes.domain.nodes import Choice, Document, Step
from hermetic.mes.domain.validation import Validator
from hermetic.mes.flags import CANONICAL, VALIDATION, Flags, parse_flags

_plans_seen = itertools.count()
LOOSELY_TRUE = ("true", "1", "yes", "on")
LOOSELY_FALSE = ("false", "0", "no", "off", "")


@dataclass(frozen=True)
class BrokenModel(Model):
    """The product's rules with the planted faults in them."""

    faults: Collection[str]

    def choose(self, plan: Document) -> Choice:
        if self.fallback_removed and "corruption-not-raised" in self.faults:
            return Choice("nodes", plan.get("nodes") or [], nodes.USING_NODES)
        if "fallback-broken" in self.faults and not plan.get("nodes"):
            return Choice("nodes", [], nodes.USING_NODES)
        if "nodes-not-authoritative" in self.faults and plan.get("executionGraph"):
            return Choice("executionGraph", nodes.convert_graph(plan["executionGraph"]), nodes.USING_NODES)
        if "fallback-used-after-migration" in self.faults and plan.get("executionGraph"):
            steps = nodes.convert_graph(plan["executionGraph"])
            return Choice("executionGraph", steps, f"{nodes.DEPRECATED}: plan {plan.get('id')}", deprecated=True)
        return super().choose(plan)

    def enrich(self, steps: list[Step]) -> list[Step]:
        if "efficiency-override-ignored" in self.faults:
            steps = [{name: value for name, value in step.items() if name != "efficiency"} for step in steps]
        if "enrichment-slow" in self.faults:
            time.sleep(0.02 * len(steps))  # blocks the whole process, as a slow computation does
        if "effective-time-wrong" in self.faults:
            return [
                {**step, "effectiveTime": round(step.get("nominalTime", 0) * efficiency_of(step), 2)} for step in steps
            ]
        return super().enrich(steps)

    def tasks(self, steps: list[Step]) -> list[Step]:
        return [] if "launch-without-assignments" in self.faults else super().tasks(steps)

    def violations(self, plan: Document) -> list[str]:
        if "validation-skipped" in self.faults:
            return []
        if "valid-plans-refused" in self.faults and next(_plans_seen) % 5 == 4:
            return ["nodes[0].nominalTime must be > 0"]
        found = self.check(plan) if "validation-flag-ignored" in self.faults else super().violations(plan)
        return found[:1] if "validation-first-only" in self.faults else found

    def check(self, plan: Document) -> list[str]:
        found = super().check(plan)
        deprecated = [
            line
            for line in found
            if "executionGraph" in line or line.endswith((".time is not allowed", ".skills is not allowed"))
        ]
        accepted = self.fallback_removed and "deprecated-accepted-after-cleanup" in self.faults
        return [line for line in found if line not in deprecated] if accepted else found

    def planned_amounts(self, node: Step, plan: Document) -> materials.Amounts:
        forgetful = "planned-amount-without-defects" in self.faults
        return super().planned_amounts(node, {**plan, "defectRate": 0} if forgetful else plan)

    def reserve(self, planned: Mapping[str, float], free: Mapping[str, float]) -> materials.Reservation:
        if "reservation-overdraws" in self.faults:
            return materials.Reservation(dict(planned), dict(planned))
        reservation = super().reserve(planned, free)
        if "reservation-all-or-nothing" in self.faults and reservation.partial:
            return materials.Reservation(dict(planned), dict.fromkeys(planned, 0.0))
        return reservation

    def cap(self, wanted: Mapping[str, float], reserved: Mapping[str, float]) -> materials.Consumption:
        if "consumption-uncapped" in self.faults:
            return materials.Consumption(dict(wanted), dict(wanted))
        if "material-not-consumed" in self.faults:
            return materials.Consumption({}, {})
        return super().cap(wanted, reserved)

    def merge(self, stored: Document, changes: Document) -> Document:
        merged = super().merge(stored, changes)
        if "stale-execution-graph" in self.faults and "executionGraph" in stored and "executionGraph" not in changes:
            return {**merged, "executionGraph": stored["executionGraph"]}
        return merged


def broken_model(flags: Flags, fallback_removed: bool, validator: Validator, faults: Collection[str]) -> Model:
    return BrokenModel(flags, fallback_removed, validator, faults)


def broken_flags(environment: Mapping[str, str], faults: Collection[str]) -> Flags:
    """Read the flags at a server's start, loosely or not at all where a fault says so."""
    flags = parse_flags(environment)
    if "flag-parsed-loosely" in faults:
        flags = replace(flags, use_canonical_nodes=environment.get(CANONICAL, "").lower() in LOOSELY_TRUE)
    if "validation-flag-parsed-loosely" in faults:
        flags = replace(flags, enable_validation=environment.get(VALIDATION, "").lower() not in LOOSELY_FALSE)
    if "flag-ignored" in faults:
        flags = replace(flags, use_canonical_nodes=False)
    return flags
