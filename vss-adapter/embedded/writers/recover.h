/*
 * What the writer does to the database inside the shadow.
 */
#ifndef NTDSBCLI_EMBEDDED_RECOVER_H
#define NTDSBCLI_EMBEDDED_RECOVER_H

#include <windows.h>

/* Gives the database file a clean header (both copies). S_OK also when it was clean.
 * VSS_E_WRITERERROR_RECOVERY_FAILED when it cannot be read, written or is no database. */
HRESULT recover_database(const wchar_t *path);

#endif
