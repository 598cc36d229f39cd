/*
 * method_log.c - appends the call log.
 *
 * Each line is one write, and several processes may share a file.
 */
#include "method_log.h"
#include "embedded/document/document.h"
#include "embedded_settings.h"
#include "wide.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES   1024
#define END_BYTES    32 /* room for "...", the result and the end of the line */
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

/*
 * Under Wine two processes that append in the same instant write to the same place, so they take
 * turns. A process that is stopped during its turn delays the others by TURN_WAIT_MS at most.
 */
static void append_line(const wchar_t *path, const char *line)
{
    HANDLE turn = CreateMutexW(NULL, FALSE, L"Global\\VSSAPI.Embedded.CallLog");
    DWORD waited = turn ? WaitForSingleObject(turn, TURN_WAIT_MS) : WAIT_FAILED;
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD written;

    if (file != INVALID_HANDLE_VALUE) {
        WriteFile(file, line, (DWORD)strlen(line), &written, NULL);
        CloseHandle(file);
    }
    if (waited == WAIT_OBJECT_0 || waited == WAIT_ABANDONED)
        ReleaseMutex(turn);
    if (turn)
        CloseHandle(turn);
}

static void put_head(char line[LINE_BYTES], const char *call)
{
    SYSTEMTIME now;

    GetSystemTime(&now);
    snprintf(line, LINE_BYTES - END_BYTES,
             "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ pid=%lu tid=%lu %s ", now.wYear, now.wMonth,
             now.wDay, now.wHour, now.wMinute, now.wSecond, now.wMilliseconds,
             GetCurrentProcessId(), GetCurrentThreadId(), call);
}

static void put_arguments(char line[LINE_BYTES], const char *arguments, va_list list)
{
    size_t head = strlen(line);
    size_t room = LINE_BYTES - END_BYTES - head;
    int used = vsnprintf(line + head, room, arguments, list);

    if (used < 0 || (size_t)used >= room)
        strcat(line, "...");
    if (used)
        strcat(line, " ");
}

HRESULT method_log(HRESULT hr, const char *call, const char *arguments, ...)
{
    DWORD last_error = GetLastError();
    wchar_t path[MAX_PATH];
    char line[LINE_BYTES] = "";
    va_list list;

    if (embedded_settings_string(SETTINGS_KEY, L"CallLog", L"VSSAPI_LOG", path, ARRAYSIZE(path)) ==
        S_OK) {
        put_head(line, call);
        va_start(list, arguments);
        put_arguments(line, arguments, list);
        va_end(list);
        sprintf(line + strlen(line), "hr=0x%08lx\r\n", (unsigned long)hr);
        append_line(path, line);
    }
    SetLastError(last_error);
    return hr;
}
