/*
 * test_shadow_loss.c - what the System log says of a shadow copy comes into our log.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/log_file.h"
#include "session/shadow_loss.h"

#define SINCE 132223104000000000ull /* 2020-01-01 */

static struct
{
    WORD number; /* of the one event; 0: there is none */
    DWORD error; /* of the query */
    wchar_t query[300];
    bool given;
    wchar_t line[600];
    enum log_level level;
    unsigned int lines, opened;
} seen;

static EVT_HANDLE WINAPI fake_query(EVT_HANDLE session, const wchar_t *path, const wchar_t *query,
                                    DWORD flags)
{
    assert_null(session);
    assert_int_equal(wcscmp(path, L"System"), 0);
    assert_int_equal(flags, EvtQueryChannelPath | EvtQueryReverseDirection);
    wcscpy(seen.query, query);
    SetLastError(seen.error);
    seen.opened += !seen.error;
    return seen.error ? NULL : (EVT_HANDLE)1;
}

static WINBOOL WINAPI fake_next(EVT_HANDLE results, DWORD size, EVT_HANDLE *events, DWORD timeout,
                                DWORD flags, DWORD *got)
{
    (void)results;
    (void)size;
    (void)timeout;
    (void)flags;
    if (!seen.number || seen.given) {
        SetLastError(ERROR_NO_MORE_ITEMS);
        return FALSE;
    }
    seen.given = true;
    seen.opened++;
    *events = (EVT_HANDLE)2;
    *got = 1;
    return TRUE;
}

static EVT_HANDLE WINAPI fake_context(DWORD count, const wchar_t **paths, DWORD flags)
{
    (void)count;
    (void)paths;
    assert_int_equal(flags, EvtRenderContextSystem);
    seen.opened++;
    return (EVT_HANDLE)3;
}

static WINBOOL WINAPI fake_render(EVT_HANDLE context, EVT_HANDLE event, DWORD flags, DWORD size,
                                  void *buffer, DWORD *used, DWORD *count)
{
    EVT_VARIANT *values = buffer;

    (void)context;
    (void)event;
    (void)flags;
    *count = EvtSystemPropertyIdEND;
    *used = *count * (DWORD)sizeof(*values);
    if (size < *used) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    memset(buffer, 0, size);
    values[EvtSystemEventID].UInt16Val = seen.number;
    values[EvtSystemTimeCreated].FileTimeVal = SINCE;
    return TRUE;
}

static WINBOOL WINAPI fake_close(EVT_HANDLE handle)
{
    assert_non_null(handle);
    seen.opened--;
    return TRUE;
}

static void keep_line(void *context, enum log_level level, const wchar_t *line)
{
    (void)context;
    seen.lines++;
    seen.level = level;
    wcsncpy(seen.line, line, ARRAYSIZE(seen.line) - 1);
}

static void report(WORD number, DWORD error)
{
    static const struct event_api api = {fake_query, fake_next, fake_context, fake_render,
                                         fake_close};

    memset(&seen, 0, sizeof(seen));
    seen.number = number;
    seen.error = error;
    log_file_watch(keep_line, NULL);
    shadow_loss_report_by(&api, SINCE);
    log_file_watch(NULL, NULL);
    assert_int_equal(seen.opened, 0);
}

static void loss__event_of_the_driver__is_named_with_what_to_do(void **state)
{
    static const struct
    {
        WORD number;
        const wchar_t *words;
    } rows[] = {
        {24, L"no room"}, {25, L"in time"},      {35, L"could not grow"},
        {36, L"limit"},   {14, L"see its text"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        wchar_t event[20];

        _snwprintf(event, ARRAYSIZE(event), L"event %u at", rows[i].number);
        report(rows[i].number, 0);
        assert_int_equal(seen.lines, 1);
        assert_int_equal(seen.level, LOG_ERROR);
        assert_non_null(wcsstr(seen.line, event));
        assert_non_null(wcsstr(seen.line, rows[i].words));
        if (rows[i].number != 14)
            assert_non_null(wcsstr(seen.line, L"vssadmin resize shadowstorage"));
    }
}

static void loss__only_since_the_backup_began__is_asked_for(void **state)
{
    (void)state;
    report(36, 0);
    assert_non_null(wcsstr(seen.query, L"Provider[@Name='volsnap'"));
    assert_non_null(wcsstr(seen.query, L"@SystemTime>='2020-01-01T00:00:00.000Z'"));
}

static void loss__no_event_or_no_log__says_nothing_wrong(void **state)
{
    (void)state;
    report(0, 0);
    assert_int_equal(seen.lines, 0);
    report(36, ERROR_ACCESS_DENIED);
    assert_true(seen.lines == 0 || seen.level == LOG_TRACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss__event_of_the_driver__is_named_with_what_to_do),
        cmocka_unit_test(loss__only_since_the_backup_began__is_asked_for),
        cmocka_unit_test(loss__no_event_or_no_log__says_nothing_wrong),
    };

    return cmocka_run_group_tests_name("shadow_loss", tests, NULL, NULL);
}
