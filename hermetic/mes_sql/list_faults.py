"""`python -m hermetic.mes_sql.list_faults` writes FAULTS.md: each fault and the criteria that it makes missed."""

from pathlib import Path

from hermetic.kit.fault_table import write
from hermetic.mes_sql.faults import FAULTS

if __name__ == "__main__":
    write(Path(__file__).parent, "the MES on PostgreSQL, a stand-in", FAULTS)
