#!/usr/bin/env bash
# One call of the product to the system fails in a backup or a restore - memory, files, pipes, the
# registry, processes - in the DLL or in its broker: the caller is told a documented code, nothing is
# left, the next one works. Of all calls some, or all in a long run.
#
#     resource_faults.sh backup|restore
#
# NTDSBCLI_TEST_PART=2/4 is the second of four parts of a long run, NTDSBCLI_TEST_BITS=32 one bitness.
. "$(dirname "$0")/lib/fault.sh"

# resources BITS COUNT: that many calls, or in a long run all, or a part.
resources() {
    local count=$2
    [ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || count=${NTDSBCLI_TEST_PART-}
    [ "${NTDSBCLI_TEST_BITS:-$1}" = "$1" ] || return 0
    [ "$1" = 64 ] || need_32bit "resources_${kind}_32__every_call__fails_as_it_should"
    report_cases "resources_${kind}_$1" "$LAB" exec "$prefix" \
        "$TEST_FOLDER/programs$1/resource-faults.exe" "$kind" 'C:\good' ${count:+"$count"}
    check "resources_${kind}_$1__afterwards__no_broker_and_no_shadow" nothing_left 5
}

kind=$1
program_folder programs64 64 >/dev/null
program_folder programs32 32 >/dev/null
if [ "$kind" = backup ]; then
    make_small_lab --generate
    resources 64 16
    resources 32 4
else
    make_restored_lab --generate
    resources 64 24
    resources 32 6
fi
