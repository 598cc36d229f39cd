/*
 * test_file_swap.c - all files are changed or none is, whichever step fails, and wherever the
 * change is killed.
 *
 * The change: a is replaced, b is new, c is deleted, d is replaced and kept, e is put back.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

#include "file_swap.h"
#include "inject.h"

#define NAME_CHARS    MAX_PATH
#define PICTURE_CHARS 2000
#define STEPS_MAX     200

static const wchar_t before[] = L"a=old-a c=old-c d=old-d e.kept=old-e ";
static const wchar_t after[] = L"a=new-a b=new-b d=new-d d.kept=old-d e=old-e ";

static wchar_t root[MAX_PATH], folder[MAX_PATH], sources[MAX_PATH];

/* --- files --------------------------------------------------------------------------------- */

static void path_of(const wchar_t *in, const wchar_t *name, wchar_t path[NAME_CHARS])
{
    assert_true(_snwprintf(path, NAME_CHARS, L"%ls\\%ls", in, name) < NAME_CHARS);
}

static void write_file(const wchar_t *in, const wchar_t *name, const char *text)
{
    wchar_t path[NAME_CHARS];
    HANDLE file;
    DWORD written;

    path_of(in, name, path);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, text, (DWORD)strlen(text), &written, NULL));
    CloseHandle(file);
}

static void read_file(const wchar_t *name, char text[20])
{
    wchar_t path[NAME_CHARS];
    HANDLE file;
    DWORD read = 0;

    path_of(folder, name, path);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, text, 19, &read, NULL));
    text[read] = 0;
    CloseHandle(file);
}

/* Calls each with every name of the folder, in order. */
static void for_each_name(const wchar_t *in, void (*each)(const wchar_t *name, void *context),
                          void *context)
{
    static wchar_t names[50][NAME_CHARS];
    wchar_t swapped[NAME_CHARS], pattern[NAME_CHARS];
    WIN32_FIND_DATAW found;
    size_t count = 0, i, j;
    HANDLE find;

    path_of(in, L"*", pattern);
    find = FindFirstFileW(pattern, &found);
    assert_true(find != INVALID_HANDLE_VALUE);
    do {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
            wcscpy(names[count++], found.cFileName);
    } while (count < 50 && FindNextFileW(find, &found));
    FindClose(find);
    for (i = 0; i < count; i++) {
        for (j = i + 1; j < count; j++) {
            if (wcscmp(names[j], names[i]) < 0) {
                wcscpy(swapped, names[i]);
                wcscpy(names[i], names[j]);
                wcscpy(names[j], swapped);
            }
        }
        each(names[i], context);
    }
}

static void add_to_picture(const wchar_t *name, void *context)
{
    wchar_t *picture = context;
    char text[20];

    read_file(name, text);
    assert_true(wcslen(picture) + wcslen(name) + 25 < PICTURE_CHARS);
    swprintf(picture + wcslen(picture), 25 + wcslen(name), L"%ls=%hs ", name, text);
}

static const wchar_t *picture(void)
{
    static wchar_t text[PICTURE_CHARS];

    text[0] = 0;
    for_each_name(folder, add_to_picture, text);
    return text;
}

static void assert_picture(const wchar_t *expected, const char *when, int step)
{
    if (wcscmp(picture(), expected) != 0)
        fail_msg("%s %d: %ls, expected %ls", when, step, picture(), expected);
}

static void delete_file(const wchar_t *name, void *context)
{
    wchar_t path[NAME_CHARS];

    path_of(context, name, path);
    SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
    assert_true(DeleteFileW(path));
}

static void make_before(void)
{
    file_swap_replace_gate(NULL);
    for_each_name(folder, delete_file, folder);
    write_file(folder, L"a", "old-a");
    write_file(folder, L"c", "old-c");
    write_file(folder, L"d", "old-d");
    write_file(folder, L"e.kept", "old-e");
}

static int setup(void **state)
{
    (void)state;
    if (!GetTempPathW(MAX_PATH - 60, root))
        return -1;
    swprintf(root + wcslen(root), 40, L"test_file_swap_%lu", GetCurrentProcessId());
    _snwprintf(folder, MAX_PATH, L"%ls\\folder", root);
    _snwprintf(sources, MAX_PATH, L"%ls\\sources", root);
    CreateDirectoryW(root, NULL);
    CreateDirectoryW(folder, NULL);
    CreateDirectoryW(sources, NULL);
    write_file(sources, L"a", "new-a");
    write_file(sources, L"b", "new-b");
    write_file(sources, L"d", "new-d");
    make_before();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    file_swap_replace_gate(NULL);
    for_each_name(folder, delete_file, folder);
    for_each_name(sources, delete_file, sources);
    RemoveDirectoryW(folder);
    RemoveDirectoryW(sources);
    return RemoveDirectoryW(root) ? 0 : -1;
}

/* --- the change --------------------------------------------------------------------------------
 */

static struct file_swap swap;

static enum file_swap_result change(void)
{
    wchar_t a[NAME_CHARS], b[NAME_CHARS], d[NAME_CHARS];

    path_of(sources, L"a", a);
    path_of(sources, L"b", b);
    path_of(sources, L"d", d);
    assert_true(file_swap_begin(&swap, folder));
    if (file_swap_put(&swap, a, L"a", NULL) && file_swap_put(&swap, b, L"b", NULL) &&
        file_swap_take(&swap, L"c", NULL) && file_swap_put(&swap, d, L"d", L"d.kept") &&
        file_swap_take(&swap, L"e", L"e.kept"))
        return file_swap_apply(&swap);
    file_swap_sweep(&swap);
    return FILE_SWAP_UNDONE;
}

static enum file_swap_result recover(void)
{
    assert_true(file_swap_begin(&swap, folder));
    return file_swap_recover(&swap);
}

/* Steps are counted from 1; 0 fails none. */
static int steps, failing_from, failing_to;

static bool gate(void)
{
    steps++;
    return steps < failing_from || steps > failing_to;
}

static void fail_steps(int from, int to)
{
    steps = 0;
    failing_from = from;
    failing_to = to;
    file_swap_replace_gate(gate);
}

static void swap__of_several_files__all_are_changed(void **state)
{
    (void)state;
    assert_int_equal(change(), FILE_SWAP_DONE);
    assert_picture(after, "at once", 0);
}

/* But for deleting what is old in the end, which the next change does. */
static void swap__any_one_step_fails__none_is_changed(void **state)
{
    enum file_swap_result result;
    int step;

    (void)state;
    for (step = 1; step < STEPS_MAX; step++) {
        make_before();
        fail_steps(step, step);
        result = change();
        file_swap_replace_gate(NULL);
        if (steps < step)
            break;
        assert_int_not_equal(result, FILE_SWAP_STUCK);
        assert_true(result == FILE_SWAP_DONE || swap.error == ERROR_DISK_FULL);
        assert_int_equal(recover(), FILE_SWAP_DONE);
        assert_picture(result == FILE_SWAP_DONE ? after : before, "step", step);
    }
    assert_in_range(step, 20, STEPS_MAX - 1);
}

/* Killed is: no later step is made, not even of undoing. */
static void swap__killed_at_any_step__recovery_makes_it_whole(void **state)
{
    enum file_swap_result result;
    int step, completed = 0;

    (void)state;
    for (step = 1; step < STEPS_MAX; step++) {
        make_before();
        fail_steps(step, INT32_MAX);
        result = change();
        file_swap_replace_gate(NULL);
        if (steps < step)
            break;
        assert_int_equal(recover(), FILE_SWAP_DONE);
        assert_picture(result == FILE_SWAP_DONE ? after : before, "killed at step", step);
        completed += result == FILE_SWAP_DONE;
    }
    assert_in_range(step, 20, STEPS_MAX - 1);
    assert_in_range(completed, 1, step / 2);
}

static void swap__killed_and_recovery_killed__the_next_makes_it_whole(void **state)
{
    int step, second;

    (void)state;
    for (step = 8; step < 20; step++) {
        for (second = 1; second < 20; second++) {
            make_before();
            fail_steps(step, INT32_MAX);
            if (change() == FILE_SWAP_DONE)
                break;
            fail_steps(second, INT32_MAX);
            recover();
            file_swap_replace_gate(NULL);
            assert_int_equal(recover(), FILE_SWAP_DONE);
            assert_picture(before, "killed twice, first at step", step);
        }
    }
}

/* Undoing fails, too: then the journal says what is to be done, and nothing is swept away. */
static void swap__undoing_fails__is_stuck_until_the_next_recovery(void **state)
{
    int step, stuck = 0;

    (void)state;
    for (step = 1; step < STEPS_MAX && stuck < 5; step++) {
        make_before();
        fail_steps(step, step + 1);
        stuck += change() == FILE_SWAP_STUCK;
        file_swap_replace_gate(NULL);
        assert_int_equal(recover(), FILE_SWAP_DONE);
    }
    assert_int_equal(stuck, 5);
    assert_picture(before, "step", step);
}

/* New files and the journal are on the disk before a name changes: power may fail. */
static void swap__file_cannot_be_flushed__none_is_changed(void **state)
{
    size_t flush = inject_find("FlushFileBuffers");
    unsigned int flushed, nth;

    (void)state;
    assert_true(inject_host(GetModuleHandleW(NULL)));
    inject_reset();
    assert_int_equal(change(), FILE_SWAP_DONE);
    flushed = inject_calls(INJECT_HOST, flush);
    assert_int_equal(flushed, 4); /* a, b, d, journal */
    for (nth = 1; nth <= flushed; nth++) {
        make_before();
        inject_reset();
        inject_arm(INJECT_HOST, flush, nth);
        assert_int_equal(change(), FILE_SWAP_UNDONE);
        assert_int_equal(swap.error, ERROR_DISK_FULL);
        assert_picture(before, "flush", (int)nth);
    }
    inject_reset();
}

/* --- files that Windows does not let go ---------------------------------------------------------
 */

static void swap__read_only_files__are_changed_and_none_is_left(void **state)
{
    static const wchar_t *const names[] = {L"a", L"c", L"d"};
    wchar_t path[NAME_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(names); i++) {
        path_of(folder, names[i], path);
        assert_true(SetFileAttributesW(path, FILE_ATTRIBUTE_READONLY));
    }
    assert_int_equal(change(), FILE_SWAP_DONE);
    assert_picture(after, "read-only", 0);
}

static void replace_a_by_this_program(void)
{
    wchar_t program[MAX_PATH], path[NAME_CHARS];

    assert_in_range(GetModuleFileNameW(NULL, program, MAX_PATH), 1, MAX_PATH - 1);
    path_of(folder, L"a", path);
    assert_true(CopyFileW(program, path, FALSE));
}

/* As a service that shows Event Log entries maps the file of their texts. */
static void swap__file_is_mapped__is_changed_all_the_same(void **state)
{
    wchar_t path[NAME_CHARS];
    HMODULE mapped;

    (void)state;
    replace_a_by_this_program();
    path_of(folder, L"a", path);
    mapped = LoadLibraryExW(path, NULL, LOAD_LIBRARY_AS_IMAGE_RESOURCE | LOAD_LIBRARY_AS_DATAFILE);
    assert_non_null(mapped);
    assert_int_equal(change(), FILE_SWAP_DONE);
    FreeLibrary(mapped);
    assert_int_equal(recover(), FILE_SWAP_DONE);
    assert_picture(after, "mapped", 0);
}

/* A file that is open and shares nothing can be neither renamed nor deleted. */
static void swap__file_is_held__none_is_changed(void **state)
{
    wchar_t path[NAME_CHARS];
    HANDLE held;

    (void)state;
    path_of(folder, L"d", path);
    held = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(held != INVALID_HANDLE_VALUE);
    assert_int_equal(change(), FILE_SWAP_UNDONE);
    CloseHandle(held);
    assert_int_equal(swap.error, ERROR_SHARING_VIOLATION);
    assert_int_equal(wcscmp(swap.failed_name, L"d"), 0);
    assert_picture(before, "held", 0);
}

/* --- a journal that nobody wrote
 * ------------------------------------------------------------------
 */

static void plant_journal(const wchar_t *text)
{
    wchar_t path[NAME_CHARS];
    DWORD written;
    HANDLE file;

    path_of(folder, FILE_SWAP_JOURNAL, path);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, text, (DWORD)(wcslen(text) * sizeof(*text)), &written, NULL));
    CloseHandle(file);
}

static void recover__journal_is_not_ours__changes_nothing(void **state)
{
    static const wchar_t *const journals[] = {
        L"",
        L"e",
        L"x|e.kept|..\\sources\\a\nend\n",
        L"..\\stolen|..\\sources\\a|\nend\n",
        L"x|C:y|\nend\n",
        L"x||a\n",
        L"x||a\nend",
        L"||a\nend\n",
        L"x|a\nend\n",
    };
    wchar_t path[NAME_CHARS];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(journals); i++) {
        plant_journal(journals[i]);
        assert_int_equal(recover(), FILE_SWAP_STUCK);
        assert_int_equal(swap.error, ERROR_FILE_CORRUPT);
        path_of(folder, FILE_SWAP_JOURNAL, path);
        assert_true(DeleteFileW(path));
        assert_picture(before, "journal", (int)i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(swap__of_several_files__all_are_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(swap__any_one_step_fails__none_is_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(swap__killed_at_any_step__recovery_makes_it_whole, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(swap__killed_and_recovery_killed__the_next_makes_it_whole,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(swap__undoing_fails__is_stuck_until_the_next_recovery,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(swap__file_cannot_be_flushed__none_is_changed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(swap__read_only_files__are_changed_and_none_is_left, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(swap__file_is_mapped__is_changed_all_the_same, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(swap__file_is_held__none_is_changed, setup, teardown),
        cmocka_unit_test_setup_teardown(recover__journal_is_not_ours__changes_nothing, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
