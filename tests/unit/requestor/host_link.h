/*
 * host_link.h - symbolic links, made and removed by the host of a Wine: Wine itself makes none, and
 * writes and deletes through them.
 */
#ifndef NTDSBCLI_TEST_HOST_LINK_H
#define NTDSBCLI_TEST_HOST_LINK_H

#include <windows.h>
#include <stdbool.h>

/* In a folder that is there. False: this is no Wine, or it took too long. */
bool host_link_make(const wchar_t *link, const wchar_t *target);
bool host_link_remove(const wchar_t *link);

#endif
