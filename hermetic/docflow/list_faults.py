"""`python -m hermetic.docflow.list_faults` writes FAULTS.md: each fault and the criteria that it makes missed."""

from pathlib import Path

from hermetic.docflow.faults import FAULTS
from hermetic.kit.fault_table import write

if __name__ == "__main__":
    write(Path(__file__).parent, "DocFlow, a stand-in", FAULTS)
