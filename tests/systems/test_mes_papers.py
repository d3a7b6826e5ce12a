"""Papers are found by the words of their name, and read as what they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gonogo.evidence import Evidence
from gonogo.outcome import Missed, Unverified
from gonogo.probes.folder import FolderProbe
from gonogo.secrets import Redactor
from gonogo.settings import FolderSettings
from systems.papers import Paper, Papers, missing, paper_at

MAIL = """\
To: engineering@example.com, Quality <qa@example.com>
Subject: ⚠️ Canonical Model - Issue Detected
Date: Sun, 25 Oct 2026 02:00:00 +0200

Team,

it begins on 2026-11-01 at 10:00 UTC. Issues go to on-call@example.com.
"""


def folder_at(path: Path) -> FolderProbe:
    return FolderProbe("documents", FolderSettings(path=str(path)), Evidence(path.parent / "run", Redactor()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "documents"
    path.mkdir()
    return path


def paper(text: str, file: str = "note.md") -> Paper:
    return Paper("note", file, text)


@pytest.mark.parametrize("name", ["success mail", "mail success", "the mail of success", "Success Mail"])
def test_a_paper_is_found_by_the_words_of_its_name_in_any_order(folder: Path, name: str) -> None:
    (folder / "mail-success.txt").write_text("done", encoding="utf-8")
    assert Papers(folder_at(folder)).read(name).text == "done"


def test_a_paper_that_nobody_wrote_is_missed_with_what_to_do(folder: Path) -> None:
    (folder / "mail-issue.txt").write_text("", encoding="utf-8")
    with pytest.raises(Missed, match=r"success mail: there is none among the papers; .* write it"):
        Papers(folder_at(folder)).read("success mail")


def test_two_papers_of_one_name_are_missed_because_nobody_knows_which_counts(folder: Path) -> None:
    for file in ("mail-success.txt", "success-mail.md"):
        (folder / file).write_text("x", encoding="utf-8")
    with pytest.raises(Missed, match=r"there are 2: mail-success.txt, success-mail.md"):
        Papers(folder_at(folder)).read("success mail")


def test_without_the_folder_nothing_is_known(tmp_path: Path) -> None:
    with pytest.raises(Unverified, match="is not there"):
        Papers(folder_at(tmp_path / "nowhere")).read("success mail")


def test_a_mail_is_read_with_subject_addressees_and_time() -> None:
    mail = paper(MAIL, "mail.txt").mail
    assert mail.subject == "⚠️ Canonical Model - Issue Detected"
    assert mail.to == ("engineering@example.com", "qa@example.com")
    assert mail.sent == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert mail.addresses == ["on-call@example.com"]


def test_a_mail_says_when_it_begins() -> None:
    assert paper(MAIL).announced == datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("header", ["Subject", "To", "Date"])
def test_a_mail_without_a_header_is_missed(header: str) -> None:
    text = "".join(line for line in MAIL.splitlines(keepends=True) if not line.startswith(header))
    with pytest.raises(Missed, match=f"has no {header} line"):
        _ = paper(text).mail


def test_a_date_that_is_none_is_missed() -> None:
    with pytest.raises(Missed, match="'some day' is no date"):
        _ = paper(MAIL.replace("Sun, 25 Oct 2026 02:00:00 +0200", "some day")).mail


def test_phrases_are_found_across_lines_emphasis_and_case() -> None:
    found = paper("It is **kept for\n  90 days**, `encrypted`.")
    assert missing(found, ["Kept for 90 days", "encrypted", "for ever"]) == ["for ever"]


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        ("Name: __________", ["__________"]),
        ("On [DATE] at [START TIME]", ["[DATE]", "[START TIME]"]),
        ("nodes[] and [x] and snake_case", []),
    ],
)
def test_blanks_are_what_nobody_filled_in(text: str, blanks: list[str]) -> None:
    assert paper(text).blanks == blanks


def test_tables_are_read_from_csv_and_from_markdown() -> None:
    wanted = [{"role": "Tech Lead", "name": "Tech lead in office"}]
    assert paper("role,name\nTech Lead,Tech lead in office\n", "list.csv").rows == wanted
    assert paper("# List\n\n| role | name |\n| --- | --- |\n| Tech Lead | Tech lead in office |\n\nend").rows == wanted
    assert paper("no table here").rows == []


def test_a_row_that_ends_early_has_empty_cells() -> None:
    assert paper("role,name,phone\nTech Lead,somebody\n", "list.csv").rows[0]["phone"] == ""


def test_values_stand_behind_their_key() -> None:
    found = paper("**Week:** 44\n- Status: Resolved\nImpact:\n")
    assert [found.value(key) for key in ("Week", "Status", "Impact", "Cause")] == ["44", "Resolved", "", None]


def test_parts_are_headings_with_their_text() -> None:
    parts = paper("intro\n# One\ntext\n\n## Two\n").parts
    assert [(part.heading, part.text) for part in parts] == [("One", "text"), ("Two", "")]


def test_a_paper_at_a_path_is_missed_where_it_is_not(folder: Path) -> None:
    with pytest.raises(Missed, match=r"there is no docs/TRAINING.md"):
        paper_at(folder_at(folder), "docs/TRAINING.md")
