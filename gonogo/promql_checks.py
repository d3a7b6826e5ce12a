"""What is refused in a query before it is ever sent: mistakes that would give a number, and the wrong one."""

import re
from itertools import pairwise

from gonogo.promql import Query, Selector, parse

_UNRESOLVED = re.compile(r"\$\w+|\$\{[^}]*\}?|\{\{|\[\[")
_COUNTER = re.compile(r"_(total|bucket|count|sum)$")
_RATES = frozenset({"rate", "irate"})
_ANY_VALUE = frozenset({"timestamp", "absent", "count", "group", "resets", "changes", "absent_over_time"})
_ARITHMETIC = ("+", "-", "*", "/", "%", "^", "@", "<", ">", "<=", ">=", "==", "and", "or", "unless", "offset")
_BY_NAME = (
    (r"_(seconds|s)$", "s", 1.0),
    (r"_(milliseconds|millis|ms)$", "s", 0.001),
    (r"_(microseconds|us)$", "s", 0.000001),
    (r"_bytes$", "B", 1.0),
    (r"_ratio$", "ratio", 1.0),
    (r"_percent$", "ratio", 0.01),
)


def checked(text: str) -> Query:
    """Return the query in `text`.

    Raises:
        ValueError: If a variable in it is not filled in, it is malformed, or it would answer another question than it
            seems to ask. The message says how to write it.
    """
    unresolved = _UNRESOLVED.search(re.sub(r"\$[\"'`]", "", text))
    if unresolved:
        raise ValueError(f"{unresolved[0]!r} is a variable that nobody fills in here; write its value")
    query = parse(text)
    _absence_is_no_zero(query)
    _no_factor(query)
    _no_average_of_ratios(query)
    for selector in query.selectors:
        _counters_have_a_rate(selector)
    return query


def unit_of(name: str) -> tuple[str, float] | None:
    """Return unit and factor that the end of a metric's name declares, e.g. ("s", 0.001) for publish_latency_ms."""
    base = re.sub(r"_(bucket|sum|total)$", "", name)
    counts = ("count", 1.0) if name.endswith("_total") else None
    return next(((unit, factor) for end, unit, factor in _BY_NAME if re.search(end, base)), counts)


def check_unit(declared: tuple[str, float], expected: tuple[str, float] | None, subject: str) -> None:
    """Refuse a declared unit and scale that differ from what `subject` says by its name."""
    if expected is not None and declared != expected:
        unit, scale = expected
        given = f'unit = "{declared[0]}", scale = {declared[1]:g}'
        raise ValueError(f'{subject} speaks of unit = "{unit}", scale = {scale:g}, by its name, not of {given}')


def unit_of_result(query: Query) -> tuple[str, float] | None:
    """Return unit and factor of a query's result where the names in it say so, else None."""
    names = {selector.name for selector in query.selectors}
    around = {name for selector in query.selectors for name in selector.functions}
    if query.has("/"):
        return _unit_of_mean(names)
    if len(names) != 1 or "absent" in around or query.has("bool", "==", "!=", ">", "<", ">=", "<="):
        return None
    (name,) = names
    if around & {"count", "group"}:
        return "count", 1.0
    if around & _RATES and "histogram_quantile" not in around:
        return ("1/s", 1.0) if unit_of(name) in (None, ("count", 1.0)) else None
    counts = name.endswith("_count")
    return ("count", 1.0) if counts else unit_of(name)


def plain_quantile(query: Query) -> float | None:
    """Return q where a query is the q-quantile of one histogram's rates and nothing else, so that its buckets "
    "are known."""
    (selector, *others) = query.selectors
    tokens = query.tokens
    stack = tuple(name for name in selector.functions if name)
    rates = stack[:1] == ("histogram_quantile",) and stack[1:] in (("sum", "rate"), ("rate",), ("sum", "increase"))
    if others or not rates or query.subquery_s or query.has(*_ARITHMETIC) or not selector.name.endswith("_bucket"):
        return None
    return float(tokens[2].text) if tokens[0].text == "histogram_quantile" and tokens[2].kind == "number" else None


def _unit_of_mean(names: set[str]) -> tuple[str, float] | None:
    """Return the unit of x_sum over x_count; of other quotients nothing is known."""
    bases = {re.sub(r"_(sum|count)$", "", name) for name in names}
    return unit_of(next(iter(bases))) if len(names) == 2 and len(bases) == 1 else None


def _absence_is_no_zero(query: Query) -> None:
    words = [token.text for token in query.tokens]
    if re.search(r"\bor (on \( [^)]*\) )?vector \(", " ".join(words)):
        raise ValueError(
            '"or vector(...)" takes what is absent for a number; for a rate give promql_rate = {events, total}'
        )


def _no_factor(query: Query) -> None:
    kinds = [(token.kind, token.text) for token in query.tokens]
    for (one, left), (other, right) in pairwise(kinds):
        if (one == "number" and right == "*") or (left in ("*", "/") and other == "number"):
            raise ValueError("the query holds a factor; leave it out, and write it as scale = ...")


def _no_average_of_ratios(query: Query) -> None:
    for token, around in zip(query.tokens, query.around, strict=True):
        if token.text == "/" and {"avg", "avg_over_time", "quantile"} & set(around):
            raise ValueError("an average of ratios hides one bad instance among many; divide sums: sum(...) / sum(...)")


def _counters_have_a_rate(selector: Selector) -> None:
    innermost = selector.functions[-1] if selector.functions else ""
    if selector.range_s is None and "histogram_quantile" in selector.functions:
        right = f"sum by (le) (rate({re.sub(r'_bucket$', '', selector.name)}_bucket[5m]))"
        raise ValueError(f"a quantile needs the rates of buckets, not {selector}; write histogram_quantile(q, {right})")
    if selector.range_s is None and _COUNTER.search(selector.name) and innermost not in _ANY_VALUE:
        raise ValueError(
            f"{selector} only ever grows, since its process began; ask for rate({selector}[5m]) or increase(...)"
        )
