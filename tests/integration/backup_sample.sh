#!/usr/bin/env bash
# legacy-backup in both bitnesses and both halves: what a good backup looks like.
. "$(dirname "$0")/lib/backup.sh"

make_lab --generate

# --- under load: one instant, the frozen one ------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check "backup_${bits}__running_directory__succeeds" backup "$bits" "first$bits"
    keep_output
    check "backup_${bits}__success__says_files_size_time_and_rate" \
        kept_output_has '^Backup complete: [0-9]+ files, .* in [0-9]+:[0-9]{2}, .*/s\.'
    check "backup_${bits}__folder__has_every_file_of_the_lists" is_complete "$(on_c "first$bits")"
    check "backup_${bits}__files__verify_and_are_of_one_instant" verifies "$(on_c "first$bits")"
    check "backup_${bits}__database__is_that_of_the_freeze" \
        is_the_frozen_moment "$(on_c "first$bits")"
    check "backup_${bits}__afterwards__no_broker_and_no_shadow" nothing_left 5
done

check "backup__every_file__is_on_the_disk_before_the_records" \
    is_flushed_first flushed 4 backup 64 flushed

# Files get their names in this order: without its last one it is no backup.
newer_than_its_token() {
    find "$(on_c first64)" -type f -newer "$(on_c first64)/token.bin"
}
check_equal "backup__token.bin__is_written_last" '' "$(newer_than_its_token)"

# --- the lists, byte by byte ----------------------------------------------------------------------

ends_with_terminators() { # FILE BYTES
    [ "$(tail -c "$2" "$1" | tr -d '\0' | wc -c)" -eq 0 ] &&
        [ "$(tail -c $(($2 + 2)) "$1" | tr -d '\0' | wc -c)" -gt 0 ]
}
for list in names logs locations; do
    check "backup__${list}.bin__ends_with_exactly_two_terminators" \
        ends_with_terminators "$(on_c first64)/$list.bin" 4
done
first_byte() { # FILE
    od -An -tx1 -N1 "$1" | tr -d ' '
}
check_equal "backup__names.bin__first_character_is_a_database" 44 \
    "$(first_byte "$(on_c first64)/names.bin")"
check_equal "backup__logs.bin__first_character_is_a_log" 21 \
    "$(first_byte "$(on_c first64)/logs.bin")"
check_equal "backup__names.bin__is_the_unc_name_of_the_database" \
    "\\\\$(server)\\C\$\\Windows\\NTDS\\ntds.dit" "$(names_in "$(on_c first64)/names.bin")"

# --- both halves, both bitnesses, any buffer: the same bytes --------------------------------------

pause_writing
check "backup__quiet_directory_w__succeeds" backup 64 w64
check "backup__quiet_directory_a__succeeds" backup 64 a64 --ansi
check "backup__quiet_directory_w_${other_bits}__succeeds" backup "$other_bits" w32
check "backup__quiet_directory_a_${other_bits}__succeeds" backup "$other_bits" a32 --ansi
check "backup__buffer_of_65535__succeeds" backup 64 odd --buffer 65535
check "backup__buffer_of_32_mib__succeeds" backup "$other_bits" huge --buffer 33554432
for other in a64 w32 a32 odd huge; do
    check "backup__w64_and_${other}__have_equal_files" same_files "$(on_c w64)" "$(on_c "$other")"
done
for list in names logs locations; do
    check "backup__w32__has_the_same_${list}" cmp "$(on_c w64)/$list.bin" "$(on_c w32)/$list.bin"
    check "backup__a32__has_the_same_${list}" cmp "$(on_c a64)/$list.bin" "$(on_c a32)/$list.bin"
done
check_equal "backup__ansi_list__is_the_wide_one_in_bytes" \
    "$(iconv -f UTF-16LE -t LATIN1 "$(on_c w64)/locations.bin" | od -An -tx1)" \
    "$(od -An -tx1 "$(on_c a64)/locations.bin")"

# --- folders --------------------------------------------------------------------------------------

check "backup__folder_with_umlaut_and_cyrillic__succeeds" backup 64 'Sicherung äöü Копия'
check "backup__folder_with_umlaut_and_cyrillic__is_there" \
    is_complete "$(on_c 'Sicherung äöü Копия')"
# shellcheck disable=SC1003 # backslashes of Windows paths
deep=$(printf 'a folder of some forty characters, no %d\\' 1 2 3 4 5 6 7)
check "backup__path_of_more_than_260_characters__succeeds" backup "$other_bits" "${deep}end"
deep=${deep//\\//}
check "backup__path_of_more_than_260_characters__is_there" is_complete "$(on_c "${deep}end")"
mkdir "$(on_c empty)"
check "backup__empty_folder__succeeds" backup 64 empty
# shellcheck disable=SC1003
check "backup__trailing_backslash__succeeds" backup 64 'trailing\'

# --- help -----------------------------------------------------------------------------------------

check "help__asked_for__succeeds" "$LAB" exec "$prefix" legacy-backup --help
keep_output
check "help__asked_for__names_the_exit_codes" kept_output_has '7 FOLDER cannot be written'
