/*
 * test_vssapi_order.c - the order of calls, and arguments that are refused.
 */
#include "vssapi_requestor.h"

#include <string.h>

static void any_call__before_initialize__bad_state(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    IVssAsync *async = NULL;
    GUID id = {0};
    UINT count = 0xdead;
    BSTR xml = NULL;
    VSS_SNAPSHOT_PROP prop;

    (void)state;
    assert_hr(IVssBackupComponents_SetContext(vss, VSS_CTX_BACKUP), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, TRUE, VSS_BT_FULL, FALSE),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_GatherWriterMetadata(vss, &async), VSS_E_BAD_STATE);
    assert_null(async);
    assert_hr(IVssBackupComponents_GatherWriterStatus(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), VSS_E_BAD_STATE);
    assert_int_equal(count, 0);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &id), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_PrepareForBackup(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_BackupComplete(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_PreRestore(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_AbortBackup(vss), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), VSS_E_BAD_STATE);
    memset(&prop, 0xcc, sizeof(prop));
    assert_hr(IVssBackupComponents_GetSnapshotProperties(vss, id, &prop), VSS_E_BAD_STATE);
    assert_null(prop.m_pwszSnapshotDeviceObject);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

static void initialize__twice_or_with_bad_xml__is_refused(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    BSTR bad = SysAllocString(L"<nothing/>");

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, bad), VSS_E_INVALID_XML_DOCUMENT);
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, bad), VSS_E_INVALID_XML_DOCUMENT);
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, NULL), E_INVALIDARG);
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), VSS_E_BAD_STATE);
    SysFreeString(bad);
    IVssBackupComponents_Release(vss);
}

static void backup_calls__out_of_order__bad_state(void **state)
{
    wchar_t volume[] = L"C:\\";
    IVssAsync *async = NULL;
    GUID set = {0};
    GUID snapshot = {0};
    BSTR xml = NULL;
    IVssBackupComponents *vss = requestor_begin();
    GUID instance;

    (void)state;
    /* Before the metadata. */
    assert_hr(vss->lpVtbl->AddComponent(vss, set, NTDS_COMPONENT), VSS_E_BAD_STATE);
    instance = requestor_select(vss);
    assert_hr(IVssBackupComponents_GatherWriterMetadata(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), VSS_E_BAD_STATE);
    assert_null(xml);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    /* Not prepared; no volume. */
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), VSS_E_BAD_STATE);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), VSS_E_BAD_STATE);
    /* The document is frozen. */
    assert_hr(vss->lpVtbl->AddComponent(vss, instance, NTDS_COMPONENT), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, TRUE, VSS_BT_FULL, FALSE),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_PrepareForBackup(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_BackupComplete(vss, &async), VSS_E_BAD_STATE);
    assert_hr(vss->lpVtbl->SetBackupSucceeded(vss, instance, NTDS_COMPONENT, TRUE),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    /* One shot: nothing more after the abort. */
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_BackupComplete(vss, &async), VSS_E_BAD_STATE);
    IVssBackupComponents_Release(vss);
}

static void add_component__unknown_or_twice__is_refused(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    GUID instance = requestor_select(vss);

    (void)state;
    assert_hr(vss->lpVtbl->AddComponent(vss, instance, NTDS_COMPONENT),
              VSS_E_OBJECT_ALREADY_EXISTS);
    assert_hr(IVssBackupComponents_AddComponent(vss, instance, ntds_writer_id, VSS_CT_FILEGROUP,
                                                test_logical_path, L"ntds"),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(IVssBackupComponents_AddComponent(vss, instance, ntds_writer_id, VSS_CT_DATABASE,
                                                NULL, L"ntds"),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(vss->lpVtbl->AddComponent(vss, ntds_writer_id, NTDS_COMPONENT),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(IVssBackupComponents_AddComponent(vss, instance, ntds_writer_id, VSS_CT_DATABASE,
                                                test_logical_path, NULL),
              E_INVALIDARG);
    IVssBackupComponents_Release(vss);
}

static void add_to_set__volumes__as_documented(void **state)
{
    static const struct
    {
        const char *label;
        const wchar_t *name;
        HRESULT hr;
    } rows[] = {
        {"no backslash", L"C:", VSS_E_OBJECT_NOT_FOUND},
        {"no such drive", L"Q:\\", VSS_E_OBJECT_NOT_FOUND},
        {"a folder", L"C:\\windows\\", VSS_E_OBJECT_NOT_FOUND},
        {"no such volume", L"\\\\?\\Volume{12345678-0000-0000-0000-000000000000}\\",
         VSS_E_OBJECT_NOT_FOUND},
        {"a share", L"\\\\server\\share\\", VSS_E_VOLUME_NOT_SUPPORTED},
        {"root of the host", L"Z:\\", VSS_E_VOLUME_NOT_SUPPORTED},
        {"lower case", L"c:\\", S_OK},
        {"twice", L"C:\\", VSS_E_OBJECT_ALREADY_EXISTS},
    };
    GUID set = {0};
    GUID snapshot = {0};
    wchar_t name[MAX_PATH];
    IVssBackupComponents *vss = requestor_begin();
    size_t i;

    (void)state;
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        HRESULT hr;

        wcscpy(name, rows[i].name);
        snapshot = ntds_writer_id;
        hr = IVssBackupComponents_AddToSnapshotSet(vss, name, GUID_NULL, &snapshot);
        if (hr != rows[i].hr)
            print_error("row %s\n", rows[i].label);
        assert_hr(hr, rows[i].hr);
        assert_int_equal(IsEqualGUID(&snapshot, &GUID_NULL), FAILED(hr));
    }
    /* The same volume by its other name. */
    assert_true(GetVolumeNameForVolumeMountPointW(L"C:\\", name, ARRAYSIZE(name)));
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, name, GUID_NULL, &snapshot),
              VSS_E_OBJECT_ALREADY_EXISTS);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, name, ntds_writer_id, &snapshot),
              VSS_E_PROVIDER_NOT_REGISTERED);
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    IVssBackupComponents_Release(vss);
}

static void slot__second_creation__in_progress_until_the_first_ends(void **state)
{
    GUID set = {0};
    IVssBackupComponents *first = requestor_begin();
    IVssBackupComponents *second = requestor_begin();

    (void)state;
    assert_hr(IVssBackupComponents_StartSnapshotSet(first, &set), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(first, &set), VSS_E_SNAPSHOT_SET_IN_PROGRESS);
    assert_hr(IVssBackupComponents_StartSnapshotSet(second, &set), VSS_E_SNAPSHOT_SET_IN_PROGRESS);
    assert_true(IsEqualGUID(&set, &GUID_NULL));
    assert_hr(IVssBackupComponents_AbortBackup(first), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(second, &set), S_OK);
    IVssBackupComponents_Release(first);
    /* Released without an abort: free as well. */
    IVssBackupComponents_Release(second);
    first = requestor_begin();
    assert_hr(IVssBackupComponents_StartSnapshotSet(first, &set), S_OK);
    IVssBackupComponents_Release(first);
}

static void slot__shadow_is_made__next_creation_may_start(void **state)
{
    wchar_t device[MAX_PATH];
    GUID set = {0};
    IVssBackupComponents *first = requestor_snapshot(device);
    IVssBackupComponents *second = requestor_begin();

    (void)state;
    assert_hr(IVssBackupComponents_StartSnapshotSet(second, &set), S_OK);
    assert_hr(IVssBackupComponents_AbortBackup(second), S_OK);
    IVssBackupComponents_Release(second);
    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(first);
}

/* A program that runs without elevation. */
static void create__caller_is_not_an_administrator__access_denied(void **state)
{
    typedef HRESULT(WINAPI * create_function)(IVssBackupComponents **);
    create_function create =
        (create_function)(void (*)(void))requestor_export("CreateVssBackupComponentsInternal");
    IVssBackupComponents *vss = (IVssBackupComponents *)(ULONG_PTR)1;
    BYTE sid[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES disabled = {sid, 0};
    DWORD bytes = sizeof(sid);
    HANDLE token = NULL;
    HANDLE restricted = NULL;
    HRESULT hr;

    (void)state;
    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &bytes));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &token));
    assert_true(CreateRestrictedToken(token, 0, 1, &disabled, 0, NULL, 0, NULL, &restricted));
    assert_true(ImpersonateLoggedOnUser(restricted));
    hr = create(&vss);
    RevertToSelf();
    assert_hr(hr, E_ACCESSDENIED);
    assert_null(vss);
    CloseHandle(restricted);
    CloseHandle(token);
}

static void restore__whole_sequence__states_are_kept(void **state)
{
    BSTR xml = requestor_saved_document();
    IVssBackupComponents *vss = requestor_create();

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, xml), S_OK);
    SysFreeString(xml);
    assert_hr(IVssBackupComponents_SetContext(vss, VSS_CTX_BACKUP), VSS_E_BAD_STATE);
    assert_hr(requestor_pre_restore(vss), VSS_E_BAD_STATE);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_SetSelectedForRestore(vss, ntds_writer_id, VSS_CT_DATABASE,
                                                         L"elsewhere", L"ntds", TRUE),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(vss->lpVtbl->SetSelectedForRestore(vss, NTDS_COMPONENT, TRUE), S_OK);
    assert_hr(vss->lpVtbl->SetFileRestoreStatus(vss, NTDS_COMPONENT, VSS_RS_ALL), VSS_E_BAD_STATE);
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(vss->lpVtbl->SetSelectedForRestore(vss, NTDS_COMPONENT, FALSE), VSS_E_BAD_STATE);
    assert_hr(vss->lpVtbl->SetFileRestoreStatus(vss, NTDS_COMPONENT, VSS_RS_ALL), S_OK);
    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_post_restore(vss), VSS_E_BAD_STATE);
    assert_hr(requestor_status(vss).failure, S_OK);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

static void restore__writer_is_absent__cannot_be_selected(void **state)
{
    BSTR xml = requestor_saved_document();
    IVssBackupComponents *vss = requestor_create();

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, xml), S_OK);
    SysFreeString(xml);
    assert_hr(IVssBackupComponents_DisableWriterClasses(vss, &ntds_writer_id, 1), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(vss->lpVtbl->SetSelectedForRestore(vss, NTDS_COMPONENT, TRUE),
              VSS_E_OBJECT_NOT_FOUND);
    /* Files can be restored without the writer. */
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(any_call__before_initialize__bad_state),
        requestor_test(initialize__twice_or_with_bad_xml__is_refused),
        requestor_test(backup_calls__out_of_order__bad_state),
        requestor_test(add_component__unknown_or_twice__is_refused),
        requestor_test(add_to_set__volumes__as_documented),
        requestor_test(slot__second_creation__in_progress_until_the_first_ends),
        requestor_test(slot__shadow_is_made__next_creation_may_start),
        requestor_test(create__caller_is_not_an_administrator__access_denied),
        requestor_test(restore__whole_sequence__states_are_kept),
        requestor_test(restore__writer_is_absent__cannot_be_selected),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
