/*
 * host_link.c - runs ln and rm, and waits for what they do.
 */
#include "host_link.h"

#include <stdio.h>
#include <wchar.h>

typedef char *(CDECL *unix_name_function)(const wchar_t *);

/* Starts a program of the host with up to two names; nothing where this is no Wine. */
static void run_on_host(const wchar_t *command, const wchar_t *first, const wchar_t *second)
{
    unix_name_function unix_name = (unix_name_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name");
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION created = {0};
    char *names[2] = {NULL, NULL};
    wchar_t line[1024] = L"";
    size_t i;

    if (!unix_name)
        return;
    names[0] = unix_name(first);
    names[1] = second ? unix_name(second) : NULL;
    if (names[0] && names[1])
        _snwprintf(line, ARRAYSIZE(line) - 1, L"\"\\\\?\\unix\\bin\\%ls \"%hs\" \"%hs\"", command,
                   names[0], names[1]);
    else if (names[0])
        _snwprintf(line, ARRAYSIZE(line) - 1, L"\"\\\\?\\unix\\bin\\%ls \"%hs\"", command,
                   names[0]);
    CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &created);
    for (i = 0; i < ARRAYSIZE(names); i++) {
        if (names[i])
            HeapFree(GetProcessHeap(), 0, names[i]);
    }
}

/* Whether the path is there, or gone, within a few seconds. */
static bool wait_for_path(const wchar_t *path, bool there)
{
    ULONGLONG deadline = GetTickCount64() + 5000;
    wchar_t folder[MAX_PATH];
    HANDLE change;
    bool is_there;

    _snwprintf(folder, MAX_PATH - 1, L"%.*ls", (int)(wcsrchr(path, L'\\') - path), path);
    folder[MAX_PATH - 1] = 0;
    change = FindFirstChangeNotificationW(
        folder, TRUE, FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME);
    while ((is_there = GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES) != there &&
           GetTickCount64() < deadline) {
        WaitForSingleObject(change, 250);
        FindNextChangeNotification(change);
    }
    FindCloseChangeNotification(change);
    return is_there == there;
}

bool host_link_make(const wchar_t *link, const wchar_t *target)
{
    run_on_host(L"ln\" -s", target, link);
    return wait_for_path(link, true);
}

bool host_link_remove(const wchar_t *link)
{
    run_on_host(L"rm\" -f", link, NULL);
    return wait_for_path(link, false);
}
