/*
 * ansi.h - what callers of the A functions pass in.
 */
#ifndef NTDSBCLI_ANSI_H
#define NTDSBCLI_ANSI_H

#include <windows.h>

/*
 * The text in UTF-16; NULL where it is NULL. S_OK, ERROR_NO_UNICODE_TRANSLATION: not valid in the
 * ANSI code page, ERROR_NOT_ENOUGH_MEMORY. Free it with free.
 */
HRESULT ansi_to_wide(const char *text, wchar_t **wide);

/*
 * The same for a name that may begin with a BFT character: that is one byte and stays what it is,
 * where "\\" or "X:" follows it.
 */
HRESULT ansi_name_to_wide(const char *name, wchar_t **wide);

#endif
