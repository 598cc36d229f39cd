#!/usr/bin/env bash
# The Windows package, used by the words of its guide: every command of it, in its order.
. "$(dirname "$0")/lib/package.sh"
. "$(dirname "$0")/../integration/lib/backup.sh"

make_package

# --- what is in the packages ----------------------------------------------------------------------

check "packages__sha256sums__verify" bash -c "cd '$PACKAGE' && sha256sum --strict -c SHA256SUMS"
check_equal "packages__sha256sums__name_every_package" 4 "$(wc -l <"$PACKAGE/SHA256SUMS")"

make_lab --generate
tree=$(unpack windows "$prefix/drive_c")
wine_tree=$(unpack wine "$TEST_FOLDER/unpacked")
no_vss() {
    [ -z "$(find "$tree" -iname '*vssapi*')" ]
}
check "windows_package__vss_for_wine__is_not_in_it" no_vss
has_all() { # FOLDER NAME...
    local name
    for name in "${@:2}"; do
        test -s "$1/$name" || {
            echo "no $name"
            return 1
        }
    done
}
for architecture in x64 x86; do
    check "windows_package__${architecture}__has_everything" has_all "$tree" \
        "$architecture/ntdsbcli.dll" "$architecture/ntdsbroker64.exe" \
        "$architecture/ntdsbclilib.dll" "$architecture/ntdsbevents.dll" \
        "$architecture/ntdsdoctor.exe" "$architecture/legacy-backup.exe" \
        "$architecture/include/ntdsbcli.h" "$architecture/include/ntdsbmsg.h" \
        "$architecture/include/ntdsvss.h" "$architecture/lib/libntdsbcli.a" \
        "$architecture/lib/libntdsvss.a" "symbols/$architecture/ntdsbcli.dll.debug"
done
check "windows_package__broker_of_32_bit_windows__is_in_x86" has_all "$tree" \
    x86/ntdsbroker32.exe symbols/x86/ntdsbroker32.exe.debug
check "windows_package__broker_of_32_bit_windows__is_not_in_x64" test ! -e "$tree/x64/ntdsbroker32.exe"
check "packages__headers_of_programs__let_the_loader_protect_them" \
    "$BUILD/host/tests/unit/test_pe_headers" "$tree" "$wine_tree/x64" "$wine_tree/x86"
check "windows_package__documents__are_there" has_all "$tree" README.md LICENSE CHANGELOG.md \
    guides/legacy-program.md guides/restore.md guides/wine.md guides/migrate.md \
    guides/proved.md guides/architecture.svg samples/README.md
versions_named() {
    grep -rhoE --include='*.md' 'ntdsbcli[- ][0-9]+\.[0-9]+\.[0-9]+' "$tree/guides" "$wine_tree" |
        sed 's/^ntdsbcli[- ]//' | sort -u
}
check_equal "guides__version__is_the_packages" "$package_version" "$(versions_named)"
check "wine_package__everything__is_there" has_all "$wine_tree" README.md make-dc.sh directory.reg \
    x64/vssapi.dll x86/vssapi.dll lab/ntds-service.exe

# Of the libraries that are linked into the programs.
licences=(licences/mingw-w64-common.txt licences/gcc-mingw-w64-base.txt)
check "windows_package__licences__are_there" has_all "$tree" "${licences[@]}"
check "wine_package__licences__are_there" has_all "$wine_tree" "${licences[@]}" \
    licences/libexpat1-dev.txt
check "proof_package__licences__are_there" \
    has_all "$(unpack proof "$TEST_FOLDER/unpacked")" "${licences[@]}"

# Links between the documents lead to something.
links_lead_somewhere() {
    local document link broken=0
    while IFS= read -r -d '' document; do
        while read -r link; do
            case $link in http*) continue ;; esac
            [ -e "$(dirname "$document")/${link%%#*}" ] || {
                echo "$document: $link"
                broken=1
            }
        done < <(grep -o '](\([^)]*\))' "$document" | sed 's/^](//; s/)$//')
    done < <(find "$tree/README.md" "$tree/guides" "$wine_tree/README.md" -name '*.md' -print0)
    return "$broken"
}
check "guides__links__lead_to_files" links_lead_somewhere

# Every program and DLL says who made it.
named_files() {
    local file words='the ntdsbcli authors'
    # As in a resource: two bytes a character.
    words=$(od -An -v -tx1 -w1 <<<"$words" | sed '$d; s/ *\(..\)/\\x\1\\x00/' | tr -d '\n')
    while IFS= read -r -d '' file; do
        LC_ALL=C grep -aqP "$words" "$file" || {
            echo "$file"
            return 1
        }
    done < <(find "$tree" "$wine_tree/x64" "$wine_tree/x86" "$PACKAGE"/*-setup.exe \
        \( -name '*.exe' -o -name '*.dll' \) -print0)
}
check "programs__version_resources__name_the_authors" named_files

# --- the guide ------------------------------------------------------------------------------------

need_32bit "guide__legacy_program__every_command_succeeds" # its setup is a 32-bit program
mkdir -p "$(on_c 'Program Files/Old Backup')"
cp "$tree/x86/legacy-backup.exe" "$(on_c 'Program Files/Old Backup')/backup.exe"
cp "$PACKAGE/ntdsbcli-$package_version-setup.exe" "$prefix/drive_c/"
# A batch file that shows each command and ends with the first that fails.
{
    printf '@echo on\r\n'
    guide_commands cmd "$tree/guides/legacy-program.md" | while read -r line; do
        # What was copied by hand: the installer has just taken its own away.
        [[ ! $line =~ ^del\ .*\\([^\\]+)\"$ ]] ||
            printf 'copy "x86\\%s" %s\r\n' "${BASH_REMATCH[1]}" "${line#del }"
        printf '%s\r\nif errorlevel 1 exit 1\r\n' "$line"
    done
} >"$prefix/drive_c/guide.bat"
check "guide__legacy_program__has_commands" test "$(grep -c errorlevel "$prefix/drive_c/guide.bat")" -ge 9
check "guide__legacy_program__every_command_succeeds" \
    timeout 120 "$LAB" exec "$prefix" cmd /c 'C:\guide.bat'
keep_output
check "guide__legacy_program__log_shows_the_line_it_promises" kept_output_has \
    "ntdsbcli $package_version, 32-bit, loaded into"
for folder in TestBackup MyBackup; do
    check "guide__legacy_program__${folder}__verifies" verifies "$(on_c "$folder")"
done
check_equal "guide__legacy_program__in_the_end__only_the_program_is_left" backup.exe \
    "$(ls "$(on_c 'Program Files/Old Backup')")"
check "guide__legacy_program__afterwards__no_broker_and_no_shadow" nothing_left 5
