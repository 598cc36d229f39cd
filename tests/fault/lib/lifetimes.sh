# Contexts and hosts that begin and end in unusual ways: sourced after fault.sh, deaths.sh and
# integration/lib/restore.sh by the tests of each bitness, so that they can run side by side.
# shellcheck shell=bash
# shellcheck disable=SC2154 # prefix and folder are the test's

IMAGE_OPTIONS='HKLM\Software\Microsoft\Windows NT\CurrentVersion\Image File Execution Options'
# FLG_HEAP_ENABLE_TAIL_CHECK, _FREE_CHECK and _VALIDATE_PARAMETERS: what is freed is filled, and
# looked at again.
HEAP_CHECKS=0x70

# Numbers: of a normal run, of a long one; NTDSBCLI_TEST_CONTEXTS is another for the contexts.
many() { # NORMAL LONG
    if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then echo "$2"; else echo "$1"; fi
}

check_heaps_of() { # PROGRAM
    local view
    for view in 64 32; do
        "$LAB" exec "$prefix" reg add "$IMAGE_OPTIONS\\$1" "/reg:$view" /v GlobalFlag \
            /t REG_DWORD /d "$HEAP_CHECKS" /f >/dev/null
    done
}

many_contexts() { # BITS
    report_cases "contexts_$1" "$LAB" exec "$prefix" "$folder/fault-contexts.exe" many \
        "${NTDSBCLI_TEST_CONTEXTS:-$(many 8 300)}" "$(many 2 8)"
    grep ' backups ' "$TEST_FOLDER/cases.contexts_$1" || true
    # Another name, so that only this run's heaps are checked.
    cp "$folder/fault-contexts.exe" "$folder/fault-races.exe"
    check_heaps_of fault-races.exe
    report_cases "races_$1" "$LAB" exec "$prefix" "$folder/fault-races.exe" races "$(many 5 100)"
    check "races_$1__heaps__are_checked" grep -qx "heap checks $HEAP_CHECKS" \
        "$TEST_FOLDER/cases.races_$1"
    grep ' races, ' "$TEST_FOLDER/cases.races_$1" || true
}

# Wine's debugger would look at a crashed program for ever, on a desktop that nobody sees.
let_crash() {
    local view
    for view in 64 32; do
        "$LAB" exec "$prefix" reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' \
            "/reg:$view" /v Debugger /t REG_SZ /d 'C:\windows\system32\cmd.exe /c exit' /f >/dev/null
    done
}

# The programs of an online directory.
online_lifetimes() { # BITS
    local deaf
    report_cases "calls_$1" "$LAB" exec "$prefix" "$folder/fault-calls.exe" backup
    report_cases "unload_$1" "$LAB" exec "$prefix" "$folder/fault-unload.exe" backup \
        "$(many 100 1000)"
    grep ' loads: ' "$TEST_FOLDER/cases.unload_$1" || true
    let_crash
    deaf=$(program_folder "deaf$1" "$1")
    cp "$folder/fault-broker.exe" "$deaf/ntdsbroker64.exe"
    report_cases "endings_$1" "$LAB" exec "$prefix" "$driver_folder/fault-endings.exe" \
        "$(windows_path "$folder/fault-leave.exe")" "$(windows_path "$folder/fault-host.exe")" \
        "$(windows_path "$deaf/fault-host.exe")"
    check "lifetimes_$1__afterwards__nothing_is_left" nothing_left 5
}

# Those of one that is stopped.
offline_lifetimes() { # BITS
    local token
    check "lifetimes_$1__backup_for_the_restores__succeeds" backup "$1" good
    "$LAB" stop "$prefix"
    set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
    token=$(windows_path "$(on_c good)/token.bin")
    report_cases "restore_calls_$1" "$LAB" exec "$prefix" "$folder/fault-calls.exe" restore "$token"
    forget_restores
    report_cases "restore_unload_$1" "$LAB" exec "$prefix" "$folder/fault-unload.exe" restore \
        "$token"
    check "restore_lifetimes_$1__afterwards__nothing_is_left" nothing_left 5
}
