/*
 * proof_service.c - a service of ntdsprove itself, which runs one command line as SYSTEM.
 */
#include "proof_errand.h"
#include "proof_system.h"

#include "common/format.h"

#include <winsvc.h>
#include <string.h>

#define STOP_MS    60000u
#define STEP_MS    100u
#define NAME_CHARS 40

static SC_HANDLE create_service(SC_HANDLE manager, const struct proof *proof, const wchar_t *name,
                                const wchar_t *folder)
{
    wchar_t line[2 * PROOF_PATH_CHARS];

    format_text(line, ARRAYSIZE(line), L"\"%ls\\%ls\\ntdsprove.exe\" \"/as-service:%ls\"",
                proof->kit, proof->native, folder);
    return CreateServiceW(manager, name, name, SERVICE_START | SERVICE_QUERY_STATUS | DELETE,
                          SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE,
                          line, NULL, NULL, NULL, NULL, NULL);
}

/* NULL: it has ended already, or cannot be waited for. */
static HANDLE open_process(SC_HANDLE service)
{
    SERVICE_STATUS_PROCESS status;
    DWORD needed;

    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof(status),
                              &needed) ||
        !status.dwProcessId)
        return NULL;
    return OpenProcess(SYNCHRONIZE, FALSE, status.dwProcessId);
}

/* It is deleted as soon as it runs: Windows waits with that until it has stopped, and does it also
 * if this process is killed. */
static const wchar_t *start_and_delete(SC_HANDLE service, HANDLE *process, DWORD *error)
{
    const wchar_t *why = NULL;

    if (!StartServiceW(service, 0, NULL)) {
        *error = GetLastError();
        why = L"the service cannot be started";
    } else {
        *process = open_process(service);
    }
    if (!DeleteService(service) && !why) {
        *error = GetLastError();
        why = L"the service cannot be deleted";
    }
    return why;
}

/* The service manager deletes it a moment after its process has ended, and tells nobody. */
static bool is_gone(SC_HANDLE manager, const wchar_t *name)
{
    ULONGLONG end = GetTickCount64() + STOP_MS;
    SC_HANDLE service;

    while ((service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS)) != NULL) {
        CloseServiceHandle(service);
        if (GetTickCount64() > end)
            return false;
        Sleep(STEP_MS);
    }
    return true;
}

static const wchar_t *run_service(const struct proof *proof, SC_HANDLE manager,
                                  const struct proof_errand *errand, DWORD limit_ms,
                                  struct proof_run *run)
{
    wchar_t name[NAME_CHARS];
    const wchar_t *why;
    HANDLE process = NULL;
    SC_HANDLE service;

    format_text(name, NAME_CHARS, L"ntdsprove-%lu", GetCurrentProcessId());
    service = create_service(manager, proof, name, errand->folder);
    if (!service) {
        run->start_error = GetLastError();
        return L"the service cannot be made";
    }
    why = start_and_delete(service, &process, &run->start_error);
    if (process || !why)
        proof_errand_wait(errand, limit_ms, run);
    if (process) {
        WaitForSingleObject(process, STOP_MS);
        CloseHandle(process);
    }
    CloseServiceHandle(service);
    return !why && !is_gone(manager, name) ? L"the service is still there" : why;
}

const wchar_t *proof_service_run(const struct proof *proof, const wchar_t *line, DWORD limit_ms,
                                 struct proof_run *run)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    const wchar_t *why = L"no order can be written for the service";
    struct proof_errand errand;

    memset(run, 0, sizeof(*run));
    if (!manager) {
        run->start_error = GetLastError();
        return L"the service manager cannot be asked";
    }
    if (proof_errand_create(&errand, proof, L"as-service", line, limit_ms)) {
        why = run_service(proof, manager, &errand, limit_ms, run);
        proof_errand_fini(&errand);
    } else {
        run->start_error = GetLastError();
    }
    CloseServiceHandle(manager);
    return why;
}

/* --- the process that Windows starts ---------------------------------------------------------- */

static const wchar_t *errand_folder;

static DWORD WINAPI on_control(DWORD control, DWORD type, void *data, void *context)
{
    (void)type;
    (void)data;
    (void)context;
    return control == SERVICE_CONTROL_INTERROGATE ? NO_ERROR : ERROR_CALL_NOT_IMPLEMENTED;
}

static void WINAPI service_main(DWORD argc, wchar_t **argv)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                             .dwCurrentState = SERVICE_RUNNING};
    SERVICE_STATUS_HANDLE handle = RegisterServiceCtrlHandlerExW(L"", on_control, NULL);

    (void)argc;
    (void)argv;
    if (!handle)
        return;
    SetServiceStatus(handle, &status);
    proof_errand_do(errand_folder);
    status.dwCurrentState = SERVICE_STOPPED;
    SetServiceStatus(handle, &status);
}

bool proof_system_is_started(int argc, wchar_t **argv)
{
    static const wchar_t as_service[] = L"/as-service:", as_task[] = L"/as-task:";
    static wchar_t name[] = L"";
    const SERVICE_TABLE_ENTRYW services[] = {{name, service_main}, {NULL, NULL}};

    if (argc != 2)
        return false;
    if (wcsncmp(argv[1], as_service, wcslen(as_service)) == 0) {
        errand_folder = argv[1] + wcslen(as_service);
        StartServiceCtrlDispatcherW(services);
        return true;
    }
    if (wcsncmp(argv[1], as_task, wcslen(as_task)) != 0)
        return false;
    proof_errand_do(argv[1] + wcslen(as_task));
    return true;
}
