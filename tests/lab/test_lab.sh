#!/usr/bin/env bash
# lab.sh itself: what it makes, what it returns, what it leaves.
. "$(dirname "$0")/testlib.sh"

prefix=$(test_prefix 'a dc')

status_line() { # PREFIX KEY
    "$LAB" status "$1" | sed -n "s/^$2 //p"
}

# Database, logs and checkpoint are a set that recovery takes.
is_a_set() {
    ese verify "$(fact database_path)" "$(fact logs_path)"/edb*.log "$(fact checkpoint_path)/edb.chk"
}

# --- arguments ----------------------------------------------------------------------------------

usage_names() { # WORD ARGS...: exit 2, and the message names the word
    local word=$1 code=0 output
    shift
    output=$("$LAB" "$@" 2>&1) || code=$?
    [ "$code" -eq 2 ] && grep -q -- "$word" <<<"$output"
}
check "lab__without_command__usage_error" usage_names 'missing'
check "lab__unknown_command__is_named" usage_names 'frobnicate' frobnicate
check "create__without_prefix__usage_error" usage_names 'PREFIX' create
check "create__unknown_option__is_named" usage_names '--frob' create "$prefix" --frob
check "create__page_size_of_12345__is_named" usage_names '12345' create "$prefix" --page-size 12345
check "create__drive_z__is_named" usage_names "'Z'" create "$prefix" --db-drive Z
check "create__no_logs__usage_error" usage_names '--logs' create "$prefix" --logs 0
check "create__option_without_value__is_named" usage_names '--logs' create "$prefix" --logs
check "create__database_and_generate__usage_error" usage_names 'exclude' \
    create "$prefix" --generate --database /dev/null
check "create__page_size_of_a_file__usage_error" usage_names '--page-size' \
    create "$prefix" --database /dev/null --page-size 4096
check "start__extra_argument__is_named" usage_names 'extra' start "$prefix" extra
check "exec__without_program__usage_error" usage_names 'PROGRAM' exec "$prefix"
check_exit 1 "create__missing_database_file__fails" "$LAB" create "$prefix" --database "$prefix.no"
check_exit 1 "start__no_lab__fails" "$LAB" start "$prefix"
check_exit 1 "create__failed__leaves_no_folder" test -e "$prefix"
mkdir "$prefix" && touch "$prefix/system.reg"
check_exit 1 "destroy__foreign_prefix__is_refused" "$LAB" destroy "$prefix"
check_exit 1 "create__folder_in_use__is_refused" "$LAB" create "$prefix"
rm -r "$prefix"

# --- three drives -------------------------------------------------------------------------------

check "create__three_drives__succeeds" \
    "$LAB" create "$prefix" --db-drive D --log-drive e --chk-drive F: --logs 4 --drive G
check_equal "create__three_drives__database_path" 'D:\NTDS\ntds.dit' "$(fact database)"
check_equal "create__three_drives__log_path" 'E:\NTDS' "$(fact logs)"
check_equal "create__three_drives__checkpoint_path" 'F:\NTDS' "$(fact checkpoint)"
check "create__three_drives__database_is_there" test -s "$(fact database_path)"
check "create__three_drives__current_log_is_there" test -s "$(fact logs_path)/edb.log"
check "create__three_drives__checkpoint_is_there" test -s "$(fact checkpoint_path)/edb.chk"
check_equal "create__one_more_drive__is_empty" "" "$(ls -A "$prefix/drive_g")"
check_equal "create__four_logs__so_many" 4 \
    "$(find "$(fact logs_path)" -name 'edb*.log' ! -name edbtmp.log | wc -l)"
check "create__generated_database__verifies" ese check "$(fact database_path)" "$(fact logs_path)"
check_equal "create__new_lab__is_off" off "$(status_line "$prefix" machine)"
check_equal "create__new_lab__no_links_to_a_home" "$prefix/drive_c/users" \
    "$(find "$prefix/drive_c/users" -maxdepth 0 -o -type l)"

# A lab takes the registry of the first one of its kind, and of no other.
twin=$(test_prefix twin)
check "create__another_of_the_kind__succeeds" \
    "$LAB" create "$twin" --db-drive D --log-drive e --chk-drive F: --drive G
check "create__another_of_the_kind__has_its_registry" cmp "$prefix/system.reg" "$twin/system.reg"
"$LAB" destroy "$twin"
check "create__of_another_kind__succeeds" \
    "$LAB" create "$twin" --recovered --db-drive D --log-drive e --chk-drive F: --drive G
check "create__of_another_kind__has_its_own_registry" \
    grep -qx '"Recovered"=dword:00000001' "$twin/system.reg"
"$LAB" destroy "$twin"

check "start__new_lab__succeeds" "$LAB" start "$prefix"
check_equal "start__new_lab__directory_runs" RUNNING "$(status_line "$prefix" directory)"
# Programs of this lab whose heap Linux has put where Wine needs its pages (wine_loader.c).
low_heaps() {
    local folder
    for folder in /proc/[0-9]*; do
        [[ $(tr '\0' '\n' 2>/dev/null <"$folder/environ") == *"WINEPREFIX=$prefix"* ]] || continue
        ! grep -qE '^[0-9a-f]{8}-.*\[heap\]$' "$folder/maps" || tr '\0' ' ' <"$folder/cmdline"
    done
}
check_equal "start__new_lab__no_heap_is_in_wines_way" '' "$(low_heaps)"
"$LAB" off "$prefix"
# shellcheck disable=SC2016 # the inner shell's
check "start__into_a_pipe__pipe_ends" timeout 30 bash -c '"$0" start "$1" | cat' "$LAB" "$prefix"
check "start__running__succeeds_again" "$LAB" start "$prefix"

computer=$(fact computer)
for name in 'C$\Windows' 'D$\NTDS' 'E$\NTDS\edb.log' 'F$\NTDS\edb.chk'; do
    check "unc__${name%%\\*}__opens" "$LAB" exec "$prefix" \
        cmd /c "if exist \\\\$computer\\$name (exit 0) else (exit 1)"
done
guid=$("$LAB" exec "$prefix" lab-machine.exe | tr -d '\r' | sed -n 's/^volume D: //p')
check "volume_name__of_d__opens" \
    "$LAB" exec "$prefix" cmd /c "type \\\\?\\Volume$guid\\NTDS\\none || dir D:\\NTDS\\ntds.dit"
check_exit 1 "database__held_by_the_directory__cannot_be_opened" \
    "$LAB" exec "$prefix" cmd /c "type $(fact database)"

# --- exit codes ---------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    for code in 0 7 255; do
        check_exit "$code" "exec_${bits}__exit_code_${code}__comes_through" \
            "$LAB" exec "--$bits" "$prefix" cmd /c "exit $code"
    done
    check_equal "exec_${bits}__bare_name__has_that_bitness" \
        "$([ "$bits" = 32 ] && echo x86 || echo AMD64)" \
        "$("$LAB" exec "--$bits" "$prefix" cmd /c 'echo %PROCESSOR_ARCHITECTURE%' | tr -d '\r')"
done
check_exit 1 "exec__no_such_program__fails" "$LAB" exec "$prefix" no-such-program
"$LAB" exec "$prefix" cmd /c mkdir 'C:\ä b'
check "exec__argument_with_space_and_umlaut__arrives" test -d "$prefix/drive_c/ä b"

# --- a kernel that runs no 32-bit program ---------------------------------------------------------

libc_agrees() {
    local code=0
    /lib/ld-linux.so.2 --version || code=$?
    if (unset NTDSBCLI_TEST_32BIT && runs_32bit); then [ "$code" -eq 0 ]; else [ "$code" -eq 126 ]; fi
}
check "kernel__asked_for_32_bits__answers_as_libc_does" libc_agrees
without_32bit() { # CMD...
    ! NTDSBCLI_TEST_32BIT=no "$@" >"$TEST_FOLDER/said" 2>&1
    grep -F "$NO_32BIT" "$TEST_FOLDER/said"
}
check "exec_32__without_32_bits__says_so" without_32bit "$LAB" exec --32 "$prefix" cmd /c exit
check "exec__program_of_32_bits__says_so" \
    without_32bit "$LAB" exec "$prefix" "$STAGE/x86/legacy-backup.exe"
check_exit 2 "exec__program_of_64_bits__runs" env NTDSBCLI_TEST_32BIT=no \
    "$LAB" exec "$prefix" "$STAGE/x64/legacy-backup.exe"
check "create_win32__without_32_bits__says_so" \
    without_32bit "$LAB" create "$(test_prefix windows32)" --win32
check "demo_32__without_32_bits__says_so" without_32bit "$ROOT/samples/demo.sh" --bits 32

# --- writing, stopping, leftovers ---------------------------------------------------------------

stamp() {
    od -An -tu8 -j16 -N8 "$(fact database_path)" | tr -d ' '
}
# Two rounds' worth: the service's own rate is the clock, so a limit is enough.
stamp_grows() {
    local first end=$((SECONDS + 10))
    first=$(stamp)
    until [ "$(stamp)" -gt $((first + 1)) ]; do
        [ "$SECONDS" -lt "$end" ]
        pause
    done
}
check "running_directory__writes_its_database" stamp_grows
check "stop__running__succeeds" "$LAB" stop "$prefix"
check_equal "stop__running__directory_is_stopped" STOPPED "$(status_line "$prefix" directory)"
check "stop__stopped__succeeds_again" "$LAB" stop "$prefix"
check "stop__database__is_of_one_instant" ese stamps "$(fact database_path)"
check "stop__database__verifies" ese check "$(fact database_path)" "$(fact logs_path)"
check "stop__database_and_logs__are_a_set" is_a_set
"$LAB" off "$prefix"
check_equal "off__stopped_directory__stays_stopped_at_the_next_start" STOPPED \
    "$("$LAB" exec "$prefix" lab-service state NTDS | tr -d '\r')"
"$LAB" start "$prefix"
"$LAB" off "$prefix"
check_equal "off__lab__is_off" off "$(status_line "$prefix" machine)"

mkdir -p "$prefix/drive_d/System Volume Information/{left}" \
    "$prefix/dosdevices/globalroot/Device/HarddiskVolumeShadowCopy1"
check_equal "status__left_shadow__is_counted" 2 "$(status_line "$prefix" shadows)"

template=$BUILD/prefix-template/drive_c/windows
check_exit 1 "template__used_by_labs__has_no_embedded_vss" \
    cmp -s "$template/system32/vssapi.dll" "$STAGE/wine/x64/vssapi.dll"
check "destroy__lab_that_is_on__succeeds" "$LAB" destroy "$prefix"
check_exit 1 "destroy__lab__is_gone" test -e "$prefix"
check "destroy__nothing_there__succeeds" "$LAB" destroy "$prefix"

# --- genuine database ---------------------------------------------------------------------------

genuine=${NTDSBCLI_TEST_DATA:-/nowhere}/ntds/ntds.dit
if [ -e "$genuine" ]; then
    check "create__genuine_database__succeeds" "$LAB" create "$prefix" --database "$genuine"
    check "create__genuine_database__verifies" ese check "$(fact database_path)" "$(fact logs_path)"
    check "start__genuine_database__succeeds" "$LAB" start "$prefix"
    check "genuine_database__is_written" stamp_grows
    "$LAB" stop "$prefix"
    check "stop__genuine_database__is_of_one_instant" ese stamps "$(fact database_path)"
    check "stop__genuine_database_and_generated_logs__are_a_set" is_a_set
else
    skip "create__genuine_database__succeeds" "no $genuine"
fi
