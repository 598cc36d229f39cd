#!/usr/bin/env bash
# No room where the product writes: its log and the record of a restore, the shadow copy, the system
# drive while the directory is on others; no byte, or not even a name. What only tells is lost; what
# cannot be made is a failure with a code that says so, and leaves nothing. (Room for what the
# samples write: tests/integration/*_exit_codes.sh.)
. "$(dirname "$0")/lib/fault.sh"

disk_full=0x00000070 # ERROR_DISK_FULL
small=$TEST_FOLDER/small
mkdir "$small"
if ! mount -t tmpfs -o size=1m none "$small" 2>/dev/null; then
    for what in log_folder_full shadow_copy_without_room system_drive_full; do
        skip "${what}__any" "mounting is not allowed here"
    done
    exit 0
fi
umount "$small"

folder=$(program_folder programs64 64)
make_restored_lab --generate --db-drive D --log-drive E --chk-drive F
logs=$(on_c ProgramData/ntdsbcli)
mounted=()
small_disk() { # FOLDER SIZE
    mount -t tmpfs -o "size=$2,mode=755" none "$1"
    mounted+=("$1")
}
unmount_all() {
    local code=$? place
    for place in "${mounted[@]}"; do umount "$place"; done
    mounted=()
    return "$code"
}
trap 'unmount_all || true; test_finish' EXIT

# Leaves no file's name on the disk at FOLDER, whose OPTIONS say how many it has.
leave_no_name() { # FOLDER
    local number=0
    while : 2>/dev/null >"$1/filler-$number"; do number=$((number + 1)); done
}

host() {
    "$LAB" exec "$prefix" "$folder/fault-host.exe" "$@"
}
# Leaves BYTES of the disk at FOLDER.
leave_room() { # FOLDER BYTES
    local left
    left=$(($(df --output=avail -B1 "$1" | tail -n 1) - $2))
    [ "$left" -le 0 ] || head -c "$left" /dev/zero >"$1/filler"
}

# --- the log and the record -----------------------------------------------------------------------

# A record that tells the result is whole: it ends with an empty line.
no_half_record() {
    local record
    for record in "$logs"/restore-*.txt; do
        if grep -qa 'Result: ' "$record"; then
            [ "$(tail -c 4 "$record" | od -An -tx1)" = ' 0d 0a 0d 0a' ]
        fi
    done
}
for room in 0 4096; do
    small_disk "$logs" 256k
    leave_room "$logs" "$room"
    check "log_folder__${room}_bytes_left__restore_succeeds" host restore 'C:\good'
    check "log_folder__${room}_bytes_left__no_half_record_of_a_success" no_half_record
    unmount_all
done
"$LAB" start "$prefix"
small_disk "$logs" 256k
leave_room "$logs" 0
check "log_folder__full__backup_succeeds" host
unmount_all
check "log_folder__room_again__backup_succeeds" host

# --- the shadow copy ------------------------------------------------------------------------------

# $drive, one of the directory's, on a disk of its own, with 4 MB or some names left.
drive_on_a_small_disk() {
    local used
    "$LAB" stop "$prefix"
    rm -rf "$drive/System Volume Information"
    cp -a "$drive" "$TEST_FOLDER/kept"
    used=$(du -s -B1 "$drive" | cut -f 1)
    small_disk "$drive" "$((used + 4 * 1024 * 1024)),nr_inodes=$(($(find "$drive" | wc -l) + 8))"
    cp -a "$TEST_FOLDER/kept/." "$drive/"
    rm -r "$TEST_FOLDER/kept"
    "$LAB" start "$prefix"
}
drive_back() {
    "$LAB" stop "$prefix"
    cp -a "$drive" "$TEST_FOLDER/kept"
    unmount_all
    cp -a "$TEST_FOLDER/kept/." "$drive/"
    rm -r "$TEST_FOLDER/kept" "$drive"/filler*
}
files_on_drive() {
    find "$drive" ! -name 'System Volume Information' | sort
}
# The same files as before, whatever was tried.
refused_for_room() {
    local before
    before=$(files_on_drive)
    host_fails DsBackupPrepare "$disk_full" 'DoSnapshotSet.*VSS_E_INSUFFICIENT_STORAGE' host
    nothing_left 10
    [ "$before" = "$(files_on_drive)" ] || {
        files_on_drive | diff <(echo "$before") -
        return 1
    }
}
# Of the drives of database, logs and checkpoint one in each case; in a long run each in each.
cases=('d 0' 'e name' 'f 2097152')
[ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || cases=({d,e,f}' '{0,name,2097152})
for case in "${cases[@]}"; do
    drive=$prefix/drive_${case% *} room=${case#* }
    drive_on_a_small_disk
    if [ "$room" = name ]; then leave_no_name "$drive"; else leave_room "$drive" "$room"; fi
    check "shadow_copy__${room}_left_on_${case% *}__disk_full_and_nothing_left" refused_for_room
    mount -o remount,size=64m,nr_inodes=4096 "$drive"
    check "shadow_copy__${room}_left_on_${case% *}_then_more__backup_succeeds" host
    drive_back
done

# --- the system drive -----------------------------------------------------------------------------

# What runs the copy keeps the names of its files there.
temporary=$(on_c windows/temp)
"$LAB" start "$prefix"
small_disk "$temporary" 256k
leave_room "$temporary" 0
check "system_drive__no_byte_left__backup_succeeds" host
unmount_all
small_disk "$temporary" 256k,nr_inodes=4
leave_no_name "$temporary"
check "system_drive__no_name_left__disk_full_and_nothing_left" refused_for_room
unmount_all

# The shadow copy is there; then what the program writes fills the drive.
fills_during_a_backup() {
    local job log code=0 end=$((SECONDS + 60))
    log=$(on_c calls.txt)
    with_call_log calls.txt with_fault 'BackupComplete:1=0,3000' host &
    job=$!
    until grep -qs ' PostSnapshot ' "$log"; do [ "$SECONDS" -lt "$end" ]; pause; done
    small_disk "$temporary" 256k,nr_inodes=4
    leave_no_name "$temporary"
    wait "$job" || code=$?
    nothing_left 30
    umount "$temporary"
    [ "$code" -eq 0 ]
}
check "system_drive__full_during_a_backup__succeeds_and_nothing_is_left" fills_during_a_backup
