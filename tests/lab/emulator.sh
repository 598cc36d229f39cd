#!/usr/bin/env bash
# Runs a Windows program of a test (CMAKE_CROSSCOMPILING_EMULATOR): in TEST_PREFIX, a Wine prefix that
# is named after what it is for, KIND-ARCHITECTURE. Knows what a kind of tests needs and may leave,
# not how tests report.
#
#   emulator.sh --make | --remove     the prefix
#   emulator.sh PROGRAM [ARGUMENT...]
. "$(dirname "$0")/lib/environment.sh"

LAB=$ROOT/tests/lab/lab.sh
prefix=${TEST_PREFIX:?"is the prefix of a test, see run_one.sh"}
group=${prefix##*.}
kind=${group%-*} architecture=${group#*-}
programs=$prefix/programs
made=$prefix/made   # is there once the prefix is whole
ready=$prefix/ready # the same once a program has ended as it should

make_prefix() {
    "$LAB" destroy "$prefix"
    if [ "$kind" = unit ]; then
        "$LAB" clone "$prefix"
    else
        # Drive D is for tests of several volumes.
        "$LAB" create "$prefix" --drive D
    fi
    mkdir "$programs"
    [ "$kind" != lab ] || cp "$STAGE/$architecture"/*.{dll,exe} "$programs/"
    touch "$made"
}

get_ready() {
    # A program's limit of time may have ended it.
    [ -e "$made" ] || make_prefix >/dev/null
    [ ! -e "$ready" ] || return 0
    "$LAB" off "$prefix"
    [ "$kind" = unit ] || "$LAB" start "$prefix"
}

# A shadow or a broker that outlives its program is a failure of the product, whatever the test says.
left_nothing() {
    local status
    [ "$kind" != unit ] || return 0
    status=$("$LAB" status "$prefix")
    if ! grep -qx 'brokers 0' <<<"$status" || ! grep -qx 'shadows 0' <<<"$status"; then
        printf '%s\nemulator.sh: left something behind\n' "$status"
        make_prefix >/dev/null
        return 1
    fi
    # A test may end with the directory stopped; the next one begins with it running.
    grep -qx 'directory RUNNING' <<<"$status" || "$LAB" start "$prefix"
}

run_program() { # PROGRAM ARGUMENT...
    local program=$1 name=${1##*/} code=0 log
    log=$prefix/drive_c/ProgramData/ntdsbcli/$name.log
    get_ready
    rm -f "$ready"
    if [ "$kind" = lab ]; then
        cp "$program" "$programs/"
        program=$programs/$name
    fi
    export TZ=LAB-5:45 # in UTC a local time in the wrong place looks right
    export NTDSBCLI_TEST_DATA=${NTDSBCLI_TEST_DATA:+Z:${NTDSBCLI_TEST_DATA//\//\\}}
    (cd "$programs" && exec "$LAB" exec "$prefix" "$program" "${@:2}") || code=$?
    if [ "$code" -ne 0 ] && [ -f "$log" ]; then
        echo "The end of the product's log:"
        tail -n 60 "$log"
    fi
    [ "$timed_out" = 0 ] || return "$code"
    left_nothing || return
    touch "$ready"
    return "$code"
}

if [ "$architecture" = x86 ] && ! runs_32bit; then
    [[ $1 != --* ]] || exit 0
    echo "emulator.sh: $NO_32BIT"
    exit 77
fi

case $1 in
--make)
    "$LAB" sweep
    make_prefix
    ;;
--remove) "$LAB" destroy "$prefix" ;;
*)
    # A time limit ends the program, and this script after it has told what it knows.
    timed_out=0
    trap timed_out=1 TERM
    run_program "$@"
    ;;
esac
