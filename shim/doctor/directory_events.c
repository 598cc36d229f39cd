/*
 * directory_events.c - queries the log "Directory Service".
 */
#include "directory_events.h"

#include "common/format.h"
#include "common/system_library.h"
#include "host/clock.h"

#include <objbase.h>
#include <stdlib.h>
#include <wchar.h>

#define LOG_NAME    L"Directory Service"
#define NEXT_MS     10000u
#define QUERY_CHARS 256u

const unsigned int directory_event_numbers[EVENT_COUNT] = {
    [EVENT_NEW_INVOCATION_ID] = 1109,
    [EVENT_USN_ROLLBACK] = 2095,
    [EVENT_WRONG_RESTORE] = 2103,
    [EVENT_WRONG_DATABASE] = 2542,
};

/* The values of an event in new memory; NULL: *error says why. */
static EVT_VARIANT *render(const struct event_api *api, EVT_HANDLE event,
                           EVT_RENDER_CONTEXT_FLAGS which, DWORD *count, DWORD *error)
{
    EVT_HANDLE context = api->create_context(0, NULL, which);
    EVT_VARIANT *values = NULL;
    DWORD needed = 0;

    *error = ERROR_SUCCESS;
    if (context && !api->render(context, event, EvtRenderEventValues, 0, NULL, &needed, count) &&
        GetLastError() == ERROR_INSUFFICIENT_BUFFER)
        values = malloc(needed);
    if (values &&
        !api->render(context, event, EvtRenderEventValues, needed, values, &needed, count)) {
        *error = GetLastError();
        free(values);
        values = NULL;
    } else if (!values) {
        *error = GetLastError() ? GetLastError() : ERROR_NOT_ENOUGH_MEMORY;
    }
    if (context)
        api->close(context);
    return values;
}

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
    EVT_VARIANT *values = render(api, event, EvtRenderContextUser, &count, &error);

    if (values && count >= 2) {
        take_id(&values[0], events->old_id);
        take_id(&values[1], events->new_id);
    }
    free(values);
}

/* Newer ones come first. */
static DWORD take_event(const struct event_api *api, EVT_HANDLE event,
                        struct directory_events *events)
{
    DWORD count = 0;
    DWORD error;
    EVT_VARIANT *values = render(api, event, EvtRenderContextSystem, &count, &error);
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

static DWORD take_oldest(const struct event_api *api, EVT_HANDLE event,
                         struct directory_events *events)
{
    DWORD count = 0;
    DWORD error;
    EVT_VARIANT *values = render(api, event, EvtRenderContextSystem, &count, &error);

    if (values)
        events->oldest = values[EvtSystemTimeCreated].FileTimeVal;
    free(values);
    return error;
}

/* Gives the events of a query to take, at most so many. */
static DWORD each(const struct event_api *api, const wchar_t *query, DWORD direction,
                  DWORD (*take)(const struct event_api *, EVT_HANDLE, struct directory_events *),
                  uint32_t most, struct directory_events *events)
{
    EVT_HANDLE results = api->query(NULL, LOG_NAME, query, EvtQueryChannelPath | direction);
    DWORD error = results ? ERROR_SUCCESS : GetLastError();

    if (!results)
        return error ? error : ERROR_GEN_FAILURE;
    while (most-- && !error) {
        EVT_HANDLE event = NULL;
        DWORD got = 0;

        if (!api->next(results, 1, &event, NEXT_MS, 0, &got)) {
            error = GetLastError();
            break;
        }
        error = take(api, event, events);
        api->close(event);
    }
    api->close(results);
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

static void format_query(uint64_t since, wchar_t query[QUERY_CHARS])
{
    wchar_t time[CLOCK_TEXT_CHARS];

    clock_format(since, time);
    time[wcslen(time) - 1] = 0; /* milliseconds come before the Z */
    format_text(query, QUERY_CHARS,
                L"*[System[(EventID=%u or EventID=%u or EventID=%u or EventID=%u) and "
                L"TimeCreated[@SystemTime>='%ls.000Z']]]",
                directory_event_numbers[0], directory_event_numbers[1], directory_event_numbers[2],
                directory_event_numbers[3], time);
}

void directory_events_read_by(const struct event_api *api, uint64_t since,
                              struct directory_events *events)
{
    wchar_t query[QUERY_CHARS];

    memset(events, 0, sizeof(*events));
    format_query(since, query);
    events->error = each(api, L"*", EvtQueryForwardDirection, take_oldest, 1, events);
    if (!events->error)
        events->error = each(api, query, EvtQueryReverseDirection, take_event, UINT32_MAX, events);
}

void directory_events_read(uint64_t since, struct directory_events *events)
{
    struct event_api api;
    const struct system_function functions[] = {
        {"EvtQuery", &api.query},
        {"EvtNext", &api.next},
        {"EvtCreateRenderContext", &api.create_context},
        {"EvtRender", &api.render},
        {"EvtClose", &api.close},
    };
    HMODULE module = system_library_load(L"wevtapi.dll");

    if (module && system_library_find(module, functions, ARRAYSIZE(functions))) {
        directory_events_read_by(&api, since, events);
    } else {
        memset(events, 0, sizeof(*events));
        events->error = ERROR_PROC_NOT_FOUND;
    }
    if (module)
        FreeLibrary(module);
}
