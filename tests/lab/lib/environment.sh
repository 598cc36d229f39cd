# Where everything lies and how Wine is run: sourced by every script of the lab.
# Knows no prefix: what a prefix is made of stands in template.sh and directory.sh.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for the script that sources this
set -euo pipefail

# Without a process if the path is known: tests call the lab some thousand times.
ROOT=${BASH_SOURCE[0]%/tests/lab/lib/environment.sh}
[[ $ROOT == /* && $ROOT != */../* && -d $ROOT ]] || ROOT=$(cd "${BASH_SOURCE[0]%/*}/../../.." && pwd)
BUILD=$ROOT/build
DEPS=$BUILD/deps
STAGE=$BUILD/stage
WINE32=$DEPS/wine32
WINE_LOADER=$DEPS/wine-loader/lib/wine # Wine takes share/wine from beside it
EMULATED=$DEPS/emulated

# Every program of Wine is run by the loader that ran the first one.
PATH=${PATH#"$EMULATED/bin":}
export PATH=$WINE_LOADER:${PATH#"$WINE_LOADER":}
[ "${NTDSBCLI_TEST_32BIT-}" != emulated ] || PATH=$EMULATED/bin:$PATH

# Without a UTF-8 locale Wine mangles file names; without -all its wrapper complains on every run
# about a package that is not needed here.
export LC_ALL=C.UTF-8
export WINEDEBUG=${WINEDEBUG:--all}
# Has to be the same for the first process of a wineserver and for all later ones.
export WINEDLLPATH=$WINE32
# Neither a browser engine nor .NET belongs to a lab, and asking for them would block. The menu builder
# would write into the home of whoever runs it. Explorer makes a desktop for every program with COM, on
# no screen: one process in twenty.
export WINEDLLOVERRIDES=${WINEDLLOVERRIDES:-mscoree,mshtml=;explorer.exe,winemenubuilder.exe=d}
# No screen: without that folder there is none of Wayland's either, and its library complains of no
# folder at all.
unset DISPLAY
export XDG_RUNTIME_DIR=/nonexistent

# Some kernels run no 32-bit program: built without, told not to (ia32_emulation=off), or below a
# hypervisor that cannot. The smallest program tells, which only calls exit(0). The answer is kept for
# all that is started; NTDSBCLI_TEST_32BIT=no behaves as on such a machine, emulated lets QEMU run them.
NO_32BIT="this machine's kernel runs no 32-bit programs"
runs_32bit() {
    local program
    if [ -z "${NTDSBCLI_TEST_32BIT-}" ]; then
        mkdir -p "$BUILD"
        program=$(mktemp "$BUILD/exit-32bit.XXXXXX")
        {
            printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0\1\0\0\0'
            printf 'T\200\4\0104\0\0\0\0\0\0\0\0\0\0\0004\0\40\0\1\0\0\0\0'
            printf '\0\0\0\1\0\0\0\0\0\0\0\0\200\4\10\0\200\4\10[\0\0\0[\0\0\0\5\0\0\0\0\20\0\0'
            printf '1\3331\300@\315\200'
        } >"$program"
        chmod u+x "$program"
        NTDSBCLI_TEST_32BIT=no
        ! { "$program"; } 2>/dev/null || NTDSBCLI_TEST_32BIT=yes
        export NTDSBCLI_TEST_32BIT
        rm "$program"
    fi
    [ "$NTDSBCLI_TEST_32BIT" != no ]
}

# The bitness of the Windows in a prefix.
WINDOWS_BITS=64
use_windows32() {
    [ "$WINDOWS_BITS" = 64 ] || return 0
    runs_32bit || die "a 32-bit Windows: $NO_32BIT"
    WINDOWS_BITS=32
    export WINEARCH=win32 WINELOADER=$WINE32/usr/lib/wine/wine
    [ "$NTDSBCLI_TEST_32BIT" != emulated ] || WINELOADER=$EMULATED/lib/wine/wine
    export PATH=${WINELOADER%/*}:$PATH
}

# Genuine files for tests that want them, an absolute path; empty where there are none.
data=${NTDSBCLI_TEST_DATA:-$ROOT/../shared/data}
if [ ! -d "$data" ]; then
    data=''
elif [[ $data != /* || $data == */../* ]]; then
    data=$(cd "$data" 2>/dev/null && pwd -P) || true
fi
export NTDSBCLI_TEST_DATA=${data:-${NTDSBCLI_TEST_DATA-}}

# die MESSAGE: the script's own failure, exit 1.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# usage_error MESSAGE: the caller's mistake, exit 2; usage() is the script's own.
usage_error() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    usage >&2
    exit 2
}

# run_step LOG NAME CMD...: runs quietly; a failure names the step and shows the end of its output.
# Not for use inside a condition: there errexit would be off in CMD.
run_step() {
    local log=$1 name=$2 started=$SECONDS status
    shift 2
    printf '%s: %s\n' "${0##*/}" "$name"
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
        tail -n 40 "$log" >&2
        die "step failed after $((SECONDS - started)) s: $name (whole output: $log)"
    fi
}
