# Restores through the sample program in a lab. Knows what legacy-restore reads and says
# (samples/README.md) and what a restore leaves in the registry, not how the product makes it.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/backup.sh"

NTDS_KEY='HKLM\SYSTEM\CurrentControlSet\Services\NTDS'
INTERLOCK_KEY=$NTDS_KEY'\Restore In Progress'

# restore BITS NAME [OPTION...]: the backup in C:\NAME.
restore() {
    "$LAB" exec "--$1" "$prefix" legacy-restore "$(server)" "C:\\$2" "${@:3}"
}

# --- the directory's files --------------------------------------------------------------------------


# The folders of the directory on this machine, each once. Tests that move the directory set
# $directory_folders.
folders_of_directory() {
    local database
    if [ -n "${directory_folders-}" ]; then
        printf '%s\n' "$directory_folders"
    else
        database=$(fact database_path)
        printf '%s\n' "${database%/*}" "$(fact logs_path)" "$(fact checkpoint_path)" | sort -u
    fi
}

# Every file of the directory with its checksum and size, one a line: whether one changed needs no
# cryptography, which would cost eight times as much.
directory_contents() {
    local folder
    while read -r folder; do
        find "$folder" -maxdepth 1 -type f -exec cksum {} +
    done < <(folders_of_directory) | sort -k 3
}

# The folders in which restores that did not end have left old files, one a line.
old_folders() {
    local folder
    while read -r folder; do
        [ ! -d "$folder" ] || find "$folder" -maxdepth 1 -type d -name 'ntdsbcli-old-*'
    done < <(folders_of_directory) | sort
}

# As a broken disk would: nothing is left of the directory's files.
destroy_directory() {
    local folder
    while read -r folder; do
        find "$folder" -mindepth 1 -maxdepth 1 -type f -delete
    done < <(folders_of_directory)
}

# The file called NAME of the backup, in the directory: there is one.
restored_file() { # NAME
    local folder
    while read -r folder; do
        [ ! -e "$folder/$1" ] || printf '%s\n' "$folder/$1"
    done < <(folders_of_directory)
}

# Every file of the backup C:\NAME is in the directory, byte by byte, and no other file of the
# engine is. Further arguments: names that may be there, too.
is_restored() { # NAME [MORE...]
    local folder file name expected actual
    folder=$(on_c "${1//\\//}")
    expected=$(cd "$folder" && find . -type f ! -name '*.bin' ! -name '*.xml' ! -name '*.txt' -printf '%f\n' | sort)
    actual=$(directory_contents | sed 's|.*/||' | grep -vxF "$(printf '%s\n' none "${@:2}")" | sort)
    [ "$expected" = "$actual" ] || {
        printf 'in the backup:\n%s\nin the directory:\n%s\n' "$expected" "$actual"
        return 1
    }
    while read -r name; do
        file=$(restored_file "$name")
        cmp "$file" "$folder/$name" || return 1
    done <<<"$expected"
}

# --- what a restore leaves in the registry ----------------------------------------------------------

registry() { # KEY [ARGUMENT...]
    "$LAB" exec "$prefix" reg query "$@" | tr -d '\r'
}
registry_value() { # KEY NAME
    registry "$1" /v "$2" 2>/dev/null | sed -nE "s/^ *$2 +REG_[A-Z_]+ +//p"
}
interlock_is_there() {
    registry "$INTERLOCK_KEY"
}
no_interlock() {
    ! registry "$INTERLOCK_KEY" >"$TEST_FOLDER/interlock" 2>/dev/null || {
        cat "$TEST_FOLDER/interlock"
        return 1
    }
}
marker() {
    registry_value "$NTDS_KEY\\Parameters" 'Database restored from backup'
}
marker_is_set() {
    [ "$(marker)" = 0x1 ] || {
        echo "the marker is '$(marker)'"
        return 1
    }
}
# As of a directory that never was restored: the tests' own broom, not the product's.
forget_restores() {
    "$LAB" exec "$prefix" reg delete "$INTERLOCK_KEY" /f >/dev/null 2>&1 || true
    "$LAB" exec "$prefix" reg delete "$NTDS_KEY\\Parameters" /v 'Database restored from backup' \
        /f >/dev/null 2>&1 || true
    old_folders | xargs -r -d '\n' rm -r
}

# --- the product's log ------------------------------------------------------------------------------

# What the log of this program gained since note_log says PATTERN (grep -E).
note_log() {
    log_bytes=0
    [ ! -e "$(product_log legacy-restore)" ] ||
        log_bytes=$(stat -c %s "$(product_log legacy-restore)")
}
log_says() { # PATTERN
    tail -c "+$((log_bytes + 1))" "$(product_log legacy-restore)" | tr -d '\r' >"$TEST_FOLDER/log"
    grep -qiE -- "$1" "$TEST_FOLDER/log" || {
        echo "the log does not say $1:"
        cat "$TEST_FOLDER/log"
        return 1
    }
}

# --- backups to damage ------------------------------------------------------------------------------

# A copy of the backup C:\NAME as C:\NEW.
copy_backup() { # NAME NEW
    rm -rf "$(on_c "$2")"
    cp -r "$(on_c "$1")" "$(on_c "$2")"
}

# Takes a file out of a backup's list, as if it had never been in it.
unlist() { # FOLDER FILE
    iconv -f UTF-16LE -t UTF-8 "$1/logs.bin" | tr '\0' '\n' | sed "/\\\\$2\$/d" | tr '\n' '\0' |
        iconv -f UTF-8 -t UTF-16LE >"$1/logs.bin.new"
    mv "$1/logs.bin.new" "$1/logs.bin"
    rm -f "$1/$2"
}

# Lists a log more, beside one that is listed.
list() { # FOLDER LISTED NEW
    iconv -f UTF-16LE -t UTF-8 "$1/logs.bin" | tr '\0' '\n' |
        sed "/\\\\$2\$/{p;s/$2/$3/}" | tr '\n' '\0' |
        iconv -f UTF-8 -t UTF-16LE >"$1/logs.bin.new"
    mv "$1/logs.bin.new" "$1/logs.bin"
}

damage_file() { # FILE ACTION...
    ese damage "$@"
}

# A restore that fails_with, and the directory's files are as they were, even if they were replaced meanwhile.
failed_unchanged() { # CODE WORD CMD...
    local before after
    before=$(directory_contents && old_folders)
    fails_with "$@"
    after=$(directory_contents && old_folders)
    diff <(echo "$before") <(echo "$after")
}

# The same, and neither the directory's files nor its registry changed.
refused_unchanged() { # CODE WORD CMD...
    local before after
    before=$(registry "$NTDS_KEY" /s)
    failed_unchanged "$@"
    after=$(registry "$NTDS_KEY" /s)
    diff <(echo "$before") <(echo "$after")
}
