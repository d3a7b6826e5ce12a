-- Plan codes PPL-MMYY-NNN: a sequence a month, made when the month's first plan is, behind the codes that exist.
create function mes.generate_production_plan_code() returns text language plpgsql as $$
declare
    month    text := to_char(now() at time zone 'UTC', 'MMYY');
    counter  text := 'mes_plan_code_' || month;
    highest  bigint;
begin
    if to_regclass('mes.' || counter) is null then
        perform pg_advisory_xact_lock(hashtext('mes.generate_production_plan_code'));
        if to_regclass('mes.' || counter) is null then
            select coalesce(max(substr(id, 10)::bigint), 0) into highest
            from mes.mes_production_plans where id ~ ('^PPL-' || month || '-\d+$');
            execute format('create sequence mes.%I start %s', counter, highest + 1);
        end if;
    end if;
    return format('PPL-%s-%s', month, lpad(nextval('mes.' || counter)::text, 3, '0'));
end
$$;

-- The month that is now, so that the first plan need not wait for it.
do $$ begin
    execute format('create sequence mes.%I', 'mes_plan_code_' || to_char(now() at time zone 'UTC', 'MMYY'));
end $$;
