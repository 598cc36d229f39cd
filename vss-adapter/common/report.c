/*
 * report.c - formats the log lines of a session.
 */
#include "report.h"

#include "codes.h"
#include "format.h"

#include <wchar.h>

#define LINE_CHARS 1024
#define TEXT_CHARS 256

void report_line(const struct ntdsvss_settings *settings, enum ntdsvss_level level,
                 const wchar_t *format, ...)
{
    wchar_t line[LINE_CHARS];
    va_list args;

    if (!settings->log)
        return;
    va_start(args, format);
    format_text_va(line, LINE_CHARS, format, args);
    va_end(args);
    settings->log(settings->context, level, line);
}

void call_begin(const struct ntdsvss_settings *settings, const wchar_t *operation)
{
    if (settings->waiting)
        settings->waiting(settings->context, operation);
}

/* What Windows says of a code that is not VSS's; "" where it knows none either. */
static void system_text(HRESULT hr, wchar_t text[TEXT_CHARS])
{
    DWORD flags =
        FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    DWORD length = FormatMessageW(flags, NULL, (DWORD)hr, 0, text, TEXT_CHARS, NULL);

    while (length && text[length - 1] <= L' ')
        length--;
    text[length] = 0;
}

static void report_failure(const struct ntdsvss_settings *settings, const wchar_t *operation,
                           const wchar_t *object, HRESULT hr)
{
    const struct code_name *known = codes_find(hr);
    wchar_t text[TEXT_CHARS];
    const wchar_t *meaning = known ? known->meaning : text;

    if (!known)
        system_text(hr, text);
    report_line(settings, NTDSVSS_LEVEL_ERROR, L"%ls%ls%ls%ls failed: %ls (0x%08lx)%ls%ls",
                operation, object ? L" (" : L"", object ? object : L"", object ? L")" : L"",
                known ? known->name : L"error", (unsigned long)hr, meaning[0] ? L": " : L"",
                meaning);
}

HRESULT call_end(const struct ntdsvss_settings *settings, const wchar_t *operation,
                 const wchar_t *object, HRESULT hr)
{
    if (settings->waiting)
        settings->waiting(settings->context, NULL);
    if (FAILED(hr))
        report_failure(settings, operation, object, hr);
    else
        report_line(settings, NTDSVSS_LEVEL_TRACE, L"%ls%ls%ls%ls: 0x%08lx", operation,
                    object ? L" (" : L"", object ? object : L"", object ? L")" : L"",
                    (unsigned long)hr);
    return hr;
}

HRESULT last_error(const struct ntdsvss_settings *settings, const wchar_t *operation,
                   const wchar_t *object)
{
    DWORD error = GetLastError();

    return call_end(settings, operation, object,
                    HRESULT_FROM_WIN32(error ? error : ERROR_GEN_FAILURE));
}

bool is_cancelled(const struct ntdsvss_settings *settings)
{
    return settings->cancel && WaitForSingleObject(settings->cancel, 0) == WAIT_OBJECT_0;
}
