#!/usr/bin/env bash
# Two backups at once by two programs, one 32-bit, one 64-bit: the second waits, both succeed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=../integration/lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"
# shellcheck source-path=SCRIPTDIR source=lib/fault.sh
. "$ROOT/tests/fault/lib/fault.sh"
# shellcheck source-path=SCRIPTDIR source=lib/deaths.sh
. "$ROOT/tests/fault/lib/deaths.sh"

prefix=$(test_prefix dc)
make_lab --generate
driver_folder=$(program_folder programs64 64)
folder=$(program_folder programs32 32)
host64=$(windows_path "$driver_folder/fault-host.exe")
host32=$(windows_path "$folder/fault-host.exe")
report_cases together_64_and_32 death_driver together "$host64" "$host32"
report_cases together_32_and_64 death_driver together "$host32" "$host64"
check "together__afterwards__no_broker_and_no_shadow" nothing_left 5
