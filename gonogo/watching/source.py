"""Where the requests of both arms come from: one Protocol, and the clock that a watch goes by."""

import time
from typing import Protocol

from gonogo.watching.arms import Arms
from gonogo.watching.questions import Question
from gonogo.watching.record import Doubts


class Clock(Protocol):
    """Seconds that only go forward, and waiting for them."""

    def now(self) -> float:
        """Return the present, in s from anywhere."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's monotonic clock."""

    now = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)


class Source(Protocol):
    """One source of requests.

    Attributes:
        name: As reports call it: "probes", "prometheus", "access log".
        query: What is asked there, in short.
        limits: What it cannot tell, in a sentence.
        whole: The operation that counts every request once; "" where all operations together do.
        share: Planned share of the candidate, where the source sees the users' traffic.
        stratum_s: The least width of a stratum, in s, that it can fill.
        tail_s: How long after its end a request may still be under way.
    """

    name: str
    query: str
    limits: str
    whole: str
    share: float | None
    stratum_s: float
    tail_s: float

    def refusal(self, question: Question) -> str:
        """Return why it can never answer a question; "" if it can."""

    def start(self, duration_s: float, stratum_s: float) -> None:
        """Begin; what comes from now on counts. Where it raises Inconclusive, it may be called again.

        Raises:
            GuardRefused: If the environment does not allow it; nothing was sent.
            Unverified, Inconclusive: If an arm cannot be asked.
        """

    def next(self, until_s: float) -> Arms:
        """Return what came since the last call, up to `until_s` from the start, or as far as it is complete.

        Raises:
            Unverified, Inconclusive: If the source does not answer now; the next call may, and loses nothing that the
                source still has.
        """

    def doubts(self, questions: tuple[Question, ...], alpha: float) -> Doubts:
        """Return what speaks against an answer, from all that was seen so far."""

    def stopped(self) -> str:
        """Return why it must not go on, such as a budget of the environment; "" while it may."""

    def sick(self) -> bool:
        """Return whether it was itself unfit to measure; this looks at no answer."""

    def close(self) -> None:
        """End at once; safe to call twice."""
