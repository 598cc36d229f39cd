#!/usr/bin/env bash
# What clang-format and shellcheck say of the sources: nothing.
. "$(dirname "$0")/../lab/testlib.sh"

# Runs a command with all files whose names match as its last arguments.
with_files() { # PATTERN CMD...
    find include shim vss-adapter samples tests -name "$1" -exec "${@:2}" {} +
}

cd "$ROOT"
# Each version has other rules.
if clang-format --version | grep -q 'version 14\.'; then
    check "sources__by_clang_format_14__are_unchanged" \
        with_files '*.[ch]' clang-format --dry-run -Werror
else
    skip "sources__by_clang_format_14__are_unchanged" "$(clang-format --version)"
fi
check "scripts__by_shellcheck__are_clean" with_files '*.sh' shellcheck --severity=warning
