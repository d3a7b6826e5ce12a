"""The papers of the DocFlow team: phases, the log of the canary, ranks, ratings, links, fixtures."""

from datetime import UTC, datetime, timedelta

import pytest

from gonogo.outcome import Missed
from systems.docflow import reports
from systems.papers import Paper

PHASES = "phase,started,ended\nstaging,2025-11-10T08:00:00Z,2025-11-10T08:30:00Z\n"
CANARY = "canary,2025-11-10T15:00:00Z,2025-11-10T15:30:00Z\n"
FULL = "full,2025-11-10T15:32:00Z,\n"


def paper(text: str, file: str = "phase-log.csv") -> Paper:
    return Paper(file.partition(".")[0], file, text)


def canary_log(*minutes: int, outcome: str = "green") -> Paper:
    lines = [f"2025-11-10T15:{minute:02}:00Z,API p95,25 ms,{outcome}" for minute in minutes]
    return paper("at,check,value,outcome\n" + "\n".join(lines), "canary-log.csv")


def test_a_phase_has_begin_end_and_length() -> None:
    log = paper(PHASES + CANARY + FULL)
    assert reports.length_s(log, "staging") == 1800
    assert reports.between_s(log, "canary", "full") == 120
    assert reports.phase(log, "full").ended is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PHASES, "0 rows on 'canary'"),
        (PHASES + CANARY + CANARY, "2 rows on 'canary'"),
        (PHASES + "canary,soon,\n", "'soon' is no instant"),
        (PHASES + "canary,2025-11-10T15:00:00Z,\n", "has no end"),
    ],
)
def test_a_phase_log_without_the_phase_is_missed(text: str, said: str) -> None:
    with pytest.raises(Missed, match=said):
        reports.length_s(paper(text), "canary")


@pytest.mark.parametrize(
    ("minutes", "alone"),
    [
        ((0, 5, 10, 15, 20, 25, 30), []),
        ((0, 5, 10, 20, 25, 30), ["API p95"]),
        ((6, 10, 15, 20, 25, 30), ["API p95"]),
        ((0, 5, 10, 15, 20, 24), ["API p95"]),
    ],
)
def test_a_check_may_not_be_left_alone(minutes: tuple[int, ...], alone: list[str]) -> None:
    canary = reports.phase(paper("phase,started,ended\n" + CANARY), "canary")
    assert reports.unwatched(canary_log(*minutes), canary, timedelta(minutes=5)) == alone


def test_a_check_that_is_not_green_is_named() -> None:
    assert reports.not_green(canary_log(0)) == []
    assert reports.not_green(canary_log(0, outcome="red")) == ["2025-11-10T15:00:00Z API p95"]


def test_entries_from_before_are_named() -> None:
    register = paper("at,feedback\n2025-11-10T15:00:00Z,a\n2025-11-10T16:00:00Z,b\n", "feedback.csv")
    assert reports.early(register, datetime(2025, 11, 10, 15, 32, tzinfo=UTC)) == ["2025-11-10T15:00:00Z"]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("1,a,7\n2,b,5\n3,c,5\n", []),
        ("1,a,7\n1,b,5\n", ["ranks [1, 1]"]),
        ("1,a,5\n2,b,7\n", ["5 before 7"]),
    ],
)
def test_ranks_follow_those_who_ask(rows: str, wrong: list[str]) -> None:
    assert reports.rank_problems(paper("rank,request,asked_by\n" + rows, "requests.csv")) == wrong


def test_a_rank_that_is_no_number_is_missed() -> None:
    with pytest.raises(Missed, match="count them"):
        reports.rank_problems(paper("rank,request,asked_by\nfirst,a,7\n", "requests.csv"))


def test_ratings_are_those_of_the_feature_and_from_1_to_5() -> None:
    text = "role,feature,rating\nAdministrator,a,4\nAdministrator,a,5\nAdministrator,b,1\n"
    assert reports.ratings(paper(text), "a") == [4, 5]
    with pytest.raises(Missed, match="not from 1 to 5"):
        reports.ratings(paper(text.replace("a,5", "a,6")), "a")


def test_figures_of_a_report_are_read_before_and_after() -> None:
    report = paper("| figure | before | after |\n| --- | --- | --- |\n| p95 ms | 25.1 | 25.3 |\n", "report.md")
    assert reports.figures(report, "p95 ms") == (25.1, 25.3)
    with pytest.raises(Missed, match="no row 'p99 ms'"):
        reports.figures(report, "p99 ms")


def test_links_of_a_mail_are_documents_of_the_checkout_each_once() -> None:
    mail = "Subject: New\nTo: a@example.com\nDate: Mon, 10 Nov 2025 15:33:00 +0000\n\n"
    body = "See https://docflow.example.com/docs/TRAINING.md and docs/TRAINING.md, then docs/RELEASE_NOTES.md.\n"
    assert reports.links(paper(mail + body, "mail.txt")) == ["docs/RELEASE_NOTES.md", "docs/TRAINING.md"]


def test_records_are_held_against_their_schema_one_by_one() -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    assert reports.invalid([{"id": "a"}], schema) == []
    assert reports.invalid([{"id": "a"}, {"id": 1}, {}], schema) == [
        "record 2: $.id: 1 is not of type 'string'",
        "record 3: $: 'id' is a required property",
    ]
