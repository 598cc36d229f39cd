/*
 * ntds-service.exe [NAME]: the lab's directory service NTDS, or one of another name, as the service
 * control manager sees it.
 *
 * Knows nothing about what a directory does all day: that is the writer's.
 */
#include "service_report.h"
#include "service_settings.h"
#include "database_writer.h"

#define PENDING_STEP_MS 500

struct service
{
    SERVICE_STATUS_HANDLE manager;
    const wchar_t *name;
    SERVICE_STATUS status;
    HANDLE stop; /* manual-reset */
};

/* One service per process, as its type says; the control handler has no other way to it. */
static struct service service;

static void set_state(DWORD state, DWORD error)
{
    struct service *self = &service;

    bool pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
    bool again = pending && state == self->status.dwCurrentState;
    self->status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    self->status.dwCurrentState = state;
    self->status.dwControlsAccepted =
        state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0;
    self->status.dwWin32ExitCode = error;
    self->status.dwCheckPoint = again ? self->status.dwCheckPoint + 1 : pending;
    self->status.dwWaitHint = pending ? 4 * PENDING_STEP_MS : 0;
    if (!SetServiceStatus(self->manager, &self->status))
        report_last_error("set status of", self->name);
}

static DWORD WINAPI handle_control(DWORD control, DWORD event_type, void *event_data, void *context)
{
    (void)event_type;
    (void)event_data;
    (void)context;
    switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
        /* The status is the service thread's alone: it tells when the wait has ended. */
        SetEvent(service.stop);
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

/* Stays in a pending state for a test that wants to see one. */
static void linger(DWORD state, DWORD delay_ms)
{
    HANDLE never = CreateEventW(NULL, TRUE, FALSE, NULL);

    while (delay_ms > 0 && never != NULL) {
        DWORD step = delay_ms < PENDING_STEP_MS ? delay_ms : PENDING_STEP_MS;
        set_state(state, NO_ERROR);
        WaitForSingleObject(never, step);
        delay_ms -= step;
    }
    if (never != NULL)
        CloseHandle(never);
}

static void say_running(void *context)
{
    const struct settings *settings = context;

    linger(SERVICE_START_PENDING, settings->start_delay_ms);
    set_state(SERVICE_RUNNING, NO_ERROR);
}

static DWORD win32_from_hresult(HRESULT hr)
{
    return HRESULT_FACILITY(hr) == FACILITY_WIN32 ? HRESULT_CODE(hr) : ERROR_GEN_FAILURE;
}

static void WINAPI service_main(DWORD argc, wchar_t **argv)
{
    struct settings settings = {0};
    HRESULT hr;

    (void)argc;
    (void)argv;
    service.manager = RegisterServiceCtrlHandlerExW(service.name, handle_control, NULL);
    if (service.manager == NULL) {
        report_last_error("register", service.name);
        return;
    }
    set_state(SERVICE_START_PENDING, NO_ERROR);
    hr = settings_read(service.name, &settings);
    if (SUCCEEDED(hr)) {
        hr = writer_run(&settings, service.stop, say_running, &settings);
        set_state(SERVICE_STOP_PENDING, NO_ERROR);
        linger(SERVICE_STOP_PENDING, settings.stop_delay_ms);
    }
    set_state(SERVICE_STOPPED, FAILED(hr) ? win32_from_hresult(hr) : NO_ERROR);
}

/* No header of mingw-w64 declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    wchar_t ntds[] = L"NTDS";
    wchar_t *name = argc > 1 ? argv[1] : ntds;
    SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {NULL, NULL}};

    service.name = name;
    service.stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (service.stop == NULL) {
        report_last_error("create", L"stop event");
        return 1;
    }
    if (!StartServiceCtrlDispatcherW(table)) {
        report_last_error("connect to the service control manager as", name);
        return 1;
    }
    CloseHandle(service.stop);
    return 0;
}
