"""Faults in the stored records: statements that run after each arrangement."""

from collections.abc import Collection, Mapping

from hermetic.mes_sql.broken.migrations import UP
from hermetic.mes_sql.seeding.load import Connection

STATEMENTS: Mapping[str, str] = {
    "orphan-node": """
        alter table mes.mes_production_plan_nodes drop constraint mes_production_plan_nodes_plan_id_fkey;
        insert into mes.mes_production_plan_nodes (plan_id, node_id, name, operation_id, nominal_time, sequence_order)
        values ('PPL-1224-404', 'N1', 'Cut', 'OP-CUT', 10, 1)
    """,
    "missing-index": """
        drop index mes.mes_production_plan_nodes_plan;
        alter table mes.mes_production_plan_nodes drop constraint mes_production_plan_nodes_node
    """,
    "missing-key": """
        alter table mes.mes_worker_assignments drop constraint mes_worker_assignments_worker_id_fkey;
        alter table mes.mes_production_plans drop constraint mes_production_plans_status
    """,
    "sequence-gap": """
        update mes.mes_production_plan_nodes set sequence_order = sequence_order + 1 where sequence_order > 1
    """,
    "consumption-mismatch": """
        update mes.mes_material_movements set quantity = quantity + 1
        where id = (select min(id) from mes.mes_material_movements)
    """,
    "stock-mismatch": "update mes.mes_materials set stock = stock - 1 where code = 'MAT-BOLT'",
    "node-missing-in-sql": """
        delete from mes.mes_production_plan_nodes where id = (
            select max(n.id) from mes.mes_production_plan_nodes n
            join mes.mes_production_plans p on p.id = n.plan_id where p.status = 'draft')
    """,
    "relationship-missing-in-sql": "delete from mes.mes_node_predecessors where node_id = 2",
    "plan-001-missing": """
        update mes.mes_workers set current_task_plan_id = null where current_task_plan_id = 'PPL-0125-001';
        delete from mes.mes_production_plans where id = 'PPL-0125-001'
    """,
    "station-without-priority": """
        alter table mes.mes_node_stations alter column priority drop not null;
        update mes.mes_node_stations set priority = null where node_id <= 5
    """,
    "slow-query": """
        create policy slow on mes.mes_production_plans using ((select pg_sleep(0.06)) is not null);
        create policy slow on mes.mes_stations using ((select pg_sleep(0.06)) is not null);
        create policy slow on mes.mes_workers using ((select pg_sleep(0.06)) is not null);
        alter table mes.mes_production_plans enable row level security;
        alter table mes.mes_stations enable row level security;
        alter table mes.mes_workers enable row level security
    """,
    "search-path-missing": """
        do $$ begin execute format('alter database %I reset search_path', current_database()); end $$
    """,
    "connections-exhausted": """
        do $$ begin execute format('alter database %I connection limit 72', current_database()); end $$
    """,
    "plan-without-nodes-missing": "delete from mes.mes_production_plans where id = 'PPL-0125-002'",
}


def spoil_records(connection: Connection, faults: Collection[str]) -> None:
    """Run the statements of the planted faults on the seeded database."""
    for name in sorted(set(STATEMENTS).intersection(faults)):
        connection.execute(STATEMENTS[name].encode())


def spoil_schema(connection: Connection, faults: Collection[str]) -> None:
    """Leave a database as migrations with the planted faults would."""
    for name in sorted(set(UP).intersection(faults)):
        connection.execute(UP[name][1].encode())
