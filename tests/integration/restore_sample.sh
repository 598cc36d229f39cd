#!/usr/bin/env bash
# legacy-restore in both bitnesses and both halves: what a good restore looks like.
. "$(dirname "$0")/lib/restore.sh"

record_of() { # BACKUP-ID
    find "$prefix/drive_c/ProgramData/ntdsbcli" -name "restore-*.txt" -newer "$TEST_FOLDER/begin"
}

# The directory runs on what was restored, and goes on where that ended.
runs_on() { # NAME
    local restored
    restored=$(od -An -tu8 -j16 -N8 "$(on_c "$1")/ntds.dit" | tr -d ' ')
    "$LAB" start "$prefix"
    "$LAB" stop "$prefix"
    [ "$(od -An -tu8 -j16 -N8 "$(fact database_path)" | tr -d ' ')" -gt "$restored" ]
}

# A whole round with everything there is to see. Further arguments are restore's.
round_trip() { # LABEL BITS NAME [OPTION...]
    local label=restore_$2__$1
    destroy_directory
    touch "$TEST_FOLDER/begin"
    check "${label}__succeeds" restore "${@:2}"
    keep_output
    check "${label}__says_files_size_time_and_rate" \
        kept_output_has '^Restore complete: [0-9]+ files, .* in [0-9]+:[0-9]{2}, .*/s\.'
    check "${label}__files_are_those_of_the_backup" is_restored "$3"
    check "${label}__leaves_no_interlock" no_interlock
    check "${label}__leaves_the_marker" marker_is_set
    check "${label}__leaves_a_record" test -n "$(record_of "$3")"
    check "${label}__leaves_no_broker_and_no_shadow" nothing_left 10
}

# --- a dirty database with its logs -----------------------------------------------------------------

make_lab --generate
check "backup__for_the_restores__succeeds" backup "$other_bits" first
check "backup__for_the_restores_a__succeeds" backup 64 first-a --ansi
"$LAB" stop "$prefix"

# --- dry run ------------------------------------------------------------------------------------------

# What only looks like it belongs to the directory, in its folder.
ntds=$(dirname "$(fact database_path)")
for name in edb0000F.log edbres00009.jrs ntds.jfm; do echo old >"$ntds/$name"; done
for name in readme.txt edb.txt database.log; do echo keep >"$ntds/$name"; done
for bits in "${all_bits[@]}"; do
    check "dry_run_${bits}__stopped_directory__changes_nothing" \
        refused_unchanged 0 'Dry run: nothing was changed' restore "$bits" first --dry-run
    keep_output
    for name in ntds.dit edb.log edb00001.log edb00002.log edb.chk; do
        check "dry_run_${bits}__output__says_where_${name}_goes" kept_output_has \
            "^  $name +[0-9.]+ [KM]?i?B -> .*\\\\C\\\$\\\\Windows\\\\NTDS\\\\$name"
    done
    for name in ntds.dit edb.log edb.chk edb0000F.log edbres00009.jrs ntds.jfm; do
        check "dry_run_${bits}__output__says_that_${name}_is_deleted" kept_output_has \
            "^ +[0-9.]+ [KM]?i?B  .*\\\\C\\\$\\\\Windows\\\\NTDS\\\\$name"
    done
done
kept_output_lacks() {
    ! kept_output_has "$1"
}
for name in readme.txt edb.txt database.log; do
    check "dry_run__output__does_not_name_${name}" kept_output_lacks "$name"
done

# --- over a directory that is there -------------------------------------------------------------------

check "restore__over_an_old_directory__succeeds" restore "$other_bits" first
check "restore__over_an_old_directory__leaves_no_old_file" \
    is_restored first readme.txt edb.txt database.log
check "restore__over_an_old_directory__keeps_what_is_not_the_directorys" \
    test -s "$ntds/readme.txt" -a -s "$ntds/edb.txt" -a -s "$ntds/database.log"
check_equal "restore__over_an_old_directory__leaves_no_folder_of_old_files" "" "$(old_folders)"
rm "$ntds/readme.txt" "$ntds/edb.txt" "$ntds/database.log"
check "restore__delete_old__succeeds" restore 64 first --delete-old
keep_output
check "restore__delete_old__says_so" kept_output_has '^Deleting [0-9]+ old files'
check "restore__delete_old__files_are_those_of_the_backup" is_restored first
# Read-only files are moved and deleted like others.
chmod a-w "$ntds/edb00001.log"
mkdir "$ntds/ntdsbcli-old-7"
echo kept >"$ntds/ntdsbcli-old-7/ntds.dit"
check "restore__old_files_of_a_killed_one__succeeds" restore "$other_bits" first
keep_output
check "restore__old_files_of_a_killed_one__says_where_they_are" \
    kept_output_has '^Note: ".*NTDS.ntdsbcli-old-7" has the old files of an earlier restore'
check "restore__old_files_of_a_killed_one__says_where_its_own_are" \
    kept_output_has '^  .*NTDS.ntdsbcli-old-8$'
check_equal "restore__old_files_of_a_killed_one__leaves_them" kept \
    "$(cat "$ntds/ntdsbcli-old-7/ntds.dit")"
check_equal "restore__old_files_of_a_killed_one__removes_its_own" "$ntds/ntdsbcli-old-7" \
    "$(old_folders)"
for bits in "${all_bits[@]}"; do
    forget_restores
    round_trip dirty_database "$bits" first
    check "restore_${bits}__dirty_database__directory_runs_on" runs_on first
    round_trip dirty_database_a "$bits" first --ansi
    round_trip backup_of_the_a_functions "$bits" first-a
done
check "restore__odd_buffer__succeeds" restore 64 first --buffer 65535
check "restore__odd_buffer__files_are_those_of_the_backup" is_restored first
rm -rf "$ntds"
check "restore__folder_of_the_directory_lost__succeeds" restore 64 first
check "restore__folder_of_the_directory_lost__files_are_those_of_the_backup" is_restored first

# --- with the NTDS writer there -----------------------------------------------------------------------

set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
calls_in_order() {
    tr -d '\r' <"$(on_c calls.log)" |
        grep -oE '\b(InitializeForRestore|SetSelectedForRestore|PreRestore|SetFileRestoreStatus|PostRestore) .*' |
        sed -nE 's/^([A-Za-z]+) .*hr=0x00000000.*/\1/p' | uniq | paste -sd ' '
}
for bits in "${all_bits[@]}"; do
    destroy_directory
    check "restore_${bits}__with_writer__succeeds" with_call_log calls.log restore "$bits" first
    check "restore_${bits}__with_writer__files_are_those_of_the_backup" is_restored first
    check_equal "restore_${bits}__with_writer__calls_are_in_order" \
        'InitializeForRestore SetSelectedForRestore PreRestore SetFileRestoreStatus PostRestore' \
        "$(calls_in_order)"
    check "restore_${bits}__with_writer__leaves_no_interlock" no_interlock
done
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 0
check "restore__without_writer__succeeds" with_call_log calls.log restore 64 first
check_equal "restore__without_writer__calls_neither_pre_nor_post_restore" \
    'InitializeForRestore' "$(calls_in_order)"
"$LAB" destroy "$prefix"

# --- a clean database ---------------------------------------------------------------------------------

prefix=$(test_prefix clean)
make_lab --generate --recovered
check "backup__clean_database__succeeds" backup "$other_bits" clean
"$LAB" stop "$prefix"
for bits in "${all_bits[@]}"; do
    round_trip clean_database "$bits" clean
done
check "restore__clean_database__directory_runs_on" runs_on clean
"$LAB" destroy "$prefix"

# --- genuine databases --------------------------------------------------------------------------------

for file in ntds/ntds.dit ntds/adamntds.dit; do
    label=genuine_$(basename "$file" .dit)
    if [ ! -e "$NTDSBCLI_TEST_DATA/$file" ] || [ -z "$NTDSBCLI_TEST_DATA" ]; then
        skip "restore__${label}__round_trip" "no genuine database"
        continue
    fi
    prefix=$(test_prefix "$label")
    make_lab --database "$NTDSBCLI_TEST_DATA/$file"
    check "backup__${label}__succeeds" backup "$other_bits" genuine
    "$LAB" stop "$prefix"
    for bits in "${all_bits[@]}"; do
        round_trip "$label" "$bits" genuine
    done
    check "restore__${label}__directory_runs_on" runs_on genuine
    "$LAB" destroy "$prefix"
done
