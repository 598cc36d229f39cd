#!/usr/bin/env bash
# Databases of every page size: dirty with their logs, and recovered as Windows' writer leaves them.
. "$(dirname "$0")/lib/backup.sh"

DIRTY=2 CLEAN=3 # states in the header (JET_dbstate...)

make_small_lab --generate
database=$(fact database_path)
folder=${database%/*}

# In the directory's place: a database of the page size, with pages of the old format among the
# others where there are such.
new_database() { # PAGE-BYTES
    local old=(--old-format-every 3)
    [ "$1" -le 8192 ] || old=()
    "$LAB" stop "$prefix"
    forget_epoch
    rm "$folder"/*
    ese make --database "$database" --page-size "$1" --pages 300 --dirty \
        "${old[@]}" --log-dir "$folder" --logs 5 --reserves --checkpoint "$folder/edb.chk"
    set_recovered 0
    "$LAB" start "$prefix"
}
set_recovered() { # 0|1
    set_dword 'Services\VSS\Embedded\Writers\NTDS' Recovered "$1"
}
header_field() { # FOLDER OFFSET
    od -An -tu4 -j"$2" -N4 "$1/ntds.dit" | tr -d ' '
}

# A good backup with such a header.
is_good() { # FOLDER PAGE-BYTES STATE
    is_complete "$1"
    verifies "$1"
    [ "$(header_field "$1" 236)" -eq "$2" ]
    [ "$(header_field "$1" 52)" -eq "$3" ]
    [ "$(stat -c %s "$1/ntds.dit")" -eq "$(stat -c %s "$database")" ]
}

# One bitness each: both read every page size.
for page_bytes in 2048 4096 8192 16384 32768; do
    check "directory__pages_of_${page_bytes}__starts" new_database "$page_bytes"
    check "backup_${other_bits}__pages_of_${page_bytes}__succeeds" \
        backup "$other_bits" "dirty$page_bytes"
    check "backup_${other_bits}__pages_of_${page_bytes}__is_good_and_dirty" \
        is_good "$(on_c "dirty$page_bytes")" "$page_bytes" "$DIRTY"
    set_recovered 1
    check "backup_64__pages_of_${page_bytes}_recovered__succeeds" backup 64 "recovered$page_bytes"
    check "backup_64__pages_of_${page_bytes}_recovered__is_good_and_clean" \
        is_good "$(on_c "recovered$page_bytes")" "$page_bytes" "$CLEAN"
done
check "backup__all_page_sizes__nothing_is_left" nothing_left 5
