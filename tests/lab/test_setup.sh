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
