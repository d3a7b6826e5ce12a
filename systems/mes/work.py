"""Working through a plan: starting and completing its assignments, and what that does to the materials."""

from dataclasses import dataclass
from typing import Any

from systems.mes.api import Launch, Mes

Document = dict[str, Any]
Amounts = dict[str, float]


@dataclass(frozen=True)
class Worked:
    """One assignment, carried out: what each call answered, and the materials before, in between and afterwards."""

    started: Document
    completed: Document
    before: dict[str, Document]
    between: dict[str, Document]
    after: dict[str, Document]

    @property
    def reserved(self) -> Amounts:
        """What the assignment says it has reserved, by material."""
        amounts: Amounts = self.started["assignment"]["actualReservedAmounts"]
        return amounts

    def held(self) -> Amounts:
        """Return how much more of each material was reserved in stock once the work had started."""
        return self._moved(self.before, self.between, "reserved")

    def taken(self) -> Amounts:
        """Return how much of each material has left the stock in all."""
        return self._moved(self.after, self.before, "stock")

    def still_held(self) -> Amounts:
        """Return how much more of each material stays reserved than before the work."""
        return self._moved(self.before, self.after, "reserved")

    def _moved(self, earlier: dict[str, Document], later: dict[str, Document], field: str) -> Amounts:
        return {code: round(float(later[code][field] - earlier[code][field]), 3) for code in self.reserved}


def carry_out(mes: Mes, assignment_id: str) -> Worked:
    """Start and complete one assignment, looking at the materials in between."""
    before = mes.materials()
    started = mes.start(assignment_id)
    between = mes.materials()
    completed = mes.complete(assignment_id)
    return Worked(started, completed, before, between, mes.materials())


def finish(mes: Mes, launch: Launch) -> list[Document]:
    """Start and complete every assignment of a launched plan, in order, and return them as they are then stored."""
    for assignment in launch.assignments:
        mes.start(assignment["id"])
        mes.complete(assignment["id"])
    return mes.assignments(launch.plan_id)


def show(amounts: Amounts) -> str:
    """Return amounts as people read them: "MAT-STEEL 15.75, MAT-WIRE 2.1"."""
    return ", ".join(f"{code} {amount:g}" for code, amount in sorted(amounts.items())) or "nothing"
