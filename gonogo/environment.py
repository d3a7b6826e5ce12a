"""Environments: where to look and what may be touched, read from environments/NAME.toml into frozen typed models.

A value `{env = "NAME"}` is taken from the variable NAME. With `optional = true` an unset variable leaves out the whole
table it stands in, and what needs that table is unverified. Secrets can only be given this way. `extends` takes in
files below environments/ that several environments share.
"""

import difflib
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from gonogo.outcome import UsageError
from gonogo.secrets import Secret
from gonogo.settings import Environment, Kind
from gonogo.tables import Reference
from gonogo.toml_tree import extended, read_tree, resolve, whole_tree

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,31}$")


def names(folder: Path) -> list[str]:
    """Return the names of the environments in `folder`, hermetic first."""
    return sorted((path.stem for path in folder.glob("*.toml")), key=lambda name: (name != "hermetic", name))


def path_of(folder: Path, name: str) -> Path:
    """Return the file of the environment `name`.

    Raises:
        UsageError: If there is none of that name; the message gives the closest and all valid ones.
    """
    known = names(folder)
    if _NAME.match(name) and name in known:
        return folder / f"{name}.toml"
    close = difflib.get_close_matches(name.strip().lower(), known, 1)
    hint = f", did you mean '{close[0]}'?" if close else "."
    raise UsageError(f"--env: there is no environment {name!r}{hint} Valid: {', '.join(known) or 'none'}")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of an environment file and of the files that it extends."""
    files = [path, *extended(path, read_tree(path))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def kind_of(path: Path) -> Kind:
    """Return the kind that an environment file says, without resolving its variables.

    Raises:
        UsageError: If the file is not readable, or says no valid kind.
    """
    kind = read_tree(path).get("guard", {}).get("kind")
    if kind not in get_args(Kind):
        raise UsageError(f"{path} [guard]: kind must be one of {', '.join(get_args(Kind))} (given: {kind!r})")
    return kind  # type: ignore[no-any-return]  # checked in the line above


def mutations_of(path: Path) -> bool:
    """Return whether an environment file allows mutations, without resolving its variables."""
    return bool(read_tree(path).get("guard", {}).get("mutations") == "allow")


def load(folder: Path, name: str, variables: Mapping[str, str] | None = None) -> Environment:
    """Read environments/NAME.toml.

    Args:
        folder: The folder that holds the environment files.
        name: The environment's name.
        variables: Values of environment variables; os.environ by default.

    Raises:
        UsageError: Names file, place, what is wrong and the valid values; all problems at once.
    """
    path = path_of(folder, name)
    digest = digest_of(path)
    unset: list[str] = []
    resolved = resolve(whole_tree(path), os.environ if variables is None else variables, "", unset)
    if unset:
        remedy = f"Export them, then run `gonogo doctor --env={name}`"
        raise UsageError(f"{path}: unset variables: {'; '.join(unset)}. {remedy}")
    try:
        return Environment(**resolved, name=name, digest=digest)
    except ValidationError as error:
        raise UsageError("\n".join(_explain(path, problem) for problem in error.errors())) from None


def _explain(path: Path, problem: Any) -> str:
    location = [part for part in problem["loc"] if isinstance(part, str | int)]
    place = f"{path} [{'.'.join(map(str, location[:-1]))}]" if location[:-1] else str(path)
    key = location[-1] if location else ""
    valid = _valid_keys(location[:-1])
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(key), valid, 1)
        hint = f", did you mean {close[0]!r}?" if close else "."
        return f"{place}: unknown key {key!r}{hint} Valid: {', '.join(valid)}"
    if problem["type"] == "missing":
        return f"{place}: the key {key!r} is required. Valid: {', '.join(valid)}"
    said = problem["msg"].removeprefix("Value error, ")
    return ": ".join(filter(None, (place, str(key), said))) + _given(problem)


def _given(problem: Any) -> str:
    """Return what stands in the file, or the variable it came from; never the value of a variable or of a secret."""
    given = problem.get("input")
    if isinstance(given, Reference):
        return f" (from the variable {given.name})"
    if problem["type"] == "value_error" or isinstance(given, dict | Secret):
        return ""
    return f" (given: {given!r})"


def _valid_keys(location: list[Any]) -> list[str]:
    """Return the keys that the table at `location` may hold."""
    model: Any = Environment
    in_names = False  # inside a table whose keys are free names, such as [targets]
    for part in location:
        if in_names:
            in_names = False
        elif isinstance(model, type) and issubclass(model, BaseModel):
            found = model.model_fields.get(part)
            in_names = found is not None and get_origin(found.annotation) is dict
            model = _table_model(found.annotation) if found else None
    fields = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
    ours = ("name", "digest") if model is Environment else ()
    return [field.alias or name for name, field in fields.items() if name not in ours]


def _table_model(annotation: Any) -> Any:
    """Return the model inside an annotation such as `X | None` or `dict[str, X]`, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _table_model(argument)
        if found is not None:
            return found
    return None
