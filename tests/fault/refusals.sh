#!/usr/bin/env bash
# What one Windows allows another refuses: flags that Windows Server 2008 and 2008 R2 do not know
# without updates, jobs besides that of the host, and normalised paths. Backup and restore do without.
. "$(dirname "$0")/lib/fault.sh"

make_restored_lab --generate
program() { # BITS ARGUMENT...
    "$LAB" exec "$prefix" "$TEST_FOLDER/programs$1/fault-refusals.exe" "${@:2}"
}
for bits in "${all_bits[@]}"; do
    program_folder "programs$bits" "$bits" >/dev/null
    for mode in old job names; do
        report_cases "${mode}_restore_$bits" program "$bits" "$mode" 'C:\good'
    done
done
"$LAB" start "$prefix"
for bits in "${all_bits[@]}"; do
    for mode in old job names; do
        report_cases "${mode}_backup_$bits" program "$bits" "$mode"
    done
done
check "refusals__afterwards__nothing_is_left" nothing_left 5
