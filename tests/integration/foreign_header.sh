#!/usr/bin/env bash
# A program built with mingw-w64's own ntdsbcli.h, which finds the functions by their names.
. "$(dirname "$0")/lib/caller.sh"

make_lab --generate
install_caller mingw-caller
for bits in "${all_bits[@]}"; do
    for half in a w; do
        check "mingw_header_${bits}__full_backup_with_${half}_functions__succeeds" \
            caller "$bits" mingw-caller "$half"
    done
done
check "mingw_header__afterwards__no_broker_and_no_shadow" nothing_left 5
