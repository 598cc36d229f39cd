#!/usr/bin/env bash
# No variable of the environment weakens a check or moves what the product writes: that of a user is
# inherited by programs that the user runs elevated.
. "$(dirname "$0")/../integration/lib/backup.sh"

make_lab --generate
for architecture in "${architectures[@]}"; do
    mkdir -p "$(on_c "programs-$architecture")" "$(on_c evil)"
    cp "$STAGE/$architecture"/legacy-*.exe "$STAGE/$architecture/ntdsbcli.dll" \
        "$STAGE/x64/ntdsbroker64.exe" "$(on_c "programs-$architecture")/"
done

# with_variables "NAME=VALUE NAME=VALUE" PROGRAM ARGUMENT...: set by Windows' own shell, as Wine
# makes some of them anew for the first program. No blanks in any of them.
with_variables() {
    local settings='' assignment
    for assignment in $1; do settings+="set $assignment&& "; done
    "$LAB" exec "$prefix" 'C:\windows\system32\cmd.exe' /d /c "$settings${*:2}"
}
log=$(product_log legacy-backup)
log_grows() { # CMD...
    local before=0
    [ ! -e "$log" ] || before=$(stat -c %s "$log")
    "$@"
    [ "$(stat -c %s "$log")" -gt "$before" ]
}
nothing_evil() {
    [ -z "$(find "$(on_c evil)" -mindepth 1)" ]
}

folders='ProgramData=C:\evil ALLUSERSPROFILE=C:\evil SystemRoot=C:\evil windir=C:\evil
    SystemDrive=Q: TEMP=C:\evil TMP=C:\evil APPDATA=C:\evil LOCALAPPDATA=C:\evil
    USERPROFILE=C:\evil PATH=C:\evil ComSpec=C:\evil\cmd.exe'
for architecture in "${architectures[@]}"; do
    check "folders_${architecture}__elsewhere__backup_succeeds_and_the_log_is_where_it_was" \
        log_grows with_variables "$folders" \
        "C:\\programs-$architecture\\legacy-backup.exe" "$(server)" "C:\\$architecture"
    check "folders_${architecture}__elsewhere__nothing_is_written_there" nothing_evil
    check "folders_${architecture}__elsewhere__backup_is_whole" verifies "$(on_c "$architecture")"
done

# A restore must not believe that the directory is stopped because a variable says so.
check_exit 3 "restore__directory_runs_and_variable_says_safe_mode__is_refused" \
    with_variables 'SAFEBOOT_OPTION=DSREPAIR' \
    'C:\programs-x64\legacy-restore.exe' "$(server)" 'C:\x64'
check "backup__variable_says_safe_mode__succeeds" with_variables 'SAFEBOOT_OPTION=DSREPAIR' \
    'C:\programs-x64\legacy-backup.exe' "$(server)" 'C:\safe'

check "environment__afterwards__no_broker_and_no_shadow" nothing_left 5
