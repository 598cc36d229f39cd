#!/usr/bin/env bash
# 32-bit Windows: the broker of its bitness, chosen by Windows and not by what lies beside the DLL;
# a backup and a restore, a killed program, ntdsdoctor.
. "$(dirname "$0")/lib/restore.sh"
. "$(dirname "$0")/../doctor/lib/doctor.sh"

need_32bit "windows32__of_32_bits__backs_up_and_restores"
make_lab --win32

# --- the lab --------------------------------------------------------------------------------------

is_32_bit() {
    "$LAB" exec "$prefix" cmd /c 'echo %PROCESSOR_ARCHITECTURE%-%PROCESSOR_ARCHITEW6432%' |
        grep -F 'x86-%PROCESSOR_ARCHITEW6432%'
    ! "$LAB" exec "$prefix" "$STAGE/x64/ese-verify.exe" --help
}
check "lab__win32__runs_32_bit_programs_only" is_32_bit
check_exit 2 "lab__win32__refuses_exec_64" "$LAB" exec --64 "$prefix" ese-verify
check "broker_name__unit_test__passes" \
    "$LAB" exec "$prefix" "$BUILD/win32/tests/unit/test_broker_process.exe"

# --- backup ---------------------------------------------------------------------------------------

check "backup__32_bit_windows__succeeds" backup 32 first
check "backup__its_lists__are_complete" is_complete "$(on_c first)"
check "backup__its_files__verify_on_this_machine" verifies "$(on_c first)"
ese_verify() { # NAME
    local files
    mapfile -t files < <(cd "$(on_c "$1")" && ls -- *.dit *.log *.chk)
    "$LAB" exec "$prefix" ese-verify "${files[@]/#/C:\\$1\\}"
}
check "backup__ese_verify__finds_it_good" ese_verify first
check "backup__database__is_the_frozen_moment" is_the_frozen_moment "$(on_c first)"
check "backup__log__names_a_32_bit_windows" \
    grep -qE 'Windows 6\.0\.[0-9]+, 32-bit' "$(product_log legacy-backup)"
check "backup__afterwards__no_broker_and_no_shadow" nothing_left 5

# --- the program is killed ------------------------------------------------------------------------

slow_backup 32 killed
"$LAB" status "$prefix" >"$TEST_FOLDER/status"
check "killed__before__the_broker_is_the_32_bit_one" \
    grep -qE '^broker [0-9]+ [0-9]+ ntdsbroker32\.exe$' "$TEST_FOLDER/status"
check "killed__before__there_is_a_shadow" grep -qE '^shadows [1-9]' "$TEST_FOLDER/status"
mapfile -t processes < <(processes_like 'legacy-backup(\.exe)? .*killed')
[ ${#processes[@]} -eq 0 ] || kill -KILL "${processes[@]}"
end_of_job
check "killed__afterwards__no_broker_and_no_shadow" nothing_left 30
check "killed__folder__looks_unfinished" test ! -e "$(on_c killed)/token.bin"

# --- ntdsdoctor -----------------------------------------------------------------------------------

check "doctor__32_bit_windows__finds_nothing_wrong" run_json 0 doctor 32 --json --backup-test
check "doctor__broker__is_the_32_bit_one" has_finding ok program.broker 'ntdsbroker32\.exe'
check "doctor__writer__is_asked_directly" has_finding ok vss.writer-ntds 'stable'
check "doctor__64_bit_program__cannot_run_here" \
    finds 10 error program.processor '64-bit program.*32-bit' \
    doctor 32 --json --program "$(windows_path "$STAGE/x64/legacy-backup.exe")"

# --- what lies beside the DLL does not choose -----------------------------------------------------

install() { # NAME [FILE AS]...
    local folder=$TEST_FOLDER/$1
    mkdir -p "$folder"
    cp "$STAGE/x86/legacy-backup.exe" "$STAGE/x86/ntdsbcli.dll" "$folder/"
    shift
    while [ $# -gt 0 ]; do
        cp "$1" "$folder/$2"
        shift 2
    done
}
run_installed() { # NAME
    "$LAB" exec "$prefix" "$TEST_FOLDER/$1/legacy-backup.exe" "$(server)" "C:\\$1"
}
asked() { # NAME
    doctor 32 --json --program "$(windows_path "$TEST_FOLDER/$1/legacy-backup.exe")"
}
none_ran() {
    ! compgen -G "$(on_c 'planted-*')" || return 1
}
log_has() { # PATTERN
    tail -n 20 "$(product_log legacy-backup)" | grep -E -- "$1"
}
planted=$STAGE/lab/x86/planted.exe
install planted "$STAGE/x86/ntdsbroker32.exe" ntdsbroker32.exe "$planted" ntdsbroker64.exe
install missing "$planted" ntdsbroker64.exe
install wrong "$STAGE/x64/ntdsbroker64.exe" ntdsbroker32.exe
install none
install pipe "$STAGE/x86/ntdsbroker32.exe" ntdsbroker32.exe \
    "$BUILD/win32/tests/lab/test_security_pipe.exe" test_security_pipe.exe

check "broker32__test_of_its_pipe__passes" \
    "$LAB" exec "$prefix" "$TEST_FOLDER/pipe/test_security_pipe.exe"
check "planted__the_program__runs_if_it_is_started" \
    "$LAB" exec "$prefix" "$TEST_FOLDER/missing/ntdsbroker64.exe"
check "planted__the_program__leaves_its_mark" rm "$(on_c planted-ntdsbroker64.exe.txt)"
check "planted__64_beside_32__backup_succeeds" run_installed planted
for name in missing none; do
    check "broker32__${name}__backup_fails_and_names_it" \
        refused 5 'ntdsbroker32\.exe' "$(on_c "$name")" run_installed "$name"
    check "broker32__${name}__log_names_it" log_has 'ntdsbroker32\.exe\) failed: Win32 error 2\.'
    check "broker32__${name}__doctor_names_it" \
        finds 10 error program.broker-missing 'ntdsbroker32\.exe is missing' asked "$name"
done
check "broker32__64_bit_file__backup_fails" refused 5 ntdsbroker "$(on_c wrong)" run_installed wrong
check "broker32__64_bit_file__log_says_so" log_has 'ntdsbroker32\.exe.*not a program for this Windows'
check "broker32__64_bit_file__doctor_says_so" \
    finds 10 error program.broker-damaged 'not a 32-bit program' asked wrong
check "planted__afterwards__none_ran" none_ran
check "planted__afterwards__no_broker_and_no_shadow" nothing_left 5

# --- restore --------------------------------------------------------------------------------------

"$LAB" stop "$prefix"
destroy_directory
check "restore__32_bit_windows__succeeds" restore 32 first
check "restore__files__are_those_of_the_backup" is_restored first
check "restore__afterwards__no_interlock" no_interlock
check "restore__afterwards__the_marker" marker_is_set
check "restore__afterwards__no_broker_and_no_shadow" nothing_left 5
check "restore__directory__starts" "$LAB" start "$prefix"
check "restore__next_backup__succeeds" backup 32 second
check "restore__next_backup__verifies" verifies "$(on_c second)"
