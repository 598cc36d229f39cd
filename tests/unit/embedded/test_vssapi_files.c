/*
 * test_vssapi_files.c - what a shadow contains: files that are open exclusively, links, names,
 * empty files and folders; and the names of the volume.
 */
#include "vssapi_requestor.h"
#include "common/format.h"

#include <string.h>

#define FOLDER  L"D:\\vssapi-files"
#define UNICODE FOLDER L"\\\x00fc\x4e2d.txt"

static int make_folder(void **state)
{
    CreateDirectoryW(FOLDER, NULL);
    return requestor_test_setup(state);
}

static int remove_folder(void **state)
{
    (void)state;
    DeleteFileW(FOLDER L"\\locked.bin");
    DeleteFileW(UNICODE);
    DeleteFileW(FOLDER L"\\empty");
    RemoveDirectoryW(FOLDER L"\\nothing");
    DeleteFileW(FOLDER L"\\readonly");
    RemoveDirectoryW(FOLDER);
    return 0;
}

static void locked_file__writer_goes_on__shadow_has_its_old_content(void **state)
{
    struct volume_shadow shadow;
    OVERLAPPED region = {.Offset = 0};
    char data[16] = "";
    DWORD done = 0;
    HANDLE file = CreateFileW(FOLDER L"\\locked.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                              CREATE_ALWAYS, 0, NULL);
    int round;

    (void)state;
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "before", 6, &done, NULL));
    assert_true(LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 3, 0, &region));
    /* The live file cannot be opened, let alone copied. */
    assert_int_equal(requestor_read_file(FOLDER L"\\locked.bin", data, sizeof(data)), -1);

    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    for (round = 0; round < 3; round++) {
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        assert_true(WriteFile(file, "after!", 6, &done, NULL));
        assert_true(FlushFileBuffers(file));
        assert_int_equal(
            requestor_read_shadow(shadow.device, FOLDER L"\\locked.bin", data, sizeof(data)), 6);
        assert_memory_equal(data, "before", 6);
    }
    CloseHandle(file);
    IVssBackupComponents_Release(shadow.vss);
}

static void files__odd_ones__are_all_there(void **state)
{
    struct volume_shadow shadow;
    WIN32_FILE_ATTRIBUTE_DATA live, copy;
    wchar_t path[MAX_PATH];
    char data[16];

    (void)state;
    requestor_write_file(UNICODE, "name", 4);
    requestor_write_file(FOLDER L"\\empty", "", 0);
    requestor_write_file(FOLDER L"\\readonly", "ro", 2);
    assert_true(SetFileAttributesW(FOLDER L"\\readonly", FILE_ATTRIBUTE_READONLY));
    assert_true(CreateDirectoryW(FOLDER L"\\nothing", NULL));
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    assert_int_equal(requestor_read_shadow(shadow.device, UNICODE, data, sizeof(data)), 4);
    assert_int_equal(requestor_read_shadow(shadow.device, FOLDER L"\\empty", data, sizeof(data)),
                     0);
    requestor_in_shadow(shadow.device, FOLDER L"\\readonly", path);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 2);
    assert_int_not_equal(GetFileAttributesW(path) & FILE_ATTRIBUTE_READONLY, 0);
    requestor_in_shadow(shadow.device, FOLDER L"\\nothing", path);
    assert_int_not_equal(GetFileAttributesW(path) & FILE_ATTRIBUTE_DIRECTORY, 0);
    /* Times are those of the live file: a backup program compares them. */
    requestor_in_shadow(shadow.device, UNICODE, path);
    assert_true(GetFileAttributesExW(UNICODE, GetFileExInfoStandard, &live));
    assert_true(GetFileAttributesExW(path, GetFileExInfoStandard, &copy));
    assert_int_equal(CompareFileTime(&live.ftLastWriteTime, &copy.ftLastWriteTime), 0);
    IVssBackupComponents_Release(shadow.vss);
    SetFileAttributesW(FOLDER L"\\readonly", FILE_ATTRIBUTE_NORMAL);
}

/*
 * A link that leads off the volume, like that of the user's Documents, is a link in the shadow: its
 * target is not part of the volume and is not copied.
 */
static void link__leads_off_the_volume__stays_a_link(void **state)
{
    struct volume_shadow shadow;
    wchar_t command[2 * MAX_PATH];
    wchar_t folder[MAX_PATH];
    wchar_t target[MAX_PATH];
    char data[16];

    (void)state;
    requestor_host_name(FOLDER, folder);
    requestor_host_name(TEST_FOLDER, target);
    assert_true(
        format_text(command, ARRAYSIZE(command), L"ln -s '%ls' '%ls/away'", target, folder));
    requestor_run_on_host(command, FOLDER L"\\away", true);
    requestor_write_file(TEST_FOLDER L"\\there.txt", "old", 3);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    requestor_write_file(TEST_FOLDER L"\\there.txt", "newer", 5);
    assert_int_equal(
        requestor_read_shadow(shadow.device, FOLDER L"\\away\\there.txt", data, sizeof(data)), 5);
    IVssBackupComponents_Release(shadow.vss);
    /* The deletion of the shadow did not follow it either. */
    assert_int_equal(requestor_read_file(TEST_FOLDER L"\\there.txt", data, sizeof(data)), 5);
    assert_true(format_text(command, ARRAYSIZE(command), L"rm '%ls/away'", folder));
    requestor_run_on_host(command, FOLDER L"\\away", false);
}

static void shadow__of_a_volume_with_a_shadow__does_not_contain_it(void **state)
{
    struct volume_shadow first;
    struct volume_shadow second;
    wchar_t path[MAX_PATH];

    (void)state;
    requestor_volume_shadow(VSS_CTX_CLIENT_ACCESSIBLE, L"D:\\", &first);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &second);
    requestor_in_shadow(second.device, L"D:\\System Volume Information", path);
    assert_int_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    assert_true(wcscmp(first.device, second.device) != 0);
    IVssBackupComponents_Release(second.vss);
    assert_int_not_equal(GetFileAttributesW(first.device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(first.vss);
    assert_hr(requestor_delete(first.snapshot, VSS_OBJECT_SNAPSHOT), S_OK);
}

/*
 * Bacula, Burp and older versions of Microsoft's VShadow ask for the name of a volume's name, which
 * Wine 8 does not know.
 */
static void volume_name__asked_in_every_way__answered_as_on_windows(void **state)
{
    wchar_t name[64];
    wchar_t lower[64];
    wchar_t below[64];
    const struct
    {
        const char *label;
        const wchar_t *path;
        DWORD chars;
        DWORD error;
    } rows[] = {
        {"drive", L"D:\\", 64, ERROR_SUCCESS},
        {"drive, small letter", L"d:\\", 64, ERROR_SUCCESS},
        {"name", name, 64, ERROR_SUCCESS},
        {"name in small letters", lower, 64, ERROR_SUCCESS},
        {"just enough room", name, 50, ERROR_SUCCESS},
        {"too little room", name, 49, ERROR_FILENAME_EXCED_RANGE},
        {"name of no volume", L"\\\\?\\Volume{00000000-0000-0000-0000-0000000000ff}\\", 64,
         ERROR_FILE_NOT_FOUND},
        {"no volume", L"Q:\\", 64, ERROR_FILE_NOT_FOUND},
        {"folder", L"C:\\windows\\", 64, ERROR_NOT_A_REPARSE_POINT},
        {"below a volume", below, 64, ERROR_NOT_A_REPARSE_POINT},
        {"no backslash", L"D:", 64, ERROR_INVALID_NAME},
        {"nothing", L"", 64, ERROR_INVALID_NAME},
    };
    char ansi[64];
    char again[64];
    size_t i;

    (void)state;
    assert_true(GetVolumeNameForVolumeMountPointW(L"D:\\", name, ARRAYSIZE(name)));
    wcscpy(lower, name);
    _wcslwr(lower);
    assert_true(format_text(below, ARRAYSIZE(below), L"%lsfolder\\", name));
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        wchar_t found[64] = L"?";
        bool ok;

        print_message("row %s\n", rows[i].label);
        SetLastError(0xdead);
        ok = GetVolumeNameForVolumeMountPointW(rows[i].path, found, rows[i].chars);
        if (rows[i].error == ERROR_SUCCESS) {
            assert_true(ok);
            assert_int_equal(_wcsicmp(found, name), 0);
        } else {
            assert_false(ok);
            assert_int_equal(GetLastError(), rows[i].error);
        }
    }
    assert_true(GetVolumeNameForVolumeMountPointA("D:\\", ansi, sizeof(ansi)));
    assert_true(GetVolumeNameForVolumeMountPointA(ansi, again, sizeof(again)));
    assert_string_equal(ansi, again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(locked_file__writer_goes_on__shadow_has_its_old_content,
                                        make_folder, remove_folder),
        cmocka_unit_test(volume_name__asked_in_every_way__answered_as_on_windows),
        cmocka_unit_test_setup_teardown(files__odd_ones__are_all_there, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(link__leads_off_the_volume__stays_a_link, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(shadow__of_a_volume_with_a_shadow__does_not_contain_it,
                                        make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
