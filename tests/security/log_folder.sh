#!/usr/bin/env bash
# The log folder is no way to make an elevated program write elsewhere: planted folders, links of
# every kind at each file that DLL, broker and ntdsdoctor write there, a folder exchanged while the
# log is open. Backups and restores go on all the same.
#
# Wine shows a file of another account of this machine as another owner's, and one that everybody
# may write to as that; it follows symbolic links whatever a program asks for.
. "$(dirname "$0")/../integration/lib/restore.sh"
. "$(dirname "$0")/../doctor/lib/doctor.sh"

make_small_lab --generate
reg_set 'HKLM\SOFTWARE\ntdsbcli' LogLevel REG_DWORD 4
logs=$(on_c ProgramData/ntdsbcli)
elsewhere=$(on_c elsewhere)
victim=$elsewhere/victim

new_folder() {
    rm -rf "$logs" "$elsewhere"
    mkdir "$elsewhere"
    echo theirs >"$victim"
}
victim_is_as_it_was() {
    [ "$(ls -A "$elsewhere")" = victim ] && [ "$(cat "$victim")" = theirs ]
}
back_up() { # BITS
    rm -rf "$(on_c copy)"
    backup "$1" copy
}

# --- the folder -----------------------------------------------------------------------------------

made_for_administrators() {
    back_up 64
    [ "$(stat -c %a "$logs")" = 700 ]
    [ -z "$(find "$logs" -type f -perm /077)" ]
    grep -q 'Broker serves process' "$(product_log legacy-backup)"
}
new_folder
check "folder__made_by_the_product__is_closed_to_others" made_for_administrators

of_another_account() {
    mkdir "$logs"
    chown nobody "$logs"
}
for_everybody() {
    mkdir -m 777 "$logs"
}
for_everybody_below() {
    mkdir "$logs"
    chmod 777 "$(on_c ProgramData)"
}
a_link() {
    ln -s ../elsewhere "$logs"
}
is_empty() { # also if it is the link
    [ -z "$(find "$logs/" -mindepth 1 ! -name victim)" ]
}
# Nothing is written to it or through it, and the doctor says why.
refused() { # PLANT BITS PATTERN
    new_folder
    "$1"
    back_up "$2" || return 1
    victim_is_as_it_was || return 1
    is_empty || return 1
    finds 17 error log.folder-unsafe "$3" doctor "$2" --json
    is_empty
}
for bits in "${all_bits[@]}"; do
    check_as_root "folder_${bits}__of_another_account__stays_empty" refused of_another_account \
        $bits 'its owner is'
    check "folder_${bits}__that_everybody_may_write_to__stays_empty" refused for_everybody $bits \
        'S-1-1-0. may write to it'
    check "folder_${bits}__in_one_that_everybody_may_change__stays_empty" \
        refused for_everybody_below $bits 'ProgramData, is not safe'
    chmod 755 "$(on_c ProgramData)"
    check "folder_${bits}__that_is_a_link__is_not_followed" refused a_link $bits 'is a link'
done

linked_above() {
    new_folder
    ln -s elsewhere "$(on_c linked)"
    reg_set 'HKLM\SOFTWARE\ntdsbcli' LogFolder REG_SZ 'C:\linked\logs'
    back_up 64
    victim_is_as_it_was
}
check "folder__below_a_link__is_not_made" linked_above
rm "$(on_c linked)"
reg_remove 'HKLM\SOFTWARE\ntdsbcli' LogFolder

# --- files in it ----------------------------------------------------------------------------------

symbolic() { # NAME
    ln -s ../../elsewhere/victim "$logs/$1"
}
dangling() { # NAME
    ln -s ../../elsewhere/new "$logs/$1"
}
hard() { # NAME
    ln "$victim" "$logs/$1"
}
# What is in the place of the log is not written to; the program has a second log.
log_in_the_place_of() { # KIND PROGRAM CMD...
    new_folder
    mkdir "$logs"
    "$1" "$2.exe.log"
    "${@:3}" || return 1
    victim_is_as_it_was || return 1
    grep -q "$2.exe.log is not used" "$logs/$2.exe.2.log" &&
        grep -q 'Broker serves process' "$logs/$2.exe.2.log"
}
# A log that is full when the program begins.
old_log_in_the_place_of() { # KIND BITS
    new_folder
    mkdir "$logs"
    head -c 8388608 /dev/zero >"$logs/legacy-backup.exe.log"
    "$1" legacy-backup.exe.log.old
    back_up "$2" || return 1
    victim_is_as_it_was || return 1
    [ "$(stat -c %s "$logs/legacy-backup.exe.log.old")" -ge 8388608 ] &&
        grep -q 'Broker serves process' "$logs/legacy-backup.exe.log"
}
for bits in "${all_bits[@]}"; do
    for kind in symbolic hard; do
        check "log_${bits}__${kind}_link__is_not_written" \
            log_in_the_place_of $kind legacy-backup back_up $bits
        check "old_log_${bits}__${kind}_link__is_replaced" old_log_in_the_place_of $kind $bits
    done
done
check "old_log__dangling_link__is_replaced" old_log_in_the_place_of dangling 64
for kind in symbolic hard; do
    check "log_of_the_doctor__${kind}_link__is_not_written" \
        log_in_the_place_of $kind ntdsdoctor doctor 64 --backup-test
done

of_another() {
    cp "$victim" "$logs/$1"
    chown nobody "$logs/$1"
}
check_as_root "log__of_another_account__is_not_written" \
    log_in_the_place_of of_another legacy-backup back_up 64
check_as_root "log__of_another_account__is_as_it_was" \
    grep -qx theirs "$logs/legacy-backup.exe.log"
check_as_root "log__of_another_name__is_found_by_the_doctor" finds 0 ok log.program \
    'legacy-backup.exe.2.log, last written' doctor 64 --json --program \
    "$(windows_path "$STAGE/x64/legacy-backup.exe")"

# Programs of accounts without rights to the folder have one beside it.
of_an_account() {
    local folder=$logs-S-1-5-21-1-2-3-1105
    new_folder
    mkdir "$folder"
    touch "$folder/legacy-backup.exe.log"
    finds 0 note log.account 'ntdsbcli-S-1-5-21-1-2-3-1105' doctor 64 --json --program \
        "$(windows_path "$STAGE/x64/legacy-backup.exe")"
    rm -r "$folder"
    has_finding ok log.program 'ntdsbcli-S-1-5-21-1-2-3-1105.legacy-backup.exe.log, last written'
}
check "folder_of_an_account__beside__is_found_by_the_doctor" of_an_account

# --- exchanged while it is open -------------------------------------------------------------------

cp "$STAGE/x64/ntdsbcli.dll" "$STAGE/x64/ntdsbroker64.exe" "$STAGE/lab/x64/log-caller.exe" \
    "$TEST_FOLDER/"
mkdir "$TEST_FOLDER/x86"
cp "$STAGE/x86/ntdsbcli.dll" "$STAGE/x64/ntdsbroker64.exe" "$STAGE/lab/x86/log-caller.exe" \
    "$TEST_FOLDER/x86/"
mkfifo "$TEST_FOLDER/line"
exec 5<>"$TEST_FOLDER/line"

# at STEP FOLDER COMMAND...: does it at that step of the caller: "opened", before there is a broker,
# or "prepared".
at() {
    local job output=$TEST_FOLDER/caller.out
    new_folder
    : >"$output"
    "$LAB" exec "$prefix" "$2/log-caller.exe" <"$TEST_FOLDER/line" >"$output" 2>&1 &
    job=$!
    [ "$1" = opened ] || echo >&5
    # tail goes on until the job ends: nobody waits for it.
    grep -qm 1 "at $1" < <(timeout 60 tail --pid="$job" -n +1 -F "$output" 2>/dev/null)
    "${@:3}"
    [ "$1" = prepared ] || echo >&5
    echo >&5
    wait "$job" || {
        cat "$output"
        return 1
    }
}
exchange() {
    mv "$logs" "$logs-away"
    ln -s ../elsewhere "$logs"
}
exchanged_folder() { # FOLDER
    rm -rf "$logs-away"
    at opened "$1" exchange
    victim_is_as_it_was
    grep -q 'Broker serves process' "$logs-away/log-caller.exe.log"
}
exchange_file() {
    mv "$logs/log-caller.exe.log" "$logs/away"
    symbolic log-caller.exe.log
}
exchanged_log() { # FOLDER
    at opened "$1" exchange_file
    victim_is_as_it_was
    grep -q 'Broker serves process' "$logs/away"
}
# Full with a broker at work: DLL and broker go on in the next file.
fill_log() {
    head -c 8388608 /dev/zero >>"$logs/log-caller.exe.log"
}
full_log() { # FOLDER
    at prepared "$1" fill_log
    grep -q 'Broker serves process' "$logs/log-caller.exe.log"
    grep -q 'somewhere.else' "$logs/log-caller.exe.log.old"
    grep -q 'Broker serves process' "$logs/log-caller.exe.log.old"
}
for bits in "${all_bits[@]}"; do
    place=$TEST_FOLDER
    [ "$bits" = 64 ] || place=$TEST_FOLDER/x86
    check "folder_${bits}__exchanged_for_a_link__dll_and_broker_write_where_they_began" \
        exchanged_folder "$place"
    check "log_${bits}__exchanged_for_a_link__dll_and_broker_write_where_they_began" \
        exchanged_log "$place"
    check "log_${bits}__full__broker_gets_the_next_one" full_log "$place"
done
exec 5>&-
rm -rf "$logs-away"

# --- records --------------------------------------------------------------------------------------

new_folder
backup 64 good >/dev/null
id=$(basename "$logs"/backup-*.txt .txt)
id=${id#backup-}
check "record_of_a_backup__of_this_computer__is_read" finds 0 ok records.backup "$id" \
    doctor 64 --json --backups
unread_record() { # KIND
    mv "$logs/backup-$id.txt" "$elsewhere/record"
    "$1"
    finds 3 warning records.unread '1 record' doctor 64 --json --backups
    rm "$logs/backup-$id.txt"
    mv "$elsewhere/record" "$logs/backup-$id.txt"
}
record_by_symbolic_link() { ln -s ../../elsewhere/record "$logs/backup-$id.txt"; }
record_by_hard_link() { ln "$elsewhere/record" "$logs/backup-$id.txt"; }
record_of_another_account() {
    cp "$elsewhere/record" "$logs/backup-$id.txt"
    chown nobody "$logs/backup-$id.txt"
}
for kind in record_by_symbolic_link record_by_hard_link; do
    check "${kind}__any__is_not_believed" unread_record $kind
done
check_as_root "record_of_another_account__any__is_not_believed" \
    unread_record record_of_another_account

"$LAB" stop "$prefix"
# Ends well, without a record.
restored_without_record() { # KIND
    rm -f "$logs"/restore-*.txt
    "$1" "restore-$id.txt"
    restore 64 good || return 1
    victim_is_as_it_was
}
for kind in symbolic dangling hard; do
    check "record_of_a_restore__${kind}_link__restore_succeeds_and_does_not_write_it" \
        restored_without_record $kind
done
in_folder_of_others() {
    rm -f "$logs"/restore-*.txt
    chmod 777 "$logs"
    restore 64 good || return 1
    [ -z "$(find "$logs" -name 'restore-*')" ]
}
check "record_of_a_restore__folder_of_others__restore_succeeds_without" in_folder_of_others
chmod 700 "$logs"
check "record_of_a_restore__folder_mended__is_written" restore 64 good
check "record_of_a_restore__folder_mended__is_there" test -s "$logs/restore-$id.txt"
