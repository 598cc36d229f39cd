# Programs of callers/ run beside the product.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/backup.sh"

# As an administrator would put the product beside an old program; both bitnesses.
install_caller() { # NAME
    local architecture
    for architecture in "${architectures[@]}"; do
        mkdir -p "$TEST_FOLDER/beside-$architecture"
        cp "$STAGE/$architecture"/*.dll "$STAGE/$architecture/ntdsbroker64.exe" \
            "$STAGE/lab/$architecture/$1.exe" "$TEST_FOLDER/beside-$architecture/"
    done
}

caller() { # BITS NAME ARGUMENT...
    "$LAB" exec "--$1" "$prefix" "$TEST_FOLDER/beside-$(architecture "$1")/$2.exe" "${@:3}"
}

# A backup that keeps nothing; its figures are kept for figure. Arguments are survey-caller's.
survey() { # BITS ARGUMENT...
    local code=0
    caller "$1" survey-caller "${@:2}" >"$TEST_FOLDER/survey" || code=$?
    tr -d '\r' <"$TEST_FOLDER/survey"
    return "$code"
}
figure() { # KEY
    tr -d '\r' <"$TEST_FOLDER/survey" | sed -n "s/^$1 //p"
}
