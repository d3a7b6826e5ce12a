"""Captured baselines: response times of an environment, kept as JSON beside the features until a newer capture.

One file an environment, `<folder>/<environment>.json`:

    {"plan readings": {"unit": "s", "release": "2.2.9", "captured": "2026-11-01T09:00:00Z", "samples": [0.018, ...]}}
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from gonogo.measurement import now
from gonogo.outcome import Missed, Unverified
from gonogo.probes import strict_json


@dataclass(frozen=True, slots=True)
class Baseline:
    """A captured baseline: samples in s as they were taken, of which release, and when (RFC 3339)."""

    samples: tuple[float, ...]
    release: str = ""
    captured: str = ""


def of_canary(canary: str, operation: str) -> str:
    """Return under which name a canary's operation is kept; "" is all of them together."""
    return f"canary {canary}: {operation or 'all operations'}"


def read(folder: Path, environment: str, operation: str) -> list[float]:
    """Return the samples of `operation`, in seconds, in the order in which they were taken; raises as `entry`."""
    remedy = f"capture it before the deployment: python -m systems.capture --env={environment} --release=X"
    return list(entry(folder, environment, operation, remedy).samples)


def entry(folder: Path, environment: str, operation: str, remedy: str) -> Baseline:
    """Return the baseline of `operation`.

    Raises:
        Unverified: If there is no baseline of it, or it does not hold positive numbers of seconds; says the remedy.
    """
    path = folder / f"{environment}.json"
    if not path.is_file():
        raise Unverified(f"{path}: there is no baseline of {operation!r}; {remedy}")
    try:
        document = strict_json.loads(path.read_text(encoding="utf-8"), str(path))
    except Missed as damaged:
        raise Unverified(f"{damaged}; {remedy}") from None
    found = document.get(operation) if isinstance(document, dict) else None
    if not isinstance(found, dict) or found.get("unit") != "s":
        raise Unverified(f"{path}: there is no baseline of {operation!r} in seconds; {remedy}")
    samples = found.get("samples")
    if not isinstance(samples, list) or not samples or not all(_is_time(sample) for sample in samples):
        raise Unverified(f"{path}: the samples of {operation!r} are not positive numbers of seconds; {remedy}")
    return Baseline(tuple(map(float, samples)), str(found.get("release", "")), str(found.get("captured", "")))


def any_of(folder: Path, environment: str, operation: str) -> bool:
    """Return whether a baseline of `operation` was ever captured; a file that cannot be read may hold one."""
    path = folder / f"{environment}.json"
    if not path.is_file():
        return False
    try:
        document = strict_json.loads(path.read_text(encoding="utf-8"), str(path))
    except Missed:
        return True
    return not isinstance(document, dict) or operation in document


def write(folder: Path, environment: str, operation: str, samples: list[float], release: str) -> Path:
    """Keep `samples` (seconds) as the baseline of `operation`, beside those of other operations; return the file."""
    path = folder / f"{environment}.json"
    document = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    document[operation] = {"unit": "s", "release": release, "captured": now(), "samples": samples}
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return path


def _is_time(sample: object) -> bool:
    return isinstance(sample, int | float) and not isinstance(sample, bool) and math.isfinite(sample) and sample > 0
