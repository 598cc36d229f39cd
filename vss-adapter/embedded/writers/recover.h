/*
 * recover.h - makes the database inside a shadow clean.
 */
#ifndef NTDSBCLI_EMBEDDED_RECOVER_H
#define NTDSBCLI_EMBEDDED_RECOVER_H

#include <windows.h>

/*
 * Gives the database file a clean header, in both copies; it may be clean already.
 * VSS_E_WRITERERROR_RECOVERY_FAILED: it cannot be read or written, or is not a database.
 */
HRESULT recover_database(const wchar_t *path);

#endif
