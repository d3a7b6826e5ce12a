"""Faults of the migrations: statements that run after one of their files, as if the file had been written wrong."""

from collections.abc import Collection, Iterator, Mapping

# fault -> the migration it breaks, and what then goes wrong in it
UP: Mapping[str, tuple[str, str]] = {
    "migration-022-broken": ("022", "drop table mes.mes_worker_operations"),
    "migration-023-broken": ("023", "drop table mes.mes_node_predecessors"),
    "migration-024-broken": (
        "024",
        """
        alter table mes.mes_production_plans drop constraint mes_production_plans_status, drop column updated_at;
        alter table mes.mes_workers drop column current_task_node_id;
        drop table mes.mes_substations
        """,
    ),
    "migration-025-broken": ("025", "drop function mes.generate_production_plan_code()"),
    "migration-026-broken": (
        "026",
        """
        drop trigger mes_plan_updates on mes.mes_production_plans;
        drop trigger mes_assignment_updates on mes.mes_worker_assignments;
        drop trigger mes_worker_updates on mes.mes_workers
        """,
    ),
    "dropped-trigger": ("026", "drop trigger mes_worker_updates on mes.mes_workers"),
    "trigger-on-insert-only": (
        "026",
        """
        drop trigger mes_plan_updates on mes.mes_production_plans;
        create constraint trigger mes_plan_updates after insert on mes.mes_production_plans
            deferrable initially deferred for each row execute function mes.publish_plan()
        """,
    ),
}
# These matter to whoever runs the migrations only: an arranged database is left as it should be.
COMMAND_ONLY: Mapping[str, tuple[str, str]] = {
    "migrations-stop": ("025", "select 1 / 0"),
    "migrations-carry-data": (
        "026",
        "insert into mes.mes_production_plans (id, work_order_code, quantity) values ('PPL-1224-900', 'WO-900', 1)",
    ),
}
DOWN: Mapping[str, tuple[str, str]] = {
    "rollback-incomplete": ("025", "create sequence mes.mes_left_behind"),
    "rollback-impossible": ("024", "select 1 / 0"),
    "rollback-forgets-index": ("026", "drop index mes.mes_production_plan_nodes_plan"),
}


def aftermath(file: str, faults: Collection[str]) -> Iterator[str]:
    """Yield what planted faults do after a migration's file, such as 022_junction_tables.up.sql, was run."""
    for name, (revision, statement) in (DOWN if file.endswith(".down.sql") else {**UP, **COMMAND_ONLY}).items():
        if name in faults and file.startswith(revision):
            yield statement
