/*
 * report.h - tells the session's owner what happens: log lines, and what is being waited for.
 *
 * A failure is logged once, where it is born, by call_end; callers only pass it on.
 */
#ifndef NTDSVSS_REPORT_H
#define NTDSVSS_REPORT_H

#include <ntdsvss.h>

#include <stdbool.h>

/* printf-style; the line is cut at 1023 characters. */
void report_line(const struct ntdsvss_settings *settings, enum ntdsvss_level level,
                 const wchar_t *format, ...);

/*
 * Bracket a call that may block or fail. call_end logs a failure as "operation (object): NAME
 * (0x........), text" at level error, and success at level trace; object may be NULL. Returns hr.
 */
void call_begin(const struct ntdsvss_settings *settings, const wchar_t *operation);
HRESULT call_end(const struct ntdsvss_settings *settings, const wchar_t *operation,
                 const wchar_t *object, HRESULT hr);

/* GetLastError as an HRESULT that is never a success, logged as call_end does. */
HRESULT last_error(const struct ntdsvss_settings *settings, const wchar_t *operation,
                   const wchar_t *object);

/* True once settings->cancel is set. */
bool is_cancelled(const struct ntdsvss_settings *settings);

#endif
