#!/usr/bin/env bash
# Backups one after the other while the directory writes as fast as it can, by programs of both
# bitnesses in turns: each one verifies, and is the directory of the moment it was frozen at, byte by
# byte. Prints how long freezing took and how long the directory was frozen.
. "$(dirname "$0")/../integration/lib/backup.sh"

count=6
[ "${NTDSBCLI_TEST_LONG:-0}" != 1 ] || count=100

ese make --database "$TEST_FOLDER/load.dit" --dirty --pages 2K
make_small_lab --database "$TEST_FOLDER/load.dit" --logs 5
"$LAB" stop "$prefix"
set_dword 'Services\NTDS\Parameters' 'Lab write interval ms' 0
"$LAB" start "$prefix"
freeze_log=$(fact freeze_log_path)

# The line of the last freeze: its stamp and the SHA-256 of the database then.
last_freeze() {
    tail -n 1 "$freeze_log" | tr -d '\r'
}

# Copied whole while it was frozen: no byte is of another moment.
is_frozen_moment() { # FOLDER
    local stamp hash
    read -r stamp hash < <(last_freeze)
    [ "$(ese stamps "$1/ntds.dit")" = "$stamp" ]
    [ "$(sha256sum <"$1/ntds.dit" | cut -d ' ' -f 1)" = "$hash" ]
}

verifies_all() { # FOLDER
    ese verify "$1/ntds.dit" "$1"/*.log
    verifies "$1"
    is_complete "$1"
}

# Milliseconds between two lines of the call log that match patterns: the first of each.
between() { # FILE FROM TO
    awk -v from="$2" -v to="$3" '
        function ms(line, part) {
            split(substr(line, 12, 12), part, ":")
            return (part[1] * 60 + part[2]) * 60000 + part[3] * 1000
        }
        !begun && $0 ~ from { begun = 1; start = ms($0); next }
        begun && $0 ~ to { printf "%d\n", (ms($0) - start + 86400000) % 86400000; exit }' "$1"
}

backup_under_load() { # BITS NUMBER
    VSSAPI_LOG="C:\\calls$2.txt" backup "$1" "load$2"
    between "$(on_c "calls$2.txt")" ' PrepareSnapshot writer=' ' Freeze writer=' \
        >>"$TEST_FOLDER/to-freeze"
    between "$(on_c "calls$2.txt")" ' Freeze writer=' ' Thaw writer=' >>"$TEST_FOLDER/frozen"
}

# The directory has gone on since the freeze: two backups never are of one moment.
writes_on() { # FREEZE-LINES
    [ "$(wc -l <"$freeze_log")" -eq "$1" ]
    [ "$(cut -c 1-16 "$freeze_log" | sort -u | wc -l)" -eq "$1" ]
}

: >"$TEST_FOLDER/to-freeze"
: >"$TEST_FOLDER/frozen"
for ((i = 1; i <= count; i++)); do
    bits=$((i % 2 ? 64 : other_bits))
    check "under_load_${i}_of_${bits}__backup__succeeds" backup_under_load "$bits" "$i"
    check "under_load_${i}_of_${bits}__backup__verifies" verifies_all "$(on_c "load$i")"
    check "under_load_${i}_of_${bits}__backup__is_the_frozen_moment" \
        is_frozen_moment "$(on_c "load$i")"
    rm -rf "$(on_c "load$i")" "$(on_c "calls$i.txt")"
done
check "under_load__each_backup__is_of_another_moment" writes_on "$count"
check_equal "under_load__freezes__all_are_timed" "$count $count" \
    "$(wc -l <"$TEST_FOLDER/to-freeze") $(wc -l <"$TEST_FOLDER/frozen")"
check "under_load__afterwards__nothing_is_left" nothing_left 5

spread() { # FILE
    sort -n "$1" | awk '{ v[NR] = $1 }
        END { printf "min %d, median %d, max %d ms\n", v[1], v[int((NR + 1) / 2)], v[NR] }'
}
rounds=$((16#$(tail -n 1 "$freeze_log" | cut -c 1-16) - 16#$(head -n 1 "$freeze_log" | cut -c 1-16)))
echo "$count backups, $rounds rounds of the directory from the first freeze to the last"
echo "until frozen: $(spread "$TEST_FOLDER/to-freeze")"
echo "frozen: $(spread "$TEST_FOLDER/frozen")"
