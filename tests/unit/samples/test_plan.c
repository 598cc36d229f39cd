/*
 * test_plan.c - what goes where: the directory's folders get its database and what the engine takes
 * for its own, and nothing else that a list names.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "plan.h"
#include "program_main.h"

#define BACKUP L"C:\\plan"

const struct program this_program = {.name = L"test_plan"}; /* messages begin with it */

static wchar_t long_path[] = L"\\\\?\\" BACKUP;
static const struct source source = {.shown = BACKUP, .path = long_path};

static void create(const wchar_t *name)
{
    wchar_t *path = paths_join(BACKUP, name);
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
    free(path);
}

static void remove_file(const wchar_t *name)
{
    wchar_t *path = paths_join(BACKUP, name);

    assert_true(DeleteFileW(path));
    free(path);
}

static void plan_add__name__is_taken_left_out_or_refused(void **state)
{
    static const struct
    {
        const wchar_t *name;
        bool database;
        enum exit_code code;
        const wchar_t *place; /* NULL: it has none */
    } rows[] = {
        {L"ntds.dit", true, EXIT_OK, L"C:\\d\\ntds.dit"},
        {L"adamntds.dit", true, EXIT_OK, L"C:\\d\\ntds.dit"},
        {L"database", true, EXIT_OK, L"C:\\d\\ntds.dit"},
        {L"edb.log", false, EXIT_OK, L"C:\\l\\edb.log"},
        {L"EDB0001A.LOG", false, EXIT_OK, L"C:\\l\\EDB0001A.LOG"},
        {L"edb00100000.log", false, EXIT_OK, L"C:\\l\\edb00100000.log"},
        {L"edbtmp.log", false, EXIT_OK, L"C:\\l\\edbtmp.log"},
        {L"edb.chk", false, EXIT_OK, L"C:\\c\\edb.chk"},
        {L"edb.jcp", false, EXIT_OK, L"C:\\c\\edb.jcp"},
        /* No check looks into these. */
        {L"temp.edb", true, EXIT_READ, NULL},
        {L"TMP.EDB", true, EXIT_READ, NULL},
        {L"ntds.pat", true, EXIT_READ, NULL},
        {L"ntds.jfm", true, EXIT_READ, NULL},
        {L"edbtmp.log", true, EXIT_READ, NULL},
        {L"edb00001.log", true, EXIT_READ, NULL},
        {L"edb.chk", true, EXIT_READ, NULL},
        /* The engine would not. */
        {L"more.log", false, EXIT_OK, NULL},
        {L"ntds.jfm", false, EXIT_OK, NULL},
        {L"edbres00001.jrs", false, EXIT_OK, NULL},
        {L"edb00000.log", false, EXIT_OK, NULL},
        {L"ntds.dit", false, EXIT_OK, NULL},
        {L"x.exe", false, EXIT_OK, NULL},
    };
    size_t i;

    (void)state;
    assert_true(CreateDirectoryW(BACKUP, NULL));
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        struct plan plan;

        print_message("%ls\n", rows[i].name);
        create(rows[i].name);
        plan_init(&plan);
        plan.database = _wcsdup(L"C:\\d\\ntds.dit");
        plan.log_folder = _wcsdup(L"C:\\l");
        plan.checkpoint_folder = _wcsdup(L"C:\\c");
        assert_int_equal(
            plan_add(&plan, &source, rows[i].name, rows[i].database, _wcsdup(rows[i].name)),
            rows[i].code);
        assert_int_equal(plan_check(&plan) == EXIT_OK, rows[i].database && rows[i].place);
        if (rows[i].code == EXIT_OK)
            assert_int_equal(plan.item_count, rows[i].place ? 1 : 0);
        if (rows[i].place)
            assert_true(wcscmp(plan.items->new_path, rows[i].place) == 0);
        plan_free(&plan);
        remove_file(rows[i].name);
    }
    assert_true(RemoveDirectoryW(BACKUP));
}

static void plan_add__logs__have_their_lowest_and_highest_generation(void **state)
{
    static const wchar_t *const names[] = {L"edb.log", L"edb0001a.log", L"edb00100000.log",
                                           L"edb0000B.log"};
    struct plan plan;
    size_t i;

    (void)state;
    assert_true(CreateDirectoryW(BACKUP, NULL));
    plan_init(&plan);
    plan.log_folder = _wcsdup(L"C:\\l");
    for (i = 0; i < ARRAYSIZE(names); i++) {
        create(names[i]);
        assert_int_equal(plan_add(&plan, &source, names[i], false, _wcsdup(names[i])), EXIT_OK);
        remove_file(names[i]);
    }
    assert_int_equal(plan.generation_low, 0xb);
    assert_int_equal(plan.generation_high, 0x100000);
    plan_free(&plan);
    assert_true(RemoveDirectoryW(BACKUP));
}

#define MANY 20000u

static struct plan_item many[MANY];

/* Logs in another order than that of their names. */
static void plan_many(struct plan *plan)
{
    wchar_t place[64];
    unsigned i;

    plan_init(plan);
    for (i = 0; i < MANY; i++) {
        many[i] = (struct plan_item){.next = i + 1 < MANY ? &many[i + 1] : NULL, .number = i};
        _snwprintf(many[i].name, FILE_NAME_CHARS, L"edb%05x.log", 7919 * i % MANY + 1);
        _snwprintf(place, ARRAYSIZE(place), L"C:\\l\\%ls", many[i].name);
        many[i].new_path = _wcsdup(place);
        assert_non_null(many[i].new_path);
    }
    plan->items = many;
    plan->item_count = MANY;
    plan->database_item = many;
}

static void replace_text(wchar_t **text, const wchar_t *with)
{
    free(*text);
    *text = _wcsdup(with);
}

static void plan_check__of_many_files__refuses_a_double_and_nothing_else(void **state)
{
    struct plan plan;
    unsigned i;

    (void)state;
    plan_many(&plan);
    assert_int_equal(plan_check(&plan), EXIT_OK);
    replace_text(&many[MANY - 1].new_path, L"c:\\L\\EDB00001.log"); /* that of the first */
    assert_int_equal(plan_check(&plan), EXIT_READ);
    replace_text(&many[MANY - 1].new_path, L"C:\\l\\other.log");
    assert_int_equal(plan_check(&plan), EXIT_OK);
    wcscpy(many[MANY / 2].name, L"EDB00001.LOG");
    assert_int_equal(plan_check(&plan), EXIT_READ);
    for (i = 0; i < MANY; i++)
        free(many[i].new_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_add__name__is_taken_left_out_or_refused),
        cmocka_unit_test(plan_add__logs__have_their_lowest_and_highest_generation),
        cmocka_unit_test(plan_check__of_many_files__refuses_a_double_and_nothing_else),
    };

    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
