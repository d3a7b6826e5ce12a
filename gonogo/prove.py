"""`gonogo prove`: plants every fault in the stand-ins and shows which criteria catch it.

A fault names the criteria that must then be missed. For each fault the scenarios of these criteria run against a world
in which it is planted, until all of them are missed. A fault that nothing catches, and a scenario that no fault breaks,
fail the proof. What a busy machine left open is tried once more.
"""

import json
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import requests

from gonogo import forked
from gonogo.coverage import ATTESTED_TAG, Coverage
from gonogo.outcome import ExitCode, UsageError
from gonogo.run import RUN_DIRECTORY_VARIABLE, Run
from gonogo.selection import PlannedScenario
from gonogo.stack import Stack, StackError, World
from gonogo.turns import Turns

RUN_LIMIT_S = 600
REJECTED = "attestations-rejected"
UNDECIDED = ("inconclusive", "unverified")
EXCEPTIONS = "unbreakable.toml"


@dataclass(frozen=True)
class Fault:
    """A named way to break a stand-in; `breaks` are the criteria that must then be missed."""

    name: str
    stand_in: str
    meaning: str
    breaks: tuple[str, ...]


@dataclass
class Proof:
    """What came of one fault: the outcome of every criterion that its scenarios verify."""

    fault: Fault
    outcomes: Mapping[str, str] = field(default_factory=dict)
    decision: str = ""
    problems: Sequence[str] = ()
    duration_s: float = 0.0
    ended: bool = False
    tries: int = 1

    @property
    def caught(self) -> list[str]:
        return [identifier for identifier, outcome in self.outcomes.items() if outcome == "missed"]

    @property
    def escaped(self) -> list[str]:
        """Criteria that should have been missed and were not."""
        return [identifier for identifier in self.fault.breaks if self.outcomes.get(identifier) != "missed"]

    @property
    def undecided(self) -> bool:
        """Whether the fault neither was caught nor slipped through: the machine may have been busy."""
        return bool(self.escaped) and all(self.outcomes.get(i) in UNDECIDED for i in self.escaped)

    @property
    def holds(self) -> bool:
        """Whether the run came to its end and caught the fault; one that breaks no criterion must make it HOLD."""
        held = not self.fault.breaks and self.decision == "HOLD"
        return self.ended and not self.escaped and bool(self.caught or held)


@dataclass(frozen=True)
class Asked:
    """What is to be proven, and with what.

    Attributes:
        names: Of faults; none is all of them.
        part: (k, n) is every n-th of all faults, from the k-th on.
        backing: Where the services of the stand-ins come from.
        worlds: How many faults are planted side by side.
    """

    names: tuple[str, ...] = ()
    part: tuple[int, int] = (1, 1)
    backing: str = "auto"
    worlds: int = 3


def run(root: Path, asked: Asked, json_file: Path | None) -> int:
    """Prove what is asked, print the matrix, and return 0 when everything was caught.

    Raises:
        UsageError: If a fault does not exist, or a fault names a criterion that does not.
    """
    from gonogo.cli import known_tags

    coverage = Coverage.read(root, known_tags(root))
    faults = _chosen(_catalogue(root), asked.names, coverage)
    now, later = _parted(faults, asked.part)
    try:
        stack = Stack.start(backing=asked.backing, worlds=asked.worlds)
    except StackError as error:
        raise UsageError(str(error)) from error
    try:
        proofs = _prove_all(root, coverage, now, stack)
    finally:
        stack.stop()
    if not asked.names:
        proofs.append(_prove_attestations(root, coverage))
    bare = [] if asked.names else _without_fault(root, coverage, proofs, later)
    if later:
        print(
            f"part {asked.part[0]} of {asked.part[1]}: {len(now)} faults of {len(faults)}; the others were not planted"
        )
    for line in _summary(coverage, proofs, bare):
        print(line)
    if json_file:
        json_file.write_text(json.dumps(_matrix(proofs), indent=1) + "\n", encoding="utf-8")
    return ExitCode.GO if all(proof.holds for proof in proofs) and not bare else ExitCode.NO_GO


def _catalogue(root: Path) -> list[Fault]:
    command = [sys.executable, "-m", "hermetic", "faults", "--json"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=True)
    return [Fault(f["name"], f["stand_in"], f["meaning"], tuple(f["breaks"])) for f in json.loads(found.stdout)]


def _chosen(faults: list[Fault], names: Sequence[str], coverage: Coverage) -> list[Fault]:
    unknown = sorted(set(names) - {fault.name for fault in faults})
    if unknown:
        raise UsageError(f"there is no fault {unknown[0]!r}; `python -m hermetic faults` lists all")
    strangers = sorted({i for fault in faults for i in fault.breaks} - coverage.catalogue.criteria.keys())
    if strangers:
        raise UsageError(f"faults name criteria that do not exist: {', '.join(strangers)}")
    return [fault for fault in faults if not names or fault.name in names]


def _parted(faults: list[Fault], part: tuple[int, int]) -> tuple[list[Fault], list[Fault]]:
    """Return the faults of a part, and all others."""
    number, of = part
    return faults[number - 1 :: of], [fault for n, fault in enumerate(faults, 1) if (n - number) % of]


def _prove_all(root: Path, coverage: Coverage, faults: Sequence[Fault], stack: Stack) -> list[Proof]:
    with tempfile.TemporaryDirectory(prefix="gonogo-prove-") as scratch:
        free: SimpleQueue[tuple[World, Path]] = SimpleQueue()
        for index, world in enumerate(stack.worlds):
            path = Path(scratch) / f"world-{index}.json"
            ready = {"worlds": [{"variables": dict(world.variables), "control": dict(world.control)}]}
            path.write_text(json.dumps(ready | {"backing": dict(stack.backing)}), encoding="utf-8")
            free.put((world, path))

        def prove(fault: Fault) -> Proof:
            world, path = free.get()
            try:
                proof = _prove(root, coverage, fault, world, path)
            finally:
                free.put((world, path))
            print(_line(proof), flush=True)
            return proof

        with ThreadPoolExecutor(len(stack.worlds)) as pool:
            return list(pool.map(prove, faults))


def _prove(root: Path, coverage: Coverage, fault: Fault, world: World, stack_file: Path) -> Proof:
    """Plant a fault and run what it should break; a stand-in that does not take it proves nothing."""
    turns = Turns(stack_file.parent)
    scenarios = {s.nodeid for identifier in fault.breaks for s in coverage.scenarios[identifier]}
    try:
        with turns.taken(alone=False):  # a load on the other world must not meet this one's restarts
            _plant(world, fault)
        chosen = scenarios or {"features"}
        options = [f"--stack={stack_file}", "--brief", *(f"--enough={identifier}" for identifier in fault.breaks)]
        options += [] if scenarios else ["-m", "smoke"]
        proof = _run_pytest(root, fault, chosen, options)
        return replace(_run_pytest(root, fault, chosen, options), tries=2) if proof.undecided else proof
    except requests.RequestException as error:
        said = error.response.text.strip() if error.response is not None else str(error)
        return Proof(fault, problems=[f"the stand-in {fault.stand_in} did not take the fault: {said}"])


def _plant(world: World, fault: Fault) -> None:
    """Plant a fault in place of whatever is planted anywhere in this world; it stays until the next one."""
    for name, control in world.control.items():
        if name != fault.stand_in:
            _tell(control, "DELETE")  # costs nothing where nothing is planted
    _tell(world.control[fault.stand_in], "POST", {"name": fault.name, "alone": True})


def _tell(control: str, method: str, body: Mapping[str, object] | None = None) -> None:
    reply = requests.request(method, f"{control}/faults", json=body, timeout=60)
    reply.raise_for_status()


def _run_pytest(
    root: Path, fault: Fault, nodeids: Iterable[str], options: Sequence[str], variables: Mapping[str, str] | None = None
) -> Proof:
    """Run scenarios with the fault planted, in a run directory of its own, and read its verdict."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gonogo-proof-") as scratch:
        directory = Path(scratch) / "run"
        directory.mkdir()
        arguments = ["-q", "-p", "no:cacheprovider", f"--rootdir={root}", *options, *sorted(nodeids)]
        forked.run(root, arguments, {**(variables or {}), RUN_DIRECTORY_VARIABLE: str(directory)}, RUN_LIMIT_S)
        verdict = _verdict(directory)
        ended = _ended(directory)
    outcomes = {criterion["id"]: criterion["outcome"] for criterion in verdict.get("criteria", [])}
    duration = time.monotonic() - started
    return Proof(fault, outcomes, verdict.get("decision", ""), verdict.get("problems", []), duration, ended)


def _verdict(directory: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((directory / "verdict.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _ended(directory: Path) -> bool:
    """Return whether the run wrote its last event; a crash is not a fault that was caught."""
    try:
        return any(event["kind"] == "run.end" for event in Run(directory).events())
    except ValueError:
        return False


def _prove_attestations(root: Path, coverage: Coverage) -> Proof:
    """Reject every attestation, and see that each attested criterion is then missed."""
    from gonogo.request import HERMETIC_RELEASE

    attested = {
        identifier: signed
        for identifier, scenarios in coverage.scenarios.items()
        if (signed := [s for s in scenarios if ATTESTED_TAG in s.tags])
    }
    fault = Fault(REJECTED, "attestations", "every attestation is a rejection", tuple(attested))
    with tempfile.TemporaryDirectory(prefix="gonogo-attestations-") as scratch:
        for path in (root / "environments" / "attestations" / "hermetic").glob("*.toml"):
            text = path.read_text(encoding="utf-8").replace('decision = "approve"', 'decision = "reject"')
            (Path(scratch) / path.name).write_text(text, encoding="utf-8")
        nodeids = {s.nodeid for scenarios in attested.values() for s in scenarios}
        options = [f"--release={HERMETIC_RELEASE}"]
        proof = _run_pytest(root, fault, nodeids, options, {"GONOGO_ATTESTATIONS": scratch})
    print(_line(proof), flush=True)
    return proof


def _without_fault(
    root: Path, coverage: Coverage, proofs: Sequence[Proof], later: Sequence[Fault]
) -> list[PlannedScenario]:
    """Return the scenarios of which no criterion was ever missed, or is to be by a fault that another part proves.

    Those that are excepted with a reason are left out.
    """
    shown = {identifier for proof in proofs for identifier in proof.caught}
    shown |= {identifier for fault in later for identifier in fault.breaks}
    broken = {s.nodeid for identifier in shown for s in coverage.scenarios[identifier]}
    excepted = exceptions(root)
    scenarios = {s.nodeid: s for found in coverage.scenarios.values() for s in found}
    return [
        scenario
        for nodeid, scenario in sorted(scenarios.items())
        if nodeid not in broken and not any(nodeid.startswith(name) for name in excepted)
    ]


def exceptions(root: Path) -> dict[str, str]:
    """Return node id (or its beginning) -> reason, from features/<rollout>/unbreakable.toml."""
    found: dict[str, str] = {}
    for path in sorted((root / "features").glob(f"*/{EXCEPTIONS}")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("exception", []):
            found[entry["scenario"]] = entry["reason"]
    return found


def _line(proof: Proof) -> str:
    mark = "caught " if proof.holds else "ESCAPED"
    caught = ", ".join(proof.caught[:6]) + (f" and {len(proof.caught) - 6} more" if len(proof.caught) > 6 else "")
    text = f"{mark} {proof.fault.name:<44} {proof.duration_s:5.1f} s  {caught or proof.decision}"
    text += " (second try)" if proof.tries > 1 else ""
    if proof.escaped:
        outcomes = ", ".join(f"{i} is {proof.outcomes.get(i, 'not run')}" for i in proof.escaped[:8])
        text += f"\n        not missed: {outcomes}"
    if not proof.holds:
        text += "".join(f"\n        {problem}" for problem in proof.problems)
    return text


def _summary(coverage: Coverage, proofs: Sequence[Proof], bare: Sequence[PlannedScenario]) -> Iterable[str]:
    shown = {identifier for proof in proofs for identifier in proof.caught}
    verified = [c for c in coverage.catalogue.criteria.values() if coverage.scenarios[c.id]]
    for scenario in bare:
        yield f"no fault breaks {scenario.nodeid}"
    yield ""
    yield from (_line(proof) for proof in proofs if not proof.holds)
    held = sum(proof.holds for proof in proofs)
    yield f"{held} of {len(proofs)} faults were caught; {len(bare)} scenarios have none"
    yield f"criteria shown able to fail: {len(shown & {c.id for c in verified})} of {len(verified)}"


def _matrix(proofs: Sequence[Proof]) -> dict[str, Any]:
    return {
        proof.fault.name: {
            "meaning": proof.fault.meaning,
            "breaks": list(proof.fault.breaks),
            "outcomes": dict(proof.outcomes),
            "caught": proof.holds,
            "tries": proof.tries,
        }
        for proof in proofs
    }
