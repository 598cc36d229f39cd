#!/usr/bin/env bash
# What the documents name is there: programs and files in the packages, options in the programs'
# help, settings and findings in the sources, codes in the headers, and links within a page.
. "$(dirname "$0")/lib/package.sh"

make_package
cd "$ROOT"
trees=$PACKAGE/trees
documents=(README.md SECURITY.md CHANGELOG.md samples/README.md shim/package/README.md
    shim/doctor/README.md shim/package/guides/*.md)

# Code of the documents: what is between backquotes, and the lines of fenced blocks.
code() { # DOCUMENT...
    awk 'FNR == 1 { fence = 0 }
        /^```/ { fence = !fence; next }
        fence || /^    / { print; next }
        { n = split($0, part, "`"); for (i = 2; i < n; i += 2) print part[i] }' "$@"
}
words() { # PATTERN, on the input
    grep -oE -- "$1" | sort -u
}
# Lines of the input that are no line of FILE.
not_in() { # FILE
    sort -u | comm -23 - <(sort -u "$1")
}
code "${documents[@]}" >"$TEST_FOLDER/code"
all_code() {
    cat "$TEST_FOLDER/code"
}

# --- programs and files ---------------------------------------------------------------------------

# By the names that a reader may use: with and without .exe; and what the installer makes.
known_files() {
    find "$trees" -type f -printf '%f\n' | sed -E 'p; s/\.exe$//'
    sed -nE 's/^!define UNINSTALLER "(.*)"$/\1/p' shim/package/setup.nsi
    sed -nE 's/^#define (SETUP_FILES_RECORD|FILE_SWAP_JOURNAL) +L"(.*)"$/\2/p' shim/package/target/*.h
    sed -nE 's/.*L"%ls(\.untrusted-)%.*/ntdsbcli\1/p' shim/package/target/setup_log.c
    find "$trees" -maxdepth 1 -printf '%f\n' | sed -E 'p; s/$/.zip/'
    printf '%s\n' ntdsbcli "ntdsbcli-$package_version-setup.exe" ntdsbcli-VERSION-{setup.exe,windows.zip,wine.zip,proof.zip}
}
known_files >"$TEST_FOLDER/files"
# Not ntdsbcli-old-1, a folder of a restore, nor ntdsbcli-<SID>, that of an account, nor functions of ntdsvss.h, nor logs.
files_named() {
    all_code |
        words '(^|[^A-Za-z0-9_.-])((lib|setup-)?ntds(bcli|broker|doctor|vss|bmsg)|legacy-|minimal-|vss-(backup|restore)|ese-verify|vssapi|make-dc|directory\.reg)[A-Za-z0-9.-]*' |
        sed -E 's/^[^A-Za-z]//; s/\.+$//' | grep -vE '^ntdsbcli-(old-[0-9])?$|^(ntdsvss|vssapi)$|-common$|\.exe\.log$' |
        sed -E "s/^(ntdsbcli-)[0-9]+\.[0-9]+\.[0-9]+/\1$package_version/"
}
check "files_named__are_found_at_all" test "$(files_named | wc -l)" -gt 20
check_equal "files_named__are_in_the_packages" "" "$(files_named | not_in "$TEST_FOLDER/files")"

paths_named() {
    all_code | words '(^|[^A-Za-z0-9_./\\<-])(\./)?(samples|shim|vss-adapter|tests|include|guides)/[A-Za-z0-9_./-]+' |
        sed -E 's/^[^a-z]*//; s/[./]+$//'
}
missing_paths() {
    local path
    while read -r path; do
        [ -e "$path" ] || [ -e "$trees/ntdsbcli-$package_version-windows/$path" ] || echo "$path"
    done < <(paths_named)
}
check "paths_named__are_found_at_all" test "$(paths_named | wc -l)" -gt 5
check_equal "paths_named__exist" "" "$(missing_paths)"

# Those of the package's own pages are zip.sh's.
broken_links() {
    local document link
    for document in README.md SECURITY.md CHANGELOG.md samples/README.md shim/*/README.md; do
        while read -r link; do
            [ -e "$(dirname "$document")/${link%%#*}" ] || echo "$document: $link"
        done < <(grep -oE '\]\([^)#][^)]*\)' "$document" | sed 's/^](//; s/)$//' | grep -v '^https*:')
    done
}
check_equal "links__to_other_files__lead_to_them" "" "$(broken_links)"

# --- options --------------------------------------------------------------------------------------

"$LAB" clone "$prefix"
programs='ntdsdoctor|legacy-backup|legacy-restore|vss-backup|vss-restore|ese-verify'
# "PROGRAM --option" a line.
known_options() {
    local program
    for program in ${programs//|/ }; do
        "$LAB" exec "$prefix" "$program" --help </dev/null | words '--[a-z-]+' | sed "s/^/$program /"
    done
}
known_options >"$TEST_FOLDER/options"
options_named() {
    all_code | grep -oE "(^|[^A-Za-z0-9-])($programs)(\.exe)?( [^|>]*)?" | sed 's/^[^a-z]//' |
        while read -r program rest; do
            words '--[a-z-]+' <<<"$rest" | sed "s/^/${program%.exe} /"
        done | sort -u
}
check "options_named__are_found_at_all" test "$(options_named | wc -l)" -gt 10
check_equal "options_named__are_in_the_programs_help" "" "$(options_named | not_in "$TEST_FOLDER/options")"

# Those of the installer, each where setup.nsi looks for it; /S is the installer's maker's.
setup_options() { # FILE
    grep -oE '[ "(|]/(S|[A-Z]{3,})\b' "$1" | words '/[A-Z]+' | grep -vx '/S'
}
grep -oE 'OPTION "[un.]*" "/[A-Z]+' shim/package/setup.nsi | words '/[A-Z]+' >"$TEST_FOLDER/setup"
check_equal "setup_options__of_the_guide__are_those_of_the_installer" "$(cat "$TEST_FOLDER/setup")" \
    "$(setup_options shim/package/guides/legacy-program.md)"

# --- settings, findings, codes ----------------------------------------------------------------------

settings_of_guide() {
    sed -n '/^## Settings/,$p' shim/package/guides/legacy-program.md |
        sed -nE 's/^\| ([A-Za-z]+) \((DWORD|string)\) \| ([A-Z_]*).*/\1 \3/p' | sort
}
settings_of_product() {
    sed -nE 's/.*struct setting [a-z]+ = \{L"([A-Za-z]+)", (L"([A-Z_]+)"|NULL),.*/\1 \3/p' \
        shim/host/settings.c
    sed -nE 's/.*RegGetValueW\(key, NULL, L"([A-Za-z]+)".*/\1 /p' shim/host/settings.c |
        grep -v ProgramData
}
check_equal "settings__of_the_guide__are_those_of_the_product" "$(settings_of_product | sort)" \
    "$(settings_of_guide)"

areas='program|rights|directory|vss|volumes|leftovers|settings|log|backup|backup-test|records|action|after-restore'
findings_named() {
    code shim/package/guides/*.md | words "\b($areas)\.[a-z-]+\b" | grep -vE '\.(exe|txt|dll|log|old|md|xml|bin)$'
}
grep -rhoE 'L"[a-z-]+\.[a-z-]+"' shim/doctor | tr -d 'L"' >"$TEST_FOLDER/findings"
check "findings_named__are_found_at_all" test "$(findings_named | wc -l)" -gt 5
check_equal "findings_named__are_the_doctors" "" "$(findings_named | not_in "$TEST_FOLDER/findings")"

codes_named() {
    all_code | words '\bhr[A-Z][A-Za-z]+\b|\b0x(C7FF|C800|80044E)[0-9A-Fa-f]{2,4}\b'
}
grep -ohE 'hr[A-Z][A-Za-z]+|0x[0-9A-F]{8}' include/*.h shim/api/messages.mc >"$TEST_FOLDER/codes"
check "codes_named__are_found_at_all" test "$(codes_named | wc -l)" -gt 5
check_equal "codes_named__are_in_the_headers" "" "$(codes_named | not_in "$TEST_FOLDER/codes")"

# --- links within a page --------------------------------------------------------------------------

# As the sites that show these pages name a heading.
anchors() { # DOCUMENT
    sed -nE 's/^#+ //p' "$1" | tr 'A-Z' 'a-z' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}
broken_anchors() {
    local document
    for document in "${documents[@]}"; do
        tr '\n' ' ' <"$document" | grep -oE '\]\(#[^)]*\)' | sed 's/^](#//; s/)$//' |
            not_in <(anchors "$document") | sed "s|^|$document: |"
    done
}
check_equal "links__within_a_page__lead_to_a_heading" "" "$(broken_anchors)"
