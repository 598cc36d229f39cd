#!/usr/bin/env bash
# legacy-backup when something is wrong: exit code, message, and that no backup seems to be there.
. "$(dirname "$0")/lib/backup.sh"

make_small_lab --generate

# run BITS PROGRAM-ARGUMENTS...
run() {
    "$LAB" exec "--$1" "$prefix" legacy-backup "${@:2}"
}

# --- 2: usage -------------------------------------------------------------------------------------

# $none is never created: what was refused wrote nothing.
none=$(on_c none)
check "usage__no_arguments__exit_2" refused 2 'SERVER is missing' "$none" run 64
check "usage__no_folder__exit_2" refused 2 'FOLDER is missing' "$none" run "$other_bits" "$(server)"
check "usage__three_arguments__exit_2" refused 2 'extra' "$none" run 64 "$(server)" 'C:\none' extra
check "usage__unknown_option__exit_2" refused 2 '--fast' "$none" run 64 "$(server)" 'C:\none' --fast
long_argument=$(printf 'x%.0s' {1..5000})
check "usage__message_of_5000_letters__is_marked_as_cut" refused 2 ': unexpected argument x+\.\.\.$' \
    "$none" run 64 "$(server)" 'C:\none' "$long_argument"
for bytes in 0 -1 x 67108865 5x ''; do
    check "usage__buffer_of_'${bytes}'__exit_2" refused 2 '--buffer' "$none" \
        run 64 "$(server)" 'C:\none' --buffer "$bytes"
done
check "usage__buffer_without_number__exit_2" refused 2 '--buffer' "$none" \
    run 64 "$(server)" 'C:\none' --buffer

# --- 3: no domain controller, or offline ----------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check "backup_${bits}__another_machine__exit_3_and_1702" refused 3 '0x000006A6' "$none" \
        run "$bits" otherdc 'C:\none'
    check "backup_${bits}__name_with_underscore__exit_3" refused 3 '0xC7FF0007' "$none" \
        run "$bits" my_server 'C:\none'
done
"$LAB" stop "$prefix"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__stopped_directory__exit_3" refused 3 'not online' "$none" \
        run "$bits" "$(server)" 'C:\none'
done
"$LAB" start "$prefix"

# --- 4: access denied -----------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check "backup_${bits}__privilege_not_held__exit_4" refused 4 '0x00000005' "$none" \
        without_privilege SeBackupPrivilege "$bits" legacy-backup "$(server)" 'C:\none'
done

# --- 5: no shadow copy ----------------------------------------------------------------------------

# with_fault FAULT CMD...: the embedded VSS fails as it is told to.
check "backup__no_room_for_the_shadow__exit_5" refused 5 '0x00000070' "$none" \
    with_fault 'DoSnapshotSet=0x8004231F' run 64 "$(server)" 'C:\none'
check "backup__writer_fails__exit_5" refused 5 '0x800423F' "$none" \
    with_fault 'PrepareForBackup=0x800423F4' run "$other_bits" "$(server)" 'C:\none'
check "backup__vss_denies_access__exit_4" refused 4 '0x00000005' "$none" \
    with_fault 'InitializeForBackup=0x80070005' run 64 "$(server)" 'C:\none'
# At the very end, when every file has been copied; a Win32 code, which is positive, too.
for fault in 0x800423F4 0x80070070; do
    check "backup__end_fails_with_${fault}__exit_5" refused 5 "DsBackupEnd" "$none" \
        with_fault "BackupComplete=$fault" run 64 "$(server)" 'C:\none'
done
records() {
    find "$(on_c ProgramData/ntdsbcli)" -name 'backup-*.txt'
}
check_equal "backup__after_failed_ones__there_is_no_record_of_one" '' "$(records)"
check "backup__after_failed_ones__nothing_is_left" nothing_left 10

# --- 7: the folder --------------------------------------------------------------------------------

touch "$(on_c file)"
check "backup__folder_is_a_file__exit_7" refused 7 'file' "$none" run 64 "$(server)" 'C:\file'
check "backup__folder_below_a_file__exit_7" refused 7 'file' "$none" \
    run "$other_bits" "$(server)" 'C:\file\none'
check "backup__no_such_drive__exit_7" refused 7 'Q:' "$none" run 64 "$(server)" 'Q:\none'
check "backup__name_that_no_folder_can_have__exit_7" refused 7 '' "$none" \
    run 64 "$(server)" 'C:\a*b'

mkdir "$(on_c used)"
echo precious >"$(on_c used)/ntds.dit"
unchanged() {
    refused 7 'not empty' "$none" run 64 "$(server)" 'C:\used'
    [ "$(cat "$(on_c used)/ntds.dit")" = precious ]
    [ "$(find "$(on_c used)" -type f | wc -l)" -eq 1 ]
}
check "backup__folder_with_files__exit_7_and_unchanged" unchanged

check "backup__first_into_a_folder__succeeds" backup 64 twice
twice_refused() {
    local before
    before=$(sha256sum "$(on_c twice)"/*)
    refused 7 'complete backup' "$none" run "$other_bits" "$(server)" 'C:\twice'
    [ "$before" = "$(sha256sum "$(on_c twice)"/*)" ]
}
check "backup__second_into_the_same_folder__exit_7_and_unchanged" twice_refused

# A small disk is a file system of its own.
small=$prefix/drive_s
mkdir "$small"
if mount -t tmpfs -o size=1m none "$small" 2>/dev/null; then
    umount_small() {
        umount "$small"
        rmdir "$small"
    }
    trap 'code=$?; umount_small; (exit "$code"); test_finish' EXIT
    ln -s ../drive_s "$prefix/dosdevices/s:"
    for bits in "${all_bits[@]}"; do
        check "backup_${bits}__disk_full__exit_7_and_nothing_left" \
            refused 7 'disk of the backup folder is full' "$small/none" \
            run "$bits" "$(server)" 'S:\none'
    done
    mount -o remount,ro "$small"
    check "backup__write_protected_disk__exit_7" refused 7 'S:' "$small/none" \
        run 64 "$(server)" 'S:\none'
    trap test_finish EXIT
    umount_small
else
    for bits in "${all_bits[@]}"; do
        skip "backup_${bits}__disk_full__exit_7_and_nothing_left" "mounting is not allowed here"
    done
    skip "backup__write_protected_disk__exit_7" "mounting is not allowed here"
fi

# --- 6: a damaged database ------------------------------------------------------------------------

"$LAB" stop "$prefix"
database=$(fact database_path)
# One byte in the middle of the last page, which the directory does not rewrite.
page_bytes=$(od -An -tu4 -j236 -N4 "$database" | tr -d ' ')
offset=$(($(stat -c %s "$database") - page_bytes / 2))
byte=$(od -An -tu1 -j"$offset" -N1 "$database" | tr -d ' ')
damage() { # BYTE
    # shellcheck disable=SC2059 # an octal escape made on purpose
    printf "\\$(printf '%03o' "$1")" | dd of="$database" bs=1 seek="$offset" conv=notrunc 2>/dev/null
}
damage $((byte ^ 255))
"$LAB" start "$prefix"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__damaged_page__exit_6_and_no_folder" refused 6 '0xC80003FA' "$none" \
        run "$bits" "$(server)" 'C:\none'
done
check "backup__after_damage__nothing_is_left" nothing_left 10
"$LAB" stop "$prefix"
damage "$byte"
"$LAB" start "$prefix"
check "backup__repaired_database__succeeds" backup 64 repaired
"$LAB" destroy "$prefix"

# --- other machines -------------------------------------------------------------------------------

prefix=$(test_prefix workstation)
none=$(on_c none)
"$LAB" clone "$prefix"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__no_domain_controller__exit_3" refused 3 '0xC7FF0007' "$none" \
        run "$bits" localhost 'C:\none'
done
"$LAB" destroy "$prefix"

prefix=$(test_prefix no-vss)
none=$(on_c none)
make_lab --no-vss
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__no_vss__exit_5" refused 5 '0xC7FF0007' "$none" \
        run "$bits" "$(server)" 'C:\none'
done
