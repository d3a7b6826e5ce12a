"""The verdict as JUnit XML: a suite a feature, a case a scenario, an error for what never ran, a case for the decision.

Written from the scenario records and the verdict, not from pytest's own reports, so that a skipped, repeated or missing
scenario can never read as a pass.
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gonogo.criteria import CRITERION_ID
from gonogo.report import wording

Record = Mapping[str, Any]
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(verdict: Mapping[str, Any], records: Iterable[Record]) -> str:
    """Return the XML document.

    Args:
        verdict: The content of verdict.json.
        records: Every scenario record of the run, repeated ones too.
    """
    known = list(records)
    verifies, waived = _criteria_by_scenario(verdict), _waived_scenarios(verdict)
    root = ET.Element("testsuites", name="gonogo")
    _verdict_suite(root, verdict)
    by_feature: dict[str, list[Record]] = {}
    for record in known:
        by_feature.setdefault(str(record.get("feature_file", "")), []).append(record)
    attempts: Counter[str] = Counter()
    for feature, found in by_feature.items():
        suite = ET.SubElement(root, "testsuite", name=_xml(found[0].get("feature") or feature))
        if found[0].get("started"):
            suite.set("timestamp", _xml(found[0]["started"]))
        for record in found:
            attempts[record["nodeid"]] += 1
            _scenario(suite, record, verifies.get(record["nodeid"], []), waived, attempts[record["nodeid"]])
    _not_run(root, verdict, {record["nodeid"] for record in known})
    _count(root)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _verdict_suite(root: ET.Element, verdict: Mapping[str, Any]) -> None:
    suite = ET.SubElement(root, "testsuite", name="Verdict")
    case = ET.SubElement(suite, "testcase", classname="gonogo", name="VERDICT", time="0")
    environment, release = verdict.get("environment") or {}, verdict.get("release") or {}
    facts = {
        "decision": verdict["decision"],
        "gate": verdict.get("gate"),
        "environment": environment.get("name"),
        "release": release.get("observed") or release.get("expected"),
        "run": verdict.get("run"),
    }
    _properties(case, [(name, str(value)) for name, value in facts.items() if value])
    text = "\n".join([wording.counts_text(verdict["counts"]), *(verdict.get("problems") or [])])
    if verdict["decision"] != "GO":
        tag = "failure" if verdict["decision"] == "NO-GO" else "error"
        _result(case, tag, str(verdict["decision"]), wording.title(verdict), text)


def _scenario(
    suite: ET.Element, record: Record, criteria: Sequence[str], waived: Mapping[str, str], attempt: int
) -> None:
    case = ET.SubElement(suite, "testcase", classname=_classname(record), name=_name(record, attempt))
    case.set("time", f"{float(record.get('duration_s') or 0):.3f}")
    case.set("file", _xml(record.get("feature_file", "")))
    case.set("line", _xml(record.get("line") or 0))
    tagged = [tag for tag in record.get("tags", []) if CRITERION_ID.match(tag)]
    ids = list(dict.fromkeys([*criteria, *tagged]))
    _properties(case, [("criterion", identifier) for identifier in ids])
    status, error = record.get("status"), record.get("error") or {}
    if status == "passed":
        return
    message, kind = str(error.get("message") or f"the scenario was {status}"), str(error.get("type") or status)
    if record["nodeid"] in waived:
        _result(case, "skipped", kind, waived[record["nodeid"]], message)
    else:
        _result(case, "failure" if status == "failed" else "error", kind, message, _story(record, message))


def _not_run(root: ET.Element, verdict: Mapping[str, Any], ran: set[str]) -> None:
    """Add an error for each planned scenario without a record, and for each criterion that has no scenario at all."""
    gaps: dict[str, list[Mapping[str, Any]]] = {}
    for entry in verdict.get("criteria", []):
        if entry["outcome"] != "waived":
            for node in entry.get("scenarios") or [f"no scenario verifies {entry['id']}"]:
                if node not in ran:
                    gaps.setdefault(node, []).append(entry)
    suite = ET.SubElement(root, "testsuite", name="Not run") if gaps else root
    for node, entries in gaps.items():
        case = ET.SubElement(suite, "testcase", classname="gonogo.not_run", name=_xml(node), time="0")
        _properties(case, [("criterion", entry["id"]) for entry in entries])
        _result(case, "error", "not run", entries[0]["reason"], entries[0]["reason"])


def _criteria_by_scenario(verdict: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in verdict.get("criteria", []):
        for node in entry.get("scenarios", []):
            found.setdefault(node, []).append(entry["id"])
    return found


def _waived_scenarios(verdict: Mapping[str, Any]) -> dict[str, str]:
    """Return node id -> waiver for scenarios that verify nothing but waived criteria: the decision lets them go."""
    verifying: dict[str, list[Mapping[str, Any]]] = {}
    for entry in verdict.get("criteria", []):
        for node in entry.get("scenarios", []):
            verifying.setdefault(node, []).append(entry)
    return {
        node: str(entries[0]["reason"])
        for node, entries in verifying.items()
        if all(entry["outcome"] == "waived" for entry in entries)
    }


def _story(record: Record, message: str) -> str:
    marks = {"passed": "ok ", "failed": "NOT", "broken": "NOT"}
    steps = [
        f"{marks.get(step.get('status', ''), '-  ')} {step.get('keyword', '')} {step.get('text', '')}"
        for step in record.get("steps", [])
    ]
    return "\n".join([message, "", *steps, "", str(record.get("description", ""))]).strip()


def _classname(record: Record) -> str:
    return _xml(re.sub(r"\.feature$", "", str(record.get("feature_file", ""))).replace("/", "."))


def _name(record: Record, attempt: int) -> str:
    row = record.get("row") or {}
    suffix = f" [{', '.join(f'{key}={value}' for key, value in row.items())}]" if row else ""
    return _xml(f"{record.get('scenario', '')}{suffix}" + (f" (attempt {attempt})" if attempt > 1 else ""))


def _properties(case: ET.Element, pairs: Sequence[tuple[str, str]]) -> None:
    if pairs:
        properties = ET.SubElement(case, "properties")
        for name, value in pairs:
            ET.SubElement(properties, "property", name=name, value=_xml(value))


def _result(case: ET.Element, tag: str, kind: str, message: str, text: str) -> None:
    ET.SubElement(case, tag, type=_xml(kind), message=_xml(wording.visible(message))).text = _xml(text)


def _count(root: ET.Element) -> None:
    """Write the totals that readers of JUnit XML expect, on each suite and on the whole."""
    for element in (*root.findall("testsuite"), root):
        cases = element.findall(".//testcase")
        element.set("tests", str(len(cases)))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
        element.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")


def _xml(value: object) -> str:
    """Return text that XML can carry: what it cannot is spelled out."""
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", str(value))
