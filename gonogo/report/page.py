"""The decision on one page: self-contained HTML for a go/no-go meeting, read without a network and without scripts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from gonogo.report import pictures, wording
from gonogo.report.wording import Entry, Group

Record = Mapping[str, Any]
SIGN_OFF_ROLES = ("Deployment lead", "Monitoring lead", "Rollback authority", "Product owner", "Technical lead")
_TEMPLATES = Path(__file__).parent / "templates"
_NAMED_EACH = 12
_LEADING = 3


@dataclass(frozen=True)
class Chapter:
    """Criteria of one outcome, in the groups that share a reason."""

    outcome: str
    count: int
    groups: Sequence[Group]


def render(verdict: Mapping[str, Any], records: Iterable[Record]) -> str:
    """Return the page.

    Args:
        verdict: The content of verdict.json.
        records: The scenario records of the run; they show steps, file and line.

    The page stands in the run directory: its links to evidence are relative to it, those to features to two folders up.
    """
    by_node: dict[str, Record] = {record["nodeid"]: record for record in records}
    criteria: Sequence[Entry] = verdict.get("criteria", [])
    by_phase = "/" not in str(verdict.get("gate", ""))
    page = _environment().get_template("decision.html").render(
        verdict=verdict,
        title=wording.title(verdict),
        sentence=sentence(verdict),
        leading=_leading(verdict),
        facts=_facts(verdict),
        totals=pictures.totals(verdict["counts"]),
        part="phase" if by_phase else "section",
        bars=pictures.bars(criteria, by_phase=by_phase),
        chapters=[_chapter(verdict, outcome) for outcome in (*wording.AGAINST_GO, "waived")],
        records=by_node,
        gap=_gap(criteria, by_node),
        met=pictures.parts(wording.with_outcome(verdict, "met"), by_phase=by_phase),
        attested=[entry for entry in criteria if (entry.get("measured") or {}).get("source") == "attestation"],
        roles=SIGN_OFF_ROLES,
        named_each=_NAMED_EACH,
        gauge_width=pictures.GAUGE_WIDTH,
        bar_width=pictures.BAR_WIDTH,
    )  # fmt: skip
    return page.encode("utf-8", "backslashreplace").decode("utf-8")


def sentence(verdict: Mapping[str, Any]) -> str:
    """Return the decision in one plain sentence."""
    counts: Mapping[str, int] = verdict["counts"]
    total = sum(counts.values())
    open_ones = counts.get("unverified", 0) + counts.get("inconclusive", 0)
    beside = f", and {open_ones} more are not shown either way" if open_ones else ""
    waived = counts.get("waived", 0)
    if verdict["decision"] == "NO-GO":
        return f"{counts.get('missed', 0)} of {total} required criteria were measured and are not met{beside}."
    if verdict["decision"] == "GO":
        if waived:
            return f"{total - waived} of {total} required criteria are met, and {waived} are waived."
        return f"All {total} required criteria are met."
    if not total:
        return "Nothing was required, so nothing was shown."
    if open_ones:
        return f"Nothing was found against the release, but {open_ones} of {total} required criteria are not shown."
    return "The criteria would allow a GO, but the run itself had problems."


def _facts(verdict: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what identifies the decision: what, where, when, with what."""
    suite, backing = verdict.get("suite") or {}, verdict.get("backing") or {}
    release = verdict.get("release") or {}
    facts = [
        ("Gate", verdict.get("gate")),
        ("Environment", wording.environment_text(verdict.get("environment") or {})),
        ("Release expected", release.get("expected") or "not stated"),
        ("Release observed", release.get("observed") or "not observed"),
        ("Started", str(verdict.get("started") or "not started")[:16].replace("T", " ") + " UTC"),
        ("Took", wording.took(verdict) or "not finished"),
        ("Suite", f"{suite.get('version', '')} at {str(suite.get('commit') or 'an unknown commit')[:12]}"),
        ("Backing", wording.backing_text(backing)),
        ("Rehearsed", _rehearsals(verdict)),
        ("Run", verdict.get("run")),
    ]
    return [(name, wording.visible(text)) for name, text in facts if text]


def _rehearsals(verdict: Mapping[str, Any]) -> str:
    """Return how many criteria rest on a rehearsal; '' where all load ran in full, or there was none."""
    count = len(wording.rehearsed(verdict))
    return f"{count} of the criteria rest on a rehearsal, below the full size" if count else ""


def _leading(verdict: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the first things to talk about, for the first screen: outcome, anchor, one line."""
    told = (*wording.AGAINST_GO, "waived")
    groups = [(outcome, group) for outcome in told for group in wording.grouped(wording.with_outcome(verdict, outcome))]
    lines = [(outcome, group.first["id"], wording.group_line(group)) for outcome, group in groups]
    problems = [("inconclusive", "problems", text) for text in verdict.get("problems") or []]
    return sorted(problems + lines, key=lambda line: line[0] != "missed")[:_LEADING]


def _chapter(verdict: Mapping[str, Any], outcome: str) -> Chapter:
    entries = wording.with_outcome(verdict, outcome)
    return Chapter(outcome, len(entries), wording.grouped(entries))


def _gap(criteria: Sequence[Entry], ran: Mapping[str, Record]) -> dict[str, list[str]]:
    """Return what should have run and did not: planned scenario -> the criteria that it would have verified."""
    gap: dict[str, list[str]] = {}
    for entry in criteria:
        for node in entry.get("scenarios") or ["no scenario or attestation verifies it"]:
            if node not in ran:
                gap.setdefault(node, []).append(entry["id"])
    return gap


def _link(path: object) -> str:
    """Return a relative link: what looks like a scheme or an absolute path is quoted away."""
    return quote(str(path).lstrip("/"), errors="replace")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,  # a field that a record lacks must not cost the whole page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": wording.visible,
        "measured": wording.measured_text,
        "basis": wording.basis_text,
        "required": wording.required_text,
        "reason": wording.reason_text,
        "gauge": pictures.gauge,
        "link": _link,
    }
    environment.globals |= {"MEANING": wording.MEANING}
    return environment
