"""What people do on DocFlow's pages, and what they then see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from systems.docflow.made import Made
from systems.docflow.pages import Pages
from systems.docflow.service import DocFlow

Shown = Sequence[tuple[str, str]]
"""Title and type of the documents that a page shows."""


@dataclass(frozen=True)
class Filtered:
    """The queue page before and after it was filtered by a type."""

    ai_type: str
    before: Shown
    after: Shown

    def shows(self, titles: Sequence[str]) -> bool:
        """Return whether exactly these documents, at least one, are shown as the type, and fewer than before."""
        same = Counter(title for title, _ in self.after) == Counter(titles)
        only = {kind for _, kind in self.after} == {self.ai_type}
        return same and only and {kind for _, kind in self.before} > {self.ai_type}


def filtered(pages: Pages, ai_type: str) -> Filtered:
    """Open the queue page as a reader and filter it."""
    pages.read("queue")
    before = pages.documents()
    return Filtered(ai_type, before, pages.choose_type(ai_type))


def titles(docflow: DocFlow, shown: Filtered) -> list[str]:
    """Return the titles that the API gives for the filter; as many as the page asks for."""
    return [str(one["title"]) for one in docflow.queue(shown.ai_type, limit=len(shown.before))]


def summary(shown: Shown) -> str:
    """Return how many documents of which type are shown."""
    counted = Counter(kind for _, kind in shown)
    return ", ".join(f"{n} {kind or 'without a type'}" for kind, n in sorted(counted.items())) or "none"


def watch_while_it_changes(pages: Pages, made: Made) -> None:
    """Open the queue page as a tester, and add a document while it listens."""
    pages.sign_in("queue")
    pages.settle()
    made.document("letter")
    pages.settle()
