"""`python -m hermetic.mes.list_faults` writes FAULTS.md: every named fault and the criteria that it makes missed."""

from pathlib import Path

from hermetic.kit.fault_table import write
from hermetic.mes.faults import FAULTS

if __name__ == "__main__":
    write(Path(__file__).parent, "the MES stand-in", FAULTS)
