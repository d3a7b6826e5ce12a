"""How a watch stands: one line that renews itself on a terminal, a plain line every few seconds elsewhere."""

import math
from typing import TextIO

from gonogo.judge.look import Finding, e_value
from gonogo.outcome import Decision, Outcome, decide
from gonogo.watching.record import Header
from gonogo.watching.source import Clock

_PLAIN_EVERY_S, _LIVE_EVERY_S = 5.0, 0.5


class Progress:
    """Writes to `stream`, or nowhere when it is None."""

    def __init__(self, header: Header, stream: TextIO | None, clock: Clock) -> None:
        self._header, self._stream, self._clock = header, stream, clock
        self._live = stream is not None and stream.isatty()
        self._next = clock.now()
        self._width = 0

    def look(self, at_s: float, requests: tuple[int, int], findings: tuple[Finding, ...], trouble: str = "") -> None:
        """Write the present state, when it is time to; a trouble of the source is always told."""
        if self._stream is None or (self._clock.now() < self._next and not trouble):
            return
        self._next = self._clock.now() + (_LIVE_EVERY_S if self._live else _PLAIN_EVERY_S)
        self._write(line(self._header, at_s, requests, findings) + (f"; {trouble}" if trouble else ""))

    def close(self, last: str) -> None:
        """Write the last line."""
        if self._stream is not None:
            self._write(last)
            if self._live:
                self._stream.write("\n")
            self._stream.flush()

    def _write(self, text: str) -> None:
        assert self._stream is not None
        self._stream.write(f"\r{text.ljust(self._width)}" if self._live else f"{text}\n")
        self._stream.flush()
        self._width = len(text)


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
