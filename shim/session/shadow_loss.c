/*
 * shadow_loss.c - asks the System log what became of a shadow copy.
 *
 * Source of the event numbers: Microsoft Learn ("Volume Snapshot Driver Integrity" and its kin), KB
 * 312067, KB 925799.
 */
#include "shadow_loss.h"

#include "common/format.h"
#include "common/log_file.h"
#include "host/clock.h"

#include <stdlib.h>

#define QUERY_CHARS 256u

#define MORE_ROOM                                                                                  \
    L". Give it more room (vssadmin list shadowstorage, vssadmin resize shadowstorage), and "      \
    L"start a "                                                                                    \
    L"new backup"

static const wchar_t *meaning(unsigned int number)
{
    switch (number) {
    case 24:
        return L"the disk has no room for the shadow copy's storage" MORE_ROOM;
    case 25:
        return L"the shadow copy was deleted, as its storage could not grow in time. Make the "
               L"backup when there is less to write" MORE_ROOM;
    case 35:
        return L"the shadow copy was deleted, as its storage could not grow" MORE_ROOM;
    case 36:
        return L"the shadow copy was deleted, as its storage reached the limit that is set for "
               L"it" MORE_ROOM;
    default:
        return L"see its text there";
    }
}

static DWORD report(const struct event_api *api, EVT_HANDLE event, void *context)
{
    wchar_t time[CLOCK_TEXT_CHARS];
    unsigned int number;
    DWORD count, error;
    EVT_VARIANT *values = event_query_values(api, event, EvtRenderContextSystem, &count, &error);

    (void)context;
    if (!values)
        return error;
    number = values[EvtSystemEventID].UInt16Val;
    clock_format(values[EvtSystemTimeCreated].FileTimeVal, time);
    log_line(LOG_ERROR,
             L"Windows reported a problem with shadow copies during this backup (System log, "
             L"volsnap, event %u at %ls): %ls",
             number, time, meaning(number));
    free(values);
    return ERROR_SUCCESS;
}

void shadow_loss_report_by(const struct event_api *api, uint64_t since)
{
    wchar_t query[QUERY_CHARS];
    wchar_t time[EVENT_QUERY_TIME_CHARS];
    DWORD error;

    event_query_format_time(since, time);
    format_text(query, QUERY_CHARS,
                L"*[System[Provider[@Name='volsnap' or @Name='VolSnap'] and "
                L"(Level=1 or Level=2 or Level=3) and TimeCreated[@SystemTime>='%ls']]]",
                time);
    error = event_query_each(api, L"System", query, EvtQueryReverseDirection, report, 1, NULL);
    if (error)
        log_line(LOG_TRACE, L"Reading the System log failed: Win32 error %lu", error);
}

void shadow_loss_report(uint64_t since)
{
    struct event_api api;
    HMODULE module;

    if (!event_query_load(&api, &module))
        return;
    shadow_loss_report_by(&api, since);
    FreeLibrary(module);
}
