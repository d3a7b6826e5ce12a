"""Faults in the team's papers: logs, mails, reports, registers, lists."""

from hermetic.kit.edits import Edit, TextFault

PAPER_RECORDS = (
    ("staging-cut-short", "staging lasted 20 minutes", "R5-P1-01"),
    ("canary-cut-short", "the canary lasted 20 minutes", "R5-P2-01"),
    ("full-delayed", "everyone got the release two hours after the canary", "R5-P3-01"),
    ("survey-late", "the survey went out two days after the rollout", "R5-PD-07"),
)
"""What is written down of moments that were others; papers.py has them."""

CANARY, REPORT, BASELINE = "canary-log.csv", "performance-report.md", "performance-baseline.json"
PULL_REQUEST, SURVEY = "pull-request.md", "survey-results.csv"
BEFORE = r"\| [\d.]+ \|"  # the figure of the release before, in a line of the report

PAPER_FAULTS = (
    TextFault(
        "pull-request-thin",
        "the text of the pull request has no technical details, and a blank for the way back",
        "R5-PR-02",
        (
            Edit(PULL_REQUEST, r"(?s)^## Technical details\n.*?(?=^## Tests)", "## Technical details\n\n"),
            Edit(PULL_REQUEST, r"(?s)^## Rollback\n.*", "## Rollback\n\nTBD\n"),
        ),
    ),
    TextFault(
        "canary-log-red",
        "one check of the canary was red",
        "R5-KPI-01",
        (Edit(CANARY, r"\A((?:.*\n){10}.*),green", r"\1,red"),),
    ),
    TextFault(
        "canary-log-gap",
        "nobody looked at the canary for a quarter of an hour",
        "R5-KPI-01",
        (Edit(CANARY, r"\A((?:.*\n){9})(?:.*\n){12}", r"\1"),),
    ),
    TextFault(
        "baseline-not-recorded",
        "the performance baseline is that of the release before",
        "R5-P3-10",
        (Edit(BASELINE, r'("release": )"[^"]*"', r'\1"2.0.9"'),),
    ),
    TextFault(
        "baseline-invented",
        "the figures of the baseline are those of the plan's sample",
        "R5-P3-10",
        (
            Edit(BASELINE, r'("api_p95_ms": )[\d.]+', r"\g<1>145"),
            Edit(BASELINE, r'("publish_p95_ms": )[\d.]+', r"\g<1>12.9"),
        ),
    ),
    TextFault("announcement-missing", "nothing was announced", "R5-P3-13", (Edit("announcement-mail.txt"),)),
    TextFault(
        "admin-mail-without-links",
        "the mail to administrators leads to no document",
        "R5-P3-14",
        (Edit("admin-users-mail.txt", r"^- .*\n", ""),),
    ),
    TextFault(
        "feedback-not-started",
        "nobody has been asked for feedback: the register is empty",
        "R5-P3-15",
        (Edit("feedback-register.csv", r"\A(.*\n)(?s:.*)", r"\1"),),
    ),
    TextFault(
        "survey-bad",
        "the features are rated 3.4 of 5",
        "R5-KPI-08",
        (Edit(SURVEY, r",4$", ",3"), Edit(SURVEY, r",5$", ",4")),
    ),
    TextFault(
        "performance-report-invented",
        "percentiles after the rollout are not those of the recorded requests",
        "R5-PD-01",
        (Edit(REPORT, rf"^(\| p\d\d ms {BEFORE}).*", r"\1 12 |"),),
    ),
    TextFault(
        "percentiles-missing",
        "the report compares the median only",
        "R5-PD-01",
        (Edit(REPORT, r"^\| p9[59] ms .*\n", ""),),
    ),
    TextFault(
        "error-analysis-invented",
        "the report says 3 % of errors, which were fewer",
        "R5-PD-02",
        (Edit(REPORT, rf"^(\| error rate % {BEFORE}).*", r"\1 3 |"),),
    ),
    TextFault(
        "resources-uncompared",
        "the report has no figures of processors and memory",
        "R5-PD-03",
        (Edit(REPORT, r"^\| (CPU %|memory MB) .*\n", ""), Edit(REPORT, r"(?s)^## Resources.*", "## Resources\n")),
    ),
    TextFault(
        "usage-report-invented",
        "the report of usage has figures that the service has not counted",
        "R5-PD-04 R5-PD-05 R5-PD-06",
        (Edit("usage-report.md", r"\| \d+ \| \d+ \|$", "| 18 | 4711 |"),),
    ),
    TextFault(
        "tickets-unanalysed",
        "nothing follows from the tickets",
        "R5-PD-08",
        (Edit("ticket-analysis.csv", r"^(SUP-.*),[^,]*,[^,]*$", r"\1,,"),),
    ),
    TextFault(
        "requests-unranked",
        "two feature requests share a rank",
        "R5-PD-09",
        (Edit("feature-requests.csv", r"^2,", "1,"),),
    ),
    TextFault(
        "owner-missing", "nobody owns the way back", "R5-OW-01", (Edit("owners.csv", r"^Rollback,.*", "Rollback,"),)
    ),
)
