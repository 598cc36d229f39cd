#!/usr/bin/env bash
# legacy-restore that is stopped, killed or not alone: the interlock tells of it, and the next
# restore takes over once nobody owns it any more.
. "$(dirname "$0")/lib/restore.sh"

LIMIT_S=60
SLOW_MS=600000
POST_RESTORE_MS=5000

# Large enough that copying it byte by byte takes until it is killed.
ese make --database "$TEST_FOLDER/large.dit" --dirty --sparse-size 16M
make_small_lab --database "$TEST_FOLDER/large.dit"
check "backup__for_the_restores__succeeds" backup 64 good
"$LAB" stop "$prefix"
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
ntds=$(dirname "$(fact database_path)")

kill_restore() { # SIGNAL
    local ids
    mapfile -t ids < <(processes_running legacy-restore "legacy-restore\.exe.* C:.good")
    [ ${#ids[@]} -gt 0 ] || die "there is no restore to send $1"
    kill "-$1" "${ids[@]}"
}

# begin BITS [OPTION...]: a restore in the background. Sets $job.
begin() {
    restore "$1" good "${@:2}" >"$TEST_FOLDER/job.out" 2>&1 </dev/null &
    job=$!
}
# A child that has ended but was not waited for has no program any more.
job_is_there() {
    readlink "/proc/$job/exe" >/dev/null
}
# Until CMD succeeds, or the restore has ended, or the time is over.
wait_for() { # CMD...
    local end=$((SECONDS + LIMIT_S))
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ] || ! job_is_there; then
            cat "$TEST_FOLDER/job.out"
            return 1
        fi
        pause
    done
}
# Sets $code.

# --- the moments --------------------------------------------------------------------------------------

# Each holds a restore at one step: begin_NAME starts it, is_NAME says that it is there.
begin_preparing() {
    VSSAPI_FAULT="GatherWriterMetadata:async=0,$SLOW_MS" begin "$1"
}
is_preparing() {
    # Through a file: grep -q would cut the pipe.
    "$LAB" status "$prefix" >"$TEST_FOLDER/preparing"
    grep -qx 'brokers 1' "$TEST_FOLDER/preparing"
}
begin_registering() {
    VSSAPI_FAULT="PreRestore:async=0,$SLOW_MS" begin "$1"
}
is_registering() {
    interlock_is_there
}
begin_copying() { # BITS [BYTES]: per write, 1 unless told
    destroy_directory
    begin "$1" --buffer "${2-1}"
}
is_copying() {
    test -s "$ntds/ntds.dit"
}
# Over a directory that is there.
begin_replacing() { # BITS
    begin "$1" --buffer 1
}
is_replacing() {
    compgen -G "$ntds/ntdsbcli-old-*/ntds.dit" && test -s "$ntds/ntds.dit"
}
# PostRestore is not cancelled, so this one has an end of its own.
begin_completing() {
    VSSAPI_FAULT="PostRestore:async:1=0,$POST_RESTORE_MS" begin "$1"
}
is_completing() {
    grep -q 'Checking what was restored' "$TEST_FOLDER/job.out"
}

# What the next restore finds: the interlock unless nothing was registered yet.
interlock_after() { # MOMENT
    case $1 in
    preparing) no_interlock ;;
    # What was checked and found good is complete, whoever still waits for the answer.
    completing) marker_is_set && { interlock_is_there || is_restored good; } ;;
    *) interlock_is_there && marker_is_set ;;
    esac
}

# The next restore, by the program of the other bitness, says that it took over.
next_restore() { # MOMENT BITS
    local interlock=0
    note_log
    no_interlock || interlock=1
    restore "$2" good >"$TEST_FOLDER/next"
    cat "$TEST_FOLDER/next"
    is_restored good
    no_interlock
    marker_is_set
    [ "$interlock" -eq 0 ] || log_says 'taking over'
}

for bits in "${all_bits[@]}"; do
    for moment in preparing registering copying completing; do
        label=killed_${bits}__$moment
        forget_restores
        "begin_$moment" "$bits"
        check "${label}__restore_is_there" wait_for "is_$moment"
        kill_restore KILL
        end_of_job
        check "${label}__no_broker_is_left" nothing_left 30
        check "${label}__interlock_is_as_it_must_be" interlock_after "$moment"
        check "${label}__next_restore_succeeds" next_restore "$moment" $((64 + other_bits - bits))
    done
done

# Windows' own VSS may never answer: then the broker has a last limit, 90 s after its program's death.
if [ "${NTDSBCLI_TEST_LONG-0}" = 1 ]; then
    forget_restores
    POST_RESTORE_MS=$SLOW_MS
    begin_completing 64
    check "killed__post_restore_without_end__restore_is_there" wait_for is_completing
    kill_restore KILL
    end_of_job
    check "killed__post_restore_without_end__no_broker_is_left" nothing_left 120
    check "killed__post_restore_without_end__next_restore_succeeds" next_restore completing "$other_bits"
else
    skip "killed__post_restore_without_end__no_broker_is_left" "only with --long"
fi

# --- Ctrl-C -------------------------------------------------------------------------------------------

forget_restores
# As the directory would have left it: not the backup's files.
change_directory() {
    echo changed >>"$ntds/edb.chk"
    before=$(directory_contents)
}
change_directory
note_log
begin_replacing 64
check "ctrl_c__during_the_copy__restore_is_there" wait_for is_replacing
kill_restore INT
end_of_job
check_equal "ctrl_c__during_the_copy__exit_1" 1 "$code"
check "ctrl_c__during_the_copy__says_so" grep -q 'stopped; THE DIRECTORY IS NOT RESTORED' \
    "$TEST_FOLDER/job.out"
check "ctrl_c__during_the_copy__server_is_told" log_says \
    'The restore program reported failure: 0x800704C7'
check_equal "ctrl_c__during_the_copy__puts_the_old_files_back" "$before" "$(directory_contents)"
check_equal "ctrl_c__during_the_copy__leaves_no_folder_of_old_files" "" "$(old_folders)"
check "ctrl_c__during_the_copy__interlock_stays" interlock_after copying
check "ctrl_c__during_the_copy__nothing_is_left" nothing_left 10
check "ctrl_c__next_restore__succeeds" next_restore copying "$other_bits"

# --- killed between the old files and the new -----------------------------------------------------------

forget_restores
change_directory
begin_replacing "$other_bits"
check "killed__while_old_files_are_aside__restore_is_there" wait_for is_replacing
check "killed__while_old_files_are_aside__output_said_where_they_are" \
    grep -q 'NTDS.ntdsbcli-old-1' "$TEST_FOLDER/job.out"
kill_restore KILL
end_of_job
check "killed__while_old_files_are_aside__next_restore_succeeds" next_restore copying 64
check "killed__while_old_files_are_aside__next_restore_says_where_they_are" \
    grep -q '^Note: .*ntdsbcli-old-1" has the old files' "$TEST_FOLDER/next"
check_equal "killed__while_old_files_are_aside__next_restore_keeps_them" "$before" \
    "$(cd "$ntds" && cksum ntdsbcli-old-1/* | sed "s|ntdsbcli-old-1|$ntds|" | sort -k 3)"
check_equal "killed__while_old_files_are_aside__next_restore_leaves_no_others" \
    "$ntds/ntdsbcli-old-1" "$(old_folders)"

# --- the broker dies ----------------------------------------------------------------------------------

forget_restores
broker_is_there() {
    mapfile -t processes < <(processes_like '^ntdsbroker64 ')
    [ ${#processes[@]} -gt 0 ]
}
nothing_left 30
begin_copying "$other_bits" 64
# Looked for early, as copying does not take long.
wait_for broker_is_there || die "there is no broker"
check "broker_killed__restore_is_there" wait_for is_copying
kill -KILL "${processes[@]}"
# The rest is copied without it; the end has to tell.
end_of_job
check_equal "broker_killed__restore__exit_5" 5 "$code"
check "broker_killed__interlock__stays" interlock_after copying
check "broker_killed__next_restore__succeeds" next_restore copying 64

# It has written the interlock, but did not say so.
forget_restores
nothing_left 30
before=$(directory_contents && old_folders)
begin_registering 64
check "broker_killed_in_pre_restore__restore_is_there" wait_for is_registering
broker_is_there || die "there is no broker"
kill -KILL "${processes[@]}"
end_of_job
check_equal "broker_killed_in_pre_restore__restore__exit_5" 5 "$code"
check "broker_killed_in_pre_restore__restore__says_that_the_interlock_stays" \
    grep -q 'the server still waits for the end of the restore' "$TEST_FOLDER/job.out"
check_equal "broker_killed_in_pre_restore__directory__is_unchanged" "$before" \
    "$(directory_contents && old_folders)"
check "broker_killed_in_pre_restore__interlock__stays" interlock_is_there
check "broker_killed_in_pre_restore__next_restore__succeeds" next_restore registering 64

# --- two at once --------------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    forget_restores
    begin_copying "$bits"
    check "two_at_once_${bits}__first__is_there" wait_for is_copying
    for second in "${all_bits[@]}"; do
        check "two_at_once_${bits}__second_of_${second}__is_refused" \
            fails_with 5 '0xC7FF0004' restore "$second" good
        keep_output
        check "two_at_once_${bits}__second_of_${second}__changes_nothing" \
            kept_output_has 'no file was changed'
    done
    check "two_at_once_${bits}__first__keeps_its_interlock" interlock_is_there
    check "two_at_once_${bits}__first__goes_on" job_is_there
    kill_restore KILL
    end_of_job
    check "two_at_once_${bits}__next_restore__succeeds" next_restore copying $((64 + other_bits - bits))
done
check "restore__all_these_ends__nothing_is_left" nothing_left 30
