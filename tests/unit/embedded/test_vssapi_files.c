/*
 * What a shadow holds: files that are open exclusively, links, names, empty files and folders; and
 * how the volume it is made of is named.
 */
#include "vssapi_requestor.h"

#include <stdio.h>
#include <string.h>

#define FOLDER  L"D:\\vssapi-files"
#define UNICODE FOLDER L"\\\x00fc\x4e2d.txt"

static void in_shadow(const struct volume_shadow *shadow, const wchar_t *path,
                      wchar_t out[MAX_PATH])
{
    _snwprintf(out, MAX_PATH, L"%ls%ls", shadow->device, path + 2);
}

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
    wchar_t path[MAX_PATH];
    char data[16] = "";
    DWORD done = 0;
    HANDLE file = CreateFileW(FOLDER L"\\locked.bin", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                              CREATE_ALWAYS, 0, NULL);
    int round;

    (void)state;
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "before", 6, &done, NULL));
    assert_true(LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 3, 0, &region));
    /* Nobody else gets it, so a copy of the live file is out of the question. */
    assert_int_equal(requestor_read_file(FOLDER L"\\locked.bin", data, sizeof(data)), -1);

    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    in_shadow(&shadow, FOLDER L"\\locked.bin", path);
    for (round = 0; round < 3; round++) {
        SetFilePointer(file, 0, NULL, FILE_BEGIN);
        assert_true(WriteFile(file, "after!", 6, &done, NULL));
        assert_true(FlushFileBuffers(file));
        assert_int_equal(requestor_read_file(path, data, sizeof(data)), 6);
        assert_memory_equal(data, "before", 6);
    }
    CloseHandle(file);
    IVssBackupComponents_Release(shadow.vss);
}

static void files__odd_ones__are_all_there(void **state)
{
    struct volume_shadow shadow;
    wchar_t path[MAX_PATH];
    char data[16];
    WIN32_FILE_ATTRIBUTE_DATA live, copy;

    (void)state;
    requestor_write_file(UNICODE, "name", 4);
    requestor_write_file(FOLDER L"\\empty", "", 0);
    requestor_write_file(FOLDER L"\\readonly", "ro", 2);
    assert_true(SetFileAttributesW(FOLDER L"\\readonly", FILE_ATTRIBUTE_READONLY));
    assert_true(CreateDirectoryW(FOLDER L"\\nothing", NULL));
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    in_shadow(&shadow, UNICODE, path);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 4);
    in_shadow(&shadow, FOLDER L"\\empty", path);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 0);
    in_shadow(&shadow, FOLDER L"\\readonly", path);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 2);
    assert_int_not_equal(GetFileAttributesW(path) & FILE_ATTRIBUTE_READONLY, 0);
    in_shadow(&shadow, FOLDER L"\\nothing", path);
    assert_int_not_equal(GetFileAttributesW(path) & FILE_ATTRIBUTE_DIRECTORY, 0);
    /* Times are those of the live file: a backup program compares them. */
    in_shadow(&shadow, UNICODE, path);
    assert_true(GetFileAttributesExW(UNICODE, GetFileExInfoStandard, &live));
    assert_true(GetFileAttributesExW(path, GetFileExInfoStandard, &copy));
    assert_int_equal(CompareFileTime(&live.ftLastWriteTime, &copy.ftLastWriteTime), 0);
    IVssBackupComponents_Release(shadow.vss);
    SetFileAttributesW(FOLDER L"\\readonly", FILE_ATTRIBUTE_NORMAL);
}

/* "?" of a host path, from a path of ours. */
static void host_path(const wchar_t *path, char out[MAX_PATH])
{
    typedef char *(CDECL * unix_name_function)(const wchar_t *);
    unix_name_function unix_name = (unix_name_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name");
    char *name = unix_name(path);

    assert_non_null(name);
    snprintf(out, MAX_PATH, "%s", name);
    HeapFree(GetProcessHeap(), 0, name);
}

/* Runs a program of the host; its end shows in what it did. */
static void host_run(const wchar_t *command)
{
    wchar_t text[1024];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process = {0};

    wcscpy(text, command);
    assert_true(CreateProcessW(NULL, text, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
}

static bool wait_until(const wchar_t *path, bool there)
{
    uint64_t deadline = GetTickCount64() + WAIT_LIMIT_MS;

    while ((GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES) != there) {
        if (GetTickCount64() > deadline)
            return false;
        Sleep(10); /* no handle comes back for a program of the host */
    }
    return true;
}

/* A link on the volume that leads elsewhere (as the user's Documents do) is a link in the shadow:
 * what it leads to is not part of the volume and not copied. */
static void link__leads_off_the_volume__stays_a_link(void **state)
{
    struct volume_shadow shadow;
    wchar_t command[1024];
    wchar_t path[MAX_PATH];
    char folder[MAX_PATH];
    char target[MAX_PATH];
    char data[16];

    (void)state;
    host_path(FOLDER, folder);
    host_path(TEST_FOLDER, target);
    _snwprintf(command, ARRAYSIZE(command), L"\"\\\\?\\unix\\bin\\ln\" -s \"%hs\" \"%hs/away\"",
               target, folder);
    host_run(command);
    assert_true(wait_until(FOLDER L"\\away", TRUE));
    requestor_write_file(TEST_FOLDER L"\\there.txt", "old", 3);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    requestor_write_file(TEST_FOLDER L"\\there.txt", "newer", 5);
    in_shadow(&shadow, FOLDER L"\\away\\there.txt", path);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 5);
    IVssBackupComponents_Release(shadow.vss);
    /* The deletion of the shadow did not follow it either. */
    assert_int_equal(requestor_read_file(TEST_FOLDER L"\\there.txt", data, sizeof(data)), 5);
    _snwprintf(command, ARRAYSIZE(command), L"\"\\\\?\\unix\\bin\\rm\" \"%hs/away\"", folder);
    host_run(command);
    assert_true(wait_until(FOLDER L"\\away", FALSE));
}

/* The copy of one shadow is no part of the next one. */
static void shadow__of_a_volume_with_a_shadow__does_not_hold_it(void **state)
{
    struct volume_shadow first;
    struct volume_shadow second;
    wchar_t path[MAX_PATH];

    (void)state;
    requestor_volume_shadow(VSS_CTX_CLIENT_ACCESSIBLE, L"D:\\", &first);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &second);
    in_shadow(&second, L"D:\\System Volume Information", path);
    assert_int_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    assert_true(wcscmp(first.device, second.device) != 0);
    IVssBackupComponents_Release(second.vss);
    assert_int_not_equal(GetFileAttributesW(first.device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(first.vss);
    assert_hr(requestor_delete(first.snapshot, VSS_OBJECT_SNAPSHOT), S_OK);
}

/* Bacula, Burp and older versions of Microsoft's VShadow ask for the name of the name, which Wine 8
 * does not know. */
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
    _snwprintf(below, ARRAYSIZE(below), L"%lsfolder\\", name);
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
        cmocka_unit_test_setup_teardown(shadow__of_a_volume_with_a_shadow__does_not_hold_it,
                                        make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
