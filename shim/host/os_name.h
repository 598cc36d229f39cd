/*
 * os_name.h - which system this is, for the first line of a log.
 */
#ifndef NTDSBCLI_OS_NAME_H
#define NTDSBCLI_OS_NAME_H

#include <stddef.h>
#include <wchar.h>

#define OS_NAME_CHARS 80

/* Such as "Windows 10.0.17763, 64-bit", with Wine's own version where it is Wine. */
void os_name(wchar_t name[OS_NAME_CHARS]);

#endif
