"""A WebSocket client for tests: opened, read for a while, closed."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from wsproto.events import RejectConnection, TextMessage

from hermetic.kit.balancer.websocket import Tunnel


def heard(url: str, headers: dict[str, str], work: Callable[[], object], wanted: int, within_s: float = 10.0) -> Any:
    """Open a WebSocket, do something, and return what was heard: messages, or the status of a refusal."""
    return asyncio.run(_heard(url, headers, work, wanted, within_s))


async def _heard(url: str, headers: dict[str, str], work: Callable[[], object], wanted: int, within_s: float) -> Any:
    port = int(urlsplit(url).port or 0)
    sent = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    tunnel = Tunnel(*await asyncio.open_connection("127.0.0.1", port))
    try:
        answer = await tunnel.open({"raw_path": b"/ws/updates", "query_string": b"", "headers": sent}, port)
        if isinstance(answer, RejectConnection):
            return answer.status_code
        await asyncio.to_thread(work)
        messages: list[Any] = []
        try:
            async with asyncio.timeout(within_s):
                async for event in tunnel.events():
                    if isinstance(event, TextMessage):
                        messages.append(json.loads(event.data))
                    if len(messages) == wanted:
                        break
        except TimeoutError:
            pass
        return messages
    finally:
        tunnel.close()
