/*
 * test_vssapi_refusal.c - methods that this provider refuses, with the result of Microsoft's pages
 * and clean outputs.
 */
#include "vssapi_requestor.h"

#include <string.h>

static void import__new_session_or_document__nothing_is_imported(void **state)
{
    GUID snapshot = {0};
    IVssAsync *async = (IVssAsync *)(ULONG_PTR)1;
    BSTR xml = NULL;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    (void)state;
    assert_hr(IVssBackupComponents_ImportSnapshots(vss, &async), VSS_E_BAD_STATE);
    assert_null(async);
    assert_hr(IVssBackupComponents_ImportSnapshots(vss, NULL), E_INVALIDARG);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    IVssBackupComponents_Release(vss);

    vss = requestor_create();
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, xml), S_OK);
    SysFreeString(xml);
    assert_hr(IVssBackupComponents_ImportSnapshots(vss, &async), S_OK);
    assert_hr(requestor_wait(async), VSS_E_NO_SNAPSHOTS_IMPORTED);
    IVssBackupComponents_Release(vss);
}

static void transportable__volumes__are_not_supported(void **state)
{
    static const LONG extras[] = {VSS_VOLSNAP_ATTR_TRANSPORTABLE, VSS_VOLSNAP_ATTR_PLEX,
                                  VSS_VOLSNAP_ATTR_HARDWARE_ASSISTED};
    wchar_t volume[] = L"D:\\";
    IVssBackupComponents *vss;
    GUID set = {0};
    GUID snapshot;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(extras); i++) {
        vss = requestor_in_context((LONG)VSS_CTX_BACKUP | extras[i]);
        snapshot = ntds_writer_id;
        assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
        assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot),
                  VSS_E_VOLUME_NOT_SUPPORTED);
        assert_true(IsEqualGUID(&snapshot, &GUID_NULL));
        assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
        IVssBackupComponents_Release(vss);
    }
}

static void revert__each_kind_of_shadow__as_documented(void **state)
{
    struct volume_shadow shadow;
    IVssAsync *async = (IVssAsync *)(ULONG_PTR)1;
    wchar_t volume[] = L"D:\\";
    wchar_t nowhere[] = L"Q:\\";

    (void)state;
    requestor_volume_shadow(VSS_CTX_FILE_SHARE_BACKUP, L"D:\\", &shadow);
    assert_hr(IVssBackupComponents_RevertToSnapshot(shadow.vss, shadow.snapshot, TRUE),
              VSS_E_UNSUPPORTED_CONTEXT);
    assert_hr(IVssBackupComponents_RevertToSnapshot(shadow.vss, GUID_NULL, TRUE),
              VSS_E_OBJECT_NOT_FOUND);
    IVssBackupComponents_Release(shadow.vss);
    requestor_volume_shadow(VSS_CTX_CLIENT_ACCESSIBLE, L"D:\\", &shadow);
    assert_hr(IVssBackupComponents_RevertToSnapshot(shadow.vss, shadow.snapshot, TRUE), E_NOTIMPL);
    assert_hr(IVssBackupComponents_QueryRevertStatus(shadow.vss, volume, &async), E_NOTIMPL);
    assert_null(async);
    assert_hr(IVssBackupComponents_QueryRevertStatus(shadow.vss, nowhere, &async),
              VSS_E_OBJECT_NOT_FOUND);
    IVssBackupComponents_Release(shadow.vss);
    assert_hr(requestor_delete(shadow.snapshot, VSS_OBJECT_SNAPSHOT), S_OK);
}

static void recovery_of_luns__any_call__refused(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssBackupComponentsEx4 *ex4 = requestor_as(vss, &IID_IVssBackupComponentsEx4);
    IVssAsync *async = (IVssAsync *)(ULONG_PTR)1;

    (void)state;
    assert_hr(IVssBackupComponentsEx4_AddSnapshotToRecoverySet(ex4, ntds_writer_id, 0, NULL),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponentsEx4_AddSnapshotToRecoverySet(ex4, GUID_NULL, 0, NULL),
              E_INVALIDARG);
    assert_hr(IVssBackupComponentsEx4_RecoverSet(ex4, 0, &async), VSS_E_BAD_STATE);
    assert_null(async);
    async = (IVssAsync *)(ULONG_PTR)1;
    assert_hr(IVssBackupComponentsEx4_PreFastRecovery(ex4, GUID_NULL, 0, &async), E_NOTIMPL);
    assert_null(async);
    async = (IVssAsync *)(ULONG_PTR)1;
    assert_hr(IVssBackupComponentsEx4_FastRecovery(ex4, GUID_NULL, 0, &async), E_NOTIMPL);
    assert_null(async);
    IVssBackupComponents_Release(vss);
}

static void calls__of_a_restore_in_a_backup_and_back__bad_state(void **state)
{
    GUID snapshot = {0};
    BSTR xml = NULL;
    IVssEnumObject *list = (IVssEnumObject *)(ULONG_PTR)1;
    VSS_PWSZ exposed = NULL;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    (void)state;
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    assert_hr(
        vss->lpVtbl->AddNewTarget(vss, NTDS_COMPONENT, TEST_FOLDER, L"ntds.dit", FALSE, L"D:\\"),
        VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SetRestoreState(vss, VSS_RTYPE_BY_COPY), VSS_E_BAD_STATE);
    IVssBackupComponents_Release(vss);

    vss = requestor_create();
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, xml), S_OK);
    SysFreeString(xml);
    /* Microsoft's sample does it, against the page. */
    assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, TRUE, VSS_BT_FULL, FALSE), S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &snapshot), VSS_E_BAD_STATE);
    assert_hr(
        IVssBackupComponents_Query(vss, GUID_NULL, VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT, &list),
        VSS_E_BAD_STATE);
    assert_null(list);
    assert_hr(IVssBackupComponents_ExposeSnapshot(vss, GUID_NULL, NULL,
                                                  VSS_VOLSNAP_ATTR_EXPOSED_LOCALLY, NULL, &exposed),
              VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_BreakSnapshotSet(vss, GUID_NULL), VSS_E_BAD_STATE);
    IVssBackupComponents_Release(vss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(import__new_session_or_document__nothing_is_imported),
        requestor_test(transportable__volumes__are_not_supported),
        requestor_test(revert__each_kind_of_shadow__as_documented),
        requestor_test(recovery_of_luns__any_call__refused),
        requestor_test(calls__of_a_restore_in_a_backup_and_back__bad_state),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
