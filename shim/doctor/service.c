/*
 * service.c - queries the service manager.
 */
#include "service.h"

#include <winsvc.h>

#define CONFIG_BYTES 8192 /* the maximum (Microsoft Learn, QueryServiceConfig) */

static bool is_disabled(SC_HANDLE service)
{
    union
    {
        QUERY_SERVICE_CONFIGW config;
        BYTE bytes[CONFIG_BYTES];
    } buffer;
    DWORD needed;

    return QueryServiceConfigW(service, &buffer.config, sizeof(buffer), &needed) &&
           buffer.config.dwStartType == SERVICE_DISABLED;
}

void service_query(const wchar_t *name, struct service_facts *facts)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = NULL;
    SERVICE_STATUS status;

    memset(facts, 0, sizeof(*facts));
    if (manager)
        service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    if (!service) {
        facts->error = GetLastError();
        facts->exists = facts->error != ERROR_SERVICE_DOES_NOT_EXIST;
        if (!facts->exists)
            facts->error = ERROR_SUCCESS;
    } else {
        facts->exists = true;
        facts->is_disabled = is_disabled(service);
        if (QueryServiceStatus(service, &status))
            facts->state = status.dwCurrentState;
        else
            facts->error = GetLastError();
        CloseServiceHandle(service);
    }
    if (manager)
        CloseServiceHandle(manager);
}

const wchar_t *service_state_name(DWORD state)
{
    static const wchar_t *const names[] = {
        [0] = L"in an unknown state",          [SERVICE_STOPPED] = L"stopped",
        [SERVICE_START_PENDING] = L"starting", [SERVICE_STOP_PENDING] = L"stopping",
        [SERVICE_RUNNING] = L"running",        [SERVICE_CONTINUE_PENDING] = L"resuming",
        [SERVICE_PAUSE_PENDING] = L"pausing",  [SERVICE_PAUSED] = L"paused",
    };

    return state < sizeof(names) / sizeof(names[0]) ? names[state] : names[0];
}
