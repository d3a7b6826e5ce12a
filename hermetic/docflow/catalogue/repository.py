"""Faults in the checkout: fixtures, documents, rules and the dashboard."""

from hermetic.kit.edits import Edit, TextFault

RULES, DASHBOARD = "monitoring/rules.yml", "monitoring/dashboards/phase1.json"
ADOPTION = (
    "AI Filter Usage Rate",
    "Forecast Toggle Engagement",
    "Export Schedule Frequency",
    "User Satisfaction Score",
)
ERRORS = (
    "AI Classification Failures",
    "Forecast Calculation Errors",
    "Export Scheduling Failures",
    "UI Component Crashes",
)


def _without_panels(*titles: str) -> Edit:
    """Take panels out of the dashboard; another one follows each."""
    title = rf' {{6}}"title": "(?:{"|".join(titles)})",\n'
    return Edit(DASHBOARD, rf"^ {{4}}\{{\n(?: {{6}}.*\n)*?{title}(?: {{6}}.*\n)* {{4}}\}},\n", "")


DOCUMENTS = (
    TextFault(
        "fixtures-invalid",
        "a mock record has a frequency that its schema does not know",
        "R5-PR-03",
        (Edit("fixtures/schedules.json", r'"monthly"', '"hourly"'),),
    ),
    TextFault(
        "release-notes-incomplete",
        "the release notes leave the scheduled exports out",
        "R5-PR-04",
        (Edit("docs/RELEASE_NOTES.md", r"(?s)^### Export scheduling\n.*?(?=^### )", ""),),
    ),
    TextFault(
        "integration-tests-undocumented",
        "the integration tests of the forecast are a heading and no more",
        "R5-PR-05",
        (Edit("docs/INTEGRATION_TESTS.md", r"(?s)^## Forecast\n.*?(?=^## )", "## Forecast\n\n"),),
    ),
    TextFault(
        "rollout-with-middle-step",
        "the rollout goes over half of the users",
        "R5-PR-06",
        (Edit("deploy/rollout.json", r"\[10, 100\]", "[10, 50, 100]"),),
    ),
    TextFault(
        "deployment-guide-old",
        "the deployment guide is that of the release before: no switch, no settings of a way back",
        "R5-PD-10",
        (
            Edit("docs/DEPLOYMENT.md", r"(?s)^## Back, one feature.*", ""),
            Edit("docs/DEPLOYMENT.md", r"^1\. Switch off: .*\n", ""),
        ),
    ),
    TextFault("training-missing", "nothing is there to learn from", "R5-PD-11", (Edit("docs/TRAINING.md"),)),
    TextFault(
        "lessons-missing",
        "what is to be changed was not written down",
        "R5-PD-12",
        (Edit("docs/LESSONS.md", r"(?s)^## What we change.*", ""),),
    ),
)
WATCHING = (
    TextFault(
        "dashboard-without-features",
        "panels of adoption and of errors are missing",
        "R5-P3-11 R5-MO-01 R5-MO-02 R5-MO-03 R5-MO-04 R5-MO-09 R5-MO-10 R5-MO-11 R5-MO-12",
        (_without_panels(*ADOPTION, *ERRORS),),
    ),
    TextFault(
        "dashboard-panel-empty",
        "the panel of the queue asks for a metric that nobody exposes",
        "R5-MO-05 R5-P2-03",
        (Edit(DASHBOARD, "queue_load_seconds_bucket", "queue_loading_seconds_bucket"),),
    ),
    TextFault(
        "dashboard-query-refused",
        "the panel of messages has a query that is refused: the rate of an instant",
        "R5-MO-08 R5-P2-03",
        (Edit(DASHBOARD, r"(websocket_messages_total)\[5m\]", r"\1"),),
    ),
    TextFault(
        "rules-without-ai",
        "there are no rules for confidence and forecast",
        "R5-P3-12 R5-MO-14 R5-MO-15",
        (Edit(RULES, r"(?s)^ +- alert: LowAiConfidence.*", ""),),
    ),
    TextFault(
        "critical-alert-threshold",
        "the critical alert fires above 50 errors only",
        "R5-MO-13",
        (Edit(RULES, r"> 0$", "> 50"),),
    ),
    TextFault(
        "critical-alert-severity",
        "server errors of the new endpoints are a warning",
        "R5-MO-13",
        (Edit(RULES, "severity: critical", "severity: warning"),),
    ),
    TextFault(
        "critical-alert-waits",
        "errors have to go on for an hour before the critical alert fires",
        "R5-MO-13",
        (Edit(RULES, r"^( +)labels:\n( +severity: critical)", r"\1for: 1h\n\1labels:\n\2"),),
    ),
    TextFault(
        "confidence-alert-threshold",
        "documents count from a confidence below 0.2",
        "R5-MO-14",
        (Edit(RULES, r'le="0\.5"', 'le="0.2"'),),
    ),
    TextFault(
        "alerts-cry-wolf",
        "the alerts on confidence and forecast fire far too early: at 2 % of documents, at 10 %",
        "R5-MO-14 R5-MO-15",
        (Edit(RULES, r"> 0\.1$", "> 0.02"), Edit(RULES, r"> 0\.2$", "> 0.1")),
    ),
    TextFault(
        "deviation-alert-threshold",
        "a forecast may be 90 % off",
        "R5-MO-15",
        (Edit(RULES, r"> 0\.2$", "> 0.9"),),
    ),
)
REPOSITORY_FAULTS = (*DOCUMENTS, *WATCHING)
