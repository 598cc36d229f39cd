# What shell tests are written with. They source it or what sources it, first thing, and run by
# themselves or under tests/run.sh:
#
#   . "$(dirname "$0")/../lab/testlib.sh"
#   "$LAB" create "$prefix"                   $prefix is a path; the lab there is destroyed at the end
#   check "what__when__then" COMMAND...       passes if COMMAND succeeds
#   check_exit 2 "what__when__then" COMMAND... if its exit code is 2
#   check_equal "what__when__then" EXPECTED ACTUAL
#   skip "what__when__then" "why"
#   check_as_root "what__when__then" COMMAND...  the same, skipped for an ordinary user
#
# A script that ends in any other way than after its last line has failed too.
# shellcheck shell=bash
# shellcheck disable=SC2034 # much of it is for the tests
[ -z "${TEST_FOLDER-}" ] || return 0 # sourced by two that a test sources
. "$(dirname "${BASH_SOURCE[0]}")/lib/environment.sh"
. "$ROOT/tests/lab/lib/facts.sh"

LAB=$ROOT/tests/lab/lab.sh
# A folder for whatever a test makes; on the file system of the template, so that clones are quick.
mkdir -p "$BUILD"
TEST_FOLDER=$(mktemp -d "$BUILD/prefix-test-$(basename "$0" .sh).$$.XXXXXX")

# One "pass|fail|skip NAME" a line; where to is run.sh's word.
TEST_RESULTS=${TEST_RESULTS:-$TEST_FOLDER/results}
: >"$TEST_RESULTS"

test_prefix() { # NAME
    printf '%s/%s' "$TEST_FOLDER" "$1"
}

# The lab of most tests.
prefix=$(test_prefix dc)

# A fact about the lab, as lab.sh directory prints it.
fact() { # KEY
    lab_fact "$prefix" "$1"
}

# Before a test asks again for what has no event: whom it waits for has the processor meanwhile.
pause() {
    sleep 0.02
}

# A path of this machine for a Windows program.
windows_path() { # PATH
    printf 'Z:%s' "${1//\//\\}"
}

# What tests of both bitnesses go through, and which one the rest uses to try the second, too: 64 bits
# alone where nothing else runs, which run.sh says.
all_bits=(64 32) other_bits=32 architectures=(x64 x86)
runs_32bit || all_bits=(64) other_bits=64 architectures=(x64)

# The rest of the script is about 32-bit programs.
need_32bit() { # NAME
    runs_32bit || {
        skip "$1" "$NO_32BIT"
        exit
    }
}

# The folder below build/stage or build/stage/lab.
architecture() { # BITS
    if [ "$1" = 64 ]; then echo x64; else echo x86; fi
}

# One of the lab's programs for this machine: make, stamps, check, verify, damage.
ese() { # PROGRAM ARGUMENT...
    "$STAGE/lab/host/ese-$1" "${@:2}"
}

test_note() { # pass|fail|skip NAME [WHY]
    printf '%s %s\n' "$1" "$2" >>"$TEST_RESULTS"
    printf '[%s] %s%s\n' "$1" "$2" "${3:+: $3}"
}

# The command's output is shown only when the check fails. It is a file of its own: what an earlier
# command has left running goes on writing at its place of the earlier file.
test_output=''
test_outputs=0
check_exit() { # CODE NAME CMD...
    local expected=$1 name=$2 code=0
    shift 2
    test_output=$TEST_FOLDER/output.$((test_outputs += 1))
    # In the background, so that errexit holds inside a function, which a condition would switch off.
    (
        set -e
        "$@"
    ) >"$test_output" 2>&1 </dev/null &
    wait $! || code=$?
    if [ "$code" -eq "$expected" ]; then
        test_note pass "$name"
    else
        test_note fail "$name" "exit code $code, expected $expected: $*"
        sed 's/^/    /' "$test_output"
    fi
}

check() { # NAME CMD...
    check_exit 0 "$@"
}

check_equal() { # NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        test_note pass "$1"
    else
        test_note fail "$1" "expected '$2', got '$3'"
    fi
}

# The output of the last check or check_exit.
check_output() {
    cat "$test_output"
}

skip() { # NAME WHY
    test_note skip "$1" "$2"
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}
# For what needs a file of another account: only root can give one away.
check_as_root() { # NAME CMD...
    if is_root; then
        check "$@"
    else
        skip "$1" "needs root"
    fi
}

test_finish() {
    local code=$? last=$BASH_COMMAND prefix failed passed skipped
    trap - EXIT
    for prefix in "$TEST_FOLDER"/*/; do
        [ ! -e "$prefix/system.reg" ] || "$LAB" destroy "$prefix" || code=1
    done
    [ "$code" -eq 0 ] || test_note fail "script__at_its_end__exit_code_0" "exit code $code: $last"
    passed=$(grep -c '^pass ' "$TEST_RESULTS" || true)
    failed=$(grep -c '^fail ' "$TEST_RESULTS" || true)
    skipped=$(grep -c '^skip ' "$TEST_RESULTS" || true)
    rm -rf "$TEST_FOLDER"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] || exit 1
    exit 0
}
trap test_finish EXIT
