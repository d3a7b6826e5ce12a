"""Material of an assignment: what is planned, what is reserved, what may be consumed.

Planned, per material of a node:

    preProductionReservedAmount = quantity x quantityPerUnit x (1 + expected defect rate)     (rounded to 3 decimals)

Reserved is the smaller of planned and what is free in stock; consumed is never more than reserved.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hermetic.mes.domain.nodes import Step

Amounts = dict[str, float]


@dataclass(frozen=True)
class Reservation:
    """Amounts by material code: planned, really reserved, and the part that is missing."""

    planned: Amounts
    reserved: Amounts

    @property
    def missing(self) -> Amounts:
        return {
            code: round(want - self.reserved[code], 3)
            for code, want in self.planned.items()
            if self.reserved[code] < want
        }

    @property
    def partial(self) -> bool:
        return bool(self.missing)


@dataclass(frozen=True)
class Consumption:
    """Amounts by material code: asked for, and really consumed after the cap."""

    wanted: Amounts
    consumed: Amounts

    @property
    def capped(self) -> bool:
        return any(self.consumed[code] < want for code, want in self.wanted.items())


def planned_amounts(node: Step, quantity: float, defect_rate: float) -> Amounts:
    """Return what a node needs for `quantity` units when a share `defect_rate` of them is expected to be scrapped."""
    need: Amounts = {}
    for material in node.get("materialInputs", []):
        amount = quantity * float(material["quantityPerUnit"]) * (1 + defect_rate)
        need[material["materialCode"]] = round(need.get(material["materialCode"], 0.0) + amount, 3)
    return need


def reserve(planned: Mapping[str, float], free: Mapping[str, float]) -> Reservation:
    """Reserve as much as is free; a short stock makes the reservation partial, it does not refuse it."""
    got = {code: round(max(0.0, min(amount, free.get(code, 0.0))), 3) for code, amount in planned.items()}
    return Reservation(dict(planned), got)


def cap_consumption(wanted: Mapping[str, float], reserved: Mapping[str, float]) -> Consumption:
    """Cap what is consumed at what was reserved; a material that was never reserved cannot be consumed."""
    return Consumption(dict(wanted), {code: min(amount, reserved.get(code, 0.0)) for code, amount in wanted.items()})
