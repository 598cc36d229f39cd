#!/usr/bin/env bash
# The public headers are for C++ as well: every compiler for Windows that this machine has takes
# them. ntdsbcli.h also compiles where there are no annotations (SAL), as with old compilers.
. "$(dirname "$0")/../lab/testlib.sh"

cat >"$TEST_FOLDER/header.cpp" <<'CPP'
#include <ntdsbcli.h>
#include <windows.h>
#include <ntdsbcli.h>

/* The codes of a switch have to be constants, and different ones. */
int kind(HRESULT hr)
{
    switch (hr) {
    case hrNone:
        return 0;
    case hrCouldNotConnect:
        return 1;
    case hrInvalidBackupSequence:
        return 2;
    default:
        return 3;
    }
}

HRESULT back_up(const TCHAR *server, HBC *hbc)
{
    PVOID token = NULL;
    DWORD bytes = 0;
    HRESULT hr = DsBackupPrepare(server, 0, BACKUP_TYPE_FULL, &token, &bytes, hbc);
    BFT type = BFT_NTDS_DATABASE;

    DsBackupFree(token);
    return type == BFT_LOG ? hrNyi : hr;
}
CPP

cat >"$TEST_FOLDER/requestor.cpp" <<'CPP'
#include <ntdsvss.h>
#include <ntdsvss.h>

HRESULT begin(const ntdsvss_settings *settings, ntdsvss_backup **backup)
{
    ntdsvss_directory directory = {sizeof(directory), NTDSVSS_WRITER_ADLDS, L"instance1"};

    return ntdsvss_backup_create_for(settings, &directory, backup);
}
CPP

{
    echo '#include <windows.h>'
    grep -oE '\b_(In|Inout|Out|Outptr|Success)_([a-z]+_)*' "$ROOT/include/ntdsbcli.h" | sort -u |
        sed 's/^/#undef /'
    cat "$TEST_FOLDER/header.cpp"
} >"$TEST_FOLDER/no-sal.cpp"
check "no-sal__annotations_of_the_header__are_found" grep -qx '#undef _Outptr_' "$TEST_FOLDER/no-sal.cpp"

compilers=()
for compiler in x86_64-w64-mingw32-g++ i686-w64-mingw32-g++; do
    ! command -v "$compiler" >/dev/null || compilers+=("$compiler")
done
if command -v clang++ >/dev/null; then
    compilers+=("clang++ --target=x86_64-w64-mingw32" "clang++ --target=i686-w64-mingw32")
fi

# Standard of the language and half of the API.
for compiler in "${compilers[@]}"; do
    for standard in c++98 c++17; do
        for half in ansi unicode; do
            defines=()
            [ "$half" = ansi ] || defines=(-DUNICODE -D_UNICODE)
            for source in header no-sal requestor; do
                name="${source}__${compiler//[^a-z0-9]/_}_${standard}_${half}__compiles"
                # shellcheck disable=SC2086 # a compiler may come with its target
                check "$name" $compiler "-std=$standard" -fsyntax-only -Wall -Wextra -Werror \
                    "${defines[@]}" -I"$ROOT/include" "$TEST_FOLDER/$source.cpp"
            done
        done
    done
done
[ "${#compilers[@]}" -gt 0 ] || skip "header__c++__compiles" "no C++ compiler for Windows here"
