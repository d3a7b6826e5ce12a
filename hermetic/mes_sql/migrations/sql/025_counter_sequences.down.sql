drop function mes.generate_production_plan_code();
do $$ declare counter text; begin
    for counter in select sequencename from pg_sequences
        where schemaname = 'mes' and sequencename ~ '^mes_plan_code_\d{4}$' loop
        execute format('drop sequence mes.%I', counter);
    end loop;
end $$;
