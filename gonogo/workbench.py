"""What the scenarios of one process work with: the environment, its targets, the guard and the evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gonogo import environment as environments
from gonogo.attestation import Register
from gonogo.attestation import load as load_attestations
from gonogo.evidence import Attach, Evidence
from gonogo.guard import Guard
from gonogo.outcome import Unverified
from gonogo.secrets import Redactor
from gonogo.settings import Environment, ScaleSettings
from gonogo.target import Target

BRIEF = 5
"""A brief load is this many times shorter."""


@dataclass
class Workbench:
    """One environment, opened for one run by one process.

    Attributes:
        root: The suite's checkout.
        directory: The run's own directory.
        full: Whether load runs in full, whatever the environment's [scale] says.
        brief: Whether it is shorter still: what a fault breaks shows early.
    """

    environment: Environment
    run: str
    release: str
    redactor: Redactor
    evidence: Evidence
    guard: Guard
    targets: dict[str, Target]
    register: Register
    root: Path = Path()
    directory: Path = Path()
    full: bool = False
    brief: bool = False
    tags: frozenset[str] = field(default=frozenset())

    @classmethod
    def open(
        cls,
        root: Path,
        name: str,
        variables: Mapping[str, str],
        run_directory: Path,
        release: str,
        attach: Attach | None = None,
        *,
        full: bool = False,
        brief: bool = False,
    ) -> "Workbench":
        """Read environments/NAME.toml with `variables` and open what it describes; nothing is sent yet.

        Raises:
            UsageError: If the environment file, an attestation or a waiver is malformed.
        """
        environment = environments.load(root / "environments", name, variables)
        redactor = Redactor()
        redactor.register(environment.secrets())
        evidence = Evidence(run_directory, redactor, attach)
        papers = [root / path for path in (environment.attestations, environment.waivers) if path]
        register = load_attestations(papers, release, name, root)
        file = f"environments/{name}.toml"
        guard = Guard(environment.guard, mutating=lambda: "mutates" in bench.tags, file=file)
        targets = {
            key: Target(key, settings, guard, evidence, run_directory.name, file)
            for key, settings in environment.targets.items()
        }
        bench = cls(
            environment, run_directory.name, release, redactor, evidence, guard, targets, register, root, run_directory,
            full, brief,
        )  # fmt: skip
        return bench

    @property
    def scale(self) -> ScaleSettings:
        """How much smaller load runs here than scenarios say."""
        scale = ScaleSettings() if self.full else self.environment.scale
        if not self.brief:
            return scale
        watch_s = scale.watch_duration_s and scale.watch_duration_s / BRIEF
        return scale.model_copy(update={"duration_factor": scale.duration_factor / BRIEF, "watch_duration_s": watch_s})

    @property
    def load_directory(self) -> Path:
        """Where the orders, recordings and logs of load runs are kept."""
        return self.directory / "load"

    def begin(self, scenario: str, tags: Iterable[str]) -> None:
        """Start a scenario: its tags decide what it may change, its evidence gets a folder of its own."""
        self.tags = frozenset(tags)
        self.evidence.begin(scenario)

    def end(self) -> None:
        """End a scenario: from here on nothing may change."""
        self.tags = frozenset()

    def target(self, name: str) -> Target:
        """Return the target `name`.

        Raises:
            Unverified: If the environment has none of that name.
        """
        if name in self.targets:
            return self.targets[name]
        file = f"environments/{self.environment.name}.toml"
        known = ", ".join(self.targets)
        raise Unverified(f"{file} has no [targets.{name}]; it has {known}. Add it, or verify elsewhere")

    def observed_releases(self) -> dict[str, tuple[str, ...]]:
        """Ask every target that can say so which release it runs, over fresh connections.

        Raises:
            Unverified: If a target does not answer, or its answer has no release.
        """
        return {name: target.releases() for name, target in self.targets.items() if target.settings.version}

    def close(self) -> None:
        """Close every connection."""
        for target in self.targets.values():
            target.close()
