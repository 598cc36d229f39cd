#!/usr/bin/env bash
# legacy-backup that is stopped, killed, or not alone: no shadow and no broker stay, nothing looks
# like a backup that is none.
. "$(dirname "$0")/lib/backup.sh"

# Large enough that reading it byte by byte takes some ten seconds.
ese make --database "$TEST_FOLDER/large.dit" --dirty --sparse-size 16M
make_small_lab --database "$TEST_FOLDER/large.dit"

backup_process() { # NAME
    processes_running legacy-backup "legacy-backup\.exe.* C:.$1 "
}

# end_processes SIGNAL ID...: those of this test, by their numbers.
end_processes() {
    [ $# -gt 1 ] || die "there is no process to send $1"
    kill "-$1" "${@:2}"
}

looks_unfinished() { # NAME
    test ! -e "$(on_c "$1")/token.bin"
    test ! -e "$(on_c "$1")/ntds.dit"
}

# --- Ctrl-C ---------------------------------------------------------------------------------------

slow_backup 64 stopped
mapfile -t processes < <(backup_process stopped)
end_processes INT "${processes[@]}"
end_of_job
check_equal "ctrl_c__during_the_copy__exit_1" 1 "$code"
check "ctrl_c__during_the_copy__says_so" grep -q 'stopped; no backup was made' \
    "$TEST_FOLDER/stopped.out"
check "ctrl_c__during_the_copy__leaves_no_folder" test ! -e "$(on_c stopped)"
check "ctrl_c__during_the_copy__leaves_no_shadow" nothing_left 5

# --- killed ---------------------------------------------------------------------------------------

for bits in "${all_bits[@]}"; do
    slow_backup "$bits" "killed$bits"
    check_exit 1 "killed_${bits}__before__there_is_a_shadow" nothing_left 0
    mapfile -t processes < <(backup_process "killed$bits")
    end_processes KILL "${processes[@]}"
    end_of_job
    check "killed_${bits}__folder__looks_unfinished" looks_unfinished "killed$bits"
    check "killed_${bits}__afterwards__no_broker_and_no_shadow" nothing_left 15
    check "killed_${bits}__next_backup__succeeds" backup "$bits" "after$bits"
done
part_is_named() {
    refused 7 'interrupted backup' "$(on_c none)" backup 64 killed64
}
check "killed__same_folder_again__is_refused_and_says_why" part_is_named

# --- the broker dies ------------------------------------------------------------------------------

slow_backup 64 orphan
mapfile -t processes < <(processes_like '^ntdsbroker64 ')
end_processes KILL "${processes[@]}"
# What is left to read may come through handles that the program has already.
end_of_job
check "broker_killed__backup__is_not_called_good" test "$code" -ne 0
check_equal "broker_killed__backup__exit_5" 5 "$code"
check "broker_killed__folder__is_gone" test ! -e "$(on_c orphan)"
check "broker_killed__afterwards__no_shadow" nothing_left 30

# --- two at once ----------------------------------------------------------------------------------

jobs_of=()
for number in 1 2; do
    bits=64
    [ "$number" = 1 ] || bits=$other_bits
    backup "$bits" "both$number" >"$TEST_FOLDER/both$number.out" 2>&1 </dev/null &
    jobs_of[number]=$!
done
for number in 1 2; do
    code=0
    wait "${jobs_of[number]}" || code=$?
    check_equal "two_at_once__${number}__succeeds" 0 "$code"
    [ "$code" -eq 0 ] || cat "$TEST_FOLDER/both$number.out"
    check "two_at_once__${number}__verifies" verifies "$(on_c "both$number")"
done
check "two_at_once__afterwards__no_broker_and_no_shadow" nothing_left 5
