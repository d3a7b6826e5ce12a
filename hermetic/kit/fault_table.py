"""FAULTS.md of a stand-in: every named fault and the criteria that it makes missed."""

from collections.abc import Sequence
from pathlib import Path

from hermetic.faults import Fault

HEAD = """\
# The faults of {what}

Written by `python -m hermetic.{package}.list_faults`. A fault is planted at the control port, by `--fault=NAME` or by
`gonogo prove`; while it is planted the criteria behind it must be missed.

| fault | what goes wrong | criteria |
| --- | --- | --- |
"""


def table(package: str, what: str, faults: Sequence[Fault]) -> str:
    """Return the text of the file."""
    rows = [f"| `{fault.name}` | {fault.meaning} | {' '.join(fault.breaks)} |\n" for fault in faults]
    return HEAD.format(package=package, what=what) + "".join(rows)


def write(folder: Path, what: str, faults: Sequence[Fault]) -> None:
    """Write the file into the folder of a stand-in's package."""
    (folder / "FAULTS.md").write_text(table(folder.name, what, faults), encoding="utf-8")
