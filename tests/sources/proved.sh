#!/usr/bin/env bash
# The page of what is proved: each row has an id of its own, and says by which test it is known, or
# that it was not run. The tests that it names are there.
. "$(dirname "$0")/../lab/testlib.sh"

PAGE=$ROOT/tests/PROVED.md

rows() { # "id|how it is known" a line
    sed -nE 's/^\| ([a-z0-9-]+) \| .* \| ([^|]+) \|$/\1|\2/p' "$PAGE" | grep -v '^id|'
}

named_tests() {
    grep -oE '\b(bench|conformance|doctor|fault|fuzz|integration|lab|package|security|sources|unit)/[A-Za-z0-9_/]+(\.sh)?' "$PAGE" |
        sort -u
}

missing_tests() {
    local name
    while read -r name; do
        [ -e "$ROOT/tests/$name" ] || [ -e "$ROOT/tests/$name.c" ] ||
            [ -e "$ROOT/tests/$name.cpp" ] || echo "$name"
    done < <(named_tests)
}

rows_without_evidence() {
    rows | grep -vE '\|.*([a-z]+/[a-z_]+|not run|not known|by hand)' | cut -d'|' -f1
}

# Those that the kit for a real Windows looks at, by the page and by the kit.
kit_rows() {
    grep -F '`prove.cmd` level' "$PAGE" | sed -nE 's/^\| ([a-z0-9-]+) \| .*/\1/p' | sort -u
}
kit_claims() {
    grep -ohE 'L"[a-z]+(-[a-z0-9]+)*"' "$ROOT"/tests/proof/*.c | tr -d 'L"' |
        sort -u | grep -xF -f <(rows | cut -d'|' -f1)
}

check_equal "proved__claims_of_the_kit__are_those_that_name_it" "$(kit_rows)" "$(kit_claims)"
check_equal "proved__ids__are_unique" "" "$(rows | cut -d'|' -f1 | sort | uniq -d)"
check_equal "proved__tests_it_names__exist" "" "$(missing_tests)"
check_equal "proved__every_row__has_a_test_or_says_not_run" "" "$(rows_without_evidence || true)"
check "proved__rows__are_found_at_all" test "$(rows | wc -l)" -gt 50
