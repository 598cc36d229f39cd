/*
 * directory.c - reads the directory service's registration and state.
 *
 * Must not know backups. Everything comes from the registry and the service manager of this
 * computer.
 */
#include "directory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>
#include <winsvc.h>

static const wchar_t parameters_key[] = L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters";

/* A REG_SZ or REG_EXPAND_SZ value, expanded. */
static HRESULT read_string(const wchar_t *key_path, const wchar_t *value, wchar_t **text)
{
    DWORD byte_count = 0;
    wchar_t *read = NULL;
    LSTATUS status;

    do {
        wchar_t *grown = realloc(read, byte_count + sizeof(*read));

        if (!grown) {
            free(read);
            return ERROR_NOT_ENOUGH_MEMORY;
        }
        read = grown;
        byte_count += sizeof(*read);
        status = RegGetValueW(HKEY_LOCAL_MACHINE, key_path, value, RRF_RT_REG_SZ, NULL, read,
                              &byte_count);
    } while (status == ERROR_MORE_DATA);
    if (status == ERROR_SUCCESS && !read[0])
        status = ERROR_FILE_NOT_FOUND;
    if (status != ERROR_SUCCESS) {
        free(read);
        return status;
    }
    *text = read;
    return S_OK;
}

HRESULT directory_location(enum directory_location which, wchar_t **path)
{
    static const wchar_t *const values[] = {
        [DIRECTORY_DATABASE_FILE] = L"DSA Database file",
        [DIRECTORY_LOG_FOLDER] = L"Database log files path",
        [DIRECTORY_CHECKPOINT_FOLDER] = L"DSA Working Directory",
    };

    return read_string(parameters_key, values[which], path);
}

static bool is_domain_controller(void)
{
    wchar_t *product = NULL;
    wchar_t *database = NULL;
    bool is_one = false;

    if (read_string(L"SYSTEM\\CurrentControlSet\\Control\\ProductOptions", L"ProductType",
                    &product) == S_OK &&
        _wcsicmp(product, L"LanmanNT") == 0)
        is_one = directory_location(DIRECTORY_DATABASE_FILE, &database) == S_OK;
    free(product);
    free(database);
    return is_one;
}

/*
 * The system sets SAFEBOOT_OPTION, and the Option key exists in safe modes only: the variable alone
 * proves nothing, as any program may set it.
 */
static bool is_restore_mode(void)
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

/* SERVICE_STOPPED also where the service or the manager cannot be asked. */
static DWORD service_state(void)
{
    SERVICE_STATUS status = {.dwCurrentState = SERVICE_STOPPED};
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, L"NTDS", SERVICE_QUERY_STATUS) : NULL;

    if (service) {
        if (!QueryServiceStatus(service, &status))
            status.dwCurrentState = SERVICE_START_PENDING;
        CloseServiceHandle(service);
    }
    if (manager)
        CloseServiceHandle(manager);
    return status.dwCurrentState;
}

enum directory_state directory_query_state(void)
{
    if (!is_domain_controller())
        return DIRECTORY_ABSENT;
    if (is_restore_mode())
        return DIRECTORY_OFFLINE;
    switch (service_state()) {
    case SERVICE_RUNNING:
        return DIRECTORY_ONLINE;
    case SERVICE_STOPPED:
        return DIRECTORY_OFFLINE;
    default:
        return DIRECTORY_BETWEEN;
    }
}
