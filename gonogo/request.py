"""What was asked of a run, and what it therefore has to show."""

from dataclasses import dataclass
from pathlib import Path

from gonogo import criteria, environment, selection
from gonogo.outcome import UsageError
from gonogo.selection import PlannedScenario
from gonogo.settings import Kind
from gonogo.verdict import Expected

HERMETIC_RELEASE = "2.3.0"


@dataclass(frozen=True)
class Request:
    """What was asked of a run.

    `places` are the paths and node ids given, `expression` is that of -m. Once the criteria of `enough` are missed,
    nothing more of them is run.
    """

    root: Path
    environment: str
    gate: str = ""
    release: str = ""
    backing: str = "auto"
    faults: tuple[str, ...] = ()
    stack: str = ""
    full: bool = False
    brief: bool = False
    enough: tuple[str, ...] = ()
    expression: str = ""
    places: tuple[selection.Place, ...] = ()

    @property
    def features(self) -> Path:
        return self.root / "features"

    @property
    def gate_folder(self) -> Path:
        """The folder with the features of the gate: its rollout's, or all of them."""
        rollout = self.gate.partition("/")[0]
        return self.features if rollout == criteria.EVERY_ROLLOUT else self.features / rollout

    def kind(self) -> Kind:
        """Return the kind of the environment without resolving its variables.

        Raises:
            UsageError: If there is no such environment, or it does not say its kind.
        """
        return environment.kind_of(environment.path_of(self.root / "environments", self.environment))

    def may_mutate(self) -> bool:
        """Return whether the environment allows mutations at all."""
        return environment.mutations_of(environment.path_of(self.root / "environments", self.environment))

    def needed_release(self) -> str:
        """Return the release to verify.

        Raises:
            UsageError: If none was given outside a hermetic environment.
        """
        if self.release or self.kind() == "hermetic":
            return self.release or HERMETIC_RELEASE
        raise UsageError(
            f"--release is required for the environment {self.environment!r}: a verdict is about one release, "
            "e.g. --release=2.3.0"
        )


def expectation(request: Request, known_tags: frozenset[str]) -> Expected:
    """Return what the run has to show, by gate or by selection.

    Raises:
        UsageError: If the gate, a path or a tag does not exist, or a feature file must not be run.
    """
    kind = request.kind()
    catalogue = criteria.load(request.features)
    for place in request.places:
        if not place.path.exists():
            raise UsageError(f"{place.path}: there is no such file or folder")
    selection.check_expression(request.expression, known_tags)
    if request.gate:
        catalogue.gate(request.gate, kind)
        found = _runnable(request, selection.scenarios([request.gate_folder], request.root, known_tags))
        return selection.for_gate(catalogue, request.gate, kind, found)
    places = request.places or (selection.Place(request.features),)
    found = _runnable(request, selection.scenarios({place.path for place in places}, request.root, known_tags))
    return selection.for_selection(catalogue, places, request.expression, kind, found)


def _runnable(request: Request, found: list[PlannedScenario]) -> list[PlannedScenario]:
    """Leave out what changes something where nothing may be changed; what only that verifies is then unverified."""
    return found if request.may_mutate() else [scenario for scenario in found if "mutates" not in scenario.tags]
