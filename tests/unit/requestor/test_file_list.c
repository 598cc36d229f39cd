/*
 * test_file_list.c - what a writer's specifications name, in a folder that plays the shadow copy.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>

#include "inject.h"
#include "requestor/file_list.h"

#define FOLDER L"C:\\file-list"

static void write_file(const wchar_t *name)
{
    wchar_t path[MAX_PATH];
    HANDLE file;

    _snwprintf(path, MAX_PATH, FOLDER L"\\%ls", name);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

static int setup(void **state)
{
    (void)state;
    CreateDirectoryW(FOLDER, NULL);
    write_file(L"ntds.dit");
    write_file(L"edb.log");
    write_file(L"edb00001.log");
    write_file(L"edb00002.log");
    write_file(L"edb.chk");
    CreateDirectoryW(FOLDER L"\\edb00003.log", NULL); /* not a file, whatever it is called */
    return inject_host(GetModuleHandleW(NULL)) ? 0 : -1;
}

static struct writer_filespec spec(enum ntdsvss_file_kind kind, wchar_t *folder, wchar_t *name)
{
    return (struct writer_filespec){.kind = kind, .folder = folder, .name = name};
}

/* The drive is its own shadow copy. */
static HRESULT try_expand(struct writer_filespec *specs, size_t count, struct file_list *list)
{
    static const struct ntdsvss_settings settings;
    static struct snapshot snapshot = {.device = L"C:"};
    struct snapshot_set set = {.snapshots = &snapshot, .count = 1};
    struct writer writer = {.filespecs = specs, .filespec_count = count};
    HRESULT hr;

    memset(list, 0, sizeof(*list));
    hr = file_list_locate(&settings, &writer, list);
    if (SUCCEEDED(hr))
        hr = file_list_expand(&settings, &set, list, 0, 1);
    if (SUCCEEDED(hr))
        hr = file_list_expand(&settings, &set, list, 1, count);
    return hr;
}

static void expand(struct writer_filespec *specs, size_t count, struct file_list *list)
{
    assert_int_equal(try_expand(specs, count, list), S_OK);
}

static void assert_name(const struct file_list *list, size_t index, const wchar_t *name)
{
    assert_true(index < list->count);
    assert_int_equal(_wcsicmp(wcsrchr(list->files[index].path, L'\\') + 1, name), 0);
}

static void specs__of_a_folder__are_listed_in_order(void **state)
{
    struct writer_filespec specs[] = {spec(NTDSVSS_FILE_DATABASE, FOLDER, L"ntds.dit"),
                                      spec(NTDSVSS_FILE_LOG, FOLDER, L"edb*.log"),
                                      spec(NTDSVSS_FILE_CHECKPOINT, FOLDER, L"edb.chk")};
    struct file_list list;

    (void)state;
    expand(specs, ARRAYSIZE(specs), &list);
    assert_int_equal(list.count, 5);
    assert_name(&list, 0, L"ntds.dit");
    assert_name(&list, 1, L"edb.log");
    assert_name(&list, 3, L"edb00002.log");
    assert_name(&list, 4, L"edb.chk");
    file_list_fini(&list);
}

static void specs__the_same_twice__list_each_file_once(void **state)
{
    struct writer_filespec specs[] = {
        spec(NTDSVSS_FILE_DATABASE, FOLDER, L"ntds.dit"),
        spec(NTDSVSS_FILE_DATABASE, L"c:\\FILE-LIST", L"NTDS.DIT"),
        spec(NTDSVSS_FILE_LOG, FOLDER, L"edb*.log"),
        spec(NTDSVSS_FILE_LOG, L"C:\\file-list\\.", L"edb*.log"),
    };
    struct file_list list;

    (void)state;
    expand(specs, ARRAYSIZE(specs), &list);
    assert_int_equal(list.count, 4);
    assert_name(&list, 0, L"ntds.dit");
    assert_name(&list, 1, L"edb.log");
    assert_name(&list, 3, L"edb00002.log");
    file_list_fini(&list);
}

/* The first of them says what a file is. */
static void specs__that_overlap__list_each_file_with_the_first(void **state)
{
    struct writer_filespec specs[] = {spec(NTDSVSS_FILE_DATABASE, FOLDER, L"ntds.dit"),
                                      spec(NTDSVSS_FILE_LOG, FOLDER, L"edb0*.log"),
                                      spec(NTDSVSS_FILE_LOG, FOLDER, L"*")};
    struct file_list list;

    (void)state;
    expand(specs, ARRAYSIZE(specs), &list);
    assert_int_equal(list.count, 5);
    assert_name(&list, 0, L"ntds.dit");
    assert_int_equal(list.files[0].kind, NTDSVSS_FILE_DATABASE);
    assert_name(&list, 1, L"edb00001.log");
    assert_name(&list, 2, L"edb00002.log");
    assert_name(&list, 3, L"edb.chk");
    assert_name(&list, 4, L"edb.log");
    file_list_fini(&list);
}

/* One that another specification names stands for it, too, but none of another folder. */
static void specs__current_log_of_its_own__leaves_the_unfinished_one_out(void **state)
{
    struct writer_filespec specs[] = {spec(NTDSVSS_FILE_DATABASE, FOLDER, L"ntds.dit"),
                                      spec(NTDSVSS_FILE_LOG, FOLDER, L"edb.log"),
                                      spec(NTDSVSS_FILE_LOG, FOLDER, L"edb*.log"),
                                      spec(NTDSVSS_FILE_CHECKPOINT, FOLDER, L"edb.chk")};
    struct file_list list;
    size_t i;

    (void)state;
    write_file(L"edbtmp.log");
    expand(specs, ARRAYSIZE(specs), &list);
    assert_int_equal(list.count, 5);
    assert_name(&list, 1, L"edb.log");
    assert_name(&list, 2, L"edb00001.log");
    assert_name(&list, 3, L"edb00002.log");
    assert_name(&list, 4, L"edb.chk");
    for (i = 0; i < list.count; i++)
        assert_int_equal(list.sources[list.file_sources[i]].filespec->kind, list.files[i].kind);
    file_list_fini(&list);
    CreateDirectoryW(FOLDER L"\\other", NULL);
    write_file(L"other\\edb.log");
    specs[1].folder = FOLDER L"\\other";
    specs[2].name = L"edbtmp.log";
    expand(specs, ARRAYSIZE(specs), &list);
    assert_int_equal(list.count, 4);
    assert_name(&list, 2, L"edbtmp.log");
    file_list_fini(&list);
    assert_true(DeleteFileW(FOLDER L"\\edbtmp.log") && DeleteFileW(FOLDER L"\\other\\edb.log") &&
                RemoveDirectoryW(FOLDER L"\\other"));
}

static size_t whole_count;

static bool is_expanded(void *context)
{
    struct file_list list;
    HRESULT hr = try_expand(context, 2, &list);

    assert_true(FAILED(hr) || list.count == whole_count);
    file_list_fini(&list);
    return SUCCEEDED(hr);
}

/* Under Wine a path that GetFinalPathNameByHandle does not know is found in another way. */
static void specs__a_call_fails__are_not_listed(void **state)
{
    struct writer_filespec specs[] = {spec(NTDSVSS_FILE_DATABASE, FOLDER, L"ntds.dit"),
                                      spec(NTDSVSS_FILE_LOG, FOLDER, L"edb*.log")};
    struct file_list list;

    (void)state;
    expand(specs, ARRAYSIZE(specs), &list);
    whole_count = list.count;
    file_list_fini(&list);
    assert_true(whole_count >= 3);
    assert_string_equal(inject_each(is_expanded, specs, 10, "GetFinalPathNameByHandleW"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specs__of_a_folder__are_listed_in_order),
        cmocka_unit_test(specs__the_same_twice__list_each_file_once),
        cmocka_unit_test(specs__that_overlap__list_each_file_with_the_first),
        cmocka_unit_test(specs__current_log_of_its_own__leaves_the_unfinished_one_out),
        cmocka_unit_test(specs__a_call_fails__are_not_listed),
    };

    return cmocka_run_group_tests_name("file_list", tests, setup, NULL);
}
