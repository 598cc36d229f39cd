# Backups through the sample program in a lab: sourced after testlib.sh by the tests of this folder.
# Knows what legacy-backup writes (samples/README.md), not how the product makes it.
# shellcheck shell=bash
# shellcheck disable=SC2154 # prefix is the test's

# A started directory in $prefix. Further arguments are create's.
make_lab() {
    "$LAB" create "$prefix" "$@"
    "$LAB" start "$prefix"
}

server() {
    "$LAB" directory "$prefix" computer
}

# Where a folder on the lab's drive C is on this machine.
on_c() { # NAME
    printf '%s/drive_c/%s' "$prefix" "$1"
}

# backup BITS NAME [OPTION...]: this lab's directory into C:\NAME.
backup() {
    "$LAB" exec "--$1" "$prefix" legacy-backup "$(server)" "C:\\$2" "${@:3}"
}

# What the last check's command printed, kept for checks of it.
keep_output() {
    check_output >"$TEST_FOLDER/kept"
}
kept_output_has() { # PATTERN
    grep -qE -- "$1" "$TEST_FOLDER/kept"
}

# A value of a key below HKLM\SYSTEM\CurrentControlSet; services read theirs at the next start.
set_dword() { # KEY VALUE-NAME NUMBER
    "$LAB" exec "$prefix" reg add "HKLM\\SYSTEM\\CurrentControlSet\\$1" /v "$2" /t REG_DWORD \
        /d "$3" /f >/dev/null
}

# The directory runs but changes nothing, not even when it freezes: backups made now have equal
# bytes.
pause_writing() {
    "$LAB" stop "$prefix"
    "$LAB" exec "$prefix" reg delete \
        'HKLM\SYSTEM\CurrentControlSet\Services\VSS\Embedded\Writers\NTDS' /v FreezeEvents /f \
        >/dev/null
    set_dword 'Services\NTDS\Parameters' 'Lab write interval ms' 3600000
    "$LAB" start "$prefix"
}

# Names in a list file of the W half, one a line, without their BFT characters.
names_in() { # FILE
    iconv -f UTF-16LE -t UTF-8 "$1" | tr '\0' '\n' | sed '/^$/d; s/^.//'
}

# All files that the lists promise are there, and nothing without its name.
is_complete() { # FOLDER
    local name
    for name in names.bin logs.bin locations.bin token.bin; do
        test -s "$1/$name"
    done
    while read -r name; do
        test -s "$1/${name##*\\}"
    done < <(
        names_in "$1/names.bin"
        names_in "$1/logs.bin"
    )
    no_part_files "$1"
}

no_part_files() { # FOLDER
    [ -z "$(find "$1" -name '*.part')" ]
}

# Every file of a backup is the same in the other, byte by byte; tokens and documents are of two
# sessions.
same_files() { # FOLDER FOLDER
    local file name count=0
    for file in "$1"/*; do
        name=${file##*/}
        case $name in *.bin | *.xml | *.txt) continue ;; esac
        cmp "$file" "$2/$name"
        count=$((count + 1))
    done
    [ "$count" -ge 2 ]
}

# The lab's portable programs: checksums of everything, and one stamp in all pages.
verifies() { # FOLDER
    "$STAGE/lab/host/ese-check" "$1/ntds.dit" "$1"/*.log "$1"/*.chk
    "$STAGE/lab/host/ese-stamps" "$1/ntds.dit"
}

# Neither a broker nor a shadow is left, at the latest after SECONDS: they end by themselves.
nothing_left() { # SECONDS
    local end=$((SECONDS + $1))
    until "$LAB" status "$prefix" >"$TEST_FOLDER/status" &&
        grep -qx 'brokers 0' "$TEST_FOLDER/status" && grep -qx 'shadows 0' "$TEST_FOLDER/status"; do
        [ "$SECONDS" -lt "$end" ] || {
            cat "$TEST_FOLDER/status"
            return 1
        }
    done
}

# Runs a backup that must fail with CODE, say WORD (a pattern of grep -E) and leave no folder behind.
refused() { # CODE WORD FOLDER CMD...
    # Through a file: what a cold machine starts would keep a pipe open.
    local code=0 output=$TEST_FOLDER/refused
    "${@:4}" >"$output" 2>&1 || code=$?
    cat "$output"
    [ "$code" -eq "$1" ] || {
        echo "exit code $code, expected $1"
        return 1
    }
    grep -qE -- "$2" "$output" || {
        echo "the output does not say $2"
        return 1
    }
    [ ! -e "$3" ] || {
        echo "$3 is there"
        return 1
    }
}

# This lab's processes, as this machine numbers them, whose command line, words joined by blanks,
# matches PATTERN.
processes_like() { # PATTERN
    local folder line
    for folder in /proc/[0-9]*; do
        line=$(tr '\0' ' ' 2>/dev/null <"$folder/cmdline") || continue
        [[ $line =~ $1 ]] || continue
        # Not -q: grep would hang up, and what tr still had to say would make the pipe fail.
        ! tr '\0' '\n' 2>/dev/null <"$folder/environ" | grep -xF "WINEPREFIX=$prefix" >/dev/null ||
            echo "${folder#/proc/}"
    done
}
