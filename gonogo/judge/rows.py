"""Row by row: whether two sets of rows hold the same, by key."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Inconclusive, Outcome

_SHOWN = 3
_SHOWN_CHARACTERS = 120
_ALL = Limit("==", 1.0, "ratio")


def same_rows(
    subject: str,
    expected: Mapping[str, str],
    found: Mapping[str, str],
    *,
    source: str = "",
    query: str = "",
    remedy: str = "",
) -> Judgement:
    """Judge whether `found` holds exactly the rows of `expected`, each with the same content.

    What is measured is the share of all keys, of either side, that stand on both with the same content. Met only at
    100 %; a miss names the first rows that are missing, extra and different. Where nothing is expected, nothing can be
    shown, and the answer is inconclusive.

    Args:
        subject: What is compared, as a reader would say it.
        expected, found: Key of a row -> its content as canonical text or a fingerprint; `by_key` makes them.
        source, query: Where the rows come from.
        remedy: What to do when it is not met.
    """
    keys = sorted({*expected, *found})
    same = sum(key in expected and expected[key] == found.get(key) for key in keys)
    measured = Measurement(
        subject, same / len(keys) if keys else None, "ratio", samples=len(keys), source=source, query=query
    )
    if not expected:
        reason = f"{subject}: no rows are expected, and {len(found)} were found: there is nothing to compare with"
        return Judgement(Outcome.INCONCLUSIVE, reason, measured, _ALL, remedy)
    outcome = Outcome.MET if same == len(keys) else Outcome.MISSED
    told = f"{measured}: {same} of {len(keys)} rows are the same, required all; {_differences(expected, found)}"
    return Judgement(outcome, told.rstrip("; "), measured, _ALL, remedy)


def by_key(subject: str, rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, str]:
    """Return the canonical text of each row by the value of its column `key`; the key itself is not part of the text.

    Raises:
        Inconclusive: If a key is absent, NULL, or stands twice: it does not tell the rows apart.
    """
    keyed: dict[str, str] = {}
    for row in rows:
        value = row.get(key)
        if value is None or str(value) in keyed:
            what = f"the key {key} is NULL or absent" if value is None else f"the key {key} = {value} stands twice"
            raise Inconclusive(f"{subject}: {what}, so it does not tell the rows apart")
        keyed[str(value)] = canonical({name: content for name, content in row.items() if name != key})
    return keyed


def canonical(value: Any) -> str:
    """Return `value` as JSON text that is the same for equal values: keys sorted, 5, 5.0 and Decimal("5.00") alike.

    Lists keep their order; other types (instants, UUIDs) stand as their text. A text is never equal to a number.
    """
    if isinstance(value, bool | str) or value is None:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float | Decimal):
        return _number(Decimal(str(value)))
    if isinstance(value, Mapping):
        pairs = sorted((json.dumps(str(key), ensure_ascii=False), canonical(content)) for key, content in value.items())
        return "{" + ",".join(f"{key}:{content}" for key, content in pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def _number(value: Decimal) -> str:
    """Return all digits of a number, none of them rounded, without zeros that say nothing."""
    text = format(abs(value) if value == 0 else value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _differences(expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    missing = sorted(expected.keys() - found.keys())
    extra = sorted(found.keys() - expected.keys())
    other = sorted(key for key in expected.keys() & found.keys() if expected[key] != found[key])
    parts = [_named(len(keys), what, keys) for what, keys in (("missing", missing), ("extra", extra)) if keys]
    if other:
        first = other[0]
        shown = f"{expected[first][:_SHOWN_CHARACTERS]} became {found[first][:_SHOWN_CHARACTERS]}"
        parts.append(f"{_named(len(other), 'different', other)} ({first}: {shown})")
    return "; ".join(parts)


def _named(count: int, what: str, keys: Sequence[str]) -> str:
    more = ", ..." if count > _SHOWN else ""
    return f"{count} {what}: {', '.join(keys[:_SHOWN])}{more}"
