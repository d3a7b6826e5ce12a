-- What the existing tables lacked: checks, current tasks, tags; and the tables that hang on them.
alter table mes.mes_production_plans
    add column tag text,
    add column updated_at timestamptz not null default now(),
    add constraint mes_production_plans_status check (status in ('draft', 'released', 'production'));
create index mes_production_plans_newest on mes.mes_production_plans (created_at desc, id desc);

alter table mes.mes_workers
    add column current_task_plan_id text references mes.mes_production_plans on delete set null,
    add column current_task_node_id bigint references mes.mes_production_plan_nodes on delete set null,
    add column tag text,
    add constraint mes_workers_status check (status in ('idle', 'busy', 'absent'));
create index mes_workers_current_task on mes.mes_workers (current_task_plan_id);

alter table mes.mes_stations add column tag text;
alter table mes.mes_operations add column tag text;
alter table mes.mes_materials add column initial_stock numeric(14, 3);
update mes.mes_materials set initial_stock = stock;
alter table mes.mes_materials
    alter column initial_stock set not null,
    add constraint mes_materials_initial_stock check (initial_stock >= stock);

create table mes.mes_substations (
    id          text primary key,
    name        text not null,
    station_id  text not null references mes.mes_stations on delete cascade,
    tag         text
);
create index mes_substations_station on mes.mes_substations (station_id);

create table mes.mes_worker_assignments (
    id          text primary key,
    plan_id     text not null references mes.mes_production_plans on delete cascade,
    node_id     bigint not null references mes.mes_production_plan_nodes on delete cascade,
    worker_id   text not null references mes.mes_workers on delete restrict,
    station_id  text references mes.mes_stations on delete restrict,
    status      text not null default 'assigned' check (status in ('assigned', 'active')),
    created_at  timestamptz not null default now()
);
create index mes_worker_assignments_plan on mes.mes_worker_assignments (plan_id);
create index mes_worker_assignments_node on mes.mes_worker_assignments (node_id);
create index mes_worker_assignments_worker on mes.mes_worker_assignments (worker_id);

create table mes.mes_material_movements (
    id             bigint generated always as identity primary key,
    plan_id        text not null references mes.mes_production_plans on delete cascade,
    node_id        bigint not null references mes.mes_production_plan_nodes on delete cascade,
    material_code  text not null references mes.mes_materials on delete restrict,
    quantity       numeric(14, 3) not null check (quantity > 0),
    at             timestamptz not null default now()
);
create index mes_material_movements_plan on mes.mes_material_movements (plan_id);
create index mes_material_movements_material on mes.mes_material_movements (material_code);
