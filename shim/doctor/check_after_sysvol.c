/*
 * check_after_sysvol.c - is SYSVOL shared, so that this is a domain controller to others?
 *
 * Source: Microsoft Learn (SysvolReady of Netlogon, NetShareGetInfo).
 */
#include "after_restore.h"

#include "common/system_library.h"
#include "registry.h"

#include <lm.h>

#define NETLOGON L"SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters"
#define READY    L"SysvolReady"

#define NEXT_SYSVOL                                                                                \
    L"Check the log 'DFS Replication' (or 'File Replication Service'). SYSVOL is restored apart "  \
    L"from the directory: see guides/restore.md."

static void check_ready(struct findings *findings)
{
    LSTATUS status;
    HKEY key = registry_open(NETLOGON, &status);
    DWORD byte_count = sizeof(DWORD);
    DWORD ready = 0;

    if (key) {
        status = RegGetValueW(key, NULL, READY, RRF_RT_REG_DWORD, NULL, &ready, &byte_count);
        RegCloseKey(key);
    }
    if (status == ERROR_SUCCESS && ready == 1)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.sysvol-ready", NULL,
                     L"Netlogon's value '" READY L"' is 1.");
    else if (status == ERROR_SUCCESS)
        findings_add(
            findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.sysvol-ready", NEXT_SYSVOL,
            L"Netlogon's value '" READY L"' is %lu: SYSVOL is not ready to be shared.", ready);
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.sysvol-ready",
                     NEXT_ELEVATED,
                     L"Not known: Netlogon's value '" READY L"' cannot be read (Win32 error %ld).",
                     status);
}

static NET_API_STATUS ask_share(void)
{
    __typeof__(&NetShareGetInfo) get_info = NULL;
    __typeof__(&NetApiBufferFree) free_buffer = NULL;
    const struct system_function functions[] = {
        {"NetShareGetInfo", &get_info},
        {"NetApiBufferFree", &free_buffer},
    };
    HMODULE module = system_library_load(L"netapi32.dll");
    wchar_t name[] = L"SYSVOL";
    BYTE *info = NULL;
    NET_API_STATUS status = ERROR_PROC_NOT_FOUND;

    if (module && system_library_find(module, functions, ARRAYSIZE(functions))) {
        status = get_info(NULL, name, 1, &info);
        if (info)
            free_buffer(info);
    }
    if (module)
        FreeLibrary(module);
    return status;
}

static void check_share(struct findings *findings)
{
    NET_API_STATUS status = ask_share();

    if (status == NERR_Success)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.sysvol-share", NULL,
                     L"SYSVOL is shared.");
    else if (status == NERR_NetNameNotFound)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.sysvol-share",
                     NEXT_SYSVOL, L"SYSVOL is not shared: clients do not use this computer.");
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.sysvol-share",
                     L"'net share' shows it. The service 'Server' must run.",
                     L"Not known: whether SYSVOL is shared (error %lu).", status);
}

void check_after_sysvol(struct findings *findings)
{
    check_ready(findings);
    check_share(findings);
}
