/*
 * Rounds of stamps, and what happens between them. Knows nothing of the service control manager.
 */
#include "database_writer.h"

#include "database_epoch.h"
#include "lab_database.h"
#include "freeze_events.h"
#include "service_report.h"

#include <stdio.h>

struct writer
{
    const struct settings *settings;
    HANDLE stop;
    struct freeze freeze; /* all NULL where no base name is set */
    struct database database;
    bool stopping;
    bool freezing; /* asked for, to be done after this round */
};

/* Between two pages: nothing to do but to notice; a round that has to end does not wait. */
static HRESULT rest(struct writer *writer)
{
    HANDLE events[] = {writer->stop, writer->freeze.asked};
    DWORD count = writer->freeze.asked != NULL ? 2 : 1;

    if (writer->stopping || writer->freezing)
        return S_OK;
    DWORD event = WaitForMultipleObjects(count, events, FALSE, writer->settings->write_interval_ms);
    switch (event) {
    case WAIT_OBJECT_0:
        writer->stopping = true;
        return S_OK;
    case WAIT_OBJECT_0 + 1:
        writer->freezing = !writer->settings->refuse_freeze;
        return S_OK;
    case WAIT_TIMEOUT:
        return S_OK;
    default:
        return report_last_error("wait", L"between pages");
    }
}

static HRESULT write_round(struct writer *writer)
{
    HRESULT hr = S_OK;
    uint64_t stamp = writer->database.stamp + 1;

    for (uint32_t step = 0; step < writer->database.set.count; step++) {
        hr = database_stamp_page(&writer->database, step, stamp);
        if (SUCCEEDED(hr))
            hr = rest(writer);
        if (FAILED(hr))
            return hr;
    }
    hr = database_stamp_headers(&writer->database, stamp);
    return SUCCEEDED(hr) ? rest(writer) : hr;
}

/* One line per freeze: the stamp, and the database's SHA-256 where it is not too large for that. */
static HRESULT log_freeze(struct writer *writer)
{
    char hash[DATABASE_HASH_CHARS] = "";
    char line[128];

    if (writer->database.file_bytes >> 20 < writer->settings->hash_limit_mib) {
        HRESULT hr = database_hash(&writer->database, hash);
        if (FAILED(hr))
            return hr;
    }
    snprintf(line, sizeof(line), "%016llx%s%s\r\n", writer->database.stamp,
             hash[0] != '\0' ? " " : "", hash);
    HRESULT hr = report_append(writer->settings->freeze_log, line);
    if (FAILED(hr))
        report("append to", writer->settings->freeze_log, hr);
    return hr;
}

static HRESULT freeze_now(struct writer *writer)
{
    HRESULT hr = database_flush(&writer->database);

    if (SUCCEEDED(hr))
        hr = log_freeze(writer);
    if (SUCCEEDED(hr))
        hr = freeze_hold(&writer->freeze, writer->stop);
    writer->freezing = false;
    return hr;
}

HRESULT writer_run(const struct settings *settings, HANDLE stop, void (*ready)(void *context),
                   void *context)
{
    HRESULT hr;
    struct writer writer = {.settings = settings, .stop = stop};

    if (settings->is_locked)
        return HRESULT_FROM_WIN32(ERROR_LOCK_VIOLATION);
    hr = database_open(&writer.database, settings->database);
    if (FAILED(hr))
        return hr;
    hr = epoch_begin(settings->service, &writer.database);
    if (FAILED(hr))
        goto out;
    if (settings->freeze_events[0] != L'\0')
        hr = freeze_init(&writer.freeze, settings->freeze_events);
    if (FAILED(hr))
        goto out;
    ready(context);
    while (SUCCEEDED(hr) && !writer.stopping) {
        hr = write_round(&writer);
        if (SUCCEEDED(hr) && writer.freezing)
            hr = freeze_now(&writer);
    }
    if (SUCCEEDED(hr))
        hr = database_flush(&writer.database);

out:
    freeze_fini(&writer.freeze);
    database_close(&writer.database);
    return hr;
}
