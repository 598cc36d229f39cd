#!/usr/bin/env bash
# From nothing to a proven backup and restore in one command: an old-API program backs up a domain
# controller that is being written to, through the Volume Shadow Copy Service; another restores it
# after a disaster, and refuses what must not be restored.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LAB=$ROOT/tests/lab/lab.sh
TOOLS=$ROOT/build/stage/lab/host
PREFIX=$ROOT/build/prefix-demo
FOLDER=$ROOT/build/demo-backup
export LC_ALL=C.UTF-8
# shellcheck source-path=SCRIPTDIR source=demo-restore.sh
. "$ROOT/samples/demo-restore.sh"

usage() {
    cat <<'TEXT'
usage: demo.sh [--bits 32|64] [--input FILE] [--keep]
  --bits N      bitness of the programs (default 32: what most old programs are; 64 where the
                kernel runs no 32-bit programs)
  --input FILE  the directory's database, an ntds.dit (default: the genuine one of
                $NTDSBCLI_TEST_DATA or ../shared/data, else one that is generated)
  --keep        leaves the domain controller running, and tells how to use it
TEXT
}
usage_error() {
    printf 'demo.sh: %s\n' "$*" >&2
    usage >&2
    exit 2
}

step_number=0
step() {
    step_number=$((step_number + 1))
    printf '\n%d. %s\n' "$step_number" "$*"
}

indent() {
    sed -u 's/\r$//; s/^/   /'
}

failures=0
proof() { # TEXT CMD...: a failure does not end the demo
    local text=$1 output
    shift
    if output=$("$@" 2>&1); then
        printf '   %-66s ok\n' "$text"
    else
        printf '   %-66s FAILED\n' "$text"
        printf '      %s\n' "${output//$'\n'/$'\n'      }"
        failures=$((failures + 1))
    fi
}

same() { # WHAT A B
    echo "$1: '$2' and '$3'"
    [ -n "$2" ] && [ "$2" = "$3" ]
}
other() { # WHAT A B
    echo "$1: '$2' and '$3'"
    [ -n "$2" ] && [ "$2" != "$3" ]
}
greater() { # WHAT A B
    echo "$1: '$2', to be above '$3'"
    [ "$2" -gt "$3" ]
}

# The number of the last round that the directory finished: the header gets it last. While the
# directory holds the file it can be read from outside Windows only.
stamp_of() { # FILE
    od -An -tu8 -j16 -N8 "$1" | tr -d ' '
}
# The highest number in any stamped page: of the round under way.
newest_stamp_of() { # FILE
    local hex
    # The stamps differ in the middle of a round, so all are listed.
    hex=$({ "$TOOLS/ese-stamps" --verbose "$1" || true; } 2>&1 |
        sed -n 's/^page [0-9]*: \([0-9a-f]*\),.*/\1/p' | sort | tail -n 1)
    echo $((16#${hex:-0}))
}
sha256_of() { # FILE
    sha256sum <"$1" | cut -d ' ' -f 1
}

nothing_left() {
    local status
    status=$("$LAB" status "$PREFIX")
    echo "$status"
    grep -qx 'shadows 0' <<<"$status" && grep -qx 'brokers 0' <<<"$status"
}

finish() {
    local code=$?
    trap - EXIT
    [ "$code" -eq 0 ] || [ "$failures" -gt 0 ] || echo "demo.sh: stopped early, exit code $code" >&2
    "$LAB" destroy "$DIRTY_PREFIX" || code=1
    [ "$keep" -eq 1 ] || "$LAB" destroy "$PREFIX" || code=1
    exit "$code"
}

parse() {
    bits='' input='' keep=0
    while [ $# -gt 0 ]; do
        case $1 in
        --bits)
            [[ ${2-} =~ ^(32|64)$ ]] || usage_error "--bits needs 32 or 64, not '${2-}'"
            bits=$2
            shift
            ;;
        --input)
            [ -n "${2-}" ] || usage_error "--input needs a file"
            [ -f "$2" ] || usage_error "there is no file $2"
            input=$(realpath -- "$2")
            shift
            ;;
        --keep) keep=1 ;;
        -h | --help) usage && exit 0 ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        shift
    done
    local genuine=${NTDSBCLI_TEST_DATA:-$ROOT/../shared/data}/ntds/ntds.dit
    if [ -z "$input" ] && [ -f "$genuine" ]; then
        input=$(realpath -- "$genuine")
    fi
}

runs_32bit() {
    (. "$ROOT/tests/lab/lib/environment.sh" && runs_32bit)
}

# Sets $bits if the user has not.
choose_bits() {
    local wanted=$bits
    bits=${bits:-32}
    if [ "$bits" = 32 ] && ! runs_32bit; then
        [ -z "$wanted" ] || {
            echo "demo.sh: --bits 32: this machine's kernel runs no 32-bit programs" >&2
            exit 1
        }
        echo "demo.sh: this machine's kernel runs no 32-bit programs: the programs shown are 64-bit"
        bits=64
    fi
}

# Wine is fetched and unpacked beside the build. An ordinary user is told all packages at once.
set_up_and_build() {
    local setup=("$ROOT/tests/lab/setup.sh") wine
    runs_32bit || setup+=(--x64)
    if [ "$(id -u)" -eq 0 ]; then
        "${setup[@]}" compilers
    else
        "${setup[@]}" compilers wine
    fi
    "${setup[@]}" wine &
    wine=$!
    "$ROOT/tests/lab/build.sh" --demo "$bits"
    wait "$wine"
}

make_domain_controller() {
    "$LAB" destroy "$PREFIX"
    "$LAB" destroy "$DIRTY_PREFIX"
    rm -rf "$FOLDER" "$FOLDER"-*
    if [ -n "$input" ]; then
        "$LAB" create "$PREFIX" --database "$input"
    else
        "$LAB" create "$PREFIX" --generate
    fi
    "$LAB" start "$PREFIX"
    "$LAB" status "$PREFIX" | grep '^directory '
}

# run_sample NAME ARGUMENT...: a program of the samples in the lab, as typed. Sets $exit_code.
run_sample() {
    local architecture=x64 started=$EPOCHREALTIME name=$1 prefix=${sample_prefix-$PREFIX}
    shift
    [ "$bits" = 64 ] || architecture=x86
    exit_code=0
    printf '   C:\\> %s.exe %s\n' "$name" "$*"
    # Through a file: the services of a machine that is just starting would keep a pipe open.
    "$LAB" exec "--$bits" "$prefix" "$ROOT/build/stage/$architecture/$name.exe" "$@" \
        >"$PREFIX/output" 2>&1 </dev/null || exit_code=$?
    indent <"$PREFIX/output"
    printf '   exit code %d, %d ms\n' "$exit_code" \
        $(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000))
}
in_lab() { # FOLDER: as the lab's programs see it
    printf 'Z:%s' "${1//\//\\}"
}

back_up() {
    stamp_before=$(stamp_of "$live")
    run_sample legacy-backup "\\\\$computer" "$(in_lab "$FOLDER")"
    # Its present state: the proofs take some time.
    cp "$live" "$PREFIX/live-after.dit"
    [ "$exit_code" -eq 0 ] || {
        echo "demo.sh: the backup failed: there is nothing to prove" >&2
        exit 1
    }
}

prove() {
    local copy=$FOLDER/ntds.dit frozen_stamp frozen_sha256 stamp_after
    read -r frozen_stamp frozen_sha256 < <(tail -n 1 "$("$LAB" directory "$PREFIX" freeze_log_path)" | tr -d '\r')
    frozen_stamp=$((16#${frozen_stamp:-0}))
    proof "all stamps in the copied database agree: it is of one instant" "$TOOLS/ese-stamps" "$copy"
    proof "... the instant at which the directory was frozen (stamp $frozen_stamp)" \
        same "stamps of the copy and of the freeze" "$(stamp_of "$copy")" "$frozen_stamp"
    if [ -n "$frozen_sha256" ]; then
        proof "its bytes are those of that instant (SHA-256 of the frozen file)" \
            same "SHA-256 of the copy and of the frozen file" "$(sha256_of "$copy")" "$frozen_sha256"
    else
        echo "   (too large for a hash while frozen: the stamps are the proof)"
    fi
    proof "the directory wrote before the freeze" \
        greater "stamp of the freeze" "$frozen_stamp" "$stamp_before"
    stamp_after=$(newest_stamp_of "$PREFIX/live-after.dit")
    proof "... and after it: newest stamp when the backup ended is $stamp_after" \
        greater "newest stamp in the live database" "$stamp_after" "$frozen_stamp"
    proof "so the live database differed when the backup ended" \
        other "SHA-256 of the copy and of the live file" "$(sha256_of "$copy")" \
        "$(sha256_of "$PREFIX/live-after.dit")"
    proof "the checksums of every page and log are right (ese-check)" "$TOOLS/ese-check" "$copy" "$FOLDER"
    proof "an independent reader opens it (esedbinfo)" esedbinfo "$copy"
    proof "no shadow copy and no broker is left" nothing_left
}

main() {
    parse "$@"
    choose_bits
    step "Set-up and build"
    set_up_and_build 2>&1 | indent
    step "A domain controller with ${input:-a generated database}, under load"
    trap finish EXIT
    make_domain_controller 2>&1 | indent
    computer=$("$LAB" directory "$PREFIX" computer)
    live=$("$LAB" directory "$PREFIX" database_path)
    step "Backup with a $bits-bit program of the old API"
    back_up
    step "What is in the backup folder"
    (cd "$FOLDER" && ls -l) | awk 'NR > 1 { printf "   %10d  %s\n", $5, $NF }'
    step "Proofs"
    prove
    restore_part
    if [ "$keep" -eq 1 ]; then
        step "The domain controller is left running"
        cat <<TEXT
   tests/lab/lab.sh status build/prefix-demo
   tests/lab/lab.sh exec --$bits build/prefix-demo legacy-backup.exe '\\\\$computer' 'C:\\backup'
   tests/lab/lab.sh exec --$bits build/prefix-demo legacy-restore.exe '\\\\$computer' 'C:\\backup' --dry-run
   tests/lab/lab.sh destroy build/prefix-demo
TEXT
    fi
    echo
    if [ "$failures" -gt 0 ]; then
        echo "demo.sh: $failures proofs FAILED"
        exit 1
    fi
    echo "demo.sh: every proof held. The backup is in ${FOLDER#"$PWD"/}"
}

main "$@"
