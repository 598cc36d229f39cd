#!/usr/bin/env bash
# Two backups at once by two programs, one 32-bit, one 64-bit: the second waits, both succeed.
. "$(dirname "$0")/lib/fault.sh"

make_small_lab --generate
folder64=$(program_folder programs64 64)
folder32=$(program_folder programs32 32)
host64=$(windows_path "$folder64/fault-host.exe")
host32=$(windows_path "$folder32/fault-host.exe")
together() { # HOST HOST
    "$LAB" exec "$prefix" "$folder64/fault-death.exe" together "$@"
}
report_cases together_64_and_32 together "$host64" "$host32"
report_cases together_32_and_64 together "$host32" "$host64"
check "together__afterwards__no_broker_and_no_shadow" nothing_left 5
