"""A load gate: asks the guard, runs a workload at the environment's scale, and keeps what it came to as evidence."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from gonogo.budget import Demand
from gonogo.evidence import slug
from gonogo.outcome import Unverified
from gonogo.workbench import Workbench
from gonogo.workload import picture
from gonogo.workload.command import ONE_CORE, Layout
from gonogo.workload.order import Order, host_of
from gonogo.workload.result import Result
from gonogo.workload.runner import run
from gonogo.workload.scale import FULL, scaled


class LoadGate:
    """Runs workloads against one target of the opened environment.

    Args:
        bench: The opened environment: its guard, scale, evidence and run.
        target: Name of the target in the environment file.
        stream: Where progress is shown.
    """

    def __init__(self, bench: Workbench, target: str, stream: TextIO | None = None) -> None:
        self._bench = bench
        self._target = bench.target(target)
        self._stream = sys.stderr if stream is None else stream

    def run(
        self,
        order: Order,
        *,
        layout: Layout = ONE_CORE,
        scales: bool = True,
        attempts: int = 1,
        before_each: Callable[[], None] = lambda: None,
        token_variable: str = "",
    ) -> Result:
        """Run `order` and return what it came to; judge that with `gonogo.workload.judging`.

        Its URL, hosts, ceilings and mark are this environment's, whatever the order says.

        Args:
            order: What to do, in full.
            layout: On how many cores.
            scales: Whether the environment's [scale] may make it a rehearsal.
            attempts: How often to try while the generator itself was sick; this looks at no answer of the target.
            before_each: Called before each attempt, such as to note the target's own count.
            token_variable: The environment variable in which the locust file finds the target's token.

        Raises:
            GuardRefused: If the environment allows no load, not so much, not now, or no mutation; nothing was sent.
            Unverified: If the target has no token, or locust cannot be started.
        """
        prepared, rehearsal = self.prepared(order, scales=scales)
        secrets = self._secrets(token_variable)
        for number in range(1, attempts + 1):
            before_each()
            folder = self._bench.load_directory / slug(f"{order.workload}-{_next(self._bench.load_directory)}")
            result = run(
                prepared, self._file(order), layout=layout, secrets=secrets, directory=folder, stream=self._stream,
                rehearsal=rehearsal,
            )  # fmt: skip
            self._keep(result, f" (attempt {number})" if attempts > 1 else "")
            if result.health().fit:
                break
        return result

    def prepared(self, order: Order, *, scales: bool = True) -> tuple[Order, str]:
        """Return the order as this environment lets it run, and how it was scaled down; asks the guard."""
        bench, guard = self._bench, self._bench.guard
        order, rehearsal = scaled(order, bench.scale if scales else FULL)
        url = self._target.settings.base_url
        what = f"load {order.workload} on {self._target.name}"
        guard.load(what, Demand(order.users, order.peak_per_s, order.ends_s))
        guard.reach(what, *host_of(url))
        if order.mutates:
            guard.mutate(what)
        budget = guard.settings.budget
        order = replace(order, url=url, run=bench.run, allowed_hosts=guard.hosts)
        if budget is None:
            return order, rehearsal
        return (
            replace(
                order,
                max_rate_per_s=budget.max_rate_per_s,
                abort_error_ratio=_least(order.abort_error_ratio, budget.abort_error_ratio),
                abort_p99_s=_least(order.abort_p99_s, budget.abort_p99_s),
            ),
            rehearsal,
        )

    def _secrets(self, variable: str) -> Mapping[str, str]:
        if not variable:
            return {}
        token = self._target.settings.token
        if token is None:
            raise Unverified(f"{self._target.name}: the load needs a token; add it to [targets.{self._target.name}]")
        return {variable: token.reveal()}

    def _file(self, order: Order) -> Path:
        return self._bench.root / "load" / f"{order.workload}.py"

    def _keep(self, result: Result, attempt: str) -> None:
        evidence, name = self._bench.evidence, f"load {result.order.workload}{attempt}"
        evidence.add(f"{name} figures", json.dumps(result.figures(), indent=1), "application/json", ".json")
        evidence.add(f"{name} picture", picture.render(result), "image/svg+xml", ".svg")
        evidence.add(f"{name} generator log", result.said or "(it said nothing)")


def _least(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)


def _next(folder: Path) -> int:
    """Return a number that no run of this folder has."""
    return len(list(folder.iterdir())) + 1 if folder.is_dir() else 1
