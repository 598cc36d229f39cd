/*
 * proof_errand.c - orders, does and waits for what another account runs.
 */
#include "proof_errand.h"

#include "common/format.h"
#include "doctor/whole_file.h"

#include <sddl.h>
#include <stdlib.h>
#include <string.h>

/* For Windows to start the other process, and to run what it does after its program's limit. */
#define BEGIN_MS 120000u
#define SLACK_MS 60000u

#define NAME_CHARS 80

/* As they are in the two files: both ends are the same program. */
struct order
{
    wchar_t begun[NAME_CHARS], running[NAME_CHARS];
    wchar_t line[3 * PROOF_PATH_CHARS];
    DWORD limit_ms;
};
struct end
{
    DWORD start_error, code;
    bool is_late;
};

static bool write_file(const wchar_t *folder, const wchar_t *name, const void *bytes, DWORD count)
{
    wchar_t path[PROOF_PATH_CHARS];
    DWORD written = 0;
    HANDLE file;
    bool done;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, name);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    done = WriteFile(file, bytes, count, &written, NULL) && written == count;
    CloseHandle(file);
    return done;
}

static bool read_file(const wchar_t *folder, const wchar_t *name, void *bytes, DWORD count)
{
    wchar_t path[PROOF_PATH_CHARS];
    DWORD got = 0;
    void *read;

    format_text(path, PROOF_PATH_CHARS, L"%ls\\%ls", folder, name);
    if (whole_file_read(path, count, &read, &got) != S_OK)
        return false;
    if (got == count)
        memcpy(bytes, read, count);
    free(read);
    return got == count;
}

/* Of administrators and SYSTEM; one that is there already is somebody else's. */
static bool make_objects(struct proof_errand *errand, const struct order *order)
{
    SECURITY_ATTRIBUTES own = {.nLength = sizeof(own)};
    bool is_new = false;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            L"D:P(A;;GA;;;SY)(A;;GA;;;BA)", SDDL_REVISION_1, &own.lpSecurityDescriptor, NULL))
        return false;
    errand->begun = CreateEventW(&own, TRUE, FALSE, order->begun);
    if (errand->begun && GetLastError() != ERROR_ALREADY_EXISTS) {
        errand->running = CreateMutexW(&own, FALSE, order->running);
        is_new = errand->running && GetLastError() != ERROR_ALREADY_EXISTS;
    }
    LocalFree(own.lpSecurityDescriptor);
    return is_new;
}

bool proof_errand_create(struct proof_errand *errand, const struct proof *proof,
                         const wchar_t *name, const wchar_t *line, DWORD limit_ms)
{
    struct order order = {.limit_ms = limit_ms};

    memset(errand, 0, sizeof(*errand));
    format_text(order.begun, NAME_CHARS, L"Global\\ntdsprove-%lu-%ls-begun", GetCurrentProcessId(),
                name);
    format_text(order.running, NAME_CHARS, L"Global\\ntdsprove-%lu-%ls-running",
                GetCurrentProcessId(), name);
    if (format_text(errand->folder, PROOF_PATH_CHARS, L"%ls\\%ls", proof->work, name) &&
        format_text(order.line, ARRAYSIZE(order.line), L"%ls", line) &&
        CreateDirectoryW(errand->folder, NULL) && make_objects(errand, &order) &&
        write_file(errand->folder, L"order", &order, sizeof(order)))
        return true;
    proof_errand_fini(errand);
    return false;
}

void proof_errand_wait(const struct proof_errand *errand, DWORD limit_ms, struct proof_run *run)
{
    struct end end = {.start_error = ERROR_SERVICE_REQUEST_TIMEOUT};
    DWORD waited = WaitForSingleObject(errand->begun, BEGIN_MS);

    memset(run, 0, sizeof(*run));
    if (waited == WAIT_OBJECT_0) {
        waited = WaitForSingleObject(errand->running, limit_ms + SLACK_MS);
        if (waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED)
            ReleaseMutex(errand->running);
        if (!read_file(errand->folder, L"end", &end, sizeof(end)))
            end = (struct end){.start_error = ERROR_PROCESS_ABORTED};
    }
    run->start_error = end.start_error;
    run->code = end.code;
    run->is_late = end.is_late;
}

void proof_errand_fini(struct proof_errand *errand)
{
    if (errand->begun)
        CloseHandle(errand->begun);
    if (errand->running)
        CloseHandle(errand->running);
    memset(errand, 0, sizeof(*errand));
}

/* --- the other process ------------------------------------------------------------------------ */

static void run_line(const wchar_t *folder, const struct order *order)
{
    wchar_t output[PROOF_PATH_CHARS];
    struct proof_run run;
    struct end end;

    /* As ours: the log shows every phase. */
    SetEnvironmentVariableW(L"NTDSBCLI_LOG", L"4");
    format_text(output, PROOF_PATH_CHARS, L"%ls\\output", folder);
    proof_run(&run, order->line, output, order->limit_ms);
    memset(&end, 0, sizeof(end));
    end.start_error = run.start_error;
    end.code = run.code;
    end.is_late = run.is_late;
    write_file(folder, L"end", &end, sizeof(end));
    proof_run_fini(&run);
}

void proof_errand_do(const wchar_t *folder)
{
    HANDLE begun, running;
    struct order order;

    if (!read_file(folder, L"order", &order, sizeof(order)))
        return;
    running = OpenMutexW(SYNCHRONIZE, FALSE, order.running);
    begun = OpenEventW(EVENT_MODIFY_STATE, FALSE, order.begun);
    if (running && begun && WaitForSingleObject(running, 0) == WAIT_OBJECT_0) {
        SetEvent(begun);
        run_line(folder, &order);
        ReleaseMutex(running);
    }
    if (running)
        CloseHandle(running);
    if (begun)
        CloseHandle(begun);
}
