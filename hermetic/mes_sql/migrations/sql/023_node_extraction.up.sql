-- The nodes of a plan get a table of their own, with stations, materials and predecessors beside it.
create table mes.mes_production_plan_nodes (
    id              bigint generated always as identity primary key,
    plan_id         text not null references mes.mes_production_plans on delete cascade,
    node_id         text not null,
    name            text not null,
    operation_id    text not null references mes.mes_operations on delete restrict,
    nominal_time    numeric(10, 2) not null check (nominal_time > 0),
    sequence_order  integer not null check (sequence_order >= 1),
    constraint mes_production_plan_nodes_node unique (plan_id, node_id)
);
create index mes_production_plan_nodes_plan on mes.mes_production_plan_nodes (plan_id, sequence_order);
create index mes_production_plan_nodes_operation on mes.mes_production_plan_nodes (operation_id);

create table mes.mes_node_material_inputs (
    node_id            bigint not null references mes.mes_production_plan_nodes on delete cascade,
    material_code      text not null references mes.mes_materials on delete restrict,
    required_quantity  numeric(14, 3) not null check (required_quantity > 0),
    primary key (node_id, material_code)
);
create index mes_node_material_inputs_material on mes.mes_node_material_inputs (material_code);

create table mes.mes_node_predecessors (
    node_id              bigint not null references mes.mes_production_plan_nodes on delete cascade,
    predecessor_node_id  bigint not null references mes.mes_production_plan_nodes on delete cascade,
    primary key (node_id, predecessor_node_id),
    constraint mes_node_predecessors_other check (node_id <> predecessor_node_id)
);
create index mes_node_predecessors_predecessor on mes.mes_node_predecessors (predecessor_node_id);

alter table mes.mes_node_stations add constraint mes_node_stations_node_id_fkey
    foreign key (node_id) references mes.mes_production_plan_nodes on delete cascade;

insert into mes.mes_production_plan_nodes (plan_id, node_id, name, operation_id, nominal_time, sequence_order)
select p.id, n->>'nodeId', n->>'name', n->>'operationId', (n->>'nominalTime')::numeric, position
from mes.mes_production_plans p cross join jsonb_array_elements(p.nodes) with ordinality as each (n, position)
order by p.id, position;

create temporary table extracted on commit drop as
select row.id, row.plan_id, n as document
from mes.mes_production_plans p
cross join jsonb_array_elements(p.nodes) as n
join mes.mes_production_plan_nodes row on row.plan_id = p.id and row.node_id = n->>'nodeId';

insert into mes.mes_node_stations (node_id, station_id, priority)
select e.id, s->>'stationId', (s->>'priority')::integer
from extracted e cross join jsonb_array_elements(e.document->'stations') as s;
insert into mes.mes_node_material_inputs (node_id, material_code, required_quantity)
select e.id, m->>'materialCode', (m->>'requiredQuantity')::numeric
from extracted e cross join jsonb_array_elements(e.document->'materialInputs') as m;
insert into mes.mes_node_predecessors (node_id, predecessor_node_id)
select e.id, before.id
from extracted e
cross join jsonb_array_elements_text(e.document->'predecessors') as named (node_id)
join mes.mes_production_plan_nodes before on before.plan_id = e.plan_id and before.node_id = named.node_id;

alter table mes.mes_production_plans drop column nodes;
