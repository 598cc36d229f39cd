# The programs of this folder in a lab. Knows how they report, not what they try.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/../../integration/lib/backup.sh"

# A folder with the product and the programs beside it, as an old program has it. Prints its path.
program_folder() { # NAME BITS
    local folder=$TEST_FOLDER/$1 architecture
    architecture=$(architecture "$2")
    mkdir "$folder"
    cp "$STAGE/$architecture/ntdsbcli.dll" "$STAGE/x64/ntdsbroker64.exe" \
        "$STAGE/lab/$architecture"/{fault-*.exe,fault-inject.dll,resource-faults.exe} "$folder/"
    printf '%s' "$folder"
}

# What a program of this folder printed becomes results of this test. The number of its cases is
# shown; a program that did not come to its end has failed.
report_cases() { # NAME CMD...
    local name=$1 output=$TEST_FOLDER/cases.$1 word rest count
    shift
    # Into a file: what a killed program leaves behind for a moment could keep a pipe open.
    "$@" </dev/null >"$output.crlf" 2>&1 || true
    tr -d '\r' <"$output.crlf" >"$output"
    while read -r word rest; do
        case $word in
        pass) test_note pass "$rest" ;;
        fail) test_note fail "${rest%%: *}" "${rest#*: }" ;;
        esac
    done <"$output"
    count=$(sed -n 's/^cases //p' "$output")
    if grep -q '^fail ' "$output" || [ -z "$count" ]; then
        sed 's/^/    /' "$output"
    fi
    check "${name}__whole_run__comes_to_its_end" test "${count:-0}" -gt 0
    echo "$name: ${count:-0} cases tried"
}

# A host whose backup must fail in CALL with CODE, and whose log then says WORD (grep -E).
host_fails() { # CALL CODE WORD CMD...
    local log before=0 output=$TEST_FOLDER/host
    log=$(product_log fault-host)
    [ ! -e "$log" ] || before=$(stat -c %s "$log")
    "${@:4}" </dev/null >"$output" 2>&1 || true
    tr -d '\r' <"$output" >"$output.text"
    cat "$output.text"
    tail -c "+$((before + 1))" "$log"
    grep -qx "result $1 $2" "$output.text" || {
        echo "no 'result $1 $2'"
        return 1
    }
    grep -qE -- "$3" <(tail -c "+$((before + 1))" "$log") || {
        echo "the log does not say $3"
        return 1
    }
}

# The directory stopped, and its files those of the backup C:\good. Its writer takes part all the
# same, so that a restore goes through all calls.
make_restored_lab() { # ARGUMENT...
    make_small_lab "$@"
    backup 64 good >/dev/null
    "$LAB" stop "$prefix"
    "$LAB" exec "$prefix" legacy-restore "$(server)" 'C:\good' >/dev/null
    set_dword 'Services\VSS\Embedded\Writers\NTDS' WriterInDsrm 1
}
