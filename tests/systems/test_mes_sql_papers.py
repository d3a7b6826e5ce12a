"""The papers of the database build's team: what they prove, and what they do not."""

from datetime import date, timedelta

import pytest

from gonogo.outcome import Missed
from systems.mes_sql import papers, team
from systems.papers import Paper


def paper(text: str, file: str = "paper.csv") -> Paper:
    return Paper("paper", file, text)


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ("", 0),
        ("2026-01-01,08:00\n", 1),
        ("2026-01-01,22:00\n2026-01-01,23:00\n2026-01-02,00:00\n", 3),
        ("2026-01-01,08:00\n2026-01-01,09:00\n2026-01-01,11:00\n", 2),
        ("2026-01-01,08:00\n2026-01-01,08:00\n", 1),
    ],
)
def test_the_longest_stretch_of_hours_counts(rows: str, hours: int) -> None:
    assert papers.hours_in_a_row(paper("date,time\n" + rows)) == hours


def test_an_hour_without_a_time_is_missed() -> None:
    with pytest.raises(Missed, match="no date and time"):
        papers.hours_in_a_row(paper("date,time\n2026-01-01,morning\n"))


@pytest.mark.parametrize(
    ("row", "early"),
    [
        ("A,2026-01-01,2026-01-31", []),
        ("A,2026-01-01,2026-01-30", ["A"]),
        ("A,2026-01-01,soon", ["A"]),
        ("A,,2026-01-31", ["A"]),
    ],
)
def test_a_deletion_waits_for_the_retention(row: str, early: list[str]) -> None:
    found = paper(f"collection,last_read,deletion\n{row}\n")
    assert papers.early_deletions(found, timedelta(days=30)) == early


class TestBoxes:
    DAY = date(2026, 1, 5)

    @pytest.mark.parametrize(
        ("box", "unproven"),
        [
            ("- [ ] Quick", []),
            ("- [x] Quick (run R-1, 2026-01-05)", []),
            ("- [x] Quick (run R-1, 2026-01-04)", ["Quick (run R-1, 2026-01-04)"]),
            ("- [X] Quick", ["Quick"]),
        ],
    )
    def test_a_ticked_box_names_a_run_in_time(self, box: str, unproven: list[str]) -> None:
        text = f"# Plan\n- [x] Elsewhere\n\n## Success criteria\n### Speed\n{box}\n\n## Rollback\n- [x] Not this\n"
        assert papers.unproven(paper(text, "plan.md"), "Success criteria", self.DAY) == unproven

    @pytest.mark.parametrize("text", ["# Plan\n- [x] Quick\n", "## Success criteria\nnone\n"])
    def test_no_boxes_are_no_proof(self, text: str) -> None:
        with pytest.raises(Missed, match="has no boxes"):
            papers.unproven(paper(text, "plan.md"), "Success criteria", self.DAY)


def test_lines_add_up_and_homes_are_looked_for() -> None:
    modules = paper("module,lines,new_home\nroutes,1 200,a.js\nrest,300,\n")
    assert papers.total(modules, "lines") == 1500
    assert papers.homeless(modules, "new_home", ["a.js"]) == ["(empty)"]
    with pytest.raises(Missed, match="no whole number"):
        papers.total(modules, "new_home")


@pytest.mark.parametrize(("text", "found"), [("88/100 documents", (88, 100)), ("0/0 documents", (0, 0))])
def test_progress_is_a_fraction(text: str, found: tuple[int, int]) -> None:
    assert papers.fraction(text) == found


@pytest.mark.parametrize("text", ["", "88 %", "most documents"])
def test_other_progress_is_missed(text: str) -> None:
    with pytest.raises(Missed, match="progress is given as"):
        papers.fraction(text)


def test_a_path_is_followed_in_its_order() -> None:
    path = paper("1. Read the logs\n2. Ask `psql`\n3. Call\n", "path.md")
    assert papers.in_order(path, ["read the logs", "psql", "call"])
    assert not papers.in_order(path, ["psql", "read the logs"])
    assert not papers.in_order(path, ["read the logs", "mail"])


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ('{"service": "S", "enabled": true, "reports": ["burkol-api-green"], "test_error": {"received": true}}', ""),
        ('{"service": "S", "enabled": "true", "reports": ["burkol-api-green"]}', "not switched on"),
        ('{"service": "S", "enabled": true, "reports": ["burkol-api-blue"]}', "does not report errors of green"),
        ('{"service": "S", "enabled": true, "reports": ["burkol-api-green"]}', "never received"),
        ("[]", "not switched on"),
    ],
)
def test_error_tracking_is_on_and_was_tried(document: str, says: str) -> None:
    found = team.error_tracking(paper(document, "error-tracking.json"))
    assert found.startswith(says) if says else found == ""


@pytest.mark.parametrize(
    ("row", "regression"),
    [
        ({"found_in": "production", "regression": "yes"}, True),
        ({"found_in": "production", "regression": ""}, True),
        ({"found_in": "production", "regression": "no"}, False),
        ({"found_in": "test", "regression": "yes"}, False),
    ],
)
def test_what_is_not_denied_is_a_regression(row: dict[str, str], regression: bool) -> None:
    assert team.is_regression(row) is regression


def test_an_empty_list_was_never_kept() -> None:
    with pytest.raises(Missed, match="never kept"):
        team.kept_until(paper("date,defect\n"))
