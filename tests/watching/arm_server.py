"""One arm as a process of its own: answers GETs after times of its own, and does as it is told by /control.

Prints its port. `/control?factor=1.3&fail=0.01` sets how much slower it is, which share fails, which `status` that is,
whether it hangs (`stall`), and how it calls itself (`name`); `/asked` tells how many requests it saw, and the headers
of the last.
"""

import asyncio
import json
import math
import random
import sys
from typing import Any
from urllib.parse import parse_qsl, urlsplit

MEDIAN_S, SIGMA = 0.02, 0.15


class Arm:
    """State and answers."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = {"factor": 1.0, "fail": 0.0, "status": 503, "stall": 0.0, "name": "arm", "close": 0}
        self.asked, self.headers = 0, {}  # type: ignore[var-annotated]
        self.random = random.Random(7)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := (await reader.readline()).decode():
                headers = {}
                while (header := (await reader.readline()).decode().strip()) != "":
                    name, _, value = header.partition(": ")
                    headers[name.lower()] = value
                status, body = await self.answer(line.split(" ")[1], headers)
                head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nX-Arm: {self.told['name']}\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
                if self.told["close"]:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def answer(self, target: str, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(target)
        if parts.path == "/control":
            for name, value in parse_qsl(parts.query):
                self.told[name] = type(self.told[name])(value)
            return 200, b"{}"
        if parts.path == "/asked":
            return 200, json.dumps({"asked": self.asked, "headers": self.headers}).encode()
        self.asked, self.headers = self.asked + 1, headers
        if parts.path == "/missing":
            return 404, b"{}"
        if self.told["stall"]:
            await asyncio.sleep(self.told["stall"])
        failing = self.random.random() < self.told["fail"]
        await asyncio.sleep(MEDIAN_S * self.told["factor"] * math.exp(SIGMA * self.random.gauss(0, 1)))
        return (int(self.told["status"]), b"{}") if failing else (200, b'{"documents": []}')


async def main() -> None:
    arm = Arm()
    server = await asyncio.start_server(arm.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


asyncio.run(main())
