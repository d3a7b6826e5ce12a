# A container engine and the images a run needs, on a machine that has neither and can reach no image registry.
# Sourced by .ci/run. The engine is our own: its socket, data and pid file lie in one directory, and its network has a
# bridge of its own, so that it neither meets nor disturbs an engine that is already there.
#
#   containers_start DIR   installs and starts the engine, makes the images, exports DOCKER_HOST and their names
#   containers_stop        stops the engine, and with it every container, and removes its bridge

containers_start() {
    engine_dir=$1
    mkdir -p "$engine_dir"
    packages dockerd:docker.io iptables:iptables debootstrap:debootstrap ip:iproute2
    leftovers_sweep
    bridge_make || fail "no bridge could be made for the containers" "run as root; ip link add needs NET_ADMIN"
    export DOCKER_HOST="unix://$engine_dir/docker.sock"
    engine_start bridge || engine_start plain || {
        tail -n 20 "$engine_dir/dockerd.log" >&2
        fail "the container engine did not start; its log is above" "run as root where cgroups are mounted"
    }
    images_make
    export GONOGO_POSTGRES_IMAGE=gonogo-ci/postgres GONOGO_REDIS_IMAGE=gonogo-ci/redis TESTCONTAINERS_RYUK_DISABLED=true
    # The engine runs beside us, even on a machine that is a container itself: its ports are on our own loopback.
    export TESTCONTAINERS_CONNECTION_MODE=docker_host
}

# bridge: networks and layers as usual. plain: for kernels without netfilter or overlay mounts.
engine_start() {
    local options=(--bridge "$engine_bridge")
    [ "$1" = plain ] && options+=(--iptables=false --ip6tables=false --storage-driver=vfs)
    engine_stop
    dockerd --host "$DOCKER_HOST" --data-root "$engine_dir/data" --exec-root "$engine_dir/exec" \
        --pidfile "$engine_dir/dockerd.pid" "${options[@]}" > "$engine_dir/dockerd.log" 2>&1 < /dev/null &
    engine_pid=$!
    for _ in $(seq 600); do
        if docker version > /dev/null 2>&1; then
            note "engine $(docker version --format '{{.Server.Version}}') ($1)"
            return 0
        fi
        kill -0 "$engine_pid" 2> /dev/null || return 1
        sleep 0.2
    done
    return 1
}

engine_stop() {
    [ -n "${engine_pid:-}" ] || return 0
    kill "$engine_pid" 2> /dev/null || true
    for _ in $(seq 100); do kill -0 "$engine_pid" 2> /dev/null || break; sleep 0.2; done
    kill -9 "$engine_pid" 2> /dev/null || true
    wait "$engine_pid" 2> /dev/null || true
    engine_pid=
    rm -f "$engine_dir/dockerd.pid"
}

containers_stop() {
    local running
    if [ -n "${engine_pid:-}" ]; then
        running=$(docker ps --quiet 2> /dev/null) || running=
        # shellcheck disable=SC2086  # one word a container
        [ -z "$running" ] || docker kill $running > /dev/null 2>&1 || true
        engine_stop
    fi
    [ -z "${engine_bridge:-}" ] || ip link delete "$engine_bridge" 2> /dev/null || true
}

# Engines count their containers' addresses from the same start. On one bridge with what a killed engine has left there,
# two containers have one address, and connections go to either of them.
bridge_make() {
    local number
    for number in $(shuf --input-range 0-255 --head-count 16); do
        engine_bridge=gonogo$number
        ip link add "$engine_bridge" type bridge 2> /dev/null || continue
        ip address add "10.213.$number.1/24" dev "$engine_bridge" && ip link set "$engine_bridge" up && break
        ip link delete "$engine_bridge"
    done
    echo "$engine_bridge" > "$engine_dir/bridge"
    ip -o address show dev "$engine_bridge" | grep -q 10.213
}

# What runs of ours left that were killed: containers, mounted layers and networks, which keep their directories, and
# bridges. Anybody may write beside our directories: what belongs to somebody else is left alone, whatever its name.
leftovers_sweep() {
    local left process mounted bridge
    for left in "$(dirname "$work")"/gonogo-ci.*; do
        [ "$left" != "$work" ] && [ -O "$left" ] && [ ! -L "$left" ] || continue
        [ -s "$left/pid" ] && ! kill -0 "$(< "$left/pid")" 2> /dev/null || continue
        for process in $(pgrep -f -- "$left/engine/"); do
            # shellcheck disable=SC2046  # one word a container's process
            kill -9 "$process" $(pgrep -P "$process") 2> /dev/null
        done
        for mounted in $(awk -v below="$left/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort --reverse); do
            umount "$mounted"
        done
        bridge=$(cat "$left/engine/bridge" 2> /dev/null) && ip link delete "$bridge" 2> /dev/null
        rm -rf "$left"
        note "removed what an earlier run had left: $left"
    done
}

images_make() {
    local here; here=$(dirname "${BASH_SOURCE[0]}")
    image_exists gonogo-ci/base || base_import
    local name
    for name in postgres redis; do
        image_exists "gonogo-ci/$name" && continue
        DOCKER_BUILDKIT=0 docker build --quiet --network none --build-arg BASE=gonogo-ci/base --tag "gonogo-ci/$name" \
            "$here/images/$name" > "$engine_dir/build.log" 2>&1 || {
            tail -n 20 "$engine_dir/build.log" >&2
            fail "image gonogo-ci/$name was not built; its log is above" "see $here/images/$name"
        }
    done
    note "images: $(docker images --format '{{.Repository}}' 'gonogo-ci/*' | sort | paste -sd ' ')"
}

image_exists() { docker image inspect "$1" > /dev/null 2>&1; }

# A minimal system with both servers, from the mirror that this machine installs its own packages from.
base_import() {
    local codename mirror root="$engine_dir/root"
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" '$1 == codename && $2 == "main" { print $3; exit }')
    [ -n "$mirror" ] || fail "apt names no source of $codename main" "run apt-get update, then see /etc/apt"
    rm -rf "$root"
    debootstrap --variant=minbase --include=postgresql,redis-server "$codename" "$root" "$mirror" \
        > "$engine_dir/debootstrap.log" 2>&1 || {
        tail -n 20 "$engine_dir/debootstrap.log" >&2
        fail "debootstrap of $codename did not finish; its log is above" "see that the machine's apt mirror answers"
    }
    tar -C "$root" --exclude=./var/cache/apt/archives --exclude=./var/lib/apt/lists -c . |
        docker import - gonogo-ci/base > /dev/null
    rm -rf "$root"
}
