#!/usr/bin/env bash
# ntdsdoctor --explain: each code of the two headers has its name and its text in the doctor.
. "$(dirname "$0")/lib/doctor.sh"

"$LAB" clone "$prefix"

# "NAME 0x........" a line: the hr* codes, and those of VSS as the compiler's header has them.
codes() {
    sed -nE 's/^#define (hr[A-Za-z0-9]+) +\(\(HRESULT\)(0x[0-9A-F]{8})L\)$/\1 \2/p' \
        "$ROOT/include/ntdsbmsg.h" | grep -v '^hrNone '
    printf '#include <windows.h>\n#include <vsserror.h>\n' | x86_64-w64-mingw32-gcc -dM -E - |
        sed -nE 's/^#define (VSS_[ES]_[A-Z_0-9]+) \(\(HRESULT\)(0x[0-9A-Fa-f]{8})L?\)$/\1 \2/p'
}
codes | tr 'A-F' 'a-f' | cut -d' ' -f2 >"$TEST_FOLDER/numbers"
codes | cut -d' ' -f1 >"$TEST_FOLDER/names"
explain() { # BITS CODE...
    doctor "$1" --json --explain "${@:2}"
}

# What was said of each code, one a line: "NAME (0x........): text.".
texts() {
    sed -nE 's/^findings\.[0-9]+\.text //p' "$doctor_lines"
}
# Each line has the name, the number and a text that ends with a full stop.
all_are_told() {
    paste -d' ' "$TEST_FOLDER/names" "$TEST_FOLDER/numbers" | sed -E 's/^(\S+) (\S+)$/\1 (\2)/' \
        >"$TEST_FOLDER/expected"
    texts | grep -E '^\S+ \(0x[0-9a-f]{8}\): .{10,}\.$' | cut -d: -f1 >"$TEST_FOLDER/told"
    diff "$TEST_FOLDER/expected" "$TEST_FOLDER/told"
}
for bits in "${all_bits[@]}"; do
    # shellcheck disable=SC2046 # words
    check "numbers_${bits}__all__exit_0" run_json 0 explain "$bits" $(cat "$TEST_FOLDER/numbers")
    check "numbers_${bits}__all__have_name_and_text" all_are_told
done
# shellcheck disable=SC2046
check "names__all__exit_0" run_json 0 explain 64 $(cat "$TEST_FOLDER/names")
check "names__all__have_number_and_text" all_are_told
check "codes__are_found_at_all" test "$(wc -l <"$TEST_FOLDER/names")" -ge 265

check "code__as_a_negative_number__is_explained" finds 0 ok action.code \
    'hrCouldNotConnect.*0xc7ff0007.*: The directory' explain 64 -939589625
check "code__in_small_letters__is_explained" finds 0 ok action.code \
    'hrDiskIO .*: ' explain "$other_bits" hrdiskio
check "code__of_the_adapter__is_explained" finds 0 ok action.code 'NTDSVSS_E_LOG_MISSING.*lacks a log' \
    explain 64 0x80044E05
check "code__of_windows__is_explained" finds 0 ok action.code 'ERROR_ACCESS_DENIED .*: .' explain 64 5
check "code__of_windows_as_hresult__is_explained" finds 0 ok action.code 'E_ACCESSDENIED .*: .' \
    explain 64 0x80070005
check "code__that_no_one_knows__exit_21" finds 21 error action.code 'Not known.*0xc7ff0099' \
    explain 64 0xC7FF0099 hrDiskIO
check "code__that_no_one_knows__others_are_explained" has_finding ok action.code hrDiskIO
for word in hrNone1 0x1FFFFFFFF 12x; do
    check "code_${word}__is_none__exit_21" finds 21 error action.code "'$word' is neither" \
        explain 64 "$word"
done
check_exit 2 "explain__without_a_code__exit_2" doctor 64 --explain
