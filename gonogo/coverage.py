"""The plan against the scenarios: which criterion is verified by what, and which by nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gonogo import criteria, selection
from gonogo.criteria import Catalogue, Criterion
from gonogo.selection import PlannedScenario

ATTESTED_TAG = "manual"


@dataclass(frozen=True)
class Coverage:
    """For each criterion the scenarios that carry its tag."""

    catalogue: Catalogue
    scenarios: Mapping[str, Sequence[PlannedScenario]]

    @classmethod
    def read(cls, root: Path, known_tags: frozenset[str]) -> "Coverage":
        """Read criteria files and features.

        Raises:
            UsageError: If a criteria file or a feature file is malformed.
        """
        catalogue = criteria.load(root / "features")
        found: dict[str, list[PlannedScenario]] = {identifier: [] for identifier in catalogue.criteria}
        for scenario in selection.scenarios([root / "features"], root, known_tags):
            for tag in scenario.tags & found.keys():
                found[tag].append(scenario)
        return cls(catalogue, found)

    def uncovered(self) -> list[Criterion]:
        """Return the criteria that nothing verifies although they are not out of scope."""
        wanted = (c for c in self.catalogue.criteria.values() if c.verified_by != "out_of_scope")
        return [criterion for criterion in wanted if not self.scenarios[criterion.id]]

    def contradictions(self) -> list[str]:
        """Return where criteria files and features disagree about how something is verified, or where it may run."""
        return [problem for c in self.catalogue.criteria.values() for problem in self._about(c)]

    def _about(self, criterion: Criterion) -> Iterable[str]:
        scenarios = self.scenarios[criterion.id]
        attested = [s for s in scenarios if ATTESTED_TAG in s.tags]
        if criterion.verified_by == "out_of_scope" and scenarios:
            yield f"{criterion.id} is out of scope, and yet verified by {scenarios[0].nodeid}"
        if criterion.verified_by == "attestation" and len(attested) < len(scenarios):
            yield f"{criterion.id} should be attested; {scenarios[0].nodeid} is not tagged @{ATTESTED_TAG}"
        if criterion.verified_by == "scenario" and scenarios and len(attested) == len(scenarios):
            yield f"{criterion.id} should be verified by a scenario, and is only attested by {scenarios[0].nodeid}"
        if criterion.applies_to in ("production", "any") and scenarios and all("mutates" in s.tags for s in scenarios):
            why = f"applies to {criterion.applies_to}; a @mutates scenario cannot verify it there"
            yield f"{criterion.id} {why}: {scenarios[0].nodeid}"

    def as_dict(self) -> list[dict[str, Any]]:
        """Return coverage as JSON types, one entry a criterion."""
        return [
            {
                "id": c.id,
                "rollout": c.rollout,
                "gates": sorted(c.gates),
                "section": c.section,
                "criterion": c.statement,
                "threshold": c.threshold,
                "applies_to": c.applies_to,
                "verified_by": c.verified_by,
                "scenarios": [scenario.nodeid for scenario in self.scenarios[c.id]],
                "note": c.note,
            }
            for c in self.catalogue.criteria.values()
        ]
