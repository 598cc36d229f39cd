#!/usr/bin/env bash
# The machine dies at random moments of a backup and of a restore: Wine's server and every program
# are killed at once. The next backup finds and removes what is left, the next restore completes.
# What of interlock and marker survives is counted and not judged: Wine writes the registry every
# half minute and when the machine is switched off, and RegFlushKey does nothing there.
. "$(dirname "$0")/../integration/lib/restore.sh"

LATEST_MS=2500
LIMIT_S=60
count=1
[ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || count=${NTDSBCLI_TEST_DEATHS:-50}

make_lab --generate --db-drive D --log-drive D --chk-drive D
check "backup__for_the_restores__succeeds" backup 64 good
expected=$(cd "$(on_c good)" && sha256sum ntds.dit ./*.log | sort)

# The server first: nothing is written any more. Programs do not all end with it.
machine_dies() {
    local processes pattern
    for pattern in wineserver . .; do
        mapfile -t processes < <(processes_like "$pattern")
        kill -KILL "${processes[@]}" 2>/dev/null || true
    done
}
# A job in the background, and the end of everything: in odd turns once SIGN succeeds, in others at
# any moment.
dies_during() { # SIGN CMD...
    local job ms=$((RANDOM % LATEST_MS)) end=$((SECONDS + LIMIT_S))
    "${@:2}" >"$TEST_FOLDER/job.out" 2>&1 </dev/null &
    job=$!
    if [ $((turn % 2)) -eq 1 ]; then
        until "$1"; do [ "$SECONDS" -lt "$end" ]; done
    else
        sleep "$((ms / 1000)).$(printf '%03d' $((ms % 1000)))"
    fi
    machine_dies
    wait "$job" || true
}

# --- backups ----------------------------------------------------------------------------------------

shadows_found=0
has_a_shadow() {
    compgen -G "$prefix/drive_d/System Volume Information/{*}" >/dev/null
}
next_backup() {
    rm -rf "$(on_c next)" "$(on_c lost)"
    # The directory's own word to the registry may be lost as well, and it refuses to start.
    forget_epoch || true
    "$LAB" start "$prefix"
    backup "$other_bits" next
    verifies "$(on_c next)"
    nothing_left 30
}
for ((turn = 1; turn <= count; turn++)); do
    check "backup__machine_dies_${turn}__it_was_one" dies_during has_a_shadow backup 64 lost
    ! has_a_shadow || shadows_found=$((shadows_found + 1))
    check "backup__machine_dies_${turn}__next_one_succeeds_and_nothing_is_left" next_backup
done
echo "backups: $count deaths of the machine, $shadows_found with a shadow copy to be removed"

# --- restores ---------------------------------------------------------------------------------------

touched=0 interlocks=0 markers=0
stop_and_save() {
    "$LAB" stop "$prefix"
    set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
    forget_restores
    destroy_directory
    "$LAB" off "$prefix"
}
is_touched() {
    [ -n "$(directory_contents)" ]
}
# Whatever the registry has lost.
next_restore() {
    restore "$other_bits" good
    is_restored good
    no_interlock
    marker_is_set
    nothing_left 30
}
for ((turn = 1; turn <= count; turn++)); do
    check "restore__machine_dies_${turn}__was_ready" stop_and_save
    check "restore__machine_dies_${turn}__it_was_one" dies_during is_touched restore 64 good --buffer 64
    if is_touched; then
        touched=$((touched + 1))
        ! interlock_is_there >/dev/null 2>&1 || interlocks=$((interlocks + 1))
        ! marker_is_set >/dev/null 2>&1 || markers=$((markers + 1))
    fi
    check "restore__machine_dies_${turn}__next_one_completes" next_restore
done
echo "restores: $count deaths of the machine, $touched with files of the restore;" \
    "of these $interlocks had the interlock and $markers the marker"
check_equal "machine_dies__backup_on_the_disk__is_untouched" "$expected" \
    "$(cd "$(on_c good)" && sha256sum ntds.dit ./*.log | sort)"
directory_starts() {
    "$LAB" start "$prefix"
    backup 64 last
    verifies "$(on_c last)"
}
check "machine_dies__directory_that_was_restored__starts" directory_starts
