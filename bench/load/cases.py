"""The runs of (f): healthy ones, with slow and busy servers among them, and ones that saturate the generator."""

from dataclasses import dataclass, field
from typing import Any

from bench.load import hindrance
from bench.load.hindrance import Hindrance
from gonogo.workload import Layout


@dataclass(frozen=True)
class Case:
    """A run whose health is known, since it was made so.

    Attributes:
        name: What the progress shows.
        users, rate: Of the order.
        path: Of our server (server.py); "" asks the fastest server there is.
        locustfile: Of the benchmark; "" for load/frame.py.
        hindrance: What keeps the generator from its core.
        deadline_s: How long an answer may take, and how long a backlog is worked off.
        more: Further fields of the order, and the layout.
    """

    name: str
    users: int
    rate: float
    path: str = ""
    locustfile: str = ""
    hindrance: Hindrance = hindrance.nothing
    deadline_s: float = 0.5
    more: dict[str, Any] = field(default_factory=dict)


HEALTHY = (
    Case("a server that takes 300 ms", 200, 200, "/delay=0.3"),
    Case("a server that takes 1.5 s", 300, 100, "/delay=1.5", deadline_s=3.0),
    Case("a server that stalls", 400, 200, "/stall=0.3:1"),
    Case("a server half busy", 200, 250, "/work=0.002"),
    Case("100 users, 200/s", 100, 200),
    Case("1,000 users, 1,000/s", 1000, 1000),
    Case("1,000 users, 4,000/s", 1000, 4000),
    Case("1,000 users, 8,000/s", 1000, 8000),
    Case("Poisson arrivals, 1,000/s", 200, 1000, more={"arrivals": "poisson"}),
    Case("an event for each request, 2,000/s", 200, 2000, locustfile="heard.py"),
    Case("FastHttpUser, 1,000/s", 200, 1000, locustfile="fast.py"),
    Case("FastHttpUser, 2,500/s", 200, 2500, locustfile="fast.py"),
    Case("two processes, 1,000/s", 200, 1000, more={"layout": Layout(processes=2)}),
)
SATURATED = (
    Case("FastHttpUser, 20,000/s", 1000, 20_000, locustfile="fast.py"),
    Case("FastHttpUser, 30,000/s", 1000, 30_000, locustfile="fast.py"),
    Case("FastHttpUser, slow server, 20,000/s", 1000, 20_000, "/delay=0.01", "fast.py"),
    Case("200,000/s", 1000, 200_000),
    Case("an event for each request, 150,000/s", 1000, 150_000, locustfile="heard.py"),
    Case("two processes on one core, FastHttpUser, 20,000/s", 1000, 20_000, "", "fast.py",
         more={"layout": Layout(processes=2)}),
    Case("FastHttpUser, 6,000/s, a rival", 1000, 6000, locustfile="fast.py", hindrance=hindrance.rivals(1)),
    Case("FastHttpUser, 4,000/s, four rivals", 1000, 4000, locustfile="fast.py", hindrance=hindrance.rivals(4)),
    Case("8,000/s, lowest priority, four rivals", 1000, 8000, hindrance=hindrance.least_priority),
    Case("1,000/s, a fifth of a core", 1000, 1000, hindrance=hindrance.quota),
    Case("slow server, a fifth of a core", 200, 200, "/delay=0.3", hindrance=hindrance.quota),
    Case("a locust file that computes, 600/s", 1000, 600, locustfile="busy.py"),
    Case("a locust file that blocks, 300/s", 1000, 300, locustfile="blocking.py"),
)  # fmt: skip
