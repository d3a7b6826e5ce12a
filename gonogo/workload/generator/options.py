"""What a locust file understands on the command line when it runs alone, and the order that follows from it."""

import json
from typing import Any

from gonogo.workload.order import Order

_ENDLESS_S = 1e8


def add_options(parser: Any) -> None:
    """Add the options of an open load; with an order of the engine they are not looked at."""
    group = parser.add_argument_group("gonogo", "open arrivals, recorded exactly")
    add = group.add_argument
    add("--rate", type=float, default=0.0, help="intended starts a second, of all processes (default: one a user)")
    add("--arrivals", default="even", choices=("even", "poisson"), help="how starts are spread")
    add("--seed", type=int, default=1, help="makes Poisson arrivals repeatable")
    add("--warmup", type=float, default=0.0, help="seconds that are recorded apart")
    add("--deadline", type=float, default=10.0, help="seconds that an answer may take")
    add("--mutates", action="store_true", help="let requests leave that change something")
    add("--ca-file", default="", help="certificates to trust")
    add("--parameters", default="{}", help="what the locust file wants to know, as JSON")
    add("--recording", default="", help="file that the exact recording is written to at the end")


def order_of(options: Any, workload: str, url: str, users: int) -> Order:
    """Return the order that the command line stands for."""
    return Order(
        workload=workload,
        url=url.rstrip("/"),
        users=users,
        rate_per_s=options.rate or float(users),
        duration_s=float(options.run_time or _ENDLESS_S),
        warmup_s=options.warmup,
        arrivals=options.arrivals,
        seed=options.seed,
        deadline_s=options.deadline,
        mutates=options.mutates,
        ca_file=options.ca_file,
        recording=options.recording,
        parameters=json.loads(options.parameters),
    )
