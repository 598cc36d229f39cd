#!/usr/bin/env bash
# Thousands of logs: all are listed, opened, read and counted; what a log costs is printed.
# With --long it is as many as a directory has that was not backed up for a year.
. "$(dirname "$0")/lib/caller.sh"

# Room for lists and tables, but not for the logs' content.
MEMORY_KIB=$((64 * 1024))
count=2000
[ "${NTDSBCLI_TEST_LONG-0}" != 1 ] || count=20000

make_lab --generate
install_caller survey-caller

check "directory__${count}_logs__starts" directory_with_logs "$count"

is_below() { # LIMIT VALUE
    [ "$2" -gt 0 ] && [ "$2" -lt "$1" ]
}
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__${count}_logs__all_are_read" survey "$bits" "$(server)"
    printf 'figures of %s logs, %s bits:\n' "$count" "$bits"
    check_output | sed 's/^/    /'
    # The checkpoint is one more entry of the list.
    check_equal "backup_${bits}__${count}_logs__all_are_listed" $((count + 1)) \
        "$(figure log_count)"
    check_equal "backup_${bits}__${count}_logs__every_byte_came" \
        $((count * LOG_BYTES + $(stat -c %s "$(fact checkpoint_path)/edb.chk"))) \
        "$(figure log_bytes)"
    check "backup_${bits}__${count}_logs__memory_stays_small" \
        is_below "$MEMORY_KIB" "$(figure own_peak_kib)"
    check "backup_${bits}__${count}_logs__memory_of_the_broker_stays_small" \
        is_below "$MEMORY_KIB" "$(figure broker_peak_kib)"
done
check "backup__${count}_logs__nothing_is_left" nothing_left 30
