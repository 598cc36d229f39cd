/* legacy-restore: restores a backup of legacy-backup, through ntdsbcli.h alone, with the calls in
 * the order of Microsoft's walkthrough. */
#include <windows.h>
#include <ntdsbcli.h>

#include "console.h"
#include "directory_server.h"
#include "legacy_set.h"
#include "list_plan.h"
#include "program_main.h"
#include "restore_calls.h"
#include "restore_failures.h"
#include "restore_frame.h"

/* One restore from Prepare to End. */
struct session
{
    struct restore_frame frame;
    struct legacy_set backup;
    HBC hbc;
};

static const wchar_t usage_text[] =
    L"Restores the Active Directory database and logs of this domain controller.\n"
    L"\n"
    L"  legacy-restore SERVER FOLDER [--dry-run] [--delete-old] [--no-check]\n"
    L"                 [--buffer BYTES] [--ansi]\n"
    L"\n"
    L"  SERVER          this computer's name, with or without leading backslashes\n"
    L"  FOLDER          a complete backup of legacy-backup\n"
    L"  --dry-run       check everything and print what would go where; change nothing\n"
    L"  --delete-old    delete the directory's old files first, which makes room for the backup;\n"
    L"                  otherwise they are put back if the restore fails\n"
    L"  --no-check      do not check the backup before: the server checks what was restored.\n"
    L"                  For tests, and for experts who know that this check is wrong\n"
    L"  --buffer BYTES  bytes per read, 1 to 67108864; default 524288\n"
    L"  --ansi          use the A functions of the API instead of the W functions\n"
    L"  --help          this text\n"
    L"\n"
    L"The directory must be stopped, in Directory Services Restore Mode or with \"net stop\n"
    L"ntds\". The backup is checked before anything is changed. Then the directory's database,\n"
    L"logs and checkpoint are moved into a folder ntdsbcli-old-N beside them, and those of the\n"
    L"backup take their place; other files in the same folders stay. The server checks the\n"
    L"restored files, and the old ones are deleted. Do not start the directory until this\n"
    L"program says \"Restore complete\". A restore that failed, or was stopped with Ctrl-C, can "
    L"be\n"
    L"repeated, also with another backup.\n"
    L"\n"
    L"Exit codes: 0 restore complete (--dry-run: it could be done), 2 wrong usage, 3 no domain\n"
    L"controller or its directory is not stopped, 4 access denied, 5 the server could not do\n"
    L"its part (Volume Shadow Copy, another restore) or knows the backup for that of another\n"
    L"installation, 6 the backup cannot be read, is damaged, has expired or is newer than the\n"
    L"clock, 7 the directory's folders cannot be written, 1 anything else.\n";

static enum exit_code check_stopped(const struct options *options)
{
    BOOL online = FALSE;
    HRESULT hr = directory_server_is_online(options->ansi, options->server, &online);

    if (hr != S_OK)
        return restore_failures_report(L"DsIsNTDSOnline", options->server, hr, STEP_CONNECT);
    return online ? restore_frame_report_running(options->server, options) : EXIT_OK;
}

static enum exit_code make_plan_for(struct session *session, const struct name_list *locations)
{
    return list_plan_make(&session->frame.plan, &session->frame.source, &session->backup,
                          locations);
}

/* Plans for the places of today, which only the server knows: those of the backup are in a file. */
static enum exit_code make_plan(struct session *session)
{
    struct name_list locations = {0};
    enum exit_code code;
    HRESULT hr = directory_server_get_list(session->frame.options->ansi, session->hbc,
                                           LIST_LOCATIONS, &locations);

    if (hr == S_OK)
        code = make_plan_for(session, &locations);
    else
        code = restore_failures_report(directory_server_list_function(LIST_LOCATIONS), NULL, hr,
                                       STEP_PREPARE);
    DsBackupFree(locations.data);
    return code;
}

static enum exit_code register_restore(struct session *session)
{
    const struct plan *plan = &session->frame.plan;
    const struct options *options = session->frame.options;
    EDB_RSTMAPW map = {
        .wszDatabaseName = plan->database_item->old_path,
        .wszNewDatabaseName = plan->database_item->new_path,
    };
    const struct restore_calls_registration registration = {
        .checkpoint_folder = plan->checkpoint_folder,
        .log_folder = plan->log_folder,
        .map = &map,
        .map_count = 1,
        .generation_low = plan->generation_low,
        .generation_high = plan->generation_high,
    };
    HRESULT hr = restore_calls_register(options->ansi, session->hbc, &registration);

    /* The server gave up or is gone: it may have registered the restore. No file was touched. */
    if (hr == ERROR_TIMEOUT || hr == hrCommunicationError) {
        session->frame.state = RESTORE_INCOMPLETE;
        session->frame.old_is_back = true;
    }
    if (hr != S_OK)
        return restore_failures_report(L"DsRestoreRegister", options->server, hr, STEP_REGISTER);
    session->frame.state = RESTORE_INCOMPLETE;
    return EXIT_OK;
}

/* Reports the result of the copy to the server, which checks a good one. */
static enum exit_code complete_restore(struct session *session, enum exit_code code,
                                       HRESULT failure)
{
    HRESULT hr;

    if (code == EXIT_OK)
        console_print(CONSOLE_OUTPUT, L"Checking what was restored ...\n");
    if (code != EXIT_OK && SUCCEEDED(failure))
        failure = E_FAIL; /* never told as a success */
    hr = DsRestoreRegisterComplete(session->hbc, code == EXIT_OK ? S_OK : failure);
    if (hr == S_OK && code == EXIT_OK) {
        session->frame.state = RESTORE_DONE;
        return EXIT_OK;
    }
    /* The first failure has been reported; this one follows from it. */
    if (code != EXIT_OK)
        return code;
    session->frame.may_run = hr == hrCouldNotConnect; /* the check was refused */
    code = restore_failures_report(L"DsRestoreRegisterComplete", session->frame.source.shown, hr,
                                   STEP_COMPLETE);
    console_print(CONSOLE_ERROR,
                  L"  The log of ntdsbcli.dll names the file, and the page or log in question.\n");
    return code;
}

/* A directory that starts meanwhile can be what made the copy fail. */
static bool is_online(const struct options *options)
{
    BOOL online = FALSE;
    HRESULT hr = directory_server_is_online(options->ansi, options->server, &online);

    return hr != S_OK || online;
}

/* From Register to RegisterComplete, which is called even if a step between them fails. */
static enum exit_code replace_files(struct session *session)
{
    HRESULT failure = S_OK;
    enum exit_code code = register_restore(session);

    if (code != EXIT_OK)
        return code;
    code = restore_frame_replace_files(&session->frame, &failure);
    code = complete_restore(session, code, failure);
    if (code != EXIT_OK && is_online(session->frame.options))
        session->frame.may_run = true;
    restore_frame_settle(&session->frame);
    return code;
}

/* Everything between Prepare and End. */
static enum exit_code restore(struct session *session)
{
    struct restore_frame *frame = &session->frame;
    enum exit_code code = make_plan(session);

    if (code == EXIT_OK)
        code = destination_open(&frame->destination, &frame->plan, &frame->source,
                                frame->options->delete_old);
    if (code == EXIT_OK && !frame->options->no_check) {
        console_print(CONSOLE_OUTPUT, L"Checking the backup ...\n");
        code = list_plan_check(&frame->plan, &frame->source, frame->options->buffer_bytes);
    }
    if (code == EXIT_OK && frame->options->dry_run)
        restore_frame_print_plan(frame);
    else if (code == EXIT_OK)
        code = replace_files(session);
    return code;
}

static enum exit_code run_session(struct session *session)
{
    const struct options *options = session->frame.options;
    const struct legacy_set *backup = &session->backup;
    enum exit_code code;
    HRESULT hr;

    console_print(CONSOLE_OUTPUT, L"Preparing the restore of %ls ...\n", options->server);
    hr = restore_calls_prepare(options->ansi, options->server, backup->token, backup->token_bytes,
                               &session->hbc);
    if (hr != S_OK)
        return restore_failures_report(L"DsRestorePrepare", options->server, hr, STEP_PREPARE);
    code = restore(session);
    hr = DsRestoreEnd(session->hbc);
    if (hr != S_OK && code == EXIT_OK)
        code = restore_failures_report(L"DsRestoreEnd", options->server, hr, STEP_END);
    return code;
}

/* A directory that runs does not tell its places: a dry run shows those of the backup. */
static void print_plan_of_backup(struct session *session)
{
    if (make_plan_for(session, &session->backup.locations) != EXIT_OK)
        return;
    console_print(CONSOLE_OUTPUT, L"Places at the time of the backup:\n");
    plan_print(&session->frame.plan);
}

static enum exit_code run(const struct options *options)
{
    struct session session = {0};
    struct restore_frame *frame = &session.frame;
    enum exit_code code = check_stopped(options);

    restore_frame_begin(frame, options);
    if (code == EXIT_OK || (options->dry_run && code == EXIT_DIRECTORY)) {
        enum exit_code opened = legacy_set_read(&session.backup, &frame->source, options->folder);

        if (opened == EXIT_OK && code != EXIT_OK)
            print_plan_of_backup(&session);
        code = code == EXIT_OK ? opened : code;
    }
    if (code == EXIT_OK)
        code = run_session(&session);
    restore_frame_end(frame, code);
    legacy_set_free(&session.backup);
    return code;
}

const struct program this_program = {
    .name = L"legacy-restore",
    .library = L"ntdsbcli.dll",
    .usage = usage_text,
    .privilege = SE_RESTORE_NAME,
    .options = OPTIONS_ANSI | OPTIONS_RESTORE | OPTIONS_NO_CHECK,
    .run = run,
};
