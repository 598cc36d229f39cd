/*
 * machine.c - the machine-wide locks.
 */
#include "machine.h"

#define LOCK_WAIT_MS 10000

static HANDLE take(const wchar_t *name)
{
    HANDLE lock = CreateMutexW(NULL, FALSE, name);
    DWORD wait = lock ? WaitForSingleObject(lock, LOCK_WAIT_MS) : WAIT_FAILED;

    if (wait == WAIT_OBJECT_0 || wait == WAIT_ABANDONED)
        return lock;
    if (lock)
        CloseHandle(lock);
    return NULL;
}

HANDLE machine_lock(void)
{
    return take(L"Global\\VSSAPI.Embedded");
}

HANDLE machine_lock_records(void)
{
    return take(L"Global\\VSSAPI.Embedded.Records");
}

void machine_unlock(HANDLE lock)
{
    if (!lock)
        return;
    ReleaseMutex(lock);
    CloseHandle(lock);
}
