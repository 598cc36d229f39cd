#!/usr/bin/env bash
# The whole test suite in one command: set-up, build, every test program and test script.
# Last line: "N passed, N failed, N skipped"; exit 0 only if something ran and nothing failed.
# Knows the kinds of tests (tests/CMakeLists.txt), not the tests.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lab/lib/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/lab/lib/environment.sh"

LAB=$ROOT/tests/lab/lab.sh
LANES=3 # for two processors: many tests wait, for services and for each other's answers
PROGRAM_LIMIT_S=300
SCRIPT_LIMIT_S=900

usage() {
    cat <<'TEXT'
usage: run.sh [--long] [--only PATTERN]
  --long           also the long tests (NTDSBCLI_TEST_LONG=1)
  --only PATTERN   only tests whose name, as printed, contains PATTERN (a shell pattern)
  NTDSBCLI_TEST_DATA is where genuine files are, ../shared/data if that is there
TEXT
}

# --- one result ---------------------------------------------------------------------------------

# Prints one line for a test, and its whole output if it failed. Each group counts in a file of
# its own: groups run side by side.
report() { # GROUP NAME OUTPUT PASSED FAILED SKIPPED SECONDS [WHY]
    local mark=ok
    echo "$4 $5 $6" >>"$work/$1.counts"
    [ "$5" -eq 0 ] || mark=FAILED
    {
        flock 7
        printf '%-6s %-52s %4d passed' "$mark" "$1/$2" "$4"
        [ "$5" -eq 0 ] || printf ', %d failed' "$5"
        [ "$6" -eq 0 ] || printf ', %d skipped' "$6"
        printf '  %s s%s\n' "$7" "${8:+  ($8)}"
        [ "$5" -eq 0 ] || sed 's/^/       | /' "$3"
    } 7>"$work/output.lock"
}

# What CMocka says on its summary lines; a program that ended without all of them has crashed, one
# that fails without a failed test has failed all the same.
report_cmocka() { # GROUP NAME OUTPUT EXIT-CODE SECONDS
    local groups_begun groups_done passed failed skipped why=''
    tr -d '\r' <"$3" >"$3.text"
    groups_begun=$(grep -cE '^\[=+\].* Running [0-9]+ test\(s\)' "$3.text" || true)
    groups_done=$(grep -cE '^\[=+\].* [0-9]+ test\(s\) run\.' "$3.text" || true)
    passed=$(sum_of 'PASSED' "$3.text")
    failed=$(sum_of 'FAILED' "$3.text")
    skipped=$(sum_of 'SKIPPED' "$3.text")
    if [ "$4" -eq 124 ] || [ "$4" -eq 137 ]; then
        why="ended after $PROGRAM_LIMIT_S s"
    elif [ "$groups_begun" -ne "$groups_done" ] || [ "$groups_begun" -eq 0 ]; then
        why="no summary, exit code $4: crashed?"
    elif [ "$((passed + failed + skipped))" -eq 0 ]; then
        why="ran no test"
    elif [ "$4" -ne 0 ] && [ "$failed" -eq 0 ]; then
        why="exit code $4"
    fi
    [ -z "$why" ] || failed=$((failed + 1))
    report "$1" "$2" "$3.text" "$passed" "$failed" "$skipped" "$5" "$why"
}

sum_of() { # WORD FILE
    sed -nE "s/^\[ +$1 +\] ([0-9]+) test\(s\).*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

now() {
    printf '%s' "${EPOCHREALTIME/,/.}"
}
since() { # START
    awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'
}

wanted() { # GROUP/NAME
    # shellcheck disable=SC2053 # a pattern on purpose
    [[ $1 == *$only* ]]
}

# --- the groups ---------------------------------------------------------------------------------

# Each program of FOLDER whose name is wanted, one a line.
programs_of() { # GROUP FOLDER SUFFIX
    local program
    for program in "$2"/*"$3"; do
        if [ ! -f "$program" ] || [ ! -x "$program" ]; then continue; fi
        ! wanted "$1/$(basename "$program" .exe)" || printf '%s\n' "$program"
    done
}

# Runs a command with a time limit, noted so that clean_up can end it: timeout(1) leaves the
# process group, so no Ctrl-C reaches what it runs.
limited() { # SECONDS CMD...
    local code=0 note=$work/running.$BASHPID
    timeout -k 5 "$@" &
    echo $! >"$note"
    wait $! || code=$?
    rm -f "$note"
    return "$code"
}

# run_program GROUP PROGRAM FOLDER CMD...: one CMocka program, in FOLDER.
product_logs='' # folder of the logs that the product writes for the programs that run
run_program() {
    local group=$1 name start code=0 output
    name=$(basename "$2" .exe)
    output=$work/$group.$name.out
    start=$(now)
    (cd "$3" && limited "$PROGRAM_LIMIT_S" "${@:4}") >"$output" 2>&1 </dev/null || code=$?
    if [ "$code" -ne 0 ] && ! grep -q ' Running ' "$output"; then
        # Wine under load fails to bring up one process in some thousand (start_process.h). A
        # program that has begun its tests is never given a second chance.
        printf 'run.sh: %s/%s did not begin, exit code %d: once more\n' "$group" "$name" "$code"
        code=0
        (cd "$3" && limited "$PROGRAM_LIMIT_S" "${@:4}") >"$output" 2>&1 </dev/null || code=$?
    fi
    if [ "$code" -ne 0 ] && [ -f "$product_logs/$name.exe.log" ]; then
        {
            echo "The end of the product's log:"
            tail -n 60 "$product_logs/$name.exe.log"
        } >>"$output"
    fi
    report_cmocka "$group" "$name" "$output" "$code" "$(since "$start")"
    [ "$code" -ne 124 ] && [ "$code" -ne 137 ]
}

group_host() {
    local group=host folder=$work/run-host program
    mkdir -p "$folder"
    while read -r program; do
        run_program "$group" "$program" "$folder" "$program" || true
    done < <(programs_of "$group" "$BUILD/host/tests/unit" "")
}

# All programs of one kind and one bitness, one after the other in one prefix.
group_windows() { # GROUP KIND PRESET ARCHITECTURE
    local group=$1 kind=$2 preset=$3 architecture=$4
    local prefix=$work/lab-$kind-$architecture folder=$work/run-$kind-$architecture
    local programs program
    mapfile -t programs < <(programs_of "$group" "$BUILD/$preset/tests/$kind" .exe)
    [ ${#programs[@]} -gt 0 ] || return 0
    mkdir -p "$folder"
    if [ "$kind" = lab ]; then
        cp "$STAGE/$architecture"/*.{dll,exe} "$folder/"
    fi
    prepare_prefix "$group" "$kind" "$prefix" || return 0
    export NTDSBCLI_TEST_DATA=${data:+Z:${data//\//\\}}
    product_logs=$prefix/drive_c/ProgramData/ntdsbcli
    for program in "${programs[@]}"; do
        if [ "$kind" = lab ]; then
            cp "$program" "$folder/"
            program=$folder/${program##*/}
        fi
        # After a time limit the program itself may still be there: start with a fresh machine.
        run_program "$group" "$program" "$folder" "$LAB" exec "$prefix" "$program" ||
            restart_prefix "$kind" "$prefix"
        [ "$kind" = unit ] || check_leftovers "$group" "$(basename "$program" .exe)" "$prefix"
    done
    "$LAB" destroy "$prefix"
}

prepare_prefix() { # GROUP KIND PREFIX
    local output=$work/$1.prefix.out start
    start=$(now)
    if [ "$2" = unit ]; then
        "$LAB" clone "$3" >"$output" 2>&1 && return
    else
        # Drive D is for tests of several volumes.
        "$LAB" create "$3" --drive D >"$output" 2>&1 && "$LAB" start "$3" >>"$output" 2>&1 && return
    fi
    report "$1" prefix "$output" 0 1 0 "$(since "$start")" "the prefix could not be made"
    return 1
}

restart_prefix() { # KIND PREFIX
    "$LAB" off "$2"
    [ "$1" = unit ] || "$LAB" start "$2" || true
}

# A shadow or a broker that outlives its program is a failure of the product, whatever the test says.
check_leftovers() { # GROUP NAME PREFIX
    local output=$work/$1.$2.left
    "$LAB" status "$3" >"$output" 2>&1 || true
    if ! grep -qx 'brokers 0' "$output" || ! grep -qx 'shadows 0' "$output"; then
        report "$1" "$2" "$output" 0 1 0 0 "left something behind"
        restart_prefix vss "$3"
    elif ! grep -qx 'directory RUNNING' "$output"; then
        # A test may end with the directory stopped; the next one begins with it running.
        "$LAB" start "$3" || true
    fi
}

group_script() { # SCRIPT
    local name=${1#"$ROOT/tests/"} start code=0 output results passed failed skipped why=''
    output=$work/script.${name//\//.}.out
    results=$work/script.${name//\//.}.results
    : >"$results"
    start=$(now)
    TEST_RESULTS=$results limited "$SCRIPT_LIMIT_S" "$1" >"$output" 2>&1 </dev/null || code=$?
    passed=$(grep -c '^pass ' "$results" || true)
    failed=$(grep -c '^fail ' "$results" || true)
    skipped=$(grep -c '^skip ' "$results" || true)
    if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
        why="ended after $SCRIPT_LIMIT_S s"
    elif [ "$((passed + failed + skipped))" -eq 0 ]; then
        why="ran no test, exit code $code"
    elif [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then
        why="exit code $code"
    fi
    [ -z "$why" ] || failed=$((failed + 1))
    report script "$name" "$output" "$passed" "$failed" "$skipped" "$(since "$start")" "$why"
}

# A group that breaks before its end has failed, not just ended.
run_group() { # FUNCTION ARGS...
    local code=0 errors=$work/group.$BASHPID.errors
    (
        set -e
        "$@"
    ) 2>"$errors" &
    wait $! || code=$?
    [ "$code" -eq 0 ] ||
        report "${2##*/}" "$1" "$errors" 0 1 0 0 "the group broke off, exit code $code"
}

run_all() {
    local kind group groups=() running=0 script
    groups+=("group_host")
    for kind in unit vss lab; do
        groups+=("group_windows $kind-x64 $kind win64 x64" "group_windows $kind-x86 $kind win32 x86")
    done
    # The longest first, so that no lane is left with one in the end.
    for script in "$ROOT"/tests/{package,fault,integration,doctor,security,sources}/*.sh "$ROOT"/tests/lab/test_*.sh; do
        [ -e "$script" ] || continue
        wanted "script/${script#"$ROOT/tests/"}" || continue
        groups+=("group_script $script")
    done
    for group in "${groups[@]}"; do
        if [ "$running" -ge "$LANES" ]; then
            wait -n || true
            running=$((running - 1))
        fi
        # shellcheck disable=SC2086 # words by construction; the repository's path has no say in them
        run_group $group &
        running=$((running + 1))
    done
    wait
}

remove_folder() {
    local prefix
    for prefix in "$1"/*/; do
        [ ! -e "$prefix/system.reg" ] || "$LAB" destroy "$prefix" || true
    done
    rm -rf "$1"
}

# What a run left that was killed, and the scripts it ran.
sweep() {
    local folder owner
    for folder in "$BUILD"/prefix-test*.*.*; do
        owner=${folder%.*}
        owner=${owner##*.}
        if [ -d "$folder" ] && ! kill -0 "$owner" 2>/dev/null; then remove_folder "$folder"; fi
    done
}

clean_up() {
    local code=$? job note
    trap - EXIT
    # The lanes first, or they go on with the next program in a prefix that is being removed.
    for job in $(jobs -p); do kill "$job" 2>/dev/null || true; done
    for note in "$work"/running.*; do
        [ ! -e "$note" ] || kill "$(cat "$note")" 2>/dev/null || true
    done
    wait
    remove_folder "$work"
    exit "$code"
}

main() {
    only=''
    export NTDSBCLI_TEST_LONG=0
    while [ $# -gt 0 ]; do
        case $1 in
        --long)
            NTDSBCLI_TEST_LONG=1 PROGRAM_LIMIT_S=900 SCRIPT_LIMIT_S=1800
            ;;
        --only)
            [ $# -ge 2 ] || usage_error "--only wants a pattern"
            only=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    data=${NTDSBCLI_TEST_DATA-}
    if [ -z "$data" ] && [ -d "$ROOT/../shared/data" ]; then
        data=$ROOT/../shared/data
    fi
    [ -z "$data" ] || data=$(cd "$data" && pwd)
    export NTDSBCLI_TEST_DATA=$data

    "$ROOT/tests/lab/setup.sh"
    "$ROOT/tests/lab/build.sh" --host
    sweep
    work=$(mktemp -d "$BUILD/prefix-tests.$$.XXXXXX")
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    # Before the lanes, which would wait for each other's.
    "$LAB" clone "$work/lab-first" && "$LAB" destroy "$work/lab-first"
    run_all

    local passed=0 failed=0 skipped=0
    read -r passed failed skipped < <(cat "$work"/*.counts 2>/dev/null |
        awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }')
    printf 'run.sh: %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
    [ "$((passed + failed))" -gt 0 ] || echo "run.sh: nothing ran${only:+ that matches $only}"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
