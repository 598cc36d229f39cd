#!/usr/bin/env bash
# The installer: silent, beside a program, in its bitness; refusals; and nothing left afterwards.
. "$(dirname "$0")/lib/setup.sh"

make_setup_lab
# Everything on the drive but what a running directory and Windows itself write.
drive_picture() {
    (cd "$prefix/drive_c" && find . \( -path ./ntdslab -o -path ./windows/NTDS -o -path './backup-*' \
        -o -path './System Volume Information' \) -prune -o -printf '%y %p\n' | sort)
}
drive_is() { # PICTURE-FILE
    drive_picture | diff "$1" -
}
wait_until_gone() { # FILE
    local end=$((SECONDS + 30))
    while [ -e "$1" ]; do
        [ "$SECONDS" -lt "$end" ] || return 1
        pause
    done
}

# --- install, back up, uninstall, in both bitnesses -----------------------------------------------

for bits in "${all_bits[@]}"; do
    architecture=$(architecture "$bits")
    folder="Old Backup $bits"
    old_program "$folder" "$STAGE/$architecture/legacy-backup.exe"
    before=$(picture "$folder")
    drive_picture >"$TEST_FOLDER/drive-before"

    check "setup_${bits}__silently__succeeds" setup "$folder"
    check "setup_${bits}__dll__is_of_the_programs_bitness" \
        cmp "$tree/$architecture/ntdsbcli.dll" "$(on_c "$folder")/ntdsbcli.dll"
    check "setup_${bits}__broker__is_the_64_bit_one" \
        cmp "$tree/x64/ntdsbroker64.exe" "$(on_c "$folder")/ntdsbroker64.exe"
    check_equal "setup_${bits}__afterwards__is_among_the_installed_programs" 1 "$(entries)"
    check "backup_${bits}__with_what_was_installed__succeeds" \
        program "C:\\$folder\\backup.exe" "$(server)" "C:\\backup-$bits"
    check "backup_${bits}__its_files__verify" verifies "$(on_c "backup-$bits")"
    check "backup_${bits}__log__says_that_the_dll_was_loaded" \
        grep -q "ntdsbcli $package_version, $bits-bit, loaded into" "$(product_log backup)"
    check "backup_${bits}__afterwards__no_broker_and_no_shadow" nothing_left 5

    check "remove_${bits}__by_the_setup__succeeds" setup "$folder" /REMOVE
    check_equal "remove_${bits}__folder__is_as_before" "$before" "$(picture "$folder")"
    check "remove_${bits}__record_of_the_backup__stays" \
        rm "$(on_c ProgramData)"/ntdsbcli/backup-????????????????????????????????.txt
    check "remove_${bits}__log_folder__has_nothing_else" rmdir "$(on_c ProgramData)/ntdsbcli"
    check "remove_${bits}__drive__is_as_before" drive_is "$TEST_FOLDER/drive-before"
    check_equal "remove_${bits}__afterwards__is_not_among_the_installed_programs" 0 "$(entries)"
done

# The uninstaller by itself, as the list of installed programs runs it, goes on from a copy below
# Temp; Windows deletes that with its next start.
folder="Old Backup $other_bits"
before=$(picture "$folder")
drive_picture >"$TEST_FOLDER/drive-before"
check "setup__again__succeeds" setup "$folder"
check "setup__over_itself__succeeds" setup "$folder" /ALIAS
check_equal "setup__over_itself__has_one_entry" 1 "$(entries)"
check "uninstaller__silently__succeeds" program "C:\\$folder\\ntdsbcli-uninstall.exe" /S
check "uninstaller__in_the_end__deletes_itself" \
    wait_until_gone "$(on_c "$folder")/ntdsbcli-uninstall.exe"
check_equal "uninstaller__folder__is_as_before" "$before" "$(picture "$folder")"
check_equal "uninstaller__afterwards__is_not_among_the_installed_programs" 0 "$(entries)"
# By what its entry says, which is a line for a shell.
run_entry() { # VALUE [ARGUMENT]
    printf '%s\r\n' "$(entry_value "$1") ${2-}" >"$(on_c uninstall.cmd)"
    program cmd /c 'C:\uninstall.cmd'
}
for value in QuietUninstallString UninstallString; do
    silently=
    [ "$value" = QuietUninstallString ] || silently=/S
    check "entry__before_${value}__setup_succeeds" setup "$folder"
    check_equal "entry__before_${value}__has_the_version" "$package_version" \
        "$(entry_value DisplayVersion)"
    check "entry__${value}__succeeds" run_entry "$value" $silently
    check "entry__${value}__the_uninstaller_is_gone_in_the_end" \
        wait_until_gone "$(on_c "$folder")/ntdsbcli-uninstall.exe"
    check_equal "entry__${value}__folder_is_as_before" "$before" "$(picture "$folder")"
    check_equal "entry__${value}__is_not_among_the_installed_programs" 0 "$(entries)"
done
rm "$(on_c uninstall.cmd)"
"$LAB" off "$prefix"
"$LAB" start "$prefix"
check "uninstaller__after_a_restart__drive_is_as_before" drive_is "$TEST_FOLDER/drive-before"

# --- the other name -------------------------------------------------------------------------------

for architecture in "${architectures[@]}"; do
    old_program "delphi-$architecture" "$TEST_FOLDER/waiting-$architecture.exe"
    before=$(picture "delphi-$architecture")
    check "alias_${architecture}__setup__succeeds" setup "delphi-$architecture" /ALIAS
    check "alias_${architecture}__program_that_loads_it__finds_the_functions" \
        program "C:\\delphi-$architecture\\backup.exe" ntdsbclilib.dll
    check "alias_${architecture}__remove__succeeds" setup "delphi-$architecture" /REMOVE
    check_equal "alias_${architecture}__remove__folder_is_as_before" "$before" \
        "$(picture "delphi-$architecture")"
done

# --- somebody else's DLL --------------------------------------------------------------------------

old_program foreign "$STAGE/x64/legacy-backup.exe"
echo 'of somebody else' >"$(on_c foreign)/ntdsbcli.dll"
before=$(picture foreign)
check_exit 6 "foreign_dll__without_replace__is_refused" setup foreign
check_equal "foreign_dll__without_replace__nothing_changed" "$before" "$(picture foreign)"
check "foreign_dll__with_replace__succeeds" setup foreign /REPLACE
check "foreign_dll__with_replace__is_kept" \
    grep -q 'of somebody else' "$(on_c foreign)/ntdsbcli.dll.before-ntdsbcli"
check "foreign_dll__with_replace__ours_is_there" \
    cmp "$tree/x64/ntdsbcli.dll" "$(on_c foreign)/ntdsbcli.dll"
check "foreign_dll__setup_over_itself__succeeds" setup foreign
check "foreign_dll__remove__succeeds" setup foreign /REMOVE
check_equal "foreign_dll__remove__is_put_back" "$before" "$(picture foreign)"

# --- in use ---------------------------------------------------------------------------------------

old_program running "$TEST_FOLDER/waiting-$(architecture "$other_bits").exe"
before=$(picture running)
check "in_use__setup__succeeds" setup running
installed=$(picture running)
hold running
check_exit 5 "in_use__setup_beside_a_running_program__is_refused" setup running
check_exit 5 "in_use__remove__is_refused" setup running /REMOVE
check_equal "in_use__afterwards__nothing_changed" "$installed" "$(picture running)"
let_go
check "in_use__remove_after_its_end__succeeds" setup running /REMOVE
check_equal "in_use__remove__folder_is_as_before" "$before" "$(picture running)"

# A program that has found another DLL, or none yet.
old_program waiting "$TEST_FOLDER/waiting-x64.exe"
before=$(picture waiting)
hold waiting 'C:\waiting\backup.ini' hold
check_exit 5 "in_use__program_runs_without_our_dll__is_refused" setup waiting
keep_output
check "in_use__program_runs_without_our_dll__says_why" kept_output_has 'backup.exe is running'
let_go
check_equal "in_use__program_runs_without_our_dll__nothing_changed" "$before" "$(picture waiting)"

# --- options that are none ------------------------------------------------------------------------

unknown_option() { # OPTION
    check_exit 2 "option__${1}__has_exit_code_2" setup waiting "$1"
    keep_output
    check "option__${1}__is_named" kept_output_has "no option $1"
}
for option in /REMOV /UNINSTALL /TARGET backup.exe; do
    unknown_option "$option"
done
check_equal "option__that_is_none__nothing_changed" "$before" "$(picture waiting)"
check "setup__with_every_option__succeeds" setup waiting /ALIAS /REPLACE '/LOG=C:\setup.log' /NCRC
check "setup__with_every_option__writes_its_log" \
    grep -q 'Installed for C:' <(iconv -f UTF-16 "$(on_c setup.log)")
touch "$(on_c ProgramData/ntdsbcli)/backup.exe.log"
installed=$(picture waiting)
# With its folder it goes on from there, and not from a copy that nobody waits for.
check_exit 2 "uninstaller__option_that_is_none__has_exit_code_2" \
    program 'C:\waiting\ntdsbcli-uninstall.exe' /S /KEEPLOGS '_?=C:\waiting'
check_equal "uninstaller__option_that_is_none__removes_nothing" "$installed" "$(picture waiting)"
check "uninstaller__keeplog__succeeds" program 'C:\waiting\ntdsbcli-uninstall.exe' /S /KEEPLOG
check "uninstaller__keeplog__in_the_end_deletes_itself" \
    wait_until_gone "$(on_c waiting)/ntdsbcli-uninstall.exe"
check_equal "uninstaller__keeplog__folder_is_as_before" "$before" "$(picture waiting)"
check "uninstaller__keeplog__log_is_there" rm "$(on_c ProgramData/ntdsbcli)/backup.exe.log"

# --- what is refused ------------------------------------------------------------------------------

patched() { # FOLDER OFFSET BYTES: legacy-backup with other bytes after its PE signature
    old_program "$1" "$STAGE/x64/legacy-backup.exe"
    local at
    at=$(od -An -tu4 -j60 -N4 "$(on_c "$1")/backup.exe")
    # shellcheck disable=SC2059 # bytes as printf writes them
    printf "$3" | dd of="$(on_c "$1")/backup.exe" bs=1 seek=$((at + $2)) conv=notrunc status=none
}
refused_setup() { # CODE NAME FOLDER WORD
    local before
    before=$(picture "$3")
    check_exit "$1" "refused__${2}__has_exit_code_$1" setup "$3"
    keep_output
    check "refused__${2}__says_why" kept_output_has "$4"
    check_equal "refused__${2}__nothing_changed" "$before" "$(picture "$3")"
}
mkdir "$(on_c missing)"
refused_setup 3 missing_program missing 'program C:.missing.backup.exe does not exist'
patched arm64 4 '\x64\xaa'
refused_setup 4 arm64_program arm64 'ARM'
patched itanium 4 '\x00\x02'
refused_setup 4 itanium_program itanium 'another processor'
patched windows3 0 'NE'
refused_setup 4 program_of_windows_3 windows3 '16-bit'
old_program text "$ROOT/LICENSE"
refused_setup 4 text_file text 'not a program'
old_program dll "$STAGE/x64/ntdsbcli.dll"
refused_setup 4 dll dll 'is a DLL'
for folder in windows windows/system32; do
    cp --remove-destination "$STAGE/x64/legacy-backup.exe" "$(on_c "$folder")/backup.exe"
    check_exit 8 "refused__${folder}__has_exit_code_8" setup "$folder"
    keep_output
    check "refused__${folder}__says_why" kept_output_has 'folder of Windows'
    check "refused__${folder}__has_no_uninstaller" \
        test ! -e "$(on_c "$folder")/ntdsbcli-uninstall.exe"
done
check_exit 2 "refused__no_target__has_exit_code_2" program 'C:\setup.exe' /S
check_exit 3 "refused__remove_where_nothing_is__has_exit_code_3" setup missing /REMOVE
