-- Every change of a plan, an assignment or a worker is kept as an event and notified, in the order of the commits:
-- the triggers run at the end of the transaction, one transaction at a time, so a later number is never seen first.
create table mes.mes_stream_events (
    id       bigint generated always as identity primary key,
    channel  text not null,
    payload  jsonb not null,
    at       timestamptz not null default clock_timestamp()
);
create index mes_stream_events_channel on mes.mes_stream_events (channel, id);

create function mes.publish(channel text, operation text, key text, plan_id text, status text) returns void
language plpgsql as $$
declare
    moment   timestamptz;
    event    bigint;
    content  jsonb;
begin
    perform pg_advisory_xact_lock(hashtext('mes.publish'));
    moment := clock_timestamp();
    event := nextval(pg_get_serial_sequence('mes.mes_stream_events', 'id'));
    content := jsonb_build_object(
        'id', event, 'operation', operation, 'key', key, 'planId', plan_id, 'status', status,
        'at', to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
    insert into mes.mes_stream_events (id, channel, payload, at) overriding system value
    values (event, channel, content, moment);
    perform pg_notify(channel, content::text);
end
$$;

create function mes.publish_plan() returns trigger language plpgsql as $$
declare changed record := coalesce(new, old);
begin
    perform mes.publish('mes_plan_updates', tg_op, changed.id, changed.id, changed.status);
    return null;
end
$$;
create function mes.publish_assignment() returns trigger language plpgsql as $$
declare changed record := coalesce(new, old);
begin
    perform mes.publish('mes_assignment_updates', tg_op, changed.id, changed.plan_id, changed.status);
    return null;
end
$$;
create function mes.publish_worker() returns trigger language plpgsql as $$
declare changed record := coalesce(new, old);
begin
    perform mes.publish('mes_worker_updates', tg_op, changed.id, changed.current_task_plan_id, changed.status);
    return null;
end
$$;

create constraint trigger mes_plan_updates after insert or update or delete on mes.mes_production_plans
    deferrable initially deferred for each row execute function mes.publish_plan();
create constraint trigger mes_assignment_updates after insert or update or delete on mes.mes_worker_assignments
    deferrable initially deferred for each row execute function mes.publish_assignment();
create constraint trigger mes_worker_updates after insert or update or delete on mes.mes_workers
    deferrable initially deferred for each row execute function mes.publish_worker();
