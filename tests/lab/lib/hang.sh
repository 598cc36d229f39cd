# What a test that hangs is doing: its processes and, of its Windows programs, the stacks.
# Knows no test: a process belongs to one by a line of its environment.
# shellcheck shell=bash
. "${BASH_SOURCE[0]%/*}/processes.sh"

# Programs that every Wine prefix has: they wait for the others.
HANG_BYSTANDERS='^(services|winedevice|plugplay|svchost|rpcss|explorer|start|conhost|winedbg)[.]exe$'

# "PROCESS THREAD" a line, as Windows numbers them in hexadecimal.
hang_threads() {
    { timeout -k 1 30 wine winedbg --command 'info threads' </dev/null 2>/dev/null || true; } |
        tr -d '\r' | awk -v bystanders="$HANG_BYSTANDERS" '
        /^[0-9a-f]/ { process = $1; shown = $2 !~ bystanders }
        /^\t/ && shown { print process, $1 }'
}

# A debugger may hang as well, and takes its time on a machine with ten others.
hang_stacks() { # PREFIX
    local commands threads process
    export WINEPREFIX=$1
    timeout 5 wineserver -k0 2>/dev/null || return 0
    commands=$(mktemp)
    threads=$(hang_threads)
    for process in $(cut -d' ' -f1 <<<"$threads" | uniq); do
        sed -n "s/^$process /bt 0x/p" <<<"$threads" >"$commands"
        echo detach >>"$commands"
        timeout -k 1 30 wine winedbg --file "$commands" "0x$process" </dev/null 2>&1 |
            tr -d '\r' || true
    done
    rm "$commands"
}

# hang_show LINE: the processes whose environment has that line, and all of their Wine prefixes.
hang_show() {
    local processes process prefixes prefix
    processes=$(processes_with "$1")
    prefixes=$(for process in $processes; do
        grep -hzE '^WINEPREFIX=' "$process/environ" 2>/dev/null || true
    done | tr '\0' '\n' | sort -u)
    while read -r prefix; do
        [ -z "$prefix" ] || processes+=$'\n'$(processes_with "$prefix")
    done <<<"$prefixes"
    echo
    ps -ww --forest -o pid,ppid,etime,time,stat,wchan:20,args \
        -p "$(cut -d/ -f3 <<<"$processes" | sort -un | xargs | tr ' ' ,)"
    while read -r prefix; do
        [ -z "$prefix" ] || (hang_stacks "${prefix#*=}")
    done <<<"$prefixes"
}
