/*
 * The service's own log. Knows nothing about databases and freezing.
 */
#include "service_report.h"

#include <stdio.h>
#include <string.h>

HRESULT report_append(const wchar_t *path, const char *text)
{
    HRESULT hr = S_OK;
    DWORD written = 0;

    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return HRESULT_FROM_WIN32(GetLastError());
    if (!WriteFile(file, text, (DWORD)strlen(text), &written, NULL) || !FlushFileBuffers(file))
        hr = HRESULT_FROM_WIN32(GetLastError());
    CloseHandle(file);
    return hr;
}

void report(const char *operation, const wchar_t *object, HRESULT hr)
{
    DWORD error = GetLastError();
    char line[512];
    SYSTEMTIME now;

    GetLocalTime(&now);
    snprintf(line, sizeof(line), "%02u:%02u:%02u.%03u pid %lu: %s %ls: 0x%08lx\r\n", now.wHour,
             now.wMinute, now.wSecond, now.wMilliseconds, GetCurrentProcessId(), operation, object,
             (unsigned long)hr);
    /* A log that cannot be written has nowhere to be told. */
    (void)report_append(LAB_FOLDER L"\\service.log", line);
    SetLastError(error);
}

HRESULT report_last_error(const char *operation, const wchar_t *object)
{
    DWORD error = GetLastError();
    HRESULT hr = HRESULT_FROM_WIN32(error != ERROR_SUCCESS ? error : ERROR_GEN_FAILURE);

    report(operation, object, hr);
    return hr;
}
