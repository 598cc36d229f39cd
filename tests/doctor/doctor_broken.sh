#!/usr/bin/env bash
# The doctor on a directory that is broken in each way it claims to see.
. "$(dirname "$0")/lib/doctor.sh"

parameters='HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters'
product='HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions'
settings='HKLM\SOFTWARE\ntdsbcli'
make_lab --generate

# --- registry of the directory --------------------------------------------------------------------

database=$(fact database)
logs=$(fact logs)
checkpoint=$(fact checkpoint)
broken_value() { # NAME OLD
    check "directory__without_${1// /_}__exit_12" finds 12 error directory.value "$1" \
        doctor 64 --json
    reg_set "$parameters" "$1" REG_SZ "$2"
}
reg_remove "$parameters" 'DSA Database file'
broken_value 'DSA Database file' "$database"
reg_remove "$parameters" 'Database log files path'
broken_value 'Database log files path' "$logs"
reg_remove "$parameters" 'DSA Working Directory'
broken_value 'DSA Working Directory' "$checkpoint"
reg_set "$parameters" 'Database log files path' REG_SZ 'C:\nowhere'
check "directory__log_folder_that_is_not_there__exit_12" finds 12 error directory.path \
    'C:.nowhere' doctor "$other_bits" --json
reg_set "$parameters" 'Database log files path' REG_SZ '\\server\share'
check "directory__log_folder_on_a_share__is_not_on_a_local_volume" finds 12 error volumes.place \
    'not on a local volume' doctor 64 --json
reg_set "$parameters" 'Database log files path' REG_SZ "$logs"
reg_set "$product" ProductType REG_SZ ServerNT
check "directory__of_a_member_server__exit_12" finds 12 error directory.kind ServerNT \
    doctor 64 --json
reg_set "$product" ProductType REG_SZ LanmanNT
check "directory__put_right_again__exit_0" finds 0 ok directory.state online doctor 64 --json

# --- rights ---------------------------------------------------------------------------------------

check "rights__without_the_backup_privilege__exit_11" finds 11 error rights.backup 'not held' \
    without_privilege SeBackupPrivilege 64 ntdsdoctor --json
check "rights_32__without_the_backup_privilege__exit_11" finds 11 error rights.backup 'not held' \
    without_privilege SeBackupPrivilege "$other_bits" ntdsdoctor --json
check "rights__of_someone_who_only_backs_up__are_a_note" finds 0 note rights.restore \
    'Restores need.*not held' without_privilege SeRestorePrivilege 64 ntdsdoctor --json
check "rights__backup_test_without_them__is_refused" finds 11 error backup-test.refused 'SeBackup' \
    without_privilege SeBackupPrivilege 64 ntdsdoctor --json --backup-test

# --- VSS ------------------------------------------------------------------------------------------

check "vss__that_denies_access__exit_13" finds 13 error vss.answer 'E_ACCESSDENIED' \
    with_fault 'InitializeForBackup=0x80070005' doctor 64 --json
check "vss__without_its_infrastructure__exit_13" finds 13 error vss.answer 'COM\+ Event System' \
    with_fault 'GatherWriterMetadata=0x80042318' doctor 64 --json
check "vss__whose_writer_has_failed__exit_13" finds 13 error vss.writer-ntds \
    'VSS_E_WRITERERROR_NONRETRYABLE' \
    with_fault 'GatherWriterStatus:writer=0x800423F4' doctor 64 --json
hung() {
    NTDSBCLI_TIMEOUT_S=1 with_fault 'InitializeForBackup=0,600000' doctor 64 --json --backup-test
}
check "vss__that_hangs__is_given_up__exit_13" finds 13 error vss.answer \
    'Not known: VSS did not answer within 20 s' hung
check "vss__that_hangs__is_not_asked_again" has_finding warning volumes.storage 'Not known'
check "vss__that_hangs__backup_is_not_tested" has_finding error backup-test.refused 'not tested'
check "vss__that_hangs__later_checks_are_made" has_finding ok settings.values 'Timeout 1 s'
hung_async() {
    NTDSBCLI_TIMEOUT_S=1 with_fault 'GatherWriterStatus:async=0,600000' doctor 64 --json
}
check "vss__whose_async_call_hangs__is_given_up__exit_13" finds 13 error vss.answer \
    'ERROR_TIMEOUT|did not answer' hung_async
for bits in "${all_bits[@]}"; do
    check "backup_test_${bits}__no_room__exit_18_and_the_cause" finds 18 error backup-test.detail \
        'VSS_E_INSUFFICIENT_STORAGE' \
        with_fault 'DoSnapshotSet:async=0x8004231F' doctor "$bits" --json --backup-test
    check "backup_test_${bits}__no_room__says_where_to_look" has_finding error backup-test.result \
        'ERROR_DISK_FULL.*ntdsdoctor.exe.log'
done
check "backup_test__after_failures__nothing_is_left" nothing_left 10

# --- settings and log -----------------------------------------------------------------------------

bad_setting() { # LABEL CODE LEVEL ID PATTERN NAME TYPE DATA
    reg_set "$settings" "$6" "$7" "$8"
    check "settings__$1__exit_$2" finds "${@:2:4}" doctor 64 --json
    reg_remove "$settings" "$6"
}
bad_setting timeout_of_0 16 error settings.ignored 'Timeout' Timeout REG_DWORD 0
bad_setting retry_too_large 16 error settings.ignored 'Retry' Retry REG_DWORD 86401
bad_setting level_9 16 error settings.ignored 'LogLevel' LogLevel REG_DWORD 9
bad_setting expiry_that_is_a_text 16 error settings.ignored 'ExpiryDays' ExpiryDays REG_SZ 60
bad_setting verify_that_is_no_word 16 error settings.ignored 'Verify' Verify REG_SZ half
bad_setting log_folder_that_is_a_number 16 error settings.ignored 'LogFolder' LogFolder REG_DWORD 1
bad_setting name_with_a_mistake 3 warning settings.unknown 'Timeot' Timeot REG_DWORD 5
bad_setting verify_weakened 3 warning settings.verify 'headers-only' Verify REG_SZ headers-only
bad_setting other_installation 3 warning settings.other-installation 'are not refused' \
    AllowOtherInstallation REG_DWORD 1
bad_setting log_off 3 warning log.level 'nothing is logged' LogLevel REG_DWORD 0
touch "$(on_c file)"
bad_setting log_folder_that_is_a_file 17 error log.folder 'is a file' LogFolder REG_SZ 'C:\file'
bad_setting log_folder_below_nothing 17 error log.folder 'C:.none.none' LogFolder REG_SZ 'C:\none\none'
environment() {
    NTDSBCLI_TIMEOUT_S=soon doctor 64 --json
}
check "settings__variable_that_is_no_number__exit_16" finds 16 error settings.ignored \
    "NTDSBCLI_TIMEOUT_S.*'soon'" environment

check "events__registered__exit_0" finds 0 ok action.events 'ntdsbevents.dll' \
    doctor 64 --json --register-events
check "events__registered__are_found" finds 0 ok log.events 'stage.x64.ntdsbevents.dll' \
    doctor "$other_bits" --json
reg_set 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\ntdsbcli' EventMessageFile \
    REG_SZ 'C:\gone\ntdsbevents.dll'
check "events__with_texts_that_are_gone__exit_3" finds 3 warning log.events 'C:.gone' doctor 64 --json
check "events__unregistered__exit_0" finds 0 ok action.events 'no longer registered' \
    doctor "$other_bits" --json --unregister-events
check "events__unregistered__are_a_note" finds 0 note log.events 'not registered' doctor 64 --json

# --- leftovers ------------------------------------------------------------------------------------

hold shadow
check "shadow__of_another_product__is_a_note" finds 0 note leftovers.shadows \
    '^1 shadow copies of another' doctor 64 --json
let_go
check "shadow__gone__exit_0" finds 0 ok leftovers.shadows 'No shadow copy' doctor 64 --json
# Its broker would end as soon as the program is killed, so it is stopped for a while.
slow_backup 64 slow
check "broker__at_work__is_a_note" finds 0 note leftovers.brokers 'working for process' \
    doctor 64 --json
mapfile -t brokers < <(processes_like 'ntdsbroker64')
mapfile -t programs < <(processes_like 'legacy-backup(\.exe)? .*slow')
orphaned() {
    kill -STOP "${brokers[@]}"
    kill -KILL "${programs[@]}"
    end_of_job
    doctor 64 --json
}
check "broker__whose_program_has_ended__is_a_warning" finds 3 warning leftovers.brokers 'has ended' \
    orphaned
kill -CONT "${brokers[@]}"
check "broker__whose_program_has_ended__ends" nothing_left 90
check "broker__gone__exit_0" finds 0 ok leftovers.brokers 'No broker' doctor 64 --json

# --- the service ----------------------------------------------------------------------------------

"$LAB" stop "$prefix"
for bits in "${all_bits[@]}"; do
    check "service_${bits}__stopped__exit_3" finds 3 warning directory.state 'stopped' \
        doctor "$bits" --json
done
check "service__stopped__its_writer_is_missed_only_for_backups" \
    finds 3 warning vss.writer-ntds 'because the directory is stopped' doctor 64 --json
check "service__stopped__backup_test_is_refused" finds 18 error backup-test.refused 'online' \
    doctor 64 --json --backup-test
restore_mode() {
    SAFEBOOT_OPTION=DSREPAIR "$@"
}
"$LAB" exec "$prefix" reg add 'HKLM\SYSTEM\CurrentControlSet\Control\SafeBoot\Option' /f >/dev/null
check "restore_mode__as_it_should_be__exit_0" finds 0 note directory.state 'Restore Mode' \
    restore_mode doctor 64 --json
check "restore_mode__without_vss__is_only_a_warning" finds 3 warning vss.answer 'cannot be used' \
    restore_mode with_fault 'InitializeForBackup=0x8007043C' doctor 64 --json
reg_remove_key 'HKLM\SYSTEM\CurrentControlSet\Control\SafeBoot\Option'
set_dword 'Services\NTDS' Start 4
"$LAB" off "$prefix" # services read it at the next start
check "service__disabled__is_a_warning" finds 3 warning directory.disabled 'is disabled' \
    doctor 64 --json
for value in Type ImagePath Start; do
    reg_remove 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS' "$value"
done
"$LAB" off "$prefix"
check "service__that_does_not_exist__exit_12" finds 12 error directory.service 'service NTDS does not exist' \
    doctor 64 --json
"$LAB" destroy "$prefix"

# --- a service manager that hangs -----------------------------------------------------------------

prefix=$(test_prefix no-answer)
make_lab --generate
service_manager=$(processes_like 'services\.exe')
hung_manager() {
    # shellcheck disable=SC2086 # ids
    kill -STOP $service_manager
    local code=0
    NTDSBCLI_TIMEOUT_S=5 doctor 64 --json || code=$?
    # shellcheck disable=SC2086
    kill -CONT $service_manager
    return "$code"
}
check "service_manager__that_hangs__exit_12" finds 12 error directory.answer \
    'Not known: the service manager.* did not answer within 5 s' hung_manager
check "service_manager__that_hangs__what_was_found_before_stays" has_finding ok directory.kind \
    'domain controller'
check "service_manager__that_hangs__later_checks_are_made" has_finding ok settings.values 'Timeout'
check "service_manager__that_answers_again__exit_0" finds 0 ok directory.state online \
    doctor 64 --json
"$LAB" destroy "$prefix"

# --- no VSS, no domain controller -----------------------------------------------------------------

prefix=$(test_prefix no-vss)
make_lab --no-vss
check "vss__that_is_a_stub__exit_13" finds 13 error vss.answer 'E_NOTIMPL' doctor 64 --json
check "vss__that_is_a_stub__its_service_is_missed" has_finding error vss.service 'does not exist'
# The 32-bit ntdsdoctor does not ask VSS before.
check "vss_${other_bits}__that_is_a_stub__backup_test_says_so" \
    finds $((other_bits == 32 ? 18 : 13)) error backup-test.result \
    'hrCouldNotConnect|0x80044e01' doctor "$other_bits" --json --backup-test
"$LAB" destroy "$prefix"

prefix=$(test_prefix workstation)
"$LAB" clone "$prefix"
check "workstation__exit_12" finds 12 error directory.kind 'not a domain controller' doctor 64 --json
