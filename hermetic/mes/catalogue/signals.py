"""Faults in what the product tells of itself: metrics, alerts, log lines.

Each is a name, its meaning, and the criteria that must be missed while it is planted.
"""

METRICS = (
    (
        "metrics-counter-missing",
        "one of the four counters is missing",
        "R1-P1-11 R1-P2-37 R1-P2-38 R1-P4-44 R1-MM-16 R1-MM-17",
    ),
    ("metrics-counter-negative", "a counter is negative", "R1-MM-17 R1-MM-16"),
    ("metrics-envelope-missing", "the reply lacks success and timestamp", "R1-MM-16 R1-MM-17"),
    ("metrics-count-phantoms", "counters count what never happened", "R1-P2-39 R1-P2-41 R1-P2-42"),
    ("fallback-count-wrong", "the number of plans on the old format is three too high", "R1-P2-40 R1-P4-42"),
    ("reset-does-nothing", "a reset leaves the counters as they are", "R1-MM-18 R1-P1-20"),
    (
        "alerts-never-fire",
        "no alert fires, whatever the figures",
        "R1-P3-12 R1-P3-13 R1-P3-14 R1-P3-27 R1-P4-45 R1-P4-46 R1-P4-47 R1-RB-07 R1-RB-08 "
        "R1-MM-02 R1-MM-03 R1-MM-05 R1-MM-06 R1-MM-08 R1-MM-09 R1-MM-11 R1-MM-12 R1-MM-14 R1-MM-15",
    ),
    (
        "alerts-always-fire",
        "every alert fires, whatever the figures",
        "R1-P3-12 R1-P3-13 R1-P3-14 R1-P3-27 R1-P4-45 R1-P4-46 R1-P4-47 R1-MM-02 R1-MM-03 R1-MM-05 R1-MM-06 "
        "R1-MM-08 R1-MM-09 R1-MM-11 R1-MM-12 R1-MM-14 R1-MM-15",
    ),
)

LOG = (
    ("log-invalid-schema-missing", "refused plans leave no line", "R1-CI-02"),
    ("log-partial-reservation-missing", "partial reservations leave no line", "R1-CI-07"),
    ("log-consumption-capped-missing", "capped consumption leaves no line", "R1-MM-20"),
    ("log-deprecation-missing", "a fallback leaves no deprecation warning", "R1-P2-34 R1-AP-18"),
    ("log-nodes-missing", "the use of nodes leaves no line", "R1-P2-30"),
    ("log-graph-missing", "the use of executionGraph with the flag off leaves no line", "R1-AP-07"),
    ("log-flags-missing", "the start-up line with the flags is missing", "R1-MM-21 R1-P2-08"),
    ("log-has-errors", "the log holds an error since the last start", "R1-P2-12 R1-P3-19 R1-P3-41 R1-P4-34"),
    (
        "log-deprecation-after-migration",
        "the log holds a deprecation warning from after the migration",
        "R1-MM-19 R1-AP-18",
    ),
)
