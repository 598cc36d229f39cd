# The installer in a lab, beside programs of somebody else. Knows its options and exit codes.
# shellcheck shell=bash
# shellcheck disable=SC2034 # much of it is for the tests
. "$(dirname "${BASH_SOURCE[0]}")/package.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../../integration/lib/backup.sh"

# The package's installer; where no 32-bit program runs, one of the same script and for 64 bits.
get_installer() { # FILE
    local architecture file
    if runs_32bit; then
        cp "$PACKAGE/ntdsbcli-$package_version-setup.exe" "$1"
        return
    fi
    for architecture in x64 x86; do
        echo "SetOutPath \$PLUGINSDIR\\$architecture"
        for file in "$PACKAGE/trees/setup/$architecture"/*; do
            echo "File \"$file\""
        done
    done >"$TEST_FOLDER/installed-files.nsh"
    sed 's/^Target x86-unicode$/Target amd64-unicode/' "$ROOT/shim/package/setup.nsi" \
        >"$TEST_FOLDER/setup.nsi"
    makensis -V2 -WX -NOCD "-DVERSION=$package_version" "-DOUT=$TEST_FOLDER/ntdsbcli-setup.exe" \
        "-DINSTALLED_FILES=$TEST_FOLDER/installed-files.nsh" \
        "-DTARGET_PROGRAM=$STAGE/lab/x64/setup-target.exe" "$TEST_FOLDER/setup.nsi"
    mv "$TEST_FOLDER/ntdsbcli-setup.exe" "$1"
}

# A lab with the installer in C:\, and the program waiting-ARCHITECTURE.exe in the test's folder.
make_setup_lab() {
    local architecture cross
    make_package
    tree=$PACKAGE/trees/ntdsbcli-$package_version-windows
    make_lab --generate
    get_installer "$prefix/drive_c/setup.exe"
    mkdir -p "$(on_c ProgramData)"
    for architecture in x64 x86; do
        cross=x86_64-w64-mingw32
        [ "$architecture" = x64 ] || cross=i686-w64-mingw32
        "$cross-gcc" -O2 -Wall -static-libgcc -o "$TEST_FOLDER/waiting-$architecture.exe" \
            "$ROOT/tests/package/waiting_caller.c"
    done
}

# What Wine starts along with it lives on, and must not hold the input that hold opens.
program() { # ARGUMENT...: in the lab, by its Windows path
    timeout 60 "$LAB" exec "$prefix" "$@" 5>&-
}
setup() { # FOLDER OPTION...: silently, for C:\FOLDER\backup.exe
    program 'C:\setup.exe' /S "/TARGET=C:\\${1//\//\\}\\backup.exe" "${@:2}"
}
# The list of installed programs.
all_entries() {
    program reg query 'HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall' /s | tr -d '\r'
}
# How many installations it has.
entries() {
    all_entries | grep -c 'DisplayName.*ntdsbcli' || true
}
# A text of the one that it has.
entry_value() { # NAME
    all_entries | sed -nE "s/^ *$1 +REG_SZ +//p"
}
# An old program's folder, with a file and a folder of its own.
old_program() { # FOLDER EXE
    mkdir -p "$(on_c "$1")/data"
    cp "$2" "$(on_c "$1")/backup.exe"
    echo settings >"$(on_c "$1")/backup.ini"
}
# What there is in a folder: names and contents.
picture() { # FOLDER
    (cd "$(on_c "$1")" && find . -printf '%y %p\n' | sort && find . -type f -exec sha256sum {} + | sort)
}

# Runs a program with ntdsbcli.dll, or HOW with another file, until its input ends.
hold() { # FOLDER [FILE HOW]
    mkfifo "$TEST_FOLDER/input"
    program "C:\\$1\\backup.exe" "${2-ntdsbcli.dll}" "${3-wait}" <"$TEST_FOLDER/input" \
        >"$TEST_FOLDER/held" 2>&1 &
    holder=$!
    exec 5>"$TEST_FOLDER/input"
    local end=$((SECONDS + 30))
    until grep -q ready "$TEST_FOLDER/held"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        pause
    done
}
let_go() {
    exec 5>&-
    wait "$holder"
    rm "$TEST_FOLDER/input"
}
