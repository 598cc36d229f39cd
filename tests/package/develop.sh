#!/usr/bin/env bash
# Programs that link against the package: by CMake, by pkg-config, and the samples themselves.
. "$(dirname "$0")/lib/package.sh"

make_package
tree=$(unpack windows "$TEST_FOLDER/unpacked")
consumer=$TEST_FOLDER/consumer
mkdir "$consumer"
# The programs that the guide quotes, as its reader would copy them.
cp "$tree/samples/minimal/minimal_legacy.c" "$consumer/old.c"
cp "$tree/samples/minimal/minimal_vss.c" "$consumer/new.c"
{
    printf 'cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES C)\n'
    printf 'add_executable(old-program old.c)\nadd_executable(new-program new.c)\n'
    guide_commands cmake "$tree/guides/migrate.md"
} >"$consumer/CMakeLists.txt"

build_with_cmake() { # SOURCE BUILD TRIPLE ARCHITECTURE
    cmake -G Ninja -S "$1" -B "$2" -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER="$3-gcc" \
        -DCMAKE_PREFIX_PATH="$tree/$4" -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=BOTH
    cmake --build "$2"
}
imports_ntdsbcli() { # TRIPLE PROGRAM
    "$1-objdump" -p "$2" | grep 'DLL Name: ntdsbcli.dll'
}
build_with_pkg_config() { # TRIPLE ARCHITECTURE FOLDER
    export PKG_CONFIG_LIBDIR=$tree/$2/lib/pkgconfig
    local name
    mkdir "$3"
    for name in ntdsbcli:old ntdsvss:new; do
        # shellcheck disable=SC2046 # words, as everybody uses it
        "$1-gcc" -municode -Wall -Werror "$consumer/${name#*:}.c" -o "$3/${name#*:}.exe" \
            $(pkg-config --cflags --libs "${name%:*}")
    done
}
for pair in x86_64-w64-mingw32:x64 i686-w64-mingw32:x86; do
    triple=${pair%:*}
    architecture=${pair#*:}
    check "find_package_${architecture}__both_targets__build" \
        build_with_cmake "$consumer" "$TEST_FOLDER/cmake-$architecture" "$triple" "$architecture"
    check "find_package_${architecture}__import_library__leads_to_the_dll" \
        imports_ntdsbcli "$triple" "$TEST_FOLDER/cmake-$architecture/old-program.exe"
    check "pkg_config_${architecture}__both_libraries__build" \
        build_with_pkg_config "$triple" "$architecture" "$TEST_FOLDER/pkg-$architecture"
    check "pkg_config_${architecture}__import_library__leads_to_the_dll" \
        imports_ntdsbcli "$triple" "$TEST_FOLDER/pkg-$architecture/old.exe"
done
other_bitness() {
    ! build_with_cmake "$consumer" "$TEST_FOLDER/cmake-wrong" i686-w64-mingw32 x64
}
check "find_package__of_the_other_bitness__is_not_taken" other_bitness
# --- cmake --install --------------------------------------------------------------------------

installed_names() { # FOLDER
    (cd "$1" && find . -type f -printf '%P\n' | sort)
}
for preset in win64 win32; do
    check "cmake_install_${preset}__whole__succeeds" \
        cmake --install "$BUILD/$preset" --prefix "$TEST_FOLDER/installed-$preset"
    architecture=x64
    [ "$preset" = win64 ] || architecture=x86
    # The 64-bit broker is of the other build.
    check_equal "cmake_install_${preset}__whole__is_what_the_package_has" \
        "$(installed_names "$tree/$architecture" | grep -v ntdsbroker64)" \
        "$(installed_names "$TEST_FOLDER/installed-$preset" | grep -v ntdsbroker64)"
done

# --- the guide ------------------------------------------------------------------------------------

read_guide() {
    (cd "$tree" && guide_commands sh guides/migrate.md | sed -n '/^cmake/,$p' >"$TEST_FOLDER/guide.sh" &&
        bash -e "$TEST_FOLDER/guide.sh")
}
check "guide__migrate__builds_the_samples" read_guide
for name in vss-backup vss-restore minimal-legacy minimal-vss; do
    check "guide__migrate__builds_${name}" test -s "$tree/build/samples/$name.exe"
done

# --- requestors are 64-bit ------------------------------------------------------------------------

for name in vss-backup vss-restore minimal-vss; do
    check "package__${name}__is_there_in_64_bits" test -s "$tree/x64/$name.exe"
    check "package__${name}__is_not_there_in_32_bits" test ! -e "$tree/x86/$name.exe"
done
knows_no_old_dll() { # PROGRAM
    ! x86_64-w64-mingw32-objdump -p "$1" | grep -i 'DLL Name: ntdsbcli'
}
for name in vss-backup vss-restore minimal-vss; do
    check "package__${name}__does_not_import_the_old_api" knows_no_old_dll "$tree/x64/$name.exe"
done
