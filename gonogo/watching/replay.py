"""`gonogo replay FILE`: judge the evidence of an observation again, and say whether it bears what was said of it."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from gonogo.outcome import ExitCode, UsageError, decide, exit_code
from gonogo.watching.observation import Observation, replayed

_COMPARED = ("looks", "doubts", "state", "judgements")
_SHOWN = 10


def run(path: Path, out: TextIO) -> int:
    """Print every answer as it comes out now; return the exit code of their decision, or HOLD where they differ.

    Raises:
        UsageError: If the file cannot be read, or holds no observation.
    """
    content = _read(path)
    observation = replayed(content)
    for question, answer in zip(observation.header.questions, observation.answers, strict=True):
        print(f"{answer.outcome}: {question}\n  {answer.reason}", file=out)
    found = list(differences(content, observation))
    for place in found[:_SHOWN]:
        print(f"differs: {place}", file=out)
    if found:
        print(f"{path}: {len(found)} places differ: the evidence does not bear what was said of it", file=out)
        return ExitCode.HOLD
    decision = decide(answer.outcome for answer in observation.answers)
    print(f"{decision}: {len(observation.looks)} looks and {len(observation.answers)} answers are the same", file=out)
    return exit_code(decision)


def differences(content: Mapping[str, Any], observation: Observation) -> Iterator[str]:
    """Yield where an observation that was judged again differs from its evidence; numbers agree to within rounding."""
    again = json.loads(observation.as_json())
    for part in _COMPARED:
        yield from _differ(part, content.get(part), again[part])


def _differ(place: str, kept: Any, now: Any) -> Iterator[str]:
    if isinstance(kept, Mapping) and isinstance(now, Mapping) and kept.keys() == now.keys():
        for key in now:
            yield from _differ(f"{place}.{key}", kept[key], now[key])
    elif _listed(kept) and _listed(now) and len(kept) == len(now):
        for number, (one, other) in enumerate(zip(kept, now, strict=True)):
            yield from _differ(f"{place}[{number}]", one, other)
    elif not _alike(kept, now):
        yield f"{place}: {str(kept)[:100]} in the evidence, {str(now)[:100]} now"


def _listed(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _alike(kept: Any, now: Any) -> bool:
    if isinstance(kept, float) and isinstance(now, int | float):
        return math.isclose(kept, now, rel_tol=1e-9, abs_tol=1e-9)
    return bool(kept == now)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"{path}: no JSON ({error}); give the observation of a run's evidence") from None
    if not isinstance(content, dict):
        raise UsageError(f"{path}: no observation; give the observation of a run's evidence")
    return content
