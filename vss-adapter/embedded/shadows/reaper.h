/*
 * reaper.h - a process per shadow copy set that outlives the requestor and removes what it leaves.
 */
#ifndef NTDSBCLI_EMBEDDED_REAPER_H
#define NTDSBCLI_EMBEDDED_REAPER_H

#include <windows.h>

struct reaper
{
    HANDLE done; /* the event that ends it */
    HANDLE ready;
    HANDLE process;
};

/* Starts the reaper of a set of this process; reaper_stop. A failure leaves *reaper empty. */
HRESULT reaper_start(const GUID *set_id, struct reaper *reaper);

/* Waits until it watches this process. A failure: it ended before, or does not answer. */
HRESULT reaper_await(const struct reaper *reaper);

/* Ends the reaper after the set is gone, and empties *reaper. */
void reaper_stop(struct reaper *reaper);

#endif
