"""One connection: a plain non-blocking socket with a read watcher that stays on, TLS over it, and a total deadline."""

import _socket
import errno
import os
import ssl
from typing import Any

from gevent.hub import get_hub
from greenlet import getcurrent

from gonogo.workload.generator.sweeper import sweeper

_READ, _WRITE = 1, 2
_BLOCK = 65536


class Wire:
    """A connection that one user owns.

    The watcher wakes the greenlet that waits for bytes. Where nobody waits, the other side has closed an idle
    connection (or sends what nobody asked for): it is closed here too, and the next request opens another.
    """

    __slots__ = ("_hub", "_incoming", "_outgoing", "_socket", "_tls", "_watcher", "expires", "is_open", "waiter")

    def __init__(self, family: int, address: Any, tls: ssl.SSLContext | None, name: str, expires: float) -> None:
        self._hub = get_hub()
        self.waiter: Any = None
        self.expires = expires
        self.is_open = True
        self._tls: ssl.SSLObject | None = None
        self._socket = _socket.socket(family, _socket.SOCK_STREAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._watcher = self._hub.loop.io(self._socket.fileno(), _READ)
        sweeper().add(self)
        try:
            self._connect(address)
            self._watcher.start(self._readable)
            if tls is not None:
                self._shake_hands(tls, name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; a second call changes nothing."""
        if self.is_open:
            self.is_open = False
            sweeper().remove(self)
            self._watcher.stop()
            self._watcher.close()
            self._socket.close()

    def send(self, data: bytes) -> None:
        """Send all of `data`; raises OSError, or DeadlinePassed."""
        if self._tls is not None:
            self._tls.write(data)
            data = self._outgoing.read()
        self._send(data)

    def receive(self) -> bytes:
        """Return what has come, nothing at the end of the stream; raises OSError, or DeadlinePassed."""
        return self._receive() if self._tls is None else self._receive_tls()

    def _send(self, data: bytes) -> None:
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        while sent < len(data):
            self._await(_WRITE)
            try:
                sent += self._socket.send(data[sent : sent + _BLOCK])
            except BlockingIOError:
                continue

    def _receive(self) -> bytes:
        while True:
            self.waiter = getcurrent()
            try:
                self._hub.switch()
            finally:
                self.waiter = None
            try:
                return self._socket.recv(_BLOCK)
            except BlockingIOError:
                continue

    def _receive_tls(self) -> bytes:
        assert self._tls is not None
        while True:
            try:
                return self._tls.read(_BLOCK)
            except ssl.SSLWantReadError:
                self._feed()
            except ssl.SSLZeroReturnError:
                return b""

    def _feed(self) -> None:
        """Hand TLS what has come; an end without its farewell is an error there."""
        data = self._receive()
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def _shake_hands(self, context: ssl.SSLContext, name: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._send(self._outgoing.read())
                self._feed()
        self._send(self._outgoing.read())

    def _connect(self, address: Any) -> None:
        code = self._socket.connect_ex(address)
        if code == errno.EINPROGRESS:
            self._await(_WRITE)
            code = self._socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))

    def _await(self, events: int) -> None:
        """Block until the socket is ready; a watcher for the purpose, since this is rare, and the other one rests."""
        reading = self._watcher.active
        self._watcher.stop()
        watcher = self._hub.loop.io(self._socket.fileno(), events)
        self.waiter = me = getcurrent()
        watcher.start(me.switch)
        try:
            self._hub.switch()
        finally:
            self.waiter = None
            watcher.stop()
            watcher.close()
            if reading:
                self._watcher.start(self._readable)

    def _readable(self) -> None:
        if self.waiter is not None:
            self.waiter.switch()
        else:
            self.close()
