#!/usr/bin/env bash
# A database of more than 4 GiB: its size and its last page, by a 32-bit program; with --long a
# larger one, by a 64-bit program, too.
. "$(dirname "$0")/lib/caller.sh"

# No multiple of what the caller reads at once, so that the last read is a short one. Sparse: the
# copy in the shadow is, too, and the caller keeps nothing.
size=$((4096 * 1024 * 1024 + 64 * 1024))
[ "${NTDSBCLI_TEST_LONG-0}" != 1 ] || size=$((5120 * 1024 * 1024 + 64 * 1024))

make_lab --generate
install_caller survey-caller
database=$(fact database_path)

check "directory__database_of_${size}_bytes__starts" directory_of_size "$size"
actual=$(stat -c %s "$database")

# The database's last page is the only used one beyond 4 GiB; the directory does not rewrite it
# while it is quiet.
same_tail() {
    tail -c "$(stat -c %s "$(on_c "$1")")" "$database" | cmp - "$(on_c "$1")"
    [ "$(tr -d '\0' <"$(on_c "$1")" | wc -c)" -gt 100 ]
}
pause_writing
for bits in "${all_bits[@]}"; do
    if [ "$bits" != "$other_bits" ] && [ "${NTDSBCLI_TEST_LONG-0}" != 1 ]; then
        skip "backup_64__over_4_gib__is_read_to_its_end" "some ten seconds more: run with --long"
        continue
    fi
    check "backup_${bits}__over_4_gib__is_read_to_its_end" \
        survey "$bits" "$(server)" "C:\\tail$bits"
    printf 'figures of %s bytes, %s bits:\n' "$actual" "$bits"
    check_output | sed 's/^/    /'
    check_equal "backup_${bits}__over_4_gib__size_and_bytes_are_the_files" "$actual" \
        "$(figure database_bytes)"
    check "backup_${bits}__over_4_gib__last_page_is_the_files" same_tail "tail$bits"
done
check "backup__over_4_gib__nothing_is_left" nothing_left 10
