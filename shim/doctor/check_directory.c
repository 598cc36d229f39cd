/*
 * check_directory.c - is this a domain controller, does its directory service run, and are its
 * files where the registry says?
 */
#include "checks.h"

#include "host/directory.h"
#include "registry.h"
#include "service.h"

#include <stdlib.h>
#include <wchar.h>

#define NEXT_REGISTRY                                                                              \
    L"Restore the value in HKLM\\SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters. "          \
    L"'ntdsutil files info' shows where the files are."

static void check_kind(struct findings *findings)
{
    LSTATUS status;
    HKEY key = registry_open(L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions", &status);
    wchar_t *product = key ? registry_text(key, L"ProductType") : NULL;

    if (product && _wcsicmp(product, L"LanmanNT") == 0)
        findings_add(findings, AREA_DIRECTORY, FINDING_OK, L"directory.kind", NULL,
                     L"This computer is a domain controller.");
    else
        findings_add(findings, AREA_DIRECTORY, FINDING_ERROR, L"directory.kind",
                     L"Run the backup program on the domain controller itself.",
                     L"This computer is not a domain controller (product type %ls), so every call "
                     L"fails with hrCouldNotConnect.",
                     product ? product : L"unknown");
    free(product);
    if (key)
        RegCloseKey(key);
}

static void check_state(struct findings *findings)
{
    struct service_facts service;
    enum ntdsvss_state state;
    legacy_result hr = directory_query_state(&state);

    service_query(L"NTDS", &service);
    if (!service.exists)
        findings_add(findings, AREA_DIRECTORY, FINDING_ERROR, L"directory.service",
                     L"If this is a domain controller, its role is damaged. Check the Directory "
                     L"Service event log.",
                     L"The service NTDS does not exist.");
    else if (state == NTDSVSS_STATE_ONLINE)
        findings_add(findings, AREA_DIRECTORY, FINDING_OK, L"directory.state", NULL,
                     L"The directory is online: backups are possible, restores are not.");
    else if (state == NTDSVSS_STATE_OFFLINE && registration_is_restore_mode())
        findings_add(findings, AREA_DIRECTORY, FINDING_NOTE, L"directory.state",
                     L"Restart normally when the restore is complete.",
                     L"The computer is in Directory Services Restore Mode: restores are possible, "
                     L"backups are not.");
    else if (state == NTDSVSS_STATE_OFFLINE)
        findings_add(findings, AREA_DIRECTORY, FINDING_WARNING, L"directory.state",
                     L"Start it with 'net start ntds', unless you are about to restore.",
                     L"The service NTDS is stopped: restores are possible, backups fail with "
                     L"hrCouldNotConnect.");
    else if (state == NTDSVSS_STATE_BETWEEN)
        findings_add(findings, AREA_DIRECTORY, FINDING_ERROR, L"directory.state",
                     L"Wait until it is running or stopped, then run ntdsdoctor again.",
                     L"The service NTDS is %ls: neither backups nor restores are possible.",
                     service_state_name(service.state));
    else if (state == NTDSVSS_STATE_UNKNOWN)
        findings_add(findings, AREA_DIRECTORY,
                     hr == ERROR_ACCESS_DENIED ? FINDING_NOTE : FINDING_WARNING, L"directory.state",
                     NEXT_ELEVATED,
                     L"Not known: Windows does not say %ls whether the service NTDS runs "
                     L"(0x%08lx). Restores are refused, backups find out by its writer.",
                     hr == ERROR_ACCESS_DENIED ? L"to this account" : L"here", (unsigned long)hr);
    if (service.exists && service.is_disabled)
        findings_add(findings, AREA_DIRECTORY, FINDING_WARNING, L"directory.disabled",
                     L"Set its start type to automatic: 'sc config ntds start= auto'.",
                     L"The service NTDS is disabled.");
}

static void check_place(struct findings *findings, enum directory_location which,
                        const wchar_t *value, bool is_folder)
{
    wchar_t *path = NULL;
    HRESULT hr = directory_location(which, &path);
    DWORD attributes, error;

    if (hr != S_OK) {
        findings_add(findings, AREA_DIRECTORY, FINDING_ERROR, L"directory.value", NEXT_REGISTRY,
                     L"The registry value '%ls' is missing or empty (Win32 error %ld).", value, hr);
        return;
    }
    attributes = GetFileAttributesW(path);
    error = attributes == INVALID_FILE_ATTRIBUTES ? GetLastError() : ERROR_SUCCESS;
    if (error == ERROR_ACCESS_DENIED)
        findings_add(findings, AREA_DIRECTORY, FINDING_NOTE, L"directory.path", NEXT_ELEVATED,
                     L"'%ls' is %ls. Not known: this account may not see whether it exists.", value,
                     path);
    else if (error && error != ERROR_SHARING_VIOLATION)
        findings_add(findings, AREA_DIRECTORY, FINDING_ERROR, L"directory.path",
                     L"Find out where the files are with 'ntdsutil files info'. If the database is "
                     L"lost, restore it from a backup.",
                     L"'%ls' is %ls, which does not exist (Win32 error %lu).", value, path, error);
    else if (!error && is_folder != ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0))
        findings_add(findings, AREA_DIRECTORY, FINDING_ERROR, L"directory.path", NEXT_REGISTRY,
                     L"'%ls' is %ls, but that is a %ls.", value, path,
                     is_folder ? L"file" : L"folder");
    else
        findings_add(findings, AREA_DIRECTORY, FINDING_OK, L"directory.path", NULL,
                     L"'%ls' is %ls.", value, path);
    free(path);
}

void check_directory(struct findings *findings)
{
    check_kind(findings);
    check_state(findings);
    check_place(findings, DIRECTORY_DATABASE_FILE, L"DSA Database file", false);
    check_place(findings, DIRECTORY_LOG_FOLDER, L"Database log files path", true);
    check_place(findings, DIRECTORY_CHECKPOINT_FOLDER, L"DSA Working Directory", true);
}
