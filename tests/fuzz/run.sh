#!/usr/bin/env bash
# The long version of fuzzing: clang's libFuzzer over the targets, one after the other, beginning
# with corpus/ and what earlier runs learnt. What it finds is left in build/fuzz.
. "$(dirname "$0")/../lab/lib/environment.sh"

CORPUS=$ROOT/tests/fuzz/corpus

usage() {
    cat <<TEXT
usage: run.sh [--seconds N] [--runs N] [--only TARGET] [--seeds]
  --seconds N     how long for each target (default 60; 0: no limit)
  --runs N        how many inputs for each target (default: no limit)
  --only TARGET   one of: $(cd "$CORPUS" && echo *)
  --seeds         only makes the well-formed files of tests/fuzz/corpus anew
exit code: 0 nothing found; else the input is in build/fuzz/TARGET-*, and
  build/host/tests/fuzz/fuzz-TARGET FILE runs it again
TEXT
}

# The files of the engine are large, and found to be bad by a sum: what is longer teaches nothing.
longest() { # TARGET
    case $1 in
    headers | page) echo 9000 ;;
    kernels) echo 2100 ;;
    log7 | stream) echo 16384 ;;
    document | manifest | record | replies | requests | token) echo 1500 ;;
    *) echo 512 ;;
    esac
}

# Leaks are looked for at the end only: after each input it would take most of the time.
fuzz() { # TARGET
    local learnt=$BUILD/fuzz/corpus/$1
    mkdir -p "$learnt"
    echo "run.sh: $1"
    ASAN_OPTIONS=quarantine_size_mb=4:malloc_context_size=3 \
        "$BUILD/host/tests/fuzz/fuzz-$1" -max_total_time="$seconds" -runs="$runs" \
        -max_len="$(longest "$1")" -detect_leaks=0 -artifact_prefix="$BUILD/fuzz/$1-" \
        -print_final_stats=1 -verbosity=0 "$learnt" "$CORPUS/$1"
}

main() {
    local only='' target
    seconds=60 runs=-1
    while [ $# -gt 0 ]; do
        case $1 in
        --seconds | --runs)
            [[ ${2-} =~ ^[0-9]+$ ]] || usage_error "$1 wants a number"
            if [ "$1" = --runs ]; then runs=$2; else seconds=$2; fi
            shift
            ;;
        --only)
            [ -d "$CORPUS/${2:-none}" ] || usage_error "--only wants a target"
            only=$2
            shift
            ;;
        --seeds) only=seeds ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    cd "$ROOT"
    [ -e build/host/build.ninja ] || cmake --preset host >/dev/null
    cmake --build build/host --target fuzz fuzz-seeds
    if [ "$only" = seeds ]; then
        "$BUILD/host/tests/fuzz/fuzz-seeds" "$CORPUS"
        return
    fi
    for target in "$CORPUS"/*/; do
        target=$(basename "$target")
        if [ -z "$only" ] || [ "$only" = "$target" ]; then fuzz "$target"; fi
    done
}

main "$@"
