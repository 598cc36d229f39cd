/*
 * The DLL itself: where it was loaded from, and keeping it loaded while a thread of ours runs.
 */
#ifndef NTDSBCLI_EMBEDDED_MODULE_H
#define NTDSBCLI_EMBEDDED_MODULE_H

#include <windows.h>

/* Set before any other code of this DLL runs; never changes. */
HINSTANCE module_instance(void);

/* Starts a thread that holds a reference to the DLL until it has ended. The caller closes the
 * handle. NULL: the thread could not be started (LastError). */
HANDLE module_start_thread(DWORD (*run)(void *), void *argument);

#endif
