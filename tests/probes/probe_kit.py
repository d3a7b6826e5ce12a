"""Small things that the probes' tests share."""

from dataclasses import dataclass
from pathlib import Path

from gonogo.evidence import Evidence

TOKEN = "canary-token-5f1b93aa"
PATIENCE_S = 15.0
"""For what happens at once unless the machine is busy."""


@dataclass
class Scenario:
    """Whether the scenario that is running is tagged @mutates."""

    mutates: bool = False


@dataclass
class Kept:
    """The evidence taken so far, as text."""

    directory: Path
    evidence: Evidence

    def texts(self) -> list[str]:
        return [(self.directory / ref.path).read_text() for ref in self.evidence.taken()]

    def last(self) -> str:
        return self.texts()[-1]
