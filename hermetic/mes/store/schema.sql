-- The stand-in's store. A plan is a document, as in the product's document store; the columns beside it repeat what queries need.
create schema mes;

create table mes.production_plans (
    id          text primary key,
    status      text not null,
    quantity    integer,
    tag         text,
    document    jsonb not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now()
);
create index production_plans_newest on mes.production_plans (created_at desc, id desc);
create index production_plans_candidates on mes.production_plans (status, quantity);

create sequence mes.plan_number;

create table mes.materials (
    code      text primary key,
    name      text not null,
    unit      text not null,
    stock     double precision not null check (stock >= 0),
    reserved  double precision not null default 0 check (reserved >= 0)
);

create table mes.assignments (
    id                  text primary key,
    plan_id             text not null,
    node_id             text not null,
    operation_id        text,
    status              text not null,
    decision            text,
    nominal_time        double precision not null,
    effective_time      double precision not null,
    planned_amounts     jsonb not null default '{}',
    reserved_amounts    jsonb not null default '{}',
    consumed_amounts    jsonb not null default '{}',
    created_at          timestamptz not null default now(),
    started_at          timestamptz,
    completed_at        timestamptz
);
create index assignments_of_plan on mes.assignments (plan_id);

create table mes.material_movements (
    id             bigint generated always as identity primary key,
    at             timestamptz not null default now(),
    material       text not null,
    assignment_id  text not null,
    kind           text not null check (kind in ('reserve', 'release', 'consume')),
    amount         double precision not null
);

-- One row for each thing that happened; the denominators of every rate come from here.
create table mes.events (
    id           bigint generated always as identity primary key,
    at           timestamptz not null default now(),
    kind         text not null,
    outcome      text not null default 'ok',
    subject      text,
    duration_ms  double precision,
    detail       text
);

create table mes.backups (
    name             text primary key,
    created_at       timestamptz not null,
    location         text not null,
    sha256           text not null,
    row_counts       jsonb not null,
    retention_until  date,
    owner_role       text,
    verified_at      timestamptz
);
