"""Evidence that is scrubbed and not kept: a watch asks too often, and its observation holds what it read."""

from gonogo.evidence import Evidence, EvidenceRef


class Unkept(Evidence):
    """Takes the place of evidence for a probe that is asked at every look."""

    def add(self, name: str, text: str, media_type: str = "text/plain", suffix: str = ".txt") -> EvidenceRef:  # noqa: ARG002
        """Keep nothing."""
        return EvidenceRef("", "", name)
