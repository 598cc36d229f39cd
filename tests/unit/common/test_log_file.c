/*
 * test_log_file.c - lines, levels, and what becomes of a log that is full.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "common/log_file.h"

#define LOG_NAME L"test_log_file.log"
#define OLD_NAME LOG_NAME L".old"

static wchar_t path[MAX_PATH], old_path[MAX_PATH];

static int setup(void **state)
{
    (void)state;
    if (!GetFullPathNameW(LOG_NAME, MAX_PATH, path, NULL) ||
        !GetFullPathNameW(OLD_NAME, MAX_PATH, old_path, NULL))
        return -1;
    DeleteFileW(path);
    DeleteFileW(old_path);
    return 0;
}

static HANDLE append_to(const wchar_t *name)
{
    HANDLE file =
        CreateFileW(name, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES, 7, NULL, OPEN_ALWAYS, 0, NULL);

    return file == INVALID_HANDLE_VALUE ? NULL : file;
}

/* What host_log.c does with handles. */
static HANDLE follow(HANDLE full)
{
    (void)full;
    return MoveFileExW(path, old_path, MOVEFILE_REPLACE_EXISTING) ? append_to(path) : NULL;
}

static HANDLE follow_never(HANDLE full)
{
    (void)full;
    return NULL;
}

static void open_log(enum log_level level)
{
    HANDLE file = append_to(path);

    assert_non_null(file);
    log_file_use(file, level, follow);
}

static int teardown(void **state)
{
    log_file_watch(NULL, NULL);
    log_file_close();
    return setup(state);
}

/* The whole file, terminated; free it. NULL: it is not there. */
static char *read_file(const wchar_t *name)
{
    HANDLE file =
        CreateFileW(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);
    LARGE_INTEGER size;
    DWORD got = 0;
    char *text;

    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    assert_true(GetFileSizeEx(file, &size));
    text = malloc((size_t)size.QuadPart + 1);
    assert_non_null(text);
    assert_true(ReadFile(file, text, (DWORD)size.QuadPart, &got, NULL));
    text[got] = 0;
    CloseHandle(file);
    return text;
}

static unsigned int count(const wchar_t *name, const char *what)
{
    char *text = read_file(name);
    unsigned int found = 0;
    char *at;

    for (at = text ? strstr(text, what) : NULL; at; at = strstr(at + 1, what))
        found++;
    free(text);
    return found;
}

/* Makes the file as large as one that is full. */
static void fill(const wchar_t *name)
{
    static char filler[64 * 1024];
    HANDLE file = CreateFileW(name, FILE_APPEND_DATA, 7, NULL, OPEN_ALWAYS, 0, NULL);
    DWORD bytes, written;

    memset(filler, 'x', sizeof(filler));
    assert_true(file != INVALID_HANDLE_VALUE);
    for (bytes = 0; bytes < LOG_FILE_MAX_BYTES; bytes += written)
        assert_true(WriteFile(file, filler, sizeof(filler), &written, NULL));
    CloseHandle(file);
}

static void lines__above_the_level__are_dropped_and_the_head_is_not(void **state)
{
    (void)state;
    open_log(LOG_ERROR);
    log_head(L"the head %d", 7);
    log_line(LOG_ERROR, L"an error");
    log_line(LOG_WARNING, L"a warning");
    assert_int_equal(count(path, "I the head 7\r\n"), 1);
    assert_int_equal(count(path, "E an error\r\n"), 1);
    assert_int_equal(count(path, "warning"), 0);
}

static void line__with_line_breaks_and_other_scripts__stays_one_line_of_utf8(void **state)
{
    (void)state;
    open_log(LOG_TRACE);
    log_line(LOG_TRACE, L"one\r\ntwo\tZ\u00fcrich");
    assert_int_equal(count(path, "T one  two Z\xc3\xbcrich\r\n"), 1);
    assert_int_equal(count(path, "\n"), 1);
}

static void last_error__over_a_line__stays(void **state)
{
    (void)state;
    open_log(LOG_INFO);
    fill(path);
    SetLastError(4711);
    log_line(LOG_INFO, L"a line");
    assert_int_equal(GetLastError(), 4711);
    SetLastError(4711);
    log_head(L"head");
    assert_int_equal(GetLastError(), 4711);
}

static void full_log__becomes_the_old_one__and_the_new_one_begins_with_the_head(void **state)
{
    char *text;

    (void)state;
    open_log(LOG_INFO);
    log_head(L"the head");
    fill(path);
    log_line(LOG_INFO, L"behind the limit");
    text = read_file(path);
    assert_non_null(text);
    assert_non_null(strstr(text, "I the head\r\n"));
    assert_true(strstr(text, "I the head\r\n") < strstr(text, "I behind the limit\r\n"));
    assert_int_equal(strlen(text) < 200, 1);
    free(text);
    assert_int_equal(count(old_path, "the head"), 1);
    assert_int_equal(count(old_path, "behind"), 0);
}

static void full_log__again__replaces_the_old_one(void **state)
{
    (void)state;
    open_log(LOG_INFO);
    log_line(LOG_INFO, L"first");
    fill(path);
    log_line(LOG_INFO, L"second");
    fill(path);
    log_line(LOG_INFO, L"third");
    assert_int_equal(count(old_path, "first"), 0);
    assert_int_equal(count(old_path, "second"), 1);
    assert_int_equal(count(path, "third"), 1);
}

static void log__that_nothing_follows__grows_on(void **state)
{
    (void)state;
    log_file_use(append_to(path), LOG_INFO, follow_never);
    fill(path);
    log_line(LOG_INFO, L"one");
    log_line(LOG_INFO, L"two");
    assert_int_equal(count(path, "I one"), 1);
    assert_int_equal(count(path, "I two"), 1);
}

/* As a broker has it: its host changes the file. */
static void log__of_a_broker__is_never_full(void **state)
{
    (void)state;
    log_file_use(append_to(path), LOG_INFO, NULL);
    fill(path);
    log_line(LOG_INFO, L"behind");
    assert_int_equal(count(path, "I behind"), 1);
    assert_int_equal(count(old_path, "behind"), 0);
}

static void handle__given_to_a_process__appends_and_can_do_nothing_else(void **state)
{
    FILE_DISPOSITION_INFO away = {TRUE};
    uint64_t given;
    HANDLE handle;
    DWORD moved;
    char byte;

    (void)state;
    log_file_use(
        CreateFileW(path, GENERIC_READ | FILE_APPEND_DATA | DELETE, 7, NULL, OPEN_ALWAYS, 0, NULL),
        LOG_INFO, NULL);
    assert_int_equal(log_file_give(GetCurrentProcess(), &given), log_file_number());
    handle = (HANDLE)(uintptr_t)given;
    assert_non_null(handle);
    log_line(LOG_INFO, L"before");
    assert_true(WriteFile(handle, "given\r\n", 7, &moved, NULL));
    log_line(LOG_INFO, L"after");
    assert_int_equal(count(path, "I before\r\ngiven\r\n"), 1);
    assert_int_equal(count(path, "I after"), 1);
    assert_false(ReadFile(handle, &byte, 1, &moved, NULL));
    assert_false(SetFileInformationByHandle(handle, FileDispositionInfo, &away, sizeof(away)));
    CloseHandle(handle);
}

static void number__of_the_log__changes_with_the_file_and_at_its_end(void **state)
{
    uint32_t number;
    uint64_t given;

    (void)state;
    open_log(LOG_INFO);
    number = log_file_number();
    log_line(LOG_INFO, L"a line");
    assert_int_equal(log_file_number(), number);
    fill(path);
    log_line(LOG_INFO, L"in the next one");
    assert_int_not_equal(log_file_number(), number);
    number = log_file_number();
    log_file_close();
    assert_int_not_equal(log_file_give(GetCurrentProcess(), &given), number);
    assert_true(given == 0);
}

struct kept
{
    unsigned int lines[LOG_TRACE + 1];
    wchar_t last[100];
};

static void keep(void *context, enum log_level level, const wchar_t *line)
{
    struct kept *kept = context;

    kept->lines[level]++;
    _snwprintf(kept->last, 99, L"%ls", line);
}

static void watcher__without_a_file__hears_every_level(void **state)
{
    struct kept kept = {{0}, L""};

    (void)state;
    log_file_watch(keep, &kept);
    log_line(LOG_TRACE, L"trace");
    log_line(LOG_ERROR, L"error %d", 5);
    assert_int_equal(kept.lines[LOG_TRACE], 1);
    assert_int_equal(kept.lines[LOG_ERROR], 1);
    assert_int_equal(wcscmp(kept.last, L"error 5"), 0);
    log_file_watch(NULL, NULL);
    log_line(LOG_ERROR, L"unheard");
    assert_int_equal(kept.lines[LOG_ERROR], 1);
}

#define THREADS 4
#define LINES   2200

static DWORD WINAPI write_lines(void *parameter)
{
    static const wchar_t long_text[] =
        L"................................................................................"
        L"................................................................................";
    int i;

    for (i = 0; i < LINES; i++)
        log_line(LOG_INFO, L"thread %d line %d %ls%ls%ls%ls%ls%ls end", *(int *)parameter, i,
                 long_text, long_text, long_text, long_text, long_text, long_text);
    return 0;
}

static void lines__of_several_threads_over_the_limit__are_whole_and_none_is_lost(void **state)
{
    HANDLE threads[THREADS];
    int numbers[THREADS];
    int i;

    (void)state;
    open_log(LOG_INFO);
    log_head(L"head");
    for (i = 0; i < THREADS; i++) {
        numbers[i] = i;
        threads[i] = CreateThread(NULL, 0, write_lines, &numbers[i], 0, NULL);
        assert_non_null(threads[i]);
    }
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    for (i = 0; i < THREADS; i++)
        CloseHandle(threads[i]);
    /* 8800 lines of about 1,030 bytes: one change of files. */
    assert_int_equal(count(path, ". end\r\n") + count(old_path, ". end\r\n"), THREADS * LINES);
    assert_int_equal(count(path, "head") + count(old_path, "head"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines__above_the_level__are_dropped_and_the_head_is_not,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            line__with_line_breaks_and_other_scripts__stays_one_line_of_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(last_error__over_a_line__stays, setup, teardown),
        cmocka_unit_test_setup_teardown(
            full_log__becomes_the_old_one__and_the_new_one_begins_with_the_head, setup, teardown),
        cmocka_unit_test_setup_teardown(full_log__again__replaces_the_old_one, setup, teardown),
        cmocka_unit_test_setup_teardown(log__that_nothing_follows__grows_on, setup, teardown),
        cmocka_unit_test_setup_teardown(log__of_a_broker__is_never_full, setup, teardown),
        cmocka_unit_test_setup_teardown(handle__given_to_a_process__appends_and_can_do_nothing_else,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(number__of_the_log__changes_with_the_file_and_at_its_end,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(watcher__without_a_file__hears_every_level, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            lines__of_several_threads_over_the_limit__are_whole_and_none_is_lost, setup, teardown),
    };

    return cmocka_run_group_tests_name("log_file", tests, NULL, NULL);
}
