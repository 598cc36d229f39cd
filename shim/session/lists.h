/*
 * lists.h - lists of names as the exports return them: in UTF-16 or in the ANSI code page, with
 * their size in bytes.
 */
#ifndef NTDSBCLI_LISTS_H
#define NTDSBCLI_LISTS_H

#include "host/result.h"

#include "names.h"

#include <windows.h>

/*
 * *list: allocation_free. ERROR_NO_UNICODE_TRANSLATION: the code page cannot hold a path.
 * ERROR_NOT_ENOUGH_MEMORY. Nothing is written then.
 */
legacy_result lists_build(const struct name *names, size_t count, const wchar_t *host, bool ansi,
                          void **list, DWORD *list_bytes);

/* Where the directory's files belong, from its registration. As lists_build and
 * directory_location. */
legacy_result lists_locations(const wchar_t *host, bool ansi, void **list, DWORD *list_bytes);

#endif
