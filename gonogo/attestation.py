"""Attestations and waivers: statements signed off by people, read from TOML and checked for each criterion.

    [[attestation]]
    criteria = ["R1-P3-08", "R1-P3-09"]
    statement = "The team and the responders know the deployment window."
    person = "..."
    role = "Deployment lead"
    release = "2.3.0"
    environment = "prod"
    signed_at = 2026-11-20T09:00:00Z
    expires = 2026-12-20T09:00:00Z
    decision = "approve"            # or "reject"
    [attestation.items]             # one answer a criterion
    R1-P3-08 = "Announced in the deployments channel, 2026-11-18"

A waiver is a `[[waiver]]` with criterion, person, role, reason, release, environment, signed_at and expires.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome, UsageError

_CLOCK_TOLERANCE = timedelta(minutes=2)
_MAX_BYTES = 1_000_000
S = TypeVar("S", bound="Signed")


class Signed(BaseModel):
    """What every signed statement carries. Times need an offset; a naive time is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    person: str = Field(min_length=2)
    role: str = Field(min_length=2)
    release: str = Field(min_length=1)
    environment: str = Field(min_length=1)
    signed_at: datetime
    expires: datetime

    @model_validator(mode="after")
    def _times(self) -> "Signed":
        if self.signed_at.tzinfo is None or self.expires.tzinfo is None:
            raise ValueError("signed_at and expires need an offset, such as 2026-11-20T09:00:00Z")
        if self.expires <= self.signed_at:
            raise ValueError("expires must be later than signed_at")
        return self

    def problem(self, release: str, environment: str, at: datetime) -> str | None:
        """Return why the statement does not count for `release` on `environment` at the instant `at`, or None."""
        if self.release != release:
            return f"is for release {self.release}, not {release}"
        if self.environment != environment:
            return f"is for the environment {self.environment}, not {environment}"
        if self.signed_at > at + _CLOCK_TOLERANCE:
            return f"is dated in the future ({self.signed_at.isoformat()})"
        if at >= self.expires:
            return f"expired at {self.expires.isoformat()}"
        return None


class Attestation(Signed):
    """A statement by a person for what no probe can see, with an answer for each criterion."""

    criteria: tuple[str, ...] = Field(min_length=1)
    statement: str = Field(min_length=8)
    decision: Literal["approve", "reject"]
    items: dict[str, str] = {}

    @model_validator(mode="after")
    def _answers(self) -> "Attestation":
        strangers = sorted(set(self.items) - set(self.criteria))
        if strangers:
            raise ValueError(f"items answers {', '.join(strangers)}, which criteria does not list")
        return self

    def answer(self, criterion: str) -> str:
        """Return the answer for `criterion`: its item, or the statement where it is about that criterion alone."""
        return self.items.get(criterion, self.statement if len(self.criteria) == 1 else "").strip()


class Waiver(Signed):
    """A decision by a person to go without a criterion, until an end; shown, never silent."""

    criterion: str
    reason: str = Field(min_length=8)


@dataclass(frozen=True, slots=True)
class Register:
    """The signed statements that count in one run: for one release, one environment, one instant."""

    attestations: Sequence[Attestation]
    waivers: Sequence[Waiver]
    release: str
    environment: str
    source: str

    def judge(self, criterion: str, role: str = "", at: datetime | None = None) -> Judgement:
        """Judge whether `criterion` is attested, by somebody in `role` where one is asked for.

        A valid rejection is missed; none that is valid is unverified. Roles are compared without case.
        """
        at = at or datetime.now(UTC)
        about = [a for a in self.attestations if criterion in a.criteria and _has_role(a, role)]
        valid = [a for a in about if a.problem(self.release, self.environment, at) is None]
        rejected = next((a for a in valid if a.decision == "reject"), None)
        if rejected:
            return self._judgement(criterion, Outcome.MISSED, f"rejected by {_who(rejected)}: {rejected.statement}")
        answered = next((a for a in valid if a.answer(criterion)), None)
        if answered:
            return self._judgement(criterion, Outcome.MET, f"{_who(answered)}: {answered.answer(criterion)}")
        return self._judgement(criterion, Outcome.UNVERIFIED, self._why_not(criterion, about, valid, at))

    def waived(self, at: datetime | None = None) -> dict[str, str]:
        """Return criterion -> "who, role, until when: reason" for every waiver that counts now."""
        at = at or datetime.now(UTC)
        counted = [w for w in self.waivers if w.problem(self.release, self.environment, at) is None]
        return {w.criterion: f"waived by {_who(w)} until {w.expires.date()}: {w.reason}" for w in counted}

    def _why_not(self, criterion: str, about: Sequence[Attestation], valid: Sequence[Attestation], at: datetime) -> str:
        if valid:
            return f"the attestation by {_who(valid[0])} leaves the item {criterion} unanswered"
        if about:
            return f"the attestation by {_who(about[0])} {about[0].problem(self.release, self.environment, at)}"
        others = sorted({a.role for a in self.attestations if criterion in a.criteria})
        only = f" in the role asked for, only by {', '.join(others)}" if others else ""
        return f"no attestation for {criterion}{only}"

    def _judgement(self, criterion: str, outcome: Outcome, reason: str) -> Judgement:
        attested = Measurement(f"attestation of {criterion}", reason, source="attestation", query=self.source)
        limit = Limit("==", f"signed for release {self.release} on {self.environment}")
        remedy = "" if outcome is Outcome.MET else f"have it signed in {self.source}; docs/attestations.md says how"
        return Judgement(outcome, reason, attested, limit, remedy)


def _has_role(signed: Signed, role: str) -> bool:
    return not role or signed.role.casefold() == role.casefold()


def _who(signed: Signed) -> str:
    return f"{signed.person} ({signed.role}, {signed.signed_at.date()})"


def load(paths: Iterable[Path], release: str, environment: str, root: Path | None = None) -> Register:
    """Read attestation and waiver files, or folders of them; texts name them relative to `root` where they lie below.

    Raises:
        UsageError: Names file and entry of everything malformed; a malformed entry never counts and never vanishes.
    """
    attestations: list[Attestation] = []
    waivers: list[Waiver] = []
    problems: list[str] = []
    files = [file for path in paths for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]
    for file in files:
        tree = _tree(file, problems)
        attestations += _entries(tree.pop("attestation", []), Attestation, file, problems)
        waivers += _entries(tree.pop("waiver", []), Waiver, file, problems)
        if tree:
            problems.append(f"{file}: unknown keys {', '.join(tree)}; valid: [[attestation]], [[waiver]]")
    if problems:
        raise UsageError("\n".join(problems))
    shown = [str(f.relative_to(root)) if root and f.is_relative_to(root) else f.name for f in files]
    return Register(attestations, waivers, release, environment, ", ".join(shown) or "(no file)")


def _tree(file: Path, problems: list[str]) -> dict[str, Any]:
    try:
        if not file.exists():
            problems.append(f"{file}: there is no such file or folder; make it, empty if nothing is signed yet")
            return {}
        if not file.is_file() or file.stat().st_size > _MAX_BYTES:
            problems.append(f"{file}: must be a regular file of at most {_MAX_BYTES} bytes")
            return {}
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        problems.append(f"{file}: not readable as TOML: {error}")
        return {}


def _entries(raw: Any, model: type[S], file: Path, problems: list[str]) -> list[S]:
    found = []
    for number, entry in enumerate(raw if isinstance(raw, list) else [raw], 1):
        try:
            found.append(model(**entry))
        except (ValidationError, TypeError) as error:
            details = error.errors() if isinstance(error, ValidationError) else [{"loc": (), "msg": str(error)}]
            for detail in details:
                where = ".".join(map(str, detail["loc"])) or "entry"
                problems.append(f"{file} [[{model.__name__.lower()}]] {number}: {where}: {detail['msg']}")
    return found
