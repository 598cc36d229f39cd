#!/usr/bin/env bash
# A restore program or its broker dies at random moments: nothing is left running, a half-restored
# directory has its interlock and marker, the writer hears of it, the next restore completes.
. "$(dirname "$0")/../integration/lib/restore.sh"
. "$(dirname "$0")/lib/fault.sh"

make_small_lab --generate
driver_folder=$(program_folder programs64 64)
check "backup__for_the_restores__succeeds" backup 64 good
"$LAB" stop "$prefix"
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
directory=$(fact logs)
factor=1
[ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || factor=16

# random_deaths BITS WHO COUNT
random_deaths() {
    report_cases "restore_$1_$2" "$LAB" exec "$prefix" "$driver_folder/fault-restores.exe" "$2" \
        "$(windows_path "$STAGE/$(architecture "$1")/legacy-restore.exe")" "$(server)" 'C:\good' \
        "$directory" $((factor * $3))
    # How many found it before, in the middle of, and after the restore.
    sed -nE 's/^(host|broker) [0-9]+ after .*: /  /p' "$TEST_FOLDER/cases.restore_$1_$2" |
        sort | uniq -c
    check "restore_$1_$2__afterwards__nothing_is_left" nothing_left 5
}
random_deaths 64 host 4
random_deaths 64 broker 3
random_deaths "$other_bits" host 4
random_deaths "$other_bits" broker 2
