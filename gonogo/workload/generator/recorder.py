"""Keeps every sample of one process, and hands them on as differences. The first functions run for each request."""

from gonogo.workload.buckets import UNITS_PER_S, bucket_of
from gonogo.workload.figures import Figures
from gonogo.workload.recording import STEADY, WARM, Recording


class Recorder:
    """Samples since the last `take`.

    Attributes:
        steady_from: From which intended start on (of perf_counter) a sample belongs to the steady state.
        last_done: When the last request ended (of perf_counter).
    """

    def __init__(self) -> None:
        self.steady_from = 0.0
        self.last_done = 0.0
        self._fresh()

    def _fresh(self) -> None:
        self._recording = Recording()
        self._warm: dict[str, Figures] = {}
        self._steady: dict[str, Figures] = {}

    def success(self, name: str, due: float, sent: float, done: float) -> None:
        """Record a successful request: intended start, sending, last byte (all of perf_counter).

        The buckets are computed here as `buckets.bucket_of` does it: a call for each of the three would cost half
        as much again.
        """
        self.last_done = done
        figures = self._figures(name, due)
        units = int((done - due) * UNITS_PER_S)
        if units >= 2048:
            shift = units.bit_length() - 11
            units = (shift << 10) + (units >> shift)
        figures.intended[units] += 1
        units = int((done - sent) * UNITS_PER_S)
        if units >= 2048:
            shift = units.bit_length() - 11
            units = (shift << 10) + (units >> shift)
        figures.sent[units] += 1
        units = int((sent - due) * UNITS_PER_S)
        if units >= 2048:
            shift = units.bit_length() - 11
            units = (shift << 10) + (units >> shift)
        figures.late[units] += 1

    def failure(self, name: str, due: float, sent: float, done: float, reason: str) -> None:
        """Record a failed request with its reason."""
        figures = self._figures(name, due)
        self.last_done = done
        figures.failed[bucket_of(done - due)] += 1
        figures.late[bucket_of(sent - due)] += 1
        self._recording.fail(f"{name}: {reason}"[:200])

    def take(self) -> Recording:
        """Return what was recorded since the last time, and begin anew."""
        taken, warm, steady = self._recording, self._warm, self._steady
        self._fresh()
        taken.figures = {(WARM, name): figures for name, figures in warm.items()}
        taken.figures |= {(STEADY, name): figures for name, figures in steady.items()}
        return taken

    def _figures(self, name: str, due: float) -> Figures:
        phase = self._steady if due >= self.steady_from else self._warm
        figures = phase.get(name)
        if figures is None:
            figures = phase[name] = Figures()
        return figures
