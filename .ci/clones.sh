# The two commands of the README on a clean clone with a new HOME: no container engine, no node_modules, nothing cached.
# One phase only: the whole gate has run by then, and what is shown here is that set-up needs nothing else.
# Sourced by .ci/run.

# clean_clone NAME: clones the commit that is checked out, and makes a HOME beside it; prints the directory.
clean_clone() {
    local place="$work/$1"
    mkdir -p "$place/home"
    git -c safe.directory='*' clone --quiet "file://$PWD" "$place/suite" && echo "$place"
}

# plain PLACE COMMAND...: runs a command in a clone, without what this run has set up for itself.
plain() {
    local place=$1
    shift
    (
        cd "$place/suite" || exit 1
        unset DOCKER_HOST TESTCONTAINERS_CONNECTION_MODE GONOGO_REQUIRE GONOGO_POSTGRES_IMAGE GONOGO_REDIS_IMAGE
        HOME="$place/home" "$@"
    )
}

# ready_and_verified PLACE [PREFIX...]: what make verify does, with two tries of the part that depends on the network.
ready_and_verified() {
    local place=$1
    shift
    twice plain "$place" "$@" timeout 600 make ready &&
        plain "$place" "$@" timeout 900 make verify GATE=canonical_model/2
}

# both_clones: side by side, since each spends its time on packages. What they print comes one after the other: all of
# one that failed, the decision of one that did not, and why one was not run.
both_clones() {
    local clone status=0
    local -A running
    for clone in clone_as_user clone_on_313; do
        "$clone" > "$work/$clone.log" 2>&1 &
        running[$clone]=$!
    done
    for clone in "${!running[@]}"; do
        printf -- '--- %s\n' "$clone"
        if wait "${running[$clone]}"; then
            grep -E '^(GO|run |set-up: |    )' "$work/$clone.log"
        else
            status=1
            cat "$work/$clone.log"
        fi
    done
    return "$status"
}

clone_as_user() {
    local place
    place=$(clean_clone user) && chown -R nobody:nogroup "$place" || return 1
    ready_and_verified "$place" setpriv --reuid=nobody --regid=nogroup --clear-groups
}

clone_on_313() {
    local place python
    python=$(python_313) || { note 'no Python 3.13 on this machine: not run'; return 0; }
    note "$python"
    place=$(clean_clone python313) || return 1
    ready_and_verified "$place" env PYTHON="$python"
}

# The shim of a version manager may be on PATH and lead nowhere: look at what it manages too.
python_313() {
    local candidate
    for candidate in "$(command -v python3.13)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do
        [ -n "$candidate" ] && "$candidate" -c 'import venv' 2> /dev/null && echo "$candidate" && return 0
    done
    return 1
}
