"""Faults of migration, cleanup and backups.

Each is a name, its meaning, and the criteria that must be missed while it is planted.
"""

MIGRATION = (
    (
        "migration-fails",
        "the migration script does not start",
        "R1-P2-13 R1-P2-15 R1-P2-16 R1-P2-17 R1-P2-18 R1-P2-19 R1-P2-20 R1-P2-21 R1-P2-22 R1-P2-23 R1-P2-24 R1-P2-25 "
        "R1-P2-26 R1-AP-08 R1-AP-09",
    ),
    ("migration-dry-run-writes", "a dry-run converts a plan", "R1-P2-14"),
    ("migration-executes-by-default", "without a mode the script migrates", "R1-AP-10"),
    (
        "migration-drops-node",
        "the last step of each plan is lost",
        "R1-P2-25 R1-P2-26 R1-P4-19 R1-AP-08 R1-SC-01 R1-P4-22 R1-P4-56",
    ),
    ("migration-partial", "only half of the plans are migrated", "R1-P4-19 R1-P4-56 R1-AP-08 R1-P4-22 R1-SC-01"),
    ("migration-touches-others", "migrating one plan renames the others", "R1-P3-37 R1-P3-39"),
    ("migration-not-idempotent", "a second run adds a step to migrated plans", "R1-AP-11"),
    ("migration-logs-errors", "the log of the run has an ERROR line", "R1-P4-22 R1-P4-19 R1-P4-56 R1-SC-01"),
    ("migration-crawls", "each plan takes four seconds", "R1-P4-20"),
    ("migration-verbose-silent", "--verbose says no more than usual", "R1-AP-09"),
    ("migration-without-stats", "--stats prints no counts", "R1-AP-19"),
    ("migration-never-done", "the report does not say that nothing is left", "R1-P3-38 R1-P4-23"),
    ("migration-report-untitled", "the report has neither title nor ruler", "R1-P2-18"),
    (
        "migration-report-without-totals",
        "the report does not say how many plans there are",
        "R1-P2-15 R1-P2-19 R1-P2-21 R1-P3-22",
    ),
    ("migration-report-counts-off", "the counts of the report do not add up", "R1-P2-15 R1-P2-21 R1-P2-23"),
    ("migration-report-says-migrated", "the report counts plans as migrated that are not", "R1-P2-20 R1-P2-23"),
    ("migration-report-counts-errors", "the report counts an error that is none", "R1-P2-22"),
    ("migration-report-without-samples", "the report shows no sample conversions", "R1-P2-24 R1-P2-25 R1-P2-26"),
    ("migration-hides-validation-errors", "plans that fail validation are not listed", "R1-P2-16 R1-P3-23"),
    ("migration-hides-mapping-issues", "field mapping issues are not listed", "R1-P2-17"),
    ("migration-hides-missing-operations", "plans lacking an operationId are not listed", "R1-P3-24"),
    ("migration-misses-circles", "circular dependencies are not found", "R1-P3-25"),
    ("execution-report-without-times", "the execution report has no date, times and duration", "R1-P4-26 R1-P4-15"),
    ("execution-report-counts-differ", "processed is not migrated plus errors", "R1-P4-28 R1-P4-27"),
    ("execution-report-without-issues", "validation errors and fixed issues are not counted", "R1-P4-29"),
    ("execution-report-unconfirmed", "the report does not confirm flag and restart", "R1-P4-30"),
    ("execution-report-without-smoke", "the report does not give the smoke tests' outcome", "R1-P4-31"),
    ("execution-report-without-status", "the report ends without a status", "R1-P4-32"),
    ("cleanup-dry-run-writes", "the cleanup's dry-run removes the field", "R1-P5-02"),
    ("cleanup-report-hides-plans", "the cleanup's dry-run does not list the plans", "R1-P5-02"),
    ("cleanup-leaves-plans", "the cleanup strips only half of the plans", "R1-P5-03 R1-P5-04"),
    ("backup-truncated", "an export is cut short", "R1-P2-03"),
    ("backup-unlisted", "a new export is not in the catalogue", "R1-P2-03"),
    (
        "restore-loses-rows",
        "an import leaves rows out",
        "R1-P2-05 R1-P3-07 R1-P3-59 R1-P4-64 R1-RB-09 R1-RB-11 R1-RB-12 R1-P4-65",
    ),
)
