/*
 * backup.c - the session of ntdsvss.h: the documented sequence of a full component backup.
 *
 * One rule holds it together: from StartSnapshotSet on, whatever is not a completed
 * BackupComplete goes through AbortBackup, or the computer's single creation slot stays taken for
 * every product.
 */
#include <ntdsvss.h>

#include "file_list.h"
#include "log_choice.h"
#include "retry.h"
#include "common/document_limit.h"
#include "common/report.h"
#include "snapshot.h"
#include "vss_api.h"
#include "vss_wait.h"
#include "writer.h"

#include <oleauto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <vsserror.h>
#include <wchar.h>

struct ntdsvss_backup
{
    struct ntdsvss_settings settings;
    struct retry retry;
    IVssBackupComponents *volatile components; /* abandon reads it from another thread */
    struct target target;
    struct writer writer;
    struct snapshot_set set;
    struct file_list files;
    size_t database_count;
    bool started;
    volatile bool must_abort; /* from StartSnapshotSet until BackupComplete has succeeded */
    bool complete_tried;
    BSTR document;
    BSTR backup_metadata;
};

static HRESULT initialise(struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;
    IVssBackupComponents *components;
    VSS_ID class_id = *backup->target.writer_class;
    IVssAsync *async = NULL;
    HRESULT hr;

    hr = vss_api_create_components(settings, &components);
    if (FAILED(hr))
        return hr;
    backup->components = components;
    hr = VSS_CALL(settings, components, InitializeForBackup, NULL, NULL);
    if (FAILED(hr))
        return vss_api_explain_refusal(settings, hr);
    hr = VSS_CALL(settings, components, SetContext, L"VSS_CTX_BACKUP", VSS_CTX_BACKUP);
    if (FAILED(hr))
        return hr;
    /* The directory is system state: bootable, full, whole components. */
    hr = VSS_CALL(settings, components, SetBackupState, NULL, 1, 1, VSS_BT_FULL, 0);
    if (FAILED(hr))
        return hr;
    hr = VSS_CALL(settings, components, EnableWriterClasses, backup->target.label, &class_id, 1);
    if (FAILED(hr))
        return hr;
    return VSS_RUN(settings, components, GatherWriterMetadata, &async);
}

static HRESULT fill_set(struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;
    HRESULT hr = S_OK;
    size_t i;

    for (i = 0; SUCCEEDED(hr) && i < backup->files.source_count; i++) {
        struct file_source *source = &backup->files.sources[i];

        hr = snapshot_set_add(settings, backup->components, &backup->set, source->place.volume,
                              &source->snapshot);
    }
    return hr;
}

static HRESULT prefer_writer(struct ntdsvss_backup *backup, const wchar_t *after, HRESULT hr)
{
    return writer_prefer_status(&backup->settings, backup->components, &backup->writer, after, hr);
}

static HRESULT prepare(struct ntdsvss_backup *backup)
{
    IVssAsync *async = NULL;
    HRESULT hr = VSS_RUN(&backup->settings, backup->components, PrepareForBackup, &async);

    return prefer_writer(backup, L"PrepareForBackup", hr);
}

static HRESULT snap(struct ntdsvss_backup *backup)
{
    IVssAsync *async = NULL;
    HRESULT hr = VSS_RUN(&backup->settings, backup->components, DoSnapshotSet, &async);

    return prefer_writer(backup, L"DoSnapshotSet", hr);
}

/* A restore takes no larger ones. */
static HRESULT check_documents(const struct ntdsvss_backup *backup)
{
    size_t chars = wcslen(backup->document) + wcslen(backup->writer.document) +
                   (backup->backup_metadata ? wcslen(backup->backup_metadata) : 0);

    if (chars <= DOCUMENTS_MAX_CHARS)
        return S_OK;
    report_line(
        &backup->settings, NTDSVSS_LEVEL_ERROR,
        L"The documents of VSS and of the %ls have %llu characters; a restore takes at most "
        L"%u. Such a backup could not be restored. Check the writer with \"vssadmin list "
        L"writers\", restart its service, then make a new backup",
        backup->target.label, (unsigned long long)chars, DOCUMENTS_MAX_CHARS);
    return HRESULT_FROM_WIN32(ERROR_FILE_TOO_LARGE);
}

/*
 * Whoever keeps a backup keeps these documents with it, so they are taken now, as those of a
 * successful backup; a session that is not completed aborts, and they are worthless then.
 */
static HRESULT save_documents(struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;
    HRESULT hr;

    hr = writer_backup_metadata(settings, backup->components, &backup->writer,
                                &backup->backup_metadata);
    if (FAILED(hr))
        return hr;
    hr = writer_set_succeeded(settings, backup->components, &backup->writer);
    if (FAILED(hr))
        return hr;
    hr = VSS_CALL(settings, backup->components, SaveAsXML, NULL, &backup->document);
    return SUCCEEDED(hr) ? check_documents(backup) : hr;
}

/* How many of the file list's sources are databases: they come first. */
static size_t database_sources(const struct ntdsvss_backup *backup)
{
    size_t count = 0;

    while (count < backup->files.source_count &&
           backup->files.sources[count].filespec->kind == NTDSVSS_FILE_DATABASE)
        count++;
    return count;
}

/* One: tokens, and the programs that restore, refuse a backup with more. */
static HRESULT check_databases(const struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;
    const struct file_list *files = &backup->files;

    if (!backup->database_count)
        return call_end(settings, L"Looking for the database in the shadow copy",
                        files->sources[0].filespec->folder,
                        HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
    if (backup->database_count == 1)
        return S_OK;
    report_line(settings, NTDSVSS_LEVEL_ERROR,
                L"The %ls lists %u databases, %ls and %ls among them; expected 1. Such a backup "
                L"could not be restored. If one of them is not the directory's, move it to another "
                L"folder, then make a new backup",
                backup->target.label, (unsigned int)backup->database_count, files->files[0].path,
                files->files[1].path);
    return NTDSVSS_E_DATABASE_COUNT;
}

static HRESULT list_files(struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;
    struct file_list *files = &backup->files;
    size_t databases = database_sources(backup);
    HRESULT hr = file_list_expand(settings, &backup->set, files, 0, databases);

    if (FAILED(hr))
        return hr;
    backup->database_count = files->count;
    hr = check_databases(backup);
    if (FAILED(hr))
        return hr;
    hr = file_list_expand(settings, &backup->set, files, databases, files->source_count);
    if (FAILED(hr))
        return hr;
    return log_choice_make(settings, &backup->set, files, backup->database_count);
}

/* False: cancelled meanwhile. */
static bool wait_before_retry(const struct ntdsvss_settings *settings, DWORD step_ms)
{
    report_line(settings, NTDSVSS_LEVEL_INFO, L"Trying again in %lu.%02lu s", step_ms / 1000,
                step_ms / 10 % 100);
    if (settings->cancel)
        return WaitForSingleObject(settings->cancel, step_ms) == WAIT_TIMEOUT;
    Sleep(step_ms); /* nothing can happen that would be worth waking up for */
    return true;
}

/* False: a failure with hr is final. */
static bool wait_for_next_try(struct ntdsvss_backup *backup, HRESULT hr)
{
    DWORD step_ms = retry_next_ms(&backup->retry, GetTickCount64(), hr);

    return step_ms && !is_cancelled(&backup->settings) &&
           wait_before_retry(&backup->settings, step_ms);
}

/*
 * While another program makes a shadow copy the session keeps what it has found out: "wait to try
 * again" (Microsoft Learn, StartSnapshotSet).
 */
static HRESULT start_set(struct ntdsvss_backup *backup)
{
    HRESULT hr;

    do {
        /* Before the call: should it never come back, or its answer be lost, the set may be under
         * way. One that is in progress is another program's. */
        backup->must_abort = true;
        hr = snapshot_set_start(&backup->settings, backup->components, &backup->set);
        if (hr == VSS_E_SNAPSHOT_SET_IN_PROGRESS)
            backup->must_abort = false;
    } while (hr == VSS_E_SNAPSHOT_SET_IN_PROGRESS && wait_for_next_try(backup, hr));
    return hr;
}

static HRESULT run_sequence(struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;
    HRESULT hr;

    hr = initialise(backup);
    if (FAILED(hr))
        return hr;
    hr = writer_find(settings, backup->components, &backup->writer);
    if (FAILED(hr))
        return hr;
    hr = file_list_locate(settings, &backup->writer, &backup->files);
    if (FAILED(hr))
        return hr;
    hr = writer_add_components(settings, backup->components, &backup->writer);
    if (FAILED(hr))
        return hr;
    hr = start_set(backup);
    if (FAILED(hr))
        return hr;
    hr = fill_set(backup);
    if (FAILED(hr))
        return hr;
    hr = prepare(backup);
    if (FAILED(hr))
        return hr;
    hr = snap(backup);
    if (FAILED(hr))
        return hr;
    hr = snapshot_set_resolve(settings, backup->components, &backup->set);
    if (FAILED(hr))
        return hr;
    hr = list_files(backup);
    if (FAILED(hr))
        return hr;
    return save_documents(backup);
}

/* Ends the VSS side and forgets everything of this attempt; the settings stay. */
static void end_session(struct ntdsvss_backup *backup)
{
    const struct ntdsvss_settings *settings = &backup->settings;

    if (backup->must_abort) {
        VSS_CALL(settings, backup->components, AbortBackup, NULL);
        backup->must_abort = false;
    }
    SysFreeString(backup->document);
    backup->document = NULL;
    SysFreeString(backup->backup_metadata);
    backup->backup_metadata = NULL;
    file_list_fini(&backup->files);
    snapshot_set_fini(&backup->set);
    writer_fini(&backup->writer);
    if (backup->components) {
        call_begin(settings, L"Release");
        IVssBackupComponents_Release(backup->components);
        call_end(settings, L"Release", NULL, S_OK);
        backup->components = NULL;
    }
}

HRESULT ntdsvss_backup_create_for(const struct ntdsvss_settings *settings,
                                  const struct ntdsvss_directory *directory,
                                  struct ntdsvss_backup **backup)
{
    struct ntdsvss_backup *created = calloc(1, sizeof(*created));
    HRESULT hr = created ? target_init(&created->target, directory) : E_OUTOFMEMORY;

    if (FAILED(hr)) {
        free(created);
        return hr;
    }
    created->settings = *settings;
    created->writer.target = &created->target;
    *backup = created;
    return S_OK;
}

HRESULT ntdsvss_backup_create(const struct ntdsvss_settings *settings,
                              struct ntdsvss_backup **backup)
{
    return ntdsvss_backup_create_for(settings, NULL, backup);
}

HRESULT ntdsvss_backup_start(struct ntdsvss_backup *backup)
{
    HRESULT hr;

    if (backup->started)
        return E_UNEXPECTED;
    backup->started = true;
    retry_init(&backup->retry, GetTickCount64(), backup->settings.retry_ms,
               GetCurrentProcessId() ^ GetTickCount());
    for (;;) {
        hr = run_sequence(backup);
        if (SUCCEEDED(hr))
            return S_OK;
        /* The service is first needed after the object was made, and may go away at any time. */
        if (vss_api_service_is_unreachable(hr))
            hr = NTDSVSS_E_UNAVAILABLE;
        end_session(backup); /* a components object is good for one attempt only */
        if (!wait_for_next_try(backup, hr))
            return is_cancelled(&backup->settings) ? HRESULT_FROM_WIN32(ERROR_CANCELLED) : hr;
    }
}

void ntdsvss_backup_databases(const struct ntdsvss_backup *backup,
                              const struct ntdsvss_file **files, size_t *count)
{
    *files = backup->files.files;
    *count = backup->database_count;
}

void ntdsvss_backup_documents(const struct ntdsvss_backup *backup,
                              struct ntdsvss_documents *documents)
{
    documents->components = backup->document;
    documents->writer = backup->writer.document;
    documents->backup_metadata = backup->backup_metadata ? backup->backup_metadata : L"";
}

HRESULT ntdsvss_backup_logs(struct ntdsvss_backup *backup, const struct ntdsvss_file **files,
                            size_t *count)
{
    *files = backup->files.files + backup->database_count;
    *count = backup->files.count - backup->database_count;
    return S_OK;
}

void ntdsvss_backup_left_out(const struct ntdsvss_backup *backup,
                             const struct ntdsvss_left_out **files, size_t *count)
{
    *files = backup->files.left_out;
    *count = backup->files.left_out_count;
}

HRESULT ntdsvss_backup_open_file(struct ntdsvss_backup *backup, size_t index, HANDLE *file,
                                 uint64_t *bytes)
{
    return file_list_open(&backup->settings, &backup->set, &backup->files, index, file, bytes);
}

/* BackupComplete succeeded, and only the writer's own state would tell what it made of it. */
static HRESULT unknown_end(struct ntdsvss_backup *backup, HRESULT hr)
{
    if (SUCCEEDED(hr) || writer_is_its_code(hr) || is_cancelled(&backup->settings))
        return hr;
    report_line(&backup->settings, NTDSVSS_LEVEL_ERROR,
                L"BackupComplete succeeded, but the state of the %ls writer after it cannot be "
                L"read: it is not known whether the writer failed. The backup does not count as "
                L"complete",
                backup->target.label);
    return VSS_E_WRITER_STATUS_NOT_AVAILABLE;
}

HRESULT ntdsvss_backup_complete(struct ntdsvss_backup *backup)
{
    IVssAsync *async = NULL;
    HRESULT hr;

    if (backup->complete_tried)
        return E_UNEXPECTED;
    backup->complete_tried = true;
    hr = VSS_RUN(&backup->settings, backup->components, BackupComplete, &async);
    if (FAILED(hr))
        return prefer_writer(backup, L"BackupComplete", hr);
    backup->must_abort = false;
    return unknown_end(backup, prefer_writer(backup, L"BackupComplete", hr));
}

void ntdsvss_backup_abandon(struct ntdsvss_backup *backup)
{
    /* Read without a lock: the thread that owns both hangs, or there is nothing to abandon. */
    IVssBackupComponents *components = backup->components;

    report_line(&backup->settings, NTDSVSS_LEVEL_ERROR,
                L"A VSS call does not return; giving the session up: %ls",
                components && backup->must_abort ? L"AbortBackup" : L"nothing to abort");
    if (components && backup->must_abort)
        IVssBackupComponents_AbortBackup(components);
}

void ntdsvss_backup_close(struct ntdsvss_backup *backup)
{
    if (!backup)
        return;
    end_session(backup);
    free(backup);
}
