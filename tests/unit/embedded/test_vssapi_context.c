/*
 * test_vssapi_context.c - the contexts: which shadows stay, who sees them, whether writers take
 * part.
 *
 * The program starts itself as a requestor that ends.
 */
#include "vssapi_requestor.h"

#include <string.h>

#define ID_FILE TEST_FOLDER L"\\shadow.bin"
#define ALL     ((LONG)VSS_CTX_ALL)

static const struct
{
    const char *label;
    LONG context;
    bool persistent;
    bool writers;
} contexts[] = {
    {"backup", VSS_CTX_BACKUP, FALSE, TRUE},
    {"file share backup", VSS_CTX_FILE_SHARE_BACKUP, FALSE, FALSE},
    {"NAS rollback", VSS_CTX_NAS_ROLLBACK, TRUE, FALSE},
    {"application rollback", VSS_CTX_APP_ROLLBACK, TRUE, TRUE},
    {"client accessible", VSS_CTX_CLIENT_ACCESSIBLE, TRUE, FALSE},
    {"client accessible with writers", VSS_CTX_CLIENT_ACCESSIBLE_WRITERS, TRUE, TRUE},
};

static void set_context__values__as_documented(void **state)
{
    static const struct
    {
        const char *label;
        LONG context;
        HRESULT hr;
    } rows[] = {
        {"all", ALL, S_OK},
        {"backup, no recovery", VSS_CTX_BACKUP | VSS_VOLSNAP_ATTR_NO_AUTORECOVERY, S_OK},
        {"backup, differential", VSS_CTX_BACKUP | VSS_VOLSNAP_ATTR_DIFFERENTIAL, S_OK},
        {"backup, transportable", VSS_CTX_BACKUP | VSS_VOLSNAP_ATTR_TRANSPORTABLE, S_OK},
        {"rollback as the guest agent of QEMU wants it",
         VSS_CTX_APP_ROLLBACK | VSS_VOLSNAP_ATTR_TRANSPORTABLE | VSS_VOLSNAP_ATTR_NO_AUTORECOVERY |
             VSS_VOLSNAP_ATTR_TXF_RECOVERY,
         S_OK},
        {"persistent, but released", VSS_VOLSNAP_ATTR_PERSISTENT, VSS_E_UNSUPPORTED_CONTEXT},
        {"kept, not persistent", VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE, VSS_E_UNSUPPORTED_CONTEXT},
        {"no such bit", 0x40000000, E_INVALIDARG},
        {"a result", VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, E_INVALIDARG},
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        IVssBackupComponents *vss = requestor_create();

        assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
        print_message("row %s\n", rows[i].label);
        assert_hr(IVssBackupComponents_SetContext(vss, rows[i].context), rows[i].hr);
        /* Once only; a value that was refused does not count. */
        assert_hr(IVssBackupComponents_SetContext(vss, VSS_CTX_BACKUP),
                  rows[i].hr == S_OK ? VSS_E_BAD_STATE : S_OK);
        IVssBackupComponents_Release(vss);
    }
}

/* Everything that distinguishes a context, for each of them. */
static void context__each__lives_and_is_seen_as_documented(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(contexts); i++) {
        struct volume_shadow shadow;
        VSS_SNAPSHOT_PROP prop;
        LONG mask;
        IVssBackupComponents *all;
        size_t other;
        bool there;

        print_message("row %s\n", contexts[i].label);
        requestor_volume_shadow(contexts[i].context, L"D:\\", &shadow);
        prop = requestor_properties(shadow.vss, shadow.snapshot);
        mask = VSS_VOLSNAP_ATTR_PERSISTENT | VSS_VOLSNAP_ATTR_CLIENT_ACCESSIBLE |
               VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE | VSS_VOLSNAP_ATTR_NO_WRITERS;
        assert_int_equal(prop.m_lSnapshotAttributes & mask, contexts[i].context);
        requestor_free_properties(&prop);

        all = requestor_administrator();
        assert_true(requestor_lists(shadow.vss, shadow.snapshot));
        assert_true(requestor_lists(all, shadow.snapshot));
        for (other = 0; other < ARRAYSIZE(contexts); other++) {
            IVssBackupComponents *vss = requestor_in_context(contexts[other].context);

            assert_int_equal(requestor_lists(vss, shadow.snapshot), other == i);
            IVssBackupComponents_Release(vss);
        }
        /* The session's end is the shadow's end, unless it is persistent. */
        IVssBackupComponents_Release(shadow.vss);
        there = GetFileAttributesW(shadow.device) != INVALID_FILE_ATTRIBUTES;
        assert_int_equal(there, contexts[i].persistent);
        assert_int_equal(requestor_lists(all, shadow.snapshot), contexts[i].persistent);
        IVssBackupComponents_Release(all);
        assert_hr(requestor_delete(shadow.snapshot, VSS_OBJECT_SNAPSHOT),
                  contexts[i].persistent ? S_OK : VSS_E_OBJECT_NOT_FOUND);
        assert_int_equal(GetFileAttributesW(shadow.device), INVALID_FILE_ATTRIBUTES);
    }
}

static void properties__every_field__is_right(void **state)
{
    struct volume_shadow shadow;
    wchar_t volume[MAX_PATH];
    wchar_t machine[MAX_PATH] = L"";
    DWORD chars = ARRAYSIZE(machine);
    FILETIME before, made, after;
    VSS_SNAPSHOT_PROP prop;

    (void)state;
    GetSystemTimeAsFileTime(&before);
    requestor_volume_shadow(VSS_CTX_NAS_ROLLBACK, L"D:\\", &shadow);
    GetSystemTimeAsFileTime(&after);
    assert_true(GetVolumeNameForVolumeMountPointW(L"D:\\", volume, ARRAYSIZE(volume)));
    assert_true(GetComputerNameW(machine, &chars));

    prop = requestor_properties(shadow.vss, shadow.snapshot);
    made.dwLowDateTime = (DWORD)prop.m_tsCreationTimestamp;
    made.dwHighDateTime = (DWORD)(prop.m_tsCreationTimestamp >> 32);
    assert_true(IsEqualGUID(&prop.m_SnapshotSetId, &shadow.set));
    assert_int_equal(prop.m_lSnapshotsCount, 1);
    assert_non_null(wcsstr(prop.m_pwszSnapshotDeviceObject,
                           L"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy"));
    assert_wide(prop.m_pwszOriginalVolumeName, volume);
    assert_wide(prop.m_pwszOriginatingMachine, machine);
    assert_wide(prop.m_pwszServiceMachine, machine);
    assert_null(prop.m_pwszExposedName);
    assert_null(prop.m_pwszExposedPath);
    assert_int_equal(prop.m_ProviderId.Data1, 0xb5946137);
    assert_int_equal(prop.m_lSnapshotAttributes,
                     VSS_CTX_NAS_ROLLBACK | VSS_VOLSNAP_ATTR_DIFFERENTIAL);
    assert_true(CompareFileTime(&before, &made) <= 0 && CompareFileTime(&made, &after) <= 0);
    requestor_free_properties(&prop);
    assert_hr(IVssBackupComponents_GetSnapshotProperties(shadow.vss, GUID_NULL, &prop),
              VSS_E_OBJECT_NOT_FOUND);
    IVssBackupComponents_Release(shadow.vss);
    assert_hr(requestor_delete(shadow.set, VSS_OBJECT_SNAPSHOT_SET), S_OK);
}

static void query__providers__the_system_provider(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssEnumObject *list = NULL;
    VSS_OBJECT_PROP prop;
    ULONG fetched = 0xdead;

    (void)state;
    memset(&prop, 0xcc, sizeof(prop));
    assert_hr(
        IVssBackupComponents_Query(vss, GUID_NULL, VSS_OBJECT_NONE, VSS_OBJECT_PROVIDER, &list),
        S_OK);
    assert_hr(IVssEnumObject_Next(list, 1, &prop, &fetched), S_OK);
    assert_int_equal(fetched, 1);
    assert_int_equal(prop.Type, VSS_OBJECT_PROVIDER);
    assert_int_equal(prop.Obj.Prov.m_ProviderId.Data1, 0xb5946137);
    assert_int_equal(prop.Obj.Prov.m_eProviderType, VSS_PROV_SYSTEM);
    assert_true(wcslen(prop.Obj.Prov.m_pwszProviderName) > 0);
    assert_true(wcslen(prop.Obj.Prov.m_pwszProviderVersion) > 0);
    CoTaskMemFree(prop.Obj.Prov.m_pwszProviderName);
    CoTaskMemFree(prop.Obj.Prov.m_pwszProviderVersion);
    assert_hr(IVssEnumObject_Next(list, 1, &prop, &fetched), S_FALSE);
    assert_int_equal(fetched, 0);
    IVssEnumObject_Release(list);
    assert_hr(
        IVssBackupComponents_Query(vss, GUID_NULL, VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT_SET, &list),
        E_INVALIDARG);
    assert_hr(IVssBackupComponents_Query(vss, ntds_writer_id, VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT,
                                         &list),
              E_INVALIDARG);
    IVssBackupComponents_Release(vss);
}

/* --- a requestor that ends ------------------------------------------------------------------- */

static int child_main(const char *mode)
{
    struct volume_shadow shadow;

    if (requestor_group_setup(NULL) != 0)
        return 1;
    requestor_volume_shadow(VSS_CTX_CLIENT_ACCESSIBLE, L"D:\\", &shadow);
    requestor_write_file(ID_FILE, &shadow, sizeof(shadow));
    if (strcmp(mode, "killed") == 0)
        TerminateProcess(GetCurrentProcess(), 0);
    ExitProcess(0);
}

static struct volume_shadow shadow_of_child(const char *mode)
{
    HANDLE process = requestor_start_child(mode);
    struct volume_shadow shadow;

    assert_int_equal(WaitForSingleObject(process, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    CloseHandle(process);
    assert_int_equal(requestor_read_file(ID_FILE, &shadow, sizeof(shadow)), sizeof(shadow));
    return shadow;
}

static void persistent__its_process_ends__is_found_and_deleted(void **state)
{
    static const wchar_t live[] = L"D:\\persistent.txt";
    static const struct
    {
        const char *mode;
        VSS_OBJECT_TYPE deleted;
    } rows[] = {
        {"exits", VSS_OBJECT_SNAPSHOT},
        {"killed", VSS_OBJECT_SNAPSHOT_SET},
    };
    struct volume_shadow shadow;
    IVssBackupComponents *vss;
    char data[16];
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        requestor_write_file(live, "old", 3);
        shadow = shadow_of_child(rows[i].mode);
        requestor_write_file(live, "newer", 5);
        /* A new session removes the shadows of dead processes, but not this one. */
        vss = requestor_administrator();
        assert_true(requestor_lists(vss, shadow.snapshot));
        requestor_device(vss, shadow.snapshot, shadow.device);
        assert_int_equal(requestor_read_shadow(shadow.device, live, data, sizeof(data)), 3);
        IVssBackupComponents_Release(vss);
        assert_hr(
            requestor_delete(rows[i].deleted == VSS_OBJECT_SNAPSHOT ? shadow.snapshot : shadow.set,
                             rows[i].deleted),
            S_OK);
        assert_int_equal(requestor_read_shadow(shadow.device, live, data, sizeof(data)), -1);
        assert_hr(requestor_delete(shadow.snapshot, VSS_OBJECT_SNAPSHOT), VSS_E_OBJECT_NOT_FOUND);
    }
    DeleteFileW(live);
}

/* --- writers --------------------------------------------------------------------------------- */

/* Without components: the writer's volumes decide whether it takes part. */
static void volume_mode__writer_elsewhere__takes_no_part(void **state)
{
    struct volume_shadow shadow;
    struct writer_report report;
    VSS_SNAPSHOT_PROP prop;

    (void)state;
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    report = requestor_status(shadow.vss);
    assert_int_equal(report.state, VSS_WS_STABLE);
    assert_hr(report.failure, S_OK);
    assert_hr(requestor_complete(shadow.vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(shadow.vss);

    requestor_volume_shadow(VSS_CTX_BACKUP, L"C:\\", &shadow);
    report = requestor_status(shadow.vss);
    assert_int_equal(report.state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    assert_hr(report.failure, S_OK);
    prop = requestor_properties(shadow.vss, shadow.snapshot);
    /* NTDS recovers its database in the shadow. */
    assert_int_not_equal(prop.m_lSnapshotAttributes & VSS_VOLSNAP_ATTR_AUTORECOVER, 0);
    requestor_free_properties(&prop);
    assert_hr(requestor_complete(shadow.vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(requestor_status(shadow.vss).state, VSS_WS_STABLE);
    IVssBackupComponents_Release(shadow.vss);
}

/* Half of the database cannot be a good copy (KB913642). */
static void volume_mode__half_of_the_writer__fails(void **state)
{
    struct volume_shadow shadow;
    struct writer_report report;

    (void)state;
    requestor_set_parameter(L"Database log files path", L"D:\\");
    requestor_volume_shadow(VSS_CTX_BACKUP, L"C:\\", &shadow);
    report = requestor_status(shadow.vss);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_PREPARE_SNAPSHOT);
    assert_hr(report.failure, VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT);
    IVssBackupComponents_Release(shadow.vss);
}

/* NTDS is there and its volume is in the set, but the context has no writers. */
static void writerless__gathered_all_the_same__no_program_is_frozen(void **state)
{
    struct requestor_events events;
    wchar_t volume[] = L"C:\\";
    GUID set = {0};
    GUID snapshot = {0};
    IVssBackupComponents *vss = requestor_in_context(VSS_CTX_FILE_SHARE_BACKUP);

    (void)state;
    requestor_events_open(&events, TEST_FREEZE_BASE);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(WaitForSingleObject(events.freeze, 0), WAIT_TIMEOUT);
    assert_int_equal(requestor_status(vss).state, VSS_WS_STABLE);
    IVssBackupComponents_Release(vss);
    requestor_events_close(&events);
}

/* The shortest way that programs go: no context, no metadata, no completion. */
static void volume_mode__nothing_gathered__writers_take_part(void **state)
{
    wchar_t volume[] = L"C:\\";
    GUID snapshot = {0};
    IVssAsync *async = NULL;
    IVssBackupComponents *vss = requestor_create();

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_SetBackupState(vss, FALSE, TRUE, VSS_BT_COPY, FALSE), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &snapshot), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GatherWriterMetadata(vss, &async), VSS_E_BAD_STATE);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(requestor_status(vss).state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    IVssBackupComponents_Release(vss);
}

static void context_all__making_a_set__bad_state(void **state)
{
    IVssBackupComponents *vss = requestor_administrator();
    GUID set = {0};

    (void)state;
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_BAD_STATE);
    IVssBackupComponents_Release(vss);
}

/* Programs in other languages declare the structure without the padding at its end. */
static void properties__structure_ends_with_its_last_field__nothing_behind_is_touched(void **state)
{
    enum
    {
        END = offsetof(VSS_SNAPSHOT_PROP, m_eStatus) + sizeof(VSS_SNAPSHOT_STATE),
        ALL_BYTES = sizeof(VSS_SNAPSHOT_PROP)
    };
    struct volume_shadow shadow;
    VSS_SNAPSHOT_PROP prop;
    unsigned char behind[ALL_BYTES - END];

    (void)state;
    memset(behind, 0xa5, sizeof(behind));
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    memset(&prop, 0xa5, sizeof(prop));
    assert_hr(IVssBackupComponents_GetSnapshotProperties(shadow.vss, shadow.snapshot, &prop), S_OK);
    assert_int_equal(prop.m_eStatus, VSS_SS_CREATED);
    assert_memory_equal((unsigned char *)&prop + END, behind, sizeof(behind));
    requestor_free_properties(&prop);
    assert_memory_equal((unsigned char *)&prop + END, behind, sizeof(behind));
    assert_hr(IVssBackupComponents_GetSnapshotProperties(shadow.vss, GUID_NULL, &prop),
              VSS_E_OBJECT_NOT_FOUND);
    assert_memory_equal((unsigned char *)&prop + END, behind, sizeof(behind));
    IVssBackupComponents_Release(shadow.vss);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        requestor_test(set_context__values__as_documented),
        requestor_test(context__each__lives_and_is_seen_as_documented),
        requestor_test(properties__every_field__is_right),
        requestor_test(properties__structure_ends_with_its_last_field__nothing_behind_is_touched),
        requestor_test(query__providers__the_system_provider),
        requestor_test(persistent__its_process_ends__is_found_and_deleted),
        requestor_test(volume_mode__writer_elsewhere__takes_no_part),
        requestor_test(volume_mode__half_of_the_writer__fails),
        requestor_test(writerless__gathered_all_the_same__no_program_is_frozen),
        requestor_test(volume_mode__nothing_gathered__writers_take_part),
        requestor_test(context_all__making_a_set__bad_state),
    };

    if (argc == 3 && strcmp(argv[1], "child") == 0)
        return child_main(argv[2]);
    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
