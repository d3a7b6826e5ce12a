"""What the MES itself has recorded: work that succeeded, how long it took, damage, switches thrown back."""

from dataclasses import dataclass

from gonogo.measurement import Measurement
from gonogo.outcome import Missed
from gonogo.target import Target
from systems.papers import Papers

BASELINE = "performance baseline"
KINDS = ("creation", "launch", "start", "completion")


@dataclass(frozen=True)
class Records:
    """How often each kind of work succeeded, how many plans are damaged, how often the model was switched back off."""

    succeeded: dict[str, int]
    damaged: Measurement
    rollbacks: Measurement


def records(target: Target) -> Records:
    """Look through the records of the MES."""
    succeeded = {row["kind"]: int(row["done"]) for row in target.query("work done")}
    return Records(succeeded, target.value("damaged plans"), target.value("rollbacks"))


@dataclass(frozen=True)
class Durations:
    """What one kind of work took, in seconds: recorded samples, oldest first, and the mean of the baseline."""

    kind: str
    samples_s: list[float]
    baseline_s: float


def durations(target: Target, papers: Papers, kind: str) -> Durations:
    """Return the recorded durations of a kind of work: creation, launch, start or completion.

    Raises:
        Missed: If the documented baseline does not have that kind: then nobody can tell whether it became slower.
    """
    paper = papers.read(BASELINE)
    means_ms = paper.document.get("mean_ms", {})
    if kind not in means_ms:
        raise Missed(f"{paper.file} documents no baseline of a {kind}; capture it on the old release, and add it")
    samples = [float(row["seconds"]) for row in target.query("durations", kind=kind)]
    return Durations(kind, samples, float(means_ms[kind]) / 1000)
