/*
 * proof_net.c - by net.exe, which waits until a service has stopped or started.
 *
 * Source: Microsoft Learn (EnumDependentServices gives them in the order in which to stop them).
 */
#include "proof_net.h"

#include "common/format.h"

#include <stdlib.h>
#include <string.h>

#define SERVICE_MS 1800000u

static void tell(const struct proof *proof, const wchar_t *what, const wchar_t *name)
{
    wchar_t arguments[PROOF_SERVICE_CHARS + 10];
    struct proof_run run;

    format_text(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\"", what, name);
    proof_run_system(proof, &run, L"net.exe", arguments, SERVICE_MS);
    proof_run_fini(&run);
}

static void CALLBACK note_change(void *buffer)
{
    (void)buffer;
}

/* Its state once it is one of those wanted (SERVICE_NOTIFY_*), or after a while; 0: not known. */
static DWORD wait_for(const wchar_t *name, DWORD wanted)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, SERVICE_QUERY_STATUS) : NULL;
    SERVICE_NOTIFYW notify = {.dwVersion = SERVICE_NOTIFY_STATUS_CHANGE,
                              .pfnNotifyCallback = note_change};
    SERVICE_STATUS status = {0};

    if (service && NotifyServiceStatusChangeW(service, wanted, &notify) == ERROR_SUCCESS)
        SleepEx(SERVICE_MS, TRUE);
    if (service && !QueryServiceStatus(service, &status))
        status.dwCurrentState = 0;
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
    return status.dwCurrentState;
}

static void add(struct proof_services *services, const wchar_t *name)
{
    if (services->count < PROOF_SERVICES_MAX)
        format_text(services->names[services->count++], PROOF_SERVICE_CHARS, L"%ls", name);
}

static void list_dependents(const wchar_t *name, struct proof_services *services)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, SERVICE_ENUMERATE_DEPENDENTS) : NULL;
    ENUM_SERVICE_STATUSW *found = NULL;
    DWORD bytes = 0, count = 0, i;

    if (service && !EnumDependentServicesW(service, SERVICE_ACTIVE, NULL, 0, &bytes, &count) &&
        GetLastError() == ERROR_MORE_DATA)
        found = malloc(bytes);
    if (found && EnumDependentServicesW(service, SERVICE_ACTIVE, found, bytes, &bytes, &count)) {
        for (i = 0; i < count; i++)
            add(services, found[i].lpServiceName);
    }
    free(found);
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
}

bool proof_net_stop(const struct proof *proof, const wchar_t *name, struct proof_services *stopped)
{
    size_t i;

    stopped->count = 0;
    list_dependents(name, stopped);
    add(stopped, name);
    for (i = 0; i < stopped->count; i++)
        tell(proof, L"stop", stopped->names[i]);
    return wait_for(name, SERVICE_NOTIFY_STOPPED) == SERVICE_STOPPED;
}

bool proof_net_start(const struct proof *proof, const struct proof_services *stopped)
{
    size_t i = stopped->count;
    bool running = true;

    while (i-- > 0) {
        tell(proof, L"start", stopped->names[i]);
        running = wait_for(stopped->names[i], SERVICE_NOTIFY_RUNNING | SERVICE_NOTIFY_STOPPED) ==
                      SERVICE_RUNNING &&
                  running;
    }
    return running;
}

/* Zero: it cannot be asked. */
static void query(const wchar_t *name, SERVICE_STATUS_PROCESS *status)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = manager ? OpenServiceW(manager, name, SERVICE_QUERY_STATUS) : NULL;
    DWORD bytes;

    memset(status, 0, sizeof(*status));
    if (service)
        QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)status, sizeof(*status),
                             &bytes);
    if (service)
        CloseServiceHandle(service);
    if (manager)
        CloseServiceHandle(manager);
}

void proof_net_describe(const wchar_t *name, wchar_t text[PROOF_NET_END_CHARS])
{
    SERVICE_STATUS_PROCESS status;

    query(name, &status);
    format_text(text, PROOF_NET_END_CHARS, L"state %lu, exit code %lu, its own %lu",
                status.dwCurrentState, status.dwWin32ExitCode, status.dwServiceSpecificExitCode);
}

DWORD proof_net_process(const wchar_t *name)
{
    SERVICE_STATUS_PROCESS status;

    query(name, &status);
    return status.dwCurrentState == SERVICE_RUNNING ? status.dwProcessId : 0;
}
