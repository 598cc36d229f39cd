#!/usr/bin/env bash
# The kit that proves the product on a real Windows, in the lab: prove.cmd finds what is right, and
# each of its checks fails when what it looks at is broken. Programs of Windows are stand-ins.
. "$(dirname "$0")/lib/proof.sh"

need_32bit "kit__of_both_bitnesses__proves"
make_package
make_small_lab --generate
unpack_kit

# --- as it should be ------------------------------------------------------------------------------

check_exit 0 "level_1__healthy__nothing_fails" prove
for claim in windows-doctor private-pipe checksums hostile-input retries restore-verified windows-keys; do
    check "level_1__${claim}__is_proved" says "$claim" proved
done
check "level_1__page__has_every_row_and_what_was_found" page_has windows-doctor proved
check_equal "level_1__page__has_as_many_rows_as_ours" "$(grep -c '^| [a-z]' "$ROOT/tests/PROVED.md")" \
    "$(grep -c '^| [a-z]' "$out/proof.md")"
check "level_1__page__other_rows_say_nothing" page_has one-instant '-'
check_equal "level_1__claims_of_level_2__are_not_in_it" '' "$(outcome windows-shadows)"

header_of_database
check_exit 0 "level_2__healthy__nothing_fails" prove /level:2
for claim in windows-vss windows-shadows windows-esentutl windows-recovery killed-backup two-backups hosts-job \
    backup-rights; do
    check "level_2__${claim}__is_proved" says "$claim" proved
done
check "level_2__without_ldap__mount_is_not_possible" says windows-mount 'not possible here'
check "level_2__event_logs_of_wine__are_not_possible" says windows-events 'not possible here'
check "level_2__afterwards__no_work_folder" test -z "$(find "$out" -name 'ntdsprove-*')"
check "level_2__afterwards__nothing_is_left" nothing_left 5
check "level_2__afterwards__no_record_of_its_backups" \
    test -z "$(find "$(on_c ProgramData/ntdsbcli)" -name 'backup-*')"

check "results__have_the_providers" grep -q '"{b5946137-7b9f-4925-af80-51abd60b20d5}"' "$out/proof.json"
no_secrets() {
    ! grep -qiw -e "$(server)" -e "$(id -un)" "$out/proof.json"
}
check "results__computer_and_account__are_not_in_them" no_secrets

prove_into() { # FOLDER
    "$LAB" exec "$prefix" cmd /c "$(windows_path "$kit/prove.cmd")" "/out:$1" </dev/null
}
check_exit 0 "out__that_is_missing__is_made" prove_into 'C:\new\'
check "out__that_is_missing__has_the_results" test -s "$(on_c new/proof.md)"

# --- each check, with what it looks at broken -----------------------------------------------------

# A shadow copy that was not there at first, and stays.
rm -f "$system"/vssadmin-called-*.txt
echo 'Schattenkopievolume: \\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy99' \
    >"$system/vssadmin-more.txt"
header 'Clean Shutdown' '0-0'
mv "$kit/x86/ntdsdoctor.exe" "$kit/x86/away.exe"
mv "$kit/x64/test_retry.exe" "$kit/x64/away.exe"
cp "$STAGE/lab/x64/stand-in.exe" "$kit/x64/test_token.exe"
printf '0\n[  PASSED  ]\n' >"$kit/x64/test_token.txt"
check_exit 1 "level_2__all_this_broken__fails" prove /level:2 /wait:3
check "broken__shadow_copy_is_left__fails" says windows-shadows failed
check "broken__esentutl_sees_another_state__fails" says windows-esentutl failed
check "broken__page__says_so" page_has windows-shadows '\*\*FAILED\*\*'
check "broken__killed_backup_leaves_one__fails" says killed-backup failed
rm "$system/vssadmin-more.txt"

check "broken__doctor_is_missing__fails" says windows-doctor failed
check "broken__test_program_is_missing__fails" says retries failed
check "stand_in__that_passes__is_proved" says restore-verified proved
mv "$kit/x86/away.exe" "$kit/x86/ntdsdoctor.exe"
mv "$kit/x64/away.exe" "$kit/x64/test_retry.exe"

# A program that says that all is well and does nothing, and a test program that fails.
printf '1\n[  PASSED  ]\n' >"$kit/x64/test_token.txt"
mv "$kit/x64/legacy-backup.exe" "$kit/x64/away.exe"
cp "$STAGE/lab/x64/stand-in.exe" "$kit/x64/legacy-backup.exe"
echo 0 >"$kit/x64/legacy-backup.txt"
check_exit 1 "level_2__program_that_does_nothing__fails" prove /level:2
check "broken__test_program_fails__fails" says restore-verified failed
for claim in windows-vss two-backups hosts-job backup-rights; do
    check "broken__program_does_nothing__${claim}_fails" says "$claim" failed
done
check "broken__program_does_nothing__its_death_is_not_possible" \
    says killed-backup 'not possible here'
mv "$kit/x64/away.exe" "$kit/x64/legacy-backup.exe"

# --- Ctrl-C ---------------------------------------------------------------------------------------

# In the middle of a backup: its programs end, and everything of the kit goes.
stopped_proof() {
    local job end=$((SECONDS + 120)) id code=0
    prove /level:2 /only >"$TEST_FOLDER/stopped" 2>&1 &
    job=$!
    until [ -n "$(find "$out" -path '*/ntdsprove-*/legacy*/*.part' -print -quit)" ]; do
        [ "$SECONDS" -lt "$end" ] && kill -0 "$job" || return 1
        pause
    done
    for id in $(processes_running ntdsprove 'ntdsprove\.exe'); do kill -INT "$id"; done
    wait "$job" || code=$?
    cat "$TEST_FOLDER/stopped"
    [ "$code" -eq 3 ] && grep -q 'stopped; there are no results' "$TEST_FOLDER/stopped"
}
check "ctrl_c__in_a_backup__says_so" stopped_proof
check "ctrl_c__in_a_backup__no_work_folder" test -z "$(find "$out" -name 'ntdsprove-*')"
check "ctrl_c__in_a_backup__nothing_is_left" nothing_left 5

# --- the command line -----------------------------------------------------------------------------

for words in /level:4 /level: /adlds: /wait:x /what; do
    check_exit 2 "command_line__${words}__exit_2" prove "$words"
done
check_exit 3 "out__below_windows__exit_3" prove_into 'C:\windows\proof'
check_exit 3 "out__too_long__exit_3" prove_into "C:\\$(printf '%0100d' 0)"
mkdir "$out/ntdsprove-1"
check_exit 3 "out__of_a_proof_that_did_not_end__exit_3" prove
check "out__of_a_proof_that_did_not_end__is_kept" rmdir "$out/ntdsprove-1"
mv "$kit/claims.md" "$kit/away.md"
check_exit 3 "kit__without_its_page__exit_3" prove
mv "$kit/away.md" "$kit/claims.md"
mv "$kit/x64/ntdsprove.exe" "$kit/x64/away.exe"
check_exit 2 "kit__without_its_program__says_so" prove

# --- a server that is no domain controller --------------------------------------------------------

"$LAB" destroy "$prefix"
make_server instance1
adlds_service start instance1
header_of_database "$(adlds_path instance1)/adamntds.dit"
check_exit 0 "adlds__level_2__nothing_fails" prove /level:2 /adlds:instance1
check "adlds__backups__are_proved" says windows-adlds proved
check "adlds__shadow_copies__are_as_before" says windows-shadows proved
check "adlds__afterwards__nothing_is_left" nothing_left 5

# --- a 32-bit Windows -----------------------------------------------------------------------------

"$LAB" destroy "$prefix"
prefix=$(test_prefix windows32)
make_lab --generate --win32
unpack_kit
stand_ins x86
header_of_database
check_exit 0 "windows32__level_2__nothing_fails" prove /level:2
for claim in windows-doctor windows-vss two-backups killed-backup; do
    check "windows32__${claim}__is_proved" says "$claim" proved
done
check "windows32__afterwards__nothing_is_left" nothing_left 5
