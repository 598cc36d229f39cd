/*
 * unix_run.c - starts shell scripts and follows them through the names of files.
 */
#include "unix_run.h"
#include "common/format.h"
#include "embedded/base/wide.h"
#include "volume.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>

#define COMMAND_CHARS  16384
#define POLL_MS        200
#define BEGIN_LIMIT_MS 10000
#define CANCEL_WAIT_MS 10000
#define RUN_LIMIT_MS   (30u * 60 * 1000)

struct command
{
    wchar_t text[COMMAND_CHARS];
    size_t chars;
    bool overflow;
};

static void append_char(struct command *command, wchar_t c)
{
    if (command->chars + 1 >= COMMAND_CHARS) {
        command->overflow = true;
        return;
    }
    command->text[command->chars++] = c;
    command->text[command->chars] = 0;
}

/* Appends an argument in quotes. Backslashes count only before a quote, where they are doubled. */
static void append_argument(struct command *command, const wchar_t *argument)
{
    size_t backslashes = 0;
    size_t i;

    if (command->chars)
        append_char(command, L' ');
    append_char(command, L'"');
    for (; *argument; argument++) {
        for (i = 0; *argument == L'"' && i < backslashes + 1; i++)
            append_char(command, L'\\');
        append_char(command, *argument);
        backslashes = *argument == L'\\' ? backslashes + 1 : 0;
    }
    for (i = 0; i < backslashes; i++)
        append_char(command, L'\\');
    append_char(command, L'"');
}

static HRESULT start_command(wchar_t *command)
{
    /* Without usable standard handles Wine gives the child a session and /dev/null of its own. */
    STARTUPINFOW startup = {.cb = sizeof(startup),
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = INVALID_HANDLE_VALUE,
                            .hStdOutput = INVALID_HANDLE_VALUE,
                            .hStdError = INVALID_HANDLE_VALUE};
    PROCESS_INFORMATION process; /* has no handles for a Unix program */

    if (CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return S_OK;
    return HRESULT_FROM_WIN32(GetLastError());
}

static HRESULT start_shell(const char *script, const wchar_t *job_on_host,
                           const wchar_t *const *arguments, size_t count)
{
    struct command *command = calloc(1, sizeof(*command));
    wchar_t *wide_script = wide_from_utf8(script);
    HRESULT hr = E_OUTOFMEMORY;
    size_t i;

    if (!command || !wide_script)
        goto out;
    append_argument(command, L"\\\\?\\unix\\bin\\sh");
    append_argument(command, L"-c");
    append_argument(command, wide_script);
    append_argument(command, job_on_host);
    for (i = 0; i < count; i++)
        append_argument(command, arguments[i]);
    hr = command->overflow ? E_INVALIDARG : start_command(command->text);
out:
    free(wide_script);
    free(command);
    return hr;
}

/* False: the path does not fit. */
static bool job_path(const wchar_t *tag, wchar_t job[MAX_PATH])
{
    wchar_t windows[MAX_PATH];

    if (GetWindowsDirectoryW(windows, ARRAYSIZE(windows)) >= ARRAYSIZE(windows) ||
        !format_text(job, MAX_PATH, L"%ls\\temp", windows))
        return false;
    CreateDirectoryW(job, NULL); /* most prefixes have it */
    return format_text(job, MAX_PATH, L"%ls\\temp\\vssapi-%ls", windows, tag);
}

static HRESULT create_job(const wchar_t *job)
{
    HANDLE file = CreateFileW(job, GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return HRESULT_FROM_WIN32(GetLastError());
    CloseHandle(file);
    return S_OK;
}

/* A number that the job has said, from the file <job>.<what>.<number>; -1: it has not (yet). */
static int read_number(const wchar_t *job, const wchar_t *what)
{
    wchar_t pattern[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search = INVALID_HANDLE_VALUE;

    if (format_text(pattern, ARRAYSIZE(pattern), L"%ls.%ls.*", job, what))
        search = FindFirstFileW(pattern, &found);
    if (search == INVALID_HANDLE_VALUE)
        return -1;
    FindClose(search);
    return _wtoi(wcsrchr(found.cFileName, L'.') + 1);
}

static void remove_number(const wchar_t *job, const wchar_t *what)
{
    wchar_t path[MAX_PATH];
    int number = read_number(job, what);

    if (number >= 0 && format_text(path, ARRAYSIZE(path), L"%ls.%ls.%d", job, what, number))
        DeleteFileW(path);
}

static void remove_job(const wchar_t *job)
{
    remove_number(job, L"pid");
    remove_number(job, L"rc");
    DeleteFileW(job);
}

/* A host without /proc does not tell: then only the script's own word counts. */
static bool is_running(int process)
{
    wchar_t path[64];

    format_text(path, ARRAYSIZE(path), L"\\\\?\\unix\\proc\\%d", process);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES ||
           GetFileAttributesW(L"\\\\?\\unix\\proc\\self") == INVALID_FILE_ATTRIBUTES;
}

/* Whether the job has said its process, and that is there. */
static bool has_process(const wchar_t *job)
{
    int process = read_number(job, L"pid");

    return process > 0 && is_running(process);
}

static void send_term(const wchar_t *job_on_host, int process)
{
    wchar_t number[16];
    const wchar_t *const arguments[] = {number};

    format_text(number, ARRAYSIZE(number), L"%d", process);
    start_shell("kill \"$1\"", job_on_host, arguments, ARRAYSIZE(arguments));
}

/* Of the folder that the job's files are in. */
static HANDLE watch_job(const wchar_t *job)
{
    wchar_t folder[MAX_PATH];

    wcscpy(folder, job);
    *wcsrchr(folder, L'\\') = 0;
    return FindFirstChangeNotificationW(folder, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
}

/* Waits for the exit code; -1: the script ended without one, did not begin, or not end in time. */
static int wait_for_end(const wchar_t *job, const wchar_t *job_on_host, HANDLE change,
                        HANDLE cancel, DWORD limit_ms)
{
    HANDLE handles[] = {change, cancel};
    uint64_t start = GetTickCount64();
    uint64_t deadline = start + limit_ms;
    bool cancelled;
    DWORD wait;
    int process;
    int code;

    while ((code = read_number(job, L"rc")) < 0 && GetTickCount64() < deadline) {
        process = read_number(job, L"pid");
        if (process < 0 ? GetTickCount64() >= start + BEGIN_LIMIT_MS : !is_running(process))
            return read_number(job, L"rc"); /* its last word may be newer than the last look */
        cancelled = cancel && WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0;
        /* A TERM before the script has installed its trap and written its id would be lost. */
        if (cancelled && process > 0) {
            cancel = NULL;
            deadline = GetTickCount64() + CANCEL_WAIT_MS;
            send_term(job_on_host, process);
        }
        wait = WaitForMultipleObjects(cancel && !cancelled ? 2 : 1, handles, FALSE, POLL_MS);
        if (wait == WAIT_OBJECT_0)
            FindNextChangeNotification(change);
        else if (wait == WAIT_FAILED)
            Sleep(POLL_MS);
    }
    return code;
}

HRESULT unix_run(const wchar_t *tag, const char *script, const wchar_t *const *arguments,
                 size_t count, HANDLE cancel, int *exit_code)
{
    wchar_t job[MAX_PATH];
    wchar_t *job_on_host;
    HANDLE change;
    HRESULT hr;
    int code;

    if (!job_path(tag, job))
        return HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
    remove_job(job);
    hr = create_job(job);
    if (FAILED(hr) && exit_code)
        return hr;
    change = watch_job(job);
    job_on_host = volume_unix_path(job);
    hr = job_on_host ? start_shell(script, job_on_host, arguments, count) : E_OUTOFMEMORY;
    if (SUCCEEDED(hr)) {
        code = wait_for_end(job, job_on_host, change, cancel, RUN_LIMIT_MS);
        if (code < 0)
            hr = E_FAIL;
        else if (exit_code)
            *exit_code = code;
    }
    FindCloseChangeNotification(change);
    free(job_on_host);
    /* With its names unix_cancel finds what did not end in time. */
    if (read_number(job, L"rc") >= 0 || !has_process(job))
        remove_job(job);
    return hr;
}

void unix_cancel(const wchar_t *tag)
{
    wchar_t job[MAX_PATH];
    wchar_t *job_on_host;
    HANDLE change;
    int process;

    if (!job_path(tag, job) || GetFileAttributesW(job) == INVALID_FILE_ATTRIBUTES)
        return;
    change = watch_job(job);
    job_on_host = volume_unix_path(job);
    process = read_number(job, L"pid");
    if (job_on_host && read_number(job, L"rc") < 0 && process > 0) {
        send_term(job_on_host, process);
        wait_for_end(job, job_on_host, change, NULL, CANCEL_WAIT_MS);
    }
    FindCloseChangeNotification(change);
    free(job_on_host);
    remove_job(job);
}
