#!/usr/bin/env bash
# Database, logs and checkpoint on three drives: one set of three volumes, and files from each.
. "$(dirname "$0")/lib/backup.sh"

make_lab --generate --db-drive D --log-drive E --chk-drive F

calls=$(on_c calls.log)

# Calls of a name, "RESULT ARGUMENTS" a line.
calls_of() { # NAME
    tr -d '\r' <"$calls" | grep -oE " $1 .*"
}

one_set_of_three() {
    [ "$(calls_of StartSnapshotSet | wc -l)" -eq 1 ]
    [ "$(calls_of DoSnapshotSet | grep -c 'hr=0x00000000')" -ge 1 ]
    [ "$(calls_of AddToSnapshotSet | grep -c 'hr=0x00000000')" -eq 3 ]
    [ "$(calls_of AddToSnapshotSet | grep -oiE '\\\\\?\\Volume\{[-0-9a-f]+\}' | sort -u | wc -l)" -eq 3 ]
    # All of them before the set is made.
    [ "$(tr -d '\r' <"$calls" | sed -n '1,/ DoSnapshotSet /p' | grep -c ' AddToSnapshotSet ')" -eq 3 ]
}

name_list() { # DRIVE NAME...
    printf "\\\\\\\\$(server)\\\\%s\$\\\\NTDS\\\\%s\n" "$@"
}

for bits in "${all_bits[@]}"; do
    folder=$(on_c "three$bits")
    check "backup_${bits}__three_drives__succeeds" with_call_log calls.log backup "$bits" "three$bits"
    check "backup_${bits}__three_drives__one_set_with_three_volumes" one_set_of_three
    check "backup_${bits}__three_drives__has_every_file_of_the_lists" is_complete "$folder"
    check "backup_${bits}__three_drives__files_verify_and_are_of_one_instant" verifies "$folder"
    check_equal "backup_${bits}__database__is_named_on_its_drive" \
        "$(name_list D ntds.dit)" "$(names_in "$folder/names.bin")"
    check_equal "backup_${bits}__logs_and_checkpoint__are_named_on_their_drives" \
        "$(name_list E edb00001.log E edb00002.log E edb.log F edb.chk | sort)" \
        "$(names_in "$folder/logs.bin" | sort)"
    check_equal "backup_${bits}__locations__are_those_of_the_registry" \
        "$(name_list D ntds.dit; printf "\\\\\\\\$(server)\\\\%s\$\\\\NTDS\n" E F)" \
        "$(names_in "$folder/locations.bin")"
    check "backup_${bits}__three_drives__nothing_is_left" nothing_left 5
done

# As of a set that lacks a volume of the directory, which the writer refuses (KB913642).
lacking_a_volume() {
    VSSAPI_FAULT='PrepareSnapshot=0x800423F0' "$@"
}
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__writer_misses_a_volume__exit_5_and_its_own_code" \
        refused 5 '0x800423F0' "$(on_c none)" lacking_a_volume backup "$bits" none
done
check "backup__writer_misses_a_volume__nothing_is_left" nothing_left 5
