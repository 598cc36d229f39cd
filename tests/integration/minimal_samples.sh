#!/usr/bin/env bash
# minimal-legacy and minimal-vss: the bytes of the larger programs, each failure named and nothing
# called a backup after it. And the guide's code is theirs, line by line.
. "$(dirname "$0")/lib/vss.sh"

# --- the guide --------------------------------------------------------------------------------------

# Each block of C in a guide stands in one of the programs, unchanged.
is_quoted() { # GUIDE
    local line block='' inside=0 count=0 legacy vss
    legacy=$(<"$ROOT/samples/minimal/minimal_legacy.c")
    vss=$(<"$ROOT/samples/minimal/minimal_vss.c")
    while IFS= read -r line; do
        if [ "$line" = '```c' ]; then
            inside=1 block=''
        elif [ "$line" = '```' ] && [ "$inside" -eq 1 ]; then
            inside=0 count=$((count + 1))
            [[ $legacy == *"$block"* || $vss == *"$block"* ]] || {
                echo "in neither program: $block"
                return 1
            }
        elif [ "$inside" -eq 1 ]; then
            block+=$line$'\n'
        fi
    done <"$1"
    [ "$count" -gt 0 ]
}
check "guide__migrate__quotes_the_programs" is_quoted "$ROOT/shim/package/guides/migrate.md"

# --- under load: one instant, the frozen one --------------------------------------------------------

make_small_lab --generate
minimal_legacy() { # BITS FOLDER
    "$LAB" exec "--$1" "$prefix" minimal-legacy "$(server)" "$2"
}
minimal_vss() { # FOLDER
    "$LAB" exec "$prefix" minimal-vss "$1"
}
good() { # LABEL NAME CMD...
    check "$1__running_directory__succeeds" "${@:3}" "C:\\$2"
    check "$1__files__verify_and_are_of_one_instant" verifies "$(on_c "$2")"
    check "$1__database__is_that_of_the_freeze" is_the_frozen_moment "$(on_c "$2")"
    check "$1__afterwards__no_broker_and_no_shadow" nothing_left 5
}
for bits in "${all_bits[@]}"; do
    good "minimal_legacy_$bits" "load$bits" minimal_legacy "$bits"
done
good minimal_vss load minimal_vss

# --- the bytes of the larger programs ---------------------------------------------------------------

pause_writing
check "backup__legacy__succeeds" backup 64 legacy
check "backup__vss__succeeds" with_call_log vss.calls vss_backup vss
for bits in "${all_bits[@]}"; do
    check "minimal_legacy_${bits}__quiet_directory__succeeds" minimal_legacy "$bits" "C:\\old$bits"
    check "minimal_legacy_${bits}__quiet_directory__has_equal_files" \
        same_backup "$(on_c legacy)" "$(on_c "old$bits")"
    for list in names logs locations; do
        check "minimal_legacy_${bits}__${list}.bin__is_that_of_legacy_backup" \
            cmp "$(on_c legacy)/$list.bin" "$(on_c "old$bits")/$list.bin"
    done
done
check "minimal_vss__quiet_directory__succeeds" with_call_log new.calls minimal_vss 'C:\new'
check "minimal_vss__quiet_directory__has_equal_files" same_backup "$(on_c legacy)" "$(on_c new)"
check_equal "minimal_vss__quiet_directory__has_the_documents_of_vss_backup" \
    "$(cd "$(on_c vss)" && ls -- *.xml metadata.txt)" "$(cd "$(on_c new)" && ls -- *.xml *.txt)"
check_equal "minimal_vss__quiet_directory__makes_the_calls_of_vss_backup" \
    "$(vss_calls vss.calls)" "$(vss_calls new.calls)"

# --- what is called good is on the disk -------------------------------------------------------------

# Wine prints how each file is created: CREATE_NEW, FILE_FLAG_WRITE_THROUGH. The upper half of a
# number may be anything.
creates_write_through() { # NAME MARKER CMD...
    local trace=$TEST_FOLDER/creates name
    traced "$trace" 'kernel32.CreateFileW' "${@:3}" || return
    for name in "$(on_c "$1")"/*; do
        name=${name##*/}
        [ "$name" != "$2" ] || name=${2%.*}.part
        grep -m 1 -E "Call KERNEL32.CreateFileW\([0-9a-f]+ L\"$name\",[0-9a-f]*40000000,[^,]*,[^,]*,[0-9a-f]*00000001,[0-9a-f]*80000000," \
            "$trace" || {
            echo "$name:"
            grep -F "$name" "$trace"
            return 1
        }
    done
}
check "minimal_legacy__every_file__is_created_write_through" \
    creates_write_through through-old token.bin minimal_legacy 64 'C:\through-old'
check "minimal_vss__every_file__is_created_write_through" \
    creates_write_through through-new metadata.txt minimal_vss 'C:\through-new'
check "minimal_legacy__mark__is_renamed_on_the_disk" \
    renames_to_the_disk 1 'token\.bin' minimal_legacy 64 'C:\renamed-old'
check "minimal_vss__mark__is_renamed_on_the_disk" \
    renames_to_the_disk 1 'metadata\.txt' minimal_vss 'C:\renamed-new'
check "legacy_backup__mark__is_renamed_on_the_disk" \
    renames_to_the_disk 1 'token\.bin' backup 64 renamed-legacy
check "vss_backup__mark__is_renamed_on_the_disk" \
    renames_to_the_disk 1 'backup\.txt' vss_backup renamed-vss

# --- a call that fails ------------------------------------------------------------------------------

# failed WORD MARKER FOLDER CMD...: exit code 1, WORD (grep -E) is said, and there is no MARKER.
failed() {
    refused 1 "$1" "$3/$2" "${@:4}"
    nothing_left 10
}
each_failed() { # LABEL WORD-OF-LEGACY WORD-OF-VSS FOLDER ON-THIS-MACHINE
    local bits
    for bits in "${all_bits[@]}"; do
        check "minimal_legacy_${bits}__$1" failed "$2" token.bin "$5" minimal_legacy "$bits" "$4"
        rm -rf "$5"
    done
    check "minimal_vss__$1" failed "$3" metadata.txt "$5" minimal_vss "$4"
    rm -rf "$5"
}
VSSAPI_FAULT='CreateVssBackupComponents=0x80070005' each_failed access_denied__exit_1 \
    'DsBackupPrepareW failed with 0x00000005' 'ntdsvss_backup_start failed with 0x80070005' \
    'C:\none' "$(on_c none)"
VSSAPI_FAULT='DoSnapshotSet:async=0x8004231F' each_failed no_room_for_the_shadow__exit_1 \
    'DsBackupPrepareW failed with 0x00000070' 'ntdsvss_backup_start failed with 0x8004231F' \
    'C:\none' "$(on_c none)"
VSSAPI_FAULT='BackupComplete=0x80042315' each_failed end_of_the_session_fails__exit_1 \
    'DsBackupEnd failed with 0x' 'ntdsvss_backup_complete failed with 0x' 'C:\none' "$(on_c none)"
each_failed no_such_drive__exit_1 'CreateDirectoryW failed with 0x8007000[23]' \
    'CreateDirectoryW failed with 0x8007000[23]' 'Q:\none' "$(on_c none)"

contents() { # FOLDER
    (cd "$1" && sha256sum -- *)
}
before=$(contents "$(on_c old64)" && contents "$(on_c new)")
check "minimal_legacy__folder_with_a_backup__exit_1" refused 1 'CreateDirectoryW failed with 0x800700B7' \
    "$(on_c none)" minimal_legacy 64 'C:\old64'
check "minimal_vss__folder_with_a_backup__exit_1" refused 1 'CreateDirectoryW failed with 0x800700B7' \
    "$(on_c none)" minimal_vss 'C:\new'
check_equal "minimal__folder_with_a_backup__is_unchanged" "$before" \
    "$(contents "$(on_c old64)" && contents "$(on_c new)")"
check_exit 2 "minimal_legacy__no_folder__exit_2" "$LAB" exec "$prefix" minimal-legacy "$(server)"
check_exit 2 "minimal_vss__no_folder__exit_2" "$LAB" exec "$prefix" minimal-vss

# What a full disk does to a file in the middle.
small=$prefix/drive_s
mkdir "$small"
if mount -t tmpfs -o size=1m none "$small" 2>/dev/null; then
    trap 'code=$?; umount "$small"; (exit "$code"); test_finish' EXIT
    ln -s ../drive_s "$prefix/dosdevices/s:"
    each_failed disk_full__exit_1_and_names_the_file 'WriteFile failed with 0x[0-9A-F]*70 at ntds.dit' \
        'WriteFile failed with 0x80070070 at ntds.dit' 'S:\none' "$small/none"
    # The same to the mark of a complete backup, which is written last.
    room_but_for() { # NAME MARKER: what the other files of the backup C:\NAME need
        find "$(on_c "$1")" -type f ! -name "$2" -printf '%s\n' |
            awk '{ pages += int(($1 + 4095) / 4096) } END { print pages * 4096 }'
    }
    mark_does_not_fit() { # NAME MARKER CMD...
        rm -rf "$small/none"
        mount -o "remount,size=$(room_but_for "$1" "$2")" "$small"
        refused 1 "WriteFile failed with 0x[0-9A-F]*70 at ${2%.*}" "$small/none/$2" "${@:3}" 'S:\none'
    }
    check "minimal_legacy__no_room_for_token.bin__leaves_none" \
        mark_does_not_fit old64 token.bin minimal_legacy 64
    check "minimal_vss__no_room_for_metadata.txt__leaves_none" \
        mark_does_not_fit new metadata.txt minimal_vss
    trap test_finish EXIT
    umount "$small"
else
    skip "minimal__disk_full__exit_1_and_names_the_file" "mounting is not allowed here"
fi

"$LAB" stop "$prefix"
each_failed stopped_directory__exit_1 'DsBackupPrepareW failed with 0xC7FF0007' \
    'ntdsvss_backup_start failed with 0x' 'C:\none' "$(on_c none)"

# --- restore ----------------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    destroy_directory
    check "minimal_legacy_${bits}__backup__is_restored_by_legacy_restore" restore "$bits" "old$bits"
    check "minimal_legacy_${bits}__restored_files__are_those_of_the_backup" is_restored "old$bits"
    check "minimal_legacy_${bits}__restored_directory__has_no_interlock" no_interlock
done

# Aside; and back, by a restore that fails.
check "legacy_restore__old_files__are_moved_on_the_disk" \
    renames_to_the_disk 1 'ntdsbcli-old-1.{1,4}ntds\.dit' restore 64 legacy
fails_at_its_end() { # CMD...
    ! VSSAPI_FAULT='PostRestore=0x80042302' "$@"
}
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
check "vss_restore__old_files__are_put_back_on_the_disk" \
    renames_to_the_disk 1 'NTDS.{1,2}ntds\.dit' fails_at_its_end vss_restore vss
forget_restores

# --- damage -----------------------------------------------------------------------------------------

damage_file "$(fact database_path)" --flip 311335:7 --flip 311340:3
"$LAB" start "$prefix"
for bits in "${all_bits[@]}"; do
    check "minimal_legacy_${bits}__damaged_page__exit_1_and_names_the_file" failed \
        'DsBackupRead failed with 0xC80003FA at ntds.dit' token.bin "$(on_c none)" \
        minimal_legacy "$bits" 'C:\none'
    rm -rf "$(on_c none)"
done
