#!/usr/bin/env bash
# A restore on a computer whose VSS is broken: it goes on without, and says so. With legacy-restore in
# both bitnesses, vss-restore and ntdsdoctor --fix-restore-lock.
. "$(dirname "$0")/lib/restore.sh"
. "$(dirname "$0")/../doctor/lib/doctor.sh"

safe_mode='InitializeForRestore=0x8007043C;InitializeForBackup=0x8007043C'
make_small_lab --generate
check "backup__to_restore_from__is_made" backup 64 kept
check "vss_backup__to_restore_from__is_made" "$LAB" exec "$prefix" vss-backup "$(server)" 'C:\vss'
"$LAB" stop "$prefix"
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1

# wine: the vssapi.dll that Wine brings, as in a lab that was made with --no-vss.
break_vss() { # gone|wine
    local folder
    for folder in system32 syswow64; do
        [ "$folder" = system32 ] || runs_32bit || continue
        rm -f "$(on_c "windows/$folder")/vssapi.dll"
        [ "$1" = gone ] ||
            cp "$(test_prefix plain)/drive_c/windows/$folder/vssapi.dll" "$(on_c "windows/$folder")/"
    done
    [ "$1" = gone ] || reg_remove 'HKCU\Software\Wine\DllOverrides' vssapi
}
complete_with() { # BACKUP: what a restore must leave
    is_restored "$1" && no_interlock && marker_is_set
}
# NAME BITS CALL REASON CMD...: CALL is in the line of the log that says what failed.
check_restore() {
    destroy_directory
    forget_restores
    note_log
    rm -f "$(on_c ProgramData/ntdsbcli)"/restore-*.txt
    check "$1_$2__restore__succeeds" "${@:5}"
    check "$1_$2__restore__is_complete" complete_with kept
    check "$1_$2__restore__warns_in_the_log" \
        log_says " W The restore goes on without VSS and without the NTDS writer: .*$4"
    check "$1_$2__restore__warns_in_the_record" grep -qr "goes on without VSS .*$4" \
        "$(on_c ProgramData/ntdsbcli)" --include 'restore-*.txt'
    check "$1_$2__restore__warns_in_the_event_log" log_says 'Event Log: event 208'
    check "$1_$2__restore__names_the_call_that_failed" log_says " E   $3.* failed: "
}
check_fix() { # NAME BITS CMD...
    leave_lock
    check "$1_$2__fix__exit_0" finds 0 ok action.restore-lock 'All checks passed' \
        "${@:3}" doctor "$2" --json --fix-restore-lock --token 'C:\kept\token.bin'
    check "$1_$2__fix__says_so" has_finding note action.check 'goes on without VSS'
    check "$1_$2__fix__is_complete" complete_with kept
}
# The directory is stopped: nothing keeps it from being restored.
check_doctor() { # NAME CMD...
    check "$1__doctor__warns_only" finds 3 warning vss.answer 'VSS cannot be used' \
        "${@:2}" doctor 64 --json
    check "$1__doctor__says_that_a_restore_needs_none" \
        grep -q '^findings\.[0-9]*\.next A restore does not need VSS' "$doctor_lines"
}

export NTDSBCLI_LOG=4
"$LAB" clone "$(test_prefix plain)"
for bits in "${all_bits[@]}"; do
    check_restore safe_mode "$bits" InitializeForRestore 'does not start in safe mode' \
        with_fault "$safe_mode" restore "$bits" kept
    check_fix safe_mode "$bits" with_fault "$safe_mode"
done
check_doctor safe_mode with_fault "$safe_mode"

# The program may restore; who broke the rights of DCOM broke VSS.
denied='InitializeForRestore=0x80070005;InitializeForBackup=0x80070005'
check_restore access_denied 64 InitializeForRestore E_ACCESSDENIED \
    with_fault "$denied" restore 64 kept
check_doctor access_denied with_fault "$denied"

declare -A fails=([gone]='Loading vssapi.dll' [wine]=CreateVssBackupComponents)
for kind in gone wine; do
    break_vss "$kind"
    for bits in "${all_bits[@]}"; do
        check_restore "$kind" "$bits" "${fails[$kind]}" NTDSVSS_E_UNAVAILABLE \
            restore "$bits" kept
        check_fix "$kind" "$bits"
    done
    check_doctor "$kind"
    destroy_directory
    forget_restores
    check "${kind}__vss_restore__succeeds_and_says_so" fails_with 0 'goes on without VSS' \
        "$LAB" exec "$prefix" vss-restore "$(server)" 'C:\vss'
    check "${kind}__vss_restore__is_complete" complete_with vss
done
check "afterwards__nothing_is_left" nothing_left 5
