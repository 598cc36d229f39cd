#!/usr/bin/env bash
# Who can read what backups and restores make. Wine gives files and folders that ask for nothing what
# LAB_UMASK leaves: here, as on a disk of Windows, all accounts can read them.
. "$(dirname "$0")/lib/adlds.sh"

export LAB_UMASK=022

# Nobody but owner and group, which is what Wine makes of SYSTEM and Administrators.
is_private() { # FOLDER...
    local folder mode
    for folder in "$@"; do
        mode=$(stat -c %a "$folder")
        [ "${mode: -1}" = 0 ] || {
            echo "$folder has mode $mode"
            return 1
        }
    done
}
everyone_can_read() { # FILE
    [ $((0$(stat -c %a "$1") & 4)) -ne 0 ]
}
says() { # PATTERN CMD...: it succeeds and says so (grep -E)
    "${@:2}" >"$TEST_FOLDER/said" 2>&1
    tr -d '\r' <"$TEST_FOLDER/said"
    grep -qE -- "$1" "$TEST_FOLDER/said"
}
says_not() { # PATTERN CMD...
    "${@:2}" >"$TEST_FOLDER/said" 2>&1
    ! grep -E -- "$1" "$TEST_FOLDER/said"
}
WARNING='warning: .*(read|access rights)'

"$LAB" create "$prefix" --generate
# What Wine takes for a CD has no access lists, and can be written all the same.
mkdir "$prefix/drive_s"
ln -s ../drive_s "$prefix/dosdevices/s:"
"$LAB" exec "$prefix" reg add 'HKLM\Software\Wine\Drives' /v s: /d cdrom /f >/dev/null
add_adlds one
"$LAB" start "$prefix"
adlds_service start one

# --- backups ----------------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    check "legacy_backup_${bits}__new_folders__succeeds_without_a_warning" \
        says_not "$WARNING" backup "$bits" "made$bits\\above\\first"
    check "legacy_backup_${bits}__new_folders__are_closed_to_users" \
        is_private "$(on_c "made$bits")" "$(on_c "made$bits/above")" "$(on_c "made$bits/above/first")"
    check "minimal_legacy_${bits}__new_folder__succeeds" \
        "$LAB" exec "--$bits" "$prefix" minimal-legacy "$(server)" "C:\\small$bits"
    check "minimal_legacy_${bits}__new_folder__is_closed_to_users" is_private "$(on_c "small$bits")"
done
check "vss_backup__new_folders__succeeds_without_a_warning" \
    says_not "$WARNING" vss_backup 'vss\first'
check "vss_backup__new_folders__are_closed_to_users" is_private "$(on_c vss)" "$(on_c vss/first)"
check "minimal_vss__new_folder__succeeds" "$LAB" exec "$prefix" minimal-vss 'C:\small'
check "minimal_vss__new_folder__is_closed_to_users" is_private "$(on_c small)"
check "vss_backup__adlds__succeeds" vss_backup lds --adlds one

mkdir -m 755 "$(on_c open)" "$(on_c open2)"
mkdir -m 700 "$(on_c closed)"
check "legacy_backup__folder_that_everyone_can_read__succeeds_with_a_warning" \
    says 'warning: ordinary users can read or change what is in the folder "C:.open"' backup 64 open
keep_output
check "legacy_backup__folder_that_everyone_can_read__is_mended_by_icacls" kept_output_has \
    'icacls "C:.open" /inheritance:r /grant:r "\*S-1-5-18:\(OI\)\(CI\)F" .* /remove \*S-1-1-0$'
check "vss_backup__folder_that_everyone_can_read__succeeds_with_a_warning" \
    says 'warning: ordinary users can read or change what is in the folder "C:.open2"' vss_backup open2
check "legacy_backup__folder_of_its_owner__succeeds_without_a_warning" \
    says_not "$WARNING" backup 64 closed
check "legacy_backup__disk_without_access_lists__succeeds_with_a_warning" \
    says 'warning: the file system of "S:.first" has no access rights' \
    "$LAB" exec "$prefix" legacy-backup "$(server)" 'S:\first'

# --- restores ---------------------------------------------------------------------------------------

"$LAB" stop "$prefix"
adlds_service stop one
ntds=$(dirname "$(fact database_path)")
record() {
    cat "$(on_c ProgramData/ntdsbcli)"/restore-*.txt | tr -d '\r'
}
record_says() { # PATTERN
    record | grep -E -- "$1" >"$TEST_FOLDER/found" || {
        record
        return 1
    }
}

forget_record() {
    rm -f "$(on_c ProgramData/ntdsbcli)"/restore-*.txt
}

for bits in "${all_bits[@]}"; do
    forget_record
    check "restore_${bits}__files_that_everyone_can_read__succeeds" \
        restore "$bits" "made$bits\\above\\first"
    check "restore_${bits}__files_that_everyone_can_read__are_so" everyone_can_read "$ntds/ntds.dit"
    check "restore_${bits}__database_that_everyone_can_read__is_in_the_record" record_says \
        '^Everyone can read C:.*NTDS.ntds\.dit, .* Run: icacls "C:.*NTDS.ntds\.dit" .* /remove \*S-1-1-0$'
    check "restore_${bits}__logs_that_everyone_can_read__are_in_one_line_of_the_record" record_says \
        '^Everyone can read C:.*NTDS.edb.*\.log and [0-9]+ more log.* Run: icacls "C:.*NTDS.edb\*" '
done

# The folder of the old files, while the restore waits for the writer.
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
old_folder_is_private() {
    local job folder code=1
    VSSAPI_FAULT='PostRestore:async:1=0,5000' restore 64 'made64\above\first' &
    job=$!
    until folder=$(old_folders) && [ -n "$folder" ]; do kill -0 "$job"; pause; done
    is_private "$folder" && code=0
    wait "$job"
    return "$code"
}
check "restore__old_files_aside__are_closed_to_users" old_folder_is_private

rm -rf "$ntds"
check "restore__folder_of_the_directory_lost__succeeds" restore 64 'made64\above\first'
check "restore__folder_of_the_directory_lost__new_one_is_closed_to_users" is_private "$ntds"

rm -rf "$(adlds_path one)"
check "vss_restore__folder_of_the_instance_lost__names_the_right_of_its_service" \
    says 'The new one is for SYSTEM, Administrators and its owner' vss_restore lds --adlds one
check_output >"$TEST_FOLDER/kept"
check "vss_restore__folder_of_the_instance_lost__gives_the_command" kept_output_has \
    '^    icacls ".*Microsoft ADAM.one.data" /grant "ACCOUNT:\(OI\)\(CI\)F"'
check "vss_restore__folder_of_the_instance_lost__new_one_is_closed_to_users" \
    is_private "$(adlds_path one)"

# As in a folder of Windows that lets nobody else in.
"$LAB" off "$prefix"
export LAB_UMASK=077
forget_record
check "restore__files_of_system_and_administrators__succeeds" restore 64 'made64\above\first'
check "restore__files_of_system_and_administrators__are_so" is_private "$ntds/ntds.dit"
record_is_quiet() {
    grep -q 'the restore is complete' <(record)
    ! record | grep -E 'can read|icacls|not known'
}
check "restore__files_of_system_and_administrators__are_not_in_the_record" record_is_quiet
