#!/usr/bin/env bash
# Every VSS call of a restore fails, hangs, or the writer does: what the caller is told, that
# PostRestore was called where PreRestore was, what the registry keeps, and that the next restore
# works. The cases are restore_cases.c and fault_matrix.c.
. "$(dirname "$0")/lib/fault.sh"

make_restored_lab --generate

# table BITS NAME ARGUMENT...
table() {
    report_cases "restore_$2_$1" "$LAB" exec "$prefix" "$TEST_FOLDER/programs$1/fault-table.exe" \
        restore 'C:\good' "${@:3}"
    check "restore_$2_$1__afterwards__no_broker_and_no_shadow" nothing_left 5
}
program_folder programs64 64 >/dev/null
table 64 table quick
table 64 waits slow
# The broker is the same for both: of the 32-bit half a few rows. Of the matrix a part, or all in a
# long run.
if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then part=1 few=1; else part=8 few=30; fi
table 64 matrix matrix "$part"
program_folder programs32 32 >/dev/null
need_32bit restore_table_32__every_call__fails_as_it_should
table 32 table quick "$few"
table 32 matrix matrix "$few"
