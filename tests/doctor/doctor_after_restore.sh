#!/usr/bin/env bash
# ntdsdoctor --after-restore: what is wrong, what is not known, and which restore it is. Wine has no
# log 'Directory Service' and no directory that answers: what they say is judged in
# unit/doctor/test_after_restore. Its SYSVOL is never shared, so each exit code is 23.
. "$(dirname "$0")/lib/doctor.sh"

services='HKLM\SYSTEM\CurrentControlSet\Services'
parameters="$services\\NTDS\\Parameters"
netlogon="$services\\Netlogon\\Parameters"
marker='Database restored from backup'
epoch='DSA Database Epoch'
make_small_lab --generate
log_folder=$(on_c ProgramData/ntdsbcli)
reg_has "$parameters" "$epoch" || reg_set "$parameters" "$epoch" REG_DWORD 7

after() { # BITS
    doctor "$1" --json --after-restore
}
# What is not known must be named as such, whatever else is wrong.
not_known() { # ID PATTERN
    has_finding warning "after-restore.$1" "^Not known: $2"
}

# --- no restore -----------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check "after_${bits}__no_record__is_not_known" finds 23 warning after-restore.record \
        '^Not known: when .*no record of it.*30 days' after "$bits"
    check "after_${bits}__log_that_cannot_be_read__is_not_known" not_known events "the log"
    check "after_${bits}__invocation_id__is_not_known" not_known invocation-id 'which'
    check "after_${bits}__no_share__is_an_error" has_finding error after-restore.sysvol-share \
        'not shared'
    check "after_${bits}__sysvol_ready_missing__is_not_known" not_known sysvol-ready 'Netlogon'
    check "after_${bits}__partners__are_not_known" not_known partners ''
    check "after_${bits}__nothing_left_behind__lock_is_ok" has_finding ok after-restore.lock 'is gone'
    check "after_${bits}__nothing_left_behind__marker_is_ok" has_finding ok after-restore.marker 'away'
    check "after_${bits}__nothing_left_behind__epoch_is_ok" has_finding ok after-restore.epoch 'there'
    check "after_${bits}__nothing_left_behind__writable_is_ok" has_finding ok after-restore.writable ''
    check "after_${bits}__online__is_ok" has_finding ok after-restore.service 'online'
done

# --- restored, not started ------------------------------------------------------------------------

check "backup__to_restore_from__is_made" backup 64 kept
"$LAB" stop "$prefix"
check "restore__of_it__is_complete" \
    "$LAB" exec "$prefix" legacy-restore "$(server)" 'C:\kept'
reg_remove "$parameters" "$epoch" || true # as a restore does
record=$(echo "$log_folder"/restore-*.txt)
id=$(basename "${record#*/restore-}" .txt)
for bits in "${all_bits[@]}"; do
    check "after_${bits}__not_started__exit_23" finds 23 error after-restore.marker 'still there' \
        after "$bits"
    check "after_${bits}__not_started__epoch_is_missing" has_finding error after-restore.epoch \
        'is missing'
    check "after_${bits}__not_started__service_is_stopped" has_finding error \
        after-restore.service 'not online'
    check "after_${bits}__restored__is_known_by_its_record" has_finding ok after-restore.record \
        "backup $id was complete at 20"
done
# Its time is the one that the record has, which is local.
recorded=$(grep -aoE '^[0-9-]{10} [0-9:]{8}' "$record" | tail -n 1)
check "after__restored__time_is_the_records" has_finding ok after-restore.record \
    "$(date -u -d "$recorded" +%FT%TZ)"

# --- started --------------------------------------------------------------------------------------

"$LAB" start "$prefix"
# What a directory does at its first start, whether the lab's does it or not.
reg_remove "$parameters" "$marker" || true
reg_has "$parameters" "$epoch" || reg_set "$parameters" "$epoch" REG_DWORD 8
reg_set "$netlogon" SysvolReady REG_DWORD 1
check "after__started__marker_is_taken_away" finds 23 ok after-restore.marker \
    'away' after 64
check "after__started__epoch_is_there" has_finding ok after-restore.epoch 'there'
check "after__started__service_is_online" has_finding ok after-restore.service 'online'
check "after__started__sysvol_is_ready" has_finding ok after-restore.sysvol-ready '1'

wrong() { # LABEL ID PATTERN
    check "after__$1__is_an_error" finds 23 error "after-restore.$2" "$3" after 64
}
reg_set "$netlogon" SysvolReady REG_DWORD 0
wrong sysvol_not_ready sysvol-ready 'is 0'
reg_set "$netlogon" SysvolReady REG_DWORD 1
reg_set "$parameters" 'Dsa Not Writable' REG_DWORD 4
wrong usn_rollback writable 'USN rollback'
reg_remove "$parameters" 'Dsa Not Writable'
lock="$services\\NTDS\\Restore In Progress"
reg_set "$lock" LogPath REG_SZ "$(fact logs)"
wrong lock_left lock 'not complete'
"$LAB" exec "$prefix" deny-key "${lock#HKLM\\}"
check "after__lock_that_cannot_be_read__is_not_known" finds 23 warning after-restore.lock \
    '^Not known' after 64

printf '2026-01-01 00:00:00\r\nResult: 0xc80001f5, FAILED\r\n\r\n' >"$log_folder/restore-ffff.txt"
check "after__older_record_of_a_failure__does_not_count" finds 23 ok after-restore.record "$id" after 64
printf 'nothing\r\n' >"$log_folder/restore-eeee.txt"
check "after__record_that_is_damaged__is_said" finds 23 warning after-restore.record \
    'Not known: 1 record' after 64
rm "$log_folder"/restore-eeee.txt
printf '%s\r\nResult: 0xc80001f5, FAILED\r\n\r\n' "$(date +'%F %T')" >>"$record"
wrong restore_that_failed_last record "$id failed at"

check "after__all__nothing_is_left" nothing_left 5
