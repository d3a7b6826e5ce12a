"""The statements of green, by name. A planted fault may change one: see broken/queries.py."""

PLAN = """
select p.id, p.work_order_code, p.status, p.quantity, p.created_at, p.tag,
       coalesce(nodes.list, '[]') as nodes, coalesce(summary.list, '[]') as "materialSummary"
from mes_production_plans p
left join lateral (
    select json_agg(json_build_object(
        'nodeId', n.node_id, 'name', n.name, 'operationId', n.operation_id,
        'nominalTime', n.nominal_time::double precision, 'sequenceOrder', n.sequence_order,
        'stations', coalesce(stations.list, '[]'), 'materialInputs', coalesce(inputs.list, '[]'),
        'predecessors', coalesce(predecessors.list, '[]')) order by n.sequence_order) as list
    from mes_production_plan_nodes n
    left join lateral (
        select json_agg(json_build_object('stationId', s.station_id, 'priority', s.priority)
                        order by s.priority, s.station_id) as list
        from mes_node_stations s where s.node_id = n.id
    ) as stations on true
    left join lateral (
        select json_agg(json_build_object('materialCode', m.material_code,
                        'requiredQuantity', m.required_quantity::double precision) order by m.material_code) as list
        from mes_node_material_inputs m where m.node_id = n.id
    ) as inputs on true
    left join lateral (
        select json_agg(b.node_id order by b.sequence_order) as list
        from mes_node_predecessors l join mes_production_plan_nodes b on b.id = l.predecessor_node_id
        where l.node_id = n.id
    ) as predecessors on true
    where n.plan_id = p.id
) as nodes on true
left join lateral (
    select json_agg(json_build_object('materialCode', code, 'requiredQuantity', total::double precision)
                    order by code) as list
    from (
        select m.material_code as code, sum(m.required_quantity) as total
        from mes_node_material_inputs m join mes_production_plan_nodes n on n.id = m.node_id
        where n.plan_id = p.id group by m.material_code
    ) as totals
) as summary on true
where p.id = %(id)s
"""
PLANS = """
select p.id, p.work_order_code, p.status, p.quantity, p.created_at, p.tag,
       coalesce(nodes.number, 0)::text as node_count, coalesce(nodes.list, '[]') as nodes
from (
    select * from mes_production_plans order by created_at desc, id desc limit %(limit)s
) as p
left join (
    select n.plan_id, count(*) as number, json_agg(json_build_object(
        'nodeId', n.node_id, 'name', n.name, 'nominalTime', n.nominal_time::double precision)
        order by n.sequence_order) as list
    from mes_production_plan_nodes n group by n.plan_id
) as nodes on nodes.plan_id = p.id
order by p.created_at desc, p.id desc
"""
OPERATION = (
    "select o.id, o.name from mes_operations o where %(id)s::text is null or o.id = %(id)s order by o.name, o.id"
)
STATION = """
select s.id, s.name, coalesce((
    select json_agg(json_build_object('id', o.id, 'name', o.name) order by o.name, o.id)
    from mes_station_operations l join mes_operations o on o.id = l.operation_id where l.station_id = s.id
), '[]') as operations
from mes_stations s where %(id)s::text is null or s.id = %(id)s order by s.name, s.id
"""
SUBSTATION = """
select s.id, s.name, s.station_id as "stationId"
from mes_substations s where %(id)s::text is null or s.id = %(id)s order by s.name, s.id
"""
WORKER = """
select w.id, w.name, w.status, w.current_task_plan_id,
       case when w.current_task_plan_id is not null
            then json_build_object('planId', w.current_task_plan_id, 'nodeId', n.node_id) end as "currentTask",
       coalesce((
           select json_agg(json_build_object('id', s.id, 'name', s.name) order by s.name, s.id)
           from mes_worker_stations l join mes_stations s on s.id = l.station_id where l.worker_id = w.id
       ), '[]') as stations,
       coalesce((
           select json_agg(json_build_object('id', o.id, 'name', o.name) order by o.name, o.id)
           from mes_worker_operations l join mes_operations o on o.id = l.operation_id where l.worker_id = w.id
       ), '[]') as operations
from mes_workers w left join mes_production_plan_nodes n on n.id = w.current_task_node_id
where %(id)s::text is null or w.id = %(id)s order by w.name, w.id
"""
ASSIGNMENTS = """
select a.id, a.plan_id as "planId", n.node_id as "nodeId", a.worker_id as "workerId", a.station_id as "stationId",
       a.status, a.created_at as "createdAt"
from mes_worker_assignments a join mes_production_plan_nodes n on n.id = a.node_id
where %(plan)s::text is null or a.plan_id = %(plan)s order by a.id
"""

# --- Creating a plan: all of these in one transaction

INSERT_PLAN = """
insert into mes_production_plans (id, work_order_code, quantity, tag)
values (mes.generate_production_plan_code(), %(orderCode)s, %(quantity)s, %(tag)s) returning id
"""
INSERT_NODES = """
insert into mes_production_plan_nodes (plan_id, node_id, name, operation_id, nominal_time, sequence_order)
select %(plan)s, n->>'nodeId', n->>'name', n->>'operationId', (n->>'nominalTime')::numeric, position
from jsonb_array_elements(%(nodes)s) with ordinality as each (n, position) order by position
"""
INSERT_STATIONS = """
insert into mes_node_stations (node_id, station_id, priority)
select row.id, s->>'stationId', coalesce((s->>'priority')::integer, 1)
from jsonb_array_elements(%(nodes)s) as n
cross join jsonb_array_elements(n->'assignedStations') as s
join mes_production_plan_nodes row on row.plan_id = %(plan)s and row.node_id = n->>'nodeId'
"""
INSERT_MATERIALS = """
insert into mes_node_material_inputs (node_id, material_code, required_quantity)
select row.id, m->>'materialCode', (m->>'requiredQuantity')::numeric
from jsonb_array_elements(%(nodes)s) as n
cross join jsonb_array_elements(n->'materialInputs') as m
join mes_production_plan_nodes row on row.plan_id = %(plan)s and row.node_id = n->>'nodeId'
"""
INSERT_PREDECESSORS = """
insert into mes_node_predecessors (node_id, predecessor_node_id)
select row.id, earlier.id
from jsonb_array_elements(%(nodes)s) as n
cross join jsonb_array_elements_text(n->'predecessors') as named (node_id)
join mes_production_plan_nodes row on row.plan_id = %(plan)s and row.node_id = n->>'nodeId'
join mes_production_plan_nodes earlier on earlier.plan_id = %(plan)s and earlier.node_id = named.node_id
"""
# At the station of the node where the worker works, the one of the best priority; else at the node's first one.
INSERT_ASSIGNMENTS = """
insert into mes_worker_assignments (id, plan_id, node_id, worker_id, station_id)
select 'ASG-' || substr(%(plan)s, 5) || '-' || row.node_id, %(plan)s, row.id, a->>'workerId', (
    select s.station_id from mes_node_stations s
    left join mes_worker_stations w on w.station_id = s.station_id and w.worker_id = a->>'workerId'
    where s.node_id = row.id order by (w.worker_id is null), s.priority, s.station_id limit 1)
from jsonb_array_elements(%(assignments)s) as a
join mes_production_plan_nodes row on row.plan_id = %(plan)s and row.node_id = a->>'nodeId'
"""
# For each node that has nobody: the first idle worker who can do it and works at one of its stations.
ASSIGN = """
insert into mes_worker_assignments (id, plan_id, node_id, worker_id, station_id)
select 'ASG-' || substr(%(plan)s, 5) || '-' || n.node_id, n.plan_id, n.id, free.worker_id, free.station_id
from mes_production_plan_nodes n
cross join lateral (
    select w.id as worker_id, s.station_id
    from mes_workers w
    join mes_worker_operations o on o.worker_id = w.id and o.operation_id = n.operation_id
    join mes_worker_stations p on p.worker_id = w.id
    join mes_node_stations s on s.station_id = p.station_id and s.node_id = n.id
    where w.current_task_plan_id is null and w.status <> 'absent'
    order by w.id, s.priority, s.station_id limit 1
) as free
where n.plan_id = %(plan)s and not exists (select from mes_worker_assignments a where a.node_id = n.id)
"""

# --- Changing a plan

LOCK_PLAN = "select status, tag from mes_production_plans where id = %(plan)s for update"
CHANGE_PLAN = """
update mes_production_plans set
    work_order_code = coalesce(%(orderCode)s, work_order_code), quantity = coalesce(%(quantity)s, quantity),
    status = coalesce(%(status)s, status), updated_at = now()
where id = %(plan)s
"""
LOCK_MATERIALS = """
select m.code, m.stock, needed.total
from mes_materials m
join (
    select i.material_code as code, sum(i.required_quantity) as total
    from mes_node_material_inputs i join mes_production_plan_nodes n on n.id = i.node_id
    where n.plan_id = %(plan)s group by i.material_code
) as needed using (code)
order by m.code for update of m
"""
CONSUME = "update mes_materials set stock = stock - %(total)s where code = %(code)s"
RECORD_MOVEMENTS = """
insert into mes_material_movements (plan_id, node_id, material_code, quantity)
select n.plan_id, n.id, i.material_code, i.required_quantity
from mes_node_material_inputs i join mes_production_plan_nodes n on n.id = i.node_id
where n.plan_id = %(plan)s order by n.sequence_order, i.material_code
"""
BEGIN_TASKS = """
update mes_workers w set status = 'busy', current_task_plan_id = %(plan)s, current_task_node_id = task.node_id
from (
    select distinct on (a.worker_id) a.worker_id, a.node_id
    from mes_worker_assignments a join mes_production_plan_nodes n on n.id = a.node_id
    where a.plan_id = %(plan)s order by a.worker_id, n.sequence_order
) as task
where w.id = task.worker_id and w.current_task_plan_id is null
"""
BEGIN_ASSIGNMENTS = "update mes_worker_assignments set status = 'active' where plan_id = %(plan)s"

# --- Deleting a plan: what it consumed goes back, and its workers are idle again

END_TASKS = """
update mes_workers set status = 'idle', current_task_plan_id = null, current_task_node_id = null
where current_task_plan_id = %(plan)s
"""
GIVE_BACK = """
update mes_materials m set stock = m.stock + taken.total
from (
    select material_code, sum(quantity) as total from mes_material_movements where plan_id = %(plan)s group by 1
) as taken
where taken.material_code = m.code
"""
DELETE_PLAN = "delete from mes_production_plans where id = %(plan)s"

EVENTS_AFTER = """
select id, payload::text from mes_stream_events where channel = %(channel)s and id > %(after)s order by id
"""
