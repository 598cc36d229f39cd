/*
 * machine.h - the locks that all processes of the machine (the Wine prefix) share.
 */
#ifndef NTDSBCLI_EMBEDDED_MACHINE_H
#define NTDSBCLI_EMBEDDED_MACHINE_H

#include <windows.h>

/*
 * Guards the creation slot and the numbers of shadow devices. Held for milliseconds, never while
 * files are copied or deleted and never around a call into a writer.
 *
 * NULL: ten seconds have passed. Release it on the same thread; NULL is ignored.
 */
HANDLE machine_lock(void);

/*
 * Guards the records of shadows while one is opened: Wine replaces and deletes no file that is
 * open. Held for less than a millisecond; taken last. As machine_lock.
 */
HANDLE machine_lock_records(void);

void machine_unlock(HANDLE lock);

#endif
