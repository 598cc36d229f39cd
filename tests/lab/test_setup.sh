#!/usr/bin/env bash
# What set-up tells an ordinary user and on a system that it does not know; debian.sh's mistakes.
. "$(dirname "$0")/testlib.sh"

DEBIAN=$ROOT/tests/lab/debian.sh

# A machine without any package.
mkdir "$TEST_FOLDER/bin"
printf '#!/bin/sh\nexit 1\n' >"$TEST_FOLDER/bin/dpkg-query"
chmod +x "$TEST_FOLDER/bin/dpkg-query"
printf 'ID=plan9\nVERSION_ID=4\nPRETTY_NAME="Plan 9"\n' >"$TEST_FOLDER/os-release"

as_ordinary_user() { # CMD...
    PATH=$TEST_FOLDER/bin:$PATH unshare --user --map-user=1000 "$@"
}
on_another_system() { # CMD...
    # shellcheck disable=SC2016 # expanded inside
    unshare --user --map-root-user --mount \
        bash -c 'mount --bind "$1" "$(realpath /etc/os-release)" && "${@:2}"' - \
        "$TEST_FOLDER/os-release" "$@"
}
says() { # TEXT CMD...
    "${@:2}" >"$TEST_FOLDER/said" 2>&1 || true
    grep -F -- "$1" "$TEST_FOLDER/said" || {
        cat "$TEST_FOLDER/said"
        return 1
    }
}

if unshare --user --map-user=1000 true; then
    check_exit 1 "setup__without_packages__ends_for_an_ordinary_user" \
        as_ordinary_user "$ROOT/tests/lab/setup.sh"
    check "setup__without_packages__prints_the_command_for_root" \
        says "apt-get update && apt-get install -y --no-install-recommends gcc-mingw-w64-x86-64" \
        as_ordinary_user "$ROOT/tests/lab/setup.sh"
    of_64_bits() {
        ! as_ordinary_user "$ROOT/tests/lab/setup.sh" --x64 compilers >"$TEST_FOLDER/said" 2>&1
        grep -F gcc-mingw-w64-x86-64 "$TEST_FOLDER/said"
        ! grep -E 'i686|cmocka' "$TEST_FOLDER/said"
    }
    check "setup__compilers_of_64_bits__are_all_that_is_asked_for" of_64_bits
    export -f as_ordinary_user
    export TEST_FOLDER ROOT
    check "setup__on_an_unknown_system__says_so" says "Plan 9 is not a system this was tried on" \
        on_another_system bash -c 'as_ordinary_user "$ROOT/tests/lab/setup.sh"'
else
    skip "setup__without_packages__ends_for_an_ordinary_user" "no user namespaces here"
fi

check_exit 2 "debian__without_command__is_a_usage_error" "$DEBIAN" trixie
check_exit 2 "debian__release_with_a_path__is_a_usage_error" "$DEBIAN" ../trixie true
check_exit 1 "debian__as_ordinary_user__ends" unshare --user --map-user=1000 "$DEBIAN" trixie true

# Two commands on one release, which is an empty folder; what would enter it waits for a line.
release=inatest
end_release() {
    rm -rf "${BUILD:?}/debian/$release" "$BUILD/debian/.lock-$release-root"
}
trap 'end_release; test_finish' EXIT
mkdir -p "$BUILD/debian/$release"
mkfifo "$TEST_FOLDER/entered" "$TEST_FOLDER/end" "$TEST_FOLDER/second"
printf '#!/bin/sh\necho 0\n' >"$TEST_FOLDER/bin/id"
printf '#!/bin/sh\n' >"$TEST_FOLDER/bin/debootstrap"
printf '#!/bin/sh\necho >"%s"\nread line <"%s"\n' "$TEST_FOLDER/entered" "$TEST_FOLDER/end" \
    >"$TEST_FOLDER/bin/unshare"
chmod +x "$TEST_FOLDER/bin"/*
on_release() {
    PATH=$TEST_FOLDER/bin:$PATH timeout 60 "$DEBIAN" "$release" true
}
enters() {
    timeout 60 head -n 1 "$TEST_FOLDER/entered" >/dev/null
}
leave() {
    timeout 60 tee "$TEST_FOLDER/end" <<<'' >/dev/null
}
one_after_the_other() {
    local first second
    on_release &
    first=$!
    enters
    on_release 2>"$TEST_FOLDER/second" &
    second=$!
    grep -q 'waiting for another command' "$TEST_FOLDER/second"
    leave
    wait "$first"
    enters
    leave
    wait "$second"
}
check "debian__second_command_on_a_release__waits_for_the_first" one_after_the_other

# --- cmake before there is a compiler -------------------------------------------------------------

# shellcheck disable=SC2120 # check passes them
configure() { # ARGUMENT...
    cmake -G Ninja -S "$ROOT" -B "$TEST_FOLDER/configured" -DBUILD_TESTING=OFF \
        -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@" 2>&1
}
configure_without_compiler() {
    mkdir "$TEST_FOLDER/tools"
    ln -s "$(type -P cmake)" "$(type -P ninja)" "$TEST_FOLDER/tools/"
    ! PATH=$TEST_FOLDER/tools configure
}
refused_as_spoilt() {
    ! configure >"$TEST_FOLDER/said"
    grep -F 'add --fresh to this one' "$TEST_FOLDER/said"
}
check "cmake__without_a_compiler__fails" configure_without_compiler
check "cmake__after_such_a_run__does_not_build_without_flags" refused_as_spoilt
check "cmake__fresh_after_such_a_run__succeeds" configure --fresh
