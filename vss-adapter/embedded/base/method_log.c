/*
 * Appends the call log.
 *
 * Must not know: what the calls do. Every line is one write, and they are written in turns, so that
 * several processes may share a file.
 */
#include "method_log.h"
#include "embedded/document/document.h"
#include "embedded_settings.h"
#include "wide.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES   1024
#define TURN_WAIT_MS 1000

const wchar_t *method_log_text(const wchar_t *text)
{
    return text ? text : L"(null)";
}

struct method_log_guid method_log_guid(const GUID *guid)
{
    struct method_log_guid result;
    struct doc_guid copy = wide_doc_guid(guid);
    char text[DOC_GUID_CHARS];

    doc_guid_format(&copy, text);
    snprintf(result.text, sizeof(result.text), "{%s}", text);
    return result;
}

/* One at a time: what two processes append in the same instant Wine writes to the same place. Who
 * is stopped while it writes holds up the others for a moment only. */
static void append_line(const wchar_t *path, const char *line, size_t bytes)
{
    HANDLE turn = CreateMutexW(NULL, FALSE, L"Global\\VSSAPI.Embedded.CallLog");
    DWORD waited = turn ? WaitForSingleObject(turn, TURN_WAIT_MS) : WAIT_FAILED;
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);

    if (file != INVALID_HANDLE_VALUE) {
        DWORD written = 0;

        WriteFile(file, line, (DWORD)bytes, &written, NULL);
        CloseHandle(file);
    }
    if (waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED)
        ReleaseMutex(turn);
    if (turn)
        CloseHandle(turn);
}

HRESULT method_log(HRESULT hr, const char *call, const char *arguments, ...)
{
    DWORD last_error = GetLastError();
    wchar_t path[MAX_PATH];
    char line[LINE_BYTES];
    SYSTEMTIME now;
    int used;
    size_t head, bytes;

    if (!embedded_settings_string(SETTINGS_KEY, L"CallLog", L"VSSAPI_LOG", path, ARRAYSIZE(path)))
        goto out;

    GetSystemTime(&now);
    used = snprintf(line, sizeof(line), "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ pid=%lu tid=%lu %s ",
                    now.wYear, now.wMonth, now.wDay, now.wHour, now.wMinute, now.wSecond,
                    now.wMilliseconds, GetCurrentProcessId(), GetCurrentThreadId(), call);
    head = used > 0 ? (size_t)used : 0;
    va_list list;
    va_start(list, arguments);
    /* 24: room for the result, whatever the arguments need. */
    vsnprintf(line + head, sizeof(line) - head - 24, arguments, list);
    va_end(list);
    bytes = strlen(line);
    used = snprintf(line + bytes, sizeof(line) - bytes, "%shr=0x%08lx\r\n",
                    line[bytes - 1] == ' ' ? "" : " ", (unsigned long)hr);
    append_line(path, line, bytes + (used > 0 ? (size_t)used : 0));
out:
    SetLastError(last_error);
    return hr;
}
