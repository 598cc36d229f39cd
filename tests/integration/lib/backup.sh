# Backups through the sample program in a lab: what most shell tests begin with.
# Knows what legacy-backup writes (samples/README.md), not how the product makes it.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../../lab/testlib.sh"
. "$ROOT/tests/lab/lib/processes.sh"

# A started directory in $prefix. Further arguments are create's.
make_lab() {
    "$LAB" create "$prefix" "$@"
    "$LAB" start "$prefix"
}

# The same with all files on drive D: Windows, which is most of what a shadow copy of C copies, is not.
make_small_lab() {
    make_lab --db-drive D --log-drive D --chk-drive D "$@"
}

server() {
    fact computer
}

# Where a folder on the lab's drive C is on this machine.
on_c() { # NAME
    printf '%s/drive_c/%s' "$prefix" "$1"
}

# backup BITS NAME [OPTION...]: this lab's directory into C:\NAME.
backup() {
    "$LAB" exec "--$1" "$prefix" legacy-backup "$(server)" "C:\\$2" "${@:3}"
}

# The same with a fault of the embedded VSS, and with its log of its calls in C:\FILE.
with_fault() { # FAULT CMD...
    VSSAPI_FAULT=$1 "${@:2}"
}
with_call_log() { # FILE CMD...
    rm -f "$(on_c "$1")"
    VSSAPI_LOG="C:\\$1" "${@:2}"
}

# A staged program that lacks a privilege.
without_privilege() { # PRIVILEGE BITS PROGRAM ARGUMENT...
    "$LAB" exec "--$2" "$prefix" without-privilege "$1" \
        "$(windows_path "$STAGE/$(architecture "$2")/$3.exe")" "${@:4}"
}

# What Wine prints of the calls of FUNCTIONS ("module.Name;...") while CMD runs; those of other
# programs are among them. CMD has to succeed; what it said if it does not is shown. A program
# that is left of another such command goes on writing at its place of its own file.
traced() { # FILE FUNCTIONS CMD...
    local key='HKCU\Software\Wine\Debug' code=0
    "$LAB" exec "$prefix" reg add "$key" /v RelayInclude /t REG_SZ /d "$2" /f >/dev/null
    rm -f "$1.raw"
    WINEDEBUG=+relay "${@:3}" 2>"$1.raw" || code=$?
    "$LAB" exec "$prefix" reg delete "$key" /f >/dev/null
    tr -d '\r' <"$1.raw" >"$1"
    [ "$code" -eq 0 ] || grep -vE '^[0-9a-f]{4}:(Call|Ret) ' "$1"
    return "$code"
}

# Every file that CMD renames to a name that ends in ENDING (grep -E) is renamed with
# MOVEFILE_WRITE_THROUGH, and there are COUNT of them.
renames_to_the_disk() { # COUNT ENDING CMD...
    local trace=$TEST_FOLDER/renames
    traced "$trace" 'kernel32.MoveFileExW' "${@:3}" || return
    grep -E "Call KERNEL32.MoveFileExW\\(.* L\"[^\"]*$2\",[0-9a-f]+\\)" "$trace" >"$trace.those"
    cat "$trace.those"
    [ "$(wc -l <"$trace.those")" -eq "$1" ] && [ "$(grep -cE ',[0-9a-f]*00000008\) ' "$trace.those")" -eq "$1" ]
}

# Did a backup into C:\NAME bring every file of the directory to the disk, in a thread of its own,
# before the RECORDS that its own thread flushes then, and these before the first file got its name?
# Wine prints such calls; other programs' threads are among them.
is_flushed_first() { # NAME RECORDS CMD...
    local trace=$TEST_FOLDER/trace files
    traced "$trace" 'kernel32.FlushFileBuffers;kernel32.MoveFileExW' "${@:3}" || return
    files=$(find "$(on_c "$1")" -name '*.dit' -o -name '*.log' -o -name '*.chk' | wc -l)
    awk -F : -v files="$files" -v records="$2" '
        /:Call KERNEL32.FlushFileBuffers/ { n++; by[n] = $1 }
        /:Call KERNEL32.MoveFileExW.*,[0-9a-f]*00000008\) / {
            own = $1
            if (!(own in before)) before[own] = n
        }
        END {
            until = before[own]
            for (i = 1; i <= until; i++)
                if (by[i] != own && ++flushed[by[i]] == files) last = i
            for (i = last + 1; i <= until; i++) saved += by[i] == own
            printf "%d files are on the disk with flush %d of %d, %d records after them\n", files, last, until, saved
            exit !(last && saved >= records)
        }' "$trace"
}

# The product's log of a program.
product_log() { # PROGRAM
    on_c "ProgramData/ntdsbcli/$1.exe.log"
}

# The end of what a test runs in the background as $job.
end_of_job() {
    code=0
    # shellcheck disable=SC2154 # the test's
    wait "$job" || code=$?
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

# A Windows time.
filetime() { # DATE of date(1)
    echo $((($(date -u -d "$1" +%s) + 11644473600) * 10000000))
}

# For a test that puts another database into the place of the directory's: that has another epoch.
forget_epoch() {
    "$LAB" exec "$prefix" reg delete 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters' \
        /v 'DSA Database Epoch' /f >/dev/null
}

# A directory with COUNT logs, each as small as ese-make makes them, or with a sparse database of
# BYTES.
LOG_BYTES=65536
directory_with_logs() { # COUNT
    local folder database
    folder=$(fact logs_path)
    database=$(fact database_path)
    "$LAB" stop "$prefix"
    forget_epoch
    rm "$folder"/edb*
    ese make --database "$database.new" --dirty --log-dir "$folder" \
        --logs "$1" --log-bytes "$LOG_BYTES" --checkpoint "$folder/edb.chk" >/dev/null
    mv "$database.new" "$database"
    "$LAB" start "$prefix"
}
directory_of_size() { # BYTES
    local folder database
    database=$(fact database_path)
    folder=${database%/*}
    "$LAB" stop "$prefix"
    forget_epoch
    rm "$database" "$folder"/edb*
    ese make --database "$database" --page-size 32768 --dirty \
        --sparse-size "$1" --log-dir "$folder" --logs 3 --checkpoint "$folder/edb.chk"
    [ "$(stat -c %b "$database")" -lt 100000 ]
    "$LAB" start "$prefix"
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
    ese check "$1/ntds.dit" "$1"/*.log "$1"/*.chk
    ese stamps "$1/ntds.dit"
}

is_the_frozen_moment() { # FOLDER
    local hash
    hash=$(sha256sum "$1/ntds.dit" | cut -d' ' -f1)
    grep -qi "$hash" <(tail -n 1 "$(fact freeze_log_path)")
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
        pause
    done
}

# Runs what must end with CODE and say WORD (a pattern of grep -E); the output is shown.
fails_with() { # CODE WORD CMD...
    # Through a file: what a cold machine starts would keep a pipe open.
    local code=0 output=$TEST_FOLDER/fails
    "${@:3}" >"$output" 2>&1 </dev/null || code=$?
    cat "$output"
    [ "$code" -eq "$1" ] || {
        echo "exit code $code, expected $1"
        return 1
    }
    grep -qE -- "$2" "$output" || {
        echo "the output does not say $2"
        return 1
    }
}

# The same of a backup, which leaves no folder behind.
refused() { # CODE WORD FOLDER CMD...
    fails_with "$1" "$2" "${@:4}"
    [ ! -e "$3" ] || {
        echo "$3 is there"
        return 1
    }
}

# This lab's processes, as this machine numbers them, whose command line, words joined by blanks,
# matches PATTERN.
processes_like() { # PATTERN
    local folder line
    while IFS= read -r folder; do
        line=$(tr '\0' ' ' 2>/dev/null <"$folder/cmdline") || continue
        [[ ! $line =~ $1 ]] || cut -d/ -f3 <<<"$folder"
    done < <(processes_with "WINEPREFIX=$prefix")
}
# Of these what runs PROGRAM, not a shell or start.exe that waits for it.
processes_running() { # PROGRAM PATTERN
    local id
    for id in $(processes_like "$2"); do
        ! grep -qaF "$1" "/proc/$id/maps" 2>/dev/null || echo "$id"
    done
}

# In the background, a byte per read, so that it is still busy when files have begun to appear. Sets
# $job.
slow_backup() { # BITS NAME
    backup "$1" "$2" --buffer 1 >"$TEST_FOLDER/$2.out" 2>&1 </dev/null &
    job=$!
    local end=$((SECONDS + 60))
    until [ -s "$(on_c "$2")/ntds.dit.part" ]; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$job" 2>/dev/null; then
            cat "$TEST_FOLDER/$2.out"
            return 1
        fi
        pause
    done
}
