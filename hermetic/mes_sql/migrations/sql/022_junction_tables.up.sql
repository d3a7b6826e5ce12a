-- Junction tables, filled from the lists in the rows they join.
create table mes.mes_station_operations (
    station_id    text not null references mes.mes_stations on delete cascade,
    operation_id  text not null references mes.mes_operations on delete cascade,
    primary key (station_id, operation_id)
);
create index mes_station_operations_operation on mes.mes_station_operations (operation_id);

create table mes.mes_worker_stations (
    worker_id   text not null references mes.mes_workers on delete cascade,
    station_id  text not null references mes.mes_stations on delete cascade,
    primary key (worker_id, station_id)
);
create index mes_worker_stations_station on mes.mes_worker_stations (station_id);

create table mes.mes_worker_operations (
    worker_id     text not null references mes.mes_workers on delete cascade,
    operation_id  text not null references mes.mes_operations on delete cascade,
    primary key (worker_id, operation_id)
);
create index mes_worker_operations_operation on mes.mes_worker_operations (operation_id);

-- The table of nodes comes with 023, and this one's reference to it.
create table mes.mes_node_stations (
    node_id     bigint not null,
    station_id  text not null references mes.mes_stations on delete restrict,
    priority    integer not null default 1 check (priority >= 1),
    primary key (node_id, station_id)
);
create index mes_node_stations_station on mes.mes_node_stations (station_id);

insert into mes.mes_station_operations
select s.id, o.id from mes.mes_stations s cross join jsonb_array_elements_text(s.operations) as o (id);
insert into mes.mes_worker_stations
select w.id, s.id from mes.mes_workers w cross join jsonb_array_elements_text(w.stations) as s (id);
insert into mes.mes_worker_operations
select w.id, o.id from mes.mes_workers w cross join jsonb_array_elements_text(w.operations) as o (id);

alter table mes.mes_stations drop column operations;
alter table mes.mes_workers drop column stations, drop column operations;
