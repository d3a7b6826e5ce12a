"""Traffic that the control port is asked for: so many requests now, or so many a second meanwhile."""

import asyncio
import threading
import time
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

from hermetic.docflow import observing
from hermetic.docflow.crowd.crowd import Crowd
from hermetic.docflow.crowd.kinds import KINDS, On, Step
from hermetic.docflow.features import Features
from hermetic.docflow.platforms.images import Images
from hermetic.docflow.world import ARMS, World
from hermetic.kit.control_port import Refusal

KNOWN = ("arm", "kind", "requests", "per_s", "seconds", "background")
MOST, MOST_PER_S, LONGEST_S = 20_000, 500, 600
PATIENCE_S = 5.0


class Traffic:
    """The users of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._leave = threading.Event()
        self._meanwhile: list[threading.Thread] = []

    def make(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make requests of users; tell what came back once Prometheus has seen it, or nothing if they go on meanwhile.

        Raises:
            Refusal: Something asked for is not known.
        """
        crowd, steps = self._asked(body)
        observing.await_scrapes(self._world.prometheus_url)
        if not body.get("background"):
            number = _whole(body, "requests", 100, MOST)
            answer = _now(crowd, list(islice(cycle(steps), number)))
            observing.await_scrapes(self._world.prometheus_url, since=time.time())
            return answer
        per_s, seconds = _whole(body, "per_s", 50, MOST_PER_S), _whole(body, "seconds", 30, LONGEST_S)
        thread = threading.Thread(target=self._go_on, args=(crowd, steps, per_s, seconds), daemon=True)
        self._meanwhile.append(thread)
        thread.start()
        return {}

    def stop(self) -> None:
        """Send everybody home who makes requests meanwhile, and wait until they have gone."""
        self._leave.set()
        for thread in self._meanwhile:
            thread.join(PATIENCE_S)
        self._meanwhile.clear()
        self._leave.clear()

    def _asked(self, body: dict[str, Any]) -> tuple[Crowd, list[Step]]:
        unknown = sorted(set(body) - set(KNOWN))
        if unknown:
            raise Refusal(400, f"unknown parameters {unknown}; known are {', '.join(KNOWN)}")
        arm, kind = body.get("arm", "router"), body.get("kind", "mixed")
        if arm not in (*ARMS, "router"):
            raise Refusal(400, f"arm must be one of {', '.join(ARMS)}, router")
        if kind not in KINDS:
            raise Refusal(400, f"kind must be one of {', '.join(KINDS)}")
        url = self._world.router_url if arm == "router" else self._world.url_of(arm)
        return Crowd(url, self._world.token), KINDS[kind](features_of(self._world, arm))

    def _go_on(self, crowd: Crowd, steps: Sequence[Step], per_s: int, seconds: int) -> None:
        asyncio.run(self._paced(crowd, steps, per_s, seconds))

    async def _paced(self, crowd: Crowd, steps: Sequence[Step], per_s: int, seconds: int) -> None:
        """Send one request after the other at an even pace, whether or not the earlier ones are answered."""
        loop = asyncio.get_running_loop()
        began, under_way = loop.time(), set()
        for number, step in enumerate(islice(cycle(steps), per_s * seconds)):
            if self._leave.is_set():
                break
            await asyncio.sleep(began + number / per_s - loop.time())
            task = asyncio.ensure_future(crowd.step(*step))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)


def features_of(world: World, arm: str) -> On:
    """Return which features all users of an arm have; behind the router that is what both arms have."""
    arms = [one for one in ARMS if arm in (one, "router")]
    on = [Features(world, Images(world).release_of(one), ()).on() for one in arms]
    return {name: all(one[name] for one in on) for name in on[0]}


def _now(crowd: Crowd, steps: Sequence[Step]) -> dict[str, Any]:
    began = time.monotonic()
    asyncio.run(crowd.take(steps))
    seconds = round(time.monotonic() - began, 3)
    return {"requests": len(steps), "statuses": crowd.statuses, "arms": crowd.arms, "seconds": seconds}


def _whole(body: dict[str, Any], name: str, default: int, most: int) -> int:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise Refusal(400, f"{name} must be a whole number from 1 to {most}")
    return value
