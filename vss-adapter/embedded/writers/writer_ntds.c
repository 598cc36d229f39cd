/*
 * writer_ntds.c - the NTDS writer: the directory's database, at the place that the registry names.
 *
 * Facts about the real one are from MS docs, "In-Box VSS Writers". Must not know the session.
 */
#include "session_writer.h"
#include "embedded/base/embedded_settings.h"
#include "embedded/base/method_log.h"
#include "embedded/base/wide.h"
#include "recover.h"
#include "writer_volumes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vswriter.h>
#include <wchar.h>

#define PARAMETERS_KEY L"SYSTEM\\CurrentControlSet\\Services\\NTDS\\Parameters"
#define SERVICE_NAME   L"NTDS"

#define DEFAULT_TOMBSTONE_DAYS 180

struct locations
{
    wchar_t database[MAX_PATH]; /* full path of the file */
    wchar_t database_folder[MAX_PATH];
    wchar_t log_folder[MAX_PATH];
    wchar_t checkpoint_folder[MAX_PATH];
};

static DWORD setting(const wchar_t *name, DWORD otherwise)
{
    return embedded_settings_number(SETTINGS_WRITER_NTDS_KEY, name, otherwise);
}

static void strip_backslash(wchar_t *path)
{
    size_t chars = wcslen(path);

    if (chars > 3 && path[chars - 1] == L'\\')
        path[chars - 1] = 0;
}

/* A folder from the registry, or the database's if the value is missing. False: too long. */
static bool read_folder(const struct locations *at, const wchar_t *name, wchar_t folder[MAX_PATH])
{
    HRESULT hr = embedded_settings_string(PARAMETERS_KEY, name, NULL, folder, MAX_PATH);

    if (hr == S_FALSE)
        wcscpy(folder, at->database_folder);
    strip_backslash(folder);
    return SUCCEEDED(hr);
}

static bool read_locations(struct locations *at)
{
    wchar_t *leaf;

    if (embedded_settings_string(PARAMETERS_KEY, L"DSA Database file", NULL, at->database,
                                 ARRAYSIZE(at->database)) != S_OK)
        return false;
    wcscpy(at->database_folder, at->database);
    leaf = wcsrchr(at->database_folder, L'\\');
    if (!leaf || leaf < at->database_folder + 2)
        return false;
    leaf[leaf == at->database_folder + 2] = 0; /* "C:\" keeps its backslash */
    return read_folder(at, L"Database log files path", at->log_folder) &&
           read_folder(at, L"DSA Working Directory", at->checkpoint_folder);
}

static bool ntds_is_present(const struct writer_source *source)
{
    struct locations at;

    (void)source;
    return read_locations(&at) &&
           (writer_service_runs(SERVICE_NAME) || setting(L"WriterInDsrm", 0));
}

static bool add_file(struct doc_files *files, const wchar_t *folder, const wchar_t *filespec)
{
    /* MS docs: 3855, all backup and all snapshot bits. */
    return wide_files_add(files, folder, filespec, NULL, false,
                          VSS_FSBT_ALL_BACKUP_REQUIRED | VSS_FSBT_ALL_SNAPSHOT_REQUIRED);
}

/* "C:\Windows\NTDS" -> "C:_Windows_NTDS" (MS docs). NULL: out of memory. */
static char *logical_path(const wchar_t *folder)
{
    char *path = wide_to_utf8(folder);
    char *c;

    for (c = path; c && *c; c++)
        if (*c == '\\')
            *c = '_';
    return path;
}

/*
 * No public source has these of the real writer, so they are settings. The defaults: MS docs, "VSS
 * Backup and Restore of the Active Directory", let a VSS restore proceed normally in Directory
 * Services Restore Mode. There the files are not in use, the writer takes part, and the directory
 * starts with the next start of Windows.
 */
static void describe_unknown(struct doc_writer *document)
{
    document->usage = setting(L"UsageType", VSS_UT_BOOTABLESYSTEMSTATE);
    document->source = setting(L"SourceType", VSS_ST_TRANSACTEDDB);
    document->backup_schema = setting(L"BackupSchema", VSS_BS_UNDEFINED);
    document->restore.method = setting(L"RestoreMethod", VSS_RME_RESTORE_IF_CAN_REPLACE);
    document->restore.writer_restore = setting(L"WriterRestore", VSS_WRE_ALWAYS);
    document->restore.reboot_required = setting(L"RebootRequired", 1) != 0;
}

static HRESULT ntds_describe(const struct writer_source *source, struct doc_writer *document)
{
    struct doc_wm_component *component;
    struct locations at;
    const wchar_t *leaf;
    bool ok;

    if (!read_locations(&at))
        return VSS_E_WRITERERROR_NONRETRYABLE;
    document->writer_id = wide_doc_guid(&source->id);
    describe_unknown(document);
    component = doc_append(&document->components, &document->component_count, sizeof(*component));
    if (!component)
        return E_OUTOFMEMORY;
    component->type = DOC_COMPONENT_DATABASE;
    component->flags = VSS_CF_BACKUP_RECOVERY | VSS_CF_APP_ROLLBACK_RECOVERY;
    component->logical_path = logical_path(at.database_folder);
    leaf = wcsrchr(at.database, L'\\') + 1;
    ok = component->logical_path && doc_set_text(&document->name, "NTDS") &&
         doc_set_text(&component->name, "ntds") && doc_set_text(&component->caption, "") &&
         add_file(&component->databases, at.database_folder, leaf) &&
         add_file(&component->logs, at.log_folder, L"edb*.log") &&
         add_file(&component->logs, at.checkpoint_folder, L"edb.chk");
    return ok ? S_OK : E_OUTOFMEMORY;
}

/* The time in this many days, in UTC: "2030-01-31T12:00:00Z". */
static void format_expiry(DWORD days, char text[32])
{
    SYSTEMTIME expiry = {0};
    FILETIME now;
    uint64_t time;

    GetSystemTimeAsFileTime(&now);
    time = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    time += (uint64_t)days * 24 * 60 * 60 * 10000000;
    now.dwHighDateTime = (DWORD)(time >> 32);
    now.dwLowDateTime = (DWORD)time;
    FileTimeToSystemTime(&now, &expiry);
    snprintf(text, 32, "%04u-%02u-%02uT%02u:%02u:%02uZ", expiry.wYear, expiry.wMonth, expiry.wDay,
             expiry.wHour, expiry.wMinute, expiry.wSecond);
}

/* The component's backup metadata: when the backup expires. Windows' format is not documented. */
static HRESULT ntds_prepare_backup(struct session_writer *writer,
                                   struct doc_writer_components *components)
{
    DWORD days = setting(L"TombstoneDays", DEFAULT_TOMBSTONE_DAYS);
    char text[32];
    size_t i;

    (void)writer;
    format_expiry(days, text);
    for (i = 0; components && i < components->component_count; i++)
        if (!doc_set_text(&components->components[i].texts[DOC_TEXT_BACKUP_METADATA],
                          days ? text : NULL))
            return VSS_E_WRITERERROR_OUTOFRESOURCES;
    return S_OK;
}

/* Windows recovers the database inside the shadow; this is a test aid in its place (recover.c). */
static HRESULT ntds_post_snapshot(struct session_writer *writer, const struct shadow *shadows,
                                  size_t count)
{
    wchar_t path[SHADOW_DEVICE_CHARS + MAX_PATH];
    struct locations at;

    (void)writer;
    if (!setting(L"Recovered", 0))
        return S_OK;
    if (!read_locations(&at))
        return VSS_E_WRITERERROR_NONRETRYABLE;
    if (!writer_path_in_shadow(at.database, shadows, count, path, ARRAYSIZE(path)))
        return VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT;
    return method_log(
        recover_database(path), "RecoverDatabase",
        "test aid: no log is replayed, a real engine refuses the result; path=\"%ls\"", path);
}

const GUID writer_ntds_id = {
    0xb2014c9e, 0x8711, 0x4c5c, {0xa5, 0xa9, 0x3c, 0xf3, 0x84, 0x48, 0x47, 0x57}};

const struct writer_class writer_ntds_class = {
    .is_present = ntds_is_present,
    .describe = ntds_describe,
    .prepare_backup = ntds_prepare_backup,
    .post_snapshot = ntds_post_snapshot,
};
