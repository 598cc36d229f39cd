/* The lists of names, byte by byte, and the names that DsBackupOpenFile takes. */
#include "conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define PATH_CHARS 1024

/* The values of the header, not those of the documentation page; bytes in the A half. */
#define TYPE_LOG            0x21
#define TYPE_LOG_DIR        0x82
#define TYPE_CHECKPOINT_DIR 0x83
#define TYPE_DATABASE       0x44
#define TYPE_PATCH_FILE     0x25

typedef HRESULT(NTDSBCLI_API *wide_function)(HBC hbc, LPWSTR *list, LPDWORD bytes);
typedef HRESULT(NTDSBCLI_API *ansi_function)(HBC hbc, LPSTR *list, LPDWORD bytes);

/* Logs come last: no database may be opened after them. */
static const struct
{
    const char *label;
    wide_function wide;
    ansi_function ansi;
} lists[] = {
    {"databases", DsBackupGetDatabaseNamesW, DsBackupGetDatabaseNamesA},
    {"locations", DsRestoreGetDatabaseLocationsW, DsRestoreGetDatabaseLocationsA},
    {"logs", DsBackupGetBackupLogsW, DsBackupGetBackupLogsA},
};

/* Bytes of a list with both terminators, counted here. */
static DWORD count_bytes_wide(const wchar_t *list)
{
    const wchar_t *at = list;

    if (!*at)
        return 2 * sizeof(wchar_t);
    while (*at)
        at += wcslen(at) + 1;
    return (DWORD)((size_t)(at + 1 - list) * sizeof(wchar_t));
}

static DWORD count_bytes_ansi(const char *list)
{
    const char *at = list;

    if (!*at)
        return 2;
    while (*at)
        at += strlen(at) + 1;
    return (DWORD)(at + 1 - list);
}

static void lists__size__counts_every_byte_with_both_terminators(void **state)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(lists); i++) {
        wchar_t *wide = POISON_POINTER;
        char *ansi = POISON_POINTER;
        DWORD wide_bytes = POISON_DWORD, ansi_bytes = POISON_DWORD;

        assert_result(lists[i].label, lists[i].wide(context_handle(state), &wide, &wide_bytes),
                      S_OK);
        assert_result(lists[i].label, lists[i].ansi(context_handle(state), &ansi, &ansi_bytes),
                      S_OK);
        assert_int_equal(wide_bytes, count_bytes_wide(wide));
        assert_int_equal(ansi_bytes, count_bytes_ansi(ansi));
        DsBackupFree(wide);
        DsBackupFree(ansi);
    }
}

/* One entry in both halves: the type verbatim, the path through the ANSI code page. */
static void assert_same_entry(const char *ansi, const wchar_t *wide)
{
    char converted[PATH_CHARS];

    assert_int_equal((unsigned char)ansi[0], wide[0]);
    assert_true(
        WideCharToMultiByte(CP_ACP, 0, wide + 1, -1, converted, sizeof(converted), NULL, NULL) > 0);
    assert_string_equal(ansi + 1, converted);
}

static void lists__ansi_half__has_the_same_entries_as_the_wide_half(void **state)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(lists); i++) {
        wchar_t *wide = NULL;
        char *ansi = NULL;
        const wchar_t *wide_at;
        const char *ansi_at;
        DWORD bytes;

        assert_result(lists[i].label, lists[i].wide(context_handle(state), &wide, &bytes), S_OK);
        assert_result(lists[i].label, lists[i].ansi(context_handle(state), &ansi, &bytes), S_OK);
        ansi_at = ansi;
        for (wide_at = wide; wide_at; wide_at = next_name(wide_at)) {
            assert_same_entry(ansi_at, wide_at);
            ansi_at += strlen(ansi_at) + 1;
        }
        assert_int_equal(*ansi_at, 0);
        DsBackupFree(wide);
        DsBackupFree(ansi);
    }
}

static void lists__asked_for_twice__are_equal_copies(void **state)
{
    size_t i;

    for (i = 0; i < ARRAYSIZE(lists); i++) {
        wchar_t *first = NULL, *second = NULL;
        DWORD first_bytes, second_bytes;

        assert_result(lists[i].label, lists[i].wide(context_handle(state), &first, &first_bytes),
                      S_OK);
        assert_result(lists[i].label, lists[i].wide(context_handle(state), &second, &second_bytes),
                      S_OK);
        assert_ptr_not_equal(first, second);
        assert_int_equal(first_bytes, second_bytes);
        assert_memory_equal(first, second, first_bytes);
        DsBackupFree(first);
        DsBackupFree(second);
    }
}

/* \\SERVER\C$\...: something that can really be opened, as callers do for sizes and times. */
static void assert_unc_opens(const wchar_t *path, bool folder)
{
    wchar_t server[PATH_CHARS];
    HANDLE file;

    swprintf(server, PATH_CHARS, L"\\\\%ls\\", computer_name());
    if (wcsncmp(path, server, wcslen(server)) != 0)
        fail_msg("%ls does not begin with %ls", path, server);
    assert_int_equal(path[wcslen(server) + 1], L'$');
    file = CreateFileW(path, FILE_READ_ATTRIBUTES,
                       FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       folder ? FILE_FLAG_BACKUP_SEMANTICS : 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        fail_msg("%ls does not open: %lu", path, (unsigned long)GetLastError());
    CloseHandle(file);
    assert_int_not_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
}

static void database_names__each_entry__is_a_database_under_a_unc_path(void **state)
{
    DWORD bytes;
    wchar_t *list = database_list(context_handle(state), &bytes);
    const wchar_t *name;

    assert_int_not_equal(*list, 0);
    for (name = list; name; name = next_name(name)) {
        assert_int_equal(name[0], TYPE_DATABASE);
        assert_unc_opens(name + 1, false);
    }
    DsBackupFree(list);
}

static const wchar_t *base_name(const wchar_t *path)
{
    return wcsrchr(path, L'\\') + 1;
}

static bool ends_with(const wchar_t *name, const wchar_t *end)
{
    size_t name_chars = wcslen(name), end_chars = wcslen(end);

    return name_chars >= end_chars && _wcsicmp(name + name_chars - end_chars, end) == 0;
}

/* Log files, among them the current one under its own name, and the checkpoint as a "patch file".
 */
static void backup_logs__each_entry__is_a_log_or_the_checkpoint_under_a_unc_path(void **state)
{
    DWORD bytes;
    wchar_t *list = log_list(context_handle(state), &bytes);
    const wchar_t *name;
    unsigned logs = 0, checkpoints = 0, current = 0;

    for (name = *list ? list : NULL; name; name = next_name(name)) {
        assert_unc_opens(name + 1, false);
        if (name[0] == TYPE_PATCH_FILE) {
            assert_true(ends_with(name, L".chk"));
            checkpoints++;
            continue;
        }
        assert_int_equal(name[0], TYPE_LOG);
        assert_true(ends_with(name, L".log"));
        logs++;
        if (_wcsicmp(base_name(name), L"edb.log") == 0)
            current++;
        /* Stale or half-written beside a current log. */
        assert_true(_wcsicmp(base_name(name), L"edbtmp.log") != 0);
    }
    assert_in_range(logs, 1, 100000);
    assert_int_equal(current, 1);
    assert_in_range(checkpoints, 0, 1);
    DsBackupFree(list);
}

static void locations__entries__are_database_log_folder_and_checkpoint_folder(void **state)
{
    DWORD bytes;
    wchar_t *list = location_list(context_handle(state), &bytes);
    wchar_t *names = database_list(context_handle(state), &bytes);
    const wchar_t *name;
    unsigned databases = 0, log_folders = 0, checkpoint_folders = 0;

    for (name = list; name; name = next_name(name)) {
        switch (name[0]) {
        case TYPE_DATABASE:
            databases++;
            assert_int_equal(_wcsicmp(name, names), 0);
            assert_unc_opens(name + 1, false);
            break;
        case TYPE_LOG_DIR:
            log_folders++;
            assert_unc_opens(name + 1, true);
            break;
        case TYPE_CHECKPOINT_DIR:
            checkpoint_folders++;
            assert_unc_opens(name + 1, true);
            break;
        default:
            fail_msg("unexpected type 0x%X of %ls", name[0], name + 1);
        }
    }
    assert_int_equal(databases, 1);
    assert_int_equal(log_folders, 1);
    assert_int_equal(checkpoint_folders, 1);
    DsBackupFree(list);
    DsBackupFree(names);
}

static void lists_and_token__after_end__are_still_there(void **state)
{
    struct context *context = *state;
    wchar_t *kept[ARRAYSIZE(lists)];
    DWORD bytes[ARRAYSIZE(lists)];
    unsigned char *token_copy = malloc(context->token_bytes);
    size_t i;

    assert_non_null(token_copy);
    memcpy(token_copy, context->token, context->token_bytes);
    for (i = 0; i < ARRAYSIZE(lists); i++)
        assert_result(lists[i].label, lists[i].wide(context->hbc, &kept[i], &bytes[i]), S_OK);
    assert_result("end", DsBackupEnd(context->hbc), S_OK);
    for (i = 0; i < ARRAYSIZE(lists); i++) {
        assert_int_equal(bytes[i], count_bytes_wide(kept[i]));
        DsBackupFree(kept[i]);
    }
    assert_memory_equal(token_copy, context->token, context->token_bytes);
    free(token_copy);
}

/* Opens NAME and closes it again. */
static void assert_opens(const char *what, HBC hbc, const wchar_t *name)
{
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    HRESULT hr = DsBackupOpenFileW(hbc, name, 0, &size);

    if (hr != S_OK)
        fail_msg("%s: %ls: 0x%08lX", what, name, (unsigned long)hr);
    assert_in_range(size.QuadPart, 1, INT64_MAX);
    assert_result("close", DsBackupClose(hbc), S_OK);
}

/* X:\... for \\SERVER\X$\... */
static void local_form(const wchar_t *unc, wchar_t *local)
{
    const wchar_t *share = wcschr(unc + 2, L'\\') + 1;

    assert_int_equal(share[1], L'$');
    swprintf(local, PATH_CHARS, L"%lc:%ls", share[0], share + 2);
}

static void assert_every_form_opens(HBC hbc, const wchar_t *name)
{
    wchar_t form[PATH_CHARS], local[PATH_CHARS];

    local_form(name + 1, local);
    assert_opens("as listed", hbc, name);
    assert_opens("without type", hbc, name + 1);
    assert_opens("local", hbc, local);
    swprintf(form, PATH_CHARS, L"%lc%ls", name[0], local);
    assert_opens("local with type", hbc, form);
    wcscpy(form, name);
    _wcslwr(form + 1);
    assert_opens("lower case", hbc, form);
    _wcsupr(form + 1);
    assert_opens("upper case", hbc, form);
    wcscpy(form, local);
    assert_opens("local lower case", hbc, _wcslwr(form));
    assert_opens("local upper case", hbc, _wcsupr(form));
}

static void open_file__every_form_of_a_database__opens_it(void **state)
{
    DWORD bytes;
    wchar_t *list = database_list(context_handle(state), &bytes);

    assert_every_form_opens(context_handle(state), list);
    DsBackupFree(list);
}

static void open_file__every_form_of_every_log__opens_it(void **state)
{
    DWORD bytes;
    wchar_t *list = log_list(context_handle(state), &bytes);
    const wchar_t *name;

    for (name = list; name; name = next_name(name))
        assert_every_form_opens(context_handle(state), name);
    DsBackupFree(list);
}

static void open_file__ansi_name_as_listed__opens_it(void **state)
{
    HBC hbc = context_handle(state);
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};
    char *list = NULL;
    const char *name;
    DWORD bytes;

    assert_result("names", DsBackupGetDatabaseNamesA(hbc, &list, &bytes), S_OK);
    assert_result("as listed", DsBackupOpenFileA(hbc, list, 0, &size), S_OK);
    assert_result("close", DsBackupClose(hbc), S_OK);
    assert_result("without type", DsBackupOpenFileA(hbc, list + 1, 0, &size), S_OK);
    assert_result("close", DsBackupClose(hbc), S_OK);
    DsBackupFree(list);
    assert_result("logs", DsBackupGetBackupLogsA(hbc, &list, &bytes), S_OK);
    for (name = list; *name; name += strlen(name) + 1) {
        assert_result(name, DsBackupOpenFileA(hbc, name, 0, &size), S_OK);
        assert_result("close", DsBackupClose(hbc), S_OK);
    }
    DsBackupFree(list);
}

static void open_file__database_before_its_list_was_fetched__opens_it(void **state)
{
    void *second = NULL;
    DWORD bytes;
    wchar_t *list = database_list(context_handle(state), &bytes);

    assert_int_equal(context_begin(&second), 0);
    assert_opens("unlisted yet", context_handle(&second), list);
    assert_int_equal(context_end(&second), 0);
    DsBackupFree(list);
}

static void assert_refused(HBC hbc, const char *what, const wchar_t *name)
{
    LARGE_INTEGER size = {.QuadPart = POISON_SIZE};

    assert_result(what, DsBackupOpenFileW(hbc, name, 0, &size), ERROR_INVALID_PARAMETER);
    assert_int_equal(size.QuadPart, 0);
    assert_result("nothing is open", DsBackupClose(hbc), hrInvalidHandle);
}

static void open_file__what_no_list_has__returns_invalid_parameter(void **state)
{
    HBC hbc = context_handle(state);
    DWORD bytes;
    wchar_t *list = database_list(hbc, &bytes);
    wchar_t *logs = log_list(hbc, &bytes);
    wchar_t form[PATH_CHARS];

    assert_refused(hbc, "empty", L"");
    assert_refused(hbc, "type only", L"D");
    assert_refused(hbc, "another file", L"C:\\windows\\win.ini");
    assert_refused(hbc, "device", L"\\\\.\\C:");
    assert_refused(hbc, "plain name", base_name(list));
    swprintf(form, PATH_CHARS, L"%ls2", list);
    assert_refused(hbc, "longer name", form);
    wcscpy(form, list);
    form[wcslen(form) - 1] = L'\0';
    assert_refused(hbc, "shorter name", form);
    swprintf(form, PATH_CHARS, L"%ls:stream", list);
    assert_refused(hbc, "stream", form);
    swprintf(form, PATH_CHARS, L"D%ls", list);
    assert_refused(hbc, "two types", form);
    wcscpy(form, logs);
    *wcsrchr(form, L'\\') = L'\0';
    assert_refused(hbc, "folder of the logs", form);
    swprintf(form, PATH_CHARS, L"%c\\\\otherdc%ls", TYPE_LOG, wcschr(logs + 3, L'\\'));
    assert_refused(hbc, "another server", form);
    DsBackupFree(list);
    DsBackupFree(logs);
}

#define WITH_CONTEXT(test) cmocka_unit_test_setup_teardown(test, context_begin, context_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CONTEXT(lists__size__counts_every_byte_with_both_terminators),
        WITH_CONTEXT(lists__ansi_half__has_the_same_entries_as_the_wide_half),
        WITH_CONTEXT(lists__asked_for_twice__are_equal_copies),
        WITH_CONTEXT(database_names__each_entry__is_a_database_under_a_unc_path),
        WITH_CONTEXT(backup_logs__each_entry__is_a_log_or_the_checkpoint_under_a_unc_path),
        WITH_CONTEXT(locations__entries__are_database_log_folder_and_checkpoint_folder),
        WITH_CONTEXT(lists_and_token__after_end__are_still_there),
        WITH_CONTEXT(open_file__every_form_of_a_database__opens_it),
        WITH_CONTEXT(open_file__every_form_of_every_log__opens_it),
        WITH_CONTEXT(open_file__ansi_name_as_listed__opens_it),
        WITH_CONTEXT(open_file__database_before_its_list_was_fetched__opens_it),
        WITH_CONTEXT(open_file__what_no_list_has__returns_invalid_parameter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
