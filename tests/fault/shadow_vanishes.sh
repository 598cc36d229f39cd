#!/usr/bin/env bash
# The shadow copy goes, or a file of it is cut short, while a backup reads: that is said, and never
# taken for the end of a file. Or it cannot be removed: then it is not forgotten.
. "$(dirname "$0")/lib/fault.sh"

disk_io=0xC80003FE # hrDiskIO
read_verify=0xC80003FA     # hrReadVerifyFailure
log_read_verify=0xC8000264 # hrLogReadVerifyFailure
no_path=0x00000003 # ERROR_PATH_NOT_FOUND, as the system says it
make_small_lab --generate
folder=$(program_folder programs64 64)
output=$TEST_FOLDER/host.out
mkfifo "$TEST_FOLDER/line"
exec 5<>"$TEST_FOLDER/line"

# A program that limits what root may do in a backup; none.
without=()

# The one shadow copy's files.
shadow_folder() {
    find "$prefix/drive_d/System Volume Information" -mindepth 1 -maxdepth 1 -type d
}

# run_stopped STEP COMMAND...: a backup stops at STEP, COMMAND does something to its shadow copy,
# then it goes on to its end.
run_stopped() {
    local job
    : >"$output"
    "${without[@]}" "$LAB" exec "$prefix" "$folder/fault-host.exe" "$1" <"$TEST_FOLDER/line" >"$output" 2>&1 &
    job=$!
    # tail goes on until the job ends: nobody waits for it.
    grep -qm 1 "at $1" < <(timeout 60 tail --pid="$job" -n +1 -F "$output" 2>/dev/null)
    "${@:2}"
    echo >&5
    wait "$job" || true
    cat "$output"
}
# while_stopped STEP CALL CODE COMMAND...: CALL must fail with CODE; nothing is left, and the next one
# is good.
while_stopped() {
    run_stopped "$1" "${@:4}"
    grep -qx "result $2 $3" <(tr -d '\r' <"$output")
    nothing_left 15
    "$LAB" exec "$prefix" "$folder/fault-host.exe"
}
# The same, and what became of the shadow copy is looked up in Windows' own log, or is not.
asks_system_log() { # yes|no STEP CALL CODE COMMAND...
    local asked=no
    WINEDEBUG=+loaddll while_stopped "${@:2}"
    ! grep -qi 'wevtapi\.dll' "$output" || asked=yes
    [ "$asked" = "$1" ]
}
cut_database() { # BYTES
    truncate -s "$1" "$(shadow_folder)/NTDS/ntds.dit"
}
damage_header() {
    ese damage "$(shadow_folder)/NTDS/ntds.dit" --flip 30:0
}
change_header() {
    ese damage "$(shadow_folder)/NTDS/ntds.dit" --patch-header clean
}
empty_logs() {
    truncate -s 0 "$(shadow_folder)"/NTDS/edb0*.log
}
set_verify() { # WORD
    "$LAB" exec "$prefix" reg add 'HKLM\SOFTWARE\ntdsbcli' /v Verify /t REG_SZ /d "$1" /f /reg:64 >/dev/null
}
cut_logs() {
    truncate -s 4096 "$(shadow_folder)"/NTDS/edb*.log
}
# Each segment that is left is sound by itself, so the log can be read.
spoil_log() { # ACTION ARGUMENT
    ese damage "$(shadow_folder)/NTDS/edb00002.log" "$@"
}
delete_shadow() {
    rm -r "$(shadow_folder)" "$prefix"/dosdevices/globalroot/Device/*
}

check "shadow__database_emptied_while_read__disk_io_not_the_end_and_the_system_log_is_asked" \
    asks_system_log yes read DsBackupRead $disk_io cut_database 0
check "shadow__database_cut_at_a_page_while_read__disk_io_not_the_end" \
    while_stopped read DsBackupRead $disk_io cut_database 1048576
check "shadow__database_emptied_before_it_is_opened__open_fails" \
    while_stopped open DsBackupOpenFile $disk_io cut_database 0
check "shadow__database_cut_at_a_page_before_it_is_opened__open_fails" \
    while_stopped open DsBackupOpenFile $disk_io cut_database 1048576
# The other header is good, but a restore would refuse what is not as the token says.
check "shadow__first_header_damaged_after_prepare__last_read_fails" \
    while_stopped open DsBackupRead $read_verify damage_header
check "shadow__both_headers_changed_after_prepare__last_read_fails_and_no_log_is_asked" \
    asks_system_log no open DsBackupRead $read_verify change_header
check "shadow__log_emptied_before_it_is_opened__open_fails" \
    while_stopped open-log DsBackupOpenFile $log_read_verify empty_logs
check "shadow__logs_cut_while_read__disk_io_not_the_end" \
    while_stopped read-log DsBackupRead $disk_io cut_logs
check "shadow__log_lacks_a_segment__is_not_complete" \
    while_stopped open DsBackupEnd $log_read_verify spoil_log --zero-segment 3
check "shadow__log_lacks_its_end__is_not_complete" \
    while_stopped open DsBackupEnd $log_read_verify spoil_log --zero-tail 3
check "shadow__gone_before_the_first_file_is_opened__open_fails" \
    while_stopped open DsBackupOpenFile $no_path delete_shadow
check "shadow__gone_before_the_next_file_is_opened__open_fails_and_the_system_log_is_asked" \
    asks_system_log yes open-log DsBackupOpenFile $no_path delete_shadow

# What no restore would take is no backup, whatever the setting says.
set_verify off
check "shadow__log_emptied_with_verify_off__open_fails" \
    while_stopped open-log DsBackupOpenFile $log_read_verify empty_logs
set_verify full

# --- a copy that cannot be removed ----------------------------------------------------------------

# Of another account, and nobody may write to it.
lock_copy() {
    chown 1 "$(shadow_folder)/NTDS"
    chmod a-w "$(shadow_folder)/NTDS"
}
found_again() {
    local without=(setpriv '--bounding-set=-dac_override,-dac_read_search,-fowner') left=0
    run_stopped read lock_copy
    nothing_left 1 || left=1
    "$LAB" exec "$prefix" "$folder/fault-host.exe"
    nothing_left 15
    [ "$left" = 1 ]
}
check_as_root "copy__that_cannot_be_removed__is_removed_by_the_next_session" found_again

# Root may write everywhere; an ordinary user not.
mkdir "$prefix/drive_d/NTDS/read-only"
touch "$prefix/drive_d/NTDS/read-only/file"
chmod a-w "$prefix/drive_d/NTDS/read-only"
! is_root || without=(setpriv '--bounding-set=-dac_override,-dac_read_search')
copy_of_read_only_folder() {
    "${without[@]}" "$LAB" exec "$prefix" "$folder/fault-host.exe"
    nothing_left 15
}
check "copy__with_a_read_only_folder__is_removed" copy_of_read_only_folder
chmod u+w "$prefix/drive_d/NTDS/read-only"
exec 5>&-
