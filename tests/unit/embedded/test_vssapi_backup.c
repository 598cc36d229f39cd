/*
 * test_vssapi_backup.c - a whole backup through the installed vssapi.dll, and what a requestor gets
 * to see on the way.
 */
#include "vssapi_requestor.h"

#include <string.h>

/* --- tables ---------------------------------------------------------------------------------- */

/* The slots of Microsoft's header. */
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
    void *found = vss;
    size_t i;

    (void)state;
    for (i = 0; i < ARRAYSIZE(ids); i++)
        assert_ptr_equal(requestor_as(vss, ids[i]), vss);
    assert_hr(IVssBackupComponents_QueryInterface(vss, &IID_IVssAsync, &found), E_NOINTERFACE);
    assert_null(found);
    assert_int_equal(IVssBackupComponents_Release(vss), 0);
}

/* --- writer metadata ------------------------------------------------------------------------- */

static void assert_file(IVssWMFiledesc *file, const wchar_t *path, const wchar_t *filespec)
{
    BSTR text = NULL;
    boolean recursive = 0xcc;
    DWORD mask = 0xdead;

    assert_hr(IVssWMFiledesc_GetPath(file, &text), S_OK);
    assert_bstr(text, path);
    assert_hr(IVssWMFiledesc_GetFilespec(file, &text), S_OK);
    assert_bstr(text, filespec);
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
    assert_wide(info->bstrLogicalPath, test_logical_path);
    assert_wide(info->bstrComponentName, L"ntds");
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

static void writer_metadata__ntds__as_in_the_registry(void **state)
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
    assert_int_equal(requestor_writer_count(vss), 1);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 1, &outer, &metadata),
              VSS_E_OBJECT_NOT_FOUND);
    assert_null(metadata);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &outer, &metadata), S_OK);
    assert_hr(
        IVssExamineWriterMetadata_GetIdentity(metadata, &instance, &writer, &name, &usage, &source),
        S_OK);
    assert_true(IsEqualGUID(&instance, &outer));
    assert_true(IsEqualGUID(&writer, &ntds_writer_id));
    assert_wide(name, L"NTDS");
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
    assert_bstr(xml, xml_again);
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
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    assert_hr(IVssBackupComponents_EnableWriterClasses(vss, &other, 1), S_OK);
    assert_int_equal(requestor_writer_count(vss), 0);
    IVssBackupComponents_Release(vss);

    vss = requestor_begin();
    assert_hr(IVssBackupComponents_EnableWriterClasses(vss, &ntds_writer_id, 1), S_OK);
    assert_hr(IVssBackupComponents_EnableWriterClasses(vss, &other, 1), S_OK);
    assert_int_equal(requestor_writer_count(vss), 1);
    IVssBackupComponents_Release(vss);

    vss = requestor_begin();
    assert_hr(IVssBackupComponents_DisableWriterClasses(vss, &ntds_writer_id, 1), S_OK);
    assert_int_equal(requestor_writer_count(vss), 0);
    IVssBackupComponents_Release(vss);
}

/* The registry can name folders that no path can: such a directory cannot be backed up. */
static void gather__folder_of_the_logs_is_too_long__no_writer(void **state)
{
    wchar_t folder[MAX_PATH + 2];
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    requestor_fill(folder, L'f', MAX_PATH + 1);
    memcpy(folder, L"C:\\", 3 * sizeof(wchar_t));
    requestor_set_parameter(L"Database log files path", folder);
    assert_int_equal(requestor_writer_count(vss), 0);
    IVssBackupComponents_Release(vss);
}

/* --- the backup ------------------------------------------------------------------------------ */

static void assert_stored(IVssBackupComponents *vss, HRESULT succeeded_hr, boolean succeeded)
{
    GUID instance = {0};
    IVssComponentEx2 *component = requestor_component(vss, &instance);
    BSTR text = NULL;
    boolean value = 0xcc;

    assert_hr(IVssComponentEx2_GetBackupMetadata(component, &text), S_OK);
    /* The expiry, for example 2030-01-31T12:00:00Z. */
    assert_int_equal(wcslen(text), 20);
    assert_true(text[10] == L'T' && text[19] == L'Z');
    SysFreeString(text);
    assert_hr(IVssComponentEx2_GetRestoreMetadata(component, &text), S_FALSE);
    assert_null(text);
    assert_hr(IVssComponentEx2_GetBackupSucceeded(component, &value), succeeded_hr);
    assert_int_equal(value, succeeded);
    assert_int_equal(IVssComponentEx2_Release(component), 0);
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
    assert_int_equal(report.writers, 1);
    assert_int_equal(report.state, VSS_WS_STABLE);
    assert_hr(report.failure, S_OK);
    assert_true(IsEqualGUID(&report.instance, &instance));
    assert_stored(vss, S_FALSE, 0);

    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status(vss);
    assert_int_equal(report.state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    assert_hr(report.failure, S_OK);
    requestor_device(vss, snapshot, device);
    assert_hr(vss->lpVtbl->SetBackupSucceeded(vss, instance, NTDS_COMPONENT, FALSE), S_OK);
    assert_stored(vss, S_OK, 0);
    assert_hr(vss->lpVtbl->SetBackupSucceeded(vss, instance, NTDS_COMPONENT, TRUE), S_OK);
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

static void prepare__no_tombstone_days__no_backup_metadata(void **state)
{
    GUID snapshot = {0};
    GUID instance = {0};
    BSTR text = NULL;
    IVssBackupComponents *vss;
    IVssComponentEx2 *component;

    (void)state;
    requestor_set_number(L"TombstoneDays", 0);
    vss = requestor_prepared(&snapshot);
    component = requestor_component(vss, &instance);
    assert_hr(IVssComponentEx2_GetBackupMetadata(component, &text), S_FALSE);
    assert_null(text);
    IVssComponentEx2_Release(component);
    IVssBackupComponents_Release(vss);
}

/* The path by which a requestor checks on which volume a file lies. */
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

    assert_int_equal(requestor_read_shadow(device, TEST_DATABASE, data, sizeof(data)), 6);
    assert_memory_equal(data, "before", 6);
    assert_int_equal(requestor_read_shadow(device, L"C:\\VSSAPI-TEST\\EDB.LOG", data, sizeof(data)),
                     3);
    assert_int_equal(requestor_read_shadow(device, L"C:\\vssapi-test\\new.log", data, sizeof(data)),
                     -1);
    DeleteFileW(TEST_FOLDER L"\\new.log");
    requestor_in_shadow(device, L"C:\\windows\\system32\\kernel32.dll", path);
    assert_int_not_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    requestor_in_shadow(device, L"C:\\System Volume Information", path);
    assert_int_equal(GetFileAttributesW(path), INVALID_FILE_ATTRIBUTES);
    IVssBackupComponents_Release(vss);
}

static void shadow__file_below_windows_rewritten_in_place__content_stays(void **state)
{
    static const wchar_t live[] = L"C:\\windows\\temp\\vssapi-test.ini";
    wchar_t device[MAX_PATH];
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
    assert_int_equal(requestor_read_shadow(device, live, data, sizeof(data)), 6);
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
    requestor_in_shadow(device, TEST_FOLDER L"\\*", path);
    search = FindFirstFileW(path, &found);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    do
        count++;
    while (FindNextFileW(search, &found));
    FindClose(search);
    assert_int_equal(count, 5); /* . .. and three files */
    requestor_in_shadow(device, L"C:\\*", path);
    search = FindFirstFileW(path, &found);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    FindClose(search);

    requestor_in_shadow(device, L"C:\\", path);
    assert_int_equal(GetFileAttributesW(path) & FILE_ATTRIBUTE_REPARSE_POINT, 0);
    final_path(path, root);
    requestor_in_shadow(device, TEST_DATABASE, path);
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

/* The first other disk of the prefix, 0 if there is none; Z: is the host. */
static wchar_t second_volume(void)
{
    wchar_t root[] = L"D:\\";

    for (; root[0] < L'Z'; root[0]++)
        if (GetDriveTypeW(root) == DRIVE_FIXED)
            return root[0];
    return 0;
}

static void set__two_volumes__both_are_of_the_same_set(void **state)
{
    wchar_t other_file[] = L"?:\\vssapi-test.txt";
    wchar_t volumes[2][4] = {L"C:\\", L"?:\\"};
    GUID set = {0};
    GUID snapshots[2] = {{0}};
    wchar_t devices[2][MAX_PATH];
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
    assert_int_not_equal(wcscmp(devices[0], devices[1]), 0);
    assert_int_equal(requestor_read_shadow(devices[1], L"C:\\vssapi-test.txt", data, sizeof(data)),
                     5);
    assert_int_equal(requestor_read_shadow(devices[0], TEST_DATABASE, data, sizeof(data)), 6);
    IVssBackupComponents_Release(vss);
    assert_int_equal(GetFileAttributesW(devices[0]), INVALID_FILE_ATTRIBUTES);
    assert_int_equal(GetFileAttributesW(devices[1]), INVALID_FILE_ATTRIBUTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exports__every_documented_name__is_there),
        requestor_test(query_interface__every_version__same_object),
        requestor_test(writer_metadata__ntds__as_in_the_registry),
        requestor_test(writer_metadata__saved_and_loaded__same_again),
        requestor_test(gather__writer_is_ruled_out__none_is_found),
        requestor_test(gather__folder_of_the_logs_is_too_long__no_writer),
        requestor_test(backup__whole_sequence__every_step_as_on_windows),
        requestor_test(prepare__no_tombstone_days__no_backup_metadata),
        requestor_test(shadow__live_files_change__content_stays),
        requestor_test(shadow__file_below_windows_rewritten_in_place__content_stays),
        requestor_test(shadow__paths__enumerate_and_lie_below_the_root),
        requestor_test(set__two_volumes__both_are_of_the_same_set),
        requestor_test(query_and_delete__own_set__is_listed_then_gone),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
