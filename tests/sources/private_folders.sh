#!/usr/bin/env bash
# The access list of a folder with a backup in it. Wine makes a mode of it: neither that it inherits
# nothing nor that the files in it have it too can be seen there.
. "$(dirname "$0")/../lab/testlib.sh"

# Protected; SYSTEM, Administrators and the owner, for the folder, its files and its folders.
LIST='D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)'
# The same for icacls.
ICACLS='/inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "*S-1-3-4:(OI)(CI)F"'

lists() { # FILE: the access lists in a source
    grep -ohE '"D:[^"]+"' "$ROOT/$1" | tr -d '"'
}
for source in common/private_folder.c minimal/minimal_legacy.c minimal/minimal_vss.c; do
    check_equal "private_folder__${source##*/}__has_the_list" "$LIST" "$(lists "samples/$source")"
done
warned_of() { # the literal of the warning, in one line
    sed -nE '/^#define ICACLS_LIST/,/[^\\]$/p' "$ROOT/samples/common/folder_rights.c" |
        grep -oE 'L".*"' | sed -E 's/^L"//; s/"$//; s/\\"/"/g' | tr -d '\n'
}
check_equal "private_folder__warning__has_the_same_for_icacls" "$ICACLS" "$(warned_of)"
check "private_folder__guide__has_the_same_for_icacls" \
    grep -qxF "icacls D:\\Backup $ICACLS" "$ROOT/shim/package/guides/restore.md"
