"""The readers of the night's and the week's papers: what they find, and what they refuse to take for granted."""

from datetime import UTC, datetime, timedelta

import pytest

from gonogo.outcome import Missed
from systems.mes import full_run, programme, weekly, window
from systems.papers import Paper

REPORT = """\
| Metric | This Week | Last Week | Target | Status |
|--------|-----------|-----------|--------|--------|
| Reservation Mismatches | 24 of 2400 starts | 9 of 900 starts | < 5% | ✅ |
| Plans Using Fallback | 0 | 142 | 0% | ✅ |
| Validation Errors | few | 1 | < 1% | fine |

## Action Items

- [ ] explain the badge

## Recommendations

"""


def paper(text: str, file: str = "paper.csv") -> Paper:
    return Paper("paper", file, text)


class TestWeeklyReport:
    report = paper(REPORT, "weekly-report.md")

    def test_a_share_is_read_with_its_total(self) -> None:
        assert weekly.this_week(self.report, "Reservation Mismatches") == weekly.Count(24, 2400)

    def test_a_bare_count_has_no_total(self) -> None:
        assert weekly.this_week(self.report, "Plans Using Fallback") == weekly.Count(0, None)

    @pytest.mark.parametrize("figure", ["Validation Errors", "Capped Consumptions"])
    def test_words_and_absent_rows_are_missed(self, figure: str) -> None:
        with pytest.raises(Missed, match=figure):
            weekly.this_week(self.report, figure)

    def test_a_row_without_a_known_mark_is_poor(self) -> None:
        assert weekly.poor_rows(self.report) == ["Validation Errors"]

    def test_an_empty_part_has_no_items(self) -> None:
        assert weekly.items_under(self.report, "Action Items") == ["- [ ] explain the badge"]
        assert weekly.items_under(self.report, "Recommendations") == []
        assert weekly.items_under(self.report, "Key Themes") == []


class TestNight:
    def test_the_run_is_read_across_midnight(self) -> None:
        text = "Date: 2026-11-07\nStart Time: 11:50 PM\nEnd Time: 12:10 AM\n"
        began, ended = window.run_times(paper(text, "migration-report.txt"))
        assert (began, ended - began) == (datetime(2026, 11, 7, 23, 50, tzinfo=UTC), timedelta(minutes=20))

    def test_a_report_without_times_is_missed(self) -> None:
        with pytest.raises(Missed, match="does not say when"):
            window.run_times(paper("Date: 2026-11-07\n", "migration-report.txt"))

    def test_the_longest_pause_is_that_of_one_subject(self) -> None:
        rows = ["02:00:00Z,window", "02:10:00Z,issue", "02:30:00Z,window", "03:15:00Z,window", "09:00:00Z,issue"]
        updates = paper("sent,about\n" + "\n".join(f"2026-11-08T{row}" for row in rows))
        assert window.longest_pause(updates, "window") == timedelta(minutes=45)

    def test_a_single_update_is_missed(self) -> None:
        with pytest.raises(Missed, match="1 updates about the issue"):
            window.longest_pause(paper("sent,about\n2026-11-08T02:00:00Z,issue\n"), "issue")

    def test_days_count_up_to_the_first_gap_or_empty_entry(self) -> None:
        rows = ["08,09:00,ok", "09,09:00,ok", "10,18:00,ok", "11,09:00,ok", "12,09:00,"]
        diary = paper("date,time,metrics\n" + "\n".join(f"2026-11-{row}" for row in rows))
        assert window.filled_days(diary, "09:00", "metrics") == 2
        assert window.filled_days(diary, "12:00", "metrics") == 0

    def test_the_log_names_what_was_migrated(self) -> None:
        text = "T INFO Migrated PLAN-1: 5 nodes\nT INFO Migrated PLAN-2\nT ERROR PLAN-3: broken\n"
        assert full_run.logged(text) == {"PLAN-1", "PLAN-2"}


class TestProgramme:
    table = "phase,name,start,end,weeks\n2,B,{b},2026-11-14,1\n1,A,2026-11-01,2026-11-07,1\n"

    def test_phases_in_order_do_not_overlap(self) -> None:
        phases = programme.phases(paper(self.table.format(b="2026-11-08")))
        assert [phase.name for phase in phases] == ["A", "B"]
        assert (programme.overlaps(phases), programme.span(phases)) == ([], timedelta(days=14))

    def test_a_phase_that_begins_too_early_is_named(self) -> None:
        assert programme.overlaps(programme.phases(paper(self.table.format(b="2026-11-07")))) == ["B"]

    def test_a_phase_without_a_date_is_missed(self) -> None:
        with pytest.raises(Missed, match="a phase has no number, dates or weeks"):
            programme.phases(paper(self.table.format(b="[DATE]")))

    def test_figures_without_numbers_are_missed(self) -> None:
        figures = paper("figure,before,since\nscrap (%),6.3,5.2\nerror,14.2,\n")
        assert programme.before_and_since(figures, "scrap") == (6.3, 5.2)
        for name in ("error", "waste"):
            with pytest.raises(Missed, match=name):
                programme.before_and_since(figures, name)
