/*
 * module.h - the DLL itself: its handle, and threads that keep it loaded.
 */
#ifndef NTDSBCLI_EMBEDDED_MODULE_H
#define NTDSBCLI_EMBEDDED_MODULE_H

#include <windows.h>

/* Set before any other code of this DLL runs; never changes. */
HINSTANCE module_instance(void);

/*
 * Starts a thread that holds a reference to the DLL until it has ended. The caller closes the
 * handle. NULL: the thread could not be started; GetLastError says why.
 */
HANDLE module_start_thread(DWORD (*run)(void *), void *argument);

#endif
