#!/usr/bin/env bash
# A program built with mingw-w64's own ntdsbcli.h, which finds the functions by their names.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"

prefix=$(test_prefix dc)
make_lab --generate

# Beside the product, as an administrator would put the product beside an old program.
install_caller() { # ARCHITECTURE
    mkdir "$TEST_FOLDER/caller-$1"
    cp "$STAGE/$1"/*.dll "$STAGE/$1"/ntdsbroker64.exe "$STAGE/lab/$1/mingw-caller.exe" \
        "$TEST_FOLDER/caller-$1/"
}

for bits in 64 32; do
    architecture=x64
    [ "$bits" = 64 ] || architecture=x86
    install_caller "$architecture"
    for half in a w; do
        check "mingw_header_${bits}__full_backup_with_${half}_functions__succeeds" \
            "$LAB" exec "--$bits" "$prefix" "$TEST_FOLDER/caller-$architecture/mingw-caller.exe" \
            "$half"
    done
done
check "mingw_header__afterwards__no_broker_and_no_shadow" nothing_left 5
