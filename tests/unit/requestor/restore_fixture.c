/*
 * restore_fixture.c - sessions for the tests of restores.
 */
#include "restore_fixture.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

wchar_t session_log[32768];
const wchar_t *backup_components;
const wchar_t *backup_writer;
struct ntdsvss_settings session_settings;

static wchar_t calls[16384]; /* ",Method" for each */

static void keep_line(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    size_t used = wcslen(session_log);

    (void)context;
    (void)level;
    _snwprintf(session_log + used, ARRAYSIZE(session_log) - used - 1, L"%ls\n", line);
}

static void note_call(void *context, const wchar_t *operation)
{
    size_t used = wcslen(calls);

    (void)context;
    if (operation)
        _snwprintf(calls + used, ARRAYSIZE(calls) - used - 1, L",%ls,", operation);
}

unsigned int restore_session_calls(const wchar_t *method)
{
    const wchar_t *at = calls;
    unsigned int count = 0;
    wchar_t wanted[100];

    _snwprintf(wanted, ARRAYSIZE(wanted), L",%ls,", method);
    while ((at = wcsstr(at, wanted)) != NULL) {
        count++;
        at += wcslen(wanted);
    }
    return count;
}

bool restore_session_logged(const wchar_t *text)
{
    return wcsstr(session_log, text) != NULL;
}

/* A whole backup: what its owner would have stored. */
static bool make_documents(void)
{
    struct ntdsvss_documents documents = {0};
    struct ntdsvss_backup *backup = NULL;
    HRESULT hr = ntdsvss_backup_create(&session_settings, &backup);

    if (SUCCEEDED(hr))
        hr = ntdsvss_backup_start(backup);
    if (SUCCEEDED(hr)) {
        ntdsvss_backup_documents(backup, &documents);
        backup_components = _wcsdup(documents.components);
        backup_writer = _wcsdup(documents.writer);
        hr = ntdsvss_backup_complete(backup);
    }
    ntdsvss_backup_close(backup);
    return SUCCEEDED(hr) && backup_components && backup_writer;
}

int restore_session_group_setup(void **state)
{
    session_settings = (struct ntdsvss_settings){
        .wait_ms = 20000,
        .cancel = CreateEventW(NULL, TRUE, FALSE, NULL),
        .log = keep_line,
        .waiting = note_call,
    };
    if (requestor_group_setup(state) != 0)
        return -1;
    requestor_test_setup(state);
    if (make_documents())
        return 0;
    print_error("%ls", session_log);
    return -1;
}

int restore_session_group_teardown(void **state)
{
    free((void *)backup_components);
    free((void *)backup_writer);
    CloseHandle(session_settings.cancel);
    directory_keys_clear();
    return requestor_group_teardown(state);
}

int restore_session_setup(void **state)
{
    directory_keys_clear();
    memset(session_log, 0, sizeof(session_log));
    memset(calls, 0, sizeof(calls));
    session_settings.wait_ms = 20000;
    ResetEvent(session_settings.cancel);
    return requestor_test_setup(state);
}

HRESULT restore_session_start(struct ntdsvss_restore **restore, bool *has_writer)
{
    assert_hr(ntdsvss_restore_create(&session_settings, restore), S_OK);
    return ntdsvss_restore_start(*restore, backup_components, backup_writer, has_writer);
}

struct ntdsvss_restore *restore_session_begin(void)
{
    struct ntdsvss_restore *restore = NULL;
    bool has_writer = false;

    assert_hr(restore_session_start(&restore, &has_writer), S_OK);
    assert_true(has_writer);
    return restore;
}

HRESULT restore_session_register(struct ntdsvss_restore *restore)
{
    bool taken_over = true;
    HRESULT hr = ntdsvss_restore_register(restore, &test_registration, &taken_over);

    assert_int_equal(taken_over, FAILED(hr)); /* untouched, or false */
    return hr;
}
