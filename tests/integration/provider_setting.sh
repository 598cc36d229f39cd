#!/usr/bin/env bash
# The setting Provider: that provider makes the shadow copies, or there is no backup.
. "$(dirname "$0")/lib/backup.sh"

make_small_lab --generate
none=$(on_c none)

set_provider() { # TEXT
    "$LAB" exec "$prefix" reg add 'HKLM\SOFTWARE\ntdsbcli' /v Provider /t REG_SZ /d "$1" /f /reg:64 \
        >/dev/null
}
run() { # BITS
    "$LAB" exec "--$1" "$prefix" legacy-backup "$(server)" 'C:\none'
}
log_has() { # PATTERN
    grep -q "$1" <(tr -d '\r' <"$(product_log legacy-backup)")
}

set_provider '{b5946137-7b9f-4925-af80-51abd60b20d5}' # Windows' own, and the lab's
check "provider__is_there__backup_succeeds" backup 64 own
check "provider__is_there__backup_of_${other_bits}_bit_succeeds" backup "$other_bits" own32
set_provider '{01234567-89ab-cdef-0123-456789abcdef}'
for bits in "${all_bits[@]}"; do
    check "provider_${bits}__is_not_there__backup_is_refused" refused 5 0x "$none" run "$bits"
done
check "provider__is_not_there__log_names_the_code" log_has VSS_E_PROVIDER_NOT_REGISTERED
set_provider 'system'
check "provider__is_no_guid__backup_succeeds" backup 64 ignored
check "provider__is_no_guid__log_names_the_setting" log_has 'Setting Provider ignored'
check "provider__afterwards__nothing_is_left" nothing_left 5
