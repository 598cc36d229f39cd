/*
 * interlock_owner.h - whose restore it is: a process, and the time at which it began.
 */
#ifndef NTDSVSS_INTERLOCK_OWNER_H
#define NTDSVSS_INTERLOCK_OWNER_H

#include <ntdsvss.h>

struct interlock_owner
{
    DWORD process;  /* 0: nobody */
    uint64_t start; /* FILETIME of its creation: ids are used again */
};

HRESULT interlock_owner_self(struct interlock_owner *owner);

/* A process that may not be looked at counts as alive. */
bool interlock_owner_is_alive(const struct interlock_owner *owner);

/*
 * The mutex around every change of the interlock, among administrators only:
 * Global\ntdsbcli-restore where the system has no private name spaces (Wine). Bounded wait;
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT). interlock_unlock closes it; NULL is ignored.
 */
HRESULT interlock_lock(const struct ntdsvss_settings *settings, HANDLE *mutex);
void interlock_unlock(HANDLE mutex);

#endif
