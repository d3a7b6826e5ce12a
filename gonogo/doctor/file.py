"""The environment file: its keys, the variables it names, and the form of their values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gonogo import environment as environments
from gonogo import toml_tree
from gonogo.doctor.finding import Finding
from gonogo.outcome import UsageError
from gonogo.secrets import Secret


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that an environment file takes from a variable, and where it stands."""

    variable: str
    place: str
    optional: bool
    has_default: bool

    @property
    def placeholder(self) -> str:
        """A value of the right form, to look at the rest of the file while the variable is unset."""
        key = self.place.rpartition(".")[2]
        if key.endswith("url"):
            return "http://unset.invalid"
        return "1" if key in ("port", "db") else f"unset-{self.variable}"


def examine(folder: Path, name: str, variables: Mapping[str, str]) -> list[Finding]:
    """Return every mistake in the file, every variable that is not set, and which optional tables are left out."""
    try:
        path = environments.path_of(folder, name)
        unset = [r for r in references(folder, name) if not variables.get(r.variable) and not r.has_default]
        environments.load(folder, name, with_placeholders(folder, name, variables))
    except UsageError as error:
        return [Finding("malformed", line) for line in str(error).splitlines()]
    found = [Finding("ok", f"{path.name} is well-formed")]
    return found + ([] if is_hermetic(folder, name) else list(_missing(unset)))


def _missing(unset: Iterable[Reference]) -> Iterator[Finding]:
    places: dict[tuple[str, bool], list[str]] = {}
    for reference in unset:
        place = reference.place.rpartition(".")[0] if reference.optional else reference.place
        places.setdefault((reference.variable, reference.optional), []).append(place)
    for (variable, optional), found in places.items():
        where = ", ".join(dict.fromkeys(found))
        if optional:
            what = f"{variable} is not set, so [{where}] is left out, and what needs it is unverified"
            yield Finding("optional", what, "export it to have that")
        else:
            yield Finding("problem", f"{variable} is not set (for {where})", "export it")


def references(folder: Path, name: str) -> list[Reference]:
    """Return every variable that the file names, in its order.

    Raises:
        UsageError: If the file cannot be read.
    """
    return list(_references(toml_tree.whole_tree(environments.path_of(folder, name)), ""))


def _references(node: Any, place: str) -> Iterator[Reference]:
    if toml_tree.is_reference(node):
        yield Reference(node["env"], place, bool(node.get("optional")), node.get("default") is not None)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _references(value, f"{place}.{key}" if place else key)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, f"{place}[{index}]")


def with_placeholders(folder: Path, name: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables, with a placeholder for each required one that the file names and that is not set."""
    wanted = [r for r in references(folder, name) if not r.optional and not r.has_default]
    return {**{r.variable: r.placeholder for r in wanted}, **{k: v for k, v in variables.items() if v}}


def is_hermetic(folder: Path, name: str) -> bool:
    """Return whether the environment is hermetic: its variables are then set by the run."""
    return environments.kind_of(environments.path_of(folder, name)) == "hermetic"


def secrets(folder: Path, name: str, variables: Mapping[str, str]) -> list[Secret]:
    """Return the secrets of the environment as far as it can be read, so that they can be kept out of every line."""
    try:
        found = environments.load(folder, name, with_placeholders(folder, name, variables)).secrets()
    except UsageError:
        return []
    return [secret for secret in found if variables.get(secret.name)]
