/*
 * cases.c - behind cases.h.
 */
#include "cases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool cases_wrong(struct cases *cases, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(cases->reason, REASON_CHARS, format, args);
    va_end(args);
    return false;
}

void cases_note(struct cases *cases, bool passed, const char *format, ...)
{
    va_list args;
    char *calls;

    printf("%s ", passed ? "pass" : "fail");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("%s%s\n", passed ? "" : ": ", passed ? "" : cases->reason);
    if (!passed) {
        calls = aftermath_calls();
        printf("%s\n", calls);
        free(calls);
    }
    fflush(stdout);
    cases->count++;
    cases->failed += passed ? 0 : 1;
    cases->reason[0] = 0;
}

int cases_end(const struct cases *cases)
{
    printf("cases %u\n", cases->count);
    return cases->failed ? 1 : 0;
}
