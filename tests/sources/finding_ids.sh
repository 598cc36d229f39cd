#!/usr/bin/env bash
# Each id of a finding in the sources of ntdsdoctor is on its page, and each id of the page is in the
# sources.
. "$(dirname "$0")/../lab/testlib.sh"

DOCTOR=shim/doctor

# "program|rights|...": the areas, as findings.c names them.
areas() { # ROOT
    grep -ohE '\[AREA_[A-Z_]+\] = L"[a-z-]+"' "$1/$DOCTOR/findings.c" | cut -d'"' -f2 | paste -sd'|'
}
ids_of_sources() { # ROOT
    grep -ohE "L\"($(areas "$1"))\\.[a-z][a-z-]*\"" "$1/$DOCTOR"/*.c | cut -d'"' -f2 | sort -u
}
# The first column of its tables.
ids_of_page() { # ROOT
    sed -nE 's/^\| ([a-z-]+\.[a-z., -]+) \|.*/\1/p' "$1/$DOCTOR/README.md" | tr -d ' ' |
        tr ',' '\n' | sort
}
differences() { # ROOT
    diff <(ids_of_sources "$1") <(ids_of_page "$1") | grep '^[<>]'
}

check_equal "ids__of_sources_and_page__are_the_same" "" "$(differences "$ROOT" || true)"
check "ids__are_found_at_all" test "$(ids_of_sources "$ROOT" | wc -l)" -gt 60
check_equal "areas__are_found_at_all" 13 "$(areas "$ROOT" | tr '|' '\n' | wc -l)"

# The check itself: an id that only one of them has is found.
mkdir -p "$TEST_FOLDER/tree/$DOCTOR"
cp "$ROOT/$DOCTOR"/*.c "$ROOT/$DOCTOR/README.md" "$TEST_FOLDER/tree/$DOCTOR/"
echo '    f(L"log.never-told");' >>"$TEST_FOLDER/tree/$DOCTOR/check_log.c"
echo '| vss.never-found | what |' >>"$TEST_FOLDER/tree/$DOCTOR/README.md"
check_equal "id__in_one_of_them__is_named" "< log.never-told > vss.never-found " \
    "$(differences "$TEST_FOLDER/tree" | tr '\n' ' ')"
