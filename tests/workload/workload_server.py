"""A small real server with its own counter, and with every awkward answer: python workload_server.py [CERTIFICATE KEY].

Prints its port, and with a certificate the port for TLS too. `GET /__counted` says what it was asked, and when last.
"""

import asyncio
import json
import ssl
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable

counted: Counter[str] = Counter()
tokens: set[str] = set()
connections = 0
last = 0.0
Write = Callable[[bytes], Awaitable[None]]


def whole(body: bytes, status: str = "200 OK", *fields: str) -> bytes:
    lines = "".join(f"{field}\r\n" for field in fields)
    return f"HTTP/1.1 {status}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


SIMPLE = {
    "/ok": whole(b'{"ok": true}'),
    "/big": whole(b"x" * 1_000_000),
    "/failing": whole(b"oh no", "500 Internal Server Error"),
    "/redirect": whole(b"", "302 Found", "Location: http://127.0.0.2:9/elsewhere"),
    "/no-content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "/not-modified": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n",
    "/continue": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + whole(b"after all"),
    "/extra": whole(b"right") + b"and more",
    "/two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    "/both-framings": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
    "/bad-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n",
    "/odd-length": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
    "/no-http": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "/api/mes/production-plans": whole(b'{"plans": [{"id": "P-1"}]}'),
    "/too-big": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
}  # fmt: skip
CLOSING = {
    "/close": whole(b"bye", "200 OK", "Connection: close"),
    "/to-the-end": b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
    "/half-a-head": b"HTTP/1.1 200 OK\r\nContent-",
    "/nothing": b"",
}
CHUNKED = [b"HTTP/1.1 200 OK\r\nTransfer-Enc", b"oding: chunked\r\n\r\n5;ext=1\r\nhel", b"lo\r\n7\r\n, world\r"]
CHUNKED += [b"\n0\r\n", b"Trailer: x\r\n\r\n"]


async def answer(path: str, body: bytes, write: Write) -> bool:
    """Answer one request; return whether the connection stays open."""
    if path in CLOSING:
        await write(CLOSING[path])
        return False
    if path == "/chunked":
        for piece in CHUNKED:
            await write(piece)
            await asyncio.sleep(0.01)
    elif path == "/bytewise":
        for byte in whole(b"slowly"):
            await write(bytes([byte]))
            await asyncio.sleep(0)
    elif path == "/drip":
        for byte in whole(b"y" * 200):
            await write(bytes([byte]))
            await asyncio.sleep(0.04)
    elif path == "/silence":
        await asyncio.sleep(30)
    elif path == "/closes-when-idle":
        await write(SIMPLE["/ok"])
        await asyncio.sleep(0.05)
        return False
    elif path.startswith("/slow"):
        await asyncio.sleep(float(path.partition("=")[2]))
        await write(SIMPLE["/ok"])
    elif path == "/stream":
        await write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: welcome\n\n")
        for _ in range(100):
            await write(f"data: {json.dumps({'at': time.time()})}\n\n".encode())
            await asyncio.sleep(0.1)
    elif path == "/race":  # closes a connection on which it had answered before, just as the next request comes
        return False
    else:
        await write(SIMPLE.get(path.partition("?")[0], whole(f"{len(body)}".encode())))
    return True


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    global connections, last
    connections += 1
    served = 0

    async def write(data: bytes) -> None:
        writer.write(data)
        await writer.drain()

    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, path, _ = head.split(" ", 2)
            length = int((head.lower().partition("content-length:")[2].split("\r\n") or ["0"])[0] or 0)
            body = await reader.readexactly(length)
            if path == "/__counted":
                content = {
                    "tokens": sorted(tokens),
                    "counted": counted,
                    "total": counted.total(),
                    "last": last,
                    "connections": connections,
                }
                await write(whole(json.dumps(content).encode()))
                continue
            if path == "/__forget":
                counted.clear()
                tokens.clear()
                connections = 0
                await write(whole(b""))
                continue
            counted[f"{method} {path.partition('?')[0]}"] += 1
            last = time.time()
            if "\r\nAuthorization: " in head:
                tokens.add(head.partition("\r\nAuthorization: ")[2].split("\r\n")[0])
            if (method, path) == ("POST", "/api/mes/production-plans"):
                await write(whole(json.dumps({"plan": {"id": f"P-{counted.total()}"}}).encode(), "201 Created"))
            elif method == "HEAD":
                await write(SIMPLE["/big"][:60].partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            elif path == "/race" and not served:
                await write(SIMPLE["/ok"])
            elif not await answer(path, body, write):
                break
            served += 1
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main(files: list[str]) -> None:
    servers = [await asyncio.start_server(serve, "127.0.0.1", 0)]
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        servers.append(await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, sys.stdin.read)  # ends with whoever started it


asyncio.run(main(sys.argv[1:]))
