#!/usr/bin/env bash
# A password that was given to DsSetAuthIdentity is nowhere afterwards: not in the memory of the host
# or of its broker, nor in a token, a log or the registry.
. "$(dirname "$0")/../integration/lib/backup.sh"

make_lab --generate
"$LAB" exec "$prefix" reg add 'HKLM\SOFTWARE\ntdsbcli' /v LogLevel /t REG_DWORD /d 4 /f >/dev/null

for architecture in "${architectures[@]}"; do
    mkdir "$TEST_FOLDER/$architecture" "$(on_c "$architecture")"
    cp "$STAGE/$architecture/ntdsbcli.dll" "$STAGE/x64/ntdsbroker64.exe" \
        "$STAGE/lab/$architecture/secret-caller.exe" "$TEST_FOLDER/$architecture/"
done
secret_caller() { # ARCHITECTURE ARGUMENT
    "$LAB" exec "$prefix" "$TEST_FOLDER/$1/secret-caller.exe" "$2"
}
secret_caller x64 --word >"$TEST_FOLDER/word" 2>/dev/null </dev/null
word=$(tr -d '\r\n' <"$TEST_FOLDER/word")
check_equal "password__of_the_test__is_long_enough_to_be_unique" 24 "${#word}"

# In one byte or two for a character; the half of it, as in the program.
half=${word:0:12}
# shellcheck disable=SC2001 # not one that a substitution can make
wide=$(sed 's/./&\\x00/g' <<<"$half")
has_no_word() { # FOLDER-OR-FILE
    ! find "$1" -type f -print0 | xargs -0 grep -laP -e "$half|$wide" || return 1
}

for architecture in "${architectures[@]}"; do
    check "password_${architecture}__memory_of_host_and_broker__is_not_there" \
        secret_caller "$architecture" "C:\\$architecture"
    check_output | sed 's/^/    /'
    check "password_${architecture}__token__is_not_there" \
        has_no_word "$(on_c "$architecture")/token.bin"
    check "token_${architecture}__saved__is_one" \
        grep -qa '^ntdsbtok' "$(on_c "$architecture")/token.bin"
done
logs=$(on_c ProgramData/ntdsbcli)
check "log__of_these_calls__names_the_account" grep -q 'DsSetAuthIdentity SOMEWHERE.somebody' \
    "$logs/secret-caller.exe.log"
check "password__logs__is_not_there" has_no_word "$logs"
"$LAB" off "$prefix"
for file in system.reg user.reg userdef.reg; do
    check "password__registry_${file%.reg}__is_not_there" has_no_word "$prefix/$file"
done
printf '%s' "$word" | iconv -t UTF-16LE >"$TEST_FOLDER/control"
check_exit 1 "password__in_a_file_of_two_byte_characters__would_be_found" \
    has_no_word "$TEST_FOLDER/control"
