#!/usr/bin/env bash
# Installs what building and testing need on Debian 12 and 13: packages, the 32-bit half of Wine, a
# loader for it, an emulator if one is asked for, CMocka and expat for Windows. Quick when everything is
# there. Knows nothing of the project's sources.
. "$(dirname "$0")/lib/environment.sh"

# By what needs them first; the demo needs no tests.
declare -A packages=(
    [compilers]="gcc-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32 mingw-w64-tools
        cmake make ninja-build gcc libc6-dev libexpat1-dev patch xz-utils"
    [wine]="wine wine64 libwine libc6-i386 libesedb-utils procps"
    [tests]="libcmocka-dev clang clang-format libclang-rt-dev shellcheck nsis osslsigncode openssl pkgconf zip
        unzip softhsm2 opensc libengine-pkcs11-openssl xfsprogs"
)
parts=() # of these, in this order
declare -A libraries=([compilers]=expat [tests]=cmocka) # for Windows
presets=(win64 win32)
oldest=bookworm # whose sources serve, too
# Part of each stamp: raise it when a recipe below changes.
recipe=1
wine32_recipe=2
emulated_recipe=1

usage() {
    cat <<'TEXT'
usage: setup.sh [--check] [--x64] [compilers] [wine] [tests]
  installs what is missing of these parts (default: all); root is needed for packages only
  compilers   packages and expat for Windows: all that the product needs
  wine        packages, the 32-bit half of Wine, a loader (needs a compiler); with
              NTDSBCLI_TEST_32BIT=emulated an emulator of 32-bit programs, too
  tests       packages for sanitizers, the installer, signing, and what judges the sources; CMocka
              for Windows (needs the compilers)
  --x64       a compiler and libraries for Windows in 64 bits only
  --check     changes nothing; exit 0 if everything is there, 1 with a list otherwise
TEXT
}

triple() {
    case $1 in
    win64) echo x86_64-w64-mingw32 ;;
    win32) echo i686-w64-mingw32 ;;
    esac
}

wanted() { # PART
    [[ " ${parts[*]} " == *" $1 "* ]]
}

missing_packages() {
    local part names=() status package
    for part in "${parts[@]}"; do
        # shellcheck disable=SC2206 # words
        names+=(${packages[$part]})
    done
    status=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null || true)
    for package in "${names[@]}"; do
        grep -qx "installed $package" <<<"$status" || echo "$package"
    done
}

# Both stamps are written last, so a half-made folder never counts.
wine_version() {
    dpkg-query -W -f '${Version}' libwine
}
wine32_ready() {
    [ "$(cat "$WINE32/.stamp" 2>/dev/null)" = "$wine32_recipe $(wine_version 2>/dev/null)" ] ||
        ! runs_32bit
}
# Only Debian 12's own loader is no position-independent program (ELF's ET_EXEC, 2).
loader_ready() {
    [ "$WINE_LOADER/wine" -nt "$ROOT/tests/lab/wine_loader.c" ] ||
        [ "$(od -An -tu2 -j16 -N2 /usr/lib/wine/wine64 2>/dev/null | tr -d ' ')" = 3 ]
}
emulated_ready() {
    [ "${NTDSBCLI_TEST_32BIT-}" != emulated ] ||
        [ "$(cat "$EMULATED/.stamp" 2>/dev/null)" = "$emulated_recipe $(wine_version 2>/dev/null)" ]
}
library_ready() { # PRESET NAME
    [ "$(cat "$DEPS/$1/.stamp-$2" 2>/dev/null)" = "$recipe" ]
}

wanted_libraries() {
    local part
    for part in compilers tests; do
        ! wanted "$part" || echo "${libraries[$part]}"
    done
}

missing_libraries() {
    local preset name
    for preset in "${presets[@]}"; do
        for name in $(wanted_libraries); do
            library_ready "$preset" "$name" || echo "$name for $preset in build/deps/$preset"
        done
    done
}

missing_all() {
    missing_packages | sed 's/^/package /'
    if wanted wine; then
        wine32_ready || echo "32-bit Wine in ${WINE32#"$ROOT"/}"
        loader_ready || echo "a loader for Wine in ${WINE_LOADER#"$ROOT"/}"
        emulated_ready || echo "an emulator of 32-bit programs in ${EMULATED#"$ROOT"/}"
    fi
    missing_libraries
}

# Package names and layouts of Wine are those of these releases.
say_system() {
    local name=unknown id=unknown
    if [ -r /etc/os-release ]; then
        # shellcheck source=/dev/null
        read -r id name < <(. /etc/os-release && echo "$ID-${VERSION_ID-} $PRETTY_NAME")
    fi
    [ -n "$(type -P apt-get)" ] ||
        die "$name: knows Debian and Ubuntu only (no apt-get); they are needed in a chroot or container"
    case $id in
    debian-12 | debian-13) ;;
    *) echo "setup.sh: $name is not a system this was tried on (Debian 12 and 13 are); trying Debian's package names" ;;
    esac
}

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    # One index that cannot be had must not stop the rest; what matters is the install.
    apt-get update || echo "apt-get update failed, going on with what is known"
    apt-get install -y --no-install-recommends "$@"
}

# The i386 index and the source indexes are kept apart from the machine's own apt state: neither
# a foreign architecture nor deb-src lines are added to the system.
private_apt() { # ARCHITECTURE PROGRAM ARGS...
    local architecture=$1 program=$2 state=$DEPS/apt-$1
    shift 2
    "$program" -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache" \
        -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

private_apt_prepare() { # ARCHITECTURE deb|deb-src
    local architecture=$1 kind=$2 state=$DEPS/apt-$1 format origin
    # shellcheck disable=SC2016 # these are apt's names, not ours
    format='$(REPO_URI) $(CODENAME) $(COMPONENT)'
    rm -rf "$state"
    mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
    # The security suite need not have every architecture.
    for origin in Debian Ubuntu; do
        apt-get indextargets --format "$format" "Created-By: Packages" "Origin: $origin"
    done | grep -v -- '-security' | sort -u | sed "s/^/$kind /" >"$state/sources.list" || true
    [ -s "$state/sources.list" ] || {
        echo "apt knows no archive of Debian's or Ubuntu's: is its package index there (apt-get update)?"
        return 1
    }
}

# For a 32-bit Windows: Wine's loader for it, which finds all else from where it lies.
make_windows32() { # FOLDER UNPACKED-PACKAGES
    local wine=$1/usr/lib/i386-linux-gnu/wine
    mkdir -p "$wine" "$1/usr/lib/wine" "$1/usr/share"
    mv "$2/usr/lib/wine/wine" "$1/usr/lib/wine/"
    mv "$2/usr/lib/i386-linux-gnu/wine/i386-unix" "$wine/"
    ln -s ../../../../i386-windows "$wine/i386-windows"
    ln -s /usr/share/wine "$1/usr/share/wine"
    # The package libwine makes it when it is installed.
    ln -s /usr/lib/x86_64-linux-gnu/wine/i386-windows/zlib1.dll "$1/i386-windows/"
    test -e "$1/i386-windows/zlib1.dll"
}

make_wine32() {
    local version package work=$DEPS/wine32.tmp
    version=$(wine_version)
    rm -rf "$work" "$WINE32"
    mkdir -p "$work"
    private_apt_prepare i386 deb
    private_apt i386 apt-get update || echo "an index failed, going on"
    (cd "$work" && private_apt i386 apt-get download "libwine=$version" "wine32=$version") || {
        echo "the archive has no libwine:i386 $version: upgrade the installed libwine first"
        return 1
    }
    for package in "$work"/*_i386.deb; do
        dpkg-deb -x "$package" "$work/root"
    done
    mv "$work/root/usr/lib/i386-linux-gnu/wine/i386-windows" "$work/"
    make_windows32 "$work" "$work/root"
    rm -rf "$work/root" "$work"/*_i386.deb "$DEPS/apt-i386"
    # Without it the 32-bit DLLs that have a Unix half (ws2_32, crypt32 ...) fail with error 1114.
    ln -s /usr/lib/x86_64-linux-gnu/wine/x86_64-unix "$work/x86_64-unix"
    test -e "$work/i386-windows/kernel32.dll"
    test -e "$work/x86_64-unix/ntdll.so"
    echo "$wine32_recipe $version" >"$work/.stamp"
    mv "$work" "$WINE32"
}

build_loader() { # FILE
    mkdir -p "${1%/*}/../../share"
    ln -sfn /usr/share/wine "${1%/*}/../../share/wine"
    gcc -O2 -Wall -Wextra -Werror -fPIE -pie -o "$1" "$ROOT/tests/lab/wine_loader.c" \
        '-DWINE_NTDLL="/usr/lib/x86_64-linux-gnu/wine/x86_64-unix/ntdll.so"'
}

make_loader() {
    mkdir -p "$WINE_LOADER"
    # The name that wineboot and its like call.
    ln -sf wine "$WINE_LOADER/wine-stable"
    build_loader "$WINE_LOADER/wine"
}

write_starter() { # FILE PROGRAM ARGUMENTS...
    local file=$1
    shift
    printf '#!/bin/sh\nexec%s "$@"\n' "$(printf ' %q' "$@")" >"$file"
    chmod +x "$file"
}

# Wine starts its 32-bit loader, which the kernel cannot, under the name of the 64-bit one less the 64,
# and each from the folder of the other. QEMU 7 of Debian 12 takes most of a minute for a program; that
# of the backports, linked statically, half a second.
make_emulated() {
    local work=$DEPS/emulated.tmp lib=$EMULATED/lib/wine sources=$DEPS/apt-amd64/sources.list mirror
    rm -rf "$work" "$EMULATED"
    mkdir -p "$work/bin" "$work/lib/wine"
    private_apt_prepare amd64 deb
    mirror=$(awk '{ print $2; exit }' "$sources")
    echo "deb $mirror $oldest-backports main" >"$sources"
    private_apt amd64 apt-get update
    (cd "$work" && private_apt amd64 apt-get download qemu-user)
    dpkg-deb --fsys-tarfile "$work"/qemu-user_*.deb |
        tar -x -C "$work/lib" --strip-components=3 ./usr/bin/qemu-i386
    rm -rf "$work"/qemu-user_*.deb "$DEPS/apt-amd64"
    build_loader "$work/lib/wine/wine64"
    cp "$WINE32/usr/lib/wine/wine" "$work/lib/wine/wine-i386"
    ln -s "$WINE32/usr/lib/i386-linux-gnu" "$work/lib/i386-linux-gnu"
    write_starter "$work/lib/wine/wine" "$EMULATED/lib/qemu-i386" -0 "$lib/wine" "$lib/wine-i386"
    write_starter "$work/bin/wine" "$lib/wine64"
    ln -s wine "$work/bin/wine-stable"
    echo "$emulated_recipe $(wine_version)" >"$work/.stamp"
    mv "$work" "$EMULATED"
}

# Some mirrors lack Debian's part of a source, or all of a new one. The indexes have the hashes.
fetch_files() { # NAME
    local source
    for source in "$1" "--tar-only $1" "$1/$oldest"; do
        echo "trying: $source"
        # shellcheck disable=SC2086 # words
        if private_apt source apt-get source --download-only $source; then
            return
        fi
        rm -f ./*
    done
    return 1
}

fetch_source() { # NAME -> $DEPS/src/NAME, with Debian's patches
    local name=$1 work=$DEPS/src/$1.tmp patch_name
    rm -rf "$work" "${work%.tmp}"
    mkdir -p "$work/download" "$work/tree"
    (cd "$work/download" && fetch_files "$name")
    tar -x --strip-components=1 -C "$work/tree" -f "$work/download/"*.orig.tar.?z
    if [ -e "$(echo "$work/download/"*.debian.tar.*)" ]; then
        tar -x -C "$work/tree" -f "$work/download/"*.debian.tar.*
        sed -e 's/#.*//' -e '/^ *$/d' "$work/tree/debian/patches/series" |
            while read -r patch_name; do
                patch -d "$work/tree" -p1 -s -i "debian/patches/$patch_name"
            done
    fi
    # Debian's patches test for XML_DTD == 1, which its autoconf build defines and CMake's does not.
    sed -i 's/^#cmakedefine XML_DTD$/#cmakedefine XML_DTD 1/' "$work"/tree/expat/expat_config.h.cmake \
        2>/dev/null || test "$name" != expat
    mv "$work/tree" "${work%.tmp}"
    rm -rf "$work"
}

fetch_sources() { # NAME...
    private_apt_prepare source deb-src
    local mirror
    mirror=$(awk '{ print $2; exit }' "$DEPS/apt-source/sources.list")
    echo "deb-src $mirror $oldest main" >>"$DEPS/apt-source/sources.list"
    private_apt source apt-get update || echo "an index failed, going on"
    local name
    for name; do
        fetch_source "$name"
    done
    rm -rf "$DEPS/apt-source"
}

build_libraries() { # PRESET: those that are missing
    local name
    for name in $(wanted_libraries); do
        library_ready "$1" "$name" || build_library "$1" "$name"
    done
}

build_library() { # PRESET NAME
    local preset=$1 name=$2 cross source work options
    local into=$DEPS/$preset
    cross=$(triple "$preset")
    source=$DEPS/src/$name
    [ "$name" != expat ] || [ ! -d "$source/expat" ] || source=$source/expat
    work=$DEPS/src/$name-$preset
    case $name in
    cmocka) options=(-DWITH_STATIC_LIB=ON -DWITH_EXAMPLES=OFF -DUNIT_TESTING=OFF) ;;
    expat) options=(-DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_TOOLS=OFF -DEXPAT_BUILD_TESTS=OFF
        -DEXPAT_BUILD_EXAMPLES=OFF -DEXPAT_BUILD_DOCS=OFF) ;;
    esac
    rm -rf "$work"
    # CMake 4 refuses projects for versions before 3.5, as expat of the oldest release is one.
    cmake -G Ninja -S "$source" -B "$work" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_POLICY_VERSION_MINIMUM=3.5 \
        -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER="$cross-gcc" \
        -DCMAKE_RC_COMPILER="$cross-windres" -DBUILD_SHARED_LIBS=OFF \
        -DCMAKE_INSTALL_PREFIX="$DEPS/$preset" -DCMAKE_POLICY_DEFAULT_CMP0091=NEW "${options[@]}"
    cmake --build "$work"
    cmake --install "$work"
    # CMocka before 1.1.6 builds a DLL as well, and gives the static one another name.
    if [ "$name" = cmocka ]; then
        rm -rf "${into:?}/bin" "$into/lib/cmake/cmocka" "$into/lib/libcmocka.dll.a"
        [ ! -e "$into/lib/libcmocka-static.a" ] ||
            mv "$into/lib/libcmocka-static.a" "$into/lib/libcmocka.a"
    fi
    test -e "$DEPS/$preset/lib/lib$name.a"
    rm -rf "$work"
    echo "$recipe" >"$DEPS/$preset/.stamp-$name"
}

parse() {
    check=0
    while [ $# -gt 0 ]; do
        case $1 in
        compilers | wine | tests) parts+=("$1") ;;
        --check) check=1 ;;
        --x64)
            presets=(win64)
            packages[compilers]=${packages[compilers]/gcc-mingw-w64-i686-win32/}
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    [ ${#parts[@]} -gt 0 ] || parts=(compilers wine tests)
}

# What is not a package, side by side: much of it is downloads.
make_rest() {
    local log=$DEPS/setup.log preset lacking jobs=() job
    if wanted wine && ! wine32_ready; then
        run_step "${log%.log}-wine32.log" \
            "unpacking the 32-bit half of Wine (100 MB to fetch, under a minute)" make_wine32 &
        jobs+=($!)
    fi
    if wanted wine && ! loader_ready; then
        run_step "${log%.log}-loader.log" "building a loader for Wine" make_loader
    fi
    mapfile -t lacking < <(missing_libraries | cut -d ' ' -f 1 | sort -u)
    if [ ${#lacking[@]} -gt 0 ]; then
        run_step "$log" "fetching the sources of ${lacking[*]}" fetch_sources "${lacking[@]}"
        for preset in "${presets[@]}"; do
            run_step "${log%.log}-$preset.log" "building ${lacking[*]} for $preset (half a minute)" \
                build_libraries "$preset" &
            jobs+=($!)
        done
    fi
    for job in "${jobs[@]}"; do
        wait "$job"
    done
    if wanted wine && ! emulated_ready; then
        run_step "${log%.log}-emulated.log" "unpacking an emulator of 32-bit programs (63 MB to fetch)" \
            make_emulated
    fi
    [ ${#lacking[@]} -eq 0 ] || rm -rf "$DEPS/src"
}

main() {
    local missing check
    parse "$@"
    missing=$(missing_all)
    if [ -z "$missing" ]; then
        echo "setup.sh: everything is there"
        return
    fi
    if [ "$check" -eq 1 ]; then
        printf 'setup.sh: missing:\n%s\n' "$missing"
        exit 1
    fi
    say_system
    # Everything but the packages can be made by any user.
    local lacking=()
    mapfile -t lacking < <(missing_packages)
    if [ ${#lacking[@]} -gt 0 ] && [ "$(id -u)" -ne 0 ]; then
        printf 'setup.sh: missing:\n%s\n' "$missing" >&2
        die "not root: this is all that root has to run, the rest needs no root:"$'\n'"\
apt-get update && apt-get install -y --no-install-recommends ${lacking[*]}"
    fi

    mkdir -p "$DEPS"
    [ -w "$DEPS" ] || die "cannot write to $DEPS, where these are missing:"$'\n'"$missing"
    # Two set-ups at a time would remove each other's folders; who comes second finds it all done.
    exec 9>"$DEPS/.lock"
    flock 9
    if [ ${#lacking[@]} -gt 0 ]; then
        run_step "$DEPS/setup.log" "installing ${lacking[*]} (1 to 4 minutes)" \
            install_packages "${lacking[@]}"
    fi
    make_rest
    missing=$(missing_all)
    [ -z "$missing" ] || die "still missing after all steps: $missing"
    echo "setup.sh: done in $SECONDS s"
}

main "$@"
