/*
 * processes.c - finds brokers in a snapshot of the processes.
 */
#include "processes.h"

#include "host/clock.h"
#include "remote/broker_process.h"

#include <tlhelp32.h>
#include <wchar.h>

static bool created(DWORD process, ULONGLONG *time)
{
    HANDLE handle = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process);
    FILETIME begun, ended, kernel, user;
    bool known;

    if (!handle)
        return false;
    known = GetProcessTimes(handle, &begun, &ended, &kernel, &user);
    CloseHandle(handle);
    *time = clock_of(begun);
    return known;
}

/* Windows reuses process ids: a process that started after the broker did not start it. */
static bool is_older(DWORD parent, DWORD process)
{
    ULONGLONG parent_time, own_time;

    return !created(parent, &parent_time) || !created(process, &own_time) ||
           parent_time <= own_time;
}

/* After Process32FirstW or Process32NextW said that there are no more. */
static legacy_result end_of_list(void)
{
    return GetLastError() == ERROR_NO_MORE_FILES ? S_OK : result_last_error();
}

static legacy_result look_for_parent(HANDLE snapshot, struct broker_found *broker)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    BOOL more;

    for (more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
        if (entry.th32ProcessID != broker->parent)
            continue;
        broker->has_parent = is_older(broker->parent, broker->process);
        return S_OK;
    }
    return end_of_list();
}

/* others: a second snapshot, for the parents. */
static legacy_result find_in(HANDLE snapshot, HANDLE others, struct broker_found *found, size_t max,
                             size_t *count)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    legacy_result hr;
    BOOL more;

    for (more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
        struct broker_found broker = {.process = entry.th32ProcessID,
                                      .parent = entry.th32ParentProcessID};

        if (_wcsicmp(entry.szExeFile, broker_process_name()) != 0)
            continue;
        hr = look_for_parent(others, &broker);
        if (hr != S_OK)
            return hr;
        if (*count < max)
            found[*count] = broker;
        ++*count;
    }
    return end_of_list();
}

legacy_result processes_find_brokers(struct broker_found *found, size_t max, size_t *count)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    HANDLE others = INVALID_HANDLE_VALUE;
    legacy_result hr;

    *count = 0;
    if (snapshot != INVALID_HANDLE_VALUE)
        others = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (others != INVALID_HANDLE_VALUE)
        hr = find_in(snapshot, others, found, max, count);
    else
        hr = result_last_error();
    if (others != INVALID_HANDLE_VALUE)
        CloseHandle(others);
    if (snapshot != INVALID_HANDLE_VALUE)
        CloseHandle(snapshot);
    return hr;
}
