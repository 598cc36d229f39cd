/*
 * call_log.c - times calls and writes their lines.
 */
#include "call_log.h"

#include "common/format.h"
#include "host_log.h"
#include "common/log_file.h"
#include "result_text.h"

#include <stdarg.h>
#include <wchar.h>

#define FACTS_CHARS 700

void call_log_begin(struct call_log *call, const wchar_t *function)
{
    LARGE_INTEGER now;

    host_log_begin();
    QueryPerformanceCounter(&now);
    call->function = function;
    call->begun = now.QuadPart;
    log_line(LOG_TRACE, L"%ls begins", function);
}

uint64_t call_log_elapsed_ms(const struct call_log *call)
{
    LARGE_INTEGER now, frequency;

    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)(now.QuadPart - call->begun) * 1000 / (uint64_t)frequency.QuadPart;
}

void call_log_end(const struct call_log *call, legacy_result hr, const wchar_t *format, ...)
{
    unsigned long long elapsed_ms = call_log_elapsed_ms(call);
    wchar_t text[RESULT_TEXT_CHARS];
    wchar_t name[RESULT_NAME_CHARS];
    wchar_t facts[FACTS_CHARS];
    va_list args;

    va_start(args, format);
    format_text_va(facts, FACTS_CHARS, format, args);
    va_end(args);
    result_name(hr, name);
    if (hr == S_OK) {
        log_line(LOG_INFO, L"%ls: %ls in %llu ms%ls%ls", call->function, name, elapsed_ms,
                 facts[0] ? L": " : L"", facts);
        return;
    }
    result_text(hr, text);
    log_line(LOG_ERROR, L"%ls: %ls in %llu ms%ls%ls: %ls", call->function, name, elapsed_ms,
             facts[0] ? L": " : L"", facts, text);
}
