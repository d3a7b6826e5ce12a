drop trigger mes_plan_updates on mes.mes_production_plans;
drop trigger mes_assignment_updates on mes.mes_worker_assignments;
drop trigger mes_worker_updates on mes.mes_workers;
drop function mes.publish_plan(), mes.publish_assignment(), mes.publish_worker();
drop function mes.publish(text, text, text, text, text);
drop table mes.mes_stream_events;
