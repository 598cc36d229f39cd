/* legacy-backup: a full backup of Active Directory into a folder, through ntdsbcli.h alone, with
 * the calls in the order of Microsoft's walkthrough. */
#include <windows.h>
#include <ntdsbcli.h>

#include "backup_calls.h"
#include "backup_failures.h"
#include "backup_frame.h"
#include "directory_server.h"
#include "legacy_copy.h"
#include "program_main.h"

#define TOKEN_FILE L"token.bin" /* saved last */

/* One backup from Prepare to End. */
struct session
{
    const struct options *options;
    HBC hbc;
    struct name_list databases, locations, logs;
    void *token;
    DWORD token_bytes;
};

static const wchar_t usage_text[] =
    L"Backs up the Active Directory database and logs of this domain controller.\n"
    L"\n"
    L"  legacy-backup SERVER FOLDER [--buffer BYTES] [--ansi]\n"
    L"\n"
    L"  SERVER          this computer's name, with or without leading backslashes\n"
    L"  FOLDER          where the backup goes; created if missing, must be empty\n"
    L"  --buffer BYTES  bytes per read, 1 to 67108864; default 524288\n"
    L"  --ansi          use the A functions of the API instead of the W functions\n"
    L"  --help          this text\n"
    L"\n"
    L"FOLDER receives the files of the directory under their own names, the lists as the API\n"
    L"returned them (names.bin, logs.bin, locations.bin) and the expiry token (token.bin). A\n"
    L"restore needs all of them. Every file ends in .part until the backup is complete, and\n"
    L"token.bin is renamed last: a folder without token.bin is not a backup. A backup that\n"
    L"fails, or is stopped with Ctrl-C, deletes its files. Use a new folder for each backup.\n"
    L"\n"
    L"Exit codes: 0 backup complete, 2 wrong usage, 3 no domain controller or its directory is\n"
    L"not online, 4 access denied, 5 the server could not provide the backup (Volume Shadow\n"
    L"Copy), 6 a file could not be read or is damaged, 7 FOLDER cannot be written, 1 anything\n"
    L"else.\n";

static enum exit_code check_online(const struct options *options)
{
    BOOL online = FALSE;
    HRESULT hr = directory_server_is_online(options->ansi, options->server, &online);

    if (hr == ERROR_ACCESS_DENIED)
        return EXIT_OK; /* this account may not query services: DsBackupPrepare asks the writer */
    if (hr != S_OK)
        return backup_failures_report(L"DsIsNTDSOnline", options->server, hr, STEP_CONNECT);
    return online ? EXIT_OK : backup_frame_report_offline(options->server, options);
}

static enum exit_code prepare(struct session *session)
{
    const struct options *options = session->options;
    enum exit_code code;
    HRESULT hr = backup_calls_prepare(options->ansi, options->server, &session->token,
                                      &session->token_bytes, &session->hbc);

    if (hr == S_OK)
        return EXIT_OK;
    code = backup_failures_report(L"DsBackupPrepare", options->server, hr, STEP_PREPARE);
    /* The directory is online, so it is its backup service that failed. */
    if (hr == hrCouldNotConnect) {
        BOOL online = FALSE;

        if (directory_server_is_online(options->ansi, options->server, &online) == S_OK && online)
            code = EXIT_SERVICE;
    }
    return code;
}

static enum exit_code get_list(struct session *session, enum directory_server_list kind,
                               struct name_list *list)
{
    HRESULT hr = directory_server_get_list(session->options->ansi, session->hbc, kind, list);

    if (hr != S_OK)
        return backup_failures_report(directory_server_list_function(kind), NULL, hr, STEP_READ);
    return EXIT_OK;
}

static enum exit_code truncate_logs(struct session *session)
{
    HRESULT hr = DsBackupTruncateLogs(session->hbc);

    if (hr != S_OK)
        return backup_failures_report(L"DsBackupTruncateLogs", NULL, hr, STEP_READ);
    return EXIT_OK;
}

/* Saves the lists and the token: a restore needs them as much as the files. */
static enum exit_code save_records(const struct session *session, struct folder *folder)
{
    const struct
    {
        const wchar_t *name;
        const void *data;
        DWORD bytes;
    } records[] = {
        {L"names.bin", session->databases.data, session->databases.bytes},
        {L"logs.bin", session->logs.data, session->logs.bytes},
        {L"locations.bin", session->locations.data, session->locations.bytes},
        {TOKEN_FILE, session->token, session->token_bytes},
    };
    enum exit_code code = EXIT_OK;
    size_t i;

    for (i = 0; i < ARRAYSIZE(records) && code == EXIT_OK; i++)
        code = folder_save(folder, records[i].name, records[i].data, records[i].bytes);
    return code;
}

/* Everything between Prepare and End. */
static enum exit_code copy_all(struct session *session, struct copy_in *copy)
{
    enum exit_code code = get_list(session, LIST_DATABASES, &session->databases);

    if (code == EXIT_OK)
        code = get_list(session, LIST_LOCATIONS, &session->locations);
    if (code == EXIT_OK)
        code = legacy_copy_list(copy, session->hbc, &session->databases);
    /* The logs come after the databases: they must cover the whole copy. */
    if (code == EXIT_OK)
        code = get_list(session, LIST_LOGS, &session->logs);
    if (code == EXIT_OK)
        code = legacy_copy_list(copy, session->hbc, &session->logs);
    if (code == EXIT_OK)
        code = copy_in_finish(copy);
    if (code == EXIT_OK)
        code = save_records(session, copy->folder);
    if (code == EXIT_OK)
        code = truncate_logs(session);
    return code;
}

/* Ends the session, whatever CODE says; only DsBackupEnd can call the backup good. */
static enum exit_code end(struct session *session, enum exit_code code)
{
    HRESULT hr = DsBackupEnd(session->hbc);

    if (hr != S_OK && code == EXIT_OK)
        code = backup_failures_report(L"DsBackupEnd", session->options->server, hr, STEP_END);
    DsBackupFree(session->databases.data);
    DsBackupFree(session->locations.data);
    DsBackupFree(session->logs.data);
    DsBackupFree(session->token);
    return code;
}

static enum exit_code back_up(void *context, struct copy_in *copy)
{
    struct session *session = context;
    enum exit_code code = prepare(session);

    return code == EXIT_OK ? end(session, copy_all(session, copy)) : code;
}

static enum exit_code run(const struct options *options)
{
    struct session session = {.options = options};
    const struct backup_frame frame = {
        .name = options->server,
        .marker = TOKEN_FILE,
        .buffer_bytes = options->buffer_bytes,
        .back_up = back_up,
        .context = &session,
    };
    enum exit_code code = check_online(options);

    return code == EXIT_OK ? backup_frame_run(&frame, options) : code;
}

const struct program this_program = {
    .name = L"legacy-backup",
    .library = L"ntdsbcli.dll",
    .usage = usage_text,
    .privilege = SE_BACKUP_NAME,
    .options = OPTIONS_ANSI,
    .run = run,
};
