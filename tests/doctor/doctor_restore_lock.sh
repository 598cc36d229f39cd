#!/usr/bin/env bash
# A restore that was never completed: seen, checked, ended; and the marker.
. "$(dirname "$0")/lib/doctor.sh"

services='HKLM\SYSTEM\CurrentControlSet\Services\NTDS'
lock="$services\\Restore In Progress"
marker='Database restored from backup'
epoch='DSA Database Epoch'
make_small_lab --generate
token='C:\kept\token.bin'
check "backup__to_restore_from__is_made" backup 64 kept
"$LAB" stop "$prefix"
restore() {
    "$LAB" exec "$prefix" legacy-restore "$(server)" 'C:\kept'
}
check "restore__of_it__is_complete" restore

fix() { # BITS ARGUMENT...
    doctor "$1" --json --fix-restore-lock "${@:2}"
}
lock_is_there() {
    reg_has "$lock"
}
lock_is_gone() {
    ! reg_has "$lock"
}
marker_is_there() {
    reg_has "$services\\Parameters" "$marker"
}

# --- seen -----------------------------------------------------------------------------------------

check "restored__not_started_yet__marker_is_a_note" finds 3 note leftovers.marker 'invocation ID' \
    doctor 64 --json
check "fix__without_a_lock__exit_0" finds 0 ok action.restore-lock 'nothing to fix' fix 64
leave_lock
for bits in "${all_bits[@]}"; do
    check "lock_${bits}__whose_owner_is_gone__exit_15" finds 15 error leftovers.restore-lock \
        '00112233 was registered but never completed' doctor "$bits" --json
done
reg_remove "$services\\Parameters" "$marker"
check "lock__without_the_marker__exit_15" finds 15 error leftovers.marker 'is not set' \
    doctor 64 --json
reg_set "$services\\Parameters" "$epoch" REG_DWORD 7
check "lock__with_an_epoch_and_no_marker__says_that_first" finds 15 error leftovers.marker \
    'is not set' doctor 64 --json
reg_remove "$services\\Parameters" "$epoch"

# --- the marker -----------------------------------------------------------------------------------

check "mark_restored_${other_bits}__exit_0" finds 0 ok action.marker 'is set' \
    doctor "$other_bits" --json --mark-restored
check "mark_restored__sets_it" marker_is_there
reg_set "$services\\Parameters" "$epoch" REG_DWORD 7
check "lock__with_an_epoch__exit_15" finds 15 error leftovers.marker 'event 2542' doctor 64 --json
check "mark_restored_64__with_an_epoch__exit_0" finds 0 ok action.marker 'is deleted' \
    doctor 64 --json --mark-restored
check_exit 1 "mark_restored__deletes_the_epoch" reg_has "$services\\Parameters" "$epoch"

# --- ended ----------------------------------------------------------------------------------------

check "fix__without_a_token__is_refused" finds 20 error action.refused 'token' fix 64
check "fix__with_a_token_that_is_not_there__is_refused" finds 20 error action.token 'none.bin' \
    fix 64 --token 'C:\kept\none.bin'
check "fix__by_force_with_a_token_that_is_not_there__is_refused" finds 20 error action.token \
    'Nothing was done: .*none.bin' fix 64 --token 'C:\kept\none.bin' --force
check "fix__that_was_refused__leaves_the_lock" lock_is_there
check "fix__with_a_file_that_is_no_token__fails" finds 21 error action.check \
    'hrUnknownExpiryTokenFormat' fix 64 --token 'C:\kept\names.bin'
check "fix__that_did_not_succeed__leaves_the_lock" lock_is_there
for bits in "${all_bits[@]}"; do
    leave_lock
    check "fix_${bits}__with_the_token__exit_0" finds 0 ok action.restore-lock \
        'All checks passed' fix "$bits" --token "$token"
    check "fix_${bits}__with_the_token__removes_the_lock" lock_is_gone
    check "fix_${bits}__with_the_token__keeps_the_marker" marker_is_there
done
record_is_there() {
    grep -l 'the restore is complete' "$(on_c ProgramData/ntdsbcli)"/restore-*.txt
}
check "fix__with_the_token__leaves_a_record" record_is_there

# --- what does not pass ---------------------------------------------------------------------------

leave_lock
database=$(fact database_path)
printf '\377\377\377\377' | dd of="$database" bs=1 seek=40000 conv=notrunc status=none
for bits in "${all_bits[@]}"; do
    check "fix_${bits}__with_a_damaged_page__exit_21" finds 21 error action.check \
        'hrReadVerifyFailure' fix "$bits" --token "$token"
    check "fix_${bits}__with_a_damaged_page__names_it" has_finding error action.check \
        'ntds.dit: page'
    check "fix_${bits}__with_a_damaged_page__leaves_the_lock" lock_is_there
done
check "fix__by_force__exit_3_and_what_failed" finds 3 warning action.check 'hrReadVerifyFailure' \
    fix 64 --token "$token" --force
check "fix__by_force__says_so" has_finding warning action.restore-lock 'by force'
check "fix__by_force__removes_the_lock" lock_is_gone
check "fix__by_force__keeps_the_marker" marker_is_there
leave_lock
check "fix_32__by_force_without_a_token__says_that_nothing_was_checked" \
    finds 3 warning action.check 'no token' fix "$other_bits" --force
check "fix_32__by_force_without_a_token__removes_the_lock" lock_is_gone
leave_lock
check "fix__without_the_restore_privilege__is_refused" finds 20 error action.refused \
    'SeRestorePrivilege' \
    without_privilege SeRestorePrivilege 64 ntdsdoctor --json --fix-restore-lock --token "$token" \
    --force
reg_remove_key "$lock\\ntdsbcli"
check "lock__of_another_program__exit_15" finds 15 error leftovers.restore-lock \
    'another program' doctor 64 --json
reg_remove_key "$lock"

# --- alive ----------------------------------------------------------------------------------------

hold restore
check "lock__whose_owner_is_alive__is_a_note" finds 3 note leftovers.restore-lock 'in progress' \
    doctor 64 --json
for bits in "${all_bits[@]}"; do
    check "fix_${bits}__of_a_live_restore__is_refused" finds 20 error action.refused 'still running' \
        fix "$bits" --token "$token" --force
done
check "fix__of_a_live_restore__leaves_the_lock" lock_is_there
let_go

# --- the directory runs ---------------------------------------------------------------------------

"$LAB" start "$prefix"
leave_lock
check "fix__while_the_directory_runs__is_refused" finds 20 error action.refused 'not stopped' \
    fix 64 --token "$token"
check "mark_restored__while_the_directory_runs__is_refused" finds 20 error action.refused \
    'not stopped' doctor 64 --json --mark-restored
check "fix__by_force_while_the_directory_runs_with_a_token_that_is_not_there__is_refused" \
    finds 20 error action.token 'none.bin' fix 64 --token 'C:\kept\none.bin' --force
check "fix__that_was_refused_while_the_directory_runs__leaves_the_lock" lock_is_there
check "fix__by_force_while_the_directory_runs__says_so" finds 3 warning action.check \
    'not stopped' fix 64 --force
check "fix__by_force_while_the_directory_runs__removes_the_lock" lock_is_gone

# --- the directory starts -------------------------------------------------------------------------

# It has read the marker already.
"$LAB" stop "$prefix"
leave_lock
set_dword 'Services\NTDS\Lab' 'Start delay ms' 600000
"$LAB" exec "$prefix" lab-service start NTDS >"$TEST_FOLDER/start" 2>&1 </dev/null &
start_is_pending() {
    local end=$((SECONDS + 60)) state=''
    until [ "$state" = START_PENDING ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        pause
        state=$("$LAB" exec "$prefix" lab-service state NTDS | tr -d '\r')
    done
}
check "directory__on_its_way_up__is_seen" start_is_pending
check "mark_restored__while_the_directory_starts__is_refused" finds 20 error action.refused \
    'not stopped' doctor 64 --json --mark-restored
check "fix__while_the_directory_starts__is_refused" finds 20 error action.refused 'not stopped' \
    fix 64 --token "$token"
check "fix__that_was_refused_while_the_directory_starts__leaves_the_lock" lock_is_there
set_dword 'Services\NTDS\Lab' 'Start delay ms' 0
"$LAB" off "$prefix"
wait

# --- a key that cannot be read --------------------------------------------------------------------

"$LAB" stop "$prefix"
leave_lock
"$LAB" exec "$prefix" deny-key "${lock#HKLM\\}"
check "lock__that_cannot_be_read__is_a_warning" finds 3 warning leftovers.restore-lock \
    'Cannot determine whether a restore is registered' doctor 64 --json
for bits in "${all_bits[@]}"; do
    check "fix_${bits}__of_a_key_that_cannot_be_read__is_refused" finds 20 error action.refused \
        'cannot be determined whether a restore' fix "$bits" --token "$token" --force
done
check "doctor__after_all__nothing_is_left" nothing_left 5
