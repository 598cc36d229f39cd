#!/usr/bin/env bash
# Does the directory start on what was restored? Its database has an epoch, and so has the registry:
# the lab's service refuses a database of another one, as event 2542 does.
. "$(dirname "$0")/lib/restore.sh"

events() { # ID: how many
    { cat "$prefix/drive_c/ntdslab/events.log" 2>/dev/null || true; } | grep -cx "$1"$'\r' || true
}
epoch() {
    registry_value "$NTDS_KEY\\Parameters" 'DSA Database Epoch'
}
set_marker() {
    set_dword 'Services\NTDS\Parameters' 'Database restored from backup' 1
}
starts() {
    "$LAB" start "$prefix" && "$LAB" stop "$prefix"
}

make_lab
check "backup__to_restore_from__succeeds" backup 64 good
# Its life goes on: the epoch of the backup is not the directory's any more.
"$LAB" stop "$prefix"
check "restart__same_database__starts" starts
check_equal "restart__same_database__no_event" 0 "$(events 2542)"
before=$(epoch)
check "directory__that_ran__has_an_epoch" test -n "$before"

# --- the product's restore --------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    destroy_directory
    check "restore_${bits}__succeeds" restore "$bits" good
    check_equal "restore_${bits}__epoch_is_gone" '' "$(epoch)"
    check "restore_${bits}__marker_is_set" marker_is_set
    seen=$(events 1109)
    check "restore_${bits}__directory_starts" starts
    check_equal "restore_${bits}__new_invocation_id" $((seen + 1)) "$(events 1109)"
    check_equal "restore_${bits}__directory_removed_the_marker" '' "$(marker)"
    check "restore_${bits}__epoch_is_there_again" test -n "$(epoch)"
done
check_equal "restore__never_another_database" 0 "$(events 2542)"

# --- by hand ----------------------------------------------------------------------------------------

# What the guide says of a database that was put into place without the marker, or whose registry
# was replaced.
put_old_database() {
    cp "$(on_c good/ntds.dit)" "$(fact database_path)"
}
refuses_to_start() {
    local seen
    seen=$(events 2542)
    ! "$LAB" start "$prefix" || return 1
    [ "$(events 2542)" -eq $((seen + 1)) ]
}
put_old_database
check "old_database__epoch_of_another__event_2542" refuses_to_start
set_marker
check "old_database__marker_alone__event_2542" refuses_to_start
for bits in "${all_bits[@]}"; do
    check "mark_restored_${bits}__succeeds" \
        "$LAB" exec "--$bits" "$prefix" ntdsdoctor --mark-restored
    check_equal "mark_restored_${bits}__epoch_is_gone" '' "$(epoch)"
    seen=$(events 1109)
    check "mark_restored_${bits}__directory_starts" starts
    check_equal "mark_restored_${bits}__new_invocation_id" $((seen + 1)) "$(events 1109)"
    put_old_database
done
set_marker
forget_epoch
check "by_hand__marker_and_no_epoch__directory_starts" starts

# --- a restore that ended before it changed a file --------------------------------------------------

set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
before=$(epoch)
check "pre_restore_fails__restore__exit_5" \
    with_fault PreRestore:writer=0x800423f4 fails_with 5 'DsRestoreRegister' restore 64 good
check_equal "pre_restore_fails__epoch_is_as_it_was" "$before" "$(epoch)"
check "pre_restore_fails__no_interlock" no_interlock
check "pre_restore_fails__directory_starts" starts
