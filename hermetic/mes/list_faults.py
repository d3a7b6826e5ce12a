"""`python -m hermetic.mes.list_faults` writes FAULTS.md: every named fault and the criteria that it makes missed."""

from pathlib import Path

from hermetic.mes.faults import FAULTS

HEAD = """\
# The faults of the MES stand-in

Written by `python -m hermetic.mes.list_faults`. A fault is planted at the control port, by `--fault=NAME` or by
`gonogo prove`; while it is planted the criteria behind it must be missed.

| fault | what goes wrong | criteria |
| --- | --- | --- |
"""


def table() -> str:
    rows = [f"| `{fault.name}` | {fault.meaning} | {' '.join(fault.breaks)} |\n" for fault in FAULTS]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    (Path(__file__).parent / "FAULTS.md").write_text(table(), encoding="utf-8")
