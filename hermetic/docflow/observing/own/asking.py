"""What a request to the API asks for: its query, its moments, its step; each refused as Prometheus refuses it."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from hermetic.docflow.observing.promql.nodes import Node
from hermetic.docflow.observing.promql.parser import parse
from hermetic.docflow.observing.promql.words import Refused, milliseconds, split

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


class Parameters:
    """The parameters of a request, of its address and of its form."""

    def __init__(self, *texts: str) -> None:
        self._pairs = [pair for text in texts for pair in parse_qsl(text, keep_blank_values=True)]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]

    def get(self, name: str, default: str = "") -> str:
        return next(iter(self.all(name)), default)

    def query(self) -> Node:
        """Return the query, read."""
        return _read("query", self.get("query"))

    def selectors(self) -> Sequence[Node]:
        """Return what is given as match[]."""
        return [_read("match[]", text) for text in self.all("match[]")]

    def moment(self, name: str, default: int | None = None) -> int:
        """Return a moment in ms, given as Unix time in s or as RFC 3339."""
        text = self.get(name)
        if not text and default is not None:
            return default
        if _NUMBER.fullmatch(text):
            return round(float(text) * 1000)
        try:
            return round(datetime.fromisoformat(text).timestamp() * 1000)
        except ValueError:
            raise wrong(name, f"cannot parse {text!r} to a valid timestamp") from None

    def step(self) -> int:
        """Return the step in ms, given as a number of s or as a duration."""
        text = self.get("step")
        step = round(float(text) * 1000) if _NUMBER.fullmatch(text) else _duration(text)
        if step <= 0:
            raise wrong(
                "step", "zero or negative query resolution step widths are not accepted. Try a positive integer"
            )
        return step


def wrong(name: str, what: object) -> Refused:
    """Return what is wrong with a parameter."""
    return Refused(f'invalid parameter "{name}": {what}')


def _read(name: str, text: str) -> Node:
    try:
        return parse(text)
    except Refused as error:
        raise wrong(name, error) from None


def _duration(text: str) -> int:
    try:
        word = split(text)[0]
        if word.kind == "duration" and word.text == text:
            return milliseconds(word)
    except Refused:
        pass
    raise wrong("step", f"cannot parse {text!r} to a valid duration")
