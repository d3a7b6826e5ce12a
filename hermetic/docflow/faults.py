"""All named faults of this stand-in; hermetic/docflow/catalogue/ has them by area."""

from hermetic.docflow.catalogue.metrics import EXPOSED
from hermetic.docflow.catalogue.observing import OBSERVING
from hermetic.docflow.catalogue.papers import PAPER_FAULTS, PAPER_RECORDS
from hermetic.docflow.catalogue.record import RECORD
from hermetic.docflow.catalogue.repository import REPOSITORY_FAULTS
from hermetic.docflow.catalogue.rollout import BACK, EVENT, PROMETHEUS, ROUTER
from hermetic.docflow.catalogue.service import API, CANARY, PAGES
from hermetic.faults import Fault

BY_CODE = (
    *(*EXPOSED, *API, *PAGES, *CANARY),
    *(*ROUTER, *PROMETHEUS, *EVENT, *BACK, *RECORD),
    *(*OBSERVING, *PAPER_RECORDS),
)
BY_TEXT = ((fault.name, fault.meaning, fault.breaks) for fault in (*PAPER_FAULTS, *REPOSITORY_FAULTS))
FAULTS: tuple[Fault, ...] = tuple(
    Fault(name=name, stand_in="docflow", meaning=meaning, breaks=tuple(breaks.split()))
    for name, meaning, breaks in (*BY_CODE, *BY_TEXT)
)
FAULT_NAMES = frozenset(fault.name for fault in FAULTS)
