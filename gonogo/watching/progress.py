"""How a watch stands, in one line: time, requests per arm, evidence, and what would be decided now."""

import math
from typing import TextIO

from gonogo.judge.look import Finding, e_value
from gonogo.live_line import LiveLine
from gonogo.outcome import Decision, Outcome, decide
from gonogo.watching.record import Header
from gonogo.watching.source import Clock


class Progress:
    """The line of a watch; written to `stream`, or nowhere when it is None."""

    def __init__(self, header: Header, stream: TextIO | None, clock: Clock) -> None:
        self._header, self._line = header, LiveLine(stream, clock.now)

    def look(self, at_s: float, requests: tuple[int, int], findings: tuple[Finding, ...], trouble: str = "") -> None:
        """Write the present state, when it is time to; a trouble of the source is always told."""
        more = f"; {trouble}" if trouble else ""
        self._line.renew(lambda: line(self._header, at_s, requests, findings) + more, at_once=bool(trouble))

    def close(self, last: str) -> None:
        """Write the last line."""
        self._line.close(last)


def line(header: Header, at_s: float, requests: tuple[int, int], findings: tuple[Finding, ...]) -> str:
    """Return the state of a watch in one line: time, requests per arm, e-values, and what would be decided now."""
    time = f"canary {header.canary}: {at_s:.0f} of {header.duration_s:.0f} s"
    parts = [time, f"{requests[0]} + {requests[1]} requests"]
    parts += [evidence(finding) for finding in findings if finding.threshold > 0]
    decision = decide(finding.outcome for finding in findings) if findings else Decision.HOLD
    return f"{', '.join(parts)}: {f'so far {decision}' if sum(requests) else 'starting'}"


def evidence(finding: Finding) -> str:
    """Return the side of a question that has more evidence, with its limit."""
    if finding.log_against == finding.log_within == 0.0:
        return f"{finding.question} {finding.outcome}"
    against = finding.log_against > finding.log_within or finding.outcome is Outcome.MISSED
    value, side = (finding.log_against, "worse") if against else (finding.log_within, "within")
    return f"{finding.question} {side} {e_value(value)} of {math.exp(finding.threshold):.0f}"
