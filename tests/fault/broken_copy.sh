#!/usr/bin/env bash
# What makes the shadow copy under Wine cannot do its job: its shell or its programs are killed, not
# there, silent or hang. The backup fails at once, nothing counts as copied, and nothing is left.
. "$(dirname "$0")/lib/fault.sh"

unexpected='DoSnapshotSet.*VSS_E_UNEXPECTED_PROVIDER_ERROR'
folder=$(program_folder programs64 64)
# The checkpoint is beside Windows, whose files are listed first.
make_lab --generate --db-drive D --log-drive D
programs=$TEST_FOLDER/programs
mkdir "$programs"

# PROGRAM is the real one for all but the copy's script, for which it is BODY.
stand_in() { # PROGRAM BODY
    cat >"$programs/$1" <<TEXT
#!/bin/sh
if tr '\\0' ' ' </proc/\$PPID/cmdline | /bin/grep -q 'no_space()'; then
    $2
fi
exec $(command -v "$1") "\$@"
TEXT
    chmod +x "$programs/$1"
}
host() {
    NTDSBCLI_RETRY_S=0 PATH=$programs:$PATH "$LAB" exec "$prefix" "$folder/fault-host.exe"
}
# A wait until the limit would be ERROR_TIMEOUT.
fails_at_once() {
    host_fails DsBackupPrepare 0x8004230F "$unexpected" host
    nothing_left 30
}

check "copy__every_program_is_there__backup_succeeds" host
while read -r name program body; do
    stand_in "$program" "$body"
    check "copy__${name}__fails_at_once_and_nothing_is_left" fails_at_once
    rm "$programs/$program"
done <<'TEXT'
shell_is_killed cp kill -9 $PPID; exit 1
cp_is_killed cp kill -9 $$
cp_is_not_there cp exit 127
find_is_killed find echo windows/win.ini; kill -9 $$
sort_is_killed sort kill -9 $$
comm_is_killed comm echo windows/win.ini; kill -9 $$
xargs_is_killed xargs kill -9 $$
cp_says_an_error cp echo "cp: input/output error" >&2; exit 1
grep_is_not_there grep exit 127
mkdir_fails mkdir exit 1
ln_fails ln exit 1
copy_goes cp [ "$3" != -t ] || { rm -rf "$4"; echo "cp: x: No such file or directory" >&2; exit 1; }
TEXT
check "copy__every_program_is_there_again__backup_succeeds" host

# --- a copy that hangs ------------------------------------------------------------------------------

copy_hangs() {
    [ -n "$(processes_like '^sleep 86399 ')" ]
}
# No program of it runs on, and windows\temp has no name of its job.
copy_has_ended() {
    if copy_hangs || compgen -G "$(on_c windows/temp)/vssapi-*"; then
        return 1
    fi
}
cancelled_copy() {
    NTDSBCLI_TIMEOUT_S=5 host_fails DsBackupPrepare 0x000005B4 'DoSnapshotSet failed: ERROR_TIMEOUT' host
    nothing_left 5
    copy_has_ended
}
killed_broker() {
    local job end=$((SECONDS + 60)) processes
    host >"$TEST_FOLDER/killed" 2>&1 </dev/null &
    job=$!
    until copy_hangs; do
        [ "$SECONDS" -lt "$end" ]
        pause
    done
    mapfile -t processes < <(processes_like '^ntdsbroker64 ')
    kill -9 "${processes[@]}"
    wait "$job" || true
    nothing_left 30
    copy_has_ended
}
while read -r name program body; do
    stand_in "$program" "$body"
    check "copy__${name}__ends_with_the_limit" cancelled_copy
    check "copy__${name}_and_broker_is_killed__ends" killed_broker
    rm "$programs/$program"
done <<'TEXT'
cp_hangs cp exec sleep 86399
xargs_hangs xargs case "$*" in *--parents*) exec sleep 86399 ;; esac
TEXT
check "copy__nothing_hangs_again__backup_succeeds" host
