/*
 * event_query.h - reads events of the Windows event log.
 *
 * Source: Microsoft Learn (Windows Event Log, EvtQuery). The old functions (OpenEventLog) would
 * open the Application log instead of one that does not exist.
 */
#ifndef NTDSBCLI_EVENT_QUERY_H
#define NTDSBCLI_EVENT_QUERY_H

#include <windows.h>
#include <stdbool.h>
#include <stdint.h>
#include <winevt.h>

/* wevtapi.dll, or what a test has in its place. */
struct event_api
{
    __typeof__(&EvtQuery) query;
    __typeof__(&EvtNext) next;
    __typeof__(&EvtCreateRenderContext) create_context;
    __typeof__(&EvtRender) render;
    __typeof__(&EvtClose) close;
};

/* False: this Windows has none. Otherwise FreeLibrary(*module) at the end. */
bool event_query_load(struct event_api *api, HMODULE *module);

/* The values of an event in new memory, for free; NULL: *error says why. */
EVT_VARIANT *event_query_values(const struct event_api *api, EVT_HANDLE event,
                                EVT_RENDER_CONTEXT_FLAGS which, DWORD *count, DWORD *error);

/* Takes one event; not ERROR_SUCCESS ends the query. */
typedef DWORD (*event_query_take)(const struct event_api *api, EVT_HANDLE event, void *context);

/*
 * Gives the events of a log that match query (XPath) to take, at most so many. direction: a flag of
 * EvtQuery. ERROR_SUCCESS, or why the log cannot be read.
 */
DWORD event_query_each(const struct event_api *api, const wchar_t *log, const wchar_t *query,
                       DWORD direction, event_query_take take, uint32_t most, void *context);

#define EVENT_QUERY_TIME_CHARS 30

/* A FILETIME value as queries have it, with milliseconds. */
void event_query_format_time(uint64_t time, wchar_t text[EVENT_QUERY_TIME_CHARS]);

#endif
