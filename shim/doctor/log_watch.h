/*
 * log_watch.h - turns the warnings and errors that the product's own code logs while the doctor
 * uses it into findings.
 */
#ifndef NTDSDOCTOR_LOG_WATCH_H
#define NTDSDOCTOR_LOG_WATCH_H

#include "findings.h"

struct log_watch
{
    struct findings *findings;
    enum finding_area area;
    const wchar_t *id;
    const wchar_t *next;
    enum finding_level warning_as, error_as;
    bool skips_calls; /* ignore lines about whole calls: they repeat an earlier line */
};

/* The present size of the product's log in bytes; 0 if there is none. */
LONGLONG log_watch_mark(const wchar_t *log_path);

/* Adds the errors that other processes, such as the broker, logged since that size. */
void log_watch_add_others(const struct log_watch *watch, const wchar_t *log_path, LONGLONG mark);

/* Between the two, lines that this process logs become findings. One watch at a time. */
void log_watch_begin(struct log_watch *watch);
void log_watch_end(void);

#endif
