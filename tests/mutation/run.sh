#!/usr/bin/env bash
# Would the tests notice? Puts one plausible bug after the other into a copy of the sources, below
# build/mutation, and runs the tests that can know. The list of bugs is mutations.txt.
. "$(dirname "$0")/../lab/lib/environment.sh"
. "$ROOT/tests/lab/lib/mirror.sh"
. "$ROOT/tests/mutation/lib/mutations.sh"

PLACE=$BUILD/mutation
COPY=$PLACE/repo
LOG=$PLACE/last.log # of the last build or test
RESULTS=(killed survived skipped 'not judged' 'does not apply' 'does not build')

usage() {
    cat <<'TEXT'
usage: run.sh [--list] [--only NAME]...
  --list        names and files only
  --only NAME   only mutations whose name matches (a shell pattern)
TEXT
}

# --- the copy -------------------------------------------------------------------------------------

refresh_copy() {
    local names
    mapfile -t names < <(cd "$ROOT" && find . -mindepth 1 -maxdepth 1 ! -name build ! -name .git -printf '%P\n')
    mirror "$ROOT" "$COPY" "${names[@]}"
    mkdir -p "$COPY/build"
    ln -sfn "$DEPS" "$COPY/build/deps"
}

# An unused function is no reason not to build.
configure() {
    local preset
    cd "$COPY"
    for preset in win64 win32 host; do
        [ "build/$preset/build.ninja" -nt CMakePresets.json ] ||
            cmake --fresh --preset "$preset" -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF
    done
}

# --- building and testing -------------------------------------------------------------------------

preset_of() { # TEST
    case $1 in
    *-x64/*) echo win64 ;;
    *-x86/*) echo win32 ;;
    *) echo host ;;
    esac
}

# Tests of a kind that has the staged product need all of it; the others their own program.
needs_stage() { # TEST
    case $1 in
    unit-* | host/*) return 1 ;;
    vss-*) [[ $file = vss-adapter/embedded/* || ! -d $COPY/build/stage/wine ]] ;;
    esac
}

build_for() { # TEST
    if needs_stage "$1"; then
        "$COPY/tests/lab/build.sh" --host
    else
        cmake --build "$COPY/build/$(preset_of "$1")" --target "${1##*/}"
    fi >"$LOG" 2>&1 </dev/null 7>&-
}

# Everything is built already: what CTest would do for it first is left out. What outlives this
# script must not hold its lock. A test that this machine cannot run has not judged: $skipped.
passes() { # TEST
    ctest --test-dir "$COPY/build/$(preset_of "$1")" --no-tests=error -FA '^stage$' \
        -R "^${1//./\\.}\$" >"$LOG" 2>&1 </dev/null 7>&- || return
    ! grep -qF '***Skipped' "$LOG" || skipped=1
}

is_wanted() {
    local pattern
    [ "${#only[@]}" -gt 0 ] || return 0
    for pattern in "${only[@]}"; do
        # shellcheck disable=SC2053 # a pattern
        [[ $name != $pattern ]] || return 0
    done
    return 1
}

# What fails without a bug proves nothing.
check_tests() {
    local test skipped
    for test in "${tests[@]}"; do
        [ -n "${checked[$test]-}" ] || {
            build_for "$test" || die "the copy does not build: $LOG"
            checked[$test]=1
            passes "$test" || checked[$test]=0
        }
        [ "${checked[$test]}" -eq 1 ] || {
            report 'not judged' "$test fails without it"
            return 1
        }
    done
}

report() { # RESULT [TEST]
    count[$1]=$((${count[$1]-0} + 1))
    printf '%-14s %-44s %4d s%s\n' "$1" "$name" "$((SECONDS - started))" "${2:+  $2}"
}

try() {
    local test skipped=0
    for test in "${tests[@]}"; do
        build_for "$test" || {
            report 'does not build'
            return
        }
        passes "$test" || {
            report killed "$test"
            return
        }
    done
    if [ "$skipped" -eq 1 ]; then
        report skipped
    else
        report survived
    fi
}

run_one() {
    local started=$SECONDS
    is_wanted || return 0
    check_tests || return 0
    started=$SECONDS
    if mutations_apply "$ROOT/$file" >"$PLACE/mutated"; then
        cp "$PLACE/mutated" "$COPY/$file"
        try
        cp "$ROOT/$file" "$COPY/$file"
    else
        report 'does not apply'
    fi
}

list_one() {
    ! is_wanted || printf '%-44s %s\n' "$name" "$file"
}

main() {
    local list=0 only=() result words='' total=0
    declare -A checked count
    while [ $# -gt 0 ]; do
        case $1 in
        --list) list=1 ;;
        --only)
            [ $# -ge 2 ] || usage_error "--only wants a name"
            only+=("$2")
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    if [ "$list" = 1 ]; then
        mutations_each list_one
        return
    fi
    "$ROOT/tests/lab/setup.sh"
    mkdir -p "$PLACE"
    exec 7>"$PLACE/.lock"
    flock -n 7 || die "another run is in $PLACE"
    export NTDSBCLI_TEST_LIMIT_S=${NTDSBCLI_TEST_LIMIT_S:-300} # a mutant may hang
    run_step "$LOG" "copying the sources" refresh_copy
    run_step "$LOG" "configuring the copy" configure
    mutations_each run_one
    for result in "${RESULTS[@]}"; do
        total=$((total + ${count[$result]-0}))
        words+="${words:+, }${count[$result]-0} $result"
    done
    [ "$total" -gt 0 ] || die "no mutation has such a name: ${only[*]}"
    echo "mutations: $words"
    [ "${count[killed]-0}" -eq "$total" ]
}

main "$@"
