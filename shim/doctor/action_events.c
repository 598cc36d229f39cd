/*
 * action_events.c - registers the Event Log source, or removes its registration.
 */
#include "checks.h"

#include "record/event_log.h"
#include "program_file.h"

#include <wchar.h>

#define PATH_CHARS 1024u
#define TYPES      (EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE)

static LSTATUS set_values(const wchar_t *file)
{
    static const DWORD types = TYPES;
    HKEY key;
    LSTATUS status =
        RegCreateKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_SOURCE_KEY, 0, NULL, REG_OPTION_NON_VOLATILE,
                        KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);

    if (status != ERROR_SUCCESS)
        return status;
    status = RegSetValueExW(key, L"EventMessageFile", 0, REG_SZ, (const BYTE *)file,
                            (DWORD)((wcslen(file) + 1) * sizeof(*file)));
    if (status == ERROR_SUCCESS)
        status = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types,
                                sizeof(types));
    RegCloseKey(key);
    return status;
}

static LSTATUS remove_key(void)
{
    LSTATUS status = RegDeleteKeyExW(HKEY_LOCAL_MACHINE, EVENT_LOG_SOURCE_KEY, KEY_WOW64_64KEY, 0);

    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

static bool find_file(wchar_t path[PATH_CHARS])
{
    DWORD length = GetModuleFileNameW(NULL, path, PATH_CHARS - 32);

    if (!length || length >= PATH_CHARS - 32)
        return false;
    wcscpy(wcsrchr(path, L'\\') + 1, EVENT_LOG_FILE);
    return program_file_exists(path);
}

void action_register_events(struct findings *findings, bool registered)
{
    wchar_t file[PATH_CHARS] = L"";
    LSTATUS status;

    if (registered && !find_file(file)) {
        findings->is_refused = true;
        findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.refused",
                     L"Run the ntdsdoctor that the installer put beside your program, or that of "
                     L"the package.",
                     L"Nothing was "
                     L"done: " EVENT_LOG_FILE L" is missing from the folder of this ntdsdoctor.");
        return;
    }
    status = registered ? set_values(file) : remove_key();
    if (status != ERROR_SUCCESS)
        findings_add(
            findings, AREA_ACTION, FINDING_ERROR, L"action.events", NEXT_ELEVATED,
            L"The Event Log source " EVENT_LOG_SOURCE L" could not be changed: Win32 error %ld.",
            status);
    else if (registered)
        findings_add(
            findings, AREA_ACTION, FINDING_OK, L"action.events", NULL,
            L"The Event Log source " EVENT_LOG_SOURCE L" is registered, its texts are in %ls.",
            file);
    else
        findings_add(findings, AREA_ACTION, FINDING_OK, L"action.events", NULL,
                     L"The Event Log source " EVENT_LOG_SOURCE L" is no longer registered.");
}
