/*
 * The registry values of the lab's directory service. Opens no file.
 */
#include "service_settings.h"

#include "service_report.h"

#include <stdio.h>
#include <wchar.h>

#define SERVICES   L"SYSTEM\\CurrentControlSet\\Services\\"
#define VSS_WRITER SERVICES L"VSS\\Embedded\\Writers\\"

#define KEY_CHARS 200 /* of a key with the service's name in it */

#define DATABASE_VALUE L"DSA Database file"

static DWORD read_dword(const wchar_t *key, const wchar_t *value, DWORD otherwise)
{
    DWORD number = 0;
    DWORD bytes = sizeof(number);

    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, value, RRF_RT_REG_DWORD, NULL, &number, &bytes) !=
        ERROR_SUCCESS)
        return otherwise;
    return number;
}

static bool has_interlock(const wchar_t *service)
{
    wchar_t path[KEY_CHARS];
    HKEY key;

    _snwprintf(path, KEY_CHARS, SERVICES L"%ls\\Restore In Progress", service);
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

static void name_freeze_log(struct settings *settings)
{
    bool is_ntds = _wcsicmp(settings->service, L"NTDS") == 0;

    _snwprintf(settings->freeze_log, ARRAYSIZE(settings->freeze_log),
               LAB_FOLDER L"\\%ls%lsfreeze.log", is_ntds ? L"" : settings->service,
               is_ntds ? L"" : L"-");
}

HRESULT settings_read(const wchar_t *service, struct settings *settings)
{
    struct settings found = {0};
    DWORD bytes = sizeof(found.database);
    wchar_t parameters[KEY_CHARS], lab[KEY_CHARS], vss_writer[KEY_CHARS];

    if (wcslen(service) >= ARRAYSIZE(found.service))
        return E_INVALIDARG;
    wcscpy(found.service, service);
    name_freeze_log(&found);
    _snwprintf(parameters, KEY_CHARS, SERVICES L"%ls\\Parameters", service);
    _snwprintf(lab, KEY_CHARS, SERVICES L"%ls\\Lab", service);
    _snwprintf(vss_writer, KEY_CHARS, VSS_WRITER L"%ls", service);
    LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, parameters, DATABASE_VALUE, RRF_RT_REG_SZ,
                                  NULL, found.database, &bytes);
    if (status != ERROR_SUCCESS) {
        HRESULT hr = HRESULT_FROM_WIN32((DWORD)status);
        report("read \"DSA Database file\" of", parameters, hr);
        return hr;
    }
    bytes = sizeof(found.freeze_events);
    if (RegGetValueW(HKEY_LOCAL_MACHINE, vss_writer, L"FreezeEvents", RRF_RT_REG_SZ, NULL,
                     found.freeze_events, &bytes) != ERROR_SUCCESS)
        found.freeze_events[0] = L'\0';
    found.write_interval_ms = read_dword(parameters, L"Lab write interval ms", 10);
    found.start_delay_ms = read_dword(lab, L"Start delay ms", 0);
    found.stop_delay_ms = read_dword(lab, L"Stop delay ms", 0);
    found.refuse_freeze = read_dword(lab, L"Refuse freeze", 0) != 0;
    found.is_locked = read_dword(lab, L"Honour interlock", 0) != 0 && has_interlock(service);
    found.hash_limit_mib = read_dword(lab, L"Hash limit MiB", 256);
    *settings = found;
    return S_OK;
}
