/*
 * machine.c - the machine-wide lock.
 */
#include "machine.h"

#define LOCK_NAME    L"Global\\VSSAPI.Embedded"
#define LOCK_WAIT_MS 10000

HANDLE machine_lock(void)
{
    HANDLE lock = CreateMutexW(NULL, FALSE, LOCK_NAME);
    DWORD wait = lock ? WaitForSingleObject(lock, LOCK_WAIT_MS) : WAIT_FAILED;

    if (wait == WAIT_OBJECT_0 || wait == WAIT_ABANDONED)
        return lock;
    if (lock)
        CloseHandle(lock);
    return NULL;
}

void machine_unlock(HANDLE lock)
{
    if (!lock)
        return;
    ReleaseMutex(lock);
    CloseHandle(lock);
}
