/*
 * restore_session.c - the state machine of a restore context.
 *
 * Decides when a restore counts: the directory still stopped, and its files those of the token's
 * backup.
 */
#include "restore_session.h"

#include "context.h"
#include "common/codes.h"
#include "common/format.h"
#include "record/call_log.h"
#include "host/directory.h"
#include "record/event_log.h"
#include "host/clock.h"
#include "host/hash.h"
#include "lists.h"
#include "restore_check.h"
#include "restore_folders.h"
#include "restore_map.h"
#include "restore_token.h"
#include "host/result.h"

#include <stdlib.h>
#include <vss.h>
#include <vswriter.h>
#include <vsserror.h>

#define ID_CHARS      (2u * TOKEN_ID_BYTES + 1)
#define FAILURE_CHARS 240

enum stage
{
    STAGE_PREPARED,
    STAGE_REGISTERED,
    STAGE_COMPLETED
};

struct restore_session
{
    struct context context;
    enum stage stage;
    void *token;
    struct token_fields fields; /* point into token */
    wchar_t backup_id[ID_CHARS];
    wchar_t *backup_host;
    wchar_t *backup_database; /* its local path then */
    HRESULT vss_failure;      /* for which VSS is not asked again; S_OK: none */
    struct restore_record record;
};

static void fini(struct context *context)
{
    struct restore_session *session = CONTAINING_RECORD(context, struct restore_session, context);

    restore_record_fini(&session->record);
    free(session->backup_database);
    free(session->backup_host);
    free(session->token);
}

struct handle_object *restore_session_object(struct restore_session *session)
{
    return &session->context.object;
}

struct restore_session *restore_session_from_object(struct handle_object *object)
{
    return CONTAINING_RECORD(context_of(object), struct restore_session, context);
}

/* Copies the token, and takes out of it what later calls need. */
static legacy_result take_token(struct restore_session *session, const void *token,
                                DWORD token_bytes)
{
    struct token_database_fields database;
    legacy_result hr;

    session->token = malloc(token_bytes ? token_bytes : 1);
    if (!session->token)
        return ERROR_NOT_ENOUGH_MEMORY;
    memcpy(session->token, token, token_bytes);
    hr = token_parse(session->token, token_bytes, &session->fields);
    if (hr != S_OK)
        return hr;
    hash_format(session->fields.backup_id, TOKEN_ID_BYTES, session->backup_id);
    hr = restore_token_check(&session->fields, clock_now(), &session->context.settings);
    if (hr != S_OK)
        return hr;
    token_layout_database(&session->fields, 0, &database);
    session->backup_host = token_text_copy(session->fields.computer);
    session->backup_database = token_text_copy(database.path);
    if (!session->backup_host || !session->backup_database)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (_wcsicmp(session->backup_host, session->context.host) != 0)
        log_line(LOG_WARNING, L"The backup was made on computer %ls, which is not this computer",
                 session->backup_host);
    return S_OK;
}

static legacy_result start_broker(struct restore_session *session, const wchar_t *components,
                                  const wchar_t *writer)
{
    struct broker_client **broker = &session->context.broker;
    bool has_writer = false;
    legacy_result hr = broker_client_start(&session->context.settings, broker);

    if (hr == S_OK)
        hr = broker_client_restore_start(*broker, components, writer, &has_writer);
    if (hr == S_OK)
        log_line(LOG_INFO, L"The NTDS writer %ls", has_writer ? L"takes part" : L"is not there");
    return hr;
}

/*
 * VSS hangs, or refuses the backup's document. The token's hash vouches for that, so it is VSS that
 * cannot read it; and the restore without VSS, which checks every file, has no use for it.
 */
static bool vss_is_to_blame(legacy_result hr)
{
    return hr == ERROR_TIMEOUT || hr == VSS_E_INVALID_XML_DOCUMENT ||
           hr == VSS_E_CORRUPT_XML_DOCUMENT;
}

static legacy_result connect(struct restore_session *session)
{
    wchar_t *components = token_text_copy(session->fields.components_document);
    wchar_t *writer = token_text_copy(session->fields.writer_document);
    legacy_result hr =
        components && writer ? start_broker(session, components, writer) : ERROR_NOT_ENOUGH_MEMORY;

    if (vss_is_to_blame(hr)) {
        restore_record_line(&session->record, LOG_WARNING,
                            L"VSS %ls: it is not asked again in this restore",
                            hr == ERROR_TIMEOUT ? L"does not answer"
                                                : L"cannot read the document that it made at the "
                                                  L"backup and that the token kept unchanged");
        session->vss_failure = HRESULT_FROM_WIN32(hr);
        broker_client_hang_up(session->context.broker);
        session->context.broker = NULL;
        hr = start_broker(session, NULL, writer);
    }
    free(writer);
    free(components);
    return hr;
}

legacy_result restore_session_open(const struct call_log *call, struct restore_session **session,
                                   const void *token, DWORD token_bytes)
{
    struct restore_session *opened = calloc(1, sizeof(*opened));
    legacy_result hr;

    if (!opened)
        return ERROR_NOT_ENOUGH_MEMORY;
    context_init(&opened->context, token ? HANDLE_RESTORE : HANDLE_RESTRICTED, fini);
    hr = context_open(&opened->context);
    if (hr == S_OK && token)
        hr = take_token(opened, token, token_bytes);
    if (hr == S_OK && token)
        hr = connect(opened);
    call_log_end(call, hr, L"%ls%ls", token ? L"backup " : L"no token: for the locations only",
                 opened->backup_id);
    if (hr == S_OK)
        *session = opened;
    else
        handle_object_release(&opened->context.object);
    return hr;
}

legacy_result restore_session_locations(struct restore_session *session, bool ansi, void **list,
                                        DWORD *list_bytes)
{
    struct call_log call;
    legacy_result hr;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsRestoreGetDatabaseLocations");
    hr = lists_locations(session->context.host, ansi, list, list_bytes);
    call_log_end(&call, hr, L"%lu bytes", *list_bytes);
    context_leave(&session->context);
    return hr;
}

/* The directory does not look where the caller says, but where it is registered to. */
static legacy_result compare_folder(const struct restore_session *session, const wchar_t *given,
                                    enum directory_location which, const wchar_t *what)
{
    wchar_t *registered = NULL;
    wchar_t *local = names_to_local(given, session->context.host);
    legacy_result hr = local ? directory_location(which, &registered) : ERROR_NOT_ENOUGH_MEMORY;
    size_t end;

    if (hr == S_OK) {
        for (end = wcslen(local); end > 3 && local[end - 1] == L'\\'; end--)
            local[end - 1] = 0;
        for (end = wcslen(registered); end > 3 && registered[end - 1] == L'\\'; end--)
            registered[end - 1] = 0;
        if (names_compare(local, registered) != 0)
            log_line(LOG_WARNING, L"%ls %ls is not where the directory looks; that is %ls", what,
                     given, registered);
    }
    free(registered);
    free(local);
    return hr;
}

static legacy_result check_map(const struct restore_session *session,
                               const struct restore_registration *registration, wchar_t **text)
{
    struct restore_map_facts facts = {.host = session->context.host,
                                      .backup_host = session->backup_host,
                                      .backup_database = session->backup_database};
    wchar_t *database = NULL;
    legacy_result hr = directory_location(DIRECTORY_DATABASE_FILE, &database);

    facts.database = database;
    if (hr == S_OK)
        hr = restore_map_check(registration->map, registration->map_count, &facts, text);
    free(database);
    return hr;
}

/* Recovery looks for a dirty database at the path that its logs name: that of the backup. */
static legacy_result check_place(const struct restore_session *session)
{
    struct token_database_fields database;
    wchar_t *path = NULL;
    legacy_result hr = directory_location(DIRECTORY_DATABASE_FILE, &path);

    token_layout_database(&session->fields, 0, &database);
    if (hr == S_OK && database.page_bytes && database.state != ESE_DBSTATE_CLEAN &&
        names_compare(path, session->backup_database) != 0) {
        log_line(LOG_ERROR,
                 L"The database of the backup was not shut down cleanly: it must be restored to "
                 L"%ls, where it was; the directory of this computer uses %ls",
                 session->backup_database, path);
        hr = hrAttachedDatabaseMismatch;
    }
    free(path);
    return hr;
}

static void report_no_vss(struct restore_session *session, HRESULT failure)
{
    const struct code_name *known = codes_find(failure);
    wchar_t text[FAILURE_CHARS];

    format_text(text, FAILURE_CHARS, L"%ls (0x%08lx)%ls%ls", known ? known->name : L"error",
                (unsigned long)failure, known ? L", " : L"", known ? known->meaning : L"");
    restore_record_line(&session->record, LOG_WARNING,
                        L"The restore goes on without VSS and without the NTDS writer: %ls. It "
                        L"needs neither, and all restored files are checked as usual. The next "
                        L"backup does: run ntdsdoctor when the directory runs again",
                        text);
    event_log_restore_no_vss(session->backup_id, text);
}

static legacy_result send_registration(struct restore_session *session,
                                       const struct restore_registration *registration,
                                       const wchar_t *map)
{
    const struct ntdsvss_registration sent = {
        .checkpoint_folder = registration->checkpoint_folder,
        .log_folder = registration->log_folder,
        .backup_log_folder = registration->backup_log_folder,
        .map = map,
        .backup_id = session->backup_id,
        .generation_low = registration->generation_low,
        .generation_high = registration->generation_high,
    };
    struct restore_record *record = &session->record;
    bool taken_over = false;
    HRESULT vss_result = S_OK;
    legacy_result hr =
        broker_client_restore_register(session->context.broker, &sent, &taken_over, &vss_result);

    if (hr != S_OK)
        return hr;
    session->stage = STAGE_REGISTERED;
    restore_record_line(record, LOG_INFO,
                        L"Restore of backup %ls registered%ls: logs 0x%lx to 0x%lx by the caller, "
                        L"0x%x to 0x%x and current 0x%x by the token",
                        session->backup_id,
                        taken_over ? L", taking over from a restore that was never completed" : L"",
                        registration->generation_low, registration->generation_high,
                        session->fields.generation_low, session->fields.generation_high,
                        session->fields.generation_current);
    restore_record_line(record, LOG_INFO, L"Checkpoint %ls, logs %ls, backup's logs %ls",
                        sent.checkpoint_folder, sent.log_folder, sent.backup_log_folder);
    event_log_restore_started(session->backup_id, taken_over);
    if (vss_result != S_OK) /* then the second broker's, that there is none */
        report_no_vss(session, session->vss_failure != S_OK ? session->vss_failure : vss_result);
    return S_OK;
}

static legacy_result do_register(struct restore_session *session,
                                 const struct restore_registration *registration)
{
    wchar_t *map = NULL;
    legacy_result hr;

    if (session->context.object.kind == HANDLE_RESTRICTED)
        return hrMissingExpiryToken;
    if (session->stage != STAGE_PREPARED)
        return hrRestoreMapExists;
    hr = check_map(session, registration, &map);
    if (hr == S_OK)
        hr = check_place(session);
    if (hr == S_OK)
        hr = compare_folder(session, registration->checkpoint_folder, DIRECTORY_CHECKPOINT_FOLDER,
                            L"Checkpoint folder");
    if (hr == S_OK)
        hr = compare_folder(session, registration->log_folder, DIRECTORY_LOG_FOLDER, L"Log folder");
    if (hr == S_OK)
        hr = compare_folder(session, registration->backup_log_folder, DIRECTORY_LOG_FOLDER,
                            L"The backup's log folder");
    if (hr == S_OK && !directory_is_stopped()) {
        log_line(LOG_ERROR,
                 L"DsRestoreRegister: the directory service is not known to be stopped any more. "
                 L"Stop it, then register the restore again");
        hr = hrCouldNotConnect;
    }
    if (hr == S_OK)
        hr = send_registration(session, registration, map);
    free(map);
    return hr;
}

legacy_result restore_session_register(struct restore_session *session,
                                       const struct restore_registration *registration)
{
    struct call_log call;
    legacy_result hr;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsRestoreRegister");
    hr = do_register(session, registration);
    call_log_end(&call, hr, L"");
    context_leave(&session->context);
    return hr;
}

static legacy_result source_open(void *context, uint32_t index, HANDLE *file, uint64_t *bytes)
{
    return broker_client_restore_open(context, index, file, bytes);
}

static legacy_result source_set_aside(void *context, uint32_t index)
{
    return broker_client_restore_set_aside(context, index);
}

/* The record that this computer has of the backup. False: none that can be used. */
static bool load_backup(const struct restore_session *session, struct backup_record *backup)
{
    legacy_result hr =
        backup_record_load(backup, session->context.settings.log_folder, session->backup_id);

    if (hr != S_OK && hr != ERROR_FILE_NOT_FOUND && hr != ERROR_PATH_NOT_FOUND)
        log_line(LOG_WARNING, L"The record of backup %ls cannot be used: Win32 error %ld",
                 session->backup_id, hr);
    return hr == S_OK;
}

static legacy_result verify(struct restore_session *session)
{
    const struct restore_source source = {session->context.broker, source_open, source_set_aside};
    struct backup_record backup = {0};
    struct restore_folders folders = {0};
    struct restore_rights rights = {0};
    struct restore_check check = {
        .source = &source,
        .token = &session->fields,
        .headers_only = session->context.settings.verify != SETTINGS_VERIFY_FULL,
        .rights = &rights,
        .record = &session->record,
    };
    legacy_result hr;

    if (!directory_is_stopped()) {
        restore_record_line(
            &session->record, LOG_ERROR,
            L"The directory service is not known to be stopped any more: it may have changed the "
            L"files. Stop it and restore again");
        return hrCouldNotConnect;
    }
    if (load_backup(session, &backup))
        check.backup = &backup;
    hr = restore_folders_find(&folders, &session->record);
    if (hr == S_OK)
        hr = broker_client_restore_files(session->context.broker, &check.files, &check.file_count);
    if (hr == S_OK)
        hr = restore_check(&check);
    if (hr == S_OK)
        restore_rights_report(&rights, &folders, &session->record);
    restore_folders_fini(&folders);
    backup_record_fini(&backup);
    if (hr == hrMissingRestoreLogFiles)
        restore_record_line(&session->record, LOG_ERROR,
                            L"Logs must be in the directory's own log folder: that is the only "
                            L"folder the engine looks in");
    return hr;
}

/*
 * Tells the writers, takes the interlock away (verdict S_OK) or leaves it, and writes the record.
 * The result of doing so.
 */
static legacy_result finish(struct restore_session *session, legacy_result verdict)
{
    bool succeeded = verdict == S_OK;
    legacy_result told = broker_client_restore_complete(session->context.broker, succeeded);
    legacy_result result = succeeded ? told : verdict;

    session->stage = STAGE_COMPLETED;
    if (told != S_OK)
        restore_record_line(&session->record, LOG_ERROR, L"Ending the restore failed: 0x%08lx",
                            (unsigned long)told);
    restore_record_line(&session->record, result == S_OK ? LOG_INFO : LOG_ERROR,
                        L"Result: 0x%08lx, %ls", (unsigned long)result,
                        result == S_OK ? L"the restore is complete"
                                       : L"the restore has FAILED; 'Restore In Progress' stays: do "
                                         L"not start the directory, restore again");
    restore_record_save(&session->record, session->context.settings.log_folder, session->backup_id);
    if (result == S_OK)
        event_log_restore_complete(session->backup_id);
    else
        event_log_restore_failed(session->backup_id, L"DsRestoreRegisterComplete", result);
    return told;
}

static legacy_result complete(struct restore_session *session, legacy_result state)
{
    legacy_result verdict, told;

    if (session->stage != STAGE_REGISTERED)
        return ERROR_INVALID_PARAMETER;
    if (state != S_OK) {
        restore_record_line(&session->record, LOG_ERROR,
                            L"The restore program reported failure: 0x%08lx", (unsigned long)state);
        return finish(session, state);
    }
    verdict = verify(session);
    told = finish(session, verdict);
    return verdict != S_OK ? verdict : told;
}

legacy_result restore_session_complete(struct restore_session *session, legacy_result state)
{
    struct call_log call;
    legacy_result hr;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsRestoreRegisterComplete");
    hr = complete(session, state);
    call_log_end(&call, hr, L"");
    context_leave(&session->context);
    return hr;
}

legacy_result restore_session_end(struct restore_session *session)
{
    struct call_log call;
    legacy_result hr = S_OK;

    if (!context_enter(&session->context))
        return ERROR_INVALID_PARAMETER;
    call_log_begin(&call, L"DsRestoreEnd");
    if (session->stage == STAGE_REGISTERED) {
        restore_record_line(&session->record, LOG_ERROR,
                            L"The restore program ended the restore without completing it");
        hr = finish(session, hrError);
    }
    context_end(&session->context);
    call_log_end(&call, hr, L"");
    context_leave(&session->context);
    return hr;
}
