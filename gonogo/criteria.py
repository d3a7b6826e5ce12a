"""The criteria of a rollout, and the gates they make up.

Each rollout keeps its criteria in features/<rollout>/criteria.csv: the source of coverage and of every gate's required
list. A gate is `rollout` (all of its criteria), `rollout/name`, or `all` (every rollout), and what it requires depends
on the environment's kind: everything in a hermetic run; elsewhere what applies to that kind or to any.
"""

import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gonogo.outcome import UsageError

COLUMNS = (
    "id",
    "gates",
    "section",
    "criterion",
    "kind",
    "verified_by",
    "threshold",
    "mutates",
    "applies_to",
    "note",
)
EVERY_ROLLOUT = "all"
CRITERION_ID = re.compile(r"^R\d+-[A-Z0-9]+-\d{2,3}\Z")
VerifiedBy = Literal["scenario", "attestation", "out_of_scope"]
_VERIFIED_BY = ("scenario", "attestation", "out_of_scope")
_APPLIES_TO = ("hermetic", "staging", "production", "any")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing the plan says must hold.

    Attributes:
        id: Stable id, such as R1-P2-18.
        rollout: Folder name of its rollout.
        gates: Names of the gates that need it.
        section: Where in the plan it stands.
        statement: What must hold, in one sentence.
        kind: What it is about (api, metric, migration, manual ...).
        verified_by: "scenario", "attestation" or "out_of_scope" (then `note` says why).
        threshold: The plan's figure, as text.
        mutates: Whether verifying it changes the target.
        applies_to: Kind of environment it is verified in: hermetic, staging, production or any.
        note: Conflicts, merges and other remarks.
    """

    id: str
    rollout: str
    gates: frozenset[str]
    section: str
    statement: str
    kind: str
    verified_by: VerifiedBy
    threshold: str
    mutates: bool
    applies_to: str
    note: str

    def required_in(self, kind: str) -> bool:
        """Return whether an environment of `kind` must verify it."""
        if self.verified_by == "out_of_scope":
            return False
        return kind == "hermetic" or self.applies_to in ("any", kind)


@dataclass(frozen=True, slots=True)
class Gate:
    """The criteria that one decision needs, fixed before the run."""

    name: str
    criteria: tuple[Criterion, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(criterion.id for criterion in self.criteria)


@dataclass(frozen=True)
class Catalogue:
    """All criteria of all rollouts, by id."""

    criteria: dict[str, Criterion]

    def rollouts(self) -> list[str]:
        """Return the names of the rollouts, in order of appearance."""
        return list(dict.fromkeys(criterion.rollout for criterion in self.criteria.values()))

    def gate_names(self) -> list[str]:
        """Return every gate that can be asked for."""
        names: list[str] = []
        for rollout in self.rollouts():
            gates = {gate for c in self.criteria.values() if c.rollout == rollout for gate in c.gates}
            names += [rollout, *(f"{rollout}/{gate}" for gate in sorted(gates))]
        return [*names, EVERY_ROLLOUT]

    def gate(self, name: str, kind: str) -> Gate:
        """Return the gate `name` for an environment of `kind`.

        Raises:
            UsageError: If there is no such gate, or nothing in it applies to that kind.
        """
        members = [c for c in self.criteria.values() if _belongs(c, name)]
        if not members:
            close = difflib.get_close_matches(name, self.gate_names(), 1)
            hint = f", did you mean {close[0]!r}?" if close else "."
            raise UsageError(f"there is no gate {name!r}{hint} Valid: {', '.join(self.gate_names())}")
        required = tuple(criterion for criterion in members if criterion.required_in(kind))
        if not required:
            raise UsageError(f"the gate {name!r} requires nothing in a {kind} environment; choose another gate")
        return Gate(name, required)


def _belongs(criterion: Criterion, gate: str) -> bool:
    rollout, _, part = gate.partition("/")
    return gate == EVERY_ROLLOUT or (criterion.rollout == rollout and (not part or part in criterion.gates))


def load(features: Path) -> Catalogue:
    """Read every features/<rollout>/criteria.csv.

    Raises:
        UsageError: Names file and line of everything malformed, and what is valid there.
    """
    found: list[Criterion] = []
    problems: list[str] = []
    for path in sorted(features.glob("*/criteria.csv")):
        try:
            found += _read(path, problems)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            problems.append(f"{path}: not readable as CSV in UTF-8: {error}")
    for identifier, times in Counter(criterion.id for criterion in found).items():
        if times > 1:
            problems.append(f"{identifier} stands {times} times in the criteria files; ids are unique")
    if problems:
        raise UsageError("\n".join(problems))
    return Catalogue({criterion.id: criterion for criterion in found})


def _read(path: Path, problems: list[str]) -> Iterable[Criterion]:
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            problems.append(f"{path}:1: the columns must be {','.join(COLUMNS)}")
            return
        for row in reader:
            place = f"{path}:{reader.line_num}"
            wrong = _problems_of(row)
            problems += [f"{place}: {problem}" for problem in wrong]
            if not wrong:
                yield _criterion(row, path.parent.name)


def _problems_of(row: dict[str, str]) -> list[str]:
    if None in row or None in row.values():
        return [f"the row has not {len(COLUMNS)} fields"]
    problems = []
    if not CRITERION_ID.match(row["id"]):
        problems.append(f"{row['id']!r} is no criterion id; write R<rollout>-<PART>-<number>, such as R1-P2-07")
    if row["verified_by"] not in _VERIFIED_BY:
        problems.append(f"verified_by {row['verified_by']!r}; valid: {', '.join(_VERIFIED_BY)}")
    if row["applies_to"] not in _APPLIES_TO:
        problems.append(f"applies_to {row['applies_to']!r}; valid: {', '.join(_APPLIES_TO)}")
    if row["mutates"] not in ("yes", "no"):
        problems.append(f"mutates {row['mutates']!r}; valid: yes, no")
    if not row["gates"].split():
        problems.append("gates is empty; name at least one gate")
    if not row["criterion"].strip():
        problems.append("criterion is empty; say what must hold")
    if row["verified_by"] == "out_of_scope" and not row["note"].strip():
        problems.append("out of scope without a reason; say why in note")
    return problems


def _criterion(row: dict[str, str], rollout: str) -> Criterion:
    verified_by: VerifiedBy = row["verified_by"]  # type: ignore[assignment]  # checked in _problems_of
    return Criterion(
        id=row["id"],
        rollout=rollout,
        gates=frozenset(row["gates"].split()),
        section=row["section"],
        statement=row["criterion"],
        kind=row["kind"],
        verified_by=verified_by,
        threshold=row["threshold"],
        mutates=row["mutates"] == "yes",
        applies_to=row["applies_to"],
        note=row["note"],
    )
