#!/usr/bin/env bash
# The host of a backup, a 32-bit or a 64-bit one, or its broker dies at each stage and at random
# moments: within 5 s no broker and no shadow copy, AbortBackup was called, the next backup works.
#
#     deaths.sh 32|64
. "$(dirname "$0")/lib/fault.sh"

bits=$1
[ "$bits" = 64 ] || need_32bit "deaths_32__of_hosts_and_brokers__leave_nothing"
make_small_lab --generate
folder=$(program_folder programs "$bits")
driver_folder=$(program_folder driver 64)

death_driver() { # ARGUMENT...
    "$LAB" exec "$prefix" "$driver_folder/fault-death.exe" "$@"
}

# Ends with TerminateProcess, at every stage, then at random moments.
terminated_hosts() {
    local host count=10
    host=$(windows_path "$folder/fault-host.exe")
    [ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || count=100
    report_cases "stages_$bits" death_driver stages "$host"
    check "stages_${bits}__afterwards__no_broker_and_no_shadow" nothing_left 5
    report_cases "random_$bits" death_driver random "$host" "$count"
    check "random_${bits}__afterwards__no_broker_and_no_shadow" nothing_left 5
}

# --- kill -9 --------------------------------------------------------------------------------------

# Until FILE has TEXT; the job must not end before.
wait_for_text() { # FILE TEXT
    # tail goes on until the job ends: nobody waits for it.
    if ! grep -qFm 1 "$2" < <(timeout 60 tail --pid="$job" -n +1 -F "$1" 2>/dev/null); then
        cat "$output" "$1"
        return 1
    fi
}

# killed_host FOLDER FAULT STEP FILE TEXT: kill -9 once FILE has TEXT. FILE is "output" or "calls".
killed_host() {
    local output=$TEST_FOLDER/killed.out calls=$1/killed.calls processes job
    rm -f "$calls" "$output"
    VSSAPI_LOG=$(windows_path "$1")\\killed.calls VSSAPI_FAULT=$2 \
        "$LAB" exec "$prefix" "$1/fault-host.exe" ${3:+"$3"} <"$TEST_FOLDER/open" >"$output" 2>&1 &
    job=$!
    wait_for_text "${!4}" "$5"
    mapfile -t processes < <(processes_running "$1/fault-host.exe" 'fault-host\.exe')
    [ "${#processes[@]}" -eq 1 ]
    kill -9 "${processes[0]}"
    wait "$job" || true
    nothing_left 5
    grep -q ' AbortBackup ' "$calls" || {
        cat "$calls"
        return 1
    }
    "$LAB" exec "$prefix" "$1/fault-host.exe"
}

killed_hosts() {
    # An input that brings nothing, so that a host waits where it stops.
    mkfifo "$TEST_FOLDER/open"
    exec 5<>"$TEST_FOLDER/open"
    check "kill_9_${bits}__during_prepare_for_backup__aborted_and_nothing_left" killed_host \
        "$folder" 'PrepareForBackup:async=0,60000' '' calls ' PrepareForBackup hr=0x00000000'
    check "kill_9_${bits}__during_the_copy__aborted_and_nothing_left" killed_host \
        "$folder" 'Copy=0,60000' '' calls ' Freeze writer='
    check "kill_9_${bits}__with_a_file_open__aborted_and_nothing_left" killed_host \
        "$folder" '' read output 'at read'
    check "kill_9_${bits}__before_the_end__aborted_and_nothing_left" killed_host \
        "$folder" '' end output 'at end'
    exec 5>&-
}

terminated_hosts
killed_hosts
