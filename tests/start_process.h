/*
 * start_process.h - CreateProcess for test programs.
 *
 * Wine under load fails to bring up one process in some thousand, with ERROR_INTERNAL_ERROR and
 * nothing started (measured: 1 of 6000). The product tries again, and so must its tests.
 */
#ifndef NTDSBCLI_START_PROCESS_H
#define NTDSBCLI_START_PROCESS_H

#include <windows.h>

/* program may be NULL, line may be NULL; everything else as CreateProcess has it. */
static inline BOOL start_process(const wchar_t *program, wchar_t *line, BOOL inherit, DWORD flags,
                                 STARTUPINFOW *startup, PROCESS_INFORMATION *created)
{
    int attempts_left;

    for (attempts_left = 3; attempts_left; attempts_left--) {
        if (CreateProcessW(program, line, NULL, NULL, inherit, flags, NULL, NULL, startup, created))
            return TRUE;
        if (GetLastError() != ERROR_INTERNAL_ERROR)
            break;
    }
    return FALSE;
}

#endif
