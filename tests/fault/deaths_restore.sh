#!/usr/bin/env bash
# A restore program or its broker dies at random moments: nothing is left running, a half-restored
# directory has its interlock and marker, the writer hears of it, the next restore completes.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/restore.sh
. "$ROOT/tests/integration/lib/restore.sh"
# shellcheck source-path=SCRIPTDIR source=lib/fault.sh
. "$ROOT/tests/fault/lib/fault.sh"
# shellcheck source-path=SCRIPTDIR source=lib/deaths.sh
. "$ROOT/tests/fault/lib/deaths.sh"

prefix=$(test_prefix dc)
make_lab --generate
driver_folder=$(program_folder programs64 64)
check "backup__for_the_restores__succeeds" backup 64 good
"$LAB" stop "$prefix"
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
directory=$(windows_path "$(dirname "$(fact database_path)")")
factor=1
[ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || factor=16

# random_deaths BITS WHO COUNT
random_deaths() {
    local architecture=x64
    [ "$1" = 64 ] || architecture=x86
    report_cases "restore_$1_$2" "$LAB" exec "$prefix" "$driver_folder/fault-restores.exe" "$2" \
        "$(windows_path "$STAGE/$architecture/legacy-restore.exe")" "$(server)" 'C:\good' \
        "$directory" $((factor * $3))
    # How many found it before, in the middle of, and after the restore.
    sed -nE 's/^(host|broker) [0-9]+ after .*: /  /p' "$TEST_FOLDER/cases.restore_$1_$2" |
        sort | uniq -c
    check "restore_$1_$2__afterwards__nothing_is_left" nothing_left 5
}
random_deaths 64 host 4
random_deaths 64 broker 3
random_deaths 32 host 4
random_deaths 32 broker 2
