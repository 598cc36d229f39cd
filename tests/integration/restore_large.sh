#!/usr/bin/env bash
# A restore of thousands of logs, where one log costs as much as of a thousand, and of a database of
# more than 4 GiB. Minutes and gigabytes: only with --long. NTDSBCLI_TEST_LOGS is another number.
#
#     restore_large.sh logs|size
. "$(dirname "$0")/lib/restore.sh"

FEW=1000
MANY=${NTDSBCLI_TEST_LOGS:-20000}
BYTES=$((4096 * 1024 * 1024 + 64 * 1024))

kind=$1
if [ "${NTDSBCLI_TEST_LONG-0}" != 1 ]; then
    skip "restore_${kind}__large__every_byte_is_back" "minutes: run with --long"
    exit 0
fi
make_lab --generate

# All in the directory's one folder; is_restored, which asks for each file's, would take for ever.
every_byte_is_back() {
    diff <(cd "$(on_c good)" && sha256sum ./*.dit ./*.log ./*.chk) \
        <(cd "$(fact logs_path)" && sha256sum ./*.dit ./*.log ./*.chk)
}
# Sets $complete_ms, how long DsRestoreRegisterComplete took.
round_trip() { # BITS
    rm -rf "$(on_c good)"
    check "backup_$1__${label}__succeeds" backup "$1" good
    "$LAB" stop "$prefix"
    forget_restores
    destroy_directory
    check "restore_$1__${label}__succeeds" restore "$1" good
    check "restore_$1__${label}__every_byte_is_back" every_byte_is_back
    complete_ms=$(tr -d '\r' <"$(product_log legacy-restore)" |
        sed -nE 's/.*DsRestoreRegisterComplete: .* in ([0-9]+) ms.*/\1/p' | tail -n 1)
    echo "$label: DsRestoreRegisterComplete took $complete_ms ms"
    "$LAB" start "$prefix"
}

round_trip_of_logs() { # COUNT
    label=${1}_logs
    check "directory__${label}__starts" directory_with_logs "$1"
    round_trip 64
}

# The few are timed before and after the many, as the machine may have other work: as slow as it was.
restore_logs() {
    local few_ms many_ms
    round_trip_of_logs "$FEW"
    few_ms=$complete_ms
    round_trip_of_logs "$MANY"
    many_ms=$complete_ms
    round_trip_of_logs "$FEW"
    [ "$complete_ms" -le "$few_ms" ] || few_ms=$complete_ms
    # At most a fifth more for each.
    check "restore__${MANY}_logs__one_costs_what_it_costs_of_$FEW" \
        test $((many_ms * FEW * 10)) -le $((few_ms * MANY * 12))
}

restore_size() {
    label=over_4_gib
    check "directory__${label}__starts" directory_of_size "$BYTES"
    pause_writing
    round_trip "$other_bits"
}

"restore_$kind"
check "restore__all_of_these__nothing_is_left" nothing_left 30
