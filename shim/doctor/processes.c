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
static bool is_parent(HANDLE snapshot, DWORD parent, DWORD process)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    ULONGLONG parent_time, own_time;
    BOOL more;

    for (more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
        if (entry.th32ProcessID != parent)
            continue;
        return !created(parent, &parent_time) || !created(process, &own_time) ||
               parent_time <= own_time;
    }
    return false;
}

size_t processes_find_brokers(struct broker_found *found, size_t max)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    HANDLE other = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    size_t count = 0;
    BOOL more = snapshot != INVALID_HANDLE_VALUE && other != INVALID_HANDLE_VALUE &&
                Process32FirstW(snapshot, &entry);

    for (; more; more = Process32NextW(snapshot, &entry)) {
        if (_wcsicmp(entry.szExeFile, broker_process_name()) != 0)
            continue;
        if (count < max)
            found[count] = (struct broker_found){
                .process = entry.th32ProcessID,
                .parent = entry.th32ParentProcessID,
                .has_parent = is_parent(other, entry.th32ParentProcessID, entry.th32ProcessID)};
        count++;
    }
    if (other != INVALID_HANDLE_VALUE)
        CloseHandle(other);
    if (snapshot != INVALID_HANDLE_VALUE)
        CloseHandle(snapshot);
    return count;
}
