#!/usr/bin/env bash
# Builds the presets and installs the stage: what a user of the product gets, for every lab, demo
# and test. Knows nothing about Wine and prefixes.
. "$(dirname "$0")/lib/environment.sh"

usage() {
    cat <<'TEXT'
usage: build.sh [--host]
  builds win64 and win32 and installs build/stage/{x64,x86}, build/stage/wine, build/stage/lab
  --host   also the portable parts for this machine, with sanitizers (build/stage/lab/host)
TEXT
}

configure() { # PRESET
    cd "$ROOT"
    # Ninja configures again by itself when a CMake file changed, but for the presets.
    [ "build/$1/build.ninja" -nt CMakePresets.json ] || cmake --preset "$1"
}

# Installed beside the old folder and swapped in, so that what is no longer installed goes away; only
# if it differs, so that a second ctest does not take the stage from under the first.
stage() { # PRESET COMPONENT FOLDER
    local new=$STAGE/$3.new old=$STAGE/$3
    rm -rf "$new"
    mkdir -p "$new"
    cmake --install "$BUILD/$1" --prefix "$new" --component "$2"
    # A 32-bit program on 64-bit Windows uses the broker of the system's own bitness.
    [ "$3" != x86 ] || cp "$STAGE/x64/ntdsbroker64.exe" "$new/"
    if diff -rq "$new" "$old"; then
        rm -rf "$new"
    else
        rm -rf "$old"
        mv "$new" "$old"
    fi
}

stage_windows() { # PRESET ARCHITECTURE
    local component
    stage "$1" product "$2"
    for component in wine lab; do
        mkdir -p "$STAGE/$component"
        stage "$1" "$component" "$component/$2"
    done
}

stage_host() {
    mkdir -p "$STAGE/lab"
    stage host lab lab/host
}

main() {
    local presets=(win64 win32) preset
    while [ $# -gt 0 ]; do
        case $1 in
        --host) presets+=(host) ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    mkdir -p "$BUILD" "$STAGE"
    exec 9>"$BUILD/.build-lock"
    flock 9

    local log=$BUILD/build.log
    for preset in "${presets[@]}"; do
        run_step "$log" "configuring $preset" configure "$preset"
        run_step "$log" "building $preset" cmake --build "$BUILD/$preset"
    done
    run_step "$log" "staging x64" stage_windows win64 x64
    run_step "$log" "staging x86" stage_windows win32 x86
    if [ "${presets[-1]}" = host ]; then
        run_step "$log" "staging lab/host" stage_host
    fi
    echo "build.sh: done in $SECONDS s"
}

main "$@"
