#!/bin/sh
# Makes a cluster for POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, then serves it on all interfaces.
# The first server, which only creates the database, listens on no address: whoever can connect meets the finished one.
set -eu

data=/var/lib/postgresql/data
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
: "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is empty: set it with -e POSTGRES_PASSWORD=...}"

as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

# Asked for anything but the server, or for the server with settings of its own: "postgres -c name=value".
if [ "${1:-postgres}" != postgres ]; then exec "$@"; fi
[ $# -gt 0 ] && shift

if [ ! -s "$data/PG_VERSION" ]; then
    secret=$(mktemp)
    printf '%s' "$POSTGRES_PASSWORD" > "$secret"
    chown postgres "$secret"
    as_postgres "$bin/initdb" -D "$data" -U "$user" --auth=scram-sha-256 --pwfile="$secret" --no-sync -E UTF8 --locale=C.UTF-8
    rm -f "$secret"
    echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
    if [ "$database" != postgres ]; then
        as_postgres "$bin/pg_ctl" -D "$data" -w -o "-c listen_addresses='' -k /tmp" start
        PGPASSWORD=$POSTGRES_PASSWORD "$bin/createdb" -h /tmp -U "$user" -T template0 -E UTF8 "$database"
        as_postgres "$bin/pg_ctl" -D "$data" -w -m fast stop
    fi
fi

exec setpriv --reuid=postgres --regid=postgres --init-groups \
    "$bin/postgres" -D "$data" -c listen_addresses='*' -k /tmp "$@"
