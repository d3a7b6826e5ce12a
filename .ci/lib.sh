# Sections with times, a closing table, and the few words every script here speaks. Sourced by .ci/run.

titles=() seconds=() states=()
work=$(mktemp -d "${TMPDIR:-/var/tmp}/gonogo-ci.XXXXXX")
chmod 0755 "$work"
echo $$ > "$work/pid"  # whoever finds the directory can tell whether anybody still needs it

note() { printf '    %s\n' "$*"; }

# fail WHAT REMEDY: says both and ends the run; the closing table is printed on the way out.
fail() {
    printf 'FAILED: %s\n  remedy: %s\n' "$1" "$2" >&2
    exit 1
}

# section TITLE COMMAND...: runs a command or function, keeps its time and how it ended. A failed section fails the
# run, but the later ones still run, so that one run shows all there is to mend.
section() {
    local title=$1 started=$SECONDS status
    shift
    printf '\n=== %s\n' "$title"
    current=$title
    "$@"
    status=$?
    current=
    titles+=("$title") seconds+=($((SECONDS - started))) states+=("$status")
    printf '=== %s: %s after %d s\n' "$title" "$([ "$status" -eq 0 ] && echo 'done' || echo "FAILED ($status)")" \
        $((SECONDS - started))
    return "$status"
}

# closing STATUS: the table of sections; returns 1 where one failed, none ran, or the run was ended early.
closing() {
    local index worst=0
    printf '\n'
    for index in "${!titles[@]}"; do
        [ "${states[index]}" -eq 0 ] || worst=1
        printf '%-44s %6d s  %s\n' "${titles[index]}" "${seconds[index]}" \
            "$([ "${states[index]}" -eq 0 ] && echo passed || echo "FAILED (${states[index]})")"
    done
    [ -z "${current:-}" ] || printf '%-44s           ended here\n' "$current"
    [ "$1" -eq 0 ] && [ "${#titles[@]}" -gt 0 ] || worst=1
    printf '%-44s %6d s  %s\n' total "$SECONDS" "$([ "$worst" -eq 0 ] && echo passed || echo FAILED)"
    return "$worst"
}

# packages COMMAND:PACKAGE...: installs the Debian packages whose command is missing.
packages() {
    local pair wanted=()
    for pair in "$@"; do command -v "${pair%%:*}" > /dev/null || wanted+=("${pair#*:}"); done
    [ "${#wanted[@]}" -gt 0 ] || return 0
    apt_install "${wanted[@]}"
    for pair in "$@"; do
        command -v "${pair%%:*}" > /dev/null || fail "${pair#*:} brought no ${pair%%:*}" "see the package's contents"
    done
}

# twice COMMAND...: runs a command, and once more where it fails: a mirror or an index may be busy for a moment.
twice() { "$@" || "$@"; }

# apt_get WORDS...: patient with a mirror that drops a connection, and with another apt-get that is at work.
# RUNLEVEL=1 keeps the services that come along from being started.
apt_get() {
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get --quiet -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@"
}

apt_update_and_install() { apt_get update && apt_get install --yes --no-install-recommends "$@"; }

apt_install() {
    note "apt-get install $*"
    twice apt_update_and_install "$@" > "$work/apt.log" 2>&1 || {
        tail -n 20 "$work/apt.log" >&2
        fail "apt-get could not install $*; its log is above" "run as root where an apt mirror answers"
    }
}
