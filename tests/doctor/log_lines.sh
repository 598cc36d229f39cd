#!/usr/bin/env bash
# What the log says of a backup and of a restore, good and bad, at each level.
. "$(dirname "$0")/lib/doctor.sh"
. "$(dirname "$0")/../integration/lib/caller.sh"

settings='HKLM\SOFTWARE\ntdsbcli'
make_small_lab --generate
log=$(product_log legacy-backup)
restore_log=$(product_log legacy-restore)

# A run with a log of its own.
logged() { # LOG CMD...
    rm -f "$1"
    "${@:2}"
}
at_level() {
    NTDSBCLI_LOG=$1 "${@:2}"
}
# Lines that match the patterns, in this order; others may be between them.
has_in_order() { # LOG PATTERN...
    awk 'BEGIN { count = ARGC - 2; for (i = 1; i <= count; i++) { pattern[i] = ARGV[i + 1]; ARGV[i + 1] = "" } at = 1 }
        at <= count && $0 ~ pattern[at] { at++ }
        END { if (at <= count) { print "not found in order: " pattern[at]; exit 1 } }' "$@"
}
has_not() { # LOG PATTERN
    ! grep -E -- "$2" "$1"
}

# The events that a run with a log of level 4 wrote, in their order: these and no others.
has_events() { # LOG NUMBER...
    local events
    events=$(grep -oE 'Event Log: event [0-9]+' "$1" | cut -d' ' -f4 | paste -sd' ')
    [ "$events" = "${*:2}" ] || {
        echo "the events are: $events"
        return 1
    }
}

# --- the first line -------------------------------------------------------------------------------

head='I ntdsbcli [0-9.]+, BITS-bit, loaded into .*legacy-backup.exe; Windows [0-9.]+, 64-bit'
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__first" logged "$log" backup "$bits" "first$bits"
    check "log_${bits}__first_line__has_version_bitness_program_and_system" \
        has_in_order <(head -n 1 "$log") "${head/BITS/$bits}"
    check "log_${bits}__command_line__is_not_in_it" has_not "$log" "first$bits"
done
check "backup__with_errors_only__succeeds" logged "$log" at_level 1 backup 64 errors
check "log__with_errors_only__first_line_is_there_all_the_same" \
    has_in_order "$log" "${head/BITS/64}"
check_equal "log__with_errors_only__has_no_other_line" 1 "$(wc -l <"$log")"

# --- a good backup --------------------------------------------------------------------------------

check "backup__traced" logged "$log" at_level 4 backup "$other_bits" traced
ok='S_OK \(0x00000000\) in [0-9]+ ms'
check "log__traced__shows_calls_around_the_vss_calls_they_became" has_in_order "$log" \
    'T DsBackupPrepare begins' 'Event Log: event 210' 'T   CreateVssBackupComponents' \
    'T   InitializeForBackup' 'T   StartSnapshotSet' 'T   DoSnapshotSet' \
    "I DsBackupPrepare: $ok: 1 database\\(s\\), [0-9]+ log\\(s\\)" \
    "I DsBackupGetDatabaseNames: $ok: [0-9]+ bytes" \
    "I DsBackupOpenFile: $ok: .*ntds.dit, [0-9]+ bytes" \
    "I DsBackupClose: $ok: .*ntds.dit, delivered, [0-9]+ bytes in [0-9]+ reads" \
    "I DsBackupGetBackupLogs: $ok" 'T DsBackupEnd begins' 'T   BackupComplete' \
    "I DsBackupEnd: $ok: backup complete, [0-9]+ bytes" 'Event Log: event 213'

check "events__of_a_good_backup__are_its_begin_and_its_end" has_events "$log" 210 213

# --- failures -------------------------------------------------------------------------------------

check_exit 5 "backup__no_room__exit_5" logged "$log" at_level 4 \
    with_fault 'DoSnapshotSet:async=0x8004231F' backup 64 none
check "log__no_room__names_operation_symbol_code_and_next_step" has_in_order "$log" \
    'E   DoSnapshotSet failed: VSS_E_INSUFFICIENT_STORAGE \(0x8004231f\): .*vssadmin' \
    'E DsBackupPrepare: ERROR_DISK_FULL \(0x00000070\) in [0-9]+ ms: .'
check "events__no_room__are_a_failure" has_events "$log" 210 214
check_exit 5 "backup__writer_failed__exit_5" logged "$log" \
    with_fault 'PrepareForBackup:writer=0x800423F4' backup "$other_bits" none
check "log__writer_failed__names_writer_state_code_and_next_step" has_in_order "$log" \
    'E   NTDS writer after PrepareForBackup: state \[7\] failed at prepare backup, failure VSS_E_WRITERERROR_NONRETRYABLE \(0x800423f4\): .*event log' \
    'E DsBackupPrepare: VSS_E_WRITERERROR_NONRETRYABLE \(0x800423f4\)'
check_exit 4 "backup__without_the_privilege__exit_4" logged "$log" at_level 4 \
    without_privilege SeBackupPrivilege 64 legacy-backup "$(server)" 'C:\none'
check "log__without_the_privilege__says_which_and_what_to_do" has_in_order "$log" \
    'E SeBackupPrivilege is not held: run elevated' \
    'E DsBackupPrepare: ERROR_ACCESS_DENIED \(0x00000005\) in [0-9]+ ms: refused'
check "events__without_the_privilege__are_a_failure" has_events "$log" 214
check_exit 5 "backup__whose_end_fails__exit_5" logged "$log" at_level 4 \
    with_fault 'BackupComplete=0x80042315' backup 64 none
check "events__of_a_backup_whose_end_fails__are_a_failure" has_events "$log" 210 214
install_caller unfinished-caller
unfinished_log=$(product_log unfinished-caller)
unfinished() { # WHAT [ARGUMENT...]
    logged "$unfinished_log" at_level 4 caller 64 unfinished-caller "$1" "$(server)" "${@:2}"
}
check "backup__not_read_to_its_end__is_ended" unfinished backup
check "events__of_a_backup_that_was_not_read_to_its_end__are_no_failure" \
    has_events "$unfinished_log" 210 215
reg_set "$settings" Timeout REG_DWORD 0
check "backup__with_a_bad_setting__succeeds" logged "$log" backup 64 setting
check "log__with_a_bad_setting__names_it" has_in_order "$log" \
    'W Setting Timeout ignored: 0 is not between 1 and 86400'
reg_remove "$settings" Timeout
"$LAB" stop "$prefix"
check_exit 3 "backup__of_a_stopped_directory__exit_3" logged "$log" backup 64 none
install_caller survey-caller
survey_log=$(product_log survey-caller)
check "prepare__of_a_stopped_directory__is_tried" logged "$survey_log" \
    survey 64 --states "$(server)"
check "log__of_a_stopped_directory__says_so" has_in_order "$survey_log" \
    'E The directory service is stopped, or in restore mode: a backup needs it running' \
    'E DsBackupPrepare: hrCouldNotConnect \(0xc7ff0007\) in [0-9]+ ms: refused: '

# --- a restore ------------------------------------------------------------------------------------

restore() {
    "$LAB" exec "$prefix" legacy-restore "$(server)" 'C:\traced'
}
check "restore__traced" logged "$restore_log" at_level 4 restore
check "log__restore__shows_its_calls_and_events" has_in_order "$restore_log" \
    'T DsRestorePrepare begins' 'T   InitializeForRestore' "I DsRestorePrepare: $ok: backup [0-9a-f]+" \
    "I DsRestoreGetDatabaseLocations: $ok" 'T DsRestoreRegister begins' \
    'I   Restore In Progress and the marker' 'Event Log: event 204' "I DsRestoreRegister: $ok" \
    'T DsRestoreRegisterComplete begins' 'Event Log: event 205' \
    "I DsRestoreRegisterComplete: $ok" "I DsRestoreEnd: $ok"
check "events__of_a_good_restore__are_its_begin_and_its_end" has_events "$restore_log" 204 205
elsewhere='is not where the directory looks'
check "log__of_a_good_restore__warns_of_no_folder" has_not "$restore_log" "$elsewhere"
cp -r "$(on_c traced)" "$(on_c damaged)"
ese damage "$(on_c damaged)/ntds.dit" --flip 40000:1 --flip 40001:1
check_exit 6 "restore__of_a_damaged_page__exit_6" logged "$restore_log" at_level 4 \
    "$LAB" exec "$prefix" legacy-restore "$(server)" 'C:\damaged' --no-check
check "events__of_a_restore_that_does_not_pass__are_a_failure" has_events "$restore_log" 204 207
check "restore__that_the_program_calls_failed__is_ended" unfinished failed 'C:\traced\token.bin'
check "events__of_a_restore_that_the_program_calls_failed__are_a_failure" \
    has_events "$unfinished_log" 204 207
check "restore__that_is_never_completed__is_ended" unfinished ended 'C:\traced\token.bin'
check "events__of_a_restore_that_is_never_completed__are_a_failure" \
    has_events "$unfinished_log" 204 207
check "log__of_a_restore_of_the_places_of_the_lists__warns_of_no_folder" \
    has_not "$unfinished_log" "$elsewhere"
check "restore__with_another_log_folder__is_registered" unfinished ended 'C:\traced\token.bin' \
    'C:\elsewhere'
check "log__of_another_log_folder__warns_of_that" has_in_order "$unfinished_log" \
    "W Log folder C:.elsewhere $elsewhere; that is D:"
check_equal "log__of_another_log_folder__warns_of_no_other" 1 \
    "$(grep -c "$elsewhere" "$unfinished_log")"
check "restore__after_all__succeeds" restore
"$LAB" start "$prefix"
check_exit 3 "restore__while_the_directory_runs__exit_3" logged "$restore_log" restore

# --- a log that is full ---------------------------------------------------------------------------

rm -f "$log" "$log.old"
head -c $((8 * 1024 * 1024)) /dev/zero | tr '\0' 'x' >"$log"
check "backup__with_a_full_log__succeeds" backup "$other_bits" full
check_equal "log__that_was_full__is_the_old_one" $((8 * 1024 * 1024)) "$(stat -c %s "$log.old")"
check "log__that_follows__begins_with_the_first_line_and_has_all_calls" has_in_order "$log" \
    "${head/BITS/$other_bits}" 'I DsBackupPrepare: S_OK' 'I DsBackupEnd: S_OK'

# --- a damaged page -------------------------------------------------------------------------------

database=$(fact database_path)
page=$(($(stat -c %s "$database") - 8192)) # the last one, which the directory does not rewrite
"$LAB" stop "$prefix"
ese damage "$database" --flip $((page + 500)):3 --flip $((page + 900)):5
"$LAB" start "$prefix"
check_exit 6 "backup__of_a_damaged_page__exit_6" logged "$log" at_level 4 backup 64 none
check "events__of_a_damaged_page__are_a_failure" has_events "$log" 210 214
check "log__after_all__nothing_is_left" nothing_left 5
