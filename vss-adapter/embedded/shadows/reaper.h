/*
 * reaper.h - a process per shadow copy set that outlives the requestor and removes what it leaves.
 */
#ifndef NTDSBCLI_EMBEDDED_REAPER_H
#define NTDSBCLI_EMBEDDED_REAPER_H

#include <windows.h>

/* Starts the reaper of a set of this process. *done is the event that ends it; reaper_stop. */
HRESULT reaper_start(const GUID *set_id, HANDLE *done);

/* Ends the reaper after the set is gone, and closes the event; NULL is ignored. */
void reaper_stop(HANDLE done);

#endif
