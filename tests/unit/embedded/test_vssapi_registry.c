/*
 * test_vssapi_registry.c - writers that the registry describes: their metadata, their freeze
 * events, several at a time; an AD LDS instance described this way.
 */
#include "vssapi_requestor.h"
#include "common/format.h"

#include <string.h>

#define WRITERS L"SYSTEM\\CurrentControlSet\\Services\\VSS\\Embedded\\Writers"
#define SHOP    WRITERS L"\\VssapiTestShop"
#define LDS     WRITERS L"\\VssapiTestLds"
#define DATA    L"D:\\vssapi-shop"
/* Folders in which a file's path is longer than MAX_PATH, by names of 150 characters. */
#define NAME_75 L"deep-deep-deep-deep-deep-deep-deep-deep-deep-deep-deep-deep-deep-deep-deep-"
#define OUTER   L"\\\\?\\" DATA L"\\" NAME_75 NAME_75
#define INNER   OUTER L"\\" NAME_75 NAME_75

static const GUID shop_id = {
    0x5d3c1b00, 0x1111, 0x4222, {0x83, 0x33, 0x44, 0x44, 0x55, 0x55, 0x66, 0x66}};
static const GUID lds_id = {
    0xdd846aaa, 0xa1b6, 0x42a8, {0xaa, 0xf8, 0x03, 0xdc, 0xb6, 0x11, 0x4b, 0xfd}};

static void set_text(const wchar_t *key, const wchar_t *name, const wchar_t *value)
{
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_SZ, value,
                                     (DWORD)((wcslen(value) + 1) * sizeof(wchar_t))),
                     ERROR_SUCCESS);
}

/* `lines` ends with an empty string. */
static void set_lines(const wchar_t *key, const wchar_t *name, const wchar_t *lines)
{
    size_t chars = 1;
    const wchar_t *line;

    for (line = lines; *line; line += wcslen(line) + 1)
        chars += wcslen(line) + 1;
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_MULTI_SZ, lines,
                                     (DWORD)(chars * sizeof(wchar_t))),
                     ERROR_SUCCESS);
}

static void set_number(const wchar_t *key, const wchar_t *name, DWORD value)
{
    assert_int_equal(
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_DWORD, &value, sizeof(value)),
        ERROR_SUCCESS);
}

static void describe_shop(void)
{
    set_text(SHOP, L"WriterId", L"{5d3c1b00-1111-4222-8333-444455556666}");
    set_text(SHOP, L"Name", L"Shop Writer");
    set_number(SHOP, L"UsageType", VSS_UT_USERDATA);
    set_number(SHOP, L"SourceType", VSS_ST_TRANSACTEDDB);
    set_number(SHOP, L"BackupSchema", VSS_BS_INCREMENTAL | VSS_BS_DIFFERENTIAL);
    set_number(SHOP, L"MajorVersion", 3);
    set_number(SHOP, L"RestoreMethod", VSS_RME_STOP_RESTORE_START);
    set_text(SHOP, L"RestoreService", L"ShopService");
    set_number(SHOP, L"WriterRestore", VSS_WRE_ALWAYS);
    set_lines(SHOP, L"ExcludeFiles", DATA L"|*.tmp|r\0");
    set_lines(SHOP, L"ExcludeFromSnapshot", DATA L"|*.cache|r\0");
    set_lines(SHOP, L"AlternateLocations", DATA L"|*.db||D:\\elsewhere\0");
    set_text(SHOP, L"FreezeEvents", L"VssapiShop");
    set_number(SHOP, L"FreezeTimeoutMs", 5000);
    set_text(SHOP L"\\Components\\orders", L"Type", L"database");
    set_text(SHOP L"\\Components\\orders", L"LogicalPath", L"shop\\data");
    set_text(SHOP L"\\Components\\orders", L"Caption", L"All orders");
    set_number(SHOP L"\\Components\\orders", L"SelectableForRestore", 1);
    set_number(SHOP L"\\Components\\orders", L"NotifyOnBackupComplete", 1);
    set_lines(SHOP L"\\Components\\orders", L"DatabaseFiles", DATA L"|orders.db\0");
    set_lines(SHOP L"\\Components\\orders", L"LogFiles", DATA L"|*.log|||0x101\0");
    set_lines(SHOP L"\\Components\\orders", L"Dependencies",
              L"{b2014c9e-8711-4c5c-a5a9-3cf384484757}|C:_Windows_NTDS|ntds\0");
    set_text(SHOP L"\\Components\\pictures", L"Type", L"filegroup");
    set_number(SHOP L"\\Components\\pictures", L"Selectable", 0);
    set_lines(SHOP L"\\Components\\pictures", L"Files", DATA L"\\pictures|*|r\0" DATA L"|logo.*\0");
}

/* The writer of AD LDS, by Microsoft's page "In-Box VSS Writers". */
static void describe_lds(void)
{
    set_text(LDS, L"WriterId", L"{dd846aaa-a1b6-42a8-aaf8-03dcb6114bfd}");
    set_text(LDS, L"Name", L"ADAM (instance1) Writer");
    set_text(LDS, L"InstanceName", L"instance1");
    set_number(LDS, L"UsageType", VSS_UT_USERDATA);
    set_number(LDS, L"SourceType", VSS_ST_TRANSACTEDDB);
    set_text(LDS, L"BackupMetadata", L"expires");
    set_text(LDS L"\\Components\\adamntds", L"Type", L"database");
    set_text(LDS L"\\Components\\adamntds", L"LogicalPath", L"D:_vssapi-shop");
    set_number(LDS L"\\Components\\adamntds", L"Flags",
               VSS_CF_BACKUP_RECOVERY | VSS_CF_APP_ROLLBACK_RECOVERY);
    set_lines(LDS L"\\Components\\adamntds", L"DatabaseFiles", DATA L"|adamntds.dit\0");
    set_lines(LDS L"\\Components\\adamntds", L"LogFiles", DATA L"|edb*.log\0" DATA L"|edb.chk\0");
}

static int describe(void **state)
{
    CreateDirectoryW(DATA, NULL);
    CreateDirectoryW(DATA L"\\pictures", NULL);
    describe_shop();
    describe_lds();
    return requestor_test_setup(state);
}

static int forget(void **state)
{
    (void)state;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, SHOP);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, LDS);
    DeleteFileW(DATA L"\\orders.db");
    DeleteFileW(DATA L"\\big.cache");
    DeleteFileW(DATA L"\\pictures\\small.cache");
    DeleteFileW(DATA L"\\pictures\\cat.png");
    RemoveDirectoryW(DATA L"\\pictures");
    DeleteFileW(INNER L"\\deep.cache");
    RemoveDirectoryW(INNER);
    RemoveDirectoryW(OUTER);
    RemoveDirectoryW(DATA);
    return 0;
}

/* --- metadata -------------------------------------------------------------------------------- */

/* The metadata of a writer by its class; the caller releases it. */
static IVssExamineWriterMetadata *find_writer(IVssBackupComponents *vss, const GUID *id,
                                              GUID *instance)
{
    UINT count = 0;
    UINT i;

    assert_hr(IVssBackupComponents_GetWriterMetadataCount(vss, &count), S_OK);
    for (i = 0; i < count; i++) {
        IVssExamineWriterMetadata *metadata = NULL;
        GUID writer = {0};
        BSTR name = NULL;
        VSS_USAGE_TYPE usage;
        VSS_SOURCE_TYPE source;

        assert_hr(IVssBackupComponents_GetWriterMetadata(vss, i, instance, &metadata), S_OK);
        assert_hr(IVssExamineWriterMetadata_GetIdentity(metadata, instance, &writer, &name, &usage,
                                                        &source),
                  S_OK);
        SysFreeString(name);
        if (IsEqualGUID(&writer, id))
            return metadata;
        IVssExamineWriterMetadata_Release(metadata);
    }
    fail_msg("no such writer");
    return NULL;
}

static GUID find_instance(IVssBackupComponents *vss, const GUID *id)
{
    GUID instance = {0};
    IVssExamineWriterMetadata *metadata = find_writer(vss, id, &instance);

    IVssExamineWriterMetadata_Release(metadata);
    return instance;
}

static void assert_file(IVssWMFiledesc *file, const wchar_t *path, const wchar_t *spec,
                        bool recursive, DWORD mask)
{
    BSTR text = NULL;
    boolean found_recursive = 0xcc;
    DWORD found_mask = 0;

    assert_hr(IVssWMFiledesc_GetPath(file, &text), S_OK);
    assert_bstr(text, path);
    assert_hr(IVssWMFiledesc_GetFilespec(file, &text), S_OK);
    assert_bstr(text, spec);
    assert_hr(IVssWMFiledesc_GetRecursive(file, &found_recursive), S_OK);
    assert_int_equal(found_recursive, recursive);
    assert_hr(IVssWMFiledesc_GetBackupTypeMask(file, &found_mask), S_OK);
    assert_int_equal(found_mask, mask);
    IVssWMFiledesc_Release(file);
}

static void assert_orders(IVssExamineWriterMetadata *metadata)
{
    IVssWMComponent *component = NULL;
    PVSSCOMPONENTINFO info = NULL;
    IVssWMFiledesc *file = NULL;
    IVssWMDependency *dependency = NULL;
    GUID writer = {0};
    BSTR text = NULL;

    assert_hr(IVssExamineWriterMetadata_GetComponent(metadata, 0, &component), S_OK);
    assert_hr(IVssWMComponent_GetComponentInfo(component, &info), S_OK);
    assert_int_equal(info->type, VSS_CT_DATABASE);
    assert_wide(info->bstrLogicalPath, L"shop\\data");
    assert_wide(info->bstrComponentName, L"orders");
    assert_wide(info->bstrCaption, L"All orders");
    assert_int_equal(info->bSelectable, 1);
    assert_int_equal(info->bSelectableForRestore, 1);
    assert_int_equal(info->bNotifyOnBackupComplete, 1);
    assert_int_equal(info->bRestoreMetadata, 0);
    assert_int_equal(info->cDatabases, 1);
    assert_int_equal(info->cLogFiles, 1);
    assert_int_equal(info->cDependencies, 1);
    assert_hr(IVssWMComponent_FreeComponentInfo(component, info), S_OK);
    assert_hr(IVssWMComponent_GetDatabaseFile(component, 0, &file), S_OK);
    assert_file(file, DATA, L"orders.db", false, 0x0f0f);
    assert_hr(IVssWMComponent_GetDatabaseLogFile(component, 0, &file), S_OK);
    assert_file(file, DATA, L"*.log", false, 0x101);
    assert_hr(IVssWMComponent_GetDependency(component, 0, &dependency), S_OK);
    assert_hr(IVssWMDependency_GetWriterId(dependency, &writer), S_OK);
    assert_true(IsEqualGUID(&writer, &ntds_writer_id));
    assert_hr(IVssWMDependency_GetComponentName(dependency, &text), S_OK);
    assert_bstr(text, L"ntds");
    IVssWMDependency_Release(dependency);
    IVssWMComponent_Release(component);
}

static void assert_pictures(IVssExamineWriterMetadata *metadata)
{
    IVssWMComponent *component = NULL;
    PVSSCOMPONENTINFO info = NULL;
    IVssWMFiledesc *file = NULL;

    assert_hr(IVssExamineWriterMetadata_GetComponent(metadata, 1, &component), S_OK);
    assert_hr(IVssWMComponent_GetComponentInfo(component, &info), S_OK);
    assert_int_equal(info->type, VSS_CT_FILEGROUP);
    assert_null(info->bstrLogicalPath);
    assert_int_equal(info->bSelectable, 0);
    assert_int_equal(info->cFileCount, 2);
    assert_hr(IVssWMComponent_FreeComponentInfo(component, info), S_OK);
    assert_hr(IVssWMComponent_GetFile(component, 0, &file), S_OK);
    assert_file(file, DATA L"\\pictures", L"*", true, 0x0f0f);
    assert_hr(IVssWMComponent_GetFile(component, 1, &file), S_OK);
    assert_file(file, DATA, L"logo.*", false, 0x0f0f);
    IVssWMComponent_Release(component);
}

static void assert_restore_method(IVssExamineWriterMetadata *metadata)
{
    VSS_RESTOREMETHOD_ENUM method = VSS_RME_UNDEFINED;
    VSS_WRITERRESTORE_ENUM writer_restore = VSS_WRE_UNDEFINED;
    BSTR service = NULL;
    BSTR procedure = NULL;
    BSTR text = NULL;
    boolean reboot = 0xcc;
    UINT mappings = 0xdead;
    IVssWMFiledesc *file = NULL;

    assert_hr(IVssExamineWriterMetadata_GetRestoreMethod(metadata, &method, &service, &procedure,
                                                         &writer_restore, &reboot, &mappings),
              S_OK);
    assert_int_equal(method, VSS_RME_STOP_RESTORE_START);
    assert_int_equal(writer_restore, VSS_WRE_ALWAYS);
    assert_int_equal(reboot, 0);
    assert_int_equal(mappings, 1);
    assert_bstr(service, L"ShopService");
    assert_null(procedure);
    assert_hr(IVssExamineWriterMetadata_GetAlternateLocationMapping(metadata, 0, &file), S_OK);
    assert_hr(IVssWMFiledesc_GetAlternateLocation(file, &text), S_OK);
    assert_bstr(text, L"D:\\elsewhere");
    IVssWMFiledesc_Release(file);
}

static void metadata__of_the_registry__every_part(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    IVssExamineWriterMetadataEx2 *ex2 = NULL;
    IVssWMFiledesc *file = NULL;
    GUID instance = {0};
    DWORD schema = 0;
    DWORD major = 0;
    DWORD minor = 0xdead;
    UINT count = 0;
    IVssExamineWriterMetadata *metadata;

    (void)state;
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    metadata = find_writer(vss, &shop_id, &instance);
    assert_orders(metadata);
    assert_pictures(metadata);
    assert_restore_method(metadata);
    assert_hr(IVssExamineWriterMetadata_GetExcludeFile(metadata, 0, &file), S_OK);
    assert_file(file, DATA, L"*.tmp", true, 0x0f0f);
    assert_hr(IVssExamineWriterMetadata_GetBackupSchema(metadata, &schema), S_OK);
    assert_int_equal(schema, VSS_BS_INCREMENTAL | VSS_BS_DIFFERENTIAL);
    assert_hr(IVssExamineWriterMetadata_QueryInterface(metadata, &IID_IVssExamineWriterMetadataEx2,
                                                       (void **)&ex2),
              S_OK);
    assert_hr(IVssExamineWriterMetadataEx2_GetVersion(ex2, &major, &minor), S_OK);
    assert_int_equal(major, 3);
    assert_int_equal(minor, 0);
    assert_hr(IVssExamineWriterMetadataEx2_GetExcludeFromSnapshotCount(ex2, &count), S_OK);
    assert_int_equal(count, 1);
    IVssExamineWriterMetadataEx2_Release(ex2);
    IVssExamineWriterMetadata_Release(metadata);
    IVssBackupComponents_Release(vss);
}

static void writer__its_service_does_not_run__is_absent(void **state)
{
    IVssBackupComponents *vss = requestor_begin();
    UINT with = requestor_writer_count(vss);

    (void)state;
    IVssBackupComponents_Release(vss);
    set_text(SHOP, L"Service", L"NoSuchService");
    vss = requestor_begin();
    assert_int_equal(requestor_writer_count(vss), with - 1);
    IVssBackupComponents_Release(vss);
}

/* --- backups --------------------------------------------------------------------------------- */

/* A program with freeze events: counts, and answers at once. */
struct program
{
    struct requestor_events events;
    HANDLE stop;
    HANDLE thread;
    LONG freezes;
    LONG thaws;
    bool is_mute;
};

static DWORD WINAPI program_main(void *context)
{
    struct program *program = context;
    HANDLE handles[] = {program->stop, program->events.freeze, program->events.thaw};
    DWORD wait;

    for (;;) {
        wait = WaitForMultipleObjects(3, handles, FALSE, INFINITE);
        if (wait == WAIT_OBJECT_0)
            return 0;
        if (wait == WAIT_OBJECT_0 + 1) {
            InterlockedIncrement(&program->freezes);
            if (!program->is_mute)
                SetEvent(program->events.frozen);
        } else {
            InterlockedIncrement(&program->thaws);
            ResetEvent(program->events.frozen);
        }
    }
}

static void program_start(struct program *program, const wchar_t *base, bool is_mute)
{
    memset(program, 0, sizeof(*program));
    program->is_mute = is_mute;
    requestor_events_open(&program->events, base);
    program->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    program->thread = CreateThread(NULL, 0, program_main, program, 0, NULL);
    assert_non_null(program->thread);
}

static void program_stop(struct program *program)
{
    /* The thread sees the last signal before the stop. */
    WaitForSingleObject(program->thread, 50);
    SetEvent(program->stop);
    assert_int_equal(WaitForSingleObject(program->thread, WAIT_LIMIT_MS), WAIT_OBJECT_0);
    CloseHandle(program->thread);
    CloseHandle(program->stop);
    requestor_events_close(&program->events);
}

/* Component mode, with components of both writers, on D:. */
static IVssBackupComponents *begin_both(GUID *snapshot)
{
    wchar_t volume[] = L"D:\\";
    GUID set = {0};
    IVssBackupComponents *vss = requestor_begin();

    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_AddComponent(vss, find_instance(vss, &shop_id), shop_id,
                                                VSS_CT_DATABASE, L"shop\\data", L"orders"),
              S_OK);
    assert_hr(IVssBackupComponents_StartSnapshotSet(vss, &set), S_OK);
    assert_hr(IVssBackupComponents_AddToSnapshotSet(vss, volume, GUID_NULL, snapshot), S_OK);
    /* Programs add components this late, too. */
    assert_hr(IVssBackupComponents_AddComponent(vss, find_instance(vss, &lds_id), lds_id,
                                                VSS_CT_DATABASE, L"D:_vssapi-shop", L"adamntds"),
              S_OK);
    assert_hr(requestor_prepare(vss), VSS_S_ASYNC_FINISHED);
    return vss;
}

static void backup__two_writers_one_with_events__only_that_is_frozen(void **state)
{
    struct program shop;
    struct program ntds;
    GUID snapshot = {0};
    BSTR xml = NULL;
    IVssBackupComponents *vss;

    (void)state;
    program_start(&shop, L"VssapiShop", false);
    program_start(&ntds, TEST_FREEZE_BASE, false);
    vss = begin_both(&snapshot);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(requestor_status_of(vss, &shop_id).state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    assert_int_equal(requestor_status_of(vss, &lds_id).state, VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    /* Not selected: it is not disturbed. */
    assert_int_equal(requestor_status_of(vss, &ntds_writer_id).state, VSS_WS_STABLE);
    assert_hr(requestor_complete(vss), VSS_S_ASYNC_FINISHED);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    assert_non_null(wcsstr(xml, L"instanceName=\"instance1\""));
    assert_non_null(wcsstr(xml, L"metadata=\"expires\""));
    SysFreeString(xml);
    IVssBackupComponents_Release(vss);
    program_stop(&shop);
    program_stop(&ntds);
    assert_int_equal(shop.freezes, 1);
    assert_int_equal(shop.thaws, 1);
    assert_int_equal(ntds.freezes, 0);
}

static void backup__program_does_not_answer__its_writer_fails_alone(void **state)
{
    struct program shop;
    GUID snapshot = {0};
    IVssBackupComponents *vss;
    struct writer_report report;

    (void)state;
    set_number(SHOP, L"FreezeTimeoutMs", 300);
    program_start(&shop, L"VssapiShop", true);
    vss = begin_both(&snapshot);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status_of(vss, &shop_id);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_FREEZE);
    assert_hr(report.failure, VSS_E_WRITERERROR_TIMEOUT);
    assert_hr(requestor_status_of(vss, &lds_id).failure, S_OK);
    IVssBackupComponents_Release(vss);
    program_stop(&shop);
    assert_int_equal(shop.freezes, 1);
    assert_int_equal(shop.thaws, 1);
}

/* Without components a writer takes part if its files are on the volume. */
static void volume_mode__writer_on_it__is_frozen(void **state)
{
    struct program shop;
    struct program ntds;
    struct volume_shadow shadow;

    (void)state;
    program_start(&shop, L"VssapiShop", false);
    program_start(&ntds, TEST_FREEZE_BASE, false);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    assert_int_equal(requestor_status_of(shadow.vss, &shop_id).state,
                     VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    assert_int_equal(requestor_status_of(shadow.vss, &ntds_writer_id).state, VSS_WS_STABLE);
    IVssBackupComponents_Release(shadow.vss);
    program_stop(&shop);
    program_stop(&ntds);
    assert_int_equal(shop.freezes, 1);
    assert_int_equal(ntds.freezes, 0);
}

static void volume_mode__writer_of_a_file_group_on_it__takes_part(void **state)
{
    struct volume_shadow shadow;

    (void)state;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, LDS L"\\Components\\adamntds");
    set_text(LDS L"\\Components\\texts", L"Type", L"filegroup");
    set_lines(LDS L"\\Components\\texts", L"Files", DATA L"|*.txt\0");
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    assert_int_equal(requestor_status_of(shadow.vss, &lds_id).state,
                     VSS_WS_WAITING_FOR_BACKUP_COMPLETE);
    IVssBackupComponents_Release(shadow.vss);
}

static void status__writer_has_gone_after_the_snapshot__not_responding(void **state)
{
    GUID snapshot = {0};
    IVssBackupComponents *vss = begin_both(&snapshot);
    struct writer_report report;

    (void)state;
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    set_text(SHOP, L"Service", L"NoSuchService");
    report = requestor_status_of(vss, &shop_id);
    assert_int_equal(report.state, VSS_WS_UNKNOWN);
    assert_hr(report.failure, VSS_E_WRITER_NOT_RESPONDING);
    assert_hr(requestor_status_of(vss, &lds_id).failure, S_OK);
    IVssBackupComponents_Release(vss);
}

static void excluded_from_snapshot__files__are_not_in_the_shadow(void **state)
{
    static const struct
    {
        const wchar_t *path;
        int bytes;
    } rows[] = {
        {DATA L"\\orders.db", 2},
        {DATA L"\\big.cache", -1},
        {DATA L"\\pictures\\small.cache", -1},
        {DATA L"\\pictures\\cat.png", 3},
    };
    struct volume_shadow shadow;
    char data[16];
    size_t i;

    (void)state;
    requestor_write_file(DATA L"\\orders.db", "db", 2);
    requestor_write_file(DATA L"\\big.cache", "big", 3);
    requestor_write_file(DATA L"\\pictures\\small.cache", "small", 5);
    requestor_write_file(DATA L"\\pictures\\cat.png", "cat", 3);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    for (i = 0; i < ARRAYSIZE(rows); i++)
        assert_int_equal(requestor_read_shadow(shadow.device, rows[i].path, data, sizeof(data)),
                         rows[i].bytes);
    IVssBackupComponents_Release(shadow.vss);
    assert_int_equal(requestor_read_file(DATA L"\\big.cache", data, sizeof(data)), 3);
}

/* A link in the shadow leads to live files, on the way to a folder and below it. */
static void excluded_from_snapshot__behind_a_link__live_files_stay(void **state)
{
    static const wchar_t *const exclusions[] = {
        DATA L"|*.cache|r\0",
        DATA L"\\away|*.cache\0",
        DATA L"\\away|*.cache|r\0",
        DATA L"\\away\\inner|*.cache\0",
    };
    struct volume_shadow shadow;
    wchar_t command[2 * MAX_PATH];
    wchar_t folder[MAX_PATH];
    wchar_t target[MAX_PATH];
    char data[16];
    size_t i;

    (void)state;
    requestor_host_name(DATA, folder);
    requestor_host_name(TEST_FOLDER, target);
    assert_true(CreateDirectoryW(TEST_FOLDER L"\\inner", NULL));
    requestor_write_file(TEST_FOLDER L"\\keep.cache", "keep", 4);
    requestor_write_file(TEST_FOLDER L"\\inner\\keep.cache", "keep", 4);
    assert_true(
        format_text(command, ARRAYSIZE(command), L"ln -s '%ls' '%ls/away'", target, folder));
    requestor_run_on_host(command, DATA L"\\away", true);
    for (i = 0; i < ARRAYSIZE(exclusions); i++) {
        set_lines(SHOP, L"ExcludeFromSnapshot", exclusions[i]);
        requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
        assert_hr(requestor_status_of(shadow.vss, &shop_id).failure, S_OK);
        IVssBackupComponents_Release(shadow.vss);
        if (requestor_read_file(DATA L"\\away\\keep.cache", data, sizeof(data)) != 4 ||
            requestor_read_file(DATA L"\\away\\inner\\keep.cache", data, sizeof(data)) != 4)
            fail_msg("%ls", exclusions[i]);
    }
    assert_true(format_text(command, ARRAYSIZE(command), L"rm '%ls/away'", folder));
    requestor_run_on_host(command, DATA L"\\away", false);
    DeleteFileW(TEST_FOLDER L"\\inner\\keep.cache");
    RemoveDirectoryW(TEST_FOLDER L"\\inner");
}

/* --- texts of any length --------------------------------------------------------------------- */

static void component__long_name__is_whole_and_hides_no_other(void **state)
{
    wchar_t name[251];
    wchar_t key[512];
    GUID instance = {0};
    IVssWMComponent *component = NULL;
    PVSSCOMPONENTINFO info = NULL;
    IVssBackupComponents *vss = requestor_begin();
    IVssExamineWriterMetadata *metadata;
    UINT include, exclude, count;

    (void)state;
    /* It comes before the others. */
    assert_true(format_text(key, ARRAYSIZE(key), SHOP L"\\Components\\%ls",
                            requestor_fill(name, L'a', 250)));
    set_text(key, L"Caption", L"long");
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    metadata = find_writer(vss, &shop_id, &instance);
    assert_hr(IVssExamineWriterMetadata_GetFileCounts(metadata, &include, &exclude, &count), S_OK);
    assert_int_equal(count, 3);
    assert_hr(IVssExamineWriterMetadata_GetComponent(metadata, 0, &component), S_OK);
    assert_hr(IVssWMComponent_GetComponentInfo(component, &info), S_OK);
    assert_wide(info->bstrComponentName, name);
    assert_hr(IVssWMComponent_FreeComponentInfo(component, info), S_OK);
    IVssWMComponent_Release(component);
    IVssExamineWriterMetadata_Release(metadata);
    IVssBackupComponents_Release(vss);
}

static void writer__long_key__is_found(void **state)
{
    wchar_t name[251];
    wchar_t key[512];
    IVssBackupComponents *vss = requestor_begin();

    (void)state;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, SHOP);
    assert_true(
        format_text(key, ARRAYSIZE(key), WRITERS L"\\%ls", requestor_fill(name, L'V', 250)));
    set_text(key, L"WriterId", L"{5d3c1b00-1111-4222-8333-444455556666}");
    assert_hr(requestor_gather(vss), VSS_S_ASYNC_FINISHED);
    assert_int_equal(RegDeleteTreeW(HKEY_LOCAL_MACHINE, key), ERROR_SUCCESS);
    find_instance(vss, &shop_id);
    IVssBackupComponents_Release(vss);
}

static void backup_metadata__long_text__is_kept_whole(void **state)
{
    static wchar_t text[2001];
    static const wchar_t quote[] = L"\"";
    GUID snapshot = {0};
    BSTR xml = NULL;
    wchar_t *found;
    IVssBackupComponents *vss;

    (void)state;
    set_text(LDS, L"BackupMetadata", requestor_fill(text, L'm', 2000));
    vss = begin_both(&snapshot);
    assert_hr(IVssBackupComponents_SaveAsXML(vss, &xml), S_OK);
    found = wcsstr(xml, text);
    assert_non_null(found);
    assert_int_equal(found[2000], quote[0]);
    SysFreeString(xml);
    IVssBackupComponents_Release(vss);
}

static void freeze_events__name_is_too_long__writer_fails_at_freeze(void **state)
{
    wchar_t name[101];
    GUID snapshot = {0};
    IVssBackupComponents *vss;
    struct writer_report report;

    (void)state;
    set_text(SHOP, L"FreezeEvents", requestor_fill(name, L'e', 100));
    vss = begin_both(&snapshot);
    assert_hr(requestor_do(vss), VSS_S_ASYNC_FINISHED);
    report = requestor_status_of(vss, &shop_id);
    assert_int_equal(report.state, VSS_WS_FAILED_AT_FREEZE);
    assert_hr(report.failure, VSS_E_WRITERERROR_NONRETRYABLE);
    assert_hr(requestor_status_of(vss, &lds_id).failure, S_OK);
    IVssBackupComponents_Release(vss);
}

static void excluded_from_snapshot__deep_file__is_not_in_the_shadow(void **state)
{
    struct volume_shadow shadow;
    wchar_t copy[1024];
    char data[8];

    (void)state;
    assert_true(CreateDirectoryW(OUTER, NULL) && CreateDirectoryW(INNER, NULL));
    requestor_write_file(INNER L"\\deep.cache", "deep", 4);
    requestor_volume_shadow(VSS_CTX_BACKUP, L"D:\\", &shadow);
    assert_true(
        format_text(copy, ARRAYSIZE(copy), L"%ls%ls", shadow.device, wcschr(INNER, L':') + 1));
    assert_int_not_equal(GetFileAttributesW(copy), INVALID_FILE_ATTRIBUTES);
    wcscat(copy, L"\\deep.cache");
    assert_int_equal(requestor_read_file(copy, data, sizeof(data)), -1);
    assert_int_equal(requestor_read_file(INNER L"\\deep.cache", data, sizeof(data)), 4);
    IVssBackupComponents_Release(shadow.vss);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, describe, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(metadata__of_the_registry__every_part),
        TEST(writer__its_service_does_not_run__is_absent),
        TEST(backup__two_writers_one_with_events__only_that_is_frozen),
        TEST(backup__program_does_not_answer__its_writer_fails_alone),
        TEST(volume_mode__writer_on_it__is_frozen),
        TEST(volume_mode__writer_of_a_file_group_on_it__takes_part),
        TEST(status__writer_has_gone_after_the_snapshot__not_responding),
        TEST(excluded_from_snapshot__files__are_not_in_the_shadow),
        TEST(excluded_from_snapshot__behind_a_link__live_files_stay),
        TEST(component__long_name__is_whole_and_hides_no_other),
        TEST(writer__long_key__is_found),
        TEST(backup_metadata__long_text__is_kept_whole),
        TEST(freeze_events__name_is_too_long__writer_fails_at_freeze),
        TEST(excluded_from_snapshot__deep_file__is_not_in_the_shadow),
    };

    return cmocka_run_group_tests(tests, requestor_group_setup, requestor_group_teardown);
}
