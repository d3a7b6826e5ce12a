"""How a phrase of a feature becomes typed values: counts, durations, ratios, quoted texts."""

import re
from collections.abc import Callable

from pytest_bdd import parsers

from gonogo import units

Convert = Callable[[str], object]


def _operator(text: str) -> str:
    return {"below": "<", "above": ">", "at most": "<=", "at least": ">=", "exactly": "=="}[text]


def _level(text: str) -> float:
    if text.endswith("baseline"):
        return float(text.split()[0])
    if text.endswith("s"):
        return units.duration(text).total_seconds()
    return units.ratio(text) if text.endswith("%") else float(text)


def _type(pattern: str, convert: Convert) -> Convert:
    """Return a converter that `parse` uses where the text has the form of `pattern`."""

    def typed(text: str) -> object:
        return convert(text)

    typed.pattern = pattern  # type: ignore[attr-defined]  # where `parse` looks for it
    return typed


EVENTS = {"plan creations": "creation", "launches": "launch", "starts": "start", "completions": "completion"}

TYPES: dict[str, Convert] = {
    "count": _type(r"-?\d+(?: \d{3})*", lambda text: int(text.replace(" ", ""))),
    "duration": _type(r"\d+(?:\.\d+)? ?(?:ms|s|seconds?|min|minutes?|hours?|days?|weeks?)", units.duration),
    "ratio": _type(r"\d+(?:\.\d+)? ?%", units.ratio),
    "number": _type(r"\d+(?:\.\d+)?", float),
    "text": _type(r'"[^"]*"', lambda text: text[1:-1]),
    "numbers": _type(
        r"\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*",
        lambda text: [float(part) for part in re.split(", | and ", text)],
    ),
    "texts": _type(r'"[^"]*"(?:(?:, | and )"[^"]*")*', lambda text: re.findall('"([^"]*)"', text)),
    "level": _type(r"\d+(?:\.\d+)? ?(?:%|ms|s|times the baseline)?", _level),
    "operation": _type(r"plan readings|plan listings|plan creations|plan launches|assignments", str),
    "events": _type("|".join(EVENTS), EVENTS.__getitem__),
    "flag": _type(r"FEATURE_[A-Z_]+", str),
    "master": _type(r"worker|station|operation|substation", str),
    "switch": _type(r"on|off", lambda text: text == "on"),
    "operator": _type(r"below|above|at most|at least|exactly", _operator),
}


def phrase(text: str) -> parsers.parse:
    """Return the parser of a phrase, with the types of this suite.

    {n:count} is "150" or "1 000"; {t:duration} "5 minutes"; {r:ratio} "99.9 %"; {x:number} "1.5"; {name:text} a text
    in double quotes, {names:texts} one or several ("a", "b" and "c"); {at:level} a threshold in base units, such as
    "1 %", "750 ms", "2 times the baseline" or "0"; {what:operation} what can be timed;
    {kind:events} one of the keys of EVENTS; {name:flag} a feature flag; {state:switch} "on" or "off";
    {kind:master} what master data holds: "worker", "station", "operation" or "substation";
    {op:operator} "below", "above", "at most", "at least", "exactly".
    """
    return parsers.parse(text, extra_types=TYPES)
