#!/usr/bin/env bash
# ese-verify, for this machine and in both bitnesses of Windows: what it says of good and of damaged
# files, and its exit codes.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"
# shellcheck source-path=SCRIPTDIR source=lib/backup.sh
. "$ROOT/tests/integration/lib/backup.sh"

UNKNOWN=1 USAGE=2 DAMAGED=6 MENDABLE=8

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

make_files() { # PAGE-BYTES
    local old=(--old-format-every 3)
    [ "$1" -le 8192 ] || old=()
    rm -rf "${folder:?}"/*
    "$TOOLS/ese-make" --database "$folder/ntds.dit" --page-size "$1" --pages 300 --dirty \
        "${old[@]}" --log-dir "$folder" --logs 5 --reserves --checkpoint "$folder/edb.chk"
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
    for system in host 64 32; do
        of="verify_${system}__pages_of_${page_bytes}"
        check "${of}__good_files_are_good" verify "$system" ntds.dit edb.chk "${logs[@]##*/}"
        said "${of}__are_described" "^  pages of $page_bytes bytes \\([0-9]+\\), format 0x620 "
        check "${of}__none_is_bad" \
            kept_output_has '^  pages: [0-9]+ good, [0-9]+ blank, 0 to correct, 0 bad'
        check_exit "$MENDABLE" "${of}__single_bit_is_to_be_mended" verify "$system" damaged.ntds.dit
        said "${of}__single_bit_is_named" \
            '^  page 37 at byte [0-9]+: corrected when read: bit 7 of byte 39 is wrong'
        check_exit "$MENDABLE" "${of}__half_a_checkpoint_is_to_be_mended" \
            verify "$system" damaged.edb.chk
        check_exit "$DAMAGED" "${of}__swapped_pages_are_damage" verify "$system" swapped.dit
        said "${of}__swapped_pages_are_both_named" '^  page 34 at byte [0-9]+: .*that it is page 33'
        check "${of}__swapped_pages_are_counted" kept_output_has '^  pages: .* 0 to correct, 2 bad'
    done
    check "verify__pages_of_${page_bytes}__changes_nothing" \
        sh -c "cd '$folder' && sha256sum --quiet -c '$TEST_FOLDER/sums'"
done

# --- kinds of damage ------------------------------------------------------------------------------

make_files 8192
for system in host 32; do
    of=verify_${system}
    damaged ntds.dit --truncate $((100 * 8192 + 1000))
    check_exit "$DAMAGED" "${of}__file_cut_in_a_page__is_damaged" verify "$system" damaged.ntds.dit
    said "${of}__file_cut_in_a_page__is_said" '^  page 99 at byte 819200: '
    damaged ntds.dit --flip 100:1
    check_exit "$MENDABLE" "${of}__first_header__is_to_be_mended" verify "$system" damaged.ntds.dit
    damaged ntds.dit --flip 100:1 --flip 8300:1
    check_exit "$DAMAGED" "${of}__both_headers__are_damage" verify "$system" damaged.ntds.dit
    damaged ntds.dit --flip $((50 * 8192 + 700)):1 --flip $((50 * 8192 + 900)):4
    check_exit "$DAMAGED" "${of}__two_bits_of_a_page__are_damage" verify "$system" damaged.ntds.dit
    damaged edb.log --flip $((3 * 4096 + 700)):1
    check_exit "$MENDABLE" "${of}__bit_of_a_segment__is_to_be_mended" verify "$system" damaged.edb.log
    damaged edb.log --flip 700:1
    check_exit "$DAMAGED" "${of}__header_of_a_log__is_damage" verify "$system" damaged.edb.log
    damaged edb.log --truncate 65536
    check_exit "$DAMAGED" "${of}__log_that_is_cut__is_damaged" verify "$system" damaged.edb.log
    check_exit "$DAMAGED" "${of}__several_files__the_worst_counts" \
        verify "$system" ntds.dit missing.dit damaged.edb.log edb.chk
    said "${of}__several_files__are_summed_up" \
        '^4 files: 2 good, 0 to be mended, 1 damaged, 1 not known'
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
    check_exit "$UNKNOWN" "${of}__missing_file__is_not_known" verify "$system" missing.dit
    check_exit "$UNKNOWN" "${of}__folder__is_not_known" verify "$system" .
    check_exit "$UNKNOWN" "${of}__other_file__is_not_known" verify "$system" text.txt
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
check "verify__all_logs__database_has_what_it_needs" kept_output_has '^  all of them are there'
check "verify__a_gap__is_not_damage" verify host "${logs[0]}" "${logs[-1]}" edb.log ntds.dit
said "verify__a_gap__is_said" '^  missing: 0x'
check "verify__only_the_first_log__is_good" verify host "${logs[0]}" ntds.dit
said "verify__only_the_first_log__database_lacks_the_others" '^  missing: 0x[0-9a-f]+ to 0x'

# --- names on Windows -----------------------------------------------------------------------------

cp "$folder/ntds.dit" "$folder/Verzeichnis äöü Копия.dit"
check "verify_64__name_of_other_scripts__is_found" verify 64 'Verzeichnis äöü Копия.dit'
said "verify_64__name_of_other_scripts__is_printed" 'Verzeichnis äöü Копия.dit: database'
check "verify_64__asterisk__stands_for_all_logs" verify 64 'edb0*.log'
said "verify_64__asterisk__finds_all_of_them" "^${#logs[@]} files: ${#logs[@]} good"

# --- genuine files --------------------------------------------------------------------------------

if [ -n "$NTDSBCLI_TEST_DATA" ]; then
    rm -rf "${folder:?}"/*
    find "$NTDSBCLI_TEST_DATA"/*/ -type f -exec cp -t "$folder" {} +
    genuine=("$folder"/*)
    genuine=("${genuine[@]##*/}")
    for system in host 64 32; do
        check "verify_${system}__genuine_files__are_good" verify "$system" "${genuine[@]}"
    done
    damaged ntds.dit --flip $((3 * 8192 + 4000)):2
    check_exit "$MENDABLE" "verify__genuine_database_with_a_flipped_bit__is_to_be_mended" \
        verify 64 damaged.ntds.dit
    damaged ntds.dit --swap 2:3
    check_exit "$DAMAGED" "verify__genuine_database_with_swapped_pages__is_damaged" \
        verify 64 damaged.ntds.dit
else
    skip "verify__genuine_files__are_good" "NTDSBCLI_TEST_DATA has none"
fi
