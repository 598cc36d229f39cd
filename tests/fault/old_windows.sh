#!/usr/bin/env bash
# Windows Server 2008 and 2008 R2 without updates refuse flags that later ones know: backup and
# restore do without.
. "$(dirname "$0")/lib/fault.sh"

make_restored_lab --generate
for bits in 64 32; do
    folder=$(program_folder "programs$bits" "$bits")
    report_cases "old_windows_restore_$bits" \
        "$LAB" exec "$prefix" "$folder/fault-old-windows.exe" 'C:\good'
done
"$LAB" start "$prefix"
for bits in 64 32; do
    report_cases "old_windows_backup_$bits" \
        "$LAB" exec "$prefix" "$TEST_FOLDER/programs$bits/fault-old-windows.exe"
done
check "old_windows__afterwards__nothing_is_left" nothing_left 5
