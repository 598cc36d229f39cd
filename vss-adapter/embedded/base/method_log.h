/*
 * method_log.h - the call log: a line per call, for people and for tests of requestors.
 *
 * Off unless the variable VSSAPI_LOG or the value CallLog names a file.
 */
#ifndef NTDSBCLI_EMBEDDED_METHOD_LOG_H
#define NTDSBCLI_EMBEDDED_METHOD_LOG_H

#include <windows.h>

/*
 * Appends "time pid tid call arguments hr=0x........" and returns hr, so that a method may end with
 * it. arguments is a printf format with "%ls" for wide strings, and "" for none; arguments that do
 * not fit end with "...". Any thread; keeps LastError.
 */
HRESULT method_log(HRESULT hr, const char *call, const char *arguments, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* The string, or a word for NULL. */
const wchar_t *method_log_text(const wchar_t *text);

struct method_log_guid
{
    char text[40];
};
/* For "%s" in method_log: method_log_guid(&id).text */
struct method_log_guid method_log_guid(const GUID *guid);

#endif
