"""Users of one address: each request is really sent, and what came back is counted."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from hermetic.docflow.crowd.kinds import DOCUMENTS, NEW, TAG, Step
from hermetic.kit.http_client import BROKEN, Client

TEXT = "Invoice number 17: amount due EUR 129.50, payable within thirty days to the account below"
DOCUMENT = {"title": "Invoice 17", "text": TEXT, "tag": TAG}
USERS = 5  # so few that they do not wait for each other
Headers = Sequence[tuple[bytes, bytes]]


class Crowd:
    """Users of one address.

    Args:
        url: The address.
        token: Whom they say they are.
        headers: What else every request carries.
    """

    def __init__(self, url: str, token: str, headers: Headers = ()) -> None:
        self._client = Client(url)
        bearer = (b"authorization", f"Bearer {token}".encode())
        self._headers = [bearer, (b"content-type", b"application/json"), *headers]
        self.statuses: Counter[str] = Counter()
        self.arms: Counter[str] = Counter()

    async def take(self, steps: Sequence[Step]) -> None:
        """Take all steps, some users at a time."""
        shared = iter(steps)
        await asyncio.gather(*(self._user(shared) for _ in range(min(USERS, len(steps)))))

    async def _user(self, steps: Iterator[Step]) -> None:
        for step in steps:
            await self.step(*step)

    async def step(self, method: str, path: str, body: dict[str, Any] | None) -> None:
        """Take one step, and count how it was answered; what had to be uploaded for it does not count."""
        if NEW in path:
            status, _, content = await self._ask("POST", DOCUMENTS, DOCUMENT)
            path = path.replace(NEW, json.loads(content)["document"]["id"] if status == "201" else "none")
        status, arm, _ = await self._ask(method, path, body)
        self.statuses[status] += 1
        self.arms[arm] += 1

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[str, str, bytes]:
        """Send a request; return status, arm and content of the answer, or `broken` for none."""
        content = b"" if body is None else json.dumps(body).encode()
        try:
            reply = await self._client.send(method, path, self._headers, content)
            answer = await reply.read()
        except BROKEN:
            return "broken", "none", b""
        return str(reply.status), dict(reply.headers).get(b"x-arm", b"none").decode(), answer
