/*
 * registry_text.h - a text of the registry, however long it is.
 */
#ifndef NTDSBCLI_REGISTRY_TEXT_H
#define NTDSBCLI_REGISTRY_TEXT_H

#include <windows.h>

/*
 * Reads a REG_SZ or REG_EXPAND_SZ value, expanded, of the key path below key; path may be NULL.
 *
 * text  Receives the text; free it with free. Untouched where the result is not ERROR_SUCCESS.
 */
LSTATUS registry_read_text(HKEY key, const wchar_t *path, const wchar_t *value, wchar_t **text);

#endif
