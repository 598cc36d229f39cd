#!/usr/bin/env bash
# include/ntdsbcli.h is for C++ as well: every compiler for Windows that this machine has takes it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../lab/testlib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/testlib.sh"

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
            name="header__${compiler//[^a-z0-9]/_}_${standard}_${half}__compiles"
            defines=()
            [ "$half" = ansi ] || defines=(-DUNICODE -D_UNICODE)
            # shellcheck disable=SC2086 # a compiler may come with its target
            check "$name" $compiler "-std=$standard" -fsyntax-only -Wall -Wextra -Werror \
                "${defines[@]}" -I"$ROOT/include" "$TEST_FOLDER/header.cpp"
        done
    done
done
[ "${#compilers[@]}" -gt 0 ] || skip "header__c++__compiles" "no C++ compiler for Windows here"
