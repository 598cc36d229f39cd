/*
 * restore.c - the restore session of ntdsvss.h: the interlock first, then the writer, then the
 * files, which are the caller's business.
 *
 * Two rules hold it together. Until PreRestore is asked for, a VSS that does not work is no reason
 * to fail: interlock, marker and files do not need it. From then on a failure is one, and
 * PostRestore is called in every case, as a restore knows no abort.
 */
#include <ntdsvss.h>

#include "interlock/interlock.h"
#include "common/registration.h"
#include "common/report.h"
#include "file_stamp.h"
#include "restore_files.h"
#include "vss_api.h"
#include "vss_wait.h"
#include "writer.h"

#include <oleauto.h>
#include <stdlib.h>
#include <vsserror.h>
#include <wchar.h>

/* With the time to stop a call that is under way, less than the broker's watchdog allows. */
#define CLOSING_WAIT_MAX_MS 15000u
#define ABANDON_POLL_MS     100u

struct ntdsvss_restore
{
    struct ntdsvss_settings settings;
    IVssBackupComponents *volatile components; /* abandon reads it from another thread */
    struct target target;
    struct writer writer; /* the instance that is there, the components of the backup */
    struct interlock interlock;
    struct restore_files files;
    struct file_stamp database; /* at the beginning */
    wchar_t *document;          /* the components document, or "", once the session has begun */
    HRESULT vss_result;         /* of the call for which the session goes on without VSS */
    bool started;
    bool has_writer;
    bool asked; /* for PreRestore: a components object serves for one, and VSS is needed now */
    bool registered;
    bool ended;
    volatile bool must_post; /* from PreRestore until PostRestore was called and not refused */
};

static HRESULT initialise(struct ntdsvss_restore *restore, const wchar_t *document)
{
    const struct ntdsvss_settings *settings = &restore->settings;
    IVssBackupComponents *components;
    VSS_ID class_id = *restore->target.writer_class;
    IVssAsync *async = NULL;
    BSTR text;
    HRESULT hr;

    hr = vss_api_create_components(settings, &components);
    if (FAILED(hr))
        return hr;
    restore->components = components;
    text = SysAllocString(document);
    if (!text)
        return E_OUTOFMEMORY;
    hr = VSS_CALL(settings, components, InitializeForRestore, NULL, text);
    SysFreeString(text);
    if (FAILED(hr))
        return vss_api_explain_refusal(settings, hr);
    hr = VSS_CALL(settings, components, EnableWriterClasses, restore->target.label, &class_id, 1);
    if (FAILED(hr))
        return hr;
    return VSS_RUN(settings, components, GatherWriterMetadata, &async);
}

/*
 * Where the files were when they were backed up is for the log only. An instance's backup has to
 * be of that instance, which nothing else says.
 */
static HRESULT read_saved_writer(const struct ntdsvss_restore *restore, const wchar_t *document)
{
    const struct ntdsvss_settings *settings = &restore->settings;
    struct writer saved = {.target = &restore->target};
    IVssExamineWriterMetadata *metadata;
    HRESULT hr = vss_api_examine_metadata(settings, document, &metadata);
    size_t i;

    if (FAILED(hr)) {
        if (target_instance(&restore->target))
            return hr;
        report_line(settings, NTDSVSS_LEVEL_WARNING,
                    L"The writer document of the backup cannot be read; the restore continues");
        return S_OK;
    }
    hr = writer_read_saved(settings, metadata, &saved);
    for (i = 0; i < saved.filespec_count; i++)
        report_line(settings, NTDSVSS_LEVEL_INFO, L"The backup contains %ls\\%ls",
                    saved.filespecs[i].folder, saved.filespecs[i].name);
    writer_fini(&saved);
    IVssExamineWriterMetadata_Release(metadata);
    return target_instance(&restore->target) ? hr : S_OK;
}

/*
 * An AD LDS instance is restored while its service is stopped, and its writer, which lives in that
 * service, is not there. One that is cannot be told apart from those of other instances when
 * components are selected for it: SetSelectedForRestore names a class only.
 */
static HRESULT check_instance_is_stopped(const struct ntdsvss_restore *restore)
{
    const struct target *target = &restore->target;
    enum ntdsvss_state state;
    wchar_t names[512];
    DWORD error;

    if (!target_instance(target))
        return S_OK;
    error = registration_state(target->service, &state);
    if (error != ERROR_SUCCESS)
        return call_end(&restore->settings, L"Looking for a stopped service", target->service,
                        HRESULT_FROM_WIN32(error));
    if (state == NTDSVSS_STATE_ABSENT) {
        registration_list_instances(names, ARRAYSIZE(names));
        report_line(&restore->settings, NTDSVSS_LEVEL_ERROR,
                    L"%ls instance \"%ls\" is not registered on this computer. Instances that are: "
                    L"%ls",
                    target->label, target_instance(target), names[0] ? names : L"none");
        return NTDSVSS_E_NO_INSTANCE;
    }
    if (state != NTDSVSS_STATE_OFFLINE || restore->has_writer)
        return call_end(&restore->settings, L"Looking for a stopped service", target->service,
                        HRESULT_FROM_WIN32(ERROR_SERVICE_ALREADY_RUNNING));
    return S_OK;
}

static HRESULT open_vss(struct ntdsvss_restore *restore, const wchar_t *document)
{
    const struct ntdsvss_settings *settings = &restore->settings;
    HRESULT hr;

    hr = initialise(restore, document);
    if (FAILED(hr))
        return hr;
    hr =
        writer_find_instance(settings, restore->components, &restore->writer, &restore->has_writer);
    if (FAILED(hr))
        return hr;
    hr = writer_read_stored(settings, restore->components, &restore->writer);
    if (FAILED(hr))
        return hr;
    report_line(settings, NTDSVSS_LEVEL_INFO,
                restore->has_writer ? L"The %ls writer is present and takes part in the restore"
                                    : L"The %ls writer is not present: the restore continues "
                                      L"without it (normal in Directory Services Restore Mode)",
                restore->target.label);
    return S_OK;
}

HRESULT ntdsvss_restore_create_for(const struct ntdsvss_settings *settings,
                                   const struct ntdsvss_directory *directory,
                                   struct ntdsvss_restore **restore)
{
    struct ntdsvss_restore *created = calloc(1, sizeof(*created));
    HRESULT hr = created ? target_init(&created->target, directory) : E_OUTOFMEMORY;

    if (FAILED(hr)) {
        free(created);
        return hr;
    }
    created->settings = *settings;
    created->writer.target = &created->target;
    created->interlock.service = created->target.service;
    created->files.service = created->target.service;
    *restore = created;
    return S_OK;
}

HRESULT ntdsvss_restore_create(const struct ntdsvss_settings *settings,
                               struct ntdsvss_restore **restore)
{
    return ntdsvss_restore_create_for(settings, NULL, restore);
}

static void release(struct ntdsvss_restore *restore)
{
    const struct ntdsvss_settings *settings = &restore->settings;

    writer_fini(&restore->writer);
    if (!restore->components)
        return;
    call_begin(settings, L"Release");
    IVssBackupComponents_Release(restore->components);
    call_end(settings, L"Release", NULL, S_OK);
    restore->components = NULL;
}

/* open_vss, or nothing. */
static HRESULT begin(struct ntdsvss_restore *restore, const wchar_t *document)
{
    HRESULT hr = open_vss(restore, document);

    if (FAILED(hr))
        release(restore);
    return hr;
}

/*
 * Not a VSS that is broken, but what the program or the computer lacks for the rest of a restore as
 * well. Access that VSS denies is VSS's: what the rest needs, the rest asks for.
 */
static bool fails_without_vss_too(HRESULT hr)
{
    return hr == E_OUTOFMEMORY || hr == NTDSVSS_E_WRONG_BITNESS ||
           hr == HRESULT_FROM_WIN32(ERROR_CANCELLED);
}

static HRESULT go_on_without_vss(struct ntdsvss_restore *restore, HRESULT failure)
{
    release(restore);
    restore->has_writer = false;
    restore->vss_result = failure;
    report_line(&restore->settings, NTDSVSS_LEVEL_WARNING,
                L"The restore goes on without VSS and without a writer (0x%08lx). It needs neither;"
                L" the next backup does",
                (unsigned long)failure);
    return S_OK;
}

/* Who gives a document that VSS refuses may have given another file; only the caller can tell. */
static HRESULT begin_or_go_on(struct ntdsvss_restore *restore, const wchar_t *document)
{
    HRESULT hr = document ? begin(restore, document) : NTDSVSS_E_UNAVAILABLE;

    if (SUCCEEDED(hr) && !restore->writer.component_count)
        return call_end(&restore->settings, L"Looking for the writer in the backup",
                        restore->target.label, VSS_E_OBJECT_NOT_FOUND);
    if (SUCCEEDED(hr) || fails_without_vss_too(hr) || hr == VSS_E_INVALID_XML_DOCUMENT ||
        hr == VSS_E_CORRUPT_XML_DOCUMENT)
        return hr;
    return go_on_without_vss(restore, hr);
}

static struct file_stamp stamp_database(const struct ntdsvss_restore *restore)
{
    struct file_stamp stamp = {0};
    wchar_t *path;

    if (registration_location(restore->target.service, DIRECTORY_DATABASE_FILE, &path) ==
        ERROR_SUCCESS) {
        stamp = file_stamp_read(path);
        free(path);
    }
    return stamp;
}

static bool database_is_unchanged(const struct ntdsvss_restore *restore)
{
    struct file_stamp now = stamp_database(restore);

    return file_stamp_is_same(&now, &restore->database);
}

HRESULT ntdsvss_restore_start(struct ntdsvss_restore *restore, const wchar_t *components_document,
                              const wchar_t *writer_document, bool *has_writer)
{
    HRESULT hr;

    if (restore->started)
        return E_UNEXPECTED;
    restore->started = true;
    restore->database = stamp_database(restore);
    hr = begin_or_go_on(restore, components_document);
    if (SUCCEEDED(hr))
        hr = check_instance_is_stopped(restore);
    if (SUCCEEDED(hr) && (restore->components || target_instance(&restore->target)))
        hr = read_saved_writer(restore, writer_document);
    if (FAILED(hr))
        return hr;
    restore->document = _wcsdup(components_document ? components_document : L"");
    if (!restore->document)
        return E_OUTOFMEMORY;
    *has_writer = restore->has_writer;
    return S_OK;
}

HRESULT ntdsvss_restore_vss_result(const struct ntdsvss_restore *restore)
{
    return restore->vss_result;
}

/* --- the writer --------------------------------------------------------------------------- */

static HRESULT pre_restore(struct ntdsvss_restore *restore)
{
    const struct ntdsvss_settings *settings = &restore->settings;
    IVssAsync *async = NULL;
    HRESULT hr;

    hr = writer_select_for_restore(settings, restore->components, &restore->writer);
    if (FAILED(hr)) /* the writer has heard of nothing */
        return restore->asked || fails_without_vss_too(hr) ? hr : go_on_without_vss(restore, hr);
    /* Before the call: should it never come back, whoever gives this session up posts. */
    restore->asked = true;
    restore->must_post = true;
    call_begin(settings, L"PreRestore");
    hr = IVssBackupComponents_PreRestore(restore->components, &async);
    if (FAILED(hr)) /* refused: the writer has heard of nothing */
        restore->must_post = false;
    hr = vss_wait(settings, L"PreRestore", hr, &async);
    return writer_prefer_status(settings, restore->components, &restore->writer, L"PreRestore", hr);
}

/*
 * Tells the writer the end, whatever was before. Not to be cancelled: who began, ends; only the
 * limit of the wait counts.
 */
static HRESULT post_restore(struct ntdsvss_restore *restore, VSS_FILE_RESTORE_STATUS status,
                            uint32_t wait_max_ms)
{
    struct ntdsvss_settings settings = restore->settings;
    IVssAsync *async = NULL;
    HRESULT status_hr, hr;

    settings.cancel = NULL;
    if (settings.wait_ms > wait_max_ms)
        settings.wait_ms = wait_max_ms;
    status_hr = writer_set_restored(&settings, restore->components, &restore->writer, status);
    /* Should this call hang, it has been made all the same. */
    restore->must_post = false;
    call_begin(&settings, L"PostRestore");
    hr = IVssBackupComponents_PostRestore(restore->components, &async);
    if (FAILED(hr) && hr != VSS_E_BAD_STATE) /* that: there is nothing that waits for it */
        restore->must_post = true;
    hr = vss_wait(&settings, L"PostRestore", hr, &async);
    hr = writer_prefer_status(&settings, restore->components, &restore->writer, L"PostRestore", hr);
    return FAILED(hr) ? hr : status_hr;
}

/* --- the steps ---------------------------------------------------------------------------- */

/* PreRestore has failed. Who cancelled may have begun to copy: what keeps an old database from
 * starting as the present one stays then. */
static void put_back(struct ntdsvss_restore *restore, HRESULT failure)
{
    if (restore->must_post)
        post_restore(restore, VSS_RS_NONE, CLOSING_WAIT_MAX_MS);
    restore->interlock.is_database_unchanged = database_is_unchanged(restore);
    if (failure == HRESULT_FROM_WIN32(ERROR_CANCELLED))
        interlock_leave(&restore->settings, &restore->interlock);
    else
        interlock_put_back(&restore->settings, &restore->interlock);
    interlock_fini(&restore->interlock);
}

/* MS docs, aborting VSS operations: after a failure a new object is needed. */
static HRESULT renew(struct ntdsvss_restore *restore)
{
    HRESULT hr;

    if (restore->must_post)
        post_restore(restore, VSS_RS_NONE, CLOSING_WAIT_MAX_MS);
    restore->must_post = false;
    release(restore);
    hr = begin(restore, restore->document);
    return vss_api_service_is_unreachable(hr) ? NTDSVSS_E_UNAVAILABLE : hr;
}

HRESULT ntdsvss_restore_register(struct ntdsvss_restore *restore,
                                 const struct ntdsvss_registration *registration, bool *taken_over)
{
    const struct ntdsvss_settings *settings = &restore->settings;
    bool earlier;
    HRESULT hr;

    if (!restore->document || restore->registered)
        return E_UNEXPECTED;
    hr = restore->asked ? renew(restore) : S_OK;
    if (FAILED(hr))
        return hr;
    restore->interlock.is_database_unchanged = database_is_unchanged(restore);
    hr = interlock_acquire(settings, &restore->interlock, registration);
    if (FAILED(hr))
        return hr;
    earlier = restore->interlock.taken_over;
    if (restore->has_writer)
        hr = pre_restore(restore);
    if (FAILED(hr)) {
        put_back(restore, hr);
        return vss_api_service_is_unreachable(hr) ? NTDSVSS_E_UNAVAILABLE : hr;
    }
    restore->registered = true;
    *taken_over = earlier;
    return S_OK;
}

HRESULT ntdsvss_restore_locations(struct ntdsvss_restore *restore,
                                  struct ntdsvss_locations *locations)
{
    return restore_files_locate(&restore->settings, &restore->files, locations);
}

HRESULT ntdsvss_restore_files(struct ntdsvss_restore *restore, const struct ntdsvss_file **files,
                              size_t *count)
{
    HRESULT hr = restore_files_list(&restore->settings, &restore->files);

    if (FAILED(hr))
        return hr;
    *files = restore->files.files;
    *count = restore->files.count;
    return S_OK;
}

HRESULT ntdsvss_restore_open_file(struct ntdsvss_restore *restore, size_t index, HANDLE *file,
                                  uint64_t *bytes)
{
    return restore_files_open(&restore->settings, &restore->files, index, file, bytes);
}

HRESULT ntdsvss_restore_set_aside(struct ntdsvss_restore *restore, size_t index)
{
    return restore_files_set_aside(&restore->settings, &restore->files, index);
}

static HRESULT end_restore(struct ntdsvss_restore *restore, bool succeeded, uint32_t wait_max_ms)
{
    const struct ntdsvss_settings *settings = &restore->settings;
    HRESULT flushed = succeeded ? restore_files_flush(settings, restore->target.service) : S_OK;
    HRESULT hr = S_OK;

    if (FAILED(flushed))
        succeeded = false;
    if (restore->must_post)
        hr = post_restore(restore, succeeded ? VSS_RS_ALL : VSS_RS_NONE, wait_max_ms);
    if (FAILED(flushed))
        hr = flushed;
    else if (succeeded && SUCCEEDED(hr))
        hr = interlock_remove(settings, &restore->interlock);
    interlock_leave(settings, &restore->interlock);
    interlock_fini(&restore->interlock);
    return hr;
}

HRESULT ntdsvss_restore_complete(struct ntdsvss_restore *restore, bool succeeded)
{
    if (!restore->registered || restore->ended)
        return E_UNEXPECTED;
    restore->ended = true;
    return end_restore(restore, succeeded, restore->settings.wait_ms);
}

void ntdsvss_restore_abandon(struct ntdsvss_restore *restore)
{
    /* Read without a lock: the thread that owns both hangs, or there is nothing to abandon. */
    IVssBackupComponents *components = restore->components;
    HRESULT status = VSS_S_ASYNC_PENDING;
    IVssAsync *async = NULL;

    report_line(&restore->settings, NTDSVSS_LEVEL_ERROR,
                L"A VSS call does not return; giving the restore up: %ls",
                components && restore->must_post ? L"PostRestore" : L"nothing to tell the writer");
    if (!components || !restore->must_post)
        return;
    writer_set_restored(&restore->settings, components, &restore->writer, VSS_RS_NONE);
    if (FAILED(IVssBackupComponents_PostRestore(components, &async)) || !async)
        return;
    /* The broker gives this thread a few seconds, and ends with it. */
    while (SUCCEEDED(IVssAsync_Wait(async, ABANDON_POLL_MS)) &&
           SUCCEEDED(IVssAsync_QueryStatus(async, &status, NULL)) && status == VSS_S_ASYNC_PENDING)
        continue;
    IVssAsync_Release(async);
}

void ntdsvss_restore_close(struct ntdsvss_restore *restore)
{
    if (!restore)
        return;
    if (restore->registered && !restore->ended) {
        report_line(&restore->settings, NTDSVSS_LEVEL_ERROR,
                    L"The restore ended without being completed: it has failed");
        end_restore(restore, false, CLOSING_WAIT_MAX_MS);
    }
    if (restore->must_post) /* refused the first time */
        post_restore(restore, VSS_RS_NONE, CLOSING_WAIT_MAX_MS);
    restore_files_fini(&restore->files);
    interlock_fini(&restore->interlock);
    release(restore);
    free(restore->document);
    free(restore);
}
