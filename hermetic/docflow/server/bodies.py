"""What a client may send: every violation of a body, in words."""

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

from starlette.requests import Request

from hermetic.docflow.server.errors import Refused

Json = dict[str, Any]
LONGEST = 100_000


async def read_object(request: Request) -> Json:
    """Return the JSON object of a body; raises Refused (400) for anything else."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object")
    return body


def refuse_if(violations: Collection[str]) -> None:
    if violations:
        raise Refused(400, "Invalid request", list(violations))


def violations_of(body: Json, known: Collection[str], choices: Mapping[str, Collection[str]]) -> list[str]:
    """Return what is wrong with a body of texts, some of which must be one of their choices."""
    wrong = [f"{name} is not known here" for name in sorted(set(body) - set(known))]
    wrong += [
        f"{name} must be one of {', '.join(values)}" for name, values in choices.items() if body.get(name) not in values
    ]
    if body.get("tag") is not None and not is_text(body["tag"], 200):
        wrong.append("tag must be a text that is not empty")
    return wrong


def check_document(body: Json) -> Json:
    """Return a new document's fields; raises Refused (400) with every violation."""
    wrong = violations_of(body, ("title", "text", "tag"), {})
    if not is_text(body.get("title"), 200):
        wrong.append("title must be a text that is not empty")
    if not isinstance(body.get("text", ""), str) or len(body.get("text", "")) > LONGEST:
        wrong.append(f"text must be a text of at most {LONGEST} characters")
    refuse_if(wrong)
    return {"title": body["title"], "text": body.get("text", ""), "tag": body.get("tag")}


def is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= most and "\x00" not in value


def whole(text: str, least: int, most: int, name: str) -> int:
    """Return a whole number of a query; raises Refused (400)."""
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Refused(400, f"{name} must be a whole number from {least} to {most}")
    return int(text)


def seconds(value: object) -> float | None:
    """Return a length of time, in s; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if 0 <= value < 3600 else None
