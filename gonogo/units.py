"""Units: values are kept in base units (s, ratio, 1/s, B, count) and shown as the plan writes them (193 ms, 99.9 %)."""

import math
import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation

_SECONDS = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "second": Decimal(1),
    "min": Decimal(60),
    "minute": Decimal(60),
    "h": Decimal(3600),
    "hour": Decimal(3600),
    "day": Decimal(86400),
    "week": Decimal(604800),
}
_NUMBER = re.compile(r"^\s*(-?\d+(?:[ _,]\d{3})*(?:\.\d+)?)\s*([A-Za-z%/]*)\s*$")


def _split(text: str) -> tuple[Decimal, str]:
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not a number with a unit, such as '500 ms', '5 minutes' or '99.9 %'")
    try:
        return Decimal(re.sub(r"[ _,]", "", match[1])), match[2]
    except InvalidOperation as error:
        raise ValueError(f"{text!r} does not start with a number") from error


def duration(text: str) -> timedelta:
    """Return the duration that `text` says, e.g. '500 ms', '5 minutes', '1 week'.

    Raises:
        ValueError: If the text is no number with a unit of time.
    """
    number, unit = _split(text)
    factor = _SECONDS.get(unit) or _SECONDS.get(unit.removesuffix("s"))
    if factor is None:
        raise ValueError(f"{text!r}: {unit!r} is no unit of time; use one of {', '.join(_SECONDS)}")
    return timedelta(seconds=float(number * factor))


def ratio(text: str) -> float:
    """Return the ratio that `text` says: '99.9 %' is exactly 0.999, '0.5' is 0.5.

    Raises:
        ValueError: If the text is no number, or carries a unit other than '%'.
    """
    number, unit = _split(text)
    if unit not in ("%", ""):
        raise ValueError(f"{text!r}: a ratio is written with '%' or without a unit, not with {unit!r}")
    return float(number / 100 if unit == "%" else number)


def show(value: object, unit: str) -> str:
    """Return `value` (base unit) as people read it: 0.193 s is '193 ms', 0.999 ratio '99.9 %', 1500 count '1 500'."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "nothing" if value is None else str(value)
    if not math.isfinite(value):
        return f"{value} {unit}".strip()
    if unit == "s":
        return _show_seconds(float(value))
    if unit == "ratio":
        return _show_ratio(float(value))
    number = f"{value:,}".replace(",", " ") if isinstance(value, int) else _plain(value, 4 if unit == "times" else 6)
    return number if unit in ("", "count") else f"{number} {unit}"


def _show_seconds(seconds: float) -> str:
    size = abs(seconds)
    if size < 1:
        return f"{_plain(seconds * 1000, 3)} ms"
    if size < 120:
        return f"{_plain(seconds, 3)} s"
    if size < 7200:
        return f"{_plain(seconds / 60, 3)} min"
    return f"{_plain(seconds / 3600, 3)} h" if size < 172800 else f"{_plain(seconds / 86400, 3)} days"


def _show_ratio(ratio: float) -> str:
    """Return a percentage that says 0 or 100 only when it is that."""
    texts = [_plain(ratio * 100, digits) for digits in (4, 7, 12)]
    return next((text for text in texts if text not in ("0", "100")), f"{ratio * 100:g}") + " %"


def _plain(number: float, digits: int) -> str:
    """Return `number` with about so many significant digits, in groups of three and never as a power of ten."""
    text = f"{number:,.0f}" if abs(number) >= 10**digits - 0.5 else f"{number:,.{digits}g}"
    return text.replace(",", " ")
