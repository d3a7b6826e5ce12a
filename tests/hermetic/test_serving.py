"""The end of a stand-in's server: whoever was let in is answered."""

import asyncio
import os
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from hermetic.kit.serving import Server


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def answer_to_the_last_one() -> bytes:
    """Ask a server that is told to end after it has accepted the connection, and before it is connected."""
    config = uvicorn.Config(
        Starlette(routes=[Route("/", hello)]), log_config=None, http="httptools", ws="none", lifespan="off"
    )
    config.load()
    reading, announced = os.pipe()
    server = Server(config, announced)
    server.lifespan = config.lifespan_class(config)
    listener = socket.create_server(("127.0.0.1", 0))
    await server.startup([listener])
    with socket.create_connection(listener.getsockname(), 10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        for _ in range(2):
            await asyncio.sleep(0)
        await server.shutdown([listener])
        os.close(reading)
        os.close(announced)
        return client.recv(4096)


def test_who_was_accepted_as_the_server_ends_is_answered() -> None:
    assert asyncio.run(answer_to_the_last_one()).endswith(b"hello")
