#!/usr/bin/env bash
# Many contexts in one process, 32-bit or 64-bit, one after the other, at once and while threads race
# to end them; the library freed too early; hosts that leave, crash or stop; the broker's end in the
# middle of each call. Nothing grows, nothing is left, nothing hangs.
#
#     lifetimes.sh 32|64
. "$(dirname "$0")/../integration/lib/restore.sh"
. "$(dirname "$0")/lib/fault.sh"

IMAGE_OPTIONS='HKLM\Software\Microsoft\Windows NT\CurrentVersion\Image File Execution Options'
# FLG_HEAP_ENABLE_TAIL_CHECK, _FREE_CHECK and _VALIDATE_PARAMETERS: what is freed is filled, and
# looked at again.
HEAP_CHECKS=0x70

bits=$1
[ "$bits" = 64 ] || need_32bit "lifetimes_32__of_contexts__leave_nothing"
make_small_lab --generate
folder=$(program_folder programs "$bits")
driver_folder=$(program_folder driver 64)

# Numbers: of a normal run, of a long one; NTDSBCLI_TEST_CONTEXTS is another for the contexts.
many() { # NORMAL LONG
    if [ "${NTDSBCLI_TEST_LONG:-0}" = 1 ]; then echo "$2"; else echo "$1"; fi
}

check_heaps_of() { # PROGRAM
    local view
    for view in "${all_bits[@]}"; do
        "$LAB" exec "$prefix" reg add "$IMAGE_OPTIONS\\$1" "/reg:$view" /v GlobalFlag \
            /t REG_DWORD /d "$HEAP_CHECKS" /f >/dev/null
    done
}

many_contexts() {
    report_cases "contexts_$bits" "$LAB" exec "$prefix" "$folder/fault-contexts.exe" many \
        "${NTDSBCLI_TEST_CONTEXTS:-$(many 8 300)}" "$(many 2 30)"
    grep ' backups ' "$TEST_FOLDER/cases.contexts_$bits" || true
    # Another name, so that only this run's heaps are checked.
    cp "$folder/fault-contexts.exe" "$folder/fault-races.exe"
    check_heaps_of fault-races.exe
    report_cases "races_$bits" "$LAB" exec "$prefix" "$folder/fault-races.exe" races "$(many 5 100)"
    check "races_${bits}__heaps__are_checked" grep -qx "heap checks $HEAP_CHECKS" \
        "$TEST_FOLDER/cases.races_$bits"
    grep ' races, ' "$TEST_FOLDER/cases.races_$bits" || true
}

# Wine's debugger would look at a crashed program for ever, on a desktop that nobody sees.
let_crash() {
    local view
    for view in "${all_bits[@]}"; do
        "$LAB" exec "$prefix" reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' \
            "/reg:$view" /v Debugger /t REG_SZ /d 'C:\windows\system32\cmd.exe /c exit' /f >/dev/null
    done
}

# The programs of an online directory.
online_lifetimes() {
    local deaf
    report_cases "calls_$bits" "$LAB" exec "$prefix" "$folder/fault-calls.exe" backup
    report_cases "unload_$bits" "$LAB" exec "$prefix" "$folder/fault-unload.exe" backup \
        "$(many 100 1000)"
    grep ' loads: ' "$TEST_FOLDER/cases.unload_$bits" || true
    let_crash
    deaf=$(program_folder deaf "$bits")
    cp "$folder/fault-broker.exe" "$deaf/ntdsbroker64.exe"
    report_cases "endings_$bits" "$LAB" exec "$prefix" "$driver_folder/fault-endings.exe" \
        "$(windows_path "$folder/fault-leave.exe")" "$(windows_path "$folder/fault-host.exe")" \
        "$(windows_path "$deaf/fault-host.exe")"
    check "lifetimes_${bits}__afterwards__nothing_is_left" nothing_left 5
}

# Those of one that is stopped.
offline_lifetimes() {
    check "lifetimes_${bits}__backup_for_the_restores__succeeds" backup "$bits" good
    "$LAB" stop "$prefix"
    set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
    report_cases "restore_calls_$bits" "$LAB" exec "$prefix" "$folder/fault-calls.exe" restore \
        'C:\good\token.bin'
    forget_restores
    report_cases "restore_unload_$bits" "$LAB" exec "$prefix" "$folder/fault-unload.exe" restore \
        'C:\good\token.bin'
    check "restore_lifetimes_${bits}__afterwards__nothing_is_left" nothing_left 5
}

many_contexts
online_lifetimes
offline_lifetimes
