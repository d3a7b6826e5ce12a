"""The documents and schedules that one scenario makes: tagged with its mark, and gone when it ends."""

import secrets

from gonogo.outcome import Missed
from systems.docflow.service import DocFlow, Document

TEXTS = {
    "invoice": "Invoice 2025-118. Amount due EUR 1250.00, payable within thirty days, tax number below.",
    "contract": "This contract is made between the parties; the term of the agreement is two years.",
    "receipt": "Receipt: paid by cash at the till, change given, thank you.",
    "letter": "Dear colleagues, thank you for your letter. With kind regards, yours sincerely.",
    "wordless": "0 1 2 3 4 5",
}
"""Texts by what the AI must take them for; the last has no word to go by."""


class Made:
    """Makes documents and schedules under a mark of its own, and removes everything that carries the mark.

    Attributes:
        mark: The tag of each: the run, and six characters for the scenario.
    """

    def __init__(self, docflow: DocFlow, run: str) -> None:
        self._docflow = docflow
        self._used = False
        self._mark = f"{run}-{secrets.token_hex(3)}"

    @property
    def mark(self) -> str:
        self._used = True
        return self._mark

    def document(self, kind: str) -> Document:
        """Add a document of one of TEXTS and return it as it was answered."""
        target = self._docflow.canary
        sent = {"title": f"{kind} {self._mark[-6:]}", "text": TEXTS[kind], "tag": self.mark}
        added: Document = target.http.post(target.path("documents"), json=sent).require(201).json_at("/document")
        return added

    def publish(self, kind: str) -> None:
        """Add a document of one of TEXTS and publish it."""
        target = self._docflow.canary
        target.http.post(target.path("publish", id=str(self.document(kind)["id"])), json={}).require(200)

    def schedule(self, form: str, frequency: str) -> Document:
        """Schedule an export and return it as it was answered."""
        answer = self._docflow.offer_schedule(form, frequency, self.mark).require(201)
        scheduled: Document = answer.json_at("/schedule")
        return scheduled

    def stored(self, kind: str) -> list[Document]:
        """Return the rows of the "documents" or "schedules" that carry the mark."""
        return self._docflow.router.query(f"{kind} of a mark", mark=self._mark)

    def remove_all(self) -> None:
        """Remove what carries the mark.

        Raises:
            Missed: If something is left afterwards.
        """
        if not self._used:
            return
        for kind in ("documents", "schedules"):
            self._remove(kind)
        left = [f"{kind} {row['id']}" for kind in ("documents", "schedules") for row in self.stored(kind)]
        if left:
            raise Missed(f"rows of the run are left behind: {', '.join(left)}; remove them by hand")

    def _remove(self, kind: str) -> None:
        target = self._docflow.router
        name = {"documents": "document", "schedules": "schedule"}[kind]
        for row in self.stored(kind):
            target.http.delete(target.path(name, id=str(row["id"]))).require(200, 404)
