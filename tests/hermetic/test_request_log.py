"""The log of requests: who was answered finds the request in it, and a request that was not answered is in it, too."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hermetic.kit.request_log import RequestLog, read_requests

SCOPE = {"type": "http", "method": "GET", "path": "/plans", "query_string": b"x=1", "headers": [(b"user-agent", b"t")]}


def ask(app: ASGIApp, path: Path, heard: Callable[[Message], None] = lambda _: None) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        heard(message)

    asyncio.run(RequestLog(app, path)(dict(SCOPE), receive, send))


async def in_pieces(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 201, "headers": []})
    for more in (True, True, False):
        await send({"type": "http.response.body", "body": b"piece", "more_body": more})


async def breaks(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("the store is gone")


def test_a_line_is_there_when_its_reply_ends_and_not_before(tmp_path: Path) -> None:
    path, there = tmp_path / "requests.jsonl", list[int]()
    ask(in_pieces, path, lambda _: there.append(len(read_requests(path))))
    assert there == [0, 0, 0, 1]
    (line,) = read_requests(path)
    assert (line["method"], line["path"], line["status"], line["user_agent"]) == ("GET", "/plans?x=1", 201, "t")


@pytest.mark.parametrize(("broken", "status"), [("in the app", 200), ("on the way", 201)])
def test_a_reply_that_does_not_end_leaves_one_line(tmp_path: Path, broken: str, status: int) -> None:
    path = tmp_path / "requests.jsonl"

    def leave(message: dict[str, Any]) -> None:
        if broken == "on the way" and message["type"] == "http.response.body":
            raise ConnectionResetError

    with pytest.raises((RuntimeError, ConnectionResetError)):
        ask(breaks if broken == "in the app" else in_pieces, path, leave)
    (line,) = read_requests(path)
    assert line["status"] == status
