/*
 * test_setup_files.c - what is installed beside a program, what goes, and which entry among the
 * installed programs is the folder's.
 *
 * "Ours" is this test itself, whose version resource is the product's, with a word behind it.
 */
#include <windows.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>

#include "setup_entries.h"
#include "setup_files.h"

#define ENTRIES L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\"
#define DLL     L"ntdsbcli.dll"
#define BROKER  L"ntdsbroker64.exe"
#define LIST    L"ntdsbcli.dll/ntdsbroker64.exe/"

static wchar_t self[MAX_PATH], root[MAX_PATH], result_file[MAX_PATH];
static struct setup_target target;

/* --- files --------------------------------------------------------------------------------------
 */

/* Below the test's folder; the buffer is one of four. */
static const wchar_t *at(const wchar_t *folder, const wchar_t *name)
{
    static wchar_t paths[4][MAX_PATH];
    static size_t next;
    wchar_t *path = paths[next++ % 4];

    assert_true(_snwprintf(path, MAX_PATH, L"%ls\\%ls%ls%ls", root, folder, name[0] ? L"\\" : L"",
                           name) < MAX_PATH);
    return path;
}

static void append(const wchar_t *path, const char *word)
{
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, 0, NULL, OPEN_ALWAYS, 0, NULL);
    DWORD written;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, word, (DWORD)strlen(word), &written, NULL));
    CloseHandle(file);
}

static void write_theirs(const wchar_t *folder, const wchar_t *name)
{
    DeleteFileW(at(folder, name));
    append(at(folder, name), "theirs");
}

/* word: of three characters. */
static void write_ours(const wchar_t *folder, const wchar_t *name, const char *word)
{
    assert_true(CopyFileW(self, at(folder, name), FALSE));
    append(at(folder, name), word);
}

/* What the file ends with; "" if it is not there. */
static const char *tail_of(const wchar_t *folder, const wchar_t *name)
{
    static char tail[4];
    HANDLE file =
        CreateFileW(at(folder, name), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    DWORD got = 0;

    memset(tail, 0, sizeof(tail));
    if (file == INVALID_HANDLE_VALUE)
        return tail;
    SetFilePointer(file, -3, NULL, FILE_END);
    assert_true(ReadFile(file, tail, 3, &got, NULL));
    CloseHandle(file);
    return tail;
}

static void remove_folder(const wchar_t *folder)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(at(folder, L"*"), &found);

    if (search == INVALID_HANDLE_VALUE)
        return;
    do
        DeleteFileW(at(folder, found.cFileName)); /* fails for folders */
    while (FindNextFileW(search, &found));
    FindClose(search);
    RemoveDirectoryW(at(folder, L""));
}

static void bring_list(const wchar_t *list)
{
    assert_true(WritePrivateProfileStringW(L"ntdsbcli", L"Files", list,
                                           at(L"brought\\x64", SETUP_FILES_LIST)));
}

/* What the installer extracts. */
static void bring(const char *word)
{
    write_ours(L"brought", SETUP_FILES_UNINSTALLER, word);
    write_ours(L"brought\\x64", DLL, word);
    write_ours(L"brought\\x64", BROKER, word);
    bring_list(LIST);
}

/* --- the entries among the installed programs ---------------------------------------------------
 */

static void key_of(const wchar_t *folder, wchar_t key[SETUP_KEY_CHARS])
{
    static struct setup_target other;

    assert_int_equal(setup_program_folder(at(folder, L""), &other), SETUP_GOOD);
    wcscpy(key, other.key);
}

/* As setup.nsi does after an installation. */
static void write_entry(const wchar_t *key, const wchar_t *folder)
{
    wchar_t path[MAX_PATH];
    HKEY entry;

    swprintf(path, MAX_PATH, ENTRIES L"%ls", key);
    assert_int_equal(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0,
                                     KEY_WRITE | KEY_WOW64_64KEY, NULL, &entry, NULL),
                     ERROR_SUCCESS);
    assert_int_equal(RegSetValueExW(entry, L"InstallLocation", 0, REG_SZ, (const BYTE *)folder,
                                    (DWORD)((wcslen(folder) + 1) * sizeof(*folder))),
                     ERROR_SUCCESS);
    RegCloseKey(entry);
}

static size_t entry_count(void)
{
    static struct setup_entry entry;
    size_t count = 0;

    while (setup_entries_other((DWORD)count, L"", &entry))
        count++;
    return count;
}

static void delete_entries(void)
{
    static struct setup_entry entry;

    while (setup_entries_other(0, L"", &entry))
        setup_entries_forget(entry.key);
}

/* --- the calls ----------------------------------------------------------------------------------
 */

static void aim(const wchar_t *folder)
{
    memset(&target, 0, sizeof(target));
    assert_int_equal(setup_program_folder(at(folder, L""), &target), SETUP_GOOD);
    target.architecture = L"x64";
}

static enum setup_exit install_with(const wchar_t *folder, bool replace)
{
    enum setup_exit code;

    aim(folder);
    code = setup_files_install(&target, at(L"brought", L""), false, replace);
    if (code == SETUP_GOOD)
        write_entry(target.key, target.folder);
    return code;
}

static enum setup_exit install(const wchar_t *folder)
{
    return install_with(folder, false);
}

/* The rest of it is setup.nsi's. */
static enum setup_exit remove_from(const wchar_t *folder)
{
    enum setup_exit code;

    aim(folder);
    code = setup_files_remove(&target);
    if (code == SETUP_GOOD) {
        setup_entries_forget(target.key);
        DeleteFileW(at(folder, SETUP_FILES_UNINSTALLER));
    }
    return code;
}

static bool message_has(const wchar_t *words)
{
    static wchar_t message[1000];

    GetPrivateProfileStringW(L"target", L"Message", L"", message, 1000, result_file);
    if (!wcsstr(message, words))
        print_error("%ls\n", message);
    return wcsstr(message, words) != NULL;
}

static bool record_has(const wchar_t *folder, const wchar_t *value, const wchar_t *words)
{
    static wchar_t text[1000];

    GetPrivateProfileStringW(L"ntdsbcli", value, L"", text, 1000, at(folder, SETUP_FILES_RECORD));
    return wcsstr(text, words) != NULL;
}

/* As an earlier version wrote it. */
static void add_to_record(const wchar_t *folder, const wchar_t *value, const wchar_t *names)
{
    static wchar_t text[1000], whole[1100];
    const wchar_t *record = at(folder, SETUP_FILES_RECORD);

    GetPrivateProfileStringW(L"ntdsbcli", value, L"", text, 1000, record);
    swprintf(whole, 1100, L"%ls%ls", names, text);
    assert_true(WritePrivateProfileStringW(L"ntdsbcli", value, whole, record));
}

/* --- fixtures -----------------------------------------------------------------------------------
 */

static const wchar_t *const folders[] = {L"brought\\x64", L"brought", L"program", L"moved",
                                         L"outside"};

static void clean(void)
{
    size_t i;

    delete_entries();
    for (i = 0; i < ARRAYSIZE(folders); i++)
        remove_folder(folders[i]);
}

static int make_folders(void **state)
{
    (void)state;
    clean();
    CreateDirectoryW(at(L"brought", L""), NULL);
    CreateDirectoryW(at(L"brought\\x64", L""), NULL);
    CreateDirectoryW(at(L"program", L""), NULL);
    bring("old");
    return 0;
}

static int setup(void **state)
{
    (void)state;
    if (!GetModuleFileNameW(NULL, self, MAX_PATH) || !GetTempPathW(MAX_PATH - 60, root))
        return -1;
    swprintf(root + wcslen(root), 40, L"test_setup_files_%lu", GetCurrentProcessId());
    CreateDirectoryW(root, NULL);
    swprintf(result_file, MAX_PATH, L"%ls\\result.ini", root);
    return setup_result_begin(result_file) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    clean();
    DeleteFileW(result_file);
    return RemoveDirectoryW(root) ? 0 : -1;
}

/* --- what is installed --------------------------------------------------------------------------
 */

static void install__all_is_there__all_is_new(void **state)
{
    (void)state;
    assert_int_equal(install(L"program"), SETUP_GOOD);
    bring("new");
    write_ours(L"brought\\x64", L"unlisted.dll", "new");
    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_string_equal(tail_of(L"program", DLL), "new");
    assert_string_equal(tail_of(L"program", BROKER), "new");
    assert_string_equal(tail_of(L"program", SETUP_FILES_UNINSTALLER), "new");
    assert_string_equal(tail_of(L"program", L"unlisted.dll"), "");
    assert_string_equal(tail_of(L"program", SETUP_FILES_LIST), "");
}

/* Antivirus software takes files away while Setup runs. */
static void install__file_of_the_list_is_missing__changes_nothing(void **state)
{
    static const wchar_t *const missing[] = {DLL, BROKER, SETUP_FILES_LIST};
    size_t i;

    (void)state;
    assert_int_equal(install(L"program"), SETUP_GOOD);
    for (i = 0; i < ARRAYSIZE(missing); i++) {
        bring("new");
        assert_true(DeleteFileW(at(L"brought\\x64", missing[i])));
        print_message("%ls\n", missing[i]);
        assert_int_equal(install(L"program"), SETUP_NOT_WRITTEN);
        assert_true(message_has(missing[i]));
        assert_true(message_has(L"Nothing was changed"));
        assert_string_equal(tail_of(L"program", DLL), "old");
        assert_string_equal(tail_of(L"program", BROKER), "old");
        assert_true(record_has(L"program", L"Files", LIST));
    }
}

static void install__file_of_the_list_is_missing__installs_nothing(void **state)
{
    (void)state;
    assert_true(DeleteFileW(at(L"brought\\x64", BROKER)));
    assert_int_equal(install(L"program"), SETUP_NOT_WRITTEN);
    assert_string_equal(tail_of(L"program", DLL), "");
    assert_string_equal(tail_of(L"program", SETUP_FILES_RECORD), "");
}

/* --- what an earlier version installed ----------------------------------------------------------
 */

static void upgrade__obsolete_files__ours_alone_go(void **state)
{
    (void)state;
    assert_int_equal(install(L"program"), SETUP_GOOD);
    CreateDirectoryW(at(L"outside", L""), NULL);
    write_ours(L"outside", L"precious.dll", "old");
    write_ours(L"program", L"ours.exe", "old");
    write_theirs(L"program", L"theirs.exe");
    add_to_record(L"program", L"Files", L"ours.exe/theirs.exe/..\\outside\\precious.dll/");
    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_string_equal(tail_of(L"program", L"theirs.exe"), "irs");
    assert_string_equal(tail_of(L"outside", L"precious.dll"), "old");
    assert_string_equal(tail_of(L"program", L"ours.exe"), "");
}

static void upgrade__obsolete_file_was_put_over_another__that_is_back(void **state)
{
    (void)state;
    write_theirs(L"program", BROKER);
    assert_int_equal(install_with(L"program", true), SETUP_GOOD);
    assert_string_equal(tail_of(L"program", BROKER), "old");
    bring_list(L"ntdsbcli.dll/");
    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_string_equal(tail_of(L"program", BROKER), "irs");
    assert_string_equal(tail_of(L"program", BROKER L".before-ntdsbcli"), "");
}

/* --- what is removed ----------------------------------------------------------------------------
 */

static void remove__all_is_ours__all_goes(void **state)
{
    (void)state;
    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_int_equal(remove_from(L"program"), SETUP_GOOD);
    assert_true(RemoveDirectoryW(at(L"program", L"")));
    assert_int_equal(entry_count(), 0);
}

static void remove__other_file_came_into_the_place_of_one__that_stays(void **state)
{
    (void)state;
    assert_int_equal(install(L"program"), SETUP_GOOD);
    write_theirs(L"program", DLL);
    assert_int_equal(remove_from(L"program"), SETUP_GOOD);
    assert_string_equal(tail_of(L"program", DLL), "irs");
    assert_string_equal(tail_of(L"program", BROKER), "");
}

/* --- folders that were renamed or copied --------------------------------------------------------
 */

static void rename_program(void)
{
    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_true(MoveFileW(at(L"program", L""), at(L"moved", L"")));
}

/* An administrator copies a program with all that is in its folder. */
static void copy_program(void)
{
    static const wchar_t *const names[] = {DLL, BROKER, SETUP_FILES_UNINSTALLER,
                                           SETUP_FILES_RECORD};
    size_t i;

    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_true(CreateDirectoryW(at(L"moved", L""), NULL));
    for (i = 0; i < ARRAYSIZE(names); i++)
        assert_true(CopyFileW(at(L"program", names[i]), at(L"moved", names[i]), TRUE));
}

static void remove__folder_was_renamed__its_entry_goes(void **state)
{
    (void)state;
    rename_program();
    assert_int_equal(remove_from(L"moved"), SETUP_GOOD);
    assert_int_equal(entry_count(), 0);
}

static void upgrade__folder_was_renamed__has_one_entry(void **state)
{
    static struct setup_entry entry;
    wchar_t key[SETUP_KEY_CHARS];

    (void)state;
    rename_program();
    assert_int_equal(install(L"moved"), SETUP_GOOD);
    assert_int_equal(entry_count(), 1);
    key_of(L"moved", key);
    assert_true(setup_entries_read(key, &entry));
    assert_int_equal(remove_from(L"moved"), SETUP_GOOD);
    assert_int_equal(entry_count(), 0);
}

static void remove__folder_is_a_copy__entry_of_the_original_stays(void **state)
{
    static struct setup_entry entry;
    wchar_t key[SETUP_KEY_CHARS];

    (void)state;
    copy_program();
    assert_int_equal(remove_from(L"moved"), SETUP_GOOD);
    key_of(L"program", key);
    assert_true(setup_entries_read(key, &entry));
    assert_int_equal(remove_from(L"program"), SETUP_GOOD);
    assert_int_equal(entry_count(), 0);
}

static void upgrade__folder_is_a_copy__both_have_an_entry(void **state)
{
    (void)state;
    copy_program();
    assert_int_equal(install(L"moved"), SETUP_GOOD);
    assert_int_equal(entry_count(), 2);
    assert_int_equal(remove_from(L"moved"), SETUP_GOOD);
    assert_int_equal(remove_from(L"program"), SETUP_GOOD);
    assert_int_equal(entry_count(), 0);
}

/* Then the old place is another installation's, with the key that the record has. */
static void remove__folder_was_renamed_and_the_place_is_taken__that_entry_stays(void **state)
{
    (void)state;
    rename_program();
    assert_true(CreateDirectoryW(at(L"program", L""), NULL));
    assert_int_equal(install(L"program"), SETUP_GOOD);
    assert_int_equal(remove_from(L"moved"), SETUP_GOOD);
    assert_int_equal(entry_count(), 1);
}

#define TEST(test) cmocka_unit_test_setup(test, make_folders)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(install__all_is_there__all_is_new),
        TEST(install__file_of_the_list_is_missing__changes_nothing),
        TEST(install__file_of_the_list_is_missing__installs_nothing),
        TEST(upgrade__obsolete_files__ours_alone_go),
        TEST(upgrade__obsolete_file_was_put_over_another__that_is_back),
        TEST(remove__all_is_ours__all_goes),
        TEST(remove__other_file_came_into_the_place_of_one__that_stays),
        TEST(remove__folder_was_renamed__its_entry_goes),
        TEST(upgrade__folder_was_renamed__has_one_entry),
        TEST(remove__folder_is_a_copy__entry_of_the_original_stays),
        TEST(upgrade__folder_is_a_copy__both_have_an_entry),
        TEST(remove__folder_was_renamed_and_the_place_is_taken__that_entry_stays),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
