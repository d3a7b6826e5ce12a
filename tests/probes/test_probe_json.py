"""JSON is read strictly: what is ambiguous, not finite or not there never becomes a value."""

import pytest
from fault_rig import Rig

from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes import strict_json
from gonogo.probes.http import HttpProbe


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ('{"status": "fail", "status": "ok"}', Missed, "has the key 'status' twice"),
        ('{"a": {"b": 1, "b": 1}}', Missed, "has the key 'b' twice"),
        ("<html>login</html>", Missed, "is not JSON .* starts with '<html>login</html>'"),
        ('{"a": 1', Missed, "is not JSON"),
        ('{"a": 1} {"a": 2}', Missed, "is not JSON"),
        ("[" * 100_000, Missed, "is not JSON"),
        ('{"a": NaN}', Inconclusive, "holds NaN"),
        ('{"a": -Infinity}', Inconclusive, "holds -Infinity"),
        ('{"a": 1e999}', Inconclusive, "holds 1e999"),
    ],
)
def test_what_is_not_plain_json_is_refused(text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=f"GET /x: .*{says}"):
        strict_json.loads(text, "GET /x")


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("/a/b", 1), ("/a/c/1", "two"), ("/x~1y/z~0", None), ("/", "empty key"), ("", "document")],
)
def test_a_pointer_leads_to_its_value(pointer: str, value: object) -> None:
    document = {"a": {"b": 1, "c": ["one", "two"]}, "x/y": {"z~": None}, "": "empty key"}

    assert strict_json.resolve(document, pointer, "GET /x") == (document if value == "document" else value)


@pytest.mark.parametrize(
    ("pointer", "says"),
    [
        ("/metrics/errors", "there is no /metrics/errors; at /metrics are the keys count, total"),
        ("/metric", "there is no /metric; at the top are the keys list, metrics, text"),
        ("/list/2", "there is no /list/2; at /list is a list of 2"),
        ("/list/-1", "at /list is a list of 2"),
        ("/text/0", 'at /text is "abc"'),
    ],
)
def test_a_pointer_that_leads_nowhere_names_what_is_there(pointer: str, says: str) -> None:
    document = {"metrics": {"count": 1, "total": 2}, "list": [1, 2], "text": "abc"}

    with pytest.raises(Unverified) as absent:
        strict_json.resolve(document, pointer, "GET /x")

    assert says in str(absent.value)


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"", "application/json", "status 200 with an empty body, required a JSON document"),
        (b"{}", "text/html; charset=utf-8", "content type text/html, required application/json"),
        (b"{}", "", "content type none, required application/json"),
        (b'{"a": "\xff"}', "application/json", "is not UTF-8"),
    ],
)
def test_a_reply_that_is_no_json_document_is_a_miss(
    http: HttpProbe, rig: Rig, body: bytes, content_type: str, says: str
) -> None:
    rig.reply("/x", body, content_type=content_type)

    with pytest.raises(Missed, match=says):
        http.get("/x").json()


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"]
)
def test_every_json_media_type_is_read(http: HttpProbe, rig: Rig, content_type: str) -> None:
    rig.reply("/x", '{"a": [1]}', content_type=content_type)

    assert http.get("/x").json_at("/a/0") == 1
