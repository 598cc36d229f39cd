#!/usr/bin/env bash
# run_one.sh and a test that hangs: what is shown of it, and that it is ended. And that what a check
# looks at is its own command's output.
. "$(dirname "$0")/testlib.sh"
. "$(dirname "$0")/lib/hang.sh"

"$LAB" clone "$prefix"
mkfifo "$TEST_FOLDER/input"
MARK=$TEST_FOLDER "$LAB" exec "$prefix" cmd <"$TEST_FOLDER/input" >"$TEST_FOLDER/prompt" 2>&1 &
exec 7>"$TEST_FOLDER/input" # never written to: cmd waits for a command
prompts() {
    local end=$((SECONDS + 60))
    until grep -q '>' "$TEST_FOLDER/prompt"; do
        [ "$SECONDS" -lt "$end" ]
        pause
    done
}
check "hang__program_to_look_at__runs" prompts

hang_show "MARK=$TEST_FOLDER" >"$TEST_FOLDER/shown" 2>&1
shows() { # PATTERN
    grep -qE -- "$1" "$TEST_FOLDER/shown" || {
        cat "$TEST_FOLDER/shown"
        return 1
    }
}
check "hang__program__is_in_the_tree_with_what_it_waits_for" shows '^ *[0-9].*pipe_read .*cmd[.]exe'
check "hang__its_machine__is_in_the_tree" shows '^ *[0-9].*services[.]exe'
check "hang__program__has_a_stack" shows '^ +[0-9]+ 0x.*in cmd '
check_exit 1 "hang__services_of_the_machine__have_none" shows '0x.*in services '
MARK=$TEST_FOLDER/2 "$LAB" exec "$prefix" lab-thread >"$TEST_FOLDER/ready" 2>&1 &
process=$!
first_thread_has_ended() {
    local end=$((SECONDS + 60))
    until grep -q ready "$TEST_FOLDER/ready" && grep -q '^State:.*zombie' "/proc/$process/status"; do
        [ "$SECONDS" -lt "$end" ]
        pause
    done
}
check "hang__program_without_its_first_thread__runs" first_thread_has_ended
hang_show "MARK=$TEST_FOLDER/2" >"$TEST_FOLDER/shown" 2>&1
check "hang__program_without_its_first_thread__is_in_the_tree" shows "^ *$process "
check "hang__program_without_its_first_thread__has_its_machine_beside_it" shows '^ *[0-9].*services[.]exe'
"$LAB" off "$prefix"

# run_one.sh makes its files in the folder in which it is called.
hang() {
    cd "$TEST_FOLDER"
    NTDSBCLI_TEST_LIMIT_S=1 NTDSBCLI_TEST_REPORT=$TEST_FOLDER/report \
        "$ROOT/tests/run_one.sh" step group/hangs bash -c 'sleep 1234.5 & wait'
}
check_exit 1 "limit__test_that_hangs__fails" hang
of_32_bits() {
    cd "$TEST_FOLDER"
    NTDSBCLI_TEST_32BIT=no NTDSBCLI_TEST_REPORT=$TEST_FOLDER/skipped \
        "$ROOT/tests/run_one.sh" program unit-x86/any "$ROOT/tests/lab/emulator.sh" any.exe
}
check_exit 77 "program_of_32_bits__without_them__is_skipped" of_32_bits
check "program_of_32_bits__report__says_why" \
    grep -q "^ok *unit-x86/any .* 1 skipped .*(this machine's kernel runs no" "$TEST_FOLDER/skipped"
check "limit__report__names_the_limit" grep -q 'FAILED group/hangs .*ended after 1 s' "$TEST_FOLDER/report"
check "limit__report__has_the_tree" grep -q '|.* sleep 1234[.]5$' "$TEST_FOLDER/report"
nothing_left() {
    ! grep -lzxF 'sleep' /proc/[0-9]*/cmdline | xargs -r grep -lzxF 1234.5
}
check "limit__afterwards__it_is_ended" nothing_left

# A limit of time may have ended what made it.
half=$TEST_FOLDER/half.unit-x64
"$LAB" clone "$half"
check "prefix__that_was_not_finished__is_made_again" \
    env TEST_PREFIX="$half" "$ROOT/tests/lab/emulator.sh" cmd /c exit
"$LAB" destroy "$half"

# As a program of Windows that outlives the command that started it.
mkfifo "$TEST_FOLDER/go" "$TEST_FOLDER/gone"
leave_a_writer() {
    (
        read -r _ <"$TEST_FOLDER/go"
        echo 'of the one before'
        echo >"$TEST_FOLDER/gone"
    ) &
}
say_beside_it() {
    echo said
    echo >"$TEST_FOLDER/go"
    read -r _ <"$TEST_FOLDER/gone"
}
check "output__command_that_leaves_a_program__passes" leave_a_writer
check "output__next_command__passes" say_beside_it
check_equal "output__next_command__is_its_own" said "$(check_output)"
