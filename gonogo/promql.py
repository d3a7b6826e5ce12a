"""PromQL as text: which series a query asks for, over which ranges, inside which functions. Nothing is evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.promql_words import Selector, Token, Walk, tokens_of

__all__ = ["Query", "Selector", "Token", "parse"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query, taken apart.

    Attributes:
        text: As it was written.
        tokens: Its words, without spaces and comments.
        selectors: In the order of the text.
        around: For each token, the functions and aggregations that it stands in, from the outermost.
        subquery_s: Over how many seconds it looks at the results of an inner query; 0 without one.
    """

    text: str
    tokens: tuple[Token, ...]
    selectors: tuple[Selector, ...]
    around: tuple[tuple[str, ...], ...] = field(repr=False)
    subquery_s: float = 0

    @property
    def functions(self) -> frozenset[str]:
        """Every function and aggregation it uses."""
        return frozenset(name for stack in self.around for name in stack if name)

    @property
    def window_s(self) -> float | None:
        """How far it looks back, in seconds; None where it asks for present values only."""
        return max((one.range_s or 0 for one in self.selectors), default=0) + self.subquery_s or None

    def has(self, *signs: str) -> bool:
        """Return whether one of these operators stands outside of strings and matchers."""
        return any(token.kind in ("sign", "name") and token.text in signs for token in self.tokens)

    def with_labels(self, labels: Mapping[str, str]) -> str:
        """Return the text in which every selector also demands `labels`."""
        added = tuple((label, "=", _quoted(value)) for label, value in labels.items())
        text = self.text
        for one in reversed(self.selectors):
            demanding = Selector(one.name, (*one.matchers, *added), None, (), 0, 0)
            text = f"{text[: one.start]}{demanding}{text[one.end :]}"
        return text


def parse(text: str) -> Query:
    """Return the query in `text`.

    Raises:
        ValueError: If a bracket or quote is not closed, or it asks for no series.
    """
    tokens = tokens_of(text)
    walk = Walk(tokens)
    selectors = tuple(walk.selectors())
    if not selectors:
        raise ValueError("the query names no metric")
    return Query(text, tokens, selectors, tuple(walk.around), walk.subquery_s)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
