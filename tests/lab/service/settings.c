/*
 * The registry values of the lab's directory service. Opens no file.
 */
#include "settings.h"

#include "report.h"

#define SERVICES   L"SYSTEM\\CurrentControlSet\\Services\\"
#define PARAMETERS SERVICES L"NTDS\\Parameters"
#define LAB        SERVICES L"NTDS\\Lab"
#define VSS_WRITER SERVICES L"VSS\\Embedded\\Writers\\NTDS"

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

HRESULT settings_read(struct settings *settings)
{
    struct settings found = {0};
    DWORD bytes = sizeof(found.database);

    LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, PARAMETERS, DATABASE_VALUE, RRF_RT_REG_SZ,
                                  NULL, found.database, &bytes);
    if (status != ERROR_SUCCESS) {
        HRESULT hr = HRESULT_FROM_WIN32((DWORD)status);
        report("read", PARAMETERS L"\\" DATABASE_VALUE, hr);
        return hr;
    }
    bytes = sizeof(found.freeze_events);
    if (RegGetValueW(HKEY_LOCAL_MACHINE, VSS_WRITER, L"FreezeEvents", RRF_RT_REG_SZ, NULL,
                     found.freeze_events, &bytes) != ERROR_SUCCESS)
        found.freeze_events[0] = L'\0';
    found.write_interval_ms = read_dword(PARAMETERS, L"Lab write interval ms", 2);
    found.start_delay_ms = read_dword(LAB, L"Start delay ms", 0);
    found.stop_delay_ms = read_dword(LAB, L"Stop delay ms", 0);
    found.refuse_freeze = read_dword(LAB, L"Refuse freeze", 0) != 0;
    found.hash_limit_mib = read_dword(LAB, L"Hash limit MiB", 256);
    *settings = found;
    return S_OK;
}
