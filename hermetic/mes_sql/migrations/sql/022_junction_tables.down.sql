alter table mes.mes_stations add column operations jsonb not null default '[]';
alter table mes.mes_workers
    add column stations jsonb not null default '[]',
    add column operations jsonb not null default '[]';

update mes.mes_stations s set operations = coalesce(
    (select jsonb_agg(operation_id order by operation_id) from mes.mes_station_operations where station_id = s.id), '[]');
update mes.mes_workers w set
    stations = coalesce(
        (select jsonb_agg(station_id order by station_id) from mes.mes_worker_stations where worker_id = w.id), '[]'),
    operations = coalesce(
        (select jsonb_agg(operation_id order by operation_id) from mes.mes_worker_operations where worker_id = w.id), '[]');

drop table mes.mes_node_stations, mes.mes_worker_operations, mes.mes_worker_stations, mes.mes_station_operations;
