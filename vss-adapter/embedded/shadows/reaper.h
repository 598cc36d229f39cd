/*
 * The reaper: a process per shadow copy set that outlives the requestor and removes what it left.
 */
#ifndef NTDSBCLI_EMBEDDED_REAPER_H
#define NTDSBCLI_EMBEDDED_REAPER_H

#include <windows.h>

/* Starts the reaper of a set of this process. *done is the event that ends it: signal it (by
 * reaper_stop) when nothing of the set is left. */
HRESULT reaper_start(const GUID *set_id, HANDLE *done);

/* Ends the reaper and closes the event; fine on NULL. */
void reaper_stop(HANDLE done);

#endif
