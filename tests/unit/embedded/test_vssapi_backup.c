/*
 * A whole backup through the installed vssapi.dll, and what a requestor gets to see on the way.
 */
#include "vssapi_requestor.h"

#include <stdio.h>
#include <string.h>

/* --- tables -------------------------------------------------------------------------------------
 */

/* Slots as in Microsoft's header (spec: IVssBackupComponents 3-50, Ex 51-52, Ex2 53-59, Ex3 60-63,
 * Ex4 64). */
#define SLOT(type, method) (offsetof(type##Vtbl, method) / sizeof(void *))
_Static_assert(SLOT(IVssBackupComponents, GetWriterComponentsCount) == 3, "slot");
_Static_assert(SLOT(IVssBackupComponents, InitializeForBackup) == 5, "slot");
_Static_assert(SLOT(IVssBackupComponents, GatherWriterMetadata) == 9, "slot");
_Static_assert(SLOT(IVssBackupComponents, AddComponent) == 13, "slot");
_Static_assert(SLOT(IVssBackupComponents, AbortBackup) == 15, "slot");
_Static_assert(SLOT(IVssBackupComponents, GetWriterStatus) == 19, "slot");
_Static_assert(SLOT(IVssBackupComponents, SaveAsXML) == 26, "slot");
_Static_assert(SLOT(IVssBackupComponents, PostRestore) == 34, "slot");
_Static_assert(SLOT(IVssBackupComponents, DoSnapshotSet) == 38, "slot");
_Static_assert(SLOT(IVssBackupComponents, GetSnapshotProperties) == 42, "slot");
_Static_assert(SLOT(IVssBackupComponents, QueryRevertStatus) == 50, "slot");
_Static_assert(SLOT(IVssBackupComponentsEx4, GetWriterMetadataEx) == 51, "slot");
_Static_assert(SLOT(IVssBackupComponentsEx4, UnexposeSnapshot) == 53, "slot");
_Static_assert(SLOT(IVssBackupComponentsEx4, GetWriterStatusEx) == 60, "slot");
_Static_assert(SLOT(IVssBackupComponentsEx4, GetRootAndLogicalPrefixPaths) == 64, "slot");
_Static_assert(SLOT(IVssExamineWriterMetadata, LoadFromXML) == 13, "slot");
_Static_assert(SLOT(IVssExamineWriterMetadataEx2, GetExcludeFromSnapshotFile) == 17, "slot");
_Static_assert(SLOT(IVssWMComponent, GetDependency) == 8, "slot");
_Static_assert(SLOT(IVssComponentEx2, GetBackupMetadata) == 10, "slot");
_Static_assert(SLOT(IVssComponentEx2, GetFailure) == 49, "slot");
_Static_assert(sizeof(VSS_SNAPSHOT_PROP) == (sizeof(void *) == 8 ? 128 : 96), "layout");
_Static_assert(sizeof(VSS_COMPONENTINFO) == (sizeof(void *) == 8 ? 72 : 48), "layout");

static void exports__every_documented_name__is_there(void **state)
{
    static const char *const names[] = {
        "CreateVssBackupComponentsInternal",
        "CreateVssExamineWriterMetadataInternal",
        "VssFreeSnapshotPropertiesInternal",
        "VssFreeSnapshotProperties",
        "IsVolumeSnapshottedInternal",
        "ShouldBlockRevertInternal",
        "WatchOwner",
#ifdef _WIN64
        "?CreateVssBackupComponents@@YAJPEAPEAVIVssBackupComponents@@@Z",
        "?CreateVssExamineWriterMetadata@@YAJPEAGPEAPEAVIVssExamineWriterMetadata@@@Z",
#else
        "?CreateVssBackupComponents@@YGJPAPAVIVssBackupComponents@@@Z",
        "?CreateVssExamineWriterMetadata@@YGJPAGPAPAVIVssExamineWriterMetadata@@@Z",
#endif
    };
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(names); i++) {
        if (!requestor_export(names[i]))
            print_error("missing: %s\n", names[i]);
        assert_non_null(requestor_export(names[i]));
    }
}

static void query_interface__every_version__same_object(void **state)
{
    static const IID *const ids[] = {
        &IID_IUnknown,
        &IID_IVssBackupComponents,
        &IID_IVssBackupComponentsEx,
        &IID_IVssBackupComponentsEx2,
        &IID_IVssBackupComponentsEx3,
        &IID_IVssBackupComponentsEx4,
    };
    IVssBackupComponents *vss = requestor_create();
    size_t i;

    void *found = NULL;
    (void)state;
    for (i = 0; i < ARRAYSIZE(ids); i++) {
        found = NULL;
        assert_hr(IVssBackupComponents_QueryInterface(vss, ids[i], &found), S_OK);
        assert_ptr_equal(found, vss);
        IVssBackupComponents_Release(vss);
    }
    found = vss;
    assert_hr(IVssBackupComponents_QueryInterface(vss, &IID_IVssAsync, &found), E_NOINTERFACE);
    assert_null(found);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

/* --- writer metadata
 * ------------------------------------------------------------------------------ */

static void assert_file(IVssWMFiledesc *file, const wchar_t *path, const wchar_t *filespec)
{
    BSTR text = NULL;
    boolean recursive = 0xcc;
    DWORD mask = 0xdead;

    assert_hr(IVssWMFiledesc_GetPath(file, &text), S_OK);
    assert_true(wcscmp(text, path) == 0);
    SysFreeString(text);
    assert_hr(IVssWMFiledesc_GetFilespec(file, &text), S_OK);
    assert_true(wcscmp(text, filespec) == 0);
    SysFreeString(text);
    text = (BSTR)(ULONG_PTR)1;
    assert_hr(IVssWMFiledesc_GetAlternateLocation(file, &text), S_FALSE);
    assert_null(text);
    assert_hr(IVssWMFiledesc_GetRecursive(file, &recursive), S_OK);
    assert_int_equal(recursive, 0);
    assert_hr(IVssWMFiledesc_GetBackupTypeMask(file, &mask), S_OK);
    assert_int_equal(mask, 0x0f0f);
    assert_int_equal(IVssWMFiledesc_Release(file), 0);
}

static void assert_ntds_component(IVssExamineWriterMetadata *metadata)
{
    IVssWMComponent *component = NULL;
    IVssWMFiledesc *file = NULL;
    PVSSCOMPONENTINFO info = NULL;

    assert_hr(IVssExamineWriterMetadata_GetComponent(metadata, 0, &component), S_OK);
    assert_hr(IVssWMComponent_GetComponentInfo(component, &info), S_OK);
    assert_int_equal(info->type, VSS_CT_DATABASE);
    assert_true(wcscmp(info->bstrLogicalPath, test_logical_path) == 0);
    assert_true(wcscmp(info->bstrComponentName, L"ntds") == 0);
    assert_int_equal(info->bSelectable, 0);
    assert_int_equal(info->dwComponentFlags, 3);
    assert_int_equal(info->cDatabases, 1);
    assert_int_equal(info->cLogFiles, 2);
    assert_int_equal(info->cFileCount, 0);
    assert_hr(IVssWMComponent_FreeComponentInfo(component, info), S_OK);
    assert_hr(IVssWMComponent_GetDatabaseFile(component, 0, &file), S_OK);
    assert_file(file, TEST_FOLDER, L"ntds.dit");
    assert_hr(IVssWMComponent_GetDatabaseLogFile(component, 0, &file), S_OK);
    assert_file(file, TEST_FOLDER, L"edb*.log");
    assert_hr(IVssWMComponent_GetDatabaseLogFile(component, 1, &file), S_OK);
    assert_file(file, TEST_FOLDER, L"edb.chk");
    assert_hr(IVssWMComponent_GetDatabaseLogFile(component, 2, &file), VSS_E_OBJECT_NOT_FOUND);
    assert_null(file);
    assert_int_equal(IVssWMComponent_Release(component), 0);
}

static void writer_metadata__ntds__as_the_registry_says(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssExamineWriterMetadata *metadata = NULL;
    UINT count = 0xdead;
    UINT include = 0xdead;
    UINT exclude = 0xdead;
    GUID outer = {0};
    GUID instance = {0};
    GUID writer = {0};
    BSTR name = NULL;
    VSS_USAGE_TYPE usage = VSS_UT_UNDEFINED;
    VSS_SOURCE_TYPE source = VSS_ST_UNDEFINED;

    (void)state;
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 1, &outer, &metadata),
              VSS_E_OBJECT_NOT_FOUND);
    assert_null(metadata);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &outer, &metadata), S_OK);
    assert_hr(
        IVssExamineWriterMetadata_GetIdentity(metadata, &instance, &writer, &name, &usage, &source),
        S_OK);
    assert_true(IsEqualGUID(&instance, &outer));
    assert_true(IsEqualGUID(&writer, &ntds_writer_id));
    assert_true(wcscmp(name, L"NTDS") == 0);
    assert_int_equal(usage, VSS_UT_BOOTABLESYSTEMSTATE);
    assert_int_equal(source, VSS_ST_TRANSACTEDDB);
    SysFreeString(name);
    assert_hr(IVssExamineWriterMetadata_GetFileCounts(metadata, &include, &exclude, &count), S_OK);
    assert_int_equal(include, 0);
    assert_int_equal(exclude, 0);
    assert_int_equal(count, 1);
    assert_ntds_component(metadata);
    assert_int_equal(IVssExamineWriterMetadata_Release(metadata), 0);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

static void writer_metadata__saved_and_loaded__same_again(void **state)
{
    typedef HRESULT(WINAPI * examine_function)(BSTR, IVssExamineWriterMetadata **);
    examine_function examine = (examine_function)(void (*)(void))requestor_export(
        "CreateVssExamineWriterMetadataInternal");
    IVssBackupComponents *vss = requestor_begin();
    IVssExamineWriterMetadata *metadata = NULL;
    IVssExamineWriterMetadata *again = NULL;
    GUID instance = {0};
    BSTR xml = NULL;
    BSTR xml_again = NULL;

    (void)state;
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
    assert_hr(IVssExamineWriterMetadata_SaveAsXML(metadata, &xml), S_OK);
    /* The objects live on their own. */
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
    assert_hr(examine(xml, &again), S_OK);
    assert_ntds_component(again);
    assert_hr(IVssExamineWriterMetadata_SaveAsXML(again, &xml_again), S_OK);
    assert_true(wcscmp(xml, xml_again) == 0);
    SysFreeString(xml);
    SysFreeString(xml_again);
    IVssExamineWriterMetadata_Release(metadata);
    IVssExamineWriterMetadata_Release(again);
    xml = SysAllocString(L"<BACKUP_COMPONENTS/>");
    assert_hr(examine(xml, &again), VSS_E_INVALID_XML_DOCUMENT);
    assert_null(again);
    assert_hr(examine(NULL, &again), E_INVALIDARG);
    SysFreeString(xml);
}

static void gather__writer_is_ruled_out__none_is_found(void **state)
{
    static const GUID other = {0x12345678, 1, 2, {3, 4, 5, 6, 7, 8, 9, 10}};
    UINT count = 0xdead;
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    assert_hr(IVssBackupComponents_EnableWriterClasses(vss, &other, 1), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    assert_int_equal(count, 0);
    IVssBackupComponents_Release(vss);

    vss = requestor_begin();
    assert_hr(IVssBackupComponents_EnableWriterClasses(vss, &ntds_writer_id, 1), S_OK);
    assert_hr(IVssBackupComponents_EnableWriterClasses(vss, &other, 1), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    assert_int_equal(count, 1);
    IVssBackupComponents_Release(vss);

    vss = requestor_begin();
    assert_hr(IVssBackupComponents_DisableWriterClasses(vss, &ntds_writer_id, 1), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    assert_int_equal(count, 0);
    IVssBackupComponents_Release(vss);
}

/* --- the backup
 * ------------------------------------------------------------------------------------ */

/* The component as the session's document has it now. */
static IVssComponent *stored_component(IVssBackupComponents *vss)
{
    IVssWriterComponentsExt *writer = NULL;
    IVssComponent *component = NULL;
    GUID instance = {0};
    GUID class = {0};
    UINT count = 0xdead;
    IUnknown *unknown;

    assert_hr(IVssBackupComponents_GetWriterComponentsCount(vss, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(IVssBackupComponents_GetWriterComponents(vss, 0, &writer), S_OK);
    assert_hr(writer->lpVtbl->GetWriterInfo(writer, &instance, &class), S_OK);
    assert_true(IsEqualGUID(&class, &ntds_writer_id));
    assert_hr(writer->lpVtbl->GetComponentCount(writer, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(writer->lpVtbl->GetComponent(writer, 0, &component), S_OK);
    /* The second table pointer is an IUnknown of the same object. */
    unknown = (IUnknown *)(void *)((void **)(void *)writer + 1);
    assert_int_equal(IUnknown_AddRef(unknown), 2);
    IUnknown_Release(unknown);
    assert_int_equal(IUnknown_Release(unknown), 0);
    return component; /* outlives the object it came from */
}

static void assert_stored(IVssBackupComponents *vss, HRESULT succeeded_hr, boolean succeeded)
{
    IVssComponent *component = stored_component(vss);
    BSTR text = NULL;
    boolean value = 0xcc;

    assert_hr(IVssComponent_GetBackupMetadata(component, &text), S_OK);
    /* The expiry, for example 2030-01-31T12:00:00Z. */
    assert_int_equal(wcslen(text), 20);
    assert_true(text[10] == L'T' && text[19] == L'Z');
    SysFreeString(text);
    assert_hr(IVssComponent_GetRestoreMetadata(component, &text), S_FALSE);
    assert_null(text);
    assert_hr(IVssComponent_GetBackupSucceeded(component, &value), succeeded_hr);
    assert_int_equal(value, succeeded);
    assert_int_equal(IVssComponent_Release(component), 0);
}

static void backup__whole_sequence__every_step_as_on_windows(void **state)
{
    wchar_t volume[] = L"C:\\";
    GUID set = {0};
    GUID snapshot = {0};
    BSTR xml = NULL;
    WINBOOL supported = 0xdead;
    wchar_t device[MAX_PATH];
    IVssBackupComponents *vss = requestor_begin();
    GUID instance = requestor_select(vss);
    struct writer_report report;

    (void)state;
    assert_hr(IVssBackupComponents_IsVolumeSupported(vss, GUID_NULL, volume, &supported), S_OK);
    assert_true(supported);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, &snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_STABLE);
    assert_hr(report.failure, S_OK);
    assert_true(IsEqualGUID(&report.instance, &instance));
    assert_stored(vss, S_FALSE, 0);

    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    assert_hr(report.failure, S_OK);
    requestor_device(vss, snapshot, device);
    assert_hr(IVssBackupComponents_SetBackupSucceeded(
                  vss, instance, ntds_writer_id, VSS_CT_DATABASE, test_logical_path, L"ntds", TRUE),
              S_OK);
    assert_hr(IVssBackupComponents_SetBackupSucceeded(vss, instance, ntds_writer_id,
                                                      VSS_CT_DATABASE, NULL, L"ntds", TRUE),
              VSS_E_OBJECT_NOT_FOUND);
    assert_hr(requestor_complete(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(requestor_status(vss).state, VSS_WS_STABLE);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    assert_non_null(wcsstr(xml, L"backupSucceeded=\"yes\""));
    SysFreeString(xml);
    assert_stored(vss, S_OK, 1);

    assert_int_not_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
    assert_int_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
}

/* Final path of a file or folder, the way a requestor checks where a file lies. */
static void final_path(const wchar_t *path, wchar_t final[MAX_PATH])
{
    HANDLE file =
        CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    DWORD chars;

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    chars = GetFinalPathNameByHandleW(file, final, MAX_PATH, 0);
    assert_in_range(chars, 1, MAX_PATH - 1);
    CloseHandle(file);
}

static void shadow__live_files_change__content_stays(void **state)
{
    wchar_t device[MAX_PATH];
    wchar_t path[MAX_PATH];
    char data[16];
    IVssBackupComponents *vss = requestor_snapshot(device);

    (void)state;
    requestor_write_file(TEST_DATABASE, "after it", 8);
    assert_true(DeleteFileW(TEST_FOLDER L"\\edb.log"));
    requestor_write_file(TEST_FOLDER L"\\new.log", "new", 3);

    _snwprintf(path, MAX_PATH, L"%ls\\vssapi-test\\ntds.dit", device);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 6);
    assert_memory_equal(data, "before", 6);
    _snwprintf(path, MAX_PATH, L"%ls\\VSSAPI-TEST\\EDB.LOG", device);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 3);
    _snwprintf(path, MAX_PATH, L"%ls\\vssapi-test\\new.log", device);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), -1);
    DeleteFileW(TEST_FOLDER L"\\new.log");
    /* What is linked of Windows, and what is copied. */
    _snwprintf(path, MAX_PATH, L"%ls\\windows\\system32\\kernel32.dll", device);
    assert_int_not_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    _snwprintf(path, MAX_PATH, L"%ls\\System Volume Information", device);
    assert_int_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(vss);
}

static void shadow__file_below_windows_rewritten_in_place__content_stays(void **state)
{
    static const wchar_t live[] = L"C:\\windows\\temp\\vssapi-test.ini";
    wchar_t device[MAX_PATH];
    wchar_t path[MAX_PATH];
    char data[16];
    DWORD written = 0;
    IVssBackupComponents *vss;
    HANDLE file;

    (void)state;
    requestor_write_file(live, "before", 6);
    vss = requestor_snapshot(device);
    file = CreateFileW(live, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "AFTER!", 6, &written, NULL));
    CloseHandle(file);
    _snwprintf(path, MAX_PATH, L"%ls\\windows\\temp\\vssapi-test.ini", device);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 6);
    assert_memory_equal(data, "before", 6);
    DeleteFileW(live);
    IVssBackupComponents_Release(vss);
}

static void shadow__paths__enumerate_and_lie_below_the_root(void **state)
{
    wchar_t device[MAX_PATH];
    wchar_t path[MAX_PATH];
    wchar_t root[MAX_PATH];
    wchar_t file[MAX_PATH];
    WIN32_FIND_DATAW found;
    UINT count = 0;
    IVssBackupComponents *vss = requestor_snapshot(device);
    HANDLE search;
    size_t chars;

    (void)state;
    assert_non_null(wcsstr(device, L"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy"));
    _snwprintf(path, MAX_PATH, L"%ls\\vssapi-test\\*", device);
    search = FindFirstFileW(path, &found);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    do
        count++;
    while (FindNextFileW(search, &found));
    FindClose(search);
    assert_int_equal(count, 5); /* . .. and three files */
    _snwprintf(path, MAX_PATH, L"%ls\\*", device);
    search = FindFirstFileW(path, &found);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    FindClose(search);

    _snwprintf(path, MAX_PATH, L"%ls\\", device);
    assert_int_equal(GetFileAttributesW(path) & FILE_ATTRIBUTE_REPARSE_POINT, 0);
    final_path(path, root);
    _snwprintf(path, MAX_PATH, L"%ls\\vssapi-test\\ntds.dit", device);
    final_path(path, file);
    print_message("root %ls, file %ls\n", root, file);
    chars = wcslen(root);
    assert_true(_wcsnicmp(root, file, chars) == 0 && file[chars] == L'\\');
    final_path(TEST_DATABASE, file);
    assert_true(_wcsnicmp(root, file, chars) != 0);
    IVssBackupComponents_Release(vss);
}

static UINT count_snapshots(IVssBackupComponents *vss)
{
    typedef void(WINAPI * free_function)(VSS_SNAPSHOT_PROP *);
    free_function free_properties =
        (free_function)(void (*)(void))requestor_export("VssFreeSnapshotProperties");
    IVssEnumObject *list = NULL;
    VSS_OBJECT_PROP prop;
    ULONG fetched = 0;
    UINT count = 0;

    assert_hr(
        IVssBackupComponents_Query(vss, GUID_NULL, VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT, &list),
        S_OK);
    while (IVssEnumObject_Next(list, 1, &prop, &fetched) == S_OK) {
        assert_int_equal(fetched, 1);
        assert_int_equal(prop.Type, VSS_OBJECT_SNAPSHOT);
        free_properties(&prop.Obj.Snap);
        count++;
    }
    assert_int_equal(fetched, 0);
    assert_int_equal(IVssEnumObject_Release(list), 0);
    return count;
}

static void query_and_delete__own_set__is_listed_then_gone(void **state)
{
    typedef HRESULT(WINAPI * snapshotted_function)(VSS_PWSZ, WINBOOL *, LONG *);
    snapshotted_function is_snapshotted =
        (snapshotted_function)(void (*)(void))requestor_export("IsVolumeSnapshottedInternal");
    wchar_t device[MAX_PATH];
    wchar_t volume[] = L"C:\\";
    GUID snapshot = {0};
    GUID failed = {0};
    LONG deleted = 0xdead;
    WINBOOL present = 0xdead;
    LONG compatibility = 0xdead;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);
    UINT before = count_snapshots(vss);

    (void)state;
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    requestor_device(vss, snapshot, device);
    assert_int_equal(count_snapshots(vss), before + 1);
    assert_hr(is_snapshotted(volume, &present, &compatibility), S_OK);
    assert_true(present);
    assert_hr(IVssBackupComponents_DeleteSnapshots(vss, snapshot, VSS_OBJECT_SNAPSHOT, TRUE,
                                                   &deleted, &failed),
              S_OK);
    assert_int_equal(deleted, 1);
    assert_int_equal(GetFileAttributesW(device), INVALID_FILE_ATTRIBUTES);
    assert_int_equal(count_snapshots(vss), before);
    assert_hr(IVssBackupComponents_DeleteSnapshots(vss, snapshot, VSS_OBJECT_SNAPSHOT, TRUE,
                                                   &deleted, &failed),
              VSS_E_OBJECT_NOT_FOUND);
    assert_int_equal(deleted, 0);
    IVssBackupComponents_Release(vss);
}

/* The first other disk of the prefix, 0 for none; Z: is the host. */
static wchar_t second_volume(void)
{
    wchar_t letter;

    for (letter = L'D'; letter < L'Z'; letter++) {
        wchar_t root[] = {letter, L':', L'\\', 0};

        if (GetDriveTypeW(root) == DRIVE_FIXED)
            return letter;
    }
    return 0;
}

/* Needs a second volume; a prefix that has none skips it. */
static void set__two_volumes__both_are_of_the_same_set(void **state)
{
    wchar_t other_file[] = L"?:\\vssapi-test.txt";
    wchar_t volumes[2][4] = {L"C:\\", L"?:\\"};
    GUID set = {0};
    GUID snapshots[2] = {{0}};
    wchar_t devices[2][MAX_PATH];
    wchar_t path[MAX_PATH];
    char data[16];
    IVssBackupComponents *vss;
    size_t i;

    (void)state;
    volumes[1][0] = second_volume();
    other_file[0] = volumes[1][0];
    if (volumes[1][0] == 0)
        skip();
    requestor_write_file(other_file, "other", 5);
    vss = requestor_begin();
    requestor_select(vss);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    for (i = 0; i < 2; i++)
        assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volumes[i], GUID_NULL, &snapshots[i]),
                  S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    for (i = 0; i < 2; i++)
        requestor_device(vss, snapshots[i], devices[i]);
    DeleteFileW(other_file);
    assert_true(wcscmp(devices[0], devices[1]) != 0);
    _snwprintf(path, MAX_PATH, L"%ls\\vssapi-test.txt", devices[1]);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 5);
    _snwprintf(path, MAX_PATH, L"%ls\\vssapi-test\\ntds.dit", devices[0]);
    assert_int_equal(requestor_read_file(path, data, sizeof(data)), 6);
    IVssBackupComponents_Release(vss);
    assert_int_equal(GetFileAttributesW(devices[0]), INVALID_FILE_ATTRIBUTES);
    assert_int_equal(GetFileAttributesW(devices[1]), INVALID_FILE_ATTRIBUTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports__every_documented_name__is_there),
        cmocka_unit_test_setup(query_interface__every_version__same_object, requestor_test_setup),
        cmocka_unit_test_setup(writer_metadata__ntds__as_the_registry_says, requestor_test_setup),
        cmocka_unit_test_setup(writer_metadata__saved_and_loaded__same_again, requestor_test_setup),
        cmocka_unit_test_setup(gather__writer_is_ruled_out__none_is_found, requestor_test_setup),
        cmocka_unit_test_setup(backup__whole_sequence__every_step_as_on_windows,
                               requestor_test_setup),
        cmocka_unit_test_setup(shadow__live_files_change__content_stays, requestor_test_setup),
        cmocka_unit_test_setup(shadow__file_below_windows_rewritten_in_place__content_stays,
                               requestor_test_setup),
        cmocka_unit_test_setup(shadow__paths__enumerate_and_lie_below_the_root,
                               requestor_test_setup),
        cmocka_unit_test_setup(set__two_volumes__both_are_of_the_same_set, requestor_test_setup),
        cmocka_unit_test_setup(query_and_delete__own_set__is_listed_then_gone,
                               requestor_test_setup),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
