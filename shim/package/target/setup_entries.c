/*
 * setup_entries.c - reads and deletes what setup.nsi writes, in the 64-bit view.
 */
#include "setup_entries.h"

#include <stdio.h>
#include <wchar.h>

#define ENTRIES    L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
#define KEY_PREFIX L"ntdsbcli-"
#define ENTRY_READ (KEY_READ | KEY_WOW64_64KEY)

static void read_text(HKEY entry, const wchar_t *value, wchar_t text[SETUP_ENTRY_CHARS])
{
    DWORD byte_count = SETUP_ENTRY_CHARS * sizeof(*text);

    if (RegGetValueW(entry, NULL, value, RRF_RT_REG_SZ, NULL, text, &byte_count) != ERROR_SUCCESS)
        text[0] = 0;
}

static bool read_below(HKEY entries, const wchar_t *key, struct setup_entry *entry)
{
    HKEY opened;

    if (wcslen(key) >= ARRAYSIZE(entry->key) ||
        RegOpenKeyExW(entries, key, 0, ENTRY_READ, &opened) != ERROR_SUCCESS)
        return false;
    wcscpy(entry->key, key);
    read_text(opened, L"InstallLocation", entry->folder);
    read_text(opened, L"Program", entry->program);
    RegCloseKey(opened);
    return true;
}

bool setup_entries_read(const wchar_t *key, struct setup_entry *entry)
{
    HKEY entries;
    bool found;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, ENTRIES, 0, ENTRY_READ, &entries) != ERROR_SUCCESS)
        return false;
    found = read_below(entries, key, entry);
    RegCloseKey(entries);
    return found;
}

/* A longer name is not one of ours. */
static bool next_key(HKEY entries, DWORD *at, wchar_t key[64])
{
    DWORD chars;
    LSTATUS status;

    do {
        chars = 64;
        status = RegEnumKeyExW(entries, (*at)++, key, &chars, NULL, NULL, NULL, NULL);
    } while (status == ERROR_MORE_DATA ||
             (status == ERROR_SUCCESS && wcsncmp(key, KEY_PREFIX, wcslen(KEY_PREFIX)) != 0));
    return status == ERROR_SUCCESS;
}

bool setup_entries_other(DWORD index, const wchar_t *except, struct setup_entry *entry)
{
    wchar_t key[64];
    bool found = false;
    HKEY entries;
    DWORD at = 0;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, ENTRIES, 0, ENTRY_READ, &entries) != ERROR_SUCCESS)
        return false;
    while (!found && next_key(entries, &at, key)) {
        if (_wcsicmp(key, except) != 0 && index-- == 0)
            found = read_below(entries, key, entry);
    }
    RegCloseKey(entries);
    return found;
}

void setup_entries_forget(const wchar_t *key)
{
    wchar_t path[ARRAYSIZE(ENTRIES) + 64];

    if (_snwprintf(path, ARRAYSIZE(path), ENTRIES L"\\%ls", key) < (int)ARRAYSIZE(path))
        RegDeleteKeyExW(HKEY_LOCAL_MACHINE, path, KEY_WOW64_64KEY, 0);
}
