#!/usr/bin/env bash
# A backup of another installation of Windows is not restored: with its database the computer would
# restart again and again. And the clock, without which nobody knows how old a backup is.
. "$(dirname "$0")/lib/restore.sh"

SETTINGS='HKLM\SOFTWARE\ntdsbcli'
set_setting() { # NAME NUMBER
    "$LAB" exec "$prefix" reg add "$SETTINGS" /v "$1" /t REG_DWORD /d "$2" /f >/dev/null
}
remove_setting() { # NAME
    "$LAB" exec "$prefix" reg delete "$SETTINGS" /v "$1" /f >/dev/null
}
boot_key() { # PART...
    "$LAB" exec "$prefix" lab-machine boot-key "$@"
}
machine_name() { # NAME
    "$LAB" exec "$prefix" reg add "$NTDS_KEY\\Parameters" /v 'Machine DN Name' /t REG_SZ /d "$1" \
        /f >/dev/null
}
# legacy-restore BITS fails in DsRestorePrepare with CODE, says WORD, and leaves all as it is.
refused() { # BITS CODE WORD
    local before after
    before=$(directory_contents; registry "$NTDS_KEY" /s)
    note_log
    fails_with "$2" 'DsRestorePrepare' restore "$1" good
    log_says "$3"
    after=$(directory_contents; registry "$NTDS_KEY" /s)
    [ "$before" = "$after" ]
}
accepted() { # BITS WORD
    note_log
    restore "$1" good
    log_says "$2"
    is_restored good
}

make_small_lab
# Nobody says the tombstone lifetime: neither the writer nor, in a lab, the directory.
set_dword 'Services\VSS\Embedded\Writers\NTDS' TombstoneDays 0
check "backup__to_restore_from__succeeds" backup 64 good
own_name=$(registry_value "$NTDS_KEY\\Parameters" 'Machine DN Name')
"$LAB" stop "$prefix"
check "same_installation__restore__says_so" accepted 64 'is of this installation'

# --- another boot key -----------------------------------------------------------------------------

boot_key 0b0a0908 1f2e3d4c 55667788 c0ffee01
for bits in "${all_bits[@]}"; do
    check "other_boot_key_${bits}__is_refused" refused "$bits" 5 \
        'another boot key.*restart again and again'
done
check "other_boot_key__log__says_the_way_out" grep -q 'AllowOtherInstallation = 1' \
    "$(product_log legacy-restore)"
doctor_sees() { # PATTERN
    "$LAB" exec "$prefix" ntdsdoctor --check-backup 'C:\good' >"$TEST_FOLDER/doctor" || true
    grep -qE "$1" "$TEST_FOLDER/doctor" || { cat "$TEST_FOLDER/doctor" && return 1; }
}
check "other_boot_key__doctor__warns" doctor_sees '^WARNING backup.installation: .*another boot key'
check_exit 3 "other_boot_key__doctor__exit_3" "$LAB" exec "$prefix" ntdsdoctor --check-backup 'C:\good'
set_setting AllowOtherInstallation 1
check "other_boot_key__allowed__restores_with_a_warning" accepted 64 \
    ' W The backup has another boot key'
remove_setting AllowOtherInstallation
boot_key 0b0a0908 1f2e3d4c 55667788 c0ffee00
check "own_boot_key_again__restore__succeeds" accepted "$other_bits" 'is of this installation'

# --- another domain controller --------------------------------------------------------------------

machine_name 'CN=NTDS Settings,CN=OTHER,CN=Servers,CN=Lab,CN=Sites,CN=Configuration,DC=lab,DC=example'
check "other_machine__is_refused" refused 64 5 'another Machine DN Name'
"$LAB" exec "$prefix" reg delete "$NTDS_KEY\\Parameters" /v 'Machine DN Name' /f >/dev/null
check "machine_not_known__restore__says_so" accepted 64 'Machine DN Name cannot be compared'
machine_name "$own_name"
"$LAB" exec "$prefix" reg delete 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa\GBG' /f >/dev/null
check "boot_key_not_known__restore__warns" accepted 64 'boot key cannot be compared'
boot_key 0b0a0908 1f2e3d4c 55667788 c0ffee00

# --- the date -------------------------------------------------------------------------------------

# The backup's time into the future, which is a clock in the past.
date_token() { # CREATED-FILETIME EXPIRES-FILETIME
    "$ROOT/tests/lab/date_token.sh" "$(on_c good/token.bin)" "$1" "$2"
}
date_token "$(filetime '+2 days')" "$(filetime '+62 days')"
check "clock_before_the_backup__is_refused" refused 64 6 'clock of this computer says'
check "clock_before_the_backup__program__says_what_to_do" grep -q 'Set the clock, then restore again' \
    "$TEST_FOLDER/fails"
date_token "$(filetime '+20 hours')" "$(filetime '+60 days')"
check "clock_hours_before_the_backup__restores" accepted 64 'is of this installation'
check "backup__expiry__is_called_assumed" grep -qE 'in 60 days \(assumed' "$(product_log legacy-backup)"
check "backup__no_metadata_of_the_writer__is_in_the_log" grep -q 'stored no backup metadata' \
    "$(product_log legacy-backup)"
date_token "$(filetime '-70 days')" "$(filetime '-10 days')"
check "expired__assumed_days__is_refused" refused 64 6 'has expired.*assumed.*set ExpiryDays'
set_setting ExpiryDays 180
check "expired__assumed_days_widened__restores" accepted "$other_bits" 'is of this installation'
# As the restore: later than its record says.
check "expired__assumed_days_widened__doctor_knows" doctor_sees \
    "can be restored until $(date -u -d '+110 days' +%F)"
set_setting ExpiryDays 30
check "expired__assumed_days_narrowed__is_refused" refused "$other_bits" 6 'has expired'

# The other way round: what the token of a new backup says.
"$LAB" start "$prefix"
check "backup__with_ExpiryDays__succeeds" backup 64 short
check "backup__with_ExpiryDays__expires_after_them" grep -qE 'in 30 days \(set by ExpiryDays' \
    "$(product_log legacy-backup)"
