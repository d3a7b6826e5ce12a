"""Faults in the team's papers: standups, sheets, schedules, plans and lists."""

from hermetic.kit.edits import Edit, TextFault

SHEETS = ("monitoring-day-3.csv", "monitoring-day-4.csv", "monitoring-day-5.csv")
STANDUP = "standup-notes.md"

PAPER_FAULTS = (
    TextFault(
        "standup-incomplete",
        "the standup says nothing under its headings, and leaves the figures out",
        "R2-ST-01 R2-ST-02 R2-ST-03 R2-ST-04 R2-ST-05",
        (
            Edit(STANDUP, r"^(## (?:Completed|In progress|Blockers)\n).*\n", r"\1"),
            Edit(STANDUP, r"^(- [^:]+: ).*", r"\1as before"),
        ),
    ),
    TextFault(
        "standup-copied",
        "the figures of the standup are those of another week",
        "R2-ST-02 R2-ST-04",
        (
            Edit(STANDUP, r"100/100 documents", "120/100 documents"),
            Edit(STANDUP, r"(Error rate: ).*", r"\g<1>1.5 %"),
        ),
    ),
    TextFault(
        "team-contacts-incomplete",
        "nobody is named as DevOps, and the database admin has no number",
        "R2-CS-01",
        (
            Edit("contacts.csv", r"^DevOps,.*\n", ""),
            Edit("contacts.csv", r"^(Database Admin,[^,]*),.*", r"\1,"),
        ),
    ),
    TextFault(
        "escalation-starts-with-call",
        "the escalation path begins with the call",
        "R2-CS-02",
        (Edit("escalation-path.md", r"^# Escalation\n", "# Escalation\n\n0. Call the technical lead.\n"),),
    ),
    TextFault(
        "rollback-plan-thin",
        "the rollback plan is a heading and no more",
        "R2-W6-04 R2-RB-09",
        (Edit("rollback-plan.md", r"(?s)\n.*", "\n\nGo back to blue: [HOW]\n"),),
    ),
    TextFault(
        "rollback-plan-hasty",
        "the rollback plan allows a millisecond for moving all traffic",
        "R2-RB-09",
        (Edit("rollback-plan.md", r"^Time limit: .*", "Time limit: 1 ms"),),
    ),
    TextFault(
        "error-tracking-off",
        "errors of green are reported to nobody",
        "R2-W6-03",
        (Edit("error-tracking.json", r'"enabled": true', '"enabled": false'),),
    ),
    TextFault(
        "error-tracking-untried",
        "no test error has ever arrived at the service",
        "R2-W6-03",
        (Edit("error-tracking.json", r'"received": true', '"received": false'),),
    ),
    TextFault(
        "monitoring-with-holes",
        "hours are missing in the sheets of the days, and columns were left empty",
        "R2-W6-13 R2-W6-16 R2-W6-18",
        tuple(
            edit
            for sheet in SHEETS
            for edit in (
                Edit(sheet, r"^[^,]*,(1[1-3]|0[1-5]):00,.*\n", ""),
                Edit(sheet, r"^([^,]*,\d\d:00,[^,]*,[^,]*),[^,]*,[^,]*,", r"\1,,,"),
            )
        ),
    ),
    TextFault(
        "retention-incomplete",
        "two collections are left out of the schedule, and one has no owner",
        "R2-W6-20",
        (
            Edit("retention-schedule.csv", r"^mes-(stations|substations),.*\n", ""),
            Edit("retention-schedule.csv", r"^(mes-workers,.*),Database admin$", r"\1,"),
        ),
    ),
    TextFault(
        "deletion-too-soon",
        "the former store is to be deleted in the week of its last read",
        "R2-W6-21",
        (Edit("retention-schedule.csv", r"^([^,]+,[^,]+,(\d{4}-\d\d-\d\d)),\d{4}-\d\d-\d\d,", r"\1,\2,"),),
    ),
    TextFault(
        "module-forgotten",
        "a module of the old code is on no list",
        "R2-SC-07",
        (Edit("module-list.csv", r"^validation,.*\n", ""),),
    ),
    TextFault(
        "module-homeless",
        "the new home of a module is a file that nobody has written",
        "R2-SC-07",
        (Edit("module-list.csv", r"server/mes/models/Worker.js", "server/mes/models/Workers.js"),),
    ),
    TextFault(
        "regression-in-production",
        "what worked before the rollout was found broken in production",
        "R2-SC-10",
        (Edit("defect-list.csv", r",production,no,", ",production,yes,"),),
    ),
    TextFault(
        "defect-list-abandoned",
        "nobody has kept the list of defects since the third week",
        "R2-SC-10",
        (Edit("defect-list.csv", r"^.*,(?:staging|production),.*\n", ""),),
    ),
    TextFault(
        "build-late",
        "the rollout took three weeks instead of one, and began before real-time updates were ready",
        "R2-G-02",
        (Edit("phase-dates.csv", r"^6,Production rollout,[^,]*,[^,]*", "6,Production rollout,2020-01-01,2031-01-01"),),
    ),
    TextFault(
        "plan-never-reviewed",
        "the plan was not read again after week 1",
        "R2-PM-09",
        (Edit("document-history.csv", r",after week 1,yes,", ",after week 1,no,"),),
    ),
)
