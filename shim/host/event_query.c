/*
 * event_query.c - wevtapi.dll, loaded when it is needed.
 */
#include "event_query.h"

#include "clock.h"
#include "common/format.h"
#include "common/system_library.h"

#include <stdlib.h>
#include <wchar.h>

#define NEXT_MS 10000u

bool event_query_load(struct event_api *api, HMODULE *module)
{
    const struct system_function functions[] = {
        {"EvtQuery", &api->query},
        {"EvtNext", &api->next},
        {"EvtCreateRenderContext", &api->create_context},
        {"EvtRender", &api->render},
        {"EvtClose", &api->close},
    };

    *module = system_library_load(L"wevtapi.dll");
    if (!*module)
        return false;
    if (system_library_find(*module, functions, ARRAYSIZE(functions)))
        return true;
    FreeLibrary(*module);
    return false;
}

EVT_VARIANT *event_query_values(const struct event_api *api, EVT_HANDLE event,
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

DWORD event_query_each(const struct event_api *api, const wchar_t *log, const wchar_t *query,
                       DWORD direction, event_query_take take, uint32_t most, void *context)
{
    EVT_HANDLE results = api->query(NULL, log, query, EvtQueryChannelPath | direction);
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
        error = take(api, event, context);
        api->close(event);
    }
    api->close(results);
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

void event_query_format_time(uint64_t time, wchar_t text[EVENT_QUERY_TIME_CHARS])
{
    wchar_t seconds[CLOCK_TEXT_CHARS];

    clock_format(time, seconds);
    seconds[wcslen(seconds) - 1] = 0; /* milliseconds come before the Z */
    format_text(text, EVENT_QUERY_TIME_CHARS, L"%ls.000Z", seconds);
}
