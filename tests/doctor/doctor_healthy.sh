#!/usr/bin/env bash
# The doctor on a healthy directory, its command line, and which DLL a program would load.
. "$(dirname "$0")/lib/doctor.sh"

make_lab --generate

# --- healthy --------------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check "healthy_${bits}__json__exit_0" finds 0 ok directory.state 'online' doctor "$bits" --json
    check "healthy_${bits}__volumes_settings_log__are_all_right" has_finding ok volumes.space MiB
    check "healthy_${bits}__with_a_backup_test__exit_0" \
        finds 0 ok backup-test.result 'would work' doctor "$bits" --json --backup-test
    check "healthy_${bits}__after_a_backup_test__nothing_is_left" nothing_left 5
    check "healthy_${bits}__as_text__exit_0" doctor "$bits"
    keep_output
    check "healthy_${bits}__as_text__says_so" kept_output_has '^0 error\(s\), 0 warning\(s\); exit code 0'
done
check "healthy_64__writer__is_named_with_its_state" \
    finds 0 ok vss.writer-ntds 'NTDS: \[1\] stable' doctor 64 --json
if runs_32bit; then
    check "healthy_32__says_that_vss_wants_the_other_one" \
        finds 0 note vss.bitness '32-bit ntdsdoctor' doctor 32 --json
fi

# --- command line ---------------------------------------------------------------------------------

for words in '--no-such-thing' '--program' '--token' '--program a --program b' '--json again' \
    '--mark-restored --register-events' '--token a' '--force' '--mark-restored --token a' \
    '--fix-restore-lock --backup-test' '--register-events --program a'; do
    # shellcheck disable=SC2086 # words
    check_exit 2 "command_line__${words// /_}__exit_2" doctor 64 $words
done
check "command_line__help__exit_0" doctor 64 --help
keep_output
check "command_line__help__has_the_exit_codes" kept_output_has '13 VSS, 14 volumes'
check "command_line__version__exit_0" doctor "$other_bits" --version

# --- which DLL ------------------------------------------------------------------------------------

# A folder as an old program has it.
program() { # NAME BITS [FILE...]
    local file
    mkdir "$TEST_FOLDER/$1"
    cp "$STAGE/$(architecture "$2")/legacy-backup.exe" "$TEST_FOLDER/$1/"
    for file in "${@:3}"; do cp "$file" "$TEST_FOLDER/$1/"; done
}
asked() { # NAME: the doctor of the other bitness, as that may be what an administrator has
    doctor "${2-64}" --json --program "$(windows_path "$TEST_FOLDER/$1/legacy-backup.exe")"
}
broker=$STAGE/x64/ntdsbroker64.exe
for bits in "${all_bits[@]}"; do
    architecture=x64 other=x86 foreign_bits=32 doctor_bits=$other_bits
    [ "$bits" = 64 ] || architecture=x86 other=x64 foreign_bits=64 doctor_bits=64
    dll=$STAGE/$architecture/ntdsbcli.dll

    program "good$bits" "$bits" "$dll" "$broker"
    check "program_${bits}__with_its_files__exit_0" \
        finds 0 ok program.dll "good$bits.ntdsbcli.dll, $bits-bit" asked "good$bits" "$doctor_bits"
    check "program_${bits}__import__is_seen" has_finding ok program.import 'when it starts'
    check "program_${bits}__broker__is_seen_with_its_version" has_finding ok program.broker version

    program "none$bits" "$bits"
    check "program_${bits}__without_the_dll__exit_10" \
        finds 10 error program.dll-missing 'would not find' asked "none$bits"
    program "no-broker$bits" "$bits" "$dll"
    check "program_${bits}__without_a_broker__exit_10" \
        finds 10 error program.broker-missing 'is missing' asked "no-broker$bits" "$doctor_bits"
    program "bitness$bits" "$bits" "$STAGE/$other/ntdsbcli.dll" "$broker"
    check "program_${bits}__with_the_dll_of_the_other_bitness__exit_10" \
        finds 10 error program.dll-bitness "$foreign_bits-bit DLL, but the program is $bits-bit" \
        asked "bitness$bits"
    program "foreign$bits" "$bits" "$broker"
    cp "$STAGE/wine/$architecture/vssapi.dll" "$TEST_FOLDER/foreign$bits/ntdsbcli.dll"
    check "program_${bits}__with_a_dll_of_somebody_else__exit_10" \
        finds 10 error program.dll-foreign 'not this product' asked "foreign$bits"
    program "damaged$bits" "$bits" "$broker"
    head -c 300 "$dll" >"$TEST_FOLDER/damaged$bits/ntdsbcli.dll"
    check "program_${bits}__with_a_dll_that_is_cut__exit_10" \
        finds 10 error program.dll-damaged 'not a DLL' asked "damaged$bits"
    program "old-broker$bits" "$bits" "$dll"
    cp "$STAGE/lab/x64/fault-broker.exe" "$TEST_FOLDER/old-broker$bits/ntdsbroker64.exe"
    check "program_${bits}__with_another_broker__exit_10" \
        finds 10 error program.broker-version 'one package' asked "old-broker$bits"
    program "text-broker$bits" "$bits" "$dll"
    echo 'no program' >"$TEST_FOLDER/text-broker$bits/ntdsbroker64.exe"
    check "program_${bits}__with_a_broker_that_is_none__exit_10" \
        finds 10 error program.broker-damaged 'not a 64-bit program' asked "text-broker$bits"
done
check "program__that_is_not_there__exit_10" finds 10 error program.unreadable 'error 2' \
    doctor 64 --json --program 'C:\none.exe'
check "program__that_imports_nothing_of_it__is_said_so" \
    finds 10 note program.import 'does not import' \
    doctor 64 --json --program 'C:\windows\system32\notepad.exe'
check "program__that_has_made_a_backup__its_log_is_found" backup 64 made
check "program__that_has_made_a_backup__log_is_named" \
    finds 0 ok log.program 'legacy-backup.exe.log' asked good64

need_32bit program_32__dll_in_the_system_folder__is_found
# The system folder comes after the program's, and is that of the program's bitness.
cp "$STAGE/x86/ntdsbcli.dll" "$broker" "$prefix/drive_c/windows/syswow64/"
check "program_32__dll_in_the_system_folder__is_found_by_a_64_bit_doctor" \
    finds 0 ok program.dll 'syswow64' asked none32 64
check "program_32__dll_in_the_system_folder__is_found_by_a_32_bit_doctor" \
    finds 0 ok program.dll 'syswow64' asked none32 32
check "program_32__dll_in_the_system_folder__comes_second" \
    finds 0 note program.dll-shadowed 'not used' asked good32
