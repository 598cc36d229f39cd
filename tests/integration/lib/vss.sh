# vss-backup and vss-restore in a lab.
# Knows what they write and say (samples/README.md), not how the product makes it.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/restore.sh"

# vss_backup NAME [OPTION...]: this lab's directory into C:\NAME.
vss_backup() {
    "$LAB" exec "$prefix" vss-backup "$(server)" "C:\\$1" "${@:2}"
}
vss_restore() { # NAME [OPTION...]
    "$LAB" exec "$prefix" vss-restore "$(server)" "C:\\$1" "${@:2}"
}

# Names of the data files in a backup of either kind.
data_files() { # FOLDER
    (cd "$1" && find . -type f ! -name '*.bin' ! -name '*.xml' ! -name '*.txt' -printf '%f\n' | sort)
}

# The same names, the same bytes.
same_backup() { # FOLDER FOLDER
    diff <(data_files "$1") <(data_files "$2")
    same_files "$1" "$2"
}

# Every file that backup.txt names is there with that size and hash, and nothing else is.
vss_is_complete() { # FOLDER
    local word kind bytes hash path name listed=backup.txt
    [ "$(tail -n 1 "$1/backup.txt" | tr -d '\r')" = end ]
    while read -r word kind bytes hash path; do
        [ "$word" = file ] || continue
        name=${path##*\\}
        listed+=$'\n'$name
        [ "$(stat -c %s "$1/$name")" = "$bytes" ]
        [ "$(sha256sum <"$1/$name" | cut -d' ' -f1)" = "$hash" ] || {
            echo "$kind $name is another"
            return 1
        }
    done < <(tr -d '\r' <"$1/backup.txt")
    diff <(sort <<<"$listed") <(cd "$1" && find . -type f -printf '%f\n' | sort)
}

# Successful calls of a program, one a line: methods, no events of writers and no results of waits.
vss_calls() { # FILE
    tr -d '\r' <"$(on_c "$1")" | sed -nE 's/^[^ ]+ pid=[0-9]+ tid=[0-9]+ ([A-Za-z]+)( .*)? hr=0x00000000$/\1\2/p' |
        grep -vE '^[A-Za-z]+ (async|event) |^(Identify|PrepareBackup|PrepareSnapshot|Freeze|Copy|Thaw|PostSnapshot) ' |
        sed 's/ .*//' | uniq
}
