"""How far a database's clock is from ours, as an interval that is certain to hold it."""

from dataclasses import dataclass

from gonogo.outcome import Inconclusive
from gonogo.probes.sql import Execution, SqlProbe

_NOW = "select extract(epoch from clock_timestamp()) as now"


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """The database's clock minus ours, in seconds; the truth lies from `low_s` to `high_s`."""

    low_s: float
    high_s: float

    @property
    def value_s(self) -> float:
        """The middle of the interval."""
        return (self.low_s + self.high_s) / 2

    @property
    def uncertainty_s(self) -> float:
        """Half the width of the interval."""
        return (self.high_s - self.low_s) / 2

    def __str__(self) -> str:
        return f"{self.value_s * 1000:+.1f} ms ± {self.uncertainty_s * 1000:.1f} ms"


def clock_offset(sql: SqlProbe, n: int = 15) -> ClockOffset:
    """Ask the database `n` times for its time, and return what all answers agree on.

    It read its clock after we asked and before we had the answer, so each answer bounds the offset from both sides.

    Raises:
        Inconclusive: If no offset fits all answers: one of the clocks was set meanwhile.
        Unverified: As `SqlProbe.rows` says.
    """
    bounds = [_bounds(one) for one in sql.repeat(_NOW, n=n, query="the database's clock")]
    offset = ClockOffset(max(low for low, _ in bounds), min(high for _, high in bounds))
    if offset.low_s > offset.high_s:
        raise Inconclusive(
            f"the clock of the database of {sql.name} or ours was set while they were compared; run again"
        )
    return offset


def _bounds(one: Execution) -> tuple[float, float]:
    now = float(one.rows[0]["now"])
    return now - one.began_s - one.elapsed_s, now - one.began_s
