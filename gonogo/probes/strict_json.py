"""JSON as a gate must read it: no duplicate keys, no NaN or Infinity, and references that must lead somewhere."""

import json
import math
from typing import Any, NoReturn

from gonogo.outcome import Inconclusive, Missed, Unverified


def loads(text: str, subject: str) -> Any:
    """Return the document in `text`.

    Args:
        text: What was received.
        subject: What messages call it, e.g. "GET /health".

    Raises:
        Missed: If it is not JSON, or an object names a key twice (which of both counts is anybody's guess).
        Inconclusive: If it holds NaN, Infinity or a number too large for a double.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) < len(pairs):
            keys = [key for key, _ in pairs]
            raise Missed(f"{subject}: the JSON object has the key {next(k for k in keys if keys.count(k) > 1)!r} twice")
        return table

    def not_finite(spelling: str) -> NoReturn:
        raise Inconclusive(f"{subject}: the JSON holds {spelling}, which is no number to compare with a limit")

    def finite(spelling: str) -> float:
        number = float(spelling)
        return number if math.isfinite(number) else not_finite(spelling)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=not_finite, parse_float=finite)
    except (ValueError, RecursionError) as error:
        start = " ".join(text[:60].split())
        raise Missed(f"{subject}: the body is not JSON ({error}); it starts with {start!r}") from None


class Absent(Unverified):
    """A reference leads nowhere in the document."""


def resolve(document: Any, pointer: str, subject: str) -> Any:
    """Return the value at `pointer` (RFC 6901, e.g. "/metrics/validation_error_count").

    Raises:
        Absent: If there is none; names the last place that exists and what is there.
    """
    value, place = document, ""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise Absent(f"{subject}: there is no {pointer}; at {place or 'the top'} {_contents(value)}")
        place += f"/{token}"
    return value


def _contents(value: Any) -> str:
    if isinstance(value, dict):
        return f"are the keys {', '.join(sorted(map(str, value))[:20]) or '(none)'}"
    return f"is a list of {len(value)}" if isinstance(value, list) else f"is {json.dumps(value)[:40]}"
