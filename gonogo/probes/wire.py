"""The connections of an HTTP session, so that they can be cut while they are in use."""

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from gonogo.probes.deadline import shut

Wires = dict[HTTPConnection, socket.socket]


class CuttableAdapter(HTTPAdapter):
    """An adapter that makes no retries and keeps a second handle on the socket of each of its connections.

    The handle is taken as soon as TCP is connected, before TLS, through urllib3's `_new_conn`; a test that feeds header
    bytes slowly fails if urllib3 ceases to call it.
    """

    def __init__(self) -> None:
        self._wires: Wires = {}
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._wires)

    def cut(self) -> None:
        """Shut every open connection down; safe to call from another thread."""
        for wire in list(self._wires.values()):
            shut(wire)

    def prune(self) -> None:
        """Give back the handles of connections that are closed."""
        for connection, wire in list(self._wires.items()):
            if connection.sock is None:
                wire.close()
                self._wires.pop(connection, None)

    def close(self) -> None:
        """Close the idle connections and give back their handles."""
        super().close()
        self.prune()


def _pools(wires: Wires) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            wires[self] = sock.dup()
            return sock

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            wires[self] = sock.dup()
            return sock

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}
