/*
 * test_vssapi_restore.c - a restore: the documents of a backup come back, calls have their order,
 * the writer its states.
 */
#include "vssapi_requestor.h"

#include <stdbool.h>
#include <string.h>

/* A backup program keeps these from a backup. */
static BSTR components_document;
static BSTR writer_document;
static BSTR backup_metadata;

static int restore_group_setup(void **state)
{
    wchar_t device[MAX_PATH];
    GUID instance = {0};
    IVssExamineWriterMetadata *metadata = NULL;
    IVssBackupComponents *vss;
    IVssComponentEx2 *component;

    if (requestor_group_setup(state) != 0)
        return -1;
    requestor_test_setup(state);
    vss = requestor_snapshot(device);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_SaveAsXML(metadata, &writer_document), S_OK);
    IVssExamineWriterMetadata_Release(metadata);
    component = requestor_component(vss, &instance);
    assert_hr(IVssComponentEx2_GetBackupMetadata(component, &backup_metadata), S_OK);
    IVssComponentEx2_Release(component);
    assert_hr(vss->lpVtbl->SetBackupSucceeded(vss, instance, NTDS_COMPONENT, TRUE), S_OK);
    assert_hr(requestor_complete(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &components_document), S_OK);
    IVssBackupComponents_Release(vss);
    return 0;
}

static int restore_group_teardown(void **state)
{
    SysFreeString(components_document);
    SysFreeString(writer_document);
    SysFreeString(backup_metadata);
    return requestor_group_teardown(state);
}

static IVssBackupComponents *begin_restore(void)
{
    return requestor_begin_restore(components_document);
}

static HRESULT select_ntds(IVssBackupComponents *vss)
{
    return vss->lpVtbl->SetSelectedForRestore(vss, NTDS_COMPONENT, TRUE);
}

static HRESULT set_status(IVssBackupComponents *vss, VSS_FILE_RESTORE_STATUS status)
{
    return vss->lpVtbl->SetFileRestoreStatus(vss, NTDS_COMPONENT, status);
}

static void components_document__of_a_whole_backup__comes_back(void **state)
{
    IVssBackupComponents *vss = requestor_create();
    VSS_COMPONENT_TYPE type = VSS_CT_UNDEFINED;
    GUID instance = {0};
    boolean succeeded = 0xcc;
    BSTR text = NULL;
    IVssComponentEx2 *component;

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, components_document), S_OK);
    component = requestor_component(vss, &instance);
    assert_false(IsEqualGUID(&instance, &GUID_NULL));
    assert_hr(IVssComponentEx2_GetComponentType(component, &type), S_OK);
    assert_int_equal(type, VSS_CT_DATABASE);
    assert_hr(IVssComponentEx2_GetLogicalPath(component, &text), S_OK);
    assert_bstr(text, test_logical_path);
    assert_hr(IVssComponentEx2_GetComponentName(component, &text), S_OK);
    assert_bstr(text, L"ntds");
    assert_hr(IVssComponentEx2_GetBackupSucceeded(component, &succeeded), S_OK);
    assert_int_equal(succeeded, TRUE);
    assert_hr(IVssComponentEx2_GetBackupMetadata(component, &text), S_OK);
    assert_bstr(text, backup_metadata);
    IVssComponentEx2_Release(component);
    IVssBackupComponents_Release(vss);
}

static void writer_document__of_a_backup__comes_back(void **state)
{
    typedef HRESULT(WINAPI * examine_function)(BSTR, IVssExamineWriterMetadata **);
    examine_function examine = (examine_function)(void (*)(void))requestor_export(
        "CreateVssExamineWriterMetadataInternal");
    IVssExamineWriterMetadata *metadata = NULL;
    UINT include_count = 77, exclude_count = 77, component_count = 77;
    BSTR again = NULL;

    (void)state;
    assert_non_null(examine);
    assert_hr(examine(writer_document, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_GetFileCounts(metadata, &include_count, &exclude_count,
                                                      &component_count),
              S_OK);
    assert_int_equal(component_count, 1);
    assert_hr(IVssExamineWriterMetadata_SaveAsXML(metadata, &again), S_OK);
    assert_bstr(again, writer_document);
    IVssExamineWriterMetadata_Release(metadata);
}

/* In the form of Windows' own: capital ids, an explicit default, what is not known here. */
static void documents__in_another_form__are_given_back_as_they_were(void **state)
{
    typedef HRESULT(WINAPI * examine_function)(BSTR, IVssExamineWriterMetadata **);
    examine_function examine = (examine_function)(void (*)(void))requestor_export(
        "CreateVssExamineWriterMetadataInternal");
    BSTR writer = SysAllocString(
        L"<?xml version=\"1.0\"?>\r\n<WRITER_METADATA xmlns=\"x-schema:#VssWriterMetadataInfo\" "
        L"version=\"1.1\" later=\"\x00fc\"><IDENTIFICATION "
        L"writerId=\"B2014C9E-8711-4C5C-A5A9-3CF384484757\" "
        L"instanceId=\"DD8D6255-B3BB-4EC1-8249-73CD75C0EE21\" friendlyName=\"x\" "
        L"usage=\"USER_DATA\" dataSource=\"OTHER\"/><BACKUP_LOCATIONS><EXCLUDE_FILES "
        L"path=\"C:\\a\" "
        L"filespec=\"b\" "
        L"recursive=\"no\"/></BACKUP_LOCATIONS><LATER>text</LATER></WRITER_METADATA>");
    BSTR components = SysAllocString(
        L"<BACKUP_COMPONENTS xmlns=\"x-schema:#VssComponentMetadata\" version=\"1.2\" "
        L"selectComponents=\"yes\"\r\n backupType=\"full\"> <LATER/> </BACKUP_COMPONENTS>\r\n");
    IVssExamineWriterMetadata *metadata = NULL;
    IVssBackupComponents *vss = requestor_create();
    BSTR again = NULL;

    (void)state;
    assert_hr(examine(writer, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_SaveAsXML(metadata, &again), S_OK);
    assert_bstr(again, writer);
    IVssExamineWriterMetadata_Release(metadata);
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, components), S_OK);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &again), S_OK);
    assert_bstr(again, components);
    IVssBackupComponents_Release(vss);
    SysFreeString(writer);
    SysFreeString(components);
}

/* What the metadata of NTDS says of a restore. */
static void assert_restore(VSS_RESTOREMETHOD_ENUM method, VSS_WRITERRESTORE_ENUM writer_restore)
{
    IVssBackupComponents *vss = begin_restore();
    IVssExamineWriterMetadata *metadata = NULL;
    VSS_RESTOREMETHOD_ENUM found = VSS_RME_UNDEFINED;
    VSS_WRITERRESTORE_ENUM found_restore = VSS_WRE_UNDEFINED;
    BSTR service = NULL;
    BSTR procedure = NULL;
    boolean reboot = 0xcc;
    GUID instance;
    UINT mappings;

    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_GetRestoreMethod(metadata, &found, &service, &procedure,
                                                         &found_restore, &reboot, &mappings),
              S_OK);
    assert_int_equal(found, method);
    assert_int_equal(found_restore, writer_restore);
    assert_int_equal(reboot, TRUE);
    IVssExamineWriterMetadata_Release(metadata);
    IVssBackupComponents_Release(vss);
}

static void ntds__restore_method__lets_the_writer_take_part_unless_set(void **state)
{
    (void)state;
    assert_restore(VSS_RME_RESTORE_IF_CAN_REPLACE, VSS_WRE_ALWAYS);
    requestor_set_number(L"RestoreMethod", VSS_RME_RESTORE_AT_REBOOT);
    requestor_set_number(L"WriterRestore", VSS_WRE_NEVER);
    assert_restore(VSS_RME_RESTORE_AT_REBOOT, VSS_WRE_NEVER);
    requestor_set_number(L"RestoreMethod", VSS_RME_RESTORE_IF_CAN_REPLACE);
    requestor_set_number(L"WriterRestore", VSS_WRE_ALWAYS);
}

static void writer__directory_is_stopped__is_there_only_with_writer_in_dsrm(void **state)
{
    static const struct
    {
        const char *label;
        DWORD writer_in_dsrm;
        UINT writers;
        HRESULT selected;
    } rows[] = {
        {"with WriterInDsrm", 1, 1, S_OK},
        {"without", 0, 0, VSS_E_OBJECT_NOT_FOUND},
    };
    IVssBackupComponents *vss;
    HRESULT selected;
    UINT count;
    size_t i;

    (void)state;
    requestor_stop_directory();
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        requestor_set_number(L"WriterInDsrm", rows[i].writer_in_dsrm);
        vss = begin_restore();
        assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
        selected = select_ntds(vss);
        if (count != rows[i].writers || selected != rows[i].selected)
            fail_msg("%s: %u writers, select 0x%08lx", rows[i].label, count,
                     (unsigned long)selected);
        IVssBackupComponents_Release(vss);
    }
}

static void backup_calls__in_a_restore__bad_state(void **state)
{
    wchar_t volume[] = L"C:\\";
    IVssAsync *async = NULL;
    GUID id = {0};
    IVssBackupComponents *vss = begin_restore();

    (void)state;
    assert_hr(vss->lpVtbl->AddComponent(vss, id, NTDS_COMPONENT), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &id), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &id), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_PrepareForBackup(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_DoSnapshotSet(vss, &async), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_BackupComplete(vss, &async), VSS_E_BAD_STATE);
    assert_hr(vss->lpVtbl->SetBackupSucceeded(vss, id, NTDS_COMPONENT, TRUE), VSS_E_BAD_STATE);
    /* Nothing can be aborted in a restore. */
    assert_hr(IVssBackupComponents_AbortBackup(vss), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, components_document), VSS_E_BAD_STATE);
    assert_null(async);
    IVssBackupComponents_Release(vss);
}

static void restore_calls__in_a_backup__bad_state(void **state)
{
    IVssAsync *async = NULL;
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    requestor_select(vss);
    assert_hr(select_ntds(vss), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SetRestoreState(vss, VSS_RTYPE_BY_COPY), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_PreRestore(vss, &async), VSS_E_BAD_STATE);
    assert_hr(set_status(vss, VSS_RS_ALL), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_PostRestore(vss, &async), VSS_E_BAD_STATE);
    assert_null(async);
    IVssBackupComponents_Release(vss);
}

static void restore_calls__too_early_too_late_or_twice__bad_state(void **state)
{
    IVssBackupComponents *vss = requestor_create();

    (void)state;
    assert_hr(IVssBackupComponents_InitializeForRestore(vss, components_document), S_OK);
    assert_hr(requestor_pre_restore(vss), VSS_E_BAD_STATE); /* the writers are not known yet */
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_post_restore(vss), VSS_E_BAD_STATE);
    assert_hr(select_ntds(vss), S_OK);
    assert_hr(set_status(vss, VSS_RS_ALL), VSS_E_BAD_STATE);
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_pre_restore(vss), VSS_E_BAD_STATE);
    assert_hr(select_ntds(vss), VSS_E_BAD_STATE);
    assert_hr(IVssBackupComponents_SetRestoreState(vss, VSS_RTYPE_BY_COPY), VSS_E_BAD_STATE);
    assert_hr(set_status(vss, (VSS_FILE_RESTORE_STATUS)99), E_INVALIDARG);
    assert_hr(set_status(vss, VSS_RS_NONE), S_OK);
    assert_hr(set_status(vss, VSS_RS_ALL), S_OK);
    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_post_restore(vss), VSS_E_BAD_STATE);
    assert_hr(set_status(vss, VSS_RS_ALL), VSS_E_BAD_STATE);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

static void writer__fails_in_an_event__status_has_the_failure(void **state)
{
    static const struct
    {
        const wchar_t *fault;
        VSS_WRITER_STATE state;
    } rows[] = {
        {L"PreRestore:writer=0x800423f4", VSS_WS_FAILED_AT_PRE_RESTORE},
        {L"PostRestore:writer=0x800423f4", VSS_WS_FAILED_AT_POST_RESTORE},
    };
    IVssBackupComponents *vss;
    struct writer_report report;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(rows); i++) {
        vss = begin_restore();
        assert_hr(select_ntds(vss), S_OK);
        requestor_set_fault(rows[i].fault);
        /* As on Windows the operation itself succeeds. */
        assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
        assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
        requestor_set_fault(NULL);
        report = requestor_status(vss);
        assert_int_equal(report.state, rows[i].state);
        assert_hr(report.failure, (HRESULT)0x800423f4);
        IVssBackupComponents_Release(vss);
    }
}

static void writer__not_selected__gets_no_events(void **state)
{
    IVssBackupComponents *vss = begin_restore();

    (void)state;
    requestor_set_fault(L"PreRestore:writer=0x800423f4");
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    requestor_set_fault(NULL);
    assert_hr(requestor_status(vss).failure, S_OK);
    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
}

static void operations__fail__may_be_repeated(void **state)
{
    IVssBackupComponents *vss = begin_restore();

    (void)state;
    assert_hr(select_ntds(vss), S_OK);
    requestor_set_fault(L"PreRestore:async=0x80042302");
    assert_hr(requestor_pre_restore(vss), (HRESULT)0x80042302);
    requestor_set_fault(NULL);
    assert_hr(requestor_post_restore(vss), VSS_E_BAD_STATE);
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    requestor_set_fault(L"PostRestore:async=0x80042302");
    assert_hr(requestor_post_restore(vss), (HRESULT)0x80042302);
    requestor_set_fault(NULL);
    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
}

static bool log_has(const char *word)
{
    static char text[65536];
    int got = requestor_read_file(TEST_FOLDER L"\\calls.log", text, sizeof(text) - 1);

    text[got > 0 ? got : 0] = 0;
    return strstr(text, word) != NULL;
}

static void release__post_restore_was_skipped__is_in_the_call_log(void **state)
{
    IVssBackupComponents *vss;
    bool after_good_one;

    (void)state;
    SetEnvironmentVariableW(L"VSSAPI_LOG", TEST_FOLDER L"\\calls.log");
    vss = begin_restore();
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_post_restore(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
    after_good_one = log_has("MissingPostRestore");
    vss = begin_restore();
    assert_hr(requestor_pre_restore(vss), VSS_S_ASYNC_FINISHED);
    IVssBackupComponents_Release(vss);
    SetEnvironmentVariableW(L"VSSAPI_LOG", NULL);
    assert_false(after_good_one);
    assert_true(log_has("MissingPostRestore"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        requestor_test(components_document__of_a_whole_backup__comes_back),
        requestor_test(writer_document__of_a_backup__comes_back),
        requestor_test(documents__in_another_form__are_given_back_as_they_were),
        requestor_test(ntds__restore_method__lets_the_writer_take_part_unless_set),
        requestor_test(backup_calls__in_a_restore__bad_state),
        requestor_test(restore_calls__in_a_backup__bad_state),
        requestor_test(restore_calls__too_early_too_late_or_twice__bad_state),
        requestor_test(writer__fails_in_an_event__status_has_the_failure),
        requestor_test(writer__not_selected__gets_no_events),
        requestor_test(operations__fail__may_be_repeated),
        requestor_test(release__post_restore_was_skipped__is_in_the_call_log),
        /* Last: it leaves the directory stopped. */
        requestor_test(writer__directory_is_stopped__is_there_only_with_writer_in_dsrm),
    };

    return cmocka_run_group_tests(tests, restore_group_setup, restore_group_teardown);
}
