"""All named faults of this stand-in; hermetic/mes_sql/catalogue/ has them by area."""

from hermetic.faults import Fault
from hermetic.mes_sql.catalogue.api import READS, WRITES
from hermetic.mes_sql.catalogue.papers import PAPER_FAULTS
from hermetic.mes_sql.catalogue.realtime import LOAD, STREAMS
from hermetic.mes_sql.catalogue.repository import REPOSITORY_FAULTS
from hermetic.mes_sql.catalogue.rollout import ROLLOUT
from hermetic.mes_sql.catalogue.schema import MIGRATIONS, RECORDS, SEEDS

BY_CODE = (*MIGRATIONS, *SEEDS, *RECORDS, *READS, *WRITES, *STREAMS, *LOAD, *ROLLOUT)
BY_TEXT = ((fault.name, fault.meaning, fault.breaks) for fault in (*PAPER_FAULTS, *REPOSITORY_FAULTS))
FAULTS: tuple[Fault, ...] = tuple(
    Fault(name=name, stand_in="mes_sql", meaning=meaning, breaks=tuple(breaks.split()))
    for name, meaning, breaks in (*BY_CODE, *BY_TEXT)
)
FAULT_NAMES = frozenset(fault.name for fault in FAULTS)
