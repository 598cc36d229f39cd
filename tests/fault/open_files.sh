#!/usr/bin/env bash
# A requestor that can open no more files: wherever in its session that is, it fails, and what it
# could not remove the next session does. Wine leaves two files open for each program of the host that
# it starts, so a process that makes many shadow copies gets there.
. "$(dirname "$0")/../lab/testlib.sh"

"$LAB" create "$prefix" --generate --drive D
"$LAB" start "$prefix"

shadows() { # COUNT
    timeout 100 "$LAB" exec "$prefix" lab-shadow "$1" 'D:' </dev/null
}
# As many as the open files suffice for.
too_many_shadows() { # LIMIT
    (ulimit -n "$1" && ! shadows 100) >"$TEST_FOLDER/said" 2>&1
    grep -q '^lab-shadow: ' "$TEST_FOLDER/said"
}
no_shadow() {
    grep -qx 'shadows 0' < <("$LAB" status "$prefix") &&
        [ -z "$(ls -A "$prefix/drive_d/System Volume Information")" ]
}

for limit in 60 61 62 63; do
    check "open_files__${limit}__are_too_few_in_the_end" too_many_shadows "$limit"
    check "open_files__${limit}__next_session_succeeds" shadows 1
    check "open_files__${limit}__next_session_leaves_nothing" no_shadow
done
