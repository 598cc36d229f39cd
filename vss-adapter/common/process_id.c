/*
 * process_id.c - compares a process's time of creation.
 */
#include "process_id.h"

static bool read_start(HANDLE process, uint64_t *start)
{
    FILETIME created, exited, kernel, user;

    if (!GetProcessTimes(process, &created, &exited, &kernel, &user))
        return false;
    *start = (uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime;
    return true;
}

HRESULT process_id_self(struct process_id *id)
{
    id->process = GetCurrentProcessId();
    if (!read_start(GetCurrentProcess(), &id->start))
        return HRESULT_FROM_WIN32(GetLastError() ? GetLastError() : ERROR_GEN_FAILURE);
    return S_OK;
}

bool process_id_is_alive(const struct process_id *id)
{
    HANDLE process;
    uint64_t start;
    bool alive;

    if (!id->process)
        return false;
    process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, id->process);
    /* Only this error says that there is no such process. */
    if (!process)
        return GetLastError() != ERROR_INVALID_PARAMETER;
    /* An open handle keeps an ended process's id, and its times. */
    alive = WaitForSingleObject(process, 0) != WAIT_OBJECT_0 &&
            (!read_start(process, &start) || start == id->start);
    CloseHandle(process);
    return alive;
}
