"""Faults in the stored records: rates beyond limits, damaged plans, plans left behind, bad backups."""

from dataclasses import dataclass
from typing import LiteralString


@dataclass(frozen=True)
class RecordFault:
    """A fault that is one statement on the store."""

    name: str
    meaning: str
    breaks: str
    statement: LiteralString


RECORD_FAULTS: tuple[RecordFault, ...] = (
    RecordFault(
        "high-validation-errors",
        "one plan creation in eight was refused",
        "R1-P2-02 R1-P2-48 R1-P3-40 R1-P3-54 R1-P4-41 R1-P4-48 R1-P4-58 R1-MM-04 R1-SC-03",
        "update mes.events set outcome = 'invalid' where kind = 'creation' and id % 8 = 0",
    ),
    RecordFault(
        "high-mismatch-rate",
        "one start in eight was a partial reservation",
        "R1-P2-02 R1-P3-40 R1-P3-43 R1-P3-53 R1-P4-40 R1-P4-48 R1-P4-57 R1-MM-01 R1-SC-02",
        "update mes.events set outcome = 'partial' where kind = 'start' and id % 8 = 0",
    ),
    RecordFault(
        "high-capping-rate",
        "one completion in eight was capped",
        "R1-P2-02 R1-P4-43 R1-P4-48 R1-MM-13",
        "update mes.events set outcome = 'capped' where kind = 'completion' and id % 8 = 0",
    ),
    RecordFault(
        "toy-data",
        "a dozen short plans without orders stand where a copy of production should be",
        "R1-P2-01",
        """
        delete from mes.production_plans where right(id, 1) <> '3';
        update mes.production_plans set document = document - 'orderCode'
        """,
    ),
    RecordFault(
        "slow-history",
        "the recorded requests took twice as long as the baseline, some over half a second",
        "R1-P3-42 R1-P3-55 R1-P4-35 R1-P4-59 R1-SC-04",
        "update mes.events set duration_ms = case when id % 10 = 0 then 700 else duration_ms * 2 end",
    ),
    RecordFault(
        "plan-left-unmigrated",
        "some plans were not migrated",
        "R1-P4-23 R1-P4-42 R1-P4-56 R1-MM-10 R1-AP-17 R1-G-01 R1-MM-19 R1-AP-18",
        "update mes.production_plans set document = document - 'nodes' - '_migration' where right(id, 1) = '7'",
    ),
    RecordFault(
        "data-corrupted",
        "process steps of some plans are not what they were before the migration",
        "R1-P3-52 R1-SC-01",
        """
        update mes.production_plans
        set document = jsonb_set(document, '{nodes,0,nominalTime}', '999')
        where document ? 'nodes' and right(id, 1) in ('4', '5')
        """,
    ),
    RecordFault(
        "plan-without-steps",
        "a plan has neither nodes nor an execution graph",
        "R1-CI-17 R1-P3-52 R1-SC-01 R1-P4-02 R1-P4-56 R1-AP-17 R1-P3-26 R1-P3-27 R1-P3-34",
        """
        update mes.production_plans set document = document - 'nodes' - 'executionGraph'
        where right(id, 2) in ('14', '19')
        """,
    ),
    RecordFault(
        "execution-graph-left",
        "some plans still hold executionGraph after the cleanup",
        "R1-P5-04 R1-P5-05",
        "update mes.production_plans set document = document || '{\"executionGraph\": []}' where right(id, 1) = '7'",
    ),
    RecordFault(
        "pilot-incomplete",
        "a pilot plan was never finished",
        "R1-P3-51 R1-P4-03",
        """
        with unfinished as (
            update mes.production_plans
            set status = 'launched', document = jsonb_set(document, '{status}', '"launched"')
            where document->>'pilot' = 'true' and right(id, 2) in ('04', '24') returning id)
        update mes.assignments set status = 'in_progress', completed_at = null
        where plan_id in (select id from unfinished)
        """,
    ),
    RecordFault(
        "pilot-unsuitable",
        "pilot plans are large, long, urgent, and short of material",
        "R1-P3-28 R1-P3-29 R1-P3-30 R1-P3-31",
        """
        update mes.materials set stock = 5 where code in ('MAT-STEEL', 'MAT-WIRE');
        update mes.production_plans set quantity = 400, document = document || '{"quantity": 400, "urgent": true}' || (
            select coalesce(jsonb_object_agg(steps, (document->steps) || (document->steps)), '{}')
            from unnest(array['nodes', 'executionGraph']) as steps where document ? steps)
        where document->>'pilot' = 'true'
        """,
    ),
    RecordFault(
        "pilot-too-small",
        "only three plans were piloted",
        "R1-P3-02 R1-P4-03",
        """
        update mes.production_plans set document = document - 'pilot' - 'operator' - 'nodes' - '_migration'
        where document->>'pilot' = 'true' and right(id, 2) not in ('04', '14', '24')
        """,
    ),
    RecordFault(
        "pilot-migrated-at-once",
        "the pilot plans were migrated all at once",
        "R1-P3-37",
        """
        update mes.production_plans
        set document = jsonb_set(document, '{_migration,migratedAt}', '"2026-11-02T09:00:00.000Z"')
        where document->>'pilot' = 'true'
        """,
    ),
    RecordFault(
        "retention-unset",
        "the catalogue of exports does not say until when they are kept",
        "R1-P3-05",
        "update mes.backups set retention_until = null",
    ),
    RecordFault(
        "launches-failed",
        "every recorded launch ended in an error",
        "R1-P3-20",
        "update mes.events set outcome = 'error' where kind = 'launch'",
    ),
    RecordFault(
        "pilot-errors-open",
        "plans that fail validation were not mended before the pilot began",
        "R1-P3-26",
        """
        update mes.production_plans set document = jsonb_set(document, '{executionGraph,0,time}', '0')
        where not document ? 'nodes' and right(id, 2) = '08'
            and exists (select 1 from mes.production_plans where document->>'pilot' = 'true')
        """,
    ),
    RecordFault(
        "rollback-happened",
        "the flag was switched off during the pilot and again in the stable week",
        "R1-P3-57 R1-P4-60 R1-SC-05",
        """
        insert into mes.events (at, kind, detail)
        select at + interval '1 hour', 'rollback', 'USE_CANONICAL_NODES=False ENABLE_VALIDATION=True'
        from (select min(at) from mes.events where kind = 'creation'
              union all select max(at) - interval '1 day' from mes.events where kind = 'creation') as moments (at)
        where at is not null
        """,
    ),
    RecordFault(
        "plan-index-missing",
        "the plan queries have no index",
        "R1-CI-16",
        "drop index mes.production_plans_newest; drop index mes.production_plans_candidates",
    ),
)
BACKUP_FAULTS = (
    (
        "backup-missing",
        "there is no backup",
        "R1-P2-03 R1-P2-05 R1-P3-04 R1-P3-06 R1-P4-07 R1-P4-08 R1-P4-17 R1-P4-18 R1-RB-09 "
        "R1-RB-11 R1-RB-12 R1-P3-05 R1-P3-07 R1-P3-59",
    ),
    (
        "backup-damaged",
        "the stored backups are cut short",
        "R1-P2-03 R1-P2-05 R1-P3-04 R1-P3-07 R1-P4-08 R1-P4-07 R1-RB-09 R1-RB-11 R1-RB-12 R1-P3-59",
    ),
    ("backup-badly-named", "backups are not named after the moment they were made", "R1-P4-17 R1-P4-18"),
)
