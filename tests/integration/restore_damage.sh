#!/usr/bin/env bash
# Backups that are not what their token says, and files that changed after the backup: the check
# at the end of a restore finds each, the interlock stays, and a good restore takes over.
. "$(dirname "$0")/lib/restore.sh"

make_small_lab --generate --logs 5
check "backup__last_week__succeeds" backup 64 last-week
check "backup__today__succeeds" backup 64 good
rm "$(fact logs_path)/edb00001.log"
check "backup__without_the_first_log__succeeds" backup 64 later
"$LAB" stop "$prefix"
other=$TEST_FOLDER/other
mkdir "$other"
ese make --database "$other/ntds.dit" --dirty --seed 77 --log-dir "$other" --logs 5 \
    --checkpoint "$other/edb.chk"
bad=$(on_c bad)
page_bytes=8192

HR_READ_VERIFY_FAILURE=0xC80003FA
HR_LOG_FILE_CORRUPT=0xC80001F5
HR_MISSING_LOGS=0xC800022D
HR_INVALID_LOG_SEQUENCE=0xC8000203
HR_BAD_LOG_SIGNATURE=0xC8000212
HR_RESTORE_LOG_TOO_LOW=0xC8000229
HR_RESTORE_LOG_TOO_HIGH=0xC800022A
HR_BAD_DB_SIGNATURE=0xC8000213

# legacy-restore's own check, which finds most of it before, is left out. The backup in C:\bad must
# fail the server's with CODE, and the log say WORD.
found_by_check() { # BITS CODE WORD
    forget_restores
    note_log
    failed_unchanged 6 "DsRestoreRegisterComplete.*$2" restore "$1" bad --no-check
    log_says "$3"
    interlock_is_there
    marker_is_set
}
bits=$other_bits
undamaged=good
# damaged LABEL CODE WORD CMD...: CMD damages a copy of the undamaged backup.
damaged() {
    copy_backup "$undamaged" bad
    "${@:4}"
    bits=$((64 + other_bits - bits))
    check "restore_${bits}__$1__is_found" found_by_check "$bits" "$2" "$3"
}

# --- the database -------------------------------------------------------------------------------------

# Two bits of one page, which no checksum can put right; the page is 19, its data begins at
# (19 + 1) pages.
damaged bits_of_a_page "$HR_READ_VERIFY_FAILURE" 'ntds\.dit.*page 19' damage_file "$bad/ntds.dit" \
    --flip $((20 * page_bytes + 500)):0 --flip $((20 * page_bytes + 5000)):3
damaged one_bit_of_a_page "$HR_READ_VERIFY_FAILURE" 'ntds\.dit.*page 19' \
    damage_file "$bad/ntds.dit" --flip $((20 * page_bytes + 500)):0
damaged swapped_pages "$HR_READ_VERIFY_FAILURE" 'ntds\.dit.*page (30|31)' \
    damage_file "$bad/ntds.dit" --swap 30:31
last=$(($(stat -c %s "$(on_c good)/ntds.dit") / page_bytes - 2))
damaged last_page "$HR_READ_VERIFY_FAILURE" "ntds\\.dit.*page $last" damage_file "$bad/ntds.dit" \
    --flip $(((last + 1) * page_bytes + 100)):1 --flip $(((last + 1) * page_bytes + 200)):2
damaged cut_at_a_page "$HR_READ_VERIFY_FAILURE" 'ntds\.dit' damage_file "$bad/ntds.dit" \
    --truncate $(((last + 1) * page_bytes))
damaged both_headers "$HR_READ_VERIFY_FAILURE" 'ntds\.dit' damage_file "$bad/ntds.dit" \
    --flip 30:0 --flip $((page_bytes + 30)):0
damaged empty_database '0xC8' 'ntds\.dit' truncate -s 0 "$bad/ntds.dit"
damaged foreign_database "$HR_BAD_DB_SIGNATURE" 'ntds\.dit' cp "$other/ntds.dit" "$bad/ntds.dit"
damaged database_of_last_week "$HR_BAD_DB_SIGNATURE" 'ntds\.dit' \
    cp "$(on_c last-week)/ntds.dit" "$bad/ntds.dit"
damaged token_of_last_week "$HR_BAD_DB_SIGNATURE" 'ntds\.dit' \
    cp "$(on_c last-week)/token.bin" "$bad/token.bin"

# Blank pages are legal pages: only the record of the backup tells that they were not blank.
damaged half_of_the_pages_blanked "$HR_READ_VERIFY_FAILURE" 'differs from what was backed up' \
    damage_file "$bad/ntds.dit" --zero-pages $((last / 2)):0
damaged two_pages_blanked "$HR_READ_VERIFY_FAILURE" 'differs from what was backed up' \
    damage_file "$bad/ntds.dit" --zero-pages 30:31
damaged all_pages_blanked "$HR_READ_VERIFY_FAILURE" 'ntds\.dit.*page 1' \
    damage_file "$bad/ntds.dit" --zero-pages 1:0
damaged header_patched_to_clean "$HR_BAD_DB_SIGNATURE" 'ntds\.dit' \
    damage_file "$bad/ntds.dit" --patch-header clean
damaged header_of_a_log "$HR_READ_VERIFY_FAILURE" 'ntds\.dit' \
    damage_file "$bad/ntds.dit" --patch-header log

# --- the logs -----------------------------------------------------------------------------------------

# Generations 3 to 5 are needed; 5 is edb.log.
damaged missing_first_log "$HR_MISSING_LOGS" 'generation.*3' unlist "$bad" edb00003.log
damaged missing_middle_log "$HR_MISSING_LOGS" 'generation.*4' unlist "$bad" edb00004.log
damaged missing_last_log "$HR_MISSING_LOGS" 'generation.*5' unlist "$bad" edb.log
no_logs() {
    local name
    for name in edb00001.log edb00002.log edb00003.log edb00004.log edb.log; do
        unlist "$bad" "$name"
    done
}
damaged no_log_at_all "$HR_MISSING_LOGS" 'log' no_logs
damaged foreign_log "$HR_BAD_LOG_SIGNATURE" 'edb00004\.log' cp "$other/edb00004.log" "$bad/"
damaged log_header "$HR_LOG_FILE_CORRUPT" 'edb00004\.log' damage_file "$bad/edb00004.log" --flip 50:1
damaged log_body "$HR_LOG_FILE_CORRUPT" 'edb00004\.log' damage_file "$bad/edb00004.log" \
    --flip 9000:1 --flip 9100:5
damaged log_cut "$HR_LOG_FILE_CORRUPT" 'edb00004\.log' damage_file "$bad/edb00004.log" \
    --truncate 65536
# Each segment is good by itself: the order of all, or the next log's sum, tells.
for damage in '--zero-segment 3' '--double-segment 3' '--shift-segments up' \
    '--shift-segments down' '--zero-tail 3'; do
    # shellcheck disable=SC2086 # two words on purpose
    damaged "log${damage// /_}" "$HR_LOG_FILE_CORRUPT" 'edb00004\.log' \
        damage_file "$bad/edb00004.log" $damage
done
damaged log_under_the_name_of_another "$HR_INVALID_LOG_SEQUENCE" 'edb00004\.log' \
    cp "$(on_c good)/edb00003.log" "$bad/edb00004.log"

# Logs of the same series, from before and after the backup: what a program leaves behind that
# does not empty the folder first.
add_log() { # FROM NAME
    list "$bad" edb00003.log "$2"
    cp "$1/$2" "$bad/"
}
series=$TEST_FOLDER/series
mkdir "$series"
ese make --from "$(on_c good)/ntds.dit" --log-dir "$series" --logs 8
damaged log_after_the_backup "$HR_RESTORE_LOG_TOO_HIGH" 'edb00006\.log .*newer than the backup' \
    add_log "$series" edb00006.log
damaged current_log_of_a_later_time "$HR_RESTORE_LOG_TOO_HIGH" 'edb\.log .*newer than the backup' \
    cp "$series/edb.log" "$bad/"
damaged current_log_of_an_earlier_time "$HR_RESTORE_LOG_TOO_LOW" 'edb\.log .*older than the backup' \
    cp "$(on_c good)/edb00004.log" "$bad/edb.log"
undamaged=later
damaged log_before_the_backup "$HR_RESTORE_LOG_TOO_LOW" 'edb00001\.log .*older than the backup' \
    add_log "$(on_c good)" edb00001.log
undamaged=good

# --- what is not a fault ------------------------------------------------------------------------------

# Logs older than those the database needs.
copy_backup good bad
unlist "$bad" edb00001.log
check "restore__log_missing_that_nothing_needs__succeeds" restore "$other_bits" bad
# A checkpoint of another directory misleads recovery; none at all does not.
copy_backup good bad
cp "$other/edb.chk" "$bad/edb.chk"
set_aside() {
    note_log
    restore 64 bad
    log_says 'edb\.chk'
    test ! -e "$(fact checkpoint_path)/edb.chk"
    cmp "$other/edb.chk" "$(fact checkpoint_path)/edb.chk.ntdsbcli"
}
check "restore__foreign_checkpoint__is_set_aside" set_aside
rm -f "$(fact checkpoint_path)/edb.chk.ntdsbcli"

# --- and then a good one ------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    copy_backup good bad
    damage_file "$bad/ntds.dit" --swap 30:31
    check "restore_${bits}__swapped_pages_again__is_found" \
        found_by_check "$bits" "$HR_READ_VERIFY_FAILURE" 'page (30|31)'
    note_log
    check "restore_${bits}__good_backup_after_a_bad_one__succeeds" restore "$bits" good
    check "restore_${bits}__good_backup_after_a_bad_one__log_says_that_it_took_over" \
        log_says 'taking over'
    check "restore_${bits}__good_backup_after_a_bad_one__files_are_those_of_the_backup" \
        is_restored good
    check "restore_${bits}__good_backup_after_a_bad_one__leaves_no_interlock" no_interlock
    check "restore_${bits}__good_backup_after_a_bad_one__leaves_the_marker" marker_is_set
done
check "restore__all_these_backups__nothing_is_left" nothing_left 10
"$LAB" destroy "$prefix"

# --- a clean database needs no logs -------------------------------------------------------------------

prefix=$(test_prefix clean)
make_small_lab --generate --recovered
bad=$(on_c bad)
check "backup__clean_database__succeeds" backup 64 good
"$LAB" stop "$prefix"
copy_backup good bad
for name in edb00001.log edb00002.log edb.log; do unlist "$bad" "$name"; done
check "restore__clean_database_without_logs__succeeds" restore "$other_bits" bad
check "restore__clean_database_without_logs__files_are_those_of_the_backup" is_restored bad
damaged page_of_a_clean_database "$HR_READ_VERIFY_FAILURE" 'ntds\.dit.*page 19' \
    damage_file "$bad/ntds.dit" \
    --flip $((20 * page_bytes + 500)):0 --flip $((20 * page_bytes + 5000)):3
