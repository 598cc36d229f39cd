# Wine prefixes: one template that is made once, and clones of it in a tenth of a second.
# Knows nothing about a directory service: that is directory.sh.
# shellcheck shell=bash

TEMPLATE=$BUILD/prefix-template
WINDOWS_VERSION=win10
# 32-bit Windows: the only one that can be a domain controller and has our API.
use_template32() {
    use_windows32
    TEMPLATE=$BUILD/prefix-template32
    WINDOWS_VERSION=win2008
}
# In every clone: tells it from a prefix that is not ours to remove.
TEMPLATE_MARK=.ntdsbcli-lab

# Another Wine or another recipe makes another template.
template_stamp() {
    dpkg-query -W -f '${Version}\n' libwine
    runs_32bit || true
    [ "$NTDSBCLI_TEST_32BIT" = yes ] || echo "32-bit programs: $NTDSBCLI_TEST_32BIT"
    sha256sum <"$ROOT/tests/lab/lib/template.sh"
}

server_running() { # PREFIX
    # Signal 0 only asks.
    WINEPREFIX=$1 wineserver -k0 2>/dev/null
}

# Every server of a lab is persistent: Debian's default ends with the last program, and takes the
# services along. Only server_stop ends it. What stays in the background descends from the first
# program: it must not hold the caller's pipes and locks open. What its programs create is for the
# account alone, as on Windows in the folders of the directory; Wine inherits nothing. LAB_UMASK says
# otherwise.
server_start() { # PREFIX
    server_running "$1" || (
        export WINEPREFIX=$1
        umask "${LAB_UMASK:-077}"
        exec </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
        # Fails where another has just been started, which serves as well.
        wineserver -p || true
        wine cmd /c exit
    ) || die "Wine does not start in $1"
}

# Ends everything that runs in the prefix, as a power cut would; saves the registry.
server_stop() { # PREFIX
    if server_running "$1"; then
        WINEPREFIX=$1 wineserver -k || true
    fi
}

# Ends it for good. Debian's wineserver keeps its socket in a folder of its own below /tmp, whose
# name is in the prefix, and leaves it there.
server_remove() { # PREFIX
    local folder
    server_stop "$1"
    folder=$(cat "$1/wineserver" 2>/dev/null) || return 0
    if [[ $folder =~ ^wine-[A-Za-z0-9]{6}$ ]]; then
        rm -rf "/tmp/$folder"
    fi
}

# Wine links Documents, Desktop ... to the home of whoever runs it: a lab must not write there.
template_cut_home_links() { # PREFIX
    local link
    while IFS= read -r -d '' link; do
        rm "$link"
        mkdir "$link"
    done < <(find "$1/drive_c/users" -type l -print0)
}

# Each switching on would start a process each for devices that come, for mice and joysticks, for an event
# log that keeps nothing and for menus.
template_start_less() { # PREFIX
    local name
    for name in PlugPlay Eventlog; do
        WINEPREFIX=$1 wine reg add "HKLM\\System\\CurrentControlSet\\Services\\$name" /v Start /t REG_DWORD /d 3 /f
    done
    WINEPREFIX=$1 wine reg delete 'HKLM\System\CurrentControlSet\Enum\ROOT\WINE' /f
    WINEPREFIX=$1 wine reg delete 'HKLM\Software\Microsoft\Windows\CurrentVersion\RunServices' \
        /v winemenubuilder /f
}

template_make() {
    local new=$TEMPLATE.new
    server_remove "$new"
    rm -rf "$new" "$TEMPLATE"
    WINEPREFIX=$new wine wineboot -i
    # Headless; also resets ProductType, so it has to come before anything of directory.sh.
    WINEPREFIX=$new wine winecfg -v "$WINDOWS_VERSION"
    template_start_less "$new"
    server_remove "$new"
    if [ "$WINDOWS_BITS" = 64 ]; then
        ! runs_32bit || test -e "$new/drive_c/windows/syswow64/kernel32.dll"
        grep -q '"CurrentVersion"="10.0"\|"CurrentMajorVersionNumber"=dword:0000000a' "$new/system.reg"
    else
        grep -q '^#arch=win32' "$new/system.reg"
        grep -q '"CurrentVersion"="6.0"' "$new/system.reg"
    fi
    # Every shadow copy of drive C copies what is there: not Wine's own programs, its code pages, which it
    # has beside itself, too, and a fifth of its libraries, for games and of old compilers.
    find "$new/drive_c"/Program* -type f -delete
    find "$new/drive_c/windows" -type f \( -name '*.nls' -o -name 'd3d*' \
        -o -name 'x[3ai]*' -o -name 'msvc[pr][0-9]*' \) -delete
    template_cut_home_links "$new"
    rm -f "$new"/dosdevices/com* "$new/wineserver"
    template_stamp >"$new/.stamp"
    mv "$new" "$TEMPLATE"
}

# Makes the template if it is missing or outdated. Clones under way are not disturbed: they hold
# the lock shared.
template_ensure() {
    mkdir -p "$BUILD"
    exec 8>"$BUILD/.template-lock"
    flock -s 8
    if [ "$(cat "$TEMPLATE/.stamp" 2>/dev/null)" != "$(template_stamp)" ]; then
        flock -u 8
        flock 8
        if [ "$(cat "$TEMPLATE/.stamp" 2>/dev/null)" != "$(template_stamp)" ]; then
            run_step "$BUILD/template.log" "making the Wine prefix template (once)" template_make 8>&-
        fi
    fi
}

# A Windows without anything of ours. Files of the template are hard-linked: put files into a
# clone with `cp --remove-destination` only, a plain cp writes through into the template.
template_clone() { # PREFIX
    local prefix=$1
    template_ensure
    mkdir -p "$prefix"
    touch "$prefix/$TEMPLATE_MARK"
    if [ "$(stat -c %d "$prefix")" = "$(stat -c %d "$TEMPLATE")" ]; then
        cp -al "$TEMPLATE/drive_c" "$prefix/"
    else
        cp -a "$TEMPLATE/drive_c" "$prefix/"
    fi
    cp -a "$TEMPLATE"/*.reg "$TEMPLATE/dosdevices" "$TEMPLATE/.update-timestamp" "$prefix/"
    exec 8>&-
}
