#!/bin/sh
# Runs redis-server as its own user. Protected mode goes off: a container's port is published only where asked.
set -eu

case "${1:-redis-server}" in
    redis-server | -*)
        [ "${1:-}" = redis-server ] && shift
        exec setpriv --reuid=redis --regid=redis --init-groups redis-server --protected-mode no "$@"
        ;;
    *) exec "$@" ;;
esac
