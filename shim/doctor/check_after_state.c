/*
 * check_after_state.c - what the registry and the service manager say of a directory that was
 * restored.
 */
#include "after_restore.h"

#include "host/directory.h"
#include "interlock/interlock_state.h"
#include "registry.h"

#define PARAMETERS L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters"
#define READ_ONLY  L"Dsa Not Writable" /* KB 875495: 4 after a USN rollback */

#define NEXT_START                                                                                 \
    L"Start the directory: restart normally, or 'net start ntds'. Then run this check again."
#define NEXT_REMOVE                                                                                \
    L"Take the computer off the network at once, and remove it from the domain (Microsoft KB "     \
    L"875495)."

static void check_lock(struct findings *findings)
{
    struct interlock_state state;

    interlock_state_read(&state);
    if (state.status == ERROR_FILE_NOT_FOUND || state.status == ERROR_PATH_NOT_FOUND)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.lock", NULL,
                     L"The key 'Restore In Progress' is gone.");
    else if (state.status == ERROR_SUCCESS)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.lock",
                     L"'ntdsdoctor' alone says whose it is and what to do.",
                     L"The key 'Restore In Progress' exists: a restore is not complete.");
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.lock",
                     NEXT_ELEVATED,
                     L"Not known: whether the key 'Restore In Progress' exists (Win32 error %ld).",
                     state.status);
    interlock_state_fini(&state);
}

static void report_unread(struct findings *findings, const wchar_t *id, const wchar_t *value,
                          LSTATUS status)
{
    findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, id, NEXT_ELEVATED,
                 L"Not known: the value '%ls' cannot be read (Win32 error %ld).", value, status);
}

static void check_marker(struct findings *findings, HKEY key)
{
    LSTATUS status = RegQueryValueExW(key, INTERLOCK_MARKER, NULL, NULL, NULL, NULL);

    if (status == ERROR_FILE_NOT_FOUND)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.marker", NULL,
                     L"The directory has taken the value '" INTERLOCK_MARKER L"' away.");
    else if (status == ERROR_SUCCESS)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.marker",
                     NEXT_START,
                     L"The value '" INTERLOCK_MARKER L"' is still there: the directory has not "
                     L"been started since the restore, or its start failed.");
    else
        report_unread(findings, L"after-restore.marker", INTERLOCK_MARKER, status);
}

static void check_epoch(struct findings *findings, HKEY key)
{
    LSTATUS status = RegQueryValueExW(key, INTERLOCK_EPOCH, NULL, NULL, NULL, NULL);

    if (status == ERROR_SUCCESS)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.epoch", NULL,
                     L"The value '" INTERLOCK_EPOCH L"' is there.");
    else if (status == ERROR_FILE_NOT_FOUND)
        findings_add(
            findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.epoch", NEXT_START,
            L"The value '" INTERLOCK_EPOCH L"' is missing. A restore deletes it, and the directory "
            L"writes it back when it starts: it has not been started since.");
    else
        report_unread(findings, L"after-restore.epoch", INTERLOCK_EPOCH, status);
}

static void check_writable(struct findings *findings, HKEY key)
{
    LSTATUS status = RegQueryValueExW(key, READ_ONLY, NULL, NULL, NULL, NULL);

    if (status == ERROR_FILE_NOT_FOUND)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.writable", NULL,
                     L"The directory has not made itself read-only.");
    else if (status == ERROR_SUCCESS)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.writable",
                     NEXT_REMOVE,
                     L"The value '" READ_ONLY L"' is set: the directory has found a USN rollback "
                     L"or another wrong restore.");
    else
        report_unread(findings, L"after-restore.writable", READ_ONLY, status);
}

static void check_parameters(struct findings *findings)
{
    LSTATUS status;
    HKEY key = registry_open(PARAMETERS, &status);

    if (!key) {
        report_unread(findings, L"after-restore.marker", INTERLOCK_MARKER, status);
        report_unread(findings, L"after-restore.epoch", INTERLOCK_EPOCH, status);
        report_unread(findings, L"after-restore.writable", READ_ONLY, status);
        return;
    }
    check_marker(findings, key);
    check_epoch(findings, key);
    check_writable(findings, key);
    RegCloseKey(key);
}

static void check_service(struct findings *findings)
{
    enum ntdsvss_state state;
    legacy_result hr = directory_query_state(&state);

    if (state == NTDSVSS_STATE_ONLINE)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_OK, L"after-restore.service", NULL,
                     L"The directory is online.");
    else if (state == NTDSVSS_STATE_UNKNOWN)
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_WARNING, L"after-restore.service",
                     NEXT_ELEVATED, L"Not known: whether the directory is online (0x%08lx).",
                     (unsigned long)hr);
    else
        findings_add(findings, AREA_AFTER_RESTORE, FINDING_ERROR, L"after-restore.service",
                     NEXT_START, L"The directory is not online.");
}

void check_after_state(struct findings *findings)
{
    check_lock(findings);
    check_parameters(findings);
    check_service(findings);
}
