#!/usr/bin/env bash
# The lab's directory service: freezing, settings, pending states, what it leaves in its database.
. "$(dirname "$0")/testlib.sh"

LIMIT_S=15

in_lab() {
    "$LAB" exec "$prefix" "$@" | tr -d '\r'
}
header_stamp() {
    od -An -tu8 -j16 -N8 "$database" | tr -d ' '
}
# The service's own rate is the clock; the limit only ends a wait for something that never comes.
until_true() { # CMD...
    local end=$((SECONDS + LIMIT_S))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        pause
    done
}
stamp_is_above() { # NUMBER
    [ "$(header_stamp)" -gt "$1" ]
}
writes() {
    until_true stamp_is_above "$(($(header_stamp) + 1))"
}
state_is() { # STATE
    [ "$(in_lab lab-service state NTDS)" = "$1" ]
}
set_switch() { # NAME NUMBER
    in_lab reg add 'HKLM\System\CurrentControlSet\Services\NTDS\Lab' /v "$1" /t REG_DWORD /d "$2" /f >/dev/null
}

# Holds the directory frozen until thaw: lab-freeze waits for the end of its input.
freeze() {
    coproc freezer { "$LAB" exec "$prefix" lab-freeze NtdsLab 10000; }
    # bash forgets the coprocess's variables when it ends.
    # shellcheck disable=SC2154 # coproc assigns it
    freezer_pid=$freezer_PID freezer_in=${freezer[1]}
    local line
    read -r -t "$LIMIT_S" line <&"${freezer[0]}"
    [ "${line%$'\r'}" = frozen ]
}
thaw() {
    exec {freezer_in}>&-
    wait "$freezer_pid"
}

freeze_log() { # FIELD of the last line
    tail -n 1 "$(fact freeze_log_path)" | tr -d '\r' | cut -d ' ' -f "$1"
}

# --- freezing -----------------------------------------------------------------------------------

"$LAB" create "$prefix"
database=$(fact database_path)
"$LAB" start "$prefix"
check "running__writes" writes
freeze
check "frozen__database__is_of_one_instant" ese stamps "$database"
check_equal "frozen__log__has_the_stamp" "$(printf '%016x' "$(header_stamp)")" "$(freeze_log 1)"
check_equal "frozen__log__has_the_sha256" "$(sha256sum <"$database" | cut -d ' ' -f 1)" \
    "$(freeze_log 2)"
before=$(sha256sum <"$database")
in_lab cmd /c exit
check_equal "frozen__a_program_later__nothing_was_written" "$before" "$(sha256sum <"$database")"
thaw
check "thawed__goes_on_writing" writes
freeze
thaw
check_equal "frozen_twice__log__has_two_lines" 2 "$(wc -l <"$(fact freeze_log_path)")"
freeze
check "stop__while_frozen__succeeds" "$LAB" stop "$prefix"
thaw
check "stop__while_frozen__database_is_of_one_instant" ese stamps "$database"
check_exit 3 "stopped__freeze__nobody_answers" "$LAB" exec "$prefix" lab-freeze NtdsLab 100

# --- after a power cut --------------------------------------------------------------------------

"$LAB" start "$prefix"
writes
"$LAB" off "$prefix"
"$LAB" start "$prefix"
check "power_cut__started_again__writes" writes
"$LAB" stop "$prefix"
check "power_cut__started_and_stopped__database_is_of_one_instant" ese stamps "$database"
check "power_cut__started_and_stopped__database_verifies" ese check "$database" "$(fact logs_path)"

check "started_and_stopped__database__an_independent_reader_opens_it" esedbinfo "$database"

# --- switches -----------------------------------------------------------------------------------

set_switch 'Refuse freeze' 1
"$LAB" start "$prefix"
check_exit 4 "refuse_freeze__freeze__no_answer" "$LAB" exec "$prefix" lab-freeze NtdsLab 500
check "refuse_freeze__asked__goes_on_writing" writes
"$LAB" stop "$prefix"
set_switch 'Refuse freeze' 0
set_switch 'Start delay ms' 1500
"$LAB" start "$prefix" &
starter=$!
check "start_delay__starting__is_start_pending" until_true state_is START_PENDING
wait "$starter"
check_equal "start_delay__started__runs" RUNNING "$(in_lab lab-service state NTDS)"
set_switch 'Start delay ms' 0
"$LAB" stop "$prefix"
set_switch 'Stop delay ms' 1500
set_switch 'Hash limit MiB' 0
"$LAB" start "$prefix"
freeze
thaw
check_equal "hash_limit__larger_database__stamp_only" 18 \
    "$(tail -n 1 "$(fact freeze_log_path)" | wc -c)"
"$LAB" stop "$prefix" &
stopper=$!
check "stop_delay__stopping__is_stop_pending" until_true state_is STOP_PENDING
wait "$stopper"
check_equal "stop_delay__stopped__is_stopped" STOPPED "$(in_lab lab-service state NTDS)"

# --- no database --------------------------------------------------------------------------------

mv "$database" "$database.away"
check_exit 1 "start__without_database__fails" "$LAB" start "$prefix"
check "start__without_database__log_names_it" grep -q 'open .*ntds.dit' "$prefix/drive_c/ntdslab/service.log"
"$LAB" destroy "$prefix"

# --- page sizes ---------------------------------------------------------------------------------

for size in 2048 32768; do
    "$LAB" create "$prefix" --page-size "$size"
    database=$(fact database_path)
    "$LAB" start "$prefix"
    check "pages_of_${size}__running__writes" writes
    freeze
    check "pages_of_${size}__frozen__database_is_of_one_instant" ese stamps "$database"
    check "pages_of_${size}__frozen__database_verifies" ese check "$database" "$(fact logs_path)"
    thaw
    "$LAB" destroy "$prefix"
done
