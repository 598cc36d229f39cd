/*
 * unix_run.c - starts shell scripts and follows them through the files of their folder.
 */
#include "unix_run.h"
#include "common/format.h"
#include "embedded/base/wide.h"
#include "volume.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define COMMAND_CHARS  16384
#define POLL_MS        200
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

static HRESULT start_shell(const char *script, const wchar_t *folder_on_host,
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
    append_argument(command, folder_on_host);
    for (i = 0; i < count; i++)
        append_argument(command, arguments[i]);
    hr = command->overflow ? E_INVALIDARG : start_command(command->text);
out:
    free(wide_script);
    free(command);
    return hr;
}

/* False: the path does not fit. */
static bool job_folder(const wchar_t *tag, wchar_t folder[MAX_PATH])
{
    wchar_t windows[MAX_PATH];

    if (GetWindowsDirectoryW(windows, ARRAYSIZE(windows)) >= ARRAYSIZE(windows) ||
        !format_text(folder, MAX_PATH, L"%ls\\temp", windows))
        return false;
    CreateDirectoryW(folder, NULL); /* most prefixes have it */
    return format_text(folder, MAX_PATH, L"%ls\\temp\\vssapi-%ls", windows, tag);
}

/* Reads a small number from a file of the job; -1: it is not there (yet). */
static int read_number(const wchar_t *folder, const wchar_t *leaf)
{
    wchar_t path[MAX_PATH];
    char text[16] = "";
    DWORD bytes = 0;
    HANDLE file;

    if (!format_text(path, ARRAYSIZE(path), L"%ls\\%ls", folder, leaf))
        return -1;
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return -1;
    ReadFile(file, text, sizeof(text) - 1, &bytes, NULL);
    CloseHandle(file);
    return bytes ? atoi(text) : -1;
}

static void remove_folder(const wchar_t *folder)
{
    static const wchar_t *const leaves[] = {L"rc", L"rc.tmp", L"pid", L"log", L"files", L"links"};
    wchar_t path[MAX_PATH];
    size_t i;

    for (i = 0; i < ARRAYSIZE(leaves); i++)
        if (format_text(path, ARRAYSIZE(path), L"%ls\\%ls", folder, leaves[i]))
            DeleteFileW(path);
    RemoveDirectoryW(folder);
}

static void send_term(const wchar_t *folder_on_host)
{
    start_shell("kill \"$(cat \"$0/pid\")\"", folder_on_host, NULL, 0);
}

static HANDLE watch_folder(const wchar_t *folder)
{
    return FindFirstChangeNotificationW(folder, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
}

/* Waits for the exit code; -1: the script did not end in time. */
static int wait_for_end(const wchar_t *folder, const wchar_t *folder_on_host, HANDLE change,
                        HANDLE cancel, DWORD limit_ms)
{
    HANDLE handles[] = {change, cancel};
    uint64_t deadline = GetTickCount64() + limit_ms;
    bool cancelled;
    DWORD wait;
    int code;

    while ((code = read_number(folder, L"rc")) < 0 && GetTickCount64() < deadline) {
        cancelled = cancel && WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0;
        /* A TERM before the script has installed its trap and written its id would be lost. */
        if (cancelled && read_number(folder, L"pid") > 0) {
            cancel = NULL;
            deadline = GetTickCount64() + CANCEL_WAIT_MS;
            send_term(folder_on_host);
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
    wchar_t folder[MAX_PATH];
    wchar_t *folder_on_host;
    HRESULT hr = E_OUTOFMEMORY;
    HANDLE change;

    if (!job_folder(tag, folder))
        return HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
    remove_folder(folder);
    if (!CreateDirectoryW(folder, NULL))
        return HRESULT_FROM_WIN32(GetLastError());
    change = watch_folder(folder);
    folder_on_host = volume_unix_path(folder);
    if (folder_on_host)
        hr = start_shell(script, folder_on_host, arguments, count);
    if (SUCCEEDED(hr)) {
        *exit_code = wait_for_end(folder, folder_on_host, change, cancel, RUN_LIMIT_MS);
        if (*exit_code < 0)
            hr = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    }
    FindCloseChangeNotification(change);
    free(folder_on_host);
    remove_folder(folder);
    return hr;
}

void unix_cancel(const wchar_t *tag)
{
    wchar_t folder[MAX_PATH];
    wchar_t *folder_on_host;
    HANDLE change;

    if (!job_folder(tag, folder) || GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES)
        return;
    change = watch_folder(folder);
    folder_on_host = volume_unix_path(folder);
    if (folder_on_host && read_number(folder, L"rc") < 0 && read_number(folder, L"pid") > 0) {
        send_term(folder_on_host);
        wait_for_end(folder, folder_on_host, change, NULL, CANCEL_WAIT_MS);
    }
    FindCloseChangeNotification(change);
    free(folder_on_host);
    remove_folder(folder);
}
