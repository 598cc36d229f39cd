/*
 * interlock_mutex.h - one change of the interlock at a time, on the whole computer.
 */
#ifndef NTDSVSS_INTERLOCK_MUTEX_H
#define NTDSVSS_INTERLOCK_MUTEX_H

#include <ntdsvss.h>

/*
 * The mutex around every change of the interlock, among administrators only:
 * Global\ntdsbcli-restore where the system has no private name spaces (Wine). Bounded wait;
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT). interlock_unlock closes it; NULL is ignored.
 */
HRESULT interlock_lock(const struct ntdsvss_settings *settings, HANDLE *mutex);
void interlock_unlock(HANDLE mutex);

#endif
