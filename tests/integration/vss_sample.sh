#!/usr/bin/env bash
# vss-backup and vss-restore beside the legacy pair: the same bytes, the same VSS calls, and what the
# guide in samples/README.md says of both.
. "$(dirname "$0")/lib/vss.sh"
. "$(dirname "$0")/../package/lib/package.sh"
GUIDE=$ROOT/samples/README.md

make_small_lab --generate

# --- under load: one instant, the frozen one ------------------------------------------------------

check "vss_backup__running_directory__succeeds" vss_backup load
keep_output
check "vss_backup__success__says_files_size_time_and_rate" \
    kept_output_has '^Backup complete: [0-9]+ files, .* in [0-9]+:[0-9]{2}, .*/s\.'
check "vss_backup__folder__is_what_backup.txt_says" vss_is_complete "$(on_c load)"
expires_as_the_writer_says() { # FOLDER
    tr -d '\r' <"$1/backup.txt" | sed -n 's/^expires //p' >"$TEST_FOLDER/expires"
    iconv -f UTF-16 -t UTF-8 "$1/metadata.txt" | tr -d '\r\n' | diff - <(tr -d '\n' <"$TEST_FOLDER/expires")
}
check "vss_backup__backup.txt__expires_as_the_writer_says" expires_as_the_writer_says "$(on_c load)"
check "vss_backup__files__verify_and_are_of_one_instant" verifies "$(on_c load)"
check "vss_backup__database__is_that_of_the_freeze" is_the_frozen_moment "$(on_c load)"
check "vss_backup__every_file__is_on_the_disk_before_the_records" \
    is_flushed_first flushed 4 vss_backup flushed
check "vss_backup__afterwards__no_shadow" nothing_left 5

# --- the same bytes, by the same calls ------------------------------------------------------------

pause_writing
check "backup__legacy__succeeds" \
    env NTDSBCLI_LOG=4 VSSAPI_LOG='C:\legacy-backup.calls' "$LAB" exec "$prefix" legacy-backup \
    "$(server)" 'C:\legacy'
check "backup__vss__succeeds" with_call_log vss-backup.calls vss_backup vss
check "backup__both__have_equal_files" same_backup "$(on_c legacy)" "$(on_c vss)"
check_equal "backup__both__make_the_same_vss_calls" \
    "$(vss_calls legacy-backup.calls)" "$(vss_calls vss-backup.calls)"
check "vss_backup__odd_buffer__succeeds" vss_backup odd --buffer 65537
check "vss_backup__odd_buffer__has_equal_files" same_backup "$(on_c legacy)" "$(on_c odd)"

# --- restore ------------------------------------------------------------------------------------

check "vss_restore__running_directory__exit_3" fails_with 3 'is not stopped' vss_restore vss
check "vss_restore__running_directory_dry_run__says_the_old_places" \
    fails_with 3 'D:.NTDS.ntds.dit' vss_restore vss --dry-run
"$LAB" stop "$prefix"
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
check "vss_restore__dry_run__changes_nothing" \
    refused_unchanged 0 'Dry run: nothing was changed' vss_restore vss --dry-run
destroy_directory
check "restore__vss__succeeds" with_call_log vss-restore.calls vss_restore vss
check "restore__vss__files_are_those_of_the_backup" is_restored vss
check "restore__vss__leaves_no_interlock" no_interlock
check "restore__vss__leaves_the_marker" marker_is_set
vss_contents=$(directory_contents)
destroy_directory
check "restore__legacy__succeeds" \
    env NTDSBCLI_LOG=4 VSSAPI_LOG='C:\legacy-restore.calls' "$LAB" exec "$prefix" legacy-restore \
    "$(server)" 'C:\legacy'
check_equal "restore__both__leave_the_same_files" "$vss_contents" "$(directory_contents)"
check_equal "restore__both__make_the_same_vss_calls" \
    "$(vss_calls legacy-restore.calls)" "$(vss_calls vss-restore.calls)"

# --- the guide's table ----------------------------------------------------------------------------

# "Function: Method Method ..." for each row of the table that has VSS calls.
rows_of_the_guide() {
    # shellcheck disable=SC2016 # the guide's own backquotes
    sed -nE 's/^\| (`Ds[^|]*)\|[^|]*\| (`[^|]*)\|$/\1: \2/p' "$GUIDE" | tr -d '`' | sed 's/ *:/:/; s/ *$//'
}
# The same from the logs of a backup and a restore: what the trace has between "begins" and the
# result. Registry and file operations are no VSS calls; GetIdentity is a method of another
# interface.
rows_of_the_log() {
    local log
    for log in legacy-backup legacy-restore; do
        tr -d '\r' <"$(product_log "$log")"
    done | sed -nE 's/^.{23} +[0-9]+ T (Ds[A-Za-z]+) begins$/call \1/p
                    s/^.{23} +[0-9]+ T   ([A-Z][A-Za-z]+)( \(.*\))?: 0x00000000$/vss \1/p' |
        awk '$1 == "call" { if (methods != "") print name ":" methods; name = $2; methods = "" }
             $1 == "vss" && $2 !~ /^Reg/ { methods = methods " " $2 }
             END { if (methods != "") print name ":" methods }'
}
check_equal "guide__table__is_what_the_log_shows" "$(rows_of_the_log)" "$(rows_of_the_guide)"
# The logs of the embedded VSS know methods that the trace does not name.
calls_of_the_guide() { # BEGIN-OF-FUNCTION: a backup's or a restore's rows
    rows_of_the_guide | sed -n "s/^$1[^:]*: //p" | tr ' ' '\n'
}
for kind in backup restore; do
    check_equal "guide__table__is_what_vss_${kind}_calls" \
        "$(calls_of_the_guide "Ds${kind^}")" \
        "$(vss_calls "vss-$kind.calls" | grep -xF "$(calls_of_the_guide "Ds${kind^}" | sort -u)")"
done
every_export_is_in_the_guide() {
    local name
    while read -r name _; do
        case $name in *A | *W) name=${name%?} ;; esac
        grep -q "^| .*\`$name\`" "$GUIDE" || {
            echo "the table does not name $name"
            return 1
        }
    done < <(tr -d '\r' <"$ROOT/shim/api/exports.txt")
}
check "guide__table__names_every_function" every_export_is_in_the_guide

# --- what is refused --------------------------------------------------------------------------------

tamper() { # NAME FILE SED-EXPRESSION: a copy of C:\vss as C:\NAME
    copy_backup vss "$1"
    sed -i "$3" "$(on_c "$1")/$2"
}
forget_restores
before=$(directory_contents && registry "$NTDS_KEY" /s)
copy_backup vss damaged
damage_file "$(on_c damaged)/ntds.dit" --flip 70000:0 --flip 70100:3
check "vss_restore__damaged_page__exit_6" \
    fails_with 6 '"ntds.dit" in the backup folder is damaged: page 7 at byte 65536' \
    vss_restore damaged
# A blank page is a legal page: only the digest tells.
copy_backup vss blank
damage_file "$(on_c blank)/ntds.dit" --zero-pages 30:31
check "vss_restore__blanked_page__exit_6" \
    fails_with 6 '"ntds.dit" in the backup folder is not what was backed up' vss_restore blank
copy_backup vss otherlog
damage_file "$(on_c otherlog)/edb00001.log" --zero-tail 3
check "vss_restore__log_without_its_tail__exit_6" \
    fails_with 6 '"edb00001.log" in the backup folder is not what was backed up' \
    vss_restore otherlog
copy_backup vss missing
rm "$(on_c missing)/edb00001.log"
check "vss_restore__missing_file__exit_6" fails_with 6 'edb00001.log' vss_restore missing
# A name that promises no database, so that no page would be looked at.
copy_backup vss unjudged
rm "$(on_c unjudged)/ntds.dit"
printf hello >"$(on_c unjudged)/temp.edb"
sed -i "s|^file database .*|file database 5 bytes $(printf hello | sha256sum | cut -d ' ' -f 1) D:\\\\NTDS\\\\temp.edb\r|" \
    "$(on_c unjudged)/backup.txt"
check "vss_restore__database_that_no_check_would_read__exit_6" \
    fails_with 6 'its database has the name of another kind of file' vss_restore unjudged
copy_backup vss half
rm "$(on_c half)/backup.txt"
check "vss_restore__no_backup.txt__exit_6" \
    fails_with 6 'not a complete backup' vss_restore half
# shellcheck disable=SC2016 # sed's last line
tamper cut backup.txt '$d'
check "vss_restore__backup.txt_cut_short__exit_6" \
    fails_with 6 '"backup.txt" in the backup folder is damaged' vss_restore cut
tamper gap backup.txt '/edb00002.log/d'
check "vss_restore__log_that_is_not_listed__exit_6" \
    fails_with 6 'files in the backup folder: logs are missing: edb00002.log' vss_restore gap
tamper twice backup.txt '/edb00001.log/{p;s/edb00001/EDB00001/}'
check "vss_restore__file_listed_twice__exit_6" \
    fails_with 6 '"backup.txt" in the backup folder lists a file twice' vss_restore twice
tamper unknown backup.txt '1s/2/3/'
check "vss_restore__backup.txt_of_a_newer_version__exit_6" \
    fails_with 6 '"backup.txt" in the backup folder is damaged, or not from' vss_restore unknown
tamper leaves backup.txt 's|edb00001.log|..|'
check "vss_restore__name_that_leaves_the_folder__exit_6" \
    fails_with 6 'backup.txt' vss_restore leaves
copy_backup vss version1
to_version_1 "$(on_c version1)"
check "vss_restore__backup.txt_of_version_1__is_read" \
    refused_unchanged 0 'Dry run: nothing was changed' vss_restore version1 --dry-run
printf '\1' | dd of="$(on_c version1)/edb.chk" bs=1 seek=8001 conv=notrunc status=none
check "vss_restore__other_bytes_with_version_1__exit_6" \
    fails_with 6 '"edb.chk" in the backup folder is not what was backed up' vss_restore version1
tamper old backup.txt 's/^expires .*/expires 2020-01-01T00:00:00Z\r/'
check "vss_restore__expired_backup__exit_6" fails_with 6 'expired at 2020' vss_restore old
copy_backup vss ahead
touch -d '+2 days' "$(on_c ahead)/backup.txt"
check "vss_restore__clock_days_before_the_backup__exit_6" \
    fails_with 6 'clock of this computer.* more than a day before "backup.txt" was written' \
    vss_restore ahead
touch -d '+20 hours' "$(on_c ahead)/backup.txt"
check "vss_restore__clock_hours_before_the_backup__is_read" refused_unchanged 0 \
    'Dry run: nothing was changed' vss_restore ahead --dry-run
tamper foreign backup.txt 's/^computer .*/computer OTHERDC\r/'
check "vss_restore__backup_of_another_computer__exit_6" fails_with 6 \
    "is a backup of computer OTHERDC; this is $(server)" vss_restore foreign
check "vss_restore__backup_of_another_computer_dry_run__exit_6" \
    fails_with 6 'add --other-computer' vss_restore foreign --dry-run
check "vss_restore__backup_of_another_computer_that_is_allowed__is_read" refused_unchanged 0 \
    'the backup was made on computer OTHERDC' vss_restore foreign --other-computer --dry-run
tamper xml components.xml 's/n/m/'
check "vss_restore__other_document__exit_6" \
    fails_with 6 'components.xml.*is not what was backed up' vss_restore xml
check "vss_restore__document_that_vss_cannot_read__exit_6" fails_with 6 \
    'components.xml in the backup folder is damaged' with_fault 'InitializeForRestore=0x80042310' \
    vss_restore vss
check "vss_restore__other_computer__exit_3" \
    fails_with 3 'is not this computer' "$LAB" exec "$prefix" vss-restore otherdc 'C:\vss'
check "vss_restore__backup_of_ntds_into_adlds__exit_2" \
    fails_with 2 'is a backup of Active Directory' vss_restore vss --adlds instance1
check_equal "vss_restore__refused__changes_nothing" "$before" \
    "$(directory_contents && registry "$NTDS_KEY" /s)"
check "vss_restore__pre_restore_fails__exit_5" \
    fails_with 5 'PreRestore.* failed: VSS_E_WRITERERROR_NONRETRYABLE' \
    env VSSAPI_FAULT='PreRestore=0x800423F4' "$LAB" exec "$prefix" vss-restore "$(server)" 'C:\vss'
check "vss_restore__pre_restore_fails__keeps_the_marker" marker_is_set
forget_restores
check_equal "vss_restore__pre_restore_fails__changes_nothing_else" "$before" \
    "$(directory_contents && registry "$NTDS_KEY" /s)"

# In $processes.
find_processes() { # PROGRAM NAME
    mapfile -t processes < <(processes_running "$1" "$1\.exe.* C:.$2")
    [ "${#processes[@]}" -gt 0 ]
}
# The interlock comes before PreRestore.
wait_for_interlock() {
    local end=$((SECONDS + 60))
    until interlock_is_there >/dev/null 2>&1; do [ "$SECONDS" -lt "$end" ]; done
}
stopped_in_pre_restore() {
    local output=$TEST_FOLDER/stopped-restore
    VSSAPI_FAULT='PreRestore:async=0,60000' vss_restore vss >"$output" 2>&1 </dev/null &
    job=$!
    wait_for_interlock
    find_processes vss-restore vss
    kill -INT "${processes[@]}"
    end_of_job
    cat "$output"
    [ "$code" -eq 1 ]
    grep -q 'stopped; THE DIRECTORY IS NOT RESTORED' "$output"
    grep -q 'Its files are as they were before' "$output"
    interlock_is_there
}
check "vss_restore__ctrl_c_in_pre_restore__says_that_the_interlock_stays" stopped_in_pre_restore
check_equal "vss_restore__ctrl_c_in_pre_restore__changes_no_file" "$vss_contents" \
    "$(directory_contents && old_folders)"
forget_restores

# --- a directory that starts meanwhile ------------------------------------------------------------

# meanwhile CODE WORD FAULT CMD...: the restore waits there while CMD runs, and ends like this.
meanwhile() {
    local output=$TEST_FOLDER/meanwhile job code=0
    : >"$output"
    VSSAPI_FAULT=$3 vss_restore vss >"$output" 2>&1 </dev/null &
    job=$!
    grep -qm 1 'Preparing the restore' < <(tail -n +1 -f --pid="$job" "$output")
    "${@:4}" </dev/null
    wait "$job" || code=$?
    cat "$output"
    [ "$code" -eq "$1" ]
    grep -q "$2" "$output"
}
started_before_it_is_registered() {
    meanwhile 3 'is not stopped' 'GatherWriterMetadata=0,15000' "$LAB" start "$prefix"
    "$LAB" stop "$prefix"
    grep -q 'no file was changed' "$TEST_FOLDER/meanwhile"
    no_interlock
}
# The lab's directory does not start on half a database: it is no domain controller's any more.
product_is() { # TYPE
    "$LAB" exec "$prefix" reg add 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions' \
        /v ProductType /t REG_SZ /d "$1" /f >/dev/null
}
is_no_controller() {
    wait_for_interlock
    product_is ServerNT
}
not_stopped_before_the_end() {
    meanwhile 3 'is not stopped' 'PreRestore=0,12000' is_no_controller
    product_is LanmanNT
    grep -q 'THE DIRECTORY IS NOT RESTORED' "$TEST_FOLDER/meanwhile"
    interlock_is_there
}
check "vss_restore__directory_starts_before_register__exit_3_and_nothing_is_registered" \
    started_before_it_is_registered
check "vss_restore__not_known_to_be_stopped_before_the_end__exit_3_and_keeps_the_interlock" \
    not_stopped_before_the_end
check_equal "vss_restore__not_known_to_be_stopped_before_the_end__puts_the_old_files_back" '' "$(old_folders)"

# Its files are open then, so none of them can be moved aside; the logs that were are put back.
started_before_the_copy() {
    meanwhile 7 'cannot move aside' 'PreRestore=0,20000' starts_after_the_interlock
    "$LAB" stop "$prefix"
    grep -q 'Its files are as they were before' "$TEST_FOLDER/meanwhile"
    grep -q 'It may be running: stop it' "$TEST_FOLDER/meanwhile"
    interlock_is_there
}
starts_after_the_interlock() {
    wait_for_interlock
    "$LAB" start "$prefix"
}
forget_restores
check "vss_restore__directory_starts_before_the_copy__exit_7_and_says_to_stop_it" started_before_the_copy
check_equal "vss_restore__directory_starts_before_the_copy__puts_the_old_files_back" '' "$(old_folders)"
forget_restores

# Its files are restored where they were, and that is not where they are looked for.
logs_are_looked_for_in() { # FOLDER
    "$LAB" exec "$prefix" reg add "$NTDS_KEY\\Parameters" /v 'Database log files path' /t REG_SZ /d "$1" /f >/dev/null
}
folder_changes() {
    wait_for_interlock
    logs_are_looked_for_in 'C:\Elsewhere'
}
folder_changed_before_the_end() {
    meanwhile 6 '"edb.*log" was restored to .*does not find it' 'PreRestore=0,12000' folder_changes
    logs_are_looked_for_in "$logs_folder"
    grep -q 'THE DIRECTORY IS NOT RESTORED' "$TEST_FOLDER/meanwhile"
    interlock_is_there
}
logs_folder=$(registry "$NTDS_KEY\\Parameters" /v 'Database log files path' |
    sed -n 's/.*REG_SZ *//p')
mkdir "$(on_c Elsewhere)"
check "vss_restore__folder_of_the_logs_changes__exit_6_and_keeps_the_interlock" folder_changed_before_the_end
check_equal "vss_restore__folder_of_the_logs_changes__puts_the_old_files_back" '' "$(old_folders)"
forget_restores

# --- what was restored is read back ---------------------------------------------------------------

# A log that nobody expects comes after the old files were listed, and before the copy is checked.
restore_with_a_foreign_log() {
    local output=$TEST_FOLDER/foreign pid code=0
    : >"$output"
    VSSAPI_FAULT='PreRestore=0,3000' "$LAB" exec "$prefix" vss-restore "$(server)" 'C:\vss' \
        >"$output" 2>&1 &
    pid=$!
    grep -qm 1 'Checking the backup' < <(tail -n +1 -f --pid="$pid" "$output")
    cp "$(on_c vss)/edb00001.log" "$(fact logs_path)/edb00077.log"
    wait "$pid" || code=$?
    cat "$output"
    [ "$code" -eq 6 ]
    rm "$(fact logs_path)/edb00077.log"
    grep -q 'edb00077.log" does not belong to the backup' "$output"
    grep -q 'THE DIRECTORY IS NOT RESTORED' "$output"
}
vss_contents=$(directory_contents)
check "vss_restore__foreign_log_beside_the_copy__exit_6" restore_with_a_foreign_log
check_equal "vss_restore__foreign_log_beside_the_copy__puts_the_old_files_back" \
    "$vss_contents" "$(directory_contents && old_folders)"
check "vss_restore__foreign_log_beside_the_copy__keeps_the_interlock" interlock_is_there
# While the logs are copied the disk spoils what was written before: the source stays good.
spoiled_after_the_copy() { # CODE WORD CMD...
    local output=$TEST_FOLDER/spoiled job code=0
    : >"$output"
    vss_restore vss --buffer 16 >"$output" 2>&1 </dev/null &
    job=$!
    grep -qm 1 '^ntds.dit (1 of' < <(tail -n +1 -f --pid="$job" "$output")
    "${@:3}"
    wait "$job" || code=$?
    cat "$output"
    [ "$code" -eq "$1" ]
    grep -q "$2" "$output"
    grep -q 'Its files are as they were before' "$output"
    interlock_is_there
}
vss_contents=$(directory_contents)
check "vss_restore__page_spoiled_behind_the_copy__exit_6" spoiled_after_the_copy \
    6 '"ntds.dit" in the directory is damaged: page 7' \
    damage_file "$(fact database_path)" --flip 70000:0 --flip 70100:3
check_equal "vss_restore__page_spoiled_behind_the_copy__puts_the_old_files_back" "$vss_contents" \
    "$(directory_contents && old_folders)"
check "vss_restore__page_blanked_behind_the_copy__exit_6" spoiled_after_the_copy \
    6 '"ntds.dit" in the directory is not what was backed up' \
    damage_file "$(fact database_path)" --zero-pages 30:31
check_equal "vss_restore__page_blanked_behind_the_copy__puts_the_old_files_back" "$vss_contents" \
    "$(directory_contents && old_folders)"
# Wine takes a file that nobody may write to for one that is read-only.
check "vss_restore__copy_that_is_read_only__exit_7" spoiled_after_the_copy \
    7 '"ntds.dit" in the directory is read-only' chmod a-w "$(fact database_path)"
check_equal "vss_restore__copy_that_is_read_only__puts_the_old_files_back" "$vss_contents" \
    "$(directory_contents && old_folders)"
# A checkpoint of another name than the directory's, which will not look for it.
copy_backup vss more
printf more >"$(on_c more)/more.chk"
sed -i '/^end/d' "$(on_c more)/backup.txt"
printf 'file checkpoint 4 bytes %s D:\\NTDS\\more.chk\r\nend\r\n' \
    "$(sha256sum <"$(on_c more)/more.chk" | cut -d ' ' -f 1)" >>"$(on_c more)/backup.txt"
check "vss_restore__file_that_is_not_found_again__exit_6_and_old_files_back" failed_unchanged 6 \
    '"more.chk" was restored to .*does not find it' vss_restore more
# The writer is the last that can fail.
check "vss_restore__post_restore_fails__exit_5_and_old_files_back" \
    failed_unchanged 5 'PostRestore.* failed: ' with_fault 'PostRestore=0x80042302' vss_restore vss
check "vss_restore__post_restore_fails__keeps_the_interlock" interlock_is_there
cp "$(on_c vss)/edb00001.log" "$(fact logs_path)/edb00077.log"
check "vss_restore__the_next_one__succeeds" vss_restore vss
check "vss_restore__the_next_one__removes_the_interlock" no_interlock
check "vss_restore__the_next_one__removes_the_foreign_log" is_restored vss
check_equal "vss_restore__the_next_one__leaves_no_folder_of_old_files" "" "$(old_folders)"
check "vss_restore__delete_old__succeeds" vss_restore vss --delete-old
check "vss_restore__delete_old__files_are_those_of_the_backup" is_restored vss
check "vss_restore__no_check__exit_2" fails_with 2 'unknown option --no-check' \
    vss_restore vss --no-check

none=$(on_c none)
check "vss_backup__stopped_directory__exit_3" refused 3 'not online' "$none" vss_backup none
"$LAB" start "$prefix"
check "vss_backup__other_computer__exit_3" refused 3 'is not this computer' "$none" \
    "$LAB" exec "$prefix" vss-backup otherdc 'C:\none'
check "vss_backup__unknown_option__exit_2" refused 2 'unknown option --ansi' "$none" \
    vss_backup none --ansi
# Each segment that is left is sound by itself: a copy alone would not notice.
log=$(fact logs_path)/edb00001.log
cp "$log" "$TEST_FOLDER/good.log"
damage_file "$log" --zero-segment 3
check "vss_backup__log_lacks_a_segment__exit_6" refused 6 '"edb00001.log" is damaged: .*order' \
    "$none" vss_backup none
cp "$TEST_FOLDER/good.log" "$log"
damage_file "$log" --zero-tail 3
check "vss_backup__log_lacks_its_end__exit_6" refused 6 'recovery would refuse the logs' "$none" \
    vss_backup none
check "legacy_backup__log_lacks_its_end__exit_6" refused 6 'DsBackupEnd' "$none" \
    "$LAB" exec "$prefix" legacy-backup "$(server)" 'C:\none'
cp "$TEST_FOLDER/good.log" "$log"
long_name=$(printf 'n%.0s' {1..400})
check "vss_backup__instance_name_of_400_letters__exit_1_and_is_marked_as_cut" \
    refused 1 'AD LDS instance n+\.\.\.\) failed with 0x80070057' "$none" vss_backup none --adlds "$long_name"
check_exit 7 "vss_backup__folder_with_a_backup__exit_7" vss_backup vss
keep_output
check "vss_backup__folder_with_a_backup__says_so" kept_output_has 'holds a complete backup'
for fault in CreateVssBackupComponents=0x80070005:4 DoSnapshotSet:async=0x8004231F:5 \
    BackupComplete=0x80042315:5; do
    check "vss_backup__${fault%:*}__exit_${fault##*:}" \
        refused "${fault##*:}" "${fault%%[:=]*}.* failed: .*0x8" "$none" \
        env VSSAPI_FAULT="${fault%:*}" "$LAB" exec "$prefix" vss-backup "$(server)" 'C:\none'
done
# --- stopped, killed ------------------------------------------------------------------------------

# hanging_backup NAME: in the background, until the shadow copy is being made, which has no end. Sets
# $job and $processes.
hanging_backup() {
    : >"$(on_c "$1.calls")"
    VSSAPI_FAULT='Copy=0,600000' VSSAPI_LOG="C:\\$1.calls" vss_backup "$1" \
        >"$TEST_FOLDER/$1.out" 2>&1 </dev/null &
    job=$!
    grep -qm 1 ' Freeze ' < <(tail -n +1 -f --pid="$job" "$(on_c "$1.calls")")
    find_processes vss-backup "$1"
}
# What makes a folder a backup cannot be written: another program has its name.
blocked_backup() {
    local output=$TEST_FOLDER/blocked
    : >"$output"
    VSSAPI_FAULT='DoSnapshotSet=0,3000' vss_backup blocked >"$output" 2>&1 </dev/null &
    job=$!
    grep -qm 1 'Preparing the backup' < <(tail -n +1 -f --pid="$job" "$output")
    touch "$(on_c blocked)/backup.txt.part"
    end_of_job
    cat "$output"
    [ "$code" -eq 7 ]
    [ "$(ls "$(on_c blocked)")" = backup.txt.part ]
}
check "vss_backup__backup.txt_cannot_be_written__exit_7_and_no_file_stays" blocked_backup
hanging_backup stopped
kill -INT "${processes[@]}"
end_of_job
check_equal "vss_backup__ctrl_c_while_the_shadow_is_made__exit_1" 1 "$code"
check "vss_backup__ctrl_c_while_the_shadow_is_made__says_so" \
    grep -q 'stopped; no backup was made' "$TEST_FOLDER/stopped.out"
check "vss_backup__ctrl_c_while_the_shadow_is_made__leaves_no_folder" test ! -e "$(on_c stopped)"
hanging_backup killed
kill -KILL "${processes[@]}"
end_of_job
check "vss_backup__killed_while_the_shadow_is_made__leaves_no_shadow" nothing_left 15
check "vss_backup__killed_while_the_shadow_is_made__the_next_succeeds" vss_backup after-kill

# --- damage ---------------------------------------------------------------------------------------

live_differs() { # FOLDER
    ! cmp -s "$(fact database_path)" "$1/ntds.dit"
}
damage_file "$(fact database_path)" --flip 311335:7
check "backup__single_bit__legacy_succeeds" backup 64 legacy-bit
check "backup__single_bit__vss_succeeds" vss_backup vss-bit
check "backup__single_bit__both_have_equal_files" same_backup "$(on_c legacy-bit)" "$(on_c vss-bit)"
check "backup__single_bit__is_corrected" ese check "$(on_c vss-bit)/ntds.dit"
check "backup__single_bit__was_wrong_in_the_live_file" live_differs "$(on_c vss-bit)"
printf 'half a page' >>"$(fact database_path)"
check "vss_backup__half_a_page_at_the_end__exit_6" \
    refused 6 'ntds.dit.* is damaged: .* at byte' "$none" vss_backup none
truncate -s -11 "$(fact database_path)"
damage_file "$(fact database_path)" --flip 311340:3
check "vss_backup__damaged_page__exit_6" refused 6 'ntds.dit.* is damaged: .* at byte' "$none" \
    vss_backup none
check "vss_backup__afterwards__no_shadow_is_left" nothing_left 5
