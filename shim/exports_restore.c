/*
 * exports_restore.c - the restore half of the exported functions.
 *
 * This version cannot restore: only the locations, which callers ask for during a backup too, and
 * the token's check are there. Everything else says so by hrNyi.
 */
#include "expiry.h"
#include "exports.h"
#include "token.h"

HRESULT NTDSBCLI_API DsRestoreGetDatabaseLocationsW(HBC hbc, LPWSTR *pszDatabaseLocationList,
                                                    LPDWORD pcbSize)
{
    return get_list(hbc, SESSION_LOCATIONS, false, (void **)pszDatabaseLocationList, pcbSize);
}

HRESULT NTDSBCLI_API DsRestoreGetDatabaseLocationsA(HBC hbc, LPSTR *pszDatabaseLocationList,
                                                    LPDWORD pcbSize)
{
    return get_list(hbc, SESSION_LOCATIONS, true, (void **)pszDatabaseLocationList, pcbSize);
}

HRESULT NTDSBCLI_API DsRestorePrepareW(LPCWSTR szServerName, ULONG rtFlag, PVOID pvExpiryToken,
                                       DWORD cbExpiryTokenSize, HBC *phbc)
{
    (void)szServerName;
    (void)rtFlag;
    (void)pvExpiryToken;
    (void)cbExpiryTokenSize;
    if (phbc)
        *phbc = NULL;
    return hrNyi;
}

HRESULT NTDSBCLI_API DsRestorePrepareA(LPCSTR szServerName, ULONG rtFlag, PVOID pvExpiryToken,
                                       DWORD cbExpiryTokenSize, HBC *phbc)
{
    (void)szServerName;
    return DsRestorePrepareW(NULL, rtFlag, pvExpiryToken, cbExpiryTokenSize, phbc);
}

HRESULT NTDSBCLI_API DsRestoreRegisterW(HBC hbc, LPCWSTR szCheckPointFilePath, LPCWSTR szLogPath,
                                        EDB_RSTMAPW rgrstmap[], LONG crstmap,
                                        LPCWSTR szBackupLogPath, ULONG genLow, ULONG genHigh)
{
    (void)hbc;
    (void)szCheckPointFilePath;
    (void)szLogPath;
    (void)rgrstmap;
    (void)crstmap;
    (void)szBackupLogPath;
    (void)genLow;
    (void)genHigh;
    return hrNyi;
}

HRESULT NTDSBCLI_API DsRestoreRegisterA(HBC hbc, LPCSTR szCheckPointFilePath, LPCSTR szLogPath,
                                        EDB_RSTMAPA rgrstmap[], LONG crstmap,
                                        LPCSTR szBackupLogPath, ULONG genLow, ULONG genHigh)
{
    (void)hbc;
    (void)szCheckPointFilePath;
    (void)szLogPath;
    (void)rgrstmap;
    (void)crstmap;
    (void)szBackupLogPath;
    (void)genLow;
    (void)genHigh;
    return hrNyi;
}

HRESULT NTDSBCLI_API DsRestoreRegisterComplete(HBC hbc, HRESULT hrRestoreState)
{
    (void)hbc;
    (void)hrRestoreState;
    return hrNyi;
}

HRESULT NTDSBCLI_API DsRestoreEnd(HBC hbc)
{
    (void)hbc;
    return hrNyi;
}

HRESULT NTDSBCLI_API DsRestoreCheckExpiryToken(PVOID pvExpiryToken, DWORD cbExpiryTokenSize)
{
    struct token_fields fields;
    HRESULT hr = token_parse(pvExpiryToken, cbExpiryTokenSize, &fields);

    return hr == S_OK ? token_check_expiry(&fields, expiry_now()) : hr;
}
