"""One stored plan whose first step is given another time, and gets its old one back."""

from typing import Any

from systems.mes.api import Mes

Document = dict[str, Any]
_MINUTES_MORE = 7


class Edited:
    """An edit of a plan that is not the run's own.

    Attributes:
        plan_id: Which plan.
        wanted: Nominal time of its first step after the edit, in minutes.
    """

    def __init__(self, mes: Mes, plan_id: str) -> None:
        self._mes = mes
        self._steps: list[Document] = []
        self.plan_id = plan_id
        self.wanted = 0.0

    def change(self) -> None:
        """Give the first step seven minutes more."""
        self._steps = [self._plain(node) for node in self._mes.plan(self.plan_id)["nodes"]]
        first, *rest = self._steps
        self.wanted = float(first["nominalTime"]) + _MINUTES_MORE
        self._mes.edit(self.plan_id, {"nodes": [{**first, "nominalTime": self.wanted}, *rest]})

    def served(self) -> float:
        """Return the nominal time of the first step, in minutes, as the MES serves it now."""
        return float(self._mes.plan(self.plan_id)["nodes"][0]["nominalTime"])

    def restore(self) -> None:
        """Give the plan its old steps back."""
        if self._steps:
            self._mes.edit(self.plan_id, {"nodes": self._steps})

    @staticmethod
    def _plain(node: Document) -> Document:
        return {name: value for name, value in node.items() if name != "effectiveTime"}
