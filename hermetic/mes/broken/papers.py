"""Faults in the team's papers and in the repository, applied to fresh copies at each arrangement."""

from collections.abc import Collection
from pathlib import Path

from hermetic.kit.edits import spoil
from hermetic.mes.broken.migration import broken_report
from hermetic.mes.catalogue.papers import PAPER_FAULTS
from hermetic.mes.catalogue.repository import REPOSITORY_FAULTS

REPORTS = ("migration-analysis.txt", "migration-report.txt", "migration-log.txt")


def spoil_papers(folder: Path, faults: Collection[str]) -> None:
    """Damage the papers; reports suffer what the commands that write them would do to them."""
    spoil(folder, PAPER_FAULTS, faults)
    for name in REPORTS:
        path = folder / name
        if path.is_file() and faults:
            lines = path.read_text(encoding="utf-8").splitlines()
            path.write_text("\n".join(broken_report(faults, lines)) + "\n", encoding="utf-8")


def spoil_repository(folder: Path, faults: Collection[str]) -> bool:
    """Damage the files of the repository and tell whether a fault wanted that."""
    spoil(folder, REPOSITORY_FAULTS, faults)
    return any(fault.name in faults for fault in REPOSITORY_FAULTS)
