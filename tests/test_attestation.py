"""Attestations and waivers: what counts, and that nothing else does."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gonogo import attestation
from gonogo.attestation import Register
from gonogo.outcome import UsageError

SIGNED, EXPIRES = datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 12, 20, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BASE: dict[str, Any] = {
    "criteria": ["R1-P3-08"],
    "statement": "The team knows the deployment window.",
    "person": "Deployment lead on duty",
    "role": "Deployment lead",
    "release": "2.3.0",
    "environment": "prod",
    "signed_at": SIGNED,
    "expires": EXPIRES,
    "decision": "approve",
}
_SHARED = ("person", "role", "release", "environment", "signed_at", "expires")
WAIVER: dict[str, Any] = {key: BASE[key] for key in _SHARED}
WAIVER |= {"criterion": "R1-P3-08", "reason": "Captured with this release."}


def toml(kind: str, entry: dict[str, Any]) -> str:
    def literal(value: Any) -> str:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key} = {literal(item)}" for key, item in value.items()) + "}"
        return repr(value)

    return f"[[{kind}]]\n" + "".join(f"{key} = {literal(value)}\n" for key, value in entry.items())


def register(folder: Path, *entries: dict[str, Any], kind: str = "attestation") -> Register:
    path = folder / "signed.toml"
    base = BASE if kind == "attestation" else WAIVER
    path.write_text("\n".join(toml(kind, base | entry) for entry in entries), encoding="utf-8")
    return attestation.load([path], "2.3.0", "prod")


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as error:
        attestation.load([path], "2.3.0", "prod")
    return str(error.value)


def test_a_valid_approval_is_met_and_says_who_and_what(tmp_path: Path) -> None:
    judged = register(tmp_path, {}).judge("R1-P3-08", at=NOW)
    assert judged.outcome == "met"
    assert judged.reason == (
        "Deployment lead on duty (Deployment lead, 2026-11-20): The team knows the deployment window."
    )


@pytest.mark.parametrize(
    ("change", "at", "outcome", "said"),
    [
        pytest.param({}, EXPIRES - timedelta(seconds=1), "met", "", id="one second before its end"),
        pytest.param({}, EXPIRES, "unverified", "expired at 2026-12-20", id="at its end: half-open"),
        pytest.param({}, EXPIRES + timedelta(seconds=1), "unverified", "expired at", id="one second past its end"),
        pytest.param({}, SIGNED - timedelta(minutes=2), "met", "", id="within the tolerance of clocks"),
        pytest.param({}, SIGNED - timedelta(seconds=121), "unverified", "dated in the future", id="from the future"),
        pytest.param({"release": "2.2.0"}, NOW, "unverified", "is for release 2.2.0, not 2.3.0", id="another release"),
        pytest.param({"environment": "staging"}, NOW, "unverified", "environment staging, not prod", id="elsewhere"),
        pytest.param({"decision": "reject"}, NOW, "missed", "rejected by Deployment lead on duty", id="rejected"),
        pytest.param({"criteria": ["R1-P3-09"]}, NOW, "unverified", "no attestation for R1-P3-08", id="about another"),
        pytest.param(
            {"criteria": ["R1-P3-08", "R1-P3-09"]}, NOW, "unverified", "leaves the item R1-P3-08 unanswered",
            id="one statement for a whole list",
        ),
        pytest.param(
            {"criteria": ["R1-P3-08", "R1-P3-09"], "items": {"R1-P3-08": "  "}}, NOW, "unverified", "unanswered",
            id="a blank answer",
        ),
        pytest.param(
            {"criteria": ["R1-P3-08", "R1-P3-09"], "items": {"R1-P3-08": "Announced"}}, NOW, "met", "Announced",
            id="its own item answered",
        ),
    ],
)  # fmt: skip
def test_what_counts(tmp_path: Path, change: dict[str, Any], at: datetime, outcome: str, said: str) -> None:
    judged = register(tmp_path, change).judge("R1-P3-08", at=at)
    assert judged.outcome == outcome
    assert said in judged.reason
    assert bool(judged.remedy) == (outcome != "met")


@pytest.mark.parametrize("order", [("approve", "reject"), ("reject", "approve")])
def test_of_two_that_disagree_the_rejection_counts(tmp_path: Path, order: tuple[str, str]) -> None:
    found = register(tmp_path, *({"decision": decision} for decision in order))
    assert found.judge("R1-P3-08", at=NOW).outcome == "missed"


def test_an_expired_rejection_does_not_outweigh_a_valid_approval(tmp_path: Path) -> None:
    old = {"decision": "reject", "signed_at": SIGNED - timedelta(days=9), "expires": SIGNED}
    assert register(tmp_path, old, {}).judge("R1-P3-08", at=NOW).outcome == "met"


def test_another_role_than_the_one_asked_for_does_not_count(tmp_path: Path) -> None:
    found = register(tmp_path, {})
    assert found.judge("R1-P3-08", "deployment LEAD", at=NOW).outcome == "met"
    judged = found.judge("R1-P3-08", "Product owner", at=NOW)
    assert judged.outcome == "unverified"
    assert "only by Deployment lead" in judged.reason


def test_nothing_signed_is_unverified(tmp_path: Path) -> None:
    assert attestation.load([tmp_path], "2.3.0", "prod").judge("R1-P3-08").outcome == "unverified"


def test_no_release_asked_for_matches_no_attestation(tmp_path: Path) -> None:
    register(tmp_path, {})
    assert attestation.load([tmp_path], "", "prod").judge("R1-P3-08", at=NOW).outcome == "unverified"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statement": "LGTM"}, "[[attestation]] 1: statement: String should have at least 8 characters"),
        ({"statement": "         "}, "statement: String should have at least 8 characters"),
        ({"person": "  "}, "person: String should have at least 2 characters"),
        ({"criteria": []}, "criteria: Tuple should have at least 1 item"),
        ({"decision": "maybe"}, "decision: Input should be 'approve' or 'reject'"),
        ({"ticket": "CHG-1"}, "ticket: Extra inputs are not permitted"),
        ({"signed_at": SIGNED.replace(tzinfo=None)}, "signed_at and expires need an offset"),
        ({"expires": SIGNED}, "expires must be later than signed_at"),
        ({"items": {"R1-P3-99": "yes"}}, "items answers R1-P3-99, which criteria does not list"),
    ],
)
def test_a_malformed_entry_is_refused_by_file_entry_and_key(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "signed.toml"
    path.write_text(toml("attestation", BASE | change), encoding="utf-8")
    text = refusal(path)
    assert said in text
    assert str(path) in text


@pytest.mark.parametrize("key", ["person", "role", "release", "environment", "signed_at", "expires", "decision"])
def test_no_key_can_be_left_out(tmp_path: Path, key: str) -> None:
    path = tmp_path / "signed.toml"
    path.write_text(toml("attestation", {k: v for k, v in BASE.items() if k != key}), encoding="utf-8")
    assert f"{key}: Field required" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"[[attestation]\n", id="no TOML"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(b"attestation = 'signed, trust me'\n", id="a text instead of a table"),
        pytest.param(b"[[atestation]]\n", id="a misspelt table"),
        pytest.param(b"# " + b"x" * 1_000_001, id="too large"),
        pytest.param(b"x = " + b"[" * 200_000, id="deeply nested"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "signed.toml"
    path.write_bytes(content)
    assert str(path) in refusal(path)


def test_a_missing_file_and_one_that_is_no_file_are_refused(tmp_path: Path) -> None:
    assert "there is no such file or folder" in refusal(tmp_path / "missing.toml")
    os.mkfifo(tmp_path / "pipe.toml")
    assert "must be a regular file" in refusal(tmp_path / "pipe.toml")


def test_one_bad_entry_among_good_ones_is_never_silently_dropped(tmp_path: Path) -> None:
    path = tmp_path / "signed.toml"
    path.write_text(toml("attestation", BASE) + toml("attestation", BASE | {"decision": "ok"}), encoding="utf-8")
    assert "[[attestation]] 2: decision" in refusal(path)


def test_a_folder_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(toml("attestation", BASE | {"criteria": ["R1-P3-09"]}), encoding="utf-8")
    (tmp_path / "b.toml").write_text(toml("attestation", BASE), encoding="utf-8")
    assert attestation.load([tmp_path], "2.3.0", "prod").judge("R1-P3-08", at=NOW).outcome == "met"


@pytest.mark.parametrize(
    ("change", "at", "counts"),
    [
        ({}, NOW, True),
        ({}, EXPIRES, False),
        ({}, SIGNED - timedelta(hours=1), False),
        ({"release": "2.2.0"}, NOW, False),
        ({"environment": "staging"}, NOW, False),
    ],
)
def test_a_waiver_counts_for_its_release_environment_and_time(
    tmp_path: Path, change: dict[str, Any], at: datetime, counts: bool
) -> None:
    waived = register(tmp_path, change, kind="waiver").waived(at)
    who = "Deployment lead on duty (Deployment lead, 2026-11-20)"
    said = f"waived by {who} until 2026-12-20: Captured with this release."
    assert waived == ({"R1-P3-08": said} if counts else {})
