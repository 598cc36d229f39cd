/*
 * registration.c - reads a directory's registration and its service's state.
 *
 * Everything comes from the registry and the service manager of this computer.
 */
#include "registration.h"

#include "format.h"
#include "registry_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <winsvc.h>

#define PARAMETERS L"\\Parameters"

const wchar_t *registration_value(enum directory_location which)
{
    static const wchar_t *const values[] = {
        [DIRECTORY_DATABASE_FILE] = L"DSA Database file",
        [DIRECTORY_LOG_FOLDER] = L"Database log files path",
        [DIRECTORY_CHECKPOINT_FOLDER] = L"DSA Working Directory",
    };

    return values[which];
}

LSTATUS registration_location(const wchar_t *service, enum directory_location which, wchar_t **path)
{
    size_t key_chars = wcslen(REGISTRATION_SERVICES) + wcslen(service) + wcslen(PARAMETERS) + 1;
    wchar_t *key = malloc(key_chars * sizeof(*key));
    wchar_t *read = NULL;
    LSTATUS status;

    if (!key)
        return ERROR_NOT_ENOUGH_MEMORY;
    wcscpy(key, REGISTRATION_SERVICES);
    wcscat(key, service);
    wcscat(key, PARAMETERS);
    status = registry_read_text(HKEY_LOCAL_MACHINE, key, registration_value(which), &read);
    free(key);
    if (status == ERROR_SUCCESS && !read[0])
        status = ERROR_FILE_NOT_FOUND;
    if (status == ERROR_SUCCESS)
        *path = read;
    else
        free(read);
    return status;
}

/* A value that is not there says no; *is_one is false where it cannot be read, too. */
static LSTATUS look_up(LSTATUS status, bool matches, bool *is_one)
{
    *is_one = status == ERROR_SUCCESS && matches;
    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

static LSTATUS domain_controller(bool *is_one)
{
    wchar_t *product = NULL;
    LSTATUS status = registry_read_text(HKEY_LOCAL_MACHINE,
                                        L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions",
                                        L"ProductType", &product);

    status = look_up(status, product && _wcsicmp(product, L"LanmanNT") == 0, is_one);
    free(product);
    return status;
}

static LSTATUS registered(const wchar_t *service, bool *is_one)
{
    wchar_t *database = NULL;
    LSTATUS status = registration_location(service, DIRECTORY_DATABASE_FILE, &database);

    status = look_up(status, true, is_one);
    free(database);
    return status;
}

/*
 * The system sets SAFEBOOT_OPTION, and the Option key exists in safe modes only: the variable alone
 * proves nothing, as any program may set it.
 */
bool registration_is_restore_mode(void)
{
    wchar_t option[16];
    DWORD length = GetEnvironmentVariableW(L"SAFEBOOT_OPTION", option, 16);
    HKEY key;

    if (!length || length >= 16 || _wcsicmp(option, L"DSREPAIR") != 0)
        return false;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\SafeBoot\\Option",
                      0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return false;
    RegCloseKey(key);
    return true;
}

/* SERVICE_STOPPED where there is no such service. */
static DWORD service_state(const wchar_t *name, DWORD *state)
{
    SERVICE_STATUS status = {.dwCurrentState = SERVICE_STOPPED};
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, SERVICE_QUERY_STATUS) : NULL;
    DWORD error = ERROR_SUCCESS;

    if (!service || !QueryServiceStatus(service, &status))
        error = GetLastError() ? GetLastError() : ERROR_GEN_FAILURE;
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    *state = status.dwCurrentState;
    return error == ERROR_SERVICE_DOES_NOT_EXIST ? ERROR_SUCCESS : error;
}

void registration_list_instances(wchar_t *text, size_t chars)
{
    const size_t prefix_chars = wcslen(REGISTRATION_ADLDS);
    wchar_t name[257]; /* MS docs: no key's name is longer */
    DWORD name_chars = 257;
    HKEY services;
    DWORD i;

    text[0] = 0;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services", 0,
                      KEY_ENUMERATE_SUB_KEYS, &services) != ERROR_SUCCESS)
        return;
    for (i = 0;
         RegEnumKeyExW(services, i, name, &name_chars, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         i++, name_chars = 257) {
        size_t length = wcslen(text);

        bool is_instance = false;

        if (_wcsnicmp(name, REGISTRATION_ADLDS, prefix_chars) == 0)
            registered(name, &is_instance);
        if (is_instance)
            format_text(text + length, chars - length, L"%ls\"%ls\"", length ? L", " : L"",
                        name + prefix_chars);
    }
    RegCloseKey(services);
}

DWORD registration_state(const wchar_t *service, enum ntdsvss_state *state)
{
    bool is_ntds = _wcsicmp(service, REGISTRATION_NTDS) == 0;
    bool is_here;
    DWORD running, error;

    *state = NTDSVSS_STATE_UNKNOWN;
    error = (DWORD)registered(service, &is_here);
    if (error == ERROR_SUCCESS && is_here && is_ntds)
        error = (DWORD)domain_controller(&is_here);
    if (error != ERROR_SUCCESS)
        return error;
    if (!is_here)
        *state = NTDSVSS_STATE_ABSENT;
    else if (is_ntds && registration_is_restore_mode())
        *state = NTDSVSS_STATE_OFFLINE;
    else if ((error = service_state(service, &running)) == ERROR_SUCCESS)
        *state = running == SERVICE_RUNNING   ? NTDSVSS_STATE_ONLINE
                 : running == SERVICE_STOPPED ? NTDSVSS_STATE_OFFLINE
                                              : NTDSVSS_STATE_BETWEEN;
    return error;
}
