#!/usr/bin/env bash
# legacy-restore when something is wrong before or while it copies: exit code, message, and that
# nothing was changed - or, once it was, that the interlock stays until a restore succeeds.
. "$(dirname "$0")/lib/restore.sh"

make_lab --generate
check "backup__for_the_restores__succeeds" backup 64 good
# run BITS PROGRAM-ARGUMENTS...
run() {
    "$LAB" exec "--$1" "$prefix" legacy-restore "${@:2}"
}
# check_unchanged NAME CODE WORD CMD...
check_unchanged() {
    check "$1" refused_unchanged "${@:2}"
}

# --- 3: online ----------------------------------------------------------------------------------------

# The running directory changes its files all the time, so only the registry is compared.
online_refused() { # BITS [OPTION...]
    local before
    before=$(registry "$NTDS_KEY" /s)
    fails_with 3 'is not stopped' run "$1" "$(server)" 'C:\good' "${@:2}"
    [ "$before" = "$(registry "$NTDS_KEY" /s)" ]
}
for bits in "${all_bits[@]}"; do
    check "restore_${bits}__running_directory__exit_3" online_refused "$bits"
    check "dry_run_${bits}__running_directory__exit_3" online_refused "$bits" --dry-run
    keep_output
    check "dry_run_${bits}__running_directory__shows_the_places_of_the_backup" \
        kept_output_has '^  ntds.dit .* -> .*\\C\$\\Windows\\NTDS\\ntds.dit'
done
"$LAB" stop "$prefix"

# --- 2: usage -----------------------------------------------------------------------------------------

check_unchanged "usage__no_arguments__exit_2" 2 'SERVER is missing' run 64
check_unchanged "usage__no_folder__exit_2" 2 'FOLDER is missing' run "$other_bits" "$(server)"
check_unchanged "usage__three_arguments__exit_2" 2 'extra' run 64 "$(server)" 'C:\good' extra
check_unchanged "usage__unknown_option__exit_2" 2 '--fast' run 64 "$(server)" 'C:\good' --fast
check_unchanged "usage__buffer_of_0__exit_2" 2 '--buffer' \
    run "$other_bits" "$(server)" 'C:\good' --buffer 0
check "help__asked_for__succeeds" run 64 --help
keep_output
check "help__asked_for__names_the_exit_codes" kept_output_has "7 the directory's folders"
cp "$(on_c good)"/*.bin "$(dirname "$(fact database_path)")/"
check_unchanged "restore__from_the_directorys_own_folder__exit_2" 2 "one of the directory's own folders" \
    run 64 "$(server)" 'C:\Windows\NTDS'
rm "$(dirname "$(fact database_path)")"/*.bin

# --- 3: no such domain controller ---------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check_unchanged "restore_${bits}__another_machine__exit_3_and_1702" 3 '0x000006A6' \
        run "$bits" otherdc 'C:\good'
    check_unchanged "restore_${bits}__name_with_underscore__exit_3" 3 '0xC7FF0007' \
        run "$bits" my_server 'C:\good'
done

# --- 4: access denied ---------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check_unchanged "restore_${bits}__privilege_not_held__exit_4" 4 '0x00000005' \
        without_privilege SeRestorePrivilege "$bits" legacy-restore "$(server)" 'C:\good'
done

# --- 5: VSS -------------------------------------------------------------------------------------------

set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
# Other programs copy before they register: only the interlock is put back.
only_marker_is_left() { # BITS FAULT
    forget_restores
    failed_unchanged 5 '0x' with_fault "$2" run "$1" "$(server)" 'C:\good'
    marker_is_set
    if interlock_is_there >/dev/null; then return 1; fi
}
check "restore__pre_restore_fails__exit_5_and_only_the_marker_stays" \
    only_marker_is_left "$other_bits" 'PreRestore=0x80042302'
check "restore__writer_fails_before_the_restore__exit_5_and_only_the_marker_stays" \
    only_marker_is_left 64 'PreRestore:writer=0x800423F4'
check "restore__after_failed_ones__nothing_is_left" nothing_left 10

# --- 6: the backup ------------------------------------------------------------------------------------

check_unchanged "restore__no_such_folder__exit_6" 6 'cannot open the folder' \
    run 64 "$(server)" 'C:\none'
check_unchanged "restore__no_such_drive__exit_6" 6 'Q:' run "$other_bits" "$(server)" 'Q:\backup'
check_unchanged "restore__folder_is_a_file__exit_6" 6 'It is a file' \
    run 64 "$(server)" 'C:\good\ntds.dit'
check_unchanged "restore__folder_of_something_else__exit_6" 6 'has no token.bin' \
    run 64 "$(server)" 'C:\Windows'
mkdir "$(on_c unfinished)"
touch "$(on_c unfinished)/ntds.dit.part"
check_unchanged "restore__unfinished_backup__exit_6_and_says_so" 6 'interrupted backup' \
    run 64 "$(server)" 'C:\unfinished'

for name in token.bin names.bin logs.bin locations.bin ntds.dit edb.log edb00001.log edb.chk; do
    copy_backup good bad
    rm "$(on_c bad)/$name"
    check_unchanged "restore__${name}_missing__exit_6_and_names_it" 6 "$name" \
        run 64 "$(server)" 'C:\bad'
done
for name in token.bin names.bin locations.bin; do
    copy_backup good bad
    : >"$(on_c bad)/$name"
    check_unchanged "restore__${name}_empty__exit_6_and_names_it" 6 "$name" \
        run "$other_bits" "$(server)" 'C:\bad'
    head -c 4096 /dev/zero | tr '\0' 'x' >"$(on_c bad)/$name"
    check_unchanged "restore__${name}_is_something_else__exit_6" 6 '' run 64 "$(server)" 'C:\bad'
done
# A name that leads out of the folder, in a list that somebody changed.
copy_backup good bad
printf 'D\0\\\0\\\0x\0\\\0.\0.\0\0\0\0\0' >"$(on_c bad)/names.bin"
check_unchanged "restore__list_names_a_parent_folder__exit_6" 6 'names.bin' \
    run 64 "$(server)" 'C:\bad'

# Names that would make one file replace another, and lists that were cut.
list_again() { # FILE NEW-NAME: once more at the end of logs.bin
    names_in "$(on_c bad)/logs.bin" | sed -n "s/\\\\$1\$/\\\\$2/p" | sed "s/^/L/" >"$TEST_FOLDER/name"
    {
        head -c -2 "$(on_c bad)/logs.bin"
        tr '\n' '\0' <"$TEST_FOLDER/name" | iconv -f UTF-8 -t UTF-16LE
        printf '\0\0'
    } >"$TEST_FOLDER/logs.bin"
    mv "$TEST_FOLDER/logs.bin" "$(on_c bad)/logs.bin"
}
for name in edb.log EDB.LOG; do
    copy_backup good bad
    list_again edb.log "$name"
    check_unchanged "restore__log_listed_again_as_${name}__exit_6" 6 "lists \"$name\" twice" \
        run 64 "$(server)" 'C:\bad'
done
copy_backup good bad
list_again edb.log 'edb00001.log.'
check_unchanged "restore__name_that_windows_shortens__exit_6" 6 'logs.bin" .* is not a file' \
    run 64 "$(server)" 'C:\bad'
# No check looks into it, and the server would not know of it.
copy_backup good bad
list_again edb.log x.exe
touch "$(on_c bad)/x.exe"
check_unchanged "dry_run__file_that_is_not_the_engines__is_left_out" 0 \
    '"x.exe" of the backup is left out' run 64 "$(server)" 'C:\bad' --dry-run
keep_output
check_equal "dry_run__file_that_is_not_the_engines__has_no_place" '' \
    "$(grep -- '-> .*x.exe' "$TEST_FOLDER/kept")"
for name in names logs; do
    copy_backup good bad
    truncate -s -4 "$(on_c bad)/$name.bin"
    check_unchanged "restore__${name}.bin_cut_short__exit_6" 6 "\"$name.bin\" in the backup folder" \
        run "$other_bits" "$(server)" 'C:\bad'
done

# The server's refusal is a positive number too.
copy_backup good bad
iconv -f UTF-16LE -t UTF-8 "$(on_c good)/names.bin" | sed 's/NTDS/NTDX/' | iconv -f UTF-8 -t UTF-16LE \
    >"$(on_c bad)/names.bin"
check_unchanged "restore__server_knows_the_database_by_another_path__exit_6" 6 \
    'DsRestoreRegister .*0x00000057' run 64 "$(server)" 'C:\bad' --no-check
keep_output
check "restore__server_knows_the_database_by_another_path__says_that_nothing_was_changed" \
    kept_output_has 'failed; no file was changed'

# Damage is found before anything is changed.
# damaged LABEL WORD CMD...: CMD damages a copy of the good backup.
damaged() {
    copy_backup good bad
    "${@:3}"
    check_unchanged "restore__$1__exit_6" 6 "$2" run 64 "$(server)" 'C:\bad'
    check_unchanged "dry_run__$1__exit_6" 6 "$2" run "$other_bits" "$(server)" 'C:\bad' --dry-run
}
bad=$(on_c bad)
damaged damaged_page '"ntds.dit" in the backup folder is damaged: page 19 at byte' \
    damage_file "$bad/ntds.dit" --flip $((20 * 8192 + 500)):0 --flip $((20 * 8192 + 5000)):3
damaged one_bit_of_a_page '"ntds.dit" in the backup folder is damaged: page 19 at byte' \
    damage_file "$bad/ntds.dit" --flip $((20 * 8192 + 500)):0
damaged database_without_headers '"ntds.dit" in the backup folder is damaged: header at byte' \
    damage_file "$bad/ntds.dit" --flip 30:0 --flip $((8192 + 30)):0
damaged empty_database '"ntds.dit" in the backup folder is damaged' truncate -s 0 "$bad/ntds.dit"
damaged segment '"edb.log" in the backup folder is damaged: segment 2 at byte' \
    damage_file "$bad/edb.log" --flip 9000:1 --flip 9100:5
# Recovery would stop there, though every sum is right.
for how in zero double; do
    damaged "segment_after_$how" '"edb00002.log" in the backup folder is damaged: segment' \
        damage_file "$bad/edb00002.log" "--$how-segment" 3
done
damaged log_cut '"edb00002.log" in the backup folder is damaged' \
    damage_file "$bad/edb00002.log" --truncate 65536
damaged log_without_its_tail 'does not hold what the next log says it held: edb00002.log' \
    damage_file "$bad/edb00002.log" --zero-tail 3
damaged log_that_is_not_there 'files in the backup folder: logs are missing: edb00002.log' \
    unlist "$bad" edb00002.log
damaged current_log_that_is_not_there 'current log is missing: edb.log' unlist "$bad" edb.log
damaged log_under_the_name_of_another 'another generation than its header: edb00002.log' \
    cp "$(on_c good)/edb00001.log" "$bad/edb00002.log"
no_logs() {
    local name
    for name in edb00001.log edb00002.log edb.log; do unlist "$bad" "$name"; done
}
damaged no_logs 'the database is dirty and has no logs' no_logs

for bits in "${all_bits[@]}"; do
    copy_backup good bad
    damage_file "$(on_c bad)/token.bin" --flip 100:3
    check_unchanged "restore_${bits}__token_with_a_flipped_bit__exit_6" 6 '0xC7FF0010' \
        run "$bits" "$(server)" 'C:\bad'
    check_unchanged "dry_run_${bits}__token_with_a_flipped_bit__exit_6" 6 '0xC7FF0010' \
        run "$bits" "$(server)" 'C:\bad' --dry-run
    copy_backup good bad
    truncate -s -1 "$(on_c bad)/token.bin"
    check_unchanged "restore_${bits}__token_cut_short__exit_6" 6 '0xC7FF0010' \
        run "$bits" "$(server)" 'C:\bad'
    copy_backup good bad
    "$ROOT/tests/lab/date_token.sh" "$(on_c bad)/token.bin" created
    check_unchanged "restore_${bits}__expired_backup__exit_6" 6 '0xC7FF0011' \
        run "$bits" "$(server)" 'C:\bad'
    check_unchanged "dry_run_${bits}__expired_backup__exit_6" 6 '0xC7FF0011' \
        run "$bits" "$(server)" 'C:\bad' --dry-run
done

# --- 7: the directory's folders -----------------------------------------------------------------------

# As if the Server service did not run.
without_shares() { # CMD...
    local code=0
    mv "$prefix/dosdevices/unc" "$prefix/dosdevices/no-unc"
    "$@" || code=$?
    mv "$prefix/dosdevices/no-unc" "$prefix/dosdevices/unc"
    return "$code"
}
for bits in "${all_bits[@]}"; do
    check_unchanged "restore_${bits}__share_is_not_there__exit_7_and_names_it" 7 'cannot reach .*C\$' \
        without_shares run "$bits" "$(server)" 'C:\good'
    check_unchanged "dry_run_${bits}__share_is_not_there__exit_7_and_names_it" 7 \
        'cannot reach .*C\$' without_shares run "$bits" "$(server)" 'C:\good' --dry-run
done

# While copying: what a full or failing disk does. The limit holds for what this shell starts, so
# the machine has to be on before.
limited_files() {
    trap '' XFSZ
    ulimit -f 512
    run "$@"
}
write_fails() { # BITS
    forget_restores
    note_log
    failed_unchanged 7 'cannot write' limited_files "$1" "$(server)" 'C:\good'
    interlock_is_there
    marker_is_set
    log_says 'The restore program reported failure: 0x'
}
for bits in "${all_bits[@]}"; do
    check "restore_${bits}__write_fails__exit_7_and_interlock_stays" write_fails "$bits"
    keep_output
    check "restore_${bits}__write_fails__says_that_the_directory_is_not_restored" \
        kept_output_has 'THE DIRECTORY IS NOT RESTORED'
    check "restore_${bits}__write_fails__says_that_the_old_files_are_back" \
        kept_output_has 'Its files are as they were before'
done
# The server finds what this program was told not to look for.
copy_backup good bad
damage_file "$bad/ntds.dit" --swap 30:31
for bits in "${all_bits[@]}"; do
    check "restore_${bits}__server_refuses_the_copy__exit_6_and_old_files_back" \
        failed_unchanged 6 'DsRestoreRegisterComplete' run "$bits" "$(server)" 'C:\bad' --no-check
    check "restore_${bits}__server_refuses_the_copy__interlock_stays" interlock_is_there
done
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
check "restore__post_restore_fails__exit_5_and_old_files_back" \
    failed_unchanged 5 'DsRestoreRegisterComplete' \
    with_fault 'PostRestore=0x80042302' run 64 "$(server)" 'C:\good'
# A Win32 code is a positive number, and no success.
check "restore__end_fails_with_a_win32_code__exit_6_and_old_files_back" \
    failed_unchanged 6 'DsRestoreRegisterComplete' \
    with_fault 'PostRestore=0x80070070' run 64 "$(server)" 'C:\good'
check "restore__end_fails_with_a_win32_code__interlock_stays" interlock_is_there
last_result_is() { # WORD
    tr -d '\r' <"$(compgen -G "$(on_c ProgramData/ntdsbcli)/restore-*.txt")" | grep '^Result: ' | tail -n 1 |
        grep -q "$1"
}
check "restore__post_restore_fails__is_a_failed_one_in_its_record" last_result_is FAILED
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 0
delete_old_fails() {
    fails_with 6 'Its files are incomplete or unchecked' run 64 "$(server)" 'C:\bad' \
        --no-check --delete-old
    cmp "$bad/ntds.dit" "$(fact database_path)"
    [ -z "$(old_folders)" ]
}
check "restore__fails_with_delete_old__has_no_old_files_to_put_back" delete_old_fails
check "restore__after_failed_writes__succeeds" restore "$other_bits" good
check "restore__after_failed_writes__files_are_those_of_the_backup" is_restored good
check "restore__after_failed_writes__leaves_no_interlock" no_interlock

# A disk without room: noticed before anything is deleted.
small=$prefix/drive_s
mkdir "$small"
if mount -t tmpfs -o size=1m none "$small" 2>/dev/null; then
    trap 'code=$?; umount -R "$small"; (exit "$code"); test_finish' EXIT
    ln -s ../drive_s "$prefix/dosdevices/s:"
    ln -s ../../../drive_s "$prefix/dosdevices/unc/$(server)/S\$"
    set_place() { # VALUE-NAME FOLDER
        "$LAB" exec "$prefix" reg add "$NTDS_KEY\\Parameters" /v "$1" /t REG_SZ /d "$2" /f >/dev/null
    }
    logs_are_in() { # FOLDER
        set_place 'Database log files path' "$1"
    }
    logs_are_in 'S:\NTDS'
    for bits in "${all_bits[@]}"; do
        check_unchanged "restore_${bits}__disk_too_small__exit_7_and_unchanged" 7 'has too little free space' \
            run "$bits" "$(server)" 'C:\good'
    done
    # Room for the backup only once the old files are gone.
    needed=$(cat "$(on_c good)"/*.log | wc -c)
    mount -o "remount,size=$(((needed + 1048576) / 4096 * 4096))" "$small"
    mkdir "$small/NTDS"
    head -c 2097152 /dev/zero >"$small/NTDS/edb0000F.log"
    directory_folders=$(printf '%s\n' "$(dirname "$(fact database_path)")" "$small/NTDS")
    check_unchanged "restore__room_without_the_old_files_only__exit_7_and_says_so" 7 'use --delete-old' \
        run 64 "$(server)" 'C:\good'
    check_unchanged "dry_run__room_without_the_old_files_and_delete_old__succeeds" 0 \
        '^ +2.0 MiB  .*S.*edb0000F.log' run 64 "$(server)" 'C:\good' --dry-run --delete-old
    directory_folders=''
    rm -r "$small/NTDS"
    # Another disk is mounted at a folder: it has the room, or lacks it. The checkpoint is beside it.
    mkdir "$small/disk"
    mount -t tmpfs -o size=64m none "$small/disk"
    mount -o remount,size=1m "$small"
    logs_are_in 'S:\disk\NTDS'
    set_place 'DSA Working Directory' 'S:\NTDS'
    check_unchanged "dry_run__large_disk_at_a_folder_of_a_small_one__succeeds" 0 \
        'Dry run: nothing was changed' run 64 "$(server)" 'C:\good' --dry-run
    mount -o remount,size=1m "$small/disk"
    mount -o remount,size=64m "$small"
    check_unchanged "dry_run__small_disk_at_a_folder_of_a_large_one__exit_7_and_names_it" 7 \
        'the disk of ".*S.\\disk\\NTDS" has too little' run 64 "$(server)" 'C:\good' --dry-run
    umount "$small/disk"
    rmdir "$small/disk"
    # Only the checkpoint is on the small one.
    logs_are_in 'C:\Windows\NTDS'
    mount -o remount,size=1m "$small"
    head -c $((1048576 - 4096)) /dev/zero >"$small/filler"
    check_unchanged "restore__no_room_for_the_checkpoint__exit_7" 7 \
        'the disk of ".*S.\\NTDS" has too little' run 64 "$(server)" 'C:\good'
    rm "$small/filler"
    set_place 'DSA Working Directory' 'C:\Windows\NTDS'
    logs_are_in 'S:\NTDS'
    mount -o remount,ro,size=64m "$small"
    read_only() {
        fails_with 7 'S\$' run 64 "$(server)" 'C:\good'
        interlock_is_there
    }
    check "restore__write_protected_disk__exit_7_and_interlock_stays" read_only
    trap test_finish EXIT
    umount "$small"
    logs_are_in 'C:\Windows\NTDS'
else
    for bits in "${all_bits[@]}"; do
        skip "restore_${bits}__disk_too_small__exit_7_and_unchanged" "mounting is not allowed here"
    done
    skip "restore__write_protected_disk__exit_7_and_interlock_stays" "mounting is not allowed here"
fi
check "restore__good_backup_after_all_this__succeeds" restore 64 good
check "restore__good_backup_after_all_this__leaves_no_interlock" no_interlock
check "restore__all_these_failures__nothing_is_left" nothing_left 10
