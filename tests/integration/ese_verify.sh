#!/usr/bin/env bash
# ese-verify, for this machine and in both bitnesses of Windows: what it says of good and of damaged
# files, and its exit codes.
. "$(dirname "$0")/lib/backup.sh"

UNKNOWN=1 USAGE=2 DAMAGED=6 CORRECTABLE=8

TOOLS=$STAGE/lab/host
prefix=$(test_prefix machine)
"$LAB" clone "$prefix" >/dev/null
folder=$(on_c verify)
mkdir "$folder"

# verify host|64|32 NAME...: files of the folder C:\verify.
verify() {
    local system=$1 names=("${@:2}")
    if [ "$system" = host ]; then
        (cd "$folder" && "$TOOLS/ese-verify" "${names[@]}")
    else
        "$LAB" exec "--$system" "$prefix" ese-verify "${names[@]/#/C:\\verify\\}"
    fi
}

make_files() { # PAGE-BYTES [OPTION...]
    local old=(--old-format-every 3)
    [ "$1" -le 8192 ] || old=()
    rm -rf "${folder:?}"/*
    "$TOOLS/ese-make" --database "$folder/ntds.dit" --page-size "$1" --pages 300 --dirty \
        "${old[@]}" --log-dir "$folder" --logs 5 --reserves --checkpoint "$folder/edb.chk" "${@:2}" >/dev/null
}

# damaged NAME ACTION...: a copy, as damaged.NAME.
damaged() {
    cp "$folder/$1" "$folder/damaged.$1"
    "$TOOLS/ese-damage" "$folder/damaged.$1" "${@:2}"
}


said() { # NAME PATTERN: in what the last check's command printed
    keep_output
    check "$1" kept_output_has "$2"
}

# --- every page size, every system ----------------------------------------------------------------

for page_bytes in 2048 4096 8192 16384 32768; do
    make_files "$page_bytes"
    logs=("$folder"/edb*.log)
    # A reserved bit of page 37, which has the new checksum; one copy of the checkpoint.
    damaged ntds.dit --flip $((38 * page_bytes + 39)):7
    damaged edb.chk --flip 500:1
    cp "$folder/ntds.dit" "$folder/swapped.dit"
    "$TOOLS/ese-damage" "$folder/swapped.dit" --swap 33:34
    (cd "$folder" && sha256sum -- *) >"$TEST_FOLDER/sums"
    for system in host "${all_bits[@]}"; do
        of="verify_${system}__pages_of_${page_bytes}"
        check "${of}__good_files_are_good" verify "$system" ntds.dit edb.chk "${logs[@]##*/}"
        said "${of}__are_described" "^  pages of $page_bytes bytes \\([0-9]+\\), format 0x620 "
        check "${of}__none_is_bad" \
            kept_output_has '^  pages: [0-9]+ good, [0-9]+ blank, 0 correctable, 0 bad'
        check_exit "$CORRECTABLE" "${of}__single_bit_is_correctable" verify "$system" damaged.ntds.dit
        said "${of}__single_bit_is_named" \
            '^  page 37 at byte [0-9]+: corrected when read: bit 7 of byte 39 is wrong'
        check_exit "$CORRECTABLE" "${of}__half_a_checkpoint_is_correctable" \
            verify "$system" damaged.edb.chk
        check_exit "$DAMAGED" "${of}__swapped_pages_are_damage" verify "$system" swapped.dit
        said "${of}__swapped_pages_are_both_named" '^  page 34 at byte [0-9]+: .*its own number is 33'
        check "${of}__swapped_pages_are_counted" kept_output_has '^  pages: .* 0 correctable, 2 bad'
    done
    check "verify__pages_of_${page_bytes}__changes_nothing" \
        sh -c "cd '$folder' && sha256sum --quiet -c '$TEST_FOLDER/sums'"
done

# --- kinds of damage ------------------------------------------------------------------------------

make_files 8192
for system in host "$other_bits"; do
    of=verify_${system}
    damaged ntds.dit --truncate $((100 * 8192 + 1000))
    check_exit "$DAMAGED" "${of}__file_cut_in_a_page__is_damaged" verify "$system" damaged.ntds.dit
    said "${of}__file_cut_in_a_page__is_said" '^  page 99 at byte 819200: '
    damaged ntds.dit --flip 100:1
    check_exit "$CORRECTABLE" "${of}__first_header__is_correctable" verify "$system" damaged.ntds.dit
    damaged ntds.dit --flip 100:1 --flip 8300:1
    check_exit "$DAMAGED" "${of}__both_headers__are_damage" verify "$system" damaged.ntds.dit
    damaged ntds.dit --flip $((50 * 8192 + 700)):1 --flip $((50 * 8192 + 900)):4
    check_exit "$DAMAGED" "${of}__two_bits_of_a_page__are_damage" verify "$system" damaged.ntds.dit
    damaged edb.log --flip $((3 * 4096 + 700)):1
    check_exit "$CORRECTABLE" "${of}__bit_of_a_segment__is_correctable" verify "$system" damaged.edb.log
    damaged edb.log --flip 700:1
    check_exit "$DAMAGED" "${of}__header_of_a_log__is_damage" verify "$system" damaged.edb.log
    damaged edb.log --truncate 65536
    check_exit "$DAMAGED" "${of}__log_that_is_cut__is_damaged" verify "$system" damaged.edb.log
    check_exit "$DAMAGED" "${of}__several_files__the_worst_counts" \
        verify "$system" ntds.dit missing.dit damaged.edb.log edb.chk
    said "${of}__several_files__are_summed_up" \
        '^4 files: 2 good, 0 correctable, 1 damaged, 1 unknown'
done
flips=()
for page in $(seq 60 119); do
    flips+=(--flip $(((page + 1) * 8192 + 8)):0 --flip $(((page + 1) * 8192 + 4000)):3)
done
damaged ntds.dit "${flips[@]}"
check_exit "$DAMAGED" "verify__sixty_bad_pages__are_damage" verify host damaged.ntds.dit
said "verify__sixty_bad_pages__are_counted" '^  pages: .* 60 bad'
check "verify__sixty_bad_pages__twenty_are_named" kept_output_has '^  \.\.\. and 40 more'

# --- files that are none --------------------------------------------------------------------------

echo 'no database' >"$folder/text.txt"
cp "$folder/text.txt" "$folder/text.dit"
: >"$folder/edb00009.log"
for system in host 64; do
    of=verify_${system}
    check_exit "$UNKNOWN" "${of}__missing_file__is_unknown" verify "$system" missing.dit
    check_exit "$UNKNOWN" "${of}__folder__is_unknown" verify "$system" .
    check_exit "$UNKNOWN" "${of}__other_file__is_unknown" verify "$system" text.txt
    check_exit "$DAMAGED" "${of}__other_file_called_as_a_database__is_damaged" \
        verify "$system" text.dit
    check_exit "$DAMAGED" "${of}__empty_log__is_damaged" verify "$system" edb00009.log
    check "${of}__files_that_no_backup_holds__are_left_out" \
        verify "$system" edbtmp.log edbres00001.jrs
    check_exit "$USAGE" "${of}__no_file__is_wrong_usage" verify "$system"
done
rm "$folder/edb00009.log"
check_exit "$USAGE" "verify__unknown_option__is_wrong_usage" "$TOOLS/ese-verify" --quick
check "verify__help__succeeds" "$TOOLS/ese-verify" --help
said "verify__help__names_the_exit_codes" '6 damaged'

# --- logs together --------------------------------------------------------------------------------

logs=("$folder"/edb0*.log)
logs=("${logs[@]##*/}")
check "verify__all_logs__are_good" verify host "${logs[@]}" edb.log ntds.dit
said "verify__all_logs__none_is_missing" '^  none is missing between them'
check "verify__all_logs__database_has_what_it_needs" \
    kept_output_has '^  complete: recovery reads 0x1 to 0x5'
check "verify__a_gap_among_logs_alone__is_not_damage" verify host "${logs[0]}" "${logs[-1]}"
said "verify__a_gap_among_logs_alone__is_said" '^  missing: 0x2 to 0x3'
damaged "${logs[1]}" --zero-tail 90
mkdir "$folder/tail"
cp "$folder/${logs[0]}" "$folder/${logs[2]}" "$folder/tail/"
cp "$folder/damaged.${logs[1]}" "$folder/tail/${logs[1]}"
check_exit "$DAMAGED" "verify__a_tail_zeroed_among_logs_alone__is_damage" \
    verify host "tail/${logs[0]}" "tail/${logs[1]}" "tail/${logs[2]}"
said "verify__a_tail_zeroed_among_logs_alone__is_said" \
    '^  0x2 does not hold what 0x3 says it held'
rm -r "$folder/tail"
check_exit "$DAMAGED" "verify__a_gap__is_refused" \
    verify host "${logs[0]}" "${logs[-1]}" edb.log ntds.dit
said "verify__a_gap__is_said" '^  missing: 0x2 to 0x3'
check_exit "$DAMAGED" "verify__only_the_first_log__is_refused" verify host "${logs[0]}" ntds.dit
said "verify__only_the_first_log__current_one_is_missing" 'refuse it \(-528\): the current log'
check "verify__the_first_log_missing_below_the_checkpoint__is_good" \
    verify host "${logs[@]:1}" edb.log edb.chk ntds.dit
# A log that is there must not be called missing; and what cannot be opened outweighs single bits.
mkdir "$folder/unopened"
cp "$folder"/{ntds.dit,edb*.log} "$folder/unopened"
rm "$folder/unopened/edb.log"
mkdir "$folder/unopened/edb.log"
check_exit "$UNKNOWN" "verify__current_log_that_cannot_be_opened__is_unknown" \
    verify host unopened/ntds.dit "${logs[@]/#/unopened/}" unopened/edb.log
said "verify__current_log_that_cannot_be_opened__is_not_called_missing" '^Not judged together'
damaged edb.chk --flip 500:1
check_exit "$UNKNOWN" "verify__single_bit_and_a_missing_file__is_unknown" \
    verify host damaged.edb.chk missing.dit
# Two databases, each with its own series of logs.
mkdir "$folder/other"
"$TOOLS/ese-make" --seed 99 --database "$folder/other/ntds.dit" --page-size 8192 --pages 300 --dirty \
    --log-dir "$folder/other" --logs 5 >/dev/null
others=("$folder"/other/edb0*.log)
others=("${others[@]#"$folder"/}")
check "verify__two_sets__are_good" verify host ntds.dit "${logs[@]}" edb.log \
    other/ntds.dit "${others[@]}" other/edb.log
check_exit "$DAMAGED" "verify__two_sets_and_a_gap_in_one__is_refused" verify host ntds.dit \
    "${logs[@]}" edb.log other/ntds.dit "${others[0]}" "${others[@]:2}" other/edb.log
said "verify__two_sets_and_a_gap_in_one__is_said" 'refuse it'
check_exit "$DAMAGED" "verify__checkpoint_and_no_logs__is_refused" verify host edb.chk ntds.dit
check "verify__the_database_alone__is_good" verify host ntds.dit

# --- sets, in both shapes of a snapshot, damaged ---------------------------------------------------

# A folder with all that a snapshot holds.
verify_set() { # SYSTEM
    local names=("$folder"/*)
    verify "$1" "${names[@]##*/}"
}

# spoilt SYSTEM WHAT CODE PATTERN FILE ACTION...: in files made anew; FILE may be the folder.
spoilt() {
    make_files 8192 "${shape[@]}"
    "$TOOLS/ese-damage" "$folder/$5" "${@:6}"
    check_exit "$3" "verify_${1}__${shape_name}_${2}" verify_set "$1"
    said "verify_${1}__${shape_name}_${2}_is_said" "$4"
}

for shape_name in current_log no_current_log; do
    shape=()
    [ "$shape_name" = current_log ] || shape=(--no-current)
    for system in host "$other_bits"; do
        spoilt "$system" not_spoilt 0 'complete: recovery reads 0x3 to 0x5' . --eight-digits 4
        spoilt "$system" a_log_missing "$DAMAGED" 'missing: 0x4$' . --missing 4
        spoilt "$system" the_newest_log_missing "$DAMAGED" 'missing: 0x5$' . --missing 5
        spoilt "$system" an_empty_log "$DAMAGED" "header is damaged or missing" . --empty 4
        spoilt "$system" a_foreign_log "$DAMAGED" 'another series of logs' . --foreign 4
        spoilt "$system" a_foreign_log_below_the_checkpoint 0 'does not read \(-530\)' . --foreign 2
        spoilt "$system" a_log_under_another_number "$DAMAGED" 'another generation' . --copy 3:4
        spoilt "$system" a_checkpoint_too_new "$DAMAGED" 'would begin above' . --checkpoint 4
        spoilt "$system" a_foreign_checkpoint 0 'reads 0x1 to 0x5' . --checkpoint foreign
        spoilt "$system" an_older_checkpoint 0 'reads 0x2 to 0x5' . --checkpoint 2
        spoilt "$system" a_segment_zeroed "$DAMAGED" 'segment 8 at byte 32768: out of order' \
            edb00004.log --zero-segment 7
        spoilt "$system" a_tail_zeroed "$DAMAGED" 'refuse it \(-590\)' edb00004.log --zero-tail 90
        spoilt "$system" root_pages_zeroed "$DAMAGED" 'page 3 at byte 32768: bad checksum' \
            ntds.dit --zero-pages 3:4
        spoilt "$system" the_header_of_a_log "$DAMAGED" 'header at byte 0: not recognised' \
            ntds.dit --patch-header log
    done
done
make_files 8192 --no-current
rm "$folder/edbtmp.log"
check_exit "$DAMAGED" "verify__no_current_log_nor_edbtmp__is_refused" verify_set host
said "verify__no_current_log_nor_edbtmp__is_said" 'refuse it \(-528\): the current log'
: >"$folder/edbtmp.log"
check "verify__an_empty_edbtmp__is_good" verify_set host
make_files 8192 --clean
rm "$folder"/edb*.log
check "verify__clean_without_logs__is_good" verify_set host
make_files 8192
logs=("$folder"/edb0*.log)
logs=("${logs[@]##*/}")

# --- names on Windows -----------------------------------------------------------------------------

cp "$folder/ntds.dit" "$folder/Verzeichnis äöü Копия.dit"
check "verify_64__name_of_other_scripts__is_found" verify 64 'Verzeichnis äöü Копия.dit'
said "verify_64__name_of_other_scripts__is_printed" 'Verzeichnis äöü Копия.dit: database'
check "verify_64__asterisk__stands_for_all_logs" verify 64 'edb0*.log'
said "verify_64__asterisk__finds_all_of_them" "^${#logs[@]} files: ${#logs[@]} good"

# --- genuine files --------------------------------------------------------------------------------

if [ -n "$NTDSBCLI_TEST_DATA" ]; then
    rm -rf "${folder:?}"/*
    find "$NTDSBCLI_TEST_DATA"/*/ -type f -exec cp --no-preserve=mode -t "$folder" {} +
    genuine=("$folder"/*)
    genuine=("${genuine[@]##*/}")
    for system in host "${all_bits[@]}"; do
        check "verify_${system}__genuine_files__are_good" verify "$system" "${genuine[@]}"
    done
    damaged ntds.dit --flip $((3 * 8192 + 4000)):2
    check_exit "$CORRECTABLE" "verify__genuine_database_with_a_flipped_bit__is_correctable" \
        verify 64 damaged.ntds.dit
    damaged ntds.dit --swap 2:3
    check_exit "$DAMAGED" "verify__genuine_database_with_swapped_pages__is_damaged" \
        verify 64 damaged.ntds.dit
else
    skip "verify__genuine_files__are_good" "NTDSBCLI_TEST_DATA has none"
fi
