"""The plans that one scenario makes: named after it, and gone when it ends."""

import secrets
from typing import Any

from gonogo.outcome import Missed
from systems.mes.api import Mes
from systems.mes.sample import Document, plan


class MadePlans:
    """Creates plans under a mark of their own, and removes everything that carries the mark.

    Attributes:
        mark: Stands in the name of each plan: the run, and four letters for the scenario. Whoever makes a plan in
            another way (in a browser, in threads) puts it into the plan's name, so that `remove_all` finds the plan.
    """

    def __init__(self, mes: Mes, run: str) -> None:
        self._mes = mes
        self._used = False
        self._mark = f"{run} {secrets.token_hex(2)}"

    @property
    def mark(self) -> str:
        self._used = True
        return self._mark

    def named(self, document: Document | None = None, **changes: Any) -> Document:
        """Return a plan (a usual one by default) with changes and the mark in its name; nothing is sent."""
        found = {**(document or plan()), **changes}
        return {**found, "name": f"{found['name']} {self.mark}"}

    def create(self, document: Document | None = None, **changes: Any) -> Document:
        """Create a plan and return it as the MES answers it, with its id."""
        return self._mes.create(self.named(document, **changes))

    def found(self) -> list[Document]:
        """Return the plans that carry the mark, as the list shows them, newest first."""
        return [listed for listed in self._mes.plans() if self._mark in str(listed["name"])]

    def remove_all(self) -> None:
        """Remove what carries the mark, with its assignments.

        Raises:
            Missed: If something is left afterwards.
        """
        if not self._used:
            return
        for listed in self.found():
            self._mes.remove(listed["id"])
        left = [str(listed["id"]) for listed in self.found()]
        if left:
            raise Missed(f"plans of the run are left behind: {', '.join(left)}; remove them by hand")
