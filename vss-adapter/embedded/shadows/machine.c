/*
 * The machine-wide lock and the identity of processes.
 *
 * Must not know: shadows, writers, COM.
 */
#include "machine.h"

#define LOCK_NAME    L"Global\\VSSAPI.Embedded"
#define LOCK_WAIT_MS 10000

struct machine_owner machine_owner_of(HANDLE process)
{
    struct machine_owner owner = {GetProcessId(process), 0};
    FILETIME created;
    FILETIME ended;
    FILETIME kernel;
    FILETIME user;

    if (GetProcessTimes(process, &created, &ended, &kernel, &user))
        owner.created = (uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime;
    return owner;
}

struct machine_owner machine_owner_self(void)
{
    return machine_owner_of(GetCurrentProcess());
}

bool machine_owner_is_self(const struct machine_owner *owner)
{
    struct machine_owner self = machine_owner_self();

    return owner->pid == self.pid && owner->created == self.created;
}

bool machine_owner_alive(const struct machine_owner *owner)
{
    HANDLE process =
        OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, owner->pid);
    struct machine_owner found;
    bool alive;

    if (!process)
        return false;
    found = machine_owner_of(process);
    alive = found.created == owner->created && WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
}

HANDLE machine_lock(void)
{
    HANDLE lock = CreateMutexW(NULL, FALSE, LOCK_NAME);
    DWORD wait;

    if (!lock)
        return NULL;
    wait = WaitForSingleObject(lock, LOCK_WAIT_MS);
    if (wait != WAIT_OBJECT_0 && wait != WAIT_ABANDONED) {
        CloseHandle(lock);
        return NULL;
    }
    return lock;
}

void machine_unlock(HANDLE lock)
{
    if (!lock)
        return;
    ReleaseMutex(lock);
    CloseHandle(lock);
}
