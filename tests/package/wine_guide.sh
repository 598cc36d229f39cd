#!/usr/bin/env bash
# The Wine package by the words of its guide, in a prefix of its own making.
. "$(dirname "$0")/lib/package.sh"

make_package
folder=$TEST_FOLDER/reader
tree=$(unpack wine "$TEST_FOLDER/unpacked")
mkdir "$folder"
cp "$PACKAGE"/*.zip "$folder/"

# All but the commands that take it away: those are a check of their own.
guide_commands sh "$tree/README.md" >"$TEST_FOLDER/all.sh"
sed '/^wineserver -k$/,$d' "$TEST_FOLDER/all.sh" >"$TEST_FOLDER/use.sh"
sed -n '/^wineserver -k$/,$p' "$TEST_FOLDER/all.sh" >"$TEST_FOLDER/remove.sh"
check "wine_guide__commands__are_there" grep -q make-dc.sh "$TEST_FOLDER/use.sh"

read_guide() { # FILE
    # The temporary folders of Wine's installers and the caches of the desktop stay in here too.
    (cd "$folder" && HOME=$folder/home timeout 200 bash -e "$1")
}
mkdir "$folder/home"
check "wine_guide__commands__succeed" read_guide "$TEST_FOLDER/use.sh"
prefix=$folder/dc
for backup in backup backup2; do
    check "wine_guide__${backup}__is_of_one_instant" \
        ese stamps "$prefix/drive_c/$backup/ntds.dit"
done
check "wine_guide__call_log__has_calls" grep -q DoSnapshotSet "$prefix/drive_c/calls.log"
leftovers() {
    find "$prefix/drive_c/System Volume Information" "$prefix/dosdevices/globalroot/Device" \
        -mindepth 1 2>/dev/null || true
}
check_equal "wine_guide__afterwards__no_shadow" '' "$(leftovers)"
socket=$(cat "$prefix/wineserver" 2>/dev/null || true)
export WINEPREFIX=$prefix
check "wine_guide__taking_it_away__succeeds" read_guide "$TEST_FOLDER/remove.sh"
check "wine_guide__taking_it_away__leaves_no_prefix" test ! -e "$prefix"
[[ ! $socket =~ ^wine-[A-Za-z0-9]{6}$ ]] || rm -rf "/tmp/$socket"

# --- what the guide does not show -----------------------------------------------------------------

export WINEPREFIX=$folder/mine
make_dc() { # ARGUMENT...
    HOME=$folder/home timeout 200 "$tree/make-dc.sh" "$@"
}
make_mine() {
    mkdir "$folder/logs"
    ese make --database "$folder/mine.dit" --page-size 32768 --dirty --log-dir "$folder/logs" \
        --logs 1 --checkpoint "$folder/edb.chk"
    make_dc "$WINEPREFIX" "$folder/mine.dit"
}
check "make_dc__with_a_database__succeeds" make_mine
check_equal "make_dc__with_a_database__has_its_page_size" 32768 \
    "$(od -An -tu4 -j236 -N4 "$WINEPREFIX/drive_c/windows/NTDS/ntds.dit" | tr -d ' ')"
wineserver -k -w || true
check "make_dc__start_after_the_end_of_wine__succeeds" make_dc --start "$WINEPREFIX"
socket=$(cat "$WINEPREFIX/wineserver" 2>/dev/null || true)
wineserver -k -w || true
rm -rf --one-file-system "$WINEPREFIX"
[[ ! $socket =~ ^wine-[A-Za-z0-9]{6}$ ]] || rm -rf "/tmp/$socket"
