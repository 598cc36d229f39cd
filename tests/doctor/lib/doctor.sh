# ntdsdoctor in a lab. Knows its command line and its JSON, not how it finds anything.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../../integration/lib/backup.sh"

# doctor BITS [ARGUMENT...]: the staged one.
doctor() {
    "$LAB" exec "--$1" "$prefix" ntdsdoctor "${@:2}"
}

# run_json CODE CMD...: a doctor that is given --json; its exit code, in its JSON too, and the JSON
# itself are right. $doctor_lines has its values then, one "path value" a line.
doctor_lines=$TEST_FOLDER/doctor.lines
run_json() {
    local code=0 json=$TEST_FOLDER/doctor.json
    "${@:2}" >"$json" 2>"$TEST_FOLDER/doctor.errors" </dev/null || code=$?
    cat "$json" "$TEST_FOLDER/doctor.errors"
    [ "$code" -eq "$1" ] || {
        echo "exit code $code, expected $1"
        return 1
    }
    "$LAB" exec "$prefix" json-lines "$(windows_path "$json")" >"$doctor_lines.crlf" </dev/null
    tr -d '\r' <"$doctor_lines.crlf" >"$doctor_lines"
    grep -qx 'tool ntdsdoctor' "$doctor_lines"
    grep -qx 'schema 1' "$doctor_lines"
    grep -qx "exit_code $1" "$doctor_lines"
}

# A finding of $doctor_lines: what is wrong must come with what to do.
has_finding() { # LEVEL ID PATTERN
    awk -v level="$1" -v id="$2" -v pattern="$3" '
        split($1, part, ".") == 3 && part[1] == "findings" {
            value = $0
            sub(/^[^ ]+ /, "", value)
            finding[part[2], part[3]] = value
            if (part[2] + 1 > count)
                count = part[2] + 1
        }
        END {
            for (i = 0; i < count; i++)
                if (finding[i, "id"] == id && finding[i, "level"] == level &&
                    finding[i, "text"] ~ pattern &&
                    (level == "ok" || level == "note" || finding[i, "next"] != "null"))
                    exit 0
            exit 1
        }' "$doctor_lines" || {
        echo "no finding '$2' of level '$1' that says '$3' and what to do"
        return 1
    }
}

# finds CODE LEVEL ID PATTERN CMD...
finds() {
    run_json "$1" "${@:5}" && has_finding "${@:2:3}"
}

# A value in the 64-bit view; a Windows path or a number.
reg_set() { # KEY NAME TYPE DATA
    "$LAB" exec "$prefix" reg add "$1" /v "$2" /t "$3" /d "$4" /f >/dev/null
}
reg_remove() { # KEY NAME
    "$LAB" exec "$prefix" reg delete "$1" /v "$2" /f >/dev/null
}
reg_remove_key() { # KEY
    "$LAB" exec "$prefix" reg delete "$1" /f >/dev/null 2>&1 || true
}
reg_has() { # KEY [NAME]
    "$LAB" exec "$prefix" reg query "$1" ${2:+/v "$2"} >/dev/null 2>&1
}

# What a restore leaves whose program was killed after it had copied everything.
leave_lock() {
    local name lock='HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Restore In Progress'
    for name in CheckpointFilePath LogPath BackupLogPath; do
        reg_set "$lock" "$name" REG_SZ "$(fact logs)"
    done
    reg_set "$lock\\ntdsbcli" BackupId REG_SZ 00112233
    reg_set "$lock\\ntdsbcli" Map REG_SZ ''
    reg_set "$lock\\ntdsbcli" Owner REG_DWORD 999999
    reg_set "$lock\\ntdsbcli" OwnerStart REG_QWORD 1
}

# Starts a holder and waits until it holds.
hold() { # shadow|restore
    "$LAB" exec "$prefix" holder "$1" 'C:\held' >"$TEST_FOLDER/holder" 2>&1 </dev/null &
    holder=$!
    local end=$((SECONDS + 30))
    until [ -e "$(on_c held)" ]; do
        if [ "$SECONDS" -ge "$end" ] || ! kill -0 "$holder" 2>/dev/null; then
            cat "$TEST_FOLDER/holder"
            return 1
        fi
        pause
    done
}
let_go() {
    rm -f "$(on_c held)"
    wait "$holder"
}
