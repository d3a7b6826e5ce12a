"""The named states of a world: how far the rollout is, and when its steps were taken."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

HOLD = timedelta(minutes=30)  # what the plan asks of staging and canary


@dataclass(frozen=True)
class State:
    """A named state.

    Args:
        stage: How far the rollout is: 0 before it, 1 staging, 2 canary, 3 full, 4 reviewed.
        share: What the canary gets of the traffic, in percent.
        since: How long ago the last step was taken when the state is arranged.
        stable_is_old: Whether the stable instance runs the release before.
        testers_only: Whether the router takes nobody else.
        recorded: Whether the days before and after the rollout are on record.
    """

    name: str
    meaning: str
    stage: int
    share: int = 0
    since: timedelta = timedelta(minutes=1)
    stable_is_old: bool = False
    testers_only: bool = False
    recorded: bool = False

    @property
    def released(self) -> bool:
        """Tell whether any instance runs the release."""
        return self.stage >= 1

    def as_json(self, now: datetime) -> dict[str, Any]:
        """Return what is kept of an arrangement: the state, when it was arranged, and the steps until then."""
        moments = Moments.of(self, now)
        steps = {name: at.isoformat() for name, at in asdict(moments).items() if at is not None}
        return {**asdict(self), "since": self.since.total_seconds(), "state": self.name, "at": now.isoformat(), **steps}


@dataclass(frozen=True)
class Moments:
    """When the steps of the rollout began and ended, in UTC and whole seconds; None is not yet."""

    staging_began: datetime | None = None
    staging_ended: datetime | None = None
    canary_began: datetime | None = None
    canary_ended: datetime | None = None
    full_began: datetime | None = None

    @classmethod
    def of(cls, state: State, now: datetime) -> "Moments":
        """Count the steps back from the last one: 40 minutes of staging, a pause of 15, 30 of canary, full at once."""
        last = now.replace(microsecond=0) - state.since
        full = last if state.stage >= 3 else None
        canary = full - HOLD if full else (last if state.stage == 2 else None)
        tested = canary - timedelta(minutes=15) if canary else (last if state.stage == 1 else None)
        staging = tested - timedelta(minutes=40) if tested else None
        return cls(staging, tested, canary, full, full)


STATES = {
    state.name: state
    for state in (
        State("before", "the release before everywhere, no canary", 0, stable_is_old=True),
        State("staging", "the release for testers only", 1, share=10, testers_only=True),
        State("canary", "a tenth of the traffic reaches the release", 2, share=10, stable_is_old=True),
        State("full", "the release everywhere", 3, share=10),
        State(
            "reviewed", "two days later, with what was recorded", 4, share=10, since=timedelta(hours=49), recorded=True
        ),
    )
}
DEFAULT = "staging"


def default_state(profile: str) -> str:
    """Return the state that a world starts in."""
    return "reviewed" if profile == "production" else DEFAULT
