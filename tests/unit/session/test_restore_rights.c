/*
 * test_restore_rights.c - what a restore says of files that others can read, or SYSTEM cannot
 * write; and that it is quiet otherwise.
 *
 * Wine always lets SYSTEM write, and inherits nothing: such faults are put into what was noted.
 */
#include <windows.h>
#include <sddl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#include "session/restore_rights.h"

#define FOLDER      L"C:\\restored rights"
#define DATABASE    FOLDER L"\\ntds.dit"
#define LOG_1       FOLDER L"\\edb.log"
#define LOG_2       FOLDER L"\\edb00001.log"
#define MEND        L" /inheritance:r /grant:r *S-1-5-18:F *S-1-5-32-544:F"
#define NOT_DENIED  L" /remove:d *S-1-5-18 *S-1-5-32-544 *S-1-5-11 *S-1-1-0"
#define MEND_FOLDER L" /inheritance:r /grant:r \"*S-1-5-18:(OI)(CI)F\" \"*S-1-5-32-544:(OI)(CI)F\""

static const wchar_t *const paths[] = {DATABASE, LOG_1, LOG_2};
static const wchar_t open_to_all[] = L"D:P(A;;FA;;;SY)(A;;FA;;;WD)";

struct fixture
{
    struct restore_folders folders; /* all FOLDER, but for what a test says */
    struct restore_rights rights;
    struct restore_record record;
};

static void set_list(const wchar_t *path, const wchar_t *text)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;

    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1,
                                                                     &descriptor, NULL));
    assert_true(SetFileSecurityW(path, DACL_SECURITY_INFORMATION, descriptor));
    LocalFree(descriptor);
}

static void set_folder(struct fixture *fixture, enum directory_location which, const wchar_t *path)
{
    free(fixture->folders.paths[which]);
    fixture->folders.paths[which] = _wcsdup(path);
    assert_non_null(fixture->folders.paths[which]);
}

static int make_files(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    size_t i;

    CreateDirectoryW(FOLDER, NULL);
    for (i = 0; i < ARRAYSIZE(paths); i++)
        CloseHandle(CreateFileW(paths[i], GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    assert_non_null(fixture);
    for (i = 0; i < RESTORE_FOLDER_COUNT; i++)
        set_folder(fixture, i, FOLDER);
    *state = fixture;
    return 0;
}

static int remove_files(void **state)
{
    struct fixture *fixture = *state;
    size_t i;

    for (i = 0; i < ARRAYSIZE(paths); i++)
        assert_true(DeleteFileW(paths[i]));
    assert_true(RemoveDirectoryW(FOLDER));
    restore_folders_fini(&fixture->folders);
    restore_record_fini(&fixture->record);
    free(fixture);
    return 0;
}

static void note(struct fixture *fixture, enum ntdsvss_file_kind kind, const wchar_t *path,
                 DWORD access)
{
    const struct ntdsvss_file from = {.kind = kind, .path = path};
    HANDLE file = CreateFileW(path, access, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);

    assert_true(file != INVALID_HANDLE_VALUE);
    restore_rights_note(&fixture->rights, &from, file);
    CloseHandle(file);
}

static void note_all(struct fixture *fixture, DWORD access)
{
    note(fixture, NTDSVSS_FILE_DATABASE, DATABASE, access);
    note(fixture, NTDSVSS_FILE_LOG, LOG_1, access);
    note(fixture, NTDSVSS_FILE_LOG, LOG_2, access);
}

/* All of what is said, line by line. */
static void expect(struct fixture *fixture, const wchar_t *lines)
{
    wchar_t said[4096] = L"";

    restore_rights_report(&fixture->rights, &fixture->folders, &fixture->record);
    assert_true(fixture->record.char_count < ARRAYSIZE(said));
    if (fixture->record.char_count)
        wmemcpy(said, fixture->record.text, fixture->record.char_count);
    if (wcscmp(said, lines) != 0)
        fail_msg("said:\n%ls\nexpected:\n%ls", said, lines);
}

static void files__of_system_and_the_owner__are_not_spoken_of(void **state)
{
    note_all(*state, GENERIC_READ);
    expect(*state, L"");
}

static void files__none__are_not_spoken_of(void **state)
{
    expect(*state, L"");
}

static void database__everyone_can_read__is_named_with_its_command(void **state)
{
    set_list(DATABASE, open_to_all);
    note_all(*state, GENERIC_READ);
    expect(*state, L"Everyone can read " DATABASE L", where the domain's password hashes are. Run: "
                   L"icacls \"" DATABASE L"\"" MEND L" /remove *S-1-1-0\r\n");
}

static void logs__everyone_can_read__are_named_in_one_line(void **state)
{
    set_list(LOG_1, open_to_all);
    set_list(LOG_2, open_to_all);
    note_all(*state, GENERIC_READ);
    expect(*state, L"Everyone can read " LOG_1 L" and 1 more log(s), where the domain's password "
                   L"hashes are. Run: icacls \"" FOLDER L"\\edb*\"" MEND L" /remove *S-1-1-0\r\n");
}

static void checkpoint__everyone_can_read__is_not_spoken_of(void **state)
{
    set_list(LOG_1, open_to_all);
    note(*state, NTDSVSS_FILE_CHECKPOINT, LOG_1, GENERIC_READ);
    expect(*state, L"");
}

static void rights__that_cannot_be_read__are_called_unknown(void **state)
{
    note_all(*state, FILE_READ_DATA);
    expect(*state, L"It is not known who can read " DATABASE L", nor whether SYSTEM can write it: "
                   L"Win32 error 5. Only SYSTEM and Administrators should: icacls "
                   L"\"" DATABASE L"\" shows the rights\r\n"
                   L"It is not known who can read " LOG_1 L" and 1 more log(s), nor whether SYSTEM "
                   L"can write it: Win32 error 5. Only SYSTEM and Administrators should: icacls "
                   L"\"" FOLDER L"\\edb*\" shows the rights\r\n");
}

static void database__system_cannot_write__says_that_the_directory_will_not_start(void **state)
{
    struct fixture *fixture = *state;

    note_all(fixture, GENERIC_READ);
    fixture->rights.database.unwritable = (struct restore_rights_fault){DATABASE, 1};
    expect(fixture,
           L"SYSTEM cannot read and write " DATABASE L": the directory service runs as "
           L"SYSTEM and will not start. Run: icacls \"" DATABASE L"\"" MEND NOT_DENIED L"\r\n");
}

static void rights__of_the_folder__are_mended_there_too(void **state)
{
    struct fixture *fixture = *state;

    set_list(DATABASE, open_to_all);
    note_all(fixture, GENERIC_READ);
    fixture->rights.database.is_inherited = true;
    fixture->rights.logs.is_inherited = true;
    expect(fixture,
           L"Everyone can read " DATABASE L", where the domain's password hashes are. Run: "
           L"icacls \"" DATABASE L"\"" MEND L" /remove *S-1-1-0\r\n"
           L"New files "
           L"in"
           L" " FOLDER L" will have the same readers. Run: icacls "
           L"\"" FOLDER L"\"" MEND_FOLDER L"\r\n");
}

/* The last one that is noted is not the one that decides. */
static void rights__of_one_log_that_has_them_from_the_folder__are_mended_there(void **state)
{
    struct fixture *fixture = *state;

    set_list(LOG_1, open_to_all);
    set_list(LOG_2, open_to_all);
    note(fixture, NTDSVSS_FILE_LOG, LOG_1, GENERIC_READ);
    fixture->rights.logs.is_inherited = true;
    note(fixture, NTDSVSS_FILE_LOG, LOG_2, GENERIC_READ);
    expect(fixture, L"Everyone can read " LOG_1 L" and 1 more log(s), where the domain's password "
                    L"hashes are. Run: icacls \"" FOLDER L"\\edb*\"" MEND L" /remove *S-1-1-0\r\n"
                    L"New files in " FOLDER L" will have the same readers. Run: icacls "
                    L"\"" FOLDER L"\"" MEND_FOLDER L"\r\n");
}

static void rights__of_a_drives_root__are_left_alone(void **state)
{
    struct fixture *fixture = *state;

    fixture->rights.database = (struct restore_rights_group){
        .path = L"C:\\ntds.dit", .unwritable = {L"C:\\ntds.dit", 1}, .is_inherited = true};
    fixture->rights.logs = (struct restore_rights_group){
        .path = L"C:\\edb.log", .unwritable = {L"C:\\edb.log", 1}, .is_inherited = true};
    set_folder(fixture, DIRECTORY_DATABASE_FILE, L"C:\\");
    set_folder(fixture, DIRECTORY_LOG_FOLDER, L"C:\\");
    expect(fixture,
           L"SYSTEM cannot read and write C:\\ntds.dit: the directory service runs as "
           L"SYSTEM and will not start. Run: icacls \"C:\\ntds.dit\"" MEND NOT_DENIED L"\r\n"
           L"SYSTEM cannot read and write C:\\edb.log: the directory service runs as "
           L"SYSTEM and will not start. Run: icacls \"C:\\edb*\"" MEND NOT_DENIED L"\r\n");
}

/* One of its own, and the two others in one. */
static void folder__that_cannot_be_opened__is_called_unknown(void **state)
{
    int which;

    for (which = 0; which < RESTORE_FOLDER_COUNT; which++) {
        struct fixture fixture = {.folders = {{NULL}}};
        int other;

        for (other = 0; other < RESTORE_FOLDER_COUNT; other++)
            set_folder(&fixture, other, other == which ? FOLDER L"\\not there" : FOLDER);
        expect(&fixture, L"It is not known whether SYSTEM can create files "
                         L"in"
                         L" " FOLDER L"\\not there: Win32 error 2. icacls "
                         L"\"" FOLDER L"\\not there\" shows the rights\r\n");
        restore_folders_fini(&fixture.folders);
        restore_record_fini(&fixture.record);
    }
    (void)state;
}

static void rights__of_logs_alone_that_come_from_a_common_folder__are_mended_there(void **state)
{
    struct fixture *fixture = *state;

    fixture->rights.logs.is_inherited = true;
    expect(fixture, L"New files in " FOLDER L" will have the same readers. Run: icacls "
                    L"\"" FOLDER L"\"" MEND_FOLDER L"\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_files, remove_files)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files__of_system_and_the_owner__are_not_spoken_of),
        TEST(files__none__are_not_spoken_of),
        TEST(database__everyone_can_read__is_named_with_its_command),
        TEST(logs__everyone_can_read__are_named_in_one_line),
        TEST(checkpoint__everyone_can_read__is_not_spoken_of),
        TEST(rights__that_cannot_be_read__are_called_unknown),
        TEST(database__system_cannot_write__says_that_the_directory_will_not_start),
        TEST(rights__of_the_folder__are_mended_there_too),
        TEST(rights__of_one_log_that_has_them_from_the_folder__are_mended_there),
        TEST(rights__of_a_drives_root__are_left_alone),
        TEST(folder__that_cannot_be_opened__is_called_unknown),
        TEST(rights__of_logs_alone_that_come_from_a_common_folder__are_mended_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
