/*
 * test_after_restore.c - what is found after a restore, and what it is judged to be.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "doctor/after_restore.h"
#include "host/clock.h"

#define OLD_ID L"11111111-2222-3333-4444-555555555555"
#define NEW_ID L"{AAAAAAAA-2222-3333-4444-555555555555}"
#define NOW    (400000 * CLOCK_DAY / 3)

static const struct after_restore known = {.since = 100, .is_known = true};
static const struct after_restore unknown = {.since = 100};

/* The worst finding of its id, which must be that level; the text of the last of that level. */
static void has(struct findings *findings, const char *label, enum finding_level level,
                const wchar_t *text)
{
    enum finding_level worst = FINDING_OK;
    bool found = false;
    size_t i;

    for (i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];

        if (finding->level > worst)
            worst = finding->level;
        found |= finding->level == level && wcsstr(finding->text, text);
        if (finding->level >= FINDING_WARNING && !finding->next)
            fail_msg("%s: '%ls' without what to do", label, finding->text);
    }
    if (worst != level || !found)
        fail_msg("%s: level %d, or no '%ls'", label, worst, text);
    findings_fini(findings);
}

/* --- the record ------------------------------------------------------------------------------ */

static void record__of_each_kind__is_judged(void **state)
{
    static const struct
    {
        const char *label;
        struct last_restore restore;
        bool is_known;
        enum finding_level level;
        const wchar_t *text;
    } rows[] = {
        {"none", {.ended = 0}, false, FINDING_WARNING, L"Not known: when"},
        {"unlisted", {.error = 5}, false, FINDING_WARNING, L"Not known: the records"},
        {"good",
         {.ended = NOW - 5, .succeeded = true, .backup_id = L"00ff"},
         true,
         FINDING_OK,
         L"00ff was complete"},
        {"failed", {.ended = NOW - 5}, true, FINDING_ERROR, L"failed at"},
        {"of the future",
         {.ended = NOW + 5, .succeeded = true},
         false,
         FINDING_WARNING,
         L"of the future"},
        {"another cannot be read",
         {.ended = NOW - 5, .succeeded = true, .unread_count = 2},
         true,
         FINDING_WARNING,
         L"Not known: 2 record"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct after_restore after = {.restore = rows[i].restore};
        struct findings findings = {0};

        after_record_judge(&findings, &after, NOW);
        assert_int_equal(after.is_known, rows[i].is_known);
        assert_true(after.since ==
                    (rows[i].is_known ? NOW - 5 : NOW - AFTER_RESTORE_DAYS * CLOCK_DAY));
        has(&findings, rows[i].label, rows[i].level, rows[i].text);
    }
}

static void record__with_several_restores__gives_the_last(void **state)
{
    wchar_t first[] = L"2026-01-31 12:00:00\r\na line\r\nResult: 0x00000000, complete\r\n\r\n"
                      L"2026-02-01 12:00:00\r\nResult: 0xc80001f5, FAILED\r\n\r\n";
    wchar_t second[] = L"2026-02-01 12:30:00\r\nResult: 0x00000000, complete\r\n\r\n";
    wchar_t older[] = L"2026-01-01 12:30:00\r\nResult: 0x00000000, complete\r\n\r\n";
    wchar_t cut[] = L"2026-03-01 12:30:00\r\na line";
    wchar_t damaged[] = L"no time\r\nResult: 0x00000000\r\n";
    wchar_t cut_again[] = L"2026-04-01 12:00:00\r\nResult: 0x00000000, complete\r\n\r\n"
                          L"2026-04-01 12:30:00\r\na line";
    struct last_restore restore = {0};
    uint64_t ended;

    (void)state;
    last_restore_take(&restore, L"01", first);
    assert_false(restore.succeeded);
    ended = restore.ended;
    last_restore_take(&restore, L"02", second);
    assert_true(restore.succeeded);
    assert_true(restore.ended - ended == CLOCK_DAY / 48);
    last_restore_take(&restore, L"03", older);
    assert_true(wcscmp(restore.backup_id, L"02") == 0);
    last_restore_take(&restore, L"04", cut);
    assert_false(restore.succeeded);
    assert_int_equal(restore.unread_count, 0);
    last_restore_take(&restore, L"05", damaged);
    assert_int_equal(restore.unread_count, 1);
    assert_true(wcscmp(restore.backup_id, L"04") == 0);
    last_restore_take(&restore, L"06", cut_again);
    assert_true(wcscmp(restore.backup_id, L"06") == 0);
    assert_false(restore.succeeded);
}

/* What restore_record.c writes is the time of this computer's clock on the wall. */
static void record__of_local_time__is_of_the_moment_it_was_written(void **state)
{
    struct last_restore restore = {0};
    wchar_t text[64];
    SYSTEMTIME now;
    uint64_t before;

    (void)state;
    before = clock_now();
    GetLocalTime(&now);
    _snwprintf(text, ARRAYSIZE(text), L"%04u-%02u-%02u %02u:%02u:%02u\r\n", now.wYear, now.wMonth,
               now.wDay, now.wHour, now.wMinute, now.wSecond);
    last_restore_take(&restore, L"01", text);
    assert_in_range(restore.ended, before - 10000000, clock_now());
}

/* --- the events ------------------------------------------------------------------------------ */

#define FOUND(number) [number] = {.count = 1, .newest = 200}

static void events__of_each_kind__are_judged(void **state)
{
    static const struct
    {
        const char *label;
        const struct after_restore *after;
        struct directory_events events;
        enum finding_level level;
        const wchar_t *text;
    } rows[] = {
        {"unreadable", &known, {.error = 5}, FINDING_WARNING, L"Not known: the log"},
        {"new id", &known, {.oldest = 1, .found = {FOUND(0)}}, FINDING_OK, L"Event 1109"},
        {"new id, but the log begins later",
         &known,
         {.oldest = 150, .found = {FOUND(0)}},
         FINDING_WARNING,
         L"events before that are lost"},
        {"none", &known, {.oldest = 1}, FINDING_ERROR, L"no event 1109"},
        {"none, log begins later", &known, {.oldest = 150}, FINDING_WARNING, L"Not known: whether"},
        {"empty log", &known, {.oldest = 0}, FINDING_WARNING, L"is empty"},
        {"none, no time", &unknown, {.oldest = 1}, FINDING_WARNING, L"Not known: whether"},
        {"rollback",
         &known,
         {.oldest = 1, .found = {FOUND(0), FOUND(EVENT_USN_ROLLBACK)}},
         FINDING_ERROR,
         L"Event 2095"},
        {"unsupported restore",
         &unknown,
         {.oldest = 1, .found = {FOUND(0), FOUND(EVENT_WRONG_RESTORE)}},
         FINDING_ERROR,
         L"Event 2103"},
        {"wrong database",
         &known,
         {.oldest = 1, .found = {FOUND(EVENT_WRONG_DATABASE)}},
         FINDING_ERROR,
         L"Event 2542"},
        {"wrong database, mended later",
         &known,
         {.oldest = 1, .found = {FOUND(0), [EVENT_WRONG_DATABASE] = {.count = 1, .newest = 199}}},
         FINDING_NOTE,
         L"before event 1109"},
        {"wrong database again",
         &known,
         {.oldest = 1, .found = {FOUND(0), [EVENT_WRONG_DATABASE] = {.count = 2, .newest = 201}}},
         FINDING_ERROR,
         L"Event 2542, 2 time"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct findings findings = {0};

        after_events_judge(&findings, rows[i].after, &rows[i].events);
        has(&findings, rows[i].label, rows[i].level, rows[i].text);
    }
}

static void invocation_id__of_each_kind__is_judged(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *old_id, *new_id, *now;
        enum finding_level level;
        const wchar_t *text;
    } rows[] = {
        {"changed", OLD_ID, L"aaaaaaaa-2222-3333-4444-555555555555", NEW_ID, FINDING_OK, L"is aaa"},
        {"changed, LDAP is silent", OLD_ID, NEW_ID, L"", FINDING_WARNING, L"Not known: which"},
        {"nothing is known", L"", L"", L"", FINDING_WARNING, L"before the restore"},
        {"no event", L"", L"", NEW_ID, FINDING_WARNING, L"It has {AAAA"},
        {"not changed", OLD_ID, OLD_ID, L"", FINDING_ERROR, L"the same"},
        {"the old one again", OLD_ID, NEW_ID, L"{" OLD_ID L"}", FINDING_ERROR, L"again"},
        {"a third", OLD_ID, NEW_ID, L"{BB}", FINDING_WARNING, L"Not known: why"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct directory_object object = {.error = rows[i].now[0] ? 0 : 0x51};
        struct directory_events events = {.oldest = 1};
        struct findings findings = {0};

        wcscpy(events.old_id, rows[i].old_id);
        wcscpy(events.new_id, rows[i].new_id);
        wcscpy(object.invocation_id, rows[i].now);
        after_invocation_id_judge(&findings, &events, &object);
        has(&findings, rows[i].label, rows[i].level, rows[i].text);
    }
}

/* --- an event log ---------------------------------------------------------------------------- */

struct logged
{
    WORD number;
    uint64_t time;
    const wchar_t *texts[2];
};

/* Newest first, as asked for. The first query, for the oldest, gets the last one. */
static const struct logged *log_events;
static size_t log_count, log_next;
static DWORD log_error, next_error, render_error;
static wchar_t last_query[300];

static EVT_HANDLE WINAPI fake_query(EVT_HANDLE session, const wchar_t *path, const wchar_t *query,
                                    DWORD flags)
{
    assert_null(session);
    assert_true(wcscmp(path, L"Directory Service") == 0);
    if (log_error) {
        SetLastError(log_error);
        return NULL;
    }
    wcscpy(last_query, query);
    log_next = flags & EvtQueryForwardDirection && log_count ? log_count - 1 : 0;
    return (EVT_HANDLE)1;
}

static WINBOOL WINAPI fake_next(EVT_HANDLE results, DWORD size, EVT_HANDLE *events, DWORD timeout,
                                DWORD flags, DWORD *got)
{
    (void)results;
    (void)flags;
    assert_int_equal(size, 1);
    assert_int_not_equal(timeout, INFINITE);
    if (next_error || log_next == log_count) {
        SetLastError(next_error ? next_error : ERROR_NO_MORE_ITEMS);
        return FALSE;
    }
    *events = (EVT_HANDLE)(&log_events[log_next++]);
    *got = 1;
    return TRUE;
}

static EVT_HANDLE WINAPI fake_context(DWORD count, const wchar_t **paths, DWORD flags)
{
    assert_int_equal(count, 0);
    assert_null(paths);
    return (EVT_HANDLE)(uintptr_t)(0x100 + flags);
}

static WINBOOL WINAPI fake_render(EVT_HANDLE context, EVT_HANDLE event, DWORD flags, DWORD size,
                                  void *buffer, DWORD *used, DWORD *count)
{
    bool of_system = (uintptr_t)context == 0x100 + EvtRenderContextSystem;
    const struct logged *logged = event;
    EVT_VARIANT *values = buffer;

    assert_int_equal(flags, EvtRenderEventValues);
    *count = of_system ? EvtSystemPropertyIdEND : 2;
    *used = *count * (DWORD)sizeof(*values);
    if (size < *used) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    if (render_error) {
        SetLastError(render_error);
        return FALSE;
    }
    memset(buffer, 0, size);
    if (of_system) {
        values[EvtSystemEventID].UInt16Val = logged->number;
        values[EvtSystemTimeCreated].FileTimeVal = logged->time;
    } else {
        values[0] = (EVT_VARIANT){.StringVal = logged->texts[0], .Type = EvtVarTypeString};
        values[1] = (EVT_VARIANT){.StringVal = logged->texts[1], .Type = EvtVarTypeString};
    }
    return TRUE;
}

static WINBOOL WINAPI fake_close(EVT_HANDLE handle)
{
    assert_non_null(handle);
    return TRUE;
}

static const struct event_api fake_api = {fake_query, fake_next, fake_context, fake_render,
                                          fake_close};

static void log__with_events__is_counted_and_the_newest_ids_taken(void **state)
{
    static const struct logged events[] = {
        {1109, 500, {OLD_ID, NEW_ID}},
        {2095, 400, {NULL, NULL}},
        {1109, 300, {L"a", L"b"}},
        {2095, 200, {NULL, NULL}},
    };
    struct directory_events read;

    (void)state;
    log_error = 0;
    log_events = events;
    log_count = ARRAYSIZE(events);
    directory_events_read_by(&fake_api, 132223104000000000ull, &read);
    assert_int_equal(read.error, 0);
    assert_true(read.oldest == 200);
    assert_int_equal(read.found[EVENT_NEW_INVOCATION_ID].count, 2);
    assert_true(read.found[EVENT_NEW_INVOCATION_ID].newest == 500);
    assert_int_equal(read.found[EVENT_USN_ROLLBACK].count, 2);
    assert_true(read.found[EVENT_USN_ROLLBACK].newest == 400);
    assert_int_equal(read.found[EVENT_WRONG_DATABASE].count, 0);
    assert_true(wcscmp(read.old_id, OLD_ID) == 0 && wcscmp(read.new_id, NEW_ID) == 0);
    assert_non_null(wcsstr(last_query, L"EventID=2542"));
    assert_non_null(wcsstr(last_query, L"@SystemTime>='2020-01-01T00:00:00.000Z'"));
}

static void log__that_cannot_be_read__is_not_taken_for_empty(void **state)
{
    static const struct logged one = {1109, 500, {OLD_ID, NEW_ID}};
    DWORD *const failing[] = {&log_error, &next_error, &render_error};
    struct directory_events read;
    size_t i;

    (void)state;
    log_events = &one;
    log_count = 1;
    for (i = 0; i < ARRAYSIZE(failing); i++) {
        *failing[i] = ERROR_ACCESS_DENIED;
        directory_events_read_by(&fake_api, 0, &read);
        assert_int_equal(read.error, ERROR_ACCESS_DENIED);
        *failing[i] = 0;
    }
    log_count = 0;
    directory_events_read_by(&fake_api, 0, &read);
    assert_int_equal(read.error, 0);
    assert_true(read.oldest == 0);
}

static void log__of_this_system__is_read_or_not_known(void **state)
{
    struct directory_events read;

    (void)state;
    directory_events_read(0, &read);
    assert_true(read.error != ERROR_SUCCESS || read.oldest);
}

/* --- partners -------------------------------------------------------------------------------- */

static void partners__of_each_kind__are_judged(void **state)
{
    static struct replication_link good = {
        .partition = L"DC=a", .source = L"DC2", .succeeded = 200};
    static struct replication_link late = {.partition = L"DC=a", .source = L"DC2", .succeeded = 50};
    static struct replication_link failing = {
        .partition = L"DC=a", .source = L"DC2", .succeeded = 200, .result = 8456};
    static const struct
    {
        const char *label;
        struct replication replication;
        int dsa_count;
        enum finding_level level;
        const wchar_t *text;
    } rows[] = {
        {"not known", {.error = 1722}, -1, FINDING_WARNING, L"Not known"},
        {"good", {.links = &good, .count = 1}, -1, FINDING_OK, L"1 of 1"},
        {"not since the restore",
         {.links = &late, .count = 1},
         -1,
         FINDING_WARNING,
         L"has not been"},
        {"failing", {.links = &failing, .count = 1}, -1, FINDING_ERROR, L"8456"},
        {"only one", {.count = 0}, 1, FINDING_NOTE, L"only domain controller"},
        {"none, though there are others", {.count = 0}, 3, FINDING_ERROR, L"3 domain controllers"},
        {"none, and nothing known", {.count = 0}, -1, FINDING_WARNING, L"Not known"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct findings findings = {0};

        after_partners_judge(&findings, &known, &rows[i].replication, rows[i].dsa_count);
        has(&findings, rows[i].label, rows[i].level, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record__of_each_kind__is_judged),
        cmocka_unit_test(record__of_local_time__is_of_the_moment_it_was_written),
        cmocka_unit_test(record__with_several_restores__gives_the_last),
        cmocka_unit_test(events__of_each_kind__are_judged),
        cmocka_unit_test(invocation_id__of_each_kind__is_judged),
        cmocka_unit_test(log__with_events__is_counted_and_the_newest_ids_taken),
        cmocka_unit_test(log__that_cannot_be_read__is_not_taken_for_empty),
        cmocka_unit_test(log__of_this_system__is_read_or_not_known),
        cmocka_unit_test(partners__of_each_kind__are_judged),
    };

    return cmocka_run_group_tests_name("after_restore", tests, NULL, NULL);
}
