#!/usr/bin/env bash
# VSS calls that never return, and failures that pass: the rows of fault_cases.c with a limit or a
# retry.
. "$(dirname "$0")/lib/fault.sh"

make_small_lab --generate

folder64=$(program_folder programs64 64)
report_cases waits_64 "$LAB" exec "$prefix" "$folder64/fault-table.exe" slow
check "waits_64__afterwards__no_broker_and_no_shadow" nothing_left 5
need_32bit waits_32__every_call__fails_as_it_should
folder32=$(program_folder programs32 32)
# The broker, which does the waiting, is the same for both.
if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then every=1; else every=6; fi
report_cases waits_32 "$LAB" exec "$prefix" "$folder32/fault-table.exe" slow "$every"
check "waits_32__afterwards__no_broker_and_no_shadow" nothing_left 5
