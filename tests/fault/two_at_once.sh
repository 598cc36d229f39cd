#!/usr/bin/env bash
# Two backups at once by two programs, one 32-bit, one 64-bit: the second waits, both succeed.
. "$(dirname "$0")/lib/fault.sh"

make_small_lab --generate
folder64=$(program_folder programs64 64)
other_folder=$(program_folder programs-other "$other_bits")
host64=$(windows_path "$folder64/fault-host.exe")
other_host=$(windows_path "$other_folder/fault-host.exe")
together() { # HOST HOST
    "$LAB" exec "$prefix" "$folder64/fault-death.exe" together "$@"
}
report_cases "together_64_and_$other_bits" together "$host64" "$other_host"
report_cases "together_${other_bits}_and_64" together "$other_host" "$host64"
check "together__afterwards__no_broker_and_no_shadow" nothing_left 5
