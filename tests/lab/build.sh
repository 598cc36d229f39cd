#!/usr/bin/env bash
# Builds the presets and installs the stage: what a user of the product gets, for every lab, demo
# and test. Knows nothing about Wine and prefixes.
. "$(dirname "$0")/lib/environment.sh"

usage() {
    cat <<'TEXT'
usage: build.sh [--host | --demo BITS]
  builds win64 and win32 and installs build/stage/{x64,x86}, build/stage/wine, build/stage/lab
  --host       also the portable parts for this machine, with sanitizers (build/stage/lab/host)
  --demo BITS  only what samples/demo.sh shows with programs of that bitness
TEXT
}

# Ninja configures again by itself when a CMake file changed, but for the presets. Fresh: what a run
# left that failed before it knew the compiler is no choice of ours.
configure() { # PRESET ON|OFF: with the tests; what has them keeps them
    local cache=$BUILD/$1/CMakeCache.txt
    cd "$ROOT"
    if [ ! "build/$1/build.ninja" -nt CMakePresets.json ]; then
        cmake --fresh --preset "$1" -DBUILD_TESTING="$2"
    elif [ "$2" = ON ] && grep -qxF BUILD_TESTING:BOOL=OFF "$cache"; then
        cmake --preset "$1" -DBUILD_TESTING=ON
    fi
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

# The demo's tools for this machine need no sanitizers, and so no clang.
configure_tools() {
    [ -e "$BUILD/tools/build.ninja" ] ||
        cmake --fresh -G Ninja -S "$ROOT" -B "$BUILD/tools" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF
}

# What a demo of BITS needs, "PRESET STAGE-FOLDER TARGET..." a line: the programs in their bitness,
# the rest in that of Windows, and the VSS in both if both can be run.
demo_parts() { # BITS
    local preset=win32 folder=x86
    [ "$1" = 32 ] || preset=win64 folder=x64
    echo tools lab/host ese-make ese-stamps ese-check ese-damage
    echo win64 lab/x64 ntds-service lab-machine lab-service lab-ps
    echo win64 wine/x64 vssapi
    ! runs_32bit || echo win32 wine/x86 vssapi
    echo win64 "$folder" ntdsbroker64
    echo "$preset" "$folder" ntdsbcli legacy-backup legacy-restore
}

build_demo() { # BITS PRESET
    local preset folder targets
    if [ "$2" = tools ]; then configure_tools; else configure "$2" OFF; fi
    demo_parts "$1" | while read -r preset folder targets; do
        # shellcheck disable=SC2086 # words
        [ "$preset" != "$2" ] || cmake --build "$BUILD/$2" --target $targets
    done
}

# Beside what a whole build has staged, and replaced by the next one.
stage_demo() { # BITS
    local preset folder target targets
    demo_parts "$1" | while read -r preset folder targets; do
        mkdir -p "$STAGE/$folder"
        for target in $targets; do
            find "$BUILD/$preset" -path "*/CMakeFiles" -prune -o -type f \
                \( -name "$target.exe" -o -name "$target.dll" -o -path "$BUILD/tools/*/$target" \) \
                -exec cp --remove-destination {} "$STAGE/$folder/" ';'
        done
    done
}

main() {
    local presets=(win64 win32) preset demo='' jobs=() job
    while [ $# -gt 0 ]; do
        case $1 in
        --host) presets+=(host) ;;
        --demo)
            [[ ${2-} =~ ^(32|64)$ ]] || usage_error "--demo needs 32 or 64"
            demo=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    mkdir -p "$BUILD" "$STAGE"
    exec 9>"$BUILD/.build-lock"
    flock 9

    local log=$BUILD/build.log
    if [ -n "$demo" ]; then
        for preset in $(demo_parts "$demo" | cut -d ' ' -f 1 | sort -u); do
            run_step "$log" "building what the demo shows, $preset (under a minute)" \
                build_demo "$demo" "$preset"
        done
        run_step "$log" "staging it" stage_demo "$demo"
        echo "build.sh: done in $SECONDS s"
        return
    fi
    for preset in "${presets[@]}"; do
        run_step "${log%.log}-$preset.log" "configuring $preset" configure "$preset" ON &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job"
    done
    for preset in "${presets[@]}"; do
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
