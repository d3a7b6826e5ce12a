"""The four counters and the plan list's cache, in Redis.

The plan reads `plan_using_executionGraph_count` as a gauge (150 stored plans) and as a count of events. Both hold here:
it is the number of *distinct plans* known to be read from an executionGraph for want of nodes. The server counts those
stored when it starts, each fallback read adds its plan, a migration takes plans out, a reset empties the set.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import redis.asyncio

from hermetic.kit.log import timestamp
from hermetic.mes.keys import COUNTERS, FALLBACK_PLANS, SINCE, VERSION, counter_key

CACHE_S = 5


class Counters:
    """The server's side of the counters."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self.client = client

    async def count(self, name: str) -> None:
        await self.client.incr(counter_key(name))

    async def uses_fallback(self, *plans: str) -> None:
        if plans:
            await self.client.sadd(FALLBACK_PLANS, *plans)

    async def read(self) -> dict[str, int]:
        """Return the four counters by their public names."""
        values = await self.client.mget([counter_key(name) for name in COUNTERS])
        counted = {name: int(value or 0) for name, value in zip(COUNTERS, values, strict=True)}
        distinct = await self.client.scard(FALLBACK_PLANS)
        return {
            "reservation_mismatch_count": counted["reservation_mismatch_count"],
            "plan_using_executionGraph_count": distinct,
            "consumption_capped_count": counted["consumption_capped_count"],
            "validation_error_count": counted["validation_error_count"],
        }

    async def since(self) -> datetime | None:
        """Return when the counters were last set to zero."""
        value = await self.client.get(SINCE)
        return datetime.fromisoformat(str(value)) if value else None

    async def reset(self) -> None:
        await self.client.delete(FALLBACK_PLANS, *map(counter_key, COUNTERS))
        await self.client.set(SINCE, timestamp())

    async def plans_changed(self) -> None:
        """Make every cached list stale."""
        await self.client.incr(VERSION)

    async def cached_list(self, query: str) -> tuple[str, str | None]:
        """Return the key of a list under the present version, and the cached text if there is one."""
        version = cast("str | None", await self.client.get(VERSION))
        key = f"mes:plans:{version}:{query}"
        return key, cast("str | None", await self.client.get(key))

    async def cache_list(self, key: str, text: str) -> None:
        await self.client.set(key, text, ex=CACHE_S)

    async def forget_fallback(self, plans: Iterable[str]) -> None:
        names = list(plans)
        if names:
            await self.client.srem(FALLBACK_PLANS, *names)
