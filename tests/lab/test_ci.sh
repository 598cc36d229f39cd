#!/usr/bin/env bash
# .ci/run, with stand-ins for the suite, the chroot and the machine: what makes it fail, and what is
# left out instead.
. "$(dirname "$0")/testlib.sh"

here=$TEST_FOLDER/here programs=$TEST_FOLDER/programs
mkdir -p "$here/.ci" "$here/tests/lab/lib" "$here/build" "$programs"
cp "$ROOT/.ci/run" "$here/.ci/"
echo 'runs_32bit() { [ "${KERNEL-}" != 64 ]; }' >"$here/tests/lab/lib/environment.sh"
for program in bash cat dirname env rm sh tail timeout; do
    ln -s "$(type -P "$program")" "$programs/"
done
# Each notes that it was called and fails if that is a BAD call, a shell pattern.
for program in "$here/tests/run.sh" "$here/tests/lab"/{debian,setup}.sh "$programs"/{apt-get,debootstrap,df,id}; do
    cat >"$program" <<'TEXT'
#!/bin/sh
call="${NTDSBCLI_TEST_32BIT:+$NTDSBCLI_TEST_32BIT }${0##*/} $*"
echo "$call" >>"$CALLS"
case $call in
$BAD) exit "${CODE:-1}" ;;
df*) echo "${ROOM:-99999999}" ;;
id*) echo "${ACCOUNT:-0}" ;;
esac
TEXT
    chmod +x "$program"
done

# ci [VARIABLE=VALUE]...
ci() {
    rm -f "$TEST_FOLDER/calls"
    env -i "PATH=$programs" "CALLS=$TEST_FOLDER/calls" "$@" "$here/.ci/run"
}
called() { # PATTERN
    grep -q -- "$1" "$TEST_FOLDER/calls"
}
left_out() { # WHY [VARIABLE=VALUE]...
    ci "${@:2}" >"$TEST_FOLDER/said" || return
    cat "$TEST_FOLDER/said"
    [ "$(tail -n 1 "$TEST_FOLDER/said" | grep -c "^[.]ci/run: not on [a-z]*: .*$1")" = 1 ]
}

check "ci__all_is_well__passes" ci
check "ci__all_is_well__runs_the_suite" called '^run[.]sh $'
check "ci__all_is_well__runs_the_demo_on_the_other" called '^debian[.]sh .* ./samples/demo[.]sh$'
check "ci__all_is_well__runs_tests_on_the_other" called '^debian[.]sh .* ./tests/run[.]sh --only'
check_exit 1 "ci__the_suite_fails__fails" ci 'BAD=run.sh '
check_exit 1 "ci__the_suite_fails__is_not_on_the_other" called debian
for step in ./samples/demo.sh './tests/run.sh --only*'; do
    check_exit 1 "ci__on_the_other_${step:2:5}_fails__fails" ci "BAD=debian.sh * $step"
    check "ci__on_the_other_${step:2:5}_takes_too_long__is_left_out" \
        left_out stopped "BAD=debian.sh * $step" CODE=124
    # For want of memory, for example, before the limit.
    check_exit 1 "ci__on_the_other_${step:2:5}_is_killed__fails" ci "BAD=debian.sh * $step" CODE=137
done

# A kernel that runs no 32-bit programs.
check_exit 1 "ci__kernel_of_both__needs_no_emulator" called emulated
emulated_left_out() { # WHY [VARIABLE=VALUE]...
    ci KERNEL=64 "${@:2}" >"$TEST_FOLDER/said" || return
    cat "$TEST_FOLDER/said"
    grep -q "^[.]ci/run: not with QEMU: .*$1" "$TEST_FOLDER/said" && called '^debian[.]sh .* --only'
}
check "ci__kernel_of_64_bits__passes" ci KERNEL=64
check "ci__kernel_of_64_bits__runs_32_bits_by_emulator" called '^emulated run[.]sh --only unit-x86'
check_exit 1 "ci__by_emulator_a_test_fails__fails" ci KERNEL=64 'BAD=emulated run.sh*'
check "ci__by_emulator_takes_too_long__is_left_out" \
    emulated_left_out stopped 'BAD=emulated run.sh*' CODE=124
ci KERNEL=64 SECONDS=4600 >"$TEST_FOLDER/said"
check "ci__by_emulator_suite_took_long__is_left_out" \
    grep -q "not with QEMU: .* s have passed" "$TEST_FOLDER/said"
check "ci__no_emulator_to_be_had__is_left_out" \
    emulated_left_out 'set up here' 'BAD=emulated setup.sh*'

mkdir -p "$here/build/debian/trixie"
check "ci__by_hand__passes" ci
check "ci__by_hand__keeps_the_chroot" test -d "$here/build/debian/trixie"
check_exit 1 "ci__by_a_machine__fails_if_a_test_does" ci CI=true 'BAD=debian.sh * ./tests/run.sh*'
check_exit 1 "ci__by_a_machine__removes_the_chroot" test -d "$here/build/debian"

check "ci__no_chroot__is_left_out" left_out 'set up here' 'BAD=debian.sh * true'
check "ci__set_up_of_the_other_fails__is_left_out" left_out 'set up here' 'BAD=debian.sh * ./tests/lab/setup.sh'
check "ci__ordinary_user__is_left_out" left_out root ACCOUNT=1000
check "ci__disk_nearly_full__is_left_out" left_out 'needs 12 GB' ROOM=11999999
check "ci__suite_took_long__is_left_out" left_out 's have passed' SECONDS=4600
check_exit 1 "ci__left_out__runs_nothing_on_the_other" called debian
rm "$programs/debootstrap"
check "ci__no_debootstrap__gets_it" ci
check "ci__no_debootstrap__asks_apt" called '^apt-get install -y debootstrap'
check "ci__no_debootstrap_to_be_had__is_left_out" left_out 'set up here' 'BAD=apt-get*'
