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

# The first eight bytes of each unit of a file.
sums_of() { # FILE UNIT-BYTES
    od -An -v -tx1 -w"$2" "$1" | sed -E 's/^(( [0-9a-f]{2}){8}).*/\1/; s/ /\\x/g' | tr -d '\n' |
        xargs -0 printf '%b'
}

# What backup.txt must say of a file of the lab: the form of its digest, and the digest.
digest_of() { # FILE
    case ${1##*/} in
    edbtmp.log | *.chk | *.xml | *.txt) echo "bytes $(sha256sum <"$1" | cut -d' ' -f1)" ;;
    *.log) echo "sums $(sums_of "$1" 4096 | sha256sum | cut -d' ' -f1)" ;;
    # The header has the size of a page at byte 236.
    *) echo "sums $(sums_of "$1" "$(od -An -tu4 -j236 -N4 "$1" | tr -d ' ')" | sha256sum | cut -d' ' -f1)" ;;
    esac
}

# Every file that backup.txt names is there with that size and digest, and nothing else is.
vss_is_complete() { # FOLDER
    local word kind bytes form hash path name listed=backup.txt
    [ "$(tail -n 1 "$1/backup.txt" | tr -d '\r')" = end ]
    while read -r word kind bytes form hash path; do
        [ "$word" = file ] || continue
        name=${path##*\\}
        listed+=$'\n'$name
        [ "$(stat -c %s "$1/$name")" = "$bytes" ]
        [ "$(digest_of "$1/$name")" = "$form $hash" ] || {
            echo "$kind $name is another"
            return 1
        }
    done < <(tr -d '\r' <"$1/backup.txt")
    diff <(sort <<<"$listed") <(cd "$1" && find . -type f -printf '%f\n' | sort)
}

# Makes backup.txt one of version 1, which had the digest of all bytes.
to_version_1() { # FOLDER
    local word kind bytes form hash path
    sed '1s/2/1/; /^file /d; /^end/d' "$1/backup.txt" >"$1/backup.txt.new"
    while read -r word kind bytes form hash path; do
        [ "$word" != file ] || printf 'file %s %s %s %s\r\n' "$kind" "$bytes" \
            "$(sha256sum <"$1/${path##*\\}" | cut -d' ' -f1)" "$path"
    done < <(tr -d '\r' <"$1/backup.txt") >>"$1/backup.txt.new"
    printf 'end\r\n' >>"$1/backup.txt.new"
    mv "$1/backup.txt.new" "$1/backup.txt"
}

# Successful calls of a program, one a line: methods, no events of writers and no results of waits.
vss_calls() { # FILE
    tr -d '\r' <"$(on_c "$1")" | sed -nE 's/^[^ ]+ pid=[0-9]+ tid=[0-9]+ ([A-Za-z]+)( .*)? hr=0x00000000$/\1\2/p' |
        grep -vE '^[A-Za-z]+ (async|event) |^(Identify|PrepareBackup|PrepareSnapshot|Freeze|Copy|Thaw|PostSnapshot) ' |
        sed 's/ .*//' | uniq
}
