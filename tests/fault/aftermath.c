/*
 * aftermath.c - behind aftermath.h.
 */
#include "aftermath.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>

#define CALLS_POLL_MS 1000u /* in case a change of the call log is not told */

static const wchar_t broker_name[] = L"ntdsbroker64.exe";
static const wchar_t reaper_name[] = L"rundll32.exe";

static wchar_t calls_path[MAX_PATH];

bool aftermath_begin(void)
{
    DWORD length = GetModuleFileNameW(NULL, calls_path, MAX_PATH - 8);
    wchar_t *name = length && length < MAX_PATH - 8 ? wcsrchr(calls_path, L'.') : NULL;

    if (!name)
        return false;
    wcscpy(name, L".calls");
    aftermath_clear_calls();
    return SetEnvironmentVariableW(L"VSSAPI_LOG", calls_path) &&
           (SetEnvironmentVariableW(L"VSSAPI_FAULT", NULL) ||
            GetLastError() == ERROR_ENVVAR_NOT_FOUND);
}

void aftermath_clear_calls(void)
{
    DeleteFileW(calls_path);
}

char *aftermath_read_file(const wchar_t *path, LONGLONG from)
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    LARGE_INTEGER size = {.QuadPart = from};
    LARGE_INTEGER at = {.QuadPart = from};
    DWORD read_bytes = 0;
    char *text;

    if (file != INVALID_HANDLE_VALUE && (!GetFileSizeEx(file, &size) || size.QuadPart < from))
        size.QuadPart = from;
    text = malloc((size_t)(size.QuadPart - from) + 1);
    if (!text)
        abort();
    if (file != INVALID_HANDLE_VALUE) {
        SetFilePointerEx(file, at, NULL, FILE_BEGIN);
        if (!ReadFile(file, text, (DWORD)(size.QuadPart - from), &read_bytes, NULL))
            read_bytes = 0;
        CloseHandle(file);
    }
    text[read_bytes] = 0;
    return text;
}

char *aftermath_calls(void)
{
    return aftermath_read_file(calls_path, 0);
}

unsigned int aftermath_count(const char *calls, const char *text)
{
    unsigned int count = 0;
    const char *found;

    for (found = strstr(calls, text); found; found = strstr(found + 1, text))
        count++;
    return count;
}

/* Signalled whenever the call log may have grown; NULL: there can be no such handle. */
static HANDLE watch_calls(void)
{
    wchar_t folder[MAX_PATH];
    HANDLE watch;

    wcscpy(folder, calls_path);
    *wcsrchr(folder, L'\\') = 0;
    watch = FindFirstChangeNotificationW(folder, FALSE,
                                         FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_SIZE |
                                             FILE_NOTIFY_CHANGE_LAST_WRITE);
    return watch == INVALID_HANDLE_VALUE ? NULL : watch;
}

bool aftermath_wait_for_call(HANDLE process, const char *text, unsigned int count)
{
    HANDLE handles[2] = {process, watch_calls()};
    bool seen = false;
    bool ended = false;
    char *calls;

    while (!seen && !ended) {
        /* Before looking, or the last line would be missed. */
        ended = WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
        calls = aftermath_calls();
        seen = aftermath_count(calls, text) >= count;
        free(calls);
        if (!seen && !ended &&
            WaitForMultipleObjects(handles[1] ? 2 : 1, handles, FALSE, CALLS_POLL_MS) ==
                WAIT_OBJECT_0 + 1)
            FindNextChangeNotification(handles[1]);
    }
    if (handles[1])
        FindCloseChangeNotification(handles[1]);
    return seen;
}

/* A line is "time pid=N tid=N CALL arguments hr=0x........". */
static bool line_is(const char *line, size_t length, const char *call, bool succeeded)
{
    static const char success[] = "hr=0x00000000";
    const char *tid = strstr(line, " tid=");
    const char *name = tid ? strchr(tid + 1, ' ') : NULL;

    if (!name || name >= line + length || strncmp(name + 1, call, strlen(call)) != 0)
        return false;
    return !succeeded || (length >= strlen(success) &&
                          strncmp(line + length - strlen(success), success, strlen(success)) == 0);
}

unsigned int aftermath_count_successes(const char *calls, const char *call)
{
    const char *line = calls;
    unsigned int count = 0;
    size_t length;

    while (*line) {
        length = strcspn(line, "\r\n");
        count += line_is(line, length, call, true);
        line += length;
        line += strspn(line, "\r\n");
    }
    return count;
}

bool aftermath_calls_are_closed(const char *calls)
{
    bool open = false;
    const char *line = calls;
    size_t length;

    while (*line) {
        length = strcspn(line, "\r\n");
        if (open && line_is(line, length, "CreateVssBackupComponents ", false))
            return false;
        if (line_is(line, length, "StartSnapshotSet ", true))
            open = true;
        else if (line_is(line, length, "AbortBackup ", false) ||
                 line_is(line, length, "BackupComplete async ", true))
            open = false;
        line += length;
        line += strspn(line, "\r\n");
    }
    return !open;
}

/* The count of processes with that name; *process_id is one of them. */
static unsigned int count_processes(const wchar_t *name, DWORD *process_id)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    unsigned int count = 0;
    BOOL more;

    for (more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
        if (_wcsicmp(entry.szExeFile, name) == 0) {
            *process_id = entry.th32ProcessID;
            count++;
        }
    }
    CloseHandle(snapshot);
    return count;
}

unsigned int aftermath_brokers(DWORD *process_id)
{
    return count_processes(broker_name, process_id);
}

/* False: one is left at the deadline. */
static bool wait_for_ends(const wchar_t *name, ULONGLONG deadline)
{
    DWORD process_id = 0;
    ULONGLONG now;
    HANDLE process;

    while (count_processes(name, &process_id)) {
        now = GetTickCount64();
        process = OpenProcess(SYNCHRONIZE, FALSE, process_id);
        if (process) {
            WaitForSingleObject(process, now < deadline ? (DWORD)(deadline - now) : 0);
            CloseHandle(process);
        }
        if (now >= deadline)
            return false;
    }
    return true;
}

/* What lies in the folder of shadow copies on a drive. */
static bool find_shadow(wchar_t drive, char reason[REASON_CHARS])
{
    wchar_t pattern[] = L"?:\\System Volume Information\\*";
    WIN32_FIND_DATAW found;
    bool left = false;
    HANDLE search;

    pattern[0] = drive;
    search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    do {
        if (wcscmp(found.cFileName, L".") != 0 && wcscmp(found.cFileName, L"..") != 0) {
            snprintf(reason, REASON_CHARS, "shadow copy %lc:%ls is left", drive, found.cFileName);
            left = true;
        }
    } while (!left && FindNextFileW(search, &found));
    FindClose(search);
    return left;
}

bool aftermath_is_clean(DWORD limit_ms, char reason[REASON_CHARS])
{
    ULONGLONG deadline = GetTickCount64() + limit_ms;
    wchar_t drive;

    /* In this order: a broker may still start a process of the embedded VSS. */
    if (!wait_for_ends(broker_name, deadline)) {
        snprintf(reason, REASON_CHARS, "a broker is left after %lu ms", limit_ms);
        return false;
    }
    if (!wait_for_ends(reaper_name, deadline)) {
        snprintf(reason, REASON_CHARS, "a reaper is left after %lu ms", limit_ms);
        return false;
    }
    for (drive = L'C'; drive < L'Z'; drive++) {
        if (GetLogicalDrives() & (1u << (drive - L'A')) && find_shadow(drive, reason))
            return false;
    }
    return true;
}
