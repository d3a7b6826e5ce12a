"""The words of a decision: outcomes of a criterion, decisions of a gate, and how they combine."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Outcome(StrEnum):
    """What a run says about one criterion."""

    MET = "met"
    MISSED = "missed"
    INCONCLUSIVE = "inconclusive"
    UNVERIFIED = "unverified"
    WAIVED = "waived"


class Decision(StrEnum):
    """What a run says about a gate."""

    GO = "GO"
    NO_GO = "NO-GO"
    HOLD = "HOLD"


class ExitCode(IntEnum):
    """Exit codes of `gonogo gate` and of a pytest run that decides a gate; 2, 3, 5 and 6 keep pytest's meaning."""

    GO = 0
    NO_GO = 1
    USAGE = 4
    HOLD = 8


class Missed(AssertionError):
    """A measurement that decides against the release."""


class Inconclusive(Exception):
    """A measurement too weak to decide: too few samples, an interval across the limit, a stale or missing series."""


class Unverified(Exception):
    """Nothing was measured: no source, no answer from it, no attestation, a precondition that does not hold."""


class UsageError(Exception):
    """The request itself is malformed; raised before anything is sent to a target."""


_EXIT_CODES = {Decision.GO: ExitCode.GO, Decision.NO_GO: ExitCode.NO_GO, Decision.HOLD: ExitCode.HOLD}
_FROM_WORST = (Outcome.MISSED, Outcome.UNVERIFIED, Outcome.INCONCLUSIVE, Outcome.WAIVED, Outcome.MET)


def exit_code(decision: Decision) -> ExitCode:
    """Return the process exit code that says `decision`."""
    return _EXIT_CODES[decision]


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome of a criterion from those of its scenarios; nothing at all is unverified."""
    present = set(outcomes)
    return next((outcome for outcome in _FROM_WORST if outcome in present), Outcome.UNVERIFIED)


def decide(outcomes: Iterable[Outcome]) -> Decision:
    """Return the decision of a gate from the outcomes of its required criteria; of no criterion it is HOLD."""
    present = set(outcomes)
    if Outcome.MISSED in present:
        return Decision.NO_GO
    if present and present <= {Outcome.MET, Outcome.WAIVED}:
        return Decision.GO
    return Decision.HOLD


def merge(decisions: Iterable[Decision]) -> Decision:
    """Merge decisions: NO-GO over HOLD over GO; the merge of nothing is HOLD."""
    present = set(decisions)
    return next((d for d in (Decision.NO_GO, Decision.HOLD, Decision.GO) if d in present), Decision.HOLD)
