#!/usr/bin/env bash
# tests/run.sh, with stand-ins for set-up, build, lab and CTest: what it says of a run, and how it ends.
. "$(dirname "$0")/testlib.sh"

here=$TEST_FOLDER/here programs=$TEST_FOLDER/programs
mkdir -p "$here/tests/lab/lib" "$here/build" "$programs"
cp "$ROOT/tests/run.sh" "$here/tests/"
cp "$ROOT/tests/lab/lib/environment.sh" "$here/tests/lab/lib/"
for program in setup build lab; do
    printf '#!/bin/sh\n' >"$here/tests/lab/$program.sh"
    chmod +x "$here/tests/lab/$program.sh"
done
# Reports what the test wants reported.
cat >"$programs/ctest" <<'TEXT'
#!/bin/sh
cat "$REPORT" >>"$NTDSBCLI_TEST_REPORT"
echo "what CTest says: $*"
exit "$CODE"
TEXT
chmod +x "$programs/ctest"

run() { # CODE REPORT [ARGUMENT...]
    printf '%s' "$2" >"$TEST_FOLDER/report"
    PATH=$programs:$PATH CODE=$1 REPORT=$TEST_FOLDER/report "$here/tests/run.sh" "${@:3}" \
        >"$TEST_FOLDER/said" 2>&1
}
says() { # TEXT: as whole lines
    local said
    said=$(<"$TEST_FOLDER/said")
    [[ $'\n'$said$'\n' == *$'\n'"$1"$'\n'* ]] || {
        printf '%s\n' "$said"
        return 1
    }
}

good='ok     script/a/b.sh                                          12 passed, 2 skipped  1.0 s
ok     unit-x64/test_c                                         3 passed  0.1 s
'
bad='FAILED script/d/e.sh                                           1 passed, 1 failed  2.0 s
       | [pass] this__is__good
       | [fail] that__is__not: exit code 1, expected 0: it
       |     what it said
FAILED unit-x86/test_f                                         4 passed, 1 failed  0.1 s
       | [  ERROR   ] --- 1 != 2
       | [  FAILED  ] test_g
       | [  PASSED  ] 4 test(s).
       | [  FAILED  ] tests: 1 test(s), listed below:
'
check "run__all_passed__exit_0" run 0 "$good"
check "run__all_passed__counts" says '15 passed, 0 failed, 2 skipped'
check_exit 1 "run__all_passed__shows_no_failures" says 'run.sh: failed:'
check_exit 1 "run__two_failed__exit_1" run 8 "$bad$good"
check "run__two_failed__counts" says '20 passed, 2 failed, 2 skipped'
check "run__two_failed__says_at_the_end_which_and_why" says "run.sh: failed:
$(sed -n '1p; 3p; 5,7p' <<<"$bad")
run.sh: 0 min $(sed -nE 's/^run[.]sh: 0 min ([0-9]+) s$/\1/p' "$TEST_FOLDER/said") s"
check_exit 1 "run__ctest_itself_failed__exit_1" run 1 "$good"
check "run__ctest_itself_failed__is_one_failure" says '15 passed, 1 failed, 2 skipped'
check "run__ctest_itself_failed__shows_what_it_said" says "what CTest says: --test-dir $here/build -j 6"
check_exit 1 "run__nothing_ran__exit_1" run 0 '' --only 'none*'
check "run__nothing_ran__says_so" says 'run.sh: nothing ran that matches none*'
check "run__three_times__exit_0" run 0 "$good" --repeat 3
check "run__three_times__says_how_many_failed" says '3 runs, 0 with a failure'
check_exit 1 "run__three_times_with_failures__exit_1" run 8 "$bad" --repeat 3
check "run__three_times_with_failures__says_how_many" says '3 runs, 3 with a failure'
for arguments in --never '--only' '--repeat 0'; do
    # shellcheck disable=SC2086 # words
    check_exit 2 "run__${arguments// /_}__exit_2" run 0 "$good" $arguments
done
