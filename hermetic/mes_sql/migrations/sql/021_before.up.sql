-- The schema before the rollout: what belongs to a station, a worker or a plan lies in its row as JSON.
create schema if not exists mes;

create table mes.mes_operations (
    id    text primary key,
    name  text not null
);
create table mes.mes_stations (
    id          text primary key,
    name        text not null,
    operations  jsonb not null default '[]'
);
create table mes.mes_workers (
    id          text primary key,
    name        text not null,
    status      text not null default 'idle',
    stations    jsonb not null default '[]',
    operations  jsonb not null default '[]'
);
create table mes.mes_materials (
    code   text primary key,
    name   text not null,
    unit   text not null,
    stock  numeric(14, 3) not null check (stock >= 0)
);
create table mes.mes_production_plans (
    id               text primary key,
    work_order_code  text not null,
    status           text not null default 'draft',
    quantity         integer not null check (quantity > 0),
    nodes            jsonb not null default '[]',
    created_at       timestamptz not null default now()
);

-- The recorded traffic of the days.
create table mes.mes_requests (
    at           timestamptz not null,
    method       text not null,
    path         text not null,
    status       integer not null,
    duration_ms  double precision not null,
    colour       text not null check (colour in ('blue', 'green'))
);
create index mes_requests_at on mes.mes_requests (at);
