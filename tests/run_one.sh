#!/usr/bin/env bash
# One test of CTest's: runs it with a time limit, judges what it printed, and ends with 0, with 1, or
# with 77 if all of it was skipped. Knows how tests report, not what they need around them.
#
#   run_one.sh HOW GROUP/NAME COMMAND...
#     program   COMMAND is a CMocka program
#     script    a shell test that is written with lab/testlib.sh; on one processor, as Wine's programs
#               and its server take turns, and to wake somebody on another one costs a fifth of it all
#     race      the same, on all processors: a test of what happens at once
#     step      no test, but what comes before or after some; only its failure counts
#
# The line for people goes to the file NTDSBCLI_TEST_REPORT, too, with the output of what failed.
# A test that reaches its limit (NTDSBCLI_TEST_LIMIT_S is another) is shown with what it was doing.
. "$(dirname "$0")/lab/lib/environment.sh"
. "$(dirname "$0")/lab/lib/hang.sh"

how=$1 name=$2
shift 2
limit_s=300
[ "$how" = program ] || limit_s=1500
[ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || limit_s=$((limit_s == 300 ? 900 : 1800))
[ "${NTDSBCLI_TEST_32BIT-}" != emulated ] || limit_s=$((limit_s * 3))
limit_s=${NTDSBCLI_TEST_LIMIT_S:-$limit_s}
code=0 passed=0 failed=0 skipped=0 why=''

# timeout(1) leaves the process group, so no Ctrl-C reaches what it runs.
clean_up() {
    if [ -n "$job" ]; then
        kill "$job" 2>/dev/null || true
        wait "$job" || true
    fi
    [ -z "$timer" ] || kill "$timer" 2>/dev/null || true
    rm -rf "$folder"
}

# A processor for this script and all that it starts: whoever runs at the same time has another one,
# if there are enough. The lock is let go when this script ends.
take_processor() {
    local processors slot=0
    mapfile -t processors < <(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status | tr , '\n' |
        while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done)
    until exec 9>"$BUILD/.processor-$slot" && flock -n 9; do slot=$((slot + 1)); done
    taskset -cp "${processors[slot % ${#processors[@]}]}" $$ >/dev/null
}

# timeout(1) passes a signal on to all that it runs, and kills what ignores it; its own limit is for
# the case that this script is gone.
run() { # CMD...
    local ended
    timeout -k 5 "$((limit_s + 300))" "$@" >"$output" 2>&1 </dev/null 9>&- &
    job=$!
    sleep "$limit_s" >/dev/null 2>&1 9>&- &
    timer=$!
    wait -n -p ended "$job" "$timer" || code=$?
    if [ "$ended" = "$timer" ]; then
        why="ended after $limit_s s"
        hang_show "TEST_RESULTS=$TEST_RESULTS" >"$folder/hang" 2>&1 || true
        kill "$job"
        wait "$job" || code=$?
    else
        kill "$timer"
    fi
    job='' timer=''
    cat "$folder/hang" >>"$output" 2>/dev/null || true
}

sum_of() { # WORD: of CMocka's summary lines
    sed -nE "s/^\[ +$1 +\] ([0-9]+) test\(s\).*/\1/p" "$output" | awk '{ n += $1 } END { print n + 0 }'
}
# A program that ended without all of its summary lines has crashed, whatever its exit code is.
judge_program() {
    local begun ended
    sed -i 's/\r$//' "$output"
    begun=$(grep -cE '^\[=+\].* Running [0-9]+ test\(s\)' "$output" || true)
    ended=$(grep -cE '^\[=+\].* [0-9]+ test\(s\) run\.' "$output" || true)
    passed=$(sum_of PASSED)
    failed=$(sum_of FAILED)
    skipped=$(sum_of SKIPPED)
    [ "$begun" -eq "$ended" ] && [ "$begun" -gt 0 ] ||
        why=${why:-no summary, exit code $code: crashed?}
}

judge_script() {
    passed=$(grep -c '^pass ' "$TEST_RESULTS" || true)
    failed=$(grep -c '^fail ' "$TEST_RESULTS" || true)
    skipped=$(grep -c '^skip ' "$TEST_RESULTS" || true)
}

judge_race() {
    judge_script
}

judge_step() {
    :
}

# A failure that the command's own summary does not show is one more.
judge() {
    local note
    note=$(sed -n 's/^emulator.sh: //p' "$output" | paste -sd, -)
    if [ "$code" -eq 77 ]; then
        skipped=1 code=0
    else
        "judge_$how"
    fi
    if [ -z "$why" ] && [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then
        why=${note:-exit code $code}
    elif [ -z "$why" ] && [ "$how" != step ] && [ $((passed + failed + skipped)) -eq 0 ]; then
        why="ran no test"
    fi
    [ -z "$why" ] || failed=$((failed + 1))
    why=${why:-$note}
}

report() { # SECONDS
    local mark=ok
    [ "$failed" -eq 0 ] || mark=FAILED
    printf '%-6s %-52s %4d passed' "$mark" "$name" "$passed"
    [ "$failed" -eq 0 ] || printf ', %d failed' "$failed"
    [ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
    printf '  %s s%s\n' "$1" "${why:+  ($why)}"
    [ "$failed" -eq 0 ] || sed 's/^/       | /' "$output"
}

main() {
    local start=${EPOCHREALTIME/,/.} seconds to=${NTDSBCLI_TEST_REPORT-}
    folder=$(mktemp -d "$PWD/run-one.XXXXXX") job='' timer=''
    output=$folder/output
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    export TEST_RESULTS=$folder/results TEST_PREFIX=$BUILD/prefix-tests.$PPID.${name%%/*}
    : >"$TEST_RESULTS"
    cd "$folder"
    [ "$how" != script ] || take_processor
    run "$@"
    judge
    seconds=$(awk -v a="$start" -v b="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.1f", b - a }')
    cat "$output"
    if [ -n "$to" ] && { [ "$how" != step ] || [ "$failed" -gt 0 ]; }; then
        report "$seconds" >"$folder/report"
        cat "$folder/report" >>"$to" # in one piece: other lanes write there, too
    fi
    [ -z "$why" ] || echo "run_one.sh: $why"
    [ "$failed" -eq 0 ] || exit 1
    [ "$skipped" -eq 0 ] || [ "$passed" -gt 0 ] || exit 77
}

main "$@"
