#!/usr/bin/env bash
# Sets of files that the genuine engine made, by ese-verify on this machine: each is accepted as it
# is, and with files missing or damaged the verdict is the engine's.
. "$(dirname "$0")/lib/backup.sh"

REFUSED=6

TOOLS=$STAGE/lab/host
folder=$TEST_FOLDER/set
engine=${NTDSBCLI_TEST_ENGINE-${NTDSBCLI_TEST_DATA:+$NTDSBCLI_TEST_DATA/../engine}}

if [ ! -d "$engine" ]; then
    skip "engine_sets__as_they_are__are_accepted" "neither NTDSBCLI_TEST_ENGINE nor ../engine"
    exit 0
fi
engine=$(cd "$engine" && pwd)

unpack() { # SET
    rm -rf "$folder"
    tar -xJf "$engine/$1.tar.xz" -C "$TEST_FOLDER"
    mv "$TEST_FOLDER/$1" "$folder"
    rm -f "$folder"/*.bin
}

verify() {
    (cd "$folder" && "$TOOLS/ese-verify" ./*)
}

damage() { # FILE ACTION...
    "$TOOLS/ese-damage" "$folder/$1" "${@:2}"
}

# The log of a generation, with names of either kind.
log_name() { # GENERATION
    local name
    for name in "$(printf 'edb%05X.log' "$1")" "$(printf 'edb%08X.jtx' "$1")" edb.log edb.jtx; do
        [ ! -e "$folder/$name" ] || break
    done
    printf '%s' "$name"
}

# accepted yes|no NAME
accepted() {
    if [ "$1" = yes ]; then check "$2" verify; else check_exit "$REFUSED" "$2" verify; fi
}

# --- each set, with each log missing --------------------------------------------------------------

# SET, STATE, lowest and highest generation, the checkpoint's, the lowest that the database needs
sets='clean4k clean 1 5 5 0
clean8k clean 1 5 5 0
clean16k clean 1 5 5 0
clean32k clean 1 5 5 0
clean8k-old-pages clean 1 5 5 0
clean8k-trailing clean 1 4 4 0
clean8k-format2012 clean 1 4 4 0
dirty4k dirty 1 7 1 1
dirty8k dirty 1 6 1 1
dirty32k dirty 1 6 1 1
dirty8k-10mb-logs dirty 1 1 1 1
dirty8k-shrunk dirty 19 22 21 21
dirty8k-new-names dirty 1 5 1 1
snapshot8k-circular-off dirty 1 5 1 1
live-backup-circular-on dirty 1 11 1 1'

# With the checkpoint nothing below it is read; all above it is.
without_log() { # SET LOW HIGH CHECKPOINT
    local generation
    for generation in $(seq "$2" "$3"); do
        unpack "$1"
        rm "$folder/$(log_name "$generation")"
        accepted "$([ "$generation" -lt "$4" ] && echo yes || echo no)" \
            "engine_sets__${1}_without_log_$generation"
    done
}

# Without it all that is there is read. The lowest may go if it is not needed; so may the newest of a
# clean database, for which edbtmp.log stands in.
may_go_without_checkpoint() { # STATE LOW HIGH NEEDED GENERATION
    case $1 in
    clean) [ "$5" -eq "$2" ] || [ "$5" -eq "$3" ] ;;
    dirty) [ "$5" -eq "$2" ] && [ "$5" -lt "$4" ] ;;
    esac
}

without_log_and_checkpoint() { # SET STATE LOW HIGH NEEDED
    local generation
    for generation in $(seq "$3" "$4"); do
        unpack "$1"
        rm "$folder"/edb.[cj][hc][kp] "$folder/$(log_name "$generation")"
        accepted "$(may_go_without_checkpoint "${@:2}" "$generation" && echo yes || echo no)" \
            "engine_sets__${1}_without_checkpoint_and_log_$generation"
    done
}

while read -r set state low high checkpoint needed; do
    unpack "$set"
    check "engine_sets__${set}_as_it_is__is_accepted" verify
    without_log "$set" "$low" "$high" "$checkpoint"
    without_log_and_checkpoint "$set" "$state" "$low" "$high" "$needed"
done <<<"$sets"

# --- the current log ------------------------------------------------------------------------------

unpack snapshot8k-circular-off
rm "$folder/edbtmp.log"
check_exit "$REFUSED" "engine_sets__snapshot_without_edbtmp__is_refused" verify
keep_output
check "engine_sets__snapshot_without_edbtmp__is_jet_528" kept_output_has 'refuse it \(-528\)'
: >"$folder/edbtmp.log"
check "engine_sets__snapshot_with_an_empty_edbtmp__is_accepted" verify
unpack clean8k
rm "$folder/edbtmp.log"
check "engine_sets__edb_log_without_edbtmp__is_accepted" verify
rm "$folder/edb.log" "$folder/edb.chk"
check_exit "$REFUSED" "engine_sets__clean_without_current_log__is_refused" verify
rm "$folder"/edb0*.log
check "engine_sets__clean_without_logs__is_accepted" verify

# --- streamed -------------------------------------------------------------------------------------

# Without edb.log: the engine's own restore makes one.
unpack stream8k
check "engine_sets__streamed__is_accepted" verify
keep_output
check "engine_sets__streamed__is_said" kept_output_has 'a streaming backup'
rm "$folder/edb00003.log"
check_exit "$REFUSED" "engine_sets__streamed_with_a_gap__is_refused" verify

# --- inside a log ---------------------------------------------------------------------------------

spoilt() { # yes|no WHAT LOG ACTION VALUE
    unpack dirty8k
    damage "$3" "$4" "$5"
    accepted "$1" "engine_sets__${3%.log}_$2"
    keep_output
}

for log in edb00003.log edb.log; do
    spoilt no segment_zeroed "$log" --zero-segment 5
    check "engine_sets__${log%.log}_segment_zeroed__next_is_out_of_order" \
        kept_output_has 'segment 6 at byte 24576: out of order'
    spoilt no segment_doubled "$log" --double-segment 5
    spoilt no segments_shifted_up "$log" --shift-segments up
    spoilt no segments_shifted_down "$log" --shift-segments down
    spoilt yes last_segment_zeroed "$log" --zero-segment last
done
spoilt no tail_zeroed edb00003.log --zero-tail 20
check "engine_sets__tail_zeroed__is_jet_590" kept_output_has 'refuse it \(-590\)'

# --- strays and the checkpoint --------------------------------------------------------------------

spoilt_set() { # yes|no WHAT SET ACTION...
    unpack "$3"
    damage . "${@:4}"
    accepted "$1" "engine_sets__${3}_$2"
}

spoilt_set no log_of_another_series dirty8k --foreign 4
spoilt_set no empty_log dirty8k --empty 4
spoilt_set no log_under_another_number dirty8k --copy 3:4
spoilt_set no log_above_the_current dirty8k --copy 3:20
spoilt_set no checkpoint_above_what_is_needed dirty8k --checkpoint 3
spoilt_set yes checkpoint_of_another_series dirty8k --checkpoint foreign
spoilt_set yes foreign_checkpoint_without_lower_logs dirty8k-shrunk --checkpoint foreign
spoilt_set yes foreign_log_below_the_checkpoint clean8k --foreign 2
spoilt_set no checkpoint_and_log_of_another_series clean8k --checkpoint foreign --foreign 2
spoilt_set yes older_checkpoint clean8k --checkpoint 2

# --- the database ---------------------------------------------------------------------------------

unpack clean8k
damage ntds.dit --patch-header log
check_exit "$REFUSED" "engine_sets__header_of_a_log__is_refused" verify
unpack clean8k
damage ntds.dit --zero-pages 4:4
check_exit "$REFUSED" "engine_sets__blank_root_page__is_refused" verify
unpack clean8k
damage ntds.dit --zero-pages 1:0
check_exit "$REFUSED" "engine_sets__all_pages_blank__is_refused" verify
