#!/usr/bin/env bash
# The long version of fuzzing: clang's libFuzzer over everything in fuzz_targets.c, beginning with
# small well-formed files. What it finds is left in build/fuzz.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/lib/environment.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/lib/environment.sh"

usage() {
    cat <<'TEXT'
usage: run.sh [--seconds N]
  --seconds N   how long (default 600)
exit code: 0 nothing found; else the input is in build/fuzz/crash-*, and
  build/host/tests/fuzz/fuzz-ese FILE runs it again
TEXT
}

# The first byte chooses the target (fuzz_targets.c), so every seed is there once for each.
make_seeds() { # FOLDER
    local target size file
    local tools=$BUILD/host/tests/lab/tools made=$1.made
    rm -rf "$made"
    mkdir -p "$1" "$made"
    for size in 2048 8192 32768; do
        "$tools/ese-make" --database "$made/$size" --page-size "$size" --pages 32 --dirty \
            --log-dir "$made" --logs 1 --log-bytes 64K --checkpoint "$made/edb.chk" >/dev/null
    done
    for file in "$made"/*; do
        for target in 0 1 2 3 4 5; do
            { printf "\\x0$target" && head -c 40000 "$file"; } >"$1/$(basename "$file").$target"
        done
    done
    rm -rf "$made"
}

main() {
    local seconds=600
    while [ $# -gt 0 ]; do
        case $1 in
        --seconds)
            [[ ${2-} =~ ^[0-9]+$ ]] || usage_error "--seconds wants a number"
            seconds=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    cd "$ROOT"
    [ -e build/host/build.ninja ] || cmake --preset host >/dev/null
    cmake --build build/host --target fuzz-ese ese-make
    mkdir -p "$BUILD/fuzz/corpus"
    make_seeds "$BUILD/fuzz/seeds"
    "$BUILD/host/tests/fuzz/fuzz-ese" -max_total_time="$seconds" -max_len=65536 \
        -artifact_prefix="$BUILD/fuzz/" -print_final_stats=1 "$BUILD/fuzz/corpus" \
        "$BUILD/fuzz/seeds"
}

main "$@"
