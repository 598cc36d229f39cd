/*
 * broker_session.c - turns requests into calls of the adapter.
 */
#include "broker_session.h"

#include "hardening.h"

#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint16_t), "protocol strings are UTF-16 units");

static void put_text(struct protocol_writer *reply, const wchar_t *text)
{
    protocol_put_string(reply, (const uint16_t *)text, wcslen(text));
}

static void put_files(struct protocol_writer *reply, const struct ntdsvss_file *files, size_t count)
{
    size_t i;

    protocol_put_u32(reply, (uint32_t)count);
    for (i = 0; i < count; i++) {
        protocol_put_u32(reply, (uint32_t)files[i].kind);
        put_text(reply, files[i].path);
    }
}

static void put_result(struct protocol_writer *reply, HRESULT hr)
{
    protocol_put_u32(reply, (uint32_t)hr);
}

/* The DLL has taken its own by the time it sends another request. */
static void close_offered(struct vss_session *session)
{
    if (session->offered)
        CloseHandle(session->offered);
    session->offered = NULL;
}

static void offer_handle(struct vss_session *session, struct protocol_writer *reply, HANDLE file,
                         uint64_t bytes)
{
    session->offered = file;
    protocol_put_u64(reply, (uint64_t)(uintptr_t)file);
    protocol_put_u64(reply, bytes);
}

void vss_session_close(struct vss_session *session)
{
    close_offered(session);
    ntdsvss_backup_close(session->backup);
    session->backup = NULL;
    ntdsvss_restore_close(session->restore);
    session->restore = NULL;
}

void vss_session_abandon(struct vss_session *session)
{
    struct ntdsvss_backup *backup = session->backup;
    struct ntdsvss_restore *restore = session->restore;

    if (backup)
        ntdsvss_backup_abandon(backup);
    if (restore)
        ntdsvss_restore_abandon(restore);
}

static const wchar_t *text_of(const struct request *request, enum request_text which)
{
    return (const wchar_t *)request->texts[which];
}

/* --- backup ------------------------------------------------------------------------------- */

static void backup_start(struct vss_session *session, const struct request *request,
                         struct protocol_writer *reply)
{
    const wchar_t *instance = text_of(request, REQUEST_INSTANCE);
    const struct ntdsvss_directory adlds = {
        .struct_bytes = sizeof(adlds), .writer = NTDSVSS_WRITER_ADLDS, .instance = instance};
    struct ntdsvss_documents documents;
    const struct ntdsvss_file *files;
    struct ntdsvss_backup *backup;
    size_t count;
    HRESULT hr = ntdsvss_backup_create_for(&session->settings, *instance ? &adlds : NULL, &backup);

    if (SUCCEEDED(hr)) {
        session->backup = backup;
        hr = ntdsvss_backup_start(backup);
    }
    put_result(reply, hr);
    if (FAILED(hr)) {
        vss_session_close(session);
        return;
    }
    ntdsvss_backup_databases(backup, &files, &count);
    put_files(reply, files, count);
    ntdsvss_backup_documents(backup, &documents);
    put_text(reply, documents.components);
    put_text(reply, documents.writer);
    put_text(reply, documents.backup_metadata);
}

static void backup_logs(struct vss_session *session, struct protocol_writer *reply)
{
    const struct ntdsvss_left_out *left_out;
    const struct ntdsvss_file *files;
    size_t count, i;
    HRESULT hr = ntdsvss_backup_logs(session->backup, &files, &count);

    put_result(reply, hr);
    if (FAILED(hr))
        return;
    put_files(reply, files, count);
    ntdsvss_backup_left_out(session->backup, &left_out, &count);
    protocol_put_u32(reply, (uint32_t)count);
    for (i = 0; i < count; i++) {
        put_text(reply, left_out[i].path);
        put_text(reply, left_out[i].reason);
    }
}

static void backup_open(struct vss_session *session, uint32_t index, struct protocol_writer *reply)
{
    uint64_t bytes = 0;
    HANDLE file = NULL;
    HRESULT hr = ntdsvss_backup_open_file(session->backup, index, &file, &bytes);

    put_result(reply, hr);
    if (SUCCEEDED(hr))
        offer_handle(session, reply, file, bytes);
}

static void run_backup(struct vss_session *session, const struct request *request,
                       struct protocol_writer *reply)
{
    switch (request->type) {
    case PROTOCOL_BACKUP_LOGS:
        backup_logs(session, reply);
        break;
    case PROTOCOL_BACKUP_OPEN:
        backup_open(session, request->index, reply);
        break;
    case PROTOCOL_BACKUP_COMPLETE:
        put_result(reply, ntdsvss_backup_complete(session->backup));
        break;
    case PROTOCOL_BACKUP_ABORT:
        vss_session_close(session);
        put_result(reply, S_OK);
        break;
    default:
        put_result(reply, E_UNEXPECTED);
        break;
    }
}

/* --- restore ------------------------------------------------------------------------------ */

static void restore_start(struct vss_session *session, const struct request *request,
                          struct protocol_writer *reply)
{
    struct ntdsvss_restore *restore;
    bool has_writer = false;
    HRESULT hr;

    /* What was restored is written out and renamed past its access lists. */
    hardening_enable_privilege(L"SeRestorePrivilege");
    hr = ntdsvss_restore_create(&session->settings, &restore);
    if (SUCCEEDED(hr)) {
        session->restore = restore;
        hr = ntdsvss_restore_start(
            restore, request->without_vss ? NULL : text_of(request, REQUEST_COMPONENTS_DOCUMENT),
            text_of(request, REQUEST_WRITER_DOCUMENT), &has_writer);
    }
    put_result(reply, hr);
    if (SUCCEEDED(hr))
        protocol_put_u32(reply, has_writer);
    else
        vss_session_close(session);
}

static void restore_register(struct vss_session *session, const struct request *request,
                             struct protocol_writer *reply)
{
    struct ntdsvss_registration registration = {
        .checkpoint_folder = text_of(request, REQUEST_CHECKPOINT_FOLDER),
        .log_folder = text_of(request, REQUEST_LOG_FOLDER),
        .backup_log_folder = text_of(request, REQUEST_BACKUP_LOG_FOLDER),
        .map = text_of(request, REQUEST_MAP),
        .backup_id = text_of(request, REQUEST_BACKUP_ID),
        .generation_low = request->generation_low,
        .generation_high = request->generation_high,
    };
    bool taken_over = false;
    HRESULT hr = ntdsvss_restore_register(session->restore, &registration, &taken_over);

    put_result(reply, hr);
    if (FAILED(hr))
        return;
    protocol_put_u32(reply, taken_over);
    put_result(reply, ntdsvss_restore_vss_result(session->restore));
}

static void restore_files(struct vss_session *session, struct protocol_writer *reply)
{
    const struct ntdsvss_file *files;
    size_t count;
    HRESULT hr = ntdsvss_restore_files(session->restore, &files, &count);

    put_result(reply, hr);
    if (SUCCEEDED(hr))
        put_files(reply, files, count);
}

static void restore_open(struct vss_session *session, uint32_t index, struct protocol_writer *reply)
{
    uint64_t bytes = 0;
    HANDLE file = NULL;
    HRESULT hr = ntdsvss_restore_open_file(session->restore, index, &file, &bytes);

    put_result(reply, hr);
    if (SUCCEEDED(hr))
        offer_handle(session, reply, file, bytes);
}

static void run_restore(struct vss_session *session, const struct request *request,
                        struct protocol_writer *reply)
{
    switch (request->type) {
    case PROTOCOL_RESTORE_REGISTER:
        restore_register(session, request, reply);
        break;
    case PROTOCOL_RESTORE_FILES:
        restore_files(session, reply);
        break;
    case PROTOCOL_RESTORE_OPEN:
        restore_open(session, request->index, reply);
        break;
    case PROTOCOL_RESTORE_SET_ASIDE:
        put_result(reply, ntdsvss_restore_set_aside(session->restore, request->index));
        break;
    case PROTOCOL_RESTORE_COMPLETE:
        put_result(reply, ntdsvss_restore_complete(session->restore, request->succeeded));
        break;
    default:
        put_result(reply, E_UNEXPECTED);
        break;
    }
}

void vss_session_run(struct vss_session *session, const struct request *request,
                     struct protocol_writer *reply)
{
    close_offered(session);
    if (session->backup)
        run_backup(session, request, reply);
    else if (session->restore)
        run_restore(session, request, reply);
    else if (request->type == PROTOCOL_BACKUP_START)
        backup_start(session, request, reply);
    else if (request->type == PROTOCOL_RESTORE_START)
        restore_start(session, request, reply);
    else
        put_result(reply, E_UNEXPECTED);
}
