"""HTTP/1.1 answers, read strictly: anything that could be understood in two ways is an error, not a guess.

Source: RFC 9112 (framing), RFC 9110 (which answers have no body).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

Receive = Callable[[], bytes]
"""Returns what has come, at least one byte, or nothing once the other side has ended the stream."""

_MOST_HEAD_BYTES = 65536
_ENDLESS = 1 << 62
_CHUNKED, _TO_THE_END = -1, -2


class ProtocolError(Exception):
    """The answer is not HTTP/1.1 as it should be, or breaks off."""


@dataclass(slots=True)
class Answer:
    """One answer.

    Attributes:
        status: Its status; 0 where there was no answer.
        head: Status line and header fields, as they came.
        body: The body, after chunks are put together.
        reusable: Whether the connection can take the next request.
        failure: Why this counts as failed; empty where it does not.
    """

    status: int
    head: bytes = b""
    body: bytes = b""
    reusable: bool = False
    failure: str = ""

    def header(self, name: str) -> str:
        """Return a header field, '' where it is absent."""
        return _field(self.head.lower(), name.lower().encode(), self.head).decode("latin-1")


def read_answer(receive: Receive, method: str, most_bytes: int, first: bytes = b"") -> Answer:
    """Read one whole answer to a request with `method`; `first` is what has been received of it already.

    Raises:
        ProtocolError: If it breaks off, is malformed, has more than `most_bytes`, or is followed by bytes nobody asked
            for.
    """
    head, rest = read_head(receive, first)
    while head[9:10] == b"1":  # 100 Continue and other news before the answer
        head, rest = read_head(receive, rest)
    status, reusable, size = _framing(head, method, most_bytes)
    if size == len(rest):
        return Answer(status, head, rest, reusable)
    if size == _TO_THE_END:
        return Answer(status, head, _to_the_end(receive, rest, most_bytes), False)
    if size == _CHUNKED:
        body, rest = Chunks(receive, rest, most_bytes).read()
    else:
        body, rest = _exactly(receive, rest, size)
    return _ended(Answer(status, head, body, reusable), rest)


@lru_cache(maxsize=64)
def _framing(head: bytes, method: str, most_bytes: int) -> tuple[int, bool, int]:
    """Return status, whether the connection can be kept, and how long the body is.

    Within a second a target's heads are mostly the same, and reading one anew costs more than all else about it.
    """
    status = int(head[9:12])
    lower = head.lower()
    reusable = head.startswith(b"HTTP/1.1") and b"close" not in _field(lower, b"connection")
    if method == "HEAD" or status in (204, 304):
        return status, reusable, 0
    length, coding = _field(lower, b"content-length"), _field(lower, b"transfer-encoding")
    if coding:
        if coding != b"chunked" or length:
            raise ProtocolError(f"body framed by transfer-encoding {coding!r} and content-length {length!r}")
        return status, reusable, _CHUNKED
    return status, reusable, _number(length, 10, most_bytes) if length else _TO_THE_END


def read_parts(receive: Receive) -> tuple[bytes, Iterator[bytes]]:
    """Read the head of an answer without end, and return it with the parts of its body as they come."""
    head, rest = read_head(receive)
    if _field(head.lower(), b"transfer-encoding") == b"chunked":
        return head, Chunks(receive, rest, _ENDLESS).parts()
    return head, _until_closed(receive, rest)


def _until_closed(receive: Receive, rest: bytes) -> Iterator[bytes]:
    yield rest
    while more := receive():
        yield more


def _ended(answer: Answer, rest: bytes) -> Answer:
    if rest:
        raise ProtocolError(f"{len(rest)} B more than the answer has")
    return answer


def read_head(receive: Receive, data: bytes = b"") -> tuple[bytes, bytes]:
    """Return status line with header fields, and what came after them."""
    data = data or _more(receive, "before an answer")
    while (end := data.find(b"\r\n\r\n")) < 0:
        if len(data) > _MOST_HEAD_BYTES:
            raise ProtocolError(f"header fields of more than {_MOST_HEAD_BYTES} B")
        data += _more(receive, "within the header fields")
    head = data[:end]
    if head[:7] != b"HTTP/1." or not head[9:12].isdigit() or head[8:9] != b" ":
        raise ProtocolError(f"no HTTP/1 status line: {head[:40]!r}")
    return head, data[end + 4 :]


def _field(lower: bytes, name: bytes, shown: bytes = b"") -> bytes:
    """Return a field's value from header fields in lower case, or as `shown` writes it.

    Raises:
        ProtocolError: If the field stands there twice with a say about the framing.
    """
    mark = b"\r\n" + name + b":"
    at = lower.find(mark)
    if at < 0:
        return b""
    start = at + len(mark)
    end = lower.find(b"\r\n", start)
    if name != b"connection" and not shown and lower.find(mark, start) >= 0:
        raise ProtocolError(f"{name.decode()} stands there twice")
    return (shown or lower)[start : end if end >= 0 else None].strip()


def _number(text: bytes, base: int, most: int) -> int:
    digits = b"0123456789abcdef"[:base]
    if not text or text.strip(digits):
        raise ProtocolError(f"{text[:20]!r} is no length")
    number = int(text, base)
    if number > most:
        raise ProtocolError(f"a body of {number} B, allowed {most} B")
    return number


def _more(receive: Receive, where: str) -> bytes:
    data = receive()
    if not data:
        raise ProtocolError(f"the connection ended {where}")
    return data


def _exactly(receive: Receive, data: bytes, size: int) -> tuple[bytes, bytes]:
    """Return `size` bytes, and what came after them."""
    if len(data) < size:
        parts, have = [data], len(data)
        while have < size:
            parts.append(_more(receive, f"after {have} B of {size} B"))
            have += len(parts[-1])
        data = b"".join(parts)
    return data[:size], data[size:]


def _to_the_end(receive: Receive, data: bytes, most: int) -> bytes:
    parts, have = [data], len(data)
    while more := receive():
        parts.append(more)
        have += len(more)
        if have > most:
            raise ProtocolError(f"a body of more than {most} B")
    return b"".join(parts)


class Chunks:
    """A chunked body, with extensions and trailers left aside."""

    def __init__(self, receive: Receive, data: bytes, most: int) -> None:
        self._receive, self._data, self._most = receive, data, most

    def read(self) -> tuple[bytes, bytes]:
        """Return the body, and what came after it."""
        return b"".join(self.parts()), self._data

    def parts(self) -> Iterator[bytes]:
        """Give the chunks one by one, as they come."""
        left = self._most
        while size := _number(self._line().partition(b";")[0].strip().lower(), 16, left):
            left -= size
            part, self._data = _exactly(self._receive, self._data, size + 2)
            if part[-2:] != b"\r\n":
                raise ProtocolError("a chunk that is longer than it says")
            yield part[:-2]
        while self._line():
            pass  # trailers

    def _line(self) -> bytes:
        while (end := self._data.find(b"\r\n")) < 0:
            if len(self._data) > _MOST_HEAD_BYTES:
                raise ProtocolError("a chunk's line without end")
            self._data += _more(self._receive, "within a chunked body")
        line, self._data = self._data[:end], self._data[end + 2 :]
        return line
