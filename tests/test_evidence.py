"""Evidence: scrubbed, hashed, one folder a scenario, and withheld when in doubt."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gonogo.evidence import Evidence, slug
from gonogo.outcome import Unverified
from gonogo.secrets import Redactor, Secret

CANARY = "canary-7c1e55d0a9"


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.register([Secret("MES_TOKEN", CANARY)])
    return redactor


@pytest.fixture
def evidence(tmp_path: Path, redactor: Redactor) -> Evidence:
    return Evidence(tmp_path, redactor)


def test_a_piece_lies_in_its_scenarios_folder_with_the_hash_of_its_bytes(evidence: Evidence, tmp_path: Path) -> None:
    evidence.begin("Few plans are refused")

    ref = evidence.add("GET /health", "status 200 ✓")

    assert ref.path == "evidence/few-plans-are-refused/001-get-health.txt"
    data = (tmp_path / ref.path).read_bytes()
    assert data.decode() == "status 200 ✓"
    assert ref.sha256 == hashlib.sha256(data).hexdigest()
    assert ref.as_dict() == {"path": ref.path, "sha256": ref.sha256, "name": "GET /health"}


def test_taken_holds_the_present_scenario_only_in_order(evidence: Evidence) -> None:
    evidence.begin("first")
    evidence.add("a", "1")
    evidence.begin("second")
    refs = [evidence.add("b", "2"), evidence.add("b", "3")]

    assert evidence.taken() == refs
    assert [ref.path for ref in refs] == ["evidence/second/001-b.txt", "evidence/second/002-b.txt"]


def test_nothing_is_overwritten_when_a_scenario_runs_again(evidence: Evidence, tmp_path: Path) -> None:
    for text in ("first", "second"):
        evidence.begin("again")
        evidence.add("reply", text)

    files = sorted((tmp_path / "evidence" / "again").iterdir())
    assert [file.read_text() for file in files] == ["first", "second"]


def test_secrets_are_scrubbed_from_text_name_and_attachment(tmp_path: Path, redactor: Redactor) -> None:
    attached: list[tuple[str | bytes, str, str]] = []
    evidence = Evidence(tmp_path, redactor, lambda *piece: attached.append(piece))

    ref = evidence.add(f"GET /{CANARY}", f"token {CANARY}", "application/json", ".json")

    assert (tmp_path / ref.path).read_text() == "token «redacted:MES_TOKEN»"
    assert attached == [("token «redacted:MES_TOKEN»", "GET /«redacted:MES_TOKEN»", "application/json")]
    assert not any(CANARY in str(path) for path in tmp_path.rglob("*"))


def test_control_characters_and_lone_surrogates_are_written_as_escapes(evidence: Evidence, tmp_path: Path) -> None:
    ref = evidence.add("reply", "\ud800\u202e\x1b[2J")

    assert (tmp_path / ref.path).read_text() == "\\ud800\\u202e\\u001b[2J"


def test_a_picture_is_kept_as_it_is(evidence: Evidence, tmp_path: Path) -> None:
    ref = evidence.add_binary("screenshot", b"\x89PNG...")

    assert ref.path.endswith("001-screenshot.png")
    assert (tmp_path / ref.path).read_bytes() == b"\x89PNG..."


def test_other_binary_types_are_refused(evidence: Evidence) -> None:
    with pytest.raises(Unverified, match="application/zip is not one of image/png"):
        evidence.add_binary("bundle", b"PK", "application/zip")
    assert evidence.taken() == []


def test_a_picture_with_a_secret_in_its_bytes_is_withheld(evidence: Evidence, tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="'screenshot' withheld: it holds the value of MES_TOKEN"):
        evidence.add_binary("screenshot", b"\x89PNG" + CANARY.encode())
    assert list(tmp_path.iterdir()) == []


def test_when_the_redactor_fails_nothing_is_written(
    evidence: Evidence, redactor: Redactor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(text: str) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr(redactor, "scrub", crash)

    with pytest.raises(Unverified, match=r"evidence withheld: the redactor failed \(RuntimeError\)") as withheld:
        evidence.add("reply", CANARY)

    assert CANARY not in str(withheld.value)
    assert list(tmp_path.iterdir()) == []


def test_evidence_that_cannot_be_written_is_unverified(tmp_path: Path, redactor: Redactor) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")

    with pytest.raises(Unverified, match=r"evidence 'reply' could not be written below .*; free disk space or mend"):
        Evidence(tmp_path, redactor).add("reply", "text")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /api/mes/plans", "get-api-mes-plans"),
        ("../../etc/passwd", "etc-passwd"),
        ("Ünïcode ✓", "n-code"),
        ("", "unnamed"),
        ("..", "unnamed"),
    ],
)
def test_a_slug_is_one_safe_path_component(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_long_texts_that_differ_at_their_end_have_different_slugs() -> None:
    first, second = slug("x" * 200 + "a"), slug("x" * 200 + "b")

    assert first != second
    assert len(first) == len(second) == 80


def test_pieces_of_several_threads_are_all_kept_under_names_of_their_own(evidence: Evidence) -> None:
    for scenario in range(20):
        evidence.begin(f"scenario {scenario}")
        with ThreadPoolExecutor(8) as pool:
            refs = list(pool.map(lambda n: evidence.add("GET /health", str(n)), range(16)))
        assert len({ref.path for ref in refs}) == 16
        assert sorted(evidence.taken(), key=lambda ref: ref.path) == sorted(refs, key=lambda ref: ref.path)
        assert {ref.path.rpartition("/")[2][:3] for ref in refs} == {f"{n:03d}" for n in range(1, 17)}
