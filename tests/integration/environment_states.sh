#!/usr/bin/env bash
# What the calls say of a directory that is on its way, not there, or no domain controller's.
. "$(dirname "$0")/lib/caller.sh"

install_caller survey-caller

# For states that stay as long as a test may need; ended by switching the machine off.
FOREVER_MS=600000
LIMIT_S=30

# The service's state (winsvc.h, or none) all the time, what DsIsNTDSOnline and what Prepare says.
states_are() { # BITS STATE "ONLINE" "PREPARE"
    local expected
    expected=$(printf 'service_before %s\nonline %s\nprepare %s\nservice_after %s' \
        "$2" "$3" "$4" "$2")
    survey "$1" --states "$(server_name)" | tee "$TEST_FOLDER/states"
    [ "$(cat "$TEST_FOLDER/states")" = "$expected" ] || {
        printf 'expected:\n%s\n' "$expected"
        return 1
    }
}
server_name() {
    if [ -e "$prefix/lab.conf" ]; then server; else echo localhost; fi
}

OK=0x00000000
COULD_NOT_CONNECT=0xC7FF0007
check_states() { # LABEL STATE "ONLINE" "PREPARE"
    local bits
    for bits in "${all_bits[@]}"; do
        check "states_${bits}__$1" states_are "$bits" "${@:2}"
    done
}

service_is() { # STATE
    [ "$("$LAB" exec "$prefix" lab-service state NTDS | tr -d '\r')" = "$1" ]
}
# The service manager has no event to wait on.
wait_for_service() { # STATE
    local end=$((SECONDS + LIMIT_S))
    until service_is "$1"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        pause
    done
}

# lab-service waits for what is asked for; it is left to do so, and ends with the machine.
begin() { # start|stop
    "$LAB" exec "$prefix" lab-service "$1" NTDS >"$TEST_FOLDER/begin" 2>&1 </dev/null &
}
end_machine() {
    set_dword 'Services\NTDS\Lab' 'Start delay ms' 0
    set_dword 'Services\NTDS\Lab' 'Stop delay ms' 0
    "$LAB" off "$prefix"
    wait
}

# --- stopped, starting, stopping ------------------------------------------------------------------

"$LAB" create "$prefix"
none=$(on_c none)
check_states "stopped_directory__is_not_online_and_cannot_be_prepared" \
    1 "$OK 0" "$COULD_NOT_CONNECT nothing"

set_dword 'Services\NTDS\Lab' 'Start delay ms' "$FOREVER_MS"
begin start
check "directory__on_its_way_up__is_seen" wait_for_service START_PENDING
check_states "starting_directory__is_not_online_and_cannot_be_prepared" \
    2 "$OK 0" "$COULD_NOT_CONNECT nothing"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__starting_directory__exit_3" refused 3 'not online' "$none" \
        backup "$bits" none
done
end_machine

# The service reads this when it starts, which it does by itself now that it was asked to once.
"$LAB" stop "$prefix"
set_dword 'Services\NTDS\Lab' 'Stop delay ms' "$FOREVER_MS"
"$LAB" start "$prefix"
check "backup__before_it_stops__succeeds" backup 64 before
begin stop
check "directory__on_its_way_down__is_seen" wait_for_service STOP_PENDING
check_states "stopping_directory__is_not_online_and_cannot_be_prepared" \
    3 "$OK 0" "$COULD_NOT_CONNECT nothing"
for bits in "${all_bits[@]}"; do
    check "backup_${bits}__stopping_directory__exit_3" refused 3 'not online' "$none" \
        backup "$bits" none
    # It still has its database open.
    check "restore_${bits}__stopping_directory__exit_3" fails_with 3 '0xC7FF0007' \
        "$LAB" exec "--$bits" "$prefix" legacy-restore "$(server)" 'C:\before'
done
end_machine

"$LAB" start "$prefix"
check "backup__after_all_these_states__succeeds" backup 64 after
check "backup__after_all_these_states__nothing_is_left" nothing_left 5

# --- no service -----------------------------------------------------------------------------------

# The registry's key stays, but nothing that the service manager takes for a service.
"$LAB" stop "$prefix"
for value in Type ImagePath Start; do
    "$LAB" exec "$prefix" reg delete 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS' /v "$value" /f \
        >/dev/null
done
"$LAB" off "$prefix"
check_states "no_service__is_not_online_and_cannot_be_prepared" \
    none "$OK 0" "$COULD_NOT_CONNECT nothing"

# --- no domain controller -------------------------------------------------------------------------

# Directory files and service alone do not make one; a member server has the binaries, too.
"$LAB" exec "$prefix" reg add 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions' \
    /v ProductType /d ServerNT /f >/dev/null
check_states "member_server__cannot_be_asked" \
    none "$COULD_NOT_CONNECT 0" "$COULD_NOT_CONNECT nothing"
"$LAB" exec "$prefix" reg add 'HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions' \
    /v ProductType /d LanmanNT /f >/dev/null
"$LAB" exec "$prefix" reg delete 'HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters' \
    /v 'DSA Database file' /f >/dev/null
check_states "no_database_in_the_registry__cannot_be_asked" \
    none "$COULD_NOT_CONNECT 0" "$COULD_NOT_CONNECT nothing"
"$LAB" destroy "$prefix"

prefix=$(test_prefix workstation)
"$LAB" clone "$prefix"
check_states "workstation__cannot_be_asked" \
    none "$COULD_NOT_CONNECT 0" "$COULD_NOT_CONNECT nothing"
