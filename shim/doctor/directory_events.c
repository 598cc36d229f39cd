/*
 * directory_events.c - queries the log "Directory Service".
 */
#include "directory_events.h"

#include "common/format.h"

#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define LOG_NAME    L"Directory Service"
#define QUERY_CHARS 256u

const unsigned int directory_event_numbers[EVENT_COUNT] = {
    [EVENT_NEW_INVOCATION_ID] = 1109,
    [EVENT_USN_ROLLBACK] = 2095,
    [EVENT_WRONG_RESTORE] = 2103,
    [EVENT_WRONG_DATABASE] = 2542,
};

static void take_id(const EVT_VARIANT *value, wchar_t id[INVOCATION_ID_CHARS])
{
    const wchar_t *text = value->StringVal;

    if (value->Type == EvtVarTypeString && text && wcslen(text) < INVOCATION_ID_CHARS)
        wcscpy(id, text);
    else if (value->Type == EvtVarTypeGuid && value->GuidVal)
        StringFromGUID2(value->GuidVal, id, INVOCATION_ID_CHARS);
}

/* 1109 has the old ID, the new one, and an update sequence number (its text in Event Viewer). */
static void take_ids(const struct event_api *api, EVT_HANDLE event, struct directory_events *events)
{
    DWORD count = 0;
    DWORD error;
    EVT_VARIANT *values = event_query_values(api, event, EvtRenderContextUser, &count, &error);

    if (values && count >= 2) {
        take_id(&values[0], events->old_id);
        take_id(&values[1], events->new_id);
    }
    free(values);
}

/* Newer ones come first. */
static DWORD take_event(const struct event_api *api, EVT_HANDLE event, void *context)
{
    struct directory_events *events = context;
    DWORD count = 0;
    DWORD error;
    EVT_VARIANT *values = event_query_values(api, event, EvtRenderContextSystem, &count, &error);
    size_t i;

    for (i = 0; values && i < EVENT_COUNT; i++) {
        if (values[EvtSystemEventID].UInt16Val != directory_event_numbers[i])
            continue;
        if (events->found[i].count++ == 0) {
            events->found[i].newest = values[EvtSystemTimeCreated].FileTimeVal;
            if (i == EVENT_NEW_INVOCATION_ID)
                take_ids(api, event, events);
        }
    }
    free(values);
    return error;
}

static DWORD take_oldest(const struct event_api *api, EVT_HANDLE event, void *context)
{
    struct directory_events *events = context;
    DWORD count = 0;
    DWORD error;
    EVT_VARIANT *values = event_query_values(api, event, EvtRenderContextSystem, &count, &error);

    if (values)
        events->oldest = values[EvtSystemTimeCreated].FileTimeVal;
    free(values);
    return error;
}

static void format_query(uint64_t since, wchar_t query[QUERY_CHARS])
{
    wchar_t time[EVENT_QUERY_TIME_CHARS];

    event_query_format_time(since, time);
    format_text(query, QUERY_CHARS,
                L"*[System[(EventID=%u or EventID=%u or EventID=%u or EventID=%u) and "
                L"TimeCreated[@SystemTime>='%ls']]]",
                directory_event_numbers[0], directory_event_numbers[1], directory_event_numbers[2],
                directory_event_numbers[3], time);
}

void directory_events_read_by(const struct event_api *api, uint64_t since,
                              struct directory_events *events)
{
    wchar_t query[QUERY_CHARS];

    memset(events, 0, sizeof(*events));
    format_query(since, query);
    events->error =
        event_query_each(api, LOG_NAME, L"*", EvtQueryForwardDirection, take_oldest, 1, events);
    if (!events->error)
        events->error = event_query_each(api, LOG_NAME, query, EvtQueryReverseDirection, take_event,
                                         UINT32_MAX, events);
}

void directory_events_read(uint64_t since, struct directory_events *events)
{
    struct event_api api;
    HMODULE module;

    if (event_query_load(&api, &module)) {
        directory_events_read_by(&api, since, events);
        FreeLibrary(module);
    } else {
        memset(events, 0, sizeof(*events));
        events->error = ERROR_PROC_NOT_FOUND;
    }
}
