#!/usr/bin/env bash
# What the kit that proves the product on a real Windows does with Windows' own engine and directory,
# and by overwriting: recovery, mounting, level 3, AD LDS instances of its own. Each check fails when
# what it looks at is broken. The restores are real; programs of Windows and LDAP are stand-ins.
. "$(dirname "$0")/lib/proof.sh"
. "$(dirname "$0")/../integration/lib/restore.sh"

need_32bit "kit__of_both_bitnesses__proves"
make_package

# Those of the directory. LINE: what the one for wldap32.dll is told.
more_stand_ins() { # LINE...
    cp "$STAGE/lab/x64/stand-in-dsamain.exe" "$system/dsamain.exe"
    cp --remove-destination "$STAGE/lab/x64/libstand-in-wldap32.dll" "$system/wldap32.dll"
    rm -f "$system/wldap32-objects.txt"
    printf '%s\n' "$@" >"$system/wldap32.txt"
}
prove_with_ldap() { # [ARGUMENT...]
    WINEDLLOVERRIDES="$WINEDLLOVERRIDES;wldap32=n" prove "$@"
}

# --- a domain controller --------------------------------------------------------------------------

directory_is() { # STATE
    "$LAB" status "$prefix" | grep -x "directory $1"
}
make_lab --generate
unpack_kit
more_stand_ins 'up 389 NTDS'
header_of_database
computer=$(server)

for words in /level:3 "/level:3 /restore:OTHER" "/level:2 /restore:$computer" "/level:2 /from:x" \
    "/level:3 /restore:$computer /adlds:a /from:x" "/level:2 /install /adlds:a" /install /port:0; do
    # shellcheck disable=SC2086 # several words
    check_exit 2 "command_line__$(tr -cs 'a-z0-9' _ <<<"$words")__exit_2" prove $words
done
check "command_line__wrong__directory_runs_on" directory_is RUNNING

# Wine shares no SYSVOL: that is all that is wrong.
only_sysvol() {
    grep -q '"exit code 23, errors: after-restore.sysvol-share"' "$out/proof.json"
    [ "$(grep -c '"id": .*"outcome": "failed"' "$out/proof.json")" -eq 1 ]
}
set_dword 'Services\NTDS\Lab' 'Honour interlock' 1
check_exit 1 "level_3__healthy__sysvol_is_missing" prove_with_ldap /level:3 /only "/restore:$computer"
check "level_3__healthy__nothing_else_fails" only_sysvol
for claim in samples-checks interlock restore-killed directory-start \
    directory-interlock epoch-windows; do
    check "level_3__${claim}__is_proved" says "$claim" proved
done
check "level_3__afterwards__directory_runs" directory_is RUNNING
check "level_3__afterwards__nothing_is_left" nothing_left 5
check "level_3__afterwards__no_work_folder" test -z "$(find "$out" -name 'ntdsprove-*')"
check "level_3__afterwards__no_old_files" test -z "$(old_folders)"

# --- each check, with what it looks at broken -----------------------------------------------------

# A directory that ignores the interlock.
set_dword 'Services\NTDS\Lab' 'Honour interlock' 0
check_exit 1 "level_3__directory_ignores_the_interlock__fails" \
    prove_with_ldap /level:3 /only "/restore:$computer"
check "broken__interlock_is_ignored__fails" says directory-interlock failed
set_dword 'Services\NTDS\Lab' 'Honour interlock' 1

# A program that says that a restore is complete, and does nothing.
mv "$kit/x64/legacy-restore.exe" "$kit/x64/away.exe"
cp "$STAGE/lab/x64/stand-in.exe" "$kit/x64/legacy-restore.exe"
echo 0 >"$kit/x64/legacy-restore.txt"
check_exit 1 "level_3__program_that_does_nothing__fails" \
    prove_with_ldap /level:3 /only "/restore:$computer"
for claim in samples-checks interlock; do
    check "broken__program_does_nothing__${claim}_fails" says "$claim" failed
done
check "broken__program_does_nothing__directory_runs" directory_is RUNNING
mv "$kit/x64/away.exe" "$kit/x64/legacy-restore.exe"

# A backup program that does nothing: nothing may be touched.
mv "$kit/x64/legacy-backup.exe" "$kit/x64/away.exe"
cp "$STAGE/lab/x64/stand-in.exe" "$kit/x64/legacy-backup.exe"
echo 0 >"$kit/x64/legacy-backup.txt"
before=$(marker || true)
check_exit 1 "level_3__no_backup__fails" prove_with_ldap /level:3 /only "/restore:$computer"
check "broken__no_backup__directory_runs_on" directory_is RUNNING
check_equal "broken__no_backup__marker_is_as_it_was" "$before" "$(marker || true)"
mv "$kit/x64/away.exe" "$kit/x64/legacy-backup.exe"

# --- Directory Services Restore Mode --------------------------------------------------------------

check "backup__for_restore_mode__is_made" backup 64 good
"$LAB" stop "$prefix"
export SAFEBOOT_OPTION=DSREPAIR
"$LAB" off "$prefix"
"$LAB" exec "$prefix" reg add 'HKLM\SYSTEM\CurrentControlSet\Control\SafeBoot\Option' /f >/dev/null
check_exit 0 "restore_mode__without_a_backup__nothing_fails" \
    prove_with_ldap /level:3 /only "/restore:$computer"
check "restore_mode__without_a_backup__is_not_possible" says restore-mode 'not possible here'
check_exit 0 "restore_mode__healthy__nothing_fails" \
    prove_with_ldap /level:3 /only "/restore:$computer" '/from:C:\good'
for claim in samples-checks interlock restore-killed restore-mode; do
    check "restore_mode__${claim}__is_proved" says "$claim" proved
done
check "restore_mode__backup__is_as_it_was" is_restored good
unset SAFEBOOT_OPTION
"$LAB" destroy "$prefix"

# --- AD LDS instances of the kit ------------------------------------------------------------------

make_server ntdsprove1 ntdsprove2
more_stand_ins 'up 40389 ADAM_ntdsprove1' 'up 40391 ADAM_ntdsprove2'
check_exit 0 "install__instances_of_that_name__nothing_fails" prove_with_ldap /level:2 /install
check "install__instances_of_that_name__is_not_possible" says adlds 'not possible here'

# In the place of setup, which makes the services of instances that the test has made.
mkdir -p "$(on_c windows/ADAM)"
for tool in adaminstall adamuninstall; do
    cp "$STAGE/lab/x64/stand-in-adam.exe" "$(on_c windows/ADAM)/$tool.exe"
done
for instance in ntdsprove1 ntdsprove2; do
    "$LAB" exec "$prefix" sc delete "ADAM_$instance"
done
"$LAB" off "$prefix"
check_exit 0 "server__level_1__nothing_fails" prove_with_ldap
instances() {
    registry 'HKLM\SYSTEM\CurrentControlSet\Services' | grep -c 'ADAM_ntdsprove' || true
}
nothing_of_instances() {
    [ "$(instances)" -eq 0 ] && [ -z "$(find "$out" -name 'ntdsprove-*')" ]
}
header_of_database "$(adlds_path ntdsprove1)/adamntds.dit"
check_exit 0 "install__healthy__nothing_fails" prove_with_ldap /level:2 /only /install
for claim in adlds adlds-interlock windows-adlds windows-shadows windows-recovery windows-mount; do
    check "install__${claim}__is_proved" says "$claim" proved
done
check "install__no_disk_under_wine__is_not_possible" says mounted-folders 'not possible here'
check "install__afterwards__nothing_is_left" nothing_of_instances
answer() { # LINE
    tr -d '\r' <"$(on_c windows/ADAM/answers-ntdsprove1.txt)" | grep -x "$1"
}
for line in '\[ADAMInstall\]' 'InstallType=Unique' 'InstanceName=ntdsprove1' \
    'LocalLDAPPortToListenOn=40389' 'NewApplicationPartitionToCreate="CN=ntdsprove"' \
    'DataFilesPath=.*-adlds\\volume\\data'; do
    check "install__answers__have_${line%%=*}" answer "$line"
done

# A restore that brings nothing back: what came after the backup is still there. A mounted copy that
# is older, and an engine that recovers nothing.
echo keep >>"$system/wldap32.txt"
echo 'copy-usn 980' >>"$system/wldap32.txt"
rm -f "$system/wldap32-objects.txt"
check_exit 1 "install__broken__fails" prove_with_ldap /level:2 /only /install
check "broken__objects_outlive_a_restore__fails" says adlds failed
check "broken__older_copy__fails" says windows-mount failed
touch "$system/esentutl-fails.txt"
check_exit 1 "install__engine_recovers_nothing__fails" prove_with_ldap /level:2 /only /install
check "broken__engine_recovers_nothing__fails" says windows-recovery failed
check "install__broken__nothing_is_left" nothing_of_instances

# No role: nothing is installed.
rm "$(on_c windows/ADAM/adaminstall.exe)"
check_exit 0 "install__no_role__nothing_fails" prove_with_ldap /level:2 /only /install
check "install__no_role__is_not_possible" says adlds 'not possible here'
check "install__no_role__nothing_is_left" nothing_of_instances
