#!/usr/bin/env bash
# The whole test suite in one command: set-up, build, and with CTest all tests of all presets at once.
# Last line of a run: "N passed, N failed, N skipped"; exit 0 only if something ran and nothing failed.
# Knows no test and no kind of tests: CMakeLists.txt does.
. "$(dirname "$0")/lab/lib/environment.sh"

LAB=$ROOT/tests/lab/lab.sh
LANES=6 # for two processors: many tests wait, for services and for each other's answers

usage() {
    cat <<'TEXT'
usage: run.sh [--long] [--only PATTERN]... [--repeat N]
  --long           also the long tests (NTDSBCLI_TEST_LONG=1)
  --only PATTERN   only tests whose name, as printed, contains PATTERN (a shell pattern), or that of
                   another --only
  --repeat N       N runs, one after the other, also after a failure: a flake is a fault
  NTDSBCLI_TEST_DATA is where genuine files are, ../shared/data if that is there
  NTDSBCLI_TEST_32BIT=emulated has QEMU run the 32-bit programs, where the kernel runs none
TEXT
}

# CTest's regular expression for shell patterns.
expression() { # PATTERN...
    printf '%s\n' "$@" | sed 's/[.+^()|$\\]/\\&/g; s/\*/.*/g; s/?/./g' | paste -sd '|'
}

# run_one.sh writes the lines that are shown, CTest's own are for the case that it has failed.
run_all() {
    local code=0
    printf 'subdirs(win64 win32 host)\n' >"$BUILD/CTestTestfile.cmake"
    export NTDSBCLI_TEST_REPORT=$work/report
    : >"$NTDSBCLI_TEST_REPORT"
    # A process group, so that clean_up ends what CTest runs with it.
    set -m
    ctest --test-dir "$BUILD" -j "$LANES" ${only[0]:+-R "$(expression "${only[@]}")"} \
        >"$work/ctest.out" 2>&1 &
    ctest=$!
    set +m
    tail -n +1 -f --pid="$ctest" "$NTDSBCLI_TEST_REPORT" &
    wait "$ctest" || code=$?
    ctest=''
    wait
    return "$code"
}

count() { # WORD
    sed -nE "s/^(ok|FAILED) .* ([0-9]+) $1.*/\2/p" "$NTDSBCLI_TEST_REPORT" | awk '{ n += $1 } END { print n + 0 }'
}

# A run's report is long: what of it failed, once more at its end.
show_failures() {
    echo "run.sh: failed:"
    sed -nE '/^FAILED /p; /^ +\| (\[fail\]|\[  FAILED  \] [^ ]+$|\[  ERROR   \])/p' "$NTDSBCLI_TEST_REPORT"
}

clean_up() {
    local code=$?
    trap - EXIT
    [ -z "$ctest" ] || kill -- "-$ctest" 2>/dev/null || true
    wait
    rm -rf "$work"
    "$LAB" sweep
    exit "$code"
}

run_once() {
    local code=0 passed failed skipped
    run_all || code=$?
    passed=$(count passed) failed=$(count failed) skipped=$(count skipped)
    if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then
        cat "$work/ctest.out"
        failed=1
    elif [ "$failed" -gt 0 ]; then
        show_failures
    fi
    printf 'run.sh: %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
    [ $((passed + failed)) -gt 0 ] || echo "run.sh: nothing ran${only[0]:+ that matches ${only[*]}}"
    runs_32bit || echo "run.sh: without 32-bit programs, as $NO_32BIT"
    [ "$NTDSBCLI_TEST_32BIT" != emulated ] || echo "run.sh: the 32-bit programs were run by QEMU"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

main() {
    local rounds=1 round failing=0 template
    only=() ctest=''
    export NTDSBCLI_TEST_LONG=0
    while [ $# -gt 0 ]; do
        case $1 in
        --long) NTDSBCLI_TEST_LONG=1 ;;
        --only)
            [ $# -ge 2 ] || usage_error "--only wants a pattern"
            only+=("$2")
            shift
            ;;
        --repeat)
            [[ ${2-} =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "--repeat wants a number"
            rounds=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    "$ROOT/tests/lab/setup.sh"
    runs_32bit || echo "run.sh: $NO_32BIT: what needs one is skipped or left out (see run.sh --help)"
    "$LAB" sweep
    work=$(mktemp -d "$BUILD/prefix-tests.$$.XXXXXX")
    trap clean_up EXIT
    trap 'exit 130' INT TERM
    # Beside the build, and before the lanes, which would wait for each other's template.
    "$LAB" clone "$work/first" &
    template=$!
    "$ROOT/tests/lab/build.sh" --host
    wait "$template"
    "$LAB" destroy "$work/first"

    for ((round = 1; round <= rounds; round++)); do
        run_once || failing=$((failing + 1))
        SECONDS=0
    done
    [ "$rounds" -eq 1 ] || echo "$rounds runs, $failing with a failure"
    [ "$failing" -eq 0 ]
}

main "$@"
