/*
 * test_directory.c - which directory a session is about: what a caller may name, AD LDS instances
 * that are there, that are not, and that are restored.
 */
#include "restore_fixture.h"

#include "common/document_limit.h"

#include <stdio.h>
#include <wchar.h>

#define SERVICES          L"SYSTEM\\CurrentControlSet\\Services\\"
#define WRITERS           SERVICES L"VSS\\Embedded\\Writers\\"
#define SERVICE_KEY       SERVICES L"ADAM_test1"
#define LDS_INTERLOCK_KEY SERVICE_KEY L"\\Restore In Progress"

/* What a later version of the header may have. */
struct later_directory
{
    struct ntdsvss_directory known;
    uint64_t more;
};

static struct ntdsvss_directory instance_of(const wchar_t *name)
{
    return (struct ntdsvss_directory){.struct_bytes = sizeof(struct ntdsvss_directory),
                                      .writer = NTDSVSS_WRITER_ADLDS,
                                      .instance = name};
}

/* second: NULL for none. */
static void set_lines(const wchar_t *key, const wchar_t *name, const wchar_t *line,
                      const wchar_t *second)
{
    wchar_t lines[256] = L"";
    size_t chars = wcslen(line) + 1;

    wcscpy(lines, line);
    if (second) {
        wcscpy(lines + chars, second);
        chars += wcslen(second) + 1;
    }
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_MULTI_SZ, lines,
                                     (DWORD)((chars + 1) * sizeof(*lines))),
                     ERROR_SUCCESS);
}

/* A writer that is always there, as if its instance's service ran. */
static void add_writer(const wchar_t *name, const wchar_t *writer_name,
                       const wchar_t *instance_name)
{
    wchar_t key[256], component[300];

    _snwprintf(key, ARRAYSIZE(key), WRITERS L"%ls", name);
    _snwprintf(component, ARRAYSIZE(component), L"%ls\\Components\\adamntds", key);
    directory_keys_set_text(key, L"WriterId", L"{dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd}");
    directory_keys_set_text(key, L"Name", writer_name);
    if (instance_name)
        directory_keys_set_text(key, L"InstanceName", instance_name);
    directory_keys_set_text(component, L"Type", L"database");
    set_lines(component, L"DatabaseFiles", TEST_FOLDER L"|ntds.dit", NULL);
    set_lines(component, L"LogFiles", TEST_FOLDER L"|edb*.log", NULL);
}

static void register_instance(void)
{
    directory_keys_set_text(SERVICE_KEY L"\\Parameters", L"DSA Database file", TEST_DATABASE);
    directory_keys_set_text(SERVICE_KEY L"\\Parameters", L"Database log files path", TEST_FOLDER);
    directory_keys_set_text(SERVICE_KEY L"\\Parameters", L"DSA Working Directory", TEST_FOLDER);
}

static int directory_setup(void **state)
{
    return restore_session_setup(state);
}

static int directory_teardown(void **state)
{
    (void)state;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, WRITERS L"TestLds1");
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, WRITERS L"TestLds2");
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, SERVICE_KEY);
    return 0;
}

/* --- what may be named ------------------------------------------------------------------------ */

static void create_for__what_cannot_be__is_refused(void **state)
{
    static const wchar_t *const bad_names[] = {NULL, L"", L"a\\b", L"a/b"};
    const struct ntdsvss_settings settings = {.wait_ms = 1000};
    struct ntdsvss_backup *backup = (struct ntdsvss_backup *)(ULONG_PTR)0xcc;
    struct ntdsvss_restore *restore = (struct ntdsvss_restore *)(ULONG_PTR)0xcc;
    struct ntdsvss_directory directory;
    wchar_t long_name[300];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(bad_names); i++) {
        directory = instance_of(bad_names[i]);
        assert_hr(ntdsvss_backup_create_for(&settings, &directory, &backup), E_INVALIDARG);
        assert_hr(ntdsvss_restore_create_for(&settings, &directory, &restore), E_INVALIDARG);
    }
    wmemset(long_name, L'x', ARRAYSIZE(long_name));
    long_name[252] = 0; /* with ADAM_ one more than a service's name may have */
    directory = instance_of(long_name);
    assert_hr(ntdsvss_backup_create_for(&settings, &directory, &backup), E_INVALIDARG);
    directory = instance_of(L"test1");
    directory.writer = NTDSVSS_WRITER_NTDS;
    assert_hr(ntdsvss_backup_create_for(&settings, &directory, &backup), E_INVALIDARG);
    directory.writer = (enum ntdsvss_writer)7;
    assert_hr(ntdsvss_backup_create_for(&settings, &directory, &backup), E_INVALIDARG);
    assert_ptr_equal(backup, (void *)(ULONG_PTR)0xcc);
    assert_ptr_equal(restore, (void *)(ULONG_PTR)0xcc);
}

static void create_for__sizes_of_other_versions__are_taken_where_nothing_is_lost(void **state)
{
    const struct ntdsvss_settings settings = {.wait_ms = 1000};
    struct later_directory later = {.known = instance_of(L"test1")};
    struct ntdsvss_backup *backup = NULL;

    (void)state;
    later.known.struct_bytes = sizeof(later);
    assert_hr(ntdsvss_backup_create_for(&settings, &later.known, &backup), S_OK);
    ntdsvss_backup_close(backup);
    later.more = 1;
    assert_hr(ntdsvss_backup_create_for(&settings, &later.known, &backup), E_INVALIDARG);
    later.known.struct_bytes = sizeof(void *);
    assert_hr(ntdsvss_backup_create_for(&settings, &later.known, &backup), E_INVALIDARG);
    later.known.struct_bytes = 0; /* who forgot it */
    assert_hr(ntdsvss_backup_create_for(&settings, &later.known, &backup), E_INVALIDARG);
}

static void directory_state__by_registration_and_service(void **state)
{
    struct ntdsvss_directory directory = instance_of(L"test1");
    enum ntdsvss_state found = (enum ntdsvss_state)77;

    (void)state;
    assert_hr(ntdsvss_directory_state(NULL, &found), S_OK);
    assert_int_not_equal(found, NTDSVSS_STATE_ABSENT);
    assert_hr(ntdsvss_directory_state(&directory, &found), S_OK);
    assert_int_equal(found, NTDSVSS_STATE_ABSENT);
    register_instance();
    assert_hr(ntdsvss_directory_state(&directory, &found), S_OK);
    assert_int_equal(found, NTDSVSS_STATE_OFFLINE);
    directory.struct_bytes = 1;
    found = (enum ntdsvss_state)77;
    assert_hr(ntdsvss_directory_state(&directory, &found), E_INVALIDARG);
    assert_int_equal(found, 77);
}

/* --- backup ----------------------------------------------------------------------------------- */

static HRESULT back_up(const wchar_t *instance, struct ntdsvss_backup **backup)
{
    const struct ntdsvss_directory directory = instance_of(instance);

    assert_hr(ntdsvss_backup_create_for(&session_settings, &directory, backup), S_OK);
    return ntdsvss_backup_start(*backup);
}

static void backup__instances_by_either_name__is_of_the_one_that_was_named(void **state)
{
    static const wchar_t *const wanted[] = {L"test1", L"TEST2", L"ADAM_test1", L"adam_TEST2"};
    static const wchar_t *const written[] = {L"ADAM (test1) Writer", L"Second"};
    const struct ntdsvss_file *files;
    struct ntdsvss_documents documents;
    struct ntdsvss_backup *backup;
    size_t count, i;

    (void)state;
    add_writer(L"TestLds1", L"ADAM (test1) Writer", NULL);
    add_writer(L"TestLds2", L"Second", L"test2");
    for (i = 0; i < ARRAYSIZE(wanted); i++) {
        assert_hr(back_up(wanted[i], &backup), S_OK);
        ntdsvss_backup_databases(backup, &files, &count);
        assert_int_equal(count, 1);
        assert_int_equal(wcscmp(files[0].path, TEST_DATABASE), 0);
        ntdsvss_backup_documents(backup, &documents);
        assert_non_null(wcsstr(documents.writer, written[i % 2]));
        assert_null(wcsstr(documents.writer, written[1 - i % 2]));
        assert_hr(ntdsvss_backup_complete(backup), S_OK);
        ntdsvss_backup_close(backup);
    }
}

static wchar_t log_text[4096];

static void keep_errors(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    size_t used = wcslen(log_text);

    (void)context;
    if (level == NTDSVSS_LEVEL_ERROR)
        _snwprintf(log_text + used, ARRAYSIZE(log_text) - used - 1, L"%ls\n", line);
}

/* As a restore does. A file that is listed twice is one. */
static void backup__writer_with_two_databases__is_refused(void **state)
{
    static const wchar_t *const specifications[] = {
        TEST_FOLDER L"|*.dit", TEST_FOLDER L"|other.dit", TEST_FOLDER L"|NTDS.dit"};
    const struct ntdsvss_directory directory = instance_of(L"test1");
    struct ntdsvss_settings settings = session_settings;
    size_t i;

    (void)state;
    settings.log = keep_errors;
    assert_true(CopyFileW(TEST_DATABASE, TEST_FOLDER L"\\other.dit", TRUE));
    for (i = 0; i < ARRAYSIZE(specifications); i++) {
        struct ntdsvss_backup *backup;
        bool is_one = i == ARRAYSIZE(specifications) - 1;

        memset(log_text, 0, sizeof(log_text));
        add_writer(L"TestLds1", L"ADAM (test1) Writer", NULL);
        set_lines(WRITERS L"TestLds1\\Components\\adamntds", L"DatabaseFiles",
                  TEST_FOLDER L"|ntds.dit", specifications[i]);
        assert_hr(ntdsvss_backup_create_for(&settings, &directory, &backup), S_OK);
        assert_hr(ntdsvss_backup_start(backup), is_one ? S_OK : NTDSVSS_E_DATABASE_COUNT);
        ntdsvss_backup_close(backup);
        assert_int_equal(wcsstr(log_text, L"2 databases") != NULL, !is_one);
        assert_int_equal(wcsstr(log_text, TEST_FOLDER L"\\other.dit") != NULL, !is_one);
        assert_int_equal(wcsstr(log_text, TEST_DATABASE) != NULL, !is_one);
    }
    assert_true(DeleteFileW(TEST_FOLDER L"\\other.dit"));
}

/* The writer's metadata are in the document of VSS, too. */
static void backup__documents_larger_than_a_restore_takes__is_refused(void **state)
{
    static const struct
    {
        size_t chars;
        HRESULT expected;
    } rows[] = {
        {DOCUMENTS_MAX_CHARS / 2 - 16 * 1024, S_OK},
        {DOCUMENTS_MAX_CHARS / 2 + 1, HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE)},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        wchar_t *text = calloc(rows[i].chars + 1, sizeof(*text));
        struct ntdsvss_backup *backup;

        assert_non_null(text);
        wmemset(text, L'm', rows[i].chars);
        add_writer(L"TestLds1", L"ADAM (test1) Writer", NULL);
        directory_keys_set_text(WRITERS L"TestLds1", L"BackupMetadata", text);
        free(text);
        assert_hr(back_up(L"test1", &backup), rows[i].expected);
        ntdsvss_backup_close(backup);
    }
}

/* However the writer spells it, in either of its names. */
static void backup__writer_that_says_it_otherwise__is_found(void **state)
{
    static const struct
    {
        const wchar_t *name, *instance;
    } rows[] = {
        {L"ADAM (ADAM_test1) Writer", NULL},
        {L"test1", NULL},
        {L"ADAM (test1) Writer", L"ADAM_test1"},
        {L"ADAM (test1) Writer", L"another word for it"},
        {L"Whatever", L"adam_Test1"},
    };
    struct ntdsvss_backup *backup;
    size_t i;

    for (i = 0; i < ARRAYSIZE(rows); i++) {
        restore_session_setup(state);
        add_writer(L"TestLds1", rows[i].name, rows[i].instance);
        assert_hr(back_up(L"test1", &backup), S_OK);
        ntdsvss_backup_close(backup);
    }
}

static void backup__instance_that_is_not_there__names_those_that_are(void **state)
{
    struct ntdsvss_backup *backup;

    (void)state;
    assert_hr(back_up(L"test9", &backup), NTDSVSS_E_NO_INSTANCE);
    ntdsvss_backup_close(backup);
    assert_true(restore_session_logged(L"instance \"test9\" has no VSS writer"));
    assert_true(restore_session_logged(L"Instances with a writer: none"));
    add_writer(L"TestLds1", L"ADAM (test1) Writer", NULL);
    add_writer(L"TestLds2", L"Second", L"test2");
    assert_hr(back_up(L"test", &backup), NTDSVSS_E_NO_INSTANCE);
    ntdsvss_backup_close(backup);
    assert_true(restore_session_logged(L"\"test1\""));
    assert_true(restore_session_logged(L"\"test2\""));
}

/* What VSS itself says of a program of the wrong bitness, which the embedded one serves:
 * E_UNEXPECTED is that of Windows Server 2008. */
static void backup__refused_as_of_the_wrong_bitness__says_so_in_32_bits(void **state)
{
    static const struct
    {
        const wchar_t *fault;
        HRESULT hr;
    } rows[] = {
        {L"InitializeForBackup=0x80042302", (HRESULT)0x80042302},
        {L"InitializeForBackup=0x8000ffff", E_UNEXPECTED},
        {L"CreateVssBackupComponents=0x8000ffff", E_UNEXPECTED},
    };
    BOOL is_wow64 = FALSE;
    struct ntdsvss_backup *backup;
    size_t i;

    IsWow64Process(GetCurrentProcess(), &is_wow64);
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        restore_session_setup(state);
        requestor_set_fault(rows[i].fault);
        assert_hr(ntdsvss_backup_create(&session_settings, &backup), S_OK);
        assert_hr(ntdsvss_backup_start(backup), is_wow64 ? NTDSVSS_E_WRONG_BITNESS : rows[i].hr);
        ntdsvss_backup_close(backup);
        assert_int_equal(restore_session_logged(L"NTDSVSS_E_WRONG_BITNESS"), is_wow64);
    }
}

/* --- restore ---------------------------------------------------------------------------------- */

/* The documents of a backup of test1; the caller closes. */
static struct ntdsvss_backup *documents_of_test1(struct ntdsvss_documents *documents)
{
    struct ntdsvss_backup *backup;

    add_writer(L"TestLds1", L"ADAM (test1) Writer", NULL);
    assert_hr(back_up(L"test1", &backup), S_OK);
    ntdsvss_backup_documents(backup, documents);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, WRITERS L"TestLds1");
    return backup;
}

static HRESULT start_restore(const wchar_t *instance, const struct ntdsvss_documents *documents,
                             struct ntdsvss_restore **restore)
{
    const struct ntdsvss_directory directory = instance_of(instance);
    bool has_writer = true;
    HRESULT hr;

    assert_hr(ntdsvss_restore_create_for(&session_settings, &directory, restore), S_OK);
    hr = ntdsvss_restore_start(*restore, documents->components, documents->writer, &has_writer);
    if (SUCCEEDED(hr))
        assert_false(has_writer);
    return hr;
}

static void restore__stopped_instance__has_its_own_interlock_and_places(void **state)
{
    struct ntdsvss_locations locations = {0};
    struct ntdsvss_documents documents;
    struct ntdsvss_backup *backup = documents_of_test1(&documents);
    struct ntdsvss_restore *restore;
    bool taken_over = true;

    (void)state;
    register_instance();
    directory_keys_set_text(SERVICE_KEY L"\\Parameters", L"Database log files path",
                            TEST_FOLDER L"\\lds logs\\");
    assert_hr(start_restore(L"test1", &documents, &restore), S_OK);
    assert_hr(ntdsvss_restore_locations(restore, &locations), S_OK);
    assert_int_equal(wcscmp(locations.database, TEST_DATABASE), 0);
    assert_int_equal(wcscmp(locations.log_folder, TEST_FOLDER L"\\lds logs"), 0);
    assert_int_equal(wcscmp(locations.checkpoint_folder, TEST_FOLDER), 0);
    assert_hr(ntdsvss_restore_register(restore, &test_registration, &taken_over), S_OK);
    assert_false(taken_over);
    assert_true(directory_keys_exist(LDS_INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(SERVICE_KEY L"\\Parameters", MARKER), 1);
    assert_false(directory_keys_exist(INTERLOCK_KEY));
    assert_int_equal(directory_keys_number(PARAMETERS_KEY, MARKER), -1);
    /* What is flushed are its own files. */
    requestor_set_parameter(L"Database log files path", L"");
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_false(directory_keys_exist(LDS_INTERLOCK_KEY));
    assert_int_equal(restore_session_calls(L"PreRestore"), 0);
    ntdsvss_restore_close(restore);
    ntdsvss_backup_close(backup);
}

static void restore__what_is_not_supported__is_refused(void **state)
{
    struct ntdsvss_documents documents;
    struct ntdsvss_backup *backup = documents_of_test1(&documents);
    struct ntdsvss_restore *restore;

    (void)state;
    /* Not registered here. */
    assert_hr(start_restore(L"test1", &documents, &restore), NTDSVSS_E_NO_INSTANCE);
    ntdsvss_restore_close(restore);
    assert_true(restore_session_logged(L"\"test1\" is not registered on this computer"));
    /* Its writer is there, so it runs. */
    register_instance();
    add_writer(L"TestLds1", L"ADAM (test1) Writer", NULL);
    assert_hr(start_restore(L"test1", &documents, &restore),
              HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING));
    ntdsvss_restore_close(restore);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, WRITERS L"TestLds1");
    /* Another instance's backup, NTDS' among them. */
    documents.writer = backup_writer;
    assert_hr(start_restore(L"test1", &documents, &restore), NTDSVSS_E_NO_INSTANCE);
    ntdsvss_restore_close(restore);
    documents.components = backup_components;
    assert_hr(start_restore(L"test1", &documents, &restore), (HRESULT)0x80042308);
    ntdsvss_restore_close(restore);
    assert_false(directory_keys_exist(LDS_INTERLOCK_KEY));
    ntdsvss_backup_close(backup);
}

/* Without the service vssapi.dll still says which instance the backup is of. */
static void restore__of_an_instance_without_vss__goes_on_if_it_is_the_same_and_stopped(void **state)
{
    struct ntdsvss_documents documents;
    struct ntdsvss_backup *backup = documents_of_test1(&documents);
    struct ntdsvss_restore *restore;
    bool taken_over;

    (void)state;
    register_instance();
    requestor_set_fault(L"CreateVssBackupComponents=0x8007043c");
    assert_hr(start_restore(L"test1", &documents, &restore), S_OK);
    assert_hr(ntdsvss_restore_register(restore, &test_registration, &taken_over), S_OK);
    assert_true(directory_keys_exist(LDS_INTERLOCK_KEY));
    assert_hr(ntdsvss_restore_complete(restore, true), S_OK);
    assert_false(directory_keys_exist(LDS_INTERLOCK_KEY));
    ntdsvss_restore_close(restore);

    requestor_set_fault(L"CreateVssBackupComponents=0x8007043c;"
                        L"CreateVssExamineWriterMetadata=0x80042302");
    assert_hr(start_restore(L"test1", &documents, &restore), (HRESULT)0x80042302);
    ntdsvss_restore_close(restore);
    requestor_set_fault(L"CreateVssBackupComponents=0x8007043c");
    documents.writer = backup_writer;
    assert_hr(start_restore(L"test1", &documents, &restore), NTDSVSS_E_NO_INSTANCE);
    ntdsvss_restore_close(restore);
    assert_hr(start_restore(L"test9", &documents, &restore), NTDSVSS_E_NO_INSTANCE);
    ntdsvss_restore_close(restore);
    assert_false(directory_keys_exist(LDS_INTERLOCK_KEY));
    ntdsvss_backup_close(backup);
}

/* A service of the system plays the instance's. */
static SC_HANDLE run_instance(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service =
        CreateServiceW(manager, L"ADAM_test1", L"ADAM_test1", SERVICE_ALL_ACCESS,
                       SERVICE_WIN32_OWN_PROCESS, SERVICE_DEMAND_START, SERVICE_ERROR_IGNORE,
                       L"C:\\windows\\system32\\rpcss.exe", NULL, NULL, NULL, NULL, NULL);
    SERVICE_STATUS status = {0};

    assert_non_null(service);
    assert_true(StartServiceW(service, 0, NULL));
    while (status.dwCurrentState != SERVICE_RUNNING) {
        assert_true(QueryServiceStatus(service, &status));
        assert_int_not_equal(status.dwCurrentState, SERVICE_STOPPED);
    }
    CloseServiceHandle(manager);
    return service;
}

static void stop_instance(SC_HANDLE service)
{
    SERVICE_STATUS status;

    assert_true(ControlService(service, SERVICE_CONTROL_STOP, &status));
    while (status.dwCurrentState != SERVICE_STOPPED)
        assert_true(QueryServiceStatus(service, &status));
    assert_true(DeleteService(service));
    CloseServiceHandle(service);
}

/* Its writer is not seen then: that is the service's word alone. */
static void restore__of_a_running_instance_without_vss__is_refused(void **state)
{
    struct ntdsvss_documents documents;
    struct ntdsvss_backup *backup = documents_of_test1(&documents);
    struct ntdsvss_restore *restore;
    SC_HANDLE service = run_instance();
    HRESULT hr;

    (void)state;
    register_instance();
    requestor_set_fault(L"CreateVssBackupComponents=0x8007043c");
    hr = start_restore(L"test1", &documents, &restore);
    ntdsvss_restore_close(restore);
    stop_instance(service);
    assert_hr(hr, HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING));
    assert_false(directory_keys_exist(LDS_INTERLOCK_KEY));
    ntdsvss_backup_close(backup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(create_for__what_cannot_be__is_refused, directory_setup,
                                        directory_teardown),
        cmocka_unit_test_setup_teardown(
            create_for__sizes_of_other_versions__are_taken_where_nothing_is_lost, directory_setup,
            directory_teardown),
        cmocka_unit_test_setup_teardown(directory_state__by_registration_and_service,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(
            backup__instances_by_either_name__is_of_the_one_that_was_named, directory_setup,
            directory_teardown),
        cmocka_unit_test_setup_teardown(backup__writer_with_two_databases__is_refused,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(backup__documents_larger_than_a_restore_takes__is_refused,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(backup__writer_that_says_it_otherwise__is_found,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(backup__instance_that_is_not_there__names_those_that_are,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(backup__refused_as_of_the_wrong_bitness__says_so_in_32_bits,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(restore__stopped_instance__has_its_own_interlock_and_places,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(
            restore__of_an_instance_without_vss__goes_on_if_it_is_the_same_and_stopped,
            directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(restore__of_a_running_instance_without_vss__is_refused,
                                        directory_setup, directory_teardown),
        cmocka_unit_test_setup_teardown(restore__what_is_not_supported__is_refused, directory_setup,
                                        directory_teardown),
    };

    return cmocka_run_group_tests_name("directory", tests, restore_session_group_setup,
                                       restore_session_group_teardown);
}
