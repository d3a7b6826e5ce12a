"""The rules of one release under its flags, as one object that the server asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from hermetic.mes.domain import enrichment, materials, nodes, validation
from hermetic.mes.domain.nodes import Choice, Document, Step
from hermetic.mes.flags import Flags


@dataclass(frozen=True)
class Model:
    """The product's behaviour: which steps a plan has, how long they take, what they need, what is refused."""

    flags: Flags
    fallback_removed: bool
    validator: validation.Validator

    def choose(self, plan: Document) -> Choice:
        if self.fallback_removed:
            return nodes.choose_canonical_only(plan)
        return nodes.choose(plan, use_canonical_nodes=self.flags.use_canonical_nodes)

    def enrich(self, steps: list[Step]) -> list[Step]:
        return enrichment.enrich(steps)

    def tasks(self, steps: list[Step]) -> list[Step]:
        """Return the steps that a launch turns into assignments: all of them, in order, with their times."""
        return self.enrich(steps)

    def violations(self, plan: Document) -> list[str]:
        """Return why a plan is refused: nothing when it is valid, or when validation is switched off."""
        return self.check(plan) if self.flags.enable_validation else []

    def check(self, plan: Document) -> list[str]:
        """Validate a plan in whatever shape a client of this release may send it."""
        document = nodes.described_part(plan)
        if not self.fallback_removed and "nodes" not in plan and plan.get("executionGraph"):
            document["nodes"] = nodes.convert_graph(document.pop("executionGraph"))
        return validation.violations(document, self.validator)

    def planned_amounts(self, node: Step, plan: Document) -> materials.Amounts:
        return materials.planned_amounts(node, float(plan.get("quantity") or 0), float(plan.get("defectRate") or 0))

    def reserve(self, planned: Mapping[str, float], free: Mapping[str, float]) -> materials.Reservation:
        return materials.reserve(planned, free)

    def cap(self, wanted: Mapping[str, float], reserved: Mapping[str, float]) -> materials.Consumption:
        return materials.cap_consumption(wanted, reserved)

    def merge(self, stored: Document, changes: Document) -> Document:
        """Return a plan after an edit; a retained executionGraph follows, so that a flag rollback keeps the edit."""
        fixed = {"id", "createdAt", "_migration"}
        plan = {**stored, **{name: value for name, value in changes.items() if name not in fixed}}
        if "executionGraph" in stored and "nodes" in changes and "executionGraph" not in changes:
            plan["executionGraph"] = [nodes.to_legacy(node) for node in changes["nodes"]]
        return plan
