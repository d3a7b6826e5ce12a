"""What the migration and cleanup commands print, read into values."""

import re
from dataclasses import dataclass

DRY_RUN_TITLE = "Migration Dry-Run Report"
TOTAL = "Total plans"
MIGRATED = "Already migrated (have nodes[])"
WAITING = "Will migrate (have executionGraph[])"
_SAMPLE = re.compile(r"^Plan (\S+): (\d+) nodes → (\d+) canonical nodes ✓$")


@dataclass(frozen=True)
class Sample:
    """One sample conversion of a rehearsal."""

    plan_id: str
    before: int
    after: int


@dataclass(frozen=True)
class Report:
    """The text of a report, and what can be read from it."""

    text: str

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.text.splitlines()]

    def value(self, key: str) -> str | None:
        """Return what stands behind "key:" at the start of a line, or None where no line begins so."""
        found = next((line for line in self.lines if line.startswith(f"{key}:")), None)
        return None if found is None else found.partition(":")[2].strip()

    def count(self, key: str) -> int | None:
        """Return the whole number behind "key:", or None where there is none."""
        text = self.value(key) or ""
        return int(text) if re.fullmatch(r"\d+", text) else None

    @property
    def samples(self) -> list[Sample]:
        """The sample conversions, in order."""
        found = (_SAMPLE.match(line) for line in self.lines)
        return [Sample(match[1], int(match[2]), int(match[3])) for match in found if match]

    @property
    def counts_add_up(self) -> bool:
        """Whether done and to do make up the total; a count that is missing adds up to nothing."""
        total, done, to_do = (self.count(key) for key in (TOTAL, MIGRATED, WAITING))
        return total is not None and done is not None and to_do is not None and done + to_do == total

    def section(self, title: str) -> list[str]:
        """Return the lines below the line that begins with `title`, up to the next empty line."""
        start = next((number for number, line in enumerate(self.lines) if line.startswith(title)), None)
        if start is None:
            return []
        rest = self.lines[start + 1 :]
        return rest[: rest.index("")] if "" in rest else rest
