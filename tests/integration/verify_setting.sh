#!/usr/bin/env bash
# The setting Verify: "off" hands a backup's bytes out as they are, says so in the log, works for the
# whole machine only, and never makes the check of a restore less than that of the headers.
. "$(dirname "$0")/lib/restore.sh"

make_small_lab --generate
pause_writing
database=$(fact database_path)
page_bytes=8192
# The last page, which the directory does not rewrite.
page_start=$(($(stat -c %s "$database") - page_bytes))
none=$(on_c none)

damage_directory() { # ACTION...
    "$LAB" stop "$prefix"
    damage_file "$database" "$@"
    "$LAB" start "$prefix"
}
set_verify() { # ROOT WORD
    "$LAB" exec "$prefix" reg add "$1\\SOFTWARE\\ntdsbcli" /v Verify /t REG_SZ /d "$2" /f /reg:64 \
        >/dev/null
}
run() { # BITS
    "$LAB" exec "--$1" "$prefix" legacy-backup "$(server)" 'C:\none'
}
warnings() {
    tr -d '\r' <"$(product_log legacy-backup)" | grep -c 'the setting Verify is off' || true
}
# Twice in the same words, so that the second Prepare is seen to say it as well.
warns_at_every_prepare() {
    local before
    before=$(warnings)
    backup 64 "warn1-$before"
    backup "$other_bits" "warn2-$before"
    [ "$(warnings)" -eq $((before + 2)) ]
}

# --- one wrong bit: corrected, or left as it is ---------------------------------------------------

damage_directory --flip $((page_start + 500)):3
check "verify_full__flipped_bit__backup_succeeds" backup 64 full
check "verify_full__flipped_bit__is_corrected_in_the_backup" \
    ese check "$(on_c full)/ntds.dit"
check_equal "verify_full__log__has_no_such_warning" 0 "$(warnings)"
set_verify HKLM headers-only
check "verify_headers_only__flipped_bit__backup_succeeds" backup "$other_bits" headers
check "verify_headers_only__flipped_bit__is_corrected_in_the_backup" \
    cmp "$(on_c full)/ntds.dit" "$(on_c headers)/ntds.dit"
set_verify HKLM off
for bits in "${all_bits[@]}"; do
    check "verify_off_${bits}__flipped_bit__backup_succeeds" backup "$bits" "off$bits"
    check "verify_off_${bits}__flipped_bit__bytes_are_the_files_own" \
        cmp "$database" "$(on_c "off$bits")/ntds.dit"
done
check "verify_off__log__warns_at_every_prepare" warns_at_every_prepare

# --- a bad page and a bad header: found, or handed out --------------------------------------------

damage_directory --flip $((page_start + 900)):5
for bits in "${all_bits[@]}"; do
    check "verify_off_${bits}__bad_page__backup_succeeds" backup "$bits" "bad$bits"
    check "verify_off_${bits}__bad_page__bytes_are_the_files_own" \
        cmp "$database" "$(on_c "bad$bits")/ntds.dit"
done
set_verify HKLM headers-only
check "verify_headers_only__bad_page__backup_is_refused" refused 6 0xC80003FA "$none" run 64
# What no restore would take is no backup, whatever the setting says.
set_verify HKLM off
damage_file "$database" --flip 30:0 --flip $((page_bytes + 30)):0
check "verify_off__bad_headers__backup_is_refused" refused 6 'DsBackupPrepare.*0xC80003FA' "$none" \
    run 64
damage_file "$database" --flip 30:0 --flip $((page_bytes + 30)):0

# --- for the whole machine only -------------------------------------------------------------------

set_verify HKLM full
set_verify HKCU off
check "verify_off__of_a_user__is_not_heeded" refused 6 0xC80003FA "$none" run 64
check "verify_off__of_the_environment__is_not_heeded" refused 6 0xC80003FA "$none" \
    env NTDSBCLI_VERIFY=off "$LAB" exec "$prefix" legacy-backup "$(server)" 'C:\none'
check "verify__afterwards__nothing_is_left" nothing_left 10

# --- a restore ------------------------------------------------------------------------------------

"$LAB" stop "$prefix"
check "verify_full__restore_with_a_bad_page__is_found" \
    fails_with 6 'DsRestoreRegisterComplete.*0xC80003FA' restore 64 bad64 --no-check
set_verify HKLM off
check "verify_off__restore_with_a_bad_page__counts_as_headers_only" restore 64 bad64 --no-check
copy_backup full header
damage_file "$(on_c header)/ntds.dit" --flip 100:1 --flip $((page_bytes + 100)):1
check "verify_off__restore_with_bad_headers__is_found" \
    fails_with 6 'DsRestoreRegisterComplete.*0xC80003FA' restore "$other_bits" header --no-check
copy_backup full log
rm "$(on_c log)/edb.log"
unlist "$(on_c log)" edb.log
check "verify_off__restore_without_its_current_log__is_found" \
    fails_with 6 'DsRestoreRegisterComplete' restore 64 log --no-check
