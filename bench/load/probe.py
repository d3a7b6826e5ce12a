"""An independent look at a server: 50 requests a second over one raw socket: python probe.py PORT.

Prints, when its standard input ends, [[sent at, in s since the epoch; how long the answer took, in s], ...].
"""

import json
import select
import socket
import sys
import time

RATE = 50
REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main(port: int) -> None:
    """Ask until the standard input ends; it begins when the connection stands."""
    found: list[tuple[float, float]] = []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print("ready", flush=True)
        begun, number = time.perf_counter(), 0
        while not select.select([sys.stdin], [], [], max(0.0, begun + number / RATE - time.perf_counter()))[0]:
            number += 1
            at, sent = time.time(), time.perf_counter()
            connection.sendall(REQUEST)
            if not connection.recv(65536):
                raise ConnectionError("the server has closed the connection")
            found.append((at, time.perf_counter() - sent))
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
