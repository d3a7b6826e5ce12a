"""One line of the doctor."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from gonogo.report.wording import visible

Status = Literal["ok", "optional", "problem", "malformed"]
_COLOURS: dict[Status, str] = {"ok": "green", "optional": "blue", "problem": "red", "malformed": "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found.

    Attributes:
        status: ok; optional (missing, and a run goes on without); problem (missing or wrong, and needed); malformed
            (a file that says something that cannot be).
        what: What was looked at and what was found.
        remedy: How to get or mend it; empty where nothing is to be done.
    """

    status: Status
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.status:<10}{visible(self.what)}" + (f"; {visible(self.remedy)}" if self.remedy else "")

    @property
    def markup(self) -> dict[str, bool]:
        """The colour of its line."""
        return {_COLOURS[self.status]: True}

    def scrubbed(self, scrub: Callable[[str], str]) -> "Finding":
        """Return the finding without secrets."""
        return replace(self, what=scrub(self.what), remedy=scrub(self.remedy))
