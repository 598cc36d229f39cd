/*
 * setup_events.c - writes the registry key of the source.
 */
#include "setup_events.h"

#include "owner.h"
#include "setup_entries.h"
#include "setup_result.h"

#include "record/event_log.h"

#include <stdio.h>

#define FILE_CHARS    (SETUP_ENTRY_CHARS + 32)
#define SOURCE_ACCESS (KEY_SET_VALUE | KEY_WOW64_64KEY)

static void file_in(const wchar_t *folder, wchar_t path[FILE_CHARS])
{
    _snwprintf(path, FILE_CHARS - 1, L"%ls\\" EVENT_LOG_FILE, folder);
    path[FILE_CHARS - 1] = 0;
}

static void read_registered(wchar_t path[FILE_CHARS])
{
    DWORD byte_count = FILE_CHARS * sizeof(*path);

    if (RegGetValueW(HKEY_LOCAL_MACHINE, EVENT_LOG_SOURCE_KEY, L"EventMessageFile", RRF_RT_REG_SZ,
                     NULL, path, &byte_count) != ERROR_SUCCESS)
        path[0] = 0;
}

static LSTATUS set_values(const wchar_t *path)
{
    static const DWORD types =
        EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    LSTATUS status;
    HKEY key;

    status = RegCreateKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_SOURCE_KEY, 0, NULL,
                             REG_OPTION_NON_VOLATILE, SOURCE_ACCESS, NULL, &key, NULL);
    if (status != ERROR_SUCCESS)
        return status;
    status = RegSetValueExW(key, L"EventMessageFile", 0, REG_SZ, (const BYTE *)path,
                            (DWORD)((wcslen(path) + 1) * sizeof(*path)));
    if (status == ERROR_SUCCESS)
        status = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types,
                                sizeof(types));
    RegCloseKey(key);
    return status;
}

static void register_file(const wchar_t *path)
{
    LSTATUS status;

    /* Several files are separated by it. Source: Microsoft Learn, "Eventlog Key". */
    if (wcschr(path, L';')) {
        setup_result_note(L"The Event Log source was not registered, because the folder's name "
                          L"contains a semicolon: its entries show their data without a text.");
        return;
    }
    status = set_values(path);
    if (status != ERROR_SUCCESS)
        setup_result_note(L"The Event Log source could not be registered: Win32 error %ld.",
                          status);
}

void setup_events_register(const wchar_t *folder)
{
    wchar_t ours[FILE_CHARS], registered[FILE_CHARS];

    file_in(folder, ours);
    read_registered(registered);
    if (owner_version(registered) <= owner_version(ours))
        register_file(ours);
}

static bool find_newest(const wchar_t *except, wchar_t newest[FILE_CHARS])
{
    struct setup_entry entry;
    wchar_t path[FILE_CHARS];
    uint64_t version = 0;
    DWORD i;

    for (i = 0; setup_entries_other(i, except, &entry); i++) {
        file_in(entry.folder, path);
        if (owner_version(path) > version) {
            version = owner_version(path);
            wcscpy(newest, path);
        }
    }
    return version != 0;
}

void setup_events_release(const wchar_t *folder, const wchar_t *key)
{
    wchar_t ours[FILE_CHARS], registered[FILE_CHARS], newest[FILE_CHARS];
    LSTATUS status;

    file_in(folder, ours);
    read_registered(registered);
    if (_wcsicmp(registered, ours) != 0 && owner_version(registered))
        return;
    if (find_newest(key, newest)) {
        register_file(newest);
        return;
    }
    status = RegDeleteKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_SOURCE_KEY, KEY_WOW64_64KEY, 0);
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND)
        setup_result_note(L"The Event Log source could not be removed: Win32 error %ld.", status);
}
