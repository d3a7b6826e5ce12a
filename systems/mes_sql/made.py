"""The rows that one scenario makes: tagged with its mark, and gone when it ends."""

import secrets
from typing import Any

from gonogo.outcome import Missed
from systems.mes_sql import sample
from systems.mes_sql.build import Build, Document

ORDER = ("plan", "worker", "substation", "station", "operation")
"""In which order what was made is removed: whoever refers to another goes first."""


class Made:
    """Makes plans, workers and master data under a mark of its own, and removes everything that carries the mark.

    Attributes:
        mark: The tag of each row: the run, and six characters for the scenario.
    """

    def __init__(self, build: Build, run: str) -> None:
        self._build = build
        self._number = 0
        self._used = False
        self._mark = f"{run} {secrets.token_hex(3)}"
        self._makings: sample.Workshop | None = None

    @property
    def mark(self) -> str:
        self._used = True
        return self._mark

    @property
    def makings(self) -> sample.Workshop:
        """What sample plans are made of here, looked up once."""
        if self._makings is None:
            self._makings = sample.workshop(self._build)
        return self._makings

    def order(self) -> str:
        """Return a work order code that nobody has used."""
        self._number += 1
        return f"WO-{self._mark[-6:].upper()}-{self._number}"

    def plan(self, nodes: int = 3, *, assigned: bool = True) -> Document:
        """Return a plan that can be sent; nothing is sent yet."""
        return sample.plan(self.makings, self.mark, self.order(), nodes, assigned=assigned)

    def create_plan(self, nodes: int = 3, *, assigned: bool = True) -> Document:
        """Create a plan and return it as it was answered."""
        return self.create("plan", self.plan(nodes, assigned=assigned))

    def create(self, kind: str, document: Document) -> Document:
        """Create something of one of build.LISTS under the mark, and return it as it was answered."""
        answer = self._build.offer(kind, {**document, "tag": self.mark}).require(201)
        created: Document = answer.json_at(f"/{kind}")
        return created

    def rows(self) -> list[dict[str, Any]]:
        """Return kind and id of every row that carries the mark."""
        return self._build.green.query("rows of a mark", mark=self._mark)

    def remove_all(self) -> None:
        """Remove what carries the mark.

        Raises:
            Missed: If something is left afterwards.
        """
        if not self._used:
            return
        for row in sorted(self.rows(), key=lambda row: ORDER.index(row["kind"])):
            self._build.remove(row["kind"], row["id"])
        left = [f"{row['kind']} {row['id']}" for row in self.rows()]
        if left:
            raise Missed(f"rows of the run are left behind: {', '.join(left)}; remove them by hand")
