#!/usr/bin/env bash
# What a shadow copy costs: on a file system with reflinks no space, however large the volume; in a
# set with a volume that has no room nothing is left. Times are shown, not judged.
. "$(dirname "$0")/lib/backup.sh"

drive=$prefix/drive_d
small=$prefix/drive_e
image=$TEST_FOLDER/volume.img
program=$STAGE/lab/x64/lab-shadow.exe
mkfifo "$TEST_FOLDER/line"
exec 5<>"$TEST_FOLDER/line"
unmount_all() {
    local code=$?
    umount "$drive" 2>/dev/null || true
    umount "$small" 2>/dev/null || true
    return "$code"
}
trap 'unmount_all || true; test_finish' EXIT

# An empty XFS at the drive's place.
mount_xfs() {
    rm -f "$image"
    truncate -s 20G "$image" && mkfs.xfs -q "$image" && mount -o loop "$image" "$drive"
}
used() {
    df --output=used -k "$drive" | tail -n 1
}
copy_of() { # NAME: in the one shadow
    find "$drive/System Volume Information" -name "$1"
}
calls() { # NAME: milliseconds of its lines
    tr -d '\r' <"$(on_c calls.log)" | sed -nE "s/.* $1 .*ms=([0-9]+) .*/\1/p" | tr '\n' ' '
}

# A shadow of so many files of 1 GiB, held while it is looked at.
costs_no_space() { # FILES
    local before during job i
    for i in $(seq "$1"); do fallocate -l 1G "$drive/file$i"; done
    echo old >"$drive/small.txt"
    sync -f "$drive"
    before=$(used)
    VSSAPI_LOG='C:\calls.log' "$LAB" exec "$prefix" "$program" 1 D <&5 >"$TEST_FOLDER/out" &
    job=$!
    grep -qm 1 made < <(timeout 60 tail --pid="$job" -n +1 -F "$TEST_FOLDER/out" 2>/dev/null)
    during=$(used)
    echo new >"$drive/small.txt"
    grep -qx old "$(copy_of small.txt)"
    [ "$(stat -c %s "$(copy_of "file$1")")" -eq 1073741824 ]
    printf x >&5
    wait "$job"
    echo "$1 GiB: $before KiB used, with the shadow $during"
    # The copy has names and extents of its own, but no data.
    [ $((during - before)) -lt 1024 ]
}
times() { # FILES: of some more shadows
    rm -f "$(on_c calls.log)"
    VSSAPI_LOG='C:\calls.log' "$LAB" exec "$prefix" "$program" 5 D </dev/null >"$TEST_FOLDER/out"
    echo "$1 GiB: made in $(sed -nE 's/made ([0-9]+)\r?/\1/p' "$TEST_FOLDER/out" | tr '\n' ' ')ms," \
        "frozen for $(calls Frozen)ms"
}

refused_for_room() {
    local code=0
    "$LAB" exec "$prefix" "$program" 1 D E </dev/null || code=$?
    [ "$code" -eq 5 ]
    # Not even of the volume that had room.
    [ -z "$(find "$drive/System Volume Information" "$small/System Volume Information" \
        -mindepth 1 -maxdepth 1)" ]
    nothing_left 10
}

make_lab --generate --drive D --drive E
if ! command -v mkfs.xfs >/dev/null || ! mount_xfs 2>/dev/null; then
    for what in shadow__of_1_GiB__costs_no_space shadow__of_16_GiB__costs_no_space \
        shadow__one_volume_without_room__nothing_is_left; do
        skip "$what" "no mkfs.xfs, or mounting is not allowed here"
    done
    exit 0
fi
for files in 1 16; do
    mountpoint -q "$drive" || mount_xfs
    check "shadow__of_${files}_GiB__costs_no_space" costs_no_space "$files"
    times "$files"
    umount "$drive"
done

mount_xfs
echo data >"$drive/data"
mount -t tmpfs -o size=1m,mode=755 none "$small"
head -c 700000 /dev/urandom >"$small/data"
check "shadow__one_volume_without_room__nothing_is_left" refused_for_room
