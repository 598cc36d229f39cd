#!/usr/bin/env bash
# Makes a Wine prefix that looks like a domain controller to a backup program: a directory service,
# its database and logs, and a Volume Shadow Copy Service. Changes nothing outside the prefix.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    cat <<'TEXT'
usage: make-dc.sh PREFIX [DATABASE]
  PREFIX    folder to create
  DATABASE  an ntds.dit to copy; without it, one without objects is generated
  make-dc.sh --start PREFIX   starts the directory again after Wine was ended
Needs Wine 8 or newer; 32-bit programs need its 32-bit half (Debian: wine32).
TEXT
}
die() {
    printf 'make-dc.sh: %s\n' "$*" >&2
    exit 1
}

# Without a UTF-8 locale Wine mangles file names. No browser engine and no .NET are needed; the menu
# builder would write outside the prefix.
export LC_ALL=C.UTF-8 WINEDEBUG=${WINEDEBUG:--all} WINEDLLOVERRIDES=${WINEDLLOVERRIDES:-mscoree,mshtml=;winemenubuilder.exe=d}

make_windows() {
    wineboot -i
    # Resets the product type, so it comes before the registry below.
    wine winecfg -v win10
    wineserver -k || true
}

# Wine's own vssapi.dll cannot make shadow copies.
install_vss() {
    cp --remove-destination "$HERE/x64/vssapi.dll" "$drive/windows/system32/"
    [ ! -d "$drive/windows/syswow64" ] ||
        cp --remove-destination "$HERE/x86/vssapi.dll" "$drive/windows/syswow64/"
    mkdir -p "$WINEPREFIX/dosdevices/globalroot/Device"
}

make_database() { # [FILE]
    local ntds='C:\Windows\NTDS'
    local logs=(--log-dir "$ntds" --logs 3 --reserves --checkpoint "$ntds\\edb.chk")
    mkdir -p "$drive/windows/NTDS" "$drive/ntdslab"
    cp "$HERE"/lab/*.exe "$drive/ntdslab/"
    if [ $# -gt 0 ]; then
        cp --no-preserve=mode "$1" "$drive/windows/NTDS/ntds.dit"
        wine 'C:\ntdslab\ese-make.exe' --from "$ntds\\ntds.dit" "${logs[@]}"
    else
        wine 'C:\ntdslab\ese-make.exe' --database "$ntds\\ntds.dit" --dirty "${logs[@]}"
    fi
}

# So that files can be opened as \\COMPUTER\C$\... and \\?\Volume{...}\...
name_drive() {
    local computer volume
    computer=$(wine 'C:\ntdslab\lab-machine.exe' | tr -d '\r')
    volume=$(sed -n 's/^volume C: //p' <<<"$computer")
    computer=$(sed -n 's/^computer //p' <<<"$computer")
    if [ -z "$computer" ] || [ -z "$volume" ]; then
        die "cannot determine the names of the computer and its drive"
    fi
    mkdir -p "$WINEPREFIX/dosdevices/unc/$computer"
    ln -sfn ../../../drive_c "$WINEPREFIX/dosdevices/unc/$computer/C\$"
    ln -sfn ../drive_c "$WINEPREFIX/dosdevices/volume$volume"
}

# The server reads services when it starts, so it is ended afterwards.
register_directory() {
    wine regedit /S "Z:${HERE//\//\\}\\directory.reg"
    wineserver -k || true
}

start_directory() {
    # Otherwise all services end with the last program. It must not hold the caller's pipes.
    wineserver -p </dev/null >/dev/null 2>&1
    wine 'C:\ntdslab\lab-service.exe' start NTDS </dev/null >"$drive/ntdslab/start.log" 2>&1 ||
        die "the directory did not start: $(cat "$drive/ntdslab/start.log")"
    echo "make-dc.sh: the directory in $WINEPREFIX is running"
}

start_only=0
case ${1-} in
'' | -h | --help) usage && exit 0 ;;
--start) start_only=1 && shift ;;
esac
[ $# -ge 1 ] || die "prefix missing"
[ "${WINEARCH-}" != win32 ] || die "the directory service is a 64-bit program: unset WINEARCH"
WINEPREFIX=$(realpath -m -- "$1")
export WINEPREFIX
drive=$WINEPREFIX/drive_c
if [ "$start_only" -eq 0 ]; then
    [ ! -e "$WINEPREFIX" ] || die "$WINEPREFIX already exists"
    [ -z "${2-}" ] || [ -f "$2" ] || die "no such file: $2"
    {
        make_windows
        install_vss
        make_database "${@:2}"
        name_drive
        register_directory
    } </dev/null
fi
start_directory
