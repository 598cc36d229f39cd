/*
 * test_vssapi_seen.c - orders of calls and codes that were seen on Windows, each with its public
 * source; the table in the README of the embedded VSS has them all.
 */
#include "vssapi_requestor.h"

#include <string.h>

/* The drive has no file of a writer. */
static wchar_t drive[] = L"D:\\";

/* A method by its number, as programs in Go call it. */
typedef HRESULT(STDMETHODCALLTYPE *slot_method)(IVssBackupComponents *self, void *argument);

static slot_method slot(IVssBackupComponents *vss, size_t index)
{
    slot_method method;

    memcpy(&method, (char *)vss->lpVtbl + index * sizeof(method), sizeof(method));
    return method;
}

/* LanternOps/breeze 2999, 3005: a probe of Windows Server 2022. */
static void slots__called_by_number__answer_as_on_server_2022(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    UINT count = 0xdead;

    (void)state;
    assert_hr(slot(vss, 3)(vss, NULL), E_INVALIDARG);
    assert_hr(slot(vss, 3)(vss, &count), VSS_E_BAD_STATE);
    assert_hr(slot(vss, 5)(vss, NULL), S_OK);
    assert_hr(slot(vss, 3)(vss, NULL), E_INVALIDARG);
    IVssBackupComponents_Release(vss);
}

static void structures__of_the_api__have_the_layout_of_windows(void **state)
{
    (void)state;
    /* breeze 3005: 112 bytes were too few on x64. */
    assert_int_equal(sizeof(VSS_SNAPSHOT_PROP), sizeof(void *) == 8 ? 128 : 96);
    assert_int_equal(offsetof(VSS_SNAPSHOT_PROP, m_pwszSnapshotDeviceObject),
                     sizeof(void *) == 8 ? 40 : 36);
    assert_int_equal(VSS_BT_FULL, 1);
    assert_int_equal(VSS_BT_COPY, 5);
}

/* breeze 3005, 3285: no context is set, no component selected. */
static void breeze__its_whole_backup__every_code(void **state)
{
    wchar_t bare[] = L"C:";
    wchar_t volume[] = L"C:\\";
    IVssBackupComponents *vss = requestor_create();
    GUID set = {0};
    GUID snapshot = {0};
    wchar_t device[MAX_PATH];

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_SetBackupState(vss, FALSE, FALSE, VSS_BT_COPY, FALSE), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, bare, GUID_NULL, &snapshot),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(requestor_status(vss).state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    requestor_device(vss, snapshot, device);
    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    assert_hr(requestor_complete(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(requestor_status(vss).state, VSS_WS_STABLE);
    assert_hr(IVssBackupComponents_FreeWriterMetadata(vss), S_OK);
    /* breeze 3269: the shadow lives as long as the object. */
    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(vss);
    assert_int_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
}

/* breeze 3285: one creation at a time, but many shadows. */
static void shadows__of_two_sessions__live_and_end_apart(void **state)
{
    struct volume_shadow first, second;
    IVssBackupComponents *list;

    (void)state;
    requestor_volume_shadow(VSS_CTX_BACKUP, drive, &first);
    requestor_volume_shadow(VSS_CTX_BACKUP, drive, &second);
    assert_int_not_equal(wcscmp(first.device, second.device), 0);
    /* Its list of writers: no state is set, no set is started. */
    list = requestor_create();
    assert_hr(IVssBackupComponents_InitializeForBackup(list, NULL), S_OK);
    assert_int_equal(requestor_writer_count(list), 1);
    assert_int_equal(requestor_status(list).state, VSS_WS_STABLE);
    IVssBackupComponents_Release(list);
    IVssBackupComponents_Release(second.vss);
    assert_int_not_equal(GetFileAttributesW(first.device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(first.vss);
}

/* UrBackup (client_winvss.cpp) in this order; AlphaVSS 25 and 29 without the status. */
static void set_context__after_the_metadata__counts(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    GUID set = {0};
    GUID snapshot = {0};
    VSS_SNAPSHOT_PROP prop;

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_SetBackupState(vss, FALSE, TRUE, VSS_BT_COPY, FALSE), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_SetContext(vss, VSS_CTX_APP_ROLLBACK), S_OK);
    assert_int_equal(requestor_status(vss).state, VSS_WS_STABLE);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, drive, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    requestor_status(vss);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    prop = requestor_properties(vss, snapshot);
    assert_int_not_equal(prop.m_lSnapshotAttributes & VSS_VOLSNAP_ATTR_NO_AUTO_RELEASE, 0);
    requestor_free_properties(&prop);
    assert_hr(requestor_complete(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
    assert_hr(requestor_delete(set, VSS_OBJECT_SNAPSHOT_SET), S_OK);
}

static void set_context__after_the_set_was_started__bad_state(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    GUID set = {0};

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_SetContext(vss, VSS_CTX_APP_ROLLBACK), VSS_E_BAD_STATE);
    IVssBackupComponents_Release(vss);
}

/* AlphaVSS 30: its program is UrBackup's, but for the status that it does not free. */
static void start_set__writer_status_not_freed__bad_state(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    GUID set = {0};

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_SetBackupState(vss, FALSE, TRUE, VSS_BT_FULL, FALSE), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_run(vss, vss->lpVtbl->GatherWriterStatus), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_FreeWriterStatus(vss), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    IVssBackupComponents_Release(vss);
}

/* AlphaVSS 51; MS docs, "Shadow Copy Creation Details": an error for all three. */
static void writerless__calls_about_writers__bad_state(void **state)
{
    static const LONG contexts[] = {VSS_CTX_FILE_SHARE_BACKUP, VSS_CTX_NAS_ROLLBACK,
                                    VSS_CTX_CLIENT_ACCESSIBLE};
    struct volume_shadow shadow;
    IVssExamineWriterMetadata *metadata;
    GUID instance;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(contexts); i++) {
        IVssBackupComponents *vss = requestor_in_context(contexts[i]);

        assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, TRUE, VSS_BT_FULL, FALSE), S_OK);
        assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
        assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
        IVssExamineWriterMetadata_Release(metadata);
        assert_hr(vss->lpVtbl->AddComponent(vss, instance, NTDS_COMPONENT), VSS_E_BAD_STATE);
        assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &shadow.set), S_OK);
        assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, drive, GUID_NULL, &shadow.snapshot),
                  S_OK);
        assert_hr(requestor_prepare(vss), VSS_E_BAD_STATE);
        assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
        assert_hr(requestor_complete(vss), VSS_E_BAD_STATE);
        IVssBackupComponents_Release(vss);
        requestor_delete(shadow.snapshot, VSS_OBJECT_SNAPSHOT);
    }
}

/* Without components: wimlib. */
static void component_mode__nothing_gathered_nothing_added__makes_a_shadow(void **state)
{
    wchar_t volume[] = L"C:\\";
    IVssBackupComponents *vss = requestor_begin();
    GUID set = {0};
    GUID snapshot = {0};
    wchar_t device[MAX_PATH];

    (void)state;
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    requestor_device(vss, snapshot, device);
    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    /* No component was selected, so no writer took part. */
    assert_int_equal(requestor_status(vss).state, VSS_WS_STABLE);
    assert_hr(requestor_complete(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(slots__called_by_number__answer_as_on_server_2022),
        requestor_test(structures__of_the_api__have_the_layout_of_windows),
        requestor_test(breeze__its_whole_backup__every_code),
        requestor_test(shadows__of_two_sessions__live_and_end_apart),
        requestor_test(set_context__after_the_metadata__counts),
        requestor_test(set_context__after_the_set_was_started__bad_state),
        requestor_test(start_set__writer_status_not_freed__bad_state),
        requestor_test(writerless__calls_about_writers__bad_state),
        requestor_test(component_mode__nothing_gathered_nothing_added__makes_a_shadow),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
