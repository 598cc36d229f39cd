/*
 * call_log.h - one line in the log per call of the old API that matters: outcome, time, and what
 * there is to say; for a failure also the code's name and its text, which says what to do.
 *
 * At trace level a line of its own says when a call begins, so that what the broker writes until
 * the call's end is what it became.
 */
#ifndef NTDSBCLI_CALL_LOG_H
#define NTDSBCLI_CALL_LOG_H

#include "host/result.h"

#include <windows.h>
#include <stdint.h>

struct call_log
{
    const wchar_t *function;
    int64_t begun; /* of QueryPerformanceCounter */
};

/* The call begins. The first one of the process opens the log. function must stay. */
void call_log_begin(struct call_log *call, const wchar_t *function);

/* It ends with hr: an error unless that is S_OK. format: further facts, "" for none. */
void call_log_end(const struct call_log *call, legacy_result hr, const wchar_t *format, ...);

/* Milliseconds since it began. */
uint64_t call_log_elapsed_ms(const struct call_log *call);

#endif
