/*
 * proof_run.c - a process whose output goes to a file: no pipe can fill up.
 */
#include "proof_run.h"

#include "proof_stop.h"

#include "common/format.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define OUTPUT_MAX_BYTES (8u << 20)
#define END_MS           10000u
/* Before one is killed: in Wine a process that is killed while it starts leaves its console host,
 * and that the output's file, so that the folder around it cannot be removed. */
#define STARTED_MS 1000u

static HANDLE open_output(const wchar_t *file)
{
    SECURITY_ATTRIBUTES inheritable = {.nLength = sizeof(inheritable), .bInheritHandle = TRUE};

    /* Shared for deletion: what the program started may go on and keep it. */
    return CreateFileW(file, GENERIC_READ | GENERIC_WRITE,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inheritable,
                       CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY, NULL);
}

static BOOL create(wchar_t *line, STARTUPINFOW *startup, const struct proof_way *way,
                   PROCESS_INFORMATION *created)
{
    DWORD flags = CREATE_NO_WINDOW | CREATE_SUSPENDED;
    DWORD error;
    BOOL done;

    if (way && way->create)
        done = way->create(way->context, line, startup, created);
    else if (way && way->token)
        done = CreateProcessAsUserW(way->token, NULL, line, NULL, NULL, TRUE, flags, NULL, NULL,
                                    startup, created);
    else
        done = CreateProcessW(NULL, line, NULL, NULL, TRUE, flags, NULL, NULL, startup, created);
    if (done && way && way->job && !AssignProcessToJobObject(way->job, created->hProcess)) {
        error = GetLastError();
        TerminateProcess(created->hProcess, 1);
        CloseHandle(created->hThread);
        CloseHandle(created->hProcess);
        memset(created, 0, sizeof(*created));
        SetLastError(error);
        return FALSE;
    }
    if (done)
        ResumeThread(created->hThread);
    return done;
}

void proof_run_start(struct proof_run *run, const wchar_t *line, const wchar_t *file,
                     const struct proof_way *way)
{
    STARTUPINFOW startup = {.cb = sizeof(startup), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION created = {0};
    wchar_t *writable = _wcsdup(line);

    memset(run, 0, sizeof(*run));
    format_text(run->file, MAX_PATH, L"%ls", file);
    if (proof_stop_requested()) {
        run->start_error = ERROR_CANCELLED;
        free(writable);
        return;
    }
    startup.hStdOutput = startup.hStdError = open_output(file);
    if (startup.hStdOutput == INVALID_HANDLE_VALUE)
        run->start_error = GetLastError();
    else if (!writable || !create(writable, &startup, way, &created))
        run->start_error = writable ? GetLastError() : ERROR_NOT_ENOUGH_MEMORY;
    if (startup.hStdOutput != INVALID_HANDLE_VALUE)
        CloseHandle(startup.hStdOutput);
    if (created.hThread)
        CloseHandle(created.hThread);
    run->process = created.hProcess;
    free(writable);
}

static void read_output(struct proof_run *run)
{
    HANDLE file =
        CreateFileW(run->file, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    LARGE_INTEGER size = {0};
    DWORD got = 0;

    if (file != INVALID_HANDLE_VALUE && GetFileSizeEx(file, &size)) {
        DWORD wanted = size.QuadPart < OUTPUT_MAX_BYTES ? (DWORD)size.QuadPart : OUTPUT_MAX_BYTES;

        run->output = malloc((size_t)wanted + 1);
        if (run->output && !ReadFile(file, run->output, wanted, &got, NULL))
            got = 0;
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    if (run->output)
        run->output[got] = 0;
    else
        run->output = _strdup("");
    if (!run->output)
        abort();
}

void proof_run_wait(struct proof_run *run, DWORD limit_ms)
{
    HANDLE handles[] = {run->process, proof_stop_event()};

    if (run->process) {
        run->is_late =
            WaitForMultipleObjects(handles[1] ? 2 : 1, handles, FALSE, limit_ms) != WAIT_OBJECT_0 &&
            WaitForSingleObject(run->process, STARTED_MS) != WAIT_OBJECT_0;
        if (run->is_late && TerminateProcess(run->process, 1))
            WaitForSingleObject(run->process, END_MS);
        GetExitCodeProcess(run->process, &run->code);
        CloseHandle(run->process);
        run->process = NULL;
    }
    read_output(run);
    DeleteFileW(run->file);
}

void proof_run(struct proof_run *run, const wchar_t *line, const wchar_t *file, DWORD limit_ms)
{
    proof_run_start(run, line, file, NULL);
    proof_run_wait(run, limit_ms);
}

void proof_run_fini(struct proof_run *run)
{
    free(run->output);
    run->output = NULL;
}

void proof_run_describe(const struct proof_run *run, wchar_t text[PROOF_END_CHARS])
{
    if (run->start_error)
        format_text(text, PROOF_END_CHARS, L"not started (Win32 error %lu)", run->start_error);
    else if (run->is_late)
        format_text(text, PROOF_END_CHARS, L"ended at its time limit");
    else
        format_text(text, PROOF_END_CHARS, L"exit code %lu", run->code);
}
