"""What goes on all the time: scraping, evaluating, forgetting; begun anew where the configuration has changed."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hermetic.docflow.observing.own import configuration
from hermetic.docflow.observing.own.alerting import Evaluator
from hermetic.docflow.observing.own.configuration import Configuration, Group, Target
from hermetic.docflow.observing.own.scraping import Scraper, now
from hermetic.docflow.observing.own.store import KEPT_MS, Store

SWEEP_S = 60.0
Task = asyncio.Task[None]


class Work:
    """The store, and the tasks that fill it and look at it."""

    def __init__(self, file: Path) -> None:
        self.store = Store()
        self._file = file
        self._configuration = configuration.read(file)
        self._scrapes: dict[Target, Task] = {}
        self._groups: dict[str, tuple[Evaluator, Task]] = {}
        self._sweep: Task | None = None

    @property
    def evaluators(self) -> list[Evaluator]:
        return [evaluator for evaluator, _ in self._groups.values()]

    @property
    def targets(self) -> Sequence[Target]:
        return self._configuration.targets

    async def start(self) -> None:
        """Begin with all that the configuration asks for."""
        self._sweep = asyncio.create_task(self._forget())
        await self._apply(self._configuration, self._configuration)

    async def reload(self) -> None:
        """Read the configuration again; what is the same in it goes on, the rest ends or begins.

        Raises:
            Invalid: It cannot be used; all goes on as before.
        """
        before, self._configuration = self._configuration, configuration.read(self._file)
        await self._apply(before, self._configuration)

    async def stop(self) -> None:
        """End all of it."""
        await _ended([*self._scrapes.values(), *(task for _, task in self._groups.values())])
        if self._sweep:
            await _ended([self._sweep])

    async def _apply(self, before: Configuration, wanted: Configuration) -> None:
        rhythm = before.scrape_ms == wanted.scrape_ms
        gone = [target for target in self._scrapes if target not in wanted.targets or not rhythm]
        old = [name for name, (one, _) in self._groups.items() if one.group not in wanted.groups]
        await _ended([*(self._scrapes.pop(target) for target in gone), *(self._groups.pop(name)[1] for name in old)])
        for target in wanted.targets:
            if target not in self._scrapes:
                self._scrapes[target] = _begun(Scraper(target, self.store, wanted.scrape_ms).run())
        for group in wanted.groups:
            if _key(group) not in self._groups:
                evaluator = Evaluator(group, self.store)
                self._groups[_key(group)] = (evaluator, _begun(evaluator.run()))

    async def _forget(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.store.forget(now() - KEPT_MS)


def _key(group: Group) -> str:
    return f"{group.file};{group.name}"


def _begun(work: Coroutine[Any, Any, None]) -> Task:
    return asyncio.create_task(work)


async def _ended(tasks: list[Task]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
