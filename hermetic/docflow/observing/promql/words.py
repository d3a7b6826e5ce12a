"""PromQL's words: what a text is made of, each with its place; and what is said of a text that cannot be read."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "duration", "name", "string", "sign", "end"]
_WORD = re.compile(
    r"""(?:\s|\#[^\n]*)*(?:
        (?P<duration>(?:\d+(?:ms|[smhdwy]))+)(?![\w.])
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
      | (?P<name>[a-zA-Z_:][\w:]*)
      | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<sign>==|!=|<=|>=|=~|!~|[-+*/%<>={}()\[\],])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.ASCII,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000}


class Refused(Exception):
    """A text that is no PromQL, or asks for what is not in this part of it."""


class Failed(Exception):
    """A query that can be read, and not be evaluated on the series that are there."""


@dataclass(frozen=True)
class Word:
    kind: Kind
    text: str
    place: int

    def __str__(self) -> str:
        return repr(self.text) if self.text else "end of input"


def refused(place: int, what: str) -> Refused:
    """Return what is wrong at a place, counted from 0, as Prometheus words it."""
    return Refused(f"1:{place + 1}: parse error: {what}")


def split(text: str) -> list[Word]:
    """Return the words of a text; the last one is its end. Raises Refused where none begins."""
    words: list[Word] = []
    at = 0
    while not words or words[-1].kind != "end":
        found = _WORD.match(text, at)
        if found is None:
            raise refused(at, f"unexpected or unsupported {text[at : at + 12].strip()!r}")
        kind: Kind = found.lastgroup  # type: ignore[assignment]  # the names of the groups
        words.append(Word(kind, found[kind], found.start(kind)))
        at = found.end()
    return words


def unquoted(word: Word) -> str:
    """Return what a string says; Refused for an escape that is not one of the plain ones."""

    def meant(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPES:
            raise refused(word.place, f"unsupported escape {found[0]!r} in a string")
        return _ESCAPES[found[1]]

    return re.sub(r"\\(.)", meant, word.text[1:-1])


def milliseconds(word: Word) -> int:
    """Return a duration such as 1h30m in ms; Refused if its units do not go down or it is zero."""
    parts = [(int(number), _UNITS_MS[unit]) for number, unit in re.findall(r"(\d+)(ms|[smhdwy])", word.text)]
    units = [unit for _, unit in parts]
    total = sum(number * unit for number, unit in parts)
    if units != sorted(set(units), reverse=True) or not total:
        raise refused(word.place, f"not a valid duration: {word.text!r}")
    return total


def duration(total_ms: int) -> str:
    """Return a duration as Prometheus writes it."""
    units = [name for name in _UNITS_MS if name not in ("w", "y") or not total_ms % _UNITS_MS[name]]
    parts, left = [], total_ms
    for name in sorted(units, key=_UNITS_MS.__getitem__, reverse=True):
        number, left = divmod(left, _UNITS_MS[name])
        parts += [f"{number}{name}"] if number else []
    return "".join(parts) or "0s"
