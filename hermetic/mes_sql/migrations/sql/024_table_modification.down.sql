drop table mes.mes_material_movements, mes.mes_worker_assignments, mes.mes_substations;
alter table mes.mes_materials drop column initial_stock;
alter table mes.mes_operations drop column tag;
alter table mes.mes_stations drop column tag;
update mes.mes_workers set status = 'idle' where status = 'busy';
alter table mes.mes_workers
    drop constraint mes_workers_status,
    drop column current_task_plan_id, drop column current_task_node_id, drop column tag;
drop index mes.mes_production_plans_newest;
alter table mes.mes_production_plans
    drop constraint mes_production_plans_status, drop column tag, drop column updated_at;
