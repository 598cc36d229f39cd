/*
 * dll_instance.h - this DLL's own module handle.
 */
#ifndef NTDSBCLI_DLL_INSTANCE_H
#define NTDSBCLI_DLL_INSTANCE_H

#include <windows.h>

/* The module that contains this function. */
HINSTANCE dll_instance(void);

#endif
