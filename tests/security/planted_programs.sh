#!/usr/bin/env bash
# DLLs and a broker planted where a careless program would find them: in the working directory, in
# the program's own folder, in the folders of PATH. None of them runs, whatever the environment says.
. "$(dirname "$0")/../integration/lib/restore.sh"

make_lab --generate

# vssapi: the broker's; wldap32: the restore's; the others: COM's, and what a system lacks now and
# then, which is when search orders matter.
planted_dlls=(vssapi wldap32 bcrypt version vss_ps xolehlp userenv es dbghelp wbemprox)

plant() { # FOLDER ARCHITECTURE
    local dll
    mkdir -p "$1"
    for dll in "${planted_dlls[@]}"; do cp "$STAGE/lab/$2/planted.dll" "$1/$dll.dll"; done
}

# The product as an old program has it, with planted DLLs beside it; and a place to stand in that
# also has a broker.
for architecture in "${architectures[@]}"; do
    plant "$TEST_FOLDER/program-$architecture" "$architecture"
    cp "$STAGE/$architecture"/legacy-*.exe "$STAGE/$architecture/ntdsbcli.dll" \
        "$STAGE/x64/ntdsbroker64.exe" "$STAGE/lab/$architecture/secret-caller.exe" \
        "$STAGE/lab/$architecture/load-by-name.exe" "$TEST_FOLDER/program-$architecture/"
    # It is for 32-bit Windows.
    cp "$STAGE/lab/x86/planted.exe" "$TEST_FOLDER/program-$architecture/ntdsbroker32.exe"
    plant "$TEST_FOLDER/here-$architecture" x64
    cp "$STAGE/lab/x64/planted.exe" "$TEST_FOLDER/here-$architecture/ntdsbroker64.exe"
done

nothing_planted_ran() {
    ! compgen -G "$prefix/drive_c/planted-*" || return 1
}
planted_ran() { # NAME
    test -e "$prefix/drive_c/planted-$1.txt"
    rm -f "$prefix"/drive_c/planted-*
}
# From within the folder that has planted programs.
run_here() { # ARCHITECTURE PROGRAM ARGUMENT...
    cd "$TEST_FOLDER/here-$1" || return
    "$LAB" exec "$prefix" "$TEST_FOLDER/program-$1/$2.exe" "${@:3}"
}

# --- what is planted would be found ---------------------------------------------------------------

check "planted__loaded_by_name__is_found" run_here x64 load-by-name vssapi.dll
check "planted__loaded_by_name__leaves_its_mark" planted_ran vssapi.dll
cp "$TEST_FOLDER/here-x64/ntdsbroker64.exe" "$TEST_FOLDER/broker-that-marks.exe"
check "planted__broker__runs" "$LAB" exec "$prefix" "$TEST_FOLDER/broker-that-marks.exe"
check "planted__broker__leaves_its_mark" planted_ran broker-that-marks.exe

# --- the product does not ------------------------------------------------------------------------

for architecture in "${architectures[@]}"; do
    check "backup_${architecture}__planted_everywhere__succeeds" \
        run_here "$architecture" legacy-backup "$(server)" "C:\\$architecture"
    check "backup_${architecture}__planted_everywhere__none_ran" nothing_planted_ran
done
export WINEPATH
WINEPATH=$(windows_path "$TEST_FOLDER/here-x64")
check "backup__planted_on_the_path__succeeds" run_here x64 legacy-backup "$(server)" 'C:\path'
check "backup__planted_on_the_path__none_ran" nothing_planted_ran
unset WINEPATH

# --- a DLL of the system that loads another by its name, in the broker ------------------------------

system32=$(on_c windows/system32)
cp --remove-destination "$STAGE/lab/x64/load-by-name.dll" "$system32/vssapi.dll"
backup_fails() {
    ! run_here x64 legacy-backup "$(server)" 'C:\careless' || return 1
    grep 'vssapi.dll' "$(product_log legacy-backup)"
}
check "planted__named_by_a_system_dll__is_found" \
    run_here x64 load-by-name 'C:\windows\system32\vssapi.dll'
check "planted__named_by_a_system_dll__leaves_its_mark" planted_ran es.dll
check "backup__system_dll_names_a_planted_one__fails" backup_fails
check "backup__system_dll_names_a_planted_one__none_ran" nothing_planted_ran
cp --remove-destination "$STAGE/wine/x64/vssapi.dll" "$system32/vssapi.dll"

# --- a restore --------------------------------------------------------------------------------------

"$LAB" stop "$prefix"
destroy_directory
check "restore__planted_everywhere__succeeds" \
    run_here x64 legacy-restore "$(server)" 'C:\x64'
check "restore__planted_everywhere__none_ran" nothing_planted_ran
"$LAB" start "$prefix"
check "planted__afterwards__no_broker_and_no_shadow" nothing_left 5
