#!/usr/bin/env bash
# What clang-format and shellcheck say of the sources: nothing.
. "$(dirname "$0")/../lab/testlib.sh"

# Runs a command with all files whose names match as its last arguments.
with_files() { # PATTERN CMD...
    find include shim vss-adapter samples tests -name "$1" -exec "${@:2}" {} +
}

cd "$ROOT"
# Each version has other rules.
if [[ $(clang-format --version) == *'version 14.'* ]]; then
    check "sources__by_clang_format_14__are_unchanged" \
        with_files '*.[ch]' clang-format --dry-run -Werror
else
    skip "sources__by_clang_format_14__are_unchanged" "$(clang-format --version)"
fi
# It begins again every 49.7 days: good for a seed, not for a time.
ticks_of_32_bits() {
    grep -rnE --include='*.[ch]' '(^|[^^] )GetTickCount\(\)' include shim vss-adapter samples
}
check_exit 1 "sources__ticks_of_32_bits__are_seeds_only" ticks_of_32_bits
# grep -q ends at the first match; what still writes to it then ends with SIGPIPE, and pipefail takes
# that for a failure, now and then.
piped_to_quiet_grep() {
    grep -rnE --include='*.sh' '[|] *grep +-[a-zA-Z]*q' include shim vss-adapter samples tests .ci
}
check_exit 1 "scripts__pipe_to_grep_q__in_none" piped_to_quiet_grep
check "scripts__by_shellcheck__are_clean" with_files '*.sh' shellcheck --severity=warning
