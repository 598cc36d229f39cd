/*
 * log_watch.h - the warnings and errors that the product's own code logs while the doctor uses it
 * become findings.
 */
#ifndef NTDSDOCTOR_LOG_WATCH_H
#define NTDSDOCTOR_LOG_WATCH_H

#include "findings.h"

struct log_watcher
{
    struct findings *findings;
    enum finding_area area;
    const wchar_t *id;
    const wchar_t *next;
    enum finding_level warning_as, error_as;
    bool skips_calls; /* of calls, and the doctor's own: they repeat what an earlier one said */
};

/* Where the product's log ends now; 0 where there is none. */
LONGLONG log_watcher_mark(const wchar_t *log_path);

/* The errors that other processes, as the broker, have written since. */
void log_watcher_add_others(const struct log_watcher *watcher, const wchar_t *log_path,
                            LONGLONG mark);

/* From now on, in this process; one at a time. */
void log_watcher_begin(struct log_watcher *watcher);
void log_watcher_end(void);

#endif
