#!/usr/bin/env bash
# Each #include of the product and the samples against the table in CONTRIBUTING.md, which says what
# a folder may include; and that a header's name means one file.
. "$(dirname "$0")/../lab/testlib.sh"

# "folder allowed allowed ..." a line, from the table.
allowed_folders() {
    sed -n 's/^| \([a-z][a-z/-]*\) |\(.*\)|$/\1 \2/p' "$ROOT/CONTRIBUTING.md" | tr -d ','
}

# Prints "FILE includes HEADER of FOLDER" for each include that the table does not allow.
forbidden_includes() { # ROOT
    (cd "$1" && grep -rHoE --include='*.[ch]' '^ *#include +["<][^">]+[">]' shim vss-adapter samples) |
        sed -E 's/:.*["<]([^">]+)[">]$/ \1/' |
        awk -v headers="$(cd "$1" && find shim vss-adapter samples -name '*.h')" \
            -v allowed="$(allowed_folders)" '
        function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
        function base(path) { sub(/.*\//, "", path); return path }
        BEGIN {
            count = split(headers, list, "\n")
            for (i = 1; i <= count; i++) where[base(list[i])] = list[i]
            count = split(allowed, rows, "\n")
            for (i = 1; i <= count; i++) {
                words = split(rows[i], word, " ")
                known[word[1]] = 1
                for (j = 2; j <= words; j++) may[word[1], word[j]] = 1
            }
        }
        base($2) in where {
            from = folder($1); header = where[base($2)]; to = folder(header)
            if (from != to && !((from, to) in may) && !((from, header) in may))
                print $1 " includes " header
            else if (!(from in known))
                print $1 " is in a folder without a row"
        }'
}

check_equal "basenames__of_sources__are_unique" "" \
    "$(cd "$ROOT" && find include shim vss-adapter samples tests -name '*.[ch]' ! -name main.c \
        -printf '%f\n' | sort | uniq -d)"
check_equal "includes__of_product_and_samples__are_in_the_table" "" "$(forbidden_includes "$ROOT")"

# The check itself: an arrow that runs up is found.
mkdir -p "$TEST_FOLDER/tree"/{shim/host,shim/session,vss-adapter,samples}
touch "$TEST_FOLDER/tree/shim/session/names.h"
echo '#include "session/names.h"' >"$TEST_FOLDER/tree/shim/host/result.c"
check_equal "include__of_a_folder_above__is_named" \
    "shim/host/result.c includes shim/session/names.h" "$(forbidden_includes "$TEST_FOLDER/tree")"
