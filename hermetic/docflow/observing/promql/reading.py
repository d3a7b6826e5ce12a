"""Going through the words of a query, and what is read alike everywhere: lists, names, selectors."""

from collections.abc import Callable
from typing import TypeVar

from hermetic.docflow.observing.promql.labels import NAME, Matcher
from hermetic.docflow.observing.promql.nodes import Selector
from hermetic.docflow.observing.promql.words import Word, milliseconds, refused, split, unquoted

T = TypeVar("T")
RESERVED = frozenset(
    ("and", "atan2", "avg", "bool", "bottomk", "by", "count", "count_values", "group", "group_left", "group_right",
     "ignoring", "limitk", "limit_ratio", "max", "min", "offset", "on", "or", "quantile", "stddev", "stdvar", "sum",
     "topk", "unless", "without")
)  # fmt: skip


class Reader:
    """The words of a text, and how far they are read."""

    def __init__(self, text: str) -> None:
        self._words = split(text)
        self._at = 0

    @property
    def word(self) -> Word:
        return self._words[self._at]

    @property
    def after(self) -> Word:
        """The word behind this one; at the end the end."""
        return self._words[min(self._at + 1, len(self._words) - 1)]

    def next(self) -> Word:
        """Take the word, whatever it is."""
        word = self.word
        self._at = min(self._at + 1, len(self._words) - 1)
        return word

    def take(self, kind: str, text: str | None = None) -> Word:
        """Take the word if it is what is expected; raises Refused if not."""
        if self.word.kind != kind or text not in (None, self.word.text):
            raise refused(self.word.place, f"unexpected {self.word}, expected {text or kind}")
        return self.next()

    def skip(self, *texts: str) -> str | None:
        """Take the word if it is one of these names and signs; return it, or None."""
        found = self.word.kind in ("name", "sign") and self.word.text in texts
        return self.next().text if found else None

    def listed(self, end: str, read: Callable[[], T]) -> tuple[T, ...]:
        """Read what stands between commas, up to a sign, which is taken, too."""
        found: list[T] = []
        while not self.skip(end):
            if found:
                self.take("sign", ",")
            found.append(read())
        return tuple(found)

    def names(self) -> tuple[str, ...]:
        """Read names in parentheses."""
        self.take("sign", "(")
        return self.listed(")", lambda: self.take("name").text)


def selector(reader: Reader) -> Selector:
    """Read a selector, with its range and its offset."""
    word, name = reader.word, ""
    if word.kind == "name" and word.text not in RESERVED:
        name = reader.next().text
    matchers = [Matcher(NAME, "=", name)] if name else []
    if not name or reader.word.text == "{":
        reader.take("sign", "{")
        matchers += reader.listed("}", lambda: _matcher(reader))
    if all(one.fits("") for one in matchers):
        raise refused(word.place, "vector selector must contain at least one non-empty matcher")
    if name and sum(one.label == NAME for one in matchers) > 1:
        raise refused(word.place, "metric name must not be set twice")
    range_ms, offset_ms = 0, 0
    if reader.skip("["):
        range_ms = milliseconds(reader.take("duration"))
        reader.take("sign", "]")
    if reader.skip("offset"):
        offset_ms = milliseconds(reader.take("duration"))
    return Selector(tuple(matchers), name, range_ms, offset_ms)


def _matcher(reader: Reader) -> Matcher:
    label, operator, value = reader.take("name").text, reader.take("sign"), reader.take("string")
    if operator.text not in ("=", "!=", "=~", "!~"):
        raise refused(operator.place, f"unexpected {operator} in label matching")
    found = Matcher(label, operator.text, unquoted(value))
    if problem := found.problem():
        raise refused(value.place, problem)
    return found
