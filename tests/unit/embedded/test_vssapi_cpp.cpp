/*
 * test_vssapi_cpp.cpp - a backup program in C++: classes of the headers instead of tables, functions by
 * their C++ names, IVssWriterComponentsExt with both of its bases as in Microsoft's header.
 */
#include <stdio.h>
#include <wchar.h>

#include <windows.h>

#include <vss.h>
#include <vswriter.h>
#include <vsbackup.h>

extern "C" {
#include "vssapi_requestor.h"

/* cpp_names.cpp, on the other side of the ABI. */
HRESULT cpp_create(IVssBackupComponents **out);
HRESULT cpp_examine(BSTR xml, IVssExamineWriterMetadata **out);
HRESULT cpp_is_snapshotted(VSS_PWSZ volume, BOOL *present, LONG *compatibility);
HRESULT cpp_should_block_revert(LPCWSTR volume, bool *block);
}

/* MinGW's header lacks the second base. */
class WriterComponentsExt : public IVssWriterComponents, public IUnknown {};

static HRESULT wait_and_release(HRESULT started, IVssAsync *async)
{
    assert_hr(started, S_OK);
    return requestor_wait(async);
}

static void names__other_functions__answer(void **)
{
    wchar_t volume[] = L"D:\\";
    BOOL present = 0x1234;
    LONG compatibility = 0x1234;
    bool block = true;
    IVssExamineWriterMetadata *metadata = nullptr;
    BSTR xml = SysAllocString(L"<no/>");

    assert_hr(cpp_is_snapshotted(volume, &present, &compatibility), S_OK);
    assert_false(present);
    assert_hr(cpp_should_block_revert(volume, &block), S_OK);
    assert_false(block);
    assert_hr(cpp_examine(xml, &metadata), VSS_E_INVALID_XML_DOCUMENT);
    assert_null(metadata);
    SysFreeString(xml);
}

/* The first component of the first writer, added to the backup. */
static void add_first_component(IVssBackupComponents *vss)
{
    UINT count = 0;
    UINT includes = 0;
    UINT excludes = 0;
    VSS_ID instance = GUID_NULL;
    VSS_ID inner = GUID_NULL;
    VSS_ID writer = GUID_NULL;
    VSS_USAGE_TYPE usage = VSS_UT_UNDEFINED;
    VSS_SOURCE_TYPE source = VSS_ST_UNDEFINED;
    IVssExamineWriterMetadata *metadata = nullptr;
    IVssWMComponent *component = nullptr;
    IVssWMFiledesc *file = nullptr;
    PVSSCOMPONENTINFO info = nullptr;
    BSTR text = nullptr;

    assert_hr(vss->GetWriterMetadataCount(&count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(vss->GetWriterMetadata(0, &instance, &metadata), S_OK);
    assert_hr(metadata->GetIdentity(&inner, &writer, &text, &usage, &source), S_OK);
    assert_true(IsEqualGUID(inner, instance) && IsEqualGUID(writer, ntds_writer_id));
    SysFreeString(text);
    assert_hr(metadata->GetFileCounts(&includes, &excludes, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(metadata->GetComponent(0, &component), S_OK);
    assert_hr(component->GetComponentInfo(&info), S_OK);
    assert_int_equal(info->cLogFiles, 2);
    assert_hr(component->GetDatabaseFile(0, &file), S_OK);
    assert_hr(file->GetFilespec(&text), S_OK);
    assert_true(wcscmp(text, L"ntds.dit") == 0);
    SysFreeString(text);
    assert_int_equal(file->Release(), 0);
    assert_hr(vss->AddComponent(instance, writer, info->type, info->bstrLogicalPath,
                                info->bstrComponentName),
              S_OK);
    assert_hr(component->FreeComponentInfo(info), S_OK);
    assert_int_equal(component->Release(), 0);
    assert_int_equal(metadata->Release(), 0);
}

static void mark_succeeded(IVssBackupComponents *vss)
{
    IVssWriterComponentsExt *stored = nullptr;
    IVssComponent *component = nullptr;
    VSS_ID instance = GUID_NULL;
    VSS_ID writer = GUID_NULL;
    UINT count = 0;
    BSTR name = nullptr;
    WriterComponentsExt *whole;

    assert_hr(vss->GetWriterComponents(0, &stored), S_OK);
    whole = reinterpret_cast<WriterComponentsExt *>(stored);
    assert_hr(whole->GetComponentCount(&count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(whole->GetWriterInfo(&instance, &writer), S_OK);
    assert_hr(whole->GetComponent(0, &component), S_OK);
    /* Through the second base: the compiler moves the pointer. */
    assert_int_equal(whole->AddRef(), 2);
    whole->Release();
    assert_int_equal(whole->Release(), 0);
    assert_hr(component->GetComponentName(&name), S_OK);
    assert_hr(
        vss->SetBackupSucceeded(instance, writer, VSS_CT_DATABASE, test_logical_path, name, true),
        S_OK);
    SysFreeString(name);
    assert_int_equal(component->Release(), 0);
}

static void backup__in_cpp__whole_sequence(void **)
{
    wchar_t volume[] = L"C:\\";
    wchar_t path[MAX_PATH];
    char data[16];
    VSS_ID set = GUID_NULL;
    VSS_ID snapshot = GUID_NULL;
    VSS_SNAPSHOT_PROP prop = {};
    IVssBackupComponents *vss = nullptr;
    IVssAsync *async = nullptr;
    BSTR xml = nullptr;
    HRESULT hr;

    assert_hr(cpp_create(&vss), S_OK);
    assert_hr(vss->InitializeForBackup(nullptr), S_OK);
    assert_hr(vss->SetContext(VSS_CTX_BACKUP), S_OK);
    assert_hr(vss->SetBackupState(true, true, VSS_BT_FULL, false), S_OK);
    hr = vss->GatherWriterMetadata(&async);
    assert_hr(wait_and_release(hr, async), VSS_S_ASYNC_FINISHED);
    add_first_component(vss);
    assert_hr(vss->StartSnapshotSet(&set), S_OK);
    assert_hr(vss->AddToSnapshotSet(volume, GUID_NULL, &snapshot), S_OK);
    hr = vss->PrepareForBackup(&async);
    assert_hr(wait_and_release(hr, async), VSS_S_ASYNC_FINISHED);
    hr = vss->DoSnapshotSet(&async);
    assert_hr(wait_and_release(hr, async), VSS_S_ASYNC_FINISHED);
    requestor_write_file(TEST_DATABASE, "changed", 7);
    assert_hr(vss->GetSnapshotProperties(snapshot, &prop), S_OK);
    assert_true(IsEqualGUID(prop.m_SnapshotSetId, set));
    swprintf(path, MAX_PATH, L"%ls\\vssapi-test\\ntds.dit", prop.m_pwszSnapshotDeviceObject);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 6);
    requestor_free_properties(&prop);
    mark_succeeded(vss);
    hr = vss->BackupComplete(&async);
    assert_hr(wait_and_release(hr, async), VSS_S_ASYNC_FINISHED);
    assert_hr(vss->SaveAsXML(&xml), S_OK);
    assert_non_null(wcsstr(xml, L"backupSucceeded=\"yes\""));
    SysFreeString(xml);
    assert_int_equal(vss->Release(), 0);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), -1);
}

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup(names__other_functions__answer, requestor_test_setup),
        cmocka_unit_test_setup(backup__in_cpp__whole_sequence, requestor_test_setup),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
