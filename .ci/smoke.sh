# The README's smoke run: the stand-ins served by one process as production, checked by another. Sourced by .ci/run.

# smoke_served RELEASE: passes when the verdict is GO and the served system was only ever read.
smoke_served() {
    local variables="$work/mes.env" status
    .venv/bin/python -m hermetic serve --profile production --release="$1" --export-file "$variables" \
        > "$work/served.log" 2>&1 &
    served_pid=$!
    for _ in $(seq 900); do
        [ -s "$variables" ] && break
        kill -0 "$served_pid" 2> /dev/null || break
        sleep 0.2
    done
    if [ -s "$variables" ]; then
        # shellcheck disable=SC1090  # written by the command above
        (. "$variables" && timeout 180 .venv/bin/python -m pytest -m smoke --env=prod --release="$1")
        status=$?
    else
        status=1
        cat "$work/served.log" >&2
    fi
    smoke_stop
    only_read "$work/served.log" && return "$status"
}

smoke_stop() {
    [ -n "${served_pid:-}" ] || return 0
    kill "$served_pid" 2> /dev/null
    wait "$served_pid" 2> /dev/null
    served_pid=
}

# only_read LOG: every request in a log of JSON lines has a safe method, and there is at least one.
only_read() {
    python3 - "$1" << 'PYTHON'
import collections, json, sys
with open(sys.argv[1], encoding="utf-8") as log:
    methods = collections.Counter(json.loads(line)["method"] for line in log if line.startswith("{"))
print("    requests served:", dict(methods))
sys.exit(not methods or bool(methods.keys() - {"GET", "HEAD", "OPTIONS"}))
PYTHON
}
