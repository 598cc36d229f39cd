# The second half of demo.sh, which sources it: a disaster, the restore, and what is refused.
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are demo.sh's

DIRTY_PREFIX=$ROOT/build/prefix-demo-dirty
NTDS_KEY='HKLM\SYSTEM\CurrentControlSet\Services\NTDS'
INTERLOCK_KEY=$NTDS_KEY'\Restore In Progress'

registry_query() { # KEY [ARGUMENT...]
    local output
    # reg.exe prints its errors to stdout.
    output=$("$LAB" exec "$PREFIX" reg query "$@" 2>/dev/null </dev/null) || return 1
    tr -d '\r' <<<"$output" | sed '/^$/d'
}
interlock_is_there() {
    registry_query "$INTERLOCK_KEY"
}
no_interlock() {
    ! interlock_is_there
}
marker_is_set() {
    local value
    value=$(registry_query "$NTDS_KEY\\Parameters" /v 'Database restored from backup')
    echo "$value"
    grep -q 'REG_DWORD *0x1$' <<<"$value"
}
show_registry() {
    {
        registry_query "$INTERLOCK_KEY" /s || echo "(no key \"Restore In Progress\")"
        registry_query "$NTDS_KEY\\Parameters" /v 'Database restored from backup' ||
            echo "(no value \"Database restored from backup\")"
    } | indent
}

# The place of a file of the backup in the directory.
folder_of() { # FILE
    case $1 in
    *.dit) dirname "$live" ;;
    *.chk) "$LAB" directory "$PREFIX" checkpoint_path ;;
    *) "$LAB" directory "$PREFIX" logs_path ;;
    esac
}
same_as_backup() { # FILE
    same "SHA-256 of $1 in the backup and in the directory" \
        "$(sha256_of "$FOLDER/$1")" "$(sha256_of "$(folder_of "$1")/$1")"
}

disaster() {
    local folder
    "$LAB" stop "$PREFIX"
    for folder in "${live%/*}" "$(folder_of edb.log)" "$(folder_of edb.chk)"; do
        find "$folder" -mindepth 1 -maxdepth 1 -type f -printf '%f\n' -delete
    done | sed 's/^/   destroyed: /'
}

prove_restore() {
    local file
    for file in "$FOLDER"/*; do
        file=${file##*/}
        [[ $file == *.bin ]] || proof "$file is that of the backup, byte by byte" same_as_backup "$file"
    done
    proof "the interlock \"Restore In Progress\" is gone" no_interlock
    proof "the marker \"Database restored from backup\" is set" marker_is_set
    proof "no shadow copy and no broker is left" nothing_left
}

# The directory goes on from the state of the backup.
prove_start() {
    local restored_stamp
    restored_stamp=$(stamp_of "$FOLDER/ntds.dit")
    proof "the directory service starts on the restored database" "$LAB" start "$PREFIX"
    proof "... and goes on writing after stamp $restored_stamp" \
        greater "newest stamp in the live database" "$(newest_stamp_of "$live")" "$restored_stamp"
}

# refusal WHAT CODE FOLDER [OPTION...]: a restore of FOLDER that must end with this exit code.
refusal() {
    local log=${sample_prefix-$PREFIX}/drive_c/ProgramData/ntdsbcli/legacy-restore.exe.log before=0
    [ ! -e "$log" ] || before=$(stat -c %s "$log")
    printf '   -- %s\n' "$1"
    run_sample legacy-restore "\\\\$computer" "$(in_lab "$3")" "${@:4}"
    [ ! -e "$log" ] || tail -c "+$((before + 1))" "$log" | sed -n 's/^[^ ]* [^ ]* *[0-9]* E /log: /p' | indent
    proof "refused" same "exit code" "$exit_code" "$2"
}

# The same happens if a backup is kept for longer than the tombstone lifetime.
refuse_expired() {
    "$LAB" stop "$PREFIX"
    cp -r "$FOLDER" "$FOLDER-expired"
    "$ROOT/tests/lab/date_token.sh" "$FOLDER-expired/token.bin" created
    refusal "a backup whose token has expired (its date was turned back)" 6 "$FOLDER-expired"
}

refuse_damaged() {
    local page=7 before
    cp -r "$FOLDER" "$FOLDER-damaged"
    # Swapping two blank pages changes nothing.
    while cmp -s "$FOLDER/ntds.dit" "$FOLDER-damaged/ntds.dit"; do
        "$TOOLS/ese-damage" "$FOLDER-damaged/ntds.dit" --swap "$page:$((page + 1))"
        page=$((page + 1))
    done
    refusal "a backup in which two pages of the database are swapped" 6 "$FOLDER-damaged"
    proof "nothing was changed: there is no interlock" no_interlock
    before=$(sha256_of "$live")
    refusal "... and if the program does not look, the server does" 6 "$FOLDER-damaged" --no-check
    proof "the old database is back in its place" same "its SHA-256" "$(sha256_of "$live")" "$before"
    proof "the interlock stays: this directory is not restored" interlock_is_there
    show_registry
}

# Only a database that was not shut down cleanly needs its logs: this is another directory.
refuse_missing_log() {
    local computer list=$FOLDER-missing/logs.bin sample_prefix=$DIRTY_PREFIX
    "$LAB" create "$DIRTY_PREFIX" --generate >/dev/null
    "$LAB" start "$DIRTY_PREFIX" >/dev/null
    computer=$("$LAB" directory "$DIRTY_PREFIX" computer)
    run_sample legacy-backup "\\\\$computer" "$(in_lab "$FOLDER-missing")" >"$PREFIX/backup-missing"
    "$LAB" stop "$DIRTY_PREFIX" >/dev/null
    rm "$FOLDER-missing/edb00002.log"
    refusal "a backup that lost a log" 6 "$FOLDER-missing"
    # Remove the entry, too, as if the log had never existed.
    iconv -f UTF-16LE -t UTF-8 "$list" | tr '\0' '\n' | sed '/edb00002\.log$/d' | tr '\n' '\0' |
        iconv -f UTF-8 -t UTF-16LE >"$list.new"
    mv "$list.new" "$list"
    refusal "... and whose list lacks it, too" 6 "$FOLDER-missing"
    "$LAB" destroy "$DIRTY_PREFIX"
}

restore_part() {
    step "The directory is online: a restore is refused"
    refusal "a running directory" 3 "$FOLDER"
    step "Disaster"
    disaster
    step "What a restore would do"
    run_sample legacy-restore "\\\\$computer" "$(in_lab "$FOLDER")" --dry-run
    step "Restore with a $bits-bit program of the old API"
    run_sample legacy-restore "\\\\$computer" "$(in_lab "$FOLDER")"
    [ "$exit_code" -eq 0 ] || {
        echo "demo.sh: the restore failed: there is nothing to prove" >&2
        exit 1
    }
    step "Proofs"
    prove_restore
    show_registry
    prove_start
    step "What is refused"
    refuse_expired
    refuse_damaged
    refuse_missing_log
    step "A good restore takes over what a bad one left"
    run_sample legacy-restore "\\\\$computer" "$(in_lab "$FOLDER")"
    proof "restored" same "exit code" "$exit_code" 0
    prove_restore
    prove_start
}
