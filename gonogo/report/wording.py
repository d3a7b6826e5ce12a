"""What every report says in the same words: titles, measured against required, and criteria that share one reason."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonogo.units import show

Entry = Mapping[str, Any]
"""One element of `criteria` in verdict.json."""

AGAINST_GO = ("missed", "unverified", "inconclusive")
OUTCOMES = (*AGAINST_GO, "waived", "met")
MEANING = {
    "missed": "measured, and not as required",
    "unverified": "nothing was measured",
    "inconclusive": "measured, but too weakly to decide",
    "waived": "let go by a named person",
    "met": "measured, and as required",
}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: object) -> str:
    """Return `text` on one line: runs of white space are one space, what could forge a line or hide is spelled out."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", re.sub(r"[ \t\r\n]+", " ", str(text))).strip()


def title(verdict: Mapping[str, Any]) -> str:
    """Return the heading of a report, e.g. 'NO-GO · canonical_model/2 · release 2.3.0'."""
    release = release_text(verdict.get("release") or {})
    return " · ".join(visible(part) for part in (verdict["decision"], verdict.get("gate"), release) if part)


def release_text(release: Mapping[str, Any]) -> str:
    """Return the release in words: expected and observed, and that they differ where they do."""
    expected, observed = visible(release.get("expected") or ""), visible(release.get("observed") or "")
    if not expected and not observed:
        return "release not stated"
    if not expected or expected == observed:
        return f"release {observed}"
    return f"release {expected}, but {observed} was observed" if observed else f"release {expected} (not observed)"


def environment_text(environment: Mapping[str, Any]) -> str:
    """Return the environment in words, e.g. 'prod (production)'."""
    name, kind = visible(environment.get("name") or "no environment"), visible(environment.get("kind") or "")
    return f"{name} ({kind})" if kind and kind != name else name


def backing_text(backing: Mapping[str, Any]) -> str:
    """Return what served a hermetic run, e.g. 'embedded, postgres 18.6, redis 9.1.2'; nothing elsewhere."""
    others = [f"{key} {value}" for key, value in backing.items() if value and key not in ("kind", "reason")]
    return visible(", ".join(filter(None, (backing.get("kind"), *others))))


def counts_text(counts: Mapping[str, int]) -> str:
    """Return the counts that are not zero, worst first, e.g. '2 missed, 64 met of 66 criteria'."""
    present = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts.get(outcome)]
    total = sum(counts.values())
    return f"{', '.join(present)} of {total} criteria" if present else "no criterion at all"


def took(verdict: Mapping[str, Any]) -> str:
    """Return how long the run took, or nothing when its times are not known."""
    try:
        started, finished = (datetime.fromisoformat(verdict[key]) for key in ("started", "finished"))
        seconds = (finished - started).total_seconds()
    except (KeyError, TypeError, ValueError):
        return ""
    return show(max(seconds, 0.0), "s")


def measured_text(entry: Entry) -> str:
    """Return the measured value with its interval, e.g. '412 ms (398 ms to 431 ms)'; '' where the reason says it."""
    measured = entry.get("measured")
    if not measured or visible(measured.get("value")) == _bare_reason(entry):
        return ""
    unit = measured.get("unit", "")
    value, low, high = measured.get("value"), measured.get("low"), measured.get("high")
    limit = (entry.get("limit") or {}).get("value")
    text = show(value, unit) or "(empty)"
    if _number(value) and _number(limit) and value != limit and text == show(limit, unit):
        text = f"{text}, exactly {value:.12g} {unit}".rstrip()
    if low is None and high is None:
        return visible(text)
    low_text, high_text = ("open" if end is None else show(end, unit) for end in (low, high))
    return visible(f"{text} ({low_text} to {high_text})")


def basis_text(entry: Entry) -> str:
    """Return what the measured value is and rests on: subject, samples, window and source."""
    if not measured_text(entry):
        return ""
    measured = entry["measured"]
    parts = [f"{measured.get('subject', '')},"]
    if measured.get("samples") is not None:
        parts.append(f"from {show(measured['samples'], 'count')} samples")
    if measured.get("window_s") is not None:
        parts.append(f"over {show(measured['window_s'], 's')}")
    if measured.get("source"):
        query = measured.get("query")
        parts.append(f"by {measured['source']}" + (f": {query}" if query else ""))
    if measured.get("rehearsal"):
        parts.append(f"({rehearsal_text(entry)})")
    return visible(" ".join(parts)).strip(", ")


def rehearsal_text(entry: Entry) -> str:
    """Return how the load behind the measured value was scaled down; '' where it ran in full."""
    scale = (entry.get("measured") or {}).get("rehearsal")
    return visible(f"rehearsal: {scale}") if scale else ""


def required_text(entry: Entry) -> str:
    """Return what was required: the limit that was judged, else the plan's own figure."""
    limit = entry.get("limit")
    if not limit:
        return visible(entry.get("threshold") or "")
    words = limit.get("op") == "==" and isinstance(limit.get("value"), str)
    return visible(limit["value"]) if words else _limit_text(entry)


def reason_text(entry: Entry) -> str:
    """Return the reason, without the remedy at its end and without what measured and required already say."""
    reason = _bare_reason(entry)
    if not measured_text(entry) or not entry.get("limit"):
        return reason
    head, found, rest = reason.partition(f"required {_limit_text(entry)}")
    said = found and head.startswith(f"{visible(entry['measured'].get('subject', ''))}: {measured_text(entry)}")
    return rest.strip("; ") if said else reason


def _bare_reason(entry: Entry) -> str:
    remedy, reason = visible(entry.get("remedy") or ""), visible(entry.get("reason") or "")
    return reason[: -len(remedy)].rstrip("; ") if remedy and reason.endswith(remedy) else reason


def _limit_text(entry: Entry) -> str:
    limit = entry.get("limit") or {}
    return visible(f"{limit.get('op')} {show(limit.get('value'), limit.get('unit', ''))}")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Group:
    """Criteria with one outcome for one reason, such as the rows that one scenario verifies or what was never run."""

    reason: str
    criteria: Sequence[Entry]

    @property
    def first(self) -> Entry:
        return self.criteria[0]

    @property
    def scenarios(self) -> list[str]:
        """Return the node ids of their scenarios, each once."""
        return list(dict.fromkeys(node for entry in self.criteria for node in entry.get("scenarios", [])))

    @property
    def evidence(self) -> list[Mapping[str, str]]:
        """Return the references to their evidence, each path once."""
        return list({ref["path"]: ref for entry in self.criteria for ref in entry.get("evidence", [])}.values())


def group_line(group: Group) -> str:
    """Return what a group comes to, on one line."""
    first, measured = group.first, measured_text(group.first)
    what = first.get("statement", "") if len(group.criteria) == 1 else f"{len(group.criteria)} criteria"
    figures = f"{measured}, required {required_text(first)}" if measured else group.reason
    return visible(f"{what}: {figures}")


def grouped(criteria: Iterable[Entry]) -> list[Group]:
    """Return the criteria in order of appearance, those with the same reason, figures and remedy together."""
    found: dict[tuple[str, ...], list[Entry]] = {}
    for entry in criteria:
        measured = measured_text(entry)
        figures = (measured, required_text(entry)) if measured else ("", "")
        key = (_shared_reason(entry), *figures, str(entry.get("remedy", "")))
        found.setdefault(key, []).append(entry)
    return [Group(key[0] if len(same) > 1 else reason_text(same[0]), same) for key, same in found.items()]


def _shared_reason(entry: Entry) -> str:
    """Return the reason without what differs only by name: the criterion's own id and its scenarios."""
    reason = reason_text(entry)
    for scenario in entry.get("scenarios", []):
        reason = reason.replace(f": {visible(scenario)}", "").replace(visible(scenario), "its scenario")
    return reason.replace(f"@{entry['id']}", "@its id").replace(entry["id"], "it")


def rehearsed(verdict: Mapping[str, Any]) -> list[Entry]:
    """Return the criteria whose load was scaled down, in the plan's order."""
    return [entry for entry in verdict.get("criteria", []) if rehearsal_text(entry)]


def with_outcome(verdict: Mapping[str, Any], outcome: str) -> list[Entry]:
    """Return the criteria of the verdict that have `outcome`, in the plan's order."""
    return [entry for entry in verdict.get("criteria", []) if entry["outcome"] == outcome]


def places(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return node id -> 'feature file:line' for every scenario record."""
    return {r["nodeid"]: visible(f"{r.get('feature_file', '')}:{r.get('line', '')}") for r in records}


def place_of(node: str, known: Mapping[str, str]) -> str:
    """Return where the scenario `node` stands: file and line where a record tells, else its node id."""
    return known.get(node, visible(node))
