"""The tree of an environment file: its TOML, laid over the files it extends, with the variables it names filled in."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gonogo.outcome import UsageError
from gonogo.tables import Reference

_LABELS = ("labels", "dimensions", "options")
"""Tables with free names for keys, whose whole is never a value."""


def read_tree(path: Path) -> dict[str, Any]:
    """Return the TOML of one file.

    Raises:
        UsageError: If it is not readable as TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not readable as TOML: {error}") from error


def extended(path: Path, tree: Mapping[str, Any]) -> list[Path]:
    """Return the files named by `extends`; they lie below the environments' folder and extend nothing themselves."""
    found = []
    for name in tree.get("extends", []):
        file = (path.parent / str(name)).resolve()
        if not file.is_relative_to(path.parent.resolve()) or not file.is_file():
            raise UsageError(f"{path}: extends: there is no file {name!r} below {path.parent}")
        found.append(file)
    return found


def whole_tree(path: Path) -> dict[str, Any]:
    """Return the tree of an environment file laid over the trees it extends."""
    own = read_tree(path)
    whole: dict[str, Any] = {}
    for file in extended(path, own):
        whole = _laid_over(whole, read_tree(file))
    own.pop("extends", None)
    return _laid_over(whole, own)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Merge two trees: tables key by key, and everything else from `above`."""
    both = {k: _laid_over(below[k], v) if _tables(below.get(k), v) else v for k, v in above.items()}
    return {**below, **both}


def _tables(one: Any, other: Any) -> bool:
    """Return whether both are tables, and neither is a reference to a variable."""
    return isinstance(one, dict) and isinstance(other, dict) and not is_reference(one) and not is_reference(other)


class _LeftOut(Exception):
    pass


def resolve(node: Any, variables: Mapping[str, str], place: str, unset: list[str]) -> Any:
    """Return `node` with each {env = "NAME"} filled in; names of unset variables, with their place, go into `unset`."""
    if isinstance(node, list):
        return [resolve(item, variables, f"{place}[{index}]", unset) for index, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    if is_reference(node):
        return _reference(node, variables, place, unset)
    resolved: dict[str, Any] = {}
    for key, value in node.items():
        where = f"{place}.{key}" if place else key
        try:
            resolved[key] = _resolve_entry(key, value, variables, where, unset)
        except _LeftOut:
            if is_reference(value) or not isinstance(value, dict):
                raise  # the whole table goes
    return resolved


def _resolve_entry(key: str, value: Any, variables: Mapping[str, str], where: str, unset: list[str]) -> Any:
    """Return an entry of a table; labels may have the name "env" and are yet no reference."""
    if key in _LABELS and isinstance(value, dict):
        return {label: resolve(text, variables, f"{where}.{label}", unset) for label, text in value.items()}
    return resolve(value, variables, where, unset)


def is_reference(node: Any) -> bool:
    """Return whether a value is {env = "NAME"}; a command has a table `env` of its own."""
    return isinstance(node, dict) and isinstance(node.get("env"), str) and set(node) <= {"env", "optional", "default"}


def _reference(node: dict[str, Any], variables: Mapping[str, str], place: str, unset: list[str]) -> Reference:
    name = str(node["env"])
    value, default = variables.get(name), node.get("default")
    if value:
        return Reference(name, value)
    if default is None and node.get("optional"):
        raise _LeftOut
    if default is None:
        unset.append(f"{name} (for {place})")
    return Reference(name, str("" if default is None else default), written=True)
