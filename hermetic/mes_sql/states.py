"""The named states of a world: how far the rollout is."""

from dataclasses import asdict, dataclass
from typing import Any

from hermetic.mes_sql.migrator import FIRST, LAST


@dataclass(frozen=True)
class State:
    """A named state.

    Args:
        stage: How far the papers are: 0 before the rollout, 1 built, 2 to 5 the day of the rollout, 6 finished.
        revision: Where the migrations stand.
        weights: Shares of blue and green at the balancer; 0 leaves the line out.
        day: The day whose traffic is on record, or none.
    """

    name: str
    meaning: str
    stage: int
    revision: str = LAST
    weights: tuple[int, int] = (100, 0)
    day: int = 0
    dual_read: bool = False
    retired: bool = False

    @property
    def days(self) -> int:
        """How many days of the rollout the old store has counted."""
        return self.stage if self.stage >= 2 else 0

    @property
    def seeded(self) -> bool:
        return self.revision == LAST

    def as_json(self, seed: str) -> dict[str, Any]:
        return {**asdict(self), "state": self.name, "seed": seed if self.seeded else None}


STATES = {
    state.name: state
    for state in (
        State("before", "the schema before the rollout, nothing seeded", 0, revision=FIRST),
        State("seeded", "all migrations, seeded, the same in the old store", 1),
        State("dual_read", "as seeded, with green comparing both stores", 1, dual_read=True),
        State("day_2", "blue and green are up, all traffic to blue", 2),
        State("day_3", "a tenth of the traffic to green", 3, weights=(90, 10), day=3),
        State("day_4", "half of the traffic to green", 4, weights=(50, 50), day=4),
        State("day_5", "all traffic to green, for 24 hours", 5, weights=(0, 100), day=5),
        State("finished", "the old store retired, its code gone", 6, weights=(0, 100), day=5, retired=True),
    )
}
DEFAULT = "seeded"


def default_state(profile: str) -> str:
    """Return the state that a world starts in."""
    return "finished" if profile == "production" else DEFAULT
