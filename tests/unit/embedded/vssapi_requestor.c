/*
 * vssapi_requestor.c - a small backup program for the tests of vssapi.dll.
 */
#include "vssapi_requestor.h"
#include "common/format.h"

#include <windows.h>
#include <string.h>
#include <winsvc.h>

#define WRITER_KEY     L"SYSTEM\\CurrentControlSet\\Services\\VSS\\Embedded\\Writers\\NTDS"
#define PARAMETERS_KEY L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters"

const GUID ntds_writer_id = {
    0xb2014c9e, 0x8711, 0x4c5c, {0xa5, 0xa9, 0x3c, 0xf3, 0x84, 0x48, 0x47, 0x57}};
const wchar_t test_logical_path[] = L"C:_vssapi-test";

static HMODULE vssapi;

/* A value that the tests change, as it was before. */
struct saved_value
{
    const wchar_t *key;
    const wchar_t *name;
    BYTE data[1024];
    DWORD bytes;
    DWORD type;
    bool existed;
};

static struct saved_value saved[] = {
    {.key = WRITER_KEY, .name = L"FreezeEvents"},
    {.key = WRITER_KEY, .name = L"FreezeTimeoutMs"},
    {.key = WRITER_KEY, .name = L"Recovered"},
    {.key = WRITER_KEY, .name = L"TombstoneDays"},
    {.key = WRITER_KEY, .name = L"WriterInDsrm"},
    {.key = WRITER_KEY, .name = L"RestoreMethod"},
    {.key = WRITER_KEY, .name = L"WriterRestore"},
    {.key = PARAMETERS_KEY, .name = L"DSA Database file"},
    {.key = PARAMETERS_KEY, .name = L"DSA Working Directory"},
    {.key = PARAMETERS_KEY, .name = L"Database log files path"},
};

void requestor_assert_hr(HRESULT actual, HRESULT expected, const char *what, const char *file,
                         int line)
{
    if (actual == expected)
        return;
    print_error("%s: 0x%08lx, expected 0x%08lx\n", what, (unsigned long)actual,
                (unsigned long)expected);
    _fail(file, line);
}

void requestor_assert_wide(const wchar_t *actual, const wchar_t *expected, const char *file,
                           int line)
{
    if (actual && wcscmp(actual, expected) == 0)
        return;
    print_error("'%ls', expected '%ls'\n", actual ? actual : L"(null)", expected);
    _fail(file, line);
}

wchar_t *requestor_fill(wchar_t *text, wchar_t character, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        text[i] = character;
    text[count] = 0;
    return text;
}

/* Removes the leftovers of an earlier run too. */
static void empty_folder(void)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(TEST_FOLDER L"\\*", &found);
    wchar_t path[MAX_PATH];

    if (search == INVALID_HANDLE_VALUE)
        return;
    do
        if (format_text(path, ARRAYSIZE(path), TEST_FOLDER L"\\%ls", found.cFileName))
            DeleteFileW(path); /* fails for . and .. */
    while (FindNextFileW(search, &found));
    FindClose(search);
}

int requestor_group_setup(void **state)
{
    size_t i;

    (void)state;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (i = 0; i < ARRAYSIZE(saved); i++) {
        saved[i].bytes = sizeof(saved[i].data);
        saved[i].existed =
            RegGetValueW(HKEY_LOCAL_MACHINE, saved[i].key, saved[i].name, RRF_RT_ANY,
                         &saved[i].type, saved[i].data, &saved[i].bytes) == ERROR_SUCCESS;
    }
    CreateDirectoryW(TEST_FOLDER, NULL);
    vssapi = LoadLibraryExW(L"vssapi.dll", NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
    return vssapi && requestor_export("WatchOwner") ? 0 : -1;
}

int requestor_group_teardown(void **state)
{
    size_t i;

    (void)state;
    requestor_set_fault(NULL);
    for (i = 0; i < ARRAYSIZE(saved); i++) {
        if (saved[i].existed)
            RegSetKeyValueW(HKEY_LOCAL_MACHINE, saved[i].key, saved[i].name, saved[i].type,
                            saved[i].data, saved[i].bytes);
        else
            RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, saved[i].key, saved[i].name);
    }
    empty_folder();
    RemoveDirectoryW(TEST_FOLDER);
    CoUninitialize();
    return 0;
}

int requestor_test_setup(void **state)
{
    (void)state;
    requestor_set_fault(NULL);
    empty_folder();
    requestor_set_number(L"WriterInDsrm", 1);
    requestor_set_number(L"FreezeTimeoutMs", 5000);
    requestor_set_number(L"Recovered", 0);
    requestor_set_number(L"TombstoneDays", 180);
    requestor_set_string(L"FreezeEvents", TEST_FREEZE_BASE);
    requestor_set_parameter(L"DSA Database file", TEST_DATABASE);
    requestor_set_parameter(L"DSA Working Directory", TEST_FOLDER);
    requestor_set_parameter(L"Database log files path", TEST_FOLDER);
    requestor_write_file(TEST_DATABASE, "before", 6);
    requestor_write_file(TEST_FOLDER L"\\edb.log", "log", 3);
    requestor_write_file(TEST_FOLDER L"\\edb.chk", "chk", 3);
    return 0;
}

void requestor_stop_directory(void)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, L"NTDS", SERVICE_STOP | SERVICE_QUERY_STATUS);
    SERVICE_STATUS_PROCESS status = {0};
    SERVICE_STATUS answer;
    HANDLE process;
    DWORD bytes;

    assert_non_null(service);
    assert_true(QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status,
                                     sizeof(status), &bytes));
    if (status.dwCurrentState != SERVICE_STOPPED) {
        process = OpenProcess(SYNCHRONIZE, FALSE, status.dwProcessId);
        assert_non_null(process);
        assert_true(ControlService(service, SERVICE_CONTROL_STOP, &answer));
        assert_int_equal(WaitForSingleObject(process, WAIT_LIMIT_MS), WAIT_OBJECT_0);
        CloseHandle(process);
    }
    assert_true(QueryServiceStatus(service, &answer));
    assert_int_equal(answer.dwCurrentState, SERVICE_STOPPED);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

FARPROC requestor_export(const char *name)
{
    return GetProcAddress(vssapi, name);
}

void requestor_set_fault(const wchar_t *fault)
{
    SetEnvironmentVariableW(L"VSSAPI_FAULT", fault);
}

void requestor_set_number(const wchar_t *name, DWORD value)
{
    assert_int_equal(
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, WRITER_KEY, name, REG_DWORD, &value, sizeof(value)),
        ERROR_SUCCESS);
}

static void set_string(const wchar_t *key, const wchar_t *name, const wchar_t *value)
{
    DWORD bytes = (DWORD)((wcslen(value) + 1) * sizeof(wchar_t));

    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_SZ, value, bytes),
                     ERROR_SUCCESS);
}

void requestor_set_string(const wchar_t *name, const wchar_t *value)
{
    set_string(WRITER_KEY, name, value);
}

void requestor_set_parameter(const wchar_t *name, const wchar_t *value)
{
    set_string(PARAMETERS_KEY, name, value);
}

void requestor_events_open(struct requestor_events *events, const wchar_t *base)
{
    wchar_t name[MAX_PATH];

    assert_true(format_text(name, ARRAYSIZE(name), L"Global\\%ls.Freeze", base));
    events->freeze = CreateEventW(NULL, FALSE, FALSE, name);
    assert_true(format_text(name, ARRAYSIZE(name), L"Global\\%ls.Frozen", base));
    events->frozen = CreateEventW(NULL, TRUE, FALSE, name);
    assert_true(format_text(name, ARRAYSIZE(name), L"Global\\%ls.Thaw", base));
    events->thaw = CreateEventW(NULL, FALSE, FALSE, name);
}

void requestor_events_close(struct requestor_events *events)
{
    CloseHandle(events->freeze);
    CloseHandle(events->frozen);
    CloseHandle(events->thaw);
}

HANDLE requestor_start_child(const char *mode)
{
    wchar_t self[MAX_PATH];
    wchar_t command[2 * MAX_PATH];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process = {0};

    GetModuleFileNameW(NULL, self, ARRAYSIZE(self));
    assert_true(format_text(command, ARRAYSIZE(command), L"\"%ls\" child %hs", self, mode));
    assert_true(
        CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CloseHandle(process.hThread);
    return process.hProcess;
}

IVssBackupComponents *requestor_create(void)
{
    typedef HRESULT(WINAPI * create_function)(IVssBackupComponents **);
    create_function create =
        (create_function)(void (*)(void))requestor_export("CreateVssBackupComponentsInternal");
    IVssBackupComponents *vss = NULL;

    assert_non_null(create);
    assert_hr(create(&vss), S_OK);
    assert_non_null(vss);
    return vss;
}

IVssBackupComponents *requestor_in_context(LONG context)
{
    IVssBackupComponents *vss = requestor_create();

    assert_hr(IVssBackupComponents_InitializeForBackup(vss, NULL), S_OK);
    assert_hr(IVssBackupComponents_SetContext(vss, context), S_OK);
    return vss;
}

IVssBackupComponents *requestor_begin(void)
{
    IVssBackupComponents *vss = requestor_in_context(VSS_CTX_BACKUP);

    assert_hr(IVssBackupComponents_SetBackupState(vss, TRUE, TRUE, VSS_BT_FULL, FALSE), S_OK);
    return vss;
}

IVssBackupComponents *requestor_administrator(void)
{
    return requestor_in_context((LONG)VSS_CTX_ALL);
}

IVssBackupComponents *requestor_begin_restore(BSTR document)
{
    IVssBackupComponents *vss = requestor_create();

    assert_hr(IVssBackupComponents_InitializeForRestore(vss, document), S_OK);
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    return vss;
}

BSTR requestor_saved_document(void)
{
    GUID snapshot = {0};
    BSTR xml = NULL;
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    assert_hr(IVssBackupComponents_AbortBackup(vss), S_OK);
    IVssBackupComponents_Release(vss);
    return xml;
}

void *requestor_as(IVssBackupComponents *vss, const IID *id)
{
    void *found = NULL;

    assert_hr(IVssBackupComponents_QueryInterface(vss, id, &found), S_OK);
    IVssBackupComponents_Release(vss);
    return found;
}

HRESULT requestor_wait(IVssAsync *async)
{
    HRESULT status = VSS_S_ASYNC_PENDING;
    uint64_t deadline = GetTickCount64() + WAIT_LIMIT_MS;

    assert_non_null(async);
    while (status == VSS_S_ASYNC_PENDING && GetTickCount64() < deadline) {
        assert_hr(IVssAsync_Wait(async, 1000), S_OK);
        assert_hr(IVssAsync_QueryStatus(async, &status, NULL), S_OK);
    }
    IVssAsync_Release(async);
    return status;
}

HRESULT requestor_run(IVssBackupComponents *vss,
                      HRESULT(STDMETHODCALLTYPE *start)(IVssBackupComponents *, IVssAsync **))
{
    IVssAsync *async = NULL;
    HRESULT hr = start(vss, &async);

    if (SUCCEEDED(hr))
        return requestor_wait(async);
    assert_null(async);
    return hr;
}

UINT requestor_writer_count(IVssBackupComponents *vss)
{
    UINT count = 0xdead;

    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    return count;
}

struct writer_report requestor_status_of(IVssBackupComponents *vss, const GUID *id)
{
    struct writer_report report = {.state = (VSS_WRITER_STATE)99};
    struct writer_report found = {0};
    BSTR name;
    GUID writer;
    UINT i;

    assert_hr(requestor_run(vss, vss->lpVtbl->GatherWriterStatus), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterStatusCount(vss, &found.writers), S_OK);
    for (i = 0; i < found.writers; i++) {
        assert_hr(IVssBackupComponents_GetWriterStatus(vss, i, &found.instance, &writer, &name,
                                                       &found.state, &found.failure),
                  S_OK);
        if (IsEqualGUID(&writer, &ntds_writer_id))
            assert_wide(name, L"NTDS");
        if (IsEqualGUID(&writer, id))
            report = found;
        SysFreeString(name);
    }
    assert_hr(IVssBackupComponents_FreeWriterStatus(vss), S_OK);
    assert_int_not_equal(report.state, 99);
    return report;
}

GUID requestor_select(IVssBackupComponents *vss)
{
    IVssExamineWriterMetadata *metadata = NULL;
    GUID instance = {0};

    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_GetWriterMetadata(vss, 0, &instance, &metadata), S_OK);
    IVssExamineWriterMetadata_Release(metadata);
    assert_hr(vss->lpVtbl->AddComponent(vss, instance, NTDS_COMPONENT), S_OK);
    return instance;
}

IVssComponentEx2 *requestor_component(IVssBackupComponents *vss, GUID *instance)
{
    IVssWriterComponentsExt *writer = NULL;
    IVssComponent *component = NULL;
    IVssComponentEx2 *ex2 = NULL;
    GUID class = {0};
    UINT count = 0xdead;
    IUnknown *unknown;

    assert_hr(IVssBackupComponents_GetWriterComponentsCount(vss, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(IVssBackupComponents_GetWriterComponents(vss, 0, &writer), S_OK);
    assert_hr(writer->lpVtbl->GetWriterInfo(writer, instance, &class), S_OK);
    assert_true(IsEqualGUID(&class, &ntds_writer_id));
    assert_hr(writer->lpVtbl->GetComponentCount(writer, &count), S_OK);
    assert_int_equal(count, 1);
    assert_hr(writer->lpVtbl->GetComponent(writer, 0, &component), S_OK);
    /* The second table pointer is an IUnknown of the same object. */
    unknown = (IUnknown *)(void *)((void **)(void *)writer + 1);
    assert_int_equal(IUnknown_AddRef(unknown), 2);
    IUnknown_Release(unknown);
    assert_int_equal(IUnknown_Release(unknown), 0);
    /* The component outlives it. */
    assert_hr(IVssComponent_QueryInterface(component, &IID_IVssComponentEx2, (void **)&ex2), S_OK);
    IVssComponent_Release(component);
    return ex2;
}

IVssBackupComponents *requestor_prepared(GUID *snapshot)
{
    wchar_t volume[] = L"C:\\";
    GUID set = {0};
    IVssBackupComponents *vss = requestor_begin();

    requestor_select(vss);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, snapshot), S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    return vss;
}

VSS_SNAPSHOT_PROP requestor_properties(IVssBackupComponents *vss, GUID snapshot)
{
    VSS_SNAPSHOT_PROP prop;

    memset(&prop, 0xcc, sizeof(prop));
    assert_hr(IVssBackupComponents_GetSnapshotProperties(vss, snapshot, &prop), S_OK);
    assert_true(IsEqualGUID(&prop.m_SnapshotId, &snapshot));
    assert_int_equal(prop.m_eStatus, VSS_SS_CREATED);
    return prop;
}

void requestor_free_properties(VSS_SNAPSHOT_PROP *prop)
{
    typedef void(WINAPI * free_function)(VSS_SNAPSHOT_PROP *);
    free_function free_properties =
        (free_function)(void (*)(void))requestor_export("VssFreeSnapshotPropertiesInternal");

    free_properties(prop);
    assert_null(prop->m_pwszSnapshotDeviceObject);
}

void requestor_device(IVssBackupComponents *vss, GUID snapshot, wchar_t device[MAX_PATH])
{
    VSS_SNAPSHOT_PROP prop = requestor_properties(vss, snapshot);

    assert_null(prop.m_pwszExposedName);
    assert_null(prop.m_pwszExposedPath);
    wcsncpy(device, prop.m_pwszSnapshotDeviceObject, MAX_PATH);
    requestor_free_properties(&prop);
}

void requestor_volume_shadow(LONG context, const wchar_t *volume, struct volume_shadow *shadow)
{
    bool has_writers = !(context & VSS_VOLSNAP_ATTR_NO_WRITERS);
    wchar_t name[MAX_PATH];
    IVssBackupComponents *vss = requestor_in_context(context);

    wcscpy(name, volume);
    assert_hr(IVssBackupComponents_SetBackupState(vss, FALSE, FALSE, VSS_BT_COPY, FALSE), S_OK);
    if (has_writers)
        assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &shadow->set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, name, GUID_NULL, &shadow->snapshot), S_OK);
    if (has_writers)
        assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    requestor_device(vss, shadow->snapshot, shadow->device);
    shadow->vss = vss;
}

HRESULT requestor_delete(GUID id, VSS_OBJECT_TYPE type)
{
    LONG deleted = 0xdead;
    GUID failed = ntds_writer_id;
    IVssBackupComponents *vss = requestor_administrator();
    HRESULT hr = IVssBackupComponents_DeleteSnapshots(vss, id, type, TRUE, &deleted, &failed);

    assert_int_equal(deleted, SUCCEEDED(hr) ? 1 : 0);
    assert_true(IsEqualGUID(&failed, &GUID_NULL));
    IVssBackupComponents_Release(vss);
    return hr;
}

bool requestor_lists(IVssBackupComponents *vss, GUID snapshot)
{
    IVssEnumObject *list = NULL;
    VSS_OBJECT_PROP prop;
    ULONG fetched = 0;
    bool found = false;

    assert_hr(
        IVssBackupComponents_Query(vss, GUID_NULL, VSS_OBJECT_NONE, VSS_OBJECT_SNAPSHOT, &list),
        S_OK);
    while (IVssEnumObject_Next(list, 1, &prop, &fetched) == S_OK) {
        found = found || IsEqualGUID(&prop.Obj.Snap.m_SnapshotId, &snapshot);
        requestor_free_properties(&prop.Obj.Snap);
    }
    IVssEnumObject_Release(list);
    return found;
}

IVssBackupComponents *requestor_snapshot(wchar_t device[MAX_PATH])
{
    GUID snapshot = {0};
    IVssBackupComponents *vss = requestor_prepared(&snapshot);

    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    requestor_device(vss, snapshot, device);
    return vss;
}

bool requestor_wait_gone(const wchar_t *device)
{
    uint64_t deadline = GetTickCount64() + WAIT_LIMIT_MS;
    HANDLE change =
        FindFirstChangeNotificationW(L"C:\\System Volume Information", FALSE,
                                     FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME);
    bool gone = false;

    while (!gone && GetTickCount64() < deadline) {
        gone = GetFileAttributesW(device) == INVALID_FILE_ATTRIBUTES;
        if (!gone) {
            WaitForSingleObject(change, 250);
            FindNextChangeNotification(change);
        }
    }
    FindCloseChangeNotification(change);
    return gone;
}

void requestor_write_file(const wchar_t *path, const void *data, DWORD bytes)
{
    DWORD written = 0;
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);

    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, data, bytes, &written, NULL) && written == bytes);
    CloseHandle(file);
}

int requestor_read_file(const wchar_t *path, void *data, DWORD bytes)
{
    DWORD got = 0;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    bool ok;

    if (file == INVALID_HANDLE_VALUE)
        return -1;
    ok = ReadFile(file, data, bytes, &got, NULL);
    CloseHandle(file);
    return ok ? (int)got : -1;
}

void requestor_in_shadow(const wchar_t *device, const wchar_t *live, wchar_t path[MAX_PATH])
{
    assert_true(format_text(path, MAX_PATH, L"%ls%ls", device, wcschr(live, L'\\')));
}

int requestor_read_shadow(const wchar_t *device, const wchar_t *live, void *data, DWORD bytes)
{
    wchar_t path[MAX_PATH];

    requestor_in_shadow(device, live, path);
    return requestor_read_file(path, data, bytes);
}

void requestor_host_name(const wchar_t *path, wchar_t name[MAX_PATH])
{
    typedef char *(CDECL * unix_name_function)(const wchar_t *);
    unix_name_function unix_name = (unix_name_function)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name");
    char *found = unix_name(path);

    assert_non_null(found);
    assert_true(format_text(name, MAX_PATH, L"%hs", found));
    HeapFree(GetProcessHeap(), 0, found);
}

void requestor_run_on_host(const wchar_t *command, const wchar_t *path, bool there)
{
    wchar_t line[3 * MAX_PATH];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process = {0};
    uint64_t deadline = GetTickCount64() + WAIT_LIMIT_MS;

    assert_true(
        format_text(line, ARRAYSIZE(line), L"\"\\\\?\\unix\\bin\\sh\" -c \"%ls\"", command));
    assert_true(CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    /* No handle comes back for a program of the host. */
    while ((GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES) != there &&
           GetTickCount64() < deadline)
        Sleep(10);
    assert_int_equal(GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES, there);
}

/* Links, and the volume's folder, can only be removed on the host. */
static void remove_on_host(const wchar_t *path)
{
    wchar_t name[MAX_PATH];
    wchar_t command[2 * MAX_PATH];
    size_t chars;

    requestor_host_name(path, name);
    chars = wcslen(name);
    if (name[chars - 1] == L'/')
        name[chars - 1] = 0; /* the link, not the folder behind it */
    assert_true(format_text(command, ARRAYSIZE(command), L"rm -rf --one-file-system '%ls'", name));
    requestor_run_on_host(command, path, false);
}

void requestor_remove_broken(GUID snapshot, const wchar_t *drive, const wchar_t *device,
                             const wchar_t *letter)
{
    wchar_t id[64];
    wchar_t folder[MAX_PATH];

    assert_true(StringFromGUID2(&snapshot, id, ARRAYSIZE(id)) > 0);
    if (letter) {
        DefineDosDeviceW(DDD_REMOVE_DEFINITION, letter, NULL);
        remove_on_host(letter);
    }
    remove_on_host(device);
    assert_true(format_text(folder, ARRAYSIZE(folder), L"%ls\\System Volume Information\\%ls",
                            drive, _wcslwr(id)));
    remove_on_host(folder);
}
