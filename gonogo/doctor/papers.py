"""Attestations and waivers: about criteria that exist, in time, and for the release asked about."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gonogo import criteria
from gonogo.attestation import Attestation, Waiver
from gonogo.criteria import Criterion
from gonogo.doctor.finding import Finding
from gonogo.outcome import UsageError
from gonogo.workbench import Workbench

_NAMED = 6


def examine(root: Path, bench: Workbench, release: str) -> Iterator[Finding]:
    """Yield what is wrong with the signed statements of the environment, and what a release still needs signed."""
    try:
        catalogue = criteria.load(root / "features").criteria
    except UsageError as error:
        yield from (Finding("malformed", line) for line in str(error).splitlines())
        return
    signed: list[tuple[Sequence[str], Attestation | Waiver]] = [(a.criteria, a) for a in bench.register.attestations]
    signed += [((w.criterion,), w) for w in bench.register.waivers]
    register = bench.register
    yield Finding("ok", f"{len(register.attestations)} attestations and {len(register.waivers)} waivers read")
    for ids, entry in signed:
        yield from _entry(ids, entry, set(catalogue), bench.environment.name)
    if release:
        yield from _unsigned(bench, list(catalogue.values()), release)


def _entry(ids: Sequence[str], entry: Attestation | Waiver, known: set[str], environment: str) -> Iterator[Finding]:
    what = f"{type(entry).__name__.lower()} of {_some(ids)} by {entry.role}, signed {entry.signed_at.date()}"
    strangers = sorted(set(ids) - known)
    if strangers:
        yield Finding("problem", f"{what}: no plan has {_some(strangers)}", "write the id as criteria.csv has it")
    problem = entry.problem(entry.release, environment, datetime.now(UTC))
    if problem:
        yield Finding("optional", f"{what} {problem}, so it does not count", "sign anew, or remove the entry")


def _unsigned(bench: Workbench, plan: Sequence[Criterion], release: str) -> Iterator[Finding]:
    """Yield which criteria that rest on a person's word are not signed for the release, in rollouts that use it."""
    kind = bench.environment.kind
    waived = bench.register.waived()
    needed = [c.id for c in plan if c.verified_by == "attestation" and c.required_in(kind) and c.id not in waived]
    missing = [identifier for identifier in needed if not bench.register.judge(identifier).met]
    if missing:
        counted = f"{len(missing)} of {len(needed)} criteria that need a signature"
        what = f"{counted} have none for {release}: {_some(missing)}"
        yield Finding("problem", what, "docs/attestations.md says how to sign")
    elif needed:
        yield Finding("ok", f"all {len(needed)} criteria that need a signature have one for {release}")


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:_NAMED])
    return shown if len(ids) <= _NAMED else f"{shown} and {len(ids) - _NAMED} more"
