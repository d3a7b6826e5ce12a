"""The two feature flags and the .env file that a server process reads once, at its start.

USE_CANONICAL_NODES is on only for the literal `true`; ENABLE_VALIDATION is on unless the literal `false` is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CANONICAL = "FEATURE_USE_CANONICAL_NODES"
VALIDATION = "FEATURE_ENABLE_VALIDATION"
NAMES = (CANONICAL, VALIDATION)


@dataclass(frozen=True)
class Flags:
    """What a process goes by."""

    use_canonical_nodes: bool
    enable_validation: bool

    def as_json(self) -> dict[str, bool]:
        return {"USE_CANONICAL_NODES": self.use_canonical_nodes, "ENABLE_VALIDATION": self.enable_validation}


def parse_flags(variables: Mapping[str, str]) -> Flags:
    """Read the flags from environment variables."""
    return Flags(
        use_canonical_nodes=variables.get(CANONICAL) == "true",
        enable_validation=variables.get(VALIDATION) != "false",
    )


def read_env(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of an .env file; comments and blank lines do not count, a missing file is empty."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.split(" #")[0].strip() for name, value in pairs}


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set values in an .env file, keeping its other lines and comments in their order."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rest = dict(values)
    for index, line in enumerate(lines):
        name = line.split("=", 1)[0].strip()
        if "=" in line and name in rest:
            lines[index] = f"{name}={rest.pop(name)}"
    lines += [f"{name}={value}" for name, value in rest.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def remove_from_env(path: Path, name: str) -> None:
    """Take a value out of an .env file, keeping its other lines and comments in their order."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [line for line in lines if "=" not in line or line.split("=", 1)[0].strip() != name]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


def process_environment(env_file: Path, saved: Mapping[str, str]) -> dict[str, str]:
    """Return what a new server process sees: the .env file, under what the process manager holds from `--update-env`.

    A variable that a person exports in a shell is in neither, so it reaches the server only through `--update-env`.
    """
    return {**read_env(env_file), **saved}
