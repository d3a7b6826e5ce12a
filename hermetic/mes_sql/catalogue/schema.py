"""Faults of week 1: migrations, seeds, and what stands in the tables."""

MIGRATIONS = (
    ("migration-022-broken", "022 leaves out the operations of workers", "R2-W1-01 R2-W1-08 R2-W1-09"),
    ("migration-023-broken", "023 leaves out the predecessors", "R2-W1-02 R2-W1-08 R2-W1-09 R2-W1-10"),
    ("migration-024-broken", "024 leaves out current nodes, the date of updates, substations and a check", "R2-W1-03"),
    ("migration-025-broken", "025 leaves out the generator of plan codes", "R2-W1-04"),
    ("migration-026-broken", "026 leaves out all triggers", "R2-W1-05 R2-W5-14"),
    ("migrations-stop", "025 fails half-way", "R2-W1-07 R2-RB-07"),
    ("migrations-carry-data", "a migration brings a plan along", "R2-G-01"),
    ("rollback-incomplete", "taking back 025 leaves a sequence behind", "R2-RB-07"),
    ("rollback-impossible", "024 cannot be taken back", "R2-RB-07"),
    ("rollback-forgets-index", "taking back 026 also drops an index of 023", "R2-RB-07"),
    ("dropped-trigger", "no trigger notifies of workers", "R2-W5-03 R2-W5-14"),
    ("trigger-on-insert-only", "plans are notified when they are new, and never again", "R2-W5-01 R2-W5-14"),
)
SEEDS = (
    ("seed-incomplete", "one worker too few is seeded", "R2-W1-12 R2-W1-13"),
    ("seed-default-minimal", "without a size the minimal seed is planted", "R2-W1-14"),
    ("seed-keeps-old-rows", "--clear leaves a worker of a former seed", "R2-W1-15"),
    ("seed-without-nodes", "plans are seeded without their nodes", "R2-W1-18 R2-W1-19"),
    ("seed-with-gaps", "the nodes of a plan are numbered 1, 3, 4", "R2-W1-16"),
    ("seed-with-orphans", "a node is seeded of a plan that is not", "R2-W1-16"),
)
RECORDS = (
    ("orphan-node", "a node's plan does not exist, and no key says so", "R2-SC-05"),
    ("missing-index", "the nodes of a plan have no index", "R2-W1-09 R2-W1-22"),
    ("missing-key", "the worker of an assignment may be anybody, and a plan's status anything", "R2-W1-10"),
    ("sequence-gap", "the nodes of stored plans are numbered 1, 3, 4", "R2-SC-03"),
    ("consumption-mismatch", "a movement says one more than the plan needs", "R2-SC-06 R2-W4-18"),
    ("stock-mismatch", "a bolt has left the stock without a movement", "R2-SC-06"),
    ("node-missing-in-sql", "a node of the old store is not in the database", "R2-SC-03 R2-W3-03"),
    ("relationship-missing-in-sql", "a predecessor of the old store is not in the database", "R2-SC-04"),
    ("plan-001-missing", "PPL-0125-001 is not in the database", "R2-W1-24 R2-SC-03"),
    ("plan-without-nodes-missing", "a plan of the old store is not in the database", "R2-SC-03 R2-W3-03"),
    ("station-without-priority", "stations of nodes have no priority", "R2-W1-26"),
    ("slow-query", "plans, stations and workers take 60 ms longer to query", "R2-W1-21 R2-SC-01"),
    ("search-path-missing", "tables are found only with the name of their schema", "R2-W1-08"),
    ("connections-exhausted", "green holds 60 of the 72 sessions that its database allows", "R2-W6-13 R2-SC-12"),
    ("statements-unlisted", "the database keeps no statistics of statements", "R2-RB-04"),
)
