/*
 * lab-freeze.exe BASE LIMIT-MS: plays the shadow copy service's part of a freeze by hand.
 *
 * Asks the program behind the events Global\BASE.* to freeze, prints "frozen" when it is, and
 * thaws it when standard input ends. Copies nothing.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

#define EXIT_USAGE    2
#define EXIT_NOBODY   3
#define EXIT_NO_REPLY 4

static HANDLE open_event(const wchar_t *base, const wchar_t *what)
{
    wchar_t name[128];

    _snwprintf(name, ARRAYSIZE(name), L"Global\\%ls.%ls", base, what);
    name[ARRAYSIZE(name) - 1] = L'\0';
    return OpenEventW(EVENT_MODIFY_STATE | SYNCHRONIZE, FALSE, name);
}

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    if (argc != 3) {
        fwprintf(stderr, L"usage: lab-freeze BASE LIMIT-MS\n");
        return EXIT_USAGE;
    }
    HANDLE freeze = open_event(argv[1], L"Freeze");
    HANDLE frozen = open_event(argv[1], L"Frozen");
    HANDLE thaw = open_event(argv[1], L"Thaw");
    if (freeze == NULL || frozen == NULL || thaw == NULL) {
        fwprintf(stderr, L"lab-freeze: nobody has events named %ls\n", argv[1]);
        return EXIT_NOBODY;
    }
    ResetEvent(frozen);
    ResetEvent(thaw);
    SetEvent(freeze);
    if (WaitForSingleObject(frozen, wcstoul(argv[2], NULL, 10)) != WAIT_OBJECT_0) {
        fwprintf(stderr, L"lab-freeze: no answer\n");
        return EXIT_NO_REPLY;
    }
    wprintf(L"frozen\n");
    fflush(stdout);
    while (getwchar() != WEOF)
        ;
    SetEvent(thaw);
    return 0;
}
