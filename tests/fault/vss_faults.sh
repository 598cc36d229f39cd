#!/usr/bin/env bash
# Every VSS call of a backup fails, and so does the writer in every phase: what the caller is told,
# and that AbortBackup was called, nothing is left and the next backup works. The cases are those of
# fault_cases.c and fault_matrix.c; those that take long are vss_waits.sh's.
. "$(dirname "$0")/lib/fault.sh"

make_small_lab --generate

folder64=$(program_folder programs64 64)
report_cases fault_table_64 "$LAB" exec "$prefix" "$folder64/fault-table.exe" quick
check "fault_table_64__afterwards__no_broker_and_no_shadow" nothing_left 5
# Of the matrix a part, or all in a long run. The broker is the same for both bitnesses: of the
# 32-bit half less.
if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then part=1 few=1; else part=6 few=40; fi
report_cases fault_matrix_64 "$LAB" exec "$prefix" "$folder64/fault-table.exe" matrix "$part"
check "fault_matrix_64__afterwards__no_broker_and_no_shadow" nothing_left 5
need_32bit fault_matrix_32__every_call__fails_as_it_should
folder32=$(program_folder programs32 32)
report_cases fault_matrix_32 "$LAB" exec "$prefix" "$folder32/fault-table.exe" matrix "$few"
check "fault_matrix_32__afterwards__no_broker_and_no_shadow" nothing_left 5
