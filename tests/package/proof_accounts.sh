#!/usr/bin/env bash
# The kit's backups by other accounts, in the lab: SYSTEM by a real service and by a task of a
# stand-in, not elevated, beside a foreign requestor; each check with what it looks at broken.
. "$(dirname "$0")/lib/proof.sh"

need_32bit "kit__of_both_bitnesses__proves"
make_package
make_small_lab --generate
unpack_kit
header_of_database

# One check of a claim, by its words: its outcome.
says_of() { # CHECK OUTCOME
    grep -A2 "\"check\": \"$1\"" "$out/proof.json" >"$TEST_FOLDER/entry" || true
    grep -q "\"outcome\": \"$2\"" "$TEST_FOLDER/entry" || {
        cat "$TEST_FOLDER/entry"
        echo "'$1' is not '$2'"
        return 1
    }
}
word() { # LABEL: for the name of a test
    tr -s ' ,' _ <<<"$1"
}
no_service_or_task() {
    "$LAB" exec "$prefix" reg query 'HKLM\SYSTEM\CurrentControlSet\Services' >"$TEST_FOLDER/services"
    grep -q VSS "$TEST_FOLDER/services"
    [ -z "$(grep -i ntdsprove "$TEST_FOLDER/services")" ]
    [ -z "$(find "$system" -name 'task-ntdsprove-*')" ]
}

# --- as it should be ------------------------------------------------------------------------------

check_exit 0 "accounts__healthy__nothing_fails" prove /level:2 /account
for claim in vss-rights backup-rights two-backups log-two-accounts; do
    check "accounts__${claim}__is_proved" says "$claim" proved
done
for label in 'SYSTEM, by a service' 'SYSTEM, by a task' 'not elevated' 'diskshadow at the same time'; do
    check "accounts__$(word "$label")__is_proved" says_of "$label" proved
done
check "accounts__account_on_a_domain_controller__is_not_possible" \
    says_of 'Backup Operator' 'not possible here'
check "accounts__tombstone_said_by_the_writer__is_not_possible" says tombstone 'not possible here'
check "accounts__afterwards__no_service_and_no_task" no_service_or_task
check "accounts__afterwards__no_log_folder_of_its_own" \
    test -z "$(find "$(on_c ProgramData)" -maxdepth 1 -name 'ntdsbcli-*')"
check "accounts__afterwards__nothing_is_left" nothing_left 5

# --- each check, with what it looks at broken -----------------------------------------------------

# The directory does not say when a backup expires; a task that does not start; a foreign requestor
# that fails, which is not our fault.
set_dword 'Services\VSS\Embedded\Writers\NTDS' TombstoneDays 0
echo /run >"$system/schtasks-fails.txt"
touch "$system/diskshadow-fails.txt"
check_exit 1 "accounts__all_this_broken__fails" prove /level:2
check "broken__tombstone_is_assumed__fails" says tombstone failed
check "broken__task_does_not_start__fails" says_of 'SYSTEM, by a task' failed
check "broken__task_does_not_start__service_is_proved" says_of 'SYSTEM, by a service' proved
check "broken__task_does_not_start__it_is_deleted" no_service_or_task
check "broken__diskshadow_fails__is_not_possible" \
    says_of 'diskshadow at the same time' 'not possible here'
rm "$system/diskshadow-fails.txt"

# A program that says that all is well and does nothing, and a task that stays.
set_dword 'Services\VSS\Embedded\Writers\NTDS' TombstoneDays 180
echo /delete >"$system/schtasks-fails.txt"
mv "$kit/x64/legacy-backup.exe" "$kit/x64/away.exe"
cp "$STAGE/lab/x64/stand-in.exe" "$kit/x64/legacy-backup.exe"
echo 0 >"$kit/x64/legacy-backup.txt"
check_exit 1 "accounts__program_that_does_nothing__fails" prove /level:2
for label in 'SYSTEM, by a service' 'SYSTEM, by a task' 'not elevated' 'diskshadow at the same time' \
    'SYSTEM, then this account'; do
    check "broken__program_does_nothing__$(word "$label")_fails" says_of "$label" failed
done
check "broken__program_does_nothing__tombstone_fails" says tombstone failed
check "broken__task_stays__says_so" grep -q 'the task cannot be deleted' "$out/proof.json"
check_exit 1 "broken__task_stays__is_seen_here_too" no_service_or_task
mv "$kit/x64/away.exe" "$kit/x64/legacy-backup.exe"
rm "$system/schtasks-fails.txt"

# --- a server that is no domain controller --------------------------------------------------------

"$LAB" destroy "$prefix"
make_server instance1
adlds_service start instance1
header_of_database "$(adlds_path instance1)/adamntds.dit"
check_exit 0 "adlds__other_accounts__nothing_fails" prove /level:2 /adlds:instance1 /account
for label in 'SYSTEM, by a service' 'SYSTEM, by a task' 'not elevated'; do
    check "adlds__$(word "$label")__is_proved" says_of "$label" proved
done
for claim in auth-identity log-account; do
    check "adlds__${claim}__is_not_possible_under_Wine" says "$claim" 'not possible here'
done
check "adlds__afterwards__no_service_and_no_task" no_service_or_task
check "adlds__afterwards__nothing_is_left" nothing_left 5
