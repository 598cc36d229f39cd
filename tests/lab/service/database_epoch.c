/*
 * The registry's half of the epoch; the database's is in lab_database.c.
 */
#include "database_epoch.h"

#include "service_report.h"

#include <stdbool.h>
#include <stdio.h>

#define EPOCH  L"DSA Database Epoch"
#define MARKER L"Database restored from backup"

static HRESULT open_parameters(const wchar_t *service, HKEY *key)
{
    wchar_t path[200];

    swprintf(path, ARRAYSIZE(path), L"SYSTEM\\CurrentControlSet\\Services\\%ls\\Parameters",
             service);
    return HRESULT_FROM_WIN32(
        (DWORD)RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, key));
}

static bool read_dword(HKEY key, const wchar_t *name, DWORD *number)
{
    DWORD bytes = sizeof(*number);

    return RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, number, &bytes) == ERROR_SUCCESS;
}

static void tell_event(const wchar_t *service, const char *id)
{
    bool is_ntds = _wcsicmp(service, L"NTDS") == 0;
    wchar_t path[MAX_PATH];
    HRESULT hr;

    swprintf(path, ARRAYSIZE(path), LAB_FOLDER L"\\%ls%lsevents.log", is_ntds ? L"" : service,
             is_ntds ? L"" : L"-");
    hr = report_append(path, id);
    if (FAILED(hr))
        report("append to", path, hr);
}

static HRESULT begin_next(const wchar_t *service, struct database *database, HKEY key, DWORD epoch)
{
    DWORD marker = 0;
    HRESULT hr = database_write_epoch(database, epoch);

    if (FAILED(hr))
        return hr;
    hr = HRESULT_FROM_WIN32(
        (DWORD)RegSetValueExW(key, EPOCH, 0, REG_DWORD, (const BYTE *)&epoch, sizeof(epoch)));
    if (FAILED(hr))
        return hr;
    if (read_dword(key, MARKER, &marker) && marker) {
        tell_event(service, "1109\r\n");
        RegDeleteValueW(key, MARKER);
    }
    return HRESULT_FROM_WIN32((DWORD)RegFlushKey(key));
}

HRESULT epoch_begin(const wchar_t *service, struct database *database)
{
    DWORD registered = 0;
    uint32_t epoch = 0;
    HKEY key;
    HRESULT hr = open_parameters(service, &key);

    if (FAILED(hr)) {
        report("open the parameters of", service, hr);
        return hr;
    }
    hr = database_read_epoch(database, &epoch);
    if (SUCCEEDED(hr) && read_dword(key, EPOCH, &registered) && registered != epoch) {
        tell_event(service, "2542\r\n");
        hr = HRESULT_FROM_WIN32(ERROR_DS_NOT_INSTALLED);
        report("database has been replaced:", database->path, hr);
    }
    if (SUCCEEDED(hr))
        hr = begin_next(service, database, key, epoch + 1);
    RegCloseKey(key);
    return hr;
}
