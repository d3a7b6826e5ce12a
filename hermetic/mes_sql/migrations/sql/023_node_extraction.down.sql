alter table mes.mes_production_plans add column nodes jsonb not null default '[]';

update mes.mes_production_plans p set nodes = folded.nodes
from (
    select n.plan_id, jsonb_agg(jsonb_build_object(
        'nodeId', n.node_id, 'name', n.name, 'operationId', n.operation_id, 'nominalTime', n.nominal_time,
        'stations', coalesce((
            select jsonb_agg(jsonb_build_object('stationId', s.station_id, 'priority', s.priority))
            from mes.mes_node_stations s where s.node_id = n.id), '[]'),
        'materialInputs', coalesce((
            select jsonb_agg(jsonb_build_object('materialCode', m.material_code, 'requiredQuantity', m.required_quantity))
            from mes.mes_node_material_inputs m where m.node_id = n.id), '[]'),
        'predecessors', coalesce((
            select jsonb_agg(before.node_id)
            from mes.mes_node_predecessors x
            join mes.mes_production_plan_nodes before on before.id = x.predecessor_node_id
            where x.node_id = n.id), '[]')
        ) order by n.sequence_order) as nodes
    from mes.mes_production_plan_nodes n group by n.plan_id
) as folded
where folded.plan_id = p.id;

alter table mes.mes_node_stations drop constraint mes_node_stations_node_id_fkey;
delete from mes.mes_node_stations;
drop table mes.mes_node_predecessors, mes.mes_node_material_inputs, mes.mes_production_plan_nodes;
