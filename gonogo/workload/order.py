"""The order of a workload: what the load generator is to do, and what it may not. Read on both sides, as JSON.

Nothing secret stands in it: a token is named by its environment variable.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from gonogo.outcome import UsageError

ORDER_VARIABLE = "GONOGO_WORKLOAD_ORDER"
"""The environment variable that tells a locust process where its order lies."""

Arrival = Literal["even", "poisson", "bursts"]
Burst = tuple[float, int]
"""When, in s from the beginning, and how many starts at that one instant."""
Host = tuple[str, int | None]
"""A host in lower case and its port; None stands for all of its ports."""


@dataclass(frozen=True)
class Order:
    """What one workload run does.

    Attributes:
        workload: Name of the locust file, load/NAME.py.
        url: Base URL of the target.
        users: How many users there are, each with a connection of its own: the pool that starts are given to.
        rate_per_s: Intended starts a second, of all processes together; not used for bursts.
        duration_s, warmup_s: How long the steady state is, and what is recorded apart before it.
        arrivals: Evenly spaced, as a Poisson process, or in bursts.
        bursts: For arrivals in bursts: when and how many.
        seed: Makes a Poisson process repeatable.
        deadline_s, max_bytes: Bounds of one answer, from the sending of its request.
        allowed_hosts: Where requests may go; nothing else is ever connected to.
        mutates: Whether requests may change something; without, only GET, HEAD and OPTIONS leave.
        max_rate_per_s: Ceiling held in the client, whatever the users do; None where there is none.
        abort_error_ratio, abort_p99_s, abort_window_s: Traffic ends when the last `abort_window_s` seconds are worse.
        grace_s: How long requests that are under way may take once traffic has to end.
        ca_file: Certificates to trust in place of the system's.
        run: Mark of the run, on each request and on all that is made.
        recording, live: Files that the result is written to at the end, and how far it has come every second.
        parameters: What this locust file wants to know beside that (such as a list of paths).
    """

    workload: str
    url: str
    users: int
    rate_per_s: float
    duration_s: float
    warmup_s: float = 0.0
    arrivals: Arrival = "even"
    bursts: tuple[Burst, ...] = ()
    seed: int = 1
    deadline_s: float = 10.0
    max_bytes: int = 4_000_000
    allowed_hosts: tuple[Host, ...] = ()
    mutates: bool = False
    max_rate_per_s: float | None = None
    abort_error_ratio: float | None = None
    abort_p99_s: float | None = None
    abort_window_s: float = 2.0
    grace_s: float = 1.0
    ca_file: str = ""
    run: str = "by-hand"
    recording: str = ""
    live: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("users", "rate_per_s", "duration_s", "deadline_s", "max_bytes", "abort_window_s"):
            if not (value := getattr(self, name)) > 0 or not math.isfinite(value):
                raise UsageError(f"workload {self.workload!r}: {name} must be more than 0, not {value}")
        if self.arrivals not in get_args(Arrival):
            valid = ", ".join(get_args(Arrival))
            raise UsageError(f"workload {self.workload!r}: arrivals must be one of {valid}, not {self.arrivals!r}")
        if (self.arrivals == "bursts") != bool(self.bursts):
            raise UsageError(f"workload {self.workload!r}: bursts are given with arrivals = 'bursts', and only then")

    @property
    def ends_s(self) -> float:
        """When the last start is due, in s from the beginning."""
        return self.warmup_s + self.duration_s

    @property
    def peak_per_s(self) -> float:
        """The most starts in any one second."""
        if not self.bursts:
            return self.rate_per_s
        return float(max(sum(n for at, n in self.bursts if start <= at < start + 1) for start, _ in self.bursts))

    def hosts(self) -> tuple[Host, ...]:
        """Return where requests may go: what was allowed, else the target alone."""
        return self.allowed_hosts or (host_of(self.url),)

    def as_json(self) -> str:
        """Return the order as JSON."""
        return json.dumps(asdict(self), indent=1)

    def as_message(self) -> dict[str, Any]:
        """Return the order as types that a message between processes can carry; where to write stays here."""
        return {**json.loads(self.as_json()), "recording": "", "live": ""}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Order":
        """Read an order back.

        Raises:
            UsageError: If it has a field that there is not, or lacks one.
        """
        known = {one.name for one in fields(cls)}
        try:
            given = {**content}
            given["bursts"] = tuple((float(at), int(count)) for at, count in given.get("bursts", ()))
            given["allowed_hosts"] = tuple((str(host), port) for host, port in given.get("allowed_hosts", ()))
            return cls(**given)
        except (TypeError, ValueError) as error:
            strange = ", ".join(sorted(set(content) - known))
            raise UsageError(f"workload order: {f'unknown {strange}' if strange else error}") from None

    @classmethod
    def read(cls, path: Path) -> "Order":
        """Read an order from its file; raises as `from_dict`, and OSError."""
        return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))


def one_by_one(count: int, over_s: float) -> tuple[Burst, ...]:
    """Return bursts of one start each, spread evenly over `over_s`: for users that come and stay, such as streams."""
    return tuple((number * over_s / count, 1) for number in range(count))


def host_of(url: str) -> tuple[str, int]:
    """Return host and port of a base URL, with the scheme's own port where it names none."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)
