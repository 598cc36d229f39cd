/*
 * directory_events.h - the events by which the directory says how a restore ended.
 *
 * Source: Microsoft Learn and KB 875495.
 */
#ifndef NTDSDOCTOR_DIRECTORY_EVENTS_H
#define NTDSDOCTOR_DIRECTORY_EVENTS_H

#include "host/event_query.h"

#include <windows.h>
#include <stdint.h>

#define INVOCATION_ID_CHARS 40

enum directory_event
{
    EVENT_NEW_INVOCATION_ID, /* 1109 */
    EVENT_USN_ROLLBACK,      /* 2095 */
    EVENT_WRONG_RESTORE,     /* 2103 */
    EVENT_WRONG_DATABASE,    /* 2542 */
    EVENT_COUNT
};

extern const unsigned int directory_event_numbers[EVENT_COUNT];

struct directory_events
{
    DWORD error;     /* not 0: the log cannot be read, and nothing below is known */
    uint64_t oldest; /* the time of the first event in the log, of any kind; 0: the log is empty */
    struct
    {
        unsigned int count;
        uint64_t newest;
    } found[EVENT_COUNT];
    /* Of the newest 1109; "" if it does not say. */
    wchar_t old_id[INVOCATION_ID_CHARS], new_id[INVOCATION_ID_CHARS];
};

/* Events since that time (FILETIME). */
void directory_events_read(uint64_t since, struct directory_events *events);
void directory_events_read_by(const struct event_api *api, uint64_t since,
                              struct directory_events *events);

#endif
