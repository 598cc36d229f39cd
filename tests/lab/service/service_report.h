/*
 * The service's own log, C:\ntdslab\service.log: where a failure of the lab's directory is told.
 */
#ifndef NTDSBCLI_LAB_REPORT_H
#define NTDSBCLI_LAB_REPORT_H

#include <windows.h>

/* Folder of everything that only the lab has; made by lab.sh. */
#define LAB_FOLDER L"C:\\ntdslab"

/*
 * Appends one line: time, operation, object and the code. Either text may be anything but NULL.
 * Never fails towards the caller and preserves the last error. Any thread.
 */
void report(const char *operation, const wchar_t *object, HRESULT hr);

/* GetLastError as a failing HRESULT; ERROR_GEN_FAILURE where the call left no error. */
HRESULT report_last_error(const char *operation, const wchar_t *object);

/* Appends `text` to the file at `path`, made if missing, and flushes it. */
HRESULT report_append(const wchar_t *path, const char *text);

#endif
