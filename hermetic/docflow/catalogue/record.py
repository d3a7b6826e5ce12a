"""Faults of the days on record: figures that end the rollout's success."""

RECORD = (
    ("recorded-slower", "the recorded requests of the release took 10 % longer", "R5-KPI-02"),
    ("recorded-slower-tail", "the slowest eighth of the recorded requests took 20 % longer", "R5-KPI-02"),
    ("critical-errors", "two critical errors came up on the first day", "R5-KPI-03"),
    ("low-adoption", "8 of 18 admins have tried a feature", "R5-KPI-04"),
    ("manual-work-stays", "manual classification fell by 5 % only", "R5-KPI-05"),
    ("low-confidence", "four of ten documents were classified with a low confidence", "R5-KPI-06"),
    ("few-scheduled", "one export in five was scheduled", "R5-KPI-07"),
)
