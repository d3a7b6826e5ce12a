"""What a database's catalogue says of a schema, as typed rows; the queries that ask it stand beside them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and how many rows the statistics give it."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` as the server writes it, e.g. "timestamp with time zone"; `default` is an expression."""

    table: str
    name: str
    type: str
    nullable: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Index:
    """An index; `columns` in order, an expression as the server writes it. One that is not `valid` is not used."""

    table: str
    name: str
    columns: tuple[str, ...]
    unique: bool
    valid: bool
    definition: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint.

    Attributes:
        kind: "primary key", "foreign key", "unique", "check", "exclude" or "not null".
        columns: Its columns, in order.
        references: The schema and table that a foreign key points to, e.g. ("mes", "mes_workers"); else None.
        referenced: The columns there, in order.
        validated: Whether rows from before the constraint have been checked against it.
    """

    table: str
    name: str
    kind: str
    columns: tuple[str, ...]
    references: tuple[str, str] | None
    referenced: tuple[str, ...]
    validated: bool
    definition: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger, the function it calls, and whether it is enabled."""

    table: str
    name: str
    function: str
    enabled: bool
    definition: str


TABLES = """
    select c.relname as name, greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %(schema)s and c.relkind in ('r', 'p') order by c.relname
"""
COLUMNS = """
    select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
           not a.attnotnull as nullable, pg_get_expr(d.adbin, d.adrelid) as "default"
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where n.nspname = %(schema)s and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum
"""
INDEXES = """
    select t.relname as "table", c.relname as name, i.indisunique as "unique", i.indisvalid and i.indisready as valid,
           pg_get_indexdef(i.indexrelid) as definition,
           array(select pg_get_indexdef(i.indexrelid, k, true) from generate_series(1, i.indnkeyatts) k) as columns
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = %(schema)s order by t.relname, c.relname
"""
CONSTRAINTS = """
    select t.relname as "table", o.conname as name, o.convalidated as validated,
           case o.contype when 'p' then 'primary key' when 'f' then 'foreign key' when 'u' then 'unique'
                          when 'c' then 'check' when 'x' then 'exclude' when 'n' then 'not null' else o.contype::text
           end as kind,
           array(select a.attname::text from unnest(o.conkey) with ordinality k(number, place)
                 join pg_attribute a on a.attrelid = o.conrelid and a.attnum = k.number order by place) as columns,
           rn.nspname as to_schema, r.relname as to_table,
           array(select a.attname::text from unnest(o.confkey) with ordinality k(number, place)
                 join pg_attribute a on a.attrelid = o.confrelid and a.attnum = k.number order by place) as referenced,
           pg_get_constraintdef(o.oid) as definition
    from pg_constraint o join pg_class t on t.oid = o.conrelid join pg_namespace n on n.oid = t.relnamespace
    left join pg_class r on r.oid = o.confrelid left join pg_namespace rn on rn.oid = r.relnamespace
    where n.nspname = %(schema)s and o.contype in ('p', 'f', 'u', 'c', 'x', 'n') order by t.relname, o.conname
"""
TRIGGERS = """
    select t.relname as "table", g.tgname as name, p.proname as function, g.tgenabled in ('O', 'A') as enabled,
           pg_get_triggerdef(g.oid) as definition
    from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
    join pg_proc p on p.oid = g.tgfoid
    where n.nspname = %(schema)s and not g.tgisinternal order by t.relname, g.tgname
"""
