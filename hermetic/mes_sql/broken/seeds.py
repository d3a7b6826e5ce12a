"""Faults of the seeds."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from hermetic.mes_sql.seeding.load import Connection
from hermetic.mes_sql.seeding.master import Size


def seeded_size(size: Size, faults: Collection[str]) -> Size:
    """Return how much is seeded when so much is asked for."""
    return replace(size, workers=size.workers - 1) if "seed-incomplete" in faults else size


def default_size(faults: Collection[str]) -> str:
    """Return the size of a seed that was asked for without one."""
    return "minimal" if "seed-default-minimal" in faults else "default"


AFTER: Mapping[str, str] = {
    "seed-keeps-old-rows": "insert into mes.mes_workers (id, name) values ('W-999', 'Operator of a former seed')",
    "seed-without-nodes": "truncate mes.mes_production_plan_nodes cascade",
    "seed-with-gaps": """
        update mes.mes_production_plan_nodes set sequence_order = sequence_order + 1 where sequence_order > 1
    """,
    "seed-with-orphans": """
        alter table mes.mes_production_plan_nodes drop constraint if exists mes_production_plan_nodes_plan_id_fkey;
        insert into mes.mes_production_plan_nodes (plan_id, node_id, name, operation_id, nominal_time, sequence_order)
        values ('PPL-1224-404', 'N1', 'Cut', 'OP-CUT', 10, 1)
    """,
}


def spoil_seed(connection: Connection, faults: Collection[str]) -> None:
    """Do to a database that was just seeded what the planted faults of the seed script do."""
    for name in sorted(set(AFTER).intersection(faults)):
        connection.execute(AFTER[name].encode())
