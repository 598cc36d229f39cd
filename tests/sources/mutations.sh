#!/usr/bin/env bash
# The list of mutation/run.sh: each mutation still fits the sources, in one place only, and the tests
# that it names are there. Whether they notice is what run.sh finds out.
. "$(dirname "$0")/../lab/testlib.sh"
. "$ROOT/tests/mutation/lib/mutations.sh"

names=() misfits=() missing=() files=()

# A name of CTest's as a file of the tests.
test_exists() { # TEST
    local path=${1#script/}
    if [ "$path" != "$1" ]; then
        [ -x "$ROOT/tests/${path%%:*}" ]
    else
        compgen -G "$ROOT/tests/*/${1##*/}.c*" >/dev/null ||
            compgen -G "$ROOT/tests/*/*/${1##*/}.c*" >/dev/null
    fi
}

look() {
    local test
    names+=("$name") files+=("$file")
    [ -n "$put$find" ] && [ "$put" != "$find" ] && mutations_apply "$ROOT/$file" >/dev/null ||
        misfits+=("$name")
    for test in "${tests[@]}"; do
        test_exists "$test" || missing+=("$name: $test")
    done
}

folders() {
    printf '%s\n' "${files[@]%/*}" | sort -u
}

# The folders of the product that have sources; what a mutation of them would prove is left out.
folders_without_one() {
    (cd "$ROOT" && find shim vss-adapter -name '*.c' -printf '%h\n') | sort -u |
        comm -23 - <(folders) | grep -vE '^vss-adapter/embedded/'
}

mutations_each look
check_equal "mutations__names__are_unique" "" "$(printf '%s\n' "${names[@]}" | sort | uniq -d)"
check_equal "mutations__each__fits_the_sources_once" "" "${misfits[*]}"
check_equal "mutations__tests_they_name__exist" "" "${missing[*]}"
check_equal "mutations__every_folder_of_the_product__has_one" "" "$(folders_without_one || true)"
check "mutations__are_found_at_all" test "${#names[@]}" -gt 80

# The check itself: a text that is there twice, or not, does not fit.
printf 'a = b;\na = b;\nc = d;\n' >"$TEST_FOLDER/source"
fits() { # TEXT
    find=$1 put=x mutations_apply "$TEST_FOLDER/source" >/dev/null
}
check "mutation__text_is_there_once__fits" fits 'c = d;'
check_exit 1 "mutation__text_is_there_twice__does_not_fit" fits 'a = b;'
check_exit 1 "mutation__text_is_not_there__does_not_fit" fits 'e = f;'
