#!/usr/bin/env bash
# How fast the product is, as ratios against peers measured side by side in the same run: a table,
# and with --json a file. What each figure is, and its target, stands in README.md.
. "$(dirname "$0")/../lab/lib/environment.sh"

LAB=$ROOT/tests/lab/lab.sh
BUSY_PERCENT=10 # of the processors' time; an idle machine has some 2
PARTS=(verify read restore copy job session names memory)

usage() {
    cat <<'TEXT'
usage: run.sh [--json FILE] [--only PART]... [--quick]
  --json FILE   writes {"ratios": {name: number}, ...} as well
  --only PART   verify, read, restore, copy, job, session, names or memory; as often as wanted
                (default: all)
  --quick       smaller files and fewer of them: a look, not a figure to compare
TEXT
}

# --- figures ------------------------------------------------------------------------------------

# What programs print ("key value" or "key median lowest highest" lines) is kept in $work/figures;
# the last of a key counts.
figure() { # KEY -> value
    awk -v key="$1" '$1 == key { value = $2 } END { if (value == "") exit 1; print value }' \
        "$work/figures"
}
spread() { # KEY -> "lowest to highest", or nothing
    awk -v key="$1" '$1 == key { text = NF == 4 ? $3 " to " $4 : "" } END { print text }' \
        "$work/figures"
}
keep() { # KEY VALUE
    printf '%s %s\n' "$1" "$2" >>"$work/figures"
}
keep_all() { # KEY VALUE...: their median, the lowest and the highest
    printf '%s %s %s\n' "$1" "$(median "${@:2}")" \
        "$(printf '%s\n' "${@:2}" | sort -n | sed -n '1p;$p' | paste -sd' ')" >>"$work/figures"
}
divide() { # A B
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'
}
median() { # VALUE...
    printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
mean() { # VALUE...
    printf '%s\n' "$@" | awk '{ sum += $1 } END { print sum / NR }'
}
say() {
    printf 'run.sh: %s\n' "$*" >&2
}

# Seconds between two values of EPOCHREALTIME, each with the locale's point or comma.
seconds_between() { # FROM TO
    awk -v a="${1/,/.}" -v b="${2/,/.}" 'BEGIN { printf "%.3f", b - a }'
}

# Percent of the processors' time that others use, or that the host of a virtual machine takes.
busy_percent() {
    local before after
    before=$(head -n 1 /proc/stat)
    sleep 2
    after=$(head -n 1 /proc/stat)
    awk -v a="$before" -v b="$after" 'BEGIN {
        split(a, x)
        n = split(b, y)
        for (i = 2; i <= n && i <= 9; i++) all += y[i] - x[i]
        idle = y[5] + y[6] - x[5] - x[6]
        printf "%d", all ? 100 * (all - idle) / all : 0
    }'
}
look_around() { # PART
    local percent
    percent=$(busy_percent)
    keep "busy_percent_before_$1" "$percent"
    [ "$percent" -le "$BUSY_PERCENT" ] || busy+=("$1: $percent %")
}

# --- labs ---------------------------------------------------------------------------------------

# Runs a program of the lab's beside the product; its lines become figures.
measure() { # BITS PROGRAM ARGUMENT...
    local architecture=x64 beside output=$work/output$1
    [ "$1" = 64 ] || architecture=x86
    beside=$work/beside-$architecture
    if [ ! -d "$beside" ]; then
        mkdir "$beside"
        cp "$STAGE/$architecture"/*.dll "$STAGE/$architecture/ntdsbroker64.exe" "$beside/"
    fi
    cp "$STAGE/lab/$architecture/$2.exe" "$beside/"
    "$LAB" exec "--$1" "$prefix" "$beside/$2.exe" "${@:3}" >"$output" 2>&1 || {
        cat "$output" >&2
        die "$2 failed"
    }
    tr -d '\r' <"$output" >>"$work/figures"
}

directory() { # KEY
    "$LAB" directory "$prefix" "$1"
}

# new_lab NAME OPTION...: a directory made of ese-make's OPTIONs, that changes nothing while it
# runs, in $prefix. Most are large: a part removes those before it.
new_lab() {
    local database folder value
    prefix=$work/$1
    "$LAB" create "$prefix" --generate >/dev/null
    "$LAB" start "$prefix" >/dev/null
    database=$(directory database_path)
    folder=$(directory logs_path)
    "$LAB" stop "$prefix" >/dev/null
    # Freezing is the directory's cost, not the product's.
    "$LAB" exec "$prefix" reg delete \
        'HKLM\SYSTEM\CurrentControlSet\Services\VSS\Embedded\Writers\NTDS' /v FreezeEvents /f >/dev/null
    value='HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters'
    "$LAB" exec "$prefix" reg add "$value" /v 'Lab write interval ms' /t REG_DWORD /d 3600000 /f \
        >/dev/null
    # The database that was there had another epoch.
    "$LAB" exec "$prefix" reg delete "$value" /v 'DSA Database Epoch' /f >/dev/null
    rm "$database" "$folder"/edb*
    "$STAGE/lab/host/ese-make" --database "$database" --dirty --log-dir "$folder" \
        --checkpoint "$folder/edb.chk" "${@:2}" >/dev/null
    "$LAB" start "$prefix" >/dev/null
}

remove_labs() {
    local lab
    for lab in "$work"/*/; do
        [ ! -e "$lab/system.reg" ] || "$LAB" destroy "$lab"
    done
}

# A virtual machine gives free memory back to its host, and gets it again slowly, page by page. With
# all of it in the cache of a file, what needs memory takes it from there.
take_memory() {
    rm -f "$work/filler"
    truncate -s "$(awk '/^MemFree/ { print $2 }' /proc/meminfo)K" "$work/filler"
    cat "$work/filler" >/dev/null
}

# --- parts --------------------------------------------------------------------------------------

part_verify() {
    prefix=$work/machine
    [ -e "$prefix/system.reg" ] || "$LAB" clone "$prefix" >/dev/null
    measure 64 bench-verify
    runs_32bit || return 0
    # The 32-bit figures under names of their own.
    cp "$work/figures" "$work/before"
    measure 32 bench-verify
    tail -n +$(($(wc -l <"$work/before") + 1)) "$work/figures" | sed 's/^\([a-z]*\)_/\1_x86_/' \
        >"$work/x86"
    cat "$work/before" "$work/x86" >"$work/figures"
}

part_read() {
    local other
    # Logs as large as the database: neither of them fits into a processor's cache.
    new_lab read --pages "$read_pages" --logs 3 --log-bytes "$((read_pages * 8))K"
    take_memory
    measure 64 bench-read "$(directory computer)" 'C:\job.bin'
    # Both at once, but only one of them reads at any time.
    if runs_32bit; then
        measure 32 bench-read "$(directory computer)" --turns x86 &
        other=$!
        measure 64 bench-read "$(directory computer)" --turns x64
        wait "$other"
    fi
    # The directory holds its database alone.
    "$LAB" stop "$prefix" >/dev/null
    measure 64 bench-reader "$(directory database)" sse2 scalar
}

# Of a directory with PAGES pages.
measure_restore() { # PAGES
    local files name
    new_lab "restore$1" --pages "$1" --logs 3 --log-bytes 10M
    "$LAB" exec "$prefix" legacy-backup "$(directory computer)" 'C:\backup' >/dev/null
    "$LAB" stop "$prefix" >/dev/null
    "$LAB" exec "$prefix" legacy-restore "$(directory computer)" 'C:\backup' >/dev/null
    files=("$(directory database)")
    for name in "$(directory logs_path)"/edb*.log; do
        files+=("$(directory logs)\\${name##*/}")
    done
    measure 64 bench-restore 'C:\backup' "${files[@]}"
}

# Of a small database it is the logs and what does not grow; the difference is what pages cost.
part_restore() {
    local small_check small_plain
    measure_restore "$small_pages"
    small_check=$(figure restore_check_ms) small_plain=$(figure restore_plain_ms)
    measure_restore "$copy_pages"
    keep restore_check_small_ms "$small_check"
    keep restore_check_of_pages "$(awk -v c="$(figure restore_check_ms)" -v p="$(figure restore_plain_ms)" \
        -v sc="$small_check" -v sp="$small_plain" 'BEGIN { printf "%.3f", (p - sp) / (c - sc) }')"
}

# Seconds between the first open and DsBackupTruncateLogs in the log of the DLL: legacy-backup calls
# it when all files are on the disk. Fails where the log has no such lines.
logged_seconds() { # LOG
    tr -d '\r' <"$1" | awk '
        function at(line,   word, clock) {
            split(line, word, " ")
            split(word[2], clock, ":")
            return clock[1] * 3600 + clock[2] * 60 + clock[3]
        }
        / DsBackupOpenFile: / && first == "" { first = at($0) }
        / DsBackupTruncateLogs: / { last = at($0) }
        END {
            if (first == "" || last == "") exit 1
            seconds = last - first
            if (seconds < 0) seconds += 86400
            printf "%.3f", seconds
        }'
}

copy_seconds() { # FOLDER
    local start=$EPOCHREALTIME folder
    folder=$(directory logs_path)
    rm -rf "$1"
    mkdir "$1"
    cp "$(directory database_path)" "$folder"/edb*.log "$folder/edb.chk" "$1/"
    seconds_between "$start" "$EPOCHREALTIME"
}

# Adds a copy's seconds to peer, and those until it is on the disk to synced.
copy_by_cp() {
    local start=$EPOCHREALTIME
    peer+=("$(copy_seconds "$work/copied")")
    sync -f "$work/copied"
    synced+=("$(seconds_between "$start" "$EPOCHREALTIME")")
    rm -rf "$work/copied"
}

part_copy() {
    local log own=() peer=() synced=() ratios=() synced_ratios=()
    new_lab copy --pages "$copy_pages" --logs 3 --log-bytes 10M
    cat "$(directory database_path)" >/dev/null
    take_memory
    copy_by_cp
    for _ in 1 2 3 4 5; do
        find "$prefix" -name 'legacy-backup*.log' -delete
        sync
        take_memory
        "$LAB" exec "$prefix" legacy-backup "$(directory computer)" 'C:\backup' >/dev/null
        log=$(find "$prefix" -name 'legacy-backup*.log' -print -quit)
        own+=("$(logged_seconds "$log")") || die "the log does not tell how long the backup took"
        rm -rf "$prefix/drive_c/backup"
        sync
        take_memory
        copy_by_cp
        # Against the mean of cp before and after: what drifts cancels.
        ratios+=("$(divide "$(mean "${peer[@]: -2}")" "${own[-1]}")")
        synced_ratios+=("$(divide "$(mean "${synced[@]: -2}")" "${own[-1]}")")
    done
    keep_all backup_s "${own[@]}"
    keep_all cp_s "${peer[@]}"
    keep_all cp_and_sync_s "${synced[@]}"
    keep_all backup_over_cp "${ratios[@]}"
    keep_all backup_over_cp_and_sync "${synced_ratios[@]}"
}

# A whole backup into C:\backup, which is deleted afterwards. Sets $seconds, and $synced_seconds:
# until it is on the disk.
job() { # PROGRAM ARGUMENT...
    local start
    sync
    take_memory
    start=$EPOCHREALTIME
    "$LAB" exec "$prefix" "$@" 'C:\backup' >"$work/output" 2>&1 || {
        cat "$work/output" >&2
        die "$1 failed"
    }
    seconds=$(seconds_between "$start" "$EPOCHREALTIME")
    sync -f "$prefix/drive_c/backup"
    synced_seconds=$(seconds_between "$start" "$EPOCHREALTIME")
    rm -rf "$prefix/drive_c/backup"
}

part_job() {
    local legacy=() vss=() bare=() synced=() whole=() whole_synced=() over=() seconds synced_seconds
    new_lab job --pages "$copy_pages" --logs 3 --log-bytes 10M
    cp "$STAGE/lab/x64/bench-copy.exe" "$work/"
    cat "$(directory database_path)" >/dev/null
    for _ in 1 2 3 4 5; do
        job "$work/bench-copy.exe"
        bare+=("$seconds")
        synced+=("$synced_seconds")
        job legacy-backup "$(directory computer)"
        legacy+=("$seconds")
        job vss-backup "$(directory computer)"
        vss+=("$seconds")
        whole+=("$(divide "${bare[-1]}" "${legacy[-1]}")")
        whole_synced+=("$(divide "${synced[-1]}" "${legacy[-1]}")")
        over+=("$(divide "${legacy[-1]}" "${vss[-1]}")")
    done
    keep_all whole_job "${whole[@]}"
    keep_all whole_job_and_sync "${whole_synced[@]}"
    keep_all vss_over_legacy "${over[@]}"
    keep_all job_bare_s "${bare[@]}"
    keep_all job_bare_and_sync_s "${synced[@]}"
    keep_all job_legacy_s "${legacy[@]}"
    keep_all job_vss_s "${vss[@]}"
}

part_session() {
    new_lab session --logs 3
    measure 64 bench-session "$(directory computer)"
}

part_names() {
    local count rounds which ratios=() plain=() folder
    prefix=$work/names
    "$LAB" clone "$prefix" >/dev/null
    for count in 1000 "$names_count"; do
        folder=$prefix/drive_c/names$count
        mkdir "$folder"
        "$STAGE/lab/host/ese-make" --database "$folder/ntds.dit" --dirty --log-dir "$folder" \
            --logs "$count" --log-bytes 64K --checkpoint "$folder/edb.chk" >/dev/null
    done
    for _ in 1 2 3; do
        for count in 1000 "$names_count"; do
            # Of few files it is the list that is short.
            rounds=1
            [ "$count" != 1000 ] || rounds=7
            measure 64 bench-names "C:\\names$count" "$rounds"
            [ "$(figure names_count)" = "$count" ] || die "not $count logs: $(figure names_count)"
            for which in per_file list choice dll plain; do
                keep "names_us_${which}_$count" "$(figure "names_us_$which")"
            done
        done
        ratios+=("$(divide "$(figure "names_us_per_file_$names_count")" "$(figure names_us_per_file_1000)")")
        plain+=("$(divide "$(figure "names_us_plain_$names_count")" "$(figure names_us_plain_1000)")")
    done
    keep_all names_per_file "${ratios[@]}"
    keep_all names_per_file_plain "${plain[@]}"
}

part_memory() {
    local size
    for size in 16M "$memory_size"; do
        remove_labs
        new_lab "memory$size" --sparse-size "$size" --logs 3
        measure 64 survey-caller "$(directory computer)"
        keep "peak_kib_$size" $(($(figure own_peak_kib) + $(figure broker_peak_kib)))
    done
    keep rss_16g "$(divide "$(figure "peak_kib_$memory_size")" "$(figure peak_kib_16M)")"
}

# --- output -------------------------------------------------------------------------------------

# name, what is good, target; names without a target are for the reader.
TARGETS='
verify_8k_mem >= 1.00
verify_8k_cache >= 1.40
read_of_limit_db_512k >= 0.98
read_db_512k - -
read_db_512k_sse2 >= 0.80
read_db_64k - -
read_log_64k >= read_db_64k
read_x86_over_x64 >= 0.95
job_over_plain >= 0.97
restore_check >= 0.85
restore_check_of_pages - -
backup_over_cp_and_sync >= 1.0
whole_job >= 0.95
whole_job_and_sync - -
vss_over_legacy >= 0.95
prepare_end_extra_ms <= 60
prepares_at_once <= 1.3
names_per_file <= 1.2
rss_16g <= 1.1
'
RATIO='^(verify_|read_|restore_check(_of_pages)?$|job_over_|whole_job|vss_over_|backup_over_|prepare_end_extra_|prepares_at_once$|names_per_|rss_)'

print_machine() {
    printf 'machine: %s, %s processors, %s MiB, Linux %s, %s, checksum loops: %s%s\n' \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
        "$(awk '/MemTotal/ { printf "%d", $2 / 1024 }' /proc/meminfo)" "$(uname -r)" \
        "$(wine --version 2>/dev/null)" "$(figure kernel || echo 'not measured')" "$quick"
}

print_table() {
    local name value sign target verdict part
    for part in "${busy[@]}"; do
        printf 'busy before %s of the processors: look at another run\n' "$part"
    done
    printf '\n%-28s %10s %-19s  %-10s\n' figure value 'lowest to highest' target
    while read -r name sign target; do
        [ -n "$name" ] || continue
        value=$(figure "$name") || continue
        verdict=''
        [[ $target != read_* ]] || target=$(figure "$target") || continue
        [ "$sign" = - ] || verdict=$(awk -v v="$value" -v s="$sign" -v t="$target" \
            'BEGIN { good = s == ">=" ? v >= t : v <= t; print good ? "" : "MISSED" }')
        [ "$sign" != - ] || sign='' target=''
        printf '%-28s %10s %-19s  %s %s  %s\n' "$name" "$value" "$(spread "$name")" "$sign" \
            "$target" "$verdict"
    done <<<"$TARGETS"
    printf '\nand beside them:\n'
    while read -r name; do
        printf '%-40s %12s %s\n' "$name" "$(figure "$name")" "$(spread "$name")"
    done < <(awk '!seen[$1]++ { print $1 }' "$work/figures")
}

print_json() {
    awk -v ratio="$RATIO" -v machine="$(print_machine)" '
        {
            if (!($1 in value)) order[++n] = $1
            value[$1] = $2
            if (NF == 4) spread[$1] = "[" $3 + 0 ", " $4 + 0 "]"
        }
        function print_member(name, text) {
            printf "%s\n    \"%s\": %s", comma, name, text
            comma = ","
        }
        function list(wanted,   i) {
            comma = ""
            for (i = 1; i <= n; i++)
                if ((order[i] ~ ratio) == wanted && value[order[i]] ~ /^-?[0-9.]+$/)
                    print_member(order[i], value[order[i]] + 0)
        }
        END {
            gsub(/["\\]/, "", machine)
            sub(/^machine: /, "", machine)
            printf "{\n  \"machine\": \"%s\",\n  \"ratios\": {", machine
            list(1)
            printf "\n  },\n  \"figures\": {"
            list(0)
            printf "\n  },\n  \"spread\": {"
            comma = ""
            for (i = 1; i <= n; i++)
                if (order[i] in spread) print_member(order[i], spread[order[i]])
            printf "\n  }\n}\n"
        }' "$work/figures"
}

clean_up() {
    local code=$?
    trap - EXIT
    remove_labs || true
    rm -rf "$work"
    exit "$code"
}

main() {
    local json='' only=() part
    busy=() quick='' small_pages=256 read_pages=16384 copy_pages=262144 names_count=100000 memory_size=16G
    while [ $# -gt 0 ]; do
        case $1 in
        --json | --only)
            [ $# -ge 2 ] || usage_error "$1 wants a value"
            if [ "$1" = --json ]; then json=$2; else only+=("$2"); fi
            shift
            ;;
        --quick) quick=', QUICK: smaller than the names say' read_pages=8192 copy_pages=32768 names_count=10000 memory_size=1G ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    [ "${#only[@]}" -gt 0 ] || only=("${PARTS[@]}")
    for part in "${only[@]}"; do
        [[ " ${PARTS[*]} " == *" $part "* ]] || usage_error "no part is called $part"
    done

    "$ROOT/tests/lab/setup.sh" >&2
    "$ROOT/tests/lab/build.sh" --host >&2
    work=$(mktemp -d "$BUILD/prefix-bench.$$.XXXXXX")
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    : >"$work/figures"
    for part in "${only[@]}"; do
        remove_labs
        look_around "$part"
        say "measuring: $part"
        "part_$part"
    done
    print_machine
    print_table
    [ -z "$json" ] || print_json >"$json"
}

main "$@"
