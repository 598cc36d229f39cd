#!/usr/bin/env bash
# The installer over an earlier installation: all files are new or none is; what a killed one left; the
# Event Log source; the log folder; paths that are too long.
. "$(dirname "$0")/lib/setup.sh"

make_setup_lab
waiting=$TEST_FOLDER/waiting-x64.exe
files='ntdsbcli.dll ntdsbroker64.exe ntdsbevents.dll ntdsdoctor.exe'

# Another version: the same resources, other bytes.
make_old() { # FOLDER
    local name
    for name in $files; do
        printf 'old' >>"$(on_c "$1")/$name"
    done
}
all_new() { # FOLDER
    local name
    for name in $files; do
        cmp "$tree/x64/$name" "$(on_c "$1")/$name"
    done
    [ -z "$(find "$(on_c "$1")" -name '*.ntdsbcli-*' -o -name '*.journal')" ]
}
old_installation() { # FOLDER
    old_program "$1" "$waiting"
    setup "$1"
    make_old "$1"
}

# --- files that are in use or protected -----------------------------------------------------------

old_program upgraded "$waiting"
before=$(picture upgraded)
check "setup__before_an_upgrade__succeeds" setup upgraded
check "setup__doctor_and_event_texts__are_installed" all_new upgraded
make_old upgraded
chmod a-w "$(on_c upgraded)"/ntdsb*.dll "$(on_c upgraded)"/*.exe
check "upgrade__of_read_only_files__succeeds" setup upgraded
check "upgrade__of_read_only_files__all_are_new" all_new upgraded

# What an earlier version installed and this one does not, by its record.
cp "$tree/x64/ntdsbroker64.exe" "$(on_c upgraded)/ntdsformer.exe"
sed -i 's/^Files=/Files=ntdsformer.exe\/..\\precious\//' "$(on_c upgraded)/ntdsbcli-uninstall.ini"
check "upgrade__over_a_file_of_an_earlier_version__succeeds" setup upgraded
check "upgrade__over_a_file_of_an_earlier_version__deletes_it" \
    test ! -e "$(on_c upgraded)/ntdsformer.exe"

# What antivirus software takes away while Setup runs is missed.
cp -r "$PACKAGE/trees/setup" "$(on_c brought)"
cp "$tree/x64/ntdsdoctor.exe" "$(on_c brought)/ntdsbcli-uninstall.exe"
rm "$(on_c brought)/x64/ntdsbroker64.exe"
old=$(picture upgraded)
check_exit 7 "upgrade__without_a_file_of_its_own__fails" \
    program "$(windows_path "$STAGE/lab/x64/setup-target.exe")" install 'C:\result.ini' 'C:\brought' \
    'C:\upgraded\backup.exe'
check "upgrade__without_a_file_of_its_own__names_it" \
    grep -q 'ntdsbroker64.exe is missing' <(iconv -f UTF-16 "$(on_c result.ini)")
check_equal "upgrade__without_a_file_of_its_own__changes_nothing" "$old" "$(picture upgraded)"

old_program viewer "$waiting"
make_old upgraded
hold viewer 'C:\upgraded\ntdsbevents.dll' map
check "upgrade__with_the_event_texts_mapped__succeeds" setup upgraded
let_go
check "upgrade__with_the_event_texts_mapped__all_are_new_after_the_next" setup upgraded
check "upgrade__with_the_event_texts_mapped__all_are_new" all_new upgraded

make_old upgraded
hold viewer 'C:\upgraded\ntdsbevents.dll' map
check "upgrade__with_a_mapped_file__succeeds" setup upgraded
let_go
check_equal "upgrade__with_a_mapped_file__leaves_the_old_one" 1 \
    "$(find "$(on_c upgraded)" -name 'ntdsbevents.dll.*.ntdsbcli-old' | wc -l)"
"$LAB" off "$prefix"
"$LAB" start "$prefix"
check "upgrade__with_a_mapped_file__it_is_gone_after_the_next_start" all_new upgraded

make_old upgraded
old=$(picture upgraded)
hold viewer 'C:\upgraded\ntdsdoctor.exe' hold
check_exit 7 "upgrade__with_a_file_that_cannot_be_renamed__fails" setup upgraded
keep_output
check "upgrade__with_a_file_that_cannot_be_renamed__names_it" kept_output_has \
    'ntdsdoctor.exe, Win32 error 32. Everything is as before'
check_equal "upgrade__with_a_file_that_cannot_be_renamed__changes_nothing" "$old" \
    "$(picture upgraded)"
check_exit 7 "remove__with_a_file_that_cannot_be_renamed__fails" setup upgraded /REMOVE
check_equal "remove__with_a_file_that_cannot_be_renamed__changes_nothing" "$old" \
    "$(picture upgraded)"
let_go
# Whose it is cannot be told: it is neither overwritten nor left behind.
hold viewer 'C:\upgraded\ntdsdoctor.exe' lock
check_exit 5 "upgrade__with_a_file_that_cannot_be_read__is_refused" setup upgraded
check_exit 5 "remove__with_a_file_that_cannot_be_read__is_refused" setup upgraded /REMOVE
let_go
check_equal "upgrade__with_a_file_that_cannot_be_read__changes_nothing" "$old" "$(picture upgraded)"

# --- what a setup that was killed leaves ----------------------------------------------------------

# After the DLL was swapped and the broker was set aside; the doctor is still the old one.
kill_in_the_middle() { # FOLDER
    local folder stamp=.0123
    folder=$(on_c "$1")
    mv "$folder/ntdsbcli.dll" "$folder/ntdsbcli.dll$stamp.ntdsbcli-old"
    echo new >"$folder/ntdsbcli.dll"
    mv "$folder/ntdsbroker64.exe" "$folder/ntdsbroker64.exe$stamp.ntdsbcli-old"
    echo new >"$folder/ntdsbroker64.exe$stamp.ntdsbcli-new"
    echo new >"$folder/ntdsdoctor.exe$stamp.ntdsbcli-new"
    local name
    {
        for name in ntdsbcli.dll ntdsbroker64.exe ntdsdoctor.exe; do
            echo "$name|$name$stamp.ntdsbcli-new|$name$stamp.ntdsbcli-old"
        done
        echo end
    } | iconv -t UTF-16LE >"$folder/ntdsbcli-setup.journal"
}
echo 'of somebody else' >"$(on_c upgraded)/ntdsbclilib.dll"
old=$(picture upgraded)
kill_in_the_middle upgraded
check_exit 6 "killed__setup_that_is_refused__has_its_exit_code" setup upgraded /ALIAS
check_equal "killed__setup_that_is_refused__made_the_old_files_whole" "$old" "$(picture upgraded)"
rm "$(on_c upgraded)/ntdsbclilib.dll"
kill_in_the_middle upgraded
check "killed__next_setup__succeeds" setup upgraded
check "killed__next_setup__all_are_new" all_new upgraded
kill_in_the_middle upgraded
check "killed__remove__succeeds" setup upgraded /REMOVE
check_equal "killed__remove__folder_is_as_before" "$before" "$(picture upgraded)"

old_installation stuck
echo damaged >"$(on_c stuck)/ntdsbcli-setup.journal"
check_exit 10 "journal__damaged__has_exit_code_10" setup stuck
keep_output
check "journal__damaged__is_named" kept_output_has 'ntdsbcli-setup.journal'
rm "$(on_c stuck)/ntdsbcli-setup.journal"
check "journal__deleted__remove_succeeds" setup stuck /REMOVE

# --- the Event Log source -------------------------------------------------------------------------

source_key='HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\ntdsbcli'
source_is() { # WINDOWS-PATH
    grep -qF -- "$1" <(program reg query "$source_key" /v EventMessageFile) &&
        grep -q '0x7' <(program reg query "$source_key" /v TypesSupported)
}
no_source() {
    ! program reg query "$source_key"
}
for folder in first second; do
    old_program "$folder" "$waiting"
done
check "events__first_setup__succeeds" setup first
check "events__first_setup__registers_them" source_is 'C:\first\ntdsbevents.dll'
check "events__second_setup__succeeds" setup second
check "events__second_setup__registers_the_newest" source_is 'C:\second\ntdsbevents.dll'
check "events__second_removed__succeeds" setup second /REMOVE
check "events__second_removed__first_takes_over" source_is 'C:\first\ntdsbevents.dll'
check "events__last_removed__succeeds" setup first /REMOVE
check "events__last_removed__source_is_gone" no_source

# A newer version's file, and no file at all.
newer_events() {
    mkdir -p "$(on_c newer)"
    cat >"$TEST_FOLDER/newer.rc" <<'TEXT'
1 VERSIONINFO FILEVERSION 99,0,0,0
BEGIN
    BLOCK "StringFileInfo"
    BEGIN
        BLOCK "040904b0"
        BEGIN
            VALUE "FileVersion", "99.0.0"
            VALUE "ProductName", "ntdsbcli"
        END
    END
    BLOCK "VarFileInfo"
    BEGIN
        VALUE "Translation", 0x0409, 1200
    END
END
TEXT
    x86_64-w64-mingw32-windres "$TEST_FOLDER/newer.rc" "$TEST_FOLDER/newer.o"
    x86_64-w64-mingw32-gcc -shared -nostdlib -Wl,--entry=0 -o "$(on_c newer)/ntdsbevents.dll" \
        "$TEST_FOLDER/newer.o"
    register_events 'C:\newer\ntdsbevents.dll'
}
register_events() { # WINDOWS-PATH
    program reg add "$source_key" /v EventMessageFile /t REG_SZ /d "$1" /f
    program reg add "$source_key" /v TypesSupported /t REG_DWORD /d 7 /f
}
check "events__of_a_newer_version__are_registered" newer_events
check "events__with_a_newer_version__setup_succeeds" setup first
check "events__with_a_newer_version__stay_that" source_is 'C:\newer\ntdsbevents.dll'
check "events__with_a_newer_version__remove_succeeds" setup first /REMOVE
check "events__with_a_newer_version__survive_the_removal" source_is 'C:\newer\ntdsbevents.dll'
check "events__of_a_file_that_is_gone__are_registered" register_events 'C:\gone\ntdsbevents.dll'
check "events__of_a_file_that_is_gone__setup_succeeds" setup first
check "events__of_a_file_that_is_gone__become_ours" source_is 'C:\first\ntdsbevents.dll'

# --- the log folder -------------------------------------------------------------------------------

logs=$(on_c ProgramData/ntdsbcli)
logs_of() { # PROGRAM...
    local name
    for name in "$@"; do
        touch "$logs/$name.log" "$logs/$name.log.old" "$logs/$name.2.log" "$logs/$name.9.log.old"
    done
}
log_count() {
    find "$1" -name '*.log*' | wc -l
}
check "log_folder__after_setup__is_there" test -d "$logs"
logs_of backup.exe other.exe
check "log_folder__other_installation_with_the_name__setup_succeeds" setup second
check "log_folder__other_installation_with_the_name__remove_succeeds" setup second /REMOVE
keep_output
check "log_folder__other_installation_with_the_name__is_named" kept_output_has 'has the same name'
check_equal "log_folder__other_installation_with_the_name__keeps_its_logs" 8 "$(log_count "$logs")"
echo mine >"$(on_c precious)"
ln -f "$(on_c precious)" "$logs/backup.exe.log"
check "log_folder__of_a_program__remove_succeeds" setup first /REMOVE
keep_output
check "log_folder__hard_link__is_named" kept_output_has 'backup.exe.log stays: it is a link'
check_equal "log_folder__of_a_program__loses_its_logs_alone" \
    'backup.exe.log other.exe.2.log other.exe.9.log.old other.exe.log other.exe.log.old' \
    "$(find "$logs" -name '*.log*' -printf '%f\n' | sort | xargs)"
check "log_folder__with_logs_of_others__stays" rm -r "$logs"

setup first
check "log_folder__made_again__is_there" test -d "$logs"
old_program third "$waiting"
setup third
check "log_folder__that_another_needs__remove_succeeds" setup third /REMOVE
check "log_folder__that_another_needs__stays" test -d "$logs"
check "log_folder__that_nobody_needs__remove_succeeds" setup first /REMOVE
check "log_folder__that_nobody_needs__is_gone" test ! -e "$logs"

# Planted by a user before Setup runs; in the end a new one is in its place.
planted() { # NAME WORD
    check "planted__${1}__setup_succeeds" setup first
    keep_output
    check "planted__${1}__is_said" kept_output_has "$2"
    check "planted__${1}__folder_is_made_anew" test -d "$logs" -a ! -e "$logs/backup.exe.log"
    check_equal "planted__${1}__is_kept_aside" 1 \
        "$(find "$(on_c ProgramData)" -maxdepth 1 -name 'ntdsbcli.untrusted-*' | wc -l)"
    rm -rf "$(on_c ProgramData)"/ntdsbcli.untrusted-*
    check "planted__${1}__remove_succeeds" setup first /REMOVE
}
mkdir "$logs"
touch "$logs/backup.exe.log"
chmod 777 "$logs"
planted folder_that_everyone_may_write 'ntdsbcli: .*S-1-1-0.* may write to it'
if is_root; then
    mkdir "$logs"
    touch "$logs/backup.exe.log"
    chown nobody "$logs"
    planted folder_of_another_owner 'ntdsbcli: its owner is'
else
    skip "planted__folder_of_another_owner__any" "needs root"
fi
touch "$logs"
planted file 'ntdsbcli: it is a link or a file'

# What becomes unsafe after the installation keeps its files.
setup first
logs_of backup.exe
chmod 777 "$logs"
check "log_folder__that_became_unsafe__remove_succeeds" setup first /REMOVE
keep_output
check "log_folder__that_became_unsafe__is_said" kept_output_has 'The logs in .* stay'
check_equal "log_folder__that_became_unsafe__keeps_its_files" 4 "$(log_count "$logs")"
rm -rf "$logs"

# The administrator's choice is the administrator's.
mkdir -m 777 "$(on_c chosen)"
program reg add 'HKLM\SOFTWARE\ntdsbcli' /v LogFolder /t REG_SZ /d 'C:\chosen' /f /reg:64
check "log_folder__chosen_and_unsafe__setup_succeeds" setup first
keep_output
check "log_folder__chosen_and_unsafe__is_said" kept_output_has \
    'log folder C:.chosen is not safe: .* may write to it'
check "log_folder__chosen_and_unsafe__is_not_renamed" test -d "$(on_c chosen)"
check "log_folder__chosen__usual_one_is_not_made" test ! -e "$logs"
check "log_folder__chosen__remove_succeeds" setup first /REMOVE
check "log_folder__chosen__is_not_removed" test -d "$(on_c chosen)"
program reg delete 'HKLM\SOFTWARE\ntdsbcli' /v LogFolder /f /reg:64

# --- folders that were copied or renamed -----------------------------------------------------------

old_program original "$waiting"
setup original
logs_of backup.exe
cp -a "$(on_c original)" "$(on_c copied)"
check "copied__remove__succeeds" setup copied /REMOVE
check_equal "copied__remove__entry_of_the_original_stays" 1 "$(entries)"
check_equal "copied__remove__logs_of_the_original_stay" 4 "$(log_count "$logs")"
mv "$(on_c original)" "$(on_c renamed)"
check "renamed__upgrade__succeeds" setup renamed
check_equal "renamed__upgrade__has_one_entry" 1 "$(entries)"
mv "$(on_c renamed)" "$(on_c 'renamed again')"
check "renamed__remove__succeeds" setup 'renamed again' /REMOVE
check_equal "renamed__remove__has_no_entry" 0 "$(entries)"
check "renamed__remove__log_folder_is_gone" test ! -e "$logs"

# --- long paths -----------------------------------------------------------------------------------

# A folder whose path C:\... has that many characters.
deep_folder() { # CHARS
    local path=deep left=$(($1 - 7))
    while [ "$left" -gt 100 ]; do
        path=$path/$(printf 'd%.0s' {1..80})
        left=$((left - 81))
    done
    printf '%s/%s' "$path" "$(printf 'd%.0s' $(seq $((left - 1))))"
}
deep=$(deep_folder 236)
old_program "$deep" "$STAGE/x64/legacy-backup.exe"
before=$(picture "$deep")
check "long_path__at_the_limit__setup_succeeds" setup "$deep"
check "long_path__at_the_limit__all_are_there" all_new "$deep"
check "long_path__at_the_limit__backup_succeeds" \
    program "C:\\${deep//\//\\}\\backup.exe" "$(server)" 'C:\backup-deep'
check "long_path__at_the_limit__remove_succeeds" setup "$deep" /REMOVE
check_equal "long_path__at_the_limit__folder_is_as_before" "$before" "$(picture "$deep")"
for chars in 237 400 900; do
    deep=$(deep_folder "$chars")
    old_program "$deep" "$waiting"
    before=$(picture "$deep")
    check_exit 9 "long_path__of_${chars}__is_refused" setup "$deep"
    keep_output
    check "long_path__of_${chars}__says_why" kept_output_has 'too long.*Nothing was changed'
    check_equal "long_path__of_${chars}__changes_nothing" "$before" "$(picture "$deep")"
done

# Files copied by hand into such a folder: refused before a shadow copy is made, and the log says why.
deep=$(deep_folder 400)
copied=$(on_c "$deep")
cp "$STAGE/x64/ntdsbcli.dll" "$STAGE/x64/ntdsbroker64.exe" "$copied"
cp --remove-destination "$STAGE/x64/legacy-backup.exe" "$copied/backup.exe"
check_exit 5 "long_path__of_files_copied_by_hand__backup_is_refused" \
    program "C:\\${deep//\//\\}\\backup.exe" "$(server)" 'C:\backup-copied'
check "long_path__of_files_copied_by_hand__log_says_why" \
    grep -q 'Starting the broker (.*ddd.ntdsbroker64.exe) failed' "$(product_log backup)"
check "long_path__of_files_copied_by_hand__no_broker_and_no_shadow" nothing_left 5

# The folder of a backup is the program's business, and ntdsdoctor reads it.
old_program near "$STAGE/x64/legacy-backup.exe"
check "long_path__of_a_backup__setup_succeeds" setup near
check "long_path__of_a_backup__succeeds" \
    program 'C:\near\backup.exe' "$(server)" "C:\\${deep//\//\\}\\backup"
check "long_path__of_a_backup__doctor_says_that_it_can_be_restored" \
    program 'C:\near\ntdsdoctor.exe' --check-backup "C:\\${deep//\//\\}\\backup"
