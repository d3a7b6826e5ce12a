-- What DocFlow keeps. Rows of the past are written by recorded/, everything else by the service itself.
create schema docflow;

create sequence docflow.document_numbers;
create table docflow.documents (
    id text primary key default 'DOC-' || lpad(nextval('docflow.document_numbers')::text, 6, '0'),
    title text not null,
    body text not null,
    state text not null default 'queued' check (state in ('queued', 'published')),
    ai_type text check (ai_type in ('invoice', 'contract', 'receipt', 'letter')),
    ai_confidence double precision check (ai_confidence between 0 and 1),
    amount_eur numeric(12, 2),
    tag text,
    uploaded_at timestamptz not null default now(),
    published_at timestamptz
);
create index on docflow.documents (uploaded_at desc, id desc);

create table docflow.months (
    month text primary key,
    documents integer not null,
    revenue_eur numeric(12, 2) not null
);

create sequence docflow.schedule_numbers;
create table docflow.schedules (
    id text primary key default 'SCH-' || lpad(nextval('docflow.schedule_numbers')::text, 4, '0'),
    format text not null check (format in ('csv', 'json')),
    frequency text not null,
    next_run timestamptz not null,
    tag text,
    created_at timestamptz not null default now()
);
create table docflow.exports (
    id bigint generated always as identity primary key,
    mode text not null check (mode in ('manual', 'scheduled')),
    format text not null,
    at timestamptz not null default now()
);
create table docflow.audit (
    id bigint generated always as identity primary key,
    type text not null,
    "timestamp" text not null,
    details jsonb not null default '{}'
);
create table docflow.ratings (admin text not null, feature text not null, rating integer not null, at timestamptz not null);

create table docflow.requests (
    at timestamptz not null,
    release text not null,
    arm text not null,
    route text not null,
    status integer not null,
    duration_ms double precision not null
);
create table docflow.admins (name text primary key);
create table docflow.feature_use (at timestamptz not null, admin text not null, feature text not null);
create table docflow.forecasts (month text primary key, predicted numeric(12, 2) not null, actual numeric(12, 2) not null);
create table docflow.resources (
    at timestamptz not null,
    release text not null,
    cpu_ratio double precision not null,
    memory_bytes bigint not null
);
create table docflow.classification_work (day date primary key, manual integer not null, automatic integer not null);
create table docflow.critical_errors (at timestamptz not null, component text not null, message text not null);
