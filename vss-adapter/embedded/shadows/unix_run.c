/*
 * Shell scripts on the host.
 *
 * Must not know: what the scripts do.
 */
#include "unix_run.h"
#include "volume.h"

#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

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

/* Appends one argument, quoted the way the command line is taken apart again: backslashes count
 * only before a quote. */
static void append_argument(struct command *command, const wchar_t *argument)
{
    size_t backslashes = 0;
    size_t i;

    if (command->chars > 0)
        append_char(command, L' ');
    append_char(command, L'"');
    for (; *argument; argument++) {
        size_t copies;

        if (*argument == L'\\') {
            backslashes++;
            continue;
        }
        copies = *argument == L'"' ? 2 * backslashes + 1 : backslashes;
        for (i = 0; i < copies; i++)
            append_char(command, L'\\');
        backslashes = 0;
        append_char(command, *argument);
    }
    for (i = 0; i < 2 * backslashes; i++)
        append_char(command, L'\\');
    append_char(command, L'"');
}

static HRESULT start_shell(const char *script, const wchar_t *folder_on_host,
                           const wchar_t *const *arguments, size_t count)
{
    /* Without usable standard handles Wine gives the child a session and /dev/null of its own. */
    STARTUPINFOW startup = {.cb = sizeof(startup),
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = INVALID_HANDLE_VALUE,
                            .hStdOutput = INVALID_HANDLE_VALUE,
                            .hStdError = INVALID_HANDLE_VALUE};
    PROCESS_INFORMATION process = {0};
    struct command *command = calloc(1, sizeof(*command));
    size_t script_chars = strlen(script) + 1;
    wchar_t *wide_script = malloc(script_chars * sizeof(wchar_t));
    HRESULT hr = E_OUTOFMEMORY;
    size_t i;

    if (!command || !wide_script)
        goto out;
    for (i = 0; i < script_chars; i++)
        wide_script[i] = (wchar_t)(unsigned char)script[i];
    append_argument(command, L"\\\\?\\unix\\bin\\sh");
    append_argument(command, L"-c");
    append_argument(command, wide_script);
    append_argument(command, folder_on_host);
    for (i = 0; i < count; i++)
        append_argument(command, arguments[i]);
    if (command->overflow) {
        hr = E_INVALIDARG;
        goto out;
    }
    if (CreateProcessW(NULL, command->text, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        hr = S_OK; /* no handles come back for a Unix program */
    else
        hr = HRESULT_FROM_WIN32(GetLastError());
out:
    free(wide_script);
    free(command);
    return hr;
}

static void job_folder(const wchar_t *tag, wchar_t folder[MAX_PATH])
{
    wchar_t windows[MAX_PATH];

    GetWindowsDirectoryW(windows, ARRAYSIZE(windows));
    _snwprintf(folder, MAX_PATH, L"%ls\\temp", windows);
    CreateDirectoryW(folder, NULL); /* there in most prefixes */
    _snwprintf(folder, MAX_PATH, L"%ls\\temp\\vssapi-%ls", windows, tag);
}

/* Reads a small number from a file of the job; -1: not there (yet). */
static int read_number(const wchar_t *folder, const wchar_t *leaf)
{
    wchar_t path[MAX_PATH];
    char text[16] = {0};
    DWORD bytes = 0;
    HANDLE file;
    bool ok;

    _snwprintf(path, ARRAYSIZE(path), L"%ls\\%ls", folder, leaf);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return -1;
    ok = ReadFile(file, text, sizeof(text) - 1, &bytes, NULL) && bytes > 0;
    CloseHandle(file);
    return ok ? atoi(text) : -1;
}

static void remove_folder(const wchar_t *folder)
{
    static const wchar_t *const leaves[] = {L"rc", L"rc.tmp", L"pid", L"log", L"files", L"links"};
    size_t i;

    for (i = 0; i < ARRAYSIZE(leaves); i++) {
        wchar_t path[MAX_PATH];

        _snwprintf(path, ARRAYSIZE(path), L"%ls\\%ls", folder, leaves[i]);
        DeleteFileW(path);
    }
    RemoveDirectoryW(folder);
}

static void send_term(const wchar_t *folder_on_host)
{
    start_shell("kill \"$(cat \"$0/pid\")\"", folder_on_host, NULL, 0);
}

/* Waits for the exit code. The change handle may be invalid: then it only polls. */
static int wait_for_end(const wchar_t *folder, const wchar_t *folder_on_host, HANDLE change,
                        HANDLE cancel, DWORD limit_ms)
{
    uint64_t deadline = GetTickCount64() + limit_ms;
    bool cancelled = false;

    for (;;) {
        int code = read_number(folder, L"rc");
        HANDLE handles[2];
        DWORD count, wait;

        if (code >= 0)
            return code;
        if (GetTickCount64() >= deadline)
            return -1;
        /* A TERM before the script has installed its trap and written its id would be lost. */
        if (!cancelled && cancel && WaitForSingleObject(cancel, 0) == WAIT_OBJECT_0 &&
            read_number(folder, L"pid") > 0) {
            cancelled = true;
            deadline = GetTickCount64() + CANCEL_WAIT_MS;
            send_term(folder_on_host);
        }
        count = 0;
        if (change != INVALID_HANDLE_VALUE)
            handles[count++] = change;
        if (cancel && !cancelled)
            handles[count++] = cancel;
        if (count == 0) {
            Sleep(10);
            continue;
        }
        wait = WaitForMultipleObjects(count, handles, FALSE, POLL_MS);
        if (wait == WAIT_OBJECT_0 && change != INVALID_HANDLE_VALUE)
            FindNextChangeNotification(change);
    }
}

HRESULT unix_run(const wchar_t *tag, const char *script, const wchar_t *const *arguments,
                 size_t count, HANDLE cancel, int *exit_code)
{
    wchar_t folder[MAX_PATH];
    wchar_t *folder_on_host = NULL;
    HANDLE change = INVALID_HANDLE_VALUE;
    HRESULT hr = E_OUTOFMEMORY;

    job_folder(tag, folder);
    remove_folder(folder);
    if (!CreateDirectoryW(folder, NULL)) {
        hr = HRESULT_FROM_WIN32(GetLastError());
        goto out;
    }
    folder_on_host = volume_unix_path(folder);
    if (!folder_on_host)
        goto out;
    change = FindFirstChangeNotificationW(folder, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
    hr = start_shell(script, folder_on_host, arguments, count);
    if (FAILED(hr))
        goto out;
    *exit_code = wait_for_end(folder, folder_on_host, change, cancel, RUN_LIMIT_MS);
    if (*exit_code < 0)
        hr = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
out:
    if (change != INVALID_HANDLE_VALUE)
        FindCloseChangeNotification(change);
    free(folder_on_host);
    remove_folder(folder);
    return hr;
}

void unix_cancel(const wchar_t *tag)
{
    wchar_t folder[MAX_PATH];
    wchar_t *folder_on_host;

    job_folder(tag, folder);
    if (GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES)
        return;
    folder_on_host = volume_unix_path(folder);
    if (folder_on_host && read_number(folder, L"rc") < 0 && read_number(folder, L"pid") > 0) {
        send_term(folder_on_host);
        wait_for_end(folder, folder_on_host, INVALID_HANDLE_VALUE, NULL, CANCEL_WAIT_MS);
    }
    free(folder_on_host);
    remove_folder(folder);
}
