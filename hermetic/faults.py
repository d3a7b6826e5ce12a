"""The named ways to break a stand-in, and the criteria that must then be missed."""

import difflib
import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from hermetic.errors import HermeticError, UnknownNameError


@dataclass(frozen=True)
class Fault:
    """A named way to break a stand-in.

    Args:
        name: How it is asked for, such as `migration-drops-node`.
        stand_in: Which stand-in it breaks.
        meaning: What then goes wrong, in a sentence.
        breaks: Ids of the criteria that must be missed while it is planted.
    """

    name: str
    stand_in: str
    meaning: str
    breaks: tuple[str, ...]


def catalogue(stand_ins: Mapping[str, str]) -> tuple[Fault, ...]:
    """Collect `FAULTS` from the module `faults` of each stand-in's package, in their order.

    Raises:
        HermeticError: Two faults share a name, or one names a stand-in that is not its own.
    """
    faults = [(name, fault) for name, package in stand_ins.items() for fault in _faults_of(package)]
    seen: set[str] = set()
    for owner, fault in faults:
        if fault.name in seen:
            raise HermeticError(f"two faults are called {fault.name}", "rename one of them")
        if fault.stand_in != owner:
            raise HermeticError(
                f"the fault {fault.name} of the stand-in {owner} says it breaks {fault.stand_in}",
                f"write stand_in={owner!r}, or move it to the other stand-in's faults",
            )
        seen.add(fault.name)
    return tuple(fault for _, fault in faults)


def select(names: Iterable[str], known: Sequence[Fault]) -> list[Fault]:
    """Return the faults of these names.

    Raises:
        UnknownNameError: With the closest spelling.
    """
    by_name = {fault.name: fault for fault in known}
    for name in names:
        if name not in by_name:
            raise UnknownNameError(f"there is no fault {name!r}", suggestion(name, sorted(by_name)))
    return [by_name[name] for name in names]


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return what to do about a misspelt fault."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    listing = "python -m hermetic faults lists them all"
    return f"did you mean {close[0]!r}? {listing}" if close else listing


def table(faults: Sequence[Fault]) -> str:
    """Return the catalogue for a person: one fault a paragraph."""
    entries = [f"{f.name}  ({f.stand_in})\n    {f.meaning}\n    breaks {', '.join(f.breaks)}" for f in faults]
    return "\n".join([*entries, f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"])


def _faults_of(package: str) -> Sequence[Fault]:
    name = f"{package}.faults"
    try:
        module: ModuleType = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name in (name, package):
            return ()  # a stand-in without faults is allowed
        raise
    found: Sequence[Fault] = module.FAULTS
    return found
