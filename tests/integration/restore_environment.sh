#!/usr/bin/env bash
# Restores to three drives, to folders with blanks and letters of other scripts, to long paths, and
# to a directory that has moved since the backup.
. "$(dirname "$0")/lib/vss.sh"

make_lab --generate --db-drive D --log-drive E --chk-drive F

host_folder() { # DRIVE FOLDER, with slashes
    printf '%s/drive_%s/%s' "$prefix" "${1,,}" "$2"
}
set_path() { # VALUE-NAME PATH
    "$LAB" exec "$prefix" reg add "$NTDS_KEY\\Parameters" /v "$1" /t REG_SZ /d "$2" /f >/dev/null
}

# Three "DRIVE:FOLDER" with slashes: database, logs, checkpoint. The registry only.
register_places() {
    local places=() place
    directory_folders=''
    for place in "$@"; do
        places+=("${place//\//\\}")
        mkdir -p "$(host_folder "${place%%:*}" "${place#*:/}")"
        directory_folders+=$(host_folder "${place%%:*}" "${place#*:/}")$'\n'
    done
    directory_folders=$(sort -u <<<"${directory_folders%$'\n'}")
    set_path 'DSA Database file' "${places[0]%\\}\\ntds.dit"
    set_path 'Database log files path' "${places[1]}"
    set_path 'DSA Working Directory' "${places[2]}"
}

# The directory moves there with its files.
move_directory() {
    local name folder old
    "$LAB" stop "$prefix"
    old=$(directory_contents | cut -d ' ' -f 3-)
    register_places "$@"
    while read -r name; do
        case ${name##*/} in
        ntds.dit) folder=$1 ;;
        *.chk) folder=$3 ;;
        *) folder=$2 ;;
        esac
        mv "$name" "$(host_folder "${folder%%:*}" "${folder#*:/}")/"
    done <<<"$old"
    "$LAB" start "$prefix"
}

at() { # PLACE NAME: where that is on this machine
    printf '%s/%s' "$(host_folder "${1%%:*}" "${1#*:/}")" "$2"
}
is_at_places() { # DATABASE LOGS CHECKPOINT
    test -s "$(at "$1" ntds.dit)"
    test -s "$(at "$2" edb.log)"
    test -s "$(at "$3" edb.chk)"
}

# Backs up, destroys, restores into the places given; by both bitnesses.
round_trips() { # LABEL NAME DATABASE LOGS CHECKPOINT [OPTION...]
    local bits
    check "backup__$1__succeeds" backup 64 "$2"
    "$LAB" stop "$prefix"
    for bits in "${all_bits[@]}"; do
        destroy_directory
        check "restore_${bits}__$1__succeeds" restore "$bits" "$2" "${@:6}"
        check "restore_${bits}__$1__files_are_those_of_the_backup" is_restored "$2"
        check "restore_${bits}__$1__files_are_at_their_places" is_at_places "$3" "$4" "$5"
        check "restore_${bits}__$1__leaves_no_interlock" no_interlock
    done
    "$LAB" start "$prefix"
}

# --- three drives -------------------------------------------------------------------------------------

directory_folders=$(printf '%s\n' "$(host_folder D NTDS)" "$(host_folder E NTDS)" "$(host_folder F NTDS)")
round_trips three_drives three D:/NTDS E:/NTDS F:/NTDS
check "vss_backup__three_drives__succeeds" vss_backup three-vss
# A restore would take the backup for old files, whichever of the folders it is in.
kept_in() { # DRIVE: refused
    local folder
    folder=$(host_folder "$1" NTDS)
    mkdir "$TEST_FOLDER/before"
    cp "$folder"/* "$TEST_FOLDER/before/"
    cp "$(on_c three)"/* "$folder/"
    refused_unchanged 2 "one of the directory's own folders" \
        "$LAB" exec "$prefix" legacy-restore "$(server)" "$1:\\NTDS" --delete-old
    rm "$folder"/*
    cp "$TEST_FOLDER/before"/* "$folder/"
    rm -r "$TEST_FOLDER/before"
}
"$LAB" stop "$prefix"
for drive in D E F; do
    check "restore__backup_in_the_folder_of_drive_${drive}__exit_2" kept_in "$drive"
done
# Each folder is told by its own name, to the server and in the registry.
told_the_right_folders() { # [OPTION]
    note_log
    restore 64 three "$@"
    ! log_says 'is not where the directory looks' || return 1
    log_says 'Checkpoint [^,]*F..NTDS, logs [^,]*E..NTDS, '
}
check "restore__three_drives__tells_the_right_folders" told_the_right_folders
check "restore_a__three_drives__tells_the_right_folders" told_the_right_folders --ansi
interlock_names_the_folders() {
    fails_with 5 'PostRestore' with_fault 'PostRestore=0x80042302' vss_restore three-vss
    registry "$INTERLOCK_KEY" >"$TEST_FOLDER/interlock"
    cat "$TEST_FOLDER/interlock"
    grep -E '^ *LogPath .* E:.NTDS$' "$TEST_FOLDER/interlock"
    grep -E '^ *CheckpointFilePath .* F:.NTDS$' "$TEST_FOLDER/interlock"
}
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
check "vss_restore__three_drives__tells_the_right_folders" interlock_names_the_folders
set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 0
forget_restores
"$LAB" start "$prefix"

# --- blanks and letters -------------------------------------------------------------------------------

latin=('D:/Wïndows Ñ/NTDS (ä ö ß)' 'E:/Protokolle ü/NTDS log' 'F:/Prüf punkt')
move_directory "${latin[@]}"
round_trips latin 'Sicherung ñ' "${latin[@]}"
round_trips latin_a latin-a "${latin[@]}" --ansi
mixed=('D:/Wïndows Ñ/NTDS Ж 目录' 'E:/журналы 日志/ñ' 'F:/точка 检查点')
move_directory "${mixed[@]}"
round_trips mixed 'Копия 備份 ñ' "${mixed[@]}"

# --- long ---------------------------------------------------------------------------------------------

long=lang$(printf '%0.s ein Verzeichnis mit ü,' 1 2 3 4 5)/
fill=$((259 - 3 - ${#long} - 9)) # without "D:\" and "\ntds.dit"
long+=$(printf "%${fill}s" '' | tr ' ' x)
# Database, logs and checkpoint in one folder, as on most domain controllers.
move_directory "D:/$long" "D:/$long" "D:/$long"
# shellcheck disable=SC1003 # backslashes of Windows paths
round_trips long_paths "$(printf 'Ordner mit mehr als vierzig Zeichen ЖÄ %d\\' 1 2 3 4 5 6)end" \
    "D:/$long" "D:/$long" "D:/$long"

# --- moved since the backup ---------------------------------------------------------------------------

moved=('D:/New/Database' 'E:/New/Logs' 'F:/New/Checkpoint')
move_and_rename() {
    "$LAB" stop "$prefix"
    destroy_directory
    register_places "${moved[@]}"
    set_path 'DSA Database file' 'D:\New\Database\directory.dat'
}
move_and_rename
# Its logs name the path that it had.
check "restore__dirty_database_moved__exit_6_and_says_why" refused_unchanged 6 \
    'looks for it in "D:.NTDS.ntds.dit"' \
    restore "$other_bits" three
check "dry_run__dirty_database_moved__exit_6" \
    refused_unchanged 6 'not shut down cleanly' restore "$other_bits" three --dry-run
check "restore__dirty_database_moved_and_not_checked__exit_5_and_says_why" \
    refused_unchanged 5 '0xC80004C0.* restored to the path' restore "$other_bits" three --no-check
check "vss_restore__dirty_database_moved__exit_6_and_says_why" refused_unchanged 6 \
    'keeps it in "D:.New.Database.directory.dat"' \
    vss_restore three-vss
check "restore__all_these_places__nothing_is_left" nothing_left 10
"$LAB" destroy "$prefix"

prefix=$(test_prefix clean)
make_lab --generate --recovered --db-drive D --log-drive E --chk-drive F
check "backup__clean_database__succeeds" backup 64 three
check "vss_backup__clean_database__succeeds" vss_backup three-vss
directory_folders=$(printf '%s\n' "$(host_folder D NTDS)" "$(host_folder E NTDS)" "$(host_folder F NTDS)")
move_and_rename
check "restore__directory_moved_and_renamed__succeeds" restore "$other_bits" three
for pair in 'D:/New/Database/directory.dat ntds.dit' 'E:/New/Logs/edb.log edb.log' \
    'F:/New/Checkpoint/edb.chk edb.chk'; do
    place=${pair% *}
    check "restore__directory_moved_and_renamed__${pair#* }_is_at_its_new_place" \
        cmp "$(on_c three)/${pair#* }" "$(at "${place%/*}" "${place##*/}")"
done
check "restore__directory_moved_and_renamed__leaves_no_interlock" no_interlock
check "restore__directory_moved_and_renamed__nothing_is_left" nothing_left 10

# --- a log folder that the A functions cannot name ----------------------------------------------------

# The places that the backup has are another matter: who can write to its folder can change them.
register_places D:/NTDS 'E:/журналы 日志' F:/NTDS
check "restore_a__log_folder_outside_the_code_page__exit_1_and_nothing_is_changed" refused_unchanged 1 \
    'DsRestoreGetDatabaseLocations.*0x00000459' restore "$other_bits" three --ansi
keep_output
check "restore_a__log_folder_outside_the_code_page__says_what_to_do" \
    kept_output_has 'Run this program without --ansi'
check "restore__log_folder_outside_the_code_page__succeeds" restore "$other_bits" three

# --- the roots of drives ------------------------------------------------------------------------------

roots=(D:/ E:/ F:/)
register_places "${roots[@]}"
restored_to_roots() { # NAME CMD...
    destroy_directory
    "${@:2}"
    is_restored "$1"
    is_at_places "${roots[@]}"
    no_interlock
    [ -z "$(old_folders)" ]
}
check "restore__directory_in_the_roots_of_drives__succeeds" \
    restored_to_roots three restore "$other_bits" three
check "vss_restore__directory_in_the_roots_of_drives__succeeds" \
    restored_to_roots three-vss vss_restore three-vss
check "vss_restore__directory_in_the_roots_of_drives__moves_its_old_files_aside" \
    vss_restore three-vss
keep_output
check "vss_restore__directory_in_the_roots_of_drives__names_where_they_are" \
    kept_output_has '^  E:.ntdsbcli-old-1$'
"$LAB" start "$prefix"
mkdir "$prefix/drive_g"
ln -s ../drive_g "$prefix/dosdevices/g:"
# shellcheck disable=SC1003 # a backslash of Windows
check "vss_backup__to_the_root_of_a_drive__succeeds" \
    "$LAB" exec "$prefix" vss-backup "$(server)" 'G:\'
check "vss_backup__to_the_root_of_a_drive__folder_is_what_backup.txt_says" \
    vss_is_complete "$prefix/drive_g"
