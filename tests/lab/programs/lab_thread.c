/*
 * lab-thread.exe: a process whose first thread has ended and whose second one runs on.
 *
 * Prints "ready" before the first one ends, and waits for ever.
 */
#include <windows.h>
#include <stdio.h>

static DWORD WINAPI wait_for_ever(void *unused)
{
    (void)unused;
    Sleep(INFINITE);
    return 0;
}

/* No header of mingw-w64 declares it. */
int wmain(void);

int wmain(void)
{
    if (!CreateThread(NULL, 0, wait_for_ever, NULL, 0, NULL))
        return 1;
    wprintf(L"ready\n");
    fflush(stdout);
    ExitThread(0);
}
