"""The event-stream format: examples of the standard, and that no cut of the bytes makes a difference."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.event_stream import Event, EventParser


def parse(*pieces: bytes) -> tuple[list[Event], EventParser]:
    parser = EventParser()
    return [event for piece in pieces for event in parser.feed(piece)], parser


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", ["|message|YHOO\n+2\n10"]),
        (b": test stream\n\ndata: first event\nid: 1\n\n", ["1|message|first event"]),
        (b"data:second event\nid\n\ndata:  third event\n\n", ["|message|second event", "|message| third event"]),
        (b"data\n\ndata\ndata\n\ndata:", ["|message|", "|message|\n"]),
        (b"data:test\n\ndata: test\n\n", ["|message|test", "|message|test"]),
        (b"event: add\ndata: 7\n\nevent: remove\ndata: 2\n\n", ["|add|7", "|remove|2"]),
        (b"event: add\n\ndata: x\n\n", ["|message|x"]),
        (b"\xef\xbb\xbfdata: x\n\n", ["|message|x"]),
        (b"data: a\rdata: b\r\rdata: c\r\n\r\n", ["|message|a\nb", "|message|c"]),
        (b"id: 1\ndata: a\n\ndata: b\n\n", ["1|message|a", "1|message|b"]),
        (b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", ["1|message|a", "1|message|b"]),
        (b"data: caf\xc3\xa9 \xff\n\n", ["|message|café \ufffd"]),
        (b"Data: x\nfoo: y\ndata : z\n\n", []),
        (b"data: never ended\n", []),
        (b"", []),
    ],
)
def test_a_stream_is_read_as_the_standard_says(stream: bytes, events: list[str]) -> None:
    found, _ = parse(stream)
    assert [f"{event.id}|{event.type}|{event.data}" for event in found] == events


def test_an_id_counts_once_its_block_has_ended_even_without_data() -> None:
    _, parser = parse(b"id: 7\n\nid: 8\n")
    assert parser.last_event_id == "7"


def test_an_event_says_whether_the_id_is_its_own() -> None:
    found, _ = parse(b"id: 7\ndata: a\n\ndata: b\n\n")
    assert [(event.id, event.numbered) for event in found] == [("7", True), ("7", False)]


@pytest.mark.parametrize(
    ("line", "retry_ms"), [(b"500", 500), (b"5s", None), (b"-1", None), (b"", None), (b"\xd9\xa3", None)]
)
def test_only_digits_change_the_pause(line: bytes, retry_ms: int | None) -> None:
    _, parser = parse(b"retry: " + line + b"\n")
    assert parser.retry_ms == retry_ms


def test_comments_are_counted() -> None:
    _, parser = parse(b": keep-alive\n\n:\n\n")
    assert parser.comments == 2


_FIELDS = [b"data", b"data: x", b": c", b"id: 7", b"id", b"event: e", b"retry: 5"]
_PIECES = [*_FIELDS, b"\r", b"\n", b"\r\n", b"\xef\xbb\xbf", b"\xc3", b"\xa9", b"\0"]
_STREAMS = st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=3)), max_size=40).map(b"".join)


@given(_STREAMS, st.lists(st.integers(0, 120)))
def test_any_cut_of_the_bytes_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cut for cut in cuts if cut <= len(stream)), len(stream)]
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]

    whole, at_once = parse(stream)
    found, in_pieces = parse(*pieces)

    assert found == whole
    state = "last_event_id", "retry_ms", "comments"
    assert [getattr(in_pieces, name) for name in state] == [getattr(at_once, name) for name in state]


@given(_STREAMS)
def test_an_event_has_as_many_lines_as_there_were_data_fields(stream: bytes) -> None:
    found, _ = parse(stream)
    blocks = len(re.findall(rb"(?:^|\r\n|\r|\n)(?:\xef\xbb\xbf)?data", stream))
    assert sum(event.data.count("\n") + 1 for event in found) <= blocks


def test_an_event_before_one_that_is_too_large_is_not_lost() -> None:
    parser = EventParser(max_bytes=100)
    events = parser.feed(b"data: a\n\ndata: " + b"x" * 200 + b"\n\n")

    assert next(events).data == "a"
    with pytest.raises(Missed, match="a line is larger than 100 B"):
        next(events)


@pytest.mark.parametrize(
    ("stream", "what"), [(b": " + b"x" * 200, "a line"), (b"data: 0123456789\n" * 20, "the data of an event")]
)
def test_what_never_ends_is_refused(stream: bytes, what: str) -> None:
    with pytest.raises(Missed, match=f"the event stream: {what} is larger than 100 B"):
        list(EventParser(max_bytes=100).feed(stream))


def test_a_payload_is_read_as_strictly_as_a_reply() -> None:
    def event(data: str) -> Event:
        return Event("7", "message", data)

    assert event('{"key": {"id": 1}}').json("/key/id") == 1
    assert event("[1]").json() == [1]
    with pytest.raises(Missed, match="the message event 7: the body is not JSON"):
        event("plan").json("/key")
    with pytest.raises(Missed, match="'id' twice"):
        event('{"id": 1, "id": 2}').json("/id")
    with pytest.raises(Unverified, match="the message event 7: there is no /key"):
        event("{}").json("/key")
    with pytest.raises(Inconclusive, match="NaN"):
        event('{"n": NaN}').json("/n")
