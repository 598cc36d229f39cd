#!/usr/bin/env bash
# Backups where they are kept: which could be restored and why not; and the records of this computer.
. "$(dirname "$0")/lib/doctor.sh"
. "$(dirname "$0")/../integration/lib/vss.sh"

make_small_lab --generate --logs 5
log_folder=$(on_c ProgramData/ntdsbcli)

# --- the records of this computer ------------------------------------------------------------------

backups() { # BITS ARGUMENT...
    doctor "$1" --json --backups "${@:2}"
}
count_of_backups() {
    grep -c '^backups\.[0-9]*\.id ' "$doctor_lines" || true
}
lists() { # COUNT CMD...
    run_json 0 "${@:2}"
    [ "$(count_of_backups)" -eq "$1" ]
}
log_folder_is_missing() {
    [ ! -e "$log_folder" ]
}
rm -rf "$log_folder"
for bits in "${all_bits[@]}"; do
    check "backups_${bits}__none__is_a_note" finds 0 note records.none 'no record' backups "$bits"
    check_equal "backups_${bits}__none__is_an_empty_list" 0 "$(count_of_backups)"
    check "backups_${bits}__none_at_all__exit_22" finds 22 error records.newest 'No backup' \
        backups "$bits" --newest-within 99999
done
check "backups__none__makes_no_log_folder" log_folder_is_missing

check "backup__first__succeeds" backup 64 good
for bits in "${all_bits[@]}"; do
    check "backups_${bits}__one__is_listed" lists 1 backups "$bits"
    check "backups_${bits}__one__is_told" has_finding ok records.backup \
        'by legacy-backup.exe: 7 files, [0-9]+ bytes, verified; expires 20'
    check "backups_${bits}__one_just_made__is_new_enough" finds 0 ok records.newest 'within 1 hour' \
        backups "$bits" --newest-within 1
done
# The values are for programs.
has_value() { # NAME VALUE
    grep -xF "backups.0.$1 $2" "$doctor_lines" || {
        grep '^backups\.0\.' "$doctor_lines"
        return 1
    }
}
bytes_of() { # FOLDER
    (cd "$1" && cat ntds.dit edb* | wc -c)
}
check "backups__one__program" has_value program legacy-backup.exe
check "backups__one__computer" has_value computer "$(server)"
check "backups__one__files" has_value files 7
check "backups__one__bytes" has_value bytes "$(bytes_of "$(on_c good)")"
check "backups__one__verified" has_value verified true
check "backups__one__time_is_iso" grep -E \
    '^backups\.0\.made 20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$' \
    "$doctor_lines"
record=$(echo "$log_folder"/backup-*.txt)
id=$(basename "${record#*/backup-}" .txt)
check "backups__one__id" has_value id "$id"

reg_set 'HKLM\SOFTWARE\ntdsbcli' Verify REG_SZ off
check "backup__second__succeeds" backup "$other_bits" unverified
reg_remove 'HKLM\SOFTWARE\ntdsbcli' Verify
check "backup__third__succeeds" backup "$other_bits" other
set_time() { # KEY VALUE FILE...
    sed -i "s/^$1 .*/$1 $2\r/" "${@:3}"
}
hours_ago() { # HOURS
    date -u -d "$1 hours ago" +%FT%TZ
}
set_time completed "$(hours_ago 60)" "$log_folder"/backup-*.txt
set_time completed "$(hours_ago 30)" "$record"
set_time expires "$(hours_ago 1)" "$record"
for bits in "${all_bits[@]}"; do
    check "backups_${bits}__three__are_listed" lists 3 backups "$bits"
    check "backups_${bits}__three__newest_is_first" has_value id "$id"
    check "backups_${bits}__one_unverified__says_so" has_finding ok records.backup 'not verified'
    check "backups_${bits}__one_expired__says_so" has_finding ok records.backup 'expired 20'
    check "backups_${bits}__newest_is_30_hours_old__within_29__exit_22" finds 22 error \
        records.newest 'more than 29 hour' backups "$bits" --newest-within 29
    check "backups_${bits}__newest_is_30_hours_old__within_31__exit_0" finds 0 ok records.newest \
        'within 31 hour' backups "$bits" --newest-within 31
done

# The clock was ahead during one backup: that is not the newest one until it is right again.
for bits in "${all_bits[@]}"; do
    set_time completed "$(hours_ago -240)" "$record"
    check "backups_${bits}__one_of_the_future__exit_3_and_its_id" finds 3 warning records.future \
        "$id.*ahead of" backups "$bits"
    check "backups_${bits}__one_of_the_future__is_not_the_newest" finds 22 error records.newest \
        'more than 59 hour' backups "$bits" --newest-within 59
    check "backups_${bits}__one_of_the_future__next_one_is_the_newest" finds 3 ok records.newest \
        'within 61 hour' backups "$bits" --newest-within 61
    set_time completed "$(hours_ago -23)" "$record"
    check "backups_${bits}__one_of_less_than_a_day_ahead__is_the_newest" finds 0 ok records.newest \
        'within 1 hour' backups "$bits" --newest-within 1
done
set_time completed "$(hours_ago -25)" "$log_folder"/backup-*.txt
check "backups__all_of_the_future__exit_22" finds 22 error records.newest 'No backup' backups 64 \
    --newest-within 99999
set_time completed "$(hours_ago 60)" "$log_folder"/backup-*.txt

set_time completed never "$record"
check "backups__one_damaged__exit_3" finds 3 warning records.unread '^1 record' backups 64
check_equal "backups__one_damaged__others_are_listed" 2 "$(count_of_backups)"
check_exit 3 "backups__as_text__exit_3" doctor 64 --backups --newest-within 61
rm "$record" # of the backup "good", which has no record from here on

# --- a folder of legacy-backup ---------------------------------------------------------------------

check_backup() { # BITS NAME ARGUMENT...
    doctor "$1" --json --check-backup "C:\\$2" "${@:3}"
}
contents() { # NAME
    (cd "$(on_c "$1")" && find . -type f -printf '%p %m %T@\n' -exec sha256sum {} + | sort)
}
before=$(contents good)
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__good_with_its_record__exit_0" finds 0 ok backup.result 'can be restored' \
        check_backup "$bits" other
    check "backup_${bits}__good_with_its_record__whose" has_finding ok backup.origin \
        "of computer $(server), made by legacy-backup.exe, complete at 20"
    check "backup_${bits}__good_with_its_record__until_when" has_finding ok backup.expiry 'until 20'
    check "backup_${bits}__good_with_its_record__says_so" has_finding ok backup.record \
        'compared with the record'
    check "backup_${bits}__good_with_its_record__is_read" has_finding ok backup.check \
        'ntds.dit: .* every page good'
    check "backup_${bits}__good_with_its_record__bytes" has_value bytes "$(bytes_of "$(on_c other)")"

    check "backup_${bits}__good_without_a_record__exit_3_and_what_is_unseen" finds 3 warning \
        backup.record 'blanked' check_backup "$bits" good
    check "backup_${bits}__good_without_a_record__whose" has_finding ok backup.origin \
        "of computer $(server), made at 20"
    check "backup_${bits}__good_without_a_record__can_be_restored" has_finding ok backup.result \
        'can be restored'
    check "backup_${bits}__good_without_a_record__program_is_unknown" has_value program null
    check "backup_${bits}__read_unverified__is_a_warning" finds 3 warning backup.record \
        'not verified' check_backup "$bits" unverified
done
check_equal "backup__checked__is_unchanged" "$before" "$(contents good)"

# bad OF LABEL ID PATTERN CMD...: CMD damages a copy of the backup OF, which then cannot be restored.
bits=$other_bits
bad() {
    copy_backup "$1" bad
    "${@:5}"
    bits=$((64 + other_bits - bits))
    check "backup_${bits}__$1_$2__exit_19" finds 19 error "$3" "$4" check_backup "$bits" bad
}
bad_folder=$(on_c bad)
bad other without_a_log backup.files 'edb00004.log is missing, but logs.bin lists it' \
    rm "$bad_folder/edb00004.log"
check "backup__without_a_log__engine_would_miss_it" has_finding error backup.check \
    'logs are missing: generations 0x4 to 0x4'
check "backup__without_a_log__has_the_code" has_finding error backup.check hrMissingRestoreLogFiles
check "backup__without_a_log__result" has_finding error backup.result 'cannot be restored'
bad good without_a_log backup.check 'logs are missing: generations 0x4 to 0x4' \
    rm "$bad_folder/edb00004.log"
bad good without_a_log_that_recovery_does_without backup.files 'edb00002.log is missing' \
    rm "$bad_folder/edb00002.log"
check "backup__without_a_log_that_recovery_does_without__says_so" has_finding warning backup.check \
    'logs are missing: generations 0x2 to 0x2'
bad other segment_zeroed backup.check 'edb00003.log: segment 6: out of order' \
    damage_file "$bad_folder/edb00003.log" --zero-segment 5
bad good tail_zeroed backup.check 'edb00003.log.*does not hold what the next log says' \
    damage_file "$bad_folder/edb00003.log" --zero-tail 5
bad other pages_swapped backup.check 'ntds.dit: page 3[01]' \
    damage_file "$bad_folder/ntds.dit" --swap 30:31
bad other pages_blanked backup.check 'ntds.dit: the content differs from what was backed up' \
    damage_file "$bad_folder/ntds.dit" --zero-pages 30:31
bad other without_the_database backup.files 'ntds.dit is missing' rm "$bad_folder/ntds.dit"
bad other with_another_token backup.check 'from another backup than the token' \
    cp "$(on_c good)/token.bin" "$bad_folder/"
bad other with_a_damaged_token backup.token 'damaged, or is not an expiry token' \
    damage_file "$bad_folder/token.bin" --flip 100:1
bad other with_another_products_token backup.token 'not an expiry token of this product' \
    cp "$bad_folder/names.bin" "$bad_folder/token.bin"
bad other expired backup.expiry 'has expired: it could be restored until 20' \
    "$ROOT/tests/lab/date_token.sh" "$bad_folder/token.bin" created
check "backup__expired__its_files_are_checked_all_the_same" has_finding ok backup.check \
    'every page good'
bad other of_the_future backup.expiry 'clock of this computer.* before the backup was made' \
    "$ROOT/tests/lab/date_token.sh" "$bad_folder/token.bin" "$(filetime '2 days')" \
    "$(filetime '9 days')"
bad other without_a_list backup.files 'logs.bin is missing or damaged' rm "$bad_folder/logs.bin"
check "backup__without_a_list__its_files_are_found_all_the_same" has_finding ok backup.check \
    'Found 5 log'
bad other without_locations backup.files 'locations.bin is missing' \
    rm "$bad_folder/locations.bin"
bad other of_an_interrupted_program backup.files 'not a complete backup' \
    mv "$bad_folder/token.bin" "$bad_folder/token.bin.part"
check "backup__that_is_not_there__exit_19" finds 19 error backup.files 'error 2' \
    check_backup 64 nowhere
check "backup__that_is_a_file__exit_19" finds 19 error backup.files 'is not a folder' \
    check_backup 64 'good\ntds.dit'

copy_backup good bad
damage_file "$bad_folder/ntds.dit" --zero-pages 30:31
check "backup__pages_blanked_without_a_record__are_unseen_and_that_is_said" finds 3 warning \
    backup.record 'cannot be detected' check_backup 64 bad
copy_backup other bad
damage_file "$bad_folder" --checkpoint foreign
before=$(contents bad)
check "backup__with_a_foreign_checkpoint__is_a_note" finds 0 note backup.check \
    'edb.chk is not the checkpoint of this backup' check_backup 64 bad
check_equal "backup__with_a_foreign_checkpoint__is_unchanged" "$before" "$(contents bad)"
copy_backup other bad
cp "$(on_c other)/edb00003.log" "$bad_folder/edb00999.log"
check "backup__with_a_stray_file__only_the_lists_count" finds 0 ok backup.result 'can be restored' \
    check_backup 64 bad
chmod -R a-w "$bad_folder"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__read_only__exit_0" finds 0 ok backup.result 'can be restored' \
        check_backup "$bits" bad
done
chmod -R u+w "$bad_folder"
check "backup__made_with_the_A_functions__succeeds" backup "$other_bits" ansi --ansi
check "backup__made_with_the_A_functions__exit_0" finds 0 ok backup.result 'can be restored' \
    check_backup 64 ansi
deep=$(printf 'a%.0s' {1..120})
mkdir -p "$(on_c "$deep/$deep")"
cp -r "$(on_c other)" "$(on_c "$deep/$deep")/"
check "backup__below_a_long_path__exit_0" finds 0 ok backup.result 'can be restored' \
    check_backup "$other_bits" "$deep\\$deep\\other"

# --- files that another product kept ---------------------------------------------------------------

kept() { # BITS TOKEN FILE...
    doctor "$1" --json --check-backup --token "$2" "${@:3}"
}
mkdir -p "$(on_c kept/database)" "$(on_c kept/logs)"
cp "$(on_c other)/ntds.dit" "$(on_c kept/database)/A1"
cp "$(on_c other)"/edb* "$(on_c kept/logs)/"
cp "$(on_c other)/token.bin" "$(on_c kept)/B2"
for bits in "${all_bits[@]}"; do
    check "files_${bits}__of_another_product__exit_0" finds 0 ok backup.result 'can be restored' \
        kept "$bits" 'C:\kept\B2' 'C:\kept\logs\edb*' 'C:\kept\database\A1'
    check "files_${bits}__of_another_product__are_compared_with_the_record" has_finding ok \
        backup.record 'compared with the record'
    check "files_${bits}__without_the_database__exit_19" finds 19 error backup.files \
        'no database among' kept "$bits" 'C:\kept\B2' 'C:\kept\logs\edb*'
done
check "files__without_the_logs__exit_19" finds 19 error backup.check 'dirty and has no logs' \
    kept 64 'C:\kept\B2' 'C:\kept\database\A1'
check "files__of_another_token__exit_19" finds 19 error backup.check 'another backup than' \
    kept 64 'C:\good\token.bin' 'C:\kept\logs\edb*' 'C:\kept\database\A1'
check "files__one_is_not_of_a_backup__is_left_out" finds 0 note backup.files 'names.bin is neither' \
    kept "$other_bits" 'C:\kept\B2' 'C:\kept\logs\edb*' 'C:\kept\database\A1' 'C:\other\names.bin'
check "files__one_is_missing__exit_19" finds 19 error backup.files 'C:.none cannot be read' \
    kept 64 'C:\kept\B2' 'C:\kept\logs\edb*' 'C:\kept\database\A1' 'C:\none'
check "files__two_databases__exit_19" finds 19 error backup.files 'second database' \
    kept 64 'C:\kept\B2' 'C:\kept\logs\edb*' 'C:\kept\database\A1' 'C:\good\ntds.dit'
check "files__token_is_missing__exit_19" finds 19 error backup.token 'cannot be read' \
    kept 64 'C:\none' 'C:\kept\database\A1'
check "files__folder_with_a_token_elsewhere__exit_0" finds 0 ok backup.result 'can be restored' \
    kept 64 'C:\kept\B2' 'C:\other'
check_exit 2 "files__of_one_name__exit_2" kept 64 'C:\kept\B2' 'C:\kept\logs\edb.log' 'C:\good\EDB.LOG'
keep_output
check "files__of_one_name__are_named" kept_output_has 'C:.kept.logs.edb.log, C:.good.EDB.LOG'

# --- a folder of vss-backup ------------------------------------------------------------------------

check "vss_backup__succeeds" vss_backup vss
before=$(contents vss)
for bits in "${all_bits[@]}"; do
    check "vss_${bits}__good__exit_0" finds 0 ok backup.result 'can be restored' \
        check_backup "$bits" vss
    check "vss_${bits}__good__says_what_was_not_compared" has_finding note backup.token \
        'are not compared'
    check "vss_${bits}__good__whose" has_finding ok backup.origin \
        "of computer $(server), made by vss-backup"
    check "vss_${bits}__good__is_of_this_computer" has_finding ok backup.installation 'not refused'
    check "vss_${bits}__good__until_when" has_finding ok backup.expiry 'until 20'
done
check_equal "vss__checked__is_unchanged" "$before" "$(contents vss)"
bad vss without_a_log backup.files 'edb00004.log is missing, but backup.txt lists it' \
    rm "$bad_folder/edb00004.log"
check "vss__without_a_log__engine_would_miss_it" has_finding error backup.check \
    'logs are missing: generations 0x4 to 0x4'
bad vss segment_zeroed backup.check 'edb00003.log: segment 6: out of order' \
    damage_file "$bad_folder/edb00003.log" --zero-segment 5
bad vss pages_blanked backup.check 'ntds.dit: the content differs from what was backed up' \
    damage_file "$bad_folder/ntds.dit" --zero-pages 30:31
bad vss with_another_checkpoint backup.check 'edb.chk is not what was backed up' \
    damage_file "$bad_folder" --checkpoint foreign
bad vss document_changed backup.check 'writer.xml is not what was backed up' \
    truncate -s -2 "$bad_folder/writer.xml"
bad vss document_missing backup.files 'components.xml is missing' rm "$bad_folder/components.xml"
bad vss list_cut backup.files 'backup.txt that is damaged' truncate -s -10 "$bad_folder/backup.txt"
bad vss expired backup.expiry 'until 2001-01-01' \
    set_time expires 2001-01-01T00:00:00Z "$bad_folder/backup.txt"

bad vss of_the_future backup.expiry 'clock of this computer.* before the backup was made' \
    touch -d '+2 days' "$bad_folder/backup.txt"
touch -d '+20 hours' "$bad_folder/backup.txt"
check "vss__of_less_than_a_day_ahead__exit_0" finds 0 ok backup.result 'can be restored' \
    check_backup 64 bad

bad vss file_listed_twice backup.files 'backup.txt that is damaged' \
    sed -i '/edb00001.log/{p;s/edb00001/EDB00001/}' "$bad_folder/backup.txt"
copy_backup vss bad
sed -i 's/^computer .*/computer OTHERDC\r/' "$bad_folder/backup.txt"
check "vss__of_another_computer__exit_3_and_says_so" finds 3 warning backup.installation \
    "on computer OTHERDC; this is $(server): vss-restore refuses it" check_backup 64 bad

copy_backup vss version1
to_version_1 "$(on_c version1)"
check "vss__of_version_1__exit_0" finds 0 ok backup.result 'can be restored' \
    check_backup 64 version1
bad version1 pages_blanked backup.check 'ntds.dit is not what was backed up' \
    damage_file "$bad_folder/ntds.dit" --zero-pages 30:31
copy_backup vss bad
sed -i 's/^computer .*/&\ninstance instance1\r/' "$bad_folder/backup.txt"
check "vss__of_ad_lds__names_the_instance" finds 0 ok backup.origin 'AD LDS instance instance1' \
    check_backup "$other_bits" bad

# --- where it need not work for backups ------------------------------------------------------------

check "backup__without_privileges__exit_0" finds 0 ok backup.result 'can be restored' \
    without_privilege SeBackupPrivilege 64 ntdsdoctor --json --check-backup 'C:\other'
"$LAB" stop "$prefix"
reg_set 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions' ProductType REG_SZ ServerNT
rm -rf "$log_folder"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__on_another_computer__can_be_restored" finds 3 ok backup.result \
        'can be restored' check_backup "$bits" other
    check "backup_${bits}__on_another_computer__says_what_is_unseen" has_finding warning \
        backup.record 'no record of this backup on this computer'
done
check "backup__on_another_computer__makes_no_log_folder" log_folder_is_missing
check "doctor__after_all__nothing_is_left" nothing_left 5
