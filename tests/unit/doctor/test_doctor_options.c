/*
 * test_doctor_options.c - command lines that are refused, and why; those that are taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <windows.h>
#include <cmocka.h>

#include "doctor/doctor_options.h"

#define WORDS_MAX 9

struct row
{
    const wchar_t *words[WORDS_MAX]; /* behind the program's name */
    const wchar_t *problem;          /* how it begins */
    const wchar_t *word, *other;
};

/* As wmain gets them, with a NULL behind the last. */
static bool parse(const wchar_t *const *given, const wchar_t *words[WORDS_MAX + 2],
                  struct doctor_options *options, struct doctor_problem *problem)
{
    int count = 1;

    words[0] = L"ntdsdoctor";
    for (; given[count - 1]; count++)
        words[count] = given[count - 1];
    words[count] = NULL;
    return doctor_options_parse(count, (wchar_t **)words, options, problem);
}

static void command_line__that_is_wrong__is_refused_with_the_words(void **state)
{
    static const struct row rows[] = {
        {{L"--check-backup"}, L"--check-backup needs", L"", L""},
        {{L"--check-backup", L"--token", L"t"}, L"--check-backup needs", L"", L""},
        {{L"--check-backup", L"a", L"b"}, L"--check-backup takes one folder", L"", L""},
        {{L"--check-backup", L"a", L"--force"}, L"--force is only", L"", L""},
        {{L"--check-backup", L"a", L"--backups"}, L"more than one action", L"--backups", L""},
        {{L"--check-backup", L"a", L"--newest-within", L"1"}, L"--newest-within is only", L"", L""},
        {{L"--backups", L"a"}, L"unknown option", L"a", L""},
        {{L"--backups", L"--token", L"t"}, L"--token is only", L"", L""},
        {{L"--backups", L"--newest-within"}, L"hours, 1 to", L"--newest-within", L""},
        {{L"--backups", L"--newest-within", L"0"}, L"hours, 1 to", L"--newest-within", L""},
        {{L"--backups", L"--newest-within", L"-1"}, L"hours, 1 to", L"--newest-within", L""},
        {{L"--backups", L"--newest-within", L"1h"}, L"hours, 1 to", L"--newest-within", L""},
        {{L"--backups", L"--newest-within", L"100000"}, L"hours, 1 to", L"--newest-within", L""},
        {{L"--backups", L"--newest-within", L"1", L"--newest-within", L"2"},
         L"option given twice",
         L"--newest-within",
         L""},
        {{L"--check-backup", L"--token", L"t", L"D:\\a\\edb.log", L"n", L"D:\\b\\EDB.LOG"},
         L"two files of one name",
         L"D:\\a\\edb.log",
         L"D:\\b\\EDB.LOG"},
        {{L"--check-backup", L"--token", L"t", L"n", L"c:n"},
         L"two files of one name",
         L"n",
         L"c:n"},
        {{L"--check-backup", L"--token", L"t", L"n", L".\\n"},
         L"two files of one name",
         L"n",
         L".\\n"},
        {{L"--explain"}, L"--explain needs", L"", L""},
        {{L"--explain", L"1", L"--token", L"t"}, L"--token is only", L"", L""},
        {{L"--after-restore", L"a"}, L"unknown option", L"a", L""},
        {{L"--after-restore", L"--force"}, L"--force is only", L"", L""},
        {{L"--after-restore", L"--backups"}, L"more than one action", L"--backups", L""},
        {{L"a"}, L"unknown option", L"a", L""},
    };
    const wchar_t *words[WORDS_MAX + 2];
    struct doctor_options options;
    struct doctor_problem problem;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        if (parse(rows[i].words, words, &options, &problem))
            fail_msg("row %u is taken", (unsigned int)i);
        if (wcsncmp(problem.text, rows[i].problem, wcslen(rows[i].problem)) != 0 ||
            wcscmp(problem.word, rows[i].word) != 0 || wcscmp(problem.other, rows[i].other) != 0)
            fail_msg("row %u: %ls%ls, %ls", (unsigned int)i, problem.text, problem.word,
                     problem.other);
    }
}

static void check_backup__with_a_token__takes_files_in_any_place(void **state)
{
    static const wchar_t *const given[] = {L"a", L"--json",         L"--token", L"t",
                                           L"b", L"--check-backup", L"c",       NULL};
    const wchar_t *words[WORDS_MAX + 2];
    struct doctor_options options;
    struct doctor_problem problem;

    (void)state;
    assert_true(parse(given, words, &options, &problem));
    assert_int_equal(options.action, ACTION_CHECK_BACKUP);
    assert_true(options.json);
    assert_true(wcscmp(options.token_file, L"t") == 0);
    assert_int_equal(options.file_count, 3);
    assert_true(wcscmp(options.files[0], L"a") == 0);
    assert_true(wcscmp(options.files[1], L"b") == 0);
    assert_true(wcscmp(options.files[2], L"c") == 0);
}

static void explain__of_one_code_twice__takes_both(void **state)
{
    static const wchar_t *const given[] = {L"--explain", L"-5", L"-5", NULL};
    const wchar_t *words[WORDS_MAX + 2];
    struct doctor_options options;
    struct doctor_problem problem;

    (void)state;
    assert_true(parse(given, words, &options, &problem));
    assert_int_equal(options.action, ACTION_EXPLAIN);
    assert_int_equal(options.file_count, 2);
}

static void backups__newest_within__takes_hours(void **state)
{
    static const wchar_t *const given[] = {L"--backups", L"--newest-within", L"99999", NULL};
    const wchar_t *words[WORDS_MAX + 2];
    struct doctor_options options;
    struct doctor_problem problem;

    (void)state;
    assert_true(parse(given, words, &options, &problem));
    assert_int_equal(options.action, ACTION_BACKUPS);
    assert_int_equal(options.newest_within_hours, 99999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_line__that_is_wrong__is_refused_with_the_words),
        cmocka_unit_test(check_backup__with_a_token__takes_files_in_any_place),
        cmocka_unit_test(explain__of_one_code_twice__takes_both),
        cmocka_unit_test(backups__newest_within__takes_hours),
    };

    return cmocka_run_group_tests_name("doctor_options", tests, NULL, NULL);
}
