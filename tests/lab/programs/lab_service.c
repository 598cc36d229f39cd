/*
 * lab-service.exe start|stop|state NAME: brings a service into a state and waits until it is there.
 *
 * start also makes it start by itself with the machine, stop makes it wait for a start: as a
 * directory service that an administrator stopped. Knows no service by name.
 */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

#define EXIT_FAILED  1
#define EXIT_USAGE   2
#define LIMIT_MS     60000
#define POLL_STEP_MS 10

static int fail(const wchar_t *what, const wchar_t *name, DWORD error)
{
    fwprintf(stderr, L"lab-service: %ls %ls: error %lu\n", what, name, error);
    return EXIT_FAILED;
}

static const wchar_t *state_name(DWORD state)
{
    static const wchar_t *const names[] = {
        [SERVICE_STOPPED] = L"STOPPED",
        [SERVICE_START_PENDING] = L"START_PENDING",
        [SERVICE_STOP_PENDING] = L"STOP_PENDING",
        [SERVICE_RUNNING] = L"RUNNING",
        [SERVICE_CONTINUE_PENDING] = L"CONTINUE_PENDING",
        [SERVICE_PAUSE_PENDING] = L"PAUSE_PENDING",
        [SERVICE_PAUSED] = L"PAUSED",
    };
    return state < ARRAYSIZE(names) && names[state] != NULL ? names[state] : L"UNKNOWN";
}

/* A service control manager has nothing to wait on but its own answers. */
static int wait_for(SC_HANDLE service, const wchar_t *name, DWORD wanted)
{
    SERVICE_STATUS status;
    ULONGLONG end = GetTickCount64() + LIMIT_MS;

    for (;;) {
        if (!QueryServiceStatus(service, &status))
            return fail(L"state of", name, GetLastError());
        if (status.dwCurrentState == wanted)
            return 0;
        if (status.dwCurrentState == SERVICE_STOPPED)
            return fail(L"stopped by itself:", name, status.dwWin32ExitCode);
        if (GetTickCount64() > end)
            return fail(L"no end of pending:", name, WAIT_TIMEOUT);
        Sleep(POLL_STEP_MS);
    }
}

static int set_start_type(SC_HANDLE service, const wchar_t *name, DWORD start_type)
{
    if (!ChangeServiceConfigW(service, SERVICE_NO_CHANGE, start_type, SERVICE_NO_CHANGE, NULL, NULL,
                              NULL, NULL, NULL, NULL, NULL))
        return fail(L"start type of", name, GetLastError());
    return 0;
}

static int start(SC_HANDLE service, const wchar_t *name)
{
    int result = set_start_type(service, name, SERVICE_AUTO_START);

    if (result != 0)
        return result;
    if (!StartServiceW(service, 0, NULL) && GetLastError() != ERROR_SERVICE_ALREADY_RUNNING)
        return fail(L"start", name, GetLastError());
    return wait_for(service, name, SERVICE_RUNNING);
}

static int stop(SC_HANDLE service, const wchar_t *name)
{
    SERVICE_STATUS status;
    int result = set_start_type(service, name, SERVICE_DEMAND_START);

    if (result != 0)
        return result;
    if (!ControlService(service, SERVICE_CONTROL_STOP, &status) &&
        GetLastError() != ERROR_SERVICE_NOT_ACTIVE)
        return fail(L"stop", name, GetLastError());
    return wait_for(service, name, SERVICE_STOPPED);
}

static int print_state(SC_HANDLE service, const wchar_t *name)
{
    SERVICE_STATUS status;

    if (!QueryServiceStatus(service, &status))
        return fail(L"state of", name, GetLastError());
    wprintf(L"%ls\n", state_name(status.dwCurrentState));
    return 0;
}

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    static const struct
    {
        const wchar_t *verb;
        int (*run)(SC_HANDLE service, const wchar_t *name);
    } verbs[] = {{L"start", start}, {L"stop", stop}, {L"state", print_state}};

    for (size_t i = 0; argc == 3 && i < ARRAYSIZE(verbs); i++) {
        if (wcscmp(argv[1], verbs[i].verb) != 0)
            continue;
        SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
        if (manager == NULL)
            return fail(L"open the manager for", argv[2], GetLastError());
        SC_HANDLE service = OpenServiceW(manager, argv[2],
                                         SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS |
                                             SERVICE_CHANGE_CONFIG);
        int result = service != NULL ? verbs[i].run(service, argv[2])
                                     : fail(L"open", argv[2], GetLastError());
        if (service != NULL)
            CloseServiceHandle(service);
        CloseServiceHandle(manager);
        return result;
    }
    fwprintf(stderr, L"usage: lab-service start|stop|state NAME\n");
    return EXIT_USAGE;
}
