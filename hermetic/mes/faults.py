"""All named faults of the MES stand-in; hermetic/mes/catalogue/ has them by area."""

from hermetic.faults import Fault
from hermetic.mes.catalogue.designer import DESIGNER
from hermetic.mes.catalogue.migration import MIGRATION
from hermetic.mes.catalogue.operations import CLOUDWATCH, PROCESS, TESTS
from hermetic.mes.catalogue.papers import PAPER_FAULTS
from hermetic.mes.catalogue.records import BACKUP_FAULTS, RECORD_FAULTS
from hermetic.mes.catalogue.repository import COMMITS, REPOSITORY_FAULTS
from hermetic.mes.catalogue.server import SERVER
from hermetic.mes.catalogue.signals import LOG, METRICS

BY_CODE = (*SERVER, *METRICS, *LOG, *PROCESS, *MIGRATION, *TESTS, *DESIGNER, *CLOUDWATCH, *BACKUP_FAULTS, COMMITS)
BY_TABLE = (
    *((fault.name, fault.meaning, fault.breaks) for fault in RECORD_FAULTS),
    *((fault.name, fault.meaning, fault.breaks) for fault in (*PAPER_FAULTS, *REPOSITORY_FAULTS)),
)
FAULTS: tuple[Fault, ...] = tuple(
    Fault(name=name, stand_in="mes", meaning=meaning, breaks=tuple(breaks.split()))
    for name, meaning, breaks in (*BY_CODE, *BY_TABLE)
)
FAULT_NAMES = frozenset(fault.name for fault in FAULTS)
