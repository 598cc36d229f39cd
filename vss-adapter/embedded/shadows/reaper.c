/*
 * reaper.c - starts the reaper, and is the reaper (rundll32 vssapi.dll,WatchOwner).
 *
 * A shadow belongs to its requestor's process. If that process dies, it can no longer remove the
 * copy, thaw the directory and free the creation slot, so another process waits for its end.
 */
#include "reaper.h"
#include "common/format.h"
#include "embedded/base/method_log.h"
#include "embedded/base/module.h"
#include "embedded/base/wide.h"
#include "shadow.h"
#include "slot.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <vss.h>

#define COMMAND_CHARS  (2 * MAX_PATH + 128)
#define READY_LIMIT_MS 30000

/* What it inherits. */
#define HANDLE_OWNER 0
#define HANDLE_DONE  1
#define HANDLE_READY 2
#define HANDLES      3

#ifndef PROC_THREAD_ATTRIBUTE_JOB_LIST /* not in every mingw-w64 */
#define PROC_THREAD_ATTRIBUTE_JOB_LIST 0x0002000D
#endif

static bool set_job_limit(HANDLE job, DWORD flags)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = {.BasicLimitInformation.LimitFlags = flags};

    return SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limit, sizeof(limit));
}

/*
 * A process starts suspended: if its creator is killed before resuming it, it stays forever. So
 * until CreateProcess returns, the job ends it together with its creator.
 */
static bool create_in_job(wchar_t *command, HANDLE job, DWORD flags, STARTUPINFOEXW *startup,
                          HANDLE *created)
{
    PROCESS_INFORMATION process = {0};
    bool freed;

    if (!UpdateProcThreadAttribute(startup->lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST,
                                   &job, sizeof(job), NULL, NULL) ||
        !CreateProcessW(NULL, command, NULL, NULL, TRUE, flags | EXTENDED_STARTUPINFO_PRESENT, NULL,
                        NULL, &startup->StartupInfo, &process))
        return false;
    freed = set_job_limit(job, 0);
    CloseHandle(process.hThread);
    if (freed)
        *created = process.hProcess;
    else
        CloseHandle(process.hProcess);
    return freed;
}

/* Starts the command with exactly these handles inherited. */
static HRESULT start_with_handles(wchar_t *command, HANDLE handles[HANDLES], DWORD flags,
                                  HANDLE *process)
{
    HRESULT hr = E_OUTOFMEMORY;
    SIZE_T bytes = 0;
    STARTUPINFOEXW startup = {.StartupInfo.cb = sizeof(startup)};
    HANDLE job = CreateJobObjectW(NULL, NULL);

    InitializeProcThreadAttributeList(NULL, 2, 0, &bytes);
    startup.lpAttributeList = malloc(bytes);
    if (!job || !startup.lpAttributeList)
        goto out;
    /* The reaper must not keep the caller's pipes open. */
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = INVALID_HANDLE_VALUE;
    startup.StartupInfo.hStdOutput = INVALID_HANDLE_VALUE;
    startup.StartupInfo.hStdError = INVALID_HANDLE_VALUE;
    if (!InitializeProcThreadAttributeList(startup.lpAttributeList, 2, 0, &bytes)) {
        hr = HRESULT_FROM_WIN32(GetLastError());
        goto out;
    }
    if (set_job_limit(job, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE) &&
        UpdateProcThreadAttribute(startup.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                  handles, HANDLES * sizeof(handles[0]), NULL, NULL) &&
        create_in_job(command, job, flags, &startup, process))
        hr = S_OK;
    else
        hr = HRESULT_FROM_WIN32(GetLastError());
    DeleteProcThreadAttributeList(startup.lpAttributeList);
out:
    if (job)
        CloseHandle(job);
    free(startup.lpAttributeList);
    return hr;
}

static HRESULT start_reaper(const GUID *set_id, HANDLE handles[HANDLES], HANDLE *process)
{
    wchar_t system[MAX_PATH];
    wchar_t module[MAX_PATH];
    wchar_t set_text[WIDE_GUID_CHARS];
    wchar_t command[COMMAND_CHARS];
    DWORD chars = GetModuleFileNameW(module_instance(), module, ARRAYSIZE(module));
    HRESULT hr;

    GetSystemDirectoryW(system, ARRAYSIZE(system));
    wide_guid_text(set_id, set_text);
    if (chars == ARRAYSIZE(module) ||
        !format_text(command, ARRAYSIZE(command),
                     L"\"%ls\\rundll32.exe\" \"%ls\",WatchOwner %Iu %Iu %Iu %ls", system, module,
                     (size_t)handles[HANDLE_OWNER], (size_t)handles[HANDLE_DONE],
                     (size_t)handles[HANDLE_READY], set_text))
        return HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
    /* Outside the caller's job if allowed: the end of a job ends all its processes. */
    hr = start_with_handles(command, handles, CREATE_BREAKAWAY_FROM_JOB, process);
    if (hr == HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED))
        hr = start_with_handles(command, handles, 0, process);
    return hr;
}

HRESULT reaper_start(const GUID *set_id, struct reaper *reaper)
{
    HANDLE self = GetCurrentProcess();
    HANDLE handles[HANDLES] = {NULL};
    HRESULT hr;
    size_t i;

    reaper->process = NULL;
    reaper->done = CreateEventW(NULL, TRUE, FALSE, NULL);
    reaper->ready = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (reaper->done && reaper->ready &&
        DuplicateHandle(self, self, self, &handles[HANDLE_OWNER],
                        SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, TRUE, 0) &&
        DuplicateHandle(self, reaper->done, self, &handles[HANDLE_DONE], SYNCHRONIZE, TRUE, 0) &&
        DuplicateHandle(self, reaper->ready, self, &handles[HANDLE_READY], EVENT_MODIFY_STATE, TRUE,
                        0))
        hr = start_reaper(set_id, handles, &reaper->process);
    else
        hr = HRESULT_FROM_WIN32(GetLastError());
    for (i = 0; i < HANDLES; i++)
        if (handles[i])
            CloseHandle(handles[i]);
    if (FAILED(hr))
        reaper_stop(reaper);
    return hr;
}

HRESULT reaper_await(const struct reaper *reaper)
{
    HANDLE handles[] = {reaper->ready, reaper->process};

    return reaper->process && WaitForMultipleObjects(ARRAYSIZE(handles), handles, FALSE,
                                                     READY_LIMIT_MS) == WAIT_OBJECT_0
               ? S_OK
               : E_FAIL;
}

void reaper_stop(struct reaper *reaper)
{
    if (reaper->done) {
        SetEvent(reaper->done);
        CloseHandle(reaper->done);
    }
    if (reaper->ready)
        CloseHandle(reaper->ready);
    if (reaper->process)
        CloseHandle(reaper->process);
    memset(reaper, 0, sizeof(*reaper));
}

/* --- the other process -------------------------------------------------------------------- */

static HRESULT reap(const GUID *set_id)
{
    struct shadow *shadows = NULL;
    size_t count = 0;
    HRESULT hr;
    size_t i;

    /* The writer comes first: it may wait for its thaw while a long copy is ended. */
    slot_free(set_id, true);
    hr = shadow_list(&shadows, &count);
    for (i = 0; SUCCEEDED(hr) && i < count; i++)
        if (IsEqualGUID(&shadows[i].set_id, set_id) && !shadows[i].kept)
            shadow_delete(&shadows[i]);
    free(shadows);
    return hr;
}

void CALLBACK WatchOwner(HWND window, HINSTANCE instance, LPSTR command, int show);

/* Command line: handles of the owner, of the event that ends the reaper and of "ready"; set. */
void CALLBACK WatchOwner(HWND window, HINSTANCE instance, LPSTR command, int show)
{
    char *end = command;
    wchar_t set_text[WIDE_GUID_CHARS] = L"";
    GUID set_id;
    HANDLE owner = (HANDLE)(ULONG_PTR)_strtoui64(end, &end, 10);
    HANDLE done = (HANDLE)(ULONG_PTR)_strtoui64(end, &end, 10);
    HANDLE ready = (HANDLE)(ULONG_PTR)_strtoui64(end, &end, 10);
    HANDLE handles[] = {done, owner};
    HRESULT hr;

    (void)window;
    (void)instance;
    (void)show;
    while (*end == ' ')
        end++;
    MultiByteToWideChar(CP_ACP, 0, end, -1, set_text, ARRAYSIZE(set_text));
    if (!owner || !done || !wide_guid_parse(set_text, &set_id)) {
        method_log(E_INVALIDARG, "WatchOwner", "command=%s", command);
        return;
    }
    SetEvent(ready);
    if (WaitForMultipleObjects(2, handles, FALSE, INFINITE) == WAIT_OBJECT_0)
        return;
    hr = reap(&set_id);
    method_log(hr, "WatchOwner", "set=%s owner=%lu ended", method_log_guid(&set_id).text,
               GetProcessId(owner));
}
