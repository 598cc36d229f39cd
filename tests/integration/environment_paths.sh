#!/usr/bin/env bash
# Directories and backup folders with blanks, letters of other scripts, and long paths.
. "$(dirname "$0")/lib/backup.sh"

make_lab --generate
files=$(on_c windows/NTDS)

# The directory's files go to a folder of drive C, named with slashes, and the registry says so.
move_directory() { # FOLDER
    local value local_folder=C:\\${1//\//\\}
    "$LAB" stop "$prefix"
    mkdir -p "$(on_c "$1")"
    mv "$files"/* "$(on_c "$1")/"
    files=$(on_c "$1")
    for value in 'DSA Working Directory' 'Database log files path'; do
        set_path "$value" "$local_folder"
    done
    set_path 'DSA Database file' "$local_folder\\ntds.dit"
    "$LAB" start "$prefix"
}
set_path() { # VALUE-NAME PATH
    "$LAB" exec "$prefix" reg add 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters' \
        /v "$1" /t REG_SZ /d "$2" /f >/dev/null
}
unc_name() { # FOLDER NAME
    printf '\\\\%s\\C$\\%s\\%s' "$(server)" "${1//\//\\}" "$2"
}
# Names in a list file of the A half.
ansi_names_in() { # FILE
    tail -c +2 "$1" | iconv -f "CP$code_page" -t UTF-8 | tr '\0' '\n' | sed '/^$/d'
}
code_page=$("$LAB" exec "$prefix" reg query \
    'HKLM\SYSTEM\CurrentControlSet\Control\Nls\CodePage' /v ACP | tr -d '\r' |
    sed -n 's/.*REG_SZ *//p')

# A good backup of the directory in FOLDER, into the folder NAME.
check_backup() { # LABEL BITS FOLDER NAME [OPTION...]
    check "backup_$2__$1__succeeds" backup "$2" "${@:4}"
    check "backup_$2__$1__has_every_file_of_the_lists" is_complete "$(on_c "$4")"
    check "backup_$2__$1__files_verify_and_are_of_one_instant" verifies "$(on_c "$4")"
    check_equal "backup_$2__$1__database_has_its_name" "$(unc_name "$3" ntds.dit)" \
        "$(names_in "$(on_c "$4")/names.bin")"
}

# --- letters of the ANSI code page ----------------------------------------------------------------

latin='Wïndows Ñ/NTDS (ä ö ß)'
move_directory "$latin"
check_backup latin_directory 64 "$latin" 'Sicherung ñ'
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__latin_directory_with_a_functions__succeeds" \
        backup "$bits" "latin$bits" --ansi
    check_equal "backup_${bits}__latin_directory_with_a_functions__database_has_its_name" \
        "$(unc_name "$latin" ntds.dit)" "$(ansi_names_in "$(on_c "latin$bits")/names.bin")"
    check "backup_${bits}__latin_directory_with_a_functions__files_verify" \
        verifies "$(on_c "latin$bits")"
done

# --- letters that no single code page has together ------------------------------------------------

mixed='Wïndows Ñ/NTDS Ж 目录'
move_directory "$mixed"
for bits in "${all_bits[@]}"; do
    check_backup mixed_directory "$bits" "$mixed" "Копия 備份 ñ $bits"
    if [ "$code_page" = 65001 ]; then
        check "backup_${bits}__mixed_directory_with_a_functions__succeeds" \
            backup "$bits" "mixed$bits" --ansi
    else
        # ERROR_NO_UNICODE_TRANSLATION, rather than a name with question marks.
        check "backup_${bits}__mixed_directory_with_a_functions__says_1113" \
            refused 6 'DsBackupGetDatabaseNames.*0x00000459' "$(on_c "mixed$bits")" \
            backup "$bits" "mixed$bits" --ansi
    fi
done

# --- long -----------------------------------------------------------------------------------------

# The longest path below MAX_PATH; its UNC name and that in the shadow are longer.
long=lang$(printf '%0.s ein Verzeichnis mit ü,' 1 2 3 4 5)/
fill=$((259 - 3 - ${#long} - 9)) # without "C:\" and "\ntds.dit"
long+=$(printf "%${fill}s" '' | tr ' ' x)
move_directory "$long"
check_equal "long_directory__path_of_the_database__has_259_characters" 259 \
    "$(printf 'C:\\%s\\ntds.dit' "$long" | wc -m)"
check_backup long_directory 64 "$long" long
deep=$(printf 'Ordner mit mehr als vierzig Zeichen ЖÄ %d/' 1 2 3 4 5 6 7)end
deep_backup() { # BITS
    backup "$1" "${deep//\//\\}"
}
check "backup_${other_bits}__long_directory_into_long_folder__succeeds" deep_backup "$other_bits"
check "backup_${other_bits}__long_directory_into_long_folder__is_complete" is_complete "$(on_c "$deep")"
check "backup_${other_bits}__long_directory_into_long_folder__verifies" verifies "$(on_c "$deep")"
check "backup__all_these_paths__nothing_is_left" nothing_left 5
