"""Faults in the team's papers: mails, rosters, registers, reports, definitions of alerts."""

from hermetic.kit.edits import Edit, TextFault

MAILS = ("mail-deployment-staging.txt", "mail-deployment-production.txt")
ALL_MAILS = (*MAILS, "mail-rollout-today.txt", "mail-success.txt", "mail-issue.txt")
CONTACTS = ("stakeholders.csv", "emergency-contacts.csv")


def _in(files: tuple[str, ...], pattern: str, replacement: str) -> tuple[Edit, ...]:
    return tuple(Edit(file, pattern, replacement) for file in files)


MAIL_FAULTS = (
    TextFault(
        "mail-without-subject",
        "the four mails go out without their subject lines",
        "R1-CM-05",
        _in(ALL_MAILS, r"^Subject:.*\n", ""),
    ),
    TextFault(
        "mail-incomplete",
        "each mail lacks its essential items",
        "R1-CM-02 R1-CM-03 R1-CM-04 R1-CM-07 R1-CM-08 R1-CM-12 R1-CM-13 R1-CM-15 R1-CM-16 R1-CM-17",
        (
            *_in(MAILS, r"^- .*\n|^Issues go to.*\n|^the canonical model goes to.*\n", ""),
            Edit("mail-rollout-today.txt", r"^(- |Maintenance Window|Expected Duration|Rollback).*\n", ""),
            Edit("mail-success.txt", r"^(- |Monitoring).*\n", ""),
            Edit("mail-issue.txt", r"^(- |Impact|Status).*\n", ""),
        ),
    ),
    TextFault(
        "mail-late",
        "mails are sent later than promised",
        "R1-CM-01 R1-CM-06 R1-CM-11",
        _in((*MAILS, "mail-rollout-today.txt", "mail-success.txt"), r"^(Date: .* )(\d{4})( .*)$", r"\g<1>2031\3"),
    ),
    TextFault(
        "updates-sparse",
        "status updates are skipped in the window and during the issue",
        "R1-CM-10 R1-CM-18",
        (
            Edit("status-updates.csv", r"^.*(restarted|flag on|migrated and checked).*\n", ""),
            Edit("status-updates.csv", r"(,issue,.*\n)(?:.*,issue,.*\n){2}", r"\1"),
        ),
    ),
    TextFault(
        "rollback-message-wrong",
        "the prepared rollback message says something else",
        "R1-RB-04",
        _in(
            ("emergency-card.md", "message-templates.md"),
            "Canonical model rolled back, investigating issue",
            "Rolled back",
        ),
    ),
    TextFault(
        "message-templates-missing", "no status messages are prepared", "R1-P4-13", (Edit("message-templates.md"),)
    ),
)
PLANNING_FAULTS = (
    TextFault(
        "phases-out-of-order",
        "the pilot is dated before staging, and the programme takes nine weeks",
        "R1-G-02 R1-G-05",
        (
            Edit("phase-dates.csv", r"^3,Pilot,[^,]*", "3,Pilot,2020-01-01"),
            Edit("phase-dates.csv", r"^5,(.*),1,", r"5,\1,4,"),
        ),
    ),
    TextFault(
        "phases-without-way-back",
        "nobody wrote down how the first and the last phase are undone",
        "R1-G-06",
        (Edit("phase-dates.csv", r"^([15],.*),[^,]*$", r"\1,"),),
    ),
    TextFault(
        "cleanup-too-early",
        "the cleanup is dated before the stable week",
        "R1-P5-01",
        (Edit("phase-dates.csv", r"^5,Cleanup,[^,]*", "5,Cleanup,2020-01-01"),),
    ),
    TextFault(
        "contacts-incomplete",
        "rosters and contact lists have empty names",
        "R1-P4-16 R1-RB-14 R1-AP-20 R1-AP-21",
        (
            *_in(CONTACTS, r"^([^,\n]+),[^,\n]+ (on duty|admin|lead|in office),", r"\1,,"),
            *_in(("on-call-roster.csv", "incident-team.csv"), r"^([^,\n]+),[^,\n]+ on duty,", r"\1,,"),
        ),
    ),
    TextFault(
        "window-badly-planned",
        "the maintenance window is at noon, four hours long, and announced the evening before",
        "R1-P4-11 R1-P4-12 R1-P4-15",
        (
            Edit("maintenance-window.json", r"T02:00", "T12:00"),
            Edit("maintenance-window.json", r'("announced": ").*"', r'\g<1>2031-01-01T00:00:00.000Z"'),
        ),
    ),
    TextFault(
        "night-unprepared",
        "nobody is named for a restore, and the incident team is briefed after the window has begun",
        "R1-P4-10 R1-P4-14",
        (
            Edit("maintenance-window.json", r'("restore_owner": ").*"', r'\g<1>"'),
            Edit("maintenance-window.json", r'("team_briefed": ").*"', r'\g<1>2031-01-01T00:00:00.000Z"'),
        ),
    ),
    TextFault(
        "steps-out-of-order",
        "the flag was switched on before the migration",
        "R1-P4-24",
        (Edit("rollout-steps.csv", r"^6,flag on,.*$", "6,flag on,2020-01-01T00:00:00.000Z"),),
    ),
    TextFault(
        "training-late",
        "the training material is written in week 4",
        "R1-TR-10",
        (Edit("training-schedule.csv", r"^2,", "4,"),),
    ),
    TextFault(
        "document-history-stale",
        "the plan's version was not raised after the phases",
        "R1-AP-22",
        (Edit("document-history.csv", r"^(1\.[123]|2\.0),.*\n", ""),),
    ),
    TextFault(
        "placeholder-left",
        "blanks and brackets of the templates are still in papers that were sent or signed",
        "R1-AP-24 R1-P4-16",
        (
            *_in(ALL_MAILS, r"^Deployment lead on duty$", "[DEPLOYMENT LEAD]"),
            Edit("on-call-roster.csv", "On-call support on duty", "__________"),
        ),
    ),
    TextFault(
        "retention-undefined", "nobody wrote down how long backups are kept", "R1-P3-05", (Edit("retention-policy.md"),)
    ),
    TextFault(
        "backup-register-incomplete",
        "the register lacks times, restore steps and restore tests",
        "R1-P3-04 R1-P3-06 R1-P4-09",
        (Edit("backup-register.csv", r"^(\w[\w-]*-\d{8}_\d{6}),[^,]*,([^,]*),[^,]*,[^,]*", r"\1,,\2,,"),),
    ),
    TextFault(
        "log-shipping-off",
        "logs are not shipped anywhere",
        "R1-P3-15",
        (Edit("log-shipping.json", r'"enabled": true', '"enabled": false'),),
    ),
)
RECORD_FAULTS = (
    TextFault(
        "feedback-form-short",
        "the feedback form asks one question",
        "R1-P3-46 R1-P3-47 R1-P3-48 R1-P3-49 R1-P3-50",
        (Edit("feedback-form.md", r"^[1-5]\. .*\n", ""),),
    ),
    TextFault(
        "analysis-missing",
        "the production dry-run was not kept",
        "R1-P3-21 R1-P3-22",
        (Edit("migration-analysis.txt"),),
    ),
    TextFault(
        "daily-monitoring-gaps",
        "nobody looked at the metrics after the second day",
        "R1-P4-33 R1-P4-34 R1-P4-35 R1-P4-37 R1-P4-38 R1-P4-02 R1-P4-36 R1-P4-39",
        (Edit("daily-monitoring.csv", r"(?s)\A((?:.*?\n){4}).*", r"\1"),),
    ),
    TextFault(
        "pilot-list-wrong",
        "the pilot selection gives other quantities than the orders have",
        "R1-P3-34",
        (Edit("pilot-selection.csv", r"^(PLAN[^,]*,[^,]*),\d+,", r"\g<1>,999,"),),
    ),
    TextFault(
        "pilot-diary-missing",
        "the daily pilot checklist was not kept",
        "R1-P3-40 R1-P3-41",
        (Edit("daily-pilot-log.csv"),),
    ),
    TextFault(
        "critical-incident",
        "a critical incident was reported in the stable week",
        "R1-P4-49",
        (
            Edit("weekly-report.md", r"^\*\*Critical:\*\* 0", "**Critical:** 1"),
            Edit("weekly-report.md", r"Incidents:\*\* 3", "Incidents:** 4"),
        ),
    ),
    TextFault(
        "weekly-report-anonymous",
        "the weekly report names neither week, range nor author",
        "R1-MM-26",
        (Edit("weekly-report.md", r"^\*\*(Week|Date Range|Reported By):\*\*.*\n", ""),),
    ),
    TextFault(
        "weekly-report-without-last-week",
        "the table lacks the former week",
        "R1-MM-27",
        (Edit("weekly-report.md", r"^(\|[^|]*\|[^|]*\|)[^|]*\|", r"\1"),),
    ),
    TextFault(
        "weekly-report-over-target",
        "the week's figures are beyond their targets",
        "R1-MM-28 R1-MM-29 R1-MM-30 R1-MM-31",
        (
            Edit("weekly-report.md", r"^(\| Reservation Mismatches \|) \d+ of", r"\1 900 of"),
            Edit("weekly-report.md", r"^(\| Validation Errors \|) \d+ of", r"\1 300 of"),
            Edit("weekly-report.md", r"^(\| Plans Using Fallback \|) \d+", r"\1 12"),
            Edit("weekly-report.md", r"^(\| Avg API Response Time \|) \d+", r"\1 640"),
        ),
    ),
    TextFault(
        "weekly-report-sums-wrong",
        "incidents and feedback do not add up",
        "R1-MM-32 R1-MM-33",
        (Edit("weekly-report.md", r"(Total Incidents|Total Feedback Received):\*\* \d+", r"\1:** 99"),),
    ),
    TextFault(
        "weekly-report-without-outlook",
        "themes, action items and recommendations are missing",
        "R1-MM-34",
        (Edit("weekly-report.md", r"(?s)Key Themes:.*\Z", ""),),
    ),
    TextFault(
        "tickets-increased",
        "support tickets on planning went up",
        "R1-SC-09",
        (Edit("ticket-counts.csv", r"since,11", "since,31"),),
    ),
    TextFault(
        "planning-worse",
        "planned times and material use got worse",
        "R1-SC-10 R1-SC-12",
        (Edit("planning-results.csv", r",8\.1$", ",18.1"), Edit("planning-results.csv", r",5\.2$", ",7.2")),
    ),
    TextFault(
        "new-baseline-missing",
        "no new performance baseline was recorded",
        "R1-P5-36",
        (Edit("new-performance-baseline.json"),),
    ),
    TextFault(
        "metadata-archive-unplanned",
        "nobody planned what becomes of the migration metadata",
        "R1-P5-06",
        (Edit("migration-metadata-archive.md"),),
    ),
    TextFault(
        "incident-form-empty",
        "the incident report form has no content",
        "R1-RB-13",
        (Edit("incident-report-form.md", r"^\| (Began|Ended|Severity|Root cause|Written by) \|.*\|$", r"| \1 | |"),),
    ),
)
ALERTS = (
    "R1-P3-12 R1-P3-13 R1-P3-14 R1-P3-27 R1-P4-45 R1-P4-46 R1-P4-47 R1-RB-05 "
    "R1-RB-06 R1-RB-07 R1-RB-08 R1-CI-03 R1-CI-08 R1-CI-12 R1-MM-02 R1-MM-03 "
    "R1-MM-05 R1-MM-06 R1-MM-08 R1-MM-09 R1-MM-11 R1-MM-12 R1-MM-14 R1-MM-15"
)
ALERT_FAULTS = (
    TextFault(
        "alerts-missing",
        "no alert is defined",
        ALERTS,
        (Edit("alerts.json", r'(?s)"alerts": \[.*\]', '"alerts": []'),),
    ),
    TextFault(
        "alert-thresholds-raised",
        "every alert fires five times too late",
        ALERTS,
        (
            Edit("alerts.json", r'"threshold": 0(\.0)?,', '"threshold": 7,'),
            Edit("alerts.json", r'"threshold": (0\.[1-9])', r'"threshold": 1\1'),
            Edit("alerts.json", r'"threshold": 0\.0(\d)', r'"threshold": 0.\1'),
            Edit("alerts.json", r'"threshold": (1\.5|2\.0|3\.0)', r'"threshold": 1\1'),
            Edit("alerts.json", r'"threshold": (750|1000)', r'"threshold": 1\1'),
        ),
    ),
    TextFault(
        "alerts-without-review",
        "no alert says who looks at it and how soon",
        "R1-P4-45 R1-P4-46 R1-P4-47",
        (Edit("alerts.json", r'"(review_within|notifies)": ".*"', r'"\1": ""'),),
    ),
)
PAPER_FAULTS: tuple[TextFault, ...] = (*MAIL_FAULTS, *PLANNING_FAULTS, *RECORD_FAULTS, *ALERT_FAULTS)
