#!/usr/bin/env bash
# Which logs are part of a backup: those that the engine could restore the database with. A log that
# is missing fails the backup before a byte is read; a file that does not belong is left out.
. "$(dirname "$0")/lib/vss.sh"

HR_MISSING_FILE_TO_BACKUP=0xC8000239

# Generations 1 to 4 are archived, edb.log is 5; the database, which is dirty, needs 3 to 5.
make_small_lab --generate --logs 5
logs=$(fact logs_path)
mkdir "$TEST_FOLDER/good"
cp "$logs"/edb* "$TEST_FOLDER/good/"
put_logs_back() {
    rm -f "$logs"/edb*
    cp "$TEST_FOLDER/good"/* "$logs/"
}

# --- missing --------------------------------------------------------------------------------------

doctor_refuses() {
    local code=0
    "$LAB" exec "$prefix" ntdsdoctor --backup-test >"$TEST_FOLDER/doctor" 2>&1 || code=$?
    cat "$TEST_FOLDER/doctor"
    [ "$code" -ne 0 ] && grep -q "A backup would fail now: .*${HR_MISSING_FILE_TO_BACKUP,,}" \
        <(tr '[:upper:]' '[:lower:]' <"$TEST_FOLDER/doctor" | sed 's/a backup/A backup/')
}
# log_missing LABEL GENERATION FILE...: neither program makes a backup without them.
log_missing() {
    local label=$1 generation=$2 bits
    shift 2
    (cd "$logs" && rm -f "$@")
    for bits in "${all_bits[@]}"; do
        check "backup_${bits}__${label}_missing__prepare_fails" refused 5 \
            "DsBackupPrepare.*$HR_MISSING_FILE_TO_BACKUP" "$(on_c none)" backup "$bits" none
    done
    check "vss_backup__${label}_missing__fails" refused 5 'NTDSVSS_E_LOG_MISSING' "$(on_c none)" \
        vss_backup none
    check "log__${label}_missing__names_the_generation" grep -q "0x$generation to 0x" \
        "$(on_c ProgramData/ntdsbcli/legacy-backup.exe.log)"
    check "doctor__${label}_missing__says_so" doctor_refuses
    put_logs_back
}
log_missing first_needed 3 edb00003.log
log_missing middle_needed 4 edb00004.log
log_missing current 5 edb.log
log_missing all_archived 3 edb00001.log edb00002.log edb00003.log edb00004.log
check "backup__after_all_that__leaves_nothing" nothing_left 5

# --- strays ---------------------------------------------------------------------------------------

log=$(product_log legacy-backup)
traced() {
    NTDSBCLI_LOG=4 "$@"
}
line_for() { # FILE
    grep -qF "is not part of the backup" <(grep -F "$1" "$log")
}
# As many as lines.
events_are_there() {
    local lines
    lines=$(grep -c 'is not part of the backup' "$log")
    [ "$(grep -c 'Event Log: event 216' "$log")" -eq "$lines" ]
}
# stray LABEL FILE: it is not in the backup, the log says so, and the backup can be restored.
stray() {
    local bits
    for bits in "${all_bits[@]}"; do
        rm -f "$log"
        check "backup_${bits}__${1}__succeeds" traced backup "$bits" "stray"
        check_exit 1 "backup_${bits}__${1}__is_not_in_it" test -e "$(on_c stray)/$2"
        check "backup_${bits}__${1}__is_named_in_the_log" line_for "$2"
        check "backup_${bits}__${1}__is_in_the_event_log" events_are_there
        [ "$bits" = "${all_bits[-1]}" ] || rm -rf "$(on_c stray)"
    done
    "$LAB" stop "$prefix"
    check "restore__of_that_backup__succeeds" restore 64 stray
    forget_restores
    rm -rf "$(on_c stray)"
    put_logs_back
    "$LAB" start "$prefix"
}
ese make --database "$TEST_FOLDER/other.dit" --dirty --seed 99 \
    --log-dir "$TEST_FOLDER" --logs 9 >/dev/null
cp "$TEST_FOLDER/edb00002.log" "$logs/edb00002.log"
stray log_of_another_series edb00002.log
: >"$logs/edb00009.log"
stray empty_log_above_the_current edb00009.log
cp "$logs/edb00002.log" "$logs/edb00006.log"
stray own_log_under_another_number edb00006.log
cp "$logs/edb00002.log" "$logs/edb00000002.log"
stray own_log_with_eight_digits edb00000002.log
rm "$logs/edb00002.log"
stray log_below_a_gap edb00001.log
"$LAB" destroy "$prefix"
