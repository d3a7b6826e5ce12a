"""The words of a PromQL query, and the selectors among them, each with the functions that it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<duration>(?:\d+(?:ms|[smhdwy]))+(?![\w.]))
    |(?P<number>0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)
    |(?P<sign>=~|!~|!=|==|<=|>=|.)""",
    re.VERBOSE | re.DOTALL,
)
_GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_WORDS = frozenset({"and", "or", "unless", "atan2", "bool", "offset", "inf", "nan", "start", "end"})
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}
_CLOSES = {")": "(", "}": "{", "]": "["}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a query: its kind ("name", "number", "string", "duration" or "sign"), its text, where it begins."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Selector:
    """Series that a query asks for.

    Attributes:
        name: Of the metric; empty where only labels are given.
        matchers: Label, operator and quoted value of each matcher.
        range_s: Seconds of its range; None for present values.
        functions: Functions and aggregations around it, from the outermost.
        start, end: Where name and matchers stand in the text.
    """

    name: str
    matchers: tuple[tuple[str, str, str], ...]
    range_s: float | None
    functions: tuple[str, ...]
    start: int
    end: int

    def __str__(self) -> str:
        inner = ",".join("".join(matcher) for matcher in self.matchers)
        return f"{self.name}{{{inner}}}" if inner else self.name

    @property
    def labels(self) -> frozenset[str]:
        """The labels that it names."""
        return frozenset(label for label, _, _ in self.matchers)

    def over(self) -> str:
        """Return the selector with its range, in whole milliseconds."""
        return f"{self}[{round((self.range_s or 0) * 1000)}ms]"

    def renamed(self, name: str) -> str:
        """Return the same labels of another metric, with the same range."""
        return Selector(name, self.matchers, self.range_s, (), 0, 0).over()


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the words of a query, without spaces and comments.

    Raises:
        ValueError: If a bracket or quote is not closed.
    """
    found = tuple(Token(m.lastgroup or "", m[0], m.start()) for m in _TOKEN.finditer(text) if m.lastgroup != "skip")
    _balanced(found)
    return found


def seconds(duration: str) -> float:
    """Return the seconds of a duration such as 5m or 1h30m."""
    return sum(float(n) * _SECONDS[unit] for n, unit in re.findall(r"(\d+)(ms|[smhdwy])", duration))


class Walk:
    """One pass over the tokens that knows which functions are open."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._place = 0
        self._open: list[str] = []
        self.around: list[tuple[str, ...]] = []
        self.subquery_s = 0.0

    def selectors(self) -> Iterator[Selector]:
        called = ""
        while self._place < len(self._tokens):
            token = self._tokens[self._place]
            if token.kind == "name" and token.text in _GROUPING:
                self._past_list()
            elif token.kind == "name" and self._calls():
                called = token.text
                self._step()
            elif (token.kind == "name" and token.text.lower() not in _WORDS) or token.text == "{":
                yield self._selector()
            elif token.text == "[":
                self.subquery_s = max(self.subquery_s, self._range() or 0)
            else:
                called = self._bracket(token, called)

    def _bracket(self, token: Token, called: str) -> str:
        """Keep account of the functions that a bracket opens or closes; return the one that waits for its bracket."""
        if token.text == "(":
            self._open.append(called)
        self._step()
        if token.text == ")" and self._open:
            self._open.pop()
        return "" if token.kind == "sign" else called

    def _step(self) -> None:
        self.around.append(tuple(self._open))
        self._place += 1

    def _peek(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].text if place < len(self._tokens) else ""

    def _calls(self) -> bool:
        return self._peek(1) == "(" or self._peek(1) in ("by", "without")

    def _past_list(self) -> None:
        self._step()
        if self._peek() == "(":
            while self._peek() != ")":
                self._step()
            self._step()

    def _selector(self) -> Selector:
        first = self._tokens[self._place]
        name, last = "", first
        if first.kind == "name":
            name = first.text
            self._step()
        matchers: tuple[tuple[str, str, str], ...] = ()
        if self._peek() == "{":
            matchers, last = self._matchers()
        return Selector(name, matchers, self._range(), tuple(self._open), first.at, last.at + len(last.text))

    def _matchers(self) -> tuple[tuple[tuple[str, str, str], ...], Token]:
        words: list[str] = []
        self._step()
        while self._peek() != "}":
            if self._peek() != ",":
                words.append(self._peek())
            self._step()
        last = self._tokens[self._place]
        self._step()
        if len(words) % 3:
            raise ValueError(f"the labels before character {last.at + 1} are not label, operator and value")
        return tuple(zip(words[0::3], words[1::3], words[2::3], strict=True)), last

    def _range(self) -> float | None:
        if self._peek() != "[":
            return None
        found = seconds(self._peek(1))
        while self._peek() != "]":
            self._step()
        self._step()
        return found


def _balanced(tokens: tuple[Token, ...]) -> None:
    opened: list[str] = []
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in "\"'`":
            raise ValueError(f"the quote at character {token.at + 1} is not closed")
        if token.text in "([{":
            opened.append(token.text)
        elif token.text in _CLOSES and (not opened or opened.pop() != _CLOSES[token.text]):
            raise ValueError(f"the {token.text!r} at character {token.at + 1} closes nothing")
    if opened:
        raise ValueError(f"a {opened[-1]!r} is not closed")
