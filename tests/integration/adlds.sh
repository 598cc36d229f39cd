#!/usr/bin/env bash
# AD LDS instances beside a directory: vss-backup and vss-restore of the one that is named, and what
# is refused.
. "$(dirname "$0")/lib/adlds.sh"

"$LAB" create "$prefix" --generate
add_adlds instance1
add_adlds Other
genuine=$NTDSBCLI_TEST_DATA/ntds/adamntds.dit
[ -n "$NTDSBCLI_TEST_DATA" ] && [ -e "$genuine" ] || genuine=''
[ -z "$genuine" ] || add_adlds genuine "$genuine"
"$LAB" start "$prefix"
adlds_service start instance1
adlds_service start Other

# The line that the instance's service wrote when it froze for the last time.
is_the_frozen_moment() { # INSTANCE FOLDER
    local hash
    hash=$(sha256sum "$2/adamntds.dit" | cut -d' ' -f1)
    grep -qi "$hash" <(tail -n 1 "$prefix/drive_c/ntdslab/ADAM_$1-freeze.log")
}
lds_verifies() { # FOLDER
    ese check "$1/adamntds.dit" "$1"/*.log "$1"/*.chk
    ese stamps "$1/adamntds.dit"
}
was_never_frozen() { # LOG
    [ ! -e "$prefix/drive_c/ntdslab/$1" ]
}

# --- backup -----------------------------------------------------------------------------------------

for instance in instance1 OTHER; do
    name=Other
    [ "$instance" = OTHER ] || name=$instance
    check "backup__${instance}__succeeds" vss_backup "lds-$instance" --adlds "$instance"
    check "backup__${instance}__folder_is_what_backup.txt_says" \
        vss_is_complete "$(on_c "lds-$instance")"
    check "backup__${instance}__files_verify_and_are_of_one_instant" \
        lds_verifies "$(on_c "lds-$instance")"
    check "backup__${instance}__database_is_that_of_its_freeze" \
        is_the_frozen_moment "$name" "$(on_c "lds-$instance")"
    check "backup__${instance}__names_its_own_files" \
        grep -qF "Microsoft ADAM\\$name\\data\\adamntds.dit" "$(on_c "lds-$instance")/backup.txt"
    [ "$instance" = OTHER ] || check "backup__instance1__freezes_neither_ntds_nor_the_other" \
        eval 'was_never_frozen freeze.log && was_never_frozen ADAM_Other-freeze.log'
done
none=$(on_c none)
check "backup__no_such_instance__names_it_and_those_that_are" \
    refused 3 'instance "instance9" has no VSS writer.* "instance1", "Other"|instance "instance9" has no VSS writer.* "Other", "instance1"' \
    "$none" vss_backup none --adlds instance9
check "backup__no_name__exit_2" refused 2 'needs the name of an instance' "$none" \
    vss_backup none --adlds
adlds_service stop instance1
check "backup__stopped_instance__exit_3" refused 3 'instance1 is not online' "$none" \
    vss_backup none --adlds instance1
check "backup__ntds_beside_instances__succeeds" vss_backup ntds
check "backup__ntds_beside_instances__is_ntds_alone" test ! -e "$(on_c ntds)/adamntds.dit"

# The name of the service is as good, and is the same instance.
adlds_service start instance1
check "backup__name_of_the_service__succeeds" vss_backup lds-service --adlds ADAM_instance1
check_equal "backup__name_of_the_service__is_that_instances" 'instance instance1' \
    "$(tr -d '\r' <"$(on_c lds-service)/backup.txt" | grep '^instance ')"
check "restore__name_of_the_running_service__names_it_once" fails_with 3 'net stop ADAM_instance1"' \
    vss_restore lds-instance1 --adlds adam_instance1
adlds_service stop instance1
check "backup__name_of_a_stopped_service__names_it_once" \
    refused 3 'the service ADAM_instance1' "$none" vss_backup none --adlds ADAM_instance1
check "restore__backup_under_the_name_of_the_service__is_read" \
    fails_with 0 'Dry run: nothing was changed' vss_restore lds-service --adlds instance1 --dry-run
# As earlier versions wrote it.
sed -i 's/^instance .*/instance ADAM_instance1\r/' "$(on_c lds-service)/backup.txt"
check "restore__backup_with_the_name_of_the_service__is_read" \
    fails_with 0 'Dry run: nothing was changed' vss_restore lds-service --adlds instance1 --dry-run

# --- restore ------------------------------------------------------------------------------------

LDS_KEY='HKLM\SYSTEM\CurrentControlSet\Services\ADAM_instance1'
ntds_key() {
    registry "$NTDS_KEY" /s
}
lds_marker() {
    registry_value "$LDS_KEY\\Parameters" 'Database restored from backup'
}
lds_epoch() {
    registry_value "$LDS_KEY\\Parameters" 'DSA Database Epoch'
}
check "restore__before_it__instance_has_an_epoch" test -n "$(lds_epoch)"
# From here on the tests' "directory" is the instance.
directory_folders=$(adlds_path instance1)
ntds_before=$(ntds_key)
check "restore__dry_run__changes_nothing" refused_unchanged 0 'instance1.data.adamntds.dit' \
    vss_restore lds-instance1 --adlds instance1 --dry-run
destroy_directory
check "restore__stopped_instance__succeeds" vss_restore lds-instance1 --adlds instance1
check "restore__stopped_instance__files_are_those_of_the_backup" is_restored lds-instance1
check_equal "restore__stopped_instance__sets_its_own_marker" 0x1 "$(lds_marker)"
check_equal "restore__stopped_instance__deletes_its_own_epoch" '' "$(lds_epoch)"
check_exit 1 "restore__stopped_instance__leaves_no_interlock" \
    "$LAB" exec "$prefix" reg query "$LDS_KEY\\Restore In Progress"
check_equal "restore__stopped_instance__leaves_ntds_alone" "$ntds_before" "$(ntds_key)"
lds_runs_on() {
    local restored
    restored=$(od -An -tu8 -j16 -N8 "$(on_c lds-instance1)/adamntds.dit" | tr -d ' ')
    adlds_service start instance1
    adlds_service stop instance1
    [ "$(od -An -tu8 -j16 -N8 "$directory_folders/adamntds.dit" | tr -d ' ')" -gt "$restored" ]
}
check "restore__stopped_instance__runs_on" lds_runs_on

# --- killed, and two at once ----------------------------------------------------------------------

lds_interlock_is_there() {
    registry "$LDS_KEY\\Restore In Progress" >/dev/null 2>&1
}
# Once it is registered, while it copies byte by byte.
restore_is_killed() {
    local job processes end=$((SECONDS + 60))
    vss_restore lds-instance1 --adlds instance1 --buffer 1 >"$TEST_FOLDER/killed" 2>&1 </dev/null &
    job=$!
    until lds_interlock_is_there; do [ "$SECONDS" -lt "$end" ]; done
    mapfile -t processes < <(processes_like '^[^ ]*vss-restore\.exe')
    kill -KILL "${processes[@]}"
    wait "$job" || true
    lds_interlock_is_there
}
next_lds_restore() {
    vss_restore lds-instance1 --adlds instance1
    is_restored lds-instance1
    if lds_interlock_is_there; then return 1; fi
    nothing_left 30
}
check "restore__instance_killed__leaves_its_interlock" restore_is_killed
check_equal "restore__instance_killed__leaves_ntds_alone" "$ntds_before" "$(ntds_key)"
check "restore__instance_killed__next_one_completes" next_lds_restore
two_at_once() {
    local job code=0
    adlds_service stop Other
    vss_restore lds-OTHER --adlds Other >"$TEST_FOLDER/other" 2>&1 </dev/null &
    job=$!
    vss_restore lds-instance1 --adlds instance1
    wait "$job" || code=$?
    cat "$TEST_FOLDER/other"
    [ "$code" -eq 0 ]
    is_restored lds-instance1
    directory_folders=$(adlds_path Other)
    is_restored lds-OTHER
    adlds_service start Other
}
check "restore__two_instances_at_once__both_complete" two_at_once

# --- what is refused ------------------------------------------------------------------------------

adlds_service start instance1
check "restore__running_instance__exit_3" \
    fails_with 3 'is not stopped' vss_restore lds-instance1 --adlds instance1
adlds_service stop instance1
check "restore__backup_of_another_instance__exit_2" refused_unchanged 2 \
    'is a backup of AD LDS instance OTHER' vss_restore lds-OTHER --adlds instance1
check "restore__instance_not_named__is_about_ntds" fails_with 3 'is not stopped' vss_restore lds-instance1
"$LAB" stop "$prefix"
check "restore__instance_not_named_and_ntds_stopped__exit_2" refused_unchanged 2 \
    'run this program with --adlds instance1' vss_restore lds-instance1
"$LAB" start "$prefix"
check "restore__backup_of_ntds__exit_2" \
    refused_unchanged 2 'is a backup of Active Directory' vss_restore ntds --adlds instance1
# As on a computer that the instance was taken off.
copy_backup lds-instance1 gone
sed -i 's/^instance .*/instance gone\r/' "$(on_c gone)/backup.txt"
check "restore__unregistered_instance__names_it_and_those_that_are" refused_unchanged 3 \
    'instance "gone" is not registered on this computer.*"instance1"' vss_restore gone --adlds gone

# --- the genuine database -------------------------------------------------------------------------

if [ -z "$genuine" ]; then
    skip "genuine__adamntds.dit__round_trip" "no genuine database"
else
    # What the lab's service stamps is not the genuine file any more.
    adlds_service start genuine
    check "genuine__backup__succeeds" vss_backup lds-genuine --adlds genuine
    check "genuine__backup__verifies_and_is_of_one_instant" lds_verifies "$(on_c lds-genuine)"
    check "genuine__backup__is_that_of_its_freeze" is_the_frozen_moment genuine "$(on_c lds-genuine)"
    adlds_service stop genuine
    directory_folders=$(adlds_path genuine)
    destroy_directory
    check "genuine__restore__succeeds" vss_restore lds-genuine --adlds genuine
    check "genuine__restore__files_are_those_of_the_backup" is_restored lds-genuine
fi
check "afterwards__no_shadow_is_left" nothing_left 5
