#!/usr/bin/env bash
# Every VSS call of a backup fails, and so does the writer in every phase: what the caller is told,
# and that AbortBackup was called, nothing is left and the next backup works. The cases are the
# table in fault_cases.c; those that take long are vss_waits.sh's.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"
# shellcheck source-path=SCRIPTDIR source=lib/fault.sh
. "$ROOT/tests/fault/lib/fault.sh"

prefix=$(test_prefix dc)
make_lab --generate

folder64=$(program_folder programs64 64)
folder32=$(program_folder programs32 32)
report_cases fault_table_64 "$LAB" exec "$prefix" "$folder64/fault-table.exe" quick
check "fault_table_64__afterwards__no_broker_and_no_shadow" nothing_left 5
# The broker is the same for both: of the 32-bit half every tenth, or all in a long run.
if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then every=1; else every=10; fi
report_cases fault_table_32 "$LAB" exec "$prefix" "$folder32/fault-table.exe" quick "$every"
check "fault_table_32__afterwards__no_broker_and_no_shadow" nothing_left 5
