"""The labels of a series: pairs of name and value, sorted, none of them empty; its metric is the label `__name__`."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

Labels = tuple[tuple[str, str], ...]
NAME = "__name__"
_NOT_RE2 = re.compile(r"\(\?(?!:|i\))|\\\d|[*+?}]\+")


def made(pairs: Iterable[tuple[str, str]]) -> Labels:
    """Return labels of pairs in any order; a later one of the same name counts."""
    return tuple(sorted((name, value) for name, value in dict(pairs).items() if value))


def kept(labels: Labels, names: Collection[str]) -> Labels:
    return tuple(pair for pair in labels if pair[0] in names)


def dropped(labels: Labels, names: Collection[str] = (NAME,)) -> Labels:
    return tuple(pair for pair in labels if pair[0] not in names)


def shown(labels: Labels) -> str:
    """Return labels as an error shows them."""
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels) + "}"


@dataclass(frozen=True)
class Matcher:
    """A demand on one label: `=`, `!=`, or that a regular expression fits, or not, the whole of its value."""

    label: str
    operator: str
    value: str

    def __str__(self) -> str:
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.operator}"{escaped}"'

    def fits(self, value: str) -> bool:
        """Tell whether a value, empty where there is none, is what is demanded."""
        if self.operator in ("=", "!="):
            return (value == self.value) is (self.operator == "=")
        return (self._pattern.fullmatch(value) is not None) is (self.operator == "=~")

    def problem(self) -> str | None:
        """Return why its regular expression cannot be used, or None."""
        if self.operator in ("=", "!="):
            return None
        if _NOT_RE2.search(self.value):
            return f"unsupported regular expression {self.value!r}"
        try:
            re.compile(self.value)
        except re.error as error:
            return f"invalid regular expression {self.value!r}: {error}"
        return None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.value, re.ASCII | re.DOTALL)


def fit(matchers: Iterable[Matcher], labels: Labels) -> bool:
    """Tell whether labels are what all matchers demand."""
    values = dict(labels)
    return all(one.fits(values.get(one.label, "")) for one in matchers)
