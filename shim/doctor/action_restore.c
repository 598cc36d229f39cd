/*
 * action_restore.c - ends a restore whose process has ended, and marks a directory as restored.
 *
 * restore_session.c does the checks, as in DsRestoreRegisterComplete: the doctor registers the
 * restore again, completes it, and so removes the interlock. --force bypasses the checks and says
 * so; it weakens none.
 */
#include "checks.h"

#include "record/call_log.h"
#include "host/directory.h"
#include "host/identity.h"
#include "interlock/interlock.h"
#include "interlock/interlock_state.h"
#include "log_watch.h"
#include "session/restore_session.h"
#include "record/result_text.h"
#include "host/settings.h"
#include "token/token.h"
#include "whole_file.h"

#include <stdlib.h>
#include <wchar.h>

#define NEXT_OFFLINE                                                                               \
    L"Restart in Directory Services Restore Mode, or stop the directory with 'net stop ntds'."
#define NEXT_LOOK                                                                                  \
    L"Check that administrators can change Services\\NTDS in the registry, and that no other "     \
    L"program is restoring."
#define NEXT_TOKEN L"Specify the expiry token of the backup: --token FILE."
#define NEXT_AGAIN                                                                                 \
    L"Restore again, from this or another backup; the new restore takes over. Use --force only "   \
    L"if you know that the files are good."

static void refuse(struct findings *findings, const wchar_t *next, const wchar_t *why)
{
    findings->is_refused = true;
    findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.refused", next,
                 L"Nothing was done: %ls.", why);
}

static const wchar_t *or_empty(const wchar_t *text)
{
    return text ? text : L"";
}

/* --- with a token ------------------------------------------------------------------------------
 */

static void *read_token(struct findings *findings, const wchar_t *path, DWORD *byte_count)
{
    void *bytes = NULL;
    legacy_result hr = whole_file_read(path, WHOLE_FILE_TOKEN_BYTES_MAX, &bytes, byte_count);

    if (hr == S_OK && *byte_count)
        return bytes;
    findings->is_refused = true;
    findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.token",
                 L"Specify the file in which the backup program saved the expiry token.",
                 L"Nothing was done: %ls cannot be read as an expiry token (Win32 error %ld).",
                 path, hr == S_OK ? ERROR_INVALID_DATA : hr);
    free(bytes);
    return NULL;
}

/* The database's path in the backup; NULL: not a token with one database, or out of memory. */
static wchar_t *database_in(const void *token, DWORD token_bytes)
{
    struct token_database_fields database;
    struct token_fields fields;

    if (token_parse(token, token_bytes, &fields) != S_OK || fields.database_count != 1)
        return NULL;
    token_layout_database(&fields, 0, &database);
    return token_text_copy(database.path);
}

static HRESULT register_and_complete(struct restore_session *session,
                                     const struct interlock_state *lock, wchar_t *backup_database)
{
    wchar_t *database = NULL;
    HRESULT hr = directory_location(DIRECTORY_DATABASE_FILE, &database);
    EDB_RSTMAPW map = {.wszDatabaseName = backup_database, .wszNewDatabaseName = database};
    const struct restore_registration registration = {
        .checkpoint_folder = or_empty(lock->checkpoint_folder),
        .log_folder = or_empty(lock->log_folder),
        .backup_log_folder = or_empty(lock->backup_log_folder),
        .map = &map,
        .map_count = 1,
        .generation_low = lock->generation_low,
        .generation_high = lock->generation_high,
    };

    if (hr == S_OK)
        hr = restore_session_register(session, &registration);
    if (hr == S_OK)
        hr = restore_session_complete(session, S_OK);
    free(database);
    return hr;
}

/* S_OK: all checks passed and the interlock is removed. */
static HRESULT complete(const struct interlock_state *lock, const void *token, DWORD token_bytes)
{
    wchar_t *backup_database = database_in(token, token_bytes);
    struct restore_session *session = NULL;
    struct call_log call;
    HRESULT hr;

    call_log_begin(&call, L"DsRestorePrepare");
    hr = restore_session_open(&call, &session, token, token_bytes);
    if (hr == S_OK) {
        hr = backup_database ? register_and_complete(session, lock, backup_database)
                             : ERROR_NOT_ENOUGH_MEMORY;
        restore_session_end(session);
        handle_object_release(restore_session_object(session));
    }
    free(backup_database);
    return hr;
}

/* False: the checks did not pass; each failure is a finding of level failed_as. */
static bool check_and_complete(struct findings *findings, const struct interlock_state *lock,
                               const void *token, DWORD token_bytes, enum finding_level failed_as)
{
    struct log_watch watch = {.findings = findings,
                              .area = AREA_ACTION,
                              .id = L"action.check",
                              .next = NEXT_AGAIN,
                              .warning_as = FINDING_NOTE,
                              .error_as = failed_as,
                              .skips_calls = true};
    wchar_t name[RESULT_NAME_CHARS];
    wchar_t text[RESULT_TEXT_CHARS];
    HRESULT hr;

    log_watch_begin(&watch);
    hr = complete(lock, token, token_bytes);
    log_watch_end();
    if (hr == S_OK)
        return true;
    result_name(hr, name);
    result_text(hr, text);
    findings_add(findings, AREA_ACTION, failed_as, L"action.check", NEXT_AGAIN,
                 L"The checks of DsRestoreRegisterComplete failed: %ls. %ls", name, text);
    return false;
}

/* --- by force ----------------------------------------------------------------------------------
 */

static void keep_adapter_line(void *context, enum ntdsvss_level level, const wchar_t *line)
{
    if (level == NTDSVSS_LEVEL_ERROR)
        findings_add(context, AREA_ACTION, FINDING_ERROR, L"action.detail", NEXT_LOOK, L"%ls",
                     line);
}

static void remove_by_force(struct findings *findings, const struct interlock_state *lock)
{
    const struct ntdsvss_settings settings = {
        .wait_ms = 30000, .log = keep_adapter_line, .context = findings};
    const struct ntdsvss_registration registration = {
        .checkpoint_folder = or_empty(lock->checkpoint_folder),
        .log_folder = or_empty(lock->log_folder),
        .backup_log_folder = or_empty(lock->backup_log_folder),
        .map = L"",
        .backup_id = or_empty(lock->backup_id),
        .generation_low = lock->generation_low,
        .generation_high = lock->generation_high,
    };
    struct interlock interlock = {0};
    HRESULT hr = interlock_acquire(&settings, &interlock, &registration);

    if (SUCCEEDED(hr))
        hr = interlock_remove(&settings, &interlock);
    interlock_fini(&interlock);
    if (SUCCEEDED(hr))
        findings_add(findings, AREA_ACTION, FINDING_WARNING, L"action.restore-lock",
                     L"Start the directory only if you know which files are in its folders. The "
                     L"Directory Service event log then says whether it could use them.",
                     L"'Restore In Progress' was removed by force, although the checks above did "
                     L"not pass. The marker '" INTERLOCK_MARKER L"' stays.");
    else
        findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.restore-lock", NEXT_LOOK,
                     L"'Restore In Progress' could not be removed: 0x%08lx.", (unsigned long)hr);
}

static bool may_fix(struct findings *findings, const struct interlock_state *lock, bool force)
{
    if (!identity_is_administrator(NULL) || !identity_holds_privilege(NULL, L"SeRestorePrivilege"))
        refuse(findings, NEXT_ELEVATED,
               L"this needs an elevated administrator with SeRestorePrivilege");
    else if (lock->status == ERROR_FILE_NOT_FOUND || lock->status == ERROR_PATH_NOT_FOUND)
        findings_add(findings, AREA_ACTION, FINDING_OK, L"action.restore-lock", NULL,
                     L"No restore is registered: there is nothing to fix.");
    else if (lock->status != ERROR_SUCCESS)
        refuse(
            findings, NEXT_LOOK,
            L"the key 'Restore In Progress' cannot be read, so it cannot be determined whether a "
            L"restore is registered");
    else if (process_id_is_alive(&lock->owner))
        refuse(findings, L"Let it finish, or end that process.",
               L"the process that owns the restore is still running, and --force does not override "
               L"that");
    else if (!directory_is_stopped() && !force)
        refuse(findings, NEXT_OFFLINE, L"the directory is not stopped");
    else
        return true;
    return false;
}

/* token: NULL if there is none, and then force. */
static void fix_with(struct findings *findings, const struct interlock_state *lock,
                     const void *token, DWORD token_bytes, bool force)
{
    enum finding_level failed_as = force ? FINDING_WARNING : FINDING_ERROR;
    bool is_offline = directory_is_stopped();

    if (!is_offline)
        findings_add(findings, AREA_ACTION, FINDING_WARNING, L"action.check", NEXT_OFFLINE,
                     L"Check failed: the directory is not stopped, so its files are in use or have "
                     L"changed.");
    if (!token)
        findings_add(findings, AREA_ACTION, FINDING_WARNING, L"action.check", NEXT_TOKEN,
                     L"Check skipped: there is no token, so no file was verified.");
    if (token && is_offline && check_and_complete(findings, lock, token, token_bytes, failed_as))
        findings_add(findings, AREA_ACTION, FINDING_OK, L"action.restore-lock", NULL,
                     L"All checks passed: the restore is complete and 'Restore In Progress' was "
                     L"removed. The marker '" INTERLOCK_MARKER L"' stays.");
    else if (force)
        remove_by_force(findings, lock);
}

/* A token that cannot be read ends it, also with force: whoever names one wants the files checked.
 */
static void fix(struct findings *findings, const struct interlock_state *lock,
                const wchar_t *token_file, bool force)
{
    DWORD token_bytes = 0;
    void *token = NULL;

    if (token_file)
        token = read_token(findings, token_file, &token_bytes);
    else if (!force)
        refuse(findings, NEXT_TOKEN,
               L"without the expiry token the files cannot be compared with the backup");
    if (!findings->is_refused)
        fix_with(findings, lock, token, token_bytes, force);
    free(token);
}

void action_fix_restore_lock(struct findings *findings, const wchar_t *token_file, bool force)
{
    struct interlock_state lock;

    interlock_state_read(&lock);
    if (may_fix(findings, &lock, force))
        fix(findings, &lock, token_file, force);
    interlock_state_fini(&lock);
}

/* --- the marker --------------------------------------------------------------------------------
 */

void action_mark_restored(struct findings *findings, bool force)
{
    enum ntdsvss_state state;
    struct call_log call;
    LSTATUS status;

    directory_query_state(&state);
    if (!identity_is_administrator(NULL)) {
        refuse(findings, NEXT_ELEVATED, L"this needs an elevated administrator");
        return;
    }
    if (state == NTDSVSS_STATE_ABSENT) {
        refuse(findings, L"Run it on the domain controller that was restored.",
               L"this computer is not a domain controller");
        return;
    }
    if (state != NTDSVSS_STATE_OFFLINE && !force) {
        refuse(findings, NEXT_OFFLINE,
               L"the directory is not stopped, and reads the value only when it starts");
        return;
    }
    call_log_begin(&call, L"ntdsdoctor --mark-restored");
    status = interlock_state_mark();
    call_log_end(&call, status, L"");
    if (status == ERROR_SUCCESS)
        findings_add(
            findings, AREA_ACTION, FINDING_OK, L"action.marker", NULL,
            L"'" INTERLOCK_MARKER L"' is set, '" INTERLOCK_EPOCH L"' is deleted, and both are "
            L"flushed to disk: the directory accepts its database and takes a new invocation ID at "
            L"its next start.");
    else
        findings_add(findings, AREA_ACTION, FINDING_ERROR, L"action.marker", NEXT_LOOK,
                     L"'" INTERLOCK_MARKER L"' could not be set, or '" INTERLOCK_EPOCH L"' could "
                     L"not be deleted: Win32 error %ld.",
                     status);
}
