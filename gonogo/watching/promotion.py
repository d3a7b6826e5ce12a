"""`gonogo baseline update`: what the candidate served in a run that was GO becomes the baseline of later ones."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from gonogo import baselines, environment
from gonogo.outcome import Decision, Outcome, UsageError
from gonogo.toml_tree import whole_tree
from gonogo.watching.observation import Observation, replayed
from gonogo.watching.replay import differences

_MOST_SAMPLES = 2000
_ENDING = "-observation.json"


def update(root: Path, run: Path, out: TextIO) -> int:
    """Keep the candidate's latencies of every observation of a run as its environment's baselines, and return 0.

    Raises:
        UsageError: If the run was not GO, its evidence is not what the verdict says, or it was a rehearsal elsewhere
            than in a hermetic environment; nothing is written then.
    """
    verdict = _verdict(run)
    observations = _last_attempts(_observations(run, verdict))
    if not observations:
        raise UsageError(f"{run}: no canary was observed in this run, so there is nothing to keep")
    for observation in observations:
        _refuse(run, verdict, observation)
    for observation in observations:
        for line in _keep(_folder(root, observation.header.environment), observation):
            print(line, file=out)
    return 0


def _verdict(run: Path) -> Mapping[str, Any]:
    try:
        verdict = json.loads((run / "verdict.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{run}: no verdict.json that can be read ({error}); give the directory of a run") from None
    decision = verdict.get("decision") if isinstance(verdict, dict) else None
    if decision != Decision.GO:
        raise UsageError(f"{run}: the verdict is {decision}; only a run that was GO may become a baseline")
    return dict(verdict)


def _observations(run: Path, verdict: Mapping[str, Any]) -> Iterator[Observation]:
    """Yield each observation that the verdict has as evidence, unchanged and judged again."""
    refs = {one["path"]: one["sha256"] for entry in verdict.get("criteria", ()) for one in entry.get("evidence", ())}
    for path, digest in refs.items():
        if not path.endswith(_ENDING):
            continue
        try:
            data = (run / path).read_bytes()
        except OSError as error:
            raise UsageError(f"{run / path}: cannot be read: {error.strerror}") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise UsageError(f"{run / path}: changed since the verdict; it may not become a baseline")
        content = json.loads(data)
        observation = replayed(content)
        if next(differences(content, observation), None):
            raise UsageError(f"{run / path}: judged again it says something else; see `gonogo replay`")
        yield observation


def _last_attempts(observations: Iterable[Observation]) -> list[Observation]:
    """Return the observations without those rehearsals that were tried again."""
    last: dict[object, Observation] = {}
    for number, one in enumerate(observations):
        header = one.header
        last[(header.canary, header.source, header.questions) if header.rehearsal else number] = one
    return list(last.values())


def _refuse(run: Path, verdict: Mapping[str, Any], observation: Observation) -> None:
    """Refuse an observation that is no baseline, although its run was GO."""
    header, about = observation.header, verdict.get("environment", {})
    if (header.environment, header.kind) != (about.get("name"), about.get("kind")):
        raise UsageError(f"{run}: observed in {header.environment}, judged for {about.get('name')}; these are not one")
    if header.rehearsal and header.kind != "hermetic":
        raise UsageError(f"{run}: a rehearsal ({header.rehearsal}) is no baseline; observe it in full, with --full")
    if observation.outcome is not Outcome.MET:
        raise UsageError(f"{run}: the observation of {header.canary} is {observation.outcome}, required met")


def _keep(folder: Path, observation: Observation) -> Iterator[str]:
    header = observation.header
    operations = dict.fromkeys(("", *(name for look in observation.looks for name in look.arms.pairs)))
    for operation in operations:
        served = observation.requests(operation).candidate.served
        samples = [float(one) for one in served[:: -(-len(served) // _MOST_SAMPLES)] if one > 0] if len(served) else []
        if samples:
            name = baselines.of_canary(header.canary, operation)
            path = baselines.write(folder, header.environment, name, samples, header.release)
            yield f"{name}: {len(samples)} of {len(served)} samples of {header.release or 'no release'} in {path}"


def _folder(root: Path, name: str) -> Path:
    found = whole_tree(environment.path_of(root / "environments", name)).get("baselines", "baselines")
    if not isinstance(found, str):
        raise UsageError(f"environments/{name}.toml: baselines is no plain path; write it there to update baselines")
    return root / found
